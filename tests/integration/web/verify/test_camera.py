"""The page reads the code with the camera or from a photo, in a real browser with a fake camera."""

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import pypdfium2
import pytest
import segno
from flask.testing import FlaskClient
from PIL import Image
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect, sync_playwright

from review_service.adapters.agreement_pdf import WeasyPrintRenderer
from tests.agreement_samples import MARKS, make_snapshot
from tests.chromium_program import chromium_program
from tests.e2e import judging
from tests.integration.web.verify.conftest import Paper

FAKE: Final = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
ELSEWHERE: Final = "verificar.example"
"""A name that no browser takes for this machine: without https it is not secure."""
LIBRARY: Final = "/vendor/qr/"
FILMED: Final = (640, 480)
PHONE = ViewportSize(width=360, height=740)
OWN_DETECTOR: Final = """
globalThis.BarcodeDetector = class {
  static async getSupportedFormats() { return ["qr_code"]; }
  async detect() { return [{ rawValue: %r }]; }
};
"""
REFUSING: Final = """
navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("", %r); };
"""

FOREIGN: Final = {
    "https://otro.example/v/" + "a" * 26: "Lleva a otro.example, y no lo abrimos.",
    "http://localhost:8000@malo.example/v/" + "a" * 26: "Lleva a malo.example, y",
    "http://localhost.malo.example/v/" + "a" * 26: "Lleva a localhost.malo.example, y",
    "http://localhost:8000/ayuda": "Lleva a localhost:8000, y no lo abrimos.",
    "javascript:alert(1)//localhost:8000/v/" + "a" * 26: "No lleva a ninguna dirección.",
    "Don Pepe, 099 123 4567": "No lleva a ninguna dirección.",
}

SEVERAL: Final = str(
    [{"rawValue": f"http://localhost:8000/v/{sign * 26}"} for sign in "ab"]
).replace("'", '"')
TOKEN: Final = "a" * 26
OTHER_TOKEN: Final = "b" * 26
OURS: Final = ("rum.example", "antes.example:8443", "artesanía.example")
"""Hosts that papers print, or printed."""
JUDGED: Final = {
    f"https://rum.example/v/{TOKEN}": TOKEN,
    f"http://RUM.example:80/v/{TOKEN}/": TOKEN,
    f"https://rum.example:443/v/{TOKEN}?a=b#c": TOKEN,
    f"https://antes.example:8443/v/{TOKEN}": TOKEN,
    f"https://artesanía.example/v/{TOKEN}": TOKEN,
    f"https://xn--artesana-i2a.example/v/{TOKEN}": TOKEN,
    f"https://alguien@rum.example/v/{TOKEN}": TOKEN,
    f"https://rum.example@malo.example/v/{TOKEN}": "malo.example",
    f"https://rum.example:clave@malo.example/v/{TOKEN}": "malo.example",
    f"https://rum.example.malo.example/v/{TOKEN}": "rum.example.malo.example",
    f"https://rum.example\\@malo.example/v/{TOKEN}": TOKEN,
    f"https://malo.example/https://rum.example/v/{TOKEN}": "malo.example",
    f"https://malo.example#rum.example/v/{TOKEN}": "malo.example",
    f"https://malo.example?rum.example/v/{TOKEN}": "malo.example",
    f"https://rum.example:8443/v/{TOKEN}": "rum.example:8443",
    f"https://antes.example/v/{TOKEN}": "antes.example",
    f"https://rum.example./v/{TOKEN}": "rum.example.",
    f"https://rum.ex\u0430mple/v/{TOKEN}": "rum.xn--exmple-4nf",
    f"https://rum.example/v/{TOKEN}x": "rum.example",
    f"https://rum.example/v/../v/{TOKEN}/../x": "rum.example",
    f"https://rum.example/v/%2e%2e/{TOKEN}": "rum.example",
    "https://rum.example/v/" + "A" * 26: "rum.example",
    f"javascript://rum.example/v/{TOKEN}": "",
    f"javascript:alert('https://rum.example/v/{TOKEN}')": "",
    f"data:text/html,https://rum.example/v/{TOKEN}": "",
    f"intent://rum.example/v/{TOKEN}#Intent;scheme=https;end": "",
    f"//rum.example/v/{TOKEN}": "",
    f"/v/{TOKEN}": "",
    TOKEN: "",
    "https://" + "a" * 4_000 + ".malo.example/": "…" + ("a" * 60 + ".malo.example")[-60:],
    "https://rum.example/" + "v/" * 2_000: "rum.example",
    "": "",
}
"""What may stand in a code, with the token that is taken from it, or the host that is told."""

