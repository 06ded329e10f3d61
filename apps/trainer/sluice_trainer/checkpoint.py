"""Checkpoints (to go on from) and weights (to ship from)."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict

import torch

from .errors import TrainerError

if TYPE_CHECKING:
    from .train import Training


def save_checkpoint(training: "Training", path: Path) -> None:
    """All that the next step depends on. Written aside and renamed: a killed run leaves the last whole one."""
    state = {
        "step": training.step,
        "digest": training.digest,
        "seed": training.seed,
        "network": training.network.state_dict(),
        "average": training.average.network.state_dict(),
        "optimiser": training.optimiser.state_dict(),
    }
    _write(state, path)


def load_checkpoint(training: "Training", path: Path) -> None:
    """Goes on where a checkpoint ended. Raises TrainerError when it is of other data or another seed."""
    state = torch.load(path, map_location=training.device)
    if (state["digest"], state["seed"]) != (training.digest, training.seed):
        raise TrainerError(f"{path.name} is of other data or another seed: take it away to begin anew")
    training.network.load_state_dict(state["network"])
    training.average.network.load_state_dict(state["average"])
    training.optimiser.load_state_dict(state["optimiser"])
    training.step = state["step"]


def save_weights(training: "Training", path: Path) -> None:
    """The averaged weights, rounded to fp16: what will be shipped."""
    state = training.average.network.state_dict()
    weights = {n: v.detach().cpu().half() if v.dtype.is_floating_point else v.cpu() for n, v in state.items()}
    _write({"weights": weights, "digest": training.digest, "seed": training.seed, "step": training.step}, path)


def load_weights(network: torch.nn.Module, path: Path) -> Dict[str, Any]:
    """Puts fp16-rounded weights into a float32 network. Gives what else the file says: digest, seed, step."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    network.load_state_dict({n: v.float() if v.dtype.is_floating_point else v for n, v in state.pop("weights").items()})
    return state


def _write(state: Dict[str, Any], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    torch.save(state, part)
    os.replace(part, path)
