"""Validates RUC and cédula: structure and check digits (computed by the stdnum library).

Source: the service's design notes, «RUC and cédula». Natural persons are held to the check digit;
companies and public bodies only to structure, because the SRI has issued numbers without a check
digit since 2021, and the registry decides there.
"""

from dataclasses import dataclass
from enum import StrEnum

from stdnum.ec import ci

from review_service.domain.identifiers import as_digits, identity_digits
from review_service.domain.wording import gettext_noop, shown_domain

RUC_DIGITS = 13
CEDULA_DIGITS = 10
"""A natural person's RUC begins with the cédula."""
HEAD_ESTABLISHMENT = "001"
PROVINCES = frozenset({*range(1, 25), 30})
PUBLIC_DIGIT = 6
COMPANY_DIGIT = 9
MAX_PERSON_DIGIT = 6
PUBLIC_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2, 1)
"""Modulus 11 of a public body's first nine digits, check digit included."""


class RucKind(StrEnum):
    """Who holds a RUC, by its third digit."""

    PERSON = "person"
    PUBLIC = "public"
    COMPANY = "company"


class RucProblem(StrEnum):
    """Why a number cannot be a RUC."""

    LENGTH = "length"
    PROVINCE = "province"
    KIND = "kind"
    ESTABLISHMENT = "establishment"
    CHECK_DIGIT = "check_digit"

    @property
    def sentence(self) -> str:
        """What to do, for the applicant."""
        if self is RucProblem.LENGTH:
            return gettext_noop("El RUC tiene 13 números. Revíselo y escríbalo otra vez.")
        return gettext_noop(
            "Ese número no corresponde a un RUC. Cópielo tal como consta en su RUC del SRI."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RucCheck:
    """What the digits of a RUC say, without asking the registry."""

    digits: str
    kind: RucKind | None
    problem: RucProblem | None


def check_ruc(text: str) -> RucCheck:
    """Validate a typed RUC; its label, spaces, dots and hyphens are ignored."""
    digits = identity_digits(text)
    if len(digits) != RUC_DIGITS or not (digits.isascii() and digits.isdigit()):
        return RucCheck(digits=digits, kind=None, problem=RucProblem.LENGTH)
    if int(digits[:2]) not in PROVINCES:
        return RucCheck(digits=digits, kind=None, problem=RucProblem.PROVINCE)
    kind, problem = _judge(digits)
    return RucCheck(digits=digits, kind=kind, problem=problem)


def cedula_of(text: str) -> str | None:
    """Return the ten digits of a typed cédula or of a natural person's RUC, None for others.

    Label, spaces, dots and hyphens are forgiven; the check digit is not.
    """
    digits = identity_digits(text)
    if len(digits) not in (CEDULA_DIGITS, RUC_DIGITS) or not (
        digits.isascii() and digits.isdigit()
    ):
        return None
    if len(digits) == RUC_DIGITS:
        checked = check_ruc(digits)
        if checked.problem is not None or checked.kind is not RucKind.PERSON:
            return None
    cedula = digits[:CEDULA_DIGITS]
    right = int(cedula[:2]) in PROVINCES and int(cedula[2]) <= MAX_PERSON_DIGIT
    return cedula if right and ci.is_valid(cedula) else None


def _judge(digits: str) -> tuple[RucKind | None, RucProblem | None]:
    third = int(digits[2])
    if third == PUBLIC_DIGIT and _is_public_number(digits):
        return RucKind.PUBLIC, _suffix_problem(digits, width=4)
    if third <= MAX_PERSON_DIGIT and ci.is_valid(digits[:10]):
        return RucKind.PERSON, _suffix_problem(digits, width=3)
    if third == PUBLIC_DIGIT:
        return RucKind.PUBLIC, _suffix_problem(digits, width=4)
    if third == COMPANY_DIGIT:
        return RucKind.COMPANY, _suffix_problem(digits, width=3)
    if third < PUBLIC_DIGIT:
        return RucKind.PERSON, RucProblem.CHECK_DIGIT
    return None, RucProblem.KIND


def _is_public_number(digits: str) -> bool:
    # Some foreigners' numbers have a 6 there too; the public check digit tells them apart.
    total = sum(weight * int(digit) for weight, digit in zip(PUBLIC_WEIGHTS, digits, strict=False))
    return total % 11 == 0


def _suffix_problem(digits: str, *, width: int) -> RucProblem | None:
    return RucProblem.ESTABLISHMENT if int(digits[-width:]) == 0 else None


def meant_ruc(text: str) -> str | None:
    """Return the RUC that a text which is none may mean, judged by its form alone.

    A cédula means its RUC, and look-alike letters mean digits; who is registered is not asked.
    """
    if check_ruc(text).problem is None:
        return None
    digits = as_digits(text)
    whole = f"{digits}{HEAD_ESTABLISHMENT}" if len(digits) == CEDULA_DIGITS else digits
    return whole if check_ruc(whole).problem is None else None


def mask_ruc(ruc: str) -> str:
    """Hide the middle digits of a natural person's RUC; companies' RUCs stay complete."""
    if check_ruc(ruc).kind is not RucKind.PERSON:
        return ruc
    return f"{ruc[:4]}••••••{ruc[-3:]}"


def mask_cedula(cedula: str) -> str:
    """Hide the middle of a cédula."""
    return f"{cedula[:2]}••••••{cedula[-2:]}"


def mask_email(address: str) -> str:
    """Show enough of an address to recognise one's own, such as ``ma•••@gmail.com``."""
    name, _, host = address.rpartition("@")
    shown = name[:2] if len(name) > 2 else name[:1]  # noqa: PLR2004 -- two letters, or one of two
    return f"{shown}•••@{shown_domain(host)}"
