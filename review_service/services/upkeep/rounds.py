"""Rounds over many rows or files: one that fails is told by its id, and stops no other."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

from review_service.domain.errors import OutsideError, ReviewServiceError, StoreError
from review_service.ports import FileStore

logger = logging.getLogger(__name__)
T = TypeVar("T")


class RoundFailedError(ReviewServiceError):
    """Some of a round failed and the log says which; all others are done."""

    def __init__(self, failed: int) -> None:
        super().__init__(f"{failed} no se pudieron hacer, los demás sí; el registro dice cuáles.")


class Round:
    """One round. Whatever is done for one row or file stands in its own ``with round.one(…)``.

    An outage ends the round at once, as each of the others would wait for it too. With a ``store``
    only one that does not answer is an outage: otherwise it is the one file that fails.
    """

    def __init__(self, event: str, *, store: FileStore | None = None) -> None:
        self._event, self._store = event, store
        self._failed = 0

    @contextmanager
    def one(self, **ids: UUID) -> Iterator[None]:
        """Do something for one; ``ids`` are told when it fails. Raises ``OutsideError``."""
        try:
            yield
        except Exception as error:
            if self.is_outage(error):
                raise
            self._failed += 1
            told = {name: str(each) for name, each in ids.items()}
            logger.exception(self._event, extra=told)

    def some(
        self,
        things: Sequence[T],
        do: Callable[[Sequence[T]], object],
        *,
        ids: Callable[[T], dict[str, UUID]],
    ) -> Sequence[T]:
        """Do something for many in one transaction, ``do``; return those for which it failed.

        Where it fails for all together it is done for each alone. Raises ``OutsideError``.
        """
        try:
            do(things)
        except Exception as error:
            if self.is_outage(error):
                raise
        else:
            return ()
        return [thing for thing in things if not self._is_done(do, thing, ids(thing))]

    def _is_done(self, do: Callable[[Sequence[T]], object], thing: T, ids: dict[str, UUID]) -> bool:
        with self.one(**ids):
            do([thing])
            return True
        return False

    def end(self) -> None:
        """Raise ``RoundFailedError`` when something failed."""
        if self._failed:
            raise RoundFailedError(self._failed)

    def is_outage(self, error: Exception) -> bool:
        """Whether each of the others would fail so too. Raises ``StoreError`` if the store does."""
        if self._store is not None and isinstance(error, StoreError):
            self._store.ping()  # raises when the store does not answer
            return False
        return isinstance(error, OutsideError)
