"""Acts as an emprendedor on the pages: applies, sends the papers, confirms."""

from collections.abc import Mapping

from review_service.demo.people.applicant import Applicant
from review_service.demo.people.browser import FileToSend
from review_service.demo.stage.errors import StoryFailedError
from review_service.domain.documents import SupportKind
from review_service.domain.tracks import EMPRENDEDOR


class Entrepreneur(Applicant):
    """One emprendedor."""

    def open_application(self, sheet: Mapping[str, str]) -> str:
        """Open it and fill in the data sheet; return what the registry had filled in."""
        page, form = self._open_sheet(EMPRENDEDOR, asked="employees", chosen={})
        prefilled = dict(form.fields)
        saved = self._browser.submit(page, form, sheet)
        if not saved.url.endswith("/documentos"):
            raise StoryFailedError("los datos del negocio quedaran completos")
        return f"{prefilled.get('canton', '')}, {prefilled.get('ciiu', '')}"

    def give(self, place: SupportKind, name: str, pdf: bytes) -> None:
        """Send a paper to a place and wait until it was read."""
        address = f"{self._application}/documentos/{place.slug}"
        page = self._browser.open(address)
        form = next((form for form in page.forms if "pdf" in form.file_fields), None)
        if form is None:
            raise StoryFailedError(f"la página pidiera {place.short_label}")
        file = FileToSend(name=name, content=pdf, content_type="application/pdf")
        self._browser.submit(page, form, {}, files=[("pdf", file)])
        read = self._wait(
            address, lambda page: "data-wait=" not in page.html, f"se leyera «{name}»"
        )
        if self._person.ruc not in read.words:
            raise StoryFailedError(f"se leyera el RUC en «{name}»")

    def move(self, wanted: SupportKind) -> None:
        """Press the button that puts a misplaced paper into its place."""
        page = self._browser.open(f"{self._application}/documentos")
        moved = self._browser.submit(page, page.form(action="/a-su-lugar"), {})
        if f"Lo pusimos en «{wanted.label}»" not in moved.words:
            raise StoryFailedError(f"el documento pasara a «{wanted.label}»")

    def confirm(self) -> None:
        """Confirm with the mail's link; find the category on the page that opens."""
        page = self._confirm()
        if f"Su categoría: {EMPRENDEDOR.category}" not in page.words:
            raise StoryFailedError("al confirmar saliera el certificado")
