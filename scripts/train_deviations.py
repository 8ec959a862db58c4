"""Train the learned stage and measure it on briefs held out.

    python scripts/train_deviations.py [--only-measure] [--folds N] [--networks FILE.npz]

Reads models/deviations/config.toml, the lines beside it and those of models/script_lines; writes the weights, their
digest into models/manifest.toml, and the evaluation of the day. The same lines, settings and machine give the same
weights.

What the networks learnt and answered can be kept in a file; where that is there already it is read instead of training
again, which is how the fusion is fitted anew after a change of rules. Each fold costs a training: with ``--folds 1``
the lines of one alone measure and fit the fusion, with ``--folds 0`` nothing is measured and the fusion stays.
"""

import argparse
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
from comparer_pairs import read_pairs  # noqa: E402
from deviation_lines import CODES, MEANS, Example, lines_in_other_words, read_examples, targets  # noqa: E402
from deviation_measures import evaluation, fit_fusion  # noqa: E402
from deviation_network import Network  # noqa: E402
from network_training import Item, Learner, in_one_breath, with_words_lost, write_weights  # noqa: E402
from torch.nn import functional  # noqa: E402

from app.model_store import ModelStore  # noqa: E402
from app.pipeline.language.adapter import read_heads  # noqa: E402
from app.pipeline.language.classifier import CONTEXT_TOKENS, SAID_TOKENS  # noqa: E402
from app.pipeline.language.script_language import Grammar  # noqa: E402
from app.pipeline.language.sentence_encoder import SentenceEncoder  # noqa: E402

HOME = ROOT / "models" / "deviations"
PAIRS = ROOT / "models" / "script_lines" / "pairs"
ARTEFACT = "minilm-deviations"
ANSWERS = "answers"
NEVER_LOST = frozenset((".", "?", "not", "somebody"))


class Trainer:
    """Trains a network on some of the lines and answers for others."""

    def __init__(self, examples: list[Example], config: dict[str, Any], store: ModelStore) -> None:
        self._examples = examples
        self._share = config["augmentation"]
        self._targets = targets(examples)
        self._scripted = [example.said for example in examples if example.scripted]
        self._learner = Learner(config, store, outputs=self._targets.shape[1])

    def without(self, briefs: tuple[str, ...]) -> tuple[Network, np.ndarray]:
        """A network that has not seen some briefs, and its answers for them."""
        left = [number for number, example in enumerate(self._examples) if example.brief in briefs]
        chosen = [number for number, example in enumerate(self._examples) if example.brief not in briefs]
        turns = [before for number in chosen if (before := self._examples[number].before)]
        network = self._learner.train(
            chosen,
            items=lambda number, draw: self._tokens(*self._varied(self._examples[number], turns, draw)),
            loss=lambda logits, numbers: _loss(logits, torch.tensor(self._targets[numbers])),
            length=self._length,
            note=f"without {' and '.join(briefs)}" if briefs else "all briefs",
        )
        items = [self._tokens(self._examples[number].said, self._examples[number].before) for number in left]
        return network, self._learner.answers(network, items)

    def _length(self, number: int) -> int:
        return len(self._examples[number].said) + len(self._examples[number].before)

    def _tokens(self, said: str, before: str) -> Item:
        context = self._learner.pieces(before)[1:][-CONTEXT_TOKENS:] if before else []
        return self._learner.pieces(said)[:SAID_TOKENS], context

    def _in_company(self, said: str, draw: random.Random) -> str:
        """What was said with a line of a script before or behind it in the same breath, as often in calls."""
        if draw.random() >= self._share["joined"]:
            return said
        return in_one_breath(said, draw.choice(self._scripted), draw)

    def _varied(self, example: Example, turns: list[str], draw: random.Random) -> tuple[str, str]:
        """A line as a recogniser might have heard it, and what stands before: any turn before a line of a script."""
        share = self._share
        before = draw.choice(turns) if example.scripted else example.before
        said = self._in_company(example.said, draw)
        if draw.random() < share["no_marks"]:
            said = said.replace(" .", "").replace(" ?", " ?" if draw.random() < 0.5 else "")
        if draw.random() < share["no_context"]:
            before = ""
        return with_words_lost(said, share=share["word_dropout"], kept=NEVER_LOST, draw=draw), before


