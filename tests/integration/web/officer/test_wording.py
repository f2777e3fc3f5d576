"""How due dates and findings are told."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from review_service.db.queries.officer.queue_entries import FindingCount, QueueEntry
from review_service.domain.applications import ApplicationKind, ApplicationState
from review_service.domain.findings import Severity
from review_service.domain.reports import Box
from review_service.web.officer.wording import crop_of, due_words, tags_of

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)  # Friday, 10h00 in Ecuador


@pytest.mark.parametrize(
    ("due", "tone", "words", "sentence"),
    [
        ("2026-11-20T22:00+00:00", "bad", "hoy 17h00", "Vence hoy 17h00"),
        ("2026-11-20T15:00+00:00", "bad", "hoy 10h00", "Vence hoy 10h00"),
        ("2026-11-20T14:59+00:00", "bad", "venció hoy", "Venció hoy 09h59"),
        ("2026-11-19T22:00+00:00", "bad", "venció ayer", "Venció ayer 17h00"),
        ("2026-11-16T22:00+00:00", "bad", "venció 16 nov", "Venció 16 nov 17h00"),
        ("2026-11-21T22:00+00:00", "", "mañana", "Vence mañana 17h00"),
        ("2026-11-23T22:00+00:00", "", "lun 23", "Vence el 23 de noviembre de 2026"),
        ("2026-11-26T22:00+00:00", "", "jue 26", "Vence el 26 de noviembre de 2026"),
        ("2026-11-27T22:00+00:00", "", "27 nov", "Vence el 27 de noviembre de 2026"),
    ],
)
def test_a_due_date_is_told_by_how_near_it_is(
    due: str, tone: str, words: str, sentence: str
) -> None:
    told = due_words(datetime.fromisoformat(due), now=NOW)
    assert (told.tone, told.words, told.sentence) == (tone, words, sentence)


def test_no_due_date_has_no_words() -> None:
    assert due_words(None).words == ""


def entry(
    *findings: FindingCount, asked: int = 0, answered: int = 0, running: bool = False
) -> QueueEntry:
    return QueueEntry(
        id=UUID(int=1),
        reference="AR-2026-000001",
        holder="",
        ruc="",
        activity="",
        canton="",
        track="Artesano",
        kind=ApplicationKind.NEW,
        state=ApplicationState.IN_REVIEW,
        due_at=NOW,
        referral="",
        findings=findings,
        checks_running=running,
        corrections_asked=asked,
        corrections_answered=answered,
    )


def found(code: str, times: int = 1, message: str = "x" * 80) -> FindingCount:
    return FindingCount(code=code, severity=Severity.DOUBT, times=times, message=message)


def told(line: QueueEntry) -> list[str]:
    return [f"{tag.words} ({tag.tone})" for tag in tags_of(line)]


def test_findings_are_counted_in_words() -> None:
    assert told(entry(found("photo_dark"), found("photo_blurred", 2))) == [
        "1 foto oscura (doubt)",
        "2 fotos borrosas (doubt)",
    ]


def test_an_unknown_outcome_is_told_by_its_sentence_or_counted() -> None:
    assert told(entry(found("new_one", message="El PDF fue reparado."))) == [
        "El PDF fue reparado (doubt)"
    ]
    assert told(entry(found("new_one", 2))) == ["2 dudas (doubt)"]


def test_three_tags_at_most_and_the_rest_as_a_number() -> None:
    line = entry(*(found(f"code_{n}", message=f"Duda {n}.") for n in range(5)))
    assert told(line)[3:] == ["y 2 más (quiet)"]
    assert len(told(entry(*(found(f"code_{n}", message="Duda.") for n in range(3))))) == 3


def test_clean_running_and_corrected_are_said() -> None:
    assert told(entry()) == ["sin alertas (good)"]
    assert told(entry(running=True)) == ["revisión en marcha (quiet)"]
    assert told(entry(asked=3, answered=2)) == ["2 de 3 corregidos (good)"]


def test_a_crop_has_a_margin_and_never_leaves_the_page() -> None:
    assert crop_of(Box(left=100, top=50, width=200, height=20)) == "88 38 224 44"
    assert crop_of(Box(left=2, top=0, width=200, height=20)) == "0 0 224 44"
