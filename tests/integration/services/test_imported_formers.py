"""An Acuerdo of before this service, imported: renewed in its window, and followed as ours are."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from review_service.db.models import AgreementRow, ApplicationRow, PriorAgreementRow
from review_service.domain.applications import ApplicationKind
from review_service.domain.errors import InvalidInputError
from review_service.domain.tracks import ARTISAN, MIPYME, Track
from review_service.services.agreements import succession
from review_service.services.applicant import applying, renewing
from review_service.services.applicant.renewing import ASKED_AS_EVER, Asked, Renewal
from review_service.services.upkeep import invariants
from tests.factories import OTHER_RUC, RUC, Office, add_officer
from tests.integration.services import steps
from tests.integration.services.test_succession import today

NUMBER = "MIPRO-MDT-2023-000077"
CHANGED = Asked(facts_changed=True)
HOLDER = "TITUAÑA QUILUMBA MARIA"
TRADE = "Tejidos a mano"
"""Of ``factories.SHEET``, as ``HOLDER`` is of ``RUC``."""


def imported(office: Office, *, ends_in: int = 30, number: str = NUMBER, **changed: Any) -> date:  # noqa: ANN401 -- columns
    """Bring in an Acuerdo of ``RUC`` that holds so many days more; return its last day."""
    end = today(office) + timedelta(days=ends_in)
    told = {
        "number": number,
        "ruc": RUC,
        "holder": HOLDER,
        "activity": TRADE,
        "issued_on": end - timedelta(days=3 * 365),
        "valid_until": end,
        "revoked_on": None,
        "source": "prueba",
        **changed,
    }
    with office.writing() as uow:
        uow.session.add(PriorAgreementRow(**told, imported_at=uow.now))
        uow.commit()
    return end


def renewal(office: Office, ruc: str = RUC, track: Track = ARTISAN) -> Renewal | None:
    with office.reading() as uow:
        return renewing.renewal_of(uow, ruc=ruc, track=track)


def ask(office: Office, asked: Asked = ASKED_AS_EVER) -> UUID:
    return applying.open_application(
        office.writing(),
        registry=office.registry,
        ruc=RUC,
        kind=ApplicationKind.RENEWAL,
        asked=asked,
    )


def approved(office: Office) -> AgreementRow:
    """Return the numbered Acuerdo of a renewal that an officer approved."""
    application_id = steps.in_review(office)
    number = steps.approve(office, application_id, add_officer(office))
    [row] = [row for row in steps.rows(office, AgreementRow) if row.number == number]
    return row


@pytest.mark.parametrize(("days", "is_open"), [(61, False), (60, True), (0, True)])
def test_it_may_be_renewed_in_its_window(office: Office, days: int, *, is_open: bool) -> None:
    end = imported(office, ends_in=days)
    found = renewal(office)
    assert found is not None
    assert (found.number, found.valid_until, found.is_open) == (NUMBER, end, is_open)
    assert (found.application_id, found.is_to_come) == (None, False)
    if is_open:
        ask(office)
    else:
        with pytest.raises(InvalidInputError) as raised:
            ask(office)
        assert NUMBER in raised.value.problems["kind"]
        assert "Mis datos cambiaron" in raised.value.problems["kind"]
        ask(office, CHANGED)


@pytest.mark.parametrize(
    "changed", [{"ends_in": -1}, {"ruc": OTHER_RUC}, {"revoked_on": date(2024, 1, 1)}]
)
def test_one_that_does_not_hold_is_none(office: Office, changed: dict[str, Any]) -> None:
    imported(office, **changed)
    assert renewal(office) is None


def test_it_is_none_of_another_track(office: Office) -> None:
    imported(office)
    assert renewal(office, track=MIPYME) is None


def test_of_several_the_one_that_holds_longest_counts(office: Office) -> None:
    imported(office, ends_in=50, number="MIPRO-2")
    imported(office, ends_in=40, number="MIPRO-1")
    found = renewal(office)
    assert found is not None
    assert found.number == "MIPRO-2"


def test_one_that_says_the_same_begins_the_day_after_its_end(office: Office) -> None:
    end = imported(office)
    row = approved(office)
    assert row.valid_from == end + timedelta(days=1)
    assert row.snapshot["valid_from"] == row.valid_from.isoformat()
    [event] = steps.events(office, "agreement_numbered")
    assert event.details["follows"] == NUMBER
    assert invariants.broken_invariants(office.reading, office.store) == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"holder": "OTRA PERSONA"}, ("el nombre",)),
        ({"activity": "Alfarería"}, ("el oficio",)),
        ({"activity": "Tejidos a mano (C310001)"}, ("la actividad",)),
    ],
)
def test_one_that_answers_changed_facts_takes_its_place_at_once(
    office: Office, changed: dict[str, Any], told: tuple[str, ...]
) -> None:
    imported(office, **changed)
    application_id = steps.in_review(office)
    place = succession.foreseen(office.reading(), application_id=application_id)
    assert place.changes == told
    assert place.replaces is not None
    assert place.replaces.number == NUMBER
    steps.approve(office, application_id, add_officer(office))
    [row] = steps.rows(office, AgreementRow)
    assert row.valid_from == today(office)


@pytest.mark.parametrize(
    "activity",
    [
        "TEJIDOS  A MANO",
        "Tejidos a mano (C139209)",
        "Fabricación de otros artículos textiles",
        "C1392.09",
        "",
    ],
)
def test_other_ways_to_name_the_activity_are_no_change(office: Office, activity: str) -> None:
    end = imported(office, activity=activity)
    assert approved(office).valid_from == end + timedelta(days=1)


def test_once_ours_followed_it_ours_counts(office: Office) -> None:
    imported(office, ends_in=300, holder="OTRA PERSONA")
    row = approved(office)
    found = renewal(office)
    assert found is not None
    assert (found.number, found.application_id) == (row.number, row.application_id)
    steps.make_older(office, row, "valid_until", by=row.valid_until - today(office) + A_DAY)
    assert renewal(office) is None, "its place was taken, though its own end has not come"


A_DAY = timedelta(days=1)


def test_one_that_was_issued_after_ours_counts(office: Office) -> None:
    row = approved(office)
    steps.make_older(office, row, "valid_from", "valid_until", by=timedelta(days=2000))
    imported(office, issued_on=today(office) - A_DAY)
    found = renewal(office)
    assert found is not None
    assert found.number == NUMBER


@pytest.mark.parametrize(
    ("activity", "trade", "ciiu"),
    [
        ("Tejidos de lana (C139209)", "Tejidos de lana", "C139209"),
        ("Tejidos de lana (CIIU C1392.09)", "Tejidos de lana", "C139209"),
        ("Muebles (C310001)", "Muebles", "C139209"),
        ("TEJIDOS DE LANA", "Tejidos de lana", "C139209"),
        ("C139209", "", "C139209"),
        ("", "", "C139209"),
    ],
)
def test_a_renewal_of_it_is_prefilled(office: Office, activity: str, trade: str, ciiu: str) -> None:
    imported(office, activity=activity)
    sheet = steps.stored(office, ApplicationRow, ask(office)).sheet
    assert (sheet["trade"], sheet["ciiu"], sheet["canton"]) == (trade, ciiu, "Otavalo")


def test_a_first_application_is_not(office: Office) -> None:
    imported(office, ends_in=-1)
    application_id = applying.open_application(
        office.writing(), registry=office.registry, ruc=RUC, kind=ApplicationKind.NEW
    )
    assert steps.stored(office, ApplicationRow, application_id).sheet["trade"] == ""
