"""The report of `check` for people."""

from dataclasses import replace

from app.cli.report import render
from app.domain.finding import CallResult, EarWitness
from app.domain.reasons import Change, NameHeard, Reasons, WordChange
from tests.support.review_examples import example


def told(*ears: EarWitness) -> str:
    result: CallResult = example("bus-driver")
    first = EarWitness("e", "base", hinted=True, text="Samir is a decent guy.", agreed=True)
    return render(replace(result, findings=(replace(result.findings[0], heard=(first, *ears)),)))


def test_the_report_says_what_every_ear_heard() -> None:
    shown = told(
        EarWitness("e", "base", hinted=False, text="somewhere is a decent guy", agreed=False),
        EarWitness("e", "tiny.en", hinted=False, text="", agreed=False),
    )
    assert "Heard again without names: “somewhere is a decent guy”" in shown
    assert "Second model tiny.en: nothing of it." in shown


def test_the_report_says_what_was_noticed_about_the_sound() -> None:
    noticed = "0:25 to 0:36 on channel 0: somebody sings or plays; it was left out."
    clear = example("clean-mayor")
    assert "To know" not in render(clear)
    assert f"To know: {noticed}" in render(replace(clear, transcript=replace(clear.transcript, notes=(noticed,))))


def test_the_report_says_that_a_second_model_was_not_there() -> None:
    shown = told(EarWitness("e", "tiny.en", hinted=False, text=None, agreed=None))
    assert "Second model tiny.en: not consulted" in shown


def test_the_report_says_what_a_finding_rests_on() -> None:
    result: CallResult = example("bus-driver")
    reasons = Reasons(
        names=(NameHeard("Kureshi", "Qureshi", "qureshi", "fuzzy", 0.9), NameHeard("a", "a", None, "exact", 1.0)),
        decisive=("vote for him", "he is grand"),
        resembles=("somebody is the one .",),
        changes=(WordChange(Change.SAME, "no preferred candidate"), WordChange(Change.PUT_IN, "yet")),
    )
    report = render(replace(result, findings=(replace(result.findings[0], reasons=reasons),)))
    assert "“Kureshi” is taken for Qureshi (fuzzy, 0.90)." in report
    assert "“a”" not in report
    assert "It would not stand without “vote for him” or without “he is grand”." in report
    assert "Nearest training lines: “somebody is the one .”." in report
    assert "Against the approved words: no preferred candidate [+yet+]" in report
