"""Calls written down as turns, and one judge for all tests."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from app.approved_scripts.authoring import load_script
from app.bootstrap import build_judge
from app.domain.finding import CallResult, Finding
from app.domain.script import ApprovedScript
from app.domain.transcript import Speaker, Transcript, Utterance
from app.model_store import ModelStore
from app.pipeline.judge import Judge

TESTS = Path(__file__).resolve().parents[1]
GOLDEN_SCRIPTS = TESTS / "golden" / "approved_scripts"
SAMPLE_CALLS = TESTS.parent / "sample_calls"

Turn = Mapping[str, str]


@cache
def judge() -> Judge:
    """The judge with real weights; its caches may be shared, since they never change a result."""
    return build_judge(ModelStore(), profile="balanced")


@cache
def golden_script(name: str) -> ApprovedScript:
    """An approved script of the golden cases."""
    return load_script(GOLDEN_SCRIPTS / f"{name}.yaml")


def transcript(turns: Iterable[Turn], *, call: str = "call") -> Transcript:
    """A transcript made elsewhere: speakers and words, nothing else."""
    utterances = []
    for index, turn in enumerate(turns):
        ((speaker, text),) = turn.items()
        utterances.append(Utterance(index=index, speaker=Speaker(speaker), text=text))
    return Transcript(call=call, utterances=tuple(utterances))


def judged(turns: Iterable[Turn], *, script: str = "eastmere-mayor") -> CallResult:
    """The result of a call that is written down as turns."""
    return judge().judge(transcript(turns), script=golden_script(script))


def codes(result: CallResult) -> list[str]:
    """The codes found, in the order of the result."""
    return [str(finding.code) for finding in result.findings]


def of_code(result: CallResult, code: str) -> list[Finding]:
    """The findings of one code."""
    return [finding for finding in result.findings if finding.code == code]


def read_aloud(script: ApprovedScript) -> list[Turn]:
    """A call in which the canvasser reads the script and the contact says little."""
    options = " and ".join(option.name for option in script.options)
    turns: list[Turn] = []
    for line in script.lines:
        if line.kind in ("opt-out", "wrong-person", "voicemail", "response"):
            continue
        said = line.say.replace("{candidates}", options)
        for slot in script.slots:
            said = said.replace(f"{{{slot}}}", "Robin Marsh")
        turns += [{"canvasser": said}, {"contact": "Okay."}]
    return turns[:-1]
