"""What a check found, held against what officers said of the item."""

from uuid import uuid4

from review_service.domain.applications import ReviewItem
from review_service.domain.check_precision import (
    CheckVerdict,
    details_of,
    judged_in,
    label_of,
    precision_by,
)
from review_service.domain.months import Month


def test_an_event_tells_the_codes_of_what_was_judged_and_no_others() -> None:
    found = {
        ReviewItem.WORKSHOP: {"photo_dark", "photo_blurred"},
        ReviewItem.PEOPLE: {"photo_dark"},
        ReviewItem.MACHINERY: {"photo_soft"},
    }
    said = {ReviewItem.WORKSHOP: True, ReviewItem.PEOPLE: False, ReviewItem.PROCESS: False}
    details = details_of(found, said)
    assert details == {
        "observed": {"workshop": ["photo_blurred", "photo_dark"]},
        "accepted": {"people": ["photo_dark"]},
    }
    assert sorted(judged_in(details)) == [
        ("photo_blurred", ReviewItem.WORKSHOP, True),
        ("photo_dark", ReviewItem.PEOPLE, False),
        ("photo_dark", ReviewItem.WORKSHOP, True),
    ]


def test_a_clean_case_has_nothing_to_tell() -> None:
    assert details_of({}, {ReviewItem.WORKSHOP: False}) == {}
    assert details_of({ReviewItem.WORKSHOP: set()}, {ReviewItem.WORKSHOP: True}) == {}


def test_an_item_of_another_version_is_passed_over() -> None:
    assert list(judged_in({"observed": {"smell": ["photo_dark"]}})) == []
    assert list(judged_in({})) == []


def test_verdicts_are_counted_in_each_group() -> None:
    def verdict(code: str, track: str, *, was_observed: bool) -> CheckVerdict:
        return CheckVerdict(
            code=code,
            item=ReviewItem.WORKSHOP,
            was_observed=was_observed,
            application_id=uuid4(),
            reference="AR-2026-000001",
            track=track,
            month=Month(2026, 11),
        )

    verdicts = [
        verdict("photo_dark", "artisan", was_observed=True),
        verdict("photo_dark", "artisan", was_observed=False),
        verdict("photo_dark", "mipyme", was_observed=False),
        verdict("photo_soft", "mipyme", was_observed=True),
    ]
    by_code = precision_by(verdicts, lambda each: each.code)
    assert {code: (one.count, one.of) for code, one in by_code.items()} == {
        "photo_dark": (1, 3),
        "photo_soft": (1, 1),
    }
    by_track = precision_by(verdicts, lambda each: (each.code, each.track))
    assert by_track["photo_dark", "artisan"].share == 0.5


def test_a_check_has_words_and_one_of_before_its_code() -> None:
    assert label_of("photo_dark") == "Foto oscura"
    assert label_of("of_another_version") == "of_another_version"
