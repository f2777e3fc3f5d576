"""Tests of what every issued document has."""

import pytest

from review_service.domain.issued_documents import (
    NUMBERED_EVENTS,
    STORED_EVENTS,
    IssuedKind,
    IssuedSnapshot,
)
from review_service.domain.snapshots import snapshot_of
from tests.agreement_samples import make_certificate, make_snapshot


@pytest.mark.parametrize("snapshot", [make_snapshot(), make_certificate()])
def test_a_snapshot_of_each_kind_is_read_as_it_was_written(snapshot: IssuedSnapshot) -> None:
    assert snapshot_of(snapshot.kind, snapshot.to_json()) == snapshot


def test_what_is_stored_is_plain() -> None:
    plain = make_certificate().to_json()
    assert plain["issued_on"] == "2026-11-20"
    assert plain["ministries"][0]["acronym"] == "MPCEI"
    assert "kind" not in plain, "the row says it"


def test_each_kind_has_events_of_its_own() -> None:
    events = (*NUMBERED_EVENTS, *STORED_EVENTS)
    assert len(set(events)) == 2 * len(IssuedKind)
    assert {"agreement_numbered", "agreement_stored"} <= set(events), "those of every older trail"


def test_each_kind_has_words_of_its_own() -> None:
    for words in ("label", "short_label", "file_word"):
        assert len({getattr(kind, words) for kind in IssuedKind}) == len(IssuedKind)
    assert all(kind.file_word.isascii() for kind in IssuedKind)
