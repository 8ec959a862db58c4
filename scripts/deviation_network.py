"""The network that the training programs train: a sentence encoder with low-rank adapters and heads, in torch.

The matrix products run in bfloat16, everything else in float32; the published weights stay as they are.
"""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from app.pipeline.language.encoder_family import FARTHEST, RELATIVE_BIAS, family_of, layers_of

BUCKETS = 32
"""Classes of distance between two word pieces: half for those before, half for those behind (Raffel et al. 2020)."""


class AdaptedLinear(nn.Module):
    """A published linear layer whose weight is changed by ``scale * up @ down``."""

    def __init__(self, weight: Tensor, bias: Tensor, *, rank: int, scale: float) -> None:
        super().__init__()
        self.register_buffer("weight", weight.bfloat16(), persistent=False)
        self.register_buffer("bias", bias.bfloat16(), persistent=False)
        self.scale = scale
        self.down = nn.Parameter(torch.randn(rank, weight.shape[1]) / math.sqrt(weight.shape[1])) if rank else None
        self.up = nn.Parameter(torch.zeros(weight.shape[0], rank)) if rank else None

    def forward(self, states: Tensor) -> Tensor:
        """The layer's output in bfloat16."""
        states = states.bfloat16()
        out = functional.linear(states, self.weight, self.bias)
        if self.down is None or self.up is None:
            return out
        change = functional.linear(functional.linear(states, self.down.bfloat16()), self.up.bfloat16())
        return out + change * self.scale


class Network(nn.Module):
    """Logits from tokens: an encoder with adapters in its upper layers, and heads."""

    def __init__(
        self, checkpoint: Path, *, outputs: int, rank: int, scale: float, first_layer: int, dropout: float
    ) -> None:
        super().__init__()
        tensors = load_file(checkpoint)
        self.family = family_of(tensors)
        self.register_buffer("word", tensors["embeddings.word_embeddings.weight"], persistent=False)
        positions = tensors["embeddings.position_embeddings.weight"][self.family.first_position :]
        if self.family.segments:
            positions = positions + tensors["embeddings.token_type_embeddings.weight"][0]
        self.register_buffer("position", positions, persistent=False)
        apart = tensors[RELATIVE_BIAS] if self.family.relative else None
        self.register_buffer("apart", apart, persistent=False)
        self.norms = {key: value for key, value in tensors.items() if ".LayerNorm." in key}
        self.layers = nn.ModuleList()
        for number in range(layers_of(tensors)):
            prefix = f"encoder.layer.{number}"
            adapted = rank if number >= first_layer else 0
            self.layers.append(
                nn.ModuleList(
                    AdaptedLinear(
                        tensors[f"{prefix}.{name}.weight"], tensors[f"{prefix}.{name}.bias"], rank=adapted, scale=scale
                    )
                    for name in self.family.linear_layers
                )
            )
        self.first_layer = first_layer
        self.dropout = dropout
        self.heads = nn.Linear(2 * self.word.shape[1], outputs)
        nn.init.zeros_(self.heads.weight)
        nn.init.zeros_(self.heads.bias)

    def forward(self, tokens: Tensor, real: Tensor, said: Tensor) -> Tensor:
        """Logits, shape (n_lines, n_outputs).

        Args:
            tokens: Vocabulary numbers, shape (n_lines, n_tokens).
            real: 1 where a token stands, 0 where padding does.
            said: 1 where a token belongs to what the canvasser said.
        """
        length = tokens.shape[1]
        states = self._norm(self.word[tokens] + self.position[:length], "embeddings.LayerNorm")
        bias = (1.0 - real)[:, None, None, :] * -1e4
        if self.apart is not None:
            bias = bias + self.apart[_buckets(length)].permute(2, 0, 1)
        for number in range(len(self.layers)):
            states = self._layer(number, states, bias)
        mean = (states * said[..., None]).sum(1) / said.sum(1, keepdim=True)
        features = functional.dropout(torch.cat([mean, states[:, 0]], 1), self.dropout, self.training)
        return self.heads(features)

    def adapters(self) -> dict[str, np.ndarray]:
        """The trained updates by the names of the checkpoint, the scale multiplied in."""
        found = {}
        for number, layer in enumerate(self.layers):
            for name, linear in zip(self.family.linear_layers, layer, strict=True):
                if linear.down is not None and linear.up is not None:
                    key = f"encoder.layer.{number}.{name}"
                    found[f"{key}.down"] = linear.down.detach().numpy().astype(np.float16)
                    found[f"{key}.up"] = (linear.up.detach() * linear.scale).numpy().astype(np.float16)
        return found

    def _layer(self, number: int, states: Tensor, bias: Tensor) -> Tensor:
        query, key, value, output, widen, narrow = self.layers[number]
        lines, length, width = states.shape
        trained = number >= self.first_layer

        def split(part: Tensor) -> Tensor:
            return part.view(lines, length, self.family.heads, -1).transpose(1, 2)

        asked = split(query(states))
        likeness = (asked @ split(key(states)).transpose(-1, -2)).float() / math.sqrt(asked.shape[-1]) + bias
        mixed = torch.softmax(likeness, -1).bfloat16() @ split(value(states))
        attended = output(mixed.transpose(1, 2).reshape(lines, length, width)).float()
        prefix = f"encoder.layer.{number}"
        attended = self._drop(attended) if trained else attended
        states = self._norm(states + attended, f"{prefix}.{self.family.attention_norm}")
        thought = narrow(functional.gelu(widen(states))).float()
        return self._norm(states + (self._drop(thought) if trained else thought), f"{prefix}.output.LayerNorm")

    def _norm(self, states: Tensor, name: str) -> Tensor:
        weight, bias = self.norms[f"{name}.weight"], self.norms[f"{name}.bias"]
        return functional.layer_norm(states, weight.shape, weight, bias, self.family.epsilon)

    def _drop(self, states: Tensor) -> Tensor:
        if not self.training:
            return states
        # One mask for all words of a line: drawing a number for each state took as long as a layer.
        kept = torch.rand(states.shape[0], 1, states.shape[2]) >= self.dropout
        return states * kept / (1.0 - self.dropout)


def _buckets(length: int) -> Tensor:
    """For each piece and each other the class of their distance: one by one at first, then ever wider."""
    places = torch.arange(length)
    apart = places[None] - places[:, None]
    each, exact = BUCKETS // 2, BUCKETS // 4
    far = apart.abs().clamp(min=1) / exact
    wider = exact + (torch.log(far) / math.log(FARTHEST / exact) * (each - exact)).long()
    return (apart > 0) * each + torch.where(apart.abs() < exact, apart.abs(), wider.clamp(max=each - 1))


def batch(items: Sequence[tuple[list[int], list[int]]]) -> tuple[Tensor, Tensor, Tensor]:
    """Tokens, where they stand, and which were said by the canvasser, padded to the longest line.

    Args:
        items: For each line the tokens said and the tokens of the context.
    """
    length = max(len(said) + len(context) for said, context in items)
    tokens = np.zeros((len(items), length), dtype=np.int64)
    real = np.zeros((len(items), length), dtype=np.float32)
    own = np.zeros((len(items), length), dtype=np.float32)
    for row, (said, context) in enumerate(items):
        both = [*said, *context]
        tokens[row, : len(both)] = both
        real[row, : len(both)] = 1
        own[row, : len(said)] = 1
    return torch.tensor(tokens), torch.tensor(real), torch.tensor(own)
