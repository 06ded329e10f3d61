"""Who is held out with whom: by the manifest's folds and patients, or by runs of neighbouring slices where no patient is known."""

from typing import Dict, List

import numpy as np

from .errors import TrainerError
from .manifest import Row
from .recipe import Recipe


def folds_of(rows: List[Row], recipe: Recipe) -> np.ndarray:
    """The fold of each row (n,). With `folds.cut`, the rows of one split are cut into runs that are dealt out to `run-0`, `run-1`, ..."""
    folds = [row[recipe.columns["fold"]] for row in rows]
    cut = recipe.folds.get("cut")
    if cut:
        places = [place for place, fold in enumerate(folds) if fold == cut["fold"]]
        for order, place in enumerate(places):
            folds[place] = f"run-{order // cut['length'] % cut['into']}"
    return np.array(folds)


def groups_of(rows: List[Row], recipe: Recipe) -> np.ndarray:
    """What is drawn as one in the bootstrap (n,): the patient, or a run of `folds.run` neighbouring rows."""
    column = recipe.columns.get("group")
    if column:
        return np.array([row[column] for row in rows])
    length = recipe.folds["run"]
    return np.array([f"run-{place // length}" for place in range(len(rows))])


def refuse_leaks(rows: List[Row], recipe: Recipe) -> None:
    """To be asked of a whole manifest, also where few of its rows are used. Raises TrainerError when a patient or a picture is in two folds."""
    group = recipe.columns.get("group")
    for column, what in ((group, "a patient"), ("image_sha256", "a picture")):
        home: Dict[str, str] = {}
        for row in rows if column else []:
            fold = row[recipe.columns["fold"]]
            if row[column] and home.setdefault(row[column], fold) != fold:
                raise TrainerError(f"{what} is in two folds: no figure from this split would be honest")


def training_rows(folds: np.ndarray, recipe: Recipe, held_out: str) -> np.ndarray:
    """Which rows (n, bool) to train on: the training folds without the held-out one and without the `folds.guard` rows beside it."""
    keep = np.isin(folds, recipe.folds["train"]) & (folds != held_out)
    for place in np.flatnonzero(folds == held_out):
        guard = recipe.folds.get("guard", 0)
        keep[max(0, place - guard) : place + guard + 1] = False
    return keep
