"""The Acuerdo Interministerial: how far issuing has come, and every fact printed on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from review_service.domain import trade_words
from review_service.domain.issued_documents import IssuedKind, IssuedSnapshot


class AgreementState(StrEnum):
    """How far issuing a document has come. Whether it is in force: ``verifying.Verdict``."""

    NUMBERED = "numbered"
    STORED = "stored"
    """Rendered, signed and stored; a signed PDF that is not stored does not count (ADR 0004)."""
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementSnapshot(IssuedSnapshot):
    """Every fact printed on one Acuerdo."""

    kind: ClassVar[IssuedKind] = IssuedKind.AGREEMENT

    trade: str
    """What the artisan makes or does, in words."""
    workshop_address: str
    considerations: tuple[str, ...]
    """The «Que, …» clauses, as the institution file gives them."""
    benefits: tuple[str, ...]
    obligations: tuple[str, ...]
    other_workshops: tuple[str, ...] = ()
    """Of an organisation, besides that of its address."""

    @property
    def shown_work(self) -> str:
        """What the artisan's evidence showed: goods or services."""
        return trade_words.shown_work(self.ciiu)

    @property
    def dated_texts(self) -> Mapping[str, tuple[str, ...]]:
        """Considerations, benefits and obligations."""
        return {
            "considerations": self.considerations,
            "benefits": self.benefits,
            "obligations": self.obligations,
        }

    @property
    def own_facts(self) -> Mapping[str, str]:
        """What an Acuerdo alone prints."""
        others = enumerate(self.other_workshops, start=2)
        return {
            "el oficio": self.trade,
            "la dirección del taller": self.workshop_address,
            **{f"el taller {place}": line for place, line in others},
        }
