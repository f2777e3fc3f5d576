"""Photos that resemble each other across applications: enrolled, found, told to officers only."""

from uuid import UUID

import numpy as np
import pytest

from review_service.bootstrap import Container
from review_service.db.models import (
    ApplicationRow,
    FindingRow,
    ResemblanceRow,
)
from review_service.db.queries.applicant.files import files_of
from review_service.domain.applications import ApplicationState
from review_service.domain.findings import Severity
from review_service.domain.likeness import (
    CERTAIN_BITS,
    GRID_SIDE,
    LEAST_AGREEING,
    LEAST_AGREEMENT,
    RADIUS,
)
from review_service.samples.people import synthetic_ruc
from review_service.services.applicant import applying
from tests.factories import (
    OTHER_RUC,
    RUC,
    Office,
    add_taxpayer,
    open_draft,
    send_and_confirm,
)
from tests.integration.services import steps
from tests.integration.services.resembling_photos import (
    case,
    checked,
    hashed,
    near,
    photo,
    search,
    told,
)
from tests.unit.workers.photo_index.pictures import cut, scene
from workers.inside.picture import features
from workers.photo_index.proving import MOST_CANDIDATES

THIRD = synthetic_ruc(20)


def reference(office: Office, application_id: UUID) -> str:
    return steps.application(office, application_id).reference


def test_both_cases_are_warned_of_a_photo_that_resembles_another(
    office: Office, worker: Container
) -> None:
    seen = hashed("loom")
    first = case(office, photo("loom", seen=seen), ruc=OTHER_RUC)
    second = case(office, photo("copy", seen=near(seen, 31)))
    with office.writing() as uow:
        add_taxpayer(uow, THIRD)
        uow.commit()
    bystander = case(office, photo("kiln", seen=near(seen, 32, start=64)), ruc=THIRD)
    search(office, worker)
    bits = "difieren 31 de 256 bits (límite 31)."
    later = reference(office, second)
    assert told(office, first) == [
        (
            "photo_like_later_applicant",
            (
                f"Otra solicitud posterior, {later}, de otro RUC, usó una foto que se parece a "
                f"esta: {bits}"
            ),
        )
    ]
    assert told(office, second) == [
        (
            "photo_like_other_applicant",
            f"Se parece a una foto de {reference(office, first)}, de otro RUC: {bits}",
        )
    ]
    assert told(office, bystander) == []
    rows = [row for row in steps.rows(office, FindingRow) if row.code.startswith("photo_like")]
    assert {row.application_id: row.severity for row in rows} == {
        first: Severity.NOTE,
        second: Severity.BAD,
    }
    assert all(row.compared and not row.advice for row in rows)


def test_an_earlier_year_of_the_same_applicant_is_a_note(office: Office, worker: Container) -> None:
    seen = hashed("loom")
    first = case(office, photo("loom", seen=seen))
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, first)
        row.state, row.open_key = ApplicationState.WITHDRAWN, None
        uow.commit()
    second = case(office, photo("again", seen=near(seen, 3)))
    search(office, worker)
    (finding,) = [
        row
        for row in steps.rows(office, FindingRow)
        if row.code == "photo_like_earlier_application" and row.application_id == second
    ]
    assert finding.severity is Severity.NOTE
    assert "del mismo solicitante" in finding.message


def test_it_says_how_the_photo_was_turned(office: Office, worker: Container) -> None:
    seen = hashed("loom")
    first = case(office, photo("loom", seen=seen), ruc=OTHER_RUC)
    second = case(office, photo("copy", turned=near(seen, 4)))
    search(office, worker)
    for each in (first, second):
        ((_, message),) = told(office, each)
        assert message.endswith(
            "difieren 4 de 256 bits (límite 31); está girada un cuarto de vuelta."
        )
    (found,) = steps.rows(office, ResemblanceRow)
    assert (found.distance, found.turned) == (4, 1)


