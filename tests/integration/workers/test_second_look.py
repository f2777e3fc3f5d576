"""Values that a stamp or a pen hides from the first reading are read at a second look."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from review_service.domain.documents import DocumentKind
from review_service.domain.limits import UploadLimits
from review_service.domain.prior_comparison import judge
from review_service.domain.reports import (
    SURE_CONFIDENCE,
    AgreementField,
    DocumentReport,
    FieldOutcome,
    ReadField,
)
from tests.samples import hard_papers
from tests.samples.old_layouts import typeset
from tests.samples.old_papers import Facts
from tests.samples.old_scans import taken_as
from workers.facts.second_look import LineReadings
from workers.facts.values import FactsError
from workers.fields.prior import reading
from workers.fields.prior.second_look import MOST_CONFIDENCE, Place, places
from workers.inspecting import second_look
from workers.inspecting.document import inspect

pytestmark = pytest.mark.usefixtures("process_sandbox")
FACTS = Facts(
    number="MIPRO-2016-0123", holder="WILSON MARCO PEÑAFIEL MALDONADO", ruc="3000000012001"
)


def report(folder: Path, scan: bytes) -> DocumentReport:
    path = folder / "paper.pdf"
    path.write_bytes(scan)
    return inspect(path, kind=DocumentKind.AGREEMENT, limits=UploadLimits())


def spoilt(kind: str, layout: str, seed: int, *, facts: Facts = FACTS) -> bytes:
    return hard_papers.taken(facts, layout=layout, font="Helvetica", kind=kind, seed=seed)


def value(fields: Sequence[ReadField], name: AgreementField) -> ReadField | None:
    return next((field for field in fields if field.name == name), None)


def at_once(seen: DocumentReport) -> tuple[ReadField, ...]:
    """Return what the words of the first reading alone give."""
    return reading.read([(page.number, page.words) for page in seen.pages])


def test_more_is_read_of_papers_that_were_filled_in_by_pen_or_stamped(tmp_path: Path) -> None:
    expected = {
        AgreementField.NUMBER: FACTS.number,
        AgreementField.RUC: FACTS.ruc,
        AgreementField.HOLDER: FACTS.holder,
    }
    before = after = 0
    for kind, layout, seed in SPOILT:
        seen = report(tmp_path, spoilt(kind, layout, seed))
        for name, known in expected.items():
            first, second = value(at_once(seen), name), value(seen.fields, name)
            outcomes = [
                judge(name, one.value, one.confidence, known) if one else FieldOutcome.UNREADABLE
                for one in (first, second)
            ]
            assert outcomes[1] is not FieldOutcome.DIFFERS
            before += outcomes[0] is FieldOutcome.MATCHES
            after += outcomes[1] is FieldOutcome.MATCHES
            if second and outcomes[0] is not outcomes[1]:
                assert SURE_CONFIDENCE <= second.confidence <= MOST_CONFIDENCE
                assert second.label
    assert after > before


SPOILT = (("handwritten", "form", 1), ("handwritten", "ledger", 1), ("handwritten", "table", 2))


def test_a_plain_paper_is_not_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(second_look, "only_frame", lambda *given: asked.append(given))
    seen = report(tmp_path, taken_as("300 dpi")(typeset(FACTS, layout="table"), 3))
    assert seen.fields == at_once(seen)
    assert asked == []
    assert seen.seconds["second look"] < 0.02


def test_a_forged_letter_among_the_digits_is_no_more_read_as_a_digit(tmp_path: Path) -> None:
    forged = replace(FACTS, number="MIPRO-2O16-0123")
    for seed in (2, 9):
        seen = report(tmp_path, spoilt("stamped", "table", seed, facts=forged))
        first, second = (value(one, AgreementField.NUMBER) for one in (at_once(seen), seen.fields))
        was_sure = first is not None and first.confidence >= SURE_CONFIDENCE
        is_sure = second is not None and second.confidence >= SURE_CONFIDENCE
        assert was_sure or not (is_sure and second and second.value == FACTS.number)


@pytest.mark.parametrize("image", [b"", b"no picture", b"\xff\xd8\xff\xd9"])
def test_a_page_that_cannot_be_read_again_leaves_the_values_as_they_were(
    tmp_path: Path, image: bytes
) -> None:
    seen = report(tmp_path, taken_as("300 dpi")(typeset(FACTS, layout="table"), 3))
    page = seen.pages[0]
    words = tuple(
        replace(word, confidence=20.0) if word.text == "WILSON" else word for word in page.words
    )
    pages = [(page.number, words)]
    fields = reading.read(pages)
    assert value(second_look.looked_again(pages, fields, {1: page.image}), AgreementField.HOLDER)
    assert second_look.looked_again(pages, fields, {1: image}) == fields
    assert second_look.looked_again(pages, fields, {1: None}) == fields


def test_a_child_that_says_nonsense_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nonsense(header: object, *, count: int) -> tuple[LineReadings, ...]:
        raise FactsError(f"{header} {count}")

    seen = report(tmp_path, taken_as("300 dpi")(typeset(FACTS, layout="table"), 3))
    pages = [(1, tuple(replace(word, confidence=20.0) for word in seen.pages[0].words))]
    fields = reading.read(pages)
    found: tuple[Place, ...] = places(pages, fields)
    assert found
    monkeypatch.setattr(second_look, "from_header", nonsense)
    assert second_look.looked_again(pages, fields, {1: seen.pages[0].image}) == fields
