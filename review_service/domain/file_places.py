"""Which file stands in each place of an application while another one is sent in its stead.

A place is that of one photo, or of the one PDF of a kind. New first, then old out: the accepted
file stands until the checks have accepted a newer one. Source: issue 9, A1; ADR 0015.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from review_service.domain.documents import DocumentKind, DocumentState


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedFile:
    """What decides which file stands; never one that the service assembled itself."""

    id: UUID
    kind: DocumentKind
    state: DocumentState
    replaces: UUID | None
    created_at: datetime
    is_removed: bool = False


def sharing_place(file: PlacedFile, files: Sequence[PlacedFile]) -> tuple[PlacedFile, ...]:
    """Return the present files that want or hold the place of ``file``, oldest first.

    ``files`` are all of the application, also the removed ones: a photo whose former was replaced
    meanwhile shares the place with the one that replaced it.
    """
    if file.kind is DocumentKind.PHOTO:
        shared = photos_in_place(file.replaces, files)
    else:
        shared = tuple(one for one in _in_order(files) if one.kind is file.kind)
    return tuple(one for one in shared if not one.is_removed and one.id != file.id)


def photos_in_place(start: UUID | None, files: Sequence[PlacedFile]) -> tuple[PlacedFile, ...]:
    """Return the present photos that one sent in place of ``start`` replaces, oldest first."""
    known = {one.id: one for one in files if one.kind is DocumentKind.PHOTO}
    reached: set[UUID] = set()
    waiting = deque([start])
    while waiting:
        wanted = waiting.popleft()
        photo = known.get(wanted) if wanted else None
        if photo is None or photo.id in reached:
            continue
        reached.add(photo.id)
        if photo.is_removed or photo.state is not DocumentState.CHECKED:
            waiting.append(photo.replaces)  # it stands in nobody's stead yet, or no more
        waiting.extend(one.id for one in known.values() if one.replaces == photo.id)
    found = (known[each] for each in reached)
    return tuple(one for one in _in_order(found) if not one.is_removed)


def replaced_on_acceptance(
    file: PlacedFile, files: Sequence[PlacedFile]
) -> tuple[PlacedFile, ...] | None:
    """Return what ends now that ``file`` is accepted; None when a newer one was accepted first."""
    shared = sharing_place(file, files)
    if any(_is_newer(one, file) and one.state is DocumentState.CHECKED for one in shared):
        return None
    return tuple(one for one in shared if not _is_newer(one, file))


def standing_former(file: PlacedFile, files: Sequence[PlacedFile]) -> UUID | None:
    """Return the file that stands while ``file`` is checked, or since it was refused.

    None when there is none: an accepted file stands by itself.
    """
    if file.state is DocumentState.CHECKED:
        return None
    older = [
        one
        for one in sharing_place(file, files)
        if not _is_newer(one, file) and one.state is not DocumentState.REFUSED
    ]
    accepted = [one for one in older if one.state is DocumentState.CHECKED]
    return (accepted or older)[-1].id if older else None


def standing_formers(files: Sequence[PlacedFile]) -> Mapping[UUID, UUID]:
    """Return, by the id of each present file that is not accepted, the one that stands instead."""
    found = {}
    for file in files:
        former = None if file.is_removed else standing_former(file, files)
        if former is not None:
            found[file.id] = former
    return found


def overtaken(files: Sequence[PlacedFile]) -> frozenset[UUID]:
    """Return the unfinished files in whose stead a newer one was sent that is unfinished too."""
    return frozenset(
        older.id
        for newer in files
        if not newer.is_removed and not newer.state.is_final
        for older in sharing_place(newer, files)
        if _is_newer(newer, older) and not older.state.is_final
    )


def _in_order(files: Iterable[PlacedFile]) -> list[PlacedFile]:
    return sorted(files, key=lambda one: (one.created_at, str(one.id)))


def _is_newer(one: PlacedFile, other: PlacedFile) -> bool:
    return (one.created_at, str(one.id)) > (other.created_at, str(other.id))
