"""Step 3: trains one member of a recipe. Seeded, resumable, budget in steps."""

import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Optional

import numpy as np
import torch

from .augment import Augmentation, augment
from .average import Average
from .checkpoint import load_checkpoint, save_checkpoint
from .errors import TrainerError
from .losses import look_loss, training_loss
from .look import LookNet, true_shapes
from .network import OutlineNet
from .prepare import Prepared
from .progress import Progress

SEED_STRIDE = 1_000_003


@dataclass(frozen=True)
class Budget:
    """How long: `steps` batches; `minutes` also ends it (the learning rate then falls faster, so the run is not repeatable to the step)."""

    steps: int
    minutes: Optional[float] = None
    save_every: int = 500


def choose_device(name: Optional[str] = None) -> torch.device:
    """The named device, else CUDA where there is one."""
    return torch.device(name or ("cuda" if torch.cuda.is_available() else "cpu"))


class Training:
    """One network on its way. What step s does depends on the seed and s alone, so a resumed run goes on as if never stopped."""

    def __init__(
        self,
        member: Dict[str, Any],
        classes: int,
        data: Prepared,
        device: torch.device,
        told: Optional[np.ndarray] = None,
    ) -> None:
        """`told`: outlines (n, s, s) bool that the CNN gave for pictures it had not seen; with them a look is trained."""
        if len(data) == 0:
            raise TrainerError("there is nothing to train on")
        self.member, self.device, self.seed = member, device, int(member["seed"])
        torch.manual_seed(self.seed)
        self.look = told is not None
        self.network = (LookNet if self.look else OutlineNet).of(member, classes).to(device)
        if device.type == "cuda":
            self.network = self.network.to(memory_format=torch.channels_last)
        self.average = Average(self.network, member["train"]["average"])
        self.optimiser = _optimiser(self.network, member["train"])
        self.augmentation = Augmentation.of(member["augment"])
        self.images = torch.from_numpy(data.images).to(device)
        self.masks = torch.from_numpy(data.masks if told is None else told).to(device)
        self.shapes = true_shapes(torch.from_numpy(data.masks).to(device)) if self.look else None
        self.labels = torch.from_numpy(data.labels.astype(np.int64)).to(device)
        self.auxiliary = torch.from_numpy(data.auxiliary.astype(np.int64)).to(device)
        self.digest = data.digest
        self.step = 0

    def run(self, budget: Budget, checkpoint: Optional[Path] = None) -> None:
        """Trains up to `budget.steps`, going on from the checkpoint when there is one."""
        if checkpoint is not None and checkpoint.exists():
            load_checkpoint(self, checkpoint)
        progress, started = Progress("train", budget.steps), time.monotonic()
        while self.step < budget.steps:
            share = self.step / budget.steps
            if budget.minutes is not None:
                share = max(share, (time.monotonic() - started) / (60 * budget.minutes))
                if share >= 1:
                    break
            loss = self.take_step(share)
            if self.step % 20 == 0 or self.step == budget.steps:
                progress.show(self.step, f"loss {loss.item():.3f}")
            if checkpoint is not None and self.step % budget.save_every == 0:
                save_checkpoint(self, checkpoint)
        if checkpoint is not None:
            save_checkpoint(self, checkpoint)

    def take_step(self, share: float) -> torch.Tensor:
        """One batch; `share` (0-1) of the budget is behind us."""
        rows = torch.from_numpy(self._rows()).to(self.device)
        seed = self.seed * SEED_STRIDE + self.step
        torch.manual_seed(seed)
        images, masks = augment(
            self.images[rows].unsqueeze(1).float(), self.masks[rows].unsqueeze(1).float(), self.augmentation, seed
        )
        words = self.member["train"]
        for group in self.optimiser.param_groups:
            group["lr"] = words["rate"] * _rate_share(share, words["warm"])
        self.network.train()
        loss = self._loss(images, masks, rows)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimiser.step()
        self.average.follow(self.network, self.step)
        self.step += 1
        return loss.detach()

    def _loss(self, images: torch.Tensor, masks: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        words, labels, auxiliary = self.member["train"], self.labels[rows], self.auxiliary[rows]
        with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.device.type == "cuda"):
            views = self.network.views(images, masks, words["jitter"]) if self.look else self.network.views(images)
        if self.look:
            return look_loss(views, labels, auxiliary, self.shapes[rows], words)
        return training_loss(views, masks, labels, auxiliary, words)

    def _rows(self) -> np.ndarray:
        """The indices of this step's batch: every picture once per epoch, each epoch in its own order."""
        count, batch = len(self.labels), self.member["train"]["batch"]
        at = np.arange(self.step * batch, (self.step + 1) * batch)
        epochs = {epoch: np.random.default_rng([self.seed, epoch]).permutation(count) for epoch in set(at // count)}
        return np.array([epochs[epoch][place] for epoch, place in zip(at // count, at % count)])


def _optimiser(network: torch.nn.Module, words: Dict[str, Any]) -> torch.optim.Optimizer:
    """AdamW; norms and biases do not decay."""
    parameters = list(network.parameters())
    groups = [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": words["decay"]},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=words["rate"])


def _rate_share(share: float, warm: float) -> float:
    """Linear rise over the first `warm` of the budget, then half a cosine down to 1 %."""
    if share < warm:
        return 0.02 + 0.98 * share / warm
    return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * (share - warm) / (1 - warm)))
