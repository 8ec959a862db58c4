"""How a script will be compared with calls, told before the first call: what each line and each name must be heard as.

What is said here is read off the same tables and functions that judge; nothing is decided here.
"""

import re
from dataclasses import dataclass

from app.domain.script import ApprovedScript, Line, LineKind, ReadingOrder
from app.pipeline.alignment.align import SAID, VERBATIM
from app.pipeline.alignment.due import ON_OCCASION
from app.pipeline.alignment.meaning import carrying_words, has_own_words
from app.pipeline.alignment.wordings import OPTIONS_SLOT
from app.pipeline.language.figures import figures
from app.pipeline.language.register import NameKind, Recognition, Register
from app.pipeline.language.tokens import normalize

_SLOT = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """One line and what is expected of a call.

    Attributes:
        id: Of the line.
        kind: What it is for.
        required: Whether it must be said when it is due.
        due: When it is due, in a sentence.
        wordings: What counts as said word for word, the main wording first; slots in braces.
        slots: What each call fills in; any words there are right.
        own_words: What else counts as said, in a sentence.
        carrying: Words whose loss or reversal makes the line altered.
        altered: When it counts as altered, in a sentence; empty where only its likeness counts.
        order: In which order the options may be read, in a sentence; empty where the line reads none.
    """

    id: str
    kind: LineKind
    required: bool
    due: str
    wordings: tuple[str, ...]
    slots: tuple[str, ...]
    own_words: str
    carrying: tuple[str, ...]
    altered: str
    order: str


@dataclass(frozen=True, slots=True)
class ComparedName:
    """One name of the register.

    Attributes:
        kind: What is named.
        subject: Id of the candidate or option, or None.
        name: As it is looked for.
        recognition: What must be heard for it.
    """

    kind: NameKind
    subject: str | None
    name: str
    recognition: Recognition


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a script will be compared.

    Attributes:
        lines: In the order of the script.
        names: Candidates and options first, in the order of the script.
        said_from: Similarity in [0, 1] from which a line counts as said.
        verbatim_from: Likeness of words in [0, 1] from which it counts as said word for word.
    """

    lines: tuple[ComparedLine, ...]
    names: tuple[ComparedName, ...]
    said_from: float = SAID
    verbatim_from: float = VERBATIM


def how_compared(script: ApprovedScript, *, ordinary_words: frozenset[str]) -> Comparison:
    """Tell how a script will be compared with calls.

    Args:
        script: The script, published or not.
        ordinary_words: Dictionary words in lower case: a name that is one of them must be heard exactly.
    """
    register = Register(script, ordinary_words=ordinary_words)
    names = tuple(ComparedName(*known) for known in register.recognitions())
    return Comparison(tuple(_line(line, script) for line in script.lines), names)


def _line(line: Line, script: ApprovedScript) -> ComparedLine:
    slots = dict.fromkeys(name for wording in line.wordings for name in _SLOT.findall(wording))
    carrying = carrying_words(line)
    dated = tuple(dict.fromkeys(figure for wording in line.wordings for figure in figures(normalize(wording))))
    reads = OPTIONS_SLOT in slots or line.kind is LineKind.OPTIONS
    return ComparedLine(
        id=line.id,
        kind=line.kind,
        required=line.required,
        due=_due(line),
        wordings=line.wordings,
        slots=tuple(slots),
        own_words=_own_words(line),
        carrying=(*carrying, *dated),
        altered=_altered(line, script, dated=bool(dated)),
        order=_ORDERS[line.order].format(what="options" if script.ballot else "candidates") if reads else "",
    )


def _due(line: Line) -> str:
    if not line.required:
        return "Never due: it may be left out, and is compared where it is said."
    if line.kind is LineKind.RESPONSE:
        return "Never due by itself: it answers what the contact says."
    if line.kind in ON_OCCASION:
        return f"Due when {_OCCASIONS[line.kind]}."
    if line.kind is LineKind.CLOSING:
        return "Due at the end of a call that went through most of the script; not with a machine or a wrong number."
    return (
        "Due as soon as a later line is said or the call is brought to its end; not with a machine or a wrong number, "
        "nor after the contact opted out or wanted to go."
    )


def _own_words(line: Line) -> str:
    if not has_own_words(line.kind):
        return "A sentence close to it in words and meaning counts as paraphrased."
    return f"A sentence close to it in words and meaning, or one that {_CONCEPTS[line.kind]}, counts as paraphrased."


def _altered(line: Line, script: ApprovedScript, *, dated: bool) -> str:
    found = [_ALTERED[line.kind]] if line.kind in _ALTERED else []
    if line.kind is LineKind.NEUTRALITY and not script.ballot:
        found.append("names some of the candidates only")
    if dated:
        found.append("says another date or number")
    return f"Altered where it {' or '.join(found)}." if found else ""


_OCCASIONS = {
    LineKind.OPT_OUT: "the contact asks not to be called again",
    LineKind.WRONG_PERSON: "the number is wrong",
    LineKind.VOICEMAIL: "a machine answers",
}

_CONCEPTS = {
    LineKind.NEUTRALITY: "says that the organisation prefers nobody",
    LineKind.GREETING: "says who is calling",
    LineKind.IDENTIFICATION: "says who is calling",
    LineKind.RECORDING_NOTICE: "says that the call is recorded",
    LineKind.CONSENT: "asks for leave to put questions",
    LineKind.CLOSING: "says goodbye or thanks",
    LineKind.QUESTION: "asks about it in the same place of the call",
}

_ALTERED = {
    LineKind.NEUTRALITY: "no longer says that nobody is preferred, or hedges it (“yet”, “officially”, “but I …”)",
    LineKind.RECORDING_NOTICE: "is denied",
    LineKind.OPT_OUT: "promises it for a time only",
    LineKind.CONSENT: "is denied, or its denial is left out",
    LineKind.IDENTIFICATION: "is denied, or its denial is left out",
}

_ORDERS = {
    ReadingOrder.FIXED: "The {what} must be read in the order of the script, all of them.",
    ReadingOrder.ANY: "The {what} may be read in any order, but all of them.",
    ReadingOrder.RANDOM: "The {what} may be read in any order, which is to be drawn by chance; all of them.",
}
