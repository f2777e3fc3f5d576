"""The command that runs every check on one file."""

import os
import sys
from datetime import datetime
from pathlib import Path

import click

from review_service.bootstrap import trusted_authorities
from review_service.cli.group import EXIT_USAGE
from review_service.domain.documents import DocumentKind
from review_service.settings import signing_settings


@click.command(epilog="Example: review-service inspect fotos.pdf --kind evidence --json")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in DocumentKind]),
    help="What the file is meant to be; guessed when left out.",
)
@click.option("--ruc", help="RUC that a prior agreement or a supporting document should name.")
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day on which a supporting document must be valid; today when left out.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def inspect(
    *, file: Path, kind: str | None, ruc: str | None, on: datetime | None, as_json: bool
) -> None:
    """Run every check on one file, without a database. Exit 0 accepted, 1 refused, 2 usage."""
    from review_service.cli import inspecting  # noqa: PLC0415 -- parsers load only for this command

    chosen = DocumentKind(kind) if kind else None
    signed = chosen is DocumentKind.AGREEMENT
    code, text = inspecting.run(
        file,
        kind=chosen,
        ruc=ruc,
        as_json=as_json,
        authorities=trusted_authorities(signing_settings(os.environ)) if signed else (),
        on=on.date() if on else None,
    )
    click.echo(text, err=code == EXIT_USAGE)
    sys.exit(code)
