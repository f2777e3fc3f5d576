"""Photos that resemble each other stand side by side, and who looked is written down."""

import re
from uuid import UUID, uuid4

import cv2
import numpy as np
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from numpy.typing import NDArray

from review_service.db.models import (
    ApplicationRow,
    DocumentRow,
    EventRow,
    FindingRow,
    PageRow,
    PhotoRow,
    ResemblanceRow,
)
from review_service.db.queries.officer import copies
from review_service.db.queries.officer.copies import Picture
from review_service.domain.documents import Theme
from review_service.domain.reports import Box
from review_service.services.findings import comparing, support_documents
from review_service.web.officer.copies import shown
from tests.factories import OTHER_RUC, RUC, Office, open_draft
from tests.integration.web.officer.desk_cases import ALL_THEMES, Shot, put_case
from tests.integration.web.test_versions import STALE
from workers.inside.picture import pdq

BOX = {"left": 10, "top": 20, "width": 80, "height": 60}


def first_photo(office: Office, application_id: UUID) -> PhotoRow:
    with office.reading() as uow:
        return (
            uow.session.execute(
                sa.select(PhotoRow)
                .join(PageRow, PageRow.id == PhotoRow.page_id)
                .join(DocumentRow, DocumentRow.id == PageRow.document_id)
                .where(DocumentRow.application_id == application_id)
                .order_by(DocumentRow.created_at)
            )
            .scalars()
            .first()
        ) or pytest.fail("no photo")


def resemble(office: Office, earlier: UUID, later: UUID, *, distance: int, turned: int) -> None:
    """Write down what a search would have found between the first photos of two cases."""
    places = [first_photo(office, each).page_id for each in (earlier, later)]
    with office.writing() as uow:
        for position, page_id in enumerate(places, start=1):
            uow.session.execute(
                sa.update(PhotoRow)
                .where(PhotoRow.page_id == page_id)
                .values(
                    index_position=position, box={"left": 10, "top": 20, "width": 80, "height": 60}
                )
            )
        uow.session.flush()
        uow.session.add(
            ResemblanceRow(earlier_position=1, later_position=2, distance=distance, turned=turned)
        )
        uow.session.flush()
        comparing.compare(uow, later)
        uow.commit()


def shots() -> tuple[Shot, ...]:
    """Return four photos like no others."""
    return tuple(Shot(theme=each, sha256=uuid4().hex * 2) for each in Theme)


def address(office: Office, application_id: UUID) -> str:
    page_id = first_photo(office, application_id).page_id
    with office.reading() as uow:
        page = uow.session.get_one(PageRow, page_id)
        return f"/revision/casos/{application_id}/comparar/{page.document_id}/{page.number}"


def reference(office: Office, application_id: UUID) -> str:
    with office.reading() as uow:
        return uow.session.get_one(ApplicationRow, application_id).reference


def test_both_photos_stand_side_by_side_with_whose_they_are(
    browser: FlaskClient, office: Office
) -> None:
    other = put_case(office, ruc=OTHER_RUC, shots=shots())
    case = put_case(office, shots=shots())
    resemble(office, other, case, distance=14, turned=1)
    desk = browser.get(f"/revision/casos/{case}").text
    assert address(office, case) in desk
    assert "difieren 14 de 256 bits (límite 31); está girada un cuarto de vuelta" in desk
    page = browser.get(address(office, case)).text
    assert "Se parece a una foto de <span" in re.sub(r"\s+", " ", page)
    for each in (other, case):
        assert reference(office, each) in page
        assert f"/revision/casos/{each}/paginas/" in page
    assert OTHER_RUC in page
    assert RUC in page
    assert "TALLER MAIGUA" in page
    assert f"/revision/casos/{other}?documento=" in page
    # The other one came first, so it is turned back to stand as this one does.
    assert "matrix(0 1 -1 0 60 0) translate(-10 -20)" in page
    assert 'viewBox="0 0 60 80"' in page
    assert 'viewBox="0 0 80 60"' in page
    mirror = browser.get(address(office, other)).text
    assert "matrix(0 -1 1 0 0 80) translate(-10 -20)" in mirror
    for text in (page, mirror):
        assert " style=" not in text
        assert not re.search(r"\son\w+=", text)


