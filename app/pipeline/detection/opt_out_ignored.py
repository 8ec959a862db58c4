"""`opt-out-ignored`: the contact asks to stop or not to be called, and the canvassing goes on."""

from collections.abc import Iterator

from app.domain.deviation import Code, Deviation
from app.domain.script import LineKind
from app.pipeline.alignment.dialogue import contact_before
from app.pipeline.detection.base import Call, observe
from app.pipeline.detection.canvassing import canvasses, puts_a_question, renders
from app.pipeline.detection.remarks import Remark, behind
from app.pipeline.detection.turns import stretched, turns_of_canvasser
from app.pipeline.language.cues import NEGATION, cue

_CANVASSING = (LineKind.QUESTION, LineKind.OPTIONS, LineKind.PURPOSE, LineKind.NEUTRALITY, LineKind.CONSENT)

_PRESSES_ON = cue(r"""
    before (?:you go|i (?:go|let you go)|we finish)|(?:just|only|quick(?:ly)?|last|final|one) (?:\w+ ){0,3}?(?:question|questions|thing|second|minute|minutes|more)|if i could (?:just )?ask|could i (?:just )?ask|can i (?:just )?ask|will not take long|only takes?|won t take|while i have (?:got )?you|since i have (?:got )?you
    (?:vote|votes|voting|candidates?|election|ballot|contest|mayor|preference|campaign)
""")
_SEES_TO_IT = cue(r"""
    (?:number|list|details|record|name|address|email|post|letter|call back sheet) (?:\w+ ){0,6}?(?:off|remove|removed|removing|taking|taken|ending|correct|right)|(?:take|taken|taking|remove|removed|removing) (?:\w+ ){0,4}?(?:list|off|number|details|system|database)|is (?:it|that|this) the (?:right |same |only )?number|(?:this|that) number|mobile|landline|house phone|it is (?:mr|mrs|ms|miss|dr)|number (?:i am|i have|you are)|(?:may|can|could) i ask (?:\w+ )?why|for (?:our|the|my) records|(?:phone calls|calls|letters|emails|texts|post) (?:\w+ ){0,3}?(?:only|too|as well|or|and)|by (?:post|email|text|letter)|(?:the|our) (?:right|correct) (?!question|answer|choice)\w+|any(?:one|body) else (?:\w+ ){0,3}?(?:house|home|address|number|there)
    sorry (?:to|for) (?:have )?(?:\w+ )?(?:troubled|bothered|bother|bothering|trouble|troubling|disturb\w*)|will not (?:\w+ )?(?:call|ring|phone|contact|be called|be rung|hear)|for good|permanently|altogether
    (?:nobody|no one|none of us) (?:\w+ ){0,3}?(?:rings?|calls?|phones?|contacts?)|(?:no|no more|no further|off|stop) (?:\w+ ){0,3}?(?:calls|contact)|not (?:\w+ )?(?:want|wish|like) (?:\w+ ){0,3}?(?:calls|called|calling|rung|ringing|phoned|contacted)
    spell(?:s|ing|ed|t)?|(?:check|confirm|take|get|got|have|need|find|what is) (?:\w+ ){0,3}?(?:surname|first name|full name|initials?|name|number|post ?code|address)
    (?:still|will) (?:\w+ )?(?:get|receive|be sent|be posted) (?:\w+ ){0,2}?(?:ballot papers?|voting papers?|papers?|ballot|letters?|pack|form|booklet)
""")
"""The request is seen to, or the contact is told what comes of it."""
_OF_THE_CALL = cue(r"""
    calls?|called|calling|rings?|rang|rung|ringing|phoned|anything else|otherwise|in writing|(?:all right|alright|okay)$|at all|(?:just|only) (?:about |for |on )?(?:this|these|that)|pardon|say (?:that|it)|hear (?:that|you|me)|(?:i|we) help
""")
"""A question about the calls themselves, or how the contact is."""
_RINGS_AGAIN = cue(r"""
    (?:(?:shall|can|could|may|should|might) (?:i|we)|(?:i|we) (?:will|shall|can|could|would|might)|let me) (?:\w+ ){0,2}?(?:try|ring|call|phone|catch) (?:you (?:\w+ ){0,2}?)?(?:again|back|later|nearer|another (?:day|time|night|evening)|tomorrow|next (?:week|month))
""")
"""A further call is proposed or announced."""
_ASKS_ANEW = cue(
    r"(?:do|does|did|would|will|could|can|is|are|have|has|was|were) (?:you|your|the|it|that)|who|what|which|how|when|where"
)
"""The beginning of a question in the midst of a clause."""


class OptOutIgnored:
    """What the canvasser says after an opt-out, beyond one acknowledgement and a goodbye."""

    code = Code.OPT_OUT_IGNORED

    def __call__(self, call: Call) -> Iterator[Deviation]:
        """One deviation where the canvassing first goes on; an officer who hears that place hears on from there."""
        asked_at = call.alignment.dialogue.opted_out_at
        if asked_at is None:
            return
        resumed_at = call.alignment.dialogue.resumed_at
        places = [
            canvassing
            for turn, remarks in turns_of_canvasser(call)
            if turn >= asked_at and (resumed_at is None or turn < resumed_at)
            if (canvassing := [remark for remark in remarks if _canvasses(remark, call)])
        ]
        if places:
            observed = observe(
                places[0][0],
                self.code,
                rule="opt-out-ignored.carried-on",
                confidence=0.9,
                explanation="The contact had asked to stop or not to be called, and the canvassing goes on here."
                + (f" It does so in {len(places) - 1} more of the turns." if len(places) > 1 else ""),
            )
            yield stretched(observed, places[0])


def _canvasses(remark: Remark, call: Call) -> bool:
    sees_to_it = _SEES_TO_IT.search(remark.plain)
    if sees_to_it and not remark.options:
        # Recognised speech has no full stops: a question may stand behind it in the same breath.
        rest = behind(remark, sees_to_it.end())
        question = _ASKS_ANEW.search(rest.plain)
        return puts_a_question(behind(rest, question.start()) if question else rest, call) or renders(
            rest, call, _CANVASSING
        )
    if _PRESSES_ON.search(remark.plain):
        return True
    if _RINGS_AGAIN.search(remark.plain) and not NEGATION.search(remark.plain):
        return True
    if _notes_the_last_answer(remark, call):
        return False
    asks = remark.off_script and remark.is_question and not _OF_THE_CALL.search(remark.plain)
    return renders(remark, call, _CANVASSING) or canvasses(remark, call) or asks


def _notes_the_last_answer(remark: Remark, call: Call) -> bool:
    """Whether a clause does no more than say back whom the contact has just named."""
    named = {mention.subject for mention in remark.options}
    heard = contact_before(call.alignment.speech.transcript, remark.piece.position)
    if not named or heard is None or remark.is_question:
        return False
    return named <= {mention.subject for mention in call.language.register.find(heard.text)}
