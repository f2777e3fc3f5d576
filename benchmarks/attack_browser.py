# ruff: noqa: INP001 -- beside the programs that use it, not a package
"""A small browser for ``attack.py`` and ``kills.py``: pages, forms, an address of its own."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final

import urllib3

TIMEOUT_SECONDS: Final = 30.0
KEPT: Final = re.compile(r"([^=;\s]+)=([^;]*)")


class NoFormError(Exception):
    """A page has not the form that was looked for: what would be sent is not what people send."""


class _Form(HTMLParser):
    """Reads the hidden fields of the first form whose address ends so.

    A form without an address goes to its own page.
    """

    def __init__(self, page: str, ending: str) -> None:
        super().__init__()
        self._page, self._ending = page.partition("?")[0], ending
        self._is_inside, self.is_found = False, False
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form or a field."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = (given.get("action") or self._page).partition("#")[0]
            self._is_inside = not self.is_found and action.endswith(self._ending)
            self.is_found |= self._is_inside
        elif self._is_inside and tag == "input" and given.get("type") == "hidden":
            self.fields[given.get("name", "")] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a form."""
        if tag == "form":
            self._is_inside = False


@dataclass
class Browser:
    """One visitor. Requests come from ``address``; None: from another one each time."""

    base: str
    address: str | None = None
    cookies: dict[str, str] = field(default_factory=dict)
    pool: urllib3.PoolManager = field(
        default_factory=lambda: urllib3.PoolManager(maxsize=40, retries=False)
    )
    patience_seconds: float = TIMEOUT_SECONDS
    """How long it waits for one answer."""

    def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        **more: Any,  # noqa: ANN401 -- options of urllib3
    ) -> urllib3.BaseHTTPResponse:
        """Send one request and read its answer to the end."""
        sent = {"X-Forwarded-For": self.address or any_address(), **(headers or {})}
        if self.cookies and "Cookie" not in sent:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self.pool.request(
            method,
            self.base + path,
            headers=sent,
            redirect=False,
            timeout=urllib3.Timeout(total=self.patience_seconds),
            **more,
        )
        for given in answer.headers.getlist("Set-Cookie"):
            if found := KEPT.match(given):
                self.cookies[found[1]] = found[2]
        return answer

    def form(self, page: str, ending: str) -> dict[str, str]:
        """Open a page and return the hidden fields of its form to an address that ends so.

        Raises ``NoFormError`` when the page has no such form.
        """
        answer = self.ask("GET", page)
        reader = _read(answer, page, ending)
        if not reader.is_found:
            raise NoFormError(f"{page} answered {answer.status} without a form to {ending}")
        return reader.fields

    @staticmethod
    def hidden_fields(answer: urllib3.BaseHTTPResponse, page: str, ending: str) -> dict[str, str]:
        """Return the hidden fields of a page's form to an address that ends so; none without it."""
        return _read(answer, page, ending).fields

    def send_file(self, page: str, ending: str, name: str, file: tuple[str, bytes]) -> int:
        """Open a page, send a file with its form, return the status of the answer."""
        fields = {**self.form(page, ending), name: file}
        where = page.rpartition("/")[0] + ending if ending.startswith("/") else ending
        return self.ask("POST", where, fields=fields).status


def _read(answer: urllib3.BaseHTTPResponse, page: str, ending: str) -> _Form:
    reader = _Form(page, ending)
    reader.feed(answer.data.decode("utf-8", "replace"))
    return reader


def any_address() -> str:
    """Return an address that nobody else has, most probably."""
    chance = random.randrange(1 << 24)  # noqa: S311 -- no secret
    return f"10.{chance >> 16}.{(chance >> 8) & 255}.{chance & 255}"
