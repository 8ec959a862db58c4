"""What a result rests on, so that a stage is done again only where something of that has changed."""

import hashlib
import json
from dataclasses import dataclass

from app.domain.script import ApprovedScript
from app.domain.transcript import EngineInfo, Transcript
from app.pipeline.analyze import names_of
from app.pipeline.speakers.script_fit import wordings

OF_THE_MACHINE = frozenset({"encoder"})
"""Settings of an engine that follow from the processor: the same weights in another runtime are no reason to hear a
hundred thousand calls again."""


@dataclass(frozen=True, slots=True)
class Upstream:
    """Everything that the workers would hear and judge with now.

    Attributes:
        engine: The recogniser.
        second: The model that hears critical findings again, or None.
        voices: Digest of what tells voices apart, or None.
        ruleset: Version of the detectors and the policy.
        models: Sorted (model id, ``sha256:…``) pairs of the text half.
        profile: Threshold profile.
    """

    engine: EngineInfo
    second: EngineInfo | None
    voices: str | None
    ruleset: str
    models: tuple[tuple[str, str], ...]
    profile: str

    def hearing_key(self, script: ApprovedScript) -> str:
        """Stands for everything but the recording that the words of a transcript rest on.

        The other half of the content key is the recording with its declared format and roles, which a call's row holds
        and which never change under it.

        Args:
            script: Its register gives the recogniser the names to expect.

        Returns:
            64 hex digits; the same for the same recogniser, settings, voices and names.
        """
        engine = self.engine
        settings = [[name, value] for name, value in engine.settings if name not in OF_THE_MACHINE]
        content = [engine.name, engine.model, engine.sha256, settings, self.voices, list(names_of(script))]
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()

    def judges_like(self, *, ruleset: str | None, profile: str | None, models: dict[str, str] | None) -> bool:
        """Whether a run with this provenance was judged by the same rules and models; what heard it is left out."""
        judging = {name: digest for name, digest in (models or {}).items() if not name.startswith("whisper-")}
        return (ruleset, profile, judging) == (self.ruleset, self.profile, dict(self.models))


def is_told_apart_by_script(transcript: Transcript) -> bool:
    """Whether who speaks was told from the lines of the script: where all voices share one channel."""
    return len({utterance.channel for utterance in transcript.utterances}) < 2


def reads_alike(one: ApprovedScript, other: ApprovedScript) -> bool:
    """Whether two versions tell the canvasser's voice from the contact's by the same words."""
    return one.version == other.version or wordings(one) == wordings(other)
