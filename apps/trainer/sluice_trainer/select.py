"""Chooses what ships by pictures that the networks had not seen: each training fold, told by the networks trained without it."""

from pathlib import Path
from typing import Any, Dict, List, Sequence

import numpy as np

from .calibrate import chance_ece, compare_calibrations, fit_temperature, negative_log_likelihood
from .errors import TrainerError
from .metrics import Scored, dice_gain, figures, score_outline, softmax
from .outline import THRESHOLD, outline_of
from .predict import LEVELS, Said, load_said
from .prepare import Prepared
from .recipe import Recipe
from .shipped import Calibration
from .views import View, name_of, parse_views

# Under one half where the halves of an ensemble that disagree are joined, not halved.
CUTS = (THRESHOLD, 0.45, 0.4)


def unseen(folder: Path, recipe: Recipe, views: Sequence[View]) -> Said:
    """What the views together say about every held-out picture: masks averaged as probabilities, classes as logits."""
    told = [_told(folder, recipe, view) for view in views]
    for other in told[1:]:
        _refuse_other_order(other.ids, told[0].ids)
    masks = np.mean([said.masks for said in told], axis=0, dtype=np.float32)
    return Said(masks, np.mean([said.logits for said in told], axis=0), told[0].ids)


def _told(folder: Path, recipe: Recipe, view: View) -> Said:
    tail = "-mirrored" if view.mirrored else ""
    parts = [load_said(folder / f"member-{view.member}-{fold}{tail}.npz") for fold in recipe.held_out]
    return Said(*(np.concatenate(column) for column in zip(*parts)))


def score(said: Said, data: Prepared, temperature: float, cut: float = THRESHOLD) -> Scored:
    """Figures by picture, in the order of `said`, outlines cut at `cut`."""
    place = {row_id: at for at, row_id in enumerate(data.words["id"])}
    rows = np.array([place[row_id] for row_id in said.ids])
    outlines = [score_outline(outline_of(m / LEVELS, cut=cut), data.masks[row]) for m, row in zip(said.masks, rows)]
    by_picture = (np.array(column) for column in zip(*outlines))
    return Scored(*by_picture, softmax(said.logits, temperature), data.labels[rows], data.words["group"][rows])


def labels_of(said: Said, data: Prepared) -> np.ndarray:
    """The labels (n,) in the order of `said`."""
    place = {row_id: at for at, row_id in enumerate(data.words["id"])}
    return data.labels[[place[row_id] for row_id in said.ids]]


def candidates(members: int) -> List[List[View]]:
    """What is compared: each member alone and with its mirror image, all as they are, all with every second one in the mirror, all of both."""
    alone = [words for m in range(members) for words in (f"{m}", f"{m},{m}m")]
    together = [",".join(f"{m}" for m in range(members)), ",".join(f"{m}{'m' * (m % 2)}" for m in range(members))]
    both = [",".join(f"{m},{m}m" for m in range(members))]
    return [parse_views(words) for words in dict.fromkeys(alone + together + both)]


def compare(folder: Path, recipe: Recipe, data: Prepared) -> List[Dict[str, Any]]:
    """A row of figures for each candidate and cut, its temperature fitted on the same unseen pictures; what ships leads, and the
    others say how much more Dice they have, and how sure that is. Of many rows the best looks better than it is."""
    shipped, table, first = parse_views(recipe.views), [], None
    others = [views for views in candidates(len(recipe.members)) if views != shipped]
    for views in [shipped, *others]:
        said = unseen(folder, recipe, views)
        temperature = fit_temperature(said.logits, labels_of(said, data))
        for cut in CUTS:
            scored = score(said, data, temperature, cut)
            first = first or scored
            gain = dice_gain(scored, first, recipe.members[0]["seed"])
            table.append({"views": name_of(views), "cut": cut, "temperature": temperature, **figures(scored), **gain})
    return table


def compare_calibration(folder: Path, recipe: Recipe, data: Prepared, count: int) -> Dict[str, Dict[str, float]]:
    """Ways to calibrate what ships, each by folds that it was not fitted on; beside them what chance makes of `count` pictures."""
    calibration, said = calibrate(folder, recipe, data)
    place = {row_id: at for at, row_id in enumerate(data.words["id"])}
    folds = data.words["fold"][[place[row_id] for row_id in said.ids]]
    ways = compare_calibrations(said.logits, labels_of(said, data), folds)
    told = softmax(said.logits, calibration.temperature)
    return {**ways, f"chance, {count} pictures": chance_ece(told, count, recipe.members[0]["seed"])}


def told_outlines(said: Said, data: Prepared) -> np.ndarray:
    """What was told, as outlines (n, s, s) bool in the order of the data."""
    place = {row_id: at for at, row_id in enumerate(said.ids)}
    return np.stack([outline_of(said.masks[place[row_id]] / LEVELS) for row_id in data.words["id"]])


def looked(folder: Path, recipe: Recipe, ids: np.ndarray) -> np.ndarray:
    """Class logits (n, classes) of all closer looks together, held-out fold by fold, of the pictures `ids` (n,)."""
    each = []
    for at in range(len(recipe.looks)):
        parts = [load_said(folder / f"look-{at}-{fold}.npz") for fold in recipe.held_out]
        _refuse_other_order(np.concatenate([said.ids for said in parts]), ids)
        each.append(np.concatenate([said.logits for said in parts]))
    return np.mean(each, axis=0)


def _refuse_other_order(ids: np.ndarray, expected: np.ndarray) -> None:
    """Raises TrainerError: answers to other pictures, or in another order, must not be averaged."""
    if not np.array_equal(ids, expected):
        raise TrainerError("trainings of other data lie in this folder: their answers are not of the same pictures")


def calibrate(folder: Path, recipe: Recipe, data: Prepared) -> "tuple[Calibration, Said]":
    """The looks' share and the temperature that make the unseen labels most probable; and what was told with that share."""
    said = unseen(folder, recipe, parse_views(recipe.views))
    labels = labels_of(said, data)
    beside = looked(folder, recipe, said.ids) if recipe.looks else said.logits
    found = []
    for share in np.linspace(0, 1, 21) if recipe.looks else [0.0]:
        logits = (1 - share) * said.logits + share * beside
        temperature = fit_temperature(logits, labels)
        found.append((negative_log_likelihood(logits, labels, temperature), float(share), temperature, logits))
    _, share, temperature, logits = min(found, key=lambda entry: entry[0])
    return Calibration(temperature, share), said._replace(logits=logits)
