"""Real papers read back in the sandbox: what is good is signed, what is not is told."""

import pytest

from review_service.adapters.agreement_pdf import WeasyPrintRenderer
from review_service.domain.errors import SigningError
from review_service.domain.paper_check import PrintedPaper, faults_of
from tests.agreement_samples import MANY_WORKSHOPS, MARKS, make_snapshot
from workers.inspecting.own_paper import SandboxPaperReader


def printed(**changes: str | tuple[str, ...]) -> PrintedPaper:
    return SandboxPaperReader().read(
        WeasyPrintRenderer().render(make_snapshot(**changes), marks=MARKS)
    )


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"holder": "Asociación de Productores Agroindustriales Interprovincial Sin Fines de Lucro"},
        {"trade": "X" * 200},
        {"workshop_address": "calle García Moreno y Extraordinariamentelargo " * 4},
        {"other_workshops": MANY_WORKSHOPS},
    ],
)
def test_a_good_paper_has_no_fault(changes: dict[str, str | tuple[str, ...]]) -> None:
    assert faults_of(printed(**changes), make_snapshot(**changes), MARKS) == []


def test_no_word_is_parted_at_the_end_of_a_line() -> None:
    assert not any("\u2010" in page or "\ufffe" in page for page in printed().pages)


@pytest.mark.parametrize("sign", ["🧶", "日", "\U000f0000"])
def test_a_sign_that_the_fonts_do_not_draw_is_found(sign: str) -> None:
    changes = {"trade": f"tejidos {sign}"}
    faults = faults_of(printed(**changes), make_snapshot(**changes), MARKS)
    assert any("cuadro vacío" in fault for fault in faults)


def test_what_is_no_paper_is_never_signed() -> None:
    with pytest.raises(SigningError, match="no se pudo leer") as caught:
        SandboxPaperReader().read(b"%PDF-1.7 nothing")
    assert not caught.value.retryable
