"""The command: each part of the work by hand, errors in one sentence, never a traceback."""

import json
import os
import signal
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import click
import pytest
import sqlalchemy as sa

from review_service import logs, scheduler
from review_service.cli import main
from review_service.db.models import AgreementRow
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.rulebook import NOT_YET_RESTED_ON, every_rule
from review_service.domain.work import TaskKind
from review_service.services.upkeep import row_holding
from tests.factories import (
    FORM_SECRET,
    Office,
    open_draft,
    upload,
)
from tests.integration.commands.runs import Command, issued
from tests.integration.services import steps

PASSWORD = "nube lenta sobre el páramo 47"


def commands(
    command: click.Command = main, path: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    """Walk every command and group."""
    yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from commands(below, (*path, name))


@pytest.mark.parametrize("path", sorted(commands()), ids=" ".join)
def test_every_command_has_help_with_an_example(run: Command, path: tuple[str, ...]) -> None:
    text = run(*path, "--help").output
    assert "Example: " in text


def test_setup_may_be_run_again_and_again(run: Command) -> None:
    for _ in range(2):
        assert "archivos listos" in run("setup").output


def test_the_dated_rules_are_listed_with_source_and_confirmation(
    run: Command, tmp_path: Path
) -> None:
    told = run("rules").output
    assert "ministries.2@2026-11-26: Ministerio de demostración (MDEMO)" in told
    assert "Rige desde el 1 de diciembre de 2018 hasta el 25 de noviembre de 2026. Supuesta" in told
    rules = every_rule(read_rulebook(None))
    waiting = [rule for rule in rules if rule.section in NOT_YET_RESTED_ON]
    assert told.count("Sin confirmar.") == len(rules) - len(waiting)
    assert told.count("Sin confirmar; ningún documento ni carta se apoya todavía en ella.") == (
        len(waiting)
    )
    assert told.splitlines()[-1].endswith("se emite igual, sin validez legal.")
    in_force = json.loads(run("rules", "--unconfirmed", "--json").output)
    names = {rule["name"] for rule in in_force}
    assert "ministries.2@2026-11-26" in names
    assert "ministries.2@2018-12-01" not in names
    own = tmp_path / "own.toml"
    own.write_text(
        '[[places]]\ntext = "Quito"\nvalid_from = 2018-12-01\nsource = "Acuerdo 1"\n'
        'certainty = "verified"\n'
        'confirmed_by = {norm = "Acuerdo 1", who = "Secretaría General", day = 2026-01-15}\n',
        encoding="utf-8",
    )
    told = run("rules", INSTITUTION_FILE=str(own)).output
    assert "Confirmada por Secretaría General el 15 de enero de 2026 (Acuerdo 1)." in told
    listed = json.loads(run("rules", "--json", INSTITUTION_FILE=str(own)).output)
    [place] = [rule for rule in listed if rule["name"].startswith("places")]
    assert place["confirmed_by"]["day"] == "2026-01-15"
    packaged = "".join(
        resources.files("review_service.rules").joinpath(f"{name}.toml").read_text("utf-8")
        for name in (
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
            "appeals",
        )
    )
    confirmed = '{norm = "Acuerdo 1", who = "Secretaría", day = 2026-01-15}'
    whole = tmp_path / "whole.toml"
    whole.write_text(packaged.replace('"unconfirmed"', confirmed), encoding="utf-8")
    last = run("rules", INSTITUTION_FILE=str(whole)).output.splitlines()[-1]
    assert last.startswith("La institución ha confirmado todas las reglas vigentes en que se apoya")


def test_no_process_starts_with_rules_that_cannot_number_a_certificate(
    run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "execv", lambda *_: pytest.fail("it started"))
    own = tmp_path / "own.toml"
    packaged = resources.files("review_service.rules").joinpath("institution.toml")
    own.write_text(
        f"{packaged.read_text('utf-8')}\n[[certificate_numbering]]\n"
        'template = "RUM-{sequence:06d}"\nvalid_from = 2018-12-01\nsource = "Acuerdo 1"\n',
        encoding="utf-8",
    )
    for command in (("web",), ("scheduler",), ("rules",)):
        told = run(*command, expect=2, INSTITUTION_FILE=str(own)).output
        assert "Configuración incompleta: En las reglas, [[certificate_numbering]] del" in told
        assert "no nombra {year}: dos números serían iguales." in told


def test_every_process_says_at_its_start_which_rules_are_unconfirmed(
    run: Command, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(os, "execv", lambda *_: None)
    assert "La institución no ha confirmado estas reglas: ministerio" in run("web").output
    monkeypatch.setattr(scheduler, "run", lambda *_, **__: None)
    monkeypatch.setattr(logs, "configure", lambda _level: None)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    run("scheduler")
    (record,) = [record for record in caplog.records if record.message == "rules_unconfirmed"]
    assert "forma del número" in record.__dict__["told"]


def test_a_missing_setting_is_one_sentence(run: Command) -> None:
    result = run("invariants", expect=2, SECRET_KEY="")
    assert result.output == "Configuración incompleta: falta SECRET_KEY (o SECRET_KEY_FILE).\n"


@pytest.mark.parametrize(
    "command",
    [("role", "nadie", "auditor"), ("set-id", "nadie", "1710034065"), ("deactivate", "nadie")],
    ids=lambda command: command[0],
)
def test_an_account_that_is_not_there_is_said_with_where_to_look(
    run: Command, command: tuple[str, ...]
) -> None:
    result = run("users", *command, expect=1)
    assert result.output == (
        "No se pudo: no hay ninguna cuenta «nadie»; véalas con «review-service users list».\n"
    )


def test_a_database_that_is_not_there_is_one_sentence(run: Command) -> None:
    url = "postgresql://review@127.0.0.1:9/none"
    for command in (("invariants",), ("audit", "verify"), ("users", "list"), ("setup",)):
        result = run(*command, expect=1, DATABASE_URL=url)
        assert result.output.startswith("La base de datos no responde."), command
        assert len(result.output.splitlines()) == 1


def test_a_database_that_was_never_set_up_is_said_so(run: Command, tmp_path: Path) -> None:
    result = run("users", "list", expect=1, DATABASE_URL=f"sqlite:///{tmp_path}/new.db")
    assert "review-service setup" in result.output


def test_accounts_are_made_listed_locked_and_unlocked(run: Command) -> None:
    assert "Todavía no hay cuentas" in run("users", "list").output
    made = run(
        "users",
        "add",
        "randrade",
        "--name",
        "Rosa Andrade",
        "--role",
        "issuer",
        OFFICER_PASSWORD=PASSWORD,
    ).output
    assert "otpauth://totp/" in made
    assert PASSWORD not in made
    assert "activa" in run("users", "list").output
    run("users", "lock", "randrade")
    assert "bloqueada" in run("users", "list").output
    run("users", "unlock", "randrade")
    assert "activa" in run("users", "list").output
    again = run(
        "users",
        "add",
        "randrade",
        "--name",
        "Otra",
        "--role",
        "issuer",
        expect=1,
        OFFICER_PASSWORD=PASSWORD,
    )
    assert again.output == "Ese nombre de usuario ya existe.\n"
    weak = run(
        "users",
        "add",
        "bmena",
        "--name",
        "B",
        "--role",
        "issuer",
        expect=1,
        OFFICER_PASSWORD="corta",
    )
    assert "12 caracteres" in weak.output
    assert "No se pudo" in run("users", "lock", "nadie", expect=1).output


def test_files_are_imported_and_a_wrong_one_is_said_so(run: Command, tmp_path: Path) -> None:
    feed = tmp_path / "correos.csv"
    feed.write_text("NUMERO_RUC|CORREO\n3000000012001|nueva@correo.example\nmala\n")
    told = run("registry", "import", str(feed), expect=1).output
    assert "2 líneas leídas: 1 tomada, 1 no tomada.\n" in told
    assert "1 nombre o correo cambió.\n" in told
    assert "vuelva a importar el archivo" in told
    assert str(tmp_path / "correos.informe.csv") in told
    assert "nueva@" not in told
    assert "nada cambió" in run("registry", "import", str(feed)).output
    other = tmp_path / "otro.csv"
    other.write_text("a|b\n")
    assert "no es un catastro" in run("registry", "import", str(other), expect=1).output
    assert "primera línea" in run("agreements", "import", str(other), expect=1).output
    run("registry", "import", str(tmp_path / "nada.csv"), expect=2)


def test_the_last_import_is_undone_by_command(run: Command, tmp_path: Path) -> None:
    feed, report = tmp_path / "correos.csv", tmp_path / "informe.csv"
    feed.write_text("NUMERO_RUC|CORREO\n3000000012001|nueva@correo.example\n")
    assert "0 no tomadas" in run("registry", "import", str(feed), "--report", str(report)).output
    assert "nueva@correo.example" in report.read_text("utf-8")
    told = run("registry", "undo", "correos").output
    assert told.startswith("Se deshizo la importación de «correos.csv» del ")
    assert "0 filas quitadas, 1 fila como estaba." in told
    assert "ya se deshizo" in run("registry", "undo", "correos", expect=1).output
    assert "ninguna importación" in run("registry", "undo", "catastro", expect=1).output
    assert "ninguna importación" in run("agreements", "undo", expect=1).output
    run("registry", "undo", "acuerdos", expect=2)


def test_a_file_that_renames_many_asks_first(run: Command, tmp_path: Path) -> None:
    header = "NUMERO|RUC|TITULAR|ACTIVIDAD|EMITIDO|VALIDO_HASTA\n"
    for name, holder in (("antes.csv", "UNO"), ("nuevo.csv", "OTRO")):
        (tmp_path / name).write_text(
            header
            + "".join(
                f"A-{number}|1790001563001|{holder}|Tejidos|20/11/2023|20/11/2026\n"
                for number in range(21)
            )
        )
    run("agreements", "import", str(tmp_path / "antes.csv"))
    held = run("agreements", "import", str(tmp_path / "nuevo.csv"), expect=1).output
    assert "\nNo se importó nada: cambiarían 21 nombres" in held
    assert "--accept-names" in held
    run("agreements", "import", str(tmp_path / "nuevo.csv"), "--accept-names")


def test_since_when_rows_are_compared_is_said_and_begun_anew(run: Command, office: Office) -> None:
    issued(office)
    whole = "Cada fila se compara con la bitácora desde que empezó esta instalación.\n"
    assert run("audit", "rows").output == whole
    assert run("invariants").output.endswith(whole)
    assert "por qué" in run("audit", "rows", "--anew", " ", expect=2).output
    anew = run("audit", "rows", "--anew", "se volvió atrás", "--operator", "ana").output
    assert anew.startswith("Las filas se comparan con la bitácora desde el ")
    assert "de lo que les pasó antes nadie puede responder" in anew
    assert "todavía anota las que faltan" in anew
    (event,) = steps.events(office, "row_facts_began")
    assert event.details == {"operator": "ana", "reason": "se volvió atrás"}
    row_holding.go_on(office.reading, office.writing)
    assert run("audit", "rows").output.endswith("nadie puede responder.\n")


def test_the_promises_and_the_trail_are_checked(
    run: Command, office: Office, tmp_path: Path
) -> None:
    issued(office)
    quick = run("invariants").output
    assert (tmp_path / "audit" / "row-check.json").is_file(), "where it ended stands with the seals"
    assert quick.startswith("Todo se cumple.\nSe revisaron los números")
    assert "El contenido de los archivos no se comparó" in quick
    assert "ningún sello lo prueba" in run("audit", "verify").output
    with office.writing() as uow:
        uow.session.execute(sa.update(AgreementRow).values(serial=9))
        uow.session.execute(sa.text("DROP TRIGGER events_no_update"))
        uow.session.execute(sa.text("UPDATE events SET actor = 'x' WHERE sequence = 2"))
        uow.commit()
    assert "numbers: " in run("invariants", expect=1).output
    assert "2: its contents were changed" in run("audit", "verify", expect=1).output


def test_the_trail_is_sealed_and_compared_with_the_seal_that_was_kept(
    run: Command, office: Office, tmp_path: Path
) -> None:
    issued(office)
    text = run("audit", "seal").output
    assert "Este es" not in text
    assert "no puede asegurar que nadie lo rehizo" in text
    anchor = tmp_path / "kept.txt"
    anchor.write_text(text, encoding="utf-8")
    held = run("audit", "verify", "--anchor", str(anchor)).output
    assert held.startswith("La cadena está completa y es la que se selló.")
    assert "Los sellos empezaron" in held
    key = run("audit", "key").output.strip()
    run(
        "audit",
        "verify",
        "--anchor",
        str(anchor),
        "--key",
        key,
        AUDIT_SEAL_KEY="e3" * 20 + FORM_SECRET,
    )
    run("audit", "verify", "--only-after")
    with office.writing() as uow:
        for trigger in ("events_no_update", "events_no_delete"):
            uow.session.execute(sa.text(f"DROP TRIGGER {trigger}"))
        uow.session.execute(sa.text("DELETE FROM events"))
        uow.session.execute(
            sa.text("UPDATE chain_head SET sequence = 0, hash = :none"), {"none": "0" * 64}
        )
        uow.commit()
    for command in (("--anchor", str(anchor)), (), ("--only-after",)):
        found = run("audit", "verify", *command, expect=1).output
        assert "events that were sealed are gone" in found
    assert "events that were sealed are gone" in run("invariants", expect=1).output
    assert "--anew" in run("audit", "seal", expect=1).output
    assert "por qué" in run("audit", "seal", "--anew", " ", expect=2).output
    assert (
        "se recuperó un respaldo"
        in run("audit", "seal", "--anew", "se recuperó un respaldo").output
    )


def test_an_anchor_that_is_none_is_wrong_use(run: Command, tmp_path: Path) -> None:
    for name, content in (
        ("empty", ""),
        ("cut", "-----BEGIN AUDIT SEAL-----\nab\n-----END AUDIT SEAL-----"),
    ):
        (tmp_path / name).write_text(content)
        told = run("audit", "verify", "--anchor", str(tmp_path / name), expect=2).output
        assert "ningún sello entero" in told
    assert (
        "No se puede leer"
        in run("audit", "verify", "--anchor", str(tmp_path / "no"), expect=2).output
    )
    assert "--key" in run("audit", "verify", "--key", "zz", expect=2).output


def test_what_is_stuck_is_listed_and_tried_again(run: Command, office: Office) -> None:
    assert run("tasks", "list").output == "Nada está detenido.\n"
    upload(office, open_draft(office), content=steps.JPEG)
    (lease,) = steps.leases(office, TaskKind.CHECK_DOCUMENT)
    steps.settle(office, lease)
    assert "it died" in run("tasks", "list").output
    run("tasks", "retry", str(lease.task_id))
    assert run("tasks", "list").output == "Nada está detenido.\n"
    assert "No se pudo" in run("tasks", "retry", str(lease.task_id), expect=1).output
    run("tasks", "retry", "no id", expect=2)
    assert "0 en cuarentena" in run("reconcile").output
