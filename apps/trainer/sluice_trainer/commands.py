"""The commands: each step by name, with its arguments."""

import argparse
import json
from pathlib import Path
from typing import Any, Callable, Dict

import numpy as np
import torch
from PIL import Image

from .augment import Augmentation, augment
from .campaign import run_campaign
from .card import model_card
from .checkpoint import save_weights
from .evaluate import evaluate_folder
from .folds import training_rows
from .predict import predict, predict_look, save_said
from .prepare import load_prepared, prepare_folder, save_prepared
from .recipe import read_recipe
from .select import compare, compare_calibration, told_outlines, unseen
from .ship import VERSION, ship
from .train import Budget, Training, choose_device
from .views import parse_views


def _prepare(words: argparse.Namespace) -> None:
    recipe = read_recipe(words.recipe)
    wanted = set(words.folds.split(",")) if words.folds else None
    keep = (lambda row: row[recipe.columns["fold"]] in wanted) if wanted else None
    prepared = prepare_folder(words.data, recipe, keep)
    save_prepared(prepared, words.out)
    print(f"{len(prepared)} pictures, data digest {prepared.digest}")


def _augment(words: argparse.Namespace) -> None:
    """A sheet: each picture as it is above, and as training may see it below."""
    how = Augmentation.of(read_recipe(words.recipe).members[0]["augment"])
    data = load_prepared(words.data)
    images, masks = (torch.from_numpy(pixels[: words.count]).unsqueeze(1).float() for pixels in (data.images, data.masks))
    changed, _ = augment(images, masks, how, words.seed)
    rows = [torch.cat(list(batch[:, 0]), dim=1) for batch in (images, changed)]
    words.out.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(torch.cat(rows).byte().numpy()).save(words.out)


def _train(words: argparse.Namespace) -> None:
    recipe, data = read_recipe(words.recipe), load_prepared(words.data)
    folds = data.words["fold"]
    training = Training(
        recipe.members[words.member],
        len(recipe.classes),
        data.part(training_rows(folds, recipe, words.hold_out)),
        choose_device(words.device),
    )
    name = f"member-{words.member}-{words.hold_out}"
    training.run(Budget(words.steps, words.minutes), words.out / f"{name}.checkpoint")
    save_weights(training, words.out / f"{name}.weights")
    held = data.part(folds == words.hold_out)
    for mirrored in [False, True] if len(held) else []:
        network = training.average.network
        save_said(predict(network, held, mirrored), words.out / f"{name}{'-mirrored' if mirrored else ''}.npz")


def _look(words: argparse.Namespace) -> None:
    recipe, data = read_recipe(words.recipe), load_prepared(words.data)
    data = data.part(np.isin(data.words["fold"], recipe.folds["train"]))
    told = told_outlines(unseen(words.told, recipe, parse_views(recipe.views)), data)
    keep, held = training_rows(data.words["fold"], recipe, words.hold_out), data.words["fold"] == words.hold_out
    training = Training(
        recipe.looks[words.member], len(recipe.classes), data.part(keep), choose_device(words.device), told[keep]
    )
    name = f"look-{words.member}-{words.hold_out}"
    training.run(Budget(words.steps, words.minutes), words.out / f"{name}.checkpoint")
    save_weights(training, words.out / f"{name}.weights")
    if held.any():
        network = training.average.network
        save_said(predict_look(network, data.part(held), told[held]), words.out / f"{name}.npz")


def _campaign(words: argparse.Namespace) -> None:
    run_campaign(words)


def _select(words: argparse.Namespace) -> None:
    recipe, data = read_recipe(words.recipe), load_prepared(words.data)
    data = data.part(np.isin(data.words["fold"], recipe.folds["train"]))
    for row in compare(words.out, recipe, data):
        print(_line(row))
    for name, row in compare_calibration(words.out, recipe, data, words.pictures).items():
        print(f"{name}: {_line(row)}")


def _line(row: Dict[str, Any]) -> str:
    return "  ".join(f"{name} {f'{value:.4f}' if isinstance(value, float) else value}" for name, value in row.items())


