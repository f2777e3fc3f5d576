"""Search by reference, number, RUC, name and trade: one folded text per application, indexed.

Triggers write it, so that the version before keeps it too. PostgreSQL indexes its groups of three
letters by a function of our own, as an extension needs more rights; SQLite has such an index.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ACCENTED = "áéíóúüñàèìòùâêîôûäëïöçãõ"
PLAIN = "aeiouunaeiouaeiouaeiocao"
LEVEL = 12
"""Replacements at a time on SQLite."""
MARKS = "\u0300\u0301\u0302\u0303\u0308\u0327"
NUMBERS = "replace(a.reference, '-', '') || {newline} || coalesce(replace(g.number, '-', ''), '')"
NAMES = "a.holder || {newline} || coalesce({trade}, '') || {newline} || coalesce({granted}, '')"
"""What is searched; a line for each, so that no group of letters reaches into the next."""

FUNCTIONS = (
    """
CREATE FUNCTION search_grams(text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 5000 AS $$
  SELECT ARRAY(SELECT substr($1, place, 3) FROM generate_series(1, length($1) - 2) AS place)
$$""",
    """
CREATE FUNCTION keep_application_search() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE changed uuid;
BEGIN
  IF TG_TABLE_NAME = 'agreements' THEN
    changed := NEW.application_id;
  ELSE
    changed := NEW.id;
  END IF;
  INSERT INTO application_search AS kept (application_id, numbers, names)
  SELECT a.id, {numbers}, {names}
  FROM applications a LEFT JOIN agreements g ON g.application_id = a.id
  WHERE a.id = changed
  ON CONFLICT (application_id) DO UPDATE SET numbers = EXCLUDED.numbers, names = EXCLUDED.names
  WHERE (kept.numbers, kept.names) <> (EXCLUDED.numbers, EXCLUDED.names);
  RETURN NULL;
END $$""",
    """
CREATE TRIGGER application_searched AFTER INSERT OR UPDATE OF reference, holder, sheet
ON applications FOR EACH ROW EXECUTE FUNCTION keep_application_search()""",
    """
CREATE TRIGGER agreement_searched AFTER INSERT OR UPDATE OF number, snapshot
ON agreements FOR EACH ROW EXECUTE FUNCTION keep_application_search()""",
)
SQLITE_TRIGGERS = (
    """
CREATE TRIGGER application_search_added AFTER INSERT ON application_search BEGIN
  INSERT INTO application_search_fts (rowid, numbers, names)
    VALUES (new.position, new.numbers, new.names);
END""",
    """
CREATE TRIGGER application_search_removed AFTER DELETE ON application_search BEGIN
  INSERT INTO application_search_fts (application_search_fts, rowid, numbers, names)
    VALUES ('delete', old.position, old.numbers, old.names);
END""",
    """
CREATE TRIGGER application_search_changed AFTER UPDATE ON application_search BEGIN
  INSERT INTO application_search_fts (application_search_fts, rowid, numbers, names)
    VALUES ('delete', old.position, old.numbers, old.names);
  INSERT INTO application_search_fts (rowid, numbers, names)
    VALUES (new.position, new.numbers, new.names);
END""",
    """
CREATE TRIGGER application_searched_new AFTER INSERT ON applications BEGIN
  INSERT INTO application_search (application_id, numbers, names)
  {added};
END""",
    """
CREATE TRIGGER application_searched AFTER UPDATE OF reference, holder, sheet ON applications
BEGIN
  UPDATE application_search SET (numbers, names) = ({own}) WHERE application_id = new.id;
END""",
    """
CREATE TRIGGER agreement_searched_new AFTER INSERT ON agreements BEGIN
  UPDATE application_search SET (numbers, names) = ({granted})
  WHERE application_id = new.application_id;
END""",
    """
CREATE TRIGGER agreement_searched AFTER UPDATE OF number, snapshot ON agreements BEGIN
  UPDATE application_search SET (numbers, names) = ({granted})
  WHERE application_id = new.application_id;
END""",
)
FILL = (
    "INSERT INTO application_search (application_id, numbers, names)"
    " SELECT a.id, {numbers}, {names} FROM applications a"
    " LEFT JOIN agreements g ON g.application_id = a.id ORDER BY a.created_at"
)


def upgrade() -> None:
    """Make the table, fill it, index it, and let the database keep it."""
    op.create_table(
        "application_search",
        sa.Column("position", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("numbers", sa.Text(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_application_search_application_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_application_search")),
        sa.UniqueConstraint("application_id", name=op.f("uq_application_search_application_id")),
    )
    if op.get_bind().dialect.name == "postgresql":
        _postgresql()
    else:
        _sqlite()


def downgrade() -> None:
    """Drop all of it; the rows that it was made from stay."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER agreement_searched ON agreements")
        op.execute("DROP TRIGGER application_searched ON applications")
        op.execute("DROP FUNCTION keep_application_search()")
        op.drop_table("application_search")
        op.execute("DROP FUNCTION search_grams(text)")
        return
    for trigger in SQLITE_TRIGGERS:
        op.execute(f"DROP TRIGGER {trigger.split()[2]}")
    op.execute("DROP TABLE application_search_fts")
    op.drop_table("application_search")


