"""`answer-altered`: the canvasser reads back or records another answer than the contact gave."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.domain.deviation import Code, Deviation
from app.pipeline.alignment.answers import (
    FIRST,
    Answer,
    Reply,
    Standing,
    answers,
    chosen_mentions,
    option_called,
    standing,
    word_of,
)
from app.pipeline.detection.base import Call, observe
from app.pipeline.detection.noting import noted_otherwise
from app.pipeline.detection.read_back import ReadBack, read_back
from app.pipeline.detection.remarks import Remark
from app.pipeline.detection.turns import OTHER_END, opening_of_turn
from app.pipeline.language import answer_cues
from app.pipeline.language.spelled_out import spelled_out
from app.pipeline.language.tokens import Token, normalize, tokenize

SURE = 0.9
LIKELY = 0.75
"""Where the answer that was given is less than certain: it was not firm, or none was heard."""

_TOPIC = "other-topic"
POSSIBLE = 0.2
"""Where two subjects are unlike and nobody objects: of 20 fair summaries of open answers four were as unlike as that
("bins" as "refuse collection"), of 14 false ones ten (November 2026)."""

UNLIKE = 0.25
"""Cosine under which a summary has nothing to do with an answer."""

LONGEST_OPEN_ANSWER = 20
"""Words of an open answer; in a longer one the subject that is recorded may be any."""

LONGEST_NAME = 2
"""Words of an answer that may be no more than a name."""

STEM = 4
"""First letters that two forms of one word share: "house", "housing"."""

_CLAUSES = re.compile(r"[.,;:!?]| and | but ")

AT_ONCE = 1
"""Turns of the canvasser after the read-back in which a slip is mended at once."""

_RANKED = re.compile(
    r"\bthe (?:first|second|third|last|top|bottom|middle)(?: one| two| three)?\b(?! (?:time|place|i)\b)|\bboth\b"
)
"""Somebody is chosen by a place in the list that was read."""

_UNTOLD = (Reply.UNDECIDED, Reply.REFUSED)


class AnswerAltered:
    """Read-backs and records that contradict the answer; a question, a slip mended at once and a change of mind are none."""

    code = Code.ANSWER_ALTERED

    def __call__(self, call: Call) -> Iterator[Deviation]:
        """One deviation for each clause that says another answer back."""
        given: tuple[Answer, ...] | None = None
        turns: set[int] = set()
        for remark in call.remarks:
            turn = opening_of_turn(call, remark.piece.position)
            if turn < 0 or turn in turns or _is_question(remark) or _replies(remark, turn, call):
                continue
            if given is None:
                given = answers(call.alignment.speech.transcript, call.language)
            stands = standing(given, before=remark.piece.position)
            found = _altered(remark, turn, given, stands, call) or _noted_otherwise(remark, turn, stands.last, call)
            if found:
                turns.add(turn)
                yield found


def _replies(remark: Remark, turn: int, call: Call) -> bool:
    """Whether a clause replies to a question of the contact's ("Who's this Okafor?") and notes nothing."""
    asked = call.alignment.speech.transcript.utterances[turn].text.rstrip().endswith("?")
    return asked and not remark.reads_back


def _is_question(remark: Remark) -> bool:
    return remark.is_question and not remark.options


def _altered(remark: Remark, turn: int, given: Sequence[Answer], stands: Standing, call: Call) -> Deviation | None:
    question = stands.last.question if stands.last else ""
    claim = read_back(remark, call, after_answer=_answered_at(turn, given), question=question)
    if claim is None or _reads_the_options(claim, call):
        return None
    contradiction = _contradiction(claim, stands, call)
    if contradiction is None or _settled(claim, turn, given, call):
        return None
    kind, confidence, subject, explanation = contradiction
    if kind == _TOPIC and _protested(remark.piece.position, call):
        confidence = LIKELY
    rule = f"answer-altered.{kind}"
    found = observe(
        remark, Code.ANSWER_ALTERED, rule=rule, confidence=confidence, explanation=explanation, subject=subject
    )
    # The answer may stand in one clause of the sentence and the recording in another.
    return replace(found, start_char=remark.piece.start, end_char=remark.piece.end)


