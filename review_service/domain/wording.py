"""Formats dates, hours and text in Spanish for screens, mails and papers."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, Protocol, Self
from zoneinfo import ZoneInfo

ECUADOR: Final = ZoneInfo("America/Guayaquil")
_PLACE: Final = re.compile(r"\{([a-z_.]+)\}")


def gettext_noop(text: str) -> str:
    """Return the text as it is: said where it is written, translated where it is shown."""
    return text


def untranslated(text: str, /, **values: object) -> str:
    """Return the Spanish text with its values; stands where a page would give its translation."""
    return text % values if values else text


class Worded(str):
    """A Spanish sentence that knows what it was made from, so that a page can say it otherwise.

    It is the Spanish text wherever it is used as text; what is built from it, or stored, is that
    alone.
    """

    __slots__ = ("many", "n", "one", "values")

    one: str
    many: str
    """Empty where no number decides the form."""
    n: int
    values: Mapping[str, object]

    def __new__(cls, one: str, many: str, n: int, values: Mapping[str, object]) -> Self:
        """Return the sentence; ``many`` is its form for any number ``n`` but one.

        A value that is a day is said in words.
        """
        form = many if many and n != 1 else one
        said = {
            name: long_date(value) if isinstance(value, date) else value
            for name, value in values.items()
        }
        made = super().__new__(cls, form % said if said else form)
        made.one, made.many, made.n, made.values = one, many, n, values
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what a copy is made of."""
        return Worded, (self.one, self.many, self.n, self.values)


def worded(text: str, /, **values: object) -> str:
    """Return the Spanish sentence with its values, which a page may translate as a whole."""
    return Worded(text, "", 1, values)


def worded_by_number(one: str, many: str, n: int, /, **values: object) -> str:
    """Return the form of a Spanish sentence for a number, which a page may translate."""
    return Worded(one, many, n, values)


def message_of(rule: str) -> str:
    """Return a text of a rule as a catalogue holds it: «{retention.mails}» is a value by name."""
    return _PLACE.sub(lambda found: f"%({found[1].replace('.', '_')})s", rule.replace("%", "%%"))


class Gettext(Protocol):
    """Gives a text in the language of a page, with its values."""

    def __call__(self, text: str, /, **values: object) -> str:
        """Return the translation, or the Spanish text where there is none."""


MONTHS: Final = (
    gettext_noop("enero"),
    gettext_noop("febrero"),
    gettext_noop("marzo"),
    gettext_noop("abril"),
    gettext_noop("mayo"),
    gettext_noop("junio"),
    gettext_noop("julio"),
    gettext_noop("agosto"),
    gettext_noop("septiembre"),
    gettext_noop("octubre"),
    gettext_noop("noviembre"),
    gettext_noop("diciembre"),
)


_UNPRINTABLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
"""What no letter, paper or XML may hold: control characters, half characters, and marks that turn
the reading direction of what follows."""


def printable(text: str) -> str:
    """Return the text without unprintable characters; tabs and line feeds stay."""
    return _UNPRINTABLE.sub("", text)


def visible(text: str) -> str:
    """Return typed text without invisible characters or those PostgreSQL cannot store.

    A line ends with one character, as browsers count it: they send two.
    """
    if text.isprintable():  # nearly always, and told at once; neither lines nor tabs are
        return text.strip()
    lines = text.replace("\r\n", "\n")
    return "".join(char for char in lines if char.isprintable() or char.isspace()).strip()


def paragraphs(text: str) -> list[str]:
    """Return the lines of a text that say something, without spaces around them."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def letters_in(text: str) -> int:
    """Return how many letters and figures a text has; what has none says nothing."""
    return sum(char.isalnum() for char in text)


def in_sentence_case(words: str) -> str:
    """Return a text of a register, which is in capitals there, in sentence case."""
    return words.capitalize() if words.isupper() else words


def shown_domain(domain: str) -> str:
    """Return a domain as people read it: «cañar.example» for ``xn--caar-hqa.example``."""
    try:
        return domain.encode("ascii").decode("idna")
    except UnicodeError:
        return domain


def long_date(day: date, gettext: Gettext = untranslated) -> str:
    """Return a day as «20 de noviembre de 2026»; an aware ``datetime`` in Ecuador's time."""
    local = day.astimezone(ECUADOR) if isinstance(day, datetime) else day
    month = gettext(MONTHS[local.month - 1])
    return gettext("%(day)s de %(month)s de %(year)s", day=local.day, month=month, year=local.year)


def clock(moment: datetime, gettext: Gettext = untranslated) -> str:
    """Return the hour of an aware ``datetime`` as «18h04», in Ecuador's time."""
    hour, minute = f"{moment.astimezone(ECUADOR):%H %M}".split()
    return gettext("%(hour)sh%(minute)s", hour=hour, minute=minute)


def told_value(text: str, gettext: Gettext = untranslated) -> str:
    """Return a value read from a paper: an ISO date in words, anything else unchanged."""
    try:
        return long_date(date.fromisoformat(text), gettext)
    except ValueError:
        return text


def years(count: int, gettext: Gettext = untranslated) -> str:
    """Return «1 año» or «3 años»."""
    return gettext("1 año") if count == 1 else gettext("%(count)s años", count=count)


def enumeration(names: Sequence[str], gettext: Gettext = untranslated) -> str:
    """Return names, at least one, as Spanish lists them: «a, b y c»."""
    *first, last = names
    return gettext("%(first)s y %(last)s", first=", ".join(first), last=last) if first else last


def in_words(value: Any, gettext: Gettext = untranslated) -> Any:  # noqa: ANN401 -- walks plain data of any shape
    """Return a nested JSON-like value with every date and time in it written in words."""
    if isinstance(value, datetime):
        day, hour = long_date(value, gettext), clock(value, gettext)
        return gettext("%(day)s a las %(hour)s", day=day, hour=hour)
    if isinstance(value, date):
        return long_date(value, gettext)
    if isinstance(value, Mapping):
        return {name: in_words(entry, gettext) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [in_words(entry, gettext) for entry in value]
    return value
