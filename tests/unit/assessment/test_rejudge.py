"""A transcript judged again: what was heard of its findings stays, and only what nobody has heard needs the sound."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from app.bootstrap import RecordingAnalyst
from app.domain.audio import RawFormat
from app.domain.finding import CallResult
from app.domain.script import ApprovedScript
from app.domain.serialization import result_to_json
from app.domain.transcript import EngineInfo, Speaker, Transcript, Utterance
from app.errors import RecordingDamaged
from app.pipeline.analyze import Ears
from app.pipeline.assessment.corroborate import corroborate
from app.pipeline.detection.registry import RULESET
from app.pipeline.upstream import Upstream, is_told_apart_by_script, reads_alike
from app.runs.analyst import Rejudgement, Rejudging
from tests.support.calls import golden_script, judge, of_code
from tests.support.fake_ears import FakeEar
from tests.support.sound import recording, sample_file, silence

PRAISE = "Samir is a decent guy."
NICKNAME = "Sammy is a decent guy, vote for Sammy."
SCRIPT = golden_script("eastmere-mayor")
QURESHI = next(option for option in SCRIPT.options if option.id == "qureshi")
NICKNAMED = replace(
    SCRIPT,
    version="sha256:nicknamed",
    options=tuple(
        replace(item, aliases=(*item.aliases, "Sammy")) if item is QURESHI else item for item in SCRIPT.options
    ),
)


@dataclass(frozen=True)
class File:
    path: Path
    raw: RawFormat | None = None


def upstream(*, first: FakeEar, second: FakeEar | None) -> Upstream:
    return Upstream(
        engine=first.info,
        second=second.info if second else None,
        voices=None,
        ruleset=RULESET,
        models=(),
        profile="balanced",
    )


def analyst(tmp_path: Path, first: FakeEar, second: FakeEar | None = None) -> RecordingAnalyst:
    ears = Ears(first, None, second)
    return RecordingAnalyst(ears, judge(), tmp_path, upstream(first=first, second=second))


def heard(*texts: str, second: FakeEar | None = None) -> dict[str, Any]:
    """The stored result of a call in which a canvasser says these words, each 3 s long."""
    said = tuple(
        Utterance(index, Speaker.CANVASSER, text, 4.0 + 4 * index, 7.0 + 4 * index, 0, 0.9, 0.99)
        for index, text in enumerate(texts)
    )
    first = FakeEar(says=texts[0], inset=0.0)
    transcript = Transcript("call", utterances=said, duration=20.0, language="en", engine=first.info)
    result = judge().judge(transcript, script=SCRIPT)
    language = judge().language(SCRIPT)
    sound = recording(silence(20))
    told = corroborate(result, sound, engine=first, second=second, language=language, hinted=True)
    return result_to_json(told)


def again(
    made: RecordingAnalyst, before: dict[str, Any], *, script: ApprovedScript = SCRIPT, gone: bool = False
) -> tuple[Rejudgement, list[str]]:
    """Judge it again; with what was fetched."""
    fetched: list[str] = []

    @contextmanager
    def sound() -> Iterator[File]:
        if gone:
            raise RecordingDamaged("It is gone.", found=None)
        fetched.append("sound")
        yield File(sample_file("bus-driver"))

    return made.rejudge(before, judged_by=SCRIPT, script=script, sound=sound), fetched


def as_stored(result: CallResult) -> Any:
    return result_to_json(result)


def test_what_was_heard_again_is_taken_over_without_sound(tmp_path: Path) -> None:
    second = FakeEar(says=PRAISE, model="second", inset=0.0)
    before = heard(PRAISE, second=second)
    first = FakeEar()
    made = analyst(tmp_path, first, second)
    assert isinstance(made, Rejudging)
    asked = len(second.asked)
    done, fetched = again(made, before)
    assert as_stored(done.result)["findings"] == before["findings"]
    assert before["findings"][0]["corroborated"] is not None
    assert (done.heard_again, fetched, first.asked, len(second.asked)) == (0, [], [], asked)
    assert "whisper-second" in dict(done.result.provenance.models)


def test_only_what_is_new_is_listened_to(tmp_path: Path) -> None:
    before = heard("Helen is a decent woman.", NICKNAME)
    assert [item["subject"] for item in before["findings"] if item["code"] == "endorsement"] == ["hartwell"]
    first = FakeEar(says=NICKNAME, inset=0.0)
    done, fetched = again(analyst(tmp_path, first), before, script=NICKNAMED)
    new = {finding.subject: finding for finding in of_code(done.result, "endorsement")}
    assert set(new) == {"hartwell", "qureshi"}
    assert new["qureshi"].corroborated is not None
    assert [ear.engine for ear in new["qureshi"].heard] == ["fake", "fake"]
    kept = [item for item in as_stored(done.result)["findings"] if item in before["findings"]]
    assert "hartwell" in [item["subject"] for item in kept]
    assert fetched == ["sound"]
    assert 0 < done.heard_again < len(done.result.findings)
    assert first.asked


def test_another_second_model_hears_critical_findings_only(tmp_path: Path) -> None:
    before = heard(PRAISE)
    second = FakeEar(says=PRAISE, model="second", inset=0.0)
    done, fetched = again(analyst(tmp_path, FakeEar(says=PRAISE), second), before)
    critical = [finding for finding in done.result.findings if finding.severity == "critical"]
    assert done.heard_again == len(critical) > 0
    assert fetched == ["sound"]
    assert all(finding.heard[-1].model == "second" for finding in critical)


def test_where_the_recording_is_gone_a_new_finding_says_that_nobody_heard_it_again(tmp_path: Path) -> None:
    done, _ = again(analyst(tmp_path, FakeEar()), heard(NICKNAME), script=NICKNAMED, gone=True)
    (found, *_) = of_code(done.result, "endorsement")
    assert found.corroborated is None
    assert found.heard == ()


@pytest.mark.parametrize(
    ("change", "is_same"),
    [
        ({}, True),
        ({"settings": (("beam_size", "1"), ("encoder", "openvino"))}, True),
        ({"settings": (("beam_size", "5"),)}, False),
        ({"sha256": "1" * 64}, False),
        ({"model": "small"}, False),
    ],
)
def test_what_was_heard_with_is_one_key(change: dict[str, Any], is_same: bool) -> None:
    engine = EngineInfo("windowed", "base", "0" * 64, (("beam_size", "1"),))
    one = replace(upstream(first=FakeEar(), second=None), engine=engine)
    other = replace(one, engine=replace(engine, **change))
    assert (one.hearing_key(SCRIPT) == other.hearing_key(SCRIPT)) is is_same


def test_names_belong_to_what_was_heard_with_and_lines_do_not() -> None:
    now = upstream(first=FakeEar(), second=None)
    renamed = replace(SCRIPT, version="x", options=(replace(QURESHI, name="Samir Q. Qureshi"), *SCRIPT.options[1:]))
    assert now.hearing_key(renamed) != now.hearing_key(SCRIPT)
    assert now.hearing_key(NICKNAMED) == now.hearing_key(SCRIPT)
    assert reads_alike(SCRIPT, NICKNAMED)
    assert not reads_alike(SCRIPT, replace(SCRIPT, version="x", lines=SCRIPT.lines[:2]))


def test_one_channel_is_told_apart_by_the_script() -> None:
    both = tuple(Utterance(n, Speaker.CANVASSER, "Hello.", channel=n) for n in range(2))
    assert not is_told_apart_by_script(Transcript("call", utterances=both))
    assert is_told_apart_by_script(Transcript("call", utterances=both[:1]))
