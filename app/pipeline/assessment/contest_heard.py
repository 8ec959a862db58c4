"""Whether a call speaks of the contest at all: a deviation from a neutral consultation takes place in one."""

from app.domain.alignment import SAID
from app.domain.script import LineKind
from app.pipeline.alignment.align import Alignment
from app.pipeline.detection.canvassing import contest_words
from app.pipeline.language import private_data, stance, views
from app.pipeline.language.script_language import ScriptLanguage
from app.pipeline.language.tokens import normalize

_OF_ANY_CALL = (LineKind.GREETING, LineKind.IDENTIFICATION, LineKind.RECORDING_NOTICE, LineKind.CLOSING)
"""Lines that a plumber's answering service says as well."""

_CUES = (
    views.CONTEST,
    views.NEAR_A_CONTEST,
    views.OF_MEMBERS,
    stance.ROLE,
    stance.PREFERENCE,
    private_data.OTHERS_VOTE_ASKED,
)

FEWEST_WORDS = 80
"""Words, half a minute of talk, after which silence about the contest says something. Of stretches cut out of calls one
in ten is about the contest and names nothing of it (November 2026)."""


def contest_heard(alignment: Alignment, language: ScriptLanguage) -> bool:
    """Whether anybody in a call says a line of the script, a name of its register or a word of a contest.

    Where little was said it is taken to be so: "he's the one, between us" is of the contest, and no word of it tells.

    Args:
        alignment: The call with its script.
        language: The tools of the script.
    """
    said = [normalize(utterance.text) for utterance in alignment.speech.transcript.utterances]
    if sum(len(plain.split()) for plain in said) < FEWEST_WORDS:
        return True
    lines = ((line.alignment.status, language.script.line(line.alignment.line_id).kind) for line in alignment.lines)
    if any(status in SAID and kind not in _OF_ANY_CALL for status, kind in lines):
        return True
    own = contest_words(language.script)
    if any(cue.search(plain) for plain in said for cue in _CUES) or any(not own.isdisjoint(p.split()) for p in said):
        return True
    return any(language.register.find(utterance.text) for utterance in alignment.speech.transcript.utterances)
