"""Errors that a person can act on."""


class TrainerError(Exception):
    """Something in the data, the recipe or a file is not as it must be; the message says what and where."""
