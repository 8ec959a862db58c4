"""`pressure`: the contact is pushed: by urgency, guilt, reward or threat, by arguing with an answer, or after a refusal."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.domain.deviation import Code, Deviation
from app.domain.script import LineKind
from app.pipeline.alignment.answers import Answer, Reply, answers
from app.pipeline.alignment.on_the_line import AWAY
from app.pipeline.detection.base import Call, observe
from app.pipeline.detection.canvassing import alike_to_question, asks_for_view, canvasses
from app.pipeline.detection.favour import target_of_stretch
from app.pipeline.detection.learned import LEARNED, Heard, observed, weigh
from app.pipeline.detection.remarks import Remark
from app.pipeline.detection.turns import opening_of_turn
from app.pipeline.language import cues, pressing_cues, private_data
from app.pipeline.language.spelled_out import spelled_out
from app.pipeline.language.tokens import normalize

DOUBTED = 0.7
"""Least confidence where an answer is called into question outright."""

_PUSHES = {
    "guilt": pressing_cues.GUILT,
    "threat": pressing_cues.THREAT,
    "haste": pressing_cues.URGENCY,
    "reward": pressing_cues.REWARD,
    "begging": pressing_cues.PLEADS,
}
_PUSHED_RULES = frozenset(f"pressure.{kind}" for kind in _PUSHES)
PUSHED = 0.6
"""Least confidence of guilt, threat, haste, reward or begging right behind an answer or a refusal."""

_DOUBTED_RULE = "pressure.answer-doubted"
_ANSWERED = (Reply.CHOICE, Reply.YES, Reply.NO, Reply.UNDECIDED, Reply.REFUSED)


class Pressure:
    """An answer argued with, a refusal that is pressed, and what the learned stage hears besides."""

    code = Code.PRESSURE

    def __call__(self, call: Call) -> Iterator[Deviation]:
        """One deviation for each clause or stretch that pushes."""
        given = answers(call.alignment.speech.transcript, call.language)
        pressed = tuple(_pressed(call, given))
        # That a refusal is pressed shows in the dialogue alone: the words may be as approved.
        yield from pressed
        argued = tuple(_argued(call, given))
        pushed = tuple(_pushed(call))
        places = _places(pressed, call)
        ruled = [item for item in (*argued, *pushed) if not _places((item,), call) & places]
        answered = _answered_turns(call, given)
        for item in weigh(call, self.code, ruled):
            if isinstance(item, Deviation):
                yield _no_less_sure(item, behind_answer=bool(_places((item,), call) & answered))
            elif not _takes_off(item) and not all(_asks_fairly(remark, call) for remark in item.remarks):
                yield _learned(item)


def _no_less_sure(item: Deviation, *, behind_answer: bool) -> Deviation:
    """What is said against an answer is known by its place, which the learned stage does not see."""
    least = DOUBTED if item.rule == _DOUBTED_RULE else PUSHED if behind_answer and item.rule in _PUSHED_RULES else 0.0
    return replace(item, confidence=max(item.confidence, least))


def _answered_turns(call: Call, given: Sequence[Answer]) -> set[int]:
    """Places of the contact's answers, refusals and wishes to go."""
    utterances = call.alignment.speech.transcript.utterances
    return {
        answer.position
        for answer in given
        if answer.reply in _ANSWERED
        or pressing_cues.WANTS_TO_GO.search(spelled_out(normalize(utterances[answer.position].text)))
    }


def _takes_off(heard: Heard) -> bool:
    """Whether there is no push, or it is taken away: "take your time, there's no rush", "have you time to talk?"."""
    plain = spelled_out(" ".join(remark.plain for remark in heard.remarks))
    eased = pressing_cues.RELIEVES.search(plain) or pressing_cues.ASKS_FOR_TIME.search(plain)
    return bool(eased) and not any(cue.search(plain) for cue in _PUSHES.values())


def _asks_fairly(remark: Remark, call: Call) -> bool:
    """Whether a clause is no more than a question of the script in other words, or tells of the recording."""
    if any(push.search(remark.plain) for push in _PUSHES.values()):
        return False
    for_view = asks_for_view(remark, call) and not pressing_cues.URGES.search(remark.plain)
    asks = remark.is_question and (for_view or alike_to_question(remark, call) is not None)
    return asks or bool(cues.OF_RECORDING.search(remark.plain))


def _learned(heard: Heard) -> Deviation:
    whom = target_of_stretch(heard.remarks)
    return observed(
        heard,
        Code.PRESSURE,
        rule=f"pressure{LEARNED}",
        explanation="The line pushes the contact towards an answer or a vote.",
        subject=whom.subject if whom else None,
    )


def _argued(call: Call, given: Sequence[Answer]) -> Iterator[Deviation]:
    """What is said against an answer in the turn behind it."""
    turns: set[int] = set()
    for remark, turn, answer in _replies(call, given):
        doubts = remark.spot(pressing_cues.DOUBTS_ANSWER)
        if turn in turns or answer.reply not in _ANSWERED or not (doubts or remark.spot(pressing_cues.ARGUES)):
            continue
        if pressing_cues.SERVICE.search(remark.sentence) or not _open_to_argument(answer, call):
            continue
        turns.add(turn)
        yield observe(
            remark,
            Code.PRESSURE,
            rule=_DOUBTED_RULE if doubts else "pressure.argued",
            confidence=0.8,
            explanation="The line argues with the answer that the contact has just given.",
            subject=next(iter(answer.ranks.values()), None) or None,
        )


