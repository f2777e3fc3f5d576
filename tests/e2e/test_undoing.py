"""An officer decides with the keyboard, sees the seconds go by, and takes it back."""

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, ViewportSize, expect

from review_service.db.models import ApplicationRow, OfficerRow, SessionRow
from review_service.domain.applications import ApplicationState
from review_service.domain.pending_decisions import DecisionOutcome
from tests.e2e import judging, officer
from tests.e2e.test_desk_focus import DESK, READING_MS, Desk, desk_of, focused, opened
from tests.factories import add_officer
from tests.integration.services import deciding_steps as deciding
from tests.integration.services import steps
from tests.integration.web.officer.desk_cases import accept_everything

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

PHONE = ViewportSize(width=360, height=740)
OVERFLOWS = "() => document.documentElement.scrollWidth > window.innerWidth"
ANSWER_MS = 20_000
PICTURES = os.environ.get("PICTURES", "")
"""Folder for pictures to look at; none are made without it."""


def pictured(page: Page, name: str) -> None:
    if PICTURES:
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_of(tmp_path, UNDO_SECONDS="90", UNSEEN_PAGES="tell") as made:
        accept_everything(made.office, made.case, made.officer_id)
        yield made


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["1280", "360"])
def test_a_decision_is_undone_with_one_key(
    browser: Browser, desk: Desk, viewport: ViewportSize
) -> None:
    with closing(opened(browser, desk, viewport)) as visitor:
        page = visitor.page
        page.goto(f"/revision/casos/{desk.case}/aprobar")
        expect(page.get_by_text("tiene 90 segundos para deshacerla")).to_be_visible()
        pictured(page, "aprobar")
        page.wait_for_timeout(READING_MS)
        page.get_by_role("button", name="Aprobar y emitir").press("Enter")
        expect(page.get_by_role("heading", name="Aprobada: TITUAÑA")).to_be_visible()
        expect(page.get_by_role("timer")).to_contain_text("segundos")
        assert not page.evaluate(OVERFLOWS)
        pictured(page, "decidida")
        assert problems(page) == []
        (pending,) = deciding.pending(desk.office)
        assert pending.outcome is DecisionOutcome.APPROVE
        page.keyboard.press("u")
        expect(page.get_by_text("Deshizo la decisión")).to_be_visible(timeout=ANSWER_MS)
        assert deciding.pending(desk.office) == []
        assert steps.state(desk.office, desk.case) is ApplicationState.IN_REVIEW


def test_without_scripts_it_says_until_when_and_is_undone(browser: Browser, desk: Desk) -> None:
    with closing(opened(browser, desk, PHONE, scripts=False)) as visitor:
        page = visitor.page
        page.goto(f"/revision/casos/{desk.case}/aprobar")
        page.get_by_role("button", name="Aprobar y emitir").click()
        expect(page.get_by_text("Se puede deshacer hasta las")).to_be_visible()
        page.get_by_role("button", name="Deshacer").click()
        expect(page.get_by_text("Deshizo la decisión")).to_be_visible()
        assert deciding.pending(desk.office) == []


def test_once_it_has_its_effect_the_page_shows_the_number(browser: Browser, tmp_path: Path) -> None:
    with (
        desk_of(tmp_path, UNDO_SECONDS="2", UNSEEN_PAGES="tell") as desk,
        closing(opened(browser, desk)) as visitor,
    ):
        accept_everything(desk.office, desk.case, desk.officer_id)
        page = visitor.page
        page.goto(f"/revision/casos/{desk.case}/aprobar")
        page.wait_for_timeout(READING_MS)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Aprobada: TITUAÑA")).to_be_visible()
        deciding.ripen(desk.office)
        assert deciding.take_effect(desk.office) == 1
        expect(page.get_by_role("heading", name="se está emitiendo")).to_be_visible(
            timeout=ANSWER_MS
        )


def test_an_old_code_is_asked_for_where_the_decision_is(browser: Browser, desk: Desk) -> None:
    with desk.office.writing() as uow:
        uow.session.execute(
            sa.update(SessionRow).values(second_factor_at=uow.now - timedelta(minutes=20))
        )
        secret = uow.session.execute(
            sa.select(OfficerRow.totp_secret).where(OfficerRow.id == desk.officer_id)
        ).scalar_one()
        uow.commit()
    with closing(opened(browser, desk, PHONE)) as visitor:
        page = visitor.page
        page.goto(f"/revision/casos/{desk.case}/aprobar")
        assert "code" in focused(page)
        page.keyboard.type("000000")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Ese código no sirve").first).to_be_visible()
        pictured(page, "codigo")
        assert not page.evaluate(OVERFLOWS)
        page.get_by_label("Código de seguridad").fill(pyotp.TOTP(secret).now())
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Aprobada: TITUAÑA")).to_be_visible()


