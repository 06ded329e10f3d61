"""One temperature for the class logits, fitted on pictures that the networks had not seen."""

import numpy as np

from .metrics import softmax

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
