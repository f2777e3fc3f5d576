# ruff: noqa: INP001 -- beside the programs that use it, not a package
"""What the attackers of ``attack.py`` do, and how they must be answered.

One move of an attack is a function of the target; ``attacker.py`` lets so many run at once, each
after a pause. A move gives the answers that count for it, and begins nothing new once the time is
over.
"""

import gzip
import random
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode
from uuid import uuid4

from attack_answers import CUT, HELD, NO_FORM, Expected, expected
from attack_browser import Browser, NoFormError, any_address

from review_service.domain.numbering import CODE_ALPHABET, CODE_CHARACTERS

TYPED: Final = {"Content-Type": "application/x-www-form-urlencoded"}
MIB: Final = 1 << 20
TRICKLING: Final = 66
POLL_SECONDS: Final = 0.2
BASE32: Final = "abcdefghijklmnopqrstuvwxyz234567"
TOKEN_LENGTH: Final = 26
COMPUTED: Final = "computed"
Answers = Iterator[int | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What an attacker knows: addresses, own accounts, and what is public of others."""

    base: str
    ruc: str
    """A public RUC, somebody else's."""
    application: str
    """The id of somebody else's sent application."""
    officer: str
    """An officer's user name."""
    cookie: str
    """The attacker's own session."""
    own: str
    """The id of the attacker's own draft."""
    sent: str
    """The id of the attacker's own sent application."""
    sent_cookie: str
    officer_cookie: str
    """A session of an officer who is the attacker, or whose browser was taken over."""
    files: str
    """A folder with files to send."""
    ends_at: float = 0.0
    """When the attack is over, by the clock ``time.monotonic``."""

    @property
    def seconds_left(self) -> float:
        """How long it still goes on; something at least."""
        return max(0.1, self.ends_at - time.monotonic())


def _strange(target: Target) -> Browser:
    return Browser(target.base)


def _own(target: Target) -> Browser:
    return Browser(target.base, "10.66.6.6", {"solicitante": target.cookie})


def _typed(browser: Browser, page: str, address: str, **values: str) -> int:
    fields = {**browser.form(page, address), **values}
    return browser.ask("POST", address, body=urlencode(fields), headers=TYPED).status


def _sign_in_mails(target: Target) -> Answers:
    yield _typed(_strange(target), "/ingresar", "/ingresar", ruc=target.ruc)


def _confirmation_mails(target: Target) -> Answers:
    path = f"/solicitudes/{target.application}/confirmar/otra-vez"
    browser = _own(target)
    fields = browser.form(f"/solicitudes/{target.own}/fotos", "/fotos/subir")
    body = urlencode({"csrf_token": fields["csrf_token"]})
    yield browser.ask("POST", path, body=body, headers=TYPED).status


def _officer_passwords(target: Target) -> Answers:
    browser = _strange(target)
    given = {"user_name": target.officer, "password": uuid4().hex}
    yield _typed(browser, "/revision/ingresar", "/revision/ingresar", **given)


def _mailed_codes(target: Target) -> Answers:
    browser = _strange(target)
    _typed(browser, "/ingresar", "/ingresar", ruc=target.ruc)
    for _ in range(10):
        code = f"{random.randrange(10**6):06d}"  # noqa: S311 -- a guess
        yield _typed(browser, "/ingresar/enviado", "/ingresar/codigo", code=code)


def _second_address(target: Target) -> Answers:
    browser = _own(target)
    page = f"/solicitudes/{target.own}/datos"
    yield _typed(browser, page, page, later="y", notice_email=f"{uuid4().hex[:6]}@victima.example")


def _file(target: Target, name: str) -> bytes:
    return Path(target.files, name).read_bytes()


def _upload_photo(target: Target) -> Answers:
    page = f"/solicitudes/{target.own}/fotos"
    data = _file(target, "photo.jpg") + uuid4().bytes
    yield _own(target).send_file(page, "/fotos/subir", "photos", ("a.jpg", data))


def _send_pdf(target: Target, name: str, data: bytes) -> int:
    """Send a PDF in place of the one before, as soon as its page has a form again."""
    page = f"/solicitudes/{target.own}/pdf"
    while True:
        try:
            return _own(target).send_file(page, "/pdf/subir", "pdf", (name, data))
        except NoFormError:  # the one before is being read
            if time.monotonic() > target.ends_at:
                raise
            time.sleep(POLL_SECONDS)


def _upload_pdf(target: Target) -> Answers:
    yield _send_pdf(target, "a.pdf", _file(target, "evidence.pdf") + uuid4().hex.encode())


def _bomb_pdf(target: Target) -> Answers:
    chosen = random.choice(sorted(Path(target.files, "pdf").iterdir()))  # noqa: S311
    yield _send_pdf(target, chosen.name, chosen.read_bytes() + uuid4().bytes)


def _bomb_photo(target: Target) -> Answers:
    chosen = random.choice(sorted(Path(target.files, "photo").iterdir()))  # noqa: S311
    data, page = chosen.read_bytes() + uuid4().bytes, f"/solicitudes/{target.own}/fotos"
    yield _own(target).send_file(page, "/fotos/subir", "photos", (chosen.name, data))


def _big_typed(target: Target) -> Answers:
    body = b"a=" + b"x" * (24 * MIB)
    yield _strange(target).ask("POST", "/verificar", body=body, headers=TYPED).status


def _big_parts(target: Target) -> Answers:
    fields: dict[str, tuple[str, bytes]] = {"archivo": ("a.pdf", b"%PDF-1.7" + bytes(60 * MIB))}
    yield _strange(target).ask("POST", "/verificar/archivo", fields=fields).status


def _connect(target: Target) -> socket.socket:
    host, port = target.base.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=target.seconds_left)


