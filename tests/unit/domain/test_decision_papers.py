"""The paper of a decision comes whole through JSON."""

from datetime import date

import pytest

from review_service.domain.appeals import AppealedAct
from review_service.domain.decision_papers import DecisionPaper


@pytest.mark.parametrize("act", AppealedAct)
@pytest.mark.parametrize("until", [None, date(2026, 12, 14)])
def test_what_was_written_is_read(until: date | None, act: AppealedAct) -> None:
    paper = DecisionPaper(
        act=act,
        reference="AR-2026-000207",
        holder="TITUAÑA QUILUMBA MARÍA",
        ruc="1002003009001",
        kind="Acuerdo de artesano · nueva",
        decided_on=date(2026, 11, 30),
        reasons=("Las fotos no son de su taller.", "La actividad no es artesanal."),
        signed_by="R. Andrade, Zonal 1",
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
    assert DecisionPaper.from_json(paper.to_json()) == paper
