"""The sample people: synthetic, well formed, and readable by the imports of the service."""

from pathlib import Path

import pytest

from review_service.demo.stage import registry_files
from review_service.demo.story import cases
from review_service.domain.passwords import password_problem
from review_service.domain.ruc import check_ruc
from review_service.domain.taxpayers import TaxpayerStatus
from review_service.samples import people
from review_service.samples.people import EVERYBODY, OFFICERS, Officer, Person
from review_service.services.upkeep import importing
from tests.factories import Office


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
        importing.import_registry(office.database, catastro, progress=lambda _: None),
        importing.import_registry(office.database, feed, progress=lambda _: None),
        importing.import_agreements(office.database, prior, progress=lambda _: None),
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


def test_a_dozen_cases_of_different_people_wait() -> None:
    assert len(cases.QUEUE) == 12
    assert len({case.person.ruc for case in cases.QUEUE}) == 12


def test_a_copied_photo_comes_after_its_original() -> None:
    order = [case.person for case in cases.QUEUE]
    for case in cases.QUEUE:
        for picture in case.pictures:
            if picture.taken_by is not None:
                assert order.index(picture.taken_by) < order.index(case.person)


def test_visitors_and_the_story_have_no_case_in_the_queue() -> None:
    taken = {case.person for case in cases.QUEUE}
    assert taken.isdisjoint({*people.STORY, people.VISITOR_NEW, people.VISITOR_RENEWAL})
