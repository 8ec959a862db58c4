"""How the adapted encoders are fitted: one schedule and one order of batches for every task."""

import hashlib
import json
import random
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from deviation_network import Network, batch
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from app.model_store import MANIFEST_PATH, ModelStore
from app.pipeline.language.adapter import FILE_NAME

BATCHES_SORTED_TOGETHER = 10
READ_TOGETHER = 64

SHORT_WORDS = 5
"""Texts of so few words lose none."""

Item = tuple[list[int], list[int]]
"""Word pieces of the text that is judged, and of what stands beside it."""


class Learner:
    """Trains adapted encoders for one task, and has them answer."""

    def __init__(self, config: Mapping[str, Any], store: ModelStore, *, outputs: int) -> None:
        """Take settings and the published encoder.

        Args:
            config: A config.toml: ``encoder``, ``seed`` and the tables ``adapter`` and ``training``.
            store: Where the encoder lies.
            outputs: Logits of the heads.
        """
        self._config = config
        self._outputs = outputs
        self._checkpoint = store.path(config["encoder"]) / "model.safetensors"
        self._tokenizer = Tokenizer.from_file(str(store.path(config["encoder"]) / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def pieces(self, text: str) -> list[int]:
        """Numbers of the word pieces of a text, with the marks of its start and end."""
        found: list[int] = self._tokenizer.encode(text).ids
        return found

    def train(
        self,
        chosen: Sequence[int],
        *,
        items: Callable[[int, random.Random], Item],
        loss: Callable[[torch.Tensor, list[int]], torch.Tensor],
        length: Callable[[int], int],
        note: str,
    ) -> Network:
        """A network trained with AdamW, a warm-up of a tenth of the steps and a linear decline.

        Args:
            chosen: Numbers of the examples.
            items: An example as word pieces, varied by the draw that is given.
            loss: Of the logits of some examples.
            length: About how long an example is: those of like length are read together.
            note: Before each line of progress.
        """
        settings = self._config["training"]
        torch.manual_seed(self._config["seed"])
        draw = random.Random(self._config["seed"])  # noqa: S311
        network = Network(
            self._checkpoint, outputs=self._outputs, dropout=settings["dropout"], **self._config["adapter"]
        )
        heads = list(network.heads.parameters())
        adapters = [p for name, p in network.named_parameters() if not name.startswith("heads.")]
        optimizer = torch.optim.AdamW(
            [{"params": adapters, "lr": settings["adapter_rate"]}, {"params": heads, "lr": settings["head_rate"]}],
            weight_decay=settings["weight_decay"],
        )
        steps = settings["epochs"] * (len(chosen) // settings["batch_size"] + 2)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: min((step + 1) / (0.1 * steps), max(0.0, (steps - step) / (0.9 * steps)))
        )
        network.train()
        for epoch in range(settings["epochs"]):
            losses = []
            for numbers in _batches(chosen, length=length, size=settings["batch_size"], draw=draw):
                value = loss(network(*batch([items(number, draw) for number in numbers])), numbers)
                optimizer.zero_grad()
                value.backward()
                torch.nn.utils.clip_grad_norm_([*adapters, *heads], settings["gradient_norm"])
                optimizer.step()
                schedule.step()
                losses.append(value.item())
            print(f"{note}: epoch {epoch + 1} of {settings['epochs']}, loss {np.mean(losses):.3f}", file=sys.stderr)
        network.eval()
        return network

    def answers(self, network: Network, items: Sequence[Item]) -> np.ndarray:
        """Logits, shape (n_items, n_outputs)."""
        found = [np.zeros((0, self._outputs), dtype=np.float32)]
        with torch.no_grad():
            for first in range(0, len(items), READ_TOGETHER):
                found.append(network(*batch(items[first : first + READ_TOGETHER])).numpy())
        return np.concatenate(found)


def in_one_breath(said: str, other: str, draw: random.Random) -> str:
    """What was said with something else before or behind it."""
    both = [said, other]
    draw.shuffle(both)
    return " ".join(both)


def with_words_lost(text: str, *, share: float, kept: frozenset[str], draw: random.Random) -> str:
    """A text as a recogniser might have written it, some of its words left out; a short one is whole.

    Args:
        text: What was said.
        share: Of the words, in [0, 1].
        kept: Words and marks that are never left out.
        draw: Where chance comes from.
    """
    words = text.split()
    if len(words) > SHORT_WORDS:
        words = [word for word in words if word in kept or draw.random() >= share]
    return " ".join(words)


def _batches(chosen: Sequence[int], *, length: Callable[[int], int], size: int, draw: random.Random) -> list[list[int]]:
    shuffled = list(chosen)
    draw.shuffle(shuffled)
    batches = []
    for first in range(0, len(shuffled), size * BATCHES_SORTED_TOGETHER):
        near = sorted(shuffled[first : first + size * BATCHES_SORTED_TOGETHER], key=length)
        parts = [near[start : start + size] for start in range(0, len(near), size)]
        draw.shuffle(parts)
        batches.extend(parts)
    return batches


def write_weights(tensors: Mapping[str, np.ndarray], settings: Mapping[str, Any], *, home: Path, artefact: str) -> str:
    """Write adapter, heads and settings, and their digest into the manifest; gives back the file's SHA-256.

    Args:
        tensors: What the network learnt.
        settings: What the program needs beside them, for the header of the file.
        home: Folder of the task under models/.
        artefact: Id in the manifest that is made with them.
    """
    path = home / "weights" / FILE_NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(dict(tensors), path, metadata={"settings": json.dumps(settings, sort_keys=True)})
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    text = MANIFEST_PATH.read_text(encoding="utf-8")
    pattern = rf'(id = "{re.escape(artefact)}".*?name = "{re.escape(FILE_NAME)}"\nsha256 = ")[0-9a-f]*'
    MANIFEST_PATH.write_text(re.sub(pattern, rf"\g<1>{digest}", text, count=1, flags=re.DOTALL), encoding="utf-8")
    return digest
