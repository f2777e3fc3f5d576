"""The sample people: synthetic, well formed, and readable by the imports of the service."""

import itertools
from datetime import date
from pathlib import Path

import pytest

from review_service.db.models import ApplicationRow
from review_service.demo.stage import registry_files
from review_service.demo.story import cases
from review_service.domain.applications import ApplicationKind
from review_service.domain.categories import Category
from review_service.domain.data_sheet import DataSheet, typed_values
from review_service.domain.passwords import password_problem
from review_service.domain.persons import PersonKind, person_kind
from review_service.domain.ruc import check_ruc
from review_service.domain.rule_decisions import Referral, RuleDecision
from review_service.domain.taxpayers import TaxpayerStatus
from review_service.domain.terms import ecuador_today
from review_service.domain.tracks import MIPYME
from review_service.samples import people, sheets, turns
from review_service.samples.accounts import OFFICERS, Officer
from review_service.samples.people import EVERYBODY, Person
from review_service.services.applicant import applying, ruling
from review_service.services.upkeep import importing
from review_service.services.upkeep.imports import kinds
from tests.factories import Office


def answer_to(
    office: Office, folder: Path, person: Person, **changed: str
) -> RuleDecision | Referral | None:
    """Return what the rule says of what the owner types."""
    catastro, *_ = registry_files.write(folder)
    importing.import_file(office.database, catastro, kinds.registry_kind, progress=lambda _: None)
    ruc, kind = person.ruc, ApplicationKind.NEW
    application_id = applying.open_application(
        office.writing(), registry=office.registry, ruc=ruc, kind=kind, track=MIPYME
    )
    with office.reading() as uow:
        prefilled = DataSheet.from_json(uow.session.get_one(ApplicationRow, application_id).sheet)
    typed = {**typed_values(prefilled), **sheets.business_sheet_of(person), **changed}
    applying.save_sheet(
        office.writing(), application_id=application_id, ruc=ruc, kind=kind, values=typed
    )
    return ruling.preview(office.reading(), application_id=application_id, ruc=person.ruc)


@pytest.mark.parametrize("person", EVERYBODY, ids=lambda person: str(person.ruc))
def test_every_ruc_is_well_formed_and_of_no_real_province(person: Person) -> None:
    assert check_ruc(person.ruc).problem is None
    assert person.ruc.startswith("30")


def test_no_two_share_a_number_or_a_mailbox() -> None:
    assert len({person.ruc for person in EVERYBODY}) == len(EVERYBODY)
    addresses = [person.email for person in EVERYBODY if person.email]
    assert len(set(addresses)) == len(addresses)
    numbers = [person.prior.number for person in EVERYBODY if person.prior]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("officer", OFFICERS, ids=lambda officer: str(officer.user_name))
def test_the_sample_passwords_are_good_ones(officer: Officer) -> None:
    context = (officer.user_name, officer.full_name, officer.unit)
    assert password_problem(officer.password, context=context) is None


def test_names_are_shown_as_people_write_them() -> None:
    assert people.STORY[0].shown_name == "María del Carmen Quillupangui Ñacato"


def test_the_service_imports_every_line(office: Office, tmp_path: Path) -> None:
    catastro, feed, prior = registry_files.write(tmp_path)
    for done in (
        importing.import_file(
            office.database, catastro, kinds.registry_kind, progress=lambda _: None
        ),
        importing.import_file(office.database, feed, kinds.registry_kind, progress=lambda _: None),
        importing.import_file(
            office.database, prior, kinds.agreements_kind, progress=lambda _: None
        ),
    ):
        assert done.lines > 0
        assert done.refused == 0
    found = office.registry.find(people.SUSPENDED.ruc)
    assert found is not None
    assert found.status is TaxpayerStatus.SUSPENDED
    found = office.registry.find(people.PASSIVE.ruc)
    assert found is not None
    assert found.status is TaxpayerStatus.PASSIVE
    assert office.registry.registered_email(people.NO_ADDRESS.ruc) is None
    assert office.registry.find(people.NO_ADDRESS.ruc) is not None
    assert office.registry.find(people.UNKNOWN_RUC) is None
    visitor = office.registry.find(people.VISITOR_NEW.ruc)
    assert visitor is not None
    assert visitor.head is not None
    assert visitor.head.ciiu == people.VISITOR_NEW.trade.ciiu


