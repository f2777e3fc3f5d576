"""Tasks on photos: one PDF from single photos, the search for copies, their text."""

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from functools import cache
from io import BytesIO
from pathlib import Path
from uuid import uuid4

from review_service.bootstrap import Container
from review_service.db import tasks
from review_service.db.tasks import Lease
from review_service.domain.likeness import Enrolled
from review_service.services import stored_files
from review_service.services.findings import assembling, cancelling, photo_texts, resembling
from workers.inspecting.binding import assemble
from workers.inspecting.photo_text import words_in
from workers.photo_index.index import PhotoIndex
from workers.photo_index.proving import chosen, pairs_to_prove, prove
from workers.photo_index.sameness import sameness
from workers.tasks.copies import copy_out, path_of


def assemble_evidence(container: Container, lease: Lease) -> None:
    """Make one PDF of the single photos, for the file and for whoever downloads it."""
    if cancelling.ends_with_case(container.writing(), lease, lease.subject_id):
        return
    photos = assembling.photos_to_assemble(container.reading(), lease.subject_id)
    with ExitStack() as copies:
        files = []
        for photo in photos:
            copy = copies.enter_context(tempfile.TemporaryFile())
            copy_out(container, photo.file, copy)
            files.append((path_of(copy), photo.theme))
        pdf = assemble(files, limits=container.limits) if files else None
    stored = container.store.put(f"originals/{uuid4()}", BytesIO(pdf)) if pdf is not None else None
    assembling.keep(container.writing(), lease, stored)


def find_resembling(container: Container, lease: Lease) -> None:
    """Enrol a document's photos and look for those they resemble, in all that came before."""
    work = container.settings.work

    def read(after: int, upto: int) -> Sequence[Enrolled]:
        with container.writing() as uow:
            tasks.extend_lease(uow, lease, seconds=work.lease_seconds)
            uow.commit()
        return resembling.between(container.reading(), after, upto)

    def read_features(after: int, upto: int) -> Sequence[tuple[int, bytes | None]]:
        with container.writing() as uow:
            tasks.extend_lease(uow, lease, seconds=work.lease_seconds)
            uow.commit()
        return resembling.features_between(container.reading(), after, upto)

    found = resembling.enrol(container.writing(), lease.subject_id)
    index = photo_index(container.settings.data_dir / "photo-index")
    if found.photos:
        index.catch_up(found.last, read)
        index.catch_up_features(found.last, read_features)
    hits = index.search(found.photos)
    offered = index.sharing(found.photos)
    standing = resembling.standing_among(
        container.reading(), lease.subject_id, {each.earlier for each in offered}
    )
    pairs = pairs_to_prove(hits, chosen(offered, standing))
    earlier = {pair.earlier for pair in pairs}
    known = resembling.features_of(container.reading(), earlier) if earlier else {}
    proven = prove(pairs, found.photos, known)
    resembling.keep(
        container.writing(),
        lease,
        found,
        hits,
        sameness=sameness,
        proven=proven,
        rulebook=container.rulebook,
    )


def read_photo_text(container: Container, lease: Lease) -> None:
    """Read the text inside a document's photos, page by page; an option, after all checks."""
    found = {}
    for page in photo_texts.pages_to_read(container.reading(), lease.subject_id):
        words = words_in(stored_files.content(container.writing, container.store, page.image))
        if words is not None:
            found[page.number] = words
        with container.writing() as uow:
            tasks.extend_lease(uow, lease, seconds=container.settings.work.lease_seconds)
            uow.commit()
    photo_texts.keep(container.writing(), lease, found)


@cache
def photo_index(folder: Path) -> PhotoIndex:
    """Return this process's view of the index; it proves the files when it first fills them."""
    return PhotoIndex(folder)
