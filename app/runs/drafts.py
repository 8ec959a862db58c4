"""What would come of publishing a script, told before anybody does it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.approved_scripts.authoring import parse_script
from app.approved_scripts.changes import Change, changes
from app.approved_scripts.service import default_date, find_in_force, list_versions, next_date
from app.calls.tables import CallTable
from app.domain.script import ApprovedScript
from app.errors import InvalidScript, ScriptFault
from app.pipeline.alignment.comparison import Comparison, how_compared


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft without faults.

    Attributes:
        script: As it was read.
        comparison: How calls will be compared with it.
        in_force: What calls of the date on which it would take effect are judged by so far, or None.
        changes: Against that.
        effective_from: When it would take effect.
        judged_otherwise: Calls that are judged already and would be judged by it now. Publishing does not judge them
            again: the archive does, when somebody asks it to.
    """

    script: ApprovedScript
    comparison: Comparison
    in_force: ApprovedScript | None
    changes: tuple[Change, ...]
    effective_from: datetime
    judged_otherwise: int


@dataclass(frozen=True, slots=True)
class CheckedDraft:
    """A draft and its faults: one of the two is there."""

    draft: Draft | None
    faults: tuple[ScriptFault, ...]


def check_draft(
    session: Session,
    *,
    content: str | bytes,
    source: str,
    effective_from: datetime | None,
    ordinary_words: frozenset[str],
) -> CheckedDraft:
    """Tell what is wrong with a draft, or else what it would do; changes nothing.

    Args:
        session: Any session.
        content: The YAML.
        source: What to call it in faults.
        effective_from: When it would take effect; as `app.approved_scripts.service.publish_version` has it where None.
        ordinary_words: Dictionary words in lower case.
    """
    try:
        script = parse_script(content, source=source)
    except InvalidScript as error:
        return CheckedDraft(None, error.faults)
    since = effective_from or default_date(session, script_id=script.id)
    before = find_in_force(session, script_id=script.id, at=since)
    draft = Draft(
        script=script,
        comparison=how_compared(script, ordinary_words=ordinary_words),
        in_force=before,
        changes=() if before is None else changes(before, script),
        effective_from=since,
        judged_otherwise=judged_otherwise(session, script_id=script.id, version=script.version, since=since),
    )
    return CheckedDraft(draft, ())


def judged_otherwise(session: Session, *, script_id: str, version: str, since: datetime) -> int:
    """How many calls that are judged would be judged by another version, were this one in force from a moment on.

    Args:
        session: Any session.
        script_id: The script that the calls were made under.
        version: The version that is, or would be, in force.
        since: From then on, until the next version takes effect.
    """
    others = [known.version for known in list_versions(session, script_id=script_id) if known.version != version]
    until = next_date(session, script_id=script_id, after=since)
    query = (
        select(func.count())
        .select_from(CallTable)
        .where(
            CallTable.script_id == script_id,
            CallTable.started_at >= since,
            # A call that was judged by another script on request has a version of that one.
            CallTable.script_version.in_(others),
        )
    )
    if until is not None:
        query = query.where(CallTable.started_at < until)
    return session.scalar(query) or 0
