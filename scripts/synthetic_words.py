"""What is said in a synthetic archive."""

import json
import random
from dataclasses import dataclass
from itertools import accumulate

from app.search.words import SpokenWords

VOCABULARY = 30_000
POOL = 20_000


@dataclass(frozen=True, slots=True)
class Sentence:
    """Something that can be said: as text, as JSON, and as words to be looked for."""

    text: str
    json: str
    words: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "Sentence":
        """A sentence."""
        return cls(text, json.dumps(text), SpokenWords.of([("canvasser", text)]).canvasser)


def pool(dice: random.Random) -> list[Sentence]:
    """Sentences whose words follow Zipf's law, with the offset that Mandelbrot gave it (2.7)."""
    syllables = [
        first + second for first in "bdfghklmnprstvw" for second in ("a", "e", "i", "o", "u", "ar", "en", "il")
    ]
    vocabulary = ["".join(dice.choices(syllables, k=1 + min(3, rank // 300))) for rank in range(VOCABULARY)]
    weights = list(accumulate(1.0 / (rank + 2.7) for rank in range(VOCABULARY)))
    return [
        Sentence.of(" ".join(dice.choices(vocabulary, cum_weights=weights, k=dice.randint(3, 16))) + ".")
        for _ in range(POOL)
    ]


def filled(say: str) -> str:
    """A line of an approved script as it is read out."""
    names = {
        "{canvasser_name}": "Dave",
        "{contact_name}": "Robin Marsh",
        "{candidates}": "Samir Qureshi and Helen Hartwell",
    }
    for slot, name in names.items():
        say = say.replace(slot, name)
    return say
