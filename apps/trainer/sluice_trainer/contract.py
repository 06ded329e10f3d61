"""What the inference service must know of a model: the input contract, and Triton's config."""

from typing import Any, Dict

from .outline import THRESHOLD
from .prepare import LEAST_STEPS
from .recipe import Recipe
from .shipped import Calibration


def contract_of(recipe: Recipe, calibration: Calibration) -> Dict[str, Any]:
    """The words of contract.json."""
    reading = recipe.reading
    words = {
        "name": recipe.name,
        "researchUseOnly": True,
        "fits": recipe.contract,
        "input": {
            "name": "image",
            "type": "FP32",
            "shape": [-1, 1, recipe.size, recipe.size],
            "range": [0, 255],
            "normalise": f"8-bit grey; a picture whose greys span less than {LEAST_STEPS} steps is stretched to 0-255 first",
            "stretchBelowSteps": LEAST_STEPS,
            "region": reading.get("region", "whole"),
            "mostColoured": reading.get("mostColoured", 1),
            "letterbox": {"size": recipe.size, "longSide": "fit", "place": "centre", "fill": 0, "resample": "lanczos3"},
            "standardisation": "in the graph; pixels of value 0 count as padding",
        },
        "outputs": {
            "mask": {"type": "FP32", "shape": [-1, 1, recipe.size, recipe.size], "what": "probability of lesion"},
            "probabilities": {"type": "FP32", "shape": [-1, len(recipe.classes)], "what": "calibrated, by class"},
            "logits": {"type": "FP32", "shape": [-1, len(recipe.classes)], "what": "before the temperature"},
        },
        "classes": recipe.classes,
        "positiveClass": recipe.classes[recipe.positive],
        "temperature": {"value": calibration.temperature, "appliedInGraph": True},
        "lookShare": {"value": calibration.look, "appliedInGraph": True},
        "outline": {
            "threshold": THRESHOLD,
            "back": "bilinear into the picture's own pixels, then cut",
            "keep": "largest part (8 neighbours), holes filled",
            "parts": reading.get("parts", "largest"),
            "leastAreaPixels": reading.get("leastAreaPixels", 1),
        },
        "longAxis": "greatest distance between two pixel centres of the outline, plus one pixel",
    }
    return {**words, "triage": reading["triage"]} if "triage" in reading else words


def triton_config(name: str, inputs: Dict[str, Any], outputs: Dict[str, Any], most: int = 32) -> str:
    """config.pbtxt: tensors by name with their shape behind the batch axis."""

    def tensors(kind: str, words: Dict[str, Any]) -> str:
        lines = [
            f'  {{ name: "{key}" data_type: TYPE_FP32 dims: [ {", ".join(map(str, shape))} ] }}'
            for key, shape in words.items()
        ]
        return f"{kind} [\n" + ",\n".join(lines) + "\n]\n"

    head = f'name: "{name}"\nplatform: "onnxruntime_onnx"\nmax_batch_size: {most}\n'
    tail = "dynamic_batching { max_queue_delay_microseconds: 20000 }\n"
    return head + tensors("input", inputs) + tensors("output", outputs) + tail
