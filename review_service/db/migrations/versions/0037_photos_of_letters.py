"""Photos of letters: a table, a kind of work and of stored file, incidents of no application."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

STATES = ("waiting", "kept", "refused", "gone")
REFUSALS = (
    "empty_file",
    "too_large",
    "not_a_pdf",
    "not_a_photo",
    "damaged",
    "password",
    "no_pages",
    "too_many_pages",
    "image_too_large",
    "too_costly",
    "infected",
)
TASK_KINDS = (
    "check_document",
    "assemble_evidence",
    "issue_agreement",
    "send_mail",
    "find_resembling",
    "read_photo_text",
    "rebuild_files",
    "prove_paper",
)
FILE_KINDS = ("original", "assembled", "page_image", "thumbnail", "agreement")


def upgrade() -> None:
    """Add a table and two members; the version before leaves them alone."""
    op.create_table(
        "letter_photos",
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("staging_key", sa.Text(), nullable=True),
        sa.Column("image_key", sa.Text(), nullable=True),
        sa.Column("image_sha256", sa.String(64), nullable=True),
        sa.Column("refusal", sa.String(40), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            sa.column("state").in_(STATES), name=op.f("ck_letter_photos_letter_photo_state")
        ),
        sa.CheckConstraint(
            sa.column("refusal").in_(REFUSALS), name=op.f("ck_letter_photos_letter_photo_refusal")
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (staging_key IS NOT NULL)",
            name=op.f("ck_letter_photos_staged_iff_waiting"),
        ),
        sa.CheckConstraint(
            "(state = 'kept') = (image_key IS NOT NULL)"
            " AND (state = 'kept') = (image_sha256 IS NOT NULL)",
            name=op.f("ck_letter_photos_made_iff_kept"),
        ),
        sa.CheckConstraint(
            "(state = 'refused') = (refusal IS NOT NULL)",
            name=op.f("ck_letter_photos_why_iff_refused"),
        ),
        sa.CheckConstraint(
            "(state = 'gone') = (released_at IS NOT NULL)",
            name=op.f("ck_letter_photos_when_iff_gone"),
        ),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letters.id"], name=op.f("fk_letter_photos_letter_id")
        ),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_letter_photos")),
        sa.UniqueConstraint("staging_key", name=op.f("uq_letter_photos_staging_key")),
        sa.UniqueConstraint("image_key", name=op.f("uq_letter_photos_image_key")),
    )
    _members("tasks", "ck_tasks_task_kind", (*TASK_KINDS, "check_letter_photo"))
    _members(
        "file_incidents",
        "ck_file_incidents_file_kind",
        (*FILE_KINDS, "letter_photo"),
        nullable="application_id",
    )


def downgrade() -> None:
    """Revert; the photos are lost, and so are their tasks and incidents."""
    op.execute("DELETE FROM tasks WHERE kind = 'check_letter_photo'")
    op.execute("DELETE FROM file_incidents WHERE application_id IS NULL")
    _members("tasks", "ck_tasks_task_kind", TASK_KINDS)
    _members("file_incidents", "ck_file_incidents_file_kind", FILE_KINDS, required="application_id")
    op.drop_table("letter_photos")


def _members(
    table: str, name: str, kinds: tuple[str, ...], *, nullable: str = "", required: str = ""
) -> None:
    """Replace the list of kinds in a table, and let a column be NULL or not.

    SQLite can't change a table's checks: Alembic copies it, and would lose those it is not told.
    """
    bind, column = op.get_bind(), nullable or required
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    if bind.dialect.name != "sqlite":
        op.drop_constraint(op.f(name), table, type_="check")
        op.create_check_constraint(op.f(name), table, f"kind IN ({listed})")
        if column:
            op.alter_column(table, column, nullable=bool(nullable))
        return
    present = {
        str(check["name"]): check["sqltext"]
        for check in sa.inspect(bind).get_check_constraints(table)
    }
    source = sa.Table(table, sa.MetaData(), autoload_with=bind)
    for check in [one for one in source.constraints if isinstance(one, sa.CheckConstraint)]:
        source.constraints.remove(check)
    for other, text in ({**present, name: f"kind IN ({listed})"}).items():
        source.append_constraint(sa.CheckConstraint(text, name=op.f(other)))
    with op.batch_alter_table(table, copy_from=source, recreate="always") as changed:
        if column:
            changed.alter_column(column, nullable=bool(nullable))
