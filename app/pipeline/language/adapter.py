"""What was trained for a sentence encoder: one small file, merged into it when weights are fetched.

Low-rank updates of the encoder's linear layers (Hu et al. 2021, LoRA) and the heads lie in one safetensors file; what
the program needs beside them, such as the fusion with the rules or a calibration, is JSON in the file's header.
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.pipeline.language.encoder_conversion import convert_encoder

FILE_NAME = "adapter.safetensors"
Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Heads:
    """What stands on top of the encoder.

    Attributes:
        weight: Shape (n_outputs, 2 * width): on the mean over the words said and on the first state.
        bias: Shape (n_outputs,).
        settings: Codes, means and fusion weights, as the training program wrote them.
    """

    weight: Matrix
    bias: Matrix
    settings: dict[str, Any]


def read_heads(folder: Path) -> Heads:
    """The heads from a converted artefact.

    Args:
        folder: Folder that holds the adapter.
    """
    from safetensors import safe_open

    with safe_open(folder / FILE_NAME, framework="numpy") as file:
        settings = json.loads(file.metadata()["settings"])
        return Heads(
            file.get_tensor("heads.weight").astype(np.float32),
            file.get_tensor("heads.bias").astype(np.float32),
            settings,
        )


def convert_adapted(source: Path, target: Path, *, adapter: Path) -> None:
    """Write the adapted encoder, with its heads beside it.

    Args:
        source: The unconverted encoder.
        target: Folder to write to.
        adapter: The trained adapter.
    """
    from safetensors.numpy import load_file, save_file

    update = load_file(adapter)
    tensors = load_file(source / "model.safetensors")
    merged = target / "merged"
    merged.mkdir(parents=True)
    for name in {key.removesuffix(".down") for key in update if key.endswith(".down")}:
        change = update[f"{name}.up"].astype(np.float32) @ update[f"{name}.down"].astype(np.float32)
        tensors[f"{name}.weight"] = tensors[f"{name}.weight"] + change
    save_file(tensors, merged / "model.safetensors")
    for name in ("tokenizer.json", "vocab.txt"):
        shutil.copy(source / name, merged / name)
    convert_encoder(merged, target)
    shutil.rmtree(merged)
    shutil.copyfile(adapter, target / FILE_NAME)
