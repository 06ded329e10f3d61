"""Figures against values worked out by hand."""

import numpy as np
import pytest

from sluice_trainer.calibrate import fit_temperature
from sluice_trainer.metrics import Scored, auc, dice_gain, ece, figures, intervals, score_outline, softmax
from sluice_trainer.outline import dice, largest_part, long_axis, outline_of


def test_long_axis_of_a_bar_and_of_nothing():
    mask = np.zeros((40, 40), bool)
    mask[10, 5:25] = True
    assert long_axis(mask) == pytest.approx(20)
    assert long_axis(np.zeros((4, 4), bool)) == 0


def test_long_axis_of_a_rectangle_is_its_diagonal():
    mask = np.zeros((60, 60), bool)
    mask[10:41, 10:51] = True
    assert long_axis(mask) == pytest.approx(51)


def test_the_largest_part_is_kept_and_its_hole_filled():
    probability = np.zeros((20, 20))
    probability[2:9, 2:9] = 0.9
    probability[5, 5] = 0.1
    probability[15, 15] = 0.9
    assert outline_of(probability).sum() == 49 and largest_part(probability > 0.5).sum() == 48


def test_a_part_that_is_too_small_is_nothing():
    probability = np.zeros((9, 9))
    probability[2:5, 2:5] = 0.9
    assert outline_of(probability, 9).sum() == 9 and outline_of(probability, 10).sum() == 0


def test_dice_and_missed():
    one, other = np.zeros((4, 4), bool), np.zeros((4, 4), bool)
    one[0, :2], other[0, 1:3] = True, True
    assert dice(one, other) == 0.5
    assert score_outline(np.zeros((4, 4), bool), one) == (0.0, 0.0, 1.0)


def test_auc_with_ties():
    assert auc(np.array([0.1, 0.4, 0.35, 0.8]), np.array([False, False, True, True])) == 0.75
    assert auc(np.array([0.5, 0.5]), np.array([False, True])) == 0.5


def test_ece_of_a_sure_but_wrong_half():
    told = np.array([[0.0, 1.0]] * 4)
    assert ece(told, np.array([1, 1, 0, 0])) == pytest.approx(0.5)


def test_the_temperature_finds_its_way_back():
    rng = np.random.default_rng(1)
    logits = rng.normal(size=(20000, 2)) * 2
    labels = (rng.random(20000) < softmax(logits)[:, 1]).astype(int)
    assert fit_temperature(logits * 3, labels) == pytest.approx(3, rel=0.05)


def test_intervals_draw_whole_patients():
    n = 40
    flat = np.full(n, 0.5)
    told = np.stack([flat, flat], axis=1)
    one_patient = Scored(np.linspace(0, 1, n), flat, flat, told, np.arange(n) % 2, np.zeros(n, int))
    assert intervals(one_patient, 1, 50)["dice"] == pytest.approx([0.5, 0.5])
    many = Scored(np.linspace(0, 1, n), flat, flat, told, np.arange(n) % 2, np.arange(n))
    low, high = intervals(many, 1, 200)["dice"]
    assert low < figures(many)["dice"] < high and high - low > 0.1


def test_a_gain_is_of_the_same_pictures_and_draws_whole_patients():
    n = 40
    flat = np.full(n, 0.5)
    told = np.stack([flat, flat], axis=1)
    theirs = Scored(np.linspace(0, 1, n), flat, flat, told, np.arange(n) % 2, np.arange(n) // 2)
    everywhere = Scored(theirs.dice + 0.01, flat, flat, told, theirs.labels, theirs.groups)
    assert dice_gain(everywhere, theirs, 1, 50) == pytest.approx({"gain": 0.01, "from": 0.01, "to": 0.01, "above0": 1.0})
    one_patient = Scored(theirs.dice + np.where(theirs.groups == 0, 0.4, -0.01), flat, flat, told, theirs.labels, theirs.groups)
    found = dice_gain(one_patient, theirs, 1, 200)
    assert found["from"] < 0 < found["gain"] < found["to"] and 0 < found["above0"] < 1
