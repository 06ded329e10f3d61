"""What a network says about prepared pictures."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from .prepare import Prepared

BATCH = 16
LEVELS = 15


class Said(NamedTuple):
    """Of n pictures: mask probabilities (n, s, s) uint8 in LEVELS steps (small files; one half stays exact), class logits (n, classes) float32, ids (n,)."""

    masks: np.ndarray
    logits: np.ndarray
    ids: np.ndarray


@torch.no_grad()
def predict(network: torch.nn.Module, data: Prepared, mirrored: bool = False) -> Said:
    """Runs a network over the data, where the network lies; `mirrored` shows it each picture in the mirror and turns the mask back."""
    network.eval()
    device = next(network.parameters()).device
    masks, logits = [], []
    for start in range(0, len(data), BATCH):
        images = torch.from_numpy(data.images[start : start + BATCH]).to(device).unsqueeze(1).float()
        mask, classes = network(images.flip(3) if mirrored else images)
        mask = torch.sigmoid(mask.flip(3) if mirrored else mask)
        masks.append((mask[:, 0] * LEVELS + 0.5).byte().cpu().numpy())
        logits.append(classes.float().cpu().numpy())
    return Said(np.concatenate(masks), np.concatenate(logits), data.words["id"])


@torch.no_grad()
def predict_look(network: torch.nn.Module, data: Prepared, told: np.ndarray) -> Said:
    """Class logits of a look at the told outlines (n, s, s) bool."""
    network.eval()
    device = next(network.parameters()).device
    logits = []
    for start in range(0, len(data), BATCH):
        part = slice(start, start + BATCH)
        images = torch.from_numpy(data.images[part]).to(device).unsqueeze(1).float()
        masks = torch.from_numpy(told[part]).to(device).unsqueeze(1).float()
        logits.append(network(images, masks).float().cpu().numpy())
    return Said(np.zeros((len(data), 1, 1), np.uint8), np.concatenate(logits), data.words["id"])


def save_said(said: Said, path: Path) -> None:
    """Writes one .npz."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **said._asdict())


def load_said(path: Path) -> Said:
    """Reads what `save_said` wrote."""
    with np.load(path, allow_pickle=False) as file:
        return Said(file["masks"], file["logits"], file["ids"])
