"""Which clauses state something as a fact, and how what a rule saw of them is weighed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.domain.deviation import Code, Deviation
from app.pipeline.alignment.dialogue import contact_before
from app.pipeline.detection.base import Call
from app.pipeline.detection.learned import Heard, weigh
from app.pipeline.detection.remarks import Remark
from app.pipeline.language import views
from app.pipeline.language.claims import Statement, statement
from app.pipeline.language.cues import cue
from app.pipeline.language.figures import figures
from app.pipeline.language.register import HeardAs, Mention, NameKind
from app.pipeline.language.tokens import normalize

CONTACT_REACH = 2
"""How many utterances back the contact's turn may lie that a clause answers."""

TALK_REACH = 2
"""How many utterances back it shows what is being talked about: the question and its answer."""

PRESUPPOSES = re.compile(
    r"^(?:and |so |well |oh )*(?:(?:did|do) (?:not )?you (?:\w+ )?(?:know|hear|realise|see|remember)|have (?:not )?you (?:\w+ )?"
    r"(?:heard|seen|noticed|forgotten)|(?:are|were) (?:not )?you (?:\w+ )?aware|you (?:do )?know|you (?:have|will have) (?:\w+ )?"
    r"(?:heard|seen))(?: that)? "
)
"""The beginning of a question that takes what follows for granted."""

TAG_LETTERS = 24
"""Letters at the end of a sentence in which a question tag stands."""

_TAG = cue(
    r"(?:did|have|do) (?:not )?you (?:not )?(?:hear|heard|know|see|seen)|not heard|(?:is|are|has|have|did|does|do|was|were|will|would) not (?:it|he|she|they|you|we)|(?:has|is|have|did|does|was|were)nt (?:it|he|she|they)|right|yeah|you know|innit|eh"
)
_MENDED = cue(r"sorry|i mean|or rather|make that|tell a lie|correction|my mistake")
"""A figure is taken back in the same breath: "the thirteenth, sorry, no, twelfth"."""

_THEIR_WORDS = cue(
    r"you (?:have )?(?:just )?(?:\w+ )?(?:said|say|told|tell|mentioned|think|thought|reckon|reckoned|believe|believed|heard|were saying|are saying|were told|put it)|according to you|as you (?:say|said|put it)|your (?:answer|words)"
)


def stated(remark: Remark) -> bool:
    """Whether a clause states something: a question does only where it takes it for granted."""
    if _THEIR_WORDS.search(remark.plain):
        return False
    if PRESUPPOSES.match(remark.sentence) or PRESUPPOSES.match(remark.plain):
        return True
    if not remark.is_question:
        return True
    return not asks_by_form(remark) and bool(_TAG.search(remark.sentence[-TAG_LETTERS:]))


_ASKS = (
    r"(?:and |so |well |okay |now |right |oh |sorry |yeah |yes |aye |no |but )*(?:do|does|did|would|will|could|can|is|are|have|has|was|were|may|might|shall|"
    r"should|am|who|what|which|how|why|where|when|whose)\b"
)


def asks_by_form(remark: Remark) -> bool:
    """Whether a clause begins like a question; "it's the council, have you got a minute?" tells before it asks."""
    return bool(re.match(_ASKS, remark.plain))


def mended(remark: Remark, fact: Statement) -> bool:
    """Whether a wrong figure is taken back in the same breath, and the right one stands behind it."""
    said = remark.written
    match = _MENDED.search(said.lower())
    if match is None:
        return False
    before = statement(said[: match.start()])
    # "Sorry, no, twelfth": a bare figure is enough to mend one.
    behind = set(figures(normalize(said[match.end() :])))
    return bool(before.measures and behind) and behind <= {*figures(fact.plain)}


def names(remark: Remark, call: Call) -> tuple[Mention, ...]:
    """The names in a clause; nobody says "she" of an option of a yes/no ballot."""
    if not call.language.script.ballot:
        return remark.mentions
    return tuple(mention for mention in remark.mentions if mention.heard_as is not HeardAs.PRONOUN)


def said_before(call: Call, remark: Remark) -> str:
    """The contact's turn right before a clause, normalised; empty where there is none near."""
    position = remark.piece.position
    heard = contact_before(call.alignment.speech.transcript, position)
    near = call.alignment.speech.transcript.utterances[max(0, position - CONTACT_REACH) : position]
    return normalize(heard.text) if heard is not None and heard in near else ""


def amid_contest(call: Call, remark: Remark) -> bool:
    """Whether the contest is being talked about: in the sentence, in the contact's turn, or in the turn before that."""
    position = remark.piece.position
    utterances = call.alignment.speech.transcript.utterances[max(0, position - TALK_REACH) : position]
    said = [remark.sentence, *(normalize(utterance.text) for utterance in utterances)]
    if any(views.CONTEST.search(text) or views.ALL_OF_THEM.search(text) for text in said):
        return True
    register = call.language.register
    return bool(remark.options) or any(m.subject for utterance in utterances for m in register.find(utterance.text))


def near_contest(call: Call, remark: Remark) -> bool:
    """Whether a clause may be about the contest: it is being talked about, or one of its people, bodies or words is named."""
    named = any(mention.kind is not NameKind.ORGANISATION for mention in remark.mentions)
    return named or bool(views.NEAR_A_CONTEST.search(remark.sentence)) or amid_contest(call, remark)


def contact_asks(call: Call, remark: Remark) -> bool:
    """Whether the contact's turn right before a clause is a question."""
    heard = contact_before(call.alignment.speech.transcript, remark.piece.position)
    return heard is not None and (heard.text.rstrip().endswith("?") or bool(re.match(_ASKS, normalize(heard.text))))


def weighed(
    call: Call,
    code: Code,
    ruled: Sequence[Deviation],
    *,
    kept_in_doubt: float = 1.0,
    doubtful: frozenset[str] = frozenset(),
) -> Iterator[Deviation | Heard]:
    """As ``weigh``, but what compares the words with the script stands on its own.

    The learned stage knows neither the facts nor the organisation, so its doubt does not count, or not as much, against
    a rule that does; its agreement still counts for it.

    Args:
        call: The call.
        code: The code that the rules looked for.
        ruled: What they observed.
        kept_in_doubt: Share in [0, 1] of a rule's confidence that no doubt of the learned stage takes away.
        doubtful: Rules to which that does not apply: they stand or fall with the learned stage.
    """
    own = {(item.utterance, item.start_char, item.end_char, item.rule): item.confidence for item in ruled}
    for item in weigh(call, code, ruled):
        if isinstance(item, Deviation) and item.rule not in doubtful:
            least = own[item.utterance, item.start_char, item.end_char, item.rule]
            yield replace(item, confidence=round(max(item.confidence, kept_in_doubt * least), 4))
        else:
            yield item
