"""The languages of what people read: Spanish in the code, others in catalogues beside it.

A catalogue is kept as text (``.po``) and compiled in memory when it is first asked for: nothing is
built, and nothing compiled can be older than its text.
"""

import gettext
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any, BinaryIO, Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from review_service.packaged_files import catalogue_of


@dataclass(frozen=True, slots=True)
class Language:
    """A language in which pages are offered."""

    code: str
    """In addresses (``?lang=en``), and the folder of its catalogue."""
    tag: str
    """What a page says of itself (BCP 47)."""
    name: str
    """Its own name for itself."""


SPANISH: Final = Language("es", "es-EC", "Español")
"""What the code holds; needs no catalogue."""
OFFERED: Final[Mapping[str, Language]] = {
    each.code: each for each in (SPANISH, Language("en", "en", "English"))
}
"""Languages whose catalogue is complete, by code: pages link to these."""


@cache
def translations(code: str) -> gettext.NullTranslations:
    """Return the texts of an offered language; one without a catalogue of its own says Spanish."""
    if code == SPANISH.code:
        return gettext.NullTranslations()
    with catalogue_of(code).open("rb") as text:
        catalogue = read_po(text, locale=code)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def texts_of_rules(
    file: BinaryIO, _keywords: object, _comment_tags: Collection[str], options: Mapping[str, str]
) -> Iterator[tuple[int, None, str, list[str]]]:
    """Give ``pybabel extract`` the texts of a rule file, at the keys that its options name."""
    keys = frozenset(options["keys"].split())

    def walk(value: Any) -> Iterator[str]:  # noqa: ANN401 -- plain data of any shape
        if isinstance(value, list):
            for each in value:
                yield from walk(each)
        elif isinstance(value, dict):
            yield from (text for key, text in value.items() if key in keys and text)
            yield from walk(list(value.values()))

    for text in walk(tomllib.load(file)):
        yield 1, None, text, []
