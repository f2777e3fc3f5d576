"""The story's browser: forms as they stand, cookies, redirects, files, and no way elsewhere."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from review_service.demo.people.browser import Browser, FileToSend, Page
from review_service.demo.stage.errors import StoryFailedError

PAGE = """<!doctype html><h1>Hola &amp; bien</h1><script>var x = "no";</script>
<form action="/buscar"><input name="q" value="lana"></form>
<form method="post" action="/enviar" enctype="multipart/form-data">
<input type="hidden" name="csrf_token" value="t0k&quot;en"><input type="file" name="fotos" multiple>
<input type="radio" name="kind" value="new"><input type="radio" name="kind" value="old" checked>
<input type="checkbox" name="declared" value="y">
<select name="canton"><option value="a">A</option><option value="b" selected>B</option></select>
<textarea name="nota">dos
l&iacute;neas</textarea><button name="paso" value="ver">Ver</button>
</form>"""


class _Answers(BaseHTTPRequestHandler):
    """Answers with the page, sets and deletes cookies, repeats what it was sent."""

    def do_GET(self) -> None:
        if self.path == "/elsewhere":
            self._answer(303, b"", location="http://example.com/")
        elif self.path == "/circle":
            self._answer(303, b"", location="/circle")
        elif self.path == "/broken":
            self._answer(500, "<h1>Algo falló</h1>".encode())
        elif self.path == "/cookies":
            self._answer(200, (self.headers["Cookie"] or "").encode())
        elif self.path == "/bye":
            self._answer(200, b"", cookie='sesion=""; Max-Age=0; Path=/')
        else:
            self._answer(200, PAGE.encode(), cookie="sesion=abc; Path=/; HttpOnly")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = 422 if b"mal" in body else 200
        self._answer(status, self.headers["Content-Type"].encode() + b"\n" + body)

    def _answer(self, status: int, body: bytes, *, cookie: str = "", location: str = "") -> None:
        self.send_response(status)
        for name, value in (("Set-Cookie", cookie), ("Location", location)):
            if value:
                self.send_header(name, value)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def browser() -> Iterator[Browser]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        made = Browser(f"http://localhost:{server.server_address[1]}")
        yield made
        made.close()
        server.shutdown()
        thread.join()


def test_a_page_is_read_as_people_read_it(browser: Browser) -> None:
    assert browser.open("/").words.startswith("Hola & bien")
    assert "var x" not in browser.open("/").words


def test_a_form_keeps_what_stands_in_it(browser: Browser) -> None:
    form = browser.open("/").form(action="/enviar", having="kind")
    assert form.fields == [
        ("csrf_token", 't0k"en'),
        ("kind", "old"),
        ("canton", "b"),
        ("nota", "dos\nlíneas"),
    ]
    assert form.buttons == [("paso", "ver")]
    assert form.file_fields == ["fotos"]
    assert {"declared", "kind"} <= form.names


def test_what_is_typed_takes_the_place_of_what_stood_there(browser: Browser) -> None:
    page = browser.open("/")
    sent = browser.submit(page, page.form(action="/enviar"), {"kind": "new", "declared": "y"})
    assert "kind=new" in sent.html
    assert "kind=old" not in sent.html
    assert "declared=y" in sent.html
    assert "csrf_token=t0k%22en" in sent.html


def test_files_go_with_their_form(browser: Browser) -> None:
    page = browser.open("/")
    photo = FileToSend(name="ñandú.jpg", content=b"\xff\xd8\r\n--x", content_type="image/jpeg")
    sent = browser.submit(page, page.form(action="/enviar"), {}, files=[("fotos", photo)] * 2)
    assert sent.html.startswith("multipart/form-data; boundary=")
    assert sent.body.count(b"\xff\xd8\r\n--x\r\n") == 2
    assert 'filename="ñandú.jpg"' in sent.html


def test_cookies_are_kept_until_they_are_taken_back(browser: Browser) -> None:
    browser.open("/")
    assert browser.open("/cookies").html == "sesion=abc"
    browser.open("/bye")
    assert browser.open("/cookies").html == ""


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/broken", "respondió 500 «Algo falló»"),
        ("/elsewhere", "no llevara a otro sitio"),
        ("/circle", "no diera vueltas"),
    ],
)
def test_what_is_no_page_of_the_story_stops_it(browser: Browser, path: str, said: str) -> None:
    with pytest.raises(StoryFailedError, match=said):
        browser.open(path)


def test_an_expected_objection_is_an_answer(browser: Browser) -> None:
    page = browser.open("/")
    form = page.form(action="/enviar")
    assert browser.submit(page, form, {"kind": "mal"}, accept=(422,)).status == 422
    with pytest.raises(StoryFailedError, match="respondió 422"):
        browser.submit(page, form, {"kind": "mal"})


def test_a_missing_form_is_named(browser: Browser) -> None:
    with pytest.raises(StoryFailedError, match="la página /x tuviera el formulario «ruc»"):
        _ = browser.open("/x").form(having="ruc")


def test_a_page_without_a_heading_still_says_its_status() -> None:
    page = Page(url="http://localhost/x", status=404, content_type="text/html", body=b"")
    assert page.words == ""
    assert list(page.forms) == []
