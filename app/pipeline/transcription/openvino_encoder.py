"""Whisper's encoder in OpenVINO, built from the tensors of a CTranslate2 folder.

Two thirds of what a recogniser costs on a CPU is the encoder at its full window of 30 s. OpenVINO runs the same
arithmetic in bfloat16 where the processor has instructions for it, or multiplies in 8 bits, and takes a window of any
length. The graph follows Radford et al. 2022 (``whisper.model.AudioEncoder``).
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.pipeline.transcription.convert import dimensions, openai_names, read_tensors

Features = NDArray[np.float32]
Encoded = NDArray[np.float32]

PROCESSOR = Path("/proc/cpuinfo")
QUANTISATION_GROUP = 64
"""Activations that share one scale in 8-bit multiplication, along a row."""


def best_precision() -> str | None:
    """How the processor at hand runs the encoder best, from its flags alone and never by timing.

    Returns:
        ``bf16`` with matrix units for bfloat16 (AMX), ``bf16+int8`` with vector instructions for it, ``f32+int8``
        with 8-bit ones (VNNI), or None where CTranslate2 is as fast. One thread, window of 15 s, on an EPYC with
        AVX-512: CTranslate2 int8 .124 s, f32+int8 .113, bf16 .102, bf16+int8 .088 (November 2026).
    """
    flags = _flags()
    if not flags:
        return None
    # What OpenVINO may use: an operator can hide instructions from it (ONEDNN_MAX_CPU_ISA).
    if "BF16" in _capabilities():
        return "bf16" if "amx_bf16" in flags else "bf16+int8"
    return "f32+int8" if flags & {"avx512_vnni", "avx_vnni"} else None


def load_openvino() -> ModuleType:
    """OpenVINO, without what it brings to report its use.

    Its import sends an event over the network through ``openvino_telemetry`` where that package is installed, which
    pip does unasked. Where the package cannot be imported OpenVINO goes on without it.
    """
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # what Python takes for "no such package"
    import openvino

    module: ModuleType = openvino
    return module


class OpenvinoEncoder:
    """The encoder of one set of weights, compiled for this machine."""

    def __init__(self, folder: Path, *, precision: str, threads: int = 1) -> None:
        """Read and compile the weights.

        Args:
            folder: A Whisper model in CTranslate2's format, float16 or float32.
            precision: An answer of :func:`best_precision`.
            threads: CPU threads.

        Raises:
            ValueError: If the weights are quantised, or of an unknown layout.
        """
        tensors = read_tensors((folder / "model.bin").read_bytes())
        if any(name.endswith("weight_scale") for name in tensors):
            raise ValueError(f"the weights in {folder.name} are quantised")
        sizes = dimensions(tensors)
        weights = {name: value for name, value in openai_names(tensors) if name.startswith("encoder.")}
        number_format, _, quantised = precision.partition("+")
        self._request = _compiled(
            _Graph(weights, sizes, quantised=bool(quantised)).model(),
            {"INFERENCE_PRECISION_HINT": number_format, "INFERENCE_NUM_THREADS": threads},
        )

    def encode(self, features: Features) -> Encoded:
        """Run the encoder.

        Args:
            features: Log-mel features of one window, shape (n_mels, n_frames), 100 frames a second, at most 3000.

        Returns:
            Shape (n_frames / 2, n_state).
        """
        answer: Encoded = self._request.infer([features[None]])[0][0].copy()
        return answer


def _capabilities() -> list[str]:
    found: list[str] = load_openvino().Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return found


def _flags() -> set[str]:
    if not PROCESSOR.is_file():
        return set()
    lines = PROCESSOR.read_text(encoding="utf-8").splitlines()
    return set(next((line for line in lines if line.startswith("flags")), "").split())


def _compiled(model: Any, settings: Mapping[str, Any]) -> Any:
    properties = {"NUM_STREAMS": 1, "DYNAMIC_QUANTIZATION_GROUP_SIZE": QUANTISATION_GROUP, **settings}
    return load_openvino().Core().compile_model(model, "CPU", properties).create_infer_request()


class _Graph:
    """The encoder, operation by operation; tensors are OpenVINO's nodes, of shape (1, n_frames, n_state)."""

    def __init__(self, weights: dict[str, NDArray[Any]], sizes: Mapping[str, int], *, quantised: bool) -> None:
        self._openvino: Any = load_openvino()
        self._op: Any = self._openvino.opset13
        self._weights = weights
        self._layers = sizes["n_audio_layer"]
        self._mels, self._state, self._heads = sizes["n_mels"], sizes["n_audio_state"], sizes["n_audio_head"]
        self._quantised = quantised

    def model(self) -> Any:
        op = self._op
        features = op.parameter(self._openvino.PartialShape([1, self._mels, -1]), self._openvino.Type.f32)
        x = self._convolved(self._convolved(features, "conv1", stride=1), "conv2", stride=2)
        x = op.transpose(x, self._integers(0, 2, 1))
        length = op.gather(op.shape_of(x), self._integers(1), self._integers(0))
        positions = self._numbers(self._tensor("positional_embedding")[None])
        x = op.add(x, op.slice(positions, self._integers(0), length, self._integers(1), self._integers(1)))
        for layer in range(self._layers):
            x = self._block(x, f"blocks.{layer}")
        return self._openvino.Model([op.result(self._normed(x, "ln_post"))], [features], "whisper-encoder")

    def _block(self, x: Any, name: str) -> Any:
        op = self._op
        y = self._normed(x, f"{name}.attn_ln")
        query, key, value = (
            op.transpose(
                op.reshape(
                    self._linear(y, f"{name}.attn.{part}"),
                    self._integers(0, 0, self._heads, self._state // self._heads),
                    True,
                ),
                self._integers(0, 2, 1, 3),
            )
            for part in ("query", "key", "value")
        )
        y = op.transpose(op.scaled_dot_product_attention(query, key, value), self._integers(0, 2, 1, 3))
        x = op.add(x, self._linear(op.reshape(y, self._integers(0, 0, self._state), True), f"{name}.attn.out"))
        y = op.gelu(self._linear(self._normed(x, f"{name}.mlp_ln"), f"{name}.mlp.0"), "erf")
        return op.add(x, self._linear(y, f"{name}.mlp.2"))

    def _convolved(self, x: Any, name: str, *, stride: int) -> Any:
        op = self._op
        flat = self._integers(2)  # as a picture one row high: that is the convolution with a fast kernel
        kernel = self._numbers(self._tensor(f"{name}.weight")[:, :, None, :])
        y = op.squeeze(op.convolution(op.unsqueeze(x, flat), kernel, [1, stride], [0, 1], [0, 1], [1, 1]), flat)
        return op.gelu(op.add(y, self._numbers(self._tensor(f"{name}.bias")[None, :, None])), "erf")

    def _linear(self, x: Any, name: str) -> Any:
        op = self._op
        y = op.matmul(x, self._matrix(self._tensor(f"{name}.weight")), False, True)
        return op.add(y, self._numbers(self._tensor(f"{name}.bias"))) if self._has(f"{name}.bias") else y

    def _matrix(self, weight: NDArray[np.float32]) -> Any:
        if not self._quantised:
            return self._numbers(weight)
        op = self._op
        scale = np.abs(weight).max(axis=1, keepdims=True) / 127
        rounded = np.round(weight / np.where(scale, scale, 1)).astype(np.int8)
        return op.multiply(op.convert(op.constant(rounded), "f32"), self._numbers(scale))

    def _normed(self, x: Any, name: str) -> Any:
        op = self._op
        y = op.mvn(x, self._integers(-1), True, 1e-5, "inside_sqrt")
        y = op.multiply(y, self._numbers(self._tensor(f"{name}.weight")))
        return op.add(y, self._numbers(self._tensor(f"{name}.bias")))

    def _has(self, name: str) -> bool:
        return f"encoder.{name}" in self._weights

    def _tensor(self, name: str) -> NDArray[np.float32]:
        return np.asarray(self._weights[f"encoder.{name}"], dtype=np.float32)

    def _numbers(self, values: NDArray[np.float32]) -> Any:
        return self._op.constant(np.ascontiguousarray(values, dtype=np.float32))

    def _integers(self, *values: int) -> Any:
        return self._op.constant(np.array(values, dtype=np.int64))
