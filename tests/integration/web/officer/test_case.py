"""The desk shows what there is, marks what is doubtful, and hands files out with care."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from review_service.db.models import (
    ApplicationRow,
    DocumentRow,
    EventRow,
    PriorAgreementRow,
    ReviewItemRow,
)
from review_service.domain.applications import ItemVerdict, ReviewItem
from review_service.domain.documents import DocumentState, Theme
from review_service.domain.findings import Severity
from review_service.domain.reports import Box, ReadField
from review_service.domain.work import TaskKind
from tests.factories import OTHER_RUC, RUC, Office, items_of_a_person, open_business, open_draft
from tests.integration.services import steps
from tests.integration.web.officer.desk_cases import (
    ALL_THEMES,
    DARK,
    HEIGHT,
    WIDTH,
    Scan,
    ScannedPage,
    Shot,
    ask_original,
    counted,
    jpeg,
    line,
    put_case,
    take,
    version_of,
)

NUMBER = "MPCEI-MDT-2023-000117"


def document_ids(office: Office, application_id: UUID) -> list[UUID]:
    with office.reading() as uow:
        return list(
            uow.session.scalars(
                sa.select(DocumentRow.id)
                .where(DocumentRow.application_id == application_id)
                .order_by(DocumentRow.created_at)
            )
        )


def field(name: str, value: str, *, confidence: float = 90) -> ReadField:
    box = Box(left=20, top=30, width=80, height=10)
    return ReadField(name=name, value=value, confidence=confidence, page=1, box=box)


def scan(*fields: ReadField) -> Scan:
    words = (*line("Acuerdo interministerial", left=20, top=30, height=10),)
    page = ScannedPage(jpeg=jpeg((250, 250, 250)), width_px=WIDTH, height_px=HEIGHT, words=words)
    return Scan(pages=(page,), fields=fields)


def test_a_case_shows_items_pages_findings_and_what_is_missing(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    dark = Shot(theme=Theme.PEOPLE, findings=(DARK,), comment="se fue la luz ese día")
    case = put_case(office, shots=(ALL_THEMES[0], dark, *ALL_THEMES[2:]))
    take(office, case, officer_id)
    page = browser.get(f"/revision/casos/{case}").text
    for item in ReviewItem:
        assert (item.label in page) is (item in items_of_a_person())
    assert "Foto oscura: brillo medio 21 de 255 (mínimo 60)." in page
    assert "El solicitante anotó: «se fue la luz ese día»" in page
    assert "1 de 4" in page
    assert "Faltan 5 puntos para aprobar" in page
    assert "Comparar fotos parecidas" not in page
    assert re.search(r'aria-disabled="true">Aprobar y emitir', page)


def test_a_badly_taken_photo_is_a_doubt_on_the_page_and_on_its_thumbnail(
    browser: FlaskClient, office: Office
) -> None:
    moved = replace(DARK, code="photo_moved", severity=Severity.BAD, message="Movida: 78 %.")
    case = put_case(office, shots=(Shot(theme=Theme.WORKSHOP, findings=(moved,)), *ALL_THEMES[1:]))
    page = browser.get(f"/revision/casos/{case}").text
    assert 'aria-label="Duda"' in page
    assert 'aria-label="Alerta"' not in page
    assert '<b class="doubt">' in page
    assert '<b class="bad">' not in page


def test_what_accuses_stands_before_what_is_badly_taken(
    browser: FlaskClient, office: Office
) -> None:
    accuses = replace(DARK, code="agreement_other_ruc", severity=Severity.BAD, message="Otro RUC.")
    shot = Shot(theme=Theme.WORKSHOP, findings=(DARK, accuses))
    case = put_case(office, shots=(shot, *ALL_THEMES[1:]))
    page = browser.get(f"/revision/casos/{case}").text
    assert page.index("Otro RUC.") < page.index("Foto oscura: brillo medio")


@pytest.mark.parametrize("is_taken", [False, True])
@pytest.mark.parametrize(("page", "most"), [("casos", 27), ("", 17), ("acuerdos", 6)])
def test_a_page_asks_the_database_few_times(
    browser: FlaskClient, office: Office, officer_id: UUID, page: str, most: int, *, is_taken: bool
) -> None:
    """Each question costs a web process more than the database: half a millisecond."""
    case = put_case(office, scan=scan(field("number", NUMBER)))
    if is_taken:
        take(office, case, officer_id)
    address = f"/revision/{page}/{case}" if page == "casos" else f"/revision/{page}"
    browser.get(address)  # whoever looks for the first time writes an event
    with counted(office) as asked:
        assert browser.get(address).status_code == 200
    assert len(asked) <= most, "\n".join(asked)


def test_the_page_asked_for_is_the_page_shown(browser: FlaskClient, office: Office) -> None:
    case = put_case(office)
    documents = document_ids(office, case)
    for text, shown in (("3", 3), ("4", 4), ("5", 4), ("0", 1), ("-1", 1), ("tres", 1), ("", 1)):
        page = browser.get(f"/revision/casos/{case}", query_string={"pagina": text}).text
        assert f"<span>{shown} de 4</span>" in page
        assert f"/paginas/{documents[shown - 1]}/1.jpg" in page


def test_zoom_and_turn_stand_in_the_address(browser: FlaskClient, office: Office) -> None:
    case = put_case(office)
    page = browser.get(f"/revision/casos/{case}?zoom=200&girar=90").text
    assert "view zoomed" in page
    assert f'width="{2 * HEIGHT}" height="{2 * WIDTH}"' in page
    assert f'viewBox="0 0 {HEIGHT} {WIDTH}"' in page
    assert f"translate({HEIGHT} 0) rotate(90)" in page
    assert "zoom=400" in page
    assert "zoom=100" in page
    assert "girar=180" in page
    most = browser.get(f"/revision/casos/{case}?zoom=999&girar=45").text
    assert f'width="{4 * WIDTH}" height="{4 * HEIGHT}"' in most
    assert " pixels" in most
    whole = browser.get(f"/revision/casos/{case}").text
    assert "view zoomed" not in whole


def test_no_page_needs_an_inline_style_or_script(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    case = put_case(office, scan=scan(field("number", NUMBER)))
    take(office, case, officer_id)
    for address in (f"/revision/casos/{case}", "/revision", f"/revision/casos/{case}/correccion"):
        page = browser.get(address).text
        assert " style=" not in page
        assert not re.search(r"<script(?![^>]*src=)", page)
        assert not re.search(r"\son\w+=", page)


def test_a_draft_is_the_applicants_own(browser: FlaskClient, office: Office) -> None:
    draft = open_draft(office)
    assert browser.get(f"/revision/casos/{draft}").status_code == 404
    assert browser.get(f"/revision/casos/{uuid4()}").status_code == 404


@pytest.mark.parametrize("picture", ["1.jpg", "1/vista.jpg", "1/miniatura.jpg"])
def test_pixels_stay_out_of_every_cache(browser: FlaskClient, office: Office, picture: str) -> None:
    case = put_case(office)
    document = document_ids(office, case)[0]
    answer = browser.get(f"/revision/casos/{case}/paginas/{document}/{picture}")
    assert answer.status_code == 200
    assert answer.data == jpeg()
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_pages_are_only_shown_under_their_own_case(browser: FlaskClient, office: Office) -> None:
    case, other = put_case(office), put_case(office, ruc=OTHER_RUC)
    document = document_ids(office, other)[0]
    draft = open_business(office)
    for address in (
        f"/revision/casos/{case}/paginas/{document}/1.jpg",
        f"/revision/casos/{case}/paginas/{document_ids(office, case)[0]}/2.jpg",
        f"/revision/casos/{draft}/paginas/{document}/1.jpg",
        f"/revision/casos/{case}/documentos/{document}/original",
    ):
        assert browser.get(address).status_code == 404


def test_an_original_is_a_download_that_is_written_down(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    case = put_case(office)
    document = document_ids(office, case)[0]
    answer = browser.get(ask_original(browser, case, document).location)
    assert answer.status_code == 200
    assert answer.data.startswith(b"\xff\xd8")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    with office.reading() as uow:
        event = uow.session.scalars(
            sa.select(EventRow).where(EventRow.action == "original_downloaded")
        ).one()
    assert event.actor == f"officer:{officer_id}"
    assert event.subject_id == case
    assert event.details == {"document_id": str(document)}


def test_a_verdict_leaves_other_items_and_cases_alone(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    case, bystander = put_case(office), put_case(office, ruc=OTHER_RUC)
    take(office, case, officer_id)
    answer = browser.post(
        f"/revision/casos/{case}/puntos/people",
        data={"version": version_of(office, case), "veredicto": "accepted", "pagina": "2"},
    )
    assert answer.status_code == 303
    going_on = "?pagina=3&sigue=punto-machinery#punto-machinery"
    assert answer.headers["Location"] == f"/revision/casos/{case}{going_on}"
    with office.reading() as uow:
        rows = uow.session.scalars(sa.select(ReviewItemRow)).all()
    said = {(row.application_id, row.item) for row in rows if row.verdict != ItemVerdict.PENDING}
    assert said == {(case, ReviewItem.PEOPLE)}
    assert bystander != case
    assert {row.judged_by for row in rows if row.judged_by} == {officer_id}


@pytest.mark.parametrize("verdict", ["observed", "pending"])
def test_only_an_acceptance_walks_on(
    browser: FlaskClient, office: Office, officer_id: UUID, verdict: str
) -> None:
    case = put_case(office)
    take(office, case, officer_id)
    form = {"version": version_of(office, case), "veredicto": verdict, "pagina": "2"}
    answer = browser.post(f"/revision/casos/{case}/puntos/people", data=form)
    assert answer.headers["Location"] == f"/revision/casos/{case}?pagina=2#punto-people"


def test_an_acceptance_walks_on_past_what_has_a_verdict_and_ends_at_the_bar(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    case = put_case(office)
    take(office, case, officer_id)
    led = []
    for item, verdict in (
        ("people", "observed"), ("workshop", "accepted"), ("data_sheet", "accepted"),
        ("process", "accepted"), ("machinery", "accepted"),
    ):  # fmt: skip
        form = {"version": version_of(office, case), "veredicto": verdict, "pagina": "1"}
        answer = browser.post(f"/revision/casos/{case}/puntos/{item}", data=form)
        led.append(answer.headers["Location"].partition("?")[2].partition("#")[0])
    assert led[1:] == [
        "pagina=3&sigue=punto-machinery",
        "pagina=3&sigue=punto-machinery",
        "pagina=3&sigue=punto-machinery",
        "pagina=1&sigue=decidir",
    ]


@pytest.mark.parametrize(
    ("item", "data", "status"),
    [
        ("sala", {"version": "3", "veredicto": "accepted"}, 404),
        ("people", {"version": "3", "veredicto": "tal vez"}, 422),
        ("people", {"version": "", "veredicto": "accepted"}, 409),
        ("people", {"version": "x", "veredicto": "accepted"}, 409),
        ("prior_agreement", {"version": "{}", "veredicto": "accepted"}, 404),
    ],
)
def test_a_verdict_that_makes_no_sense_changes_nothing(
    browser: FlaskClient, office: Office, item: str, data: dict[str, str], status: int
) -> None:
    case = put_case(office)
    sent = {name: value.format(version_of(office, case)) for name, value in data.items()}
    assert browser.post(f"/revision/casos/{case}/puntos/{item}", data=sent).status_code == status
    with office.reading() as uow:
        verdicts = set(uow.session.scalars(sa.select(ReviewItemRow.verdict)))
    assert verdicts == {ItemVerdict.PENDING}


def test_a_running_check_says_so_in_its_place_and_holds_the_approval(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    case = put_case(office)
    take(office, case, officer_id)
    with office.writing() as uow:
        document = uow.session.get_one(DocumentRow, document_ids(office, case)[0])
        document.state, document.page_count = DocumentState.CHECKING, 3
        uow.commit()
    page = browser.get(f"/revision/casos/{case}").text
    assert "la revisión automática sigue" in page
    assert "· 1 de 3" in page
    assert "La revisión automática de un archivo no ha terminado." in page


def test_photos_that_are_still_compared_are_not_called_clean(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    case = put_case(office)
    take(office, case, officer_id)
    with office.writing() as uow:
        uow.enqueue(TaskKind.FIND_RESEMBLING, document_ids(office, case)[0])
        uow.commit()
    page = browser.get(f"/revision/casos/{case}").text
    assert page.count("<span>comparando con otras solicitudes</span>") == 1
    assert "Las fotos todavía se comparan con las de otras solicitudes." in page
    assert "revisión en marcha" in browser.get("/revision").text


def test_a_copy_in_another_case_is_shown_beside_this_one(
    browser: FlaskClient, office: Office
) -> None:
    copied = (Shot(theme=Theme.WORKSHOP, sha256="ab" * 32), *ALL_THEMES[1:])
    other = put_case(office, ruc=OTHER_RUC, shots=copied)
    case = put_case(office, shots=copied)
    page = browser.get(f"/revision/casos/{case}").text
    with office.reading() as uow:
        reference = uow.session.get_one(ApplicationRow, other).reference
    assert f"La misma foto está en {reference}, de otro RUC." in page
    assert "Otro RUC</span>" in page
    assert f"/revision/casos/{other}/paginas/" in page
    assert "Comparar fotos parecidas" in page, "the sheet of keys names P where it answers"


def test_data_that_differ_from_the_register_are_marked(
    browser: FlaskClient, office: Office
) -> None:
    case = put_case(office, sheet={"canton": "Cotacachi", "workers": "16"})
    page = browser.get(f"/revision/casos/{case}").text
    assert page.count('class="differs"') == 2
    assert "El SRI no registra un local abierto en ese cantón." in page
    assert "la Ley de Defensa del Artesano admite 15" in page
    item = page[page.index('id="punto-data_sheet"') :]
    assert "El SRI no registra un local abierto en ese cantón." in item[: item.index("</li>\n    ")]


def test_what_was_read_stands_beside_the_sheet_and_the_register_and_differences_are_told(
    browser: FlaskClient, office: Office
) -> None:
    case = put_case(
        office,
        scan=scan(field("holder", "OTRA PERSONA"), field("ruc", RUC), field("activity", "Tejidos")),
    )
    with office.writing() as uow:
        uow.session.add(register_entry())
        uow.commit()
    page = browser.get(f"/revision/casos/{case}").text
    table = page[page.index('id="datos"') : page.index('id="acuerdo-anterior"')]
    assert re.findall(r'<th scope="col">([^<]+)</th>', table) == ["Solicitud", "SRI", "Leído"]
    rows = {
        name: " ".join(re.sub(r"<[^>]+>", " ", row).split())
        for row in table.split("<tr ")[1:]
        for name in re.findall(r'<th scope="row">([^<]+)</th>', row)
    }
    assert rows["RUC"].count(RUC) == 2
    assert "OTRA PERSONA" in rows["Nombre"]
    assert "Ver página 5" in rows["Nombre"]
    assert "sin dato" in rows["Teléfono"], "a screen reader says it"
    marked = {name for name, words in rows.items() if "no coincide" in words.casefold()}
    told = table[table.index("<p") : table.index("<table")]
    assert all(name in told for name in marked)
    assert table.count('class="differs"') == len(marked)


def test_without_a_paper_there_are_two_columns_and_a_sentence(
    browser: FlaskClient, office: Office
) -> None:
    case = put_case(office)
    page = browser.get(f"/revision/casos/{case}").text
    assert "Nada de lo que se puede comparar difiere." in page
    assert '<th scope="col">Leído</th>' not in page


def test_what_was_not_sent_is_no_clean_point(browser: FlaskClient, office: Office) -> None:
    case = put_case(office, shots=ALL_THEMES[:3])
    page = browser.get(f"/revision/casos/{case}").text
    empty = page[page.index('id="punto-process"') : page.index('id="punto-data_sheet"')]
    assert "no se envió nada" in empty
    assert "sin alertas" not in empty
    full = page[page.index('id="punto-people"') : page.index('id="punto-machinery"')]
    assert "sin alertas" in full


def test_a_prior_agreement_stands_beside_the_register_with_its_crop(
    browser: FlaskClient, office: Office
) -> None:
    with office.writing() as uow:
        uow.session.add(register_entry())
        uow.commit()
    case = put_case(
        office,
        scan=scan(
            field("number", NUMBER),
            field("holder", "OTRA PERSONA"),
            field("ruc", "x", confidence=12),
        ),
    )
    page = browser.get(f"/revision/casos/{case}?pagina=5").text
    reads = page[page.index('id="acuerdo-anterior"') : page.index("<h2>Antes</h2>")]
    assert re.findall(r"</svg>\s*(Coincide|No coincide|No se lee|No es seguro)", reads) == [
        "Coincide",
        "No coincide",
        "No es seguro",
        *["No se lee"] * 4,
    ]
    assert "confianza 90 %" in reads
    assert "TITUAÑA QUILUMBA MARIA" in reads
    assert 'viewBox="14 24 92 22"' in reads
    assert "<rect x=" in page
    assert "Acuerdo interministerial" in reads
    assert NUMBER in page[page.index("<h2>Antes</h2>") :]


def register_entry() -> PriorAgreementRow:
    """Return our register's line of the agreement that the scan shows."""
    return PriorAgreementRow(
        number=NUMBER,
        ruc=RUC,
        holder="TITUAÑA QUILUMBA MARIA",
        activity="Tejidos",
        issued_on=date(2023, 11, 20),
        valid_until=date(2026, 11, 20),
        source="lista",
        imported_at=datetime(2026, 11, 1, tzinfo=UTC),
    )