def problems(page: Page) -> list[str]:
    size = page.viewport_size
    found = judging.barriers(page) + judging.barriers_at_200_percent(page)
    found += judging.structure(page) + judging.layout(page)
    assert size is not None
    page.set_viewport_size(size)
    return found


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["1280", "360"])
@pytest.mark.parametrize("refuse", [False, True], ids=["approve", "refuse"])
def test_what_a_colleague_recommends_is_read_and_issued(
    browser: Browser, tmp_path: Path, viewport: ViewportSize, *, refuse: bool
) -> None:
    with (
        desk_of(tmp_path, FOUR_EYES="1", UNDO_SECONDS="90") as desk,
        closing(opened(browser, desk, viewport)) as visitor,
    ):
        colleague, page = add_officer(desk.office, "colega"), visitor.page
        with desk.office.writing() as uow:
            uow.session.get_one(ApplicationRow, desk.case).claimed_until = uow.now
            uow.commit()
        if refuse:
            deciding.refuse(desk.office, desk.case, colleague, deciding.FOUR_EYES)
        else:
            steps.accept_all(desk.office, desk.case, colleague)
            deciding.approve(desk.office, desk.case, colleague, deciding.FOUR_EYES)
        kind = "negar" if refuse else "aprobar"
        page.goto("/revision?vista=recomendados")
        expect(page.get_by_text(f"Recomendada: {kind}")).to_be_visible()
        pictured(page, f"recomendados-{kind}")
        assert problems(page) == []
        page.goto(f"/revision/casos/{desk.case}")
        expect(page.get_by_text(f"recomendó {kind}").first).to_be_visible()
        pictured(page, f"caso-recomendado-{kind}")
        assert problems(page) == []
        page.keyboard.press("a")
        expect(page.get_by_role("heading", name=f"recomienda {kind}")).to_be_visible()
        pictured(page, f"recomendacion-{kind}")
        assert problems(page) == []
        page.get_by_role("button", name="Devolver").click()
        expect(page.get_by_text("Diga en 20 letras o más por qué.").first).to_be_visible()
        pictured(page, f"recomendacion-error-{kind}")
        page.wait_for_load_state("load")  # what names the unseen pages has come
        words = "Negar y enviar la carta" if refuse else "Emitir el Acuerdo"
        page.wait_for_timeout(READING_MS)
        page.get_by_role("button", name=words).focus()
        page.keyboard.press("Enter")
        if not refuse:
            told = page.get_by_role("alert").get_by_text("Faltan ver")
            expect(told).to_contain_text("4.")
            pictured(page, "faltan-ver")
            assert problems(page) == []
            page.keyboard.press("Enter")
            expect(page.locator("#tira .unseen").first).to_be_visible()
            officer.look_at_every_page(page)
            page.keyboard.press("a")
            page.get_by_role("button", name=words).focus()
            page.wait_for_timeout(READING_MS)
            page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Deshacer")).to_be_visible()
        assert problems(page) == []
        page.goto(f"/revision/casos/{desk.case}")
        expect(page.get_by_text("Todavía se puede deshacer")).to_be_visible()
        pictured(page, f"caso-decidido-{kind}")
        assert problems(page) == []


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["1280", "360"])
def test_the_paper_of_a_refusal_is_looked_at_before_it_is_sent(
    browser: Browser, tmp_path: Path, viewport: ViewportSize
) -> None:
    with (
        desk_of(tmp_path, UNDO_SECONDS="90") as desk,
        closing(opened(browser, desk, viewport)) as visitor,
    ):
        page = visitor.page
        steps.observe(desk.office, desk.case, desk.officer_id)
        page.goto(f"/revision/casos/{desk.case}/negar")
        page.get_by_label("Motivos").fill(deciding.REASONS)
        page.get_by_role("button", name="Ver la carta antes de enviarla").click()
        expect(page.get_by_role("heading", name="Esta es la carta")).to_be_visible()
        pictured(page, "carta-negativa")
        assert problems(page) == []
        with page.expect_download() as downloading:
            page.get_by_role("button", name="Ver el PDF (borrador)").click()
        paper = downloading.value
        assert "borrador" in paper.suggested_filename
        if PICTURES:
            paper.save_as(Path(PICTURES) / "borrador.pdf")
        page.get_by_role("button", name="Negar y enviar la carta").click()
        expect(page.get_by_role("heading", name="Negada: TITUAÑA")).to_be_visible()
