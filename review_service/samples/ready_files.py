"""Files to download on the start page: good, doubtful and bad ones, each with its purpose."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

import pikepdf
from PIL import Image

from review_service.domain.documents import SupportKind
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.terms import ecuador_today
from review_service.samples import files
from review_service.samples.files import Flaw, Scene
from review_service.samples.people import VISITOR_RENEWAL, VISITOR_VENTURE
from review_service.samples.scan import scanned_agreement
from review_service.samples.support_papers import paper as support_paper

SEED: Final = 7000
"""A seed of their own, so that they are not copies of any sample person's photos."""
TOO_MANY_PAGES: Final = 60
TOO_MANY_PIXELS: Final = (30_000, 2_000)
"""Width and height: 60 megapixels in a few kilobytes."""
A4: Final = (595, 842)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFile:
    """One file to download and send; ``make`` draws it."""

    name: str
    group: str
    shows: str
    """What the service will say of it, in one sentence."""
    make: Callable[[], bytes]


GOOD: Final = "Buenos"
DOUBTFUL: Final = "Con observaciones"
BAD: Final = "Los que no se aceptan"
TO_VERIFY: Final = "Para verificar"


def everything(issued: Path) -> tuple[SampleFile, ...]:
    """Return every sample file, in the order of the page; ``issued`` is the folder of papers."""
    return (*_photos(), *_documents(), *_support_papers(), *_doubtful(), *_bad(), *_papers(issued))


def write(folder: Path, *, issued: Path) -> int:
    """Make the files that do not exist yet; return how many were made."""
    made = 0
    for file in everything(issued):
        place = folder / file.name
        if not place.exists():
            making = folder / f".{file.name}.new"
            making.write_bytes(file.make())
            making.rename(place)
            made += 1
    return made


def _photo(scene: Scene, *, seed: int = SEED, flaw: Flaw = Flaw.NONE) -> Callable[[], bytes]:
    return lambda: files.photo(scene, seed=seed, flaw=flaw)


def _photos() -> Iterator[SampleFile]:
    scenes = (
        ("taller.jpg", Scene.WORKSHOP, "El taller por dentro."),
        ("fachada.jpg", Scene.FACADE, "El taller por fuera."),
        ("tejedora.jpg", Scene.WEAVER, "Una persona trabajando."),
        ("manos.jpg", Scene.HANDS, "Las manos en el trabajo."),
        ("telar.jpg", Scene.LOOM, "Una máquina."),
        ("herramientas.jpg", Scene.TOOLS, "Las herramientas juntas."),
        ("lana.jpg", Scene.WOOL, "El material."),
        ("tejido.jpg", Scene.CLOTH, "El tejido terminado."),
    )
    for name, scene, shows in scenes:
        yield SampleFile(name=name, group=GOOD, shows=shows, make=_photo(scene))


def _support_papers() -> Iterator[SampleFile]:
    """Yield the papers of the emprendedor who visits, of two days ago when they were made."""
    day = ecuador_today() - timedelta(days=2)
    for kind in (
        SupportKind.EMPLOYER_CERTIFICATE,
        SupportKind.TAX_CERTIFICATE,
        SupportKind.PAYROLL,
    ):
        yield SampleFile(
            name=f"{kind.slug}.pdf",
            group=GOOD,
            shows=f"Del RUC {VISITOR_VENTURE.ruc}: {kind.short_label}.",
            make=partial(support_paper, VISITOR_VENTURE, kind, issued_on=day),
        )
    yield SampleFile(
        name="sri-caducado.pdf",
        group=DOUBTFUL,
        shows=f"El certificado del SRI del RUC {VISITOR_VENTURE.ruc}, de hace cuatro meses.",
        make=partial(
            support_paper, VISITOR_VENTURE, SupportKind.TAX_CERTIFICATE,
            issued_on=ecuador_today() - timedelta(days=120),
        ),
    )  # fmt: skip


def _documents() -> Iterator[SampleFile]:
    yield SampleFile(
        name="evidencia.pdf",
        group=GOOD,
        shows="Un PDF con ocho fotos, listo para enviar.",
        make=lambda: _evidence(8, seed=SEED + 100),
    )
    yield SampleFile(
        name="acuerdo-anterior.pdf",
        group=GOOD,
        shows=f"El Acuerdo anterior escaneado del RUC {VISITOR_RENEWAL.ruc}.",
        make=lambda: scanned_agreement(VISITOR_RENEWAL.prior, seed=SEED),
    )
    yield SampleFile(
        name="no-se-puede-imprimir.pdf",
        group=GOOD,
        shows="Solo prohíbe imprimir: se acepta.",
        make=lambda: _locked(owner_only=True),
    )


