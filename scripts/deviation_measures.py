"""Fusion of the encoder's and the rules' answers, and the figures of the learned stage on briefs held out."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from deviation_lines import CODES, Example, targets

from app.domain.deviation import Code
from app.pipeline.assessment.policy import THRESHOLDS, Profile
from app.pipeline.detection.learned import DEVIATES, SURE_BESIDE
from app.pipeline.language.classifier import LOGIT_LIMIT

LISTED = THRESHOLDS[Profile.BALANCED]
"""Probability from which a finding is listed in the balanced profile."""

TYPICAL_LINES = 40
"""Lines of each code that are kept beside the weights, for people to compare a finding with."""


def fit_fusion(examples: Sequence[Example], logits: np.ndarray, *, penalty: float) -> dict[str, Any]:
    """Settings of the classifier: weights of the logistic regressions, from answers on held-out briefs.

    Args:
        examples: The lines.
        logits: For each line the answers of a network that has not seen its brief.
        penalty: Weight of the squared weights.
    """
    fitted: dict[str, Any] = {}
    wanted = targets(list(examples))
    crossed = cross_fitted(examples, logits, penalty=penalty)
    for number, code in enumerate(CODES):
        weights = regression(_features(examples, logits, code), wanted[:, number], penalty)
        names = ("code", "any_deviation", "rule", "bias")
        fitted[str(code)] = {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}
    deviates = regression(_any_features(logits), wanted[:, len(CODES)], penalty)
    return {
        "fusion": fitted,
        "any_deviation": [round(float(weight), 4) for weight in deviates],
        "examples": _typical(examples, crossed),
    }


def cross_fitted(examples: Sequence[Example], logits: np.ndarray, *, penalty: float) -> np.ndarray:
    """Confidences by code as ``Classifier.confidence`` gives them, and of any deviation last.

    Args:
        examples: The lines.
        logits: For each line the answers of a network that has not seen its brief.
        penalty: Weight of the squared weights.

    Returns:
        Probabilities in [0, 1], shape (n_lines, n_codes + 1); the fusion has not seen the line's brief either.
    """
    briefs = np.array([example.brief for example in examples])
    wanted = targets(list(examples))
    sure = np.zeros((len(examples), len(CODES) + 1))
    for brief in np.unique(briefs):
        out = briefs == brief
        weights = regression(_any_features(logits)[~out], wanted[~out, len(CODES)], penalty)
        sure[out, len(CODES)] = sigmoid(_any_features(logits)[out] @ weights)
        for number, code in enumerate(CODES):
            features = _features(examples, logits, code)
            weights = regression(features[~out], wanted[~out, number], penalty)
            sure[out, number] = sigmoid(features[out] @ weights)
    return sure


def reported(sure: np.ndarray, ruled: np.ndarray, *, listed: float) -> np.ndarray:
    """Which codes are reported of which lines, shape (n_lines, n_codes), as ``detection/learned.py`` weighs them.

    Args:
        sure: From :func:`cross_fitted`.
        ruled: Which codes a rule saw, of the same lines.
        listed: Confidence from which a finding is listed.
    """
    own = sure[:, : len(CODES)]
    may = ruled | (own == own.max(1, keepdims=True)) | (own >= SURE_BESIDE)
    return (own >= listed) & may & (ruled | (np.maximum(sure[:, len(CODES) :], own) >= DEVIATES))


def evaluation(examples: Sequence[Example], logits: np.ndarray, *, penalty: float) -> dict[str, Any]:
    """Every figure of the learned stage, as it is committed."""
    whole = np.array([example.whole for example in examples])
    sure = cross_fitted(examples, logits, penalty=penalty)
    ruled = np.array([[code in example.ruled for code in CODES] for example in examples])
    fused = reported(sure, ruled, listed=LISTED)
    sentences = round(1000 * float(fused[~whole].any(1).mean()), 1)
    sure, fused, logits, ruled = sure[whole], fused[whole], logits[whole], ruled[whole]
    examples = [example for example in examples if example.whole]
    wanted = targets(list(examples))
    encoder = sigmoid(logits)
    codes = slice(0, len(CODES))
    figures: dict[str, Any] = {"lines": len(examples), "fused_false_flags_per_1000_sentences_of_negatives": sentences}
    by_code: dict[str, Any] = {}
    for name, found in (("rules", ruled), ("encoder", encoder[:, codes] >= 0.5), ("fused", fused)):
        figures |= _overall(name, found, wanted)
        by_code[name] = {str(code): _counts(found[:, n], wanted[:, n] > 0) for n, code in enumerate(CODES)}
    for brief in sorted({example.brief for example in examples}):
        inside = np.array([example.brief == brief for example in examples])
        figures[f"fused_any_f1_brief_{brief}"] = _f1(fused[inside].any(1), wanted[inside, len(CODES)] > 0)
    endorsed = wanted[:, 0] > 0
    named = logits[endorsed, len(CODES) + 1 :].argmax(1) == wanted[endorsed, len(CODES) + 1 :].argmax(1)
    figures["means_accuracy"] = round(float(named.mean()), 4)
    for profile, listed in THRESHOLDS.items():
        flagged = reported(sure, ruled, listed=listed).any(1)[wanted[:, len(CODES)] == 0]
        figures[f"fused_false_flags_per_1000_negatives_{profile}"] = round(1000 * float(flagged.mean()), 1)
    strict, figures["calibration_error_of_codes"] = _reliability(sure[:, codes].ravel(), wanted[:, codes].ravel() > 0)
    loose, figures["calibration_error_of_lines"] = _reliability(sure[:, len(CODES)], wanted[:, len(CODES)] > 0)
    return {"figures": figures, "by_code": by_code, "reliability": {"code_is_right": strict, "line_deviates": loose}}


def _typical(examples: Sequence[Example], sure: np.ndarray) -> dict[str, list[str]]:
    """For each code the lines, without names, that networks which had not seen them were surest of."""
    typical = {}
    for number, code in enumerate(CODES):
        having = [place for place, example in enumerate(examples) if code in example.codes and example.whole]
        surest = sorted(having, key=lambda place: -sure[place, number])
        typical[str(code)] = list(dict.fromkeys(examples[place].said for place in surest))[:TYPICAL_LINES]
    return typical


def _features(examples: Sequence[Example], logits: np.ndarray, code: Code) -> np.ndarray:
    ruled = np.array([float(code in example.ruled) for example in examples])
    limited = np.clip(logits, -LOGIT_LIMIT, LOGIT_LIMIT)
    return np.column_stack([limited[:, CODES.index(code)], limited[:, len(CODES)], ruled, np.ones(len(examples))])


def _any_features(logits: np.ndarray) -> np.ndarray:
    limited = np.clip(logits[:, len(CODES)], -LOGIT_LIMIT, LOGIT_LIMIT)
    return np.column_stack([limited, np.ones(len(limited))])


def regression(
    features: np.ndarray, wanted: np.ndarray, penalty: float, *, start: np.ndarray | None = None
) -> np.ndarray:
    """Penalised logistic regression by Newton's method; the bias (last column) goes free.

    Args:
        features: Shape (n_examples, n_features), the last column ones.
        wanted: Zeros and ones, shape (n_examples,).
        penalty: Of the square of a weight's distance from where it starts, for each hundredth of the examples.
        start: Where the weights start, zeros unless given; shape (n_features,).
    """
    begun = np.zeros(features.shape[1]) if start is None else start
    weights = begun.copy()
    ridge = penalty * len(features) / 100 * np.diag([1.0] * (features.shape[1] - 1) + [0.0])
    for _ in range(50):
        likely = sigmoid(features @ weights)
        slope = features.T @ (likely - wanted) + ridge @ (weights - begun)
        curve = (features * (likely * (1 - likely))[:, None]).T @ features + ridge + 1e-9 * np.eye(len(weights))
        weights -= np.linalg.solve(curve, slope)
    return weights


def _overall(name: str, reported: np.ndarray, wanted: np.ndarray) -> dict[str, Any]:
    deviates = wanted[:, len(CODES)] > 0
    of_codes = [_f1(reported[:, number], wanted[:, number] > 0) for number in range(len(CODES))]
    return {
        f"{name}_any_f1": _f1(reported.any(1), deviates),
        f"{name}_any_precision": round(float(deviates[reported.any(1)].mean()), 4),
        f"{name}_any_recall": round(float(reported.any(1)[deviates].mean()), 4),
        f"{name}_macro_f1": round(float(np.mean(of_codes)), 4),
        f"{name}_false_flags_per_1000_negatives": round(1000 * float(reported.any(1)[~deviates].mean()), 1),
    }


def _counts(reported: np.ndarray, wanted: np.ndarray) -> dict[str, Any]:
    hits = int((reported & wanted).sum())
    return {
        "lines": int(wanted.sum()),
        "reported": int(reported.sum()),
        "precision": round(hits / max(1, int(reported.sum())), 4),
        "recall": round(hits / max(1, int(wanted.sum())), 4),
        "f1": _f1(reported, wanted),
    }


def _f1(reported: np.ndarray, wanted: np.ndarray) -> float:
    return round(float(2 * (reported & wanted).sum() / max(1, reported.sum() + wanted.sum())), 4)


def _reliability(likely: np.ndarray, wanted: np.ndarray) -> tuple[list[dict[str, Any]], float]:
    """Stated against true probabilities in tenths, and the expected calibration error of findings from .3."""
    rows = []
    for tenth in range(10):
        inside = (likely >= tenth / 10) & (likely < (tenth + 1) / 10 + (tenth == 9))
        if inside.any():
            rows.append(
                {
                    "from": tenth / 10,
                    "answers": int(inside.sum()),
                    "stated": round(float(likely[inside].mean()), 4),
                    "true": round(float(wanted[inside].mean()), 4),
                }
            )
    total = sum(row["answers"] for row in rows if row["from"] >= 0.3)
    error = sum(row["answers"] * abs(row["stated"] - row["true"]) for row in rows if row["from"] >= 0.3)
    return rows, round(error / max(1, total), 4)


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """The probabilities that logits stand for."""
    return 1.0 / (1.0 + np.exp(-np.clip(logits, -30, 30)))
