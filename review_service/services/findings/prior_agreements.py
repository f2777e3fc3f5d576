"""Compares a prior agreement with our register and the application: file, QR, then text.

The applicant sees none of these findings: a forger must not be able to try out forgeries.
"""

from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa

from review_service.db.models import AgreementProofRow, ApplicationRow, DocumentRow, FieldRow
from review_service.db.prior_proofs import (
    KnownAgreement,
    KnownCertificate,
    Proof,
    SeenCode,
    later_number,
    proof_of,
    recognise,
)
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Severity
from review_service.domain.prior_comparison import (
    asked_number,
    judge,
    judge_any,
    key_of,
    unconfirmed_number,
)
from review_service.domain.prior_proofs import CodeOutcome, stored_code
from review_service.domain.prior_standing import PriorStanding
from review_service.domain.reports import (
    AgreementField,
    DocumentReport,
    FieldOutcome,
    SignatureOutcome,
)
from review_service.domain.terms import ecuador_day
from review_service.domain.wording import long_date, told_value
from review_service.services.findings.compared_findings import add

SURE: Final = 100.0
"""Confidence of values that were not read by OCR, 0 to 100."""
MAX_CODES: Final = 8
"""QR codes kept of one paper; ours has one."""
FREE_WORDS: Final = frozenset({AgreementField.ACTIVITY, AgreementField.MINISTRIES})
"""Fields with free wording: a difference is a doubt, not an alert."""

Fields = Mapping[str, FieldRow]


def keep_proof(
    uow: UnitOfWork, document: DocumentRow, report: DocumentReport, *, public_host: str
) -> None:
    """Store what QR codes and signature of the paper prove, without the secret in the QR code."""
    session = uow.session
    session.execute(
        sa.delete(AgreementProofRow).where(AgreementProofRow.document_id == document.id)
    )
    signature = report.signature
    session.add(
        AgreementProofRow(
            document_id=document.id,
            codes=[
                stored_code(code, public_host=public_host).to_json()
                for code in report.codes[:MAX_CODES]
            ],
            signature=signature.outcome if signature else None,
            signer=signature.signer if signature else "",
            signed_at=signature.signed_at if signature else None,
        )
    )


def compare(uow: UnitOfWork, row: ApplicationRow, document: DocumentRow) -> None:
    """Replace the findings on one prior agreement's values, inside the caller's transaction."""
    fields = {
        field.name: field
        for field in uow.session.execute(
            sa.select(FieldRow).where(FieldRow.document_id == document.id)
        ).scalars()
    }
    proof = proof_of(uow.session, document)
    comparison = _Comparison(uow, row, document, fields, proof)
    comparison.say_proof()
    known = comparison.known
    if known is None:
        comparison.judge_unregistered()
    else:
        comparison.judge_known(known)
        comparison.say_state(known)
    comparison.say_differences()


