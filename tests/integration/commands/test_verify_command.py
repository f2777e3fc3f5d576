"""``review-service verify`` on real papers: every comparison is made on the file itself."""

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from review_service.adapters.agreement_pdf import WeasyPrintRenderer
from review_service.adapters.demonstration_authority import demonstration_keys
from review_service.cli import main
from review_service.db.models import AgreementRow, ApplicationRow, PaperProofRow
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.work import TaskKind
from review_service.services.agreements import issuing
from review_service.services.agreements.issuing import Press
from tests.conftest import FreshDatabase, migrate_to_head
from tests.factories import SECRET, Office, add_officer, issuing_rules, make_office
from tests.integration.services import steps
from tests.process_parts import environment
from workers.inspecting.own_paper import SandboxPaperReader
from workers.sandbox.keeper import start_sandbox, stop_sandbox

FORGED = b"%PDF-1.7 forged " + b"x" * 8
Verify = Callable[..., tuple[str, dict[str, Any]]]


@pytest.fixture(scope="module", autouse=True)
def _sandbox() -> Iterator[None]:
    start_sandbox()
    yield
    stop_sandbox()


@pytest.fixture
def empty(fresh_database_url: FreshDatabase, tmp_path: Path) -> Iterator[Office]:
    """An office without a paper."""
    made = make_office(fresh_database_url("sqlite", prepare=migrate_to_head), tmp_path)
    yield made
    made.database.engine.dispose()


@pytest.fixture
def press(empty: Office, tmp_path: Path) -> Press:
    """What makes a paper, with keys of its own."""
    rules = issuing_rules()
    keys = demonstration_keys(tmp_path / "signing", ministries=rules.institution.ministries)
    return Press(
        renderer=WeasyPrintRenderer(),
        signer=keys.signer(),
        store=empty.store,
        reader=SandboxPaperReader(authorities=lambda: (keys.authority,)),
        verification_key=SECRET,
        public_url=rules.public_url,
    )


@pytest.fixture
def office(empty: Office, press: Press) -> Office:
    """The office that the command works on, with one issued paper."""
    steps.approve(empty, steps.in_review(empty), add_officer(empty))
    (lease,) = steps.leases(empty, TaskKind.ISSUE_AGREEMENT)
    issuing.issue(empty.writing, press, lease)
    return empty


@pytest.fixture
def row(office: Office) -> AgreementRow:
    """Its row."""
    (found,) = steps.rows(office, AgreementRow)
    return found


@pytest.fixture
def paper(office: Office, row: AgreementRow) -> bytes:
    """Its file."""
    with office.store.open(row.storage_key or "") as stream:
        return stream.read()


@pytest.fixture
def verify(office: Office, tmp_path: Path) -> Verify:
    """Run the command as a shell would, once for people and once for programs."""
    env = environment(office, tmp_path)

    def command(content: bytes, *, expect: int) -> tuple[str, dict[str, Any]]:
        file = tmp_path / "shown.pdf"
        file.write_bytes(content)
        told = CliRunner().invoke(main, ["verify", str(file)], env=env)
        plain = CliRunner().invoke(main, ["verify", str(file), "--json"], env=env)
        assert (told.exit_code, plain.exit_code) == (expect, expect), told.output
        return told.output, json.loads(plain.output)

    return command


def change(office: Office, **values: object) -> None:
    with office.writing() as uow:
        uow.session.execute(sa.update(AgreementRow).values(**values))
        uow.commit()


def without_proof(office: Office) -> None:
    with office.writing() as uow:
        uow.session.execute(sa.delete(PaperProofRow))
        uow.commit()


def kept(found: dict[str, Any]) -> dict[str, bool]:
    return {name: each["holds"] for name, each in found["comparisons"].items()}


def test_a_true_paper_is_in_force_and_each_comparison_is_shown(
    verify: Verify, paper: bytes, row: AgreementRow
) -> None:
    told, found = verify(paper, expect=0)
    assert told.startswith("Vigente: auténtico y vigente hasta el ")
    assert f"Acuerdo {row.number}, a favor de TITUAÑA QUILUMBA MARIA." in told
    assert "Firmas: 2 de 2 válidas." in told
    assert "Contenido: lo que imprime es igual al registro." in told
    assert "Copia guardada: igual a este archivo." in told
    assert (found["verdict"], found["holder"]) == ("in_force", "TITUAÑA QUILUMBA MARIA")
    assert kept(found) == {"signatures": True, "content": True, "record": True, "stored_copy": True}


def test_it_needs_no_proof_in_the_database(verify: Verify, office: Office, paper: bytes) -> None:
    without_proof(office)
    assert verify(paper, expect=0)[1]["verdict"] == "in_force"


