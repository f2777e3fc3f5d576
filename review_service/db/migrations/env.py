"""Runs the migrations on the connection that ``migrate`` passes in."""

from alembic import context
from sqlalchemy import Connection

from review_service.db.base import Base
from review_service.db.models import TaskRow

assert TaskRow.metadata is Base.metadata  # noqa: S101 -- imports every table for comparison


def run() -> None:
    """Migrate inside the caller's transaction."""
    connection: Connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


run()
