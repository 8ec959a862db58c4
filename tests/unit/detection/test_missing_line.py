"""What a finding says of a line that was left out."""

from types import SimpleNamespace
from typing import Any

import pytest

from app.domain.alignment import LineAlignment, LineStatus
from app.pipeline.alignment.align import SaidLine
from app.pipeline.alignment.compared import NOTHING_NEAR, LeftOut
from app.pipeline.detection.missing_line import MissingLine


def call_without(line: LeftOut) -> Any:
    missing = SaidLine(LineAlignment("recording", LineStatus.MISSING), None, None, False, None, line)
    said = SaidLine(LineAlignment("greeting", LineStatus.VERBATIM), 0, None, False, None, NOTHING_NEAR)
    return SimpleNamespace(alignment=SimpleNamespace(lines=(said, missing)))


def test_it_is_as_sure_as_nothing_heard_says_the_line() -> None:
    (found,) = MissingLine()(call_without(LeftOut(0.71, "")))
    assert (found.line, found.confidence) == ("recording", pytest.approx(0.71))
    assert found.explanation.endswith("was not said in this call.")


def test_the_officer_is_shown_what_comes_nearest() -> None:
    (found,) = MissingLine()(call_without(LeftOut(0.6, "There's a machine on this.")))
    assert found.explanation.endswith("What comes nearest to it: “There's a machine on this.”")
