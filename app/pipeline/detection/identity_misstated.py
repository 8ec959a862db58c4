"""`identity-misstated`: somebody else is said to be calling, or the call is made for something else."""

import re
from collections.abc import Iterator

from app.domain.deviation import Code, Deviation
from app.domain.transcript import Speaker
from app.pipeline.detection.base import Call, observe
from app.pipeline.detection.canvassing import speaks_of_contest
from app.pipeline.detection.declaring import asks_by_form, said_before, weighed
from app.pipeline.detection.learned import Heard, observed
from app.pipeline.detection.remarks import Remark
from app.pipeline.language import caller, cues, views
from app.pipeline.language.register import HeardAs, Mention, NameKind
from app.pipeline.language.spelled_out import spelled_out
from app.pipeline.language.tokens import join, normalize, tokenize

_Found = tuple[str, float, str]

_INSTEAD = re.compile(r"\b(?:just|only|but|it is|this is)\b")
_SLOT = re.compile(r"\{\w+\}")
NAME_WORDS = 7
"""Words behind "calling from" among which the name of the caller stands."""

_I_AM = re.compile(r"\b(?:i am|my name is|you are (?:speaking|talking) (?:to|with))$")
_IS_ABOUT = re.compile(r"\b(?:it is|its|this is) (?:\w+ ){0,2}?(?:about|to do with)\b")
_IT_IS = re.compile(r"\b(?:it is|its|this is)(?: just| only| all)?(?= )")
_HERE_IS = re.compile(r"\b(?:it is|this is|that is)$")
_HERE = re.compile(r"^(?:\w+ ){0,2}?(?:here|speaking|calling|ringing|phoning|himself|herself|personally|in person)\b")
_THE_CONTEST = re.compile(
    r"^\s*(?:the |any |this |your |a )?(?:\w+ )?(?:ballot|vote|election|voting|contest|union|politics)\b"
)
_I_OR_WE = frozenset("i am we are that".split())
_WORKS_FOR = ("how4", "how5", "how6")
"""Groups of ``caller.FROM`` behind which a bare name is a master, not somebody asked for."""
_OF_VOTING = cues.cue("vot(?:e|ed|es|ing)|prefer|best|backing|candidates?|like")
_OF_SOMEBODY = cues.cue("he|she|him|her|(?:one|somebody|someone) (?:who|that|of them)|one is")
_OWN_ROLE = cues.cue(
    "(?:i am|we are|im|it is|name is \\w+|all|one of (?:the|our|their)) (?:\\w+ ){0,3}?volunteer(?:s|ing)?|(?:i|we) (?:just )?volunteer"
)
"""The canvasser is a volunteer, and wins none."""
_ENDS_NAME = re.compile(
    r"\b(?:and (?:i|we|it|this|just|would|can|could|is)|but|about|to|who|which|because|just|are|am|if|that|today|tonight|regarding|in case|with|we|i|you|on)\b"
)


_DOUBTFUL = frozenset({"identity-misstated.recruits"})
"""What sounds like recruiting as often as it is: people stand, join and take part in a contest too."""
_OF_THE_WHOLE_CALL = frozenset(
    f"identity-misstated.{rule}" for rule in ("another-caller", "agrees", "poses", "passed-off")
)
"""What is said of the call as a whole; saying it again adds nothing."""


class IdentityMisstated:
    """Another caller, another purpose, or who calls kept back; the scripted introduction is none."""

    code = Code.IDENTITY_MISSTATED

    def __call__(self, call: Call) -> Iterator[Deviation]:
        """One deviation for each clause or stretch that misleads about the call."""
        told = set()
        for item in weighed(call, self.code, tuple(_ruled(call)), doubtful=_DOUBTFUL):
            if isinstance(item, Deviation):
                if item.rule not in told:
                    yield item
                told |= {item.rule} & _OF_THE_WHOLE_CALL
            elif not any(_introduces(remark, call) or _declines(remark, call) for remark in item.remarks):
                yield _learned(item)


