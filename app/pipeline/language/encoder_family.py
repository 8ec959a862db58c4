"""The families of sentence encoders that the program reads with, and how their checkpoints name what they hold."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """An architecture of encoders.

    Attributes:
        heads: Attention heads of a layer.
        attention: The four linear layers of attention within a layer of the checkpoint: what is asked, what is
            answered by, what is told, and what comes out.
        attention_norm: The normalisation behind them.
        epsilon: Of every normalisation.
        first_position: Row of the table of positions that stands for the first word piece.
        relative: Whether attention adds a number by how far two pieces are apart, the same in every layer.
        segments: Whether each piece is told which of two texts it is of; all are of the first here.
        start: The mark before a text.
        end: The mark behind it.
    """

    heads: int
    attention: tuple[str, str, str, str]
    attention_norm: str
    epsilon: float
    first_position: int
    relative: bool
    segments: bool
    start: str
    end: str

    @property
    def linear_layers(self) -> tuple[str, ...]:
        """Names within a layer of the checkpoint of what is trained: attention, then the two that think."""
        return (*self.attention, "intermediate.dense", "output.dense")


BERT = Family(
    heads=12,
    attention=("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"),
    attention_norm="attention.output.LayerNorm",
    epsilon=1e-12,
    first_position=0,
    relative=False,
    segments=True,
    start="[CLS]",
    end="[SEP]",
)
"""MiniLM too (Devlin et al. 2019; Wang et al. 2020)."""

MPNET = Family(
    heads=12,
    attention=("attention.attn.q", "attention.attn.k", "attention.attn.v", "attention.attn.o"),
    attention_norm="attention.LayerNorm",
    epsilon=1e-5,
    first_position=2,
    relative=True,
    segments=False,
    start="<s>",
    end="</s>",
)
"""Song et al. 2020."""

RELATIVE_BIAS = "encoder.relative_attention_bias.weight"
FARTHEST = 128
"""Pieces that are farther apart than that are as far apart as can be told."""


def family_of(names: Iterable[str]) -> Family:
    """The family of a checkpoint, by the names of its tensors."""
    return MPNET if RELATIVE_BIAS in names else BERT


def layers_of(names: Iterable[str]) -> int:
    """How many layers a checkpoint has, by the names of its tensors."""
    return sum(name.endswith("intermediate.dense.weight") for name in names)
