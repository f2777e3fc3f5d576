"""The files of a real installation, as docs/operating.md asks an operator to lay them out."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding

from tests.signing_authority import KEYS, Authority, key_file

SERVICE: Final = 10001
CONFIRMED_FILES: Final = (
    "institution",
    "validity",
    "categories",
    "applicants",
    "certificates",
    "renewals",
    "support_documents",
    "personal_data",
    "associations",
    "letters",
)
"""What an institution confirms before it issues documents of both kinds."""
RULES: Final = Path(__file__).parents[2] / "review_service" / "rules"
SIGNATORIES: Final = ("Autoridad de demostración 1", "Autoridad de demostración 2")
PASSWORDS: Final = ("clave-de-la-primera", "clave-de-la-segunda")
CONFIRMED: Final = (
    'confirmed_by = {norm = "Acuerdo de prueba", who = "Secretaría de prueba", day = 2026-11-26}'
)


def write(folder: Path) -> None:
    """Write keys, passwords, certificates, a revocation list and confirmed rules, as root.

    User 10001 of the image reads them, nobody else. All of them are made here and prove nothing.
    """
    for made in (folder / "keys", folder / "public"):
        made.mkdir(parents=True)
    authority = Authority(names=SIGNATORIES, now=datetime.now(UTC))
    for place, password in enumerate(PASSWORDS):
        (folder / "keys" / f"{place + 1}.p12").write_bytes(
            key_file(
                KEYS[place + 1],
                authority.issue(place),
                [authority.certificate],
                password=password,
            )
        )
    (folder / "passwords").write_text("\n".join(PASSWORDS))
    public = folder / "public"
    (public / "revoked.crl").write_bytes(authority.crl())
    (public / "root.der").write_bytes(authority.certificate.public_bytes(Encoding.DER))
    rules = "\n".join(
        (RULES / f"{name}.toml").read_text(encoding="utf-8") for name in CONFIRMED_FILES
    )
    rules = rules.replace('confirmed_by = "unconfirmed"', CONFIRMED)
    (public / "institution.toml").write_text(rules, encoding="utf-8")
    folder.parent.chmod(0o755)
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, SERVICE, SERVICE)
        path.chmod(0o500 if path.is_dir() else 0o400)


def environment(folder: Path) -> dict[str, str]:
    """Return what such an operator sets; a demonstration, until the trial says otherwise."""
    return {
        "REAL_FOLDER": str(folder),
        "OUTER_PROXY": "192.0.2.1",
        "DEMONSTRATION": "1",
        "SIGNING_PKCS12": "/real/keys/1.p12:/real/keys/2.p12",
        "SIGNING_REVOCATION_LISTS": "/real/public/revoked.crl",
        "SIGNING_AUTHORITIES": "/real/public/root.der",
        "SMTP_SECURITY": "none",
        "MAIL_FROM": "no-responder@example.ec",
        "SMTP_HOST": "nobody.invalid",
    }
