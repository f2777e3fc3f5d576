"""What search engines ask for: the list of public pages, and what they may not keep."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, render_template, url_for

from review_service.languages import OFFERED, SPANISH
from review_service.web.context import parts
from review_service.web.languages import TRANSLATED, page_address
from review_service.web.public import blueprint
from review_service.web.public.figures import years_told
from review_service.web.public.page_list import PAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    """An address of the sitemap, and the same page in each language."""

    address: str
    alternates: tuple[tuple[str, str], ...] = ()
    """Code of a language and address; none for a page that is Spanish alone."""


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """List the public pages for search engines."""
    base = parts().settings.public_url.rstrip("/")
    with parts().reading() as uow:
        years = years_told(uow)
    places = [(page.endpoint, dict(page.values)) for page in PAGES if page.is_listed]
    places += [("public.figures_of_year", {"year": str(year)}) for year in years]
    pages = [each for place in places for each in _in_each_language(*place, base)]
    text = render_template("public/sitemap.xml", pages=pages)
    return Response(text, content_type="application/xml; charset=utf-8")


def _in_each_language(endpoint: str, values: Mapping[str, str], base: str) -> list[_Listed]:
    """Return the page once for each language in which it can be read."""
    spanish = base + page_address(endpoint, values, SPANISH)
    if endpoint not in TRANSLATED:
        return [_Listed(address=spanish)]
    spoken = OFFERED.values()
    addresses = [(each.code, base + page_address(endpoint, values, each)) for each in spoken]
    alternates = (*addresses, ("x-default", spanish))
    return [_Listed(address=address, alternates=alternates) for _, address in addresses]


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Tell search engines what is for everybody."""
    base = parts().settings.public_url.rstrip("/")
    lines = (
        "User-agent: *",
        "Disallow: /solicitudes",
        "Disallow: /ingresar/",
        "Disallow: /confirmar/",
        "Disallow: /correo/",
        "Disallow: /revision",
        "Disallow: /quejas/carta/",
        "Disallow: /v/",
        f"Sitemap: {base}{url_for('public.sitemap')}",
    )
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
