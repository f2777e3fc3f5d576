"""A narrow row for each case in review, by which the queue is filtered; who a case was moved to.

Triggers write the row, so that the version before keeps it too.
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

COLUMNS = (
    "application_id, due_at, confirmed_at, track, kind, province, canton, moved_zone, assigned_to"
)
OF = "state, due_at, confirmed_at, track, kind, sheet, moved_zone, assigned_to"
"""Columns of applications that the row is made from."""
VALUES = (
    "{a}.id, {a}.due_at, {a}.confirmed_at, {a}.track, {a}.kind, coalesce({province}, ''),"
    " coalesce({canton}, ''), {a}.moved_zone, {a}.assigned_to"
)
POSTGRESQL = (
    """
CREATE FUNCTION keep_queued_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state = 'in_review' THEN
    INSERT INTO queued_cases ({columns})
    VALUES ({new})
    ON CONFLICT (application_id) DO UPDATE SET due_at = EXCLUDED.due_at,
      confirmed_at = EXCLUDED.confirmed_at, track = EXCLUDED.track, kind = EXCLUDED.kind,
      province = EXCLUDED.province, canton = EXCLUDED.canton, moved_zone = EXCLUDED.moved_zone,
      assigned_to = EXCLUDED.assigned_to;
  ELSIF TG_OP = 'UPDATE' THEN
    DELETE FROM queued_cases WHERE application_id = NEW.id;
  END IF;
  RETURN NULL;
END $$""",
    """
CREATE TRIGGER application_queued AFTER INSERT OR UPDATE OF {of} ON applications
FOR EACH ROW EXECUTE FUNCTION keep_queued_case()""",
)
SQLITE = (
    """
CREATE TRIGGER application_queued_new AFTER INSERT ON applications
WHEN new.state = 'in_review' BEGIN
  INSERT INTO queued_cases ({columns}) VALUES ({new});
END""",
    """
CREATE TRIGGER application_queued AFTER UPDATE OF {of} ON applications
WHEN old.state = 'in_review' OR new.state = 'in_review' BEGIN
  DELETE FROM queued_cases WHERE application_id = new.id;
  INSERT INTO queued_cases ({columns}) SELECT {new} WHERE new.state = 'in_review';
END""",
)


FILL = (
    "INSERT INTO queued_cases ({columns}) SELECT {values} FROM applications a"
    " WHERE a.state = 'in_review'"
)


def upgrade() -> None:
    """Add the columns and the table, fill it, and let the database keep it."""
    op.add_column("applications", sa.Column("moved_zone", sa.Text(), nullable=True))
    op.add_column("applications", sa.Column("assigned_to", sa.Uuid(), nullable=True))
    op.create_index(
        op.f("ix_applications_claimed"),
        "applications",
        ["claimed_by"],
        postgresql_where=sa.text("claimed_by IS NOT NULL"),
        sqlite_where=sa.text("claimed_by IS NOT NULL"),
    )
    op.create_table(
        "queued_cases",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("track", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.Column("canton", sa.Text(), nullable=False),
        sa.Column("moved_zone", sa.Text(), nullable=True),
        sa.Column("assigned_to", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_queued_cases_application_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_queued_cases")),
    )
    op.create_index(op.f("ix_queued_cases_due"), "queued_cases", ["due_at", "application_id"])
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRESQL if is_postgresql else SQLITE:
        new = _values("new", is_postgresql=is_postgresql)
        op.execute(statement.format(columns=COLUMNS, of=OF, new=new))
    op.execute(FILL.format(columns=COLUMNS, values=_values("a", is_postgresql=is_postgresql)))


def downgrade() -> None:
    """Revert; who a case was moved to is forgotten."""
    op.execute(
        "DROP TRIGGER application_queued ON applications"
        if op.get_bind().dialect.name == "postgresql"
        else "DROP TRIGGER application_queued"
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION keep_queued_case()")
    else:
        op.execute("DROP TRIGGER application_queued_new")
    op.drop_table("queued_cases")
    op.drop_index(op.f("ix_applications_claimed"), table_name="applications")
    op.drop_column("applications", "assigned_to")
    op.drop_column("applications", "moved_zone")


def _values(row: str, *, is_postgresql: bool) -> str:
    told = "{row}.sheet ->> '{name}'" if is_postgresql else "json_extract({row}.sheet, '$.{name}')"
    return VALUES.format(
        a=row,
        province=told.format(row=row, name="province"),
        canton=told.format(row=row, name="canton"),
    )
