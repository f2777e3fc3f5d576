"""The web process: one Flask application, one blueprint per audience."""

from collections.abc import Iterator
from datetime import timedelta

from flask import Blueprint, Flask
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from review_service.bootstrap import Container
from review_service.packaged_files import static_folder, templates_folder
from review_service.settings import Settings
from review_service.web import (
    about,
    account_turns,
    addresses,
    auth,
    bodies,
    compressing,
    dates,
    errors,
    file_host,
    guarding,
    health,
    kept,
    languages,
    security,
    static_files,
)
from review_service.web.context import EXTENSION
from review_service.web.form_fields import FormRequest
from review_service.web.spanish_in_place import SpanishInPlace

FORM_HOURS = 12
"""Hours that an open form stays valid: as long as an applicant's session."""
MEBIBYTE = 1024 * 1024
MAX_FIELD_BYTES = 256 * 1024
MAX_PARTS = 60
MAX_NUMBER = 2**31 - 1


def create_app(container: Container) -> Flask:
    """Build the Flask application with its blueprints; opens no connection."""
    app = Flask(
        __name__,
        template_folder=str(templates_folder()),
        static_folder=str(static_folder()),
        static_url_path="/static",
    )
    app.request_class = FormRequest
    app.extensions[EXTENSION] = container
    app.config.update(_configuration(container.settings))
    # Assigned whole: the class keeps one dictionary for all applications.
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_environment = SpanishInPlace
    app.url_map.strict_slashes = False
    app.url_map.converters["int"] = _SmallNumber
    compressing.install(app)  # registered first, it runs last
    security.install(app, container.settings)
    errors.install(app)
    dates.install(app)
    languages.install(app, container.settings.public_url)
    about.install(app, container)
    addresses.install(app)
    static_files.install(app)
    file_host.install(app, container.settings)
    auth.install(app)
    # Who asks, then how much it may bring, then the form token, which stands in what it brings.
    guarding.install(app)
    account_turns.install(app)
    bodies.install(app)
    CSRFProtect(app)
    health.install(app, container)
    kept.install(app)
    for blueprint in _blueprints(container.settings):
        app.register_blueprint(blueprint)
    if container.settings.trusted_proxies:
        hops = container.settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


class _SmallNumber(IntegerConverter):
    """A number in a URL; larger ones than a database column can hold give 404."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=MAX_NUMBER)


def _blueprints(settings: Settings) -> Iterator[Blueprint]:
    from review_service.web import applicant, letters, officer, public, verify  # noqa: PLC0415 -- they import us

    yield health.blueprint
    yield public.blueprint
    yield letters.blueprint
    yield applicant.access
    yield applicant.blueprint
    yield officer.access
    yield officer.blueprint
    yield verify.blueprint
    if settings.demo_page:
        from review_service.web import demo  # noqa: PLC0415 -- nothing of it exists elsewhere

        yield demo.blueprint


def _configuration(settings: Settings) -> dict[str, object]:
    secure = settings.is_https
    return {
        "SECRET_KEY": settings.secret_key,
        "MAX_CONTENT_LENGTH": MEBIBYTE,
        "MAX_FORM_MEMORY_SIZE": MAX_FIELD_BYTES,
        "MAX_FORM_PARTS": MAX_PARTS,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=FORM_HOURS),
        "SESSION_COOKIE_NAME": auth.cookie_name("formulario", secure=secure),
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "WTF_CSRF_TIME_LIMIT": FORM_HOURS * 3600,
        # Pages with a token in their address send no referrer; ``Sec-Fetch-Site`` is asked instead.
        "WTF_CSRF_SSL_STRICT": False,
    }
