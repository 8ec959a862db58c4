"""What happened in a call: who was on the line, whether the contact wanted to stop, how it ended."""

from dataclasses import dataclass

from app.domain.transcript import Reached, Speaker, Transcript, Utterance
from app.pipeline.alignment.on_the_line import AWAY, OnTheLine, follow_the_line
from app.pipeline.language import cues, opt_out_cues
from app.pipeline.language.spelled_out import spelled_out
from app.pipeline.language.tokens import normalize

OPENING_UTTERANCES = 8
"""A wrong number or a machine shows within the first utterances, or it is none."""

OPENING_TURNS = 3
"""Who picks up and who calls say so in their first turns."""

FEWEST_OF_A_CALL = 8
"""So many utterances are a call, however it begins; an exchange cut out of one is shorter."""

_INDIRECTLY = (opt_out_cues.INDIRECT, opt_out_cues.OFF_THE_LIST, opt_out_cues.FED_UP, opt_out_cues.ENDS_IT)


@dataclass(frozen=True, slots=True)
class Dialogue:
    """The course of one call; positions are places in the transcript, from 0.

    Attributes:
        reached: What is at the other end, or None where the words do not tell.
        opted_out_at: The contact's first request not to be called or to stop, or None.
        resumed_at: Where the contact asked to go on after all, after such a request, or None.
        refused_at: The contact's last sign of not wanting to go on, or None.
        farewell_at: The canvasser's last goodbye, or None.
        cut_short_at: The last sign, before that goodbye, that the contact had no more to say or the canvasser let them
            go, or None.
        last_word: Who spoke last, or None for an empty transcript.
        opened: Whether the transcript holds the beginning of the call, rather than a fragment from its midst.
        on_the_line: Who was at the other end once each utterance had been said.
    """

    reached: Reached | None
    opted_out_at: int | None
    resumed_at: int | None
    refused_at: int | None
    farewell_at: int | None
    cut_short_at: int | None
    last_word: Speaker | None
    opened: bool = True
    on_the_line: tuple[OnTheLine, ...] = ()

    def on_at(self, position: int) -> OnTheLine:
        """Who was at the other end when an utterance began."""
        return self.on_the_line[position - 1] if 0 < position <= len(self.on_the_line) else OnTheLine.UNKNOWN

    @property
    def lost_at(self) -> int | None:
        """Where somebody else turned out to be on the line who stayed on it to the end, or None."""
        lost = len(self.on_the_line)
        while lost > 0 and self.on_the_line[lost - 1] in AWAY:
            lost -= 1
        return lost if lost < len(self.on_the_line) else None


def follow(transcript: Transcript) -> Dialogue:
    """Follow a call through its utterances."""
    plain = [normalize(utterance.text) for utterance in transcript.utterances]
    said_by = [utterance.speaker for utterance in transcript.utterances]
    contact = [place for place, speaker in enumerate(said_by) if speaker in (Speaker.CONTACT, Speaker.OTHER)]
    canvasser = [place for place, speaker in enumerate(said_by) if speaker in (Speaker.CANVASSER, Speaker.UNKNOWN)]
    opted_out = [place for place in contact if _opts_out(plain[place])]
    refused = [place for place in contact if cues.REFUSAL.search(plain[place]) or place in opted_out]
    farewells = [place for place in canvasser if cues.GOODBYE.search(plain[place])]
    return Dialogue(
        reached=transcript.reached or _reached(transcript, plain),
        opted_out_at=opted_out[0] if opted_out else None,
        resumed_at=next((place for place in contact if opted_out and _resumes(place, opted_out, plain)), None),
        refused_at=refused[-1] if refused else None,
        farewell_at=farewells[-1] if farewells else None,
        cut_short_at=_cut_short(contact, canvasser, plain, farewells),
        last_word=said_by[-1] if said_by else None,
        opened=_opened(transcript, plain),
        on_the_line=follow_the_line(transcript, plain),
    )


def _opened(transcript: Transcript, plain: list[str]) -> bool:
    """Whether the call begins here: by its recording, by what is said first, or because so much of it is here."""
    if transcript.source is not None or len(plain) >= FEWEST_OF_A_CALL:
        return True
    return any(cues.OPENING.search(said) for said in plain[:OPENING_TURNS])


def _cut_short(contact: list[int], canvasser: list[int], plain: list[str], farewells: list[int]) -> int | None:
    """A goodbye of the contact's after the canvasser's is no sign that they wanted to go."""
    end = farewells[-1] if farewells else len(plain)
    unwilling = [place for place in contact if place < end and _unwilling(plain[place])]
    letting_go = [place for place in canvasser if place <= end and cues.LETS_GO.search(plain[place])]
    return max((*unwilling, *letting_go), default=None)


def _unwilling(said: str) -> bool:
    return bool(cues.REFUSAL.search(said) or cues.CUTS_SHORT.search(said))


def _opts_out(heard: str) -> bool:
    plain = opt_out_cues.LIMITED_TO_HOURS.sub(" ", spelled_out(heard))
    goes_on = cues.GOES_ON.search(plain) and not opt_out_cues.NOT_ON.search(plain)
    if goes_on or opt_out_cues.STOPS_SOMETHING_ELSE.search(plain):
        return False
    if opt_out_cues.OF_OTHERS.search(plain) and not opt_out_cues.MEANT_ALL_THE_SAME.search(plain):
        return False
    if cues.OPT_OUT_REQUEST.search(plain):
        return True
    return any(cue.search(plain) for cue in _INDIRECTLY) and not opt_out_cues.NOT_MEANT.search(plain)


def _resumes(place: int, opted_out: list[int], plain: list[str]) -> bool:
    """Whether a request to stop is taken back here for good."""
    return place > opted_out[-1] and bool(opt_out_cues.TAKES_BACK.search(plain[place]))


def _reached(transcript: Transcript, plain: list[str]) -> Reached | None:
    others = [
        place
        for place, utterance in enumerate(transcript.utterances[:OPENING_UTTERANCES])
        if utterance.speaker in (Speaker.CONTACT, Speaker.OTHER)
    ]
    if any(cues.MACHINE_GREETING.search(plain[place]) for place in others):
        return Reached.MACHINE
    if any(cues.WRONG_NUMBER.search(plain[place]) for place in others):
        return Reached.WRONG_NUMBER
    if any(cues.NETWORK_ANNOUNCEMENT.search(plain[place]) for place in others):
        return Reached.NOBODY
    own = [normalize(u.text) for u in transcript.utterances if u.speaker is Speaker.CANVASSER]
    if any(cues.OWN_WRONG_NUMBER.search(text) for text in own):
        return Reached.WRONG_NUMBER
    if any(utterance.speaker is Speaker.CONTACT for utterance in transcript.utterances):
        return Reached.CONTACT
    return None


def contact_before(transcript: Transcript, position: int) -> Utterance | None:
    """What the contact said last before a place in the transcript, or None."""
    for utterance in reversed(transcript.utterances[:position]):
        if utterance.speaker is Speaker.CONTACT:
            return utterance
    return None