def _pressed(call: Call, given: Sequence[Answer]) -> Iterator[Deviation]:
    """What asks on in the turn behind a refusal."""
    utterances = call.alignment.speech.transcript.utterances
    opted_out_at = call.alignment.dialogue.opted_out_at
    turns: set[int] = set()
    for remark, turn, answer in _replies(call, given):
        plain = normalize(utterances[turn].text)
        opted_out = opted_out_at is not None and opted_out_at <= turn
        away = call.alignment.dialogue.on_at(remark.piece.position) in AWAY
        of_absent = away and private_data.THIRD_PERSON.search(remark.plain)
        if turn in turns or opted_out or of_absent or cues.GOES_ON.search(plain):
            continue
        refused = answer.reply is Reply.REFUSED and not answer.ranks
        wants_to_go = bool(pressing_cues.WANTS_TO_GO.search(plain)) and not answer.ranks
        if (refused and _asks_again(remark, turn, call)) or (wants_to_go and _goes_on(remark, turn, call, plain)):
            turns.add(turn)
            yield observe(
                remark,
                Code.PRESSURE,
                rule="pressure.after-refusal",
                confidence=0.8,
                explanation="The contact had refused, and the line presses on.",
            )


def _replies(call: Call, given: Sequence[Answer]) -> Iterator[tuple[Remark, int, Answer]]:
    """The canvasser's clauses right behind each answer, with its place and the answer."""
    by_place = {answer.position: answer for answer in given}
    for remark in call.remarks:
        turn = opening_of_turn(call, remark.piece.position)
        if turn in by_place:
            yield remark, turn, by_place[turn]


def _open_to_argument(answer: Answer, call: Call) -> bool:
    """Whether the answer is one that can be argued with, and no reply to a greeting or a question of service."""
    asked = _asked_before(answer.position, call)
    return answer.about_choice or bool(answer.ranks) or answer.reply is Reply.REFUSED or asked


def _asked_before(position: int, call: Call) -> bool:
    """Whether a question of the script, or one after a view, was asked in the canvasser's turn before."""
    earlier = opening_of_turn(call, position - 1)
    return any(
        _is_question_line(remark, call) or asks_for_view(remark, call)
        for remark in call.remarks
        if earlier < remark.piece.position < position
    )


def _is_question_line(remark: Remark, call: Call) -> bool:
    speech = call.alignment.speech
    numbers = set(speech.numbers(remark.piece.position, remark.tokens))
    return any(
        line.first in numbers and call.language.script.line(line.alignment.line_id).kind is LineKind.QUESTION
        for line in call.alignment.lines
    )


def _asks_again(remark: Remark, turn: int, call: Call) -> bool:
    """Whether the clause asks once more for what was refused, or urges an answer."""
    if remark.off_script and pressing_cues.URGES.search(remark.plain):
        return not pressing_cues.LETS_BE.search(remark.plain)
    if not remark.is_question and not pressing_cues.ASKS_WHY.search(remark.plain):
        return False
    if pressing_cues.ASKS_WHY.search(remark.plain):
        return True
    refused = {alike_to_question(other, call) for other in _turn_before(turn, call)} - {None}
    again = alike_to_question(remark, call)
    if again in refused:
        return True
    return remark.off_script and again is None and canvasses(remark, call) and asks_for_view(remark, call)


def _turn_before(turn: int, call: Call) -> list[Remark]:
    earlier = opening_of_turn(call, turn - 1)
    return [remark for remark in call.remarks if earlier < remark.piece.position < turn]


def _goes_on(remark: Remark, turn: int, call: Call, said: str) -> bool:
    """Whether the canvasser carries on with the contest when the contact wanted to go.

    That it is short may be said to somebody in a hurry, not to somebody who has declined.
    """
    if pressing_cues.LETS_GO.search(_said_in_turn(turn, call)):
        return False
    delays = pressing_cues.DECLINES.search(said) and pressing_cues.DELAYS.search(remark.plain)
    return bool(delays and remark.off_script) or (remark.is_question and canvasses(remark, call))


def _said_in_turn(turn: int, call: Call) -> str:
    pieces = call.alignment.speech.pieces
    return " ".join(piece.plain for piece in pieces if opening_of_turn(call, piece.position) == turn)


def _pushed(call: Call) -> Iterator[Deviation]:
    """Guilt, threat, haste, reward and begging, wherever they are said off the script."""
    opted_out_at = call.alignment.dialogue.opted_out_at
    for remark in call.remarks:
        plain = spelled_out(remark.plain)
        # After a request to stop, "just before you go" is what ignoring it is made of.
        asked_to_stop = opted_out_at is not None and remark.piece.position > opted_out_at
        pushes = (
            name for name, cue in _PUSHES.items() if cue.search(plain) and not (asked_to_stop and name == "haste")
        )
        kind = next(pushes, None)
        if kind and remark.off_script and not remark.denies and not _eases(plain, remark.sentence, kind):
            yield observe(
                remark,
                Code.PRESSURE,
                rule=f"pressure.{kind}",
                confidence=0.75,
                explanation=f"The line pushes the contact: it holds {kind}.",
            )


def _eases(plain: str, sentence: str, kind: str) -> bool:
    """Whether a clause asks after no more than the service or takes the push away; haste is taken away by its sentence."""
    relieved = spelled_out(sentence) if kind == "haste" else plain
    return bool(pressing_cues.SERVICE.search(plain) or pressing_cues.RELIEVES.search(relieved))


def _places(items: Sequence[Deviation], call: Call) -> set[int]:
    """The turns in which deviations were observed."""
    utterances = call.alignment.speech.transcript.utterances
    places = {utterance.index: number for number, utterance in enumerate(utterances)}
    return {opening_of_turn(call, places[item.utterance]) for item in items if item.utterance is not None}
