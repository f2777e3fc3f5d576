"""Whether a supporting document shows signs that somebody altered it. None of them is a proof."""

import re
from collections.abc import Iterator, Mapping, Sequence
from math import sqrt
from statistics import median
from typing import Final

from review_service.domain.documents import TextSource
from review_service.domain.edit_distance import distance
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Finding, Severity
from review_service.domain.prior_comparison import plain
from review_service.domain.reports import Box, ReadField, SupportField, Word
from workers.facts.alterations import AlterationFacts, PageLook, ValueLook
from workers.facts.page import PageFacts
from workers.fields.paper.rows import rows

CHECK: Final = "alterations"
LEAST_LETTERS: Final = 30
"""Letters that a font or size has beside the values; a heading has as many.
Calibrated: benchmarks/support_documents.py."""
LEAST_DOUBLED: Final = 3
"""Letters of a value that stand on others; bold print sets a letter on itself."""
SLIPS: Final = 8
"""OCR may misread one letter in this many of a value that is plainly printed, but no digit."""
LONG_VALUE: Final = 90
"""Letters and digits; longer is a table whose people were counted, where a digit may slip too."""
LONGEST_COUNT: Final = 15
"""Letters and digits; longer is no count, but the cédulas of the people who were counted."""
MOST_SLIPS: Final = 3
SLIPS_OF_TABLES: Final = 8
"""Fewer than the letters and digits of one person's row."""
LEAST_WORDS: Final = 12
"""Fewer words of a scan do not say what is usual on it."""
PAPER_STEP: Final = 0.75
PAPER_SPREADS: Final = 3.2
"""Luma units, and multiples of what is usual on the page, by which the paper of a pasted value is
lighter or darker than that around it. Calibrated: benchmarks/support_documents.py."""
MOST_AGREEING: Final = 4
"""Words of a value stray each for itself: so many that agree say more than one, by the root of
their number."""
INK_STEP: Final = 25.0
INK_SPREADS: Final = 5.0
"""The same of its ink."""
NORMAL: Final = 1.4826
"""Standard deviations in a median distance from the median."""


def check(
    facts: AlterationFacts | None, fields: Sequence[ReadField], pages: Mapping[int, PageFacts]
) -> Iterator[Finding]:
    """Yield what speaks for an alteration; one finding of each sort, for the officer alone."""
    if facts is None:
        yield Finding(
            check=CHECK,
            code=FindingCode.CHECK_FAILED,
            severity=Severity.DOUBT,
            message="No se pudo revisar si el documento está alterado; revise a mano.",
        )
        return
    if facts.revised:
        yield _finding(
            FindingCode.SUPPORT_REVISED,
            "El archivo guarda una versión anterior de la página, que decía o mostraba otra cosa.",
            facts.revised[0],
        )
    if facts.notes or facts.fields:
        yield _finding(
            FindingCode.SUPPORT_LAID_OVER,
            f"Sobre el documento hay {facts.notes} notas o dibujos y {facts.fields} campos "
            "de formulario (lo esperado: 0).",
        )
    patched = [
        one.name for one in fields if one.page in pages and _is_patched(one, pages[one.page])
    ]
    if patched:
        yield _finding(
            FindingCode.SUPPORT_PATCHED,
            f"El papel o la tinta de un dato no es como el resto del escaneo: {_names(patched)}.",
        )
    for page in facts.pages:
        yield from _of_page(page, [one for one in fields if one.page == page.number], pages)


