"""One call, and what an officer does with it."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request, Response

from app.accounts.policy import Right
from app.accounts.service import Account
from app.errors import BadInput, Conflict
from app.web.pages import PageRoute, desk_of, go_to, is_htmx, officer, render
from app.web.presenters.call import CallPage, call_page

router = APIRouter(route_class=PageRoute)
Officer = Annotated[Account, Depends(officer)]
Field = Annotated[str, Form()]


@router.get("/calls/{call_id}")
def show_call(request: Request, call_id: str, account: Officer) -> Response:
    """One call with its findings, transcript and script."""
    page = _lay_out(request, account, call_id=call_id)
    return _page(request, account, page)


@router.get("/calls/{call_id}/state")
def show_state(request: Request, call_id: str, account: Officer) -> Response:
    """Whether a call that was not judged yet has been judged: 204 while it has not."""
    if not desk_of(request).is_judged(account, call_id=call_id):
        return Response(status_code=204, headers={"cache-control": "no-store"})
    return go_to(request, f"/calls/{quote(call_id, safe='')}")


@router.post("/calls/{call_id}/reveal")
def reveal(request: Request, call_id: str, account: Officer) -> Response:
    """Show the contact's words, and write down who had them shown."""
    desk = desk_of(request)
    view = desk.call(account, call_id=call_id)
    script = desk.script_of(view)
    hidden = call_page(view, script=script, revealed=False).hidden
    desk.log_reveal(account, call_id=call_id, utterances=hidden)
    page = call_page(view, script=script, revealed=True)
    if is_htmx(request):
        return render(request, "parts/transcript.html", account=account, page=page)
    return _page(request, account, page)


@router.post("/calls/{call_id}/decisions")
def decide(
    request: Request,
    call_id: str,
    account: Officer,
    *,
    finding: Field = "",
    run: Field = "",
    verdict: Field = "",
    reason: Field = "",
    note: Field = "",
) -> Response:
    """Write down a decision on a finding, or on the call as a whole."""
    try:
        desk_of(request).decide(
            account,
            call_id=call_id,
            finding=finding or None,
            run=run or None,
            verdict=verdict,
            reason=reason.strip(),
            note=note.strip() or None,
        )
    except (BadInput, Conflict) as error:
        page = _lay_out(request, account, call_id=call_id)
        typed = {"finding": finding, "verdict": verdict, "reason": reason, "note": note}
        return _decided(request, account, page, finding=finding, fault=error, typed=typed)
    page = _lay_out(request, account, call_id=call_id)
    if is_htmx(request):
        return _decided(request, account, page, finding=finding, fault=None, typed={})
    decided = page.finding(finding)
    return go_to(request, f"/calls/{quote(call_id, safe='')}#{decided.anchor if decided else 'whole-call'}")


@router.post("/calls/{call_id}/judge-again")
def judge_again(request: Request, call_id: str, account: Officer, script: Field = "") -> Response:
    """Have the call judged once more, under the right script."""
    desk_of(request).judge_again(account, call_id=call_id, script_id=script or None)
    return go_to(request, f"/calls/{quote(call_id, safe='')}")


def _lay_out(request: Request, account: Account, *, call_id: str, revealed: bool = False) -> CallPage:
    desk = desk_of(request)
    view = desk.call(account, call_id=call_id)
    return call_page(view, script=desk.script_of(view), revealed=revealed)


def _page(
    request: Request,
    account: Account,
    page: CallPage,
    *,
    fault: BadInput | Conflict | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    return render(
        request,
        "call.html",
        account=account,
        status=200 if fault is None else fault.status,
        page=page,
        fault=fault,
        typed=typed or {},
        may_decide=Right.DECIDE in account.rights,
        may_judge_again=Right.JUDGE_AGAIN in account.rights,
    )


def _decided(
    request: Request,
    account: Account,
    page: CallPage,
    *,
    finding: str,
    fault: BadInput | Conflict | None,
    typed: dict[str, str],
) -> Response:
    if not is_htmx(request):
        return _page(request, account, page, fault=fault, typed=typed)
    return render(
        request,
        "parts/decided.html",
        account=account,
        status=200 if fault is None else fault.status,
        page=page,
        finding=page.finding(finding),
        fault=fault,
        typed=typed,
        may_decide=True,
    )