def _ruled(call: Call) -> Iterator[Deviation]:
    for remark in call.remarks:
        found = (
            _another_caller(remark, call)
            or _poses(remark, call)
            or _agrees_to_another(remark, call)
            or _passed_off(remark, call)
            or _keeps_back(remark, call)
            or _another_purpose(remark, call)
        )
        if found:
            rule, confidence, explanation = found
            yield observe(
                remark,
                Code.IDENTITY_MISSTATED,
                rule=f"identity-misstated.{rule}",
                confidence=confidence,
                explanation=explanation,
            )


def _introduces(remark: Remark, call: Call) -> bool:
    """Whether a clause says what the call is about, that it is recorded, or names the organisation as the caller."""
    said = (
        caller.ABOUT_CONTEST.search(remark.plain)
        or cues.OF_RECORDING.search(remark.plain)
        or (_OWN_ROLE.search(remark.plain) and not _names_an_option(remark))
        or (_IS_ABOUT.search(remark.plain) and speaks_of_contest(remark, call))
    )
    if said and not caller.PASSED_OFF.search(remark.plain):
        return True
    match = caller.FROM.search(remark.plain) or _IT_IS.search(remark.plain)
    if match is None or caller.PASSED_OFF.search(remark.plain):
        return False
    name = _name_behind(remark.plain[match.end() :].strip())
    return _is_own(name, call) or _names_organisation(name, call)


def _declines(remark: Remark, call: Call) -> bool:
    """Whether something else than who is calling is kept back: "I'm not meant to say the name" of a candidate."""
    return bool(remark.spot(caller.WILL_NOT_SAY)) and _keeps_back(remark, call) is None


def _another_caller(remark: Remark, call: Call) -> _Found | None:
    """Whoever is named behind "calling from" against the organisation of the script."""
    match = caller.FROM.search(remark.plain)
    here_is = caller.HERE_IS.search(remark.plain)
    if here_is and not match and not asks_by_form(remark):
        return _is_another(here_is.group("who").strip(), list(remark.mentions), call, on_behalf=False)
    if match is None or _denied(remark.plain[: match.end()]) or asks_by_form(remark):
        return None
    if _fronted(remark, match.start()):
        return None
    start = _offset_of_word(remark, match.end())
    here = [mention for mention in remark.mentions if mention.start >= start]
    name = _name_behind(remark.plain[match.end() :].strip())
    on_behalf = "behalf" in match.group() or match.lastgroup in _WORKS_FOR
    return _is_another(name, here, call, on_behalf=on_behalf)


def _fronted(remark: Remark, begins: int) -> bool:
    """Whether the organisation stands right before: "it's the union I'm ringing for, the council's something else"."""
    start = _offset_of_word(remark, begins)
    ahead = [mention for mention in remark.mentions if mention.kind is NameKind.ORGANISATION and mention.end <= start]
    between = [token.text for token in remark.tokens if ahead and ahead[-1].end <= token.start < start]
    return bool(ahead) and _I_OR_WE.issuperset(between)


def _is_another(name: str, mentions: list[Mention], call: Call, *, on_behalf: bool) -> _Found | None:
    organisation = call.language.script.organisation.name
    if not name or any(mention.kind is NameKind.ORGANISATION for mention in mentions) or _is_own(name, call):
        return None
    option = next((mention for mention in mentions if mention.kind is NameKind.OPTION), None)
    organised = caller.ORGANISED.search(name) or caller.WELL_KNOWN.search(name)
    shown = re.sub(r" is (?=\w+$)", "’s ", name)
    explanation = f"The line says that “{shown}” is calling; by the script it is {organisation}."
    if option and (on_behalf or organised):
        return "another-caller", 0.92, explanation
    authority = any(mention.kind in (NameKind.AUTHORITY, NameKind.PARTY) for mention in mentions)
    if authority and not option and (on_behalf or organised):
        return "another-caller", 0.75, explanation
    if organised and not option:
        return "another-caller", 0.88, explanation
    return None


def _is_own(name: str, call: Call) -> bool:
    """Whether a name is the organisation's in other words: "the ferry workers' federation"."""
    organisation = call.language.script.organisation
    own = {_stem(token.text) for known in (organisation.name, *organisation.aliases) for token in tokenize(known)}
    said = [_stem(word) for word in name.split() if word not in _SMALL]
    shared = sum(word in own for word in said)
    known_here = bool(said) and shared >= 0.5 * len(said)
    generic = caller.OWN_WORDS.search(name)
    campaign = re.search(r"\b(?:campaign|party|council|research|survey)\b", name)
    return known_here or (bool(generic) and not campaign)


