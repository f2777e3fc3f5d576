"""A function that tells how frequent groups of letters are in what officers search.

PostgreSQL counts them for the index of 0013, but shows that to the owner of the tables only, whom
the service is not: the function asks as its owner.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

FUNCTION = """
CREATE FUNCTION frequent_search_grams() RETURNS TABLE (gram text, share real)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT counted.gram, counted.share
  FROM pg_stats AS told,
  unnest(told.most_common_elems::text::text[], told.most_common_elem_freqs)
    AS counted (gram, share)
  WHERE told.schemaname = {schema} AND told.tablename = 'ix_application_search_grams'
    AND counted.gram IS NOT NULL
$$"""


def upgrade() -> None:
    """Add the function; the version before does not call it. SQLite counts nothing."""
    if op.get_bind().dialect.name == "postgresql":
        schema = (
            op.get_bind().execute(sa.text("SELECT quote_literal(current_schema())")).scalar_one()
        )
        op.execute(FUNCTION.format(schema=schema))


def downgrade() -> None:
    """Drop it."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION frequent_search_grams()")
