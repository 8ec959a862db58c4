"""No headline figure of the judging may fall below the committed one, on the sealed set and on the golden cases.

Only figures are compared and shown: nobody who mends a fall may read the sealed set to do it.
"""

from app.bootstrap import build_judge
from app.model_store import ModelStore
from app.pipeline.assessment.policy import Profile
from scripts.evaluate import EVALUATIONS, ORDINARY, SEALED, TOLERANCES, digest, falls, measure, newest


def test_no_headline_figure_falls_below_the_committed_one() -> None:
    committed = newest(EVALUATIONS)
    assert committed is not None
    assert committed["sealed"]["sha256"] == digest(SEALED), "the sealed set changed: run `make evaluate`"
    of_talk = {"false_flags_per_1000_utterances_balanced", "contact_utterances_flagged"}
    assert set(TOLERANCES) - of_talk <= set(committed["sealed"]["figures"])
    assert all(committed[path.stem]["sha256"] == digest(path) for path in ORDINARY.glob("*.txt"))
    assert all(of_talk <= set(committed[path.stem]["figures"]) for path in ORDINARY.glob("*.txt"))
    now = measure(build_judge(ModelStore(), profile=Profile.SENSITIVE))
    assert falls(now, committed) == []
