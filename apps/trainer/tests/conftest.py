"""What several tests use: a folder of phantoms, and the recipe for them."""

from pathlib import Path

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
