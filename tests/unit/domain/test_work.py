"""The lanes of the work that outlives a request."""

import pytest

from review_service.domain.work import Lane, TaskKind


@pytest.mark.parametrize(
    ("kind", "lane"),
    [
        (TaskKind.CHECK_DOCUMENT, Lane.INTAKE),
        (TaskKind.ASSEMBLE_EVIDENCE, Lane.INTAKE),
        (TaskKind.ISSUE_AGREEMENT, Lane.ISSUE),
        (TaskKind.SEND_MAIL, Lane.MAIL),
        (TaskKind.PROVE_PAPER, Lane.OCR),
    ],
)
def test_each_kind_of_work_has_its_lane(kind: TaskKind, lane: Lane) -> None:
    assert kind.lane is lane
