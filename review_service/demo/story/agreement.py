"""Runs the sample story, from the RUC to the verified Acuerdo, on a running service's pages."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from review_service.demo.people.artisan import Artisan, Receipt, Shot
from review_service.demo.people.browser import Browser, Page
from review_service.demo.people.mailbox import Mailbox
from review_service.demo.people.passerby import Passerby
from review_service.demo.people.reviewer import Reviewer
from review_service.demo.stage.errors import StoryFailedError
from review_service.demo.stage.home import Home
from review_service.demo.stage.screen import Screen
from review_service.samples import files
from review_service.samples.files import Flaw, Scene
from review_service.samples.people import Officer, Person, sheet_of
from review_service.samples.ready_files import altered
from review_service.samples.scan import scanned_agreement
from review_service.services.agreements.verifying import Verdict

SCENES: Final = (
    (Scene.FACADE, "fachada.jpg"),
    (Scene.WORKSHOP, "taller.jpg"),
    (Scene.WEAVER, "tejedora.jpg"),
    (Scene.HANDS, "manos.jpg"),
    (Scene.LOOM, "telar.jpg"),
    (Scene.TOOLS, "herramientas.jpg"),
    (Scene.WOOL, "lana.jpg"),
    (Scene.CLOTH, "tejido.jpg"),
)
DARK: Final = "telar.jpg"
BETTER: Final = "telar-con-luz.jpg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What the story runs on: the service's address, folders and people."""

    home: Home
    base: str
    """Address of the running service."""
    person: Person
    run: int
    """Number of this story in its folder: each one shows other photos."""
    officer: Officer
    totp_secret: str = field(repr=False)


def tell(stage: Stage, screen: Screen) -> Path:
    """Run the whole story; return the path of the issued PDF. Raises ``StoryFailedError``."""
    with _browser(stage) as browser:
        mailbox = Mailbox(stage.home.mail, stage.person.email or "")
        artisan = Artisan(browser, mailbox, stage.person)
        screen.heading(f"La artesana o el artesano: {stage.person.shown_name}")
        receipt = _apply(artisan, stage, screen)
        screen.heading(f"La funcionaria: {stage.officer.full_name}")
        _review(stage, receipt, screen)
        screen.heading("El Acuerdo")
        with screen.step("El correo trae el Acuerdo en PDF") as step:
            name, pdf = artisan.receive_agreement()
            paper = stage.home.issued / Path(name).name
            paper.write_bytes(pdf)
            step.say(f"{paper.name}, {len(pdf) // 1024} KB, dos firmas electrónicas")
    _verify(stage, pdf, screen)
    return paper


def _apply(artisan: Artisan, stage: Stage, screen: Screen) -> Receipt:
    with screen.step(f"Escribe su RUC {stage.person.ruc}") as step:
        step.say(f"enlace y código enviados a {artisan.ask_for_link()}, el correo del SRI")
    with screen.step("Abre el enlace del correo y pulsa «Ingresar»"):
        artisan.sign_in()
    with screen.step("Abre una renovación y completa los datos del taller") as step:
        step.say(f"del SRI vinieron: {artisan.open_renewal(sheet_of(stage.person))}")
    shots = _shots(stage)
    with screen.step(f"Sube {len(shots)} fotos en sus cuatro temas"):
        artisan.upload(shots)
    _mend_the_dark_photo(artisan, stage, screen, count=len(shots))
    number = stage.person.prior.number if stage.person.prior else ""
    with screen.step("Sube su Acuerdo anterior escaneado y el servicio lo lee") as step:
        artisan.upload_prior_agreement(scanned_agreement(stage.person.prior, seed=stage.run))
        artisan.wait_for_reading(number)
        step.say(f"leído: {number}")
    with screen.step("Revisa todo, declara y envía"):
        artisan.send()
    with screen.step("Confirma desde el correo") as step:
        receipt = artisan.confirm()
        step.say(f"comprobante de la solicitud {receipt.reference}")
    return receipt


def _mend_the_dark_photo(artisan: Artisan, stage: Stage, screen: Screen, *, count: int) -> None:
    with screen.step("El servicio revisa cada foto en un entorno aislado") as step:
        verdicts = artisan.wait_for_verdicts(count=count)
        if "oscur" not in verdicts.get(DARK, "").lower():
            raise StoryFailedError(f"se notara que la foto {DARK} está muy oscura")
        step.say(f"{DARK}: {verdicts[DARK]}")
    with screen.step("Cambia la foto oscura por otra con luz") as step:
        better = files.photo(Scene.LOOM, seed=_seed(stage) + 50)
        artisan.replace(DARK, Shot(theme=Scene.LOOM.theme, name=BETTER, jpeg=better))
        verdicts = artisan.wait_for_verdicts(count=count)
        step.say(f"{BETTER}: {verdicts.get(BETTER, '')}")


def _review(stage: Stage, receipt: Receipt, screen: Screen) -> None:
    with _browser(stage) as browser:
        reviewer = Reviewer(browser, stage.officer, totp_secret=stage.totp_secret)
        with screen.step("Ingresa con contraseña y código de un solo uso"):
            reviewer.sign_in()
        with screen.step(f"Abre {receipt.reference} y juzga cada punto") as step:
            step.say(f"{reviewer.judge_everything(receipt.application_id)} puntos aceptados")
        with screen.step("Aprueba: el Acuerdo recibe su número"):
            reviewer.approve(receipt.application_id)
        with screen.step("El servicio imprime, firma por dos ministerios y publica"):
            reviewer.wait_until_issued(receipt.application_id)


def _verify(stage: Stage, pdf: bytes, screen: Screen) -> None:
    with _browser(stage) as browser:
        anybody = Passerby(browser)
        with screen.step("Alguien escanea el QR") as step:
            step.say(_answer(anybody.scan(pdf), Verdict.IN_FORCE))
        with screen.step("Alguien compara el PDF") as step:
            step.say(_answer(anybody.compare(pdf), Verdict.IN_FORCE))
        with screen.step("Alguien compara una copia cambiada") as step:
            step.say(_answer(anybody.compare(altered(pdf)), Verdict.ALTERED))


def _answer(page: Page, expected: Verdict) -> str:
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", page.html, re.DOTALL)
    if heading is None or not heading.group(1).rstrip().endswith(expected.label):
        raise StoryFailedError(f"la verificación dijera «{expected.label}»")
    return f"«{expected.label}»"


@contextmanager
def _browser(stage: Stage) -> Iterator[Browser]:
    browser = Browser(stage.base)
    try:
        yield browser
    finally:
        browser.close()


def _seed(stage: Stage) -> int:
    return 100 * (stage.run + 1)


def _shots(stage: Stage) -> list[Shot]:
    return [
        Shot(
            theme=scene.theme,
            name=name,
            jpeg=files.photo(
                scene, seed=_seed(stage), flaw=Flaw.DARK if name == DARK else Flaw.NONE
            ),
        )
        for scene, name in SCENES
    ]
