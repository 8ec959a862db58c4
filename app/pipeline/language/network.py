"""A sentence encoder on one CPU thread: word pieces in, states out, several texts in one pass.

Batches cost half of what single texts cost, and must not show: a text is padded to a length that its own number of
pieces decides, rows are quantised one by one, and padding is left out of the products, so the states of a text are the
same bytes in any company (tests/unit/language/test_network.py).
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.pipeline.language.encoder_family import BERT, Family

States = NDArray[np.float32]

PADDED_TO = 32
"""Texts are padded to a multiple of so many pieces."""

BATCH_SIZE = 8
"""Texts in one pass. Word pieces of 20-piece texts, one thread, EPYC with AVX-512, microseconds each: 125 alone, 80 in
fours, 71 in eights, 125 in sixteens, which no longer fit into the cache of the processor (November 2026)."""

WORDS_KEPT = 10_000


class EncoderNetwork:
    """An encoder in CTranslate2, int8."""

    def __init__(self, folder: Path, *, family: Family = BERT, threads: int = 1) -> None:
        """Take the weights from a folder; they are loaded when the first text comes.

        Args:
            folder: A CTranslate2 encoder with ``tokenizer.json``.
            family: What it was converted from.
            threads: CPU threads.
        """
        self._folder = folder
        self.family = family
        self._threads = threads
        self._loaded: tuple[Any, Any] | None = None
        # Word pieces never cross a space, so words are looked up one by one; talk repeats its words.
        self._pieces_of_word = lru_cache(maxsize=WORDS_KEPT)(self._pieces_uncached)

    def pieces(self, text: str) -> list[int]:
        """Numbers of the word pieces of a text, without the marks of its start and end."""
        return [piece for word in text.split() for piece in self._pieces_of_word(word)]

    def marks(self) -> tuple[int, int]:
        """Numbers of the pieces that start and end a text."""
        tokenizer = self._load()[1]
        return tokenizer.token_to_id(self.family.start), tokenizer.token_to_id(self.family.end)

    def states(self, texts: Sequence[Sequence[int]]) -> list[States]:
        """Encode texts.

        Args:
            texts: Each as numbers of word pieces, marks included.

        Returns:
            For each text its last states, float32, shape (n_pieces, width).
        """
        by_length: dict[int, list[int]] = {}
        for place, pieces in enumerate(texts):
            by_length.setdefault(-(-len(pieces) // PADDED_TO), []).append(place)
        found: dict[int, States] = {}
        for units, places in by_length.items():
            for first in range(0, len(places), BATCH_SIZE):
                batch = places[first : first + BATCH_SIZE]
                states = self._forward([texts[place] for place in batch], length=units * PADDED_TO)
                found.update(zip(batch, states, strict=True))
        return [found[place] for place in range(len(texts))]

    def paired_features(self, pairs: Sequence[tuple[Sequence[int], Sequence[int]]]) -> list[States]:
        """What trained heads read of a text with another behind it.

        Args:
            pairs: Numbers of word pieces with their marks: the text that is judged and what stands beside it.

        Returns:
            For each pair the mean over the states of the first text and its first state, shape (2 * width,).
        """
        states = self.states([[*first, *second] for first, second in pairs])
        return [
            np.concatenate([found[: len(first)].mean(axis=0), found[0]])
            for found, (first, _) in zip(states, pairs, strict=True)
        ]

    def _forward(self, batch: Sequence[Sequence[int]], *, length: int) -> list[States]:
        import ctranslate2

        encoder = self._load()[0]
        padded = np.zeros((len(batch), length), dtype=np.int32)
        lengths = np.array([len(pieces) for pieces in batch], dtype=np.int32)
        for row, pieces in zip(padded, batch, strict=True):
            row[: len(pieces)] = pieces
        # Where attention knows distances the places of the pieces come as their types: see encoder_conversion.
        places = [list(range(length))] * len(batch) if self.family.relative else None
        output = encoder.forward_batch(
            ctranslate2.StorageView.from_array(padded),
            lengths=ctranslate2.StorageView.from_array(lengths),
            token_type_ids=places,
        )
        states = np.array(output.last_hidden_state, dtype=np.float32)
        return [states[row, : len(pieces)] for row, pieces in enumerate(batch)]

    def _pieces_uncached(self, word: str) -> tuple[int, ...]:
        return tuple(self._load()[1].encode(word, add_special_tokens=False).ids)

    def _load(self) -> tuple[Any, Any]:
        if self._loaded is None:
            import ctranslate2
            from tokenizers import Tokenizer

            tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
            tokenizer.no_padding()
            tokenizer.no_truncation()
            encoder = ctranslate2.Encoder(
                str(self._folder), device="cpu", compute_type="int8", inter_threads=1, intra_threads=self._threads
            )
            self._loaded = (encoder, tokenizer)
        return self._loaded
