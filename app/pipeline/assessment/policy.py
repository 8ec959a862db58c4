"""Severities, thresholds and mitigations: what the organisation holds, not what was heard."""

from collections.abc import Mapping
from enum import StrEnum

from app.domain.deviation import Code, Severity
from app.domain.units import Probability

SEVERITIES: Mapping[Code, Severity] = {
    Code.ENDORSEMENT: Severity.CRITICAL,
    Code.DISPARAGEMENT: Severity.CRITICAL,
    Code.PERSONAL_OPINION: Severity.MAJOR,
    Code.LOADED_QUESTION: Severity.CRITICAL,
    Code.AUTHORITY_APPEAL: Severity.MAJOR,
    Code.PRESSURE: Severity.CRITICAL,
    Code.FALSE_CLAIM: Severity.CRITICAL,
    Code.MISSING_LINE: Severity.MAJOR,
    Code.ALTERED_LINE: Severity.MAJOR,
    Code.BIASED_OPTIONS: Severity.MAJOR,
    Code.OFF_SCRIPT: Severity.MINOR,
    Code.IDENTITY_MISSTATED: Severity.CRITICAL,
    Code.OPT_OUT_IGNORED: Severity.CRITICAL,
    Code.WRONG_PERSON: Severity.MAJOR,
    Code.ANSWER_ALTERED: Severity.CRITICAL,
    Code.IMPROPER_DISCLOSURE: Severity.MAJOR,
}
"""As the public rule codes define them."""

ADVOCACY = frozenset(
    {
        Code.ENDORSEMENT,
        Code.DISPARAGEMENT,
        Code.PERSONAL_OPINION,
        Code.LOADED_QUESTION,
        Code.AUTHORITY_APPEAL,
        Code.PRESSURE,
        Code.FALSE_CLAIM,
    }
)
"""Codes that a mitigation can speak to."""

FLAGGING = frozenset({Severity.CRITICAL, Severity.MAJOR})
"""A finding of these makes a call `flagged`."""


class Profile(StrEnum):
    """How sure a finding must be to be listed."""

    STRICT = "strict"
    BALANCED = "balanced"
    SENSITIVE = "sensitive"


THRESHOLDS: Mapping[Profile, Probability] = {Profile.STRICT: 0.5, Profile.BALANCED: 0.25, Profile.SENSITIVE: 0.15}
"""Least confidence of a listed finding. A confidence is that of the very code, and codes border on one another: of the
lines of held-out briefs in which the learned stage lists something at .25, .92 deviate in some way (November 2026)."""

SURE_OF_SPEAKER: Probability = 0.8
"""Speaker confidence under which a finding says that the voice is in doubt."""

DOUBTED_SPEAKER: Probability = 0.65
"""What the confidence of a finding is multiplied by where nobody knows who spoke."""

HEARD_WELL: Probability = 0.6
"""Mean word confidence under which a finding is held lower."""

ELSEWHERE: Probability = 0.25
"""What the confidence of a finding is multiplied by in a call in which nothing of the contest is heard: it stays under
``balanced``, since a fair officer finds no fault with a parcel service that asks for an address."""

ANYWHERE = frozenset(
    {Code.MISSING_LINE, Code.OPT_OUT_IGNORED, Code.WRONG_PERSON, Code.ANSWER_ALTERED, Code.BIASED_OPTIONS}
)
"""Codes of which that is not asked: what they rest on belongs to the contest, or to any call."""