def _of_page(
    look: PageLook, fields: Sequence[ReadField], pages: Mapping[int, PageFacts]
) -> Iterator[Finding]:
    odd = [value.name for value in look.values if _is_odd(value, look)]
    if odd:
        yield _finding(
            FindingCode.SUPPORT_FONT_DIFFERS,
            f"Otra letra que el resto de la página: {_names(odd)}.",
            look.number,
        )
    doubled = [value.name for value in look.values if value.doubled >= LEAST_DOUBLED]
    if doubled:
        yield _finding(
            FindingCode.SUPPORT_COVERED,
            f"Hay texto sobre otro texto: {_names(doubled)}.",
            look.number,
        )
    words = pages[look.number].words if look.number in pages else ()
    if pages.get(look.number) and pages[look.number].words_from is not TextSource.LAYER:
        return
    if look.seen is None:
        yield from check(None, (), {})
        return
    hidden = [one.name for one in fields if not _is_shown(one, words, look.seen)]
    if hidden:
        yield _finding(
            FindingCode.SUPPORT_TEXT_DIFFERS,
            f"El texto del archivo no dice lo que se ve en la página: {_names(hidden)}.",
            look.number,
        )


def _is_odd(value: ValueLook, look: PageLook) -> bool:
    """Whether a value is set in a font or a size that hardly any other word of the page has."""
    return any(look.fonts.get(font, 0) < LEAST_LETTERS for font in value.fonts) or any(
        look.sizes.get(size, 0) < LEAST_LETTERS for size in value.sizes
    )


def _is_shown(field: ReadField, words: Sequence[Word], seen: Sequence[Word]) -> bool:
    """Whether OCR reads on the page what the text layer says where a value stands."""
    said, shown = (_signs(standing_in(field.box, each)) for each in (words, seen))
    is_counted = field.name == SupportField.WORKERS and len(said) > LONGEST_COUNT
    is_table = is_counted or len(said) > LONG_VALUE
    slips = min(MOST_SLIPS, len(re.sub(r"\d", "", said)) // SLIPS)
    if not is_table and re.sub(r"\D", "", said) != re.sub(r"\D", "", shown):
        return False
    most = SLIPS_OF_TABLES if is_table else slips
    return distance(said, shown, most=most) <= most


def _is_patched(field: ReadField, page: PageFacts) -> bool:
    """Whether paper or ink of a scanned value is not as elsewhere on its page."""
    known = [tone for tone in page.tones if tone is not None]
    if len(known) < LEAST_WORDS or len(page.tones) != len(page.words):
        return False
    here = {id(word) for word in standing_in(field.box, page.words)}
    own = [
        tone
        for word, tone in zip(page.words, page.tones, strict=True)
        if tone is not None and id(word) in here
    ]
    if not own or len(own) > len(known) // 3:
        return False
    agreeing = sqrt(min(MOST_AGREEING, len(own)))
    usual, spread = _usual([tone.paper for tone in known])
    paper = abs(median(tone.paper for tone in own) - usual)
    if paper > max(PAPER_STEP, PAPER_SPREADS * spread) / agreeing:
        return True
    usual, spread = _usual([tone.ink for tone in known])
    ink = abs(median(tone.ink for tone in own) - usual)
    return ink > max(INK_STEP, INK_SPREADS * spread)


def _usual(measures: Sequence[float]) -> tuple[float, float]:
    """Return the median of what was measured on a page, and how far it usually strays from it."""
    usual = median(measures)
    return usual, NORMAL * median(abs(measure - usual) for measure in measures)


def standing_in(box: Box, words: Sequence[Word]) -> list[Word]:
    """Return the words whose middle stands in a box, in the order of their lines."""
    right, bottom = box.left + box.width, box.top + box.height
    found = [
        word
        for word in words
        if box.left <= word.box.left + word.box.width / 2 <= right
        and box.top <= word.box.top + word.box.height / 2 <= bottom
    ]
    return [word for row in rows(found) for word in row]


def _signs(words: Sequence[Word]) -> str:
    return re.sub(r"[^A-Z0-9]", "", plain(" ".join(word.text for word in words)))


def _names(names: Sequence[str]) -> str:
    return ", ".join(SupportField(name).label for name in dict.fromkeys(names))


def _finding(code: FindingCode, message: str, page: int | None = None) -> Finding:
    return Finding(check=CHECK, code=code, severity=Severity.DOUBT, message=message, page=page)
