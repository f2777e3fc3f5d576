"""What a rule is asked, and what it answers: it grants, or says why a person decides. No more.

A rule never refuses (ADR 35): what it cannot grant is a referral.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from review_service.domain.data_sheet import DataSheet
from review_service.domain.documents import SupportKind
from review_service.domain.looked_up import Answer
from review_service.domain.persons import Admission, PersonKind, admission, person_kind
from review_service.domain.rulebook import DatedRule
from review_service.domain.support_papers import PaperRead


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleQuestion:
    """One application as a rule sees it."""

    ruc: str
    holder: str
    sheet: DataSheet
    facts: Mapping[str, Any]
    """What the register says, as ``applying.facts_of`` writes it."""
    on: date
    """The day whose rules hold."""
    rulebook: Mapping[str, Any]
    """Every dated rule of the installation, by section."""
    papers: Mapping[SupportKind, PaperRead] = field(default_factory=dict)
    """What was read of each paper that the applicant sent, by what it was sent as."""
    looked_up: Mapping[SupportKind, Answer] = field(default_factory=dict)
    """What institutions said that they hold of it."""
    is_settled: bool = True
    """Whether the checks of every file have ended."""

    def admission_to(self, track: str) -> Admission:
        """Return whether such a person may ask for what a track gives, by the table of applicants.

        ``track`` is its key.
        """
        taxpayer_type = str(self.facts.get("taxpayer_type") or "")
        kind = person_kind(self.ruc, taxpayer_type=taxpayer_type) or PersonKind.UNKNOWN
        return admission(kind, track, on=self.on, document=self.rulebook)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDecision:
    """What a rule decided: always in favour."""

    rule: str
    """Names of the dated rules that it rests on, as ``rule_names`` gives them."""
    category: str
    """What the document says of its holder, such as «Microempresa»."""
    reasons: str
    """Spanish sentence for the holder: what was found, and the limits it was compared with."""
    grounds: tuple[DatedRule, ...] = ()
    """Every dated rule that it rests on."""

    @property
    def actor(self) -> str:
        """How the audit trail names the decider."""
        return actor_of_rule(self.rule)


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """Why no rule decides: an officer does."""

    reasons: tuple[str, ...]
    """Spanish sentences for the holder and the officer; one at least."""
    only_if_asked: bool = False
    """True: by the rule there is nothing to grant, and the holder must ask for a person to look."""
    instead: str = ""
    """Of such a one, and only of it: what the holder can do, in one sentence."""

    def __post_init__(self) -> None:
        if self.only_if_asked != bool(self.instead):
            raise ValueError("who must ask for a person is told what else to do, and nobody else")

    @property
    def words(self) -> str:
        """The reasons as one text, a line each."""
        return "\n".join(self.reasons)


def decided_by_rule(rule: str | None) -> str:
    """Return the Spanish words for who decided where a rule did; empty text where none did."""
    return "Regla automática" if rule else ""


def actor_of_rule(rule: str) -> str:
    """Return how the audit trail names a rule that decided."""
    return f"rule:{rule}"