def _loss(logits: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """Each code and any deviation for itself; the means only where there is an endorsement."""
    outputs = len(CODES) + 1
    codes = functional.binary_cross_entropy_with_logits(logits[:, :outputs], wanted[:, :outputs], reduction="sum")
    shares = functional.log_softmax(logits[:, outputs:], dim=1)
    return (codes - (shares * wanted[:, outputs:]).sum()) / len(logits)


def train_apart(examples: list[Example], config: dict[str, Any], folds: list[tuple[str, ...]]) -> dict[str, np.ndarray]:
    """For each fold the answers for its briefs, and for the empty one the trained weights."""
    torch.set_num_threads(config["training"]["threads"])
    trainer = Trainer(examples, config, ModelStore())
    kept: dict[str, np.ndarray] = {}
    for briefs in folds:
        network, logits = trainer.without(briefs)
        heads = {f"heads.{name}": tensor.detach().numpy() for name, tensor in network.heads.named_parameters()}
        kept |= {f"{ANSWERS} {' '.join(briefs)}": logits} if briefs else network.adapters() | heads
    return kept


def main() -> None:
    """Measure, then train on all briefs and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only-measure", action="store_true", help="leave the weights as they are")
    parser.add_argument("--networks", type=Path, help="what the networks learnt: read if it is there, else written")
    parser.add_argument("--folds", type=int, metavar="N", help="hold out the first N folds alone; all unless given")
    options = parser.parse_args()
    if options.folds is not None and (options.folds < 0 or (options.only_measure and not options.folds)):
        parser.error("--folds takes 0 or more, and at least 1 to measure")
    config = tomllib.loads((HOME / "config.toml").read_text(encoding="utf-8"))
    folds = [tuple(fold) for fold in config["folds"]]
    store = ModelStore()
    folds = folds[: options.folds]
    paths = [*sorted((HOME / "lines").glob("*.yaml")), HOME / "plain.yaml", *sorted((HOME / "talk").glob("*.yaml"))]
    grammar = Grammar(store.path("en-core-web-sm"))
    examples = read_examples(paths, grammar=grammar, encoder=SentenceEncoder(store.path("minilm-l6-v2-ct2")))
    pairs = read_pairs(
        sorted(PAIRS.glob("brief-*.yaml")), ordinary_words=grammar.ordinary_words(), others=0.0, seed=config["seed"]
    )
    examples += lines_in_other_words(pairs, share=config["spoken"], seed=config["seed"])
    networks = _networks(examples, config, [*folds, *([] if options.only_measure else [()])], options.networks)
    weights = {name: tensor for name, tensor in networks.items() if not name.startswith(ANSWERS)}
    if not folds:
        write_weights(weights, read_heads(HOME / "weights").settings, home=HOME, artefact=ARTEFACT)
        return
    measured = [example for example in examples if any(example.brief in fold for fold in folds)]
    logits = np.zeros_like(targets(measured))
    for fold in folds:
        logits[[example.brief in fold for example in measured]] = networks[f"{ANSWERS} {' '.join(fold)}"]
    report = evaluation(measured, logits, penalty=config["fusion"]["penalty"])
    if not options.only_measure:
        settings = fit_fusion(measured, logits, penalty=config["fusion"]["penalty"])
        names = {"codes": [str(code) for code in CODES], "means": [str(means) for means in MEANS]}
        report["weights_sha256"] = write_weights(weights, names | settings, home=HOME, artefact=ARTEFACT)
    day = datetime.now(UTC).date().isoformat()
    target = HOME / "evaluations" / f"{day}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps({"config": config, "held_out": folds, **report}, indent=1) + "\n", encoding="utf-8")
    for name, value in report["figures"].items():
        print(name, value)


def _networks(
    examples: list[Example], config: dict[str, Any], folds: list[tuple[str, ...]], kept: Path | None
) -> dict[str, np.ndarray]:
    if kept and kept.is_file():
        with np.load(kept) as file:
            networks = dict(file)
        needed = {f"{ANSWERS} {' '.join(briefs)}" if briefs else "heads.weight" for briefs in folds}
        if missing := needed - set(networks):
            raise SystemExit(f"{kept} was kept from another training: it lacks {', '.join(sorted(missing))}")
        return networks
    networks = train_apart(examples, config, folds)
    if kept:
        np.savez(kept, **networks)  # type: ignore[arg-type]
    return networks


if __name__ == "__main__":
    main()