def test_the_same_bytes_are_called_the_same_and_not_told_twice(
    office: Office, worker: Container
) -> None:
    one = photo("loom")
    first, second = case(office, one, ruc=OTHER_RUC), case(office, one)
    search(office, worker)
    assert told(office, second) == [
        (
            "photo_of_other_applicant",
            f"La misma foto está en {reference(office, first)}, de otro RUC.",
        )
    ]
    later = reference(office, second)
    assert told(office, first) == [
        (
            "photo_of_later_applicant",
            f"Otra solicitud posterior, {later}, de otro RUC, usó esta foto.",
        )
    ]


def test_what_nobody_sent_is_not_told_until_it_is_sent(office: Office, worker: Container) -> None:
    seen = hashed("loom")
    first = case(office, photo("loom", seen=seen))
    draft = case(office, photo("copy", seen=near(seen, 5)), ruc=OTHER_RUC, sent=False)
    search(office, worker)
    assert len(steps.rows(office, ResemblanceRow)) == 1
    assert told(office, first) == told(office, draft) == []
    send_and_confirm(office, draft, OTHER_RUC)
    assert [code for code, _ in told(office, first)] == ["photo_like_later_applicant"]
    assert [code for code, _ in told(office, draft)] == ["photo_like_other_applicant"]


def test_first_is_whose_photo_was_received_first_not_who_sent_the_application_first(
    office: Office, worker: Container
) -> None:
    seen = hashed("loom")
    owner = case(office, photo("loom", seen=seen), ruc=OTHER_RUC, sent=False)
    copier = case(office, photo("copy", seen=near(seen, 5)))
    send_and_confirm(office, owner, OTHER_RUC)
    search(office, worker)
    assert [code for code, _ in told(office, owner)] == ["photo_like_later_applicant"]
    assert [code for code, _ in told(office, copier)] == ["photo_like_other_applicant"]


def test_a_removed_photo_accuses_nobody(office: Office, worker: Container) -> None:
    seen = hashed("loom")
    other = open_draft(office, OTHER_RUC)
    gone = checked(office, other, [photo("copy", seen=near(seen, 5))], OTHER_RUC)
    applying.remove_document(
        office.writing(), application_id=other, ruc=OTHER_RUC, document_id=gone
    )
    checked(office, other, [photo("fresh")], OTHER_RUC)
    send_and_confirm(office, other, OTHER_RUC)
    first = case(office, photo("loom", seen=seen))
    search(office, worker)
    assert len(steps.rows(office, ResemblanceRow)) == 1
    assert told(office, first) == told(office, other) == []


def test_the_applicant_is_told_of_near_repeats_within_the_draft_only(
    office: Office, worker: Container
) -> None:
    seen = hashed("loom")
    case(office, photo("elsewhere", seen=near(seen, 9)), ruc=OTHER_RUC)
    draft = case(office, photo("loom", seen=seen), photo("twice", seen=near(seen, 5)), sent=False)
    search(office, worker)
    ((code, message),) = told(office, draft)
    assert code == "photo_like_own"
    assert message.startswith("Se parece a la foto de la página ")
    with office.reading() as uow:
        advice = [
            each.sentence
            for file in files_of(uow, draft).all
            for page in file.pages
            for each in page.advice
        ]
    assert len(advice) == 1
    assert "cámbiela por otra distinta" in advice[0]
    assert "elsewhere" not in str(advice)


@pytest.mark.parametrize(
    ("bits", "other_grid", "is_told"),
    [
        (CERTAIN_BITS + 1, "kiln", False),
        (CERTAIN_BITS + 1, "loom", True),
        (RADIUS, "loom", True),
        (CERTAIN_BITS, "kiln", True),
        (RADIUS, "", True),
    ],
    ids=["another picture", "the same", "the same, far", "certain by its hash", "of before"],
)
def test_beyond_what_the_hash_proves_alone_the_pictures_themselves_must_agree(
    office: Office, worker: Container, bits: int, other_grid: str, *, is_told: bool
) -> None:
    seen = hashed("loom")
    first = case(office, photo("loom", seen=seen, grid=grid_of("loom")), ruc=OTHER_RUC)
    grid = grid_of(other_grid) if other_grid else b""
    second = case(office, photo("copy", seen=near(seen, bits), grid=grid))
    search(office, worker)
    assert bool(told(office, first)) is bool(told(office, second)) is is_told
    assert bool(steps.rows(office, ResemblanceRow)) is is_told


