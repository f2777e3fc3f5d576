"""What the archive of «Mis datos» tells of the register of data, and what it leaves out and why.

Each column of ``rules/personal_data.toml`` stands in one of both tables:
``tests/architecture/test_personal_columns.py``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from review_service.domain.payroll_terms import told_days
from review_service.domain.retention import KEPT_FORM_DAYS
from review_service.domain.wording import gettext_noop, worded

FORMAT: Final = 2
"""Of ``data.json``: another one when a name in it means something else."""
EXPLAINED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "formato": f"Versión de este archivo: {FORMAT}.",
        "ruc": "El RUC del que son los datos.",
        "hecho": "Cuándo se hizo, en UTC (ISO 8601).",
        "registro": "Lo que dice el SRI: nombre, estado, establecimientos y correo registrado.",
        "otras_instituciones": "Lo que otras instituciones dicen de sus documentos, si dieron "
        "listas.",
        "acuerdos_de_antes": "Acuerdos que el ministerio emitió antes de este servicio.",
        "solicitudes": "Cada solicitud: lo que escribió (hoja), sus archivos, correcciones, "
        "correos, su historia y el documento emitido.",
        "solicitudes.recursos": "Cada apelación: la decisión que apeló con sus motivos, y cómo se "
        "decidió. Lo que usted escribió está en «cartas», con el mismo número.",
        "solicitudes.archivos": "«nombre» es el que usted le dio; «en_el_zip», dónde está aquí. Si "
        "falta y «eliminado» tiene fecha, el archivo ya se eliminó: queda su huella SHA-256. El "
        "PDF que el servicio reúne de sus fotos no está: están las fotos.",
        "cartas": "Quejas, apelaciones, pedidos y avisos que escribió cuando había ingresado, "
        "y la foto de un documento falso, como se la conserva.",
        "ingresos": "Sesiones que se conservan: cuándo empezó cada una y cuándo se usó.",
        "enlaces": "Enlaces para ingresar o confirmar: cuándo se envió cada uno y cuándo se usó.",
        "lo_que_no_esta": "Lo que se guarda de usted y no está aquí, y por qué.",
    }
)
"""What each name of ``data.json`` holds, in Spanish; it stands in the file itself."""
EXPORTED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "agreements": "number snapshot sha256",
        "appeals": "act_reasons reasons review_order basis remains",
        "applications": (
            "ruc holder sheet not_applicable registry_facts decision_reasons referral"
        ),
        "correction_extensions": "reason answer",
        "corrections": "reason instruction answer",
        "directory_consents": "shows_name shows_phone trade canton",
        "documents": "file_name sha256 comment page_photos",
        "establishments": "trade_name is_open province canton parish ciiu activity",
        "findings": "advice",
        "institution_papers": "holder owes issued_on valid_until workers reference",
        "letter_photos": "sha256",
        "letters": "request name email about body answer",
        "one_use_links": "created_at used_at",
        "outgoing_mails": "recipient context attachment_name sent_at",
        "pages": "comment suggested_from",
        "prior_agreements": "number holder activity issued_on valid_until revoked_on",
        "read_fields": "value",
        "registered_emails": "email",
        "second_addresses": "address asked_at confirmed_at",
        "sessions": "created_at last_seen_at",
        "taxpayers": "name status taxpayer_class taxpayer_type started_on",
        "withdrawal_resolutions": "facts",
    }
)
"""By table: the columns whose values stand in ``data.json``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Something that is kept and not given out by itself."""

    what: str
    """Begins a sentence."""
    why: str
    """Ends it."""
    columns: Mapping[str, str]
    """By table."""


LEFT_OUT: Final = (
    LeftOut(
        what=gettext_noop("Lo que resulta de comparar su solicitud con otras"),
        why=gettext_noop(
            "solo lo ve quien revisa; quien prueba una falsificación aprendería de eso"
        ),
        columns={
            "agreement_proofs": "codes signer signed_at",
            "findings": "message",
            "read_fields": "expected box label candidates",
            "copy_denials": "sha256 other_sha256",
            "resemblances": "earlier_position later_position lay",
            "review_items": "seen",
        },
    ),
    LeftOut(
        what=gettext_noop(
            "Las notas internas, lo que se preguntan entre colegas, un control posterior y por qué "
            "algo no se elimina"
        ),
        why=gettext_noop("los escribe quien revisa para quien revisa; pídalos con una carta"),
        columns={
            "contact_attempts": "note",
            "consultations": "question answer",
            "copy_denials": "reason",
            "internal_notes": "body",
            "later_controls": "outcome note",
            "legal_holds": "reason lifted_reason",
            "pending_decisions": "reasons category late_reason",
            "second_reviews": "reasons settlement",
        },
    ),
    LeftOut(
        what=gettext_noop("Las palabras y las imágenes de sus páginas"),
        why=gettext_noop("se sacaron de sus archivos, que sí están"),
        columns={
            "page_texts": "search",
            "pages": (
                "image_key image_sha256 preview_key preview_sha256 thumbnail_key thumbnail_sha256 "
                "photos words"
            ),
            "photos": "sha256 pdq_forms pdq_views pdq_grid features box",
        },
    ),
    LeftOut(
        what=gettext_noop("Claves, códigos, números internos y nombres de archivo del servicio"),
        why=gettext_noop("no dicen nada más de usted, y quien los tuviera podría abrir algo"),
        columns={
            "agreements": "token_hash code_hash file_identifier storage_key latest_key",
            "applications": "open_key",
            "attempts": "key",
            "documents": ("upload_key staging_key storage_key page_photos_key page_photos_sha256"),
            "fact_salts": "salt",
            "letter_photos": "staging_key image_key image_sha256",
            "letters": "token_hash",
            "outgoing_mails": "attachment_key taken_at last_error",
            "tasks": "ruc",
        },
    ),
    LeftOut(
        what=gettext_noop("Su RUC en cada fila"),
        why=gettext_noop("es el mismo en todas"),
        columns={
            "agreements": "ruc",
            "establishments": "ruc",
            "institution_papers": "ruc",
            "letters": "ruc",
            "one_use_links": "ruc",
            "prior_agreements": "ruc",
            "registered_emails": "ruc",
            "sessions": "ruc",
            "taxpayers": "ruc",
        },
    ),
    LeftOut(
        what=gettext_noop(
            "Las copias de antes de la última carga del SRI y de otras instituciones"
        ),
        why=gettext_noop("solo sirven para deshacer una carga errada"),
        columns={
            "former_establishments": (
                "ruc trade_name is_open province canton parish ciiu activity"
            ),
            "former_institution_papers": (
                "ruc holder owes issued_on valid_until workers reference"
            ),
            "former_prior_agreements": (
                "number ruc holder activity issued_on valid_until revoked_on"
            ),
            "former_registered_emails": "ruc email",
            "former_taxpayers": "ruc name status taxpayer_class taxpayer_type started_on",
        },
    ),
    LeftOut(
        what=gettext_noop("Lo que escribió y no llegó a enviar"),
        why=worded(
            "se le muestra donde lo escribió y se elimina a los %(days)s",
            days=told_days(KEPT_FORM_DAYS),
        ),
        columns={"kept_forms": "owner path page fields"},
    ),
    LeftOut(
        what=gettext_noop("El comprobante en PDF"),
        why=gettext_noop("se imprime otra vez en su solicitud cuando lo pide"),
        columns={"receipts": "content"},
    ),
    LeftOut(
        what=gettext_noop("Los números y las huellas del historial"),
        why=gettext_noop("lo que pasó está en palabras en cada solicitud"),
        columns={"events": "actor details", "paper_proofs": "faults"},
    ),
    LeftOut(
        what=gettext_noop("Las palabras con que el directorio le encuentra"),
        why=gettext_noop("son su oficio, su lugar y, si quiso, su nombre, que sí están"),
        columns={"directory_consents": "words"},
    ),
    LeftOut(
        what=gettext_noop("Los datos de quienes revisan"),
        why=gettext_noop("son de esas personas"),
        columns={
            "monthly_figures": "reason author officer_id",
            "officers": (
                "user_name full_name unit password_hash totp_secret role cedula "
                "represented_rucs active digest_address digest_confirmed_address"
            ),
            "saved_views": "name query owner_id made_by",
            "sessions": "officer_id",
        },
    ),
)
"""What stands in no archive, each with its reason."""


def columns_of(tables: Mapping[str, str]) -> frozenset[str]:
    """Return the columns as ``table.column``."""
    return frozenset(f"{table}.{name}" for table, names in tables.items() for name in names.split())
