"""A trained low-rank update of Whisper's encoder for noisy lines (Hu et al. 2021, LoRA).

The update lies in one safetensors file: for each layer that it changes two matrices, by the layer's name in
openai-whisper, whose product is added to the weight. The decoder stays as published.
"""

import shutil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FILE_NAME = "adapter.safetensors"

Matrix = NDArray[np.float32]


def copy_update(_source: Path, target: Path, *, adapter: Path) -> None:
    """Put the update into the cache of weights; it is added to those of its source when these are read.

    Args:
        _source: The weights that it was trained for.
        target: Folder to write to.
        adapter: The trained update.
    """
    shutil.copyfile(adapter, target / FILE_NAME)


def read_update(path: Path) -> dict[str, Matrix]:
    """What is added to the weight of each layer, shape (n_out, n_in), by the layer's name in openai-whisper."""
    from safetensors.numpy import load_file

    tensors = load_file(path)
    names = sorted(key.removesuffix(".down") for key in tensors if key.endswith(".down"))
    return {
        name: tensors[f"{name}.up"].astype(np.float32) @ tensors[f"{name}.down"].astype(np.float32) for name in names
    }
