"""Runs the story of an artisan on a running service's pages, from the RUC to the Acuerdo."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from review_service.demo.people.artisan import Artisan, Receipt, Shot
from review_service.demo.people.reviewer import Reviewer
from review_service.demo.stage.errors import StoryFailedError
from review_service.demo.stage.screen import Screen
from review_service.demo.story.telling import Stage, enter, receive, verify
from review_service.domain.issued_documents import IssuedKind
from review_service.samples import files
from review_service.samples.accounts import Officer
from review_service.samples.files import Flaw, Scene
from review_service.samples.scan import scanned_agreement
from review_service.samples.sheets import sheet_of

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
class Desk:
    """The officer who decides."""

    officer: Officer
    totp_secret: str = field(repr=False)


def tell(stage: Stage, desk: Desk, screen: Screen) -> Path:
    """Run the whole story; return the path of the issued PDF. Raises ``StoryFailedError``."""
    with stage.browser() as browser:
        artisan = Artisan(browser, stage.mailbox(), stage.person)
        screen.heading(f"La artesana o el artesano: {stage.person.shown_name}")
        enter(artisan, stage, screen)
        receipt = _apply(artisan, stage, screen)
        screen.heading(f"La funcionaria: {desk.officer.full_name}")
        _review(stage, desk, receipt, screen)
        screen.heading("El Acuerdo")
        paper = receive(artisan, IssuedKind.AGREEMENT, stage, screen)
        with screen.step("Quiere estar en el directorio público, con su nombre"):
            artisan.join_directory()
    verify(paper, stage, screen)
    return paper


def _apply(artisan: Artisan, stage: Stage, screen: Screen) -> Receipt:
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


def _review(stage: Stage, desk: Desk, receipt: Receipt, screen: Screen) -> None:
    with stage.browser() as browser:
        reviewer = Reviewer(browser, desk.officer, totp_secret=desk.totp_secret)
        with screen.step("Ingresa con contraseña y código de un solo uso"):
            reviewer.sign_in()
        with screen.step(f"Toma {receipt.reference} y juzga cada punto") as step:
            reviewer.take(receipt.application_id)
            step.say(f"{reviewer.judge_everything(receipt.application_id)} puntos aceptados")
        with screen.step("Aprueba: el Acuerdo recibe su número"):
            reviewer.approve(receipt.application_id)
        with screen.step("El servicio imprime, firma por dos ministerios y publica"):
            reviewer.wait_until_issued(receipt.application_id)


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
