"""Whisper's weights in CTranslate2, loaded the way that faster-whisper does it, for the engines that decode with it."""

from pathlib import Path
from typing import Any

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
    return model, folder
