"""The CNN: a residual U-Net for the outline with a head for the class; standardisation is its first layer."""

from typing import Any, Dict, List, NamedTuple, Optional, Sequence

import torch
import torch.nn.functional as F
from torch import nn

# The level of the finer map that the class head sees: 2**FINE picture pixels a side.
FINE = 3


class Standardise(nn.Module):
    """Pictures (n, 1, s, s) of 0-255 -> mean 0, deviation 1 over the pixels that are not 0 (padding is 0 and stays 0)."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        picture = images / 255.0
        inside = (images > 0.5).to(picture.dtype)
        count = _total(inside).clamp(min=1.0)
        centred = (picture - _total(picture * inside) / count) * inside
        deviation = (_total(centred * centred) / count).sqrt()
        return centred / (deviation + 0.02)


def _total(maps: torch.Tensor) -> torch.Tensor:
    """Sum of each map, row by row: onnxruntime adds in order, and 65,536 float32 at once would cost it four digits."""
    return maps.sum(dim=3, keepdim=True).sum(dim=2, keepdim=True)


class Residual(nn.Module):
    """Two 3 x 3 convolutions around a short cut; `stride` 2 halves the side."""

    def __init__(self, before: int, after: int, stride: int = 1) -> None:
        super().__init__()
        self.first = nn.Conv2d(before, after, 3, stride, 1, bias=False)
        self.first_norm = nn.BatchNorm2d(after)
        self.second = nn.Conv2d(after, after, 3, 1, 1, bias=False)
        self.second_norm = nn.BatchNorm2d(after)
        self.cut: Optional[nn.Module] = None
        if stride != 1 or before != after:
            self.cut = nn.Sequential(nn.Conv2d(before, after, 1, stride, bias=False), nn.BatchNorm2d(after))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        short = x if self.cut is None else self.cut(x)
        x = F.relu(self.first_norm(self.first(x)))
        return F.relu(self.second_norm(self.second(x)) + short)


class Rise(nn.Module):
    """Doubles the side, joins the encoder's map of that side, and looks at both."""

    def __init__(self, below: int, beside: int) -> None:
        super().__init__()
        self.up = nn.ConvTranspose2d(below, beside, 2, 2)
        self.look = Residual(2 * beside, beside)

    def forward(self, below: torch.Tensor, beside: torch.Tensor) -> torch.Tensor:
        return self.look(torch.cat([self.up(below), beside], dim=1))


class ClassHead(nn.Module):
    """Convolution, pooling over the picture, over the outline and over a ring around it, two fully connected layers."""

    def __init__(self, deep: int, fine: int, classes: int, auxiliary: int, dropout: float) -> None:
        super().__init__()
        self.step = 2**FINE
        self.look = Residual(deep, deep)
        self.mix = nn.Sequential(
            nn.Dropout(dropout), nn.Linear(2 * deep + 2 * fine, 128), nn.ReLU(), nn.Dropout(dropout)
        )
        self.classes = nn.Linear(128, classes)
        self.auxiliary = nn.Linear(128, auxiliary) if auxiliary else None

    def pooled(self, deep: torch.Tensor, fine: torch.Tensor, outline: torch.Tensor) -> torch.Tensor:
        """(n, 128) from the deepest map, a finer one, and the outline's probabilities (n, 1, s, s)."""
        deep = self.look(deep)
        inside = F.avg_pool2d(outline, self.step)
        ring = F.max_pool2d(inside, 5, 1, 2) - inside
        parts = [deep.mean(dim=(2, 3)), deep.amax(dim=(2, 3)), _mean_over(fine, inside), _mean_over(fine, ring)]
        return self.mix(torch.cat(parts, dim=1))


def _mean_over(maps: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    return (maps * weights).sum(dim=(2, 3)) / (weights.sum(dim=(2, 3)) + 1e-3)


class Views(NamedTuple):
    """All that training looks at: mask logits, coarser mask logits, class logits, auxiliary logits."""

    mask: torch.Tensor
    coarse: List[torch.Tensor]
    classes: torch.Tensor
    auxiliary: Optional[torch.Tensor]


class OutlineNet(nn.Module):
    """Pictures (n, 1, s, s) of 0-255 -> mask logits (n, 1, s, s) and class logits (n, classes)."""

    def __init__(
        self, widths: Sequence[int], blocks: Sequence[int], classes: int, auxiliary: int = 0, dropout: float = 0.3
    ) -> None:
        super().__init__()
        self.standardise = Standardise()
        befores = [1, *widths[:-1]]
        self.fall = nn.ModuleList(
            nn.Sequential(
                Residual(before, after, 1 if level == 0 else 2), *(Residual(after, after) for _ in range(count - 1))
            )
            for level, (before, after, count) in enumerate(zip(befores, widths, blocks))
        )
        self.rise = nn.ModuleList(Rise(below, beside) for beside, below in zip(widths[:-1], widths[1:]))
        self.mask = nn.Conv2d(widths[0], 1, 1)
        self.coarse = nn.ModuleList(nn.Conv2d(width, 1, 1) for width in widths[1:3])
        self.head = ClassHead(widths[-1], widths[FINE], classes, auxiliary, dropout)

    @staticmethod
    def of(member: Dict[str, Any], classes: int) -> "OutlineNet":
        """The network of a recipe's member."""
        return OutlineNet(classes=classes, **member["network"])

    def views(self, images: torch.Tensor) -> Views:
        """Everything, for training."""
        x = self.standardise(images)
        levels = []
        for step in self.fall:
            x = step(x)
            levels.append(x)
        deepest, maps = x, {}
        for level in reversed(range(len(self.rise))):
            x = self.rise[level](x, levels[level])
            maps[level] = x
        mask = self.mask(x)
        pooled = self.head.pooled(deepest, maps[FINE], torch.sigmoid(mask.detach().float()))
        auxiliary = None if self.head.auxiliary is None else self.head.auxiliary(pooled)
        coarse = [look(maps[level]) for level, look in enumerate(self.coarse, start=1)] if self.training else []
        return Views(mask, coarse, self.head.classes(pooled), auxiliary)

    def forward(self, images: torch.Tensor) -> "tuple[torch.Tensor, torch.Tensor]":
        views = self.views(images)
        return views.mask, views.classes
