"""Keys that are missing stop the signing alone: it is said everywhere, and goes on by itself."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pypdfium2
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from review_service.adapters.demonstration_authority import DemonstrationKeys, demonstration_keys
from review_service.bootstrap import Container, Role, build
from review_service.db.models import AgreementRow, MailRow, TaskRow
from review_service.domain.agreements import AgreementState
from review_service.domain.work import TaskKind, TaskState
from review_service.settings import Settings
from tests.factories import FORM_SECRET, SECRET, Office, issuing_rules
from tests.integration.services import steps
from tests.integration.web.officer.desk_cases import approve, put_case
from tests.integration.web.site import make_site
from workers.sandbox.canary import CanaryReport
from workers.sandbox.keeper import Proof
from workers.tasks import running
from workers.tasks.heartbeat import Heartbeat

PROOF = Proof(
    report=CanaryReport(missing=(), escaped=()),
    required=True,
    landlock=4,
    ocr_engine="tesserocr",
    proven_at=0.0,
)


@pytest.fixture
def keys(tmp_path: Path) -> DemonstrationKeys:
    """Keys of the ministries, in a folder that the worker does not see yet."""
    ministries = issuing_rules().institution.ministries
    return demonstration_keys(tmp_path / "vault", ministries=ministries)


@pytest.fixture
def worker(office: Office, keys: DemonstrationKeys, tmp_path: Path) -> Iterator[Container]:
    """A worker of an installation that calls itself real, with its keys not there."""
    placed = [tmp_path / "placed" / path.name for path in keys.pkcs12_files]
    (tmp_path / "root.der").write_bytes(keys.authority)
    (tmp_path / "revoked.crl").write_bytes(keys.revocation_list)
    env = {
        "SECRET_KEY": FORM_SECRET,
        "VERIFICATION_KEY": SECRET,
        "PUBLIC_URL": "https://rum.example.ec",
        "TRUSTED_PROXIES": "1",
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": office.database.engine.url.render_as_string(hide_password=False),
        "REDIS_URL": f"unix://{tmp_path}/no.sock",
        "SIGNING_PKCS12": ":".join(map(str, placed)),
        "SIGNING_PASSWORDS": "\n".join([keys.password] * len(placed)),
        "SIGNING_AUTHORITIES": str(tmp_path / "root.der"),
        "SIGNING_REVOCATION_LISTS": str(tmp_path / "revoked.crl"),
    }
    made = build(Settings.from_env(env), Role.WORKER)
    yield made
    made.database.engine.dispose()


def issue_task(office: Office) -> TaskRow:
    (task,) = (row for row in steps.rows(office, TaskRow) if row.kind is TaskKind.ISSUE_AGREEMENT)
    return task


def call_it_real(office: Office) -> None:
    """Let the number have been given where DEMONSTRATION was 0."""
    (row,) = steps.rows(office, AgreementRow)
    with office.writing() as uow:
        uow.session.execute(
            sa.update(AgreementRow).values(snapshot={**row.snapshot, "demonstration": False})
        )
        uow.commit()


def place_keys(keys: DemonstrationKeys, tmp_path: Path) -> None:
    (tmp_path / "placed").mkdir()
    for path in keys.pkcs12_files:
        (tmp_path / "placed" / path.name).write_bytes(path.read_bytes())


def test_missing_keys_stop_the_signing_alone_and_it_goes_on_by_itself(
    browser: FlaskClient,
    office: Office,
    officer_id: UUID,
    worker: Container,
    keys: DemonstrationKeys,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = put_case(office)
    number = approve(office, case, officer_id)
    call_it_real(office)
    heartbeat = Heartbeat(worker, lanes="")
    monkeypatch.setattr("workers.tasks.heartbeat.proof", lambda: PROOF)
    monkeypatch.setattr(Container, "institution", lambda _: issuing_rules().institution)
    heartbeat.beat()
    for _ in range(4):
        steps.make_older(office, issue_task(office), "run_after", by=timedelta(hours=1))
        assert running.run(worker, issue_task(office).id)
    task = issue_task(office)
    assert (task.state, task.attempts, task.outages) == (TaskState.READY, 0, 4)
    sentence = "El archivo de clave ministry-1.p12 no se puede leer"
    assert task.last_error.startswith(sentence)

    said = browser.get("/salud").json
    assert said is not None
    assert (said["signing"], said["status"]) == ("stopped", "degraded")
    assert sentence in browser.get("/revision/salud").text
    assert "La firma está detenida" in browser.get("/revision/salud").text
    assert "Firma detenida" in browser.get("/revision/").text
    assert sentence in browser.get(f"/revision/casos/{case}").text
    issued = browser.get(f"/revision/casos/{case}/emitido").text
    assert sentence in issued
    assert "sale solo" in issued
    own = make_site(office, tmp_path).applicant().get(f"/solicitudes/{case}").text
    assert "le llegará al correo apenas se firme" in own
    assert "en unos minutos" not in own

    place_keys(keys, tmp_path)
    heartbeat.beat()
    assert running.run(worker, task.id)
    assert issue_task(office).state is TaskState.DONE
    (row,) = steps.rows(office, AgreementRow)
    assert (row.state, row.number) == (AgreementState.PUBLISHED, number)
    assert any(mail.event == "issued" for mail in steps.rows(office, MailRow))
    expect_marked(office, row)
    browser_said = browser.get("/salud").json
    assert browser_said is not None
    assert browser_said["signing"] == "ok"
    assert "Firma con certificados de demostración" in browser.get("/revision/salud").text


def expect_marked(office: Office, row: AgreementRow) -> None:
    """The installation calls itself real, the certificates are self-made: every page says so."""
    assert row.snapshot["demonstration"] is True
    with office.store.open(row.storage_key or "") as stream:
        pages = [
            str(page.get_textpage().get_text_bounded())
            for page in pypdfium2.PdfDocument(stream.read())
        ]
    assert pages
    assert all("SIN VALIDEZ LEGAL" in page for page in pages)


def test_a_paper_that_cannot_be_printed_is_never_signed_and_said_on_the_case(
    browser: FlaskClient,
    office: Office,
    officer_id: UUID,
    worker: Container,
    keys: DemonstrationKeys,
    tmp_path: Path,
) -> None:
    case = put_case(office)
    approve(office, case, officer_id)
    place_keys(keys, tmp_path)
    (row,) = steps.rows(office, AgreementRow)
    with office.writing() as uow:
        printed = {**row.snapshot, "trade": "tejidos \U0001f9f6"}
        uow.session.execute(sa.update(AgreementRow).values(snapshot=printed))
        uow.commit()
    assert running.run(worker, issue_task(office).id)
    task = issue_task(office)
    assert task.state is TaskState.QUARANTINED
    assert "un signo que su letra no puede dibujar" in task.last_error
    assert list(office.store.keys("agreements/")) == []
    assert "no puede dibujar" in browser.get(f"/revision/casos/{case}").text
    assert "No se firmó." in browser.get(f"/revision/casos/{case}/emitido").text
