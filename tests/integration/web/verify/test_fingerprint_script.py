"""The browser finds the same identifiers as the server, so that the file may stay at home."""

import hashlib
from collections.abc import Iterator
from random import Random

import pytest
from playwright.sync_api import Page, sync_playwright

from review_service.domain.file_identity import find_identifier
from tests.chromium_program import chromium_program
from tests.integration.web.verify.conftest import Paper

FIND = """bytes => import("/static/js/verify.js")
    .then(script => script.identifiersIn(Uint8Array.from(bytes)).sort())"""


@pytest.fixture
def database_kind() -> str:
    """One kind of database is enough for a script."""
    return "sqlite"


@pytest.fixture
def page(port: int) -> Iterator[Page]:
    """A real browser on a real server."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_program(), args=["--no-sandbox"]
        )
        page = browser.new_page(base_url=f"http://127.0.0.1:{port}")
        page.goto("/verificar")
        yield page
        browser.close()


def spelling(random: Random) -> bytes:
    """Return one way, good or spoilt, to write an identifier in a PDF."""
    identifier = random.randbytes(random.choice((16, 16, 16, 15, 17)))
    space = random.choice((b"", b" ", b"\r\n", b"\x00\t", b" " * 17))
    digits = identifier.hex().encode()
    escaped = b"".join(
        b"\\" + bytes([byte]) if byte in b"()\\" else bytes([byte]) for byte in identifier
    )
    octal = b"".join(b"\\%o" % byte for byte in identifier)
    return random.choice(
        (
            b"/ID" + space + b"[" + space + b"<" + digits + b">",
            b"/ID [<" + digits.upper() + b"> <" + digits + b">]",
            b"/ID[<" + b" ".join(digits[at : at + 1] for at in range(len(digits))) + b">]",
            b"/ID [(" + escaped + b")(x)]",
            b"/ID [(" + identifier + b")]",
            b"/ID [(" + octal + b")]",
            b"/ID [(" + escaped[:8] + b"\\\r\n" + escaped[8:] + b")]",
            b"/ID [(" + escaped[:4] + b"\r\n" + escaped[4:] + b")]",
            b"uuid:" + digits,
            b"uuid:" + digits + b"0",
            b"/ID [(((a)b)cdefghijk)]",
        )
    )


def test_script_and_server_find_the_same_identifiers(page: Page) -> None:
    random = Random(20261120)  # noqa: S311 -- samples, no secrets
    for _ in range(150):
        content = b"%PDF-1.7\n" + b"\n".join(spelling(random) for _ in range(3)) + b"\n%%EOF"
        found = page.evaluate(FIND, list(content))
        assert found == sorted(claim.hex() for claim in find_identifier(content)), content


def test_only_the_fingerprint_leaves_the_browser(page: Page, paper: Paper) -> None:
    bodies: list[str] = []
    page.on(
        "request",
        lambda request: (
            bodies.append(request.post_data or "") if request.method == "POST" else None
        ),
    )
    assert page.get_by_text("El archivo no sale de su teléfono").is_visible()
    for content, answer in ((paper.pdf, "Vigente"), (paper.pdf + b"\n", "Alterado")):
        page.goto("/verificar")
        page.set_input_files(
            "#archivo", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": content}
        )
        page.get_by_role("button", name="Comparar el PDF").click()
        assert page.locator(".answer h1").inner_text().strip() == answer
        assert hashlib.sha256(content).hexdigest() in bodies[-1]
        assert "%PDF" not in bodies[-1]
    assert len(bodies) == 2


def test_a_file_over_the_limit_is_said_without_sending_it(page: Page) -> None:
    posted: list[str] = []
    page.on(
        "request",
        lambda request: posted.append(request.url) if request.method == "POST" else None,
    )
    large = b"%PDF-1.7" + bytes(20 * 1024 * 1024)
    page.set_input_files(
        "#archivo", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": large}
    )
    page.get_by_role("button", name="Comparar el PDF").click()
    page.get_by_role("alert").get_by_text("El archivo pesa más de 20 MB").wait_for()
    assert posted == []
