"""The model card: what a person must know before using a model, from its recipe and figures."""

from typing import Any, Dict, List

from .recipe import Recipe

ROWS = {
    "dice": "Dice of the outline",
    "auc": "AUC of the class",
    "accuracy": "Accuracy of the class",
    "longAxisErrorMedian": "Median error of the long axis",
    "ece": "Expected calibration error",
    "missed": "Missed lesions (IoU under 0.1)",
}


def model_card(recipe: Recipe, training: Dict[str, Any], metrics: Dict[str, Any]) -> str:
    """Markdown."""
    card, fp16, int8 = recipe.card, training["fp16"], training["int8"]
    parts = [
        f"# {recipe.name}, version 1",
        "Research use, not a medical device. Its answers are preliminary and unverified; a person reads the picture.",
        _section("Intended use", card.get("use", ["Tests with generated pictures."])),
        _section("Input", [f"{key}: {_plain(value)}" for key, value in recipe.contract.items()])
        + "\nThe whole contract, letterbox and outputs included, is `contract.json`.",
        _reading(recipe),
        _section("Training data, licence, citation", card.get("data", ["Generated phantoms."])),
        _figures(metrics, recipe),
        _devices(metrics),
        _section("What it cannot do", card.get("limits", ["Anything but phantoms."])),
        _section(
            "How it was made",
            [
                *card.get("made", []),
                f"Seeds {training['seeds']}; training data digest `{training['dataDigest']}`,"
                f" test data digest `{metrics['dataDigest']}` (SHA-256 over ids, file digests and labels).",
                f"Weights in fp16, arithmetic in float32. Against float32 weights the largest change of a probability is"
                f" {fp16['largestChangeOfProbability']:.4f} and the least Dice between both outlines {fp16['leastDiceOfOutlines']:.4f}"
                f" ({fp16['pictures']} training pictures).",
                f"int8 was measured and is not shipped: {fp16_size(int8)} MB, largest change {int8['largestChangeOfProbability']:.4f},"
                f" least Dice {int8['leastDiceOfOutlines']:.4f}.",
            ],
        ),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _reading(recipe: Recipe) -> str:
    """What a service adds to the answers; empty where the recipe says nothing of it."""
    reading, lines = recipe.reading, []
    if reading.get("region") == "ultrasound":
        lines.append("Of an ultrasound object that names its regions only the one of tissue is shown; with several none is.")
    if reading.get("mostColoured", 1) < 1:
        lines.append(f"A picture of which more than {reading['mostColoured']:.0%} is in colour (flow, stiffness) is not shown.")
    if reading.get("leastAreaPixels", 1) > 1:
        lines.append(f"An outline of fewer than {reading['leastAreaPixels']} pixels is none.")
    triage = reading.get("triage")
    if triage:
        axis = f", a long axis from {triage['soonFromMm']} mm" if "soonFromMm" in triage else ""
        lines.append(
            f"Triage, an order of reading and no diagnosis: urgent from a probability of `{recipe.classes[recipe.positive]}` of"
            f" {triage['urgentFrom']}; soon from {triage['soonFrom']}{axis}, or where no outline is found; else routine."
            " The limits were set by hand; what they miss was not measured."
        )
    return _section("How a service reads it", lines) if lines else ""


def fp16_size(words: Dict[str, Any]) -> str:
    """Megabytes of a file, one decimal."""
    return f"{words['sizeBytes'] / 1e6:.1f}"


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _section(title: str, lines: List[str]) -> str:
    return f"## {title}\n\n" + "\n".join(f"- {line}" for line in lines)


def _figures(metrics: Dict[str, Any], recipe: Recipe) -> str:
    unit = "patients" if recipe.columns.get("group") else f"runs of {recipe.folds['run']} neighbouring slices"
    lines = [
        "## Figures",
        "",
        f"{metrics['n']} pictures, {metrics['groups']} {unit}, scored with the shipped file by onnxruntime on the CPU;"
        f" 95 % intervals by a bootstrap over {unit}.",
        "",
        "| figure | value | 95 % interval | aim |",
        "| --- | --- | --- | --- |",
    ]
    for name, title in ROWS.items():
        low, high = metrics["intervals"][name]
        digits = 0 if name == "missed" else 3
        lines.append(f"| {title} | {metrics[name]:.{digits}f} | {low:.{digits}f} to {high:.{digits}f} | {_aim(recipe, name, metrics[name])} |")
    lines.append(f"| Calibration error before the temperature | {metrics['eceBefore']:.3f} | | |")
    for name, title in (("alone", "SVM alone"), ("meanOfBoth", "mean of CNN and SVM")):
        if "svm" in metrics:
            low, high = metrics["svm"][name]["intervals"]["auc"]
            lines.append(f"| AUC, {title} | {metrics['svm'][name]['auc']:.3f} | {low:.3f} to {high:.3f} | |")
    said = [*recipe.card.get("figures", []), f"Times that these pictures have been scored in all: {metrics['timesScored']}."]
    return "\n".join([*lines, "", *(f"- {line}" for line in said)])


def _aim(recipe: Recipe, name: str, value: float) -> str:
    """The recipe's aim and whether it was met: `least` or `most` of a figure."""
    aim = recipe.card.get("aims", {}).get(name)
    if aim is None:
        return ""
    least = "least" in aim
    bound = aim["least"] if least else aim["most"]
    met = value >= bound if least else value <= bound
    return f"{'at least' if least else 'at most'} {bound}: {'met' if met else '**missed**'}"


def _devices(metrics: Dict[str, Any]) -> str:
    if not metrics["devices"]:
        return ""
    lines = ["## By scanner", "", "| scanner | n | Dice | AUC | long-axis error | missed |", "| --- | --- | --- | --- | --- | --- |"]
    for name, row in metrics["devices"].items():
        figures = " | ".join(f"{row[key]:.3f}" for key in ("dice", "auc", "longAxisErrorMedian"))
        lines.append(f"| {name} | {row['n']} | {figures} | {row['missed']} |")
    return "\n".join(lines)
