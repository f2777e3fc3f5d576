"""Acts as a member of the public with an issued document: scans its QR code, compares the file."""

from typing import Final
from urllib.parse import urlsplit

import pypdfium2
import zxingcpp

from review_service.demo.people.browser import Browser, FileToSend, Page
from review_service.demo.stage.errors import StoryFailedError

SCAN_DPI: Final = 200
POINTS_PER_INCH: Final = 72
QR: Final = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


class Passerby:
    """A person who was shown an issued document, with a browser."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    def scan(self, pdf: bytes) -> Page:
        """Read the QR code on the printed pages and open its URL."""
        parts = urlsplit(read_qr(pdf))
        return self._browser.open(parts.path)

    def compare(self, pdf: bytes) -> Page:
        """Upload a file to have it compared."""
        page = self._browser.open("/verificar")
        form = page.form(action="/verificar/archivo", having="archivo")
        file = FileToSend(name="documento.pdf", content=pdf, content_type="application/pdf")
        return self._browser.submit(page, form, {}, files=[("archivo", file)])


def read_qr(pdf: bytes) -> str:
    """Return the text of the QR code on the paper."""
    with pypdfium2.PdfDocument(pdf) as document:
        for number in reversed(range(len(document))):
            bitmap = document[number].render(scale=SCAN_DPI / POINTS_PER_INCH, grayscale=True)
            for code in zxingcpp.read_barcodes(bitmap.to_pil(), formats=QR):
                return code.text
    raise StoryFailedError("el documento trajera un código QR legible")