def _trickle(target: Target) -> Answers:
    """Send a body byte by byte and never end it."""
    with _connect(target) as line:
        head = f"POST /verificar HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {any_address()}"
        body = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 4096"
        line.sendall(f"{head}\r\n{body}\r\n\r\n".encode())
        while time.monotonic() < target.ends_at:
            line.sendall(b"a")
            time.sleep(0.5)
    yield HELD


def _read_slowly(target: Target) -> Answers:
    """Ask for pages on one connection and take a few bytes a second."""
    with _connect(target) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        head = "GET /static/css/public.css HTTP/1.1\r\nHost: localhost\r\n\r\n"
        line.sendall((head * 20).encode())
        while time.monotonic() < target.ends_at:
            if not line.recv(16):
                yield CUT
                return
            time.sleep(0.5)
    yield HELD


def _receipt(target: Target) -> Answers:
    browser = Browser(target.base, "10.66.6.7", {"solicitante": target.sent_cookie})
    yield browser.ask("GET", f"/solicitudes/{target.sent}/comprobante.pdf").status


def _many_fields(target: Target) -> Answers:
    body = "&".join(f"a{number}=" for number in range(30_000))[: 250 * 1024]
    yield _strange(target).ask("POST", "/verificar", body=body, headers=TYPED).status


def _deep_query(target: Target) -> Answers:
    asked = "&".join(f"a[{'b' * 20}]={number}" for number in range(120))
    yield _strange(target).ask("GET", f"/verificar?{asked}").status


def _ranges(target: Target) -> Answers:
    wanted = "bytes=" + ",".join(f"{at}-{at + 1}" for at in range(0, 2400, 3))
    answer = _strange(target).ask("GET", "/static/css/public.css", headers={"Range": wanted[:7000]})
    yield answer.status


def _guess(alphabet: str, length: int) -> str:
    return "".join(random.choices(alphabet, k=length))  # noqa: S311 -- a guess


def _guess_numbers(target: Target) -> Answers:
    number = f"MPCEI-MDT-2026-{random.randrange(10**6):06d}"  # noqa: S311 -- a guess
    code = _guess(CODE_ALPHABET, CODE_CHARACTERS)
    yield _typed(_strange(target), "/verificar", "/verificar", number=number, code=code)


def _guess_codes(target: Target) -> Answers:
    yield _strange(target).ask("GET", f"/v/{_guess(BASE32, TOKEN_LENGTH)}").status


def _wildcards(target: Target) -> Answers:
    browser = Browser(target.base, "10.66.6.8", {"funcionario": target.officer_cookie})
    asked = random.choice(("%25%25%25", "%25_%25_%25", "_" * 60, "%25a%25", "%27%29%20OR%201"))  # noqa: S311
    yield browser.ask("GET", f"/revision?q={asked}").status
    yield browser.ask("GET", f"/revision/textos?q={asked}").status


def _huge_cookies(target: Target) -> Answers:
    cookie = "; ".join(f"c{number}={'x' * 90}" for number in range(70))
    yield _strange(target).ask("GET", "/", headers={"Cookie": cookie}).status


