"""Step 1: check, clean, normalise and letterbox a folder into one array file."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Dict, List, Optional

import numpy as np

from .errors import TrainerError
from .folds import folds_of, groups_of, refuse_leaks
from .letterbox import letterbox, letterbox_mask
from .manifest import Row, data_digest, read_manifest
from .pair import read_pair
from .progress import tracked
from .recipe import Recipe

LEAST_STEPS = 128


@dataclass
class Prepared:
    """Arrays of n pictures: images (n, size, size) uint8, masks the same bool, labels (n,) class indices, auxiliary (n,) or -1."""

    images: np.ndarray
    masks: np.ndarray
    labels: np.ndarray
    auxiliary: np.ndarray
    words: Dict[str, np.ndarray]
    digest: str

    def __len__(self) -> int:
        return len(self.labels)

    def part(self, keep: np.ndarray) -> "Prepared":
        """The rows where `keep` (n,) is true."""
        words = {name: column[keep] for name, column in self.words.items()}
        return Prepared(
            self.images[keep], self.masks[keep], self.labels[keep], self.auxiliary[keep], words, self.digest
        )


def prepare_folder(folder: Path, recipe: Recipe, keep: Optional[Callable[[Row], bool]] = None) -> Prepared:
    """Reads the rows that `keep` wants. A row that fails a check ends everything: training data are repaired, not skipped."""
    manifest = read_manifest(folder)
    refuse_leaks(manifest, recipe)
    rows = [row for row in manifest if keep is None or keep(row)]
    if not rows:
        raise TrainerError(f"{folder.name}: no row is left")
    pairs = [_prepare_pair(row, recipe) for row in tracked("prepare", rows)]
    columns = recipe.columns
    words = {name: np.array([row[columns.get(name, name)] for row in rows]) for name in ("id", "device")}
    words["fold"], words["group"] = folds_of(rows, recipe), groups_of(rows, recipe)
    return Prepared(
        np.stack([image for image, _ in pairs]),
        np.stack([mask for _, mask in pairs]),
        np.array([label_of(row, recipe) for row in rows]),
        _auxiliary(rows, columns.get("auxiliary")),
        words,
        data_digest(rows, columns["label"]),
    )


def _prepare_pair(row: Row, recipe: Recipe) -> "tuple[np.ndarray, np.ndarray]":
    picture, mask = read_pair(row, recipe)
    if not mask.any():
        raise TrainerError(f"{row['id']}: the mask is empty")
    if picture.min() == picture.max():
        raise TrainerError(f"{row['id']}: the picture is blank")
    return letterbox(normalise(picture), recipe.size)[0], letterbox_mask(mask, recipe.size)


def normalise(picture: np.ndarray) -> np.ndarray:
    """Stretches a picture that uses less than half of the grey scale to all of it; others stay as they are."""
    low, high = int(picture.min()), int(picture.max())
    if high - low >= LEAST_STEPS:
        return picture
    return ((picture.astype(np.float32) - low) * (255.0 / (high - low)) + 0.5).astype(np.uint8)


def label_of(row: Row, recipe: Recipe) -> int:
    """The class index of a row. Raises TrainerError for a word that is no class."""
    word = row[recipe.columns["label"]]
    if word not in recipe.classes:
        raise TrainerError(f"{row['id']}: the label is none of {', '.join(recipe.classes)}")
    return recipe.classes.index(word)


def _auxiliary(rows: List[Row], column: Optional[str]) -> np.ndarray:
    """A second label that helps training and is never shipped (BI-RADS), counted from 0; -1 where there is none."""
    if column is None:
        return np.full(len(rows), -1)
    values = sorted({row[column] for row in rows})
    return np.array([values.index(row[column]) for row in rows])


def save_prepared(prepared: Prepared, path: Path) -> None:
    """Writes one .npz, masks as bits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    words = {f"word_{name}": column.astype(str) for name, column in prepared.words.items()}
    bits = np.packbits(prepared.masks, axis=-1)
    meta = json.dumps({"digest": prepared.digest})
    np.savez_compressed(
        path, images=prepared.images, bits=bits, labels=prepared.labels, auxiliary=prepared.auxiliary, meta=meta, **words
    )


def load_prepared(path: Path) -> Prepared:
    """Reads what `save_prepared` wrote; nothing in it is executed (no pickles)."""
    with np.load(path, allow_pickle=False) as file:
        words = {name[5:]: file[name] for name in file.files if name.startswith("word_")}
        masks = np.unpackbits(file["bits"], axis=-1).astype(bool)
        digest = json.loads(str(file["meta"]))["digest"]
        return Prepared(file["images"], masks, file["labels"], file["auxiliary"], words, digest)