def test_looking_at_the_other_file_is_written_down_there(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    other = put_case(office, ruc=OTHER_RUC, shots=shots())
    case = put_case(office, shots=shots())
    resemble(office, other, case, distance=14, turned=0)
    assert browser.get(address(office, case)).status_code == 200
    with office.reading() as uow:
        (event,) = uow.session.scalars(
            sa.select(EventRow).where(EventRow.action == "photos_compared")
        )
        assert event.subject_id == other
        assert event.actor == f"officer:{officer_id}"
        assert event.details == {"beside": str(case)}


def test_a_page_that_resembles_nothing_has_nothing_to_compare(
    browser: FlaskClient, office: Office
) -> None:
    case = put_case(office, shots=shots())
    assert browser.get(address(office, case)).status_code == 404
    draft = open_draft(office, OTHER_RUC)
    assert browser.get(f"/revision/casos/{draft}/comparar/{uuid4()}/1").status_code == 404


def test_the_same_file_is_called_identical(browser: FlaskClient, office: Office) -> None:
    copied = (Shot(theme=Theme.WORKSHOP, sha256="ab" * 32), *ALL_THEMES[1:])
    put_case(office, ruc=OTHER_RUC, shots=copied)
    case = put_case(office, shots=copied)
    page = browser.get(address(office, case)).text
    assert "Es la misma foto que en" in page
    assert "Los dos archivos son idénticos." in page


def test_a_removed_file_of_another_case_is_not_shown(browser: FlaskClient, office: Office) -> None:
    copied = (Shot(theme=Theme.WORKSHOP, sha256="ab" * 32), *ALL_THEMES[1:])
    other = put_case(office, ruc=OTHER_RUC, shots=copied)
    with office.writing() as uow:
        uow.session.execute(
            sa.update(DocumentRow)
            .where(DocumentRow.application_id == other)
            .values(removed_at=uow.now)
        )
        uow.commit()
    case = put_case(office, shots=copied)
    assert browser.get(address(office, case)).status_code == 404
    assert "también están en otra solicitud" not in browser.get(f"/revision/casos/{case}").text


@pytest.mark.parametrize("form", range(8))
def test_every_form_is_drawn_as_the_hash_means_it(form: int) -> None:
    """Follow the corners of a picture through the drawing and through the hash's own turning."""
    width, height = 4, 3
    picture: NDArray[np.uint8] = np.arange(12, dtype=np.uint8).reshape(height, width)
    turned = {
        0: picture,
        1: cv2.rotate(picture, cv2.ROTATE_90_COUNTERCLOCKWISE),
        2: cv2.rotate(picture, cv2.ROTATE_180),
        3: cv2.rotate(picture, cv2.ROTATE_90_CLOCKWISE),
        4: cv2.flip(picture, 0),
        5: cv2.flip(picture, 1),
        6: cv2.transpose(picture),
        7: cv2.rotate(cv2.transpose(picture), cv2.ROTATE_180),
    }[form]
    drawn = shown(
        Picture(
            document_id=uuid4(),
            page_number=1,
            width_px=100,
            height_px=100,
            box=Box(left=7, top=9, width=width, height=height),
            has_image=True,
            turned=form,
        )
    )
    assert (drawn.height, drawn.width) == turned.shape
    numbers = [float(each) for each in re.findall(r"-?\d+", drawn.transform)]
    a, b, c, d, e, f, left, top = numbers
    for row in range(height):
        for column in range(width):
            x, y = 7 + column + 0.5 + left, 9 + row + 0.5 + top
            at_x, at_y = a * x + c * y + e, b * x + d * y + f
            assert turned[int(at_y), int(at_x)] == picture[row, column]
    assert len(pdq.FORMS) == 8


LAY = [0.8, 0.0, 0.1, 0.0, 0.8, 0.1, 0.0, 0.0, 1.0]
"""A copy cut by a tenth at each side."""


def agree(office: Office) -> None:
    """Write down that the features of the two photos agree, far beyond the radius of hashes."""
    with office.writing() as uow:
        uow.session.execute(
            sa.update(ResemblanceRow).values(distance=112, agreeing=27, agreement=0.73, lay=LAY)
        )
        uow.commit()


def test_what_both_photos_show_is_outlined(browser: FlaskClient, office: Office) -> None:
    other = put_case(office, ruc=OTHER_RUC, shots=shots())
    case = put_case(office, shots=shots())
    resemble(office, other, case, distance=14, turned=0)
    agree(office)
    page = browser.get(address(office, case)).text
    assert (
        "Coinciden 27 puntos en su lugar (73\u00a0% de los comparados, mínimo 47\u00a0%)." in page
    )
    assert "256 bits" not in page
    # The later photo, of this case, shows a part of the earlier one, whole.
    here, there = (set(each.split()) for each in re.findall(r'points="([^"]*)"', page))
    assert here == {"10.0,20.0", "90.0,20.0", "90.0,80.0", "10.0,80.0"}
    assert there == {"18.0,26.0", "82.0,26.0", "82.0,74.0", "18.0,74.0"}


def said(page: str, name: str) -> str:
    """Return the value of a hidden field of the first form that has it."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else pytest.fail(f"no field {name}")


def judge(browser: FlaskClient, office: Office, case: UUID, **more: str) -> str:
    """Send the form of the compared photos, and return the page that follows."""
    page = browser.get(address(office, case)).text
    hidden = ("csrf_token", "version", "foto", "otro_caso", "otra_foto")
    form = {name: said(page, name) for name in hidden if f'name="{name}"' in page}
    return browser.post(address(office, case), data={**form, **more}, follow_redirects=True).text


def alerts(office: Office, application_id: UUID) -> int:
    """Return how many findings tell of photos of other applications."""
    with office.reading() as uow:
        return len(
            uow.session.scalars(
                sa.select(FindingRow.id).where(
                    FindingRow.application_id == application_id,
                    FindingRow.code.in_(
                        ("photo_like_other_applicant", "photo_like_later_applicant")
                    ),
                )
            ).all()
        )


def test_an_officer_says_that_it_is_no_copy_and_takes_it_back(
    browser: FlaskClient, office: Office, officer_id: UUID
) -> None:
    other = put_case(office, ruc=OTHER_RUC, shots=shots())
    case = put_case(office, shots=shots())
    resemble(office, other, case, distance=14, turned=0)
    assert (alerts(office, case), alerts(office, other)) == (1, 1)
    page = judge(browser, office, case, decision="no", motivo="Son dos jarros distintos.")
    assert "Queda anotado que no es copia." in page
    assert "«Son dos jarros distintos.»" in page
    assert (alerts(office, case), alerts(office, other)) == (0, 0)
    assert "también están en otra solicitud" not in browser.get(f"/revision/casos/{case}").text
    assert address(office, case) in browser.get(f"/revision/casos/{case}").text, "to undo it"
    with office.writing() as uow:  # as when the checks run again
        comparing.compare(uow, case)
        comparing.compare(uow, other)
        uow.commit()
    assert (alerts(office, case), alerts(office, other)) == (0, 0)
    mirror = browser.get(address(office, other)).text
    assert "No es copia</strong>, dijo" in mirror
    with office.reading() as uow:
        told = uow.session.scalars(
            sa.select(EventRow).where(EventRow.action == "copy_denied")
        ).all()
        assert {each.subject_id for each in told} == {case, other}
        assert {each.actor for each in told} == {f"officer:{officer_id}"}
        assert "jarros" not in str([each.details for each in told])
    # From the other case the same pair is given back.
    assert "vuelven a avisar" in judge(browser, office, other, decision="si")
    assert (alerts(office, case), alerts(office, other)) == (1, 1)


def test_who_saw_an_older_case_denies_nothing(browser: FlaskClient, office: Office) -> None:
    other = put_case(office, ruc=OTHER_RUC, shots=shots())
    case = put_case(office, shots=shots())
    resemble(office, other, case, distance=14, turned=0)
    page = browser.get(address(office, case)).text
    form = {name: said(page, name) for name in ("foto", "otro_caso", "otra_foto")}
    late = browser.post(address(office, case), data={**form, "version": STALE, "motivo": "No."})
    assert late.status_code == 409
    assert "actuó antes" in late.text
    assert alerts(office, case) == 1


def test_only_a_pair_that_resembles_is_denied(browser: FlaskClient, office: Office) -> None:
    other = put_case(office, ruc=OTHER_RUC, shots=shots())
    case = put_case(office, shots=shots())
    resemble(office, other, case, distance=14, turned=0)
    page = browser.get(address(office, case)).text
    form = {name: said(page, name) for name in ("csrf_token", "version", "foto", "otra_foto")
            if f'name="{name}"' in page}  # fmt: skip
    for wrong in ("", "no", str(uuid4()), str(case)):
        sent = browser.post(address(office, case), data={**form, "otro_caso": wrong})
        assert sent.status_code == 404
    swapped = {**form, "foto": form["otra_foto"], "otro_caso": str(other)}
    assert browser.post(address(office, case), data=swapped).status_code == 404
    assert alerts(office, case) == 1
    long = judge(browser, office, case, decision="no", motivo="a" * 501)
    assert "Escriba hasta 500 letras." in long
    assert alerts(office, case) == 1


def test_the_same_file_has_no_such_button(browser: FlaskClient, office: Office) -> None:
    copied = (Shot(theme=Theme.WORKSHOP, sha256="ab" * 32), *ALL_THEMES[1:])
    put_case(office, ruc=OTHER_RUC, shots=copied)
    case = put_case(office, shots=copied)
    assert "No es copia" not in browser.get(address(office, case)).text


def resemble_twice(office: Office, earlier: UUID) -> None:
    """Let another photo of the earlier case be like the photo of the later one too."""
    with office.writing() as uow:
        second = uow.session.scalars(
            sa.select(PhotoRow)
            .join(PageRow, PageRow.id == PhotoRow.page_id)
            .join(DocumentRow, DocumentRow.id == PageRow.document_id)
            .where(DocumentRow.application_id == earlier, PhotoRow.index_position.is_(None))
        ).first()
        assert second is not None
        second.index_position = 3
        uow.session.flush()
        uow.session.add(ResemblanceRow(earlier_position=2, later_position=3, distance=11, turned=0))
        uow.commit()


def test_a_denied_pair_is_told_beside_another_one_of_the_same_cases(
    browser: FlaskClient, office: Office
) -> None:
    """Who takes it back must find it."""
    earlier, later = put_case(office, shots=shots()), put_case(office, ruc=OTHER_RUC, shots=shots())
    resemble(office, earlier, later, distance=9, turned=0)
    page = browser.get(address(office, later)).get_data(as_text=True)
    assert "No es copia" in page
    judge(browser, office, later)
    resemble_twice(office, earlier)
    page = browser.get(address(office, later)).get_data(as_text=True)
    assert "No es copia" in page
    assert "Sí puede ser copia" in page


def test_a_case_that_is_shown_is_not_counted_as_one_more_for_a_denied_pair(
    browser: FlaskClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier, later = put_case(office, shots=shots()), put_case(office, ruc=OTHER_RUC, shots=shots())
    resemble(office, earlier, later, distance=9, turned=0)
    judge(browser, office, later)
    resemble_twice(office, earlier)
    monkeypatch.setattr(copies, "MOST_COMPARED", 1)
    page = browser.get(address(office, later)).get_data(as_text=True)
    assert "No es copia" in page
    assert "Sí puede ser copia" not in page, "one pair is shown"
    assert "solicitud más la comparte" not in page, "the only other case is shown"


def test_papers_are_compared_by_the_rules_of_the_installation(
    browser: FlaskClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier, later = put_case(office, shots=shots()), put_case(office, ruc=OTHER_RUC, shots=shots())
    resemble(office, earlier, later, distance=9, turned=0)
    held_to = []
    monkeypatch.setattr(
        support_documents,
        "compare_answers",
        lambda *_, rulebook: held_to.append(rulebook),
    )
    judge(browser, office, later)
    assert len(held_to) == 2, "each case once"
    assert all(rulebook for rulebook in held_to)
