"""Files on the phones of the people in these tests, each made once a run."""

from collections.abc import Iterable, Mapping
from functools import cache

from playwright.sync_api import FilePayload

from review_service.domain.documents import Theme
from review_service.samples import files
from review_service.samples.files import Flaw, PriorAgreement, Scene

WIDTH_PX = 1100
"""Enough for the resolution check, and quick to make."""
SCENES: Mapping[Theme, tuple[Scene, ...]] = {
    Theme.WORKSHOP: (Scene.FACADE, Scene.WORKSHOP),
    Theme.PEOPLE: (Scene.WEAVER, Scene.HANDS),
    Theme.MACHINERY: (Scene.LOOM, Scene.TOOLS),
    Theme.PROCESS: (Scene.WOOL, Scene.CLOTH),
}
NAMES: Mapping[Scene, str] = {
    Scene.FACADE: "fachada.jpg",
    Scene.WORKSHOP: "taller.jpg",
    Scene.WEAVER: "tejedora.jpg",
    Scene.HANDS: "manos.jpg",
    Scene.LOOM: "telar.jpg",
    Scene.TOOLS: "herramientas.jpg",
    Scene.WOOL: "lana.jpg",
    Scene.CLOTH: "tejido.jpg",
}


@cache
def jpeg(scene: Scene, *, seed: int = 0, flaw: Flaw = Flaw.NONE) -> bytes:
    """Return a photo; another seed gives another one of the same scene."""
    return files.photo(scene, seed=seed, width_px=WIDTH_PX, flaw=flaw)


def photo(
    scene: Scene, *, seed: int = 0, flaw: Flaw = Flaw.NONE, name: str | None = None
) -> FilePayload:
    """Return a photo as a file chooser hands it over."""
    content = jpeg(scene, seed=seed, flaw=flaw)
    return file(name or NAMES[scene], content, "image/jpeg")


def evidence_pdf(*, seed: int, scenes: Iterable[Scene] | None = None) -> bytes:
    """Return one ready PDF with a page per scene."""
    chosen = scenes or [scene for group in SCENES.values() for scene in group[:1]]
    return files.evidence_pdf([jpeg(scene, seed=seed) for scene in chosen])


def scan_of(prior: PriorAgreement) -> bytes:
    """Return the prior agreement as an office scanner gives it."""
    return files.scanned_agreement(prior, dpi=200)


def pdf(name: str, content: bytes) -> FilePayload:
    """Return a PDF as a file chooser hands it over."""
    return file(name, content, "application/pdf")


def file(name: str, content: bytes, content_type: str) -> FilePayload:
    """Return any file as a file chooser hands it over."""
    return FilePayload(name=name, mimeType=content_type, buffer=content)
