"""A published RUM certificate, while no track of the product ends in one."""

import pytest

from review_service.db.models import AgreementRow
from review_service.domain import tracks
from review_service.domain.tracks import ARTISAN, by_key
from tests.factories import RUC, Office
from tests.integration.services.test_rule_decisions import TESTED, certificate, certified


def issued_certificate(
    office: Office, monkeypatch: pytest.MonkeyPatch, ruc: str = RUC
) -> AgreementRow:
    """Let a rule decide an application and its certificate be published; return its row."""
    monkeypatch.setattr(tracks, "TRACKS", by_key((ARTISAN, TESTED)))
    certified(office, ruc)
    return certificate(office)
