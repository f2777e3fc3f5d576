"""Bytes that are no text, in every place of a request of every route, to the real web process.

No answer is a failure of the service, and each that refuses is a page of ours, in Spanish.
"""

import re
import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from werkzeug.routing import Rule

from review_service.db.models import DocumentRow
from review_service.domain.roles import OfficerRole
from review_service.samples.people import synthetic_ruc
from review_service.services import sessions
from review_service.web.access_table import TABLE, Audience
from tests.conftest import FreshDatabase, migrate_to_head
from tests.factories import RUC, SHEET, Office, add_officer, add_taxpayer, open_draft, upload
from tests.integration.security.test_slow_clients import web_process
from tests.integration.web.addresses import PLACE, filled
from tests.integration.web.officer import desk_cases
from tests.integration.web.site import finish_checks, jpeg, make_site
from tests.servers import LOOPBACK

TEMPLATES = Path(__file__).parents[3] / "templates"
LATIN, BROKEN, NUL = b"1\xb2\xd1", b"\xff\xed\xa0\x80\xc3(\xf5", b"a%00b"
"""Digits and letters of Latin-1, what no UTF-8 holds, and what no column of PostgreSQL holds."""
QUOTED = "".join(f"%{each:02X}" for each in LATIN + BROKEN).encode()
HEADERS = (
    "Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Content-Type",
    "If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since",
    "Origin", "Range", "Referer", "Sec-Fetch-Site", "User-Agent", "X-Forwarded-For",
    "X-Forwarded-Proto",
)  # fmt: skip
LEADS = {"Range": b"bytes=", "Accept": b"text/html;q=", "Content-Type": b"text/"}
LAST = (
    "access.sign_out", "officer_access.sign_out", "applicant.take_back", "applicant.send",
    "applicant.send_correction", "applicant.withdraw", "officer.send_correction",
    "officer.send_refusal", "officer.confirm_approval",
)  # fmt: skip
"""Asked last: they end the session or the case of those that come before."""
IN_MACROS = (
    *SHEET, "about", "answer-workshop", "cedula", "email", "kept_path", "page-1", "password",
    "sha256", "token", "user_name", "workshop_instruction", "workshop_reason",
)  # fmt: skip
"""Fields whose names no template writes as they are."""
FREE_KINDS = (None, "string", "any")
"""Places of addresses that a word of any bytes may stand in."""
FIELD = re.compile(r"<(?:input|select|textarea|button)\b[^>]*?\bname=\"([\w-]+)\"")
FIELDS = tuple(
    sorted(
        {*IN_MACROS}.union(*(FIELD.findall(each.read_text()) for each in TEMPLATES.rglob("*.html")))
        - {"csrf_token"}
    )
)
GOOD = {
    "base": "", "change": "later", "comment": "Una frase.", "declared": "y", "kind": "new",
    "kept_path": "/solicitudes/nueva", "motivos": "Una frase que alcanza para todo.",
    "page": "fotos", "paso": "ver", "place": "1", "puntos": "workshop", "theme": "workshop",
    "veredicto": "observed", "workshop_instruction": "Una frase que alcanza.",
    "workshop_reason": "Una frase que alcanza.", **SHEET,
}  # fmt: skip
FILE_FIELDS = ("photos", "pdf", "hojas", "archivo")
FILLED = tuple(f"{each}={value}".encode() for each, value in GOOD.items() if each != "kept_path")
BOUNDARY = b"a-boundary-of-a-form"
TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: bytes
    body: bytes

    @property
    def is_ours(self) -> bool:
        """Whether it is a page or an answer for scripts of ours."""
        page = b'lang="es-EC"' in self.body and b"<h1>" in self.body
        return page or b"application/json" in self.headers


