"""A picture with its mask, from whatever files the manifest names."""

from typing import Tuple

import numpy as np

from .dicom_pair import is_dicom, read_dicom_pair
from .errors import TrainerError
from .manifest import Row, read_bytes, to_grey
from .recipe import Recipe


def read_pair(row: Row, recipe: Recipe) -> Tuple[np.ndarray, np.ndarray]:
    """Grey (h, w) uint8 and mask (h, w) bool: two picture files, or a DICOM object and its SEG. Raises TrainerError."""
    image, mask = read_bytes(row, "image"), read_bytes(row, "mask")
    if is_dicom(image) != is_dicom(mask):
        raise TrainerError(f"{row['id']}: picture and mask are not both DICOM")
    if is_dicom(image):
        return read_dicom_pair(image, mask, row["id"], recipe.reading.get("region", "whole"))
    picture, outlined = to_grey(image, row["id"]), to_grey(mask, row["id"]) >= 128
    if picture.shape != outlined.shape:
        raise TrainerError(f"{row['id']}: picture and mask differ in size")
    return picture, outlined
