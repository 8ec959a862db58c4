"""What the pages ask of the services, one transaction each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.accounts import service as accounts
from app.accounts.policy import Right, require
from app.accounts.service import Account, SignedIn
from app.approved_scripts import service as approved_scripts
from app.audit import service as audit
from app.calls import service as calls
from app.db.session import Database
from app.domain.script import ApprovedScript
from app.errors import CanvassMonitorError
from app.reviews import service as reviews
from app.reviews.filters import CallSearch
from app.reviews.finding_calls import FoundPage, excerpts, find_calls, log_search
from app.reviews.service import CallView, DecisionRow, QueueFilter, QueuePage
from app.runs import repository as runs
from app.search.excerpts import Excerpt


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Desk:
    """The services as an officer's browser uses them.

    Attributes:
        database: Where everything is kept.
        secret: Key of this installation for digests of telephone numbers.
        clock: Now, with its zone.
    """

    database: Database
    secret: bytes = field(repr=False)
    clock: Callable[[], datetime] = _now

    def sign_in(self, *, username: str, password: str) -> SignedIn | None:
        """Start a session; None where name or password is wrong or the account is locked."""
        with self.database.writing() as session:
            return accounts.sign_in(session, username=username, password=password, at=self.clock())

    def sign_out(self, *, token: str) -> None:
        """End a session."""
        with self.database.writing() as session:
            accounts.sign_out(session, token=token, at=self.clock())

    def account(self, token: str | None) -> Account | None:
        """Whose session it is, or None."""
        if not token:
            return None
        with self.database.reading() as session:
            return accounts.account_of(session, token=token, at=self.clock())

    def change_password(self, account: Account, *, old: str, new: str, token: str) -> None:
        """Replace the password by one's own choice; raises BadInput that says what is wrong."""
        with self.database.writing() as session:
            accounts.change_password(session, account_id=account.id, old=old, new=new, keep_token=token)

    def queue(
        self, account: Account, *, chosen: QueueFilter, cursor: str | None, limit: int
    ) -> tuple[QueuePage, tuple[str, ...]]:
        """One page of the queue, and the ids of all published scripts to choose from."""
        require(account.rights, Right.READ)
        with self.database.reading() as session:
            page = reviews.queue(session, filter=chosen, cursor=cursor, limit=limit)
            return page, approved_scripts.list_scripts(session)

    def search(
        self, account: Account, *, search: CallSearch, cursor: str | None, limit: int
    ) -> tuple[FoundPage, dict[str, Excerpt], tuple[str, ...]]:
        """One page of the calls that were looked for, logged with what was asked.

        Returns:
            The page, the words that were found by call, and the ids of all published scripts to choose from.
        """
        require(account.rights, Right.READ)
        with self.database.reading() as session:
            scripts = approved_scripts.list_scripts(session)
            page = find_calls(session, search=search, actor=account.actor, cursor=cursor, limit=limit)
            ids = tuple(row.call_id for row in page.items)
            found = excerpts(session, search=search, call_ids=ids)
        if search != CallSearch():
            with self.database.writing() as session:
                log_search(session, search=search, actor=account.actor, continued=cursor is not None, found=len(ids))
        return page, found, scripts

    def scripts(self) -> tuple[str, ...]:
        """Ids of all published scripts."""
        with self.database.reading() as session:
            return approved_scripts.list_scripts(session)

    def call(self, account: Account, *, call_id: str) -> CallView:
        """One call; the view is logged."""
        require(account.rights, Right.READ)
        with self.database.writing() as session:
            return reviews.open_call(session, call_id=call_id, actor=account.actor)

    def is_judged(self, account: Account, *, call_id: str) -> bool:
        """Whether nothing is going on with a call; not logged as a view, since nothing of it is shown."""
        require(account.rights, Right.READ)
        with self.database.reading() as session:
            call = calls.get_call(session, call_id=call_id, actor=account.actor)
            found = runs.of_call(session, call_id=call.id)
            return bool(found) and all(run.status == "done" for run in found)

    def script_of(self, view: CallView) -> ApprovedScript | None:
        """The version that a call was judged by, or None where it is not at hand."""
        judged_by = (view.result or {}).get("script") or {}
        if not judged_by.get("id") or not judged_by.get("version"):
            return None
        try:
            with self.database.reading() as session:
                return approved_scripts.load_version(session, script_id=judged_by["id"], version=judged_by["version"])
        except CanvassMonitorError:
            return None

    def log_reveal(self, account: Account, *, call_id: str, utterances: int) -> None:
        """Write down that somebody has had the contact's words shown."""
        require(account.rights, Right.READ)
        with self.database.writing() as session:
            details = {"utterances": utterances}
            audit.record(
                session, actor=account.actor, action="contact-words.revealed", subject=call_id, details=details
            )

    def decide(
        self,
        account: Account,
        *,
        call_id: str,
        finding: str | None,
        run: str | None,
        verdict: str,
        reason: str,
        note: str | None,
    ) -> DecisionRow:
        """Write down a decision; raises BadInput or Conflict that says what is wrong."""
        require(account.rights, Right.DECIDE)
        with self.database.writing() as session:
            return reviews.decide(
                session,
                call_id=call_id,
                finding=finding,
                run=run,
                verdict=verdict,
                reason=reason,
                note=note,
                actor=account.actor,
            )

    def judge_again(self, account: Account, *, call_id: str, script_id: str | None) -> str:
        """Have a call judged once more."""
        require(account.rights, Right.JUDGE_AGAIN)
        with self.database.writing() as session:
            return reviews.judge_again(session, call_id=call_id, script_id=script_id, actor=account.actor)
