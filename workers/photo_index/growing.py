"""What every index of photos on disk has alike: one folder, a lock, and a state replaced whole.

The database is the truth. Files only grow, up to a position; a process trusts them once it proved
them, and no longer after a search or a filling that did not end.
"""

import fcntl
import json
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar


class Counted(Protocol):
    """What the files of a folder hold."""

    count: int
    """Positions, from the first on."""


StateT = TypeVar("StateT", bound=Counted)
RowT = TypeVar("RowT")
RowReader = Callable[[int, int], Sequence[RowT]]
"""Returns the rows of the database after one position up to another; some may be gone."""


class GrowingFiles(ABC, Generic[StateT, RowT]):
    """The files of one folder; several processes of a host may use it at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._is_trusted = False

    def catch_up(self, last: int, read: RowReader[RowT]) -> int:
        """Fill the files up to a position and return how many they held before.

        The first call of a process proves them first, and starts again where they are wrong.
        """
        with self._locked():
            state = self._state()
            if not self._is_trusted:
                state = self._proven(state, last, read)
            before = state.count
            self._is_trusted = False  # until the last row is on the disk
            while state.count < last:
                upto = min(last, self._next_stop(state.count))
                self._append(state, read(state.count, upto), upto)
            self._is_trusted = True
            return before

    def forget(self) -> None:
        """Delete the files; the next call fills them from the database."""
        with self._locked():
            self._emptied()
            self._is_trusted = False

    @abstractmethod
    def _state(self) -> StateT:
        """Return what the files hold; nothing, where that can't be read or is of an older kind."""

    @abstractmethod
    def _proven(self, state: StateT, last: int, read: RowReader[RowT]) -> StateT:
        """Return what of the files is whole and is what the database says; forget the rest."""

    @abstractmethod
    def _next_stop(self, count: int) -> int:
        """Return up to which position rows are read at once after some."""

    @abstractmethod
    def _append(self, state: StateT, rows: Sequence[RowT], upto: int) -> None:
        """Write rows of one block behind the others, and the state that counts them."""

    @abstractmethod
    def _emptied(self) -> StateT:
        """Forget everything; who still reads a file keeps what it opened."""

    @contextmanager
    def _trusted_if_it_ends(self) -> Iterator[None]:
        """Prove the files anew before the next filling, unless what is done here ends well."""
        was_trusted, self._is_trusted = self._is_trusted, False
        yield
        self._is_trusted = was_trusted

    def _told(self, version: int) -> Mapping[str, Any]:
        """Return the state that was written last; empty if unreadable or of another version."""
        try:
            told = json.loads((self._folder / "state.json").read_bytes())
        except (OSError, ValueError):
            return {}
        return told if isinstance(told, dict) and told.get("version") == version else {}

    def _tell(self, version: int, told: Mapping[str, Any]) -> None:
        """Replace the state; whoever reads it meanwhile gets the former one whole."""
        data = json.dumps({"version": version, **told}).encode()
        written(self._folder / "state.json", [data])

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the folder against the other processes of this host."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def written(path: Path, parts: Iterable[bytes]) -> None:
    """Write a file whole or not at all: on the disk under another name before it takes its own."""
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as file:
        for part in parts:
            file.write(part)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
