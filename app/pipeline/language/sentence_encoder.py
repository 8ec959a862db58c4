"""Sentence embeddings: how alike two sentences are in meaning."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.pipeline.language.network import EncoderNetwork
from app.pipeline.language.remembered import Remembered

Embeddings = NDArray[np.float32]

SENTENCES_KEPT = 5_000
"""8 MB of them: scripted speech repeats itself over the calls of an archive."""

MAXIMUM_TOKENS = 128


class SentenceEncoder:
    """all-MiniLM-L6-v2 (Wang et al. 2020; sentence-transformers).

    A result never depends on what else was encoded before or beside it.
    """

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        """Take the weights from a folder; they are loaded when the first sentence comes.

        Args:
            folder: A CTranslate2 encoder with ``tokenizer.json``.
            threads: CPU threads of one encoder.
        """
        self._network = EncoderNetwork(folder, threads=threads)
        self._remembered = Remembered(self._encode, room=SENTENCES_KEPT)

    def encode(self, sentences: Sequence[str]) -> Embeddings:
        """Encode sentences; many at once cost half of what they cost one by one.

        Args:
            sentences: Any number of sentences.

        Returns:
            Unit vectors, float32, shape (n_sentences, 384).
        """
        if not sentences:
            return np.zeros((0, 384), dtype=np.float32)
        return np.stack(self._remembered.all(sentences))

    def _encode(self, sentences: Sequence[str]) -> list[Embeddings]:
        start, end = self._network.marks()
        texts = [[start, *self._network.pieces(sentence)[: MAXIMUM_TOKENS - 2], end] for sentence in sentences]
        return [_unit(states.mean(axis=0)) for states in self._network.states(texts)]


def _unit(mean: Embeddings) -> Embeddings:
    unit: Embeddings = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return unit
