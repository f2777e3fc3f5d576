"""The letters of the demonstration: of each kind, one late and one answered."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from review_service.bootstrap import Container
from review_service.db.models import LetterRow, OfficerRow
from review_service.demo.story.drafting import EarlierUnit
from review_service.domain.letters import DataRequest, LetterKind
from review_service.domain.numbering import link_token
from review_service.samples.accounts import STORY_OFFICER
from review_service.services.letters import answering, writing
from review_service.services.letters.receipt import LetterRules
from review_service.services.letters.writing import WrittenLetter

NETWORK: Final = "192.0.2.1"
ANSWER: Final = (
    "Gracias por avisar. Ese día el sistema de la oficina estuvo en mantenimiento.\n"
    "Desde el lunes el horario se anuncia en la puerta y en esta página."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleLetter:
    """One letter, how many days ago it was written, and its answer."""

    letter: WrittenLetter
    days_ago: int
    answer: str = ""


LETTERS: Final = (
    SampleLetter(
        letter=WrittenLetter(
            kind=LetterKind.COMPLAINT,
            body="Fui a la oficina de Ambato a las 10h00 y estaba cerrada. Nadie avisó.",
            name="Rosa Quishpe",
            email="rosa.quishpe@correo.example",
        ),
        days_ago=30,
        answer=ANSWER,
    ),
    SampleLetter(
        letter=WrittenLetter(
            kind=LetterKind.FALSE_DOCUMENT,
            body="Un proveedor me mostró un certificado con otro nombre en el código QR.",
            name="Luis Cabrera",
            email="luis.cabrera@correo.example",
            about="RUM-2026-000999",
        ),
        days_ago=20,
    ),
    SampleLetter(
        letter=WrittenLetter(
            kind=LetterKind.PERSONAL_DATA,
            request=DataRequest.RECTIFICATION,
            body="Mi dirección cambió: ahora trabajo en la calle Larga 4-20, en Cuenca.",
            name="Ana Lucero",
            email="ana.lucero@correo.example",
        ),
        days_ago=2,
    ),
    SampleLetter(
        letter=WrittenLetter(
            kind=LetterKind.APPEAL,
            body="No estoy de acuerdo con la negativa: el taller es mío y trabajo a mano.",
            name="Pedro Shiguango",
            email="pedro.shiguango@correo.example",
            about="AR-2026-000001",
        ),
        days_ago=1,
    ),
)


def send_missing(container: Container) -> int:
    """Write the letters whose address has written none yet; return how many."""
    with container.reading() as uow:
        known = set(uow.session.scalars(sa.select(LetterRow.email)))
    missing = [each for each in LETTERS if each.letter.email not in known]
    for each in missing:
        _send(container, each)
    return len(missing)


def _send(container: Container, sample: SampleLetter) -> None:
    back, secret_key = timedelta(days=sample.days_ago), container.settings.secret_key
    letter_id = writing.write(
        EarlierUnit(container, back), sample.letter, network=NETWORK, secret_key=secret_key
    ).letter_id
    rules = LetterRules(rulebook=container.rulebook, seat=container.institution().place)
    token = link_token(secret_key, letter_id)
    writing.confirm(EarlierUnit(container, back), token=token, rules=rules)
    if sample.answer:
        with container.reading() as uow:
            officer_id = uow.session.execute(
                sa.select(OfficerRow.id).where(OfficerRow.user_name == STORY_OFFICER.user_name)
            ).scalar_one()
        answering.answer(
            EarlierUnit(container, back - timedelta(days=3)),
            letter_id=letter_id,
            officer_id=officer_id,
            text=sample.answer,
        )
