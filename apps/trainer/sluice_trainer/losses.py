"""What training minimises: BCE + soft Dice for the outline, cross-entropy for the class."""

from typing import Any, Dict

import torch
import torch.nn.functional as F

from .look import Looked
from .network import Views


def mask_loss(logits: torch.Tensor, masks: torch.Tensor) -> torch.Tensor:
    """Binary cross-entropy plus soft Dice, the latter by picture. Both (n, 1, s, s)."""
    logits = logits.float()
    probability = torch.sigmoid(logits)
    overlap = (probability * masks).sum(dim=(1, 2, 3))
    total = probability.sum(dim=(1, 2, 3)) + masks.sum(dim=(1, 2, 3))
    dice = (2 * overlap + 1) / (total + 1)
    return F.binary_cross_entropy_with_logits(logits, masks) + 1 - dice.mean()


def training_loss(
    views: Views, masks: torch.Tensor, labels: torch.Tensor, auxiliary: torch.Tensor, weights: Dict[str, Any]
) -> torch.Tensor:
    """All losses, weighted as the recipe says (`class`, `auxiliary`, `smoothing`). A picture that lost its lesion teaches no class."""
    loss = mask_loss(views.mask, masks)
    for level, logits in enumerate(views.coarse, start=1):
        loss = loss + 0.5**level * mask_loss(logits, F.avg_pool2d(masks, 2**level))
    seen = (masks.sum(dim=(1, 2, 3)) > 0).float()
    smoothing = weights.get("smoothing", 0.0)
    by_picture = F.cross_entropy(views.classes.float(), labels, label_smoothing=smoothing, reduction="none")
    loss = loss + weights["class"] * (by_picture * seen).sum() / seen.sum().clamp(min=1)
    if views.auxiliary is not None:
        loss = loss + weights["auxiliary"] * F.cross_entropy(views.auxiliary.float(), auxiliary, ignore_index=-1)
    return loss


def look_loss(
    looked: Looked, labels: torch.Tensor, auxiliary: torch.Tensor, shapes: torch.Tensor, weights: Dict[str, Any]
) -> torch.Tensor:
    """Cross-entropy for the class; beside it the auxiliary class and the shape of the drawn outline, which steady the features."""
    loss = F.cross_entropy(looked.classes.float(), labels, label_smoothing=weights.get("smoothing", 0.0))
    if looked.auxiliary is not None:
        loss = loss + weights["auxiliary"] * F.cross_entropy(looked.auxiliary.float(), auxiliary, ignore_index=-1)
    return loss + weights["shape"] * F.mse_loss(looked.shape.float(), shapes)
