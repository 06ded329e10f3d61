"""From mask probabilities to a lesion, and its long axis."""

import numpy as np
from scipy import ndimage
from scipy.spatial import ConvexHull, QhullError

THRESHOLD = 0.5


def largest_part(mask: np.ndarray) -> np.ndarray:
    """The largest connected part (8 neighbours) of a mask (h, w) bool; empty stays empty."""
    parts, count = ndimage.label(mask, structure=np.ones((3, 3)))
    if count <= 1:
        return mask
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    return parts == sizes.argmax()


def outline_of(probability: np.ndarray, least_pixels: int = 1, cut: float = THRESHOLD) -> np.ndarray:
    """The lesion (h, w) bool in mask probabilities (h, w): at least `cut`, largest part, holes filled; empty below `least_pixels`."""
    outline = ndimage.binary_fill_holes(largest_part(probability >= cut))
    return outline if outline.sum() >= least_pixels else np.zeros_like(outline)


def long_axis(mask: np.ndarray) -> float:
    """Greatest distance between two pixel centres of the largest part, plus one pixel; 0 for an empty mask. In pixels."""
    points = np.argwhere(largest_part(mask)).astype(float)
    if len(points) == 0:
        return 0.0
    if len(points) > 3:
        try:
            points = points[ConvexHull(points).vertices]
        except QhullError:
            pass  # All on one line: few points, compared directly.
    apart = points[:, None, :] - points[None, :, :]
    return float(np.sqrt((apart**2).sum(-1)).max()) + 1.0


def dice(one: np.ndarray, other: np.ndarray) -> float:
    """Dice of two masks; two empty ones agree."""
    total = one.sum() + other.sum()
    return 1.0 if total == 0 else float(2 * (one & other).sum() / total)


def jaccard(one: np.ndarray, other: np.ndarray) -> float:
    """Intersection over union of two masks; two empty ones agree."""
    union = (one | other).sum()
    return 1.0 if union == 0 else float((one & other).sum() / union)
