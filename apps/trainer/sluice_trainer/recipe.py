"""A recipe: everything about a model that is decided by a person, in one JSON file."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, List

from .errors import TrainerError


@dataclass(frozen=True)
class Recipe:
    """What `recipes/NAME.json` says. `members` draw outlines and tell a class; `looks` tell the class once more from the lesion alone; `views` ship;
    `folds.timesScored` is how often the test folds have been looked at in all: raise it before `evaluate` is run again;
    `reading` is how a service shows pictures and reads answers (`region`, `mostColoured`, `parts`, `leastAreaPixels`, `triage`)."""

    name: str
    classes: List[str]
    size: int
    columns: Dict[str, str]
    folds: Dict[str, Any]
    members: List[Dict[str, Any]]
    looks: List[Dict[str, Any]]
    views: str
    contract: Dict[str, Any]
    card: Dict[str, Any]
    reading: Dict[str, Any] = field(default_factory=dict)

    @property
    def held_out(self) -> List[str]:
        """The training folds that were each held out once: all of them, or those that the recipe names."""
        return self.folds.get("heldOut", self.folds["train"])

    @property
    def positive(self) -> int:
        """The class that AUC is about: the last one."""
        return len(self.classes) - 1


def read_recipe(path: Path) -> Recipe:
    """Reads a recipe. Raises TrainerError when something is missing or too much."""
    try:
        words = json.loads(path.read_text())
        return Recipe(**words)
    except (OSError, ValueError, TypeError) as cause:
        raise TrainerError(f"{path.name} is no recipe: {cause}") from cause
