"""``review-service demo``: starts all processes, tells the sample stories, serves the pages."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

from review_service.demo.stage import machine, preparing, service
from review_service.demo.stage.errors import (
    EXIT_CANNOT_START,
    EXIT_FAILED,
    CannotStartError,
    StoryFailedError,
    in_spanish,
)
from review_service.demo.stage.home import Home, choose_folder, opened
from review_service.demo.stage.screen import Screen, seconds
from review_service.demo.stage.service import Running
from review_service.demo.story import agreement, certificate, letters, papers, seeding, tour
from review_service.demo.story.telling import Stage
from review_service.demo.story.tour_keeper import TourKeeper
from review_service.samples import accounts, people, ready_files, turns
from review_service.samples.people import Person

WATCH_SECONDS: Final = 1.0
ONE_WORKER: Final = 1
"""The story goes step by step. Measured on two cores: 9 s with one worker, 12 s with two."""
TWO_WORKERS: Final = 2
"""Two workers: one reads scans while the other signs and sends mail."""
INTERRUPTED: Final = 128
"""Base of a shell's exit code for a signal, to which the signal's number is added."""


class _StopError(BaseException):
    """The demo was asked to end; not an ``Exception``, so that no handler catches it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def run(*, once: bool, port: int | None, reset: bool) -> int:
    """Run the demo; return the exit code: 0, 1 the story failed, 2 it cannot start."""
    screen, folder = Screen(), Path()
    with _ended_by_signals(screen):
        try:
            folder = choose_folder(os.environ, current=Path.cwd())
            machine.require_reader()
            queue = machine.find_queue_server()
            with (
                machine.listen(port, any_other=once) as pages,
                opened(folder, reset=reset) as home,
            ):
                if once:
                    _once(home, screen, pages=pages, queue=queue)
                else:
                    _serve(home, screen, pages=pages, queue=queue)
        except CannotStartError as error:
            screen.failure(str(error))
            return EXIT_CANNOT_START
        except StoryFailedError as error:
            screen.failure(f"Se esperaba que {error}. Los registros están en {folder / 'logs'}")
            return EXIT_FAILED
        except OSError as error:
            screen.failure(f"No se pudo seguir en {folder}: {in_spanish(error)}.")
            return EXIT_FAILED
        except _StopError as stop:
            return INTERRUPTED + stop.number
        except KeyboardInterrupt:
            return INTERRUPTED + signal.SIGINT
    return 0


def _once(home: Home, screen: Screen, *, pages: socket.socket, queue: str) -> None:
    began = time.monotonic()
    screen.line(f"Demostración en {home.folder}")
    with service.started(home, screen, pages=pages, queue=queue, workers=ONE_WORKER) as running:
        certified, _, agreed = _tell(running, screen)
    screen.line(f"Las tres historias tomaron {seconds(time.monotonic() - began)}")
    screen.line(f"certificate: {certified}")
    screen.line(f"issued: {agreed}")


def _serve(home: Home, screen: Screen, *, pages: socket.socket, queue: str) -> None:
    screen.line(f"Demostración en {home.folder}")
    try:
        with service.started(
            home, screen, pages=pages, queue=queue, workers=TWO_WORKERS
        ) as running:
            if not home.stories.told:
                _tell(running, screen)
            with screen.step("Archivos de prueba listos para descargar") as step:
                step.say(f"{ready_files.write(home.samples, issued=home.issued)} archivos nuevos")
                preparing.write_start_page(running.container, home)
                tour.show_paper(running.container, home)
            _invite(running, screen)
            keeper = TourKeeper(running, screen)
            keeper.begin()
            _fill_queue(running, screen, keeper)
            preparing.write_start_page(running.container, home)
            _watch(running, screen, keeper)
    except _StopError:
        screen.line("Terminado. Lo que hizo queda guardado; «--reset» empieza de nuevo.")


