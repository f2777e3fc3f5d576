"""Folders of templates and static files, in a checkout and in an installed wheel."""

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent


def templates_folder() -> Path:
    """Return the templates: beside the package in a checkout, inside it in a wheel."""
    places = (_PACKAGE / "templates", _PACKAGE.parent / "templates")
    return next((place for place in places if place.is_dir()), places[0])


def catalogue_of(code: str, part: str = "messages") -> Path:
    """Return the texts of a language, always inside the package; ``languages.PARTS`` has them."""
    return _PACKAGE / "translations" / code / "LC_MESSAGES" / f"{part}.po"


def static_folder() -> Path:
    """Return css, scripts, fonts and images, always inside the package."""
    return _PACKAGE / "static"


def published_figures() -> Path:
    """Return the monthly figures that gob.ec published, which the demo imports."""
    return _PACKAGE / "data" / "cifras_2019_2024.csv"
