"""What ships: one graph that averages the members' views, adds the closer looks, and ends in calibrated probabilities."""

from dataclasses import dataclass
from pathlib import Path
from typing import List, NamedTuple, Sequence

import torch
from torch import nn

from .checkpoint import load_weights
from .features import THRESHOLD
from .look import LookNet
from .network import OutlineNet
from .recipe import Recipe
from .views import View, parse_views


@dataclass(frozen=True)
class Calibration:
    """`temperature` divides the logits; `look` (0-1) is the looks' share of them."""

    temperature: float
    look: float = 0.0


class Outputs(NamedTuple):
    """Mask probabilities (n, 1, s, s), calibrated class probabilities (n, classes), class logits before the temperature."""

    mask: torch.Tensor
    probabilities: torch.Tensor
    logits: torch.Tensor


class Shipped(nn.Module):
    """Pictures (n, 1, s, s) float32 of 0-255, letterboxed -> Outputs."""

    def __init__(
        self, members: Sequence[OutlineNet], looks: Sequence[LookNet], views: Sequence[View], calibration: Calibration
    ) -> None:
        super().__init__()
        self.members, self.looks = nn.ModuleList(members), nn.ModuleList(looks)
        self.views, self.calibration = list(views), calibration

    def forward(self, images: torch.Tensor) -> Outputs:
        mirror = images.flip(3)
        masks, logits = [], []
        for member, mirrored in self.views:
            mask, classes = self.members[member](mirror if mirrored else images)
            mask = torch.sigmoid(mask)
            masks.append(mask.flip(3) if mirrored else mask)
            logits.append(classes)
        mask, told = sum(masks) / len(masks), sum(logits) / len(logits)
        if len(self.looks):
            outline = (mask >= THRESHOLD).to(images.dtype)
            looked = sum(look(images, outline) for look in self.looks) / len(self.looks)
            told = (1 - self.calibration.look) * told + self.calibration.look * looked
        return Outputs(mask, torch.softmax(told / self.calibration.temperature, dim=1), told)


def used_members(recipe: Recipe) -> List[int]:
    """The members that ship: those with a view."""
    return sorted({view.member for view in parse_views(recipe.views)})


def load_shipped(folder: Path, recipe: Recipe, calibration: Calibration) -> Shipped:
    """From the weights of a campaign: what was trained on all training folds, rounded to fp16."""
    views = parse_views(recipe.views)
    used = used_members(recipe)
    members = [OutlineNet.of(recipe.members[at], len(recipe.classes)) for at in used]
    looks = [LookNet.of(look, len(recipe.classes)) for look in recipe.looks]
    files = [f"member-{at}-none" for at in used] + [f"look-{at}-none" for at in range(len(looks))]
    for network, name in zip([*members, *looks], files):
        load_weights(network, folder / f"{name}.weights")
    renamed = [View(used.index(view.member), view.mirrored) for view in views]
    return Shipped(members, looks, renamed, calibration).eval()