def _noted_otherwise(remark: Remark, turn: int, last: Answer | None, call: Call) -> Deviation | None:
    found = noted_otherwise(remark, last, call) if last and last.position >= turn - 1 else None
    if found is None or _accepted(remark, turn, call):
        return None
    told, subject = found
    return observe(
        remark,
        Code.ANSWER_ALTERED,
        rule="answer-altered.noted",
        confidence=LIKELY,
        explanation=told,
        subject=subject,
    )


def _reads_the_options(claim: ReadBack, call: Call) -> bool:
    """Whether the names are those of the list that is read out, or all the answers of a ballot are explained."""
    script, remark = call.language.script, claim.remark
    named = {mention.subject for mention in chosen_mentions(remark.piece.text, call.language, listed=True)}
    readings = (line.reading for line in call.alignment.lines if line.reading)
    listed = any(reading.overlaps(remark.piece, remark.start, remark.end) for reading in readings)
    return bool(claim.named and listed) or (script.ballot and named >= {option.id for option in script.options})


def _protested(position: int, call: Call) -> bool:
    reply = _reply_to(position, call)
    return reply is not None and bool(answer_cues.PROTESTS.search(spelled_out(normalize(reply))))


def _answered_at(turn: int, given: Sequence[Answer]) -> bool:
    return any(answer.position == turn for answer in given)


_Contradiction = tuple[str, float, str | None, str]


def _contradiction(claim: ReadBack, stands: Standing, call: Call) -> _Contradiction | None:
    """How an answer that is read back contradicts those that stand, or None."""
    if claim.named:
        return _other_choice(claim, stands, call)
    if claim.word:
        return _other_word(claim, stands, call)
    if claim.topic:
        return _other_topic(claim, stands, call)
    return _made_untold(claim, stands, call)


def _made_untold(claim: ReadBack, stands: Standing, call: Call) -> _Contradiction | None:
    """An answer that was given, or kept back, and is noted as none."""
    chosen, last = stands.ranks.get(FIRST), stands.last
    if chosen and stands.choice and stands.choice.reply is Reply.CHOICE and stands.choice.firm:
        return "made-untold", SURE, None, f"The contact chose {call.name_of(chosen)}, and no choice is recorded."
    if last and claim.recorded and claim.reply is Reply.UNDECIDED and _says_no(last):
        return "made-untold", SURE, None, "The contact said no, and no choice is recorded."
    if last and claim.recorded and claim.reply is Reply.UNDECIDED and _says_they_will_not_tell(last):
        return "made-undecided", LIKELY, None, "The contact would not say, and is recorded as undecided."
    return None


def _says_no(last: Answer) -> bool:
    return last.reply is Reply.NO and bool(answer_cues.SAYS_NO.search(spelled_out(normalize(last.text))))


def _says_they_will_not_tell(last: Answer) -> bool:
    return last.reply is Reply.REFUSED and bool(answer_cues.REFUSES.search(spelled_out(normalize(last.text))))


def _other_choice(claim: ReadBack, stands: Standing, call: Call) -> _Contradiction | None:
    chosen = {rank: subject for rank, subject in stands.ranks.items() if subject}
    withheld = FIRST in stands.untold and stands.choice is not None and stands.choice.reply in _UNTOLD
    if not chosen or (withheld and stands.choice is not None and stands.choice.firm):
        return _out_of_nothing(claim, stands, call, untold=withheld)
    confidence = SURE if stands.choice and stands.choice.firm else LIKELY
    for rank, subject in claim.ranks.items():
        if rank in stands.ranks and stands.ranks[rank] != subject:
            swapped = subject in chosen.values()
            return _as_another(subject, confidence, call, kind="order" if swapped else "other")
        if rank in stands.untold and subject not in chosen.values():
            return (
                "untold",
                LIKELY,
                subject,
                f"{call.name_of(subject)} is read back, and the contact had not decided or said.",
            )
    if FIRST not in chosen or stands.unclear:
        # A first choice that was not understood may be the one that is read back.
        return None
    for subject in claim.named:
        if subject not in chosen.values() and not (stands.choice and stands.choice.further):
            surely = subject in stands.rejected or len(claim.named) == 1
            return _as_another(subject, confidence if surely else LIKELY, call, kind="other")
    return None


