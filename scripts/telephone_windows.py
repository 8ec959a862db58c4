"""Speech laid out in windows as the ear gets them, with the words that it is to write."""

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from telephone_damage import damaged
from telephone_lines import NAMES
from telephone_speech import RATE_HZ, Utterance

Sound = NDArray[np.float32]

SPELT_OUT = re.compile(
    r"\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twent\w*|thirt\w*|fort(y|ieth)|"
    r"fift\w*|sixt\w*|sevent\w*|eight\w*|ninet\w*|hundred|thousand|first|second|third|\w+th|per cent|pence)\b"
)


@dataclass(frozen=True, slots=True)
class Packed:
    """Some utterances laid end to end.

    Attributes:
        clean: At 16 000 Hz.
        text: What is said in it.
        names: Names that are said in it.
    """

    clean: Sound
    text: str
    names: tuple[str, ...]


def as_written(said: Iterable[Utterance], ear: Any) -> list[Utterance]:
    """The utterances with numbers as the published model writes them, without those that went wrong.

    Args:
        said: Clean.
        ear: From samples and the sample rate, the text of the published model.
    """
    from whisper.normalizers import EnglishTextNormalizer

    normal, kept = EnglishTextNormalizer(), []
    for item in said:
        if not SPELT_OUT.search(item.text.lower()):
            kept.append(item)
            continue
        heard = ear(item.samples.astype(np.float32) / 32768)
        if normal(heard) == normal(item.text):
            kept.append(Utterance(heard, item.samples))
        elif not re.search(r"\d", item.text):
            kept.append(item)
    return kept


def pack(said: Sequence[Utterance], settings: Mapping[str, Any], draw: random.Random) -> list[Packed]:
    """Lay utterances in windows of every length up to the longest, each utterance once."""
    people = list(yaml.safe_load(NAMES.read_text("utf-8")).values())
    known = {name for origin in people for part in ("given", "family") for name in origin[part]}
    packs: list[Packed] = []
    texts: list[str] = []
    parts: list[Sound] = []
    limit = 0.0
    for item in [*draw.sample(list(said), len(said)), None]:
        length = sum(len(part) for part in parts) + (len(item.samples) if item else 0)
        if parts and (item is None or length > limit * RATE_HZ):
            text = " ".join(texts)
            packs.append(Packed(np.concatenate(parts), text, _names(text, known)))
            texts, parts = [], []
        if item is None or len(item.samples) > settings["longest_seconds"] * RATE_HZ:
            continue
        if not parts:
            limit = draw.uniform(3.0, settings["longest_seconds"])
        gain = np.float32(10 ** (-draw.uniform(0, settings["fainter_db"]) * draw.random() / 20) / 32768)
        gap = np.zeros(round(draw.uniform(*settings["gap_seconds"]) / 2 * RATE_HZ), dtype=np.float32)
        parts += [gap, item.samples * gain, gap]
        texts.append(item.text)
    return packs


def _names(text: str, known: set[str]) -> tuple[str, ...]:
    words = r"|".join(sorted((re.escape(word) for word in set(re.findall(r"[A-Z][\w'-]+", text)) & known), key=len))
    return tuple(dict.fromkeys(re.findall(rf"\b(?:(?:{words})(?: (?:{words}))*)\b", text))) if words else ()


def heard_badly(pack: Packed, others: Sequence[Sound], draw: random.Random) -> Sound:
    """A window after a line that was drawn for it."""
    return damaged(pack.clean, others=others, draw=draw)


def glossary(pack: Packed, strangers: Sequence[str], draw: random.Random) -> str:
    """A prompt of names as the product gives it: those that are said, and others that are not."""
    names = [name for name in pack.names if draw.random() < 0.9]
    names += draw.sample(list(strangers), draw.randrange(0 if names else 2, 6))
    draw.shuffle(names)
    return f" Glossary: {', '.join(names)}."
