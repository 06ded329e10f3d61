"""Bad data stop the preparation with a sentence; good data come out letterboxed and whole."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sluice_trainer.errors import TrainerError
from sluice_trainer.folds import training_rows
from sluice_trainer.letterbox import Placement, letterbox, letterbox_back, letterbox_mask
from sluice_trainer.prepare import load_prepared, normalise, prepare_folder, save_prepared


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    shutil.copytree(folder, tmp_path / "copy")
    return tmp_path / "copy"


def rewrite(copy: Path, old: str, new: str) -> None:
    path = copy / "MANIFEST.tsv"
    path.write_text(path.read_text().replace(old, new, 1))


def test_all_pictures_come_out_square_and_the_same_after_saving(folder, recipe, tmp_path):
    prepared = prepare_folder(folder, recipe)
    assert prepared.images.shape == (200, 64, 64) and prepared.masks.any(axis=(1, 2)).all()
    save_prepared(prepared, tmp_path / "data.npz")
    again = load_prepared(tmp_path / "data.npz")
    assert np.array_equal(again.images, prepared.images) and np.array_equal(again.masks, prepared.masks)
    assert again.digest == prepared.digest and list(again.words["group"]) == list(prepared.words["group"])


def test_a_changed_file_is_refused(copy, recipe):
    Image.fromarray(np.full((80, 60), 9, np.uint8)).save(copy / "images/0.png")
    with pytest.raises(TrainerError, match="sha256"):
        prepare_folder(copy, recipe)


def test_a_path_out_of_the_folder_is_refused(copy, recipe):
    rewrite(copy, "images/0.png", "../../0.png")
    with pytest.raises(TrainerError, match="outside"):
        prepare_folder(copy, recipe)


def test_an_id_twice_is_refused(copy, recipe):
    rewrite(copy, "\np1\t", "\np0\t")
    with pytest.raises(TrainerError, match="twice"):
        prepare_folder(copy, recipe)


def test_an_unknown_class_is_refused(copy, recipe):
    rewrite(copy, "benign", "unsure")
    with pytest.raises(TrainerError, match="label"):
        prepare_folder(copy, recipe)


def test_a_patient_in_two_folds_is_refused(copy, recipe):
    rewrite(copy, "p1\tpatient-0\t1", "p1\tpatient-0\t2")
    with pytest.raises(TrainerError, match="two folds"):
        prepare_folder(copy, recipe)


def test_a_patient_in_two_folds_is_refused_also_when_only_one_of_them_is_read(copy, recipe):
    rewrite(copy, "p1\tpatient-0\t1", "p1\tpatient-0\t2")
    with pytest.raises(TrainerError, match="two folds"):
        prepare_folder(copy, recipe, lambda row: row["fold"] == "1")


def test_a_picture_in_two_folds_is_refused(copy, recipe):
    rows = (copy / "MANIFEST.tsv").read_text().splitlines()
    first, other = rows[1].split("\t"), next(row.split("\t") for row in rows[1:] if row.split("\t")[2] == "2")
    rewrite(copy, other[-2], first[-2])
    with pytest.raises(TrainerError, match="picture is in two folds"):
        prepare_folder(copy, recipe)


def test_the_digest_of_data_without_digests_is_that_of_the_files(copy, recipe):
    lines = [line.split("\t")[:-2] for line in (copy / "MANIFEST.tsv").read_text().splitlines()]
    (copy / "MANIFEST.tsv").write_text("\n".join("\t".join(line) for line in lines[:5]) + "\n")
    digests = [prepare_folder(copy, recipe).digest]
    shutil.copy(copy / "images/3.png", copy / "images/2.png")
    shutil.copy(copy / "masks/3.png", copy / "masks/2.png")
    digests.append(prepare_folder(copy, recipe).digest)
    assert len(set(digests)) == 2


def test_neighbours_of_held_out_rows_are_not_trained_on(recipe):
    guarded = recipe.__class__(**{**recipe.__dict__, "folds": {"train": ["1", "2"], "test": ["3"], "guard": 1}})
    keep = training_rows(np.array(["1", "1", "2", "1", "1", "3"]), guarded, "2")
    assert list(keep) == [True, False, False, False, True, False]


def test_a_picture_comes_back_from_the_letterbox_in_its_own_pixels():
    picture = np.arange(50 * 30, dtype=np.uint8).reshape(50, 30)
    square, placement = letterbox(picture, 50)
    assert placement == Placement(30, 50, 50) and placement.box == (10, 0, 30, 50)
    assert np.array_equal(letterbox_back(square.astype(np.float32), placement), picture)


def test_a_mask_keeps_its_share_when_it_is_made_smaller():
    mask = np.zeros((200, 100), bool)
    mask[50:150, 24:76] = True
    small = letterbox_mask(mask, 100)
    assert small.sum() * 4 == mask.sum()


def test_a_picture_of_few_greys_is_stretched_and_others_are_left():
    assert normalise(np.array([[10, 60]], np.uint8)).tolist() == [[0, 255]]
    assert normalise(np.array([[10, 200]], np.uint8)).tolist() == [[10, 200]]
