"""All trainings of a recipe side by side, as processes of their own: every member on all folds, and once without each fold."""

import argparse
import os
import subprocess
import sys
from typing import List

from .errors import TrainerError
from .recipe import read_recipe


def run_campaign(words: argparse.Namespace) -> None:
    """Runs them all at once (a GPU has room; each is small). Raises TrainerError when one failed."""
    recipe = read_recipe(words.recipe)
    words.out.mkdir(parents=True, exist_ok=True)
    running = [
        (f"member-{member}-{fold}", _start(words, member, fold))
        for member in range(len(recipe.members))
        for fold in ["none", *recipe.held_out]
    ]
    failed = [name for name, process in running if process.wait() != 0]
    if failed:
        raise TrainerError(f"these trainings failed: {', '.join(failed)}; their logs are beside the weights")


def _start(words: argparse.Namespace, member: int, fold: str) -> "subprocess.Popen[bytes]":
    arguments: List[str] = [
        *("--recipe", str(words.recipe), "--data", str(words.data), "--out", str(words.out)),
        *("--steps", str(words.steps), "--member", str(member), "--hold-out", fold),
    ]
    if words.minutes is not None:
        arguments += ["--minutes", str(words.minutes)]
    if words.device:
        arguments += ["--device", words.device]
    log = open(words.out / f"member-{member}-{fold}.log", "wb")
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "sluice_trainer", "train", *arguments]
    return subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment)
