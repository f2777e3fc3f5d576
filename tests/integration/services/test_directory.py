"""The directory lists who consented and holds an Acuerdo in force, and nobody else."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.models import AgreementRow, DirectoryConsentRow
from review_service.db.queries import directory
from review_service.db.queries.applicant.history import history_of
from review_service.domain.directory import TEXT_VERSION, Entry, Question
from review_service.domain.errors import NotFoundError
from review_service.services.agreements import issuing, listing
from review_service.services.upkeep import invariants
from tests.factories import OTHER_RUC, RUC, SHEET, Office, open_draft
from tests.integration.services.directory_cases import copy_listed
from tests.integration.services.test_issuing import approved, make_press, only_lease


@pytest.fixture
def issued(office: Office) -> UUID:
    """A published Acuerdo of ``RUC``."""
    application_id = approved(office)
    issuing.issue(office.writing, make_press(office), only_lease(office))
    return application_id


def consent(
    office: Office, application_id: UUID, *, name: bool = False, phone: bool = False
) -> None:
    listing.consent(
        office.writing(),
        application_id=application_id,
        ruc=RUC,
        shows_name=name,
        shows_phone=phone,
    )


def withdraw(office: Office, application_id: UUID) -> None:
    listing.withdraw(office.writing(), application_id=application_id, ruc=RUC)


def listed(office: Office, **asked: str) -> list[Entry]:
    with office.reading() as uow:
        found = directory.page_of(uow, Question(**asked), page=1)
        assert len(found.entries) == found.total
    assert every(office, **asked) == list(found.entries)
    return list(found.entries)


def every(office: Office, **asked: str) -> list[Entry]:
    parts = directory.every_entry(office.reading, Question(**asked))
    return [entry for part in parts for entry in part]


@pytest.mark.usefixtures("issued")
def test_nobody_is_listed_without_a_consent(office: Office) -> None:
    assert listed(office) == []


def test_only_what_was_agreed_to_is_shown(office: Office, issued: UUID) -> None:
    consent(office, issued)
    [entry] = listed(office)
    assert (entry.trade, entry.name, entry.phone) == (SHEET["trade"], "", "")
    consent(office, issued, name=True, phone=True)
    [entry] = listed(office)
    assert entry.name
    assert entry.phone == SHEET["phone"]
    rows = sorted(_rows(office), key=lambda row: row.ended_at is None)
    assert [row.ended_at is None for row in rows] == [False, True]
    assert {row.text_version for row in rows} == {TEXT_VERSION}


def test_a_name_that_is_not_shown_is_not_found_by_it(office: Office, issued: UUID) -> None:
    consent(office, issued, name=True)
    [entry] = listed(office)
    word = entry.name.split()[0]
    assert len(listed(office, words=word)) == 1
    consent(office, issued)
    assert listed(office, words=word) == []


def test_it_is_searched_by_trade_canton_and_words(office: Office, issued: UUID) -> None:
    consent(office, issued)
    [entry] = listed(office)
    trade = SHEET["trade"].split()[0]
    assert len(listed(office, trade=trade.upper())) == 1
    assert len(listed(office, canton=entry.canton, words=entry.province)) == 1
    assert listed(office, trade=entry.canton) == []
    assert listed(office, canton="Otro") == []
    assert listed(office, words="%") == listed(office)
    with office.reading() as uow:
        assert directory.cantons(uow) == [entry.canton]


def test_who_withdraws_is_out_at_once_and_the_consent_stays_as_a_proof(
    office: Office, issued: UUID
) -> None:
    consent(office, issued)
    withdraw(office, issued)
    withdraw(office, issued)
    assert listed(office) == []
    [row] = _rows(office)
    assert row.ended_at is not None
    with office.reading() as uow:
        words = [line.words for line in history_of(uow, issued)]
    assert words[:2] == [
        "Usted salió del directorio de artesanos.",
        "Usted quiso estar en el directorio de artesanos.",
    ]
    assert list(invariants.broken_invariants(office.reading, office.store)) == []


@pytest.fixture
def many(office: Office, issued: UUID) -> list[Entry]:
    """Seven artisans in four cantons, in their order."""
    consent(office, issued)
    copy_listed(office, ["Loja", "Ambato", "Loja", "Loja", "Otavalo", "Ambato"])
    found = listed(office)
    assert len(found) == 7
    return found


def test_all_are_read_some_at_a_time_and_none_twice(
    office: Office, many: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "AT_ONCE", 2)
    parts = list(directory.every_entry(office.reading, Question()))
    assert [len(part) for part in parts] == [2, 2, 2, 1]
    assert [entry for part in parts for entry in part] == many
    assert every(office, canton="Loja") == [each for each in many if each.canton == "Loja"]
    monkeypatch.setattr(directory, "AT_ONCE", 7)
    assert every(office) == many


@pytest.mark.usefixtures("many")
def test_each_part_is_one_question(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "AT_ONCE", 2)
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    sa.event.listen(office.database.engine, "before_cursor_execute", note)
    try:
        parts = list(directory.every_entry(office.reading, Question()))
    finally:
        sa.event.remove(office.database.engine, "before_cursor_execute", note)
    about = [each for each in asked if "directory_consents" in each]
    assert len(about) == len(parts) == 4
    assert len(asked) - asked.count("BEGIN") - len(about) <= 1, "the time is asked for once"


@pytest.mark.usefixtures("many")
def test_who_leaves_while_all_are_read_is_in_no_later_part(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "AT_ONCE", 2)
    parts = directory.every_entry(office.reading, Question())
    read = list(next(parts))
    with office.writing() as uow:
        uow.session.execute(
            sa.update(DirectoryConsentRow)
            .where(DirectoryConsentRow.canton == "Loja")
            .values(ended_at=uow.now)
        )
        uow.commit()
    read += [entry for part in parts for entry in part]
    assert "Loja" not in {entry.canton for entry in read}
    assert len(read) == 4


def test_more_than_the_pages_show_is_not_counted(
    office: Office, many: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "MOST_FOUND", 5)
    monkeypatch.setattr(directory, "MOST_ON_A_PAGE", 2)
    with office.reading() as uow:
        found = directory.page_of(uow, Question(), page=99)
        few = directory.page_of(uow, Question(canton="Otavalo"), page=1)
    assert (found.total, found.pages, found.number, found.is_partial) == (5, 3, 3, True)
    assert list(found.entries) == many[4:6]
    assert (few.total, few.is_partial) == (2, False)


@pytest.mark.usefixtures("many")
def test_only_cantons_in_which_somebody_is_listed_are_named(office: Office) -> None:
    with office.reading() as uow:
        first = uow.session.scalars(sa.select(DirectoryConsentRow.canton)).all()
        assert directory.cantons(uow) == sorted(set(first))
    with office.writing() as uow:
        uow.session.execute(
            sa.update(DirectoryConsentRow)
            .where(DirectoryConsentRow.canton == "Ambato")
            .values(ended_at=uow.now)
        )
        loja = sa.select(DirectoryConsentRow.application_id).where(
            DirectoryConsentRow.canton == "Loja"
        )
        uow.session.execute(
            sa.update(AgreementRow)
            .where(AgreementRow.application_id.in_(loja))
            .values(valid_until=uow.now.date() - timedelta(days=3))
        )
        uow.commit()
    with office.reading() as uow:
        assert directory.cantons(uow) == sorted(set(first) - {"Ambato", "Loja"})


def test_a_page_past_the_last_is_the_last(office: Office, issued: UUID) -> None:
    consent(office, issued)
    with office.reading() as uow:
        found = directory.page_of(uow, Question(), page=99_999)
    assert (len(found.entries), found.total, found.number, found.pages) == (1, 1, 1, 1)


@pytest.mark.parametrize("column", ["valid_from", "valid_until"])
def test_who_holds_none_in_force_is_out(office: Office, issued: UUID, column: str) -> None:
    consent(office, issued)
    with office.writing() as uow:
        row = uow.session.scalars(sa.select(AgreementRow)).one()
        today = uow.now.date()
        row.valid_from = today + timedelta(days=3 if column == "valid_from" else -900)
        row.valid_until = today + timedelta(days=900 if column == "valid_from" else -3)
        uow.commit()
    assert listed(office) == []
    with office.reading() as uow:
        assert not directory.is_listed(uow, issued)


def test_only_the_holder_of_a_published_one_may(office: Office, issued: UUID) -> None:
    with pytest.raises(NotFoundError):
        listing.consent(
            office.writing(),
            application_id=issued,
            ruc=OTHER_RUC,
            shows_name=True,
            shows_phone=False,
        )
    with pytest.raises(NotFoundError):
        consent(office, open_draft(office))


def _rows(office: Office) -> list[DirectoryConsentRow]:
    with office.reading() as uow:
        return list(uow.session.scalars(sa.select(DirectoryConsentRow)))
