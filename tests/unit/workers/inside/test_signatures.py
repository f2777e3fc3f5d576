"""What comes out of the sandbox about signatures, and what is believed of it."""

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pypdf
import pytest

from review_service.adapters.agreement_pdf import WeasyPrintRenderer
from review_service.adapters.demonstration_authority import (
    DemonstrationKeys,
    demonstration_keys,
)
from tests.agreement_samples import MARKS, make_snapshot
from workers.facts.signatures import (
    MAX_SIGNATURES,
    CopyCheck,
    SignatureCheck,
    from_header,
    to_header,
)
from workers.inside.signatures import check_signatures

GOOD = SignatureCheck(
    signer="Autoridad de demostración",
    signed_at=datetime(2026, 11, 20, 23, 4, tzinfo=UTC),
    is_valid=True,
    is_trusted=True,
    covers_file=True,
    is_change_allowed=True,
)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> DemonstrationKeys:
    return demonstration_keys(tmp_path_factory.mktemp("k"), ministries=make_snapshot().ministries)


@pytest.fixture(scope="module")
def paper() -> bytes:
    return WeasyPrintRenderer().render(make_snapshot(), marks=MARKS)


@pytest.fixture(scope="module")
def issued(paper: bytes, keys: DemonstrationKeys) -> bytes:
    return keys.signer().sign(paper, snapshot=make_snapshot())


def test_an_unsigned_paper_is_readable_and_not_good(paper: bytes) -> None:
    assert check_signatures(paper) == CopyCheck(count=0)
    assert not check_signatures(paper).is_good


def test_certificates_and_lists_that_have_ended_are_judged_at_their_time(
    paper: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    begun = datetime(2012, 3, 1, tzinfo=UTC)
    old = demonstration_keys(
        tmp_path_factory.mktemp("old"), ministries=make_snapshot().ministries, now=begun
    )
    signed = old.signer().sign(paper, snapshot=make_snapshot())
    then = check_signatures(signed, authorities=[old.authority], at=begun + timedelta(days=700))
    assert then.is_good
    for at in (None, begun - timedelta(days=700), begun + timedelta(days=7000)):
        found = check_signatures(signed, authorities=[old.authority], at=at)
        assert [one.is_trusted for one in found.signatures] == [False, False]
        assert [one.is_valid for one in found.signatures] == [True, True]


def test_another_authority_is_not_trusted(
    issued: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = demonstration_keys(
        tmp_path_factory.mktemp("other"), ministries=make_snapshot().ministries
    )
    check = check_signatures(issued, authorities=[other.authority])
    assert [one.is_valid for one in check.signatures] == [True, True]
    assert [one.is_trusted for one in check.signatures] == [False, False]
    assert not check.is_good


def test_every_changed_byte_of_the_signed_part_shows(
    issued: bytes, keys: DemonstrationKeys
) -> None:
    for share in (10, 25, 40, 55):
        changed = bytearray(issued)
        changed[len(issued) * share // 100] ^= 1
        assert not check_signatures(bytes(changed), authorities=[keys.authority]).is_good


def test_what_was_appended_after_the_last_signature_shows(
    issued: bytes, keys: DemonstrationKeys
) -> None:
    writer = pypdf.PdfWriter(BytesIO(issued), incremental=True)
    writer.add_metadata({"/Title": "otro"})
    target = BytesIO()
    writer.write(target)
    check = check_signatures(target.getvalue(), authorities=[keys.authority])
    assert check.count == 2
    assert check.has_later_revision
    assert not check.is_good


def test_a_paper_with_one_of_two_signatures_taken_off_is_seen(
    issued: bytes, keys: DemonstrationKeys
) -> None:
    first_revision = issued[: issued.rindex(b"%%EOF", 0, issued.rindex(b"%%EOF")) + 6]
    check = check_signatures(first_revision, authorities=[keys.authority])
    assert check.count == 1


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"%PDF-1.7\n%%EOF", b"\0" * 100])
def test_what_is_no_pdf_is_unreadable(content: bytes) -> None:
    assert check_signatures(content) == CopyCheck(count=0, is_readable=False)


def test_a_broken_signature_is_counted_and_not_valid(issued: bytes) -> None:
    with pikepdf.open(BytesIO(issued)) as document:
        document.Root.AcroForm.Fields[0].V.Contents = pikepdf.String(b"nothing")
        target = BytesIO()
        document.save(target)
    check = check_signatures(target.getvalue())
    assert check.count == 2
    assert not check.signatures[0].is_valid
    assert not check.is_good


def test_an_answer_survives_its_trip_out_of_the_sandbox() -> None:
    check = CopyCheck(count=2, signatures=(GOOD, GOOD))
    assert from_header(json.loads(json.dumps(to_header(check)))) == check


def test_goodness_needs_every_part() -> None:
    assert CopyCheck(count=1, signatures=(GOOD,)).is_good
    assert not CopyCheck(count=0).is_good
    assert not CopyCheck(count=MAX_SIGNATURES + 1, signatures=(GOOD,) * MAX_SIGNATURES).is_good


def good_header() -> dict[str, Any]:
    return to_header(CopyCheck(count=1, signatures=(GOOD,)))


@pytest.mark.parametrize(
    "change",
    [
        {"count": None},
        {"count": -1},
        {"count": 2},
        {"count": "1"},
        {"is_readable": 1},
        {"signatures": None},
        {"signatures": []},
        {"signatures": [None]},
        {"signatures": [{}]},
        {"signatures": [{**good_header()["signatures"][0], "is_valid": "yes"}]},
        {"signatures": [{**good_header()["signatures"][0], "signer": None}]},
        {"signatures": [{**good_header()["signatures"][0], "signed_at": "yesterday"}]},
    ],
)
def test_a_child_that_was_taken_over_is_not_believed(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"answer|isoformat"):
        from_header({**good_header(), **change})


def test_a_long_name_is_cut() -> None:
    header = good_header()
    header["signatures"][0]["signer"] = "x" * 10_000
    assert len(from_header(header).signatures[0].signer) == 200
