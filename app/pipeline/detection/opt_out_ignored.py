"""`opt-out-ignored`: the contact asks to stop or not to be called, and the canvassing goes on."""

from collections.abc import Iterator

from app.domain.deviation import Code, Deviation
from app.domain.script import LineKind
from app.pipeline.alignment.dialogue import contact_before
from app.pipeline.detection.base import Call, observe
from app.pipeline.detection.canvassing import canvasses
from app.pipeline.detection.remarks import Remark
from app.pipeline.detection.turns import stretched, turns_of_canvasser
from app.pipeline.language.cues import cue

_CANVASSING = (LineKind.QUESTION, LineKind.OPTIONS, LineKind.PURPOSE, LineKind.NEUTRALITY, LineKind.CONSENT)

_PRESSES_ON = cue(r"""
    before (?:you go|i (?:go|let you go)|we finish)|(?:just|only|quick(?:ly)?|last|final|one) (?:\w+ ){0,3}?(?:question|questions|thing|second|minute|minutes|more)|if i could (?:just )?ask|could i (?:just )?ask|can i (?:just )?ask|will not take long|only takes?|won t take|while i have (?:got )?you|since i have (?:got )?you
    (?:vote|votes|voting|candidates?|election|ballot|contest|mayor|preference|campaign)
""")
_SEES_TO_IT = cue(r"""
    (?:number|list|details|record|name|address|email|post|letter|call back sheet) (?:\w+ ){0,6}?(?:off|remove|removed|removing|taking|taken|ending|correct|right)|(?:take|taken|taking|remove|removed|removing) (?:\w+ ){0,4}?(?:list|off|number|details|system|database)|is (?:it|that|this) the (?:right |same |only )?number|number (?:i am|i have|you are)|(?:may|can|could) i ask (?:\w+ )?why|for (?:our|the|my) records|(?:phone calls|calls|letters|emails|texts|post) (?:\w+ ){0,3}?(?:only|too|as well|or|and)|by (?:post|email|text|letter)|any(?:one|body) else (?:\w+ ){0,3}?(?:house|home|address|number|there)
""")
_FAREWELL = cue(r"""
    (?:take|taken|taking|remove|removed|removing|off|delete|deleted) (?:\w+ ){0,4}?(?:list|off|number|details|system|database)|sorry (?:to|for) (?:have )?(?:\w+ )?(?:troubled|bothered|bother|trouble|disturb\w*)|will not (?:\w+ )?(?:call|ring|phone|contact|be called)
""")


class OptOutIgnored:
    """What the canvasser says after an opt-out, beyond one acknowledgement and a goodbye."""

    code = Code.OPT_OUT_IGNORED

    def __call__(self, call: Call) -> Iterator[Deviation]:
        """One deviation for each turn that carries on canvassing."""
        asked_at = call.alignment.dialogue.opted_out_at
        if asked_at is None:
            return
        scripted = _script_places(call)
        resumed_at = call.alignment.dialogue.resumed_at
        for turn, remarks in turns_of_canvasser(call):
            if turn < asked_at or (resumed_at is not None and turn >= resumed_at):
                continue
            canvassing = [remark for remark in remarks if _canvasses(remark, scripted, call)]
            if canvassing:
                observed = observe(
                    canvassing[0],
                    self.code,
                    rule="opt-out-ignored.carried-on",
                    confidence=0.9,
                    explanation="The contact had asked to stop or not to be called, and the canvassing goes on here.",
                )
                yield stretched(observed, canvassing)


def _script_places(call: Call) -> set[int]:
    script, speech = call.language.script, call.alignment.speech
    return {
        speech.words[line.first].position
        for line in call.alignment.lines
        if line.first is not None and script.line(line.alignment.line_id).kind in _CANVASSING
    }


def _canvasses(remark: Remark, scripted: set[int], call: Call) -> bool:
    if _SEES_TO_IT.search(remark.plain) and not remark.options:
        return False
    if _PRESSES_ON.search(remark.plain):
        return True
    if _FAREWELL.search(remark.plain) and not remark.is_question:
        return False
    if _notes_the_last_answer(remark, call):
        return False
    said_a_line = remark.piece.position in scripted and not remark.off_script
    return said_a_line or canvasses(remark, call) or (remark.off_script and remark.is_question)


def _notes_the_last_answer(remark: Remark, call: Call) -> bool:
    """Whether a clause does no more than say back whom the contact has just named."""
    named = {mention.subject for mention in remark.options}
    heard = contact_before(call.alignment.speech.transcript, remark.piece.position)
    if not named or heard is None or remark.is_question:
        return False
    return named <= {mention.subject for mention in call.language.register.find(heard.text)}
