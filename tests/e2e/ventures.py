"""Emprendedores of the gallery: without papers, with papers to mend, and in officers' hands."""

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from review_service.db.models import ApplicationRow
from review_service.domain.applications import ItemVerdict, ReviewItem
from review_service.domain.documents import SupportKind
from review_service.domain.terms import ecuador_today
from review_service.samples.support_papers import paper
from review_service.services.findings.support_documents import is_settled
from review_service.services.review import reviewing
from tests.e2e.businesses import confirm
from tests.ventures import open_venture, owner_of, send_paper

if TYPE_CHECKING:
    from tests.e2e.gallery import Gallery

EMPTY, TO_MEND, REFERRED, ACCEPTED = (
    "venture", "venture_to_mend", "venture_referred", "venture_accepted",
)  # fmt: skip
IESS, SRI, PAYROLL = (
    SupportKind.EMPLOYER_CERTIFICATE,
    SupportKind.TAX_CERTIFICATE,
    SupportKind.PAYROLL,
)
CHECK_SECONDS = 60
RECENT, OLD = 2, 120


def bring(gallery: "Gallery") -> None:
    """Make them through the services; the workers read the papers."""
    for name, papers in (
        (EMPTY, {}),
        (TO_MEND, {IESS: (SRI, RECENT), PAYROLL: (PAYROLL, RECENT)}),
        (REFERRED, {IESS: (IESS, RECENT), SRI: (SRI, OLD), PAYROLL: (PAYROLL, RECENT)}),
        (ACCEPTED, {IESS: (IESS, OLD), SRI: (SRI, RECENT), PAYROLL: (PAYROLL, RECENT)}),
    ):
        _open(gallery, name, papers)
    for name in (REFERRED, ACCEPTED):
        stack = gallery.stack
        confirm(stack.container, stack.office, gallery.ids[name], gallery.owners[name])
    _accept_all(gallery, gallery.ids[ACCEPTED])


def _open(
    gallery: "Gallery", name: str, papers: Mapping[SupportKind, tuple[SupportKind, int]]
) -> None:
    """Open a draft and send papers: by place, which one and how many days old."""
    office, container = gallery.stack.office, gallery.stack.container
    owner = gallery.stack.newcomer()
    person = owner_of(owner.ruc, owner.name)
    application_id = open_venture(office, owner.ruc)
    for place, (kind, days_old) in papers.items():
        content = paper(person, kind, issued_on=ecuador_today() - timedelta(days=days_old))
        file_name = f"{kind.slug}.pdf"
        send_paper(container, application_id, place, content, ruc=owner.ruc, name=file_name)
    gallery.ids[name], gallery.owners[name] = application_id, owner.ruc
    _wait_for_reading(gallery, application_id)


def _wait_for_reading(gallery: "Gallery", application_id: UUID) -> None:
    deadline = time.monotonic() + CHECK_SECONDS
    while time.monotonic() < deadline:
        with gallery.stack.office.reading() as uow:
            if is_settled(uow, application_id):
                return
        time.sleep(0.2)
    raise AssertionError("the papers were not read in time")


def _version(gallery: "Gallery", application_id: UUID) -> int:
    with gallery.stack.office.reading() as uow:
        return uow.session.get_one(ApplicationRow, application_id).version


def _accept_all(gallery: "Gallery", application_id: UUID) -> None:
    office = gallery.stack.office
    for item in (ReviewItem.DATA_SHEET, *(ReviewItem(kind.value) for kind in (IESS, SRI, PAYROLL))):
        reviewing.judge(
            office.writing(),
            application_id=application_id,
            officer_id=gallery.officer.id,
            version=_version(gallery, application_id),
            item=item,
            verdict=ItemVerdict.ACCEPTED,
        )
