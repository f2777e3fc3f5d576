"""Tests of the tracks of the register."""

import pytest

from review_service.domain.errors import InvalidInputError, SettingsError
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.tracks import (
    ARTISAN,
    TRACKS,
    Decider,
    RuleDecision,
    Track,
    by_key,
    track_of,
)


def test_an_artisan_is_decided_by_an_officer_and_gets_an_acuerdo() -> None:
    assert track_of("artisan") is ARTISAN
    assert (ARTISAN.decider, ARTISAN.issues) == (Decider.OFFICER, IssuedKind.AGREEMENT)


def test_each_track_stands_under_its_own_key() -> None:
    assert {key: track.key for key, track in TRACKS.items()} == {key: key for key in TRACKS}


def test_a_track_of_a_newer_version_is_named_not_guessed() -> None:
    with pytest.raises(InvalidInputError) as raised:
        track_of("unheard")
    assert "no conoce" in raised.value.problems["track"]


def test_two_tracks_with_the_same_key_are_refused() -> None:
    other = Track(
        key=ARTISAN.key, label="Otra", decider=Decider.RULE, issues=IssuedKind.CERTIFICATE
    )
    with pytest.raises(SettingsError, match="same key"):
        by_key((ARTISAN, other))


def test_the_trail_names_the_rule_that_decided() -> None:
    decision = RuleDecision(rule="categories@2018-12-29", category="Microempresa", reasons="…")
    assert decision.actor == "rule:categories@2018-12-29"