def test_the_register_contradicts_no_number_of_theirs(tmp_path: Path) -> None:
    catastro, *_ = registry_files.write(tmp_path)
    header, *lines = (line.split("|") for line in catastro.read_text("utf-8").splitlines())
    kinds = {
        line[0]: person_kind(line[0], taxpayer_type=line[header.index("TIPO_CONTRIBUYENTE")])
        for line in lines
    }
    assert set(kinds) == {person.ruc for person in EVERYBODY}
    assert set(kinds.values()) == {PersonKind.NATURAL, PersonKind.LEGAL_PRIVATE}
    assert kinds[people.VISITOR_SOFTWARE.ruc] is PersonKind.LEGAL_PRIVATE


def test_the_register_knows_every_establishment_and_when_a_business_began(
    office: Office, tmp_path: Path
) -> None:
    catastro, *_ = registry_files.write(tmp_path)
    importing.import_file(office.database, catastro, kinds.registry_kind, progress=lambda _: None)
    software = office.registry.find(people.VISITOR_SOFTWARE.ruc)
    assert software is not None
    assert [place.canton for place in software.establishments] == ["Quito", "Cuenca"]
    cafe = office.registry.find(people.VISITOR_CAFE.ruc)
    assert cafe is not None
    assert cafe.started_on == date(ecuador_today().year, 1, 1)


@pytest.mark.parametrize("person", people.BUSINESS_STORY, ids=lambda person: str(person.ruc))
def test_the_rule_grants_the_mipyme_of_every_story_its_certificate(
    office: Office, tmp_path: Path, person: Person
) -> None:
    answer = answer_to(office, tmp_path, person)
    assert isinstance(answer, RuleDecision), answer


def test_the_stories_show_every_category(office: Office, tmp_path: Path) -> None:
    answers = [answer_to(office, tmp_path, person) for person in people.BUSINESS_STORY]
    assert {answer.category for answer in answers if isinstance(answer, RuleDecision)} == {
        category.label for category in Category
    }


@pytest.mark.parametrize(
    "person",
    [people.VISITOR_SHOP, people.VISITOR_SOFTWARE, people.VISITOR_CAFE, people.GARAGE],
    ids=lambda person: str(person.ruc),
)
def test_visitors_are_granted_what_the_start_page_says(
    office: Office, tmp_path: Path, person: Person
) -> None:
    assert isinstance(answer_to(office, tmp_path, person), RuleDecision)


@pytest.mark.parametrize(
    "person", [people.VISITOR_LARGE, people.IMPORTER], ids=lambda person: str(person.ruc)
)
def test_over_the_limits_the_rule_grants_nothing(
    office: Office, tmp_path: Path, person: Person
) -> None:
    answer = answer_to(office, tmp_path, person)
    assert isinstance(answer, Referral)
    assert answer.only_if_asked


@pytest.mark.parametrize(
    "person", [people.VISITOR_MOVED, people.PHARMACY], ids=lambda person: str(person.ruc)
)
def test_in_a_canton_that_is_not_in_the_ruc_a_person_decides(
    office: Office, tmp_path: Path, person: Person
) -> None:
    answer = answer_to(office, tmp_path, person, **cases.IN_IBARRA)
    assert isinstance(answer, Referral)
    assert not answer.only_if_asked


def test_thirteen_artisans_wait_and_nobody_has_two_cases() -> None:
    assert len(cases.QUEUE) == 13
    assert len({case.person.ruc for case in cases.EVERY_CASE}) == len(cases.EVERY_CASE)


def test_a_copied_photo_comes_after_its_original() -> None:
    order = [case.person for case in cases.QUEUE]
    for case in cases.QUEUE:
        for picture in case.pictures:
            if picture.taken_by is not None:
                assert order.index(picture.taken_by) < order.index(case.person)


def test_visitors_and_the_story_have_no_case_in_the_queue() -> None:
    taken = {case.person for case in cases.EVERY_CASE} - {people.VISITOR_CORRECTION}
    stories = {*people.STORY, *people.BUSINESS_STORY, *people.VENTURE_STORY}
    visitors = {
        people.VISITOR_NEW, people.VISITOR_RENEWAL, people.VISITOR_SHOP, people.VISITOR_SOFTWARE,
        people.VISITOR_CAFE, people.VISITOR_LARGE, people.VISITOR_MOVED, people.VISITOR_VENTURE,
    }  # fmt: skip
    assert taken.isdisjoint(stories | visitors)


def test_who_comes_again_has_another_name_than_the_last_time() -> None:
    told = (people.TOUR_VENTURES[0], people.TOUR_BUSINESSES[0])
    for place, person in enumerate(told):
        names = [turns.in_turn(told, 2 * turn + place).name for turn in range(7)]
        assert names[0] == person.name
        assert all(one != after for one, after in itertools.pairwise(names))
        assert all(not any(sign.isdigit() for sign in name) for name in names)
        assert len(set(names[:5])) == 5
