"""Reads a folder of pictures and masks by its MANIFEST.tsv, and checks every word of it before a pixel is used."""

import csv
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List

import numpy as np
from PIL import Image

from .errors import TrainerError

MAX_ROWS = 200_000
MAX_SIDE = 8192
MAX_BYTES = 64 * 1024 * 1024
NEEDED = ("id", "image", "mask")


@dataclass(frozen=True)
class Row:
    """One picture with its mask: the manifest's columns by name, and the folder they are relative to."""

    folder: Path
    words: Dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.words.get(column, "")


def read_manifest(folder: Path) -> List[Row]:
    """All rows. Raises TrainerError for a missing file or column, a doubled id, a path out of the folder."""
    try:
        with open(folder / "MANIFEST.tsv", newline="") as file:
            rows = [Row(folder, words) for _, words in zip(range(MAX_ROWS), csv.DictReader(file, delimiter="\t"))]
    except OSError as cause:
        raise TrainerError(f"{folder.name} has no MANIFEST.tsv") from cause
    if not rows:
        raise TrainerError(f"{folder.name}/MANIFEST.tsv has no rows")
    missing = [column for column in NEEDED if column not in rows[0].words]
    if missing:
        raise TrainerError(f"{folder.name}/MANIFEST.tsv lacks the columns {', '.join(missing)}")
    if len({row["id"] for row in rows}) != len(rows):
        raise TrainerError(f"{folder.name}/MANIFEST.tsv has an id twice")
    return rows


def read_bytes(row: Row, column: str) -> bytes:
    """A file of a row, checked: inside the folder, not too large, of the digest that the manifest gives (if it does)."""
    path = (row.folder / row[column]).resolve()
    if row.folder.resolve() not in path.parents:
        raise TrainerError(f"{row['id']}: {column} lies outside the folder")
    if not path.is_file() or path.stat().st_size > MAX_BYTES:
        raise TrainerError(f"{row['id']}: {column} is missing or larger than {MAX_BYTES} bytes")
    content = path.read_bytes()
    wanted = row[f"{column}_sha256"]
    if wanted and hashlib.sha256(content).hexdigest() != wanted:
        raise TrainerError(f"{row['id']}: {column} is not the file of the manifest (sha256)")
    return content


def to_grey(content: bytes, row_id: str) -> np.ndarray:
    """A picture file as grey (height, width) uint8. Raises TrainerError for what is no picture or too large."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if max(picture.size) > MAX_SIDE:
                raise TrainerError(f"{row_id}: more than {MAX_SIDE} pixels on a side")
            return np.asarray(picture.convert("L"))
    except (OSError, Image.DecompressionBombError) as cause:
        raise TrainerError(f"{row_id}: not a picture that can be read") from cause


def data_digest(rows: List[Row], label: str) -> str:
    """SHA-256 over id, both file digests and label of every row, sorted by id: names the data without holding any."""
    lines = sorted("\t".join((r["id"], _digest(r, "image"), _digest(r, "mask"), r[label])) for r in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _digest(row: Row, column: str) -> str:
    """The manifest's, which was held against the file; the file's where the manifest gives none."""
    return row[f"{column}_sha256"] or hashlib.sha256(read_bytes(row, column)).hexdigest()
