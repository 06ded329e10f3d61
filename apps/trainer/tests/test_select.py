"""Answers are averaged only when they are of the same pictures in the same order; what could ship is compared with what does."""

import numpy as np
import pytest

from sluice_trainer.errors import TrainerError
from sluice_trainer.predict import LEVELS, Said, save_said
from sluice_trainer.prepare import Prepared
from sluice_trainer.select import compare, looked, unseen
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


def test_a_candidate_says_how_much_more_dice_it_has_than_what_ships(tmp_path, recipe):
    """Every picture: the mirror image sees nothing, so that both together say one half of what is there, less a little."""
    masks, said = np.zeros((4, 8, 8), bool), np.zeros((4, 8, 8), np.uint8)
    masks[:, 2:6, 2:6] = True
    said[masks] = LEVELS - 1
    for at, fold in enumerate(recipe.held_out):
        ids, logits = np.array([f"{fold}-a", f"{fold}-b"]), np.array([[0.0, 1.0], [2.0, 0.0]], np.float32)
        save_said(Said(said[:2], logits, ids), tmp_path / f"member-0-{fold}.npz")
        save_said(Said(said[:2] * 0, logits, ids), tmp_path / f"member-0-{fold}-mirrored.npz")
    names = np.array([f"{fold}-{letter}" for fold in recipe.held_out for letter in "ab"])
    words = {"id": names, "group": names, "fold": np.array(["1", "1", "2", "2"])}
    data = Prepared(masks.astype(np.uint8), masks, np.array([1, 0, 1, 0]), np.full(4, -1), words, "none")
    table = {(row["views"], row["cut"]): row for row in compare(tmp_path, recipe, data)}
    assert table["0,0m", 0.5]["dice"] == 0 and table["0,0m", 0.5]["gain"] == 0
    for better in (("0,0m", 0.45), ("0", 0.5)):
        assert table[better]["dice"] == 1 and table[better]["gain"] == 1 and table[better]["above0"] == 1
