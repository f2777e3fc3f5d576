"""Every finding has a name."""

import re
from pathlib import Path

from review_service.domain.documents import Theme
from review_service.domain.finding_codes import FindingCode
from review_service.domain.refusals import RefusalReason
from review_service.domain.reports import AgreementField

ROOT = Path(__file__).parents[3]


def test_every_reason_to_refuse_and_every_compared_thing_has_its_code() -> None:
    made = [
        *RefusalReason,
        *(f"theme_missing_{theme.value}" for theme in Theme),
        *(f"theme_not_applicable_{theme.value}" for theme in Theme),
        *(f"prior_agreement_{field.value}_differs" for field in AgreementField),
    ]
    assert [name for name in made if FindingCode(name) != name] == []


def test_no_check_writes_the_name_of_a_code_by_hand() -> None:
    by_hand = re.compile(r"""code=f?["']""")
    rooms = ("workers/judging", "workers/tasks", "review_service/services/findings")
    writing = [
        path.name
        for room in rooms
        for path in sorted((ROOT / room).rglob("*.py"))
        if by_hand.search(path.read_text())
    ]
    assert writing == []