def _ship(words: argparse.Namespace) -> None:
    recipe = read_recipe(words.recipe)
    found = ship(words.trained, words.out, recipe, load_prepared(words.data))
    _write_words(words.out / recipe.name / VERSION / "training.json", found)


def _evaluate(words: argparse.Namespace) -> None:
    recipe = read_recipe(words.recipe)
    second = words.models / f"{recipe.name}-svm" / VERSION / "model.onnx"
    model = words.models / recipe.name / VERSION / "model.onnx"
    found = evaluate_folder(model, words.data, recipe, second if second.exists() else None)
    _write_words(words.out / recipe.name / VERSION / "metrics.json", found)
    print(json.dumps({name: value for name, value in found.items() if not isinstance(value, dict)}, indent=2))


def _card(words: argparse.Namespace) -> None:
    recipe = read_recipe(words.recipe)
    known = [json.loads((words.models / recipe.name / VERSION / f"{n}.json").read_text()) for n in ("training", "metrics")]
    (words.out / recipe.name / VERSION / "model-card.md").write_text(model_card(recipe, *known))


def _write_words(path: Path, found: Dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=2) + "\n")


COMMANDS: Dict[str, Callable[[argparse.Namespace], None]] = {
    "prepare": _prepare,
    "augment": _augment,
    "train": _train,
    "look": _look,
    "campaign": _campaign,
    "select": _select,
    "ship": _ship,
    "evaluate": _evaluate,
    "card": _card,
}


def parser() -> argparse.ArgumentParser:
    """All commands and their arguments."""
    top = argparse.ArgumentParser(prog="sluice_trainer", description="Trains Sluice's models (research use).")
    commands = top.add_subparsers(dest="command", required=True)

    def command(name: str, what: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=what)
        sub.add_argument("--recipe", type=Path, required=True)
        sub.add_argument("--out", type=Path, required=True)
        return sub

    def with_budget(sub: argparse.ArgumentParser) -> argparse.ArgumentParser:
        sub.add_argument("--data", type=Path, required=True, help="what `prepare` wrote")
        sub.add_argument("--steps", type=int, required=True)
        sub.add_argument("--minutes", type=float)
        sub.add_argument("--device")
        return sub

    prepare = command("prepare", "check, clean, normalise and letterbox a folder")
    prepare.add_argument("--data", type=Path, required=True, help="a folder with MANIFEST.tsv")
    prepare.add_argument("--folds", help="only these, separated by commas")
    sheet = command("augment", "a sheet of pictures and how training may see them (PNG)")
    sheet.add_argument("--data", type=Path, required=True, help="what `prepare` wrote")
    sheet.add_argument("--count", type=int, default=8)
    sheet.add_argument("--seed", type=int, default=1)
    train = with_budget(command("train", "train one member"))
    train.add_argument("--member", type=int, default=0)
    train.add_argument("--hold-out", default="none", help="a fold that is predicted, not trained on")
    look = with_budget(command("look", "train one closer look, on outlines of pictures not trained on"))
    look.add_argument("--member", type=int, default=0)
    look.add_argument("--hold-out", default="none")
    look.add_argument("--told", type=Path, required=True, help="where the campaign wrote")
    with_budget(command("campaign", "train every member on all folds and once without each"))
    select = command("select", "compare what could ship, by pictures not trained on")
    select.add_argument("--data", type=Path, required=True)
    select.add_argument("--pictures", type=int, default=385, help="how many a test fold has: for what chance does to its calibration error")
    shipping = command("ship", "calibrate, export, compress and check what was trained; fit the SVM")
    shipping.add_argument("--data", type=Path, required=True)
    shipping.add_argument("--trained", type=Path, required=True)
    scoring = command("evaluate", "score a shipped model on the test folds of a folder")
    scoring.add_argument("--data", type=Path, required=True, help="a folder with MANIFEST.tsv")
    scoring.add_argument("--models", type=Path, required=True)
    command("card", "write the model card").add_argument("--models", type=Path, required=True)
    return top
