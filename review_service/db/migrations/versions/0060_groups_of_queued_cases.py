# ruff: noqa: S608 -- its own names only
"""Each case of the queue names its group: what it has in common with others, to be counted by.

A group is a track, a kind and a place; some hundreds hold forty thousand cases, and one number is
compared and counted in half the time of four texts. The row also says whether its applicant has
answered a request for corrections and whether a rule referred it, which were asked of other tables
for each case. Triggers write them, so that the version before keeps them too. On SQLite, who
rebuilds ``applications`` or ``corrections`` must make their triggers again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

GROUP = "track, kind, province, canton"
BEFORE = (
    "application_id, due_at, confirmed_at, track, kind, province, canton, moved_zone, assigned_to"
)
COLUMNS = f"{BEFORE}, group_id, is_corrected, is_referred"
OF_BEFORE = "state, due_at, confirmed_at, track, kind, sheet, moved_zone, assigned_to"
"""Columns of applications that the row is made from."""
OF = f"{OF_BEFORE}, referral"
OWN = "new.id, new.due_at, new.confirmed_at, new.track, new.kind"
GIVEN_TO = "new.moved_zone, new.assigned_to"
ANSWERED = (
    "EXISTS (SELECT 1 FROM corrections c WHERE c.application_id = {case}"
    " AND c.answered_at IS NOT NULL)"
)
UPDATED = """due_at = EXCLUDED.due_at, confirmed_at = EXCLUDED.confirmed_at,
      track = EXCLUDED.track, kind = EXCLUDED.kind, province = EXCLUDED.province,
      canton = EXCLUDED.canton, moved_zone = EXCLUDED.moved_zone,
      assigned_to = EXCLUDED.assigned_to"""
GROUP_OF = f"""
CREATE FUNCTION queued_group(of_track text, of_kind text, of_province text, of_canton text)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  known integer;
BEGIN
  SELECT id INTO known FROM queued_groups
    WHERE ({GROUP}) = (of_track, of_kind, of_province, of_canton);
  IF known IS NULL THEN
    INSERT INTO queued_groups ({GROUP}) VALUES (of_track, of_kind, of_province, of_canton)
      ON CONFLICT DO NOTHING RETURNING id INTO known;
  END IF;
  IF known IS NULL THEN -- another transaction was first
    SELECT id INTO known FROM queued_groups
      WHERE ({GROUP}) = (of_track, of_kind, of_province, of_canton);
  END IF;
  RETURN known;
END $$"""
KEPT = """
CREATE OR REPLACE FUNCTION keep_queued_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state = 'in_review' THEN
    INSERT INTO queued_cases ({columns})
    VALUES ({values})
    ON CONFLICT (application_id) DO UPDATE SET {updated};
  ELSIF TG_OP = 'UPDATE' THEN
    DELETE FROM queued_cases WHERE application_id = NEW.id;
  END IF;
  RETURN NULL;
END $$"""
DROPPED = "DROP TRIGGER application_queued ON applications"
WOKEN = """
CREATE TRIGGER application_queued AFTER INSERT OR UPDATE OF {of} ON applications
FOR EACH ROW EXECUTE FUNCTION keep_queued_case()"""
ON_POSTGRESQL = (
    GROUP_OF,
    KEPT.format(
        columns=COLUMNS,
        values=f"{OWN}, coalesce(NEW.sheet ->> 'province', ''),"
        f" coalesce(NEW.sheet ->> 'canton', ''), {GIVEN_TO},"
        " queued_group(NEW.track, NEW.kind, coalesce(NEW.sheet ->> 'province', ''),"
        f" coalesce(NEW.sheet ->> 'canton', '')), {ANSWERED.format(case='NEW.id')},"
        " NEW.referral IS NOT NULL",
        updated=f"{UPDATED}, group_id = EXCLUDED.group_id, is_corrected = EXCLUDED.is_corrected,"
        " is_referred = EXCLUDED.is_referred",
    ),
    DROPPED,
    WOKEN.format(of=OF),
    f"""
CREATE FUNCTION keep_queued_correction() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.application_id ELSE NEW.application_id END;
BEGIN
  UPDATE queued_cases SET is_corrected = {ANSWERED.format(case="changed")}
    WHERE application_id = changed;
  RETURN NULL;
END $$""",
    """
CREATE TRIGGER correction_queued AFTER INSERT OR DELETE OR UPDATE OF answered_at ON corrections
FOR EACH ROW EXECUTE FUNCTION keep_queued_correction()""",
)
PROVINCE, CANTON = (
    f"coalesce(json_extract(new.sheet, '$.{name}'), '')" for name in ("province", "canton")
)
NEW_GROUP = (
    f"INSERT OR IGNORE INTO queued_groups ({GROUP})"
    f" SELECT new.track, new.kind, {PROVINCE}, {CANTON}"
)
NEW_ROW = f"""SELECT {OWN}, {PROVINCE}, {CANTON}, {GIVEN_TO},
    (SELECT id FROM queued_groups WHERE ({GROUP}) = (new.track, new.kind, {PROVINCE}, {CANTON})),
    {ANSWERED.format(case="new.id")}, new.referral IS NOT NULL"""
ON_SQLITE = (
    "DROP TRIGGER application_queued_new",
    "DROP TRIGGER application_queued",
    f"""
CREATE TRIGGER application_queued_new AFTER INSERT ON applications
WHEN new.state = 'in_review' BEGIN
  {NEW_GROUP};
  INSERT INTO queued_cases ({COLUMNS}) {NEW_ROW};
END""",
    f"""
