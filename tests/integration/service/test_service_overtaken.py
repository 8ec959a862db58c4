"""A decision on a result that another one has replaced meanwhile."""

import pytest

from app.domain.finding import Outcome
from app.errors import Conflict
from app.reviews.service import decide, judge_again
from tests.integration.service.test_service_reviews import judged, view
from tests.support.service_analysts import finding
from tests.support.service_world import OFFICER, World


def test_a_call_is_decided_as_a_whole_by_what_was_seen_of_it(world: World) -> None:
    call = judged(world, "c", outcome=Outcome.UNREVIEWABLE)
    seen = next(run.id for run in view(world, call).runs if run.is_current)
    with world.database.writing() as session:
        judge_again(session, call_id=call, script_id=None, actor=OFFICER)
    judged(world, "c", finding(), call=call)
    words = {"finding": None, "verdict": "dismissed", "reason": "Nothing to hear.", "note": None}
    with world.database.writing() as session, pytest.raises(Conflict):
        decide(session, call_id=call, run=seen, actor=OFFICER, **words)
    assert not view(world, call).row.decided
    now = next(run.id for run in view(world, call).runs if run.is_current)
    with world.database.writing() as session:
        decide(session, call_id=call, run=now, actor=OFFICER, **words)
    assert view(world, call).row.decided
