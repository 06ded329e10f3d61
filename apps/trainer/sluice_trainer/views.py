"""Which networks look at a picture, and how: as it is, or in the mirror. A set of views is what ships."""

from typing import List, NamedTuple, Sequence


class View(NamedTuple):
    """One look of one member."""

    member: int
    mirrored: bool

    @property
    def name(self) -> str:
        """`0`, or `0m` in the mirror."""
        return f"{self.member}{'m' if self.mirrored else ''}"


def parse_views(words: str) -> List[View]:
    """`0,1m` -> member 0 as it is, member 1 in the mirror."""
    return [View(int(word.rstrip("m")), word.endswith("m")) for word in words.split(",")]


def name_of(views: Sequence[View]) -> str:
    """The words that `parse_views` reads."""
    return ",".join(view.name for view in views)
