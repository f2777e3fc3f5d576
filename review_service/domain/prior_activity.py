"""What an imported Acuerdo says of its holder's activity: words, a CIIU code, or both.

The ministry's list has one free text for it, such as «Tejidos de lana (C139209)».
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from review_service.domain.errors import InvalidInputError
from review_service.domain.folding import squeeze
from review_service.domain.validity import existing_ciiu

_WITH_CODE: Final = re.compile(
    r"(?P<words>.*?)[\s(]*(?:CIIU\s*)?\b(?P<code>[A-U]\d{2}[\d.\-]*)\s*(?::.*)?\)?", re.DOTALL
)
"""Words and a code at the end; what an Acuerdo of ours prints after the code is the register's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorActivity:
    """An activity as the list gives it; either part may be empty."""

    words: str
    ciiu: str
    """Without dots."""

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return words and code; all of it is words where it ends in no code that may exist."""
        told = " ".join(text.split())
        found = _WITH_CODE.fullmatch(told)
        if found is not None:
            try:
                ciiu = existing_ciiu(found["code"])
            except InvalidInputError:
                pass
            else:
                return cls(words=found["words"].strip(), ciiu=ciiu)
        return cls(words=told, ciiu="")

    def facts(self, *, registered: str) -> Mapping[str, str]:
        """Return what can be compared with a new Acuerdo, by its facts' names.

        ``registered`` are the register's words for the new one's CIIU code: a list that uses them
        says nothing of the trade in the holder's own words.
        """
        is_trade = bool(self.words) and squeeze(self.words) != squeeze(registered)
        trade = {"trade": self.words} if is_trade else {}
        return {**trade, "ciiu": self.ciiu} if self.ciiu else trade
