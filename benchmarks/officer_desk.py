# ruff: noqa: INP001 -- beside the program that uses it, not a package
"""The officer of ``officer.py``: takes cases, reads their pages over HTTP, decides by the text."""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from attack_browser import Browser, any_address
from officer_reading import DATA_SHEET, Line, Verdict, judged, lines_of

TYPED: Final = {"Content-Type": "application/x-www-form-urlencoded"}
CASE: Final = re.compile(r"/revision/casos/([0-9a-f-]{36})")
PICTURES: Final = re.compile(r'"(/revision/casos/[^"]+/miniatura\.jpg)"')
POINTS: Final = re.compile(r'id="punto-([a-z_]+)"')
CHECKED_SECONDS: Final = 600.0
AGAIN_SECONDS: Final = 1.0
LONGEST_WORDS: Final = 400
INSTRUCTION: Final = "Corrija este punto y envíelo otra vez."
OK, SEE_OTHER = 200, 303


class DeskError(Exception):
    """A page did not answer as it does for officers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A case as its page showed it."""

    application_id: UUID
    lines: Sequence[Line]
    points: Sequence[str]
    verdict: Verdict


@dataclass
class Desk:
    """A signed-in officer."""

    base: str
    cookie: tuple[str, str]

    def __post_init__(self) -> None:
        self._browser = Browser(self.base, any_address(), dict([self.cookie]))
        self._browser.patience_seconds = 90.0

    def next_case(self) -> UUID | None:
        """Press «Siguiente caso»; None when there is none."""
        fields = self._browser.form("/revision", "/revision/siguiente")
        return _case_in(self._posted("/revision/siguiente", fields))

    def read(self, application_id: UUID) -> Read:
        """Read a case once its page says no more that its checks are going on."""
        ends_at = time.monotonic() + CHECKED_SECONDS
        while True:
            page = self._page(f"/revision/casos/{application_id}")
            lines = lines_of(page)
            verdict = judged(lines)
            if not verdict.is_running:
                points = list(dict.fromkeys(POINTS.findall(page)))
                return Read(
                    application_id=application_id, lines=lines, points=points, verdict=verdict
                )
            if time.monotonic() > ends_at:
                raise DeskError("the checks of a case do not end")
            time.sleep(AGAIN_SECONDS)

    def approve(self, read: Read) -> None:
        """Open the pictures, accept every point and approve."""
        case = f"/revision/casos/{read.application_id}"
        for picture in dict.fromkeys(PICTURES.findall(self._page(case))):
            self._browser.ask("GET", picture)
        for point in read.points:
            fields = self._browser.form(case, f"/puntos/{point}")
            self._posted(f"{case}/puntos/{point}", {**fields, "veredicto": "accepted"})
        to = self._posted(f"{case}/aprobar", self._browser.form(f"{case}/aprobar", "/aprobar"))
        if not to.endswith("/emitido"):
            raise DeskError(f"approving leads to {to}")

    def send_back(self, read: Read) -> UUID | None:
        """Ask for a correction of each point that something was said against.

        The service then opens the next case; its id is returned.
        """
        wrong: dict[str, str] = {}
        for line in read.verdict.reasons:
            wrong.setdefault(line.point if line.point in read.points else "", line.text)
        if set(wrong) == {""}:
            first = DATA_SHEET if DATA_SHEET in read.points else read.points[0]
            wrong = {first: wrong[""]}
        wrong.pop("", None)
        page = f"/revision/casos/{read.application_id}/correccion"
        fields: list[tuple[str, str]] = list(self._browser.form(page, "/correccion").items())
        for point, reason in wrong.items():
            fields += [("puntos", point), (f"{point}_reason", reason[:LONGEST_WORDS])]
            fields += [(f"{point}_instruction", INSTRUCTION)]
        return _case_in(self._posted(page, [*fields, ("paso", "enviar")]))

    def give_back(self, application_id: UUID) -> None:
        """Let the case go, so that it can be taken again."""
        fields = self._browser.form(f"/revision/casos/{application_id}", "/revision/presencia")
        self._posted("/revision/presencia", {**fields, "acto": "soltar"})

    def _page(self, path: str) -> str:
        answer = self._browser.ask("GET", path)
        if answer.status != OK:
            raise DeskError(f"{path} answered {answer.status}")
        return answer.data.decode()

    def _posted(self, path: str, fields: Mapping[str, str] | Sequence[tuple[str, str]]) -> str:
        """Send a form; return where it leads."""
        body = urlencode(list(fields.items()) if isinstance(fields, Mapping) else fields)
        answer = self._browser.ask("POST", path, body=body, headers=TYPED)
        if answer.status != SEE_OTHER:
            said = [line.text for line in lines_of(answer.data.decode("utf-8", "replace"))][:20]
            raise DeskError(f"{path} answered {answer.status}: {said}")
        return answer.headers.get("Location", "")


def _case_in(address: str) -> UUID | None:
    found = CASE.search(address)
    return UUID(found[1]) if found else None
