"""The approved script: what a canvasser may say, and in which order."""

from dataclasses import dataclass
from enum import StrEnum


class LineKind(StrEnum):
    """What a line is for; whether it was due follows from it."""

    GREETING = "greeting"
    IDENTIFICATION = "identification"
    PURPOSE = "purpose"
    RECORDING_NOTICE = "recording-notice"
    CONSENT = "consent"
    NEUTRALITY = "neutrality"
    QUESTION = "question"
    OPTIONS = "options"
    RESPONSE = "response"
    OPT_OUT = "opt-out"
    WRONG_PERSON = "wrong-person"
    VOICEMAIL = "voicemail"
    CLOSING = "closing"
    OTHER = "other"


class ReadingOrder(StrEnum):
    """In which order the options may be read out."""

    FIXED = "fixed"
    ANY = "any"
    RANDOM = "random"


@dataclass(frozen=True, slots=True)
class Option:
    """A candidate, or an option of a yes/no ballot: whatever a contact can choose.

    Attributes:
        id: Stable identifier; the ``subject`` of a finding.
        name: Full name as it is read out.
        aliases: Shorter names by which it is called.
        descriptions: Phrases that describe it without naming it.
        party: Party, or None.
        role: Role, or None.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()
    party: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One approved line.

    Attributes:
        id: Unique within the script.
        kind: What the line is for.
        say: The wording, with ``{slot}`` placeholders.
        required: Whether the line must be said when it is due.
        variants: Other approved wordings.
        order: How ``{candidates}`` may be ordered; meaningful for ``options`` lines only.
        when: For people to read; never interpreted.
    """

    id: str
    kind: LineKind
    say: str
    required: bool = False
    variants: tuple[str, ...] = ()
    order: ReadingOrder = ReadingOrder.FIXED
    when: str | None = None

    @property
    def wordings(self) -> tuple[str, ...]:
        """Every approved wording, the main one first."""
        return (self.say, *self.variants)


@dataclass(frozen=True, slots=True)
class Organisation:
    """On whose behalf the call is made."""

    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ApprovedScript:
    """One immutable version of an approved script.

    Attributes:
        id: Stable across versions.
        version: ``sha256:`` and the hex digest of the canonical content.
        title: For people to read.
        organisation: On whose behalf the call is made.
        contest: What is voted on, in words.
        options: The candidates or the options, in the order of the script.
        ballot: True where the script says ``options`` (a yes/no ballot) rather than ``candidates``.
        authorities: People and bodies whose wishes could sway.
        facts: The only facts about the contest that a canvasser may state.
        slots: Names of the placeholders that each call fills in.
        lines: In the order in which they are said.
    """

    id: str
    version: str
    title: str
    organisation: Organisation
    contest: str
    options: tuple[Option, ...]
    ballot: bool
    authorities: tuple[str, ...]
    facts: tuple[str, ...]
    slots: tuple[str, ...]
    lines: tuple[Line, ...]

    def line(self, line_id: str) -> Line:
        """The line of that id.

        Raises:
            KeyError: If the script has no such line.
        """
        for line in self.lines:
            if line.id == line_id:
                return line
        raise KeyError(line_id)
