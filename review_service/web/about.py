"""What pages say of the institution and of this installation."""

from flask import Flask

from review_service.bootstrap import Container


def install(app: Flask, container: Container) -> None:
    """Give the templates ``institution()`` and whether this is a demonstration."""
    app.add_template_global(container.institution, "institution")
    app.jinja_env.globals.update(
        is_demonstration=container.settings.demonstration,
        has_demo_page=container.settings.demo_page,
    )
