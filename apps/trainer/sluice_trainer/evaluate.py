"""Step 4: scores a shipped file on a folder, as the service will see it: own pixels in, own pixels out, onnxruntime on the CPU."""

from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import numpy as np

from .errors import TrainerError
from .export import open_model
from .folds import groups_of, refuse_leaks
from .letterbox import letterbox, letterbox_back
from .manifest import data_digest, read_manifest
from .metrics import Scored, figures, intervals, score_outline, softmax
from .outline import outline_of
from .pair import read_pair
from .prepare import label_of, normalise
from .progress import tracked
from .recipe import Recipe

Answer = Tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def evaluate_folder(model: Path, folder: Path, recipe: Recipe, seconds: Optional[Path] = None) -> Dict[str, Any]:
    """The words of metrics.json for the recipe's test folds; `seconds` is the SVM that gives a second opinion."""
    manifest = read_manifest(folder)
    refuse_leaks(manifest, recipe)
    rows = [row for row in manifest if row[recipe.columns["fold"]] in recipe.folds["test"]]
    if not rows:
        raise TrainerError(f"{folder.name} has no row of the folds {', '.join(recipe.folds['test'])}")
    session, second = open_model(model.read_bytes()), open_model(seconds.read_bytes()) if seconds else None
    outlines, told, logits, opinions = [], [], [], []
    for row in tracked("evaluate", rows):
        picture, mask = read_pair(row, recipe)
        outline, probabilities, raw, opinion = _answer(session, second, picture, recipe)
        outlines.append(score_outline(outline, mask))
        told.append(probabilities), logits.append(raw), opinions.append(opinion)
    labels, groups = np.array([label_of(row, recipe) for row in rows]), groups_of(rows, recipe)
    scored = Scored(*(np.array(column) for column in zip(*outlines)), np.array(told), labels, groups)
    words = report(scored, recipe, softmax(np.array(logits)))
    words["dataDigest"] = data_digest(rows, recipe.columns["label"])
    words["timesScored"] = recipe.folds.get("timesScored", 1)
    words["devices"] = by_device(scored, [row[recipe.columns.get("device", "device")] for row in rows])
    if second:
        words["svm"] = {**_class_figures(scored, np.array(opinions), seed_of(recipe))}
    return words


def _answer(session: Any, second: Any, picture: np.ndarray, recipe: Recipe) -> Answer:
    square, placement = letterbox(normalise(picture), recipe.size)
    image = square[None, None].astype(np.float32)
    mask, probabilities, logits = session.run(["mask", "probabilities", "logits"], {"image": image})
    opinion = second.run(["probabilities"], {"image": image, "mask": mask})[0][0] if second else probabilities[0]
    outline = outline_of(letterbox_back(mask[0, 0], placement), recipe.reading.get("leastAreaPixels", 1))
    return outline, probabilities[0], logits[0], opinion


def seed_of(recipe: Recipe) -> int:
    """The seed of the bootstrap: that of the first member."""
    return int(recipe.members[0]["seed"])


def report(scored: Scored, recipe: Recipe, uncalibrated: np.ndarray) -> Dict[str, Any]:
    """Figures with intervals, and the calibration error before the temperature."""
    before = Scored(**{**scored.__dict__, "probabilities": uncalibrated})
    return {
        **figures(scored),
        "eceBefore": figures(before)["ece"],
        "groups": len(np.unique(scored.groups)),
        "intervals": intervals(scored, seed_of(recipe)),
    }


def by_device(scored: Scored, devices: List[str]) -> Dict[str, Any]:
    """The same figures for each scanner, without intervals; small groups say little."""
    names = sorted(set(devices))
    if names == [""]:
        return {}
    return {name: figures(scored.part(np.flatnonzero(np.array(devices) == name))) for name in names}


def _class_figures(scored: Scored, opinions: np.ndarray, seed: int) -> Dict[str, Any]:
    """What the second opinion says of the class, and the mean of both."""
    words: Dict[str, Any] = {}
    for name, probabilities in (("alone", opinions), ("meanOfBoth", (opinions + scored.probabilities) / 2)):
        other = Scored(**{**scored.__dict__, "probabilities": probabilities})
        found, edges = figures(other), intervals(other, seed)
        kept = ("auc", "accuracy", "ece")
        words[name] = {**{k: found[k] for k in kept}, "intervals": {k: edges[k] for k in kept}}
    return words
