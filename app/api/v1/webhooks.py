"""The webhooks of ``/api/v1``: who is told when a call is judged, the log of it, and replays."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from app.accounts.guard import Caller, needs
from app.accounts.policy import Right
from app.api.problems import MEDIA_TYPE
from app.api.v1.schemas.calls import Problem
from app.api.v1.schemas.webhooks import (
    CreatedWebhook,
    NewWebhook,
    Queued,
    Replayed,
    ReplayOfFailed,
    Rotation,
    Secret,
    Webhook,
    WebhookDelivery,
    WebhookDeliveryList,
    WebhookList,
)
from app.webhooks.desk import DEFAULT_OVERLAP, WebhookDesk

MAXIMUM_BODY_BYTES = 16 * 1024

router = APIRouter(prefix="/webhooks", tags=["webhooks"])


def desk_of(request: Request) -> WebhookDesk:
    """The desk that `app.main` has put up."""
    desk: WebhookDesk = request.app.state.webhooks
    return desk


MayTell = Annotated[Caller, Depends(needs(Right.WEBHOOKS))]
ADesk = Annotated[WebhookDesk, Depends(desk_of)]


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    content = {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}
    return {status: {"description": "A problem document", "content": content} for status in statuses}


@router.post("", status_code=201, max_body_size=MAXIMUM_BODY_BYTES, responses=_problems(401, 403, 409, 422))
def add_webhook(body: NewWebhook, caller: MayTell, desk: ADesk, response: Response) -> CreatedWebhook:
    """Register an https address; the answer holds the secret, which is shown this once."""
    row, secret = desk.add(url=body.url, events=body.events, call_centre=body.call_centre, actor=caller.actor)
    response.headers["Location"] = f"/api/v1/webhooks/{row.id}"
    return CreatedWebhook(**Webhook.of(row).model_dump(), secret=secret)


@router.get("", responses=_problems(401, 403))
def list_webhooks(caller: MayTell, desk: ADesk) -> WebhookList:
    """The webhooks of the key's call centre."""
    return WebhookList(items=[Webhook.of(row) for row in desk.endpoints(actor=caller.actor)])


@router.get("/{webhook_id}", responses=_problems(401, 403, 404))
def get_webhook(webhook_id: str, caller: MayTell, desk: ADesk) -> Webhook:
    """One webhook: whether it is disabled, and why."""
    return Webhook.of(desk.endpoint(webhook_id, actor=caller.actor))


@router.delete("/{webhook_id}", status_code=204, responses=_problems(401, 403, 404))
def remove_webhook(webhook_id: str, caller: MayTell, desk: ADesk) -> None:
    """Tell it nothing any more, from this moment."""
    desk.remove(webhook_id, actor=caller.actor)


@router.post("/{webhook_id}/secret", max_body_size=MAXIMUM_BODY_BYTES, responses=_problems(401, 403, 404, 422))
def rotate_secret(webhook_id: str, caller: MayTell, desk: ADesk, body: Rotation | None = None) -> Secret:
    """Make another secret, shown this once; messages are signed by the old one too until the overlap ends."""
    overlap = timedelta(seconds=body.overlap_seconds) if body else DEFAULT_OVERLAP
    return Secret(secret=desk.rotate(webhook_id, overlap=overlap, actor=caller.actor))


@router.post("/{webhook_id}/enable", responses=_problems(401, 403, 404))
def enable_webhook(webhook_id: str, caller: MayTell, desk: ADesk) -> Webhook:
    """Tell it again after it was disabled; what was given up meanwhile can be replayed."""
    return Webhook.of(desk.enable(webhook_id, actor=caller.actor))


@router.post("/{webhook_id}/test", status_code=202, responses=_problems(401, 403, 404, 409))
def test_webhook(webhook_id: str, caller: MayTell, desk: ADesk) -> Queued:
    """Send a `webhook.test`, which tells of nothing; the log says how it went."""
    return Queued(delivery=desk.test(webhook_id, actor=caller.actor))


@router.get("/{webhook_id}/deliveries", responses=_problems(401, 403, 404, 422))
def list_deliveries(
    *,
    webhook_id: str,
    caller: MayTell,
    desk: ADesk,
    status: Literal["pending", "delivered", "failed"] | None = None,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> WebhookDeliveryList:
    """The log: messages, the newest first, each with its attempts."""
    page, following = desk.deliveries(webhook_id, status=status, cursor=cursor, limit=limit, actor=caller.actor)
    return WebhookDeliveryList(items=[WebhookDelivery.of(delivery) for delivery in page], next=following)


@router.post("/{webhook_id}/deliveries/{delivery_id}/replay", status_code=202, responses=_problems(401, 403, 404, 409))
def replay_delivery(webhook_id: str, delivery_id: str, caller: MayTell, desk: ADesk) -> WebhookDelivery:
    """Send a message once more under the same `webhook-id`, whether it was taken or not."""
    return WebhookDelivery.of(desk.replay(webhook_id, delivery_id, actor=caller.actor))


@router.post(
    "/{webhook_id}/replay",
    status_code=202,
    max_body_size=MAXIMUM_BODY_BYTES,
    responses=_problems(401, 403, 404, 409, 422),
)
def replay_failed(webhook_id: str, caller: MayTell, desk: ADesk, body: ReplayOfFailed | None = None) -> Replayed:
    """Send every message once more that was given up, all or those made since a time."""
    since = body.since if body else None
    return Replayed(deliveries=desk.replay_failed(webhook_id, since=since, actor=caller.actor))
