"""Whether a stretch of speech says what a reference says, whatever its words.

The reference is a line of the script. Likeness of words and of sentence embeddings cannot tell "none of them has a
horse from us" from small talk. A sentence encoder that was adapted to pairs (models/script_lines) reads both at once.
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from app.domain.units import Probability, sigmoid
from app.pipeline.language.adapter import Heads, read_heads
from app.pipeline.language.encoder_family import MPNET
from app.pipeline.language.network import EncoderNetwork, States
from app.pipeline.language.remembered import Remembered

COMPARISONS_KEPT = 20_000

STRETCH_TOKENS = 90
"""Word pieces of a stretch that are read."""

REFERENCE_TOKENS = 60
"""Word pieces of a reference that are read; approved lines of 35 words have about 45."""


class Comparer:
    """Compares references with stretches; an answer depends on the two alone."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        """Take the weights from a folder; they are loaded when the first pair comes.

        Args:
            folder: An artefact that ``scripts/train_comparer.py`` trained the adapter of.
            threads: CPU threads.
        """
        self._folder = folder
        self._network = EncoderNetwork(folder, family=MPNET, threads=threads)
        self._remembered = Remembered(self._compare, room=COMPARISONS_KEPT)

    def compare(self, pairs: Sequence[tuple[str, str]]) -> list[Probability]:
        """How probable it is that each stretch says its reference; many at once cost half of what they cost one by one.

        Args:
            pairs: A reference and a stretch each, without names, as ``name_blind`` writes them.

        Returns:
            In [0, 1], calibrated on briefs that the network had not seen; the meaning may be changed in what is said.
        """
        return self._remembered.all(pairs)

    def _compare(self, pairs: Sequence[tuple[str, str]]) -> list[Probability]:
        network = self._network
        start, end = network.marks()
        tokens = [
            (
                [start, *network.pieces(stretch), end][:STRETCH_TOKENS],
                [*network.pieces(reference), end][:REFERENCE_TOKENS],
            )
            for reference, stretch in pairs
        ]
        return [self._said(features) for features in network.paired_features(tokens)]

    def _said(self, features: States) -> Probability:
        heads = self._heads
        logit = float(heads.weight[0] @ features + heads.bias[0])
        slope, bias = heads.settings["calibration"]["said"]
        return sigmoid(slope * logit + bias)

    @cached_property
    def _heads(self) -> Heads:
        return read_heads(self._folder)