def _doubtful() -> Iterator[SampleFile]:
    flawed = (
        ("foto-oscura.jpg", Scene.LOOM, Flaw.DARK, "Muy oscura: se ve y se puede cambiar."),
        ("foto-borrosa.jpg", Scene.WEAVER, Flaw.BLURRED, "Borrosa."),
        ("foto-quemada.jpg", Scene.CLOTH, Flaw.OVEREXPOSED, "Con demasiada luz."),
        ("foto-pequena.jpg", Scene.TOOLS, Flaw.TINY, "Muy pequeña para ver los detalles."),
    )
    for name, scene, flaw, shows in flawed:
        make = _photo(scene, seed=SEED + 1, flaw=flaw)
        yield SampleFile(name=name, group=DOUBTFUL, shows=shows, make=make)
    yield SampleFile(
        name="acuerdo-otra-fecha.pdf",
        group=DOUBTFUL,
        shows="El mismo Acuerdo anterior con otra fecha que la del registro.",
        make=lambda: scanned_agreement(_other_date(), seed=SEED + 1),
    )
    yield SampleFile(
        name="con-programa.pdf",
        group=DOUBTFUL,
        shows="Trae un programa escondido que nunca se ejecuta.",
        make=_with_script,
    )


def _bad() -> Iterator[SampleFile]:
    bad: tuple[tuple[str, str, Callable[[], bytes]], ...] = (
        ("vacio.pdf", "No tiene nada.", lambda: b""),
        ("cortado.pdf", "Llegó solo la mitad.", _truncated),
        ("con-contrasena.pdf", "Pide una contraseña para abrirse.", _locked),
        ("sin-paginas.pdf", "Un PDF sin ninguna página.", lambda: _blank(0)),
        ("demasiadas-paginas.pdf", "Tiene 60 páginas.", lambda: _blank(TOO_MANY_PAGES)),
        ("pagina-web.pdf", "Es una página web con otro nombre.", lambda: HTML_PAGE),
        ("foto.pdf", "Es una foto con otro nombre.", _photo(Scene.POTS, seed=SEED + 2)),
        ("gigante.png", "Una imagen de 30.000 píxeles de ancho.", _giant),
    )
    for name, shows, make in bad:
        yield SampleFile(name=name, group=BAD, shows=shows, make=make)


def _papers(issued: Path) -> Iterator[SampleFile]:
    for kind, an_issued in (
        (IssuedKind.CERTIFICATE, "Un certificado que este servicio emitió."),
        (IssuedKind.AGREEMENT, "Un Acuerdo que este servicio emitió."),
    ):
        word = kind.file_word.lower()
        for paper in sorted(issued.glob(f"{kind.file_word}-*.pdf"))[:1]:
            yield SampleFile(
                name=f"{word}-emitido.pdf", group=TO_VERIFY, shows=an_issued, make=paper.read_bytes
            )
            yield SampleFile(
                name=f"{word}-cambiado.pdf",
                group=TO_VERIFY,
                shows="El mismo, con un cambio que no se ve.",
                make=_altered_copy(paper),
            )


def _altered_copy(paper: Path) -> Callable[[], bytes]:
    return lambda: altered(paper.read_bytes())


def altered(pdf: bytes) -> bytes:
    """Return a PDF with one byte changed, like a forged one."""
    place = len(pdf) // 3
    return pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]


HTML_PAGE: Final = (
    b"<!doctype html><title>Mis fotos</title><p>Esto no es un PDF.</p>"
    b"<script>alert('nunca')</script>\n"
)


def _evidence(count: int, *, seed: int) -> bytes:
    return files.evidence_pdf([each.jpeg for each in files.photo_set(count=count, seed=seed)])


def _other_date() -> files.PriorAgreement:
    prior = VISITOR_RENEWAL.prior or files.PriorAgreement()
    return replace(prior, issued_on=prior.issued_on + timedelta(days=61))


def _saved(pdf: pikepdf.Pdf, **options: object) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **options)  # type: ignore[arg-type]
    return out.getvalue()


def _truncated() -> bytes:
    whole = _evidence(2, seed=SEED + 200)
    return whole[: len(whole) // 2]


def _locked(*, owner_only: bool = False) -> bytes:
    allowed = pikepdf.Permissions(print_highres=False, print_lowres=False)
    password = "" if owner_only else "secreta"
    encryption = pikepdf.Encryption(user=password, owner="duena", allow=allowed)
    with pikepdf.open(io.BytesIO(_evidence(4, seed=SEED + 300))) as pdf:
        return _saved(pdf, encryption=encryption)


def _blank(pages: int) -> bytes:
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=A4)
        return _saved(pdf)


def _with_script() -> bytes:
    with pikepdf.open(io.BytesIO(_evidence(4, seed=SEED + 400))) as pdf:
        pdf.Root.OpenAction = pikepdf.Dictionary(
            S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert('nunca')")
        )
        return _saved(pdf)


def _giant() -> bytes:
    out = io.BytesIO()
    Image.new("1", TOO_MANY_PIXELS).save(out, "PNG")
    return out.getvalue()
