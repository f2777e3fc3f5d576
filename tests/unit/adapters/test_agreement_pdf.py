"""The paper of an agreement, before it is signed."""

import math
import socket
import threading
from collections.abc import Iterator
from dataclasses import fields, replace
from io import BytesIO
from typing import Any

import pikepdf
import pydyf
import pypdfium2
import pytest
import zxingcpp
from weasyprint.urls import FatalURLFetchingError

from review_service.adapters.agreement_marks import spell_identifier
from review_service.adapters.agreement_pdf import WARNING, ClosedFetcher, WeasyPrintRenderer
from review_service.domain.agreements import AgreementSnapshot
from review_service.domain.issued_documents import Ministry
from tests.agreement_samples import MANY_WORKSHOPS, MARKS, make_snapshot, squeezed, text_of

LETTERS = "ÁÉÍÓÚÜÑáéíóúüñ«»“”–—·¿¡ºªʼ Ñukanchik shutika k'apak ch'ulla llakta"


@pytest.fixture(scope="module")
def renderer() -> WeasyPrintRenderer:
    return WeasyPrintRenderer()


@pytest.fixture(scope="module")
def paper(renderer: WeasyPrintRenderer) -> bytes:
    return renderer.render(make_snapshot(), marks=MARKS)


def long_words(character: str) -> str:
    return " ".join(character * 30 for _ in range(12))


def test_the_same_snapshot_gives_the_same_bytes(renderer: WeasyPrintRenderer, paper: bytes) -> None:
    assert renderer.render(make_snapshot(), marks=MARKS) == paper
    assert WeasyPrintRenderer().render(make_snapshot(), marks=MARKS) == paper


def test_another_holder_gives_other_bytes(renderer: WeasyPrintRenderer, paper: bytes) -> None:
    assert renderer.render(make_snapshot(holder="Otra Persona"), marks=MARKS) != paper


def test_the_usual_agreement_takes_two_pages(paper: bytes) -> None:
    assert len(text_of(paper)) == 2


def test_every_fact_stands_on_the_paper(paper: bytes) -> None:
    text = squeezed("".join(text_of(paper)))
    snapshot = make_snapshot()
    facts = [
        snapshot.number, snapshot.application_reference, snapshot.holder, snapshot.ruc,
        snapshot.trade, snapshot.ciiu, snapshot.activity, snapshot.workshop_address,
        snapshot.canton, snapshot.province, "20 de noviembre de 2026", "20 de noviembre de 2029",
        MARKS.code, snapshot.verification_host, *snapshot.considerations, *snapshot.benefits,
        *snapshot.obligations, *(ministry.name for ministry in snapshot.ministries),
        *(ministry.signatory_name for ministry in snapshot.ministries),
        *(ministry.signatory_title for ministry in snapshot.ministries),
    ]  # fmt: skip
    assert [fact for fact in facts if squeezed(fact) not in text] == []


def test_what_somebody_does_stands_in_the_own_words_within_quotes(
    renderer: WeasyPrintRenderer,
) -> None:
    paper = renderer.render(make_snapshot(trade="Reparo motos"), marks=MARKS)
    text = " ".join("".join(text_of(paper)).split())
    assert "por su actividad artesanal, «Reparo motos» (CIIU" in text


def test_each_page_carries_its_number_the_agreements_and_the_warning(paper: bytes) -> None:
    for place, text in enumerate(text_of(paper), start=1):
        assert f"Página {place} de 2" in text
        assert make_snapshot().number in text
        assert WARNING in text


def test_a_real_agreement_carries_no_warning(renderer: WeasyPrintRenderer, paper: bytes) -> None:
    real = renderer.render(make_snapshot(demonstration=False), marks=MARKS)
    assert WARNING not in "".join(text_of(real))
    assert dark_share(real) < dark_share(paper)


def dark_share(pdf: bytes) -> float:
    """Return the share of the first page that is not white."""
    with pypdfium2.PdfDocument(pdf) as document:
        image = document[0].render(scale=0.5, grayscale=True).to_pil()
    return float(sum(image.histogram()[:250]) / (image.width * image.height))


def test_the_diagonal_mark_leaves_the_text_black_on_light_grey(paper: bytes) -> None:
    with pypdfium2.PdfDocument(paper) as document:
        image = document[0].render(scale=1, grayscale=True).to_pil()
    middle_greys = sum(image.histogram()[64:200])
    assert middle_greys < 0.06 * image.width * image.height


