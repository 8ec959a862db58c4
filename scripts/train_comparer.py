"""Train the comparer of lines, and measure it on a brief that it has never seen.

    python scripts/train_comparer.py

Reads models/script_lines/config.toml and the pairs beside it; writes the weights, the digest of the weights into
models/manifest.toml, and the evaluation of the day. The same pairs, settings and machine give the same weights.
"""

import json
import random
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

import torch  # noqa: E402
from comparer_pairs import Label, Pair, read_pairs  # noqa: E402
from deviation_measures import regression, sigmoid  # noqa: E402
from deviation_network import Network  # noqa: E402
from judging_measures import calibration_error  # noqa: E402
from network_training import Item, Learner, in_one_breath, with_words_lost, write_weights  # noqa: E402
from torch.nn import functional  # noqa: E402

from app.model_store import ModelStore  # noqa: E402
from app.pipeline.language.comparer import REFERENCE_TOKENS, STRETCH_TOKENS  # noqa: E402
from app.pipeline.language.script_language import Grammar  # noqa: E402

HOME = ROOT / "models" / "script_lines"
ARTEFACT = "mpnet-script-lines"
NEVER_LOST = frozenset((".", "?", "not", "no", "somebody"))
SAID, KEPT = 0, 1
"""Outputs: whether the reference was said at all, and whether its meaning was kept if it was."""
Outputs = np.ndarray


class Trainer:
    """Trains a network on some of the pairs and answers for others."""

    def __init__(self, pairs: list[Pair], config: dict[str, Any], store: ModelStore) -> None:
        self._pairs = pairs
        self._share = config["augmentation"]
        self._learner = Learner(config, store, outputs=2)
        self._beside: dict[str, list[Pair]] = {}

    def without(self, brief: str) -> tuple[Network, Outputs]:
        """A network that has not seen a brief, and its answers for it."""
        out = [number for number, pair in enumerate(self._pairs) if pair.brief == brief]
        known = [number for number, pair in enumerate(self._pairs) if pair.brief != brief]
        for number in known:
            if self._pairs[number].label is Label.KEPT:
                self._beside.setdefault(self._pairs[number].organisation, []).append(self._pairs[number])
        network = self._learner.train(
            known,
            items=self._tokens,
            loss=lambda logits, numbers: _loss(logits, [self._pairs[number] for number in numbers]),
            length=lambda number: len(self._pairs[number].stretch) + len(self._pairs[number].reference),
            note=f"without {brief}",
        )
        return network, self._learner.answers(network, [self._tokens(number, None) for number in out])

    def _tokens(self, number: int, draw: random.Random | None) -> Item:
        pair = self._pairs[number]
        stretch = pair.stretch if draw is None else self._varied(self._in_company(pair, draw), draw)
        reference = self._learner.pieces(pair.reference)[1:]
        return self._learner.pieces(stretch)[:STRETCH_TOKENS], reference[:REFERENCE_TOKENS]

    def _in_company(self, pair: Pair, draw: random.Random) -> str:
        """What was said with another line before or behind it in the same breath, as often in calls."""
        if draw.random() >= self._share["joined"]:
            return pair.stretch
        other = draw.choice(self._beside[pair.organisation])
        if not pair.is_of_another_line(other):
            return pair.stretch
        return in_one_breath(pair.stretch, other.stretch, draw)

    def _varied(self, stretch: str, draw: random.Random) -> str:
        """A stretch as a recogniser might have written it."""
        if draw.random() < self._share["no_marks"]:
            stretch = stretch.replace(" .", "").replace(" ?", "")
        return with_words_lost(stretch, share=self._share["word_dropout"], kept=NEVER_LOST, draw=draw)


def _loss(logits: torch.Tensor, pairs: list[Pair]) -> torch.Tensor:
    """Whether it was said for every pair; whether its meaning was kept only where it was."""
    said = torch.tensor([float(pair.is_said) for pair in pairs])
    kept = torch.tensor([float(pair.label is Label.KEPT) for pair in pairs])
    on = functional.binary_cross_entropy_with_logits(logits[:, SAID], said)
    meaning = functional.binary_cross_entropy_with_logits(logits[:, KEPT], kept, reduction="none") * said
    return on + meaning.sum() / torch.clamp(said.sum(), min=1.0)


