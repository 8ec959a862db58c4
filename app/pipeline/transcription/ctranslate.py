"""Whisper's weights in CTranslate2, loaded the way that faster-whisper does it, for the engines that decode with it."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.errors import WeightsMissing
from app.pipeline.transcription.base import Decoding
from app.pipeline.transcription.weights import Weights

MODEL_ARTEFACTS = {"base": "whisper-base", "tiny.en": "whisper-tiny.en"}


def device() -> str:
    """``cuda`` where CTranslate2 finds a graphics processor that it can use, else ``cpu``."""
    import ctranslate2

    return "cuda" if ctranslate2.get_cuda_device_count() else "cpu"


def load(weights: Weights, decoding: Decoding, *, engine: str) -> tuple[Any, Path]:
    """A ``faster_whisper.WhisperModel`` and the folder that its weights lie in.

    On a graphics processor the number format is the processor's own (``auto``) whatever the decoding says: the 8-bit
    one is for CPUs.

    Args:
        weights: A folder in CTranslate2's format, or a size that the hub knows.
        decoding: Number format and threads.
        engine: Who asks, for the error.

    Raises:
        WeightsMissing: If there are no such weights.
    """
    from faster_whisper import WhisperModel
    from faster_whisper.utils import download_model

    where = device()
    try:
        located = weights.locate()
        folder = Path(located) if Path(located).is_dir() else Path(download_model(located))
        model = WhisperModel(
            str(folder),
            device=where,
            compute_type=decoding.compute_type if where == "cpu" else "auto",
            cpu_threads=decoding.threads,
        )
    except WeightsMissing:
        raise
    except Exception as error:  # the hub's library raises whatever its transport raises
        raise WeightsMissing(
            f"no model {weights.model!r} for {engine}: {type(error).__name__}",
            next_step="Name a model of `canvass-monitor models list`, a folder in CTranslate2's format, or a "
            "size of Whisper where the machine has a network.",
        ) from error
    model.feature_extractor.mel_filters = MelFilters(model.feature_extractor.mel_filters)
    return model, folder


class MelFilters:
    """Mel filters that give the same features on any number of threads.

    A product of whole matrices is split among the threads of the linear algebra and rounded accordingly, which changed
    words (November 2026, ``OMP_NUM_THREADS`` 1 and 2). Most of each filter is zero, so little is left to add up.
    """

    def __init__(self, filters: NDArray[np.float32]) -> None:
        """Take the filters as they stand.

        Args:
            filters: Shape (n_mels, n_bins).
        """
        self._filters = []
        for row in filters:
            places = np.flatnonzero(row)
            first, last = (int(places[0]), int(places[-1]) + 1) if len(places) else (0, 1)
            self._filters.append((row[first:last], slice(first, last)))

    def __matmul__(self, power: NDArray[np.float32]) -> NDArray[np.float32]:
        """The energy in each band.

        Args:
            power: Shape (n_bins, n_frames).

        Returns:
            Shape (n_mels, n_frames).
        """
        return np.stack([np.einsum("k,kn->n", row, power[bins]) for row, bins in self._filters])
