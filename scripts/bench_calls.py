"""Calls to judge: composed of the turns of the sample calls and of the golden cases, with other words in each."""

import json
import random
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import yaml

from app.domain.serialization import transcript_from_json
from app.domain.transcript import Speaker, Transcript, Utterance

ROOT = Path(__file__).resolve().parents[1]
SAMPLE_CALLS = ROOT / "sample_calls"
GOLDEN_CASES = ROOT / "tests" / "golden" / "cases"

WORDS_OF_TWO_MINUTES = 300
"""At 150 words a minute, as people talk on the telephone."""

REPEATED = 50
"""Short calls that come again and again, as scripted calls do."""

ONE_NEW_IN = 10
TURNS_OF_A_SHORT_CALL = 2

NAMES = "Aled Bronwen Carys Dilip Esme Farida Gwen Hamza Iona Jamal Kezia Lorcan Mabel Nadeem Orla Rhys Siân".split()
WORDS = (
    "actually basically anyway honestly obviously perhaps today truly usually well yesterday tonight there then".split()
)
PLACES = (
    "Ashby Barrow Corby Denholm Elmet Farnley Garforth Hatfield Ilkley Kippax Lofthouse Morley Otley Pudsey".split()
)


def two_minute_calls(number: int, *, seed: int = 2015) -> Iterator[tuple[Transcript, str]]:
    """Distinct transcripts with about as many words as two minutes hold, and the id of the script of each.

    Args:
        number: How many.
        seed: The same seed gives the same calls.
    """
    chance = random.Random(seed)  # noqa: S311
    golden = _golden_turns()
    calls = [
        (_script_of(folder), [(u.speaker, u.text) for u in _reference(folder).utterances])
        for folder in sorted((SAMPLE_CALLS / "calls").iterdir())
    ]
    calls = [(script, turns) for script, turns in calls if len(turns) > 10]
    for index in range(number):
        script, turns = calls[index % len(calls)]
        said = [(speaker, _varied(text, chance)) for speaker, text in turns]
        while sum(len(text.split()) for _, text in said) < WORDS_OF_TWO_MINUTES:
            speaker, text = chance.choice(golden)
            said.insert(chance.randrange(len(said) // 2, len(said)), (speaker, _varied(text, chance)))
        utterances = tuple(
            Utterance(index=place, speaker=speaker, text=text) for place, (speaker, text) in enumerate(said)
        )
        yield Transcript(call=f"call-{index}", utterances=utterances), script


def short_calls(*, seed: int = 2016) -> Iterator[Transcript]:
    """Calls of a few turns without end: most are the same few again, every tenth has words never heard before.

    Args:
        seed: The same seed gives the same calls.
    """
    chance = random.Random(seed)  # noqa: S311
    golden = _golden_turns()
    known = [_short_call(golden, chance, call=f"known-{number}") for number in range(REPEATED)]
    for number in count():
        yield chance.choice(known) if number % ONE_NEW_IN else _short_call(golden, chance, call=f"call-{number}")


def _short_call(turns: list[tuple[Speaker, str]], chance: random.Random, *, call: str) -> Transcript:
    said = [chance.choice(turns) for _ in range(TURNS_OF_A_SHORT_CALL)]
    return Transcript(
        call=call,
        utterances=tuple(
            Utterance(index=place, speaker=speaker, text=f"{_unheard(chance)} {_varied(text, chance)}")
            for place, (speaker, text) in enumerate(said)
        ),
    )


def _unheard(chance: random.Random) -> str:
    """A word that no other call holds."""
    return "".join(chance.choice("bdfgklmnprst") + chance.choice("aeiou") for _ in range(6))


def _reference(folder: Path) -> Transcript:
    return transcript_from_json(
        json.loads((folder / "reference.json").read_text(encoding="utf-8")), default_call=folder.name
    )


def _script_of(folder: Path) -> str:
    return str(yaml.safe_load((folder / "dialogue.yaml").read_text(encoding="utf-8"))["script"])


def _golden_turns() -> list[tuple[Speaker, str]]:
    turns = []
    for path in sorted(GOLDEN_CASES.glob("*.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))["cases"]:
            for turn in case["call"]:
                turns += [
                    (Speaker(speaker), text) for speaker, text in turn.items() if speaker in ("canvasser", "contact")
                ]
    return turns


def _varied(text: str, chance: random.Random) -> str:
    """The same turn with another name and word in it, so that no cache has seen it."""
    words = text.split()
    words.insert(chance.randrange(len(words) + 1), chance.choice(WORDS))
    words.insert(0, f"{chance.choice(NAMES)} {chance.choice(PLACES)} {chance.randrange(10, 1000)},")
    return " ".join(words)
