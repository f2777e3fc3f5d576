"""What an applicant sends: its kinds, its states and the four themes the photos must show."""

from enum import StrEnum
from typing import Final

from review_service.domain import trade_words
from review_service.domain.wording import gettext_noop

OWN_PAPER_KEY: Final = "own:"
"""Begins the upload key of a paper that we put into a renewal ourselves; no form's key has a
colon."""


class DocumentKind(StrEnum):
    """What a received file is meant to be."""

    EVIDENCE = "evidence"
    """One ready PDF of photos."""
    PHOTO = "photo"
    """A single photo, sorted under a theme by the applicant."""
    AGREEMENT = "agreement"
    """The prior agreement as a scanned PDF, on renewal."""
    SUPPORT = "support"
    """A supporting paper of which nobody said which it is, as on a command line."""
    DEED = "deed"
    EMPLOYER_CERTIFICATE = "employer_certificate"
    TAX_CERTIFICATE = "tax_certificate"
    PAYROLL = "payroll"
    APPOINTMENT = "appointment"
    """These five have the values of ``SupportKind``: what the applicant says the paper is."""

    @property
    def label(self) -> str:
        """Spanish name for the screen."""
        if self.sent_as is not None:
            return self.sent_as.label
        return {
            DocumentKind.EVIDENCE: gettext_noop("PDF de fotos"),
            DocumentKind.PHOTO: gettext_noop("Foto"),
            DocumentKind.AGREEMENT: gettext_noop("Acuerdo anterior"),
            DocumentKind.SUPPORT: gettext_noop("Documento de respaldo"),
        }[self]

    @property
    def sent_as(self) -> "SupportKind | None":
        """Which supporting paper it is meant to be; None for all others."""
        return SupportKind(self.value) if self.value in set(SupportKind) else None

    @property
    def is_support(self) -> bool:
        """Whether it is a supporting paper."""
        return self is DocumentKind.SUPPORT or self.sent_as is not None


class DocumentState(StrEnum):
    """The states of a document, from its upload to the end of its checks."""

    RECEIVED = "received"
    CHECKING = "checking"
    CHECKED = "checked"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """Spanish name for the screen."""
        return {
            DocumentState.RECEIVED: gettext_noop("Recibido"),
            DocumentState.CHECKING: gettext_noop("Revisando"),
            DocumentState.CHECKED: gettext_noop("Revisado"),
            DocumentState.REFUSED: gettext_noop("No se pudo aceptar"),
        }[self]

    @property
    def is_final(self) -> bool:
        """Whether the checks have ended."""
        return self in {DocumentState.CHECKED, DocumentState.REFUSED}


class Theme(StrEnum):
    """What the photo evidence must show: each is shown, or said not to apply."""

    WORKSHOP = "workshop"
    PEOPLE = "people"
    MACHINERY = "machinery"
    PROCESS = "process"

    @property
    def label(self) -> str:
        """Spanish name for the officer's screen."""
        return {
            Theme.WORKSHOP: gettext_noop("El taller"),
            Theme.PEOPLE: gettext_noop("Personas trabajando"),
            Theme.MACHINERY: gettext_noop("Máquinas y herramientas"),
            Theme.PROCESS: trade_words.PROCESS_LABEL,
        }[self]

    @property
    def heading(self) -> str:
        """How the applicant is asked for it."""
        return {
            Theme.WORKSHOP: gettext_noop("El lugar donde trabaja"),
            Theme.PEOPLE: gettext_noop("Usted y quienes trabajan con usted"),
            Theme.MACHINERY: gettext_noop("Sus máquinas y herramientas"),
            Theme.PROCESS: trade_words.PROCESS_HEADING,
        }[self]

    @property
    def within(self) -> str:
        """The heading within a sentence."""
        return {
            Theme.WORKSHOP: gettext_noop("el lugar donde trabaja"),
            Theme.PEOPLE: gettext_noop("usted y quienes trabajan con usted"),
            Theme.MACHINERY: gettext_noop("sus máquinas y herramientas"),
            Theme.PROCESS: trade_words.PROCESS_WITHIN,
        }[self]

    @property
    def hint(self) -> str:
        """One sentence on what the photo should show."""
        return {
            Theme.WORKSHOP: gettext_noop("Por fuera y por dentro, completo."),
            Theme.PEOPLE: trade_words.PEOPLE_HINT,
            Theme.MACHINERY: trade_words.MACHINERY_HINT,
            Theme.PROCESS: trade_words.PROCESS_HINT,
        }[self]


