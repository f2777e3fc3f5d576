"""What applicants' pages say comes from catalogues: a made-up language shows what does not."""

import re

import pytest

from review_service.domain.applications import ApplicationKind
from review_service.languages import Language
from review_service.web import languages
from tests.integration.web.applicant.test_every_page import CASES, addresses
from tests.integration.web.outside import OPEN, Marked, outside
from tests.integration.web.site import Site

NEW, RENEWAL = ApplicationKind.NEW, ApplicationKind.RENEWAL
SHOWN = (
    ("nothing but a kind", NEW),
    *(
        (name, RENEWAL)
        for name in (
            "complete", "one PDF", "a refused file", "sent", "in review", "asked for everything",
            "withdrawn", "refused", "issued",
        )
    ),
)  # fmt: skip
DATA = re.compile(
    r"""[‹·\ ]*(
        [0-9a-f]{64} | [\d.]+ | AR-2026-\d+:? | ,\ \d+\ kB | Solicitud\ AR-2026-\d+
        | RUC\ \d{13} | ACTIVO,\ RIMPE
        | (foto\ \d\.jpg|taller\.jpg|papel\.pdf|acuerdo\ anterior\.pdf)(\ ·\ 1\ kB)? | 1\ kB
        | (a\ )?ma•••@correo\.example | TITUAÑA\ QUILUMBA\ MARIA | Tejidos\ a\ mano
        | 3000000012001\ ·\ ACTIVO,\ RIMPE | Fabricación\ de\ otros\ artículos\ textiles
        | (\w+\ Sucre\ 12-40\ y\ Morales,\ )?Otavalo,\ Imbabura
        | Una\ frase\ que\ alcanza\ para\ todo\.
        | Usted\ puede\ apelar\ esta\ decisión\ .*
    )[·\ ]*""",
    re.VERBOSE,
)
"""What was typed, registers hold, and the institution's own words on remedies."""


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page is in a made-up language."""
    monkeypatch.setattr(languages, "language", lambda: Language("zz", "zz", "Zz"))
    monkeypatch.setattr(languages, "translations", lambda _code: Marked())


@pytest.mark.parametrize(("name", "kind"), SHOWN)
@pytest.mark.usefixtures("marked")
def test_no_sentence_of_an_applicant_s_page_stands_outside_of_the_catalogues(
    site: Site, name: str, kind: ApplicationKind
) -> None:
    application_id = CASES[name][1](site.office, kind)
    visitor = site.applicant()
    found: dict[str, list[str]] = {}
    for path in addresses(site, application_id, "GET"):
        answer = visitor.get(path)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            assert OPEN in answer.text
            found[path] = [said for said in outside(answer) if not DATA.fullmatch(said)]
    assert found
    assert {path: said for path, said in found.items() if said} == {}