class _Comparison:
    """One comparison of one paper."""

    def __init__(
        self,
        uow: UnitOfWork,
        row: ApplicationRow,
        document: DocumentRow,
        fields: Fields,
        proof: Proof | None,
    ) -> None:
        self.uow, self.row, self.document, self.fields = uow, row, document, fields
        self.proof = proof
        self.number = fields.get(AgreementField.NUMBER)
        self.recognised = recognise(uow.session, proof, fields, ruc=row.ruc)
        self.known, self.certificate = self.recognised.agreement, self.recognised.certificate

    def say_proof(self) -> None:
        """Add findings against the signature and the QR codes."""
        if self.proof is None:
            return
        self._say_signature(self.proof)
        for code in self.proof.codes:
            self._say_code(code)

    def _say_signature(self, proof: Proof) -> None:
        if proof.signature is SignatureOutcome.ALTERED:
            self._add(
                FindingCode.PRIOR_AGREEMENT_ALTERED,
                Severity.BAD,
                "El archivo fue cambiado después de la firma electrónica.",
            )
        elif proof.signature is None:
            self._add(
                FindingCode.PRIOR_AGREEMENT_SIGNATURE_UNREAD,
                Severity.DOUBT,
                "El archivo trae una firma electrónica que no se pudo comprobar.",
            )
        elif proof.signature is SignatureOutcome.VALID and not proof.is_untouched:
            self._add(
                FindingCode.PRIOR_AGREEMENT_NOT_ISSUED,
                Severity.DOUBT,
                "La firma es válida, pero el archivo no es ninguno de los que emitimos.",
            )

    def _say_code(self, code: SeenCode) -> None:
        if code.outcome in {CodeOutcome.UNKNOWN, CodeOutcome.ELSEWHERE}:
            place = f": {code.host}" if code.outcome is CodeOutcome.ELSEWHERE else ""
            self._add(
                FindingCode(f"prior_agreement_code_{code.outcome.value}"),
                Severity.BAD,
                f"{code.outcome.label}{place}.",
                page=code.page,
            )
        other = ""
        if code.agreement is not None and self._names_other(code.agreement):
            other = f"Acuerdo {code.agreement.number}"
        elif code.certificate is not None and self._is_other(code.certificate):
            other = f"certificado RUM {code.certificate.number}"
        if other:
            read = self.number.value if self.number else ""
            self._add(
                FindingCode.PRIOR_AGREEMENT_CODE_OF_OTHER,
                Severity.BAD,
                f"El QR es del {other}; el papel dice «{read}».",
                page=code.page,
            )

    def _is_other(self, certificate: KnownCertificate) -> bool:
        """Whether the paper is known to be another document than this certificate."""
        if self.certificate is not None:
            return self.certificate.number != certificate.number
        return self.known is not None

    def _names_other(self, known: KnownAgreement) -> bool:
        """Whether the file, or the number if read with confidence, is of another agreement."""
        if self.proof is not None and self.proof.is_untouched:
            return self.proof.file is None or self.proof.file.number != known.number
        number = self.number
        if number is None:
            return False
        outcome = judge(AgreementField.NUMBER, number.value, number.confidence, known.number)
        return outcome is FieldOutcome.DIFFERS

    def judge_unregistered(self) -> None:
        """Compare what needs no register: the person and the RUC of the application."""
        for field in self.fields.values():
            field.outcome, field.expected = FieldOutcome.UNREADABLE, ""
        self._judge(AgreementField.RUC, (self.row.ruc,))
        self._judge(AgreementField.HOLDER, (self.row.holder,))
        if self.certificate is not None:
            self._add(
                FindingCode.PRIOR_AGREEMENT_IS_CERTIFICATE,
                Severity.DOUBT,
                f"Es el certificado RUM {self.certificate.number}, del RUC "
                f"{self.certificate.ruc}, que emitimos: no es un Acuerdo.",
            )
            return
        self._add(FindingCode.PRIOR_AGREEMENT_UNKNOWN, Severity.DOUBT, self._unknown())

    def _unknown(self) -> str:
        """Say why no entry stands beside the paper: unread, in doubt, or not in the register."""
        number = self.number
        if number is None:
            return "No se pudo leer el número del Acuerdo anterior."
        if not key_of(number.value, number.confidence):
            asked = asked_number(number.value, number.candidates)
            return f"El número del Acuerdo anterior no se lee con certeza: {asked}"
        if self.recognised.is_unconfirmed:
            return unconfirmed_number(number.value)
        return "El número del Acuerdo anterior no consta en nuestro registro."

    def judge_known(self, known: KnownAgreement) -> None:
        """Compare every field with the register, and the register with the application."""
        for field in self.fields.values():
            field.outcome, field.expected = FieldOutcome.UNREADABLE, ""
        for name in AgreementField:
            self._judge(name, known.expected(name))
        if known.ruc != self.row.ruc:
            self._add(
                FindingCode.PRIOR_AGREEMENT_OF_OTHER,
                Severity.BAD,
                "Según nuestro registro, ese Acuerdo es de otro RUC.",
            )
        elif judge(AgreementField.HOLDER, self.row.holder, SURE, known.holder) is (
            FieldOutcome.DIFFERS
        ):
            self._add(
                FindingCode.PRIOR_AGREEMENT_HOLDER_RENAMED,
                Severity.DOUBT,
                f"El registro tiene ese Acuerdo a nombre de «{known.holder}»; "
                f"la solicitud es de «{self.row.holder}».",
            )

    def say_state(self, known: KnownAgreement) -> None:
        """Add a finding if the agreement was revoked or a later one exists."""
        is_revoked = known.standing(ecuador_day(self.uow.now)) is PriorStanding.REVOKED
        if is_revoked and known.revoked_on is not None:
            self._add(
                FindingCode.PRIOR_AGREEMENT_REVOKED,
                Severity.BAD,
                f"El Acuerdo {known.number} consta como revocado desde el "
                f"{long_date(known.revoked_on)}.",
            )
        later = later_number(self.uow.session, known)
        if later is not None and known.ruc == self.row.ruc:
            self._add(
                FindingCode.PRIOR_AGREEMENT_SUPERSEDED,
                Severity.NOTE,
                f"Hay un Acuerdo posterior del mismo RUC: {later}.",
            )

    def say_differences(self) -> None:
        """Add a finding for each field that differs from what was expected."""
        is_code_other = self.proof is not None and any(
            code.agreement is not None and self._names_other(code.agreement)
            for code in self.proof.codes
        )
        other = "la solicitud" if self.known is None else "el registro"
        for field in self.fields.values():
            is_said = is_code_other and field.name == AgreementField.NUMBER
            if field.outcome != FieldOutcome.DIFFERS or is_said:
                continue
            name = AgreementField(field.name)
            self._add(
                FindingCode(f"prior_agreement_{name.value}_differs"),
                Severity.DOUBT if name in FREE_WORDS else Severity.BAD,
                f"{name.label}: el papel dice «{told_value(field.value)}», "
                f"{other} «{told_value(field.expected)}».",
                page=field.page,
            )

    def _judge(self, name: AgreementField, expected: tuple[str, ...]) -> None:
        field = self.fields.get(name)
        if field is None:
            return
        field.expected = expected[0]
        outcome = judge_any(name, field.value, field.confidence, expected)
        if outcome is FieldOutcome.DIFFERS and self._is_untouched:
            outcome = FieldOutcome.UNREADABLE  # the file is ours: the reader is wrong
        field.outcome = outcome

    @property
    def _is_untouched(self) -> bool:
        return self.proof is not None and self.proof.is_untouched

    def _add(
        self, code: FindingCode, severity: Severity, message: str, *, page: int | None = None
    ) -> None:
        add(
            self.uow,
            self.row,
            code=code,
            severity=severity,
            message=message,
            document_id=self.document.id,
            page=page,
        )
