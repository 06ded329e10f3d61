"""The figures of metrics.json, and their intervals by a bootstrap over patients."""

from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterator, Optional

import numpy as np

from .outline import dice, jaccard, long_axis

BINS = 10
MISSED_BELOW = 0.1
DRAWS = 1000


@dataclass
class Scored:
    """Of n pictures: Dice, IoU, relative long-axis error, class probabilities (n, classes), labels, groups (patients)."""

    dice: np.ndarray
    iou: np.ndarray
    axis_error: np.ndarray
    probabilities: np.ndarray
    labels: np.ndarray
    groups: np.ndarray

    def part(self, rows: np.ndarray) -> "Scored":
        """The chosen rows, in that order."""
        return Scored(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def score_outline(found: np.ndarray, truth: np.ndarray) -> "tuple[float, float, float]":
    """Dice, IoU, |found - true| / true long axis (1 when nothing was found) of one picture."""
    true_axis = long_axis(truth)
    return dice(found, truth), jaccard(found, truth), abs(long_axis(found) - true_axis) / true_axis


def auc(scores: np.ndarray, positive: np.ndarray) -> float:
    """Area under the ROC curve by ranks, ties counted half; NaN when a class is absent."""
    ups, downs = int(positive.sum()), int((~positive).sum())
    if ups == 0 or downs == 0:
        return float("nan")
    values, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places]
    return float((ranks[positive].sum() - ups * (ups + 1) / 2) / (ups * downs))


def ece(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Expected calibration error of the most probable class, ten bins of equal width (Guo et al., ICML 2017)."""
    confidence, right = probabilities.max(1), probabilities.argmax(1) == labels
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [abs(confidence[bins == b].mean() - right[bins == b].mean()) * (bins == b).sum() for b in np.unique(bins)]
    return float(sum(gaps) / len(labels))


def mean_auc(scored: Scored) -> float:
    """AUC of the last class when there are two, else the mean of one class against the rest."""
    classes = scored.probabilities.shape[1]
    chosen = [1] if classes == 2 else range(classes)
    return float(np.mean([auc(scored.probabilities[:, c], scored.labels == c) for c in chosen]))


FIGURES: Dict[str, Callable[[Scored], float]] = {
    "dice": lambda s: float(s.dice.mean()),
    "auc": mean_auc,
    "accuracy": lambda s: float((s.probabilities.argmax(1) == s.labels).mean()),
    "longAxisErrorMedian": lambda s: float(np.median(s.axis_error)),
    "ece": lambda s: ece(s.probabilities, s.labels),
    "missed": lambda s: int((s.iou < MISSED_BELOW).sum()),
}


def figures(scored: Scored) -> Dict[str, Any]:
    """All figures and `n`."""
    return {**{name: figure(scored) for name, figure in FIGURES.items()}, "n": len(scored.labels)}


def intervals(scored: Scored, seed: int, draws: int = DRAWS) -> Dict[str, Any]:
    """95 % percentile intervals of every figure: patients (groups) are drawn with replacement, each with all its pictures."""
    drawn: Dict[str, list] = {name: [] for name in FIGURES}
    for rows in _draws(scored.groups, seed, draws):
        sample = scored.part(rows)
        for name, figure in FIGURES.items():
            drawn[name].append(figure(sample))
    return {name: [float(edge) for edge in np.nanpercentile(values, [2.5, 97.5])] for name, values in drawn.items()}


def _draws(groups: np.ndarray, seed: int, draws: int) -> Iterator[np.ndarray]:
    """Rows of as many groups as there are, drawn with replacement."""
    rng = np.random.default_rng(seed)
    rows_of = [np.flatnonzero(groups == group) for group in np.unique(groups)]
    for _ in range(draws):
        yield np.concatenate([rows_of[pick] for pick in rng.integers(0, len(rows_of), len(rows_of))])


def dice_gain(ours: Scored, theirs: Scored, seed: int, draws: int = DRAWS) -> Dict[str, float]:
    """How much more Dice `ours` has than `theirs` on the same pictures: mean, 95 % interval by patients, share of the draws above 0."""
    apart = ours.dice - theirs.dice
    found = np.array([apart[rows].mean() for rows in _draws(ours.groups, seed, draws)])
    low, high = np.percentile(found, [2.5, 97.5])
    return {"gain": float(apart.mean()), "from": float(low), "to": float(high), "above0": float((found > 0).mean())}


def softmax(logits: np.ndarray, temperature: Optional[float] = None) -> np.ndarray:
    """Probabilities (n, classes) of logits divided by the temperature."""
    scaled = logits.astype(np.float64) / (temperature or 1.0)
    powers = np.exp(scaled - scaled.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)