def _many_sessions(target: Target) -> Answers:
    browser = Browser(target.base, None, {"solicitante": uuid4().hex, "funcionario": uuid4().hex})
    yield browser.ask("GET", "/solicitudes").status
    yield browser.ask("GET", "/revision").status


@cache
def packed_body() -> bytes:
    """Return 100 MiB, packed; made once, before the attack begins."""
    return gzip.compress(bytes(100 * MIB), 1)[: 200 * 1024]


def _packed(target: Target) -> Answers:
    headers = {**TYPED, "Content-Encoding": "gzip"}
    yield _strange(target).ask("POST", "/verificar", body=packed_body(), headers=headers).status


def _same_form(target: Target) -> Answers:
    browser = _own(target)
    page = f"/solicitudes/{target.own}/datos"
    fields = browser.form(page, page) | {"later": "y"}
    for _ in range(5):
        yield browser.ask("POST", page, body=urlencode(fields), headers=TYPED).status


def _compute(target: Target) -> Answers:
    """Take the processor and ask nothing of the service."""
    while time.monotonic() < target.ends_at:
        sum(range(50_000))
        yield COMPUTED


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack: what is done, how many do it at once, and the pause of each after a move."""

    move: Callable[[Target], Answers]
    answers: Expected
    at_once: int = 4
    pause_seconds: float = 0.1
    of_issue: bool = False
    """Whether the issue names it; the others are ours."""


ATTACKS: Final[Mapping[str, Attack]] = MappingProxyType(
    {
        "sign-in mails for a public RUC": Attack(_sign_in_mails, expected(303), of_issue=True),
        "confirmation mails of another's case": Attack(
            _confirmation_mails, expected(404), of_issue=True
        ),
        "an officer's passwords": Attack(_officer_passwords, expected(422), of_issue=True),
        "mailed one-time codes": Attack(
            _mailed_codes, expected(422, 410, later=(NO_FORM,)), of_issue=True
        ),
        "unconfirmed second address": Attack(
            _second_address, expected(303, later=(409,)), 2, of_issue=True
        ),
        "many uploads": Attack(
            _upload_photo, expected(303, later=(409, 422, 429), least=10), 2, 0.4, of_issue=True
        ),
        "replaced files": Attack(
            _upload_pdf, expected(303, later=(409, 429), least=2), 2, 0.5, of_issue=True
        ),
        "typed body of 24 MB": Attack(_big_typed, expected(413, CUT), 4, of_issue=True),
        "60 MB in parts, anonymous": Attack(
            _big_parts, expected(413, CUT, least=10), 2, of_issue=True
        ),
        "66 trickling connections": Attack(
            _trickle, expected(CUT, HELD, least=TRICKLING), TRICKLING, of_issue=True
        ),
        "comprobante.pdf in a loop": Attack(_receipt, expected(200), of_issue=True),
        "thousands of fields": Attack(_many_fields, expected(413)),
        "deep query strings": Attack(_deep_query, expected(200)),
        "20 slow readers": Attack(_read_slowly, expected(HELD, CUT, least=20), 20),
        "hundreds of ranges": Attack(_ranges, expected(200, 206, 416)),
        "bombs in PDFs": Attack(_bomb_pdf, expected(303, later=(409, 429), least=5), 1, 1.0),
        "bombs in pictures": Attack(
            _bomb_photo, expected(303, later=(409, 422, 429), least=3), 1, 1.0
        ),
        "guessed numbers": Attack(_guess_numbers, expected(200)),
        "guessed QR codes": Attack(_guess_codes, expected(200), 8),
        "wildcards in searches": Attack(_wildcards, expected(200), 2),
        "huge cookies": Attack(_huge_cookies, expected(200)),
        "made-up sessions": Attack(_many_sessions, expected(303)),
        "packed bodies": Attack(_packed, expected(415)),
        "one form at once": Attack(_same_form, expected(303, later=(409,))),
    }
)
"""Every attack by its name, in the order of the table."""
NO_REQUEST: Final = "computing, no request"
"""No attack: what the table says of it is the price of the shared processor alone."""
MOVES: Final[Mapping[str, Attack]] = MappingProxyType(
    {**ATTACKS, NO_REQUEST: Attack(_compute, expected(COMPUTED, least=1))}
)
