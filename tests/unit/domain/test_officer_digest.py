"""When a digest goes out, and what it tells."""

from datetime import date, datetime

import pytest

from review_service.domain.officer_digest import (
    MOST_TOLD,
    LateCase,
    LateQuestion,
    is_time,
    lines_of,
    question_lines_of,
)
from review_service.domain.wording import ECUADOR


def case(
    reference: str = "AR-2026-000001",
    *,
    days_over: int = 0,
    is_over: bool = True,
    legal: int | None = None,
    extension: int | None = None,
) -> LateCase:
    return LateCase(
        reference=reference,
        days_over=days_over,
        is_over=is_over,
        legal_days_left=legal,
        extension_days_left=extension,
    )


@pytest.mark.parametrize(
    ("moment", "is_sent"),
    [
        ("2026-11-30T06:59:59", False),
        ("2026-11-30T07:00:00", True),
        ("2026-11-30T11:59:59", True),
        ("2026-11-30T12:00:00", False),
        ("2026-11-28T08:00:00", False),  # a Saturday
        ("2026-12-25T08:00:00", False),  # Christmas
        ("2026-12-01T08:00:00", False),  # decreed below
    ],
)
def test_it_goes_out_on_the_morning_of_a_business_day(moment: str, *, is_sent: bool) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=ECUADOR)
    assert is_time(now, decreed={date(2026, 12, 1)}) is is_sent


@pytest.mark.parametrize(
    ("late", "told"),
    [
        (case(), "lo prometido venció hoy"),
        (case(days_over=1), "lo prometido venció hace 1 día hábil"),
        (case(days_over=4), "lo prometido venció hace 4 días hábiles"),
        (case(is_over=False, legal=1), "al plazo legal le queda 1 día hábil"),
        (case(is_over=False, extension=0), "pidió una prórroga, y hoy termina su plazo"),
        (case(is_over=False, extension=1), "pidió una prórroga, y a su plazo le queda 1 día hábil"),
        (
            case(is_over=False, extension=-1),
            "pidió una prórroga, y su plazo terminó sin respuesta",
        ),
        (case(is_over=False, legal=0), "hoy es el último día del plazo legal"),
        (
            case(days_over=9, legal=-2),
            "lo prometido venció hace 9 días hábiles; el plazo legal venció",
        ),
        (
            case(days_over=9, legal=5),
            "lo prometido venció hace 9 días hábiles; al plazo legal le quedan 5 días hábiles",
        ),
    ],
)
def test_a_case_is_told_by_its_reference_and_its_days(late: LateCase, told: str) -> None:
    assert late.sentence == f"AR-2026-000001: {told}"


def test_the_most_urgent_stand_first_and_the_rest_is_counted() -> None:
    many = [case(f"AR-2026-{number:06d}", days_over=number) for number in range(MOST_TOLD + 1)]
    lines = lines_of([*many, case("AR-2026-999999", is_over=False, legal=-1)])
    assert lines[0].startswith("AR-2026-999999")
    assert lines[1].startswith(f"AR-2026-{MOST_TOLD:06d}")
    assert len(lines) == MOST_TOLD + 1
    assert lines[-1] == "y 2 más"
    assert len(lines_of(many[:MOST_TOLD])) == MOST_TOLD


def test_questions_are_told_by_their_days_and_counted_where_they_are_many() -> None:
    asked = [
        LateQuestion(reference="AR-2026-000003", days_over=0),
        LateQuestion(reference="AR-2026-000002", days_over=1),
        LateQuestion(reference="AR-2026-000001", days_over=4),
    ]
    assert question_lines_of(asked) == [
        "AR-2026-000001: la respuesta se necesitaba hace 4 días",
        "AR-2026-000002: la respuesta se necesitaba hace 1 día",
        "AR-2026-000003: le recuerdan que esperan su respuesta",
    ]
    many = [LateQuestion(reference=f"AR-{number:03}", days_over=1) for number in range(33)]
    assert question_lines_of(many)[-1] == f"y {33 - MOST_TOLD} más"
    assert question_lines_of([]) == []