def _postgresql() -> None:
    parts = {
        "newline": "chr(10)",
        "trade": "a.sheet ->> 'trade'",
        "granted": "g.snapshot ->> 'trade'",
    }
    letters, plain = f"{ACCENTED}{ACCENTED.upper()}{MARKS}", f"{PLAIN}{PLAIN.upper()}"
    texts = {
        "numbers": f"lower({NUMBERS.format(**parts)})",
        "names": f"lower(translate({NAMES.format(**parts)}, '{letters}', '{plain}'))",
    }
    op.execute(FILL.format(**texts))
    op.execute(FUNCTIONS[0])
    # Without a list of pending entries, which every search would have to read.
    op.execute(
        "CREATE INDEX ix_application_search_grams ON application_search"
        " USING gin (search_grams(numbers || chr(10) || names)) WITH (fastupdate = off)"
    )
    for statement in FUNCTIONS[1:]:
        op.execute(statement.format(**texts))


def _sqlite() -> None:
    op.execute(
        "CREATE VIRTUAL TABLE application_search_fts USING fts5(numbers, names,"
        " content='application_search', content_rowid='position', detail='none',"
        " tokenize='trigram')"
    )
    for trigger in SQLITE_TRIGGERS:
        op.execute(
            trigger.format(
                added=_folded("a.id = new.id"),
                own=_folded("a.id = new.id", columns="numbers, names"),
                granted=_folded("a.id = new.application_id", columns="numbers, names"),
            )
        )
    op.execute(
        "INSERT INTO application_search (application_id, numbers, names)"
        f" {_folded('1')} ORDER BY created_at"
    )


def _folded(where: str, columns: str = "id, numbers, names") -> str:
    """Return the statement that folds the texts of applications.

    SQLite has no ``translate``, and its parser takes few calls within calls: hence levels.
    """
    parts = {
        "newline": "char(10)",
        "trade": "json_extract(a.sheet, '$.trade')",
        "granted": "json_extract(g.snapshot, '$.trade')",
    }
    told = (
        f"SELECT a.id AS id, a.created_at AS created_at, lower({NUMBERS.format(**parts)}) AS"  # noqa: S608
        f" numbers, lower({NAMES.format(**parts)}) AS names"
        f" FROM applications a LEFT JOIN agreements g ON g.application_id = a.id WHERE {where}"
    )
    letters = zip(ACCENTED + ACCENTED.upper(), PLAIN + PLAIN, strict=True)
    pairs = [*letters, *((mark, "") for mark in MARKS)]
    for start in range(0, len(pairs), LEVEL):
        folded = "names"
        for letter, plain in pairs[start : start + LEVEL]:
            folded = f"replace({folded}, '{letter}', '{plain}')"
        told = f"SELECT id, created_at, numbers, {folded} AS names FROM ({told})"  # noqa: S608
    return f"SELECT {columns} FROM ({told})"  # noqa: S608
