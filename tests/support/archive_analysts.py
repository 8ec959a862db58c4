"""An analysis that can judge a transcript again; the environment says by which rules, names and engine."""

import os
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.domain.audio import ChannelRoles, RawFormat
from app.domain.deviation import Code, Severity
from app.domain.finding import CallResult, Finding, Outcome
from app.domain.provenance import Provenance
from app.domain.script import ApprovedScript
from app.domain.serialization import transcript_from_json
from app.domain.transcript import EngineInfo
from app.pipeline.upstream import Upstream
from app.runs.analyst import AnalysisOutput, Rejudgement, Sound
from tests.support.service_analysts import finding, quick

RULES = "TEST_RULES"
ENGINE = "TEST_ENGINE"


def note(kind: str, call: str) -> int:
    """Write down that something was begun with a call, and return how often before."""
    notes = Path(os.environ["TEST_NOTES"])
    before = len(list(notes.glob(f"{kind}-{call}-*")))
    (notes / f"{kind}-{call}-{before:03d}-{os.getpid()}").touch()
    return before


class Careful:
    """Finds an endorsement where the recording is not ``clear``; by the rules ``new`` a pressure as well, by the rules
    ``other-words`` the endorsement in other words. A file ``die-CALL`` or ``slow-CALL`` among the notes says what
    becomes of the worker that judges the text of the call.
    """

    @property
    def upstream(self) -> Upstream:
        return Upstream(
            engine=EngineInfo("fake", "base", os.environ.get(ENGINE, "e1")),
            second=None,
            voices=None,
            ruleset=os.environ.get(RULES, "old"),
            models=(("m", "sha256:1"),),
            profile="balanced",
        )

    def __call__(
        self, path: Path, *, call: str, script: ApprovedScript, raw: RawFormat | None, roles: ChannelRoles | None
    ) -> AnalysisOutput:
        note("hear", call)
        if b"explode" in path.read_bytes():
            raise RuntimeError("the words of the call: a decent guy")
        output = quick(path, call=call, script=script, raw=raw, roles=roles)
        if output.playback is not None:
            output.playback.unlink()
        engine = self.upstream.engine
        heard = replace(output.result.transcript, engine=engine)
        judged = replace(output.result, transcript=heard)
        if judged.outcome is not Outcome.UNREVIEWABLE:
            judged = self._judged(judged, is_flagged=bool(judged.findings))
        return AnalysisOutput(replace(judged, provenance=self._provenance), None, None, self._key(script))

    def rejudge(
        self,
        before: Mapping[str, Any],
        *,
        judged_by: ApprovedScript,
        script: ApprovedScript,
        sound: Sound,
    ) -> Rejudgement:
        call = before["call"]
        began = note("text", call)
        notes = Path(os.environ["TEST_NOTES"])
        if (notes / f"die-{call}").exists():
            os._exit(9)
        if (notes / f"slow-{call}").exists() and not began:
            time.sleep(120)
        time.sleep(float(os.environ.get("TEST_SECONDS", "0")))
        result = CallResult(
            call=call,
            outcome=Outcome.CLEAR,
            reason=None,
            script_id=script.id,
            script_version=script.version,
            findings=(),
            lines=(),
            transcript=transcript_from_json(before["transcript"]),
            provenance=self._provenance,
        )
        return Rejudgement(self._judged(result, is_flagged=bool(before["findings"])))

    @property
    def _provenance(self) -> Provenance:
        upstream = self.upstream
        return Provenance(upstream.ruleset, upstream.models, "0", upstream.profile)

    def _key(self, script: ApprovedScript) -> str:
        return self.upstream.hearing_key(script)

    def _judged(self, result: CallResult, *, is_flagged: bool) -> CallResult:
        found: tuple[Finding, ...] = ()
        if is_flagged:
            found = (finding(),)
        if is_flagged and self.upstream.ruleset == "new":
            found = (finding(), finding(finding_id="f2", code=Code.PRESSURE, severity=Severity.MAJOR, confidence=0.6))
        if is_flagged and self.upstream.ruleset == "other-words":
            found = (finding(quote="his dad was a bus driver"),)
        return replace(result, findings=found, outcome=Outcome.FLAGGED if found else Outcome.CLEAR)


careful = Careful()
