"""Step 2: every batch is turned, scaled, bent and lit anew, on whatever device it lies. Seeded."""

import math
from dataclasses import dataclass
from typing import Any, Dict, Tuple

import torch
import torch.nn.functional as F


@dataclass(frozen=True)
class Augmentation:
    """How far each change may go. Angles in degrees; others relative; probabilities 0-1."""

    rotate: float = 20.0
    scale: float = 0.25
    stretch: float = 0.1
    shift: float = 0.08
    bend: float = 0.03
    flip: float = 0.5
    upside_down: float = 0.0
    brightness: float = 0.12
    contrast: float = 0.3
    gamma: float = 0.35
    noise: float = 0.05
    speckle: float = 0.15
    coarsen: float = 0.2

    @staticmethod
    def of(words: Dict[str, Any]) -> "Augmentation":
        """From a recipe; `strength` multiplies the amounts, not the probabilities."""
        words = dict(words)
        strength = words.pop("strength", 1.0)
        base = Augmentation(**words)
        amounts = ("rotate", "scale", "stretch", "shift", "bend", "brightness", "contrast", "gamma", "noise", "speckle")
        return Augmentation(**{**base.__dict__, **{name: getattr(base, name) * strength for name in amounts}})


class _Dice:
    """Random numbers on one device from one seed."""

    def __init__(self, seed: int, device: torch.device) -> None:
        self.device = device
        self.generator = torch.Generator(device=device)
        self.generator.manual_seed(seed)

    def spread(self, count: int, amount: float) -> torch.Tensor:
        """(count,) uniform in [-amount, amount]."""
        return (torch.rand(count, generator=self.generator, device=self.device) * 2 - 1) * amount

    def normal(self, *shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=self.generator, device=self.device)

    def happens(self, count: int, chance: float) -> torch.Tensor:
        """(count,) true with the given chance."""
        return torch.rand(count, generator=self.generator, device=self.device) < chance


def augment(
    images: torch.Tensor, masks: torch.Tensor, how: Augmentation, seed: int
) -> Tuple[torch.Tensor, torch.Tensor]:
    """Images (n, 1, s, s) of 0-255 and masks of 0 or 1, both float32 -> the same shapes and ranges. Padding stays 0."""
    dice = _Dice(seed, images.device)
    grid = _grid(images.shape, how, dice)
    warped = F.grid_sample(images, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
    warped_masks = F.grid_sample(masks, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
    return _light(warped, how, dice), (warped_masks > 0.5).float()


def _grid(shape: torch.Size, how: Augmentation, dice: _Dice) -> torch.Tensor:
    """Where each output pixel comes from: (n, s, s, 2) in [-1, 1]."""
    count, size = shape[0], shape[-1]
    angle = dice.spread(count, math.radians(how.rotate))
    zoom = torch.exp(dice.spread(count, how.scale))
    aspect = torch.exp(dice.spread(count, how.stretch))
    mirror = 1 - 2 * dice.happens(count, how.flip).float()
    upside = 1 - 2 * dice.happens(count, how.upside_down).float()
    cos, sin = torch.cos(angle), torch.sin(angle)
    row_x = torch.stack([cos * zoom * aspect * mirror, -sin * zoom * mirror, dice.spread(count, how.shift)], dim=1)
    row_y = torch.stack([sin * zoom * upside, cos * zoom / aspect * upside, dice.spread(count, how.shift)], dim=1)
    grid = F.affine_grid(torch.stack([row_x, row_y], dim=1), [count, 1, size, size], align_corners=False)
    field = dice.normal(count, 2, 6, 6) * how.bend * dice.happens(count, 0.5).float().view(-1, 1, 1, 1)
    bend = F.interpolate(field, size=(size, size), mode="bicubic", align_corners=False)
    return grid + bend.permute(0, 2, 3, 1)


def _light(images: torch.Tensor, how: Augmentation, dice: _Dice) -> torch.Tensor:
    """Brightness, contrast, gamma, noise, speckle and coarseness of each picture."""
    count = images.shape[0]
    inside = (images > 0.5).float()
    each = (-1, 1, 1, 1)
    picture = images / 255.0
    picture = _coarsen(picture, dice.happens(count, how.coarsen).view(each))
    picture = picture.clamp(1e-4, 1.0) ** torch.exp(dice.spread(count, how.gamma)).view(each)
    mean = (picture * inside).sum(dim=(1, 2, 3), keepdim=True) / inside.sum(dim=(1, 2, 3), keepdim=True).clamp(min=1)
    picture = (picture - mean) * torch.exp(dice.spread(count, how.contrast)).view(each) + mean
    picture = picture + dice.spread(count, how.brightness).view(each)
    picture = picture * (1 + dice.normal(*images.shape) * dice.spread(count, how.speckle).view(each))
    picture = picture + dice.normal(*images.shape) * dice.spread(count, how.noise).view(each)
    return picture.clamp(1 / 255.0, 1.0) * 255.0 * inside


def _coarsen(picture: torch.Tensor, chosen: torch.Tensor) -> torch.Tensor:
    """Half the resolution and back, for the chosen ones."""
    size = picture.shape[-2:]
    half = F.avg_pool2d(picture, 2)
    return torch.where(chosen, F.interpolate(half, size=size, mode="bilinear", align_corners=False), picture)
