"""Which supporting papers the dated table asks of whom; of emprendedores see their own test."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from review_service.domain.data_sheet import DataSheet
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.documents import SupportKind
from review_service.domain.errors import SettingsError
from review_service.domain.needed_papers import Asked, needed_papers
from review_service.domain.tracks import ARTISAN, EMPRENDEDOR

TODAY = date(2026, 11, 28)
PERSON, COMPANY, PUBLIC = "3000000012001", "1792060346001", "1760001550001"
NAMED = "ASOCIACIÓN DE ARTESANOS DE PEGUCHE"
UNNAMED = "TEJEDORES UNIDOS DE PEGUCHE"


def rulebook_with(**changed: object) -> Mapping[str, Any]:
    document = read_rulebook(None)
    entries = [{**entry, **changed} for entry in document["required_papers"]]
    return {**document, "required_papers": entries}


@pytest.mark.parametrize(
    ("ruc", "holder", "said", "kinds"),
    [
        (COMPANY, NAMED, "", [SupportKind.APPOINTMENT]),
        (PUBLIC, NAMED, "", [SupportKind.APPOINTMENT]),
        (COMPANY, UNNAMED, "cooperative", [SupportKind.APPOINTMENT]),
        (COMPANY, UNNAMED, "", [SupportKind.APPOINTMENT]),
        (COMPANY, UNNAMED, "other", []),
        (PERSON, NAMED, "association", []),
    ],
)
def test_the_appointment_is_asked_of_organisations(
    ruc: str, holder: str, said: str, kinds: list[SupportKind]
) -> None:
    whom = Asked(
        track=ARTISAN.key,
        ruc=ruc,
        holder=holder,
        facts={"taxpayer_type": "" if ruc == PERSON else "SOCIEDAD"},
        sheet=DataSheet(organisation=said),
        on=TODAY,
    )
    assert [paper.kind for paper in needed_papers(whom)] == kinds
    emprendedor = [paper.kind for paper in needed_papers(replace(whom, track=EMPRENDEDOR.key))]
    assert SupportKind.APPOINTMENT not in emprendedor


def test_a_rule_may_ask_it_of_every_legal_person() -> None:
    document = rulebook_with(asked_of="legal", track=ARTISAN.key, kind="appointment")
    whom = Asked(
        track=ARTISAN.key,
        ruc=COMPANY,
        holder=UNNAMED,
        facts={"taxpayer_type": "SOCIEDAD"},
        sheet=DataSheet(organisation="other"),
        on=TODAY,
    )
    assert [paper.kind for paper in needed_papers(whom, document)] == [SupportKind.APPOINTMENT]


def test_a_table_that_names_nobody_is_refused() -> None:
    whom = Asked(track=ARTISAN.key, ruc=PERSON, holder="", facts={}, sheet=DataSheet(), on=TODAY)
    with pytest.raises(SettingsError):
        needed_papers(whom, rulebook_with(asked_of="clubs"))
