"""Whisper's weights with a trained low-rank update for noisy lines (Hu et al. 2021, LoRA), as a model of their own.

The update lies in one safetensors file: for each layer that it changes two matrices, by the layer's name in
openai-whisper, whose product is added to the weight.
"""

import shutil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.pipeline.transcription.convert import openai_names, read_tensors

FILE_NAME = "adapter.safetensors"
MODEL = "model.bin"

Matrix = NDArray[np.float32]


def write_updated(source: Path, target: Path, *, adapter: Path) -> None:
    """Write the folder of a Whisper model with the update added to its weights; everything else is as it was.

    Args:
        source: The weights that the update was trained for, in CTranslate2's format, float16 or float32.
        target: Folder to write into; the update lies beside the weights.
        adapter: The trained update.

    Raises:
        ValueError: If the weights are of another layout, or not those of the update.
    """
    content = bytearray((source / MODEL).read_bytes())
    weights = dict(openai_names(read_tensors(content)))  # views of the content
    for name, change in read_update(adapter).items():
        weight = weights.get(f"{name}.weight")
        if weight is None or weight.shape != change.shape:
            raise ValueError(f"the weights have no layer {name} as the update has it")
        weight[...] = (weight.astype(np.float32) + change).astype(weight.dtype)
    (target / MODEL).write_bytes(content)
    shutil.copyfile(adapter, target / FILE_NAME)
    for file in source.iterdir():
        if file.suffix in {".json", ".txt"} and not file.name.startswith("."):  # hidden: what the store notes there
            shutil.copyfile(file, target / file.name)


def read_update(path: Path) -> dict[str, Matrix]:
    """What is added to the weight of each layer, shape (n_out, n_in), by the layer's name in openai-whisper."""
    from safetensors.numpy import load_file

    tensors = load_file(path)
    names = sorted(key.removesuffix(".down") for key in tensors if key.endswith(".down"))
    return {
        name: tensors[f"{name}.up"].astype(np.float32) @ tensors[f"{name}.down"].astype(np.float32) for name in names
    }