@dataclass(frozen=True, kw_only=True)
class Place:
    """A running web process, and what its addresses name."""

    port: int
    office: Office
    rules: Sequence[Rule]
    draft: UUID
    reviewed: UUID
    documents: Mapping[UUID, UUID]
    """One of each application."""
    officer_id: UUID

    def ask(self, head: bytes, body: bytes = b"") -> Answer:
        """Send bytes as they are; ``head`` lacks only its last lines."""
        length = b"Content-Length: %d\r\n" % len(body) if body else b""
        with socket.create_connection((LOOPBACK, self.port), timeout=30) as connection:
            connection.sendall(head + length + b"Connection: close\r\n\r\n" + body)
            answer = b""
            while piece := connection.recv(1 << 16):
                answer += piece
        top, _, rest = answer.partition(b"\r\n\r\n")
        return Answer(status=int(top.split(b" ")[1]), headers=top, body=rest)

    def cookies(self, audience: Audience) -> bytes:
        """Return the cookies of somebody who has just signed in."""
        with self.office.writing() as uow:
            if audience is Audience.OFFICER:
                signed = sessions.start_officer(uow, officer_id=self.officer_id, second_factor=True)
            else:
                signed = sessions.start_applicant(uow, ruc=RUC)
            uow.commit()
        name = "funcionario" if audience is Audience.OFFICER else "solicitante"
        return f"{name}={signed.token}".encode()


@dataclass(frozen=True, kw_only=True)
class Target:
    """One route, and how somebody who is signed in asks for it."""

    place: Place
    rule: Rule
    cookie: bytes
    token: bytes

    @property
    def is_form(self) -> bool:
        """Whether it takes a form."""
        return TABLE[self.rule.endpoint].method == "POST"

    @property
    def path(self) -> bytes:
        """Its address."""
        return path_of(self.place, self.rule, b"workshop")

    @property
    def form(self) -> bytes:
        """A form that it may take."""
        return form_of(self.token, FILLED) if self.is_form else b""

    def request(
        self, name: str, headers: Mapping[str, bytes], *, path: bytes = b"", body: bytes = b""
    ) -> tuple[str, bytes, bytes]:
        """Return what is sent: its name, its head and its body."""
        kind = {"Content-Type": b"application/x-www-form-urlencoded"} if self.is_form else {}
        told = {"Host": b"localhost", "Cookie": self.cookie, **kind, **headers}
        lines = (name.encode() + b": " + value + b"\r\n" for name, value in told.items())
        method = TABLE[self.rule.endpoint].method.encode()
        head = method + b" " + (path or self.path) + b" HTTP/1.1\r\n" + b"".join(lines)
        return f"{self.rule.endpoint}, {name}", head, body or self.form


@pytest.fixture
def database_kind() -> str:
    """The one that takes fewer bytes."""
    return "postgresql"


@pytest.fixture
def place(office: Office, tmp_path: Path) -> Iterator[Place]:
    """A web process, one draft and one case, and an officer."""
    draft = open_draft(office)
    upload(office, draft, content=jpeg())
    finish_checks(office)
    other = synthetic_ruc(77)
    with office.writing() as uow:
        add_taxpayer(uow, other)
        uow.commit()
    reviewed = desk_cases.put_case(office, ruc=other)
    officer_id = add_officer(office, "lpaz", role=OfficerRole.SUPERVISOR)
    url = office.database.engine.url.render_as_string(hide_password=False)
    app = make_site(office, tmp_path, DEMONSTRATION="1", DEMO_PAGE="1").app
    with web_process(tmp_path, url, DEMO_PAGE="1", TRUSTED_PROXIES="1") as port:
        yield Place(
            port=port,
            office=office,
            rules=tuple(app.url_map.iter_rules()),
            draft=draft,
            reviewed=reviewed,
            documents={each: document_of(office, each) for each in (draft, reviewed)},
            officer_id=officer_id,
        )


OF_STRANGERS, OF_KNOWN = 4, 13
"""Of what strangers send, and of what somebody who is signed in sends, each route is sent one of so
many in a whole run, each route others than its neighbour; in the trials it is sent everything.
"""


