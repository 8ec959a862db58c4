"""The text half of the analysis: from a transcript to a call result. Needs no sound and no speech engine."""

from collections import OrderedDict
from pathlib import Path

import app
from app.domain.audio import UnreviewableReason
from app.domain.finding import CallResult, Outcome
from app.domain.provenance import Provenance
from app.domain.script import ApprovedScript
from app.domain.transcript import Transcript
from app.pipeline.alignment.align import align
from app.pipeline.assessment.grade import grade, outcome_of
from app.pipeline.assessment.in_part import judged_in_part
from app.pipeline.assessment.policy import Profile
from app.pipeline.assessment.reasons import with_reasons
from app.pipeline.detection.base import Call
from app.pipeline.detection.learned import settled, stretches
from app.pipeline.detection.registry import DETECTORS, RULESET
from app.pipeline.detection.remarks import remarks
from app.pipeline.language.classifier import Classifier
from app.pipeline.language.comparer import Comparer
from app.pipeline.language.script_language import Grammar, ScriptLanguage
from app.pipeline.language.sentence_encoder import SentenceEncoder

SCRIPTS_KEPT = 32
"""Script versions whose tools stay in memory."""


class Judge:
    """Judges transcripts; the tools of each script version are built once and kept."""

    def __init__(
        self,
        *,
        grammar_folder: Path,
        encoder_folder: Path,
        classifier_folder: Path | None = None,
        line_comparer_folder: Path | None = None,
        models: tuple[tuple[str, str], ...] = (),
        profile: Profile = Profile.BALANCED,
    ) -> None:
        """Take the weights from folders; they are loaded when the first transcript comes.

        Args:
            grammar_folder: The spaCy pipeline.
            encoder_folder: The sentence encoder.
            classifier_folder: The learned stage; None for the rules alone.
            line_comparer_folder: The comparer of lines; None where likeness alone must do.
            models: Sorted (model id, ``sha256:…``) pairs for the provenance.
            profile: Which findings are sure enough to be listed.
        """
        self._grammar = Grammar(grammar_folder)
        self._encoder = SentenceEncoder(encoder_folder)
        self._classifier = Classifier(classifier_folder) if classifier_folder else None
        self._line_comparer = Comparer(line_comparer_folder) if line_comparer_folder else None
        self._models = models
        self._languages: OrderedDict[str, ScriptLanguage] = OrderedDict()
        self.profile = profile

    def judge(self, transcript: Transcript, *, script: ApprovedScript) -> CallResult:
        """Compare a call with its approved script.

        Args:
            transcript: What was said. One without words, or in another language, is unreviewable.
            script: The approved script in force.

        Returns:
            The findings, worst first, and what became of every line.
        """
        reason = _unreviewable(transcript)
        if reason:
            return self.unreviewable(transcript, script=script, reason=reason)
        language = self.language(script)
        alignment = align(transcript, language)
        clauses = remarks(alignment, language)
        unscripted = stretches(clauses, alignment, language) if self._classifier else ()
        if self._classifier:
            self._classifier.judge_all([(stretch.said, stretch.before) for stretch in unscripted])  # all in one go
        call = Call(alignment, clauses, language, unscripted, self._classifier)
        deviations = settled([deviation for detector in DETECTORS for deviation in detector(call)])
        graded = grade(deviations, alignment, language, profile=self.profile)
        findings = with_reasons(graded, call, detectors=DETECTORS, profile=self.profile)
        result = CallResult(
            call=transcript.call,
            outcome=outcome_of(findings),
            reason=None,
            script_id=script.id,
            script_version=script.version,
            findings=findings,
            lines=tuple(line.alignment for line in alignment.lines),
            transcript=transcript,
            provenance=self._provenance(transcript),
        )
        return judged_in_part(result)

    def unreviewable(self, transcript: Transcript, *, script: ApprovedScript, reason: UnreviewableReason) -> CallResult:
        """The result of a call of which no trustworthy transcript could be made."""
        return CallResult(
            call=transcript.call,
            outcome=Outcome.UNREVIEWABLE,
            reason=reason,
            script_id=script.id,
            script_version=script.version,
            findings=(),
            lines=(),
            transcript=transcript,
            provenance=self._provenance(transcript),
        )

    def language(self, script: ApprovedScript) -> ScriptLanguage:
        """The tools of one script version, built once and kept."""
        known = self._languages.get(script.version)
        if known is None:
            known = ScriptLanguage.build(
                script,
                grammar=self._grammar,
                encoder=self._encoder,
                line_comparer=self._line_comparer,
            )
            self._languages[script.version] = known
            while len(self._languages) > SCRIPTS_KEPT:
                self._languages.popitem(last=False)
        self._languages.move_to_end(script.version)
        return known

    def _provenance(self, transcript: Transcript) -> Provenance:
        models = dict(self._models)
        engine = transcript.engine
        if engine and engine.sha256:
            models[f"whisper-{engine.model}"] = f"sha256:{engine.sha256}"
        return Provenance(RULESET, tuple(sorted(models.items())), app.__version__, self.profile)


def _unreviewable(transcript: Transcript) -> UnreviewableReason | None:
    if not any(utterance.text.strip() for utterance in transcript.utterances):
        return UnreviewableReason.NO_SPEECH
    if transcript.language and not transcript.language.lower().startswith("en"):
        return UnreviewableReason.NOT_ENGLISH
    return None
