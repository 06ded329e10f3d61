"""Step 5: the graph as one ONNX file with a dynamic batch axis, checked against torch."""

import io
from pathlib import Path
from typing import Dict

import numpy as np
import onnx
import onnxruntime
import torch

from .errors import TrainerError
from .shipped import Shipped

OPSET = 17
AGREES_WITHIN = 1e-4
OUTPUTS = ("mask", "probabilities", "logits")


class _Plain(torch.nn.Module):
    """A tuple instead of names: what the exporter understands in every version."""

    def __init__(self, shipped: Shipped) -> None:
        super().__init__()
        self.shipped = shipped

    def forward(self, images: torch.Tensor) -> "tuple[torch.Tensor, ...]":
        return tuple(self.shipped(images))


def to_onnx(module: torch.nn.Module, examples: "tuple[torch.Tensor, ...]", names: Dict[str, "tuple[str, ...]"]) -> onnx.ModelProto:
    """Any module as ONNX, first axis of every input and output dynamic. `names`: `inputs` and `outputs`."""
    axes = {name: {0: "batch"} for name in (*names["inputs"], *names["outputs"])}
    target = io.BytesIO()
    # torch 2.9 and newer would take another exporter, which older ones do not have.
    older = {} if torch.__version__.startswith("1.") else {"dynamo": False}
    torch.onnx.export(
        module.eval(),
        examples,
        target,
        opset_version=OPSET,
        input_names=list(names["inputs"]),
        output_names=list(names["outputs"]),
        dynamic_axes=axes,
        do_constant_folding=True,
        **older,
    )
    model = onnx.load_model_from_string(target.getvalue())
    onnx.checker.check_model(model)
    return model


def export_shipped(shipped: Shipped, size: int) -> onnx.ModelProto:
    """The shipped graph with float32 initialisers: input `image` (n, 1, size, size), outputs `mask`, `probabilities`, `logits`."""
    names = {"inputs": ("image",), "outputs": OUTPUTS}
    return to_onnx(_Plain(shipped), (torch.rand(2, 1, size, size) * 255,), names)


def open_model(content: bytes, threads: int = 2) -> onnxruntime.InferenceSession:
    """A CPU session; the model is one file in memory, so nothing outside it can be read."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def greatest_difference(content: bytes, shipped: Shipped, images: np.ndarray) -> Dict[str, float]:
    """Largest |onnxruntime - torch| of each output on pictures (n, 1, s, s) float32, and `flips`: mask pixels on another side of one half."""
    session = open_model(content)
    found: Dict[str, float] = {"mask": 0.0, "probabilities": 0.0, "logits": 0.0, "flips": 0.0}
    for start in range(0, len(images), 4):
        part = images[start : start + 4]
        ours = session.run(list(OUTPUTS), {"image": part})
        with torch.no_grad():
            theirs = [output.numpy() for output in shipped(torch.from_numpy(part))]
        for name, one, other in zip(OUTPUTS, ours, theirs):
            found[name] = max(found[name], float(np.abs(one - other).max()))
        found["flips"] += float(((ours[0] >= 0.5) != (theirs[0] >= 0.5)).sum())
    return found


def check_agreement(found: Dict[str, float]) -> None:
    """Raises TrainerError when onnxruntime and torch differ by more than 1e-4 in what they tell."""
    if max(found["mask"], found["probabilities"]) > AGREES_WITHIN:
        raise TrainerError(f"onnxruntime and torch differ: {found}")


def write_model(model: onnx.ModelProto, path: Path) -> int:
    """Writes one file (no external data) and gives its size in bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = model.SerializeToString()
    path.write_bytes(content)
    return len(content)
