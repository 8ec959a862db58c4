"""Whisper with a low-rank update that can be trained: its encoder's layers, and how its decoder looks at them."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

STATES_PER_SECOND = 50


class Updated(nn.Module):
    """A frozen linear layer with ``scale * up @ down`` added to its weight."""

    def __init__(self, layer: nn.Linear, *, rank: int, scale: float) -> None:
        """Take a layer; the update begins as nothing."""
        super().__init__()
        self.layer, self.scale = layer, scale
        self.down = nn.Parameter(torch.randn(rank, layer.in_features) / layer.in_features**0.5)
        self.up = nn.Parameter(torch.zeros(layer.out_features, rank))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """As the layer, with the update."""
        return self.layer(x) + nn.functional.linear(nn.functional.linear(x, self.down), self.up) * self.scale


class Network(nn.Module):
    """Whisper as published, with the update in the layers that are named."""

    def __init__(self, checkpoint: Path, *, rank: int, scale: float, layers: list[str]) -> None:
        """Load the weights.

        Args:
            checkpoint: In the layout of openai-whisper.
            rank: Of the update of each layer.
            scale: Factor on the update.
            layers: Patterns: the end of a layer's name after ``encoder.blocks.N.`` or ``decoder.blocks.N.``, as
                ``encoder:attn.query``.
        """
        import whisper

        super().__init__()
        self.whisper: Any = whisper.load_model(str(checkpoint), device="cpu").float()
        for parameter in self.whisper.parameters():
            parameter.requires_grad_(False)
        self.updated: dict[str, Updated] = {}
        for pattern in layers:
            half, _, name = pattern.partition(":")
            for number, block in enumerate(getattr(self.whisper, half).blocks):
                *path, last = name.split(".")
                parent = block
                for part in path:
                    parent = parent[int(part)] if part.isdigit() else getattr(parent, part)
                old = parent[int(last)] if last.isdigit() else getattr(parent, last)
                new = Updated(old, rank=rank, scale=scale)
                if last.isdigit():
                    parent[int(last)] = new
                else:
                    setattr(parent, last, new)
                self.updated[f"{half}.blocks.{number}.{name}"] = new

    def learnt(self) -> list[nn.Parameter]:
        """What is trained."""
        return [parameter for parameter in self.whisper.parameters() if parameter.requires_grad]

    def encode(self, features: torch.Tensor) -> torch.Tensor:
        """The encoder's output for windows of any length, shape (n_windows, n_frames / 2, n_state)."""
        encoder = self.whisper.encoder
        x = nn.functional.gelu(encoder.conv1(features))
        x = nn.functional.gelu(encoder.conv2(x)).permute(0, 2, 1)
        x = x + encoder.positional_embedding[: x.shape[1]]
        for block in encoder.blocks:
            x = block(x)
        return torch.as_tensor(encoder.ln_post(x))

    def tensors(self, *, kept: float = 1.0) -> dict[str, np.ndarray]:
        """What was learnt, or a share of it, by the name of the layer, float16."""
        return {
            f"{name}.{part}": values.detach().numpy().astype(np.float16)
            for name, layer in self.updated.items()
            for part, values in (("down", layer.down), ("up", layer.up * layer.scale * kept))
        }