def test_words_are_drawn_over_the_page_and_unsure_ones_marked(
    browser: FlaskClient, office: Office
) -> None:
    unsure = tuple(line("dudoso", left=10, top=10, confidence=59.9))
    sure = tuple(line("seguro", left=10, top=40, confidence=60))
    page_image = ScannedPage(jpeg=jpeg(), width_px=WIDTH, height_px=HEIGHT, words=(*unsure, *sure))
    case = put_case(office, scan=Scan(pages=(page_image,)))
    page = browser.get(f"/revision/casos/{case}?pagina=5&texto=1").text
    assert 'class="shows-text"' in page
    assert page.count('class="unsure"') == 1
    assert re.search(r'class="read-text"[^>]*>dudoso\nseguro</div>', page)


def test_what_an_applicant_writes_is_shown_as_text(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    payload = "{{ 7 * 7 }}<script>alert(1)</script>"
    case = put_case(
        office,
        shots=(Shot(theme=Theme.WORKSHOP, comment=payload), *ALL_THEMES[1:]),
        sheet={"trade": payload[:150]},
    )
    take(office, case, officer_id)
    steps.observe(office, case, officer_id)
    for address in (f"/revision/casos/{case}", "/revision", f"/revision/casos/{case}/negar"):
        page = browser.get(address).text
        assert "<script>alert" not in page
        assert "{{ 7 * 7 }}" in page or "negar" in address


def test_what_a_correction_replaced_stands_beside_it(browser: FlaskClient, office: Office) -> None:
    case = put_case(office)
    first, second, *_ = document_ids(office, case)
    with office.writing() as uow:
        uow.session.get_one(DocumentRow, first).removed_at = uow.now
        # Taken out while it was still a draft: nobody ever sent it.
        uow.session.get_one(DocumentRow, second).removed_at = uow.now - timedelta(days=1)
        uow.commit()
    page = browser.get(f"/revision/casos/{case}").text
    item = page[page.index('id="punto-workshop"') : page.index('id="punto-people"')]
    assert "Antes de corregir:" in item
    assert f"/paginas/{first}/1/miniatura.jpg" in item
    assert "Ninguna página muestra este tema" in item
    assert page.count("Antes de corregir:") == 1
    assert f"/paginas/{second}/" not in page
