"""Runs the story of an emprendedor on the pages, from the RUC to the certificate."""

from datetime import timedelta
from pathlib import Path

from review_service.demo.people.entrepreneur import Entrepreneur
from review_service.demo.stage.screen import Screen
from review_service.demo.story.telling import Stage, enter, receive_certificate, verify
from review_service.domain.documents import SupportKind
from review_service.domain.terms import ecuador_today
from review_service.samples.sheets import venture_sheet_of
from review_service.samples.support_papers import paper


def tell(stage: Stage, screen: Screen) -> Path:
    """Run the whole story; return the path of the issued PDF. Raises ``StoryFailedError``."""
    with stage.browser() as browser:
        owner = Entrepreneur(browser, stage.mailbox(), stage.person)
        screen.heading(f"El emprendedor: {stage.person.shown_name}")
        enter(owner, stage, screen)
        _apply(owner, stage, screen)
        issued = receive_certificate(owner, stage, screen)
    verify(issued, stage, screen)
    return issued


def _apply(owner: Entrepreneur, stage: Stage, screen: Screen) -> None:
    with screen.step("Dice cuántas personas emplea") as step:
        filled = owner.open_application(venture_sheet_of(stage.person))
        step.say(f"del SRI vinieron: {filled}")
    day = ecuador_today() - timedelta(days=2)
    tax, iess = SupportKind.TAX_CERTIFICATE, SupportKind.EMPLOYER_CERTIFICATE
    with screen.step("Sube el certificado del SRI en el lugar del IESS, y el servicio lo nota"):
        owner.give(iess, "sri.pdf", paper(stage.person, tax, issued_on=day))
        owner.move(tax)
    with screen.step("Sube el certificado del IESS y la nómina; el servicio los lee"):
        owner.give(iess, "iess.pdf", paper(stage.person, iess, issued_on=day))
        payroll = paper(stage.person, SupportKind.PAYROLL, issued_on=day)
        owner.give(SupportKind.PAYROLL, "nomina.pdf", payroll)
    with screen.step("Declara y envía"):
        owner.send()
    with screen.step("Confirma desde el correo: todo está en regla, la regla decide") as step:
        owner.confirm()
        step.say("su categoría: Emprendedor")
