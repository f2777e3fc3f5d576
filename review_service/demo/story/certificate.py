"""Runs the story of a MIPYME on a running service's pages, from the RUC to the certificate."""

from pathlib import Path

from review_service.demo.people.business import Business
from review_service.demo.stage.screen import Screen
from review_service.demo.story.telling import Stage, enter, receive_certificate, verify
from review_service.samples.sheets import business_sheet_of


def tell(stage: Stage, screen: Screen) -> Path:
    """Run the whole story; return the path of the issued PDF. Raises ``StoryFailedError``."""
    with stage.browser() as browser:
        owner = Business(browser, stage.mailbox(), stage.person)
        screen.heading(f"La MIPYME: {stage.person.shown_name}")
        enter(owner, stage, screen)
        _apply(owner, stage, screen)
        paper = receive_certificate(owner, stage, screen)
    verify(paper, stage, screen)
    return paper


def _apply(owner: Business, stage: Stage, screen: Screen) -> None:
    with screen.step("Dice cuántas personas emplea y cuánto vende") as step:
        filled = owner.open_application(business_sheet_of(stage.person))
        step.say(f"del SRI vinieron: {filled}")
    with screen.step("Lee su categoría antes de enviar") as step:
        category, why = owner.read_category()
        step.say(f"{category}: {why}")
    with screen.step("Declara y envía"):
        owner.send()
    with screen.step("Confirma desde el correo: la regla decide al momento") as step:
        owner.confirm(category)
        step.say(f"su categoría: {category}")
