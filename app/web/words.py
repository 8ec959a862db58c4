"""The plain words in which the pages say what the codes mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

CODES: dict[str, str] = {
    "endorsement": "Endorsement",
    "disparagement": "Running somebody down",
    "personal-opinion": "Personal opinion",
    "loaded-question": "Loaded question",
    "authority-appeal": "Appeal to authority",
    "pressure": "Pressure",
    "false-claim": "False claim",
    "missing-line": "Required line missing",
    "altered-line": "Line altered",
    "biased-options": "Options read with a bias",
    "off-script": "Off the script",
    "identity-misstated": "Identity misstated",
    "opt-out-ignored": "Opt-out ignored",
    "wrong-person": "Wrong person canvassed",
    "answer-altered": "Answer altered",
    "improper-disclosure": "Improper disclosure",
}

MEANS: dict[str, str] = {
    "named": "by name",
    "described": "by description",
    "role": "by role or party",
    "preference": "by preference order",
}

SEVERITIES: dict[str, str] = {"critical": "Critical", "major": "Major", "minor": "Minor"}

OUTCOMES: dict[str, str] = {"flagged": "Flagged", "clear": "Clear", "unreviewable": "Unreviewable"}

STATUSES: dict[str, str] = {"queued": "Waiting to be heard", "running": "Being heard now", "done": "Judged"}

LINE_STATUSES: dict[str, str] = {
    "verbatim": "Word for word",
    "paraphrased": "Paraphrased",
    "altered": "Altered",
    "missing": "Missing",
    "not-due": "Not due",
}

VERDICTS: dict[str, str] = {
    "confirmed": "Confirmed",
    "dismissed": "Dismissed",
    "excused": "Excused",
    "undetermined": "Undetermined",
}

VERDICT_HINTS: dict[str, str] = {
    "confirmed": "It was said, and it leaves the script.",
    "dismissed": "It was not said, or it keeps to the script.",
    "excused": "It leaves the script, and there is good cause.",
    "undetermined": "It cannot be settled from this recording.",
}

CALL_VERDICT_HINTS: dict[str, str] = {
    "confirmed": "I listened: the outcome shown above is right.",
    "dismissed": "I listened: the outcome shown above is wrong.",
    "excused": "There is a good cause, for instance a test call.",
    "undetermined": "It cannot be settled from this recording.",
}

MITIGATIONS: dict[str, str] = {
    "personal-view": "The canvasser said that it was their own view",
    "neutrality-stated": "The neutrality line was said in this call",
    "contact-asked": "The contact asked for it",
}

HEARD_AS: dict[str, str] = {
    "fuzzy": "it sounds or is written nearly so",
    "pronoun": "spoken of just before",
}

SPEAKERS: dict[str, str] = {
    "canvasser": "Canvasser",
    "contact": "Contact",
    "other": "Other voice or sound",
    "unknown": "Speaker not known",
}

REACHED: dict[str, str] = {
    "contact": "a contact answered",
    "machine": "a machine answered",
    "wrong-number": "wrong number",
    "nobody": "nobody answered",
}

CAUSES: dict[str, str] = {
    "upload": "when it came in",
    "request": "on request",
    "archive": "in an archive run",
}


@dataclass(frozen=True, slots=True)
class Unreviewable:
    """Why a call could not be judged, for people.

    Attributes:
        why: One sentence about the recording.
        next_step: What the officer can do now.
    """

    why: str
    next_step: str


_ASK_AGAIN = "Ask the call centre for the recording again, from the dialler's own store."
_LISTEN = "Listen to it yourself and decide the call as a whole below."

REASONS: dict[str, Unreviewable] = {
    "unreadable": Unreviewable(
        "The file could not be read as sound: it is damaged, cut short or of another kind.", _ASK_AGAIN
    ),
    "too-long": Unreviewable(
        "The recording is longer than the limit that the administrator has set.",
        "Ask the call centre for the single call, or ask the administrator to raise the limit.",
    ),
    "silent": Unreviewable(
        "The recording holds no sound above the noise of the line.",
        "If the call was connected, ask the call centre to check its recorder; " + _LISTEN.lower(),
    ),
    "no-speech": Unreviewable("There is sound, such as ringing or music, but nobody speaks.", _LISTEN),
    "not-english": Unreviewable(
        "The speech is in another language than English, which is the only one that can be judged.",
        "Give the call to a colleague who speaks the language.",
    ),
    "not-understood": Unreviewable(
        "There is speech, but too little of it was understood to say that the script was kept.", _LISTEN
    ),
    "processing-failed": Unreviewable(
        "The program failed while it heard or judged this call.",
        "Have it judged again below. If it fails once more, give the call's identifier to the administrator.",
    ),
}

SHORT_REASONS: dict[str, str] = {
    "unreadable": "File not readable",
    "too-long": "Too long",
    "silent": "No sound",
    "no-speech": "No speech",
    "not-english": "Not English",
    "not-understood": "Not understood",
    "processing-failed": "Program failed",
}

HEARD_IN_PART = "a part of the call was not heard, and nothing flags the rest."

_UNKNOWN_REASON = Unreviewable("No trustworthy transcript could be made.", _LISTEN)


def reason(code: str | None) -> Unreviewable:
    """Why a call is unreviewable and what to do about it."""
    return REASONS.get(code or "", _UNKNOWN_REASON)


def code(value: str) -> str:
    """A rule code in words; a code of a later release as it stands."""
    return CODES.get(value, value.replace("-", " ").capitalize())


def sureness(confidence: float | None) -> str:
    """A confidence in words.

    Args:
        confidence: Probability in [0, 1], or None.

    Returns:
        The words beside which the pages always print the number too; the steps are ours, after the scale that
        intelligence analysts use (PHIA probability yardstick, 2018).
    """
    if confidence is None:
        return "not stated"
    steps = ((0.95, "almost certain"), (0.8, "very likely"), (0.6, "likely"), (0.4, "a realistic possibility"))
    return next((words for least, words in steps if confidence >= least), "unlikely")


def percent(confidence: float | None) -> str:
    """A probability as a whole percentage, never rounded up to certainty."""
    if confidence is None:
        return "–"
    return f"{min(99, round(confidence * 100)) if confidence < 1 else 100} %"


def clock(seconds: float | None) -> str:
    """A place in a recording: ``1:04``, or ``1:02:03`` from an hour on."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def seconds(length: float) -> str:
    """A length as people say it, never 0."""
    return f"{max(1, round(length))} s"


def day_and_time(moment: datetime | None) -> str:
    """A moment in UTC; the page's script puts it into the zone of the reader."""
    return moment.astimezone(UTC).strftime("%-d %b %Y, %H:%M UTC") if moment else "–"


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: ``1 finding``, ``2 findings``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def waits_for(missing: Sequence[int], count: int | None) -> str:
    """What a call waits for that the dialler has cut: ``Waits for parts 2 and 3 of 3``."""
    *others, last = map(str, missing)
    numbers = f"s {', '.join(others)} and {last}" if others else f" {last}"
    return f"Waits for part{numbers}" + (f" of {count}" if count else ", or to be told which is the last")
