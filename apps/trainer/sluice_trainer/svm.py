"""The second opinion: an RBF SVM on the features of the CNN's own outlines, as one ONNX graph with the features in it."""

from typing import Any, Dict, Tuple

import numpy as np
import onnx
import onnx.compose
import torch
from onnx import helper
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from .export import OPSET, to_onnx
from .features import NAMES, OutlineFeatures
from .metrics import auc
from .prepare import Prepared

COSTS = (0.3, 1.0, 3.0, 10.0)
WIDTHS = (0.003, 0.01, 0.02, 0.05)


@torch.no_grad()
def features_of(data: Prepared, told: np.ndarray) -> np.ndarray:
    """Features (n, len(NAMES)) of told outlines (n, s, s) bool on the prepared pictures."""
    graph, found = OutlineFeatures(), []
    for start in range(0, len(data), 32):
        part = slice(start, start + 32)
        images = torch.from_numpy(data.images[part]).unsqueeze(1).float()
        found.append(graph(images, torch.from_numpy(told[part]).unsqueeze(1).float()).numpy())
    return np.concatenate(found)


def choose_svm(features: np.ndarray, labels: np.ndarray, folds: np.ndarray) -> Tuple[Dict[str, float], float]:
    """Cost and width by leaving each fold out; gives them and the AUC (two classes: of the second, else accuracy) of what was left out."""
    found = {}
    for cost in COSTS:
        for width in WIDTHS:
            found[(cost, width)] = _left_out(features, labels, folds, _svm(cost, width))
    (cost, width), best = max(found.items(), key=lambda entry: entry[1])
    return {"C": cost, "gamma": width}, best


def _svm(cost: float, width: float, probability: bool = False, seed: int = 0) -> Pipeline:
    return make_pipeline(StandardScaler(), SVC(C=cost, gamma=width, probability=probability, random_state=seed))


def _left_out(features: np.ndarray, labels: np.ndarray, folds: np.ndarray, svm: Pipeline) -> float:
    scores = np.zeros(len(labels))
    for fold in np.unique(folds):
        out = folds == fold
        svm.fit(features[~out], labels[~out])
        scores[out] = svm.decision_function(features[out]) if labels.max() == 1 else svm.predict(features[out])
    return auc(scores, labels == 1) if labels.max() == 1 else float((scores == labels).mean())


def fit_svm(features: np.ndarray, labels: np.ndarray, chosen: Dict[str, float], seed: int) -> Pipeline:
    """The SVM on all rows, with probabilities (Platt)."""
    return _svm(chosen["C"], chosen["gamma"], True, seed).fit(features, labels)


def export_svm(svm: Pipeline, size: int) -> onnx.ModelProto:
    """Inputs `image` of 0-255 and `mask` probabilities (n, 1, size, size), output `probabilities` (n, classes)."""
    from skl2onnx import convert_sklearn
    from skl2onnx.common.data_types import FloatTensorType

    names: Dict[str, Any] = {"inputs": ("image", "mask"), "outputs": ("features",)}
    images = torch.rand(2, 1, size, size) * 255
    first = to_onnx(OutlineFeatures(), (images, (images > 128).float()), names)
    second = convert_sklearn(
        svm,
        initial_types=[("given", FloatTensorType([None, len(NAMES)]))],
        options={id(svm): {"zipmap": False}},
        target_opset={"": OPSET, "ai.onnx.ml": 3},
    )
    both = _merge(first, second)
    onnx.checker.check_model(both)
    return both


def _merge(first: onnx.ModelProto, second: onnx.ModelProto) -> onnx.ModelProto:
    """Both graphs as one, by hand: onnx's own merging loses the domain of the SVM."""
    second = onnx.compose.add_prefix(second, "svm_")
    names = {"svm_given": "features", "svm_probabilities": "probabilities"}
    for node in second.graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
    (told,) = [output for output in second.graph.output if output.name == "svm_probabilities"]
    told.name = "probabilities"
    first.graph.node.extend(second.graph.node)
    first.graph.initializer.extend(second.graph.initializer)
    del first.graph.output[:]
    first.graph.output.append(told)
    first.opset_import.append(helper.make_opsetid("ai.onnx.ml", 3))
    return first
