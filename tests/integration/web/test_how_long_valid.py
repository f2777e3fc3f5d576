"""Pages say for how long a document is valid by the dated rules of the installation."""

from importlib import resources
from pathlib import Path

import pytest

from tests.factories import Office
from tests.integration.web.applicant.test_mipyme_pages import filled
from tests.integration.web.site import Visitor, make_site

ENTRIES = (
    "/", "/otros-tramites", "/informacion/costo-y-tiempo", "/solicitudes/nueva",
    "/cual-es-el-mio/activo/negocio/emprendedor", "/cual-es-el-mio/activo/taller/acuerdo",
    "/cual-es-el-mio/activo/negocio/categoria/hasta",
)  # fmt: skip


def with_other_terms(office: Office, folder: Path) -> Visitor:
    """Return a signed-in applicant of an installation whose documents hold otherwise."""
    rules = resources.files("review_service.rules")
    text = "\n".join(
        rules.joinpath(f"{name}.toml").read_text("utf-8")
        for name in ("institution", "certificates", "validity")
    )
    for former, new in (
        (
            'years = 1\nvalid_from = 2018-12-01\nsource = "Guía del Registro',
            'years = 2\nvalid_from = 2018-12-01\nsource = "Guía del Registro',
        ),
        ('prefix = ""\nyears = 3', 'prefix = ""\nyears = 4'),
    ):
        assert text.count(former) == 1
        text = text.replace(former, new)
    file = folder / "institution.toml"
    file.write_text(text, encoding="utf-8")
    return make_site(office, folder, INSTITUTION_FILE=str(file)).applicant()


@pytest.mark.parametrize("address", ENTRIES)
def test_every_page_follows_the_rule(office: Office, tmp_path: Path, address: str) -> None:
    page = with_other_terms(office, tmp_path).get(address).text
    assert "3 años" not in page
    told = [words for words in ("2 años", "4 años; alimentos y bebidas, 1 año") if words in page]
    assert told
    for words in told:
        page = page.replace(words, "")
    assert "1 año" not in page
    assert "un año" not in page


def test_what_a_rule_would_grant_is_told_with_its_years(office: Office, tmp_path: Path) -> None:
    applicant = with_other_terms(office, tmp_path)
    page = applicant.get(f"{filled(applicant)}/revisar").text
    assert "vale 2 años" in page
