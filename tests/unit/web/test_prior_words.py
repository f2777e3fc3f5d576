"""What a prior agreement proves is said first, each sentence with its tone."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from review_service.db.prior_proofs import KnownAgreement, KnownBy, Proof, SeenCode
from review_service.db.queries.officer.prior import PriorPaper, ReadValue
from review_service.domain.prior_proofs import CodeOutcome
from review_service.domain.reports import Box, FieldOutcome, SignatureOutcome
from review_service.web.officer.prior_words import proof_lines, value_tag

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
BOX = Box(left=1, top=2, width=3, height=4)
KNOWN = KnownAgreement(
    number="MPCEI-MDT-2023-000117",
    ruc="3000000012001",
    holder="TITUAÑA QUILUMBA MARIA",
    activities=("Tejidos",),
    ministries="",
    issued_on=date(2023, 11, 20),
    valid_until=date(2026, 11, 20),
)
VALUE = ReadValue(
    name="number",
    label="Número",
    value=KNOWN.number,
    registered=KNOWN.number,
    applied="",
    applied_differs=False,
    confidence=95,
    outcome=FieldOutcome.MATCHES,
    position=5,
    document_id=None,
    page_number=1,
    box=BOX,
)
UNSIGNED = Proof(codes=(), signature=SignatureOutcome.ABSENT, signer="", signed_at=None, file=None)
PAPER = PriorPaper(
    proof=UNSIGNED,
    number_read=KNOWN.number,
    known=KNOWN,
    known_by=KnownBy.NUMBER,
    values=(VALUE,),
)


def told(paper: PriorPaper) -> list[str]:
    return [f"{line.tone or '-'}: {line.words}" for line in proof_lines(paper, now=NOW)]


def seen(outcome: CodeOutcome, agreement: KnownAgreement | None = None) -> PriorPaper:
    code = SeenCode(outcome=outcome, host="otra.example", page=2, box=BOX, agreement=agreement)
    return replace(PAPER, proof=replace(UNSIGNED, codes=(code,)), code_positions=(6,))


def test_a_plain_scan_proves_nothing_by_itself() -> None:
    assert told(PAPER) == [
        "-: Sin código QR que se pueda leer.",
        "-: Sin firma electrónica: es una copia o un escaneo.",
        (
            "good: Por el número consta en el registro: MPCEI-MDT-2023-000117, vigente hasta el "
            "20 de noviembre de 2026."
        ),
    ]


@pytest.mark.parametrize(
    ("outcome", "agreement", "words"),
    [
        (CodeOutcome.OURS, KNOWN, "good: El QR es del Acuerdo MPCEI-MDT-2023-000117."),
        (
            CodeOutcome.OURS,
            replace(KNOWN, number="MPCEI-MDT-2025-000901"),
            "bad: El QR es del Acuerdo MPCEI-MDT-2025-000901; el papel lleva otro número.",
        ),
        (CodeOutcome.UNKNOWN, None, "bad: El QR no corresponde a ningún Acuerdo."),
        (
            CodeOutcome.ELSEWHERE,
            KNOWN,
            "bad: El QR lleva a una página que no es la nuestra: otra.example.",
        ),
        (
            CodeOutcome.FOREIGN,
            None,
            "-: Hay un QR que no es de este servicio; no prueba nada.",
        ),
    ],
)
def test_a_qr_is_told_first_with_its_page(
    outcome: CodeOutcome, agreement: KnownAgreement | None, words: str
) -> None:
    paper = seen(outcome, agreement)
    assert told(paper)[0] == words
    assert proof_lines(paper, now=NOW)[0].position == 6


def test_a_qr_is_not_accused_by_a_number_that_nobody_read() -> None:
    other = replace(KNOWN, number="MPCEI-MDT-2025-000901")
    paper = replace(seen(CodeOutcome.OURS, other), number_read="", values=())
    assert told(paper)[0].startswith("good: El QR es del Acuerdo MPCEI-MDT-2025-000901")


@pytest.mark.parametrize(
    ("signature", "words"),
    [
        (SignatureOutcome.VALID, "doubt: Firma válida de «Ana», 20 de noviembre de 2026 a las "),
        (SignatureOutcome.UNTRUSTED, "doubt: Firma de «Ana», 20 de noviembre de 2026 a las 10h00:"),
        (SignatureOutcome.ALTERED, "bad: El archivo fue cambiado después de la firma de «Ana»"),
        (None, "doubt: Trae una firma electrónica que no se pudo comprobar."),
    ],
)
def test_a_signature_is_told_with_who_and_when(
    signature: SignatureOutcome | None, words: str
) -> None:
    proof = replace(UNSIGNED, signature=signature, signer="Ana", signed_at=NOW)
    assert told(replace(PAPER, proof=proof))[1].startswith(words)


def test_our_own_untouched_file_needs_no_other_proof() -> None:
    paper = replace(PAPER, proof=replace(UNSIGNED, file=KNOWN), known_by=KnownBy.FILE)
    assert told(paper)[1:] == [
        "good: El archivo es, sin un solo cambio, el que emitimos: Acuerdo MPCEI-MDT-2023-000117.",
        (
            "good: Por el archivo consta en el registro: MPCEI-MDT-2023-000117, vigente hasta el "
            "20 de noviembre de 2026."
        ),
    ]


def test_what_became_of_a_known_agreement_is_said() -> None:
    known = replace(KNOWN, valid_until=date(2026, 11, 19), revoked_on=date(2024, 3, 1))
    assert told(replace(PAPER, known=known, later="MPCEI-MDT-2025-000901"))[2:] == [
        (
            "-: Por el número consta en el registro: MPCEI-MDT-2023-000117, caducó el 19 de "
            "noviembre de 2026."
        ),
        "bad: Consta como revocado desde el 1 de marzo de 2024.",
        "-: Hay un Acuerdo posterior del mismo RUC: MPCEI-MDT-2025-000901.",
    ]


def test_a_revoked_agreement_is_not_told_as_in_force() -> None:
    known = replace(KNOWN, valid_until=date(2027, 11, 20), revoked_on=date(2024, 3, 1))
    words = "MPCEI-MDT-2023-000117, tenía vigencia hasta el 20 de noviembre de 2027."
    assert words in told(replace(PAPER, known=known))[2]


def test_an_unknown_number_is_a_doubt() -> None:
    unknown = replace(PAPER, known=None, known_by=None)
    assert told(unknown)[-1].startswith("doubt: El número «MPCEI-MDT-2023-000117» no consta")
    assert told(replace(unknown, number_read=""))[-1].startswith("doubt: El número no se lee")


def test_several_numbers_are_told_as_a_question() -> None:
    asked = "¿«MIPRO-2010-0077» o «MIPRO-2010-0071»?"
    paper = replace(PAPER, known=None, known_by=None, number_asked=asked)
    assert told(paper)[-1] == (
        f"doubt: El número no se lee con certeza: {asked} Mire el papel y búsquelo en el registro "
        "con el RUC."
    )


def test_a_number_that_nothing_confirms_is_not_said_to_be_unknown() -> None:
    paper = replace(PAPER, known=None, known_by=None, is_number_unconfirmed=True)
    assert told(paper)[-1] == (
        "doubt: El número se lee «MPCEI-MDT-2023-000117», pero no es seguro, y ni el RUC ni el "
        "titular lo confirman: compruébelo en el papel."
    )


def test_the_older_number_is_told_with_its_role() -> None:
    words = told(replace(PAPER, renewed_number="MIPRO-2010-0077"))
    assert "-: El papel dice que renueva otro Acuerdo: «MIPRO-2010-0077»." in words


def test_a_paper_that_nothing_looked_at_is_told_by_the_register_alone() -> None:
    assert len(told(replace(PAPER, proof=None))) == 1


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (VALUE, "good: Coincide"),
        (replace(VALUE, outcome=FieldOutcome.DIFFERS), "bad: No coincide"),
        (replace(VALUE, applied="x", applied_differs=True), "bad: No coincide"),
        (
            replace(VALUE, outcome=FieldOutcome.UNREADABLE, confidence=59.9),
            "doubt: No es seguro: mire el recorte",
        ),
        (
            replace(VALUE, outcome=FieldOutcome.UNREADABLE, confidence=60),
            "doubt: Sin certeza: compárelos",
        ),
        (replace(VALUE, value=""), "doubt: No se lee"),
        (
            replace(VALUE, registered="", outcome=FieldOutcome.UNREADABLE),
            "quiet: Sin dato para comparar",
        ),
    ],
)
def test_each_value_has_a_word_and_a_tone(value: ReadValue, words: str) -> None:
    tag = value_tag(value)
    assert f"{tag.tone}: {tag.words}" == words


def test_our_file_with_the_qr_of_another_is_told_so() -> None:
    other = replace(KNOWN, number="MPCEI-MDT-2025-000901")
    paper = seen(CodeOutcome.OURS, other)
    assert paper.proof is not None
    whole = replace(paper, proof=replace(paper.proof, file=KNOWN), values=())
    assert told(whole)[0].startswith("bad: El QR es del Acuerdo MPCEI-MDT-2025-000901")