class PageKind(StrEnum):
    """What a page holds, as far as the machine can tell."""

    PHOTO = "photo"
    SCAN = "scan"
    TEXT = "text"
    BLANK = "blank"
    UNREADABLE = "unreadable"


class PhotoLayout(StrEnum):
    """How photos are arranged on a page that has any."""

    SINGLE = "single"
    SEVERAL = "several"
    """Several pictures, each a stream of its own."""
    COLLAGE = "collage"
    """One picture that was put together from several photos."""
    SCREENSHOT = "screenshot"
    """A picture of a telephone's screen, with its bars or bubbles."""

    @property
    def label(self) -> str:
        """Spanish words for the officer's screen."""
        return {
            PhotoLayout.SINGLE: gettext_noop("Una foto"),
            PhotoLayout.SEVERAL: gettext_noop("Varias fotos"),
            PhotoLayout.COLLAGE: gettext_noop("Varias fotos en una imagen"),
            PhotoLayout.SCREENSHOT: gettext_noop("Captura de pantalla"),
        }[self]


class TextSource(StrEnum):
    """Where the words of a page come from."""

    LAYER = "layer"
    """The PDF's own text: exact characters, but perhaps not those that the page shows."""
    OCR = "ocr"


class SupportKind(StrEnum):
    """What a supporting paper is: those of an emprendedor, and one of an organisation."""

    DEED = "deed"
    EMPLOYER_CERTIFICATE = "employer_certificate"
    """Certificado de cumplimiento de obligaciones patronales, IESS."""
    TAX_CERTIFICATE = "tax_certificate"
    """Certificado de cumplimiento tributario, SRI."""
    PAYROLL = "payroll"
    APPOINTMENT = "appointment"
    """Who represents an organisation of artisans, and until when."""

    @property
    def label(self) -> str:
        """Spanish name for the screen."""
        return {
            SupportKind.DEED: gettext_noop("Escritura de constitución"),
            SupportKind.EMPLOYER_CERTIFICATE: gettext_noop(
                "Certificado de obligaciones patronales (IESS)"
            ),
            SupportKind.TAX_CERTIFICATE: gettext_noop(
                "Certificado de cumplimiento tributario (SRI)"
            ),
            SupportKind.PAYROLL: gettext_noop("Nómina de trabajadores"),
            SupportKind.APPOINTMENT: gettext_noop("Nombramiento del representante"),
        }[self]

    @property
    def short_label(self) -> str:
        """Spanish name within a sentence, with its article."""
        return {
            SupportKind.DEED: gettext_noop("la escritura de constitución"),
            SupportKind.EMPLOYER_CERTIFICATE: gettext_noop("el certificado del IESS"),
            SupportKind.TAX_CERTIFICATE: gettext_noop("el certificado del SRI"),
            SupportKind.PAYROLL: gettext_noop("la nómina"),
            SupportKind.APPOINTMENT: gettext_noop("el nombramiento del representante"),
        }[self]

    @property
    def is_feminine(self) -> bool:
        """Whether its Spanish name is feminine."""
        return self in {SupportKind.DEED, SupportKind.PAYROLL}

    @property
    def slug(self) -> str:
        """Names it in addresses; Spanish, plain letters."""
        return {
            SupportKind.DEED: "escritura",
            SupportKind.EMPLOYER_CERTIFICATE: "iess",
            SupportKind.TAX_CERTIFICATE: "sri",
            SupportKind.PAYROLL: "nomina",
            SupportKind.APPOINTMENT: "nombramiento",
        }[self]

    @property
    def document_kind(self) -> DocumentKind:
        """The kind of a file that is sent as this paper."""
        return DocumentKind(self.value)


VENTURE_PAPERS: Final = (
    SupportKind.DEED,
    SupportKind.EMPLOYER_CERTIFICATE,
    SupportKind.TAX_CERTIFICATE,
    SupportKind.PAYROLL,
)
"""The papers of the emprendedor track."""
