"""The archive judged again: what runs, what it changes, who lets it count; over both databases and storages."""

from pathlib import Path

import pytest

from app.archives import promotion, service, starting
from app.archives.selection import Selection
from app.audit.service import SYSTEM, Actor
from app.audit.tables import AuditEntryTable
from app.errors import BadInput, Conflict, Forbidden, NotFound
from app.reviews.service import decide, judge_again
from app.search.tables import CallTagTable
from tests.support.archive_analysts import ENGINE, RULES, careful
from tests.support.archive_world import EVERYTHING, Archive
from tests.support.service_world import OFFICER, World


@pytest.fixture
def archive(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    notes = tmp_path / "notes"
    notes.mkdir()
    monkeypatch.setenv("TEST_NOTES", str(notes))
    return Archive(world)


def heard(tmp_path: Path) -> int:
    return len(list((tmp_path / "notes").glob("hear-*")))


def test_where_nothing_has_changed_nothing_runs(archive: Archive, tmp_path: Path) -> None:
    archive.add("clear", "one", "silent")
    plan = archive.plan()
    assert (plan.calls, plan.stages) == (3, {"hearing": 0, "text": 0, "nothing": 3})
    assert plan.upheavals == ()
    done = archive.judge_again()
    assert (done.status, done.total, done.done, done.stages, done.changed) == ("finished", 3, 3, {"nothing": 3}, 0)
    assert archive.candidates(done.id) == 0
    assert heard(tmp_path) == 3


def test_a_new_rule_costs_text_and_changes_nothing_until_it_counts(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clear, flagged, silent = archive.add("clear", "one", "silent")
    before = [archive.current(call).id for call in (clear, flagged, silent)]
    monkeypatch.setenv(RULES, "new")
    plan = archive.plan()
    assert plan.stages == {"hearing": 0, "text": 2, "nothing": 1}
    assert [(change.cause, change.before, change.calls) for change in plan.upheavals] == [("rule", "old, balanced", 3)]
    done = archive.judge_again()
    assert done.stages == {"text": 2, "nothing": 1}
    assert heard(tmp_path) == 3
    assert [archive.current(call).id for call in (clear, flagged, silent)] == before
    assert archive.call(flagged).finding_count == 1
    (compared,) = archive.compared(done.id)
    assert (compared.call, compared.outcome_after, compared.unchanged) == (flagged, "flagged", 1)
    assert [(change.kind, change.cause, change.code, change.after) for change in compared.changes] == [
        ("new", "rule", "pressure", "f2")
    ]
    promoted = archive.promote(done.id)
    assert [(item.promoted, item.skipped, item.by) for item in promoted.promotions] == [(2, 0, "Ada")]
    assert archive.call(flagged).finding_count == 2
    assert archive.current(flagged).ruleset == "new"
    assert archive.current(silent).id == before[2]
    with archive.world.database.reading() as session:
        rows = session.query(AuditEntryTable).all()
    actions = [row.action for row in rows if row.action.startswith(("archive.", "call.result"))]
    assert actions == ["archive.started", "archive.promoted", *["call.result-promoted"] * 2, "archive.promotion-ended"]


def test_another_engine_hears_again(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.add("clear", "one")
    monkeypatch.setenv(ENGINE, "e2")
    assert archive.plan().stages["hearing"] == 2
    done = archive.judge_again()
    assert (done.stages, done.changed) == ({"hearing": 2}, 0)
    assert heard(tmp_path) == 4
    archive.promote(done.id)
    assert archive.plan().stages["nothing"] == 2


def test_another_script_is_told_from_another_register(archive: Archive) -> None:
    from app.approved_scripts.service import publish
    from app.audit.service import OPERATOR
    from tests.support.service_world import SCRIPTS

    archive.add("one")
    text = (SCRIPTS / "eastmere-mayor.yaml").read_text(encoding="utf-8")
    with archive.world.database.writing() as session:
        longer = text.replace("Thank you for your time.", "Many thanks for your time.")
        assert longer != text
        from datetime import UTC, datetime

        since = datetime(2026, 5, 1, tzinfo=UTC)
        publish(session, content=longer, source="x", actor=OPERATOR, effective_from=since)
    plan = archive.plan()
    # All voices share one channel, and who speaks was told by the lines of the script.
    assert (plan.stages["hearing"], [item.cause for item in plan.upheavals]) == (1, ["script"])


def test_a_decision_stays_with_its_words_and_what_is_new_is_queued(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    same, more, other = archive.add("one", "two", "three")
    for call in (same, more, other):
        with archive.world.database.writing() as session:
            decide(session, call_id=call, finding="f1", verdict="confirmed", reason="Heard.", note=None, actor=OFFICER)
    monkeypatch.setenv(RULES, "same-findings")
    archive.promote(archive.judge_again(code="endorsement").id)
    assert [archive.call(call).review for call in (same, more, other)] == ["decided"] * 3
    monkeypatch.setenv(RULES, "new")
    archive.promote(archive.judge_again(canvasser="", code="endorsement").id, campaign="")
    assert archive.call(more).review == "open"
    monkeypatch.setenv(RULES, "other-words")
    archive.promote(archive.judge_again().id)
    assert archive.call(other).review == "open"


def test_a_decision_on_the_whole_call_stays_where_all_is_the_same(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    (call,) = archive.add("one")
    with archive.world.database.writing() as session:
        decide(session, call_id=call, finding=None, verdict="excused", reason="A test call.", note=None, actor=OFFICER)
    monkeypatch.setenv(RULES, "same-findings")
    archive.promote(archive.judge_again().id)
    assert archive.call(call).review == "decided"
    assert excused(archive) == [call]
    monkeypatch.setenv(RULES, "new")
    archive.promote(archive.judge_again().id)
    assert archive.call(call).review == "open"
    assert excused(archive) == []


def excused(archive: Archive) -> list[str]:
    """What a list of excused calls holds."""
    with archive.world.database.reading() as session:
        return [row.call_id for row in session.query(CallTagTable).filter_by(tag="verdict/excused")]


def test_what_is_asked_for_while_a_candidate_is_promoted_counts_when_it_is_done(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    (call,) = archive.add("one")
    monkeypatch.setenv(RULES, "new")
    with archive.world.database.writing() as session:
        run_id = judge_again(session, call_id=call, script_id=None, actor=OFFICER)
    done = archive.judge_again()
    (made,) = archive.promote(done.id).promotions
    assert (made.promoted, made.skipped) == (0, 1)
    archive.world.judge(call, analyst=careful, run_id=run_id)
    assert archive.current(call).id == run_id


def test_a_newer_run_is_not_overwritten(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh, stale = archive.add("one", "two")
    monkeypatch.setenv(RULES, "new")
    done = archive.judge_again()
    with archive.world.database.writing() as session:
        run_id = judge_again(session, call_id=fresh, script_id=None, actor=OFFICER)
    archive.world.judge(fresh, analyst=careful, run_id=run_id)
    (made,) = archive.promote(done.id).promotions
    assert (made.total, made.promoted, made.skipped) == (2, 1, 1)
    assert archive.current(fresh).id == run_id
    assert archive.current(stale).archive_id == done.id


def test_a_selection_is_promoted_and_the_rest_later(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    clear, flagged = archive.add("clear", "one")
    monkeypatch.setenv(RULES, "new")
    done = archive.judge_again()
    archive.promote(done.id, outcome="flagged")
    assert archive.current(flagged).archive_id == done.id
    assert archive.current(clear).archive_id is None
    archive.promote(done.id)
    assert archive.current(clear).archive_id == done.id
    with pytest.raises(Conflict, match="Nothing is left"):
        archive.promote(done.id)


def test_a_promotion_that_broke_off_is_taken_up_again(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(promotion, "AT_ONCE", 1)
    calls = archive.add("one", "two")
    monkeypatch.setenv(RULES, "new")
    done = archive.judge_again()
    with archive.world.database.writing() as session:
        begun = promotion.begin(session, archive_id=done.id, selection=EVERYTHING, actor=OFFICER).id
    with archive.world.database.writing() as session:
        promotion.go_on(session, promotion_id=begun, settle=lambda _session, _call: None)
    with archive.world.database.writing() as session:
        again = promotion.begin(session, archive_id=done.id, selection=EVERYTHING, actor=OFFICER)
        assert again.id == begun
        with pytest.raises(Conflict, match="Another promotion"):
            promotion.begin(session, archive_id=done.id, selection=Selection(outcome="flagged"), actor=OFFICER)
    (made,) = archive.promote(done.id).promotions
    assert (made.id, made.promoted) == (begun, 2)
    assert [archive.current(call).archive_id for call in calls] == [done.id] * 2


def test_only_a_named_person_promotes_and_only_what_is_over(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.add("one")
    monkeypatch.setenv(RULES, "new")
    running = archive.start()
    with pytest.raises(Conflict, match="running"):
        archive.promote(running)
    archive.work(running)
    for nobody in (SYSTEM, Actor(kind="key", id="k", name="north", call_centre="north")):
        with pytest.raises(Forbidden):
            archive.promote(running, actor=nobody)


def test_pause_resume_and_cancel_are_asked_between_calls(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.add("one", "two", "three")
    monkeypatch.setenv(RULES, "new")
    begun = archive.start()
    archive.turn("pause", begun)
    assert archive.work(begun).done == 0
    with pytest.raises(Conflict):
        archive.turn("pause", begun)
    archive.turn("resume", begun)
    assert archive.work(begun).status == "finished"
    with pytest.raises(Conflict):
        archive.turn("cancel", begun)
    other = archive.start()
    archive.turn("cancel", other)
    assert (archive.work(other).status, archive.work(other).done) == ("cancelled", 0)
    with pytest.raises(Conflict):
        archive.turn("resume", other)
    with pytest.raises(NotFound):
        archive.turn("pause", "archive_x")


def test_a_job_that_comes_twice_changes_nothing(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.add("one", "two")
    monkeypatch.setenv(RULES, "new")
    done = archive.judge_again()
    again = archive.work(done.id)
    assert (again.done, archive.candidates(done.id)) == (2, 2)


def test_a_call_that_always_fails_ends_and_takes_no_result_away(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    fine, poison = archive.add("one", "explode")
    assert archive.call(poison).reason == "processing-failed"
    monkeypatch.setenv(ENGINE, "e2")
    done = archive.judge_again()
    assert (done.status, done.stages) == ("finished", {"hearing": 1, "failed": 1})
    archive.promote(done.id)
    assert archive.current(fine).archive_id == done.id
    assert archive.current(poison).archive_id is None


def test_a_recording_that_is_gone_takes_no_result_away(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.storage.base import recording_key

    (call,) = archive.add("one")
    archive.world.container.storage.delete(recording_key(archive.call(call).recording_sha256))
    monkeypatch.setenv(ENGINE, "e2")
    done = archive.judge_again()
    assert done.stages == {"failed": 1}
    (compared,) = archive.compared(done.id)
    assert [(change.kind, change.cause) for change in compared.changes] == [("now-unreviewable", "failure")]
    with pytest.raises(Conflict):
        archive.promote(done.id)


def test_a_selection_chooses_by_what_is_known_of_a_call(archive: Archive) -> None:
    archive.add("clear", campaign="spring", canvasser_id="c-1")
    archive.add("one", campaign="autumn", started_at="2026-06-04T18:30:00+01:00")
    chosen = [
        ({"campaign": "spring"}, 1),
        ({"canvasser": "c-1"}, 1),
        ({"call_centre": "north"}, 2),
        ({"outcome": "flagged"}, 1),
        ({"code": "endorsement"}, 1),
        ({"code": "pressure"}, 0),
        ({"engine": "fake"}, 2),
        ({"engine": "fake/base"}, 2),
        ({"engine": "windowed"}, 0),
        ({"script": "eastmere-mayor"}, 2),
        ({"started_from": "2026-06-01"}, 1),
        ({"started_from": "2026-05-01", "started_to": "2026-06-04T17:30:00Z"}, 1),
    ]
    assert [(given, archive.plan(**given).calls) for given, _ in chosen] == chosen
    with pytest.raises(BadInput):
        archive.start(code="pressure")


@pytest.mark.parametrize(
    "wrong", [{"started_from": "May"}, {"outcome": "bad"}, {"moon": "full"}, {"started_from": "2026-06-01T10:00:00"}]
)
def test_a_selection_that_means_nothing_is_refused(archive: Archive, wrong: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        archive.plan(**wrong)


def test_a_chunk_whose_time_is_up_queues_again_and_lanes_go_on(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "LEAST_CHUNK", 2)
    monkeypatch.setattr(starting, "MOST_CHUNK", 2)
    monkeypatch.setattr(starting, "LANES", 1)
    monkeypatch.setattr("app.archives.jobs.LANES", 1)
    queued: list[tuple[int, int]] = []
    add = service.enqueue_chunk

    def remember(session: object, *, archive: object, chunk: int, part: int = 0) -> None:
        queued.append((chunk, part))
        add(session, archive=archive, chunk=chunk, part=part)  # type: ignore[arg-type]

    monkeypatch.setattr(starting, "enqueue_chunk", remember)
    monkeypatch.setattr("app.archives.jobs.enqueue_chunk", remember)
    archive.add("one", "two", "three")
    monkeypatch.setenv(RULES, "new")
    begun = archive.start()
    assert queued == [(0, 0)]
    monkeypatch.setattr("app.archives.jobs.CHUNK_S", 0.0)
    from app.archives.jobs import ArchiveWork
    from app.bootstrap import settle_and_announce

    container = archive.world.container
    work = ArchiveWork(
        database=container.database,
        storage=container.storage,
        analyst=careful,
        settle=settle_and_announce,
        maximum_attempts=3,
        profile="balanced",
        chunk_s=0.0,
    )
    for _ in range(3):
        chunk, part = queued[-1]
        work.judge_chunk(archive_id=begun, epoch=1, chunk=chunk, part=part)
    assert queued == [(0, 0), (0, 1), (1, 0)]
    assert archive.view(begun).status == "finished"
