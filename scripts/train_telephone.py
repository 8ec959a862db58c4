"""Train the telephone adapter of Whisper base: `python scripts/train_telephone.py CACHE`.

The published model, frozen, writes down speech after noise and codecs; a low-rank update of its encoder, and of how its
decoder looks at sound and prompt, is fitted so that it writes what was said (cross-entropy), and so that the encoder's
output comes near to what the published encoder makes of the clean sound (mean squared distance). Where nobody speaks it
is to write nothing.
"""

import argparse
import os
import random
import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from network_training import write_weights
from telephone_damage import crowd, damaged, over_the_line
from telephone_network import STATES_PER_SECOND, Network
from telephone_speech import RATE_HZ, Utterance, make_speech, read_speech
from telephone_windows import Packed, as_written, glossary, heard_badly, pack

from app.domain.units import Span
from app.model_store import MANIFEST_PATH, ModelStore
from app.pipeline.transcription.engines import load_engine
from scripts.nonspeech import KINDS, WITH_WORDS, nonspeech

HOME = MANIFEST_PATH.parent / "telephone"
STEPS_BETWEEN_LINES = 25
FRAMES_PER_SECOND = 100
SEEN_STATES = STATES_PER_SECOND  # of the padding, by the decoder, as in windowed.py
TUNING_SEEDS = (0, 2)  # of sound without speech; the odd ones measure


