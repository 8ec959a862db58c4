"""Fit the calibration of word confidences.

    python scripts/fit_confidence.py --set DIR [--engine NAME ...]

Every call of a set laid out as ``sample_calls/hearing`` is heard by each engine as the product hears it, with the names
of its script as hints, in stereo and mono, clean and at 10 dB; the words are laid beside the reference, and the
parameters of ``app.pipeline.transcription.confidence`` are fitted by Newton's method on the likelihood. Printed are
the parameters and the expected calibration error of each engine on calls left out of the fit in turns. Never fit on
the set that confidences are measured on.
"""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from app.bootstrap import build_ears
from app.domain.transcript import Transcript
from app.model_store import ModelStore
from app.pipeline.analyze import Ears, hear
from app.pipeline.transcription import transcribe
from app.pipeline.transcription.base import Segment
from app.pipeline.transcription.confidence import NEIGHBOURS, features, plain, words_of
from app.pipeline.transcription.engines import ENGINES
from app.telemetry import configure_logging
from scripts.evaluate_hearing import WAYS, aligned_channels
from scripts.hearing_calibration import Record, equal_mass, equal_width, expected_calibration_error
from scripts.hearing_measures import correct_words
from scripts.hearing_sounds import Sound, call_sounds, write_wav
from scripts.telephone_line import Condition, mixed, through

Floats = NDArray[np.float64]
ENGINES_FITTED = ("windowed", "faster-whisper")
STEPS = 50
RIDGE = 1e-3


@dataclass(frozen=True, slots=True)
class Example:
    """One word that was heard, with the recogniser's own probability in the record, and the inputs of the map."""

    record: Record
    inputs: tuple[float, ...]


def examples(sound: Sound, *, ears: Ears, folder: Path) -> Iterator[Example]:
    """The words that were heard in one call in every way, without calibration."""
    for layout, condition in WAYS:
        if layout == "stereo" and len(sound.channels) == 1:
            continue
        channels = sound.channels if layout == "stereo" else (mixed(sound.channels),)
        path = write_wav(folder / "call.wav", through(channels, condition, seed=sound.name))
        with patch.object(transcribe, "calibrated", _as_they_are):
            hearing = hear(path, call=sound.name, script=sound.script, ears=ears)
        yield from _examples_of(hearing.transcript, sound, layout, condition, ears)


def fit(inputs: Floats, correct: Floats) -> Floats:
    """Parameters of the likeliest logistic map, shape (n_inputs,).

    Args:
        inputs: Shape (n_words, n_inputs).
        correct: 1 where the word was said, else 0, shape (n_words,).
    """
    weights = np.zeros(inputs.shape[1])
    for _ in range(STEPS):
        said = _logistic(inputs @ weights)
        curvature = inputs.T @ (inputs * (said * (1 - said))[:, None]) + RIDGE * np.eye(len(weights))
        weights += np.linalg.solve(curvature, inputs.T @ (correct - said) - RIDGE * weights)
    return weights


def held_out(found: Sequence[Example]) -> list[Record]:
    """The words with the confidence that a fit on all other calls gives them."""
    records: list[Record] = []
    for call in sorted({item.record.call for item in found}):
        weights = fit(*_arrays([item for item in found if item.record.call != call]))
        own = [item for item in found if item.record.call == call]
        for item, sure in zip(own, _logistic(_arrays(own)[0] @ weights), strict=True):
            records.append(replace(item.record, confidence=float(sure)))
    return records


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", type=Path, required=True, help="folder laid out as sample_calls/hearing")
    parser.add_argument("--engine", nargs="+", default=ENGINES_FITTED, choices=sorted(ENGINES))
    options = parser.parse_args()
    configure_logging(level="WARNING")
    found: list[Example] = []
    with tempfile.TemporaryDirectory() as folder:
        for engine in options.engine:
            ears = build_ears(ModelStore(), engine=engine, model="base")
            for sound in call_sounds(options.set):
                found += examples(sound, ears=ears, folder=Path(folder))
    print("offset certainty doubt surroundings hinted:", *np.round(fit(*_arrays(found)), 2))
    for engine in options.engine:
        own = [item for item in found if item.record.engine == engine]
        for title, records in (("raw", [item.record for item in own]), ("held out", held_out(own))):
            errors = [expected_calibration_error(bins(records)) for bins in (equal_width, equal_mass)]
            print(f"{engine} {title}: expected calibration error {errors[0]:.3f}, equal mass {errors[1]:.3f}")


def _examples_of(
    transcript: Transcript, sound: Sound, layout: str, condition: Condition, ears: Ears
) -> Iterator[Example]:
    expected = words_of(sound.names)
    for _, heard, aligned in aligned_channels(transcript, sound, layout=layout):
        for number, correct in correct_words(aligned).items():
            word = heard[number]
            around = [item.confidence or 0.0 for item in heard[max(0, number - NEIGHBOURS) : number + NEIGHBOURS + 1]]
            own, near = word.confidence or 0.0, sum(around) / len(around)
            record = Record(ears.engine.info.name, sound.name, layout, condition.name, own, correct)
            yield Example(record, features(own, near, hinted=plain(word.text) in expected))


def _as_they_are(segments: Sequence[Segment], *, hints: tuple[str, ...] = ()) -> tuple[Segment, ...]:
    """Stands in for the calibration: the recogniser's own probabilities."""
    return tuple(segments)


def _arrays(found: Sequence[Example]) -> tuple[Floats, Floats]:
    return np.array([item.inputs for item in found]), np.array([item.record.correct for item in found], dtype=float)


def _logistic(odds: Floats) -> Floats:
    result: Floats = 1 / (1 + np.exp(-odds))
    return result


if __name__ == "__main__":
    main()