def test_spanish_and_kichwa_letters_are_all_in_the_font(renderer: WeasyPrintRenderer) -> None:
    pdf = renderer.render(make_snapshot(holder=LETTERS), marks=MARKS)
    assert squeezed(LETTERS) in squeezed("".join(text_of(pdf)))
    with pikepdf.open(BytesIO(pdf)) as document:
        fonts = {
            str(font.BaseFont).split("+")[-1]
            for page in document.pages
            for font in page.Resources.Font.values()
        }
    assert fonts <= {"Acuerdo-Serif", "Acuerdo-Serif-Bold"}


def test_the_identifier_opens_the_id_and_stands_in_the_xmp(paper: bytes) -> None:
    with pikepdf.open(BytesIO(paper)) as document:
        assert bytes(document.trailer.ID[0]) == MARKS.file_identifier
        xmp = document.Root.Metadata.read_raw_bytes()
    assert f"uuid:{MARKS.file_identifier.hex()}".encode() in xmp
    assert make_snapshot().number.encode() in xmp


def test_it_says_that_it_is_archivable_and_accessible(paper: bytes) -> None:
    with pikepdf.open(BytesIO(paper)) as document:
        with document.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
            assert metadata["pdfuaid:part"] == "1"
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == "es-EC"


def test_there_is_one_empty_field_per_ministry_side_by_side(paper: bytes) -> None:
    with pikepdf.open(BytesIO(paper)) as document:
        fields = list(document.Root.AcroForm.Fields)
        boxes = [[float(value) for value in field.Rect] for field in fields]
    assert [str(field.T) for field in fields] == ["firma-1", "firma-2"]
    assert not any("/V" in field for field in fields)
    left, right = boxes
    assert left[1] == right[1]
    assert left[2] < right[0]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_it_signs_for_as_many_ministries_as_there_are(
    renderer: WeasyPrintRenderer, count: int
) -> None:
    ministry = make_snapshot().ministries[0]
    pdf = renderer.render(make_snapshot(ministries=(ministry,) * count), marks=MARKS)
    with pikepdf.open(BytesIO(pdf)) as document:
        assert len(document.Root.AcroForm.Fields) == count


@pytest.mark.parametrize("scale", [2, 4])
def test_a_black_and_white_print_gives_the_address_from_25_millimetres(
    paper: bytes, scale: int
) -> None:
    with pypdfium2.PdfDocument(paper) as document:
        image = (
            document[0]
            .render(scale=scale, grayscale=True)
            .to_pil()
            .point(lambda v: 255 * (v > 127))
        )
    (code,) = zxingcpp.read_barcodes(image)
    assert code.text == MARKS.url
    left, right = code.position.top_left, code.position.top_right
    side = math.dist((left.x, left.y), (right.x, right.y))
    assert side / scale / 72 * 25.4 == pytest.approx(25, abs=1)


@pytest.mark.parametrize(
    "changes",
    [
        {"holder": "Asociación de Artesanas y Artesanos " * 8, "other_workshops": MANY_WORKSHOPS},
        {"holder": "W" * 200},
        {"considerations": ("Que el artículo determina los beneficios. " * 12,) * 8},
    ],
)
def test_the_first_page_alone_can_be_verified(
    renderer: WeasyPrintRenderer, changes: dict[str, Any]
) -> None:
    """People copy one sheet: code, number and address stand on it whatever else is long."""
    pdf = renderer.render(make_snapshot(**changes), marks=MARKS)
    with pypdfium2.PdfDocument(pdf) as document:
        codes = [zxingcpp.read_barcodes(page.render(scale=2).to_pil()) for page in document]
    assert [[code.text for code in page] for page in codes] == [[MARKS.url]] + [[]] * (
        len(codes) - 1
    )
    first = squeezed(text_of(pdf)[0])
    for printed in (f"Código {MARKS.code}", "Compruebe que este documento es auténtico"):
        assert squeezed(printed) in first


def test_every_byte_survives_in_the_identifier() -> None:
    for byte in range(256):
        identifier = bytes([byte]) * 16
        literal = pydyf.String(identifier).data
        file = b"%PDF /ID [(older) (x)] <</ID [" + literal + b" (0)]>>"
        assert spell_identifier(file, identifier) == (
            b"%PDF /ID [(older) (x)] <</ID [<" + identifier.hex().encode() + b"> (0)]>>"
        )