def _tell(running: Running, screen: Screen) -> tuple[Path, Path, Path]:
    """Tell the stories; return the papers of the MIPYME, the emprendedor and the artisan."""
    stories = running.home.stories
    for left in range(stories.told, stories.begun):
        for person in _applicants(left):
            seeding.begin_afresh(running.container, person.ruc)
    if stories.begun > stories.told:
        screen.line("La última historia quedó a medias: se retira lo que dejó y se cuenta otra.")
    number = stories.begun
    for person in _applicants(number):
        seeding.begin_afresh(running.container, person.ruc)
        seeding.name_anew(running.container, person)
    business, entrepreneur, artisan = (
        Stage(home=running.home, base=running.base, person=person, run=number)
        for person in _applicants(number)
    )
    # In turn: a one-time code works once, and runs may follow each other fast.
    officer = accounts.OFFICERS[number % len(accounts.OFFICERS)]
    secret = preparing.second_factor_of(running.container, officer)
    stories.note_begun(number + 1)
    issued = (
        certificate.tell(business, screen),
        papers.tell(entrepreneur, screen),
        agreement.tell(artisan, agreement.Desk(officer=officer, totp_secret=secret), screen),
    )
    stories.note_told(number + 1)
    return issued


def _applicants(number: int) -> tuple[Person, Person, Person]:
    """Return the MIPYME, the emprendedor and the artisan of that run.

    Whoever had a document in an earlier run has another name since: who asks again so long before
    the end must have changed.
    """
    told = (people.BUSINESS_STORY, people.VENTURE_STORY, people.STORY)
    business, entrepreneur, artisan = (turns.in_turn(each, number) for each in told)
    return business, entrepreneur, artisan


def _invite(running: Running, screen: Screen) -> None:
    """Print the address and the accounts to sign in with."""
    base, officer = running.base, accounts.VISITOR_OFFICER
    screen.heading(f"Abra {base}/demo")
    for line in (
        f"Inicio              {base}/",
        f"Como MIPYME         {base}/ingresar   RUC {people.VISITOR_SHOP.ruc} (tienda)",
        f"                    RUC {people.VISITOR_SOFTWARE.ruc} (compañía)",
        f"Como emprendedor    {base}/ingresar   RUC {people.VISITOR_VENTURE.ruc}",
        f"Como artesano       {base}/ingresar   RUC {people.VISITOR_NEW.ruc} (primer Acuerdo)",
        f"                    RUC {people.VISITOR_RENEWAL.ruc} (renovación)",
        f"Como funcionario    {base}/revision   {officer.user_name} · {officer.password}",
        f"                    el código de un solo uso está en {base}/demo",
        f"Correo y archivos   {base}/demo",
        f"Verificar           {base}/verificar",
    ):
        screen.line(f"  {line}")
    screen.line()
    screen.line("Ctrl-C termina todo.")
    screen.line()


def _fill_queue(running: Running, screen: Screen, keeper: TourKeeper) -> None:
    """Send the sample cases that are not there yet, while the pages are served already."""
    letters.send_missing(running.container)
    waiting = list(seeding.waiting_cases(running.container))
    if not waiting:
        return
    with screen.step("Bandeja de revisión con casos de prueba") as step:
        for case in waiting:
            screen.require_going_on()
            running.children.require_alive()
            seeding.send(running.container, case)
            keeper.keep()
        step.say(f"{len(waiting)} casos nuevos")


def _watch(running: Running, screen: Screen, keeper: TourKeeper) -> None:
    """Serve until asked to stop; a process that ends by itself is a failure."""
    while True:
        screen.require_going_on()
        running.children.require_alive()
        keeper.keep()
        time.sleep(WATCH_SECONDS)


@contextmanager
def _ended_by_signals(screen: Screen) -> Iterator[None]:
    """Turn the first signal into an orderly end; a second one kills.

    The exception is kept too: raised while an object is closed by the collector it would be lost.
    """
    watched = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(number: int, _frame: FrameType | None) -> None:
        for each in watched:
            signal.signal(each, signal.default_int_handler)
        screen.ending = _StopError(number)
        raise screen.ending

    former = {number: signal.signal(number, stop) for number in watched}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
