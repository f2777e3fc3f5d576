"""Acts as the owner of a MIPYME on the pages: applies, reads the category, sends and confirms."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Final

from review_service.demo.people.applicant import Applicant
from review_service.demo.stage.errors import StoryFailedError
from review_service.domain.tracks import MIPYME

GRANTED: Final = re.compile(
    r'<div class="answer">\s*<h2>(?P<category>[^<]+)</h2>\s*<p>(?P<why>[^<]+)</p>'
)


class Business(Applicant):
    """One owner."""

    def open_application(self, sheet: Mapping[str, str]) -> str:
        """Open it and fill in the data sheet; return what the registry had filled in."""
        page, form = self._open_sheet(MIPYME, asked="employees", chosen={})
        prefilled = dict(form.fields)
        saved = self._browser.submit(page, form, sheet)
        if not saved.url.endswith("/revisar"):
            raise StoryFailedError("los datos del negocio quedaran completos")
        return f"{prefilled.get('canton', '')}, {prefilled.get('ciiu', '')}"

    def read_category(self) -> tuple[str, str]:
        """Return the category that the rule would grant, and why, as the page says before."""
        page = self._browser.open(f"{self._application}/revisar")
        found = GRANTED.search(page.html)
        if found is None:
            raise StoryFailedError("la página dijera la categoría antes de enviar")
        return unescape(found["category"]).strip(), unescape(found["why"]).strip()

    def confirm(self, category: str) -> None:
        """Confirm with the mail's link; find the category on the page that opens."""
        page = self._confirm()
        if f"Su categoría: {category}" not in page.words:
            raise StoryFailedError(f"al confirmar se viera la categoría «{category}»")
