"""Conversion of sentence encoders from safetensors to CTranslate2, once, when the weights are fetched.

CTranslate2 is already here for Whisper and runs the encoders in int8 without torch. The layout is that of BERT, for
MPNet with a bias by distance; the mapping follows the public names of the checkpoints' tensors.
"""

import shutil
from pathlib import Path
from typing import Any

from app.pipeline.language.encoder_family import FARTHEST, RELATIVE_BIAS, Family, family_of, layers_of

LARGE_BYTES = 200_000_000
"""A larger checkpoint is kept in int8, in which it is computed anyway: a quarter of the disk and of the loading."""


def convert_encoder(source: Path, target: Path) -> None:
    """Write a CTranslate2 encoder from a checkpoint folder.

    Args:
        source: Folder with ``model.safetensors``, ``tokenizer.json`` and ``vocab.txt``.
        target: Folder to write to; made if it does not exist.
    """
    from ctranslate2.specs import common_spec, transformer_spec
    from safetensors.numpy import load_file

    tensors = load_file(source / "model.safetensors")
    family = family_of(tensors)
    encoder = transformer_spec.TransformerEncoderSpec(
        layers_of(tensors),
        family.heads,
        pre_norm=False,
        activation=common_spec.Activation.GELU,
        layernorm_embedding=True,
        num_source_embeddings=2,
        embeddings_merge=common_spec.EmbeddingsMerge.ADD,
        relative_attention_bias=family.relative,
    )
    spec = transformer_spec.TransformerEncoderModelSpec(encoder)
    encoder.scale_embeddings = False
    _set_embeddings(encoder, tensors, family)
    for number, layer in enumerate(encoder.layer):
        _set_layer(layer, tensors, f"encoder.layer.{number}", family)
    spec.register_vocabulary((source / "vocab.txt").read_text(encoding="utf-8").splitlines())
    spec.config.unk_token = "[UNK]"  # noqa: S105
    spec.config.layer_norm_epsilon = family.epsilon
    spec.validate()
    if (source / "model.safetensors").stat().st_size > LARGE_BYTES:
        spec.optimize(quantization="int8")
    target.mkdir(parents=True, exist_ok=True)
    spec.save(str(target))
    shutil.copy(source / "tokenizer.json", target / "tokenizer.json")


def _set_embeddings(encoder: Any, tensors: dict[str, Any], family: Family) -> None:
    encoder.embeddings[0].weight = tensors["embeddings.word_embeddings.weight"]
    positions = tensors["embeddings.position_embeddings.weight"][family.first_position :]
    if family.relative:
        # CTranslate2 adds no positions of its own where attention knows distances, so they come as the second
        # embedding: `EncoderNetwork` gives the number of each piece for its type.
        encoder.embeddings[1].weight = positions
    else:
        encoder.embeddings[1].weight = tensors["embeddings.token_type_embeddings.weight"]
        encoder.position_encodings.encodings = positions
    _set_norm(encoder.layernorm_embedding, tensors, "embeddings.LayerNorm")


def _set_layer(layer: Any, tensors: dict[str, Any], prefix: str, family: Family) -> None:
    import numpy as np
    from ctranslate2.converters import utils
    from ctranslate2.specs import common_spec

    *asked, out = family.attention
    split = [common_spec.LinearSpec() for _ in asked]
    for linear, name in zip(split, asked, strict=True):
        _set_linear(linear, tensors, f"{prefix}.{name}")
    utils.fuse_linear(layer.self_attention.linear[0], split)
    _set_linear(layer.self_attention.linear[1], tensors, f"{prefix}.{out}")
    _set_norm(layer.self_attention.layer_norm, tensors, f"{prefix}.{family.attention_norm}")
    if family.relative:
        layer.self_attention.relative_attention_bias = tensors[RELATIVE_BIAS]
        layer.self_attention.relative_attention_max_distance = np.int32(FARTHEST)
    _set_linear(layer.ffn.linear_0, tensors, f"{prefix}.intermediate.dense")
    _set_linear(layer.ffn.linear_1, tensors, f"{prefix}.output.dense")
    _set_norm(layer.ffn.layer_norm, tensors, f"{prefix}.output.LayerNorm")


def _set_linear(linear: Any, tensors: dict[str, Any], name: str) -> None:
    linear.weight = tensors[f"{name}.weight"]
    linear.bias = tensors[f"{name}.bias"]


def _set_norm(norm: Any, tensors: dict[str, Any], name: str) -> None:
    norm.gamma = tensors[f"{name}.weight"]
    norm.beta = tensors[f"{name}.bias"]
