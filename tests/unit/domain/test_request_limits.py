"""The table of limits: what the issue asks of its rows, written out again."""

from pathlib import Path

import pytest

from review_service.domain.documents import DocumentKind
from review_service.domain.item_evidence import item_of_file
from review_service.domain.limits import MEBIBYTE, UploadLimits
from review_service.domain.request_limits import (
    CASE_MEBIBYTES,
    CASE_PAGES,
    CODE_ACCOUNT,
    HOUR,
    LIMITS,
    MAILED_CODE,
    MINUTE,
    SIGN_IN_CODE,
    SIGN_IN_MAIL,
    UPLOAD,
    UPLOAD_MEBIBYTES,
    UPLOAD_PAGES,
    Limit,
    Past,
    Payer,
)
from review_service.domain.tracks import TRACKS, Track

ROOT = Path(__file__).parents[3]
PEOPLE = 300
"""Honest people behind one address of a carrier or a zonal office."""
ASKED_BEFORE_OWNERSHIP = (Payer.STRANGERS,)


def by_payer(payer: Payer) -> list[Limit]:
    return [limit for limit in LIMITS if limit.payer is payer]


def test_each_row_has_a_name_of_its_own() -> None:
    assert len({limit.name for limit in LIMITS}) == len(LIMITS)


def test_a_network_has_room_for_three_hundred_people() -> None:
    for limit in by_payer(Payer.NETWORK):
        assert limit.count > PEOPLE, limit.name


def test_what_strangers_spend_leaves_the_owner_another_way_in() -> None:
    # A code comes after the right password: who tries it is the owner or knows the word.
    ways = {limit.past for limit in by_payer(Payer.STRANGERS) if limit is not CODE_ACCOUNT}
    assert ways == {Past.NO_SECOND_MAIL, Past.LINK_ONLY, Past.CODE_TOO}


def test_the_owner_s_browser_has_a_row_beside_each_row_of_strangers() -> None:
    assert {(limit.what, limit.per_seconds) for limit in by_payer(Payer.STRANGERS)} == {
        (limit.what, limit.per_seconds) for limit in by_payer(Payer.DEVICE)
    }


def test_whoever_has_to_wait_before_signing_in_waits_minutes() -> None:
    for limit in LIMITS:
        if limit.past is Past.WAIT and limit.payer in {Payer.NETWORK, Payer.STRANGERS}:
            assert limit.per_seconds <= 5 * MINUTE, limit.name


def test_ten_codes_for_one_account_and_window() -> None:
    assert (CODE_ACCOUNT.count, CODE_ACCOUNT.per_seconds) == (10, 5 * MINUTE)
    assert (SIGN_IN_CODE.count, SIGN_IN_CODE.per_seconds) == (10, HOUR)


def test_one_mail_brings_fewer_tries_than_the_account_has() -> None:
    assert (MAILED_CODE.count, SIGN_IN_MAIL.count) == (5, 3)


@pytest.mark.parametrize("track", TRACKS.values(), ids=TRACKS)
def test_everything_sent_five_times_in_a_day_meets_no_limit_of_files(track: Track) -> None:
    limits = UploadLimits()
    items = set(track.items)
    kinds = [kind for kind in DocumentKind if kind.sent_as and item_of_file(kind) in items]
    photos, photos_bytes = 0, 0
    if track.shows_photos or not kinds:
        kinds += [kind for kind in DocumentKind if not kind.is_support]
        photos, photos_bytes = limits.evidence_pages, limits.photos_bytes
    files = 5 * (photos + len(kinds))
    pages = 5 * (photos + sum(limits.pages_for(kind) for kind in kinds))
    mebibytes = (
        5 * (photos_bytes + sum(limits.bytes_for(kind) for kind in kinds)) // MEBIBYTE + files
    )
    assert files <= UPLOAD.count
    assert pages <= UPLOAD_PAGES.count
    assert mebibytes <= UPLOAD_MEBIBYTES.count
    assert UPLOAD_PAGES.count <= CASE_PAGES.count
    assert UPLOAD_MEBIBYTES.count <= CASE_MEBIBYTES.count


def test_every_row_is_used_by_a_service() -> None:
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "review_service/services").rglob("*.py")
    )
    names = {name for name, value in vars(_table()).items() if isinstance(value, Limit)}
    assert len(names) == len(LIMITS), "a row stands outside of the table"
    assert [name for name in sorted(names) if name not in code] == []


def test_nothing_is_counted_but_by_a_row() -> None:
    """Notices of an act are posted by ``notifying``, which counts nothing."""
    posts = (ROOT / "review_service/services/notifying.py").read_text(encoding="utf-8")
    assert "attempts" not in posts
    assert "Limit" not in posts


def _table() -> object:
    from review_service.domain import request_limits  # noqa: PLC0415 -- the module as an object

    return request_limits
