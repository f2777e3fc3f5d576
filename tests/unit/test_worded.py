"""Sentences of the domain that a page can say in another language, made of the same values."""

import copy
import gettext
import pickle
from datetime import date

import pytest

from review_service.domain.wording import Worded, worded, worded_by_number
from review_service.web import languages


class Capitals(gettext.NullTranslations):
    """A language that shouts, but leaves the names of values as they are."""

    def gettext(self, message: str) -> str:
        for low in ("su", "vale", "hasta", "hoja", "enero", "certificado"):
            message = message.replace(low, low.upper())
        return message

    def ngettext(self, one: str, many: str, n: int) -> str:
        return self.gettext(one if n == 1 else many)


DOCUMENT = worded("certificado")
SENTENCE = worded(
    "su %(document)s vale hasta el %(until)s", document=DOCUMENT, until=date(2027, 1, 2)
)


@pytest.fixture
def capitals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "translations", lambda _code: Capitals())


def test_it_is_the_spanish_text_with_days_in_words() -> None:
    assert SENTENCE == "su certificado vale hasta el 2 de enero de 2027"
    assert f"«{SENTENCE}»" == "«su certificado vale hasta el 2 de enero de 2027»"
    assert worded_by_number("una hoja", "%(n)s hojas", 1, n=1) == "una hoja"
    assert worded_by_number("una hoja", "%(n)s hojas", 3, n=3) == "3 hojas"
    assert worded("al 100 % de todo") == "al 100 % de todo"


@pytest.mark.usefixtures("capitals")
def test_a_page_says_it_whole_with_its_values_in_its_language() -> None:
    assert languages.gettext(SENTENCE) == "SU CERTIFICADO VALE HASTA el 2 de ENERO de 2027"
    assert languages.gettext(worded_by_number("una hoja", "%(n)s hojas", 3, n=3)) == "3 HOJAs"
    assert languages.gettext(worded_by_number("una hoja", "%(n)s hojas", 1, n=1)) == "una HOJA"


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))])  # noqa: S301 -- our own bytes
def test_a_copy_knows_what_it_was_made_of(copied: object) -> None:
    assert callable(copied)
    again = copied(SENTENCE)
    assert isinstance(again, Worded)
    assert isinstance(SENTENCE, Worded)
    assert (again, again.one, again.values) == (SENTENCE, SENTENCE.one, SENTENCE.values)
