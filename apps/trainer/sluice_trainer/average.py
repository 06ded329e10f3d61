"""Exponential moving average of a network: what is kept and shipped."""

import copy

import torch
from torch import nn


class Average:
    """Follows a network with a memory that grows to `decay`."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network = copy.deepcopy(network).eval()
        self.decay = decay
        for parameter in self.network.parameters():
            parameter.requires_grad_(False)

    @torch.no_grad()
    def follow(self, network: nn.Module, step: int) -> None:
        """Takes in the network after `step` steps."""
        keep = min(self.decay, (1 + step) / (10 + step))
        ours, theirs = self.network.state_dict(), network.state_dict()
        floats = [name for name, value in ours.items() if value.dtype.is_floating_point]
        torch._foreach_mul_([ours[name] for name in floats], keep)
        torch._foreach_add_([ours[name] for name in floats], [theirs[name] for name in floats], alpha=1 - keep)
