"""The command that imports lists of papers, and the warning at the start where one is missing."""

import logging
from pathlib import Path

import pytest
from click.testing import CliRunner

from review_service.bootstrap import warn_of_rules
from review_service.cli import main
from review_service.domain.documents import SupportKind
from review_service.domain.paper_list import COLUMNS
from tests.factories import Office
from tests.looked_up import bring_list, held, institution_file, line
from tests.process_parts import environment, parts

SRI = SupportKind.TAX_CERTIFICATE


@pytest.fixture
def office(office_on_sqlite: Office) -> Office:
    """The office that the command works on."""
    return office_on_sqlite


def run(office: Office, folder: Path, *arguments: str, expect: int = 0) -> str:
    done = CliRunner().invoke(main, ["papers", *arguments], env=environment(office, folder))
    assert done.exit_code == expect, done.output
    return done.output


def test_a_list_is_imported_told_and_undone(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "sri.csv"
    file.write_text("\n".join(["|".join(COLUMNS), line(office, SRI), "mala", ""]), "utf-8")
    told = run(office, tmp_path, "import", str(file), expect=1)
    assert "2 líneas leídas: 1 tomada, 1 no tomada." in told
    assert held(office, SRI) is not None
    assert "1 fila quitada" in run(office, tmp_path, "undo")
    assert held(office, SRI) is None


def test_another_file_is_refused_with_the_header_that_it_needs(
    office: Office, tmp_path: Path
) -> None:
    file = tmp_path / "otra.csv"
    file.write_text("NUMERO_RUC|CORREO\n", "utf-8")
    done = CliRunner().invoke(
        main, ["papers", "import", str(file)], env=environment(office, tmp_path)
    )
    assert done.exit_code != 0
    assert "|".join(COLUMNS) in done.output


def test_the_start_says_which_list_is_missing_until_it_is_there(
    office: Office, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    own = institution_file(tmp_path, "either", SRI)

    def missing() -> list[str]:
        caplog.clear()
        with parts(office, tmp_path, INSTITUTION_FILE=str(own)) as made:
            warn_of_rules(made)
        return [
            getattr(record, "told", "")
            for record in caplog.records
            if record.message == "papers_without_a_list" and record.levelno == logging.ERROR
        ]

    [told] = missing()
    assert "el certificado del SRI" in told
    bring_list(office, tmp_path, [line(office, SRI)])
    assert missing() == []