@pytest.mark.parametrize(
    "changes",
    [
        {"holder": "Asociación de Artesanas y Artesanos " * 8},
        {"holder": "W" * 200},
        {"workshop_address": "Vía a la comuna San José kilómetro 4 " * 10},
        {"trade": long_words("m"), "activity": long_words("ñ")},
        {"other_workshops": (long_words("m"), *MANY_WORKSHOPS)},
    ],
)
def test_long_names_and_addresses_stay_inside_the_margins(
    renderer: WeasyPrintRenderer, changes: dict[str, Any]
) -> None:
    pdf = renderer.render(make_snapshot(demonstration=False, **changes), marks=MARKS)
    assert len(text_of(pdf)) <= 3
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            image = page.render(scale=1, grayscale=True).to_pil().point(lambda v: 255 * (v < 128))
            box = image.getbbox()
            assert box is not None
            assert box[0] > 60
            assert box[2] < 595 - 60


def test_signs_that_cannot_be_printed_do_not_stop_the_paper(renderer: WeasyPrintRenderer) -> None:
    odd = "Ana\0\x0b\x1b\u202e\ufffe\ud800 Quishpe"
    pdf = renderer.render(with_text(make_snapshot(), odd), marks=MARKS)
    assert "Ana Quishpe" in text_of(pdf)[0]
    with pikepdf.open(BytesIO(pdf)) as document, document.open_metadata() as metadata:
        assert "Ana Quishpe" in metadata["dc:title"]


def test_only_named_assets_are_fetched() -> None:
    fetcher = ClosedFetcher({"asset:a": (b"a", "text/plain")})
    assert fetcher("asset:a").read() == b"a"
    for url in ["asset:b", "file:///etc/passwd", "http://127.0.0.1/", "data:text/plain,x", ""]:
        with pytest.raises(FatalURLFetchingError):
            fetcher(url)


class Listener:
    """A server on loopback that counts who comes."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.hits = 0
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self) -> None:
        while True:
            connection, _ = self.socket.accept()
            with connection:
                if connection.recv(1) == b"\0":
                    return
                self.hits += 1

    def stop(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            connection.sendall(b"\0")
        self.thread.join()
        self.socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = Listener()
    yield server
    server.stop()


def payloads(port: int) -> list[str]:
    here = f"http://127.0.0.1:{port}"
    return [
        "{{7*7}}", "{% include '/etc/passwd' %}", "${7*7}", "#{7*7}", "<%= 7*7 %>",
        f"<img src={here}/img>",
        f"<link rel=stylesheet href={here}/css>",
        f"<link rel=attachment href=file:///etc/passwd>{here}",
        f"<style>@import url({here}/imp);@font-face{{font-family:x;src:url({here}/f)}}</style>",
        f"</p><iframe src={here}></iframe><object data=file:///etc/passwd></object>",
        f"<svg><image href={here}/svg /></svg>",
        "file:///etc/passwd",
        f"\"><script>fetch('{here}')</script>",
        "&lt;b&gt; &amp; &#123;", "]]></x><!-- -->", "\\'); -- %s %(x)s",
    ]  # fmt: skip


def with_text(snapshot: AgreementSnapshot, text: str) -> AgreementSnapshot:
    """Return the snapshot with the text in every field that holds words."""
    changes: dict[str, object] = {}
    for field in fields(snapshot):
        value = getattr(snapshot, field.name)
        if isinstance(value, str):
            changes[field.name] = text
        elif field.name in {"considerations", "benefits", "obligations"}:
            changes[field.name] = (text,)
    ministry = Ministry(name=text, acronym=text, signatory_name=text, signatory_title=text)
    return replace(snapshot, **changes, ministries=(ministry,))  # type: ignore[arg-type]


@pytest.mark.parametrize("which", range(16))
def test_what_people_type_is_printed_and_never_run(
    renderer: WeasyPrintRenderer, listener: Listener, which: int
) -> None:
    payload = payloads(listener.port)[which]
    pdf = renderer.render(with_text(make_snapshot(), payload), marks=MARKS)
    text = squeezed("".join(text_of(pdf)))
    # Fields: number twice a page and more, holder three times, and so on; each one verbatim.
    assert text.count(squeezed(payload)) >= 20
    assert "root:x:0" not in text
    assert listener.hits == 0
    with pikepdf.open(BytesIO(pdf)) as document:
        assert not document.attachments
        assert not any("/A" in note for page in document.pages for note in page.get("/Annots", ()))
