"""Prints each receipt once: it says what was sent, which does not change."""

import hashlib
from collections.abc import Callable
from uuid import UUID

import sqlalchemy as sa

from review_service.db.engine import insert_if_absent
from review_service.db.models import ReceiptRow
from review_service.db.unit_of_work import UnitFactory
from review_service.domain.receipts import Receipt


def printed(
    reading: UnitFactory,
    writing: UnitFactory,
    receipt: Receipt,
    *,
    application_id: UUID,
    render: Callable[[Receipt], bytes],
    edition: str,
) -> bytes:
    """Return the PDF of a receipt: the one that is kept, or a new one, which is kept from now on.

    ``edition`` is that of the renderer: another one prints differently.
    """
    digest = hashlib.sha256(f"{edition}\n{receipt!r}".encode()).hexdigest()
    with reading() as uow:
        kept = uow.session.get(ReceiptRow, application_id)
        if kept is not None and kept.digest == digest:
            return kept.content
    content = render(receipt)
    with writing() as uow:
        insert_if_absent(
            uow.session,
            ReceiptRow,
            application_id=application_id,
            digest=digest,
            content=content,
            made_at=uow.now,
        )
        uow.session.execute(
            sa.update(ReceiptRow)
            .where(ReceiptRow.application_id == application_id, ReceiptRow.digest != digest)
            .values(digest=digest, content=content, made_at=uow.now)
            .execution_options(synchronize_session=False)
        )
        uow.commit()
    return content
