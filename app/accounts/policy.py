"""Who may do what."""

from enum import StrEnum

from app.errors import Forbidden


class Role(StrEnum):
    """What a person is here for."""

    OFFICER = "officer"
    ADMINISTRATOR = "administrator"


class Right(StrEnum):
    """What can be allowed. A key's scopes are rights too."""

    UPLOAD = "calls:write"
    READ = "calls:read"
    DECIDE = "decisions:write"
    JUDGE_AGAIN = "runs:write"
    READ_SCRIPTS = "scripts:read"
    PUBLISH = "scripts:write"
    WEBHOOKS = "webhooks:write"
    ADMINISTER = "administration"


RIGHTS_OF_ROLE: dict[Role, frozenset[Right]] = {
    Role.OFFICER: frozenset({Right.READ, Right.DECIDE, Right.JUDGE_AGAIN, Right.READ_SCRIPTS}),
    Role.ADMINISTRATOR: frozenset(Right),
}

KEY_SCOPES: tuple[Right, ...] = (Right.UPLOAD, Right.READ, Right.WEBHOOKS)
"""What a call centre's key may hold: it uploads, reads and is told, people decide."""


def require(rights: frozenset[Right], right: Right) -> None:
    """Let those pass who have the right.

    Raises:
        Forbidden: If the right is not among the rights.
    """
    if right not in rights:
        raise Forbidden(f"This needs the right `{right}`.")
