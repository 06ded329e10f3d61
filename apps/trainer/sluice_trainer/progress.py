"""Progress for people: one line that renews itself on a terminal, and a few plain lines elsewhere."""

import sys
import time
from typing import Iterable, Iterator, Sequence, TypeVar

Item = TypeVar("Item")
BAR_WIDTH = 24
PLAIN_EVERY_S = 10.0


class Progress:
    """Shows how far `what` has come. `total` in steps."""

    def __init__(self, what: str, total: int) -> None:
        self.what, self.total = what, max(total, 1)
        self.started = time.monotonic()
        self.said_at = self.started
        self.terminal = sys.stderr.isatty()

    def show(self, done: int, note: str = "") -> None:
        """Shows `done` steps; elsewhere than on a terminal at most every ten seconds."""
        now = time.monotonic()
        last = done >= self.total
        if not last and now - self.said_at < (0.2 if self.terminal else PLAIN_EVERY_S):
            return
        self.said_at = now
        filled = min(BAR_WIDTH, BAR_WIDTH * done // self.total)
        bar = "#" * filled + "." * (BAR_WIDTH - filled)
        line = f"{self.what} [{bar}] {done}/{self.total} {now - self.started:.0f} s {note}".rstrip()
        ending = "\r" if self.terminal and not last else "\n"
        sys.stderr.write(line + ending)
        sys.stderr.flush()


def tracked(what: str, items: Sequence[Item]) -> Iterator[Item]:
    """The items one by one, with progress."""
    progress = Progress(what, len(items))
    for done, item in enumerate(items, start=1):
        yield item
        progress.show(done)


def batches(indices: Sequence[int], size: int) -> Iterable[Sequence[int]]:
    """Consecutive slices of at most `size`."""
    return [indices[start : start + size] for start in range(0, len(indices), size)]
