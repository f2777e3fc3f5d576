"""A paper that does not show what was decided is told by what is wrong with it."""

from dataclasses import replace

import pytest

from review_service.domain.agreements import AgreementSnapshot
from review_service.domain.paper_check import (
    PaperSignatures,
    PrintedPaper,
    differences_of,
    faults_of,
    signature_faults,
)
from review_service.domain.wording import long_date
from tests.agreement_samples import MARKS, make_snapshot

SNAPSHOT = make_snapshot()


def page_of(snapshot: AgreementSnapshot) -> str:
    """Return a page as the extraction gives it, its lines broken between words."""
    dates = [long_date(day) for day in (snapshot.valid_from, snapshot.valid_until)]
    ministries = [f"{one.name} {one.signatory_name}" for one in snapshot.ministries]
    parts = [
        snapshot.number, snapshot.application_reference, snapshot.holder, snapshot.ruc,
        MARKS.code, snapshot.trade, snapshot.ciiu, snapshot.activity, snapshot.workshop_address,
        snapshot.canton, snapshot.province, *dates, *ministries, "SIN VALIDEZ LEGAL",
    ]  # fmt: skip
    return "\r\n".join(parts)


WHOLE = PrintedPaper(pages=(page_of(SNAPSHOT),), has_missing_glyph=False)


def test_a_paper_that_shows_everything_has_no_fault() -> None:
    assert faults_of(WHOLE, SNAPSHOT, MARKS) == []


def test_a_workshop_that_the_paper_leaves_out_is_named() -> None:
    lines = ("Sucre 1, Otavalo, Imbabura", "Quito 2, Cotacachi, Imbabura")
    several = replace(SNAPSHOT, other_workshops=lines)
    printed = replace(WHOLE, pages=(f"{WHOLE.pages[0]}\r\n{lines[0]}",))
    [fault] = faults_of(printed, several, MARKS)
    assert "el taller 3" in fault


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("el nombre", SNAPSHOT.holder),
        ("el RUC", SNAPSHOT.ruc),
        ("el número", SNAPSHOT.number),
        ("el código de verificación", MARKS.code),
        ("el oficio", SNAPSHOT.trade),
        ("la dirección del taller", SNAPSHOT.workshop_address),
        ("la actividad", SNAPSHOT.activity),
        ("el cantón", SNAPSHOT.canton),
        ("la provincia", SNAPSHOT.province),
        ("la solicitud", SNAPSHOT.application_reference),
        ("el código CIIU", SNAPSHOT.ciiu),
        ("la fecha de fin", "20 de noviembre de 2029"),
        ("el ministerio 2", SNAPSHOT.ministries[1].name),
        ("quien firma por el ministerio 1", SNAPSHOT.ministries[0].signatory_name),
    ],
)
def test_a_value_that_is_not_there_is_named_and_not_shown(name: str, value: str) -> None:
    printed = replace(WHOLE, pages=(WHOLE.pages[0].replace(value, "□"),))
    faults = faults_of(printed, SNAPSHOT, MARKS)
    assert f"El papel no muestra {name} como está en la decisión." in faults
    assert not any(value in fault for fault in faults)


@pytest.mark.parametrize(
    ("name", "value", "broken"),
    [
        ("el nombre", "Tituaña", "Titua\u2010\r\nña"),
        ("el nombre", "Quilumba", "Quilum\r\nba"),
        ("el RUC", SNAPSHOT.ruc, "300000001\r\n2001"),
        ("el número", SNAPSHOT.number, "MPCEI-MDT-\r\n2026-000482"),
    ],
)
def test_a_name_or_number_parted_by_a_line_is_named(name: str, value: str, broken: str) -> None:
    text = WHOLE.pages[0]
    printed = replace(WHOLE, pages=(text + "\r\n" + text.replace(value, broken),))
    assert f"En el papel, {name} está partido entre dos líneas." in faults_of(
        printed, SNAPSHOT, MARKS
    )


def test_a_word_that_fits_on_no_line_may_break() -> None:
    holder = "X" * 31
    snapshot = make_snapshot(holder=holder)
    text = page_of(snapshot).replace(holder, holder[:20] + "\r\n" + holder[20:])
    assert faults_of(replace(WHOLE, pages=(text,)), snapshot, MARKS) == []


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        (replace(WHOLE, pages=(*WHOLE.pages, "\r\n ")), "página vacía"),
        (replace(WHOLE, pages=()), "página vacía"),
        (replace(WHOLE, pages=(*WHOLE.pages, "Página 2")), "no dice «SIN VALIDEZ LEGAL»"),
        (replace(WHOLE, has_missing_glyph=True), "cuadro vacío"),
        (replace(WHOLE, fonts_not_embedded=("Arial",)), "no lleva dentro la letra Arial"),
    ],
)
def test_what_is_wrong_with_the_whole_is_said(printed: PrintedPaper, said: str) -> None:
    assert any(said in fault for fault in faults_of(printed, SNAPSHOT, MARKS))


GOOD = PaperSignatures(count=2, intact=2, trusted=2)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (PaperSignatures(count=0, intact=0, trusted=0, is_readable=False), "no se puede leer"),
        (PaperSignatures(count=0, intact=0, trusted=0), "tiene 0 firmas"),
        (PaperSignatures(count=1, intact=1, trusted=1), "tiene 1 firmas"),
        (PaperSignatures(count=3, intact=3, trusted=3), "tiene 3 firmas"),
        (replace(GOOD, intact=1, trusted=1), "1 de 2 firmas están intactas"),
        (replace(GOOD, trusted=1), "1 de 2 firmas son de quien deben ser"),
        (replace(GOOD, has_later_revision=True), "después de la última firma"),
    ],
)
def test_signatures_that_do_not_make_a_paper_are_told(found: PaperSignatures, said: str) -> None:
    (fault,) = signature_faults(found, SNAPSHOT)
    assert said in fault


def test_good_signatures_have_no_fault() -> None:
    assert signature_faults(GOOD, SNAPSHOT) == []


def test_a_signed_paper_is_compared_by_what_it_says_and_not_by_its_looks() -> None:
    boxed = replace(WHOLE, has_missing_glyph=True, fonts_not_embedded=("Helvetica",))
    assert differences_of(boxed, SNAPSHOT, MARKS) == []
    other = replace(SNAPSHOT, holder="OTRA PERSONA")
    assert differences_of(boxed, other, MARKS) == [
        "El papel no muestra el nombre como está en la decisión."
    ]
    assert len(differences_of(PrintedPaper(pages=(), has_missing_glyph=False), SNAPSHOT, MARKS)) > 9