@pytest.mark.slow
@pytest.mark.timeout(3600)  # the trials ask for up to 17,000 pages in one test
@pytest.mark.parametrize("audience", Audience)
def test_no_route_fails_whatever_bytes_it_is_sent(
    place: Place, audience: Audience, pytestconfig: pytest.Config
) -> None:
    is_trial = pytestconfig.getoption("--trials")
    strange, known = (1, 1) if is_trial else (OF_STRANGERS, OF_KNOWN)
    rules = [rule for rule in place.rules if TABLE[rule.endpoint].audience is audience]
    rules.sort(key=lambda rule: (rule.endpoint in LAST, TABLE[rule.endpoint].method, rule.endpoint))
    wrong, asked = [], 0
    # Who is signed in waits a little after strangers: these come first.
    for requests, each in ((strange_requests, strange), (known_requests, known)):
        cookie, token = with_form_cookie(place, place.cookies(audience))
        for index, rule in enumerate(rules):
            if rule.endpoint in LAST:
                cookie, token = with_form_cookie(place, place.cookies(audience))
            target = Target(place=place, rule=rule, cookie=cookie, token=token)
            for name, head, body in islice(requests(target), index % each, None, each):
                answer = place.ask(head, body)
                asked += 1
                if answer.status >= 500 or (answer.status >= 400 and not answer.is_ours):
                    wrong.append(f"{name}: {answer.status} {answer.body[:120]!r}")
    assert wrong == [], "\n".join(wrong)
    assert asked >= (22 // strange + 44 // known) * len(rules)


def strange_requests(target: Target) -> Iterator[tuple[str, bytes, bytes]]:
    """Give requests of which nobody knows from whom or for what they are."""
    path = target.path
    for odd in (LATIN, BROKEN, NUL, QUOTED):
        yield target.request(f"after the path {odd!r}", {}, path=path + odd)
        yield target.request(f"before the path {odd!r}", {}, path=b"/" + odd + path)
        inside = path_of(target.place, target.rule, odd)
        yield target.request(f"in the path {odd!r}", {}, path=inside)
    for odd in (LATIN, BROKEN):
        value = b"; ".join((b"equipo=" + odd, odd + b"=1", b"session=" + odd))
        yield target.request(f"cookies {odd!r}", {"Cookie": value})
        for name in ("Host", "X-Forwarded-Host"):
            yield target.request(f"{name} {odd!r}", {name: odd})
    for name in ("solicitante", "funcionario", "formulario", "equipo"):
        value = name.encode() + b"=" + LATIN + BROKEN
        yield target.request(f"the cookie {name}", {"Cookie": value})


def known_requests(target: Target) -> Iterator[tuple[str, bytes, bytes]]:
    """Give requests of somebody who is signed in."""
    for odd in (LATIN, BROKEN, NUL, QUOTED):
        query = b"q=" + odd + b"&" + odd + b"=1&desde=" + odd + b"&v=" + odd
        yield target.request(f"query {odd!r}", {}, path=target.path + b"?" + query)
        yield target.request(f"the whole query {odd!r}", {}, path=target.path + b"?" + odd)
    for name in HEADERS:
        for odd in (LATIN, BROKEN):
            yield target.request(f"{name} {odd!r}", {name: LEADS.get(name, b"") + odd})
    for odd in (LATIN, BROKEN):
        more = target.cookie + b"; equipo=" + odd + b"; " + odd + b"=1"
        yield target.request(f"one more cookie {odd!r}", {"Cookie": more})
    if target.is_form:
        for name, kind, body in forms(target.token):
            yield target.request(name, {"Content-Type": kind}, body=body)


def forms(token: bytes) -> Iterator[tuple[str, bytes, bytes]]:
    """Give a name, the type and the body of odd forms."""
    typed, files = b"application/x-www-form-urlencoded", b"multipart/form-data; boundary="
    for odd in (LATIN, BROKEN, NUL, QUOTED):
        values = tuple(each.encode() + b"=" + odd for each in FIELDS)
        yield f"all values {odd!r}", typed, form_of(token, values)
        yield f"names {odd!r}", typed, form_of(token, (*FILLED, odd + b"=1"))
    for odd in (LATIN + BROKEN, NUL):
        for each in FIELDS:
            others = tuple(pair for pair in FILLED if not pair.startswith(each.encode() + b"="))
            one = each.encode() + b"=" + odd
            yield f"{each} {odd!r}", typed, form_of(token, (*others, one))
    for odd in (LATIN, BROKEN, b"\x00"):
        whole = files + BOUNDARY
        yield f"file name {odd!r}", whole, parts_of(token, file_name=odd + b".jpg")
        yield f"field name {odd!r}", whole, parts_of(token, name=odd)
        yield f"value in parts {odd!r}", whole, parts_of(token, value=odd)
        yield f"type of a part {odd!r}", whole, parts_of(token, kind=odd)
        yield f"boundary {odd!r}", files + odd.replace(b"\x00", b"x"), parts_of(token)
    yield "charset", typed + b"; charset=\xd1", form_of(token, FILLED)


def test_what_the_server_itself_cannot_read_is_told_in_our_words_and_to_no_log(
    tmp_path: Path, fresh_database_url: FreshDatabase
) -> None:
    url = fresh_database_url("sqlite", prepare=migrate_to_head)
    sent = {
        b"GET /v/a-token-\xd1 HTTP/1.1\r\nHost: localhost\r\n\r\n": 400,
        b"GET /verificar?q=\xd1 HTTP/1.1\r\nHost: localhost\r\n\r\n": 400,
        b"GET / HTTP/1.1\r\nHost: localhost\r\nNo name\r\n\r\n": 400,
        b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n": 414,
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 9000 + b"\r\n\r\n": 431,
        b"GET / HTTP/1.1\r\nHost: localhost\r\nExpect: \xd1\r\n\r\n": 417,
    }
    with web_process(tmp_path, url) as port:
        for request, status in sent.items():
            with socket.create_connection((LOOPBACK, port), timeout=30) as connection:
                connection.sendall(request)
                answer = b"".join(iter(lambda: connection.recv(1 << 16), b""))
            head, _, page = answer.partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 %d " % status), request[:60]
            assert b'lang="es-EC"' in page
            assert b"Referencia" not in page, "nothing of it was written down"
            assert b"Content-Security-Policy: default-src 'self'" in head
            assert b"Connection: close" in head
            assert b"Content-Length: %d" % len(page) in head
    log = (tmp_path / "web.log").read_text()
    assert "request_unread" in log
    assert "a-token" not in log
    assert LOOPBACK not in log


def form_of(token: bytes, pairs: Sequence[bytes]) -> bytes:
    """Return a typed form; without a token there is none."""
    key = b"upload_key=" + uuid4().hex.encode()
    return b"&".join((b"csrf_token=" + token, key, *pairs)) if token else b""


def parts_of(
    token: bytes,
    *,
    name: bytes = b"comment",
    value: bytes = b"x",
    file_name: bytes = b"foto.jpg",
    kind: bytes = b"image/jpeg",
) -> bytes:
    """Return a form in parts with a file in each field that takes one."""
    pairs = {
        b"csrf_token": token, b"upload_key": uuid4().hex.encode(), b"theme": b"workshop",
        name: value,
    }  # fmt: skip
    typed = [
        b'Content-Disposition: form-data; name="' + each + b'"\r\n\r\n' + text
        for each, text in pairs.items()
    ]
    files = [
        b'Content-Disposition: form-data; name="' + each.encode() + b'"; filename="' + file_name
        + b'"\r\nContent-Type: ' + kind + b"\r\n\r\n" + jpeg()
        for each in FILE_FIELDS
    ]  # fmt: skip
    begins = b"--" + BOUNDARY + b"\r\n"
    body = b"".join(begins + part + b"\r\n" for part in (*typed, *files))
    return body + b"--" + BOUNDARY + b"--\r\n"


def with_form_cookie(place: Place, cookie: bytes) -> tuple[bytes, bytes]:
    """Return the cookies with that of forms, and the token that goes with it."""
    shown = place.ask(b"GET /ingresar HTTP/1.1\r\nHost: localhost\r\n")
    token = TOKEN.search(shown.body)
    made = re.search(rb"(?i)set-cookie: (formulario=[^;]+)", shown.headers)
    assert token is not None
    assert made is not None
    return cookie + b"; " + made[1], token[1]


def path_of(place: Place, rule: Rule, word: bytes) -> bytes:
    """Return the address of a route, with a word where it takes one."""
    is_officers = TABLE[rule.endpoint].audience is Audience.OFFICER
    application_id = place.reviewed if is_officers else place.draft
    document_id = place.documents[application_id]
    values = {"application_id": application_id, "document_id": document_id, "number": 1}
    words = {
        found["name"]: "\x01" for found in PLACE.finditer(rule.rule) if found["kind"] in FREE_KINDS
    }
    path = filled(rule.rule, {**words, "place": 0, **values})
    return path.encode().replace(b"\x01", word)


def document_of(office: Office, application_id: UUID) -> UUID:
    """Return one of its documents."""
    with office.reading() as uow:
        return (
            uow.session.scalars(
                sa.select(DocumentRow.id).where(DocumentRow.application_id == application_id)
            ).first()
            or uuid4()
        )
