"""Letters for tests: written without signing in, confirmed, answered."""

from io import BytesIO
from typing import Any
from uuid import UUID

from review_service.db.models import LetterRow
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.letters import LetterKind
from review_service.domain.limits import UploadLimits
from review_service.domain.numbering import link_token
from review_service.domain.refusals import RefusalReason
from review_service.domain.work import TaskKind
from review_service.services.letters import answering, photos, writing
from review_service.services.letters.photos import SentPhoto
from review_service.services.letters.receipt import LetterRules
from review_service.services.letters.writing import WrittenLetter
from tests.factories import RUC, SECRET, Office
from tests.integration.services import steps
from tests.integration.services.steps import JPEG

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


def send_photo(
    office: Office, letter_id: UUID, content: bytes = JPEG, name: str = "papel.jpg"
) -> None:
    """Send a photo of a false document from the page of its letter."""
    photos.receive(
        office.writing,
        office.store,
        token=link_token(SECRET, letter_id),
        photo=SentPhoto(file_name=name, stream=BytesIO(content)),
        limits=UploadLimits(),
    )


def check_photo(office: Office, refusal: RefusalReason | None = None) -> None:
    """End the only check of a photo that waits, as if the sandbox had said so."""
    (lease,) = steps.leases(office, TaskKind.CHECK_LETTER_PHOTO)
    file = photos.begin(office.reading(), lease.subject_id)
    assert file is not None
    made = None
    if refusal is None:
        made = office.store.put(f"derived/{lease.subject_id}/foto.jpg", BytesIO(JPEG + b"made"))
    assert photos.finish(office.writing(), lease, checked=file.key, made=made, refusal=refusal)
    office.store.delete(file.key)


def photographed(office: Office, **more: Any) -> UUID:  # noqa: ANN401 -- any field
    """Return a received warning whose photo was kept."""
    letter_id = received(office, LetterKind.FALSE_DOCUMENT, **more)
    send_photo(office, letter_id)
    check_photo(office)
    return letter_id
