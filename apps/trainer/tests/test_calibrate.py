"""Which way to calibrate, and what chance alone does to a calibration error."""

import numpy as np
import pytest

from sluice_trainer.calibrate import apply_platt, chance_ece, compare_calibrations, fit_platt
from sluice_trainer.metrics import ece, softmax


def drawn(count: int, classes: int = 2) -> "tuple[np.ndarray, np.ndarray]":
    """Logits (count, classes) that are right about how sure they are, and labels."""
    rng = np.random.default_rng(3)
    logits = rng.normal(size=(count, classes)) * 2
    return logits, (rng.random((count, 1)) > softmax(logits).cumsum(1)[:, :-1]).sum(1)


def test_scale_and_shift_find_their_way_back():
    logits, labels = drawn(20000)
    bent = (logits - np.array([0.0, 1.0])) * 2
    scale, shift = fit_platt(bent, labels)
    assert scale == pytest.approx(0.5, rel=0.05) and shift == pytest.approx(1.0, abs=0.05)
    assert np.allclose(apply_platt(bent, np.array([0.5, 1.0])) - logits, 0)


def test_a_way_that_was_never_needed_mends_nothing_and_one_that_was_does():
    logits, labels = drawn(9000)
    folds = np.arange(9000) % 3
    straight, hot = (compare_calibrations(told, labels, folds) for told in (logits, logits * 3))
    assert straight["none"]["ece"] < 0.02 and straight["temperature"]["ece"] < 0.02
    assert hot["none"]["ece"] > 0.05 and hot["temperature"]["ece"] < 0.02 and hot["platt"]["ece"] < 0.02
    assert set(hot["platt"]) == {"ece", "loss", "ece 0", "ece 1", "ece 2"}


@pytest.mark.parametrize("classes", [2, 3])
def test_chance_alone_makes_an_error_that_more_pictures_lessen(classes):
    logits, labels = drawn(20000, classes)
    few, many = (chance_ece(softmax(logits), count, 1, 100) for count in (100, 10000))
    assert ece(softmax(logits), labels) < 0.02 and many["under"] < 0.02
    assert 0.04 < few["mean"] < few["under"] < 0.2
