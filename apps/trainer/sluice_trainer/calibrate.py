"""One temperature for the class logits, fitted on pictures that the networks had not seen."""

from typing import Any, Dict

import numpy as np
from scipy.optimize import minimize

from .metrics import ece, softmax

COARSE = np.geomspace(0.2, 8.0, 200)


def negative_log_likelihood(logits: np.ndarray, labels: np.ndarray, temperature: float) -> float:
    """Mean over pictures of -log P(label)."""
    chosen = softmax(logits, temperature)[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(chosen, 1e-12)).mean())


def fit_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """The temperature of the least negative log-likelihood: a fine search around the best of a coarse one."""
    best = min(COARSE, key=lambda t: negative_log_likelihood(logits, labels, t))
    fine = np.linspace(best * 0.95, best * 1.05, 101)
    return float(min(fine, key=lambda t: negative_log_likelihood(logits, labels, t)))


def fit_platt(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Inverse temperature and one shift for each class but the first (classes,): what a temperature alone cannot mend."""

    def loss(words: np.ndarray) -> float:
        return negative_log_likelihood(apply_platt(logits, words), labels, 1.0)

    return minimize(loss, np.array([1.0] + [0.0] * (logits.shape[1] - 1)), method="Nelder-Mead").x


def apply_platt(logits: np.ndarray, words: np.ndarray) -> np.ndarray:
    """Logits (n, classes) scaled and shifted by what `fit_platt` gave."""
    return logits * words[0] + np.array([0.0, *words[1:]])


def compare_calibrations(logits: np.ndarray, labels: np.ndarray, folds: np.ndarray) -> Dict[str, Dict[str, Any]]:
    """ECE and negative log-likelihood of each way to calibrate, every fold told by what was fitted on the others; ECE of each fold by itself."""
    ways = {"none": logits.astype(np.float64).copy(), "temperature": np.zeros(logits.shape), "platt": np.zeros(logits.shape)}
    for fold in np.unique(folds):
        out = folds == fold
        ways["temperature"][out] = logits[out] / fit_temperature(logits[~out], labels[~out])
        ways["platt"][out] = apply_platt(logits[out], fit_platt(logits[~out], labels[~out]))
    return {name: _said(told, labels, folds) for name, told in ways.items()}


def _said(logits: np.ndarray, labels: np.ndarray, folds: np.ndarray) -> Dict[str, Any]:
    told = softmax(logits)
    each = {f"ece {fold}": ece(told[folds == fold], labels[folds == fold]) for fold in np.unique(folds)}
    return {"ece": ece(told, labels), "loss": negative_log_likelihood(logits, labels, 1.0), **each}


def chance_ece(probabilities: np.ndarray, count: int, seed: int, draws: int = 1000) -> Dict[str, float]:
    """ECE that a perfectly calibrated model of such probabilities shows on `count` pictures: mean, and what 19 of 20 draws stay under."""
    rng, found = np.random.default_rng(seed), []
    for _ in range(draws):
        told = probabilities[rng.integers(0, len(probabilities), count)]
        labels = (rng.random((count, 1)) > told.cumsum(1)[:, :-1]).sum(1)
        found.append(ece(told, labels))
    return {"mean": float(np.mean(found)), "under": float(np.quantile(found, 0.95))}
