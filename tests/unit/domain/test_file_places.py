"""New first, then old out: which file stands, whatever order the checks end in."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from review_service.domain.documents import DocumentKind, DocumentState
from review_service.domain.file_places import (
    PlacedFile,
    overtaken,
    photos_in_place,
    replaced_on_acceptance,
    standing_former,
    standing_formers,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
KINDS = [DocumentKind.PHOTO, DocumentKind.EVIDENCE, DocumentKind.AGREEMENT]


def file(
    number: int,
    *,
    kind: DocumentKind = DocumentKind.PHOTO,
    state: DocumentState = DocumentState.CHECKED,
    replaces: int | None = None,
    is_removed: bool = False,
) -> PlacedFile:
    return PlacedFile(
        id=UUID(int=number),
        kind=kind,
        state=state,
        replaces=None if replaces is None else UUID(int=replaces),
        created_at=NOON + timedelta(minutes=number),
        is_removed=is_removed,
    )


def numbers(files: Sequence[PlacedFile] | None) -> list[int] | None:
    return None if files is None else [one.id.int for one in files]


@pytest.mark.parametrize("kind", KINDS)
def test_an_accepted_file_ends_the_one_before_and_leaves_the_bystander(kind: DocumentKind) -> None:
    bystander = file(9, kind=KINDS[KINDS.index(kind) - 1])
    former, new = file(1, kind=kind), file(2, kind=kind, replaces=1)
    assert numbers(replaced_on_acceptance(new, [bystander, former, new])) == [1]


def test_a_photo_that_replaces_none_ends_none() -> None:
    assert replaced_on_acceptance(file(2), [file(1), file(2)]) == ()


@pytest.mark.parametrize("state", [DocumentState.RECEIVED, DocumentState.CHECKING])
@pytest.mark.parametrize("kind", KINDS)
def test_the_former_stands_while_the_new_one_waits_and_when_it_is_refused(
    kind: DocumentKind, state: DocumentState
) -> None:
    former, new = file(1, kind=kind), file(2, kind=kind, state=state, replaces=1)
    assert standing_former(new, [former, new]) == former.id
    refused = replace(new, state=DocumentState.REFUSED)
    assert standing_formers([former, refused]) == {refused.id: former.id}
    accepted = replace(new, state=DocumentState.CHECKED)
    assert standing_formers([former, accepted]) == {}


def test_a_file_not_accepted_yet_stands_too_but_an_accepted_one_goes_before_it() -> None:
    kind = DocumentKind.EVIDENCE
    first = file(1, kind=kind)
    second = file(2, kind=kind, state=DocumentState.CHECKING)
    third = file(3, kind=kind, state=DocumentState.CHECKING)
    assert standing_former(third, [second, third]) == second.id
    assert standing_former(third, [first, second, third]) == first.id


def test_a_refused_or_removed_file_stands_for_nobody() -> None:
    kind = DocumentKind.AGREEMENT
    refused = file(1, kind=kind, state=DocumentState.REFUSED)
    removed = file(2, kind=kind, is_removed=True)
    new = file(3, kind=kind, state=DocumentState.CHECKING)
    assert standing_formers([refused, removed, new]) == {}


def test_who_replaces_a_refused_photo_replaces_the_one_that_stood_instead() -> None:
    former = file(1)
    refused = file(2, replaces=1, state=DocumentState.REFUSED)
    new = file(3, replaces=2)
    assert numbers(replaced_on_acceptance(new, [former, refused, new])) == [1, 2]


def test_a_photo_sent_later_in_place_of_the_same_one_replaces_its_successor() -> None:
    former, first = file(1, is_removed=True), file(2, replaces=1)
    second = file(3, replaces=1)
    assert numbers(replaced_on_acceptance(second, [former, first, second])) == [2]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("order", list(itertools.permutations([2, 3, 4])))
@pytest.mark.parametrize("refused", [set(), {2}, {3}, {4}, {3, 4}, {2, 3, 4}])
def test_the_newest_accepted_file_stands_alone_whatever_order_the_checks_end_in(
    kind: DocumentKind, order: tuple[int, ...], refused: set[int]
) -> None:
    files = {1: file(1, kind=kind)}
    for number in (2, 3, 4):
        files[number] = file(number, kind=kind, state=DocumentState.CHECKING, replaces=1)
    for number in order:
        if files[number].is_removed:
            continue
        state = DocumentState.REFUSED if number in refused else DocumentState.CHECKED
        files[number] = replace(files[number], state=state)
        if number in refused:
            continue
        ended = replaced_on_acceptance(files[number], list(files.values()))
        if ended is None:
            files[number] = replace(files[number], is_removed=True)
        for one in ended or ():
            files[one.id.int] = replace(one, is_removed=True)
    accepted = {1, 2, 3, 4} - refused
    left = [n for n, one in files.items() if not one.is_removed and n not in refused]
    assert left == [max(accepted)]


def test_files_of_another_place_are_not_reached_and_a_circle_ends() -> None:
    one, other = file(1, replaces=2), file(2, replaces=1, state=DocumentState.REFUSED)
    assert numbers(photos_in_place(UUID(int=1), [one, other, file(3)])) == [1, 2]
    assert photos_in_place(None, [one]) == ()
    assert photos_in_place(UUID(int=7), [one]) == ()


@pytest.mark.parametrize("kind", KINDS)
def test_of_unfinished_files_in_one_place_all_but_the_newest_are_overtaken(
    kind: DocumentKind,
) -> None:
    waits = DocumentState.RECEIVED
    files = [
        file(number, kind=kind, state=waits, replaces=number - 1 or None) for number in (1, 2, 3)
    ]
    bystander = file(9, kind=KINDS[KINDS.index(kind) - 1], state=waits)
    assert {one.int for one in overtaken([*files, bystander])} == {1, 2}
    refused = replace(files[2], state=DocumentState.REFUSED)
    assert {one.int for one in overtaken([*files[:2], refused, bystander])} == {1}
    removed = replace(files[2], is_removed=True)
    assert {one.int for one in overtaken([*files[:2], removed, bystander])} == {1}


def test_a_photo_accepted_first_ends_all_that_wait_before_it_and_the_one_that_stood() -> None:
    stands = file(1)
    waiting = [
        file(number, state=DocumentState.RECEIVED, replaces=number - 1) for number in (2, 3, 4)
    ]
    newest = file(5, replaces=4)
    assert numbers(replaced_on_acceptance(newest, [stands, *waiting, newest])) == [1, 2, 3, 4]
