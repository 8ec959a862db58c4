"""What the pages about approved scripts ask of the services, one transaction each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import Request

from app.accounts.policy import Right, require
from app.accounts.service import Account
from app.approved_scripts import service as approved_scripts
from app.approved_scripts.service import DatedVersion, PublishedVersion, VersionContent
from app.db.session import Database
from app.errors import BadInput
from app.runs.drafts import CheckedDraft, check_draft
from app.web.pages import desk_of

SOURCE = "the draft"


@dataclass(frozen=True, slots=True)
class Library:
    """The approved scripts as an officer's browser uses them.

    Attributes:
        database: Where everything is kept.
        ordinary_words: The words of the dictionary; none where they are not at hand.
    """

    database: Database
    ordinary_words: Callable[[], frozenset[str]]

    def timelines(self, account: Account) -> tuple[tuple[DatedVersion, ...], ...]:
        """All scripts by id, each with its publications, the last in force first."""
        require(account.rights, Right.READ_SCRIPTS)
        now = datetime.now(UTC)
        with self.database.reading() as session:
            ids = approved_scripts.list_scripts(session)
            return tuple(approved_scripts.timeline(session, script_id=script_id, at=now) for script_id in ids)

    def version(
        self, account: Account, *, script_id: str, version: str
    ) -> tuple[VersionContent, tuple[DatedVersion, ...]]:
        """One version, and all publications of its script."""
        require(account.rights, Right.READ_SCRIPTS)
        with self.database.reading() as session:
            found = approved_scripts.open_version(session, script_id=script_id, version=version)
            return found, approved_scripts.timeline(session, script_id=script_id, at=datetime.now(UTC))

    def check(self, account: Account, *, content: str | bytes, since: datetime | None) -> CheckedDraft:
        """The faults of a draft, or what it would do."""
        require(account.rights, Right.READ_SCRIPTS)
        with self.database.reading() as session:
            return check_draft(
                session,
                content=content,
                source=SOURCE,
                effective_from=since,
                ordinary_words=self.ordinary_words(),
            )

    def publish(self, account: Account, *, content: str, since: datetime | None, version: str) -> PublishedVersion:
        """Publish what was looked at.

        Args:
            account: Who does it.
            content: The YAML.
            since: From when calls are judged by it.
            version: What was shown when it was confirmed: nothing else is published.

        Raises:
            InvalidScript: If it has faults.
            BadInput: If it is not what was shown.
        """
        require(account.rights, Right.PUBLISH)
        with self.database.writing() as session:
            done = approved_scripts.publish_version(
                session, content=content, source=SOURCE, actor=account.actor, effective_from=since
            )
            if done.version.version != version:
                raise BadInput("The draft is not the one that was checked.", next_step="Look at it once more.")
            return done.version


def library_of(request: Request) -> Library:
    """The library over the desk's database."""
    return Library(desk_of(request).database, request.app.state.ordinary_words)