class Trainer:
    """Fits the update to windows."""

    def __init__(self, config: dict[str, Any], packs: Sequence[Packed], said: Sequence[Utterance]) -> None:
        """Take settings and sound; the published encoder hears every window once."""
        import whisper

        self._settings, self._windows = config["training"], config["windows"]
        self._draw = random.Random(config["seed"])  # noqa: S311
        torch.manual_seed(config["seed"])
        self._packs = packs
        self._others = [item.samples.astype(np.float32) / 32768 for item in said]
        self._wordless = [
            nonspeech(kind, seconds=self._windows["longest_seconds"], seed=seed).astype(np.float32)
            for kind in KINDS
            if kind not in WITH_WORDS
            for seed in TUNING_SEEDS
        ]
        self._strangers = sorted({name for item in packs for name in item.names})
        self._features = whisper.log_mel_spectrogram
        self._tokenizer: Any = whisper.tokenizer.get_tokenizer(True, language="en", task="transcribe")
        self.network = Network(ModelStore().path(config["checkpoint"]), **config["adapter"])
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            self._clean = [self._encoded(item.clean).half() for item in packs]

    def train(self, report: Path) -> None:
        """Run all steps; what is learnt so far is left in ``report`` now and then."""
        settings = self._settings
        optimizer = torch.optim.AdamW(self.network.learnt(), lr=settings["rate"], weight_decay=0.0)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: min((step + 1) / settings["warm_steps"], max(0.02, self._left(step)))
        )
        order: list[int] = []
        seen = []
        for step in range(settings["steps"]):
            if self._left(step) <= 0:
                break
            while len(order) < settings["batch_size"] * 8:
                order += self._draw.sample(range(len(self._packs)), len(self._packs))
                order[: settings["batch_size"] * 8] = sorted(order[: settings["batch_size"] * 8], key=self._length)
            at = self._draw.randrange(len(order) // settings["batch_size"]) if len(order) < len(self._packs) else 0
            at *= settings["batch_size"]
            numbers, order[at : at + settings["batch_size"]] = order[at : at + settings["batch_size"]], []
            words, distance = self._losses(numbers)
            optimizer.zero_grad()
            (words + settings["distance"] * distance).backward()
            torch.nn.utils.clip_grad_norm_(self.network.learnt(), settings["gradient_norm"])
            optimizer.step()
            schedule.step()
            seen.append((words.item(), distance.item()))
            if (step + 1) % STEPS_BETWEEN_LINES == 0:
                means = np.mean(seen[-STEPS_BETWEEN_LINES:], axis=0)
                print(
                    f"step {step + 1}: words {means[0]:.3f}, distance {means[1]:.3f}, {time.process_time():.0f} s",
                    flush=True,
                )
            if (step + 1) % (4 * STEPS_BETWEEN_LINES) == 0:
                np.savez(report, **self.network.tensors())

    def _left(self, step: int) -> float:
        """Share of the training that is yet to come; the rate falls with it."""
        return 1.0 - step / float(self._settings["steps"])

    def _length(self, number: int) -> int:
        return len(self._packs[number].clean)

    def _losses(self, numbers: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
        packs = [self._packs[number] for number in numbers]
        silent = [self._draw.random() < self._windows["silent"] for _ in packs]
        sounds = [
            self._nothing(item) if quiet else heard_badly(item, self._others, self._draw)
            for item, quiet in zip(packs, silent, strict=True)
        ]
        features = [self._mel(sound) for sound in sounds]
        longest = max(item.shape[1] for item in features)
        padding = longest + self._draw.choice((100, 200, 300))
        mel = torch.stack([torch.nn.functional.pad(item, (0, padding - item.shape[1])) for item in features])
        tokens, targets = self._written(packs, silent)
        with torch.autocast("cpu", torch.bfloat16):
            encoded = self.network.encode(mel)
            logits = self.network.whisper.decoder(tokens, encoded[:, : longest // 2 + SEEN_STATES])
            words = torch.nn.functional.cross_entropy(logits.float().flatten(0, 1), targets.flatten(), ignore_index=-1)
        far = [
            torch.mean((encoded[row, : len(clean)].float() - clean.float()) ** 2) / clean.float().var()
            for row, number in enumerate(numbers)
            for clean in (self._clean[number],)
            if not silent[row]
        ]
        return words, torch.stack(far).mean() if far else torch.zeros(())

    def _nothing(self, pack: Packed) -> np.ndarray:
        """A line on which nobody speaks: its noise, a crowd, or what else telephones and rooms sound like."""
        length, which = len(pack.clean), self._draw.random()
        if which < 0.4:
            faint = np.random.default_rng(self._draw.randrange(2**32)).standard_normal(length).astype(np.float32)
            return damaged(faint * np.float32(1e-3), others=(), draw=self._draw)
        if which < 0.7:
            return over_the_line(crowd(self._others, length, self._draw), self._draw)
        sound = self._draw.choice(self._wordless)
        return damaged(np.resize(np.roll(sound, self._draw.randrange(len(sound))), length), others=(), draw=self._draw)

    def _written(self, packs: Sequence[Packed], silent: Sequence[bool]) -> tuple[torch.Tensor, torch.Tensor]:
        """Tokens that the decoder is given, and those that it is to answer with; -1 where it is not asked."""
        given = []
        asked = []
        begin = [*self._tokenizer.sot_sequence, self._tokenizer.no_timestamps]
        for item, quiet in zip(packs, silent, strict=True):
            prompt: list[int] = []
            if self._draw.random() < self._windows["hinted"]:
                names = self._tokenizer.encode(glossary(item, self._strangers, self._draw))
                prompt = [self._tokenizer.sot_prev, *names]
            text = [] if quiet else self._tokenizer.encode(" " + item.text)
            whole = [*prompt, *begin, *text, self._tokenizer.eot]
            first = len(prompt) + len(begin)
            given.append(whole[:-1])
            asked.append([-1] * (first - 1) + whole[first:])
        longest = max(len(item) for item in given)
        return (
            torch.tensor([item + [self._tokenizer.eot] * (longest - len(item)) for item in given]),
            torch.tensor([item + [-1] * (longest - len(item)) for item in asked]),
        )

    def _mel(self, sound: np.ndarray) -> torch.Tensor:
        mel: torch.Tensor = self._features(torch.from_numpy(sound), padding=160)
        return mel[:, : len(sound) * FRAMES_PER_SECOND // RATE_HZ // 2 * 2]

    def _encoded(self, sound: np.ndarray) -> torch.Tensor:
        mel = self._mel(sound)
        return self.network.encode(torch.nn.functional.pad(mel, (0, 300))[None])[0, : mel.shape[1] // 2]


def main() -> None:
    """Make what is missing of the speech, train, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cache", type=Path, help="folder of the voices' packages and of the speech")
    options = parser.parse_args()
    config = tomllib.loads((HOME / "config.toml").read_text(encoding="utf-8"))
    torch.set_num_threads(os.cpu_count() or 1)
    speech = options.cache / "speech"
    make_speech(
        speech,
        cache=options.cache,
        seconds=60 * config["speech_minutes"],
        flite_seconds=60 * config["flite_minutes"],
        seed=config["seed"],
    )
    said = as_written(read_speech(speech), published_ear())
    packs = pack(said, config["windows"], random.Random(config["seed"]))  # noqa: S311
    print(f"{len(said)} utterances in {len(packs)} windows, {time.process_time():.0f} s", flush=True)
    trainer = Trainer(config, packs, said)
    trainer.train(options.cache / "learnt.npz")
    digest = write_weights(
        trainer.network.tensors(kept=config["training"]["kept"]),
        {"model": config["checkpoint"]},
        home=HOME,
        artefact="whisper-base-telephone",
    )
    print(f"adapter.safetensors: SHA-256 {digest}")


def published_ear() -> Callable[[np.ndarray], str]:
    """From samples, what the published model writes of clean speech."""
    engine = load_engine("windowed", model="base", store=ModelStore(), beam_size=1)

    def heard(samples: np.ndarray) -> str:
        segments = engine.transcribe(samples, regions=(Span(0.0, len(samples) / RATE_HZ),))
        return " ".join(segment.text.strip() for segment in segments)

    return heard


if __name__ == "__main__":
    main()