CREATE TRIGGER application_queued AFTER UPDATE OF {OF} ON applications
WHEN old.state = 'in_review' OR new.state = 'in_review' BEGIN
  DELETE FROM queued_cases WHERE application_id = new.id;
  {NEW_GROUP} WHERE new.state = 'in_review';
  INSERT INTO queued_cases ({COLUMNS}) {NEW_ROW} WHERE new.state = 'in_review';
END""",
    *(
        f"""
CREATE TRIGGER correction_queued_{name} AFTER {event} ON corrections BEGIN
  UPDATE queued_cases SET is_corrected = {ANSWERED.format(case=f"{row}.application_id")}
    WHERE application_id = {row}.application_id;
END"""
        for name, event, row in (
            ("new", "INSERT", "new"),
            ("changed", "UPDATE OF answered_at", "new"),
            ("gone", "DELETE", "old"),
        )
    ),
)
FILL = (
    f"INSERT INTO queued_groups ({GROUP}) SELECT DISTINCT {GROUP} FROM queued_cases",
    (
        "UPDATE queued_cases SET group_id = (SELECT g.id FROM queued_groups g"
        " WHERE (g.track, g.kind, g.province, g.canton) = (queued_cases.track, queued_cases.kind,"
        " queued_cases.province, queued_cases.canton)),"
        f" is_corrected = {ANSWERED.format(case='queued_cases.application_id')},"
        " is_referred = EXISTS (SELECT 1 FROM applications a"
        " WHERE a.id = queued_cases.application_id AND a.referral IS NOT NULL)"
    ),
)
SQLITE_BEFORE = (
    f"""
CREATE TRIGGER application_queued_new AFTER INSERT ON applications
WHEN new.state = 'in_review' BEGIN
  INSERT INTO queued_cases ({BEFORE}) VALUES ({OWN}, {PROVINCE}, {CANTON}, {GIVEN_TO});
END""",
    f"""
CREATE TRIGGER application_queued AFTER UPDATE OF {OF_BEFORE} ON applications
WHEN old.state = 'in_review' OR new.state = 'in_review' BEGIN
  DELETE FROM queued_cases WHERE application_id = new.id;
  INSERT INTO queued_cases ({BEFORE}) SELECT {OWN}, {PROVINCE}, {CANTON}, {GIVEN_TO}
    WHERE new.state = 'in_review';
END""",
)


def upgrade() -> None:
    """Add the groups, fill them, and let the database keep them."""
    op.create_table(
        "queued_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in GROUP.split(", ")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queued_groups")),
        sa.UniqueConstraint(*GROUP.split(", "), name=op.f("uq_queued_groups_group")),
    )
    op.add_column(
        "queued_cases", sa.Column("group_id", sa.Integer(), nullable=False, server_default="0")
    )
    for name in ("is_corrected", "is_referred"):
        op.add_column(
            "queued_cases",
            sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()),
        )
    for statement in FILL:
        op.execute(statement)
    op.create_index(
        op.f("ix_queued_cases_group"), "queued_cases", ["group_id", "due_at", "application_id"]
    )
    op.create_index(
        "ix_queued_cases_given",
        "queued_cases",
        ["assigned_to"],
        postgresql_where=sa.text("assigned_to IS NOT NULL"),
        sqlite_where=sa.text("assigned_to IS NOT NULL"),
    )
    op.create_index(
        "ix_applications_to_correct",
        "applications",
        ["correct_by"],
        postgresql_where=sa.text("correct_by IS NOT NULL"),
        sqlite_where=sa.text("correct_by IS NOT NULL"),
    )
    op.create_index(
        "ix_applications_decided_track",
        "applications",
        ["track", "decided_at"],
        postgresql_where=sa.text("decided_at IS NOT NULL"),
        sqlite_where=sa.text("decided_at IS NOT NULL"),
    )
    op.create_index(
        "ix_documents_in_check",
        "documents",
        ["application_id"],
        postgresql_where=sa.text("state IN ('received', 'checking')"),
        sqlite_where=sa.text("state IN ('received', 'checking')"),
    )
    op.drop_index("ix_findings_code", table_name="findings")
    op.create_index("ix_findings_code", "findings", ["code", "application_id"])
    for statement in ON_POSTGRESQL if _is_postgresql() else ON_SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Revert; the rows are kept as before."""
    if _is_postgresql():
        op.execute("DROP TRIGGER correction_queued ON corrections")
        op.execute("DROP FUNCTION keep_queued_correction()")
        values = (
            f"{OWN}, coalesce(NEW.sheet ->> 'province', ''),"
            f" coalesce(NEW.sheet ->> 'canton', ''), {GIVEN_TO}"
        )
        op.execute(KEPT.format(columns=BEFORE, values=values, updated=UPDATED))
        op.execute(DROPPED)
        op.execute(WOKEN.format(of=OF_BEFORE))
        op.execute("DROP FUNCTION queued_group(text, text, text, text)")
    else:
        for name in ("new", "changed", "gone"):
            op.execute(f"DROP TRIGGER correction_queued_{name}")
        op.execute("DROP TRIGGER application_queued_new")
        op.execute("DROP TRIGGER application_queued")
    op.drop_index("ix_findings_code", table_name="findings")
    op.create_index("ix_findings_code", "findings", ["code"])
    op.drop_index("ix_documents_in_check", table_name="documents")
    op.drop_index("ix_applications_decided_track", table_name="applications")
    op.drop_index("ix_applications_to_correct", table_name="applications")
    op.drop_index("ix_queued_cases_given", table_name="queued_cases")
    op.drop_index("ix_queued_cases_group", table_name="queued_cases")
    for name in ("is_referred", "is_corrected", "group_id"):
        op.drop_column("queued_cases", name)
    op.drop_table("queued_groups")
    if not _is_postgresql():
        for statement in SQLITE_BEFORE:
            op.execute(statement)


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