OpenPage = Callable[..., Page]


@pytest.fixture
def database_kind() -> str:
    """One kind of database is enough for a script."""
    return "sqlite"


@pytest.fixture
def open_page(port: int) -> Iterator[OpenPage]:
    """Return a way to open the form in a fresh browser, with or without a camera."""
    with sync_playwright() as playwright, ExitStack() as opened:

        def open_one(
            *flags: str, host: str = "127.0.0.1", script: str = "", viewport: ViewportSize = PHONE
        ) -> Page:
            arguments = ["--no-sandbox", f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1", *flags]
            browser = playwright.chromium.launch(executable_path=chromium_program(), args=arguments)
            opened.callback(browser.close)
            context = browser.new_context(base_url=f"http://{host}:{port}", viewport=viewport)
            if script:
                context.add_init_script(script)
            _stay_here(context)
            page = context.new_page()
            page.goto("/verificar")
            return page

        yield open_one


def _stay_here(context: BrowserContext) -> None:
    """Fail on any request of the browser to somebody else."""
    context.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("blob:", "http://127.0.0.1:", f"http://{ELSEWHERE}:"))
            else pytest.fail(f"asked {request.url}")
        ),
    )


def filmed(picture: Image.Image, folder: Path) -> str:
    """Return the flag that makes the picture all that the camera sees."""
    width, height = FILMED
    seen = Image.new("L", FILMED, 90)
    shown = picture.convert("L")
    shown.thumbnail(FILMED)
    seen.paste(shown, ((width - shown.width) // 2, (height - shown.height) // 2))
    colours = np.full(width * height // 2, 128, np.uint8).tobytes()
    head = f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode()
    film = folder / "camera.y4m"
    film.write_bytes(head + (b"FRAME\n" + np.asarray(seen).tobytes() + colours) * 5)
    return f"--use-file-for-fake-video-capture={film}"


def first_page(paper: Paper, scale: float = 3) -> Image.Image:
    """Return the first sheet as it is printed, with the address of this published one."""
    marks = replace(MARKS, url=f"http://localhost:8000/v/{paper.token}")
    printed = WeasyPrintRenderer().render(make_snapshot(), marks=marks)
    with pypdfium2.PdfDocument(printed) as document:
        picture: Image.Image = document[0].render(scale=scale).to_pil()
    return picture.convert("RGB")


def beside_the_code(paper: Paper) -> Image.Image:
    """Return what a camera sees that is held over the code."""
    page = first_page(paper, scale=4)
    width, height = page.size
    return page.crop((0, int(height * 0.3), int(width * 0.6), int(height * 0.62)))


def code_with(text: str) -> Image.Image:
    picture = io.BytesIO()
    segno.make_qr(text).save(picture, kind="png", scale=8)
    return Image.open(picture)


def jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()


def press(page: Page) -> None:
    page.get_by_role("button", name="Leer con la cámara").click()


def choose(page: Page, content: bytes, name: str = "codigo.jpg") -> None:
    page.get_by_label("O suba una foto del código").set_input_files(
        {"name": name, "mimeType": "image/jpeg", "buffer": content}
    )


def test_the_camera_reads_the_paper_and_the_answer_opens(
    open_page: OpenPage, paper: Paper, tmp_path: Path
) -> None:
    page = open_page(*FAKE, filmed(beside_the_code(paper), tmp_path))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    press(page)
    page.wait_for_url(f"**/v/{paper.token}")
    expect(page.locator(".answer h1")).to_have_text("Vigente")
    assert any(LIBRARY in url for url in asked)


def test_the_browsers_own_reader_goes_before_the_library(
    open_page: OpenPage, paper: Paper, tmp_path: Path
) -> None:
    own = OWN_DETECTOR % f"http://localhost:8000/v/{paper.token}"
    page = open_page(*FAKE, filmed(code_with("otra cosa"), tmp_path), script=own)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    press(page)
    page.wait_for_url(f"**/v/{paper.token}")
    assert not any(LIBRARY in url for url in asked)


def test_nothing_of_the_reader_is_loaded_before_a_press(open_page: OpenPage) -> None:
    page = open_page(*FAKE)
    loaded = page.evaluate("performance.getEntriesByType('resource').map((each) => each.name)")
    assert any("camera.js" in name for name in loaded)
    assert not any(LIBRARY in name for name in loaded)


def test_only_a_code_of_ours_leads_on(open_page: OpenPage) -> None:
    page = open_page()
    for text, said in FOREIGN.items():
        page.goto("/verificar")
        choose(page, jpeg(code_with(text)))
        told = page.locator("[data-trouble]")
        expect(told).to_contain_text("Este código no es de un documento nuestro.")
        expect(told).to_contain_text(said)
        assert page.url.endswith("/verificar"), text


def test_a_photo_of_the_whole_sheet_is_enough(open_page: OpenPage, paper: Paper) -> None:
    page = open_page()
    choose(page, jpeg(first_page(paper)))
    page.wait_for_url(f"**/v/{paper.token}")
    assert "Vigente" in page.inner_text("h1")


def test_a_photo_without_a_code_and_a_file_that_is_none_say_so(open_page: OpenPage) -> None:
    page = open_page()
    choose(page, jpeg(Image.new("RGB", (800, 600), "white")))
    expect(page.locator("[data-trouble]")).to_contain_text("No encontramos un código QR")
    choose(page, b"no es una foto", "foto.heic")
    expect(page.locator("[data-trouble]")).to_contain_text("no pudo abrir esa foto.")


def alert(page: Page) -> str:
    told = page.locator("[data-trouble]")
    told.wait_for()
    return told.inner_text()


def test_each_reason_why_there_is_no_camera_has_its_sentence(open_page: OpenPage) -> None:
    said = {}
    for reason, page in {
        "insecure": open_page(*FAKE, host=ELSEWHERE),
        "none": open_page("--use-fake-ui-for-media-stream"),
        "denied": open_page(FAKE[0], f"{FAKE[1]}=deny"),
        "busy": open_page(*FAKE, script=REFUSING % "NotReadableError"),
        "failed": open_page(*FAKE, script=REFUSING % "UnknownError"),
        "unsupported": open_page(
            script="Object.defineProperty(navigator, 'mediaDevices', {value: undefined});"
        ),
    }.items():
        press(page)
        said[reason] = alert(page).split(".")[0]
    assert said == {
        "insecure": "El navegador presta la cámara solo en direcciones que empiezan con https",
        "none": "Este equipo no tiene cámara",
        "denied": "El navegador no dio permiso para usar la cámara",
        "busy": "Otra aplicación está usando la cámara",
        "failed": "La cámara no respondió",
        "unsupported": "Este navegador no puede usar la cámara",
    }


def test_a_reader_that_does_not_load_says_so_and_lets_go_of_the_camera(
    open_page: OpenPage, paper: Paper, tmp_path: Path
) -> None:
    page = open_page(*FAKE, filmed(beside_the_code(paper), tmp_path))
    page.route(f"**{LIBRARY}**", lambda route: route.abort())
    press(page)
    assert "No se pudo cargar el lector de códigos." in alert(page)
    assert page.evaluate("document.querySelector('[data-video]').srcObject") is None


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_with_the_camera_open_everybody_can_use_the_page(
    open_page: OpenPage, tmp_path: Path, width: int
) -> None:
    film = filmed(Image.new("RGB", FILMED, "white"), tmp_path)
    page = open_page(*FAKE, film, viewport=ViewportSize(width=width, height=740))
    page.get_by_role("button", name="Leer con la cámara").press("Enter")
    expect(page.locator("[data-told]")).to_contain_text("Apunte al código QR y acérquese")
    expect(page.get_by_role("button", name="Cerrar la cámara")).to_be_focused()
    page.screenshot(path=tmp_path / f"camera-{width}.png", full_page=True)
    assert judging.barriers(page) + judging.structure(page) == []
    assert judging.layout(page) + judging.small_targets(page) == []
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Leer con la cámara")).to_be_focused()
    assert page.evaluate("document.querySelector('[data-video]').srcObject") is None


def test_only_the_page_with_the_form_may_ask_for_the_camera(
    browser: FlaskClient, paper: Paper
) -> None:
    def camera(answer: object) -> str:
        policy: str = answer.headers["Permissions-Policy"]  # type: ignore[attr-defined]
        return policy.split(",", maxsplit=1)[0]

    typed = {"number": paper.number, "code": paper.code}
    assert camera(browser.get("/verificar")) == "camera=(self)"
    assert camera(browser.post("/verificar", data={"number": "x"})) == "camera=(self)"
    for answer in (
        browser.get("/"),
        browser.get("/ayuda"),
        browser.get(f"/v/{paper.token}"),
        browser.post("/verificar", data=typed),
    ):
        assert camera(answer) == "camera=()"


def test_without_scripts_no_camera_is_offered_and_typing_is_whole(browser: FlaskClient) -> None:
    page = browser.get("/verificar").text
    panel = page[page.index("data-camera") : page.index("</section>")]
    assert panel.split(">")[0].split()[-1] == "hidden"
    assert page.index('name="number"') > page.index("</section>")


def judge(page: Page, *texts: str) -> dict[str, object]:
    told: dict[str, object] = page.evaluate(
        """async ([texts, hosts]) => {
             const { judged } = await import("/static/js/codes.js");
             return judged(texts, hosts);
           }""",
        [list(texts), list(OURS)],
    )
    return told


def test_no_address_is_taken_for_ours_but_one_of_our_hosts(open_page: OpenPage) -> None:
    page = open_page()
    for text, expected in JUDGED.items():
        told = judge(page, text)
        assert told["token"] == (expected if expected == TOKEN else None), text
        assert told["isSeveral"] is False, text
        if expected != TOKEN:
            assert told["host"] == expected, text


def test_codes_of_two_documents_open_neither(open_page: OpenPage) -> None:
    page = open_page(script=OWN_DETECTOR.replace("{ rawValue: %r }", "...%s") % SEVERAL)
    ours, other = (f"https://rum.example/v/{token}" for token in (TOKEN, OTHER_TOKEN))
    assert judge(page, ours, other) == {"token": None, "isSeveral": True, "host": "rum.example"}
    assert judge(page, ours, ours)["token"] == TOKEN
    assert judge(page, "https://malo.example/", ours)["token"] == TOKEN
    assert judge(page, "https://malo.example/", other.upper())["host"] == "malo.example"
    choose(page, jpeg(code_with("cualquiera")))
    expect(page.locator("[data-trouble]")).to_contain_text("Se ven códigos de dos documentos.")
    assert page.url.endswith("/verificar")


def test_a_long_name_of_a_host_does_not_break_the_page(open_page: OpenPage) -> None:
    page = open_page(viewport=ViewportSize(width=320, height=740))
    choose(page, jpeg(code_with("https://" + "a" * 900 + ".malo.example/")))
    expect(page.locator("[data-trouble]")).to_contain_text(".malo.example, y no lo abrimos.")
    assert judging.layout(page) == []


@pytest.mark.parametrize("former_hosts", ["antes.example"])
def test_a_paper_of_a_former_host_leads_to_the_answer_here(
    open_page: OpenPage, paper: Paper
) -> None:
    page = open_page()
    choose(page, jpeg(code_with(f"https://antes.example/v/{paper.token}")))
    page.wait_for_url(f"**/v/{paper.token}")
    assert "Vigente" in page.inner_text("h1")
