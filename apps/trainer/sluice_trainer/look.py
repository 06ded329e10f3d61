"""A closer look: a small CNN that sees the lesion alone, cut out around its outline, and tells its class."""

from typing import Any, Dict, NamedTuple, Optional, Sequence, Tuple

import torch
import torch.nn.functional as F
from torch import nn

from .features import THRESHOLD, shape_features
from .network import Residual, Standardise, _mean_over

LEAST_HALF = 0.06


def lesion_box(masks: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Centre x and y and half the longer side (n,) of what is at least one half, in shares of the side; all of it when nothing is."""
    mask = (masks >= THRESHOLD).to(masks.dtype)
    size = int(mask.shape[-1])
    line = (torch.arange(size, dtype=mask.dtype, device=mask.device) + 0.5) / size
    edges = []
    for axis in (2, 3):
        seen = mask.amax(dim=(1, axis))
        edges.append((1 - ((1 - line) * seen).amax(dim=1), (line * seen).amax(dim=1)))
    (left, right), (top, bottom) = edges
    half = torch.maximum(right - left, bottom - top) / 2
    found = mask.amax(dim=(1, 2, 3)) > 0
    whole = torch.full_like(half, 0.5)
    half = torch.where(found, half.clamp(min=LEAST_HALF), whole)
    return torch.where(found, (left + right) / 2, whole), torch.where(found, (top + bottom) / 2, whole), half


def cut_out(maps: torch.Tensor, box: Tuple[torch.Tensor, torch.Tensor, torch.Tensor], side: int) -> torch.Tensor:
    """The square around a box, `side` pixels wide (bilinear; zeros beyond the picture)."""
    x, y, half = box
    line = torch.linspace(-1, 1, side, dtype=maps.dtype, device=maps.device)
    across = (2 * x - 1).view(-1, 1, 1) + 2 * half.view(-1, 1, 1) * line.view(1, 1, side)
    down = (2 * y - 1).view(-1, 1, 1) + 2 * half.view(-1, 1, 1) * line.view(1, side, 1)
    grid = torch.stack([across.expand(-1, side, side), down.expand(-1, side, side)], dim=3)
    return F.grid_sample(maps, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


class Looked(NamedTuple):
    """Class logits, auxiliary logits, shape of the true outline (all (n, something))."""

    classes: torch.Tensor
    auxiliary: Optional[torch.Tensor]
    shape: torch.Tensor


class LookNet(nn.Module):
    """Pictures of 0-255 and mask probabilities (n, 1, s, s) -> class logits (n, classes)."""

    def __init__(
        self,
        widths: Sequence[int],
        blocks: Sequence[int],
        classes: int,
        auxiliary: int = 0,
        dropout: float = 0.4,
        side: int = 128,
        margin: float = 1.5,
    ) -> None:
        super().__init__()
        self.side, self.margin, self.levels = side, margin, len(widths)
        self.standardise = Standardise()
        self.stem = nn.Sequential(
            nn.Conv2d(2, widths[0], 5, 2, 2, bias=False), nn.BatchNorm2d(widths[0]), nn.ReLU()
        )
        befores = [widths[0], *widths[:-1]]
        self.fall = nn.Sequential(
            *(
                Residual(before if at == 0 else after, after, 2 if at == 0 and level > 0 else 1)
                for level, (before, after, count) in enumerate(zip(befores, widths, blocks))
                for at in range(count)
            )
        )
        self.mix = nn.Sequential(nn.Dropout(dropout), nn.Linear(3 * widths[-1], 64), nn.ReLU(), nn.Dropout(dropout))
        self.classes = nn.Linear(64, classes)
        self.auxiliary = nn.Linear(64, auxiliary) if auxiliary else None
        self.shape = nn.Linear(64, SHAPES)

    @staticmethod
    def of(member: Dict[str, Any], classes: int) -> "LookNet":
        """The network of a recipe's look."""
        return LookNet(classes=classes, **member["network"])

    def views(self, images: torch.Tensor, masks: torch.Tensor, jitter: float = 0.0) -> Looked:
        """Everything, for training; `jitter` moves and resizes the box by that share of itself."""
        x, y, half = lesion_box(masks)
        half = half * self.margin
        if jitter:
            x, y = (place + half * jitter * (torch.rand_like(half) * 2 - 1) for place in (x, y))
            half = half * torch.exp(jitter * (torch.rand_like(half) * 2 - 1))
        both = torch.cat([self.standardise(images), masks], dim=1)
        cut = cut_out(both, (x, y, half), self.side)
        maps = self.fall(self.stem(cut))
        inside = F.avg_pool2d(cut[:, 1:], 2 ** self.levels)
        parts = [maps.mean(dim=(2, 3)), maps.amax(dim=(2, 3)), _mean_over(maps, inside)]
        mixed = self.mix(torch.cat(parts, dim=1))
        auxiliary = None if self.auxiliary is None else self.auxiliary(mixed)
        return Looked(self.classes(mixed), auxiliary, self.shape(mixed))

    def forward(self, images: torch.Tensor, masks: torch.Tensor) -> torch.Tensor:
        return self.views(images, masks).classes


SHAPES = len(shape_features(torch.ones(1, 1, 64, 64)))


def true_shapes(masks: torch.Tensor) -> torch.Tensor:
    """Shape features (n, SHAPES) of the drawn outlines (n, s, s) bool, mean 0 and deviation 1: what a look learns beside the class."""
    parts = [torch.stack(list(shape_features(m.unsqueeze(1).float()).values()), dim=1) for m in masks.split(64)]
    shapes = torch.cat(parts)
    return ((shapes - shapes.mean(0)) / (shapes.std(0) + 1e-3)).clamp(-3, 3)
