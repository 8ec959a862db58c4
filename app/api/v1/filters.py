"""What a list of calls can be narrowed by, as it stands in the address."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.api.v1.schemas.common import Instant, PlainText
from app.calls.repository import CallFilter
from app.domain.audio import UnreviewableReason
from app.domain.deviation import Code, Severity
from app.domain.finding import Outcome
from app.domain.transcript import Reached
from app.reviews.filters import CallSearch, by_number
from app.reviews.service import Verdict
from app.search.words import Whose

Text = Annotated[PlainText, Field(max_length=200)]
Confidence = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Seconds = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]


class CallQuery(BaseModel):
    """Filters, all of which must fit; times and durations from the first, up to the second."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[
        Text | None, Field(description='Words that must all have been said; "in quotes" a phrase, endors* a beginning')
    ] = None
    whose: Annotated[Whose, Field(description="Who must have said them; a key's is canvasser")] = Whose.CANVASSER
    outcome: Outcome | None = None
    reason: UnreviewableReason | None = None
    severity: Annotated[Severity | None, Field(description="The worst of the call's findings")] = None
    code: Code | None = None
    subject: Annotated[Text | None, Field(description="Id of the candidate or option that a finding concerns")] = None
    confidence_from: Annotated[
        Confidence | None, Field(description="Of the finding that is asked for, else of the surest worst one")
    ] = None
    script: Text | None = None
    script_version: Text | None = None
    call_centre: Text | None = None
    canvasser_id: Text | None = None
    campaign: Text | None = None
    disposition: Text | None = None
    reached: Reached | None = None
    external_id: Text | None = None
    dialled_number: Annotated[
        Text | None, Field(description="The whole number as it was sent, or its last three digits")
    ] = None
    started_from: Instant | None = None
    started_to: Instant | None = None
    received_from: Instant | None = None
    received_to: Instant | None = None
    duration_from: Seconds | None = None
    duration_to: Seconds | None = None
    status: Literal["queued", "running", "done"] | None = None
    review: Literal["open", "decided"] | None = None
    verdict: Verdict | None = None
    cursor: Annotated[str | None, Field(max_length=500)] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50

    def search(self, *, secret: bytes) -> CallSearch:
        """As the slices take it.

        Args:
            secret: Key of this installation for digests of telephone numbers.
        """
        return CallSearch(
            calls=CallFilter(
                outcome=self.outcome,
                reason=self.reason,
                severity=self.severity,
                script=self.script,
                script_version=self.script_version,
                call_centre=self.call_centre,
                canvasser=self.canvasser_id,
                campaign=self.campaign,
                disposition=self.disposition,
                reached=self.reached,
                external_id=self.external_id,
                started_from=self.started_from,
                started_to=self.started_to,
                received_from=self.received_from,
                received_to=self.received_to,
                duration_from=self.duration_from,
                duration_to=self.duration_to,
                status=self.status,
                review=self.review,
                **by_number(self.dialled_number, secret=secret),
            ),
            text=self.text,
            whose=self.whose,
            code=self.code,
            subject=self.subject,
            confidence_from=self.confidence_from,
            verdict=self.verdict,
        )
