"""The commands that bring in and correct monthly figures."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from review_service.cli import main
from review_service.domain.roles import OfficerRole
from review_service.packaged_files import published_figures
from tests.factories import Office, add_officer
from tests.process_parts import environment


@pytest.fixture
def office(office_on_sqlite: Office) -> Office:
    """The office that the command works on."""
    return office_on_sqlite


def run(office: Office, folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["figures", *words], env=environment(office, folder))


def test_the_packaged_file_is_imported_and_a_month_corrected(
    office: Office, tmp_path: Path
) -> None:
    add_officer(office, "supervisa", role=OfficerRole.SUPERVISOR)
    file = str(published_figures())
    first, again = (run(office, tmp_path, "import", file) for _ in range(2))
    assert first.output == "Meses publicados: 61; ya estaban con los mismos números: 0.\n"
    assert again.output == "Meses publicados: 0; ya estaban con los mismos números: 61.\n"
    words = ("correct", "2024-01", "--attentions", "1890", "--reason", "Faltaba una del día 31")
    done = run(office, tmp_path, *words, "--officer", "supervisa")
    assert done.output == "enero de 2024, versión 2: 0 quejas, 1.890 atenciones.\n"


def test_what_cannot_be_done_is_said_in_a_sentence(office: Office, tmp_path: Path) -> None:
    add_officer(office, "revisa", role=OfficerRole.REVIEWER)
    wrong = tmp_path / "wrong.csv"
    wrong.write_bytes(b"\xff\xfe")
    words = ("correct", "2024-01", "--attentions", "1", "--reason", "Faltaba una del día 31")
    for done, told in (
        (run(office, tmp_path, "import", str(wrong)), "UTF-8"),
        (run(office, tmp_path, *words, "--officer", "nadie"), "no hay una cuenta «nadie»"),
        (run(office, tmp_path, *words, "--officer", "revisa"), "no puede corregir"),
        (run(office, tmp_path, "correct", "enero", *words[2:], "--officer", "revisa"), "2024-01"),
    ):
        assert done.exit_code != 0
        assert told in done.output
