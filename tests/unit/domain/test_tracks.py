"""Tests of the tracks of the register."""

from dataclasses import replace

import pytest

from review_service.domain.errors import InvalidInputError, SettingsError
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.tracks import (
    ARTISAN,
    MIPYME,
    TRACKS,
    Decider,
    by_key,
    track_named,
    track_of,
)


def test_an_artisan_is_decided_by_an_officer_and_gets_an_acuerdo() -> None:
    assert track_of("artisan") is ARTISAN
    assert (ARTISAN.decider, ARTISAN.issues) == (Decider.OFFICER, IssuedKind.AGREEMENT)


def test_a_mipyme_is_decided_by_a_rule_and_gets_a_certificate() -> None:
    assert (MIPYME.decider, MIPYME.issues) == (Decider.RULE, IssuedKind.CERTIFICATE)
    assert not MIPYME.shows_photos
    assert ARTISAN.shows_photos


def test_each_track_has_a_word_of_its_own_in_addresses() -> None:
    assert [track_named(track.slug) for track in TRACKS.values()] == list(TRACKS.values())
    assert track_named("otra") is None


def test_each_track_stands_under_its_own_key() -> None:
    assert {key: track.key for key, track in TRACKS.items()} == {key: key for key in TRACKS}


def test_a_track_of_a_newer_version_is_named_not_guessed() -> None:
    with pytest.raises(InvalidInputError) as raised:
        track_of("unheard")
    assert "no conoce" in raised.value.problems["track"]


def test_two_tracks_with_the_same_key_are_refused() -> None:
    other = replace(MIPYME, key=ARTISAN.key)
    with pytest.raises(SettingsError, match="same key"):
        by_key((ARTISAN, other))
