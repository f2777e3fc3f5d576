"""The proxy of compose lets through what the service may take, and waits as long as it does."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import UUID

import pytest
from werkzeug.routing import Rule

from review_service.domain.limits import MEBIBYTE, UploadLimits
from review_service.web import patience
from review_service.web.bodies import DRAIN_SECONDS, FORM_ROOM, TYPED_FORM_BYTES
from tests.conftest import require_program
from tests.integration.security.test_slow_clients import page_while_others_trickle, web_process
from tests.integration.web.site import Site
from tests.proxy import PROXY, has_nginx, proxy_before
from tests.servers import LOOPBACK

WORDS = (PROXY / "nginx.conf").read_text(encoding="utf-8")
ROOM = 2 * MEBIBYTE
"""The proxy's sizes stand at most so far above the service's, which answers with its own page."""


def size_of(words: str) -> int | None:
    found = re.search(r"client_max_body_size (\d+)m;", words)
    return int(found[1]) * MEBIBYTE if found else None


def seconds(name: str) -> int:
    found = re.search(rf"^\s*{name} (\d+)s;", WORDS, re.MULTILINE)
    assert found is not None, name
    return int(found[1])


def most_for(path: str) -> int:
    """Return the largest body that the proxy passes on for a path."""
    for how, place, directives in re.findall(
        r'location (~ |= |)"?(\S+?)"? \{\n(.*?)\n        \}', WORDS, re.DOTALL
    ):
        matches = re.search(place, path) if how == "~ " else how == "= " and place == path
        if matches and (size := size_of(directives)):
            return size
    general = size_of(WORDS)
    assert general is not None
    return general


def test_each_route_s_largest_body_passes_and_not_much_more(site: Site) -> None:
    with_files = set()
    for rule in site.app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()):
            continue
        limit = getattr(site.app.view_functions[rule.endpoint], "body_limit", None)
        largest = FORM_ROOM if limit is None else limit(UploadLimits()) + FORM_ROOM
        if limit is not None:
            with_files.add(rule.endpoint)
        assert largest <= most_for(path_of(rule)) <= largest + ROOM, rule.rule
    assert len(with_files) >= 4
    assert TYPED_FORM_BYTES < FORM_ROOM


def path_of(rule: Rule) -> str:
    path = rule.rule.replace("<uuid:application_id>", str(UUID(int=7)))
    path = path.replace("<uuid:document_id>", str(UUID(int=8))).replace("<int:number>", "1")
    path = re.sub(r"<any\((\w+)[^>]*>", r"\1", path)
    return re.sub(r"<[^>]*>", "x", path)


def test_it_waits_for_phones_as_long_as_the_service_and_for_the_service_longer() -> None:
    assert seconds("client_body_timeout") == patience.SILENCE_SECONDS
    assert seconds("send_timeout") == patience.SILENCE_SECONDS
    assert seconds("client_header_timeout") <= patience.GRACE_SECONDS
    assert seconds("proxy_read_timeout") > patience.SILENCE_SECONDS + DRAIN_SECONDS


@pytest.mark.parametrize("header", ["For", "Proto", "Host", "Port", "Prefix"])
def test_no_word_from_outside_about_the_way_is_passed_on(header: str) -> None:
    told = re.findall(rf"proxy_set_header X-Forwarded-{header} (\S+);", WORDS)
    assert len(told) == 1
    assert "http_x_forwarded" not in told[0]
    assert "proxy_add" not in WORDS


def test_pages_with_tokens_are_not_compressed_by_it() -> None:
    assert re.search(r"^\s*gzip off;", WORDS, re.MULTILINE)
    assert "access_log off" in WORDS, "addresses hold tokens"
    assert "error_log stderr crit;" in WORDS, "lesser errors are told with the address"


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


class Echo(BaseHTTPRequestHandler):
    """A service that answers with the headers that it got, and notes the bodies."""

    bodies: list[int] = []  # noqa: RUF012 -- emptied by the fixture

    def do_GET(self) -> None:
        """Answer."""
        self._answer()

    def do_POST(self) -> None:
        """Take the body and answer."""
        self.bodies.append(len(self.rfile.read(int(self.headers["Content-Length"]))))
        self._answer()

    def _answer(self) -> None:
        words = (str(self.headers) + "x" * 5000).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(words)))
        self.end_headers()
        self.wfile.write(words)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def nginx(pytestconfig: pytest.Config) -> None:
    """The program of the proxy, to be started by the test."""
    require_program("nginx", pytestconfig, is_here=has_nginx())


@pytest.fixture
def service(nginx: None) -> Iterator[int]:
    """Give the port of an echo."""
    del nginx
    Echo.bodies.clear()
    with ThreadingHTTPServer((LOOPBACK, 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()


SPOOFED = {
    "Host": "acuerdos.example",
    "X-Forwarded-For": "203.0.113.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Port": "1",
    "Forwarded": "for=203.0.113.7",
    "X-Real-IP": "203.0.113.7",
    "Accept-Encoding": "gzip",
}


def told(port: int, *, headers: dict[str, str]) -> dict[str, str]:
    """Return the headers that the service got, in small letters."""
    with closing(HTTPConnection(LOOPBACK, port, timeout=10)) as connection:
        connection.request("GET", "/", headers=headers)
        answer = connection.getresponse()
        assert answer.headers["Content-Encoding"] is None
        lines = answer.read().decode().splitlines()
    pairs = (line.split(": ", 1) for line in lines if ": " in line)
    return {name.lower(): value for name, value in pairs}


def test_what_visitors_say_of_themselves_is_replaced(service: int, tmp_path: Path) -> None:
    with proxy_before(service, tmp_path) as port:
        got = told(port, headers=SPOOFED)
    assert got["x-forwarded-for"] == LOOPBACK
    assert got["x-forwarded-proto"] == "http"
    assert got["x-forwarded-host"] == got["host"] == "acuerdos.example"
    for name in ("x-forwarded-prefix", "x-forwarded-port", "forwarded", "x-real-ip"):
        assert name not in got


def test_a_proxy_before_it_that_was_named_is_believed(service: int, tmp_path: Path) -> None:
    with proxy_before(service, tmp_path, outer_proxy=f"{LOOPBACK}/32 192.0.2.1") as port:
        got = told(port, headers=SPOOFED)
    assert (got["x-forwarded-for"], got["x-forwarded-proto"]) == ("203.0.113.7", "https")


def test_a_body_is_passed_on_once_it_is_whole(service: int, tmp_path: Path) -> None:
    head = b"POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000\r\n\r\n"
    with (
        proxy_before(service, tmp_path) as port,
        socket.create_connection((LOOPBACK, port), timeout=10) as phone,
    ):
        phone.sendall(head + b"a" * 150_000)
        time.sleep(0.5)
        assert Echo.bodies == []
        phone.sendall(b"a" * 50_000)
        assert phone.recv(12) == b"HTTP/1.1 200"
    assert Echo.bodies == [200_000]


def test_what_is_too_large_is_told_in_words_before_it_comes(service: int, tmp_path: Path) -> None:
    with (
        proxy_before(service, tmp_path) as port,
        closing(HTTPConnection(LOOPBACK, port, timeout=10)) as connection,
    ):
        connection.putrequest("POST", "/x")
        connection.putheader("Content-Length", "99000000")
        connection.endheaders()
        answer = connection.getresponse()
        assert answer.status == 413
        assert "Lo que ya había guardado sigue guardado" in answer.read().decode()
    assert Echo.bodies == []


def test_a_service_that_is_away_is_told_in_words(service: int, tmp_path: Path) -> None:
    del service
    with (
        proxy_before(1, tmp_path) as port,
        closing(HTTPConnection(LOOPBACK, port, timeout=10)) as connection,
    ):
        connection.request("GET", "/")
        answer = connection.getresponse()
        assert answer.status == 502
        assert "El servicio está detenido" in answer.read().decode()


@pytest.mark.usefixtures("nginx")
def test_a_page_is_answered_while_two_hundred_trickle(tmp_path: Path) -> None:
    (tmp_path / "proxy").mkdir()
    with (
        web_process(tmp_path) as service,
        proxy_before(service, tmp_path / "proxy") as port,
    ):
        assert page_while_others_trickle(port, slow=200) < 2
