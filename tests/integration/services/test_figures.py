"""Monthly figures: imported once, frozen when the month is over, corrected in the open."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.database import Database
from review_service.db.models import ApplicationRow, ClockRow, LetterRow, MonthlyFigureRow
from review_service.db.queries import figures as queries
from review_service.domain import figure_list
from review_service.domain.applications import ApplicationState
from review_service.domain.disclosure import Hidden
from review_service.domain.errors import (
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    StaleStateError,
)
from review_service.domain.figures import (
    CURRENT,
    FigureSource,
    MonthFigures,
    by_year,
    told_until,
)
from review_service.domain.letters import LetterKind
from review_service.domain.month_groups import Breakdown
from review_service.domain.months import Month
from review_service.domain.roles import OfficerRole
from review_service.domain.terms import ecuador_day
from review_service.packaged_files import published_figures
from review_service.services.figures import correcting, publishing
from review_service.services.figures.publishing import ImportedFigures
from review_service.services.upkeep import invariants
from review_service.services.upkeep.invariants import Broken
from tests.factories import OTHER_RUC, RUC, Office, add_officer, confirm_business, open_business
from tests.integration.services import steps
from tests.integration.services.letter_cases import received
from tests.unit.domain.test_figure_list import OF_THE_SEED

MINUTE = timedelta(minutes=1)
REASON = "Faltaba una atención del último día."


def now(office: Office) -> datetime:
    with office.reading() as uow:
        return uow.now


def this_month(office: Office) -> Month:
    return Month.of(now(office))


def told_to(office: Office) -> date | None:
    """Return up to which day this month is told today."""
    return told_until(this_month(office), ecuador_day(now(office)))


def read(text: str) -> figure_list.FigureList:
    return figure_list.read(
        ["# Fuente: Boletín de prueba", "AÑO|MES|QUEJAS|ATENCIONES", *text.split()]
    )


def import_published(office: Office, found: figure_list.FigureList) -> ImportedFigures:
    return publishing.import_published(office.writing(), found, operator="prueba")


def import_packaged(office: Office) -> ImportedFigures:
    lines = published_figures().read_text("utf-8").splitlines()
    return import_published(office, figure_list.read(lines))


def freeze(office: Office) -> int:
    return publishing.freeze(office.reading, office.writing)


def months(office: Office) -> tuple[MonthFigures, ...]:
    with office.reading() as uow:
        return queries.every_month(uow, with_groups=True)


def month_of(office: Office, month: Month) -> MonthFigures:
    [found] = [each for each in months(office) if each.month == month]
    return found


def decided(office: Office, month: Month, ruc: str = RUC) -> UUID:
    """Let a rule grant an application in the middle of a month."""
    application_id = open_business(office, ruc)
    confirm_business(office, application_id, ruc)
    row = steps.application(office, application_id)
    middle = month.begins + timedelta(days=14)
    steps.make_older(
        office, row, "created_at", "sent_at", "confirmed_at", "decided_at", by=now(office) - middle
    )
    return application_id


def broken(office: Office) -> Sequence[Broken]:
    found = invariants.broken_invariants(office.reading, office.store)
    return [one for one in found if one.name.startswith("figures")]


def test_the_packaged_months_stand_with_the_totals_that_were_published(office: Office) -> None:
    assert import_packaged(office) == ImportedFigures(added=61, known=0)
    years = {each.year: each for each in by_year(months(office))}
    for year, totals in OF_THE_SEED.items():
        assert (years[year].complaints, years[year].attentions) == totals
    assert months(office)[0].month == this_month(office)
    assert months(office)[-1].month == Month(2019, 1)
    assert broken(office) == []


def test_a_month_that_nobody_published_is_unknown_and_no_zero(office: Office) -> None:
    import_packaged(office)
    for month in (Month(2024, 2), Month(2025, 12), this_month(office)):
        told = month_of(office, month)
        assert (told.complaints, told.attentions, told.is_known) == (None, None, False)


def test_without_anything_no_month_is_told(office: Office) -> None:
    assert months(office) == ()
    assert freeze(office) == 0


def test_a_file_that_was_imported_adds_nothing_again(office: Office) -> None:
    import_packaged(office)
    assert import_packaged(office) == ImportedFigures(added=0, known=61)
    assert len(steps.rows(office, MonthlyFigureRow)) == 61
    assert len(steps.events(office, publishing.EVENT)) == 61


def test_a_file_goes_in_whole_or_not_at_all(office: Office) -> None:
    import_published(office, read("2023|01|0|5"))
    running = this_month(office)
    for text, told in (
        ("2023|02|0|1 2023|01|0|6", "figures correct 2023-01"),
        (f"2023|02|0|1 {running.year}|{running.number}|0|1", "todavía no termina"),
    ):
        with pytest.raises(InvalidInputError) as refused:
            import_published(office, read(text))
        assert told in refused.value.problems["file"]
    assert len(steps.rows(office, MonthlyFigureRow)) == 1


def test_what_this_service_counts_is_not_imported(office: Office) -> None:
    month = this_month(office).plus(-2)
    decided(office, month)
    with pytest.raises(InvalidInputError) as refused:
        import_published(office, read(f"{month.year}|{month.number}|0|7"))
    assert "lo cuenta este servicio" in refused.value.problems["file"]
    before = month.plus(-1)
    import_published(office, read(f"{before.year}|{before.number}|0|7"))
    assert month_of(office, before).attentions == 7


def test_the_running_month_is_counted_and_a_closed_one_is_frozen_once(office: Office) -> None:
    running = this_month(office)
    first = running.plus(-3)
    decided(office, first)
    application_id = open_business(office, OTHER_RUC)
    confirm_business(office, application_id, OTHER_RUC)
    to = told_to(office)
    told = month_of(office, running)
    assert (told.attentions, told.counted_to) == (None if to is None else 0, to), "not of today"
    row = steps.application(office, application_id)
    steps.make_older(office, row, "decided_at", by=now(office) - running.begins - MINUTE)
    told = month_of(office, running)
    assert told.attentions == (None if to is None else 1)
    assert (told.is_counting, told.version) == (True, None)
    assert told.complaints is None, "no letter shows yet that the service receives them"
    assert told.groups is None, "what changes each day would tell small groups by its difference"
    assert freeze(office) == 3
    assert freeze(office) == 0
    frozen = month_of(office, first)
    assert (frozen.attentions, frozen.version, frozen.definition) == (1, 1, CURRENT)
    assert frozen.source is FigureSource.COUNTED
    assert month_of(office, running.plus(-1)).attentions == 0, "counted, and there was none"
    assert month_of(office, running).is_counting
    assert broken(office) == []


def test_a_page_counts_two_months_at_most_however_many_wait_to_be_frozen(office: Office) -> None:
    running = this_month(office)
    for back, ruc in ((3, RUC), (1, OTHER_RUC)):
        decided(office, running.plus(-back), ruc)
    so_far = None if told_to(office) is None else 0
    assert [(each.attentions, each.is_counting) for each in months(office)] == [
        (so_far, True),
        (1, True),
        (None, True),
        (None, True),
    ]
    freeze(office)
    assert [each.attentions for each in months(office)] == [so_far, 1, 0, 1]


def test_complaints_are_letters_of_their_kind_from_the_first_letter_on(office: Office) -> None:
    running = this_month(office)
    decided(office, running.plus(-3))
    for kind, back in ((LetterKind.FALSE_DOCUMENT, 2), (LetterKind.COMPLAINT, 1)):
        letter_id = received(office, kind)
        [row] = [each for each in steps.rows(office, LetterRow) if each.id == letter_id]
        middle = running.plus(-back).begins + timedelta(days=14)
        steps.make_older(office, row, "received_at", by=now(office) - middle)
    freeze(office)
    so_far = None if told_to(office) is None else 0
    assert [each.complaints for each in months(office)] == [so_far, 1, 0, None]


def test_a_frozen_month_stays_whatever_becomes_of_the_rows(office: Office) -> None:
    month = this_month(office).plus(-1)
    application_id = decided(office, month)
    freeze(office)
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        assert row.decided_at is not None
        row.decided_at += timedelta(days=400)
        uow.commit()
    assert month_of(office, month).attentions == 1


def test_what_small_groups_need_is_hidden_before_it_is_stored(office: Office) -> None:
    month = this_month(office).plus(-1)
    decided(office, month)
    freeze(office)
    [row] = steps.rows(office, MonthlyFigureRow)
    assert row.breakdowns is not None
    assert row.breakdowns["via"] is None
    groups = month_of(office, month).groups
    assert groups is not None
    assert all(some is None for some in groups.groups.values())


def test_the_breakdowns_count_what_was_decided(office: Office) -> None:
    month = this_month(office).plus(-1)
    office_rows: list[ApplicationRow] = []
    template = steps.application(office, decided(office, month))
    columns = {each.key for each in sa.inspect(ApplicationRow).column_attrs}
    with office.writing() as uow:
        for place in range(12):
            values = {key: getattr(template, key) for key in columns - {"id", "reference"}}
            values["reference"] = f"2099-{place:06d}"
            if place >= 7:
                values |= {"sheet": {**template.sheet, "province": "Azuay"}, "track": "artisan"}
            if place >= 10:
                values["track"] = "mipyme"
            office_rows.append(ApplicationRow(**values))
        uow.session.add_all(office_rows)
        uow.commit()
    freeze(office)
    told = month_of(office, month)
    assert told.attentions == 13
    assert told.groups is not None
    provinces = {one.key: one for one in told.groups.groups[Breakdown.PROVINCE] or ()}
    assert (provinces["Imbabura"].count, provinces["Azuay"].count) == (8, 5)
    tracks = told.groups.groups[Breakdown.TRACK]
    assert tracks is not None
    assert [one.hidden for one in tracks] == [Hidden.BESIDE, None, Hidden.FEW]
    assert template.state is not ApplicationState.REFUSED


def test_nothing_is_frozen_while_the_clock_is_not_believed(office: Office) -> None:
    decided(office, this_month(office).plus(-1))
    with office.writing() as uow:
        uow.session.add(ClockRow(id=1, noted_at=uow.now, held_since=uow.now))
        uow.commit()
    assert freeze(office) == 0


def test_a_correction_is_a_new_version_with_its_reason_and_author(office: Office) -> None:
    import_published(office, read("2023|01|0|5"))
    supervisor = add_officer(office, "supervisa", role=OfficerRole.SUPERVISOR)
    month = Month(2023, 1)
    told = correcting.correct(
        office.writing(), month, officer_id=supervisor, attentions=6, reason=f" {REASON}\n"
    )
    assert (told.version, told.complaints, told.attentions) == (2, 0, 6)
    assert (told.reason, told.author) == (REASON, "Funcionaria supervisa, Zonal 1")
    assert told.source is FigureSource.CORRECTED
    with office.reading() as uow:
        versions = queries.versions_of(uow, month)
    assert [(each.version, each.attentions) for each in versions] == [(2, 6), (1, 5)]
    assert month_of(office, month).attentions == 6
    assert import_published(office, read("2023|01|0|5")).known == 1, "the first version is theirs"
    assert broken(office) == []
    event = steps.events(office, publishing.EVENT)[-1]
    assert event.actor == f"officer:{supervisor}"


def test_one_press_is_one_version_and_who_comes_second_is_told(office: Office) -> None:
    import_published(office, read("2023|01|0|5"))
    first, second = (
        add_officer(office, name, role=OfficerRole.SUPERVISOR) for name in ("supervisa", "mira")
    )
    month = Month(2023, 1)
    with office.reading() as uow:
        seen = queries.versions_of(uow, month)[0].stamp

    def correct(officer: UUID, attentions: int) -> MonthFigures:
        return correcting.correct(
            office.writing(),
            month,
            officer_id=officer,
            attentions=attentions,
            reason=REASON,
            seen=seen,
        )

    assert correct(first, 6).version == 2
    assert correct(first, 6).version == 2, "the same press again"
    for officer, attentions in ((first, 7), (second, 6), (second, 5)):
        with pytest.raises(StaleStateError):
            correct(officer, attentions)
    assert len(steps.rows(office, MonthlyFigureRow)) == 2
    assert len(steps.events(office, publishing.EVENT)) == 2


def test_a_correction_names_each_of_its_problems(office: Office) -> None:
    import_published(office, read("2023|01|0|5"))
    with office.reading() as uow:
        last = queries.versions_of(uow, Month(2023, 1))[0]
    with pytest.raises(InvalidInputError) as refused:
        correcting.checked(last, complaints=-1, attentions=10**9, reason="no")
    assert set(refused.value.problems) == {"complaints", "attentions", "reason"}


def test_a_correction_publishes_no_second_breakdown(office: Office) -> None:
    month = this_month(office).plus(-1)
    decided(office, month)
    freeze(office)
    supervisor = add_officer(office, "supervisa", role=OfficerRole.SUPERVISOR)
    correcting.correct(office.writing(), month, officer_id=supervisor, complaints=3, reason=REASON)
    rows = sorted(steps.rows(office, MonthlyFigureRow), key=lambda row: row.version)
    assert [row.breakdowns is None for row in rows] == [False, True]
    assert month_of(office, month).groups is not None, "that of the first version"


@pytest.mark.parametrize("role", sorted(set(OfficerRole) - {OfficerRole.SUPERVISOR}))
def test_nobody_but_a_supervisor_corrects(office: Office, role: OfficerRole) -> None:
    import_published(office, read("2023|01|0|5"))
    officer = add_officer(office, role=role)
    with pytest.raises(NotAllowedError):
        correcting.correct(
            office.writing(), Month(2023, 1), officer_id=officer, attentions=6, reason=REASON
        )


def test_a_correction_that_says_nothing_is_refused(office: Office) -> None:
    import_published(office, read("2023|01|0|5"))
    supervisor = add_officer(office, "supervisa", role=OfficerRole.SUPERVISOR)
    for attentions, reason in (
        (5, REASON),
        (None, REASON),
        (6, "error"),
        (6, "x" * 700),
        (-1, REASON),
    ):
        with pytest.raises(InvalidInputError):
            correcting.correct(
                office.writing(),
                Month(2023, 1),
                officer_id=supervisor,
                attentions=attentions,
                reason=reason,
            )
    with pytest.raises(NotFoundError):
        correcting.correct(
            office.writing(), Month(2023, 2), officer_id=supervisor, attentions=6, reason=REASON
        )


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (sa.update(MonthlyFigureRow).values(attentions=1), "figures_not_as_in_trail"),
        (sa.update(MonthlyFigureRow).values(origin="Otra"), "figures_not_as_in_trail"),
        (sa.update(MonthlyFigureRow).values(breakdowns={"via": None}), "figures_not_as_in_trail"),
        (
            sa.update(MonthlyFigureRow).values(recorded_at=datetime(2024, 1, 1, tzinfo=UTC)),
            "figures_not_as_in_trail",
        ),
        (sa.delete(MonthlyFigureRow), "figures_gone"),
        (
            sa.insert(MonthlyFigureRow).values(
                year=2023,
                month=2,
                version=1,
                attentions=4,
                source=FigureSource.PUBLISHED,
                recorded_at=datetime(2024, 1, 1, tzinfo=UTC),
            ),
            "figures_not_in_trail",
        ),
    ],
)
def test_figures_that_were_changed_behind_the_service_are_found(
    office: Office, owner: Database, change: sa.Executable, told: str
) -> None:
    import_published(office, read("2023|01|0|5"))
    with owner.engine.begin() as connection:
        connection.execute(change)
    assert [one.name for one in broken(office)] == [told]
