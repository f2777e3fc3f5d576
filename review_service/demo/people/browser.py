"""A small browser: cookies, redirects, forms with their hidden fields, and files to send."""

import http.client
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlencode, urljoin, urlsplit

from review_service.demo.stage.errors import StoryFailedError

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
MAX_REDIRECTS: Final = 5
FIRST_ERROR: Final = 400
TIMEOUT_SECONDS: Final = 60.0
TAG: Final = re.compile(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileToSend:
    """One file of a form."""

    name: str
    content: bytes
    content_type: str


@dataclass(slots=True, kw_only=True)
class Form:
    """One form of a page, with the values that stand in it."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    """Name and value of each named button; a browser sends only the one that is pressed."""
    file_fields: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    """Every field, also the ones without a value yet, such as radio buttons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The server's answer after redirects."""

    url: str
    status: int
    content_type: str
    body: bytes

    @property
    def html(self) -> str:
        """The page as text."""
        return self.body.decode("utf-8", "replace")

    @property
    def words(self) -> str:
        """The visible text of the page, on one line."""
        return " ".join(unescape(TAG.sub(" ", self.html)).split())

    @property
    def forms(self) -> Sequence[Form]:
        """Every form on the page, in order."""
        reader = _FormReader()
        reader.feed(self.html)
        return reader.forms

    def form(self, *, action: str = "", having: str = "") -> Form:
        """Return the first form whose address ends so and which has that field."""
        for form in self.forms:
            address = urlsplit(urljoin(self.url, form.action)).path
            if address.endswith(action) and (not having or having in form.names):
                return form
        path, wanted = urlsplit(self.url).path, having or action
        raise StoryFailedError(f"la página {path} tuviera el formulario «{wanted}»")


class Browser:
    """One person's browser on the running service."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._host = urlsplit(base).netloc
        self._connection: http.client.HTTPConnection | None = None
        self._cookies: dict[str, str] = {}

    def open(self, address: str) -> Page:
        """Open a URL and follow redirects."""
        return _require_good(self._ask("GET", urljoin(self.base, address)))

    def submit(
        self,
        page: Page,
        form: Form,
        values: Mapping[str, str],
        *,
        files: Sequence[tuple[str, FileToSend]] = (),
        accept: Sequence[int] = (),
    ) -> Page:
        """Submit a form with these values; ``accept`` lists the error statuses not to raise for."""
        typed = [(name, value) for name, value in form.fields if name not in values]
        typed += list(values.items())
        target = urljoin(page.url, form.action)
        if files:
            body, content_type = _multipart(typed, files)
        else:
            body = urlencode(typed).encode()
            content_type = "application/x-www-form-urlencoded"
        answer = self._ask("POST", target, body=body, content_type=content_type)
        return answer if answer.status in accept else _require_good(answer)

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()

    def _ask(
        self, method: str, url: str, *, body: bytes | None = None, content_type: str = ""
    ) -> Page:
        for _ in range(MAX_REDIRECTS):
            page, location = self._once(method, url, body, content_type)
            if location is None:
                return page
            method, url, body = "GET", urljoin(url, location), None
        raise StoryFailedError(f"{urlsplit(url).path} llevara a una página y no diera vueltas")

    def _once(
        self, method: str, url: str, body: bytes | None, content_type: str
    ) -> tuple[Page, str | None]:
        parts = urlsplit(url)
        if parts.netloc != self._host:
            raise StoryFailedError(f"la página quedara en {self._host} y no llevara a otro sitio")
        headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin", "Host": self._host}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{key}={value}" for key, value in self._cookies.items())
        if body is not None:
            headers |= {"Content-Type": content_type, "Content-Length": str(len(body))}
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        answer, content = self._exchange(method, target, body, headers)
        self._keep_cookies(answer)
        page = Page(
            url=url,
            status=answer.status,
            content_type=answer.headers.get_content_type(),
            body=content,
        )
        return page, answer.headers.get("Location") if answer.status in REDIRECTS else None

    def _exchange(
        self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[http.client.HTTPResponse, bytes]:
        if self._connection is None:
            port = urlsplit(self.base).port
            self._connection = http.client.HTTPConnection(
                "127.0.0.1", port, timeout=TIMEOUT_SECONDS
            )
        try:
            self._connection.request(method, target, body=body, headers=dict(headers))
            answer = self._connection.getresponse()
        except (ConnectionError, http.client.RemoteDisconnected):
            # The server closed an idle connection; nothing of this request was taken.
            self._connection.close()
            self._connection.request(method, target, body=body, headers=dict(headers))
            answer = self._connection.getresponse()
        return answer, answer.read()

    def _keep_cookies(self, answer: http.client.HTTPResponse) -> None:
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            if value.strip('"'):
                self._cookies[name.strip()] = value
            else:
                self._cookies.pop(name.strip(), None)


def _require_good(page: Page) -> Page:
    if page.status >= FIRST_ERROR:
        heading = re.search(r"<h1[^>]*>(.*?)</h1>", page.html, re.DOTALL)
        said = unescape(TAG.sub(" ", heading.group(1))).strip() if heading else ""
        path = urlsplit(page.url).path
        raise StoryFailedError(f"{path} respondiera bien, y respondió {page.status} «{said}»")
    return page


class _FormReader(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = ""
        self._textarea = ""
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            method = given.get("method", "get").lower()
            self._form = Form(action=given.get("action", ""), method=method)
            self.forms.append(self._form)
        elif self._form is not None:
            self._field(self._form, tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea" and self._form is not None and self._textarea:
            self._form.fields.append((self._textarea, "".join(self._text)))
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._text.append(data)

    def _field(self, form: Form, tag: str, given: Mapping[str, str]) -> None:
        name = given.get("name", "")
        if tag == "option":
            if self._select and "selected" in given:
                form.fields.append((self._select, given.get("value", "")))
            return
        if not name:
            return
        if tag == "button":
            form.buttons.append((name, given.get("value", "")))
            return
        if tag not in {"input", "select", "textarea"}:
            return
        form.names.add(name)
        if tag == "select":
            self._select = name
        elif tag == "textarea":
            self._textarea, self._text = name, []
        else:
            _input(form, name, given)


def _input(form: Form, name: str, given: Mapping[str, str]) -> None:
    kind = given.get("type", "text")
    if kind == "file":
        form.file_fields.append(name)
    elif kind == "submit":
        form.buttons.append((name, given.get("value", "")))
    elif kind not in {"radio", "checkbox"} or "checked" in given:
        form.fields.append((name, given.get("value", "")))


def _multipart(
    fields: Sequence[tuple[str, str]], files: Sequence[tuple[str, FileToSend]]
) -> tuple[bytes, str]:
    boundary = f"----demo{secrets.token_hex(12)}"
    parts: list[bytes] = []
    for name, value in fields:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        parts.append(head.encode() + value.encode() + b"\r\n")
    for name, file in files:
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; '
            f'filename="{file.name}"\r\nContent-Type: {file.content_type}\r\n\r\n'
        )
        parts.append(head.encode() + file.content + b"\r\n")
    parts.append(f"--{boundary}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={boundary}"
