"""The command that lists the dated rules: what each says, its source, and who confirmed it."""

import json
from typing import Final

import click

from review_service.cli.base import container
from review_service.domain.rulebook import NOT_YET_RESTED_ON, DatedRule, every_rule
from review_service.domain.terms import ecuador_today
from review_service.domain.wording import long_date

ALL_CONFIRMED: Final = (
    "La institución ha confirmado todas las reglas vigentes en que se apoya un documento o una "
    "carta."
)
NOTHING_RESTS: Final = "ningún documento ni carta se apoya todavía en ella"


@click.command(epilog="Example: review-service rules --unconfirmed")
@click.option("--unconfirmed", "only_unconfirmed", is_flag=True, help="Only those that hold today.")
@click.option("--json", "as_json", is_flag=True, help="One array of objects.")
def rules(*, only_unconfirmed: bool, as_json: bool) -> None:
    """List the dated rules: what each says, its source, and who of the institution confirmed it."""
    parts = container()
    listed = parts.unconfirmed_rules if only_unconfirmed else every_rule(parts.rulebook)
    if as_json:
        click.echo(json.dumps([_plain(rule) for rule in listed], ensure_ascii=False, indent=2))
        return
    for rule in listed:
        click.echo(f"{rule.name}: {rule.says}")
        click.echo(f"    {_span(rule)}. {rule.certainty.label}: {rule.source}. {_confirmed(rule)}.")
    click.echo(parts.rules_sentence or ALL_CONFIRMED)


def _span(rule: DatedRule) -> str:
    start = f"Rige desde el {long_date(rule.valid_from)}"
    return f"{start} hasta el {long_date(rule.valid_to)}" if rule.valid_to else start


def _confirmed(rule: DatedRule) -> str:
    found = rule.confirmation
    if found is None:
        rests = rule.section not in NOT_YET_RESTED_ON
        return "Sin confirmar" if rests else f"Sin confirmar; {NOTHING_RESTS}"
    when = "Confirmada" if rule.is_confirmed(ecuador_today()) else "Se confirma"
    return f"{when} por {found.who} el {long_date(found.day)} ({found.norm})"


def _plain(rule: DatedRule) -> dict[str, object]:
    found = rule.confirmation
    return {
        "name": rule.name,
        "says": rule.says,
        "valid_from": rule.valid_from.isoformat(),
        "valid_to": rule.valid_to.isoformat() if rule.valid_to else None,
        "source": rule.source,
        "certainty": rule.certainty.value,
        "confirmed_by": found
        and {"norm": found.norm, "who": found.who, "day": found.day.isoformat()},
    }
