"""`python -m sluice_trainer COMMAND`."""

import sys

from .commands import COMMANDS, parser
from .errors import TrainerError


def main() -> int:
    """Runs one command; 1 with a sentence when something is not as it must be."""
    words = parser().parse_args()
    try:
        COMMANDS[words.command](words)
    except TrainerError as error:
        sys.stderr.write(f"trainer: {error}\n")
        return 1
    return 0


sys.exit(main())
