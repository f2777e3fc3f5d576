"""One agreement and one certificate, as a deciding transaction fixes them; ways to read them."""

import re
from dataclasses import replace
from datetime import date
from typing import Any, Final

import pypdfium2

from review_service.domain.agreements import AgreementSnapshot
from review_service.domain.certificates import (
    CertificateSnapshot,
    certificate_number,
    certificate_until,
    legal_basis,
)
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.institution import institution_on
from review_service.domain.issued_documents import VerificationMarks

DAY = date(2026, 11, 20)

MARKS = VerificationMarks(
    url="https://acuerdos.example/v/7k4m29qxtr3h7k4m29qxtr3hab",
    code="7K4M-29QX-TR3H",
    file_identifier=bytes.fromhex("00ff28295c0a0d01020304055b5d3c3e"),
)
"""The identifier holds every byte that a literal string must escape."""


MANY_WORKSHOPS: Final = tuple(
    f"Vía a la comuna San José kilómetro {number}, frente a la cancha y la casa comunal de las "
    "tejedoras, sector Extraordinariamentelargo, segunda puerta a mano derecha, Otavalo, Imbabura"
    for number in range(10)
)
"""As many as the packaged rule lets an organisation declare."""


def make_snapshot(**changes: Any) -> AgreementSnapshot:  # noqa: ANN401 -- any field of the snapshot
    institution = institution_on(DAY)
    snapshot = AgreementSnapshot(
        number=institution.number(year=2026, sequence=482),
        application_reference="2026-001207",
        holder="María Tituaña Quilumba",
        ruc="3000000012001",
        trade="tejidos a mano en telar de pedal",
        ciiu="C131202",
        activity="Fabricación de tejidos anchos de lana",
        workshop_address="calle Sucre N4-12 y Quiroga, comunidad de Peguche",
        canton="Otavalo",
        province="Imbabura",
        place=institution.place,
        issued_on=DAY,
        valid_from=DAY,
        valid_until=date(2029, 11, 20),
        ministries=institution.ministries,
        considerations=institution.considerations,
        benefits=institution.benefits,
        obligations=institution.obligations,
        demonstration=True,
        verification_host="acuerdos.example",
    )
    return replace(snapshot, **changes)


def make_certificate(**changes: Any) -> CertificateSnapshot:  # noqa: ANN401 -- any field of it
    """Return a certificate of the same day, which one ministry signs."""
    institution, rules = institution_on(DAY), read_rulebook(None)
    (ministry, *_) = institution.ministries
    snapshot = CertificateSnapshot(
        number=certificate_number(rules, acronym=ministry.acronym, sequence=482, day=DAY),
        application_reference="2026-001208",
        holder="Comercial Peñaherrera & Hijos S.A.S.",
        ruc="1793213150001",
        category="Microempresa",
        ciiu="C107101",
        activity="Elaboración de pan y otros productos de panadería secos",
        canton="Otavalo",
        province="Imbabura",
        place=institution.place,
        issued_on=DAY,
        valid_from=DAY,
        valid_until=certificate_until(rules, start=DAY),
        ministries=(ministry,),
        legal_basis=legal_basis(rules, day=DAY),
        demonstration=True,
        verification_host="acuerdos.example",
    )
    return replace(snapshot, **changes)


def text_of(pdf: bytes) -> list[str]:
    """Return the text of each page, that of its signature fields not included."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [str(page.get_textpage().get_text_bounded()) for page in document]


def squeezed(text: str) -> str:
    """Return the text without what line breaking adds: spaces and hyphens."""
    return re.sub(r"[\s\u00ad\u2010\ufffe\x02-]", "", text)
