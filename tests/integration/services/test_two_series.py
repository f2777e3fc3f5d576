"""Acuerdos and certificates are numbered apart: a number is looked for in its own series."""

from uuid import UUID

import pytest

from review_service.db import agreement_numbers
from review_service.db.models import AgreementRow
from review_service.db.queries import keyset
from review_service.db.queries.keyset import NEWEST_LOOKED_AT
from review_service.db.queries.officer.agreements import agreements_page
from review_service.db.queries.officer.meant import meant_by
from review_service.db.queries.officer.queue import search_page
from review_service.domain.numbering import verification_code
from review_service.services.agreements import verifying
from review_service.services.agreements.verifying import Answer, Verdict
from tests.factories import OTHER_RUC, SECRET, Office
from tests.integration.certificates import issued_certificate
from tests.integration.services import steps
from tests.integration.services.test_prior_agreements import issued

Both = tuple[AgreementRow, AgreementRow]


@pytest.fixture
def both(office: Office, monkeypatch: pytest.MonkeyPatch) -> Both:
    """A certificate and an Acuerdo, each the first of its series and of this year.

    The Acuerdo is of the second application, so that references tell them apart.
    """
    certificate = issued_certificate(office, monkeypatch)
    acuerdo = issued(office, OTHER_RUC)
    assert (certificate.year, certificate.serial) == (acuerdo.year, acuerdo.serial)
    return certificate, acuerdo


def found(office: Office, text: str) -> list[UUID]:
    with office.reading() as uow:
        listed = [
            each.application_id for each in agreements_page(uow, text=text, cursor=None).entries
        ]
        cases = [each.id for each in search_page(uow, text=text, cursor=None).entries]
    assert sorted(listed) == sorted(cases)
    return listed


@pytest.mark.parametrize("looked_at", [NEWEST_LOOKED_AT, 0])
def test_a_search_finds_what_has_the_number_and_not_its_like_in_the_other_series(
    office: Office, both: Both, monkeypatch: pytest.MonkeyPatch, looked_at: int
) -> None:
    monkeypatch.setattr(keyset, "NEWEST_LOOKED_AT", looked_at)
    for row in both:
        number = row.number
        for text in (
            number,
            number.lower(),
            number.replace("-", ""),
            number.replace("-", " "),
            number.replace("-", " – "),
            f"{number[:-6]}{row.serial}",
            f"{number[:-6]}{row.serial}".replace("-", " "),
            f"N.º {number}.",
            f"{row.kind.short_label} N.º {number}",
            f"{row.kind.label} {number}",
        ):
            assert found(office, text) == [row.application_id], text


def test_a_part_of_a_number_and_a_number_without_letters_are_found_as_before(
    office: Office, both: Both
) -> None:
    certificate, acuerdo = both
    letters = acuerdo.number.split("-")[1]
    assert found(office, f"{letters}-{acuerdo.year}-{acuerdo.serial}") == [acuerdo.application_id]
    everything = {certificate.application_id, acuerdo.application_id}
    assert set(found(office, f"{acuerdo.year}-{acuerdo.serial:06d}")) == everything
    assert set(found(office, f"{acuerdo.year} {acuerdo.serial}")) == everything


def test_a_reference_finds_its_application_alone(office: Office, both: Both) -> None:
    for row in both:
        reference = steps.application(office, row.application_id).reference
        bare = f"AR-{row.year}-{int(reference[-6:])}"
        for text in (reference, reference.replace("-", " "), reference.replace("-", ""), bare):
            assert found(office, text) == [row.application_id], text


def test_what_was_meant_is_of_the_series_that_was_typed(office: Office, both: Both) -> None:
    with office.reading() as uow:
        for row in both:
            for typed in (f"{row.number[:-1]}7", f"X{row.number[1:]}", row.number[1:]):
                assert [each.id for each in agreement_numbers.near(uow.session, typed)] == [row.id]
                assert meant_by(uow, typed) == (row.number,)
        assert len(agreement_numbers.near(uow.session, f"{row.year}-000007")) == 2


def test_no_number_of_the_other_series_is_meant_where_the_typed_one_has_none(
    office: Office,
) -> None:
    acuerdo = issued(office)
    with office.reading() as uow:
        assert meant_by(uow, f"RUM-{acuerdo.year}-000001") == ()
        assert agreement_numbers.near(uow.session, f"RUM-{acuerdo.year}-000001") == []


def test_a_near_number_is_told_to_who_has_the_code_of_its_series(
    office: Office, both: Both
) -> None:
    for row, other in (both, both[::-1]):
        typed = f"{row.number[:-1]}7"
        mine, theirs = (verification_code(SECRET, each.id) for each in (row, other))
        assert asked(office, typed, mine) == Answer(verdict=Verdict.UNKNOWN, meant=row.number)
        assert asked(office, typed, theirs) == Answer(verdict=Verdict.UNKNOWN)


@pytest.mark.parametrize(
    "label",
    ["Certificado ", "Certificado RUM ", "Certificado N.º ", "Certificado RUM N.º ", "N.º "],
)
@pytest.mark.parametrize("sign", ["-", " ", "", "/"])
def test_a_certificate_is_verified_as_it_is_printed(
    office: Office, both: Both, label: str, sign: str
) -> None:
    certificate, _ = both
    typed = f"{label}{certificate.number.replace('-', sign)}"
    answer = asked(office, typed, verification_code(SECRET, certificate.id))
    assert answer.verdict is Verdict.IN_FORCE


def asked(office: Office, number: str, code: str) -> Answer:
    return verifying.by_number_and_code(
        office.writing(), number=number, code=code, client="c", key=SECRET
    )
