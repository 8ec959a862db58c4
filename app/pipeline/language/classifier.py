"""The learned stage: how probable each deviation is in a stretch of speech, whoever it is about.

A sentence encoder that was adapted to lines of canvassers (models/deviations) reads the stretch and the contact's turn
before it, both without names, and answers for each code. What a rule saw is weighed in by logistic regression whose
weights were fitted on briefs held out from the training.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from app.domain.deviation import Code, Means
from app.domain.units import Probability, sigmoid
from app.pipeline.language.adapter import read_heads
from app.pipeline.language.network import EncoderNetwork, States
from app.pipeline.language.remembered import Remembered

JUDGEMENTS_KEPT = 5_000
"""15 MB of them."""

SAID_TOKENS = 90
"""Word pieces of a stretch that are read; two sentences have about 50."""

CONTEXT_TOKENS = 40
"""Word pieces of the contact's turn before it, counted from its end."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the learned stage makes of one stretch.

    Attributes:
        evidence: By code the logit of the encoder's answer, not yet calibrated.
        any_deviation: Logit that the stretch leaves the script at all.
        means: By means the probability in [0, 1], given that the stretch is an endorsement.
        alone: By code the calibrated probability in [0, 1] where no rule saw it.
        likeliest: The code with the highest of these, or None for a network that knows no code.
    """

    evidence: Mapping[Code, float]
    any_deviation: float
    means: Mapping[Means, Probability]
    alone: Mapping[Code, Probability]
    likeliest: Code | None


@dataclass(frozen=True, slots=True)
class Fusion:
    """Weights by which the encoder's and the rules' answers for one code become one probability.

    Attributes:
        code: Weight of the logit for the code.
        any_deviation: Weight of the logit for any deviation.
        rule: Added where a rule saw the code.
        bias: Added always.
    """

    code: float
    any_deviation: float
    rule: float
    bias: float


LOGIT_LIMIT = 8.0
"""Beyond this an answer is as sure as it can be."""


class Classifier:
    """Judges stretches of speech; a judgement depends on the stretch and the turn before it alone."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        """Take the weights from a folder; they are loaded when the first stretch comes.

        Args:
            folder: The artefact ``minilm-deviations``.
            threads: CPU threads.
        """
        self._folder = folder
        self._network = EncoderNetwork(folder, threads=threads)
        self._remembered = Remembered(self._judge, room=JUDGEMENTS_KEPT)
        self._of_lines: dict[Code, States] = {}

    def judge(self, said: str, *, before: str) -> Judgement:
        """What a stretch is, by what the training lines taught.

        Args:
            said: Without names, as ``name_blind`` writes it.
            before: The contact's turn before it, likewise; empty where there is none.
        """
        return self.judge_all([(said, before)])[0]

    def judge_all(self, stretches: Sequence[tuple[str, str]]) -> list[Judgement]:
        """What each stretch is; many at once cost half of what they cost one by one.

        Args:
            stretches: What was said and what the contact had said before, as for :meth:`judge`.
        """
        return self._remembered.all(stretches)

    def confidence(self, judgement: Judgement, code: Code, *, rule_saw_it: bool) -> Probability:
        """How sure it is, in [0, 1], that a fair officer would confirm a code; calibrated on held-out briefs."""
        if code not in self.fusion:
            return 0.0
        if not rule_saw_it:
            return judgement.alone[code]
        return self._probability(judgement.evidence[code], judgement.any_deviation, code, rule_saw_it=True)

    def deviates(self, judgement: Judgement) -> Probability:
        """Probability in [0, 1] that a stretch leaves the script in any way, calibrated on held-out briefs."""
        slope, bias = self._heads.settings["any_deviation"]
        return sigmoid(slope * _limited(judgement.any_deviation) + bias)

    def _probability(self, evidence: float, any_deviation: float, code: Code, *, rule_saw_it: bool) -> Probability:
        weights = self.fusion[code]
        return sigmoid(
            weights.code * _limited(evidence)
            + weights.any_deviation * _limited(any_deviation)
            + weights.rule * rule_saw_it
            + weights.bias
        )

    @cached_property
    def fusion(self) -> Mapping[Code, Fusion]:
        """The weights of the fusion for each code that the encoder knows."""
        fusion = self._heads.settings["fusion"]
        return MappingProxyType({Code(code): Fusion(**weights) for code, weights in fusion.items()})

    @cached_property
    def _outputs(self) -> tuple[tuple[Code, ...], tuple[Means, ...]]:
        """What the logits are of: the codes, then any deviation, then the means."""
        settings = self._heads.settings
        return tuple(map(Code, settings["codes"])), tuple(map(Means, settings["means"]))

    @cached_property
    def _heads(self) -> Any:
        return read_heads(self._folder)

    def nearest(self, said: str, code: Code, *, count: int) -> tuple[str, ...]:
        """The training lines of a code that are most like a stretch, the nearest first, for people to compare.

        Args:
            said: Without names, as ``name_blind`` writes it.
            code: Which deviation.
            count: How many lines; there may be fewer.
        """
        lines: list[str] = self._heads.settings.get("examples", {}).get(str(code), [])
        if not lines:
            return ()
        (own,), others = self._features([(said, "")]), self._features_of_lines(code)
        likeness = others @ own / (np.linalg.norm(others, axis=1) * np.linalg.norm(own))
        return tuple(lines[number] for number in np.argsort(-likeness, kind="stable")[:count])

    def _features_of_lines(self, code: Code) -> States:
        """What the heads read of the training lines of a code, read once."""
        known = self._of_lines.get(code)
        if known is None:
            lines: list[str] = self._heads.settings["examples"][str(code)]
            known = self._of_lines[code] = np.stack(self._features([(line, "") for line in lines]))
        return known

    def _judge(self, stretches: Sequence[tuple[str, str]]) -> list[Judgement]:
        return [self._judgement(features) for features in self._features(stretches)]

    def _features(self, stretches: Sequence[tuple[str, str]]) -> list[States]:
        """What the heads read of each stretch: the mean of its words and the first state, shape (2 * width,)."""
        network = self._network
        start, end = network.marks()
        own = [[start, *network.pieces(said), end][:SAID_TOKENS] for said, _ in stretches]
        context = [[*network.pieces(before), end][-CONTEXT_TOKENS:] if before else [] for _, before in stretches]
        return network.paired_features(list(zip(own, context, strict=True)))

    def _judgement(self, features: States) -> Judgement:
        heads = self._heads
        logits = [float(value) for value in heads.weight @ features + heads.bias]
        codes, means = self._outputs
        evidence = dict(zip(codes, logits, strict=False))
        any_deviation = logits[len(codes)]
        shares = np.exp(np.array(logits[len(codes) + 1 :]) - max(logits[len(codes) + 1 :]))
        shares /= shares.sum()
        alone = {
            code: self._probability(evidence[code], any_deviation, code, rule_saw_it=False) for code in self.fusion
        }
        likeliest = max(alone, key=lambda code: alone[code], default=None)
        by_means = dict(zip(means, map(float, shares), strict=True))
        return Judgement(evidence, any_deviation, by_means, alone, likeliest)


def _limited(logit: float) -> float:
    return max(-LOGIT_LIMIT, min(LOGIT_LIMIT, logit))
