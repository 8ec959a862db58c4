"""What is said in the sound that the telephone adapter is trained on: lines of calls with other people's names.

The lines are those that the other two adapters are trained on, so none of them is of a sample call. Wherever a line
names a candidate, somebody else is named, so that no name can be learnt by heart.
"""

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

MODELS = Path(__file__).resolve().parent.parent / "models"
NAMES = MODELS / "telephone" / "names.yaml"
FEWEST_WORDS, MOST_WORDS = 4, 34

MONTHS = "January February March April May June July August September October November December".split()
NAMED = (
    "The candidates are {0}, {1} and {2}.",
    "On the paper you will find {0}, {1}, {2} and {3}, in that order.",
    "I put {0} first, {1} second, and I left {2} off.",
    "Hello, this is {0}. Could I speak to {1}, please?",
    "No, it's {0} here. You want {1}.",
    "I think {0} has more sense than {1}.",
    "Would that be {0} or {1}?",
    "So that's a one for {0} and a two for {1}. Is that right?",
    "My neighbour {0} knows {1} from the committee.",
    "Did you hear {0} on the radio?",
    "You have told me {0}. And your second preference?",
    "The names are {0}, {1}, {2} and {3}. They stand in the order of the alphabet.",
    "{0}? No, never heard of them. I've heard of {1}, though.",
    "I'd sooner have {0}, if I'm honest.",
    "Can you spell {0} for me?",
)
NUMBERED = (
    "The ballot closes at {hour} on the {day}th of {month}.",
    "My number is {digits}.",
    "It was {thousands} pounds last year and {hundreds} this year.",
    "I live at number {hundreds}, and I've been here {tens} years.",
    "There were {thousands} votes cast, and {hundreds} of them were spoilt.",
    "The reference is {letters} {digits}.",
    "It's spelt {letters}, with a {letter} at the end.",
    "About {tens} per cent of the members voted in {month}.",
)


def lines(draw: random.Random) -> Iterator[str]:
    """Sentences without end, in random order, every line of the files once before any comes again.

    Args:
        draw: Decides the order and the names.
    """
    people = _people()
    told = list(_told())
    while True:
        draw.shuffle(told)
        for text, candidates in told:
            yield _renamed(text, candidates, people, draw)
            if draw.random() < 0.45:
                yield draw.choice(NAMED).format(*(_person(people, draw) for _ in range(4)))
            if draw.random() < 0.12:
                yield _numbered(draw)


def _person(people: list[tuple[list[str], list[str]]], draw: random.Random) -> str:
    given, family = draw.choice(people)
    full = f"{draw.choice(given)} {draw.choice(family)}"
    return full if draw.random() < 0.8 else full.split(" ", 1)[1]


def _people() -> list[tuple[list[str], list[str]]]:
    return [(origin["given"], origin["family"]) for origin in yaml.safe_load(NAMES.read_text("utf-8")).values()]


def _told() -> Iterator[tuple[str, list[str]]]:
    """Each line that is fit to be spoken, with the candidates that it may name."""
    for path in sorted(MODELS.glob("deviations/lines/*.yaml")):
        brief = _read(path)
        named = {item["id"]: [one["name"] for one in item.get("candidates", ())] for item in brief["contests"]}
        for line in brief["lines"]:
            for part in ("before", "say"):
                if _is_fit(line[part]):
                    yield line[part], named[line["contest"]]
    for path in sorted(MODELS.glob("script_lines/pairs/*.yaml")):
        for pair in _read(path)["pairs"]:
            for text in (pair["line"], *pair["said"], *pair["altered"], *pair["other"]):
                if _is_fit(text):
                    yield text, list(pair["contest"].get("candidates", ()))


def _is_fit(text: str) -> bool:
    """Whether it is written as Whisper writes, so that its words are the ones that will be spoken."""
    return bool(
        re.fullmatch(r"[A-Z][A-Za-z0-9 ,.!?;:'£%-]+[.!?]", text) and FEWEST_WORDS <= len(text.split()) <= MOST_WORDS
    )


def _renamed(text: str, candidates: list[str], people: list[tuple[list[str], list[str]]], draw: random.Random) -> str:
    for name in candidates:
        given, family = (draw.choice(part) for part in draw.choice(people))
        first, _, last = name.partition(" ")
        for old, new in ((first, given), (last, family)) if last else ((first, family),):
            text = re.sub(rf"\b{re.escape(old)}\b", new, text)
    return text


def _numbered(draw: random.Random) -> str:
    return draw.choice(NUMBERED).format(
        hour=draw.choice(["noon", "midnight", "five o'clock", "10 p.m.", "half past nine"]),
        day=draw.choice([4, 6, 11, 14, 17, 19, 24, 28, 30]),
        month=draw.choice(MONTHS),
        digits=" ".join(str(draw.randrange(10)) for _ in range(draw.randrange(5, 12))),
        letters=" ".join(draw.choice("ABCDEFGHIJKLMNOPRSTUVWYZ") for _ in range(draw.randrange(3, 8))),
        letter=draw.choice("AEKNSTYZ"),
        tens=draw.randrange(11, 99),
        hundreds=draw.randrange(101, 990),
        thousands=draw.randrange(1001, 9990),
    )


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content
