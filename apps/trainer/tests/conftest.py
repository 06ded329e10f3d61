"""What several tests use: a folder of phantoms, the recipe for them, and what the commands make of them."""

import subprocess
import sys
from pathlib import Path
from typing import Callable

import pytest
import torch

from sluice_trainer.phantoms import write_phantoms
from sluice_trainer.recipe import Recipe, read_recipe

torch.set_num_threads(2)
HOME = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def recipe() -> Recipe:
    return read_recipe(HOME / "recipes" / "phantoms.json")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """200 phantoms, read only."""
    path = tmp_path_factory.mktemp("phantoms")
    write_phantoms(path, 200, seed=7)
    return path


def run_command(name: str, *arguments: object) -> None:
    recipe = ["--recipe", str(HOME / "recipes" / "phantoms.json")]
    words = [sys.executable, "-W", "ignore", "-m", "sluice_trainer", name, *recipe, *map(str, arguments)]
    done = subprocess.run(words, cwd=HOME, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.fixture(scope="session")
def command() -> Callable[..., None]:
    """One command of the trainer on the phantoms' recipe."""
    return run_command


@pytest.fixture(scope="session")
def world(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that the commands leave behind: `data.npz`, `trained`, `models`."""
    path = tmp_path_factory.mktemp("world")
    data = ["--data", path / "data.npz"]
    run_command("prepare", "--data", folder, "--out", path / "data.npz")
    for fold in ("none", "1", "2"):
        steps = 220 if fold == "none" else 180
        run_command("train", *data, "--out", path / "trained", "--steps", steps, "--hold-out", fold)
    for fold in ("none", "1", "2"):
        run_command("look", *data, "--out", path / "trained", "--told", path / "trained", "--steps", 60, "--hold-out", fold)
    run_command("ship", *data, "--trained", path / "trained", "--out", path / "models")
    run_command("evaluate", "--data", folder, "--models", path / "models", "--out", path / "models")
    run_command("card", "--models", path / "models", "--out", path / "models")
    return path
