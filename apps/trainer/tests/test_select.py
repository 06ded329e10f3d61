"""Answers are averaged only when they are of the same pictures in the same order."""

import numpy as np
import pytest

from sluice_trainer.errors import TrainerError
from sluice_trainer.predict import Said, save_said
from sluice_trainer.select import looked, unseen
from sluice_trainer.views import parse_views


def write(folder, name, *ids):
    save_said(Said(np.zeros((2, 4, 4), np.uint8), np.array([[0.0, 1.0], [2.0, 0.0]], np.float32), np.array(ids)), folder / f"{name}.npz")


def test_trainings_of_other_data_are_refused(tmp_path, recipe):
    for fold in recipe.held_out:
        ids = (f"{fold}-a", f"{fold}-b")
        for name in ("member-0", "look-0"):
            write(tmp_path, f"{name}-{fold}", *ids)
        write(tmp_path, f"member-0-{fold}-mirrored", *ids)
    said = unseen(tmp_path, recipe, parse_views("0,0m"))
    assert looked(tmp_path, recipe, said.ids).shape == (2 * len(recipe.held_out), 2)
    first = recipe.held_out[0]
    write(tmp_path, f"look-0-{first}", f"{first}-b", f"{first}-a")
    with pytest.raises(TrainerError, match="other data"):
        looked(tmp_path, recipe, said.ids)
    write(tmp_path, f"member-0-{first}-mirrored", f"{first}-b", f"{first}-a")
    with pytest.raises(TrainerError, match="other data"):
        unseen(tmp_path, recipe, parse_views("0,0m"))
