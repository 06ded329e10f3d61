"""What the SVM looks at: shape, texture and intensity of the CNN's own outline, as a graph, so that no other program has to compute it again."""

import math
from typing import Dict, Tuple

import torch
import torch.nn.functional as F
from torch import nn

THRESHOLD = 0.5
RING = 6
BELOW = 40
SMALL = 1e-6


class OutlineFeatures(nn.Module):
    """Pictures (n, 1, s, s) of 0-255 and mask probabilities (n, 1, s, s) -> features (n, len(NAMES)) float32."""

    def forward(self, images: torch.Tensor, masks: torch.Tensor) -> torch.Tensor:
        mask = (masks >= THRESHOLD).to(images.dtype)
        features = {**shape_features(mask), **light_features(images / 255.0, mask)}
        return torch.stack(list(features.values()), dim=1)


def _sum(maps: torch.Tensor) -> torch.Tensor:
    return maps.sum(dim=3).sum(dim=2).sum(dim=1)


def _mean_over(maps: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    return _sum(maps * weights) / (_sum(weights) + SMALL)


def _grow(mask: torch.Tensor, by: int) -> torch.Tensor:
    return F.max_pool2d(mask, 2 * by + 1, 1, by)


def _shrink(mask: torch.Tensor, by: int) -> torch.Tensor:
    return 1 - _grow(1 - mask, by)


def _places(mask: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor]:
    """Column and row of every pixel in [0, 1]: (1, 1, 1, s) and (1, 1, s, 1)."""
    size = int(mask.shape[-1])
    line = (torch.arange(size, dtype=mask.dtype, device=mask.device) + 0.5) / size
    return line.view(1, 1, 1, size), line.view(1, 1, size, 1)


def shape_features(mask: torch.Tensor) -> Dict[str, torch.Tensor]:
    """Size, place, how long, how tall, how rough: from a mask of 0 or 1."""
    x, y = _places(mask)
    size = int(mask.shape[-1])
    area = _sum(mask) + 1.0
    mean_x, mean_y = _sum(mask * x) / area, _sum(mask * y) / area
    off_x, off_y = x - mean_x.view(-1, 1, 1, 1), y - mean_y.view(-1, 1, 1, 1)
    xx, yy, xy = (_sum(mask * product) / area + 1e-5 for product in (off_x * off_x, off_y * off_y, off_x * off_y))
    spread = (((xx - yy) / 2) ** 2 + xy**2 + 1e-12).sqrt()
    major, minor = (xx + yy) / 2 + spread, ((xx + yy) / 2 - spread).clamp(min=1e-6)
    wide, tall = (mask.amax(dim=(1, axis)).sum(dim=1) for axis in (2, 3))
    edge = _sum(mask - _shrink(mask, 1))
    determinant = (xx * yy - xy * xy).clamp(min=1e-10).view(-1, 1, 1, 1)
    each = (-1, 1, 1, 1)
    far = (yy.view(each) * off_x**2 - 2 * xy.view(each) * off_x * off_y + xx.view(each) * off_y**2) / determinant
    ellipse = (far <= 4).to(mask.dtype)
    return {
        "logArea": torch.log(area / size**2),
        "depth": mean_y,
        "elongation": torch.log(major / minor),
        "tallness": torch.log((tall + 1) / (wide + 1)),
        "tilt": (xx - yy) / (xx + yy),
        "compactness": torch.log(edge**2 / (4 * math.pi * area) + SMALL),
        "extent": area / (wide * tall + 1),
        "offEllipse": _sum((mask - ellipse).abs()) / area,
        "hollows": _sum(_shrink(_grow(mask, 6), 6)) / area - 1,
        "spikes": 1 - _sum(_grow(_shrink(mask, 4), 4)) / area,
        "smallSpikes": 1 - _sum(_grow(_shrink(mask, 2), 2)) / area,
    }


def light_features(picture: torch.Tensor, mask: torch.Tensor) -> Dict[str, torch.Tensor]:
    """Brightness and texture inside, in a ring around, and below the outline; picture of 0-1, its padding 0."""
    seen = (picture > 0).to(picture.dtype)
    ring = (_grow(mask, RING) - mask) * seen
    core = _shrink(mask, 3) + SMALL
    edge = _grow(mask, 2) - _shrink(mask, 2)
    each = (-1, 1, 1, 1)
    inside, around, whole = _mean_over(picture, mask), _mean_over(picture, ring), _mean_over(picture, seen)
    off = picture - inside.view(each)
    deviation = (_mean_over(off**2, mask) + SMALL).sqrt()
    local = F.avg_pool2d(picture, 5, 1, 2)
    roughness = (F.avg_pool2d(picture**2, 5, 1, 2) - local**2).clamp(min=0).sqrt()
    smooth = F.avg_pool2d(picture, 3, 1, 1)
    across = F.pad(smooth[..., 2:] - smooth[..., :-2], (1, 1, 0, 0)).abs()
    down = F.pad(smooth[..., 2:, :] - smooth[..., :-2, :], (0, 0, 1, 1)).abs()
    below = _below(mask) * seen
    beside = (_grow(below, 20) - below) * (1 - _grow(mask, 3)) * seen * below.amax(dim=3, keepdim=True)
    return {
        "inside": inside / (whole + SMALL),
        "contrast": (around - inside) / (whole + SMALL),
        "deviation": deviation / (inside + 0.02),
        "skew": _mean_over(off**3, mask) / (deviation**3 + SMALL),
        "roughness": _mean_over(roughness, core) / (inside + 0.02),
        "edgeSharpness": _mean_over(across + down, edge) / (whole + SMALL),
        "texture": _mean_over(across + down, core) / (inside + 0.02),
        "grain": _mean_over((picture - smooth).abs(), core) / (inside + 0.02),
        "shadow": (_mean_over(picture, beside) - _mean_over(picture, below)) / (whole + SMALL),
        "halo": (_mean_over(picture, (_grow(mask, 16) - _grow(mask, RING)) * seen) - around) / (whole + SMALL),
    }


def _below(mask: torch.Tensor) -> torch.Tensor:
    """The `BELOW` rows under each column of the mask."""
    fallen = F.max_pool2d(F.pad(mask, (0, 0, BELOW, 0)), (BELOW + 1, 1), 1)
    return (fallen - mask).clamp(min=0)


NAMES = tuple(
    {**shape_features(torch.ones(1, 1, 64, 64)), **light_features(torch.ones(1, 1, 64, 64), torch.ones(1, 1, 64, 64))}
)
