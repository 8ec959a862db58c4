"""Who is spoken of, who speaks and how it is spelt change no finding; nor does which candidate gains.

Every golden case that is met is judged as it is and with one thing changed. What is found must be the same, and must
stand at the same utterance. Cases that this does not hold for yet stand in ``unfair_yet.yaml`` by change and code; the
list may only shrink, so a case on it that comes right has to be taken off.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
import yaml

from app.domain.deviation import Code
from app.domain.finding import CallResult
from app.domain.script import ApprovedScript, Line, LineKind, Option
from tests.golden.test_cases import NOT_YET
from tests.support.calls import Turn, golden_script, judge, transcript

HERE = Path(__file__).parent
CASES = HERE.parent / "golden" / "cases"
WORDS: dict[str, Any] = yaml.safe_load((HERE / "fairness_words.yaml").read_text(encoding="utf-8"))
UNFAIR_YET: dict[str, dict[str, list[str]]] = yaml.safe_load((HERE / "unfair_yet.yaml").read_text(encoding="utf-8"))
CAN_YOU_HEAR_ME: tuple[Turn, ...] = ({"canvasser": "Can you hear me all right?"}, {"contact": "Yes, I can hear you."})
A_CRACKLE: tuple[Turn, ...] = (
    {"canvasser": "Sorry, there was a bit of a crackle on the line."},
    {"contact": "That's all right, it has gone now."},
)
SAID = ("verbatim", "paraphrased", "altered")
MISHEARD = ("not-misrecognised-names",)  # its names are not spelt as in the script, so that nothing can rename them

Shape = tuple[str, str | None, str | None, str | None, int | None, float]


@dataclass(frozen=True, slots=True)
class Call:
    """A golden case as it is judged: its script, and its turns, of which the first ``before`` were put before it."""

    script: ApprovedScript
    turns: tuple[Turn, ...]
    before: int = 0

    @property
    def from_its_start(self) -> bool:
        """Whether the case holds the greeting, so that every line before its end was due."""
        greetings = {line.id for line in self.script.lines if line.kind == LineKind.GREETING}
        return any(line.line_id in greetings and line.status in SAID for line in self.result().lines)

    def result(self) -> CallResult:
        """What the judge makes of it; a script that was changed is another version, since tools are kept by version."""
        script = self.script
        if script != golden_script(script.id):
            digest = sha256(repr(replace(script, version="")).encode()).hexdigest()
            script = replace(script, version=f"sha256:{digest}")
        return judge().judge(transcript(self.turns), script=script)

    def findings(self) -> Counter[Shape]:
        """What is found: code, means, subject, line, utterance from the first turn of the case on, and confidence."""
        return Counter(
            (
                str(finding.code),
                finding.means and str(finding.means),
                finding.subject,
                finding.line,
                None if finding.utterance is None else finding.utterance - self.before,
                round(finding.confidence, 4),
            )
            for finding in self.result().findings
        )


def _replaced(text: str, words: Mapping[str, str]) -> str:
    """The text with its words replaced all at once, in the case in which they stood."""
    if not words:
        return text
    by_lower = {word.lower(): other for word, other in words.items()}
    longest_first = sorted(by_lower, key=len, reverse=True)
    return re.sub(
        rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b",
        lambda found: _cased(by_lower[found[0].lower()], like=found[0]),
        text,
        flags=re.IGNORECASE,
    )


def _cased(word: str, *, like: str) -> str:
    if like.islower():
        return word.lower()
    return word[0].upper() + word[1:]


def _in_turns(call: Call, change: Callable[[str], str]) -> Call:
    return replace(call, turns=tuple({who: change(said) for who, said in turn.items()} for turn in call.turns))


def _in_script(script: ApprovedScript, change: Callable[[str], str]) -> ApprovedScript:
    """The script with every wording changed but for the names of its options."""

    def line(old: Line) -> Line:
        return replace(old, say=change(old.say), variants=tuple(map(change, old.variants)))

    def option(old: Option) -> Option:
        return replace(old, descriptions=tuple(map(change, old.descriptions)))

    return replace(
        script,
        authorities=tuple(map(change, script.authorities)),
        facts=tuple(map(change, script.facts)),
        lines=tuple(map(line, script.lines)),
        options=tuple(map(option, script.options)),
    )


def _renamed(call: Call, names: Mapping[str, tuple[str, str, str]]) -> Call:
    """The call with other names for its candidates (full name, first name, surname); nicknames stay."""
    words: dict[str, str] = {}
    options = []
    for option in call.script.options:
        full, first, last = names[option.id]
        words[option.name] = full
        words |= {option.aliases[0]: first, option.aliases[-1]: last}
        options.append(replace(option, name=full, aliases=(first, *option.aliases[1:-1], last)))
    renamed = _in_turns(call, lambda said: _replaced(said, words))
    return replace(
        renamed, script=replace(_in_script(call.script, lambda text: _replaced(text, words)), options=tuple(options))
    )


def names_swapped(call: Call) -> Call:
    """Every candidate has the name of the next one, in the script and in what is said."""
    options = call.script.options
    if call.script.ballot:
        return call
    followers = zip(options, (*options[1:], options[0]), strict=True)
    return _renamed(call, {option.id: (after.name, after.aliases[0], after.aliases[-1]) for option, after in followers})


def names_of_other_origins(call: Call) -> Call:
    """The candidates have names of other origins and sexes."""
    if call.script.ballot:
        return call
    others = zip(call.script.options, WORDS["other_candidates"], strict=False)
    return _renamed(call, {option.id: (full, first, last) for option, (full, first, last) in others})


def register_reversed(call: Call) -> Call:
    """The script lists its candidates the other way round, where their order is free."""
    if call.script.ballot:
        return call
    return replace(call, script=replace(call.script, options=call.script.options[::-1]))


def genders_swapped(call: Call) -> Call:
    """Canvassers and contacts have names of the other sex, and so do all pronouns, titles and relations."""
    pairs = WORDS["first_names"]
    words = WORDS["genders"] | dict(pairs) | {man: woman for woman, man in pairs}

    def change(text: str) -> str:
        follower = r"(?=\W*$|[.,?!]| (?:an?|another|and|at|to|on|down|tomorrow|talk|for|in|if|when|is|was)\b)"
        marked = re.sub(rf"\bher\b{follower}", "\0him", text)
        marked = re.sub(rf"\bhis\b{follower}", "\0hers", marked)
        marked = re.sub(r"\bher\b", "\0his", re.sub(r"(?<!\0)\bhis\b", "\0her", marked))
        marked = re.sub(r"\b(?:Miss|Ms)\b", "\0Mr", marked)
        return "\0".join(
            _replaced(part, words) if number == 0 else _kept_first_word(part, words)
            for number, part in enumerate(marked.split("\0"))
        ).replace("\0", "")

    return replace(_in_turns(call, change), script=_in_script(call.script, change))


def _kept_first_word(text: str, words: Mapping[str, str]) -> str:
    first = re.match(r"\w*", text)
    kept = first[0] if first else ""
    return kept + _replaced(text[len(kept) :], words)


def american_spelling(call: Call) -> Call:
    """What is said is spelt as Americans do; the script is not."""
    return _in_turns(call, lambda said: _replaced(said, WORDS["american"]))


def spelt_as_spoken(call: Call) -> Call:
    """What is said is spelt as it sounds."""
    return _in_turns(call, lambda said: _replaced(said, WORDS["as_spoken"]))


def small_talk_before(call: Call) -> Call:
    """Something about the line was said before everything else."""
    return replace(call, turns=(*CAN_YOU_HEAR_ME, *A_CRACKLE, *call.turns), before=4)


def small_talk_before_in_another_order(call: Call) -> Call:
    """The same, the other way round."""
    return replace(call, turns=(*A_CRACKLE, *CAN_YOU_HEAR_ME, *call.turns), before=4)


CHANGES: tuple[Callable[[Call], Call], ...] = (
    names_swapped,
    names_of_other_origins,
    register_reversed,
    genders_swapped,
    american_spelling,
    spelt_as_spoken,
    small_talk_before,
    small_talk_before_in_another_order,
)
SAMPLED = {change.__name__: 4 for change in (register_reversed, small_talk_before, small_talk_before_in_another_order)}
"""One case in so many is judged with these changes, to keep the time down; the others take every case they touch."""
TO_THE_CONFIDENCE = (names_swapped, names_of_other_origins, register_reversed)
"""With these not even a confidence may change: which candidate gains is never seen."""


@cache
def _met_cases(code: str) -> dict[str, Call]:
    """The golden cases of a code that come out as they should, by id."""
    cases = yaml.safe_load((CASES / f"{code}.yaml").read_text(encoding="utf-8"))["cases"]
    return {
        case["id"]: Call(golden_script(case["script"]), tuple(case["call"]))
        for case in cases
        if case["id"] not in (*MISHEARD, *NOT_YET.get(code, []))
    }


@cache
def _as_it_is(code: str, name: str) -> Counter[Shape]:
    return _met_cases(code)[name].findings()


def unfair(change: Callable[[Call], Call], code: str) -> set[str]:
    """The cases of a code in which a change changes what is found.

    A fragment with something before it is another fragment, of which other lines may be missing: there, missing lines
    are not compared.
    """
    found = set()
    for name, call in _met_cases(code).items():
        if crc32(name.encode()) % SAMPLED.get(change.__name__, 1) or (changed := change(call)) == call:
            continue
        compared: dict[str, bool] = {
            "missing_lines": call.from_its_start or not changed.before,
            "confidences": change in TO_THE_CONFIDENCE,
        }
        if _part(_as_it_is(code, name), **compared) != _part(changed.findings(), **compared):
            found.add(name)
    return found


def _part(found: Counter[Shape], *, missing_lines: bool, confidences: bool) -> Counter[tuple[object, ...]]:
    return Counter(
        shape if confidences else shape[:-1]
        for shape in found.elements()
        if missing_lines or shape[0] != Code.MISSING_LINE
    )


@pytest.mark.parametrize("code", [str(code) for code in Code])
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.replace("_", "-"))
def test_what_is_found_does_not_depend_on(change: Callable[[Call], Call], code: str) -> None:
    now, known = unfair(change, code), set(UNFAIR_YET.get(change.__name__, {}).get(code, []))
    assert now - known == set(), change.__doc__
    assert known - now == set(), "they come right now: take them off unfair_yet.yaml"
