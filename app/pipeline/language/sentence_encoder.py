"""Sentence embeddings: how alike two sentences are in meaning."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Embeddings = NDArray[np.float32]

CACHE_SIZE = 20_000
"""Sentences kept: scripted speech repeats itself over the calls of an archive."""

BATCH_SIZE = 64
MAXIMUM_TOKENS = 128


class SentenceEncoder:
    """all-MiniLM-L6-v2 (Wang et al. 2020; sentence-transformers) in CTranslate2.

    Each sentence is encoded on its own length and cached by its text, so a result never depends on what else was
    encoded before or beside it.
    """

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        """Take the weights from a folder; they are loaded when the first sentence comes.

        Args:
            folder: A CTranslate2 encoder with ``tokenizer.json``.
            threads: CPU threads of one encoder.
        """
        self._folder = folder
        self._threads = threads
        self._loaded: tuple[Any, Any] | None = None
        self._encode_one = lru_cache(maxsize=CACHE_SIZE)(self._encode_uncached)

    def encode(self, sentences: Sequence[str]) -> Embeddings:
        """Encode sentences.

        Args:
            sentences: Any number of sentences.

        Returns:
            Unit vectors, float32, shape (n_sentences, 384).
        """
        if not sentences:
            return np.zeros((0, 384), dtype=np.float32)
        return np.stack([self._encode_one(sentence) for sentence in sentences])

    def _encode_uncached(self, sentence: str) -> Embeddings:
        encoder, tokenizer = self._load()
        encoding = tokenizer.encode(sentence.lower())
        tokens = list(encoding.tokens)
        output = encoder.forward_batch([tokens])
        states = np.array(output.last_hidden_state, dtype=np.float32)[0]
        mean = states.mean(axis=0)
        unit: Embeddings = mean / max(float(np.linalg.norm(mean)), 1e-9)
        return unit

    def _load(self) -> tuple[Any, Any]:
        if self._loaded is None:
            import ctranslate2
            from tokenizers import Tokenizer

            tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
            tokenizer.no_padding()
            tokenizer.enable_truncation(MAXIMUM_TOKENS)
            encoder = ctranslate2.Encoder(
                str(self._folder), device="cpu", compute_type="int8", inter_threads=1, intra_threads=self._threads
            )
            self._loaded = (encoder, tokenizer)
        return self._loaded
