"""Keeps the acts of the tour ready; one that cannot be set up is given up, and said to be."""

import time
from collections.abc import Callable
from typing import Final

from review_service.demo.stage.errors import StoryFailedError
from review_service.demo.stage.screen import Screen
from review_service.demo.stage.service import Running
from review_service.demo.story import tour
from review_service.domain.errors import ReviewServiceError
from review_service.web.demo.acts import Act

WAITS_SECONDS: Final = (5.0, 30.0)
"""Before an act is set up again after the first and the second failure in a row; none follows."""


class Patience:
    """How often each act failed to be set up in a row, and when it may be tried again."""

    def __init__(self) -> None:
        self._failures: dict[Act, int] = {}
        self._not_before: dict[Act, float] = {}

    def may_try(self, act: Act, *, now: float) -> bool:
        """Whether the pause after the last failure is over."""
        return now >= self._not_before.get(act, now)

    def note_done(self, act: Act) -> None:
        """Forget the failures of an act that was set up."""
        self._failures.pop(act, None)

    def note_failure(self, act: Act, *, now: float) -> bool:
        """Return whether it will be tried again."""
        failures = self._failures[act] = self._failures.get(act, 0) + 1
        if failures > len(WAITS_SECONDS):
            return False
        self._not_before[act] = now + WAITS_SECONDS[failures - 1]
        return True


class TourKeeper:
    """Keeps the acts of the start page ready, while it is served already."""

    def __init__(
        self, running: Running, screen: Screen, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._running, self._screen, self._clock = running, screen, clock
        self._patience = Patience()

    def begin(self) -> None:
        """Set up the acts that are not ready; those that an earlier run gave up too."""
        container, home = self._running.container, self._running.home
        tour.hope_again(home)
        tour.name_everybody(container, home)
        waiting = list(tour.waiting_acts(container, home))
        if not waiting:
            return
        with self._screen.step("Recorrido de la página de inicio") as step:
            ready = sum(self._set_up(act) for act in waiting)
            step.say(f"{ready} de {len(waiting)} actos listos")

    def keep(self) -> None:
        """Set up again what was played meanwhile, or failed a while ago."""
        for act in tour.waiting_acts(self._running.container, self._running.home):
            if self._patience.may_try(act, now=self._clock()):
                self._set_up(act)

    def _set_up(self, act: Act) -> bool:
        """Return whether the act is ready; what fails is tried again with another person."""
        self._screen.require_going_on()
        self._running.children.require_alive()
        try:
            tour.set_up(self._running.container, self._running.home, act)
        except (ReviewServiceError, StoryFailedError) as error:
            self._say(act, error)
            return False
        self._patience.note_done(act)
        return True

    def _say(self, act: Act, error: Exception) -> None:
        heading, folder = act.words.heading, self._running.home.folder
        reason = (
            f"Se esperaba que {error}." if isinstance(error, StoryFailedError) else f"{error!r}"
        )
        if self._patience.note_failure(act, now=self._clock()):
            self._screen.line(f"El acto «{heading}» no quedó listo, se intenta otra vez. {reason}")
            return
        tour.give_up(self._running.home, act)
        self._screen.line(
            f"El acto «{heading}» no se pudo preparar y ya no se intenta. {reason} "
            f"Los registros están en {folder / 'logs'}. Al empezar de nuevo se intenta otra vez."
        )