def _agrees_to_another(remark: Remark, call: Call) -> _Found | None:
    """The contact asks whether somebody else is calling, and is told yes."""
    if not caller.SAYS_YES.match(remark.plain) or not _opens_turn(remark, call):
        return None
    heard = said_before(call, remark)
    asked = caller.ASKED_IF_FROM.search(heard)
    name = _name_behind(next(filter(None, asked.groups()), "")) if asked else ""
    if not name or views.CONTEST.search(name) or "thing" in name.split() or "selection" in name.split():
        return None
    mentions = list(call.language.register.find(name))
    found = _is_another(name, mentions, call, on_behalf=False)
    if found is None or _names_organisation(remark.piece.text, call):
        return None
    return "agrees", 0.78, found[2]


def _poses(remark: Remark, call: Call) -> _Found | None:
    """The canvasser passes for a leader, a candidate or a friend of the family."""
    organisation = call.language.script.organisation.name
    kinds = (NameKind.AUTHORITY, NameKind.OPTION)
    for mention in remark.mentions:
        words = [token for token in remark.tokens if mention.start <= token.start < mention.end]
        if mention.kind not in kinds or mention.heard_as is HeardAs.PRONOUN or len(words) < 2:
            continue
        before = join(token for token in remark.tokens if token.start < mention.start)
        after = join(token for token in remark.tokens if token.start >= mention.end)
        if _I_AM.search(before) or (_HERE_IS.search(before) and _HERE.match(after)):
            return "poses", 0.86, f"The line says that {mention.name} is calling; by the script it is {organisation}."
    match = remark.spot(caller.FRIENDS)
    if match and not asks_by_form(remark) and not _denied(remark.plain[: match.start()]):
        return "poses", 0.82, f"The call is passed off as a private one; by the script it is {organisation} that calls."
    return None


def _passed_off(remark: Remark, call: Call) -> _Found | None:
    if not remark.off_script or asks_by_form(remark):
        return None
    disowned = remark.spot(caller.NOT_THEM)
    behind = remark.plain[disowned.end() :] if disowned else ""
    if disowned and (_names_organisation(behind, call) or _THE_CONTEST.match(behind)):
        return "disowned", 0.85, "The line denies whose call it is, or what it is about."
    match = remark.spot(caller.PASSED_OFF)
    if match is None or _denied(remark.plain[: match.start()]):
        return None
    if _in_script(re.compile(rf"\b{re.escape(match.group().split()[-1])}\b"), call):
        return None
    if _names_organisation(remark.piece.text, call) and "independent" not in match.group():
        return None
    return "passed-off", 0.86, f"The call is passed off as “{match.group()}”."


def _keeps_back(remark: Remark, call: Call) -> _Found | None:
    refuses = remark.spot(caller.WILL_NOT_SAY)
    if not refuses:
        return None
    told = "The line keeps back who is calling."
    if caller.WHO_IS_BEHIND.search(remark.sentence) and not _OF_VOTING.search(remark.sentence):
        return "keeps-back", 0.86, told
    heard = said_before(call, remark)
    asked = caller.ASKS_WHO.search(heard) and not _OF_VOTING.search(heard)
    if (
        not asked
        or _spoke_of_preference(remark, call)
        or cues.OF_PREFERENCE.search(remark.plain)
        or _OF_SOMEBODY.search(remark.plain)
        or _named_in_turn(remark, call)
    ):
        return None
    return "keeps-back", 0.86, f"{told[:-1]} when asked."


def _spoke_of_preference(remark: Remark, call: Call) -> bool:
    """Whether the contact's "who is that?" follows talk of who is preferred, or of somebody."""
    position = remark.piece.position
    before = call.alignment.speech.transcript.utterances[max(0, position - 2) : position]
    own = [normalize(utterance.text) for utterance in before if utterance.speaker is not Speaker.CONTACT]
    return any(cues.OF_PREFERENCE.search(text) or _OF_SOMEBODY.search(text) for text in own)


