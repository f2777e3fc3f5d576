"""What a prior agreement proves stands first on the desk, then each value beside its crop."""

import re
from dataclasses import replace
from uuid import UUID

import sqlalchemy as sa
from flask.testing import FlaskClient

from review_service.db.models import DocumentRow, FieldRow
from review_service.domain.documents import DocumentKind, DocumentState
from review_service.domain.reports import (
    Box,
    ReadCode,
    ReadField,
    SignatureOutcome,
    SignatureReport,
)
from tests.factories import RUC, Office
from tests.integration.web.officer.desk_cases import (
    HEIGHT,
    WIDTH,
    Scan,
    ScannedPage,
    jpeg,
    put_case,
)
from tests.integration.web.officer.test_case import NUMBER, field, register_entry

CODE = ReadCode(text="https://otra.example/", page=1, box=Box(left=5, top=5, width=20, height=20))


def scan(
    *fields: ReadField,
    codes: tuple[ReadCode, ...] = (),
    signature: SignatureReport | None = None,
) -> Scan:
    page = ScannedPage(jpeg=jpeg((250, 250, 250)), width_px=WIDTH, height_px=HEIGHT)
    return Scan(pages=(page,), fields=fields, codes=codes, signature=signature)


def section(browser: FlaskClient, case: UUID, query: str = "?pagina=5") -> str:
    page = browser.get(f"/revision/casos/{case}{query}").text
    return page[page.index('id="acuerdo-anterior"') : page.index("<h2>Antes</h2>")]


def change(office: Office, case: UUID, **values: object) -> None:
    """Change the prior agreement's row of a case."""
    with office.writing() as uow:
        uow.session.execute(
            sa.update(DocumentRow)
            .where(DocumentRow.application_id == case, DocumentRow.kind == DocumentKind.AGREEMENT)
            .values(**values)
        )
        uow.commit()


def test_code_signature_and_register_are_told_in_this_order(
    browser: FlaskClient, office: Office
) -> None:
    with office.writing() as uow:
        uow.session.add(register_entry())
        uow.commit()
    altered = SignatureReport(outcome=SignatureOutcome.ALTERED, signer="Ana <b>Lema</b>")
    case = put_case(office, scan=scan(field("number", NUMBER), codes=(CODE,), signature=altered))
    text = section(browser, case)
    places = [
        text.index(words)
        for words in (
            "Hay un QR que no es de este servicio; no prueba nada.",
            "El archivo fue cambiado después de la firma de «Ana &lt;b&gt;Lema&lt;/b&gt;».",
            f"Por el número consta en el registro: {NUMBER},",
            "Leído en el papel",
        )
    ]
    assert places == sorted(places)
    assert re.search(r'data-page="5">Ver página 5</a>', text)


def test_each_crop_leads_to_its_place_on_the_page(browser: FlaskClient, office: Office) -> None:
    case = put_case(office, scan=scan(field("ruc", RUC)))
    text = section(browser, case)
    (link,) = re.findall(r'href="([^"]+campo=ruc[^"]*)"', text)
    assert link.endswith("#marca")
    assert 'aria-label="RUC, recorte de la página 5. Ver en la página"' in text
    page = browser.get(link.replace("&amp;", "&")).text
    assert re.search(r'<rect id="marca" class="on"\s+x="14" y="24" width="92" height="22"', page)
    assert "view zoomed" in page
    assert 'id="marca"' not in browser.get(f"/revision/casos/{case}?pagina=5&campo=nada").text
    assert 'id="marca"' not in browser.get(f"/revision/casos/{case}?pagina=1&campo=ruc").text


def test_the_ruc_is_not_said_to_be_an_answer_of_the_register(
    browser: FlaskClient, office: Office
) -> None:
    case = put_case(office, scan=scan(field("ruc", RUC)))
    table = browser.get(f"/revision/casos/{case}").text.split('id="datos"')[1]
    row = table.split('<th scope="row">RUC</th>')[1].split("</tr>")[0]
    applied, registered, _read = re.findall(r"<td>(.*?)</td>", row, re.DOTALL)
    assert applied.strip() == RUC
    assert registered.strip() == "Se le preguntó por este RUC"