def grid_of(word: str) -> bytes:
    """Return the brightness of a picture that is like no other word's."""
    return b"".join(hashed(f"{word} row {row}") for row in range(GRID_SIDE))


def test_a_copy_whose_hash_is_far_is_told_by_its_features(
    office: Office, worker: Container
) -> None:
    whole = scene(1)
    first = case(office, photo("loom", features=features.of(whole)), ruc=OTHER_RUC)
    second = case(office, photo("cut", features=features.of(cut(whole, 0.12))))
    search(office, worker)
    (found,) = steps.rows(office, ResemblanceRow)
    assert found.distance > RADIUS
    assert (found.agreeing or 0) >= LEAST_AGREEING
    assert (found.agreement or 0) >= LEAST_AGREEMENT
    assert found.lay is not None
    assert np.allclose(found.lay[:3], (0.76, 0, 0.12), atol=0.02)
    ((_, message),) = told(office, second)
    assert "Se parece a una foto de" in message
    assert "puntos en su lugar" in message
    assert "bits" not in message
    ((_, mirror),) = told(office, first)
    assert "puntos en su lugar" in mirror


def test_variants_that_were_removed_since_do_not_hide_the_original(
    office: Office, worker: Container
) -> None:
    whole = scene(1)
    first = case(office, photo("loom", features=features.of(whole)), ruc=OTHER_RUC)
    search(office, worker)
    draft = open_draft(office, RUC)
    for number in range(MOST_CANDIDATES + 2):
        tried = photo(f"try {number}", features=features.of(cut(whole, 0.1 + number / 1000)))
        document = checked(office, draft, [tried], RUC)
        search(office, worker)
        applying.remove_document(
            office.writing(), application_id=draft, ruc=RUC, document_id=document
        )
    checked(office, draft, [photo("last", features=features.of(cut(whole, 0.11)))], RUC)
    search(office, worker)
    send_and_confirm(office, draft, RUC)
    search(office, worker)
    assert len(told(office, draft)) == 1
    assert len(told(office, first)) == 1


def test_features_refute_a_hash_that_is_near_but_not_certain(
    office: Office, worker: Container
) -> None:
    seen, grid = hashed("loom"), grid_of("loom")
    one, other, third = (features.of(scene(seed)) for seed in (1, 2, 3))
    case(office, photo("a", seen=seen, grid=grid, features=one), ruc=OTHER_RUC)
    near_by = case(office, photo("b", seen=near(seen, CERTAIN_BITS + 1), grid=grid, features=other))
    search(office, worker)
    assert told(office, near_by) == []
    with office.writing() as uow:
        add_taxpayer(uow, THIRD)
        uow.commit()
    certain = photo("c", seen=near(seen, CERTAIN_BITS, start=64), grid=grid, features=third)
    sure = case(office, certain, ruc=THIRD)
    search(office, worker)
    assert len(told(office, sure)) == 1, "what the hash alone proves stays told"


def test_an_applicant_never_learns_what_features_find_among_own_photos(
    office: Office, worker: Container
) -> None:
    whole = scene(1)
    draft = case(
        office,
        photo("loom", features=features.of(whole)),
        photo("cut", features=features.of(cut(whole, 0.12))),
        sent=False,
    )
    search(office, worker)
    assert steps.rows(office, ResemblanceRow) == [], "what comes together is not laid"
    later = photo("later", features=features.of(cut(whole, 0.1)))
    assert case(office, later, sent=False) == draft, "another file in place of the one before"
    search(office, worker)
    assert steps.rows(office, ResemblanceRow) == [], "nor what it replaced"
    assert told(office, draft) == []
