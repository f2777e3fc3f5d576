"""Papers that the State holds itself: where each comes from, what a register said, its doubts.

The answer is kept beside the application (``registry_facts``) as plain JSON values.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, Self

from review_service.domain.documents import SupportKind
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Severity
from review_service.domain.reports import SupportField
from review_service.domain.support_comparison import ReadValue
from review_service.domain.support_papers import Doubt, PaperRead, doubts
from review_service.domain.terms import ecuador_day
from review_service.domain.wording import clock, enumeration, long_date

KEY: Final = "papers"
"""Where the answers stand among the register's facts."""
CERTAIN: Final = 100.0
"""Confidence of a value that nobody had to read."""


class PaperSource(StrEnum):
    """Where a paper comes from, by the rule that asks for it."""

    APPLICANT = "applicant"
    LOOKED_UP = "looked_up"
    """Only from the institution that holds it; the applicant is asked for none."""
    EITHER = "either"
    """Looked up first; the applicant may send what was not found."""

    @property
    def is_looked_up(self) -> bool:
        """Whether a register is asked."""
        return self is not PaperSource.APPLICANT


class Found(StrEnum):
    """How a register answered."""

    HELD = "held"
    NOTHING = "nothing"
    SILENT = "silent"
    """It did not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPaper:
    """What an institution holds of a taxpayer: the values that are read of such a paper."""

    institution: str
    """Short name, such as «IESS»."""
    reference: str
    """The institution's own number for it; may be empty."""
    holder: str
    issued_on: date
    """The day of which it speaks."""
    valid_until: date | None = None
    workers: int | None = None
    owes: bool = False
    """Whether it says that obligations are outstanding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a register said of one paper of one taxpayer, and when."""

    kind: SupportKind
    comes_from: PaperSource
    """What the rule said when it was asked."""
    found: Found
    asked_at: datetime
    """When it said so."""
    tried_at: datetime
    """When it was last asked: later than ``asked_at`` where it is silent now."""
    ruc: str
    paper: HeldPaper | None = None
    """Set if and only if it is held."""

    @property
    def may_be_sent(self) -> bool:
        """Whether the applicant may send the paper, before anybody asks to correct it."""
        is_held = self.found is Found.HELD
        return self.comes_from is PaperSource.APPLICANT or (
            self.comes_from is PaperSource.EITHER and not is_held
        )

    @property
    def told(self) -> str:
        """One sentence for applicants and officers: what was found, where and when."""
        when = f"{long_date(self.asked_at)} a las {clock(self.asked_at)}"
        if self.paper is None:
            said = "no respondió" if self.found is Found.SILENT else "no lo tiene"
            return f"Consultado el {when}: {institution_of(self.kind)} {said}."
        reference = f", referencia {self.paper.reference}" if self.paper.reference else ""
        silent = "" if self.tried_at == self.asked_at else " Ahora no responde."
        return (
            f"Lo tiene {self.paper.institution}, del {long_date(self.paper.issued_on)}{reference}. "
            f"Consultado el {when}.{silent}"
        )

    @property
    def values(self) -> Mapping[SupportField, str]:
        """Return what is held as text, named as what is read of a paper is."""
        if self.paper is None:
            return {}
        paper, until = self.paper, self.paper.valid_until
        told = {
            SupportField.RUC: self.ruc,
            SupportField.HOLDER: paper.holder,
            SupportField.ISSUED_ON: paper.issued_on.isoformat(),
            SupportField.VALID_UNTIL: until.isoformat() if until else "",
            SupportField.WORKERS: "" if paper.workers is None else str(paper.workers),
        }
        return {name: text for name, text in told.items() if text}

    @property
    def shown(self) -> Mapping[str, str]:
        """Return what an officer judges of it, by name; empty where nothing is held."""
        if self.paper is None:
            return {}
        told = {name.value: text for name, text in self.values.items()}
        state = "owes" if self.paper.owes else "in_order"
        return {
            **told,
            "institution": self.paper.institution,
            "reference": self.paper.reference,
            "state": state,
        }

    def as_read(self) -> PaperRead:
        """Return it as if it had been read of a paper, every value with certainty."""
        owes = self.paper is not None and self.paper.owes
        return PaperRead(
            recognised_as=self.kind,
            values={
                name.value: ReadValue(value=text, confidence=CERTAIN)
                for name, text in self.values.items()
            },
            findings=((FindingCode.SUPPORT_DEBT.value, Severity.BAD),) if owes else (),
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        paper = self.paper
        return {
            "comes_from": self.comes_from.value,
            "found": self.found.value,
            "asked_at": self.asked_at.isoformat(),
            "tried_at": self.tried_at.isoformat(),
            "ruc": self.ruc,
            "paper": paper
            and {
                "institution": paper.institution,
                "reference": paper.reference,
                "holder": paper.holder,
                "issued_on": paper.issued_on.isoformat(),
                "valid_until": paper.valid_until and paper.valid_until.isoformat(),
                "workers": paper.workers,
                "owes": paper.owes,
            },
        }

    @classmethod
    def from_json(cls, kind: SupportKind, plain: Mapping[str, Any]) -> Self:
        """Undo ``to_json``."""
        paper = plain["paper"]
        until = paper and paper["valid_until"]
        return cls(
            kind=kind,
            comes_from=PaperSource(plain["comes_from"]),
            found=Found(plain["found"]),
            asked_at=datetime.fromisoformat(plain["asked_at"]),
            tried_at=datetime.fromisoformat(plain["tried_at"]),
            ruc=str(plain["ruc"]),
            paper=paper
            and HeldPaper(
                institution=paper["institution"],
                reference=paper["reference"],
                holder=paper["holder"],
                issued_on=date.fromisoformat(paper["issued_on"]),
                valid_until=date.fromisoformat(until) if until else None,
                workers=paper["workers"],
                owes=paper["owes"],
            ),
        )


def answers_in(facts: Mapping[str, Any]) -> Mapping[SupportKind, Answer]:
    """Return the answers that are kept among the register's facts, in the order of the page."""
    kept: Mapping[str, Any] = facts.get(KEY) or {}
    return {kind: Answer.from_json(kind, kept[kind]) for kind in SupportKind if kind in kept}


def with_answers(facts: Mapping[str, Any], answers: Mapping[SupportKind, Answer]) -> dict[str, Any]:
    """Return the facts with these answers in place of all others."""
    told = {kind.value: answer.to_json() for kind, answer in answers.items()}
    without = {name: value for name, value in facts.items() if name != KEY}
    return {**without, KEY: told} if told else without


def merged(
    former: Mapping[SupportKind, Answer], new: Mapping[SupportKind, Answer]
) -> Mapping[SupportKind, Answer]:
    """Return the new answers; where a register is silent, what it said before with its hour."""
    found = {}
    for kind, answer in new.items():
        before = former.get(kind)
        stays = answer.found is Found.SILENT and before is not None and before.paper is not None
        if stays and before is not None:
            found[kind] = replace(before, comes_from=answer.comes_from, tried_at=answer.tried_at)
        else:
            found[kind] = answer
    return found


def doubts_on_answer(
    answer: Answer,
    *,
    holder: str,
    employees: int | None,
    on: date,
    document: Mapping[str, Any] | None = None,
) -> tuple[Doubt, ...]:
    """Return what is not sure about a paper that is held, as ``support_papers.doubts`` does.

    The applicant is told all of it: nobody could forge what the institution says. Not held: the one
    doubt is that.
    """
    if answer.found is not Found.HELD:
        return (_not_held(answer),)
    found = doubts(
        answer.kind,
        answer.as_read(),
        ruc=answer.ruc,
        holder=holder,
        employees=employees,
        on=on,
        document=document,
    )
    told = [replace(doubt, told=doubt.sentence) for doubt in found]
    asked_on = ecuador_day(answer.asked_at)
    if asked_on != on:
        sentence = (
            f"{answer.kind.label}: no se pudo consultar hoy a {_source(answer)}; lo que se sabe es "
            f"del {long_date(asked_on)}."
        )
        told.append(Doubt(code=FindingCode.SUPPORT_SOURCE_SILENT, sentence=sentence, told=sentence))
    return tuple(told)


def institution_of(kind: SupportKind) -> str:
    """Return who holds such papers, with its article."""
    return {
        SupportKind.DEED: "el registro de empresas",
        SupportKind.EMPLOYER_CERTIFICATE: "el IESS",
        SupportKind.TAX_CERTIFICATE: "el SRI",
        SupportKind.PAYROLL: "el IESS",
    }[kind]


def unlisted_sentence(kinds: Collection[SupportKind]) -> str:
    """Tell an operator which papers are to be looked up in no list; empty text for none."""
    if not kinds:
        return ""
    told = enumeration([kind.short_label for kind in SupportKind if kind in kinds])
    return (
        f"Las reglas dicen que se consulta {told}, y nadie ha entregado esa lista: impórtela con "
        "«review-service papers import», o cambie comes_from en [[required_papers]]."
    )


def _source(answer: Answer) -> str:
    return answer.paper.institution if answer.paper else institution_of(answer.kind)


def _not_held(answer: Answer) -> Doubt:
    is_silent = answer.found is Found.SILENT
    said = "no respondió cuando se le consultó" if is_silent else "no lo tiene"
    sentence = f"{answer.kind.label}: {institution_of(answer.kind)} {said}."
    code = FindingCode.SUPPORT_SOURCE_SILENT if is_silent else FindingCode.SUPPORT_NOT_HELD
    return Doubt(code=code, sentence=sentence, told=sentence)
