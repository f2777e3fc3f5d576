"""What a child saw of an alteration arrives, and nothing else is believed."""

import json
from typing import Any

import pytest

from review_service.domain.reports import Box, Word
from workers.facts.alterations import (
    AlterationFacts,
    PageLook,
    ValueLook,
    from_header,
    to_header,
)
from workers.facts.values import FactsError

WORD = Word(text="Ñusta", confidence=91.5, box=Box(left=5, top=6, width=70, height=8))
FACTS = AlterationFacts(
    pages=(
        PageLook(
            number=2,
            values=(ValueLook(name="ruc", fonts=("Serif",), sizes=("12.0",), doubled=3),),
            fonts={"Serif": 400},
            sizes={"12.0": 400},
            seen=(WORD,),
        ),
        PageLook(number=3, seen=None),
    ),
    revised=(1,),
    notes=2,
    fields=1,
)


def test_the_facts_arrive_as_they_were_seen() -> None:
    assert from_header(json.loads(json.dumps(to_header(FACTS)))) == FACTS


@pytest.mark.parametrize(
    "entries",
    [
        {"pages": None},
        {"pages": [7]},
        {"pages": [{"number": 1, "values": [["ruc", [], []]], "fonts": {}, "sizes": {}}]},
        {"pages": [{"number": 1, "values": [], "fonts": {"Serif": -1}, "sizes": {}}]},
        {"pages": [{"number": 1, "values": [], "fonts": {}, "sizes": {}, "seen": [1]}]},
        {"revised": "all"},
        {"notes": -1},
        {"fields": None},
    ],
)
def test_what_is_no_fact_is_refused(entries: dict[str, Any]) -> None:
    with pytest.raises(FactsError):
        from_header({**to_header(FACTS), **entries})
