"""What cannot be set up is tried again a few times, then given up, and said to be."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from review_service.bootstrap import Container
from review_service.demo.stage.errors import StoryFailedError
from review_service.demo.stage.home import Home
from review_service.demo.stage.processes import Children
from review_service.demo.stage.screen import Screen
from review_service.demo.stage.service import Running
from review_service.demo.story import tour
from review_service.demo.story.tour_keeper import WAITS_SECONDS, Patience, TourKeeper
from review_service.domain.errors import NotFoundError
from review_service.web.demo import tour as told
from review_service.web.demo.acts import PREPARED, Act

MOST_TRIES = len(WAITS_SECONDS) + 1


@pytest.fixture
def running(prepared: Container, tmp_path: Path) -> Iterator[Running]:
    """A demo whose processes nobody needs here."""
    home = Home(folder=tmp_path)
    with Children(tmp_path) as children:
        yield Running(home=home, container=prepared, children=children, base="http://localhost")


def test_an_act_that_always_fails_is_tried_a_few_times_and_then_said_to_be_given_up(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[Act] = []
    now = [0.0]

    def fail(_container: Container, _home: Home, act: Act) -> None:
        tried.append(act)
        raise StoryFailedError("se pudiera aprobar el caso")

    monkeypatch.setattr(tour, "set_up", fail)
    printed = io.StringIO()
    keeper = TourKeeper(running, Screen(printed), clock=lambda: now[0])
    keeper.begin()
    for _ in range(1_000):
        now[0] += 1
        keeper.keep()
    assert len(tried) == MOST_TRIES * len(PREPARED)
    assert told.read(running.home.folder).given_up == set(PREPARED)
    said = printed.getvalue()
    assert "0 de 4 actos listos" in said
    for act in PREPARED:
        assert said.count(f"«{act.words.heading}» no quedó listo") == len(WAITS_SECONDS)
        assert said.count(f"«{act.words.heading}» no se pudo preparar y ya no se intenta") == 1
    assert "Se esperaba que se pudiera aprobar el caso." in said
    assert str(running.home.logs) in said

    TourKeeper(running, Screen(io.StringIO())).begin()
    assert len(tried) == (MOST_TRIES + 1) * len(PREPARED), "another run of the demo tries again"
    assert not told.read(running.home.folder).given_up


def test_between_two_tries_there_is_a_pause_that_grows(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[float] = []
    now = [0.0]

    def fail(_container: Container, _home: Home, act: Act) -> None:
        if act is Act.OFFICER:
            tried.append(now[0])
        raise NotFoundError("no such person")

    monkeypatch.setattr(tour, "set_up", fail)
    keeper = TourKeeper(running, Screen(io.StringIO()), clock=lambda: now[0])
    for _ in range(100):
        keeper.keep()
        now[0] += 1
    assert tried == [0, WAITS_SECONDS[0], sum(WAITS_SECONDS)]


def test_only_failures_in_a_row_count() -> None:
    patience = Patience()
    for _ in range(10):
        assert patience.note_failure(Act.ARTISAN, now=0)
        patience.note_done(Act.ARTISAN)
    for _ in WAITS_SECONDS:
        assert patience.note_failure(Act.ARTISAN, now=0)
    assert not patience.note_failure(Act.ARTISAN, now=0)
    assert patience.note_failure(Act.OFFICER, now=0), "each act has its own"