def test_a_text_of_24_bytes_in_a_changed_row_is_no_acuerdo(verify: Verify, office: Office) -> None:
    assert len(FORGED) == 24
    key = office.store.put("agreements/forged.pdf", BytesIO(FORGED)).key
    change(office, sha256=sha256(FORGED).hexdigest(), size_bytes=len(FORGED), storage_key=key)
    for _ in range(2):
        told, found = verify(FORGED, expect=1)
        assert told.startswith("No coincide: ")
        assert "no se puede leer como PDF" in told
        assert found["verdict"] == "contradicted"
        assert "holder" not in found
        assert kept(found)["stored_copy"] is True
        assert not any((kept(found)["signatures"], kept(found)["content"], kept(found)["record"]))
        without_proof(office)


def test_a_record_that_says_something_else_is_told(
    verify: Verify, office: Office, row: AgreementRow, paper: bytes
) -> None:
    without_proof(office)
    change(office, snapshot={**row.snapshot, "holder": "OTRA PERSONA"})
    told, found = verify(paper, expect=1)
    assert "El papel no muestra el nombre como está en la decisión." in told
    assert "OTRA PERSONA" not in told
    assert kept(found) == {
        "signatures": True,
        "content": False,
        "record": False,
        "stored_copy": True,
    }


@pytest.mark.parametrize(
    "changed", [{"kind": IssuedKind.CERTIFICATE}, {"snapshot": ["nada"]}], ids=["kind", "facts"]
)
def test_a_record_of_another_kind_or_shape_is_an_answer(
    verify: Verify, office: Office, paper: bytes, changed: dict[str, object]
) -> None:
    change(office, **changed)
    for _ in range(2):
        told, found = verify(paper, expect=1)
        assert told.startswith("No coincide: ")
        kind = IssuedKind.CERTIFICATE if "kind" in changed else IssuedKind.AGREEMENT
        assert f"Contenido: El registro no guarda los datos de un {kind.label}." in told
        assert (found["verdict"], "number" in found) == ("contradicted", False)
        assert kept(found) == {
            "signatures": False,
            "content": False,
            "record": False,
            "stored_copy": True,
        }
        without_proof(office)


def test_a_lost_copy_is_told(
    verify: Verify, office: Office, row: AgreementRow, paper: bytes
) -> None:
    office.store.delete(row.storage_key or "")
    told, found = verify(paper, expect=1)
    assert "Copia guardada: no está." in told
    assert kept(found)["signatures"] is True


def test_an_altered_copy_and_a_foreign_file_are_told_apart(
    verify: Verify, paper: bytes, row: AgreementRow
) -> None:
    told, found = verify(paper + b"\n", expect=1)
    assert told.startswith("Alterado: ")
    assert (found["verdict"], found["number"]) == ("altered", row.number)
    told, found = verify(b"something else", expect=1)
    assert told.startswith("No consta: ")
    assert (found["verdict"], "number" in found) == ("unknown", False)
    assert "no se puede leer como PDF" in told


def test_what_is_no_file_is_wrong_use(office: Office, tmp_path: Path) -> None:
    del office
    result = CliRunner().invoke(main, ["verify", str(tmp_path / "nada.pdf")])
    assert result.exit_code == 2
    assert "que se pueda leer" in result.output


def test_one_whose_first_day_has_not_come_is_not_in_force_and_names_the_one_that_is(
    verify: Verify, office: Office, row: AgreementRow, press: Press
) -> None:
    later = another(office, press)
    told, found = verify(file_of(office, later), expect=1)
    assert told.startswith("Todavía no rige: auténtico, pero todavía no rige: vale desde el ")
    assert f"Hoy rige: {row.number}, hasta el " in told
    assert found["verdict"] == "not_yet"
    assert found["in_force"] == {
        "number": row.number,
        "valid_until": row.valid_until.isoformat(),
    }
    assert verify(file_of(office, row), expect=0)[1]["verdict"] == "in_force"


def test_a_superseded_one_names_its_successor(
    verify: Verify, office: Office, row: AgreementRow, press: Press
) -> None:
    later = another(office, press, trade="Cerámica")
    told, found = verify(file_of(office, row), expect=1)
    assert told.startswith(f"Reemplazado: auténtico, pero fue reemplazado por {later.number} desde")
    assert found["verdict"] == "superseded"
    assert found["superseded_by"] == {
        "number": later.number,
        "since": later.valid_from.isoformat(),
    }
    assert found["in_force"]["number"] == later.number
    assert verify(file_of(office, later), expect=0)[1]["verdict"] == "in_force"


def another(office: Office, press: Press, **changed: str) -> AgreementRow:
    """Issue another Acuerdo to the same RUC."""
    application_id = steps.in_review(office)
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        row.sheet = {**row.sheet, **changed}
        uow.commit()
    steps.approve(office, application_id, add_officer(office, "otra"))
    (lease,) = steps.leases(office, TaskKind.ISSUE_AGREEMENT)
    issuing.issue(office.writing, press, lease)
    return next(
        each for each in steps.rows(office, AgreementRow) if each.application_id == application_id
    )


def file_of(office: Office, row: AgreementRow) -> bytes:
    with office.store.open(row.storage_key or "") as stream:
        return stream.read()
