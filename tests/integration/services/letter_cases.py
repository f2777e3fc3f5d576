"""Letters for tests: written without signing in, confirmed, answered."""

from typing import Any
from uuid import UUID

from review_service.db.models import LetterRow
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.letters import LetterKind
from review_service.domain.numbering import link_token
from review_service.services.letters import answering, writing
from review_service.services.letters.writing import LetterRules, WrittenLetter
from tests.factories import RUC, SECRET, Office
from tests.integration.services import steps

RULES = LetterRules(rulebook=read_rulebook(None))
BODY = "Esperé dos horas en la oficina de Ambato y nadie me atendió."
ANSWER = "Lamentamos la espera. Desde el lunes hay dos personas en esa ventanilla."
ADDRESS = "rosa@correo.example"


def new_letter(kind: LetterKind = LetterKind.COMPLAINT, **more: Any) -> WrittenLetter:  # noqa: ANN401 -- any field
    """Return what somebody writes."""
    return WrittenLetter(
        **{"kind": kind, "body": BODY, "name": "Rosa Quishpe", "email": ADDRESS, **more}
    )


def write(office: Office, kind: LetterKind = LetterKind.COMPLAINT, **more: Any) -> UUID:  # noqa: ANN401 -- any field
    """Write without signing in."""
    written = writing.write(
        office.writing(), new_letter(kind, **more), network="192.0.2.7", secret_key=SECRET
    )
    return written.letter_id


def write_signed_in(
    office: Office,
    kind: LetterKind = LetterKind.COMPLAINT,
    ruc: str = RUC,
    **more: Any,  # noqa: ANN401 -- any field
) -> UUID:
    """Write as who is signed in."""
    return writing.write_signed_in(
        office.writing(), new_letter(kind, **more), ruc=ruc, secret_key=SECRET, rules=RULES
    )


def confirm(office: Office, letter_id: UUID) -> str:
    """Press the button behind the mailed link."""
    token = link_token(SECRET, letter_id)
    return writing.confirm(office.writing(), token=token, rules=RULES).number


def received(office: Office, kind: LetterKind = LetterKind.COMPLAINT, **more: Any) -> UUID:  # noqa: ANN401 -- any field
    """Write and confirm."""
    letter_id = write(office, kind, **more)
    confirm(office, letter_id)
    return letter_id


def answer(
    office: Office, letter_id: UUID, officer: UUID, text: str = ANSWER, seen: str | None = None
) -> None:
    """Answer as an officer."""
    answering.answer(
        office.writing(), letter_id=letter_id, officer_id=officer, text=text, seen=seen
    )


def letter(office: Office, letter_id: UUID) -> LetterRow:
    """Return the letter as it is stored."""
    return steps.stored(office, LetterRow, letter_id)
