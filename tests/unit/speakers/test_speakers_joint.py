"""The joint decision on invented voices: points that scatter around two centres."""

import numpy as np
import pytest

from app.domain.transcript import Word
from app.domain.units import Span
from app.pipeline.speakers.joint import decide
from app.pipeline.speakers.pieces import ANCHOR_ODDS, UNSCRIPTED_ODDS, Piece, pieces_of
from app.pipeline.speakers.quieten import quieten
from app.pipeline.speakers.strangers import strangers
from app.pipeline.transcription.base import Segment
from tests.support.sound import at_level, line_noise, music, silence

Dialogue = tuple[tuple[Piece, ...], np.ndarray, np.ndarray]


def dialogue(*, apart: float, scatter: float, seed: int = 3, turns: int = 24) -> Dialogue:
    """Turns of two pieces each; of the canvasser's every second one is read. Pieces, points, and who it was (1)."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(2, 32))
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    centres[1] = centres[0] * (1 - apart) + centres[1] * apart
    pieces, points, said_by = [], [], []
    for turn in range(turns):
        for part in range(2):
            start = turn * 4.0 + part * 1.5
            anchor = turn % 4 == 0
            words = (Word("word", start, start + 1.2, 0.9),)
            pieces.append(Piece(2 * turn + part, words, ANCHOR_ODDS if anchor else UNSCRIPTED_ODDS, anchor))
            point = centres[turn % 2] + rng.normal(size=32) * scatter
            points.append(point / np.linalg.norm(point))
            said_by.append(1 - turn % 2)
    return tuple(pieces), np.array(points, dtype=np.float32), np.array(said_by)


@pytest.mark.parametrize("scatter", [0.02, 0.08])
def test_two_voices_are_told_apart_and_it_is_known_how_surely(scatter: float) -> None:
    pieces, points, said_by = dialogue(apart=0.7, scatter=scatter)
    decision = decide(pieces, points)
    assert ((decision.canvasser > 0.9) == (said_by == 1)).all()
    assert ((decision.canvasser < 0.1) == (said_by == 0)).all()
    assert (decision.path == 1 - said_by).all()
    assert decision.distance > 3


def test_one_voice_lies_close_to_itself() -> None:
    pieces, points, _ = dialogue(apart=0.0, scatter=0.08)
    far = decide(*dialogue(apart=0.7, scatter=0.08)[:2]).distance
    assert decide(pieces, points).distance < far / 2


def test_what_is_read_in_the_other_voice_is_not_the_canvassers() -> None:
    pieces, points, said_by = dialogue(apart=0.7, scatter=0.04)
    echo = int(np.flatnonzero(said_by == 0)[10])
    told = [
        Piece(piece.sentence, piece.words, ANCHOR_ODDS, anchor=True) if number == echo else piece
        for number, piece in enumerate(pieces)
    ]
    assert decide(told, points).canvasser[echo] < 0.5


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_shortest_calls_have_an_answer(count: int) -> None:
    pieces, points, _ = dialogue(apart=0.7, scatter=0.04)
    decision = decide(pieces[:count], points[:count])
    assert decision.canvasser.shape == (count,)
    assert np.isfinite(decision.canvasser).all()


def test_a_third_voice_is_neither() -> None:
    pieces, points, said_by = dialogue(apart=0.7, scatter=0.06)
    groups = [[2 * turn, 2 * turn + 1] for turn in range(len(pieces) // 2)]
    lengths = np.full(len(pieces), 1.2)
    assert not any(strangers(groups, points, lengths, said_by.astype(float)))
    points[groups[5]] = np.eye(32, dtype=np.float32)[:1]
    assert [number for number, odd in enumerate(strangers(groups, points, lengths, said_by.astype(float))) if odd] == [
        5
    ]
    assert not any(strangers(groups, points, lengths / 2, said_by.astype(float)))


def test_long_breaths_are_cut_at_their_longest_gap_and_no_word_is_lost() -> None:
    starts = [0.0, 0.3, 0.6, 0.9, 1.35, 1.65, 1.95, 2.25]
    words = tuple(Word(f"w{number}", start, start + 0.28, 0.9) for number, start in enumerate(starts))
    sentence = Segment("", 0.0, 2.53, words, 0.9, 0.1)
    pieces = pieces_of([sentence], None)
    assert [piece.words for piece in pieces] == [words[:4], words[4:]]


def test_steady_noise_is_taken_out_and_a_quiet_line_left_alone() -> None:
    noise = line_noise(6, -40)
    voice = np.concatenate([silence(2), music(2, -20), silence(2)])
    spoken = [Span(2, 4)]
    noisy = (voice + at_level(noise, -30)).astype(np.float32)
    cleared = quieten(noisy, spoken)
    assert len(cleared) == len(noisy)
    before, after = (float(np.mean(sound[:24_000] ** 2)) for sound in (noisy, cleared))
    assert after < before / 4
    said = slice(34_000, 62_000)
    assert float(np.mean((cleared[said] - voice[said]) ** 2)) < float(np.mean((noisy[said] - voice[said]) ** 2))
    quiet = (voice + at_level(noise, -60)).astype(np.float32)
    assert quieten(quiet, spoken) is quiet
    assert quieten(noisy, [Span(0, 6)]) is noisy
