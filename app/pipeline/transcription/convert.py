"""The one set of Whisper weights in the layout of openai-whisper, converted once from CTranslate2.

The binary layout of ``model.bin`` (version 6) is that of ``ctranslate2.specs.model_spec``; the names of the tensors
are those of its Transformers converter, read backwards. No number is changed: float16 values stay float16.
"""

import json
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Tensors = dict[str, NDArray[np.generic]]

DTYPES = ("float32", "int8", "int16", "int32", "float16")
LAYOUT_VERSION = 6


def convert_to_openai(source: Path, target: Path) -> None:
    """Write ``base.pt``, a checkpoint that ``whisper.load_model`` reads.

    The heads for word timing travel with it (``alignment_heads``, pairs of layer and head): openai-whisper knows
    them only for the files that it downloads itself.

    Args:
        source: CTranslate2 folder of a Whisper model, float16 or float32.
        target: Folder to write into.

    Raises:
        ValueError: If ``model.bin`` is of another layout, or quantised.
    """
    import torch

    tensors = read_tensors((source / "model.bin").read_bytes())
    config = json.loads((source / "config.json").read_text(encoding="utf-8"))
    state = {name: torch.from_numpy(np.array(value)) for name, value in openai_names(tensors)}
    checkpoint = {
        "dims": dimensions(tensors),
        "model_state_dict": state,
        "alignment_heads": config.get("alignment_heads", []),
    }
    torch.save(checkpoint, target / "base.pt")


def read_tensors(content: bytes | bytearray) -> Tensors:
    """Every tensor of a CTranslate2 ``model.bin`` by its name there.

    Args:
        content: Of the file; where it can be written to, the tensors are views of it and can be too.

    Raises:
        ValueError: If it is of another layout.
    """
    reader = _Reader(content)
    (version,) = reader.take("<I")
    if version != LAYOUT_VERSION or reader.text() != "WhisperSpec":
        raise ValueError("this model.bin is no Whisper model of the layout that the converter knows")
    _revision, count = reader.take("<II")
    tensors: Tensors = {}
    for _ in range(count):
        name = reader.text()
        (rank,) = reader.take("<B")
        shape = reader.take(f"<{rank}I")
        kind, size_bytes = reader.take("<BI")
        if kind >= len(DTYPES):
            raise ValueError(f"the tensor {name} has a number format that the converter does not know")
        tensors[name] = reader.array(DTYPES[kind], size_bytes).reshape(shape)
    return tensors


def dimensions(tensors: Tensors) -> dict[str, int]:
    """The ``dims`` of an openai-whisper checkpoint."""
    state, mels = tensors["encoder/conv1/weight"].shape[:2]
    return {
        "n_mels": mels,
        "n_audio_ctx": len(tensors["encoder/position_encodings/encodings"]),
        "n_audio_state": state,
        "n_audio_head": int(tensors["encoder/num_heads"]),
        "n_audio_layer": _layers(tensors, "encoder"),
        "n_vocab": len(tensors["decoder/embeddings/weight"]),
        "n_text_ctx": len(tensors["decoder/position_encodings/encodings"]),
        "n_text_state": tensors["decoder/embeddings/weight"].shape[1],
        "n_text_head": int(tensors["decoder/num_heads"]),
        "n_text_layer": _layers(tensors, "decoder"),
    }


def openai_names(tensors: Tensors) -> Iterator[tuple[str, NDArray[np.generic]]]:
    """Every tensor under its name in openai-whisper, joined projections cut apart again."""
    for conv in ("conv1", "conv2"):
        for part in ("weight", "bias"):
            yield f"encoder.{conv}.{part}", tensors[f"encoder/{conv}/{part}"]
    yield "encoder.positional_embedding", tensors["encoder/position_encodings/encodings"]
    yield "decoder.positional_embedding", tensors["decoder/position_encodings/encodings"]
    yield "decoder.token_embedding.weight", tensors["decoder/embeddings/weight"]
    yield from _norm(tensors, "encoder/layer_norm", "encoder.ln_post")
    yield from _norm(tensors, "decoder/layer_norm", "decoder.ln")
    for half in ("encoder", "decoder"):
        for number in range(_layers(tensors, half)):
            yield from _block(tensors, f"{half}/layer_{number}", f"{half}.blocks.{number}")


def _block(tensors: Tensors, old: str, new: str) -> Iterator[tuple[str, NDArray[np.generic]]]:
    yield from _norm(tensors, f"{old}/self_attention/layer_norm", f"{new}.attn_ln")
    yield from _split(tensors, f"{old}/self_attention/linear_0", f"{new}.attn", ("query", "key", "value"))
    yield from _split(tensors, f"{old}/self_attention/linear_1", f"{new}.attn", ("out",))
    if f"{old}/attention/layer_norm/gamma" in tensors:
        yield from _norm(tensors, f"{old}/attention/layer_norm", f"{new}.cross_attn_ln")
        yield from _split(tensors, f"{old}/attention/linear_0", f"{new}.cross_attn", ("query",))
        yield from _split(tensors, f"{old}/attention/linear_1", f"{new}.cross_attn", ("key", "value"))
        yield from _split(tensors, f"{old}/attention/linear_2", f"{new}.cross_attn", ("out",))
    yield from _norm(tensors, f"{old}/ffn/layer_norm", f"{new}.mlp_ln")
    yield from _split(tensors, f"{old}/ffn/linear_0", f"{new}.mlp", ("0",))
    yield from _split(tensors, f"{old}/ffn/linear_1", f"{new}.mlp", ("2",))


def _norm(tensors: Tensors, old: str, new: str) -> Iterator[tuple[str, NDArray[np.generic]]]:
    yield f"{new}.weight", tensors[f"{old}/gamma"]
    yield f"{new}.bias", tensors[f"{old}/beta"]


def _split(tensors: Tensors, old: str, new: str, parts: tuple[str, ...]) -> Iterator[tuple[str, NDArray[np.generic]]]:
    weights = np.split(tensors[f"{old}/weight"], len(parts))
    biases = np.split(tensors[f"{old}/bias"], len(parts))
    for part, weight, bias in zip(parts, weights, biases, strict=True):
        yield f"{new}.{part}.weight", weight
        if part != "key":  # Whisper's keys have no bias; CTranslate2 fills zeros in for them
            yield f"{new}.{part}.bias", bias


def _layers(tensors: Tensors, half: str) -> int:
    layers = {name.split("/")[1] for name in tensors if name.startswith(f"{half}/layer_")}
    return len(layers - {"layer_norm"})


class _Reader:
    """Goes through a file that lies in memory."""

    def __init__(self, content: bytes | bytearray) -> None:
        self._content, self._at = content, 0

    def take(self, layout: str) -> tuple[int, ...]:
        """The next numbers, packed as ``struct`` has it."""
        found = struct.unpack_from(layout, self._content, self._at)
        self._at += struct.calcsize(layout)
        return found

    def text(self) -> str:
        """The next name."""
        (length,) = self.take("<H")
        self._at += length
        return self._content[self._at - length : self._at - 1].decode()

    def array(self, dtype: str, size_bytes: int) -> NDArray[np.generic]:
        """The next numbers of a tensor, where they lie."""
        count = size_bytes // np.dtype(dtype).itemsize
        found: NDArray[np.generic] = np.frombuffer(self._content, dtype=dtype, count=count, offset=self._at)
        self._at += size_bytes
        return found
