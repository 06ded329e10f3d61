"""Any picture into the network's square and back."""

from dataclasses import dataclass

import numpy as np
from PIL import Image


@dataclass(frozen=True)
class Placement:
    """Where a picture of `width` x `height` pixels lies in the square of `size`."""

    width: int
    height: int
    size: int

    @property
    def scale(self) -> float:
        """Square pixels per picture pixel."""
        return self.size / max(self.width, self.height)

    @property
    def box(self) -> "tuple[int, int, int, int]":
        """Left, top, width, height in the square, in pixels."""
        width = max(1, int(self.width * self.scale + 0.5))
        height = max(1, int(self.height * self.scale + 0.5))
        return (self.size - width) // 2, (self.size - height) // 2, width, height


def letterbox(picture: np.ndarray, size: int) -> "tuple[np.ndarray, Placement]":
    """A grey picture (height, width, uint8), long side made `size` (Lanczos), centred on zeros: (size, size) uint8."""
    placement = Placement(picture.shape[1], picture.shape[0], size)
    left, top, width, height = placement.box
    if (width, height) != (placement.width, placement.height):
        picture = np.asarray(Image.fromarray(picture).resize((width, height), Image.LANCZOS))
    square = np.zeros((size, size), np.uint8)
    square[top : top + height, left : left + width] = picture
    return square, placement


def letterbox_mask(mask: np.ndarray, size: int) -> np.ndarray:
    """A mask (height, width, bool) in the same place: resized by area, cut at one half."""
    placement = Placement(mask.shape[1], mask.shape[0], size)
    left, top, width, height = placement.box
    if (width, height) != (placement.width, placement.height):
        grey = Image.fromarray(mask.astype(np.uint8) * 255)
        mask = np.asarray(grey.resize((width, height), Image.BOX)) >= 128
    square = np.zeros((size, size), bool)
    square[top : top + height, left : left + width] = mask
    return square


def letterbox_back(square: np.ndarray, placement: Placement) -> np.ndarray:
    """The picture's part of a map (size, size, float32), in the picture's own pixels (bilinear)."""
    left, top, width, height = placement.box
    part = square[top : top + height, left : left + width]
    if (width, height) == (placement.width, placement.height):
        return part
    scaled = Image.fromarray(part.astype(np.float32)).resize((placement.width, placement.height), Image.BILINEAR)
    return np.asarray(scaled)
