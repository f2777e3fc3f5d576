"""What stops the demo, in one Spanish sentence with its cure."""

from typing import Final

EXIT_FAILED: Final = 1
EXIT_CANNOT_START: Final = 2


class CannotStartError(Exception):
    """The machine or the folder lacks something; the message says what and how to mend it."""


class StoryFailedError(Exception):
    """A step of the story did not end as it should; the message says what was expected."""
