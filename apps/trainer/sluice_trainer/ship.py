"""From the weights of a campaign to the files of a model: calibrate, fold, round, export, compress, check, describe."""

import json
from pathlib import Path
from typing import Any, Dict

import numpy as np

from .compress import store_as_fp16, to_int8
from .contract import contract_of, triton_config
from .export import check_agreement, export_shipped, greatest_difference, open_model, write_model
from .fold import fold_norms, round_to_fp16
from .outline import dice, outline_of
from .prepare import Prepared
from .recipe import Recipe
from .select import calibrate, score, told_outlines
from .metrics import figures
from .shipped import load_shipped, used_members
from .svm import choose_svm, export_svm, features_of, fit_svm

CHECKED = 24
VERSION = "1"


def ship(trained: Path, out: Path, recipe: Recipe, data: Prepared) -> Dict[str, Any]:
    """Writes `out/NAME` (and `out/NAME-svm` for two classes) in Triton's layout; gives what was found on the way, for training.json."""
    data = data.part(np.isin(data.words["fold"], recipe.folds["train"]))
    calibration, said = calibrate(trained, recipe, data)
    unseen = figures(score(said, data, calibration.temperature))
    shipped = fold_norms(load_shipped(trained, recipe, calibration))
    images = data.images[:: max(1, len(data) // CHECKED)][:CHECKED, None].astype(np.float32)
    before = open_model(export_shipped(shipped, recipe.size).SerializeToString())
    round_to_fp16(shipped)
    full = export_shipped(shipped, recipe.size)
    model = store_as_fp16(full)
    content = model.SerializeToString()
    agreement = greatest_difference(content, shipped, images)
    check_agreement(agreement)
    folder = out / recipe.name
    int8 = to_int8(full)
    size = write_model(model, folder / VERSION / "model.onnx")
    contract = contract_of(recipe, calibration)
    (folder / VERSION / "contract.json").write_text(json.dumps(contract, indent=2) + "\n")
    _write_config(folder, recipe.name, {"image": contract["input"]}, contract["outputs"])
    words = {
        "seeds": [*(recipe.members[at]["seed"] for at in used_members(recipe)), *(look["seed"] for look in recipe.looks)],
        "dataDigest": data.digest,
        "sizeBytes": size,
        "unseenInTraining": unseen,
        "agreementWithTorch": agreement,
        "fp16": change(before, open_model(content), images),
        "int8": {**change(before, open_model(int8), images), "sizeBytes": len(int8)},
    }
    if len(recipe.classes) == 2:
        words["svm"] = _ship_svm(out, recipe, data, told_outlines(said, data))
    return words


def _ship_svm(out: Path, recipe: Recipe, data: Prepared, told: np.ndarray) -> Dict[str, Any]:
    features = features_of(data, told)
    chosen, left_out = choose_svm(features, data.labels, data.words["fold"])
    svm = fit_svm(features, data.labels, chosen, recipe.members[0]["seed"])
    name, square = f"{recipe.name}-svm", [1, recipe.size, recipe.size]
    size = write_model(export_svm(svm, recipe.size), out / name / VERSION / "model.onnx")
    config = triton_config(name, {"image": square, "mask": square}, {"probabilities": [len(recipe.classes)]})
    (out / name / "config.pbtxt").write_text(config)
    return {**chosen, "aucUnseen": left_out, "sizeBytes": size}


def _write_config(folder: Path, name: str, inputs: Dict[str, Any], outputs: Dict[str, Any]) -> None:
    shapes = [{key: words["shape"][1:] for key, words in part.items()} for part in (inputs, outputs)]
    (folder / "config.pbtxt").write_text(triton_config(name, *shapes))


def change(before: Any, after: Any, images: np.ndarray) -> Dict[str, float]:
    """How far another precision moves the answers: largest change of a probability, least Dice between both outlines."""
    least, most = 1.0, 0.0
    for image in images:
        ours, theirs = (session.run(["mask", "probabilities"], {"image": image[None]}) for session in (before, after))
        least = min(least, dice(outline_of(ours[0][0, 0]), outline_of(theirs[0][0, 0])))
        most = max(most, float(np.abs(ours[1] - theirs[1]).max()))
    return {"largestChangeOfProbability": most, "leastDiceOfOutlines": least, "pictures": len(images)}