Calibration = dict[str, list[float]]


def fitted(pairs: list[Pair], logits: Outputs) -> Calibration:
    """Slope and bias of both answers, by logistic regression on pairs that the network had not seen."""
    said = np.array([pair.is_said for pair in pairs])
    kept = np.array([pair.label is Label.KEPT for pair in pairs])
    return {"said": _line(logits[:, SAID], said), "kept": _line(logits[said, KEPT], kept[said])}


def _line(logits: np.ndarray, wanted: np.ndarray) -> list[float]:
    features = np.stack([logits, np.ones_like(logits)], axis=1)
    return [round(float(weight), 4) for weight in regression(features, wanted.astype(float), 0.0)]


def figures(pairs: list[Pair], said: np.ndarray, kept: np.ndarray) -> dict[str, float]:
    """How right probabilities are that the line was said, and that its meaning was kept, in [0, 1]."""
    of = {label: np.array([pair.label is label for pair in pairs]) for label in Label}
    is_said = of[Label.KEPT] | of[Label.ALTERED]
    found = {
        "pairs": float(len(pairs)),
        **{
            f"{label.replace('-', '_')}_taken_for_said": float((said[own] >= 0.5).mean())
            for label, own in of.items()
            if own.any()
        },
        **{
            f"{label}_taken_for_altered_below_{bar:g}": float((kept[of[label]] < bar).mean())
            for label in (Label.KEPT, Label.ALTERED)
            for bar in (0.5, 0.2, 0.1)
        },
        "calibration_error_said": _error(said, is_said),
        "calibration_error_kept": _error(kept[is_said], of[Label.KEPT][is_said]),
    }
    return {name: round(value, 4) for name, value in found.items()}


def cross_calibrated(pairs: list[Pair], logits: Outputs) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities that each line was said and kept, calibrated on the scripts that the pair is not of.

    Args:
        pairs: Of a brief that the network has not seen.
        logits: What the network answers for them.
    """
    scripts = sorted({pair.organisation for pair in pairs})
    said, kept = np.zeros(len(pairs)), np.zeros(len(pairs))
    for half in (scripts[::2], scripts[1::2]):
        out = np.array([pair.organisation in half for pair in pairs])
        calibration = fitted([pair for pair, own in zip(pairs, out, strict=True) if not own], logits[~out])
        said[out] = _sure(logits[out, SAID], calibration["said"])
        kept[out] = _sure(logits[out, KEPT], calibration["kept"])
    return said, kept


def _sure(logits: np.ndarray, calibration: list[float]) -> np.ndarray:
    slope, bias = calibration
    return sigmoid(slope * logits + bias)


def _error(sure: np.ndarray, is_so: np.ndarray) -> float:
    return calibration_error(list(zip(sure.tolist(), is_so.tolist(), strict=True)))


def main() -> None:
    """Train, measure on the brief that the network has not seen, and write the weights."""
    config = tomllib.loads((HOME / "config.toml").read_text(encoding="utf-8"))
    torch.set_num_threads(config["training"]["threads"])
    store, measured = ModelStore(), config["measured"]
    words = Grammar(store.path("en-core-web-sm")).ordinary_words()
    lines = [*sorted((HOME / "pairs").glob("brief-*.yaml")), HOME / "evaluation" / f"brief-{measured}.yaml"]
    pairs = read_pairs(lines, ordinary_words=words, others=config["others"], seed=config["seed"])
    network, logits = Trainer(pairs, config, store).without(measured)
    unseen = [pair for pair in pairs if pair.brief == measured]
    calibration = fitted(unseen, logits)
    heads = {"heads.weight": network.heads.weight.detach().numpy(), "heads.bias": network.heads.bias.detach().numpy()}
    weights = network.adapters() | heads
    report: dict[str, Any] = {
        "config": config,
        "calibration": calibration,
        "figures": figures(unseen, *cross_calibrated(unseen, logits)),
        "weights_sha256": write_weights(weights, {"calibration": calibration}, home=HOME, artefact=ARTEFACT),
    }
    target = HOME / "evaluations" / f"{datetime.now(UTC).date().isoformat()}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    for name, value in report["figures"].items():
        print(name, value)


if __name__ == "__main__":
    main()
