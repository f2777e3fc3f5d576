"""The paper of a refusal comes whole through JSON."""

from datetime import date

import pytest

from review_service.domain.refusal_papers import RefusalPaper


@pytest.mark.parametrize("until", [None, date(2026, 12, 14)])
def test_what_was_written_is_read(until: date | None) -> None:
    paper = RefusalPaper(
        reference="AR-2026-000207",
        holder="TITUAÑA QUILUMBA MARÍA",
        ruc="1002003009001",
        kind="Acuerdo de artesano · nueva",
        decided_on=date(2026, 11, 30),
        reasons=("Las fotos no son de su taller.", "La actividad no es artesanal."),
        remedies="Puede apelar.",
        appeal_before="la máxima autoridad",
        appeal_days=10,
        appeal_until=until,
        institution="Ministerio de Producción",
        support="Escriba a la mesa de ayuda.",
        address="https://registro.example/solicitudes/1",
        is_draft=True,
        demonstration=False,
    )
    assert RefusalPaper.from_json(paper.to_json()) == paper
