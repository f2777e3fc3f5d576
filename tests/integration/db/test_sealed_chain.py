"""What the owner of the database can do to the trail, each found by a seal that was given out."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from review_service.adapters.local_store import LocalFileStore
from review_service.adapters.seal_key import SealKey
from review_service.db.audit import GENESIS, PendingEvent, event_hash, verify_chain
from review_service.db.database import Database
from review_service.db.models import ChainHeadRow, EventRow
from review_service.domain.seals import Seal
from review_service.services.upkeep.audit_check import AuditReport, anchors_in, check_audit
from review_service.services.upkeep.kept_seals import Sealing, SealPlace
from review_service.services.upkeep.sealing import BrokenChainError, SealKeeper
from tests.factories import SECRET
from tests.integration.db.test_audit import fill, tamper

SEALED = 10


@pytest.fixture
def parts(tmp_path: Path) -> Sealing:
    """One place beside the database."""
    place = SealPlace(label="carpeta", store=LocalFileStore(tmp_path / "audit"))
    return Sealing(sealer=SealKey.from_secret(SECRET), places=(place,))


@pytest.fixture
def seal(database: Database, parts: Sealing) -> Seal:
    """A seal over ten events, after which the service goes on."""
    fill(database)
    made = SealKeeper(parts, database.writing, database.reading).round()
    assert made is not None
    assert made.statement.sequence == SEALED
    fill(database, 2)
    return made


def recomputed(database: Database, change: Callable[[EventRow], None]) -> Iterator[sa.Executable]:
    """Change rows, and compute every hash anew up to the head: the chain by itself is whole."""
    previous, sequence = GENESIS, 0
    with database.reading() as uow:
        rows = uow.session.scalars(sa.select(EventRow).order_by(EventRow.sequence)).all()
    for row in rows:
        change(row)
        event = PendingEvent(
            actor=row.actor, action=row.action, subject_id=row.subject_id, details=row.details
        )
        sequence = row.sequence
        digest = event_hash(sequence=sequence, at=row.at, event=event, previous=previous)
        yield (
            sa.update(EventRow)
            .where(EventRow.sequence == sequence)
            .values(actor=row.actor, previous_hash=previous, hash=digest)
        )
        previous = digest
    yield sa.update(ChainHeadRow).values(sequence=sequence, hash=previous)


def rewrite(database: Database, at: int) -> None:
    def forge(row: EventRow) -> None:
        if row.sequence == at:
            row.actor = "nobody"

    tamper(database, *recomputed(database, forge))


def cut(database: Database, kept: int) -> None:
    with database.reading() as uow:
        last = uow.session.get(EventRow, kept)
    tamper(
        database,
        sa.delete(EventRow).where(EventRow.sequence > kept),
        sa.update(ChainHeadRow).values(sequence=kept, hash=last.hash if last else GENESIS),
    )


def cut_and_go_on(database: Database) -> None:
    cut(database, 5)
    fill(database, 20)


ATTACKS: dict[str, Callable[[Database], None]] = {
    "computed anew from the first row": lambda database: rewrite(database, 1),
    "computed anew from the sealed row": lambda database: rewrite(database, SEALED),
    "cut, and the head moved": lambda database: cut(database, 9),
    "cut, and others written": cut_and_go_on,
    "emptied": lambda database: cut(database, 0),
}


def report(database: Database, parts: Sealing, *anchors: Seal, beside: bool) -> AuditReport:
    places = parts.places if beside else ()
    return check_audit(database.reading, checker=parts.sealer, places=places, anchors=anchors)


def test_an_honest_chain_holds(database: Database, parts: Sealing, seal: Seal) -> None:
    for found in (
        report(database, parts, beside=True),
        report(database, parts, seal, beside=False),
        check_audit(database.reading, checker=parts.sealer, places=parts.places, only_after=True),
    ):
        assert found.holds, found
        assert (found.newest, found.seals, found.events) == (seal, 1, 14)


@pytest.mark.parametrize("attack", sorted(ATTACKS))
def test_what_the_owner_does_is_found_with_the_anchor_alone(
    database: Database, parts: Sealing, seal: Seal, attack: str
) -> None:
    ATTACKS[attack](database)
    with database.reading() as uow:
        assert list(verify_chain(uow.session)) == [], "by itself the chain seems whole"
    (anchor,) = anchors_in(seal.text)
    found = report(database, parts, anchor, beside=False)
    assert not found.holds
    assert found.links[0].problem in {
        "it is not what was sealed",
        "events that were sealed are gone",
    }


@pytest.mark.parametrize("attack", sorted(ATTACKS))
def test_and_with_the_seals_beside_the_database(
    database: Database, parts: Sealing, seal: Seal, attack: str
) -> None:
    ATTACKS[attack](database)
    assert not report(database, parts, beside=True).holds
    for only_after in (True, False):
        quick = check_audit(
            database.reading,
            checker=parts.sealer,
            places=parts.places,
            only_after=only_after,
        )
        assert not quick.holds
    with pytest.raises(BrokenChainError):
        SealKeeper(parts, database.writing, database.reading).seal_now()
    del seal


def test_what_was_changed_after_the_last_seal_is_found_by_the_next(
    database: Database, parts: Sealing, seal: Seal
) -> None:
    rewrite(database, 12)
    assert report(database, parts, seal, beside=True).holds, "nobody outside knew of these yet"


def test_a_seal_of_another_key_proves_nothing(
    database: Database, parts: Sealing, seal: Seal
) -> None:
    rewrite(database, 1)
    attacker = Sealing(sealer=SealKey.from_secret(SECRET[::-1]), places=())
    forged = SealKeeper(attacker, database.writing, database.reading).seal_now()
    found = report(database, parts, forged, beside=False)
    assert not found.holds
    assert "otra clave" in found.problems[0]
    own_name = Seal(
        statement=forged.statement, public_key=seal.public_key, signature=forged.signature
    )
    found = report(database, parts, own_name, beside=False)
    assert "firma no es válida" in found.problems[0]
