"""The learned stage: how probable each deviation is in a stretch of speech, whoever it is about.

A sentence encoder that was adapted to lines of canvassers (models/deviations) reads the stretch and the contact's turn
before it, both without names, and answers for each code. What a rule saw is weighed in by logistic regression whose
weights were fitted on briefs held out from the training.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import exp
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from app.domain.deviation import Code, Means
from app.domain.units import Probability
from app.pipeline.language.adapter import read_heads

CACHE_SIZE = 50_000
"""Stretches kept; each is judged by its text alone, so a cache never changes a result."""

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
    """

    evidence: Mapping[Code, float]
    any_deviation: float
    means: Mapping[Means, Probability]


@dataclass(frozen=True, slots=True)
class Fusion:
    """Weights by which the encoder's and the rules' answers for one code become one probability.

    Attributes:
        code: Weight of the logit for the code.
        any_deviation: Weight of the logit for any deviation.
        rule: Added where a rule saw the code.
        bias: Added always.
        least: Confidence from which the encoder may report the code where no rule saw it; None for never.
    """

    code: float
    any_deviation: float
    rule: float
    bias: float
    least: Probability | None


LEADING_SHARE = 0.5
"""How far the probability that a stretch deviates at all counts for its likeliest code: codes border on one another,
and an officer who would have called it by the neighbouring code confirms it as well. Held-out briefs, November 2026:
any-deviation F1 .77 at 0, .88 at .5 and at 1; false flags rise from 52 to 84 and to 131 per 1,000 hard negatives."""

LOGIT_LIMIT = 8.0
"""Beyond this an answer is as sure as it can be."""


class Classifier:
    """Judges stretches of speech in CTranslate2, int8, each on its own."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        """Take the weights from a folder; they are loaded when the first stretch comes.

        Args:
            folder: The artefact ``minilm-deviations``.
            threads: CPU threads.
        """
        self._folder = folder
        self._threads = threads
        self._loaded: tuple[Any, Any] | None = None
        self._cached = lru_cache(maxsize=CACHE_SIZE)(self._judge)

    def judge(self, said: str, *, before: str) -> Judgement:
        """What a stretch is, by what the training lines taught.

        Args:
            said: Without names, as ``name_blind`` writes it.
            before: The contact's turn before it, likewise; empty where there is none.
        """
        return self._cached(said, before)

    def confidence(self, judgement: Judgement, code: Code, *, rule_saw_it: bool) -> Probability:
        """How sure it is, in [0, 1], that a fair officer would confirm a code; calibrated on held-out briefs.

        For a code that a rule saw, and for the likeliest one, this is the mean of the probabilities of the code and
        of any deviation; for any other it is the probability of the code.
        """
        if code not in self.fusion:
            return 0.0
        own = self._probability(judgement, code, rule_saw_it=rule_saw_it)
        likeliest = max(self.fusion, key=lambda other: self._probability(judgement, other, rule_saw_it=False))
        if not rule_saw_it and code is not likeliest:
            return own
        return max(own, (1 - LEADING_SHARE) * own + LEADING_SHARE * self.deviates(judgement))

    def deviates(self, judgement: Judgement) -> Probability:
        """Probability in [0, 1] that a stretch leaves the script in any way, calibrated on held-out briefs."""
        slope, bias = self._heads.settings["any_deviation"]
        return sigmoid(slope * _limited(judgement.any_deviation) + bias)

    def _probability(self, judgement: Judgement, code: Code, *, rule_saw_it: bool) -> Probability:
        weights = self.fusion[code]
        return sigmoid(
            weights.code * _limited(judgement.evidence[code])
            + weights.any_deviation * _limited(judgement.any_deviation)
            + weights.rule * rule_saw_it
            + weights.bias
        )

    @cached_property
    def fusion(self) -> Mapping[Code, Fusion]:
        """The weights of the fusion for each code that the encoder knows."""
        fusion = self._heads.settings["fusion"]
        return MappingProxyType({Code(code): Fusion(**weights) for code, weights in fusion.items()})

    @cached_property
    def _heads(self) -> Any:
        return read_heads(self._folder)

    def _judge(self, said: str, before: str) -> Judgement:
        encoder, tokenizer = self._load()
        own = tokenizer.encode(said).tokens[:SAID_TOKENS]
        context = tokenizer.encode(before).tokens[1:][-CONTEXT_TOKENS:] if before else []
        output = encoder.forward_batch([[*own, *context]])
        states = np.array(output.last_hidden_state, dtype=np.float32)[0]
        features = np.concatenate([states[: len(own)].mean(axis=0), states[0]])
        heads = self._heads
        logits = [float(value) for value in heads.weight @ features + heads.bias]
        codes, means = heads.settings["codes"], heads.settings["means"]
        evidence = dict(zip(map(Code, codes), logits, strict=False))
        shares = np.exp(np.array(logits[len(codes) + 1 :]) - max(logits[len(codes) + 1 :]))
        shares /= shares.sum()
        return Judgement(evidence, logits[len(codes)], dict(zip(map(Means, means), map(float, shares), strict=True)))

    def _load(self) -> tuple[Any, Any]:
        if self._loaded is None:
            import ctranslate2
            from tokenizers import Tokenizer

            tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
            tokenizer.no_padding()
            tokenizer.no_truncation()
            encoder = ctranslate2.Encoder(
                str(self._folder), device="cpu", compute_type="int8", inter_threads=1, intra_threads=self._threads
            )
            self._loaded = (encoder, tokenizer)
        return self._loaded


def sigmoid(logit: float) -> Probability:
    """The probability that a logit stands for."""
    return 1.0 / (1.0 + exp(-logit))


def _limited(logit: float) -> float:
    return max(-LOGIT_LIMIT, min(LOGIT_LIMIT, logit))
