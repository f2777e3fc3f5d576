"""Evidence checks: photo hashes and matches, proofs, suggested themes, new kinds of documents."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

THEMES = ("workshop", "people", "machinery", "process")
DOCUMENT_KINDS = ("evidence", "photo", "agreement")
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
)
TASK_KINDS = ("check_document", "assemble_evidence", "issue_agreement", "send_mail")


def upgrade() -> None:
    """Add the columns and tables, and widen three lists of values."""
    _change(
        "documents",
        columns=[
            sa.Column("recognised_as", sa.String(40), nullable=True),
            sa.Column("virus_checked_at", sa.DateTime(timezone=True), nullable=True),
        ],
        checks={
            "document_kind": _among("kind", (*DOCUMENT_KINDS, "support")),
            "document_refusal": _among("refusal", (*REFUSALS, "infected")),
            "document_recognised_as": _among(
                "recognised_as", ("deed", "employer_certificate", "tax_certificate", "payroll")
            ),
        },
    )
    _change(
        "pages",
        columns=[
            sa.Column("words_from", sa.String(40), nullable=True),
            sa.Column("photo_layout", sa.String(40), nullable=True),
            sa.Column("suggested_theme", sa.String(40), nullable=True),
            sa.Column("suggested_from", sa.Text(), nullable=False, server_default=""),
            sa.Column("comment", sa.Text(), nullable=False, server_default=""),
        ],
        checks={
            "page_words_from": _among("words_from", ("layer", "ocr")),
            "page_photo_layout": _among(
                "photo_layout", ("single", "several", "collage", "screenshot")
            ),
            "page_suggested_theme": _among("suggested_theme", THEMES),
        },
    )
    _change(
        "photos",
        columns=[
            sa.Column("pdq_forms", sa.LargeBinary(), nullable=True),
            sa.Column("pdq_views", sa.LargeBinary(), nullable=True),
            sa.Column("pdq_quality", sa.Integer(), nullable=True),
            sa.Column("box", sa.JSON(), nullable=True),
            sa.Column("index_position", sa.Integer(), nullable=True),
        ],
        unique=["index_position"],
    )
    _change("prior_agreements", columns=[sa.Column("revoked_on", sa.Date(), nullable=True)])
    kinds = (*TASK_KINDS, "find_resembling", "read_photo_text")
    _change("tasks", checks={"task_kind": _among("kind", kinds)})
    _make_tables()


def _make_tables() -> None:
    op.create_table(
        "resemblances",
        sa.Column("earlier_position", sa.Integer(), nullable=False),
        sa.Column("later_position", sa.Integer(), nullable=False),
        sa.Column("distance", sa.Integer(), nullable=False),
        sa.Column("turned", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "earlier_position < later_position", name=op.f("ck_resemblances_in_order")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column],
                ["photos.index_position"],
                name=op.f(f"fk_resemblances_{column}"),
                ondelete="CASCADE",
            )
            for column in ("earlier_position", "later_position")
        ),
        sa.PrimaryKeyConstraint("earlier_position", "later_position", name="pk_resemblances"),
    )
    op.create_index("ix_resemblances_later_position", "resemblances", ["later_position"])
    op.create_table(
        "agreement_proofs",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("signature", sa.String(40), nullable=True),
        sa.Column("signer", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            _among("signature", ("absent", "valid", "untrusted", "altered")),
            name=op.f("ck_agreement_proofs_proof_signature"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name=op.f("fk_agreement_proofs_document_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_agreement_proofs")),
    )
    op.create_table(
        "workers_seen",
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("host", "lanes", "version")),
        *(
            sa.Column(name, sa.DateTime(timezone=True), nullable=False)
            for name in ("started_at", "proven_at", "seen_at")
        ),
        sa.Column("jail_required", sa.Boolean(), nullable=False),
        sa.Column("missing", sa.JSON(), nullable=False),
        sa.Column("escaped", sa.JSON(), nullable=False),
        sa.Column("landlock", sa.Integer(), nullable=False),
        sa.Column("ocr_engine", sa.Text(), nullable=False),
        sa.Column("antivirus", sa.String(40), nullable=False),
        sa.Column("antivirus_answer", sa.Text(), nullable=False),
        sa.Column("antivirus_since", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            _among("antivirus", ("off", "required")),
            name=op.f("ck_workers_seen_worker_antivirus"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers_seen")),
    )


def downgrade() -> None:
    """Revert; tasks and documents of the new kinds are deleted."""
    op.drop_table("workers_seen")
    op.drop_table("agreement_proofs")
    op.drop_table("resemblances")
    op.execute("DELETE FROM tasks WHERE kind IN ('find_resembling', 'read_photo_text')")
    op.execute("DELETE FROM documents WHERE kind = 'support' OR refusal = 'infected'")
    _change("tasks", checks={"task_kind": _among("kind", TASK_KINDS)})
    _change("prior_agreements", drop=["revoked_on"])
    _change("photos", drop=["pdq_forms", "pdq_views", "pdq_quality", "box", "index_position"])
    _change(
        "pages",
        drop=["words_from", "photo_layout", "suggested_theme", "suggested_from", "comment"],
        without=["page_words_from", "page_photo_layout", "page_suggested_theme"],
    )
    _change(
        "documents",
        drop=["recognised_as", "virus_checked_at"],
        without=["document_recognised_as"],
        checks={
            "document_kind": _among("kind", DOCUMENT_KINDS),
            "document_refusal": _among("refusal", REFUSALS),
        },
    )


def _among(column: str, values: Sequence[str]) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"


def _change(
    table: str,
    *,
    columns: Sequence[sa.Column[Any]] = (),
    unique: Sequence[str] = (),
    drop: Sequence[str] = (),
    checks: Mapping[str, str] | None = None,
    without: Sequence[str] = (),
) -> None:
    """Change one table; a check of the same name is replaced, ``without`` names those that go.

    SQLite can't change a table's checks: Alembic copies it, and would lose those it is not told.
    """
    checks = checks or {}
    bind = op.get_bind()
    inspector = sa.inspect(bind)
    gone = {f"ck_{table}_{name}" for name in (*checks, *without)}
    present = {
        str(check["name"]): check["sqltext"] for check in inspector.get_check_constraints(table)
    }
    source = None
    if bind.dialect.name == "sqlite":
        source = sa.Table(table, sa.MetaData(), autoload_with=bind)
        for check in [one for one in source.constraints if isinstance(one, sa.CheckConstraint)]:
            source.constraints.remove(check)  # some versions of SQLAlchemy reflect them, some not
        for name, text in present.items():
            if name not in gone:
                source.append_constraint(sa.CheckConstraint(text, name=op.f(name)))
    with op.batch_alter_table(table, copy_from=source) as batch:
        for name in sorted(gone & set(present)) if source is None else ():
            batch.drop_constraint(op.f(name), type_="check")
        for column in columns:
            batch.add_column(column)
        for name in drop:
            batch.drop_column(name)
        for name in unique:
            batch.create_unique_constraint(op.f(f"uq_{table}_{name}"), [name])
        for name, text in checks.items():
            batch.create_check_constraint(op.f(f"ck_{table}_{name}"), text)
