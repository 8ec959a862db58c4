"""Whom a clause is about, and what is said for or against them: shared by the detectors of advocacy."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.deviation import Means
from app.pipeline.detection.remarks import Remark
from app.pipeline.language import stance
from app.pipeline.language.register import HeardAs, NameKind


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a clause is about.

    Attributes:
        subject: Id of the candidate or option, or None where it is left open.
        means: How the clause points at them.
        confidence: Probability in [0, 1] that they are meant.
    """

    subject: str | None
    means: Means
    confidence: float


def target(remark: Remark) -> Target | None:
    """Whom a clause is about: by name, pronoun, description, party or role; None where about nobody."""
    options = remark.options
    named = [mention for mention in options if mention.kind is NameKind.OPTION or mention.heard_as is HeardAs.PRONOUN]
    described = [mention for mention in options if mention.kind is NameKind.DESCRIPTION]
    roles = [mention for mention in remark.mentions if mention.kind in (NameKind.ROLE, NameKind.PARTY)]
    if named:
        return Target(named[0].subject, Means.NAMED, named[0].confidence)
    if described:
        return Target(described[0].subject, Means.DESCRIBED, described[0].confidence)
    if remark.spot(stance.ROLE):
        subject = roles[0].subject if roles else None
        return Target(subject, Means.ROLE, 0.9)
    if roles:
        return Target(roles[0].subject, Means.ROLE, 0.85)
    return None


def target_of_stretch(remarks: Sequence[Remark]) -> Target | None:
    """Whom several clauses are about: the first who is named, else the first who is pointed at otherwise."""
    found = [whom for whom in map(target, remarks) if whom]
    known = [whom for whom in found if whom.subject]
    named = [whom for whom in known if whom.means is Means.NAMED]
    return next(iter([*named, *known, *found]), None)


def put_down_to_contact(remark: Remark) -> bool:
    """Whether the clause gives the contact's view or answer rather than the canvasser's."""
    return remark.reads_back or bool(stance.ATTRIBUTED.search(remark.plain))
