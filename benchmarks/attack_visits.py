# ruff: noqa: INP001 -- beside the programs that use it, not a package
"""What honest people do in ``attack.py``, and how long each of it takes them."""

import random
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import Final

import sqlalchemy as sa
import urllib3
from attack_browser import Browser
from attack_people import People

from review_service.db.models import DocumentRow
from tests.e2e.stack import Stack

KINDS: Final = ("verify", "sign in", "own page", "upload")
SHARES: Final = (4, 3, 3)
"""Of the pages; uploads come beside them."""
EVERY_UPLOAD_SECONDS: Final = 1.5
AT_ONCE: Final = 40
PATIENCE_SECONDS: Final = 60.0
POLL_SECONDS: Final = 0.1


@dataclass(slots=True)
class Taken:
    """Milliseconds of each honest request by kind, from the moment when it should begin."""

    milliseconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: int = 0
    lock: Lock = field(default_factory=Lock)


def visit(stack: Stack, people: People, *, rate: float, seconds: float, seed: int = 5) -> Taken:
    """Begin so many pages a second, and uploads beside them; return when all have ended.

    With the same ``seed`` the same pages come in the same order.
    """
    taken, chance = Taken(), random.Random(seed)  # noqa: S311 -- repeatable
    pages = int(rate * seconds)
    uploads = int(seconds / EVERY_UPLOAD_SECONDS)
    moves: dict[str, Callable[[Stack, People], bool]] = {
        "verify": _verify, "sign in": _sign_in, "own page": _own_page, "upload": _upload,
    }  # fmt: skip
    due = sorted(
        [(at / rate, chance.choices(KINDS[:3], SHARES)[0]) for at in range(pages)]
        + [(at * EVERY_UPLOAD_SECONDS, "upload") for at in range(uploads)]
    )
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for at, kind in due:
            time.sleep(max(0.0, began + at - time.monotonic()))
            pool.submit(_timed, taken, kind, began + at, partial(moves[kind], stack, people))
    return taken


def _timed(taken: Taken, kind: str, due: float, move: Callable[[], bool]) -> None:
    try:
        is_good = move()
    except (urllib3.exceptions.HTTPError, OSError):
        is_good = False
    spent = (time.monotonic() - due) * 1000
    with taken.lock:
        taken.milliseconds[kind].append(spent)
        taken.failed += not is_good


def _verify(stack: Stack, people: People) -> bool:
    return b"Vigente" in Browser(stack.base).ask("GET", f"/v/{people.token}").data


def _sign_in(stack: Stack, people: People) -> bool:
    del people
    return Browser(stack.base).ask("GET", "/ingresar").status == 200  # noqa: PLR2004


def _own_page(stack: Stack, people: People) -> bool:
    person = people.any_reader()
    browser = Browser(stack.base, None, {"solicitante": person.cookie})
    return browser.ask("GET", f"/solicitudes/{person.application}/fotos").status == 200  # noqa: PLR2004


def _upload(stack: Stack, people: People) -> bool:
    """Send one photo as a person does, and wait until its checks have ended."""
    person, photo = people.next_sender()
    browser = Browser(stack.base, None, {"solicitante": person.cookie})
    page = f"/solicitudes/{person.application}/fotos"
    if browser.send_file(page, "/fotos/subir", "photos", ("foto.jpg", photo)) != 303:  # noqa: PLR2004
        return False
    until = time.monotonic() + PATIENCE_SECONDS
    waiting = sa.select(sa.func.count()).where(
        DocumentRow.application_id == person.application_id, DocumentRow.checked_at.is_(None)
    )
    while time.monotonic() < until:
        with stack.container.reading() as uow:
            if not uow.session.execute(waiting).scalar_one():
                return True
        time.sleep(POLL_SECONDS)
    return False