def _as_another(subject: str, confidence: float, call: Call, *, kind: str) -> _Contradiction:
    name = call.name_of(subject)
    if kind == "order":
        return kind, confidence, subject, f"The answer is read back in another order than it was given, here {name}."
    return kind, confidence, subject, f"The answer is read back as {name}, and the contact had not answered that."


def _out_of_nothing(claim: ReadBack, stands: Standing, call: Call, *, untold: bool) -> _Contradiction | None:
    """A choice that is read back where none was told."""
    subject = claim.named[0]
    name = call.name_of(subject)
    if subject in stands.rejected or stands.ranks.get(FIRST) == "":
        return "turned-down", SURE, subject, f"{name} is read back as the answer, and the contact had turned that down."
    if untold and stands.choice and _RANKED.search(normalize(stands.choice.text)):
        # "Not sure, the first two maybe": somebody was chosen, by a place in the list.
        return None
    if untold:
        told = "was undecided" if stands.choice and stands.choice.reply is Reply.UNDECIDED else "had not said"
        return "untold", SURE, subject, f"{name} is read back as the answer, and the contact {told}."
    unclear = (
        stands.last is None or stands.last.pointed or stands.last.reply is Reply.YES or _is_a_bare_word(stands.last)
    )
    if claim.recorded and not unclear and len(claim.named) == 1 and not _was_named(subject, claim, call):
        return "untold", LIKELY, subject, f"{name} is recorded as the answer, and no such answer was given."
    return None


def _is_a_bare_word(last: Answer) -> bool:
    """Whether the answer is a word or two that say nothing: likely a name that was not understood."""
    return last.reply is Reply.WORDS and len(normalize(last.text).split()) <= LONGEST_NAME


def _was_named(subject: str, claim: ReadBack, call: Call) -> bool:
    """Whether the other end has spoken of somebody in the call so far: praise can be an answer, and is none that is sure."""
    before = call.alignment.speech.transcript.utterances[: claim.remark.piece.position]
    heard = (item.text for item in before if item.speaker in OTHER_END)
    return any(mention.subject == subject for text in heard for mention in call.language.register.find(text))


def _other_word(claim: ReadBack, stands: Standing, call: Call) -> _Contradiction | None:
    """Yes read back for no, no for yes, or either for no answer at all."""
    last, script = stands.last, call.language.script
    if last is None or last.pointed:
        return None
    about_choice = last.about_choice or claim.option is not None
    subject = claim.option or (option_called(claim.word or "", script) if about_choice else None)
    told = f"The answer is read back as {claim.word}, and"
    chosen = stands.ranks.get(FIRST)
    if chosen == "" and about_choice:
        return "other-word", SURE, subject, f"{told} the contact chose nothing."
    if last.reply in _UNTOLD:
        return (
            None
            if _leans(last, claim.word or "")
            else ("untold", LIKELY, subject, f"{told} the contact had not decided or said.")
        )
    own = str(last.reply) if last.reply in (Reply.YES, Reply.NO) else None
    heard = own if own and not about_choice else word_of(chosen or "", script) or own
    if heard is None or heard == claim.word:
        return None
    return "other-word", SURE, subject, f"{told} it was {heard}."


