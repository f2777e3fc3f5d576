"""What pages say of the institution and of this installation."""

import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask

from review_service.domain.institution import Institution, institution_on
from review_service.domain.terms import ecuador_day
from review_service.settings import Settings
from review_service.web.context import parts


def institution_today() -> Institution:
    """Return the institution as it stands today, for a decision or a letter."""
    return _on(ecuador_day(datetime.now(UTC)), parts().settings.institution_file)


def install(app: Flask, settings: Settings) -> None:
    """Give the templates ``institution()`` and whether this is a demonstration."""

    def institution() -> Institution:
        return _on(ecuador_day(datetime.now(UTC)), settings.institution_file)

    app.add_template_global(institution)
    app.jinja_env.globals.update(
        is_demonstration=settings.demonstration, has_demo_page=settings.demo_page
    )


@cache
def _on(day: date, file: Path | None) -> Institution:
    return institution_on(day, _read(file) if file else None)


def _read(file: Path) -> Mapping[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))