def test_the_application_is_said_to_differ_from_the_paper(
    browser: FlaskClient, office: Office
) -> None:
    case = put_case(office, scan=scan(field("holder", "LEMA CHANGO JOSE", confidence=95)))
    holder = section(browser, case).split("<strong>A favor de</strong>")[1].split("</li>")[0]
    assert "No coincide" in holder
    assert "no coincide</strong>" in holder


def test_a_value_that_nobody_knows_is_not_called_unreadable(
    browser: FlaskClient, office: Office
) -> None:
    case = put_case(office, scan=scan(field("issued_on", "2023-11-20")))
    text = section(browser, case)
    issued = text.split("<strong>Emitido</strong>")[1].split("</li>")[0]
    assert "Sin dato para comparar" in issued
    assert "20 de noviembre de 2023" in issued


def test_a_value_in_doubt_is_a_question_beside_its_label(
    browser: FlaskClient, office: Office
) -> None:
    day = field("issued_on", "2023-11-20", confidence=45)
    doubtful = replace(day, candidates=("2024-11-20",), label="Dado en Quito, a los")
    number = replace(field("number", "MIPRO-2010-0077", confidence=95), label="Acuerdo <Nro>")
    case = put_case(office, scan=scan(doubtful, number, field("ruc", RUC, confidence=45)))
    text = section(browser, case)

    def told(label: str) -> str:
        item = text.split(f"<strong>{label}</strong>")[1].split("</li>")[0]
        return " ".join(re.sub(r"<[^>]+>", " ", item.split("<dd>")[1].split("</dd>")[0]).split())

    assert told("Emitido") == (
        "¿20 de noviembre de 2023 o 20 de noviembre de 2024? · confianza 45 % "
        "Junto a «Dado en Quito, a los»"
    )
    assert told("Número") == "MIPRO-2010-0077 · confianza 95 % Junto a «Acuerdo &lt;Nro&gt;»"
    assert told("RUC").endswith("Sin un rótulo que diga qué es")


def test_of_a_value_read_before_labels_were_kept_nothing_is_said_of_its_label(
    browser: FlaskClient, office: Office
) -> None:
    case = put_case(office, scan=scan(field("ruc", RUC, confidence=45)))
    with office.writing() as uow:
        uow.session.execute(sa.update(FieldRow).values(label=None))
        uow.commit()
    text = section(browser, case)
    assert "confianza 45 %" in text
    assert "rótulo" not in text
    assert "Junto a" not in text


def test_a_paper_of_which_nothing_was_read_says_what_to_do(
    browser: FlaskClient, office: Office
) -> None:
    case = put_case(office, scan=scan())
    text = section(browser, case)
    assert "No se leyó ningún dato. Mire la página, o pida un escaneo más claro." in text
    assert "El número no se lee: búsquelo en el registro con el RUC." in text
    assert "Trae una firma electrónica que no se pudo comprobar." in text


def test_while_it_is_being_read_the_section_says_so(browser: FlaskClient, office: Office) -> None:
    case = put_case(office, scan=scan(field("number", NUMBER)))
    change(office, case, state=DocumentState.CHECKING)
    assert "La lectura del Acuerdo anterior sigue en marcha" in section(browser, case)


def test_a_renewal_without_its_paper_says_what_to_do(browser: FlaskClient, office: Office) -> None:
    case = put_case(office, scan=scan(field("number", NUMBER)))
    with office.reading() as uow:
        now = uow.now
    change(office, case, removed_at=now)
    text = section(browser, case, "")
    assert "La solicitud no trae el Acuerdo anterior. Pídalo en una corrección." in text
