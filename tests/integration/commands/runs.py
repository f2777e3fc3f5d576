"""The command run as a shell would, on an office of a test, and a paper in it."""

from collections.abc import Callable, Mapping

import pytest
from click.testing import CliRunner, Result

from review_service.cli import main
from review_service.db.models import AgreementRow
from review_service.domain.work import TaskKind
from review_service.services.agreements import issuing
from tests.factories import (
    Office,
    add_officer,
)
from tests.integration.services import steps
from tests.integration.services.test_issuing import make_press

Command = Callable[..., Result]


def command_of(env: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return what runs the command with these settings and no others."""
    for name in ("OFFICER_PASSWORD", "SECRET_KEY", "VERIFICATION_KEY", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)

    def command(*arguments: str, expect: int = 0, **changed: str) -> Result:
        result = CliRunner().invoke(main, arguments, env={**env, **changed})
        assert result.exit_code == expect, result.output
        assert "Traceback" not in result.output
        return result

    return command


def issued(office: Office) -> bytes:
    """Let one agreement be issued and return its file."""
    application_id = steps.in_review(office)
    steps.approve(office, application_id, add_officer(office))
    (lease,) = steps.leases(office, TaskKind.ISSUE_AGREEMENT)
    issuing.issue(office.writing, make_press(office), lease)
    (row,) = steps.rows(office, AgreementRow)
    with office.store.open(row.storage_key or "") as stream:
        return stream.read()
