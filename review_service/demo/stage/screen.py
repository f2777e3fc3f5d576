"""Prints the demo's steps on the terminal, one line each, with the time it took."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, TextIO

GREEN: Final = "\x1b[32m"
RED: Final = "\x1b[31m"
SOFT: Final = "\x1b[2m"
BOLD: Final = "\x1b[1m"
PLAIN: Final = "\x1b[0m"
WIPE: Final = "\r\x1b[K"


def seconds(value: float) -> str:
    """Return a duration in Spanish format: «0,4 s»."""
    return f"{value:.1f} s".replace(".", ",")


@dataclass(slots=True)
class Step:
    """A running step; a result may be printed beside its text."""

    words: str
    found: list[str] = field(default_factory=list)

    def say(self, words: str) -> None:
        """Add a line below the step's own."""
        self.found.append(words)


class Screen:
    """Prints plain lines; on a terminal also colours and a line that is updated."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._is_terminal = self._stream.isatty() and os.environ.get("TERM") != "dumb"
        self._colours = self._is_terminal and "NO_COLOR" not in os.environ
        self.ending: BaseException | None = None
        """What a signal's handler raised; Python drops it where an object is just being closed."""

    def require_going_on(self) -> None:
        """Raise ``ending`` again, once the demo was asked to end."""
        if self.ending is not None:
            raise self.ending

    def line(self, words: str = "") -> None:
        """Print one line."""
        self._write(f"{words}\n")

    def heading(self, words: str) -> None:
        """Print a heading with an empty line before it."""
        self._write(f"\n{self._in(BOLD, words)}\n")

    def failure(self, words: str) -> None:
        """Print an error, after the word for it."""
        self._write(f"{self._in(RED, '✗')} {words}\n")

    @contextmanager
    def step(self, words: str) -> Iterator[Step]:
        """Print what is being done, then that it is done and how long it took.

        Raises ``ending`` once the demo was asked to end.
        """
        self.require_going_on()
        began = time.monotonic()
        step = Step(words)
        if self._is_terminal:
            self._write(f"{self._in(SOFT, '…')} {words}")
        try:
            yield step
        except BaseException:
            if self._is_terminal:
                self._write(WIPE)
            raise
        took = self._in(SOFT, f"({seconds(time.monotonic() - began)})")
        wipe = WIPE if self._is_terminal else ""
        self._write(f"{wipe}{self._in(GREEN, '✓')} {step.words} {took}\n")
        for found in step.found:
            self._write(f"    {found}\n")

    def _in(self, colour: str, words: str) -> str:
        return f"{colour}{words}{PLAIN}" if self._colours else words

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
