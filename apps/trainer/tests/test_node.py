"""What the inference service's own runner (Node, onnxruntime-node) says of an exported model, against torch with the same weights."""

import subprocess
from pathlib import Path

import numpy as np
import torch

from sluice_trainer.fold import fold_norms, round_to_fp16
from sluice_trainer.prepare import load_prepared
from sluice_trainer.recipe import read_recipe
from sluice_trainer.select import calibrate
from sluice_trainer.shipped import load_shipped

HOME = Path(__file__).parent.parent
ROOT = HOME.parent.parent
PICTURES = 24


def torch_says(world: Path, images: np.ndarray) -> "list[np.ndarray]":
    """Mask, probabilities, logits (n, ...) of the shipped graph before it was exported: norms folded, weights rounded to fp16."""
    recipe = read_recipe(HOME / "recipes" / "phantoms.json")
    data = load_prepared(world / "data.npz")
    calibration, _ = calibrate(world / "trained", recipe, data.part(np.isin(data.words["fold"], recipe.folds["train"])))
    shipped = fold_norms(load_shipped(world / "trained", recipe, calibration))
    round_to_fp16(shipped)
    with torch.no_grad():
        return [output.numpy() for output in shipped(torch.from_numpy(images))]


def node_says(world: Path, images: np.ndarray, classes: int) -> "list[np.ndarray]":
    """The same, as the service's runner answers."""
    side = images.shape[-1]
    (world / "images.f32").write_bytes(images.tobytes())
    script, model = HOME / "tests" / "run_in_node.mjs", world / "models/phantoms/1/model.onnx"
    node = ROOT / "node_modules/.bin/node"
    words = [node, "--no-warnings", "--conditions=@sluice/source", script, model, world / "images.f32", side, world / "said.f32"]
    done = subprocess.run([str(word) for word in words], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    said = np.frombuffer((world / "said.f32").read_bytes(), np.float32).reshape(len(images), -1)
    area = side * side
    return [said[:, :area].reshape(-1, 1, side, side), said[:, area : area + classes], said[:, area + classes :]]


def test_node_says_what_torch_says(world):
    images = load_prepared(world / "data.npz").images[:PICTURES, None].astype(np.float32)
    theirs = torch_says(world, images)
    ours = node_says(world, images, theirs[1].shape[1])
    for one, other in zip(ours[:2], theirs[:2]):
        assert one.shape == other.shape
        assert np.abs(one - other).max() <= 1e-4
    assert ((ours[0] >= 0.5) == (theirs[0] >= 0.5)).all()