def _another_purpose(remark: Remark, call: Call) -> _Found | None:
    introduces = caller.FROM.search(remark.plain) and any(m.kind is NameKind.ORGANISATION for m in remark.mentions)
    if not remark.off_script or _names_an_option(remark) or introduces:
        return None
    heard = said_before(call, remark)
    for rule, pattern, what in (
        ("recruits", caller.RECRUITS, "recruit"),
        ("asks-money", caller.MONEY, "ask for money or sell something"),
        ("asks-help", caller.VOLUNTEERS, "win helpers for a campaign"),
    ):
        match = remark.spot(pattern)
        if match is None or _in_script(pattern, call) or pattern.search(heard):
            continue
        if (
            _OWN_ROLE.search(remark.plain)
            or _denied(remark.plain[: match.start()])
            or not caller.REQUESTS.search(remark.sentence)
        ):
            continue
        if _is_the_question(match.group(), call):
            continue
        return rule, 0.84, f"The call is used to {what}, for which the script has no line."
    return None


def _learned(heard: Heard) -> Deviation:
    return observed(
        heard,
        Code.IDENTITY_MISSTATED,
        rule="identity-misstated.learned",
        explanation="The line sounds as if somebody else were calling, or for something else than the script says.",
        subject=None,
    )


def _denied(before: str) -> bool:
    """Whether the last words before something deny it; "nothing to do with that, just" denies what was before."""
    last = " ".join(spelled_out(before).split()[-5:])
    denied = list(cues.NEGATION.finditer(last))
    return bool(denied) and not _INSTEAD.search(last[denied[-1].end() :])


def _name_behind(words: str) -> str:
    cut = _ENDS_NAME.search(words, 1)
    return " ".join((words[: cut.start()] if cut else words).split()[:NAME_WORDS])


def _offset_of_word(remark: Remark, end: int) -> int:
    spoken = len(remark.plain[:end].split())
    return remark.tokens[min(spoken, len(remark.tokens) - 1)].start


def _names_organisation(text: str, call: Call) -> bool:
    return any(mention.kind is NameKind.ORGANISATION for mention in call.language.register.find(text))


def _names_an_option(remark: Remark) -> bool:
    return any(mention.kind in (NameKind.OPTION, NameKind.DESCRIPTION) for mention in remark.mentions)


def _named_in_turn(remark: Remark, call: Call) -> bool:
    """Whether the organisation is named in the turn that holds a clause."""
    utterances = call.alignment.speech.transcript.utterances
    first = last = remark.piece.position
    while first > 0 and utterances[first - 1].speaker is not Speaker.CONTACT:
        first -= 1
    while last + 1 < len(utterances) and utterances[last + 1].speaker is not Speaker.CONTACT:
        last += 1
    return any(_names_organisation(utterance.text, call) for utterance in utterances[first : last + 1])


def _opens_turn(remark: Remark, call: Call) -> bool:
    before = [other for other in call.remarks if other.piece.position == remark.piece.position]
    return before[0] is remark


def _in_script(pattern: re.Pattern[str], call: Call) -> bool:
    """Whether an approved line says it too."""
    wordings = (_SLOT.sub("", wording) for line in call.language.script.lines for wording in line.wordings)
    return any(
        not _is_the_question(match.group(), call)
        for wording in wordings
        for match in pattern.finditer(normalize(wording))
    )


def _is_the_question(words: str, call: Call) -> bool:
    """Whether what is to be joined or left is what the vote is about."""
    script = call.language.script
    asked = {_stem(token.text) for token in tokenize(script.contest)}
    for option in script.options:
        for text in (option.name, *option.aliases, *option.descriptions):
            asked |= {_stem(token.text) for token in tokenize(text)}
    organisation = (script.organisation.name, *script.organisation.aliases)
    asked -= {_stem(token.text) for name in organisation for token in tokenize(name)}
    return "join" in asked and bool(
        {_stem(word) for word in words.split() if word not in _SMALL} & asked - {"member", "join"}
    )


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


_SMALL = frozenset("the a an of and for your our my us you to in at on from here as".split())
