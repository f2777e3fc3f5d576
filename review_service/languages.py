"""The languages of what people read: Spanish in the code, others in catalogues beside it.

A catalogue is kept as text (``.po``) and compiled in memory when it is first asked for: nothing is
built, and nothing compiled can be older than its text.
"""

import gettext
import sys
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from review_service.domain.wording import message_of
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


PUBLIC_PART: Final = "messages"
"""What public pages say: whole in an offered language."""
APPLICANTS_PART: Final = "applicants"
"""What applicants' pages and mails say beyond that: may lack texts, which are Spanish then."""
PARTS: Final = (PUBLIC_PART, APPLICANTS_PART)
"""The catalogues of a language, by the names of their files."""


@cache
def translations(code: str) -> gettext.NullTranslations:
    """Return the texts of an offered language; one without a catalogue of its own says Spanish."""
    if code == SPANISH.code:
        return gettext.NullTranslations()
    public, applicants = (_compiled(code, part) for part in PARTS)
    public.add_fallback(applicants)
    return public


def _compiled(code: str, part: str) -> gettext.GNUTranslations:
    with catalogue_of(code, part).open("rb") as text:
        catalogue = read_po(text, locale=code)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def without(every: Path, public: Path, rest: Path) -> None:
    """Write to ``rest`` the collected texts that the public part lacks."""
    with every.open("rb") as text:
        catalogue = read_po(text)
    with public.open("rb") as text:
        held = read_po(text)
    for message in [each for each in catalogue if each.id and each.id in held]:
        catalogue.delete(message.id)
    with rest.open("wb") as out:
        write_po(out, catalogue, width=0, sort_output=True)


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
            yield from (message_of(text) for key, text in value.items() if key in keys and text)
            yield from walk(list(value.values()))

    for text in walk(tomllib.load(file)):
        yield 1, None, text, []


if __name__ == "__main__":  # of scripts/texts
    without(*map(Path, sys.argv[1:4]))
