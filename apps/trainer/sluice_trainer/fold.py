"""Makes a trained graph ready to ship: norms folded into the convolutions before them, weights rounded to fp16."""

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from .look import LookNet
from .network import Residual

LEAST_VALUES = 64


def fold_norms(module: nn.Module) -> nn.Module:
    """Folds every batch norm into its convolution, in place; the module must be in eval mode. What it computes stays the same but for rounding."""
    for part in module.modules():
        if isinstance(part, Residual):
            part.first = fuse_conv_bn_eval(part.first, part.first_norm)
            part.second = fuse_conv_bn_eval(part.second, part.second_norm)
            part.first_norm, part.second_norm = nn.Identity(), nn.Identity()
            if part.cut is not None:
                part.cut = nn.Sequential(fuse_conv_bn_eval(part.cut[0], part.cut[1]))
        if isinstance(part, LookNet):
            part.stem = nn.Sequential(fuse_conv_bn_eval(part.stem[0], part.stem[1]), part.stem[2])
    return module


@torch.no_grad()
def round_to_fp16(module: nn.Module) -> nn.Module:
    """Rounds every tensor of weights that is stored as fp16 (64 values and more), in place; float32 stays the type of the arithmetic."""
    for tensor in [*module.parameters(), *module.buffers()]:
        if tensor.dtype == torch.float32 and tensor.numel() >= LEAST_VALUES:
            tensor.copy_(tensor.half().float())
    return module
