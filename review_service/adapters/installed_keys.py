"""The installation's signing keys; read at first use, and again when their files change."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from review_service.adapters.demonstration_authority import demonstration_keys
from review_service.adapters.pdf_signer import PdfSigner
from review_service.domain.errors import SigningError
from review_service.domain.issued_documents import IssuedSnapshot, Ministry
from review_service.domain.signing import Objection, SigningState
from review_service.settings import SigningSettings

_Seen = tuple[object, ...]
MOST_LOADED: Final = 8
"""Sets of ministries whose keys are kept loaded."""


class InstalledKeys:
    """A ``Signer`` whose key files may be missing, wrong, or replaced while the process runs.

    A file is opened again only after it changed, so that a wrong password is tried once. What is
    wrong is an objection that waits, never the end of the process: documents are still checked.
    """

    def __init__(
        self, settings: SigningSettings, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._settings, self._now = settings, now
        self._loaded: dict[_Seen, PdfSigner | SigningError] = {}
        """By the ministries that sign, which the kinds of documents differ in, and the files."""

    def objections(self, snapshot: IssuedSnapshot) -> Sequence[Objection]:
        """Return why nothing may be signed for the snapshot's ministries now."""
        try:
            return self._signer(snapshot.ministries).objections(snapshot)
        except SigningError as error:
            return [Objection(sentence=str(error), waits=True)]

    def is_demonstration(self, snapshot: IssuedSnapshot) -> bool:
        """Return whether any key is of a demonstration authority. Raises ``SigningError``."""
        return self._signer(snapshot.ministries).is_demonstration(snapshot)

    def sign(self, pdf: bytes, *, snapshot: IssuedSnapshot) -> bytes:
        """Return the PDF with one PAdES signature per ministry. Raises ``SigningError``."""
        return self._signer(snapshot.ministries).sign(pdf, snapshot=snapshot)

    def state(self, ministries: Sequence[Ministry]) -> SigningState:
        """Return the state of the keys for these ministries now; raises nothing."""
        try:
            return self._signer(ministries).state(ministries)
        except SigningError as error:
            return SigningState(problems=(str(error),))

    def _signer(self, ministries: Sequence[Ministry]) -> PdfSigner:
        settings = self._settings
        files = (*settings.pkcs12_files, *settings.revocation_lists, *settings.authorities)
        seen: _Seen = (tuple(ministries), *(_version(path) for path in files))
        if seen not in self._loaded:
            same = {each: kept for each, kept in self._loaded.items() if each[1:] == seen[1:]}
            self._loaded = same if len(same) < MOST_LOADED else {}
            try:
                self._loaded[seen] = self._load(ministries)
            except SigningError as error:
                self._loaded[seen] = error
        loaded = self._loaded[seen]
        if isinstance(loaded, SigningError):
            raise SigningError(str(loaded), retryable=True)
        return loaded

    def _load(self, ministries: Sequence[Ministry]) -> PdfSigner:
        settings = self._settings
        if not settings.pkcs12_files:
            try:
                return demonstration_keys(settings.folder, ministries=ministries).signer()
            except OSError as error:
                raise SigningError(
                    f"Las claves de demostración no se pueden leer ni crear en {settings.folder} "
                    f"({error.strerror}): dé permiso al proceso sobre esa carpeta.",
                    retryable=True,
                ) from error
        return PdfSigner.from_pkcs12(
            settings.pkcs12_files,
            settings.passwords,
            revocation_lists=_contents(settings.revocation_lists, "SIGNING_REVOCATION_LISTS"),
            authorities=_contents(settings.authorities, "SIGNING_AUTHORITIES"),
            now=self._now,
        )


def _version(path: Path) -> tuple[str, int, int, int] | None:
    """Return a value that changes when the file does; None while it can't be read."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return (str(path), facts.st_ino, facts.st_ctime_ns, facts.st_size)


def _contents(paths: Sequence[Path], setting: str) -> list[bytes]:
    contents = []
    for path in paths:
        try:
            contents.append(path.read_bytes())
        except OSError as error:
            raise SigningError(
                f"El archivo {path.name} de {setting} no se puede leer ({error.strerror}): póngalo "
                "en su lugar, legible para el proceso.",
                retryable=True,
            ) from error
    return contents
