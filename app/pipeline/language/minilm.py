"""Conversion of all-MiniLM-L6-v2 from safetensors to CTranslate2, once, when the weights are fetched.

CTranslate2 is already here for Whisper and runs the encoder in int8 without torch. The layout of the weights is
that of BERT (Devlin et al. 2019); the mapping follows the public names of the checkpoint's tensors.
"""

import shutil
from pathlib import Path
from typing import Any

LAYERS = 6
HEADS = 12


def convert_minilm(source: Path, target: Path) -> None:
    """Write a CTranslate2 encoder from a checkpoint folder.

    Args:
        source: Folder with ``model.safetensors``, ``tokenizer.json`` and ``vocab.txt``.
        target: Folder to write to; made if it does not exist.
    """
    from ctranslate2.specs import common_spec, transformer_spec
    from safetensors.numpy import load_file

    tensors = load_file(source / "model.safetensors")
    encoder = transformer_spec.TransformerEncoderSpec(
        LAYERS,
        HEADS,
        pre_norm=False,
        activation=common_spec.Activation.GELU,
        layernorm_embedding=True,
        num_source_embeddings=2,
        embeddings_merge=common_spec.EmbeddingsMerge.ADD,
    )
    spec = transformer_spec.TransformerEncoderModelSpec(encoder)
    encoder.scale_embeddings = False
    _set_embeddings(encoder, tensors)
    for number, layer in enumerate(encoder.layer):
        _set_layer(layer, tensors, f"encoder.layer.{number}")
    spec.register_vocabulary((source / "vocab.txt").read_text(encoding="utf-8").splitlines())
    spec.config.unk_token = "[UNK]"  # noqa: S105
    spec.config.layer_norm_epsilon = 1e-12
    spec.validate()
    target.mkdir(parents=True, exist_ok=True)
    spec.save(str(target))
    shutil.copy(source / "tokenizer.json", target / "tokenizer.json")


def _set_embeddings(encoder: Any, tensors: dict[str, Any]) -> None:
    encoder.embeddings[0].weight = tensors["embeddings.word_embeddings.weight"]
    encoder.embeddings[1].weight = tensors["embeddings.token_type_embeddings.weight"]
    encoder.position_encodings.encodings = tensors["embeddings.position_embeddings.weight"]
    _set_norm(encoder.layernorm_embedding, tensors, "embeddings.LayerNorm")


def _set_layer(layer: Any, tensors: dict[str, Any], prefix: str) -> None:
    from ctranslate2.converters import utils
    from ctranslate2.specs import common_spec

    split = [common_spec.LinearSpec() for _ in range(3)]
    for linear, name in zip(split, ("query", "key", "value"), strict=True):
        _set_linear(linear, tensors, f"{prefix}.attention.self.{name}")
    utils.fuse_linear(layer.self_attention.linear[0], split)
    _set_linear(layer.self_attention.linear[1], tensors, f"{prefix}.attention.output.dense")
    _set_norm(layer.self_attention.layer_norm, tensors, f"{prefix}.attention.output.LayerNorm")
    _set_linear(layer.ffn.linear_0, tensors, f"{prefix}.intermediate.dense")
    _set_linear(layer.ffn.linear_1, tensors, f"{prefix}.output.dense")
    _set_norm(layer.ffn.layer_norm, tensors, f"{prefix}.output.LayerNorm")


def _set_linear(linear: Any, tensors: dict[str, Any], name: str) -> None:
    linear.weight = tensors[f"{name}.weight"]
    linear.bias = tensors[f"{name}.bias"]


def _set_norm(norm: Any, tensors: dict[str, Any], name: str) -> None:
    norm.gamma = tensors[f"{name}.weight"]
    norm.beta = tensors[f"{name}.bias"]
