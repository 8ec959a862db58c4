"""What happened in a call: who was reached, whether the contact wanted to stop, how it ended."""

from dataclasses import dataclass

from app.domain.transcript import Reached, Speaker, Transcript, Utterance
from app.pipeline.language import cues
from app.pipeline.language.tokens import normalize

OPENING_UTTERANCES = 8
"""A wrong number or a machine shows within the first utterances, or it is none."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """The course of one call; positions are places in the transcript, from 0.

    Attributes:
        reached: What is at the other end, or None where the words do not tell.
        opted_out_at: The contact's first request not to be called or to stop, or None.
        refused_at: The contact's last sign of not wanting to go on, or None.
        farewell_at: The canvasser's last goodbye, or None.
        last_word: Who spoke last, or None for an empty transcript.
    """

    reached: Reached | None
    opted_out_at: int | None
    refused_at: int | None
    farewell_at: int | None
    last_word: Speaker | None


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
        refused_at=refused[-1] if refused else None,
        farewell_at=farewells[-1] if farewells else None,
        last_word=said_by[-1] if said_by else None,
    )


def _opts_out(plain: str) -> bool:
    return bool(cues.OPT_OUT_REQUEST.search(plain)) and not cues.GOES_ON.search(plain)


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