def _leans(last: Answer, word: str) -> bool:
    """Whether the contact, undecided, said one of the two words and not the other, of themselves."""
    plain = spelled_out(normalize(last.text))
    said = {"yes", "no"} & set(plain.split())
    return said == {word} and not answer_cues.OF_OTHERS.search(plain)


def _other_topic(claim: ReadBack, stands: Standing, call: Call) -> _Contradiction | None:
    """An open answer recorded as something that has nothing to do with it."""
    last = stands.last
    if last is None or not last.open or last.reply not in (Reply.WORDS, Reply.UNDECIDED, Reply.REFUSED):
        return None
    if last.reply in _UNTOLD and claim.recorded:
        return "untold", LIKELY, None, "An answer is recorded, and the contact had not given one."
    if last.reply in _UNTOLD or set(_stems(claim.topic)) & set(_stems(tokenize(last.text))):
        return None
    encoder = call.language.encoder
    (said,) = encoder.encode((" ".join(claim.topic),))
    parts = [part for part in (last.text, *_CLAUSES.split(last.text)) if part.strip()]
    nearest = max(float(said @ encoder.encode((normalize(part),))[0]) for part in parts)
    if nearest >= UNLIKE or len(normalize(last.text).split()) > LONGEST_OPEN_ANSWER:
        return None
    return _TOPIC, POSSIBLE, None, "What is recorded has nothing to do with what the contact answered."


def _stems(words: Sequence[str] | Sequence[Token]) -> list[str]:
    texts = [word if isinstance(word, str) else word.text for word in words]
    return [text[:STEM] for text in texts if len(text) >= STEM]


def _settled(claim: ReadBack, turn: int, given: Sequence[Answer], call: Call) -> bool:
    """Whether the contact accepts it, the canvasser only asks, or mends it at once."""
    if _accepted(claim.remark, turn, call) or _mended(claim, turn, given, call):
        return True
    waits = _last_of_turn(claim.remark, turn, call)
    return claim.asks and waits and not _protested(claim.remark.piece.position, call)


def _accepted(remark: Remark, turn: int, call: Call) -> bool:
    """Whether the canvasser waits, and the contact says that it is right."""
    reply = _reply_to(remark.piece.position, call) if _last_of_turn(remark, turn, call) else None
    return reply is not None and bool(answer_cues.ACCEPTS.search(normalize(reply)))


def _reply_to(position: int, call: Call) -> str | None:
    utterances = call.alignment.speech.transcript.utterances
    return next((item.text for item in utterances[position + 1 :] if item.speaker in OTHER_END), None)


def _last_of_turn(remark: Remark, turn: int, call: Call) -> bool:
    """Whether the canvasser waits for a reply after the clause."""
    later = [
        other
        for other in call.remarks
        if (other.piece.position, other.piece.start) > (remark.piece.position, remark.piece.start)
        and opening_of_turn(call, other.piece.position) == turn
    ]
    return not later


def _mended(claim: ReadBack, turn: int, given: Sequence[Answer], call: Call) -> bool:
    """Whether the canvasser takes it back in the same turn or the next, by apology or by the right answer."""
    here = (claim.remark.piece.position, claim.remark.piece.start)
    turns = [turn]
    for other in call.remarks:
        if (other.piece.position, other.piece.start) <= here:
            continue
        opened = opening_of_turn(call, other.piece.position)
        if opened not in turns:
            if len(turns) > AT_ONCE:
                return False
            turns.append(opened)
        if answer_cues.MENDS.search(other.plain) and not _repeats(claim, other, call):
            return True
        again = read_back(other, call, after_answer=True)
        stands = standing(given, before=other.piece.position)
        if again and again.named and stands.ranks and _contradiction(again, stands, call) is None:
            return True
    return False


def _repeats(claim: ReadBack, other: Remark, call: Call) -> bool:
    """Whether the same answer is said once more."""
    again = read_back(other, call, after_answer=True)
    return again is not None and again.named == claim.named and bool(claim.named)
