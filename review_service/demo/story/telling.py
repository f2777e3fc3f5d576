"""What every story runs on, how each begins, and how each paper arrives and is verified."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from review_service.demo.people.applicant import Applicant
from review_service.demo.people.browser import Browser, Page
from review_service.demo.people.mailbox import Mailbox
from review_service.demo.people.passerby import Passerby
from review_service.demo.stage.errors import StoryFailedError
from review_service.demo.stage.home import Home
from review_service.demo.stage.screen import Screen
from review_service.domain.issued_documents import IssuedKind
from review_service.samples.people import Person
from review_service.samples.ready_files import altered
from review_service.services.agreements.verifying import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What a story runs on: the service's address, folders, and who applies."""

    home: Home
    base: str
    """Address of the running service."""
    person: Person
    run: int
    """Number of this story in its folder: each one shows other people and photos."""

    @contextmanager
    def browser(self) -> Iterator[Browser]:
        """Give one more person's browser."""
        browser = Browser(self.base)
        try:
            yield browser
        finally:
            browser.close()

    def mailbox(self) -> Mailbox:
        """Return the applicant's mailbox, from now on."""
        return Mailbox(self.home.mail, self.person.email or "")


def enter(applicant: Applicant, stage: Stage, screen: Screen) -> None:
    """Sign in by RUC and mailed link."""
    with screen.step(f"Escribe su RUC {stage.person.ruc}") as step:
        step.say(f"enlace y código enviados a {applicant.ask_for_link()}, el correo del SRI")
    with screen.step("Abre el enlace del correo y pulsa «Ingresar»"):
        applicant.sign_in()


def receive(applicant: Applicant, kind: IssuedKind, stage: Stage, screen: Screen) -> Path:
    """Take the paper out of the mail; return where its copy is."""
    with screen.step(f"El correo trae el {kind.short_label} en PDF") as step:
        name, pdf = applicant.receive(kind)
        paper = stage.home.issued / Path(name).name
        paper.write_bytes(pdf)
        signed = {
            IssuedKind.AGREEMENT: "dos firmas electrónicas",
            IssuedKind.CERTIFICATE: "una firma electrónica",
        }[kind]
        step.say(f"{paper.name}, {len(pdf) // 1024} KB, {signed}")
    return paper


def receive_certificate(applicant: Applicant, stage: Stage, screen: Screen) -> Path:
    """Wait for the certificate that a rule granted; return where its copy is."""
    screen.heading("El certificado RUM")
    with screen.step("El servicio imprime, firma y publica, sin que nadie más intervenga"):
        applicant.wait_until_issued()
    return receive(applicant, IssuedKind.CERTIFICATE, stage, screen)


def verify(paper: Path, stage: Stage, screen: Screen) -> None:
    """Let anybody scan and compare it, and a changed copy too."""
    pdf = paper.read_bytes()
    with stage.browser() as browser:
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
