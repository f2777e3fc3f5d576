"""Renders issued documents with WeasyPrint: from a snapshot to PDF/A-2a and PDF/UA-1."""

from collections.abc import Mapping
from importlib import resources
from io import BytesIO
from typing import Final

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import HTML, Document
from weasyprint.css import ColorProfile
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcherResponse

from review_service.adapters.agreement_marks import finish, spell_identifier
from review_service.domain.issued_documents import IssuedSnapshot, VerificationMarks
from review_service.domain.wording import long_date, printable
from review_service.packaged_files import static_folder, templates_folder

WARNING: Final = "SIN VALIDEZ LEGAL – DEMOSTRACIÓN"

OUTPUT_INTENT: Final = "paper"

LONG_HOLDER_CHARACTERS: Final = 60
"""Longer names are printed smaller, so that box and first page keep their layout."""

_FILES: Final = {
    "asset:document.css": (templates_folder() / "issued" / "document.css", "text/css"),
    "asset:certificate.css": (templates_folder() / "issued" / "certificate.css", "text/css"),
    "asset:demonstration.css": (templates_folder() / "issued" / "demonstration.css", "text/css"),
    "asset:watermark.svg": (templates_folder() / "issued" / "watermark.svg", "image/svg+xml"),
    "asset:regular.ttf": (static_folder() / "fonts" / "acuerdo-serif-regular.ttf", "font/ttf"),
    "asset:bold.ttf": (static_folder() / "fonts" / "acuerdo-serif-bold.ttf", "font/ttf"),
    "asset:italic.ttf": (static_folder() / "fonts" / "acuerdo-serif-italic.ttf", "font/ttf"),
}


class WeasyPrintRenderer:
    """An ``AgreementRenderer``: the same snapshot and marks give the same bytes."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(templates_folder()),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_printed,
        )
        self._colours = resources.files("weasyprint.pdf").joinpath("sRGB2014.icc").read_bytes()
        self._assets = {name: (path.read_bytes(), kind) for name, (path, kind) in _FILES.items()}

    def render(self, snapshot: IssuedSnapshot, *, marks: VerificationMarks) -> bytes:
        """Return the unsigned PDF; its ``/ID`` begins with ``marks.file_identifier``."""
        assets = {**self._assets, "asset:qr.svg": (_qr_svg(marks.url), "image/svg+xml")}
        html = HTML(
            string=self._html(snapshot, marks),
            base_url="asset:",
            url_fetcher=ClosedFetcher(assets),
        )
        document = html.render(
            font_config=FontConfiguration(),
            color_profiles={OUTPUT_INTENT: self._colour_profile()},
            output_intent=OUTPUT_INTENT,
        )

        def finisher(document: Document, pdf: object) -> None:
            finish(document, pdf, snapshot=snapshot, marks=marks)

        pdf = document.write_pdf(
            finisher=finisher,
            pdf_identifier=marks.file_identifier,
            pdf_variant="pdf/a-2a",
            output_intent=OUTPUT_INTENT,
        )
        return spell_identifier(pdf, marks.file_identifier)

    def _colour_profile(self) -> ColorProfile:
        """Return the sRGB profile; read here, because WeasyPrint would leave the file open."""
        return ColorProfile(
            BytesIO(self._colours), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"])
        )

    def _html(self, snapshot: IssuedSnapshot, marks: VerificationMarks) -> str:
        return self._environment.get_template(f"issued/{snapshot.kind.value}.html").render(
            paper=snapshot,
            marks=marks,
            ministry_names=" y ".join(ministry.name for ministry in snapshot.ministries),
            created=f"{snapshot.issued_on.isoformat()}T00:00:00-05:00",
            issued_on=long_date(snapshot.issued_on),
            valid_from=long_date(snapshot.valid_from),
            valid_until=long_date(snapshot.valid_until),
            is_long=len(snapshot.holder) > LONG_HOLDER_CHARACTERS,
            warning=WARNING,
        )


class ClosedFetcher:
    """Serves WeasyPrint the named assets only: no network, no other files."""

    def __init__(self, assets: Mapping[str, tuple[bytes, str]]) -> None:
        self._assets = assets

    def __call__(self, url: str) -> URLFetcherResponse:
        """Return the asset; any other address ends the rendering."""
        if url not in self._assets:
            raise FatalURLFetchingError(f"not an asset of the document: {url[:80]!r}")
        content, kind = self._assets[url]
        return URLFetcherResponse(url, content, {"Content-Type": kind})


def _printed(value: object) -> object:
    """Return the snapshot without characters that PDF and XMP cannot hold."""
    return printable(value) if type(value) is str else value


def _qr_svg(url: str) -> bytes:
    """Return the address as a QR code, SVG; error correction level M tolerates folds and stains."""
    picture = BytesIO()
    segno.make_qr(url, error="m", boost_error=False).save(
        picture, kind="svg", border=0, xmldecl=False, svgns=True, nl=False, omitsize=True
    )
    return picture.getvalue()
