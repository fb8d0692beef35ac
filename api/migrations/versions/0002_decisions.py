"""Canonical speakers, and what people decide about speakers.

Revision: 0002; follows: 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# SQLite numbers rows itself only where the column is a plain INTEGER.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIMESTAMP = sa.DateTime(timezone=True)

AUDITED = ("decision", "decision_change")
# New columns of `speaker` and `quote` that point to other records: column, table, whether it is indexed.
OF_SPEAKER = (
    ("canonical_id", "speaker", True),
    ("decided_id", "speaker", True),
    ("decision_id", "decision", False),
    ("family_id", "speaker", True),
)
OF_QUOTE = (("found_speaker_id", "speaker", True), ("decision_id", "decision", True))


def upgrade() -> None:
    """Make the tables of decisions, and let several names be one speaker."""
    op.create_table(
        "decision",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("editor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("speaker_id", KEY, nullable=True),
        sa.Column("other_id", KEY, nullable=True),
        sa.Column("undoes_id", KEY, nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("created_at", TIMESTAMP, nullable=False),
        sa.CheckConstraint("(kind = 'undo') = (undoes_id IS NOT NULL)", name="ck_decision_undo"),
        sa.ForeignKeyConstraint(["speaker_id"], ["speaker.id"], name="fk_decision_speaker_id_speaker"),
        sa.ForeignKeyConstraint(["other_id"], ["speaker.id"], name="fk_decision_other_id_speaker"),
        sa.ForeignKeyConstraint(["undoes_id"], ["decision.id"], name="fk_decision_undoes_id_decision"),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
        sa.UniqueConstraint("undoes_id", name="uq_decision_undoes_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_decision_speaker_id", "decision", ["speaker_id"], unique=False)
    op.create_index("ix_decision_other_id", "decision", ["other_id"], unique=False)
    op.create_table(
        "decision_change",
        sa.Column("id", KEY, nullable=False),
        sa.Column("decision_id", KEY, nullable=False),
        sa.Column("quote_id", KEY, nullable=True),
        sa.Column("name_id", KEY, nullable=True),
        sa.Column("before_id", KEY, nullable=True),
        sa.Column("after_id", KEY, nullable=True),
        sa.Column("before_decision_id", KEY, nullable=True),
        sa.Column("carried", sa.Boolean(), nullable=False),
        sa.Column("created_at", TIMESTAMP, nullable=False),
        sa.CheckConstraint("(quote_id IS NULL) <> (name_id IS NULL)", name="ck_decision_change_subject"),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=f"fk_decision_change_{column}_{table}")
            for column, table in (
                ("decision_id", "decision"),
                ("quote_id", "quote"),
                ("name_id", "speaker"),
                ("before_id", "speaker"),
                ("after_id", "speaker"),
                ("before_decision_id", "decision"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name="pk_decision_change"),
        sqlite_autoincrement=True,
    )
    for column in ("decision_id", "name_id", "quote_id"):
        op.create_index(f"ix_decision_change_{column}", "decision_change", [column], unique=False)
    op.create_table(
        "decided_name",
        sa.Column("id", KEY, nullable=False),
        sa.Column("decision_id", KEY, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("speaker_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name="fk_decided_name_decision_id_decision"
        ),
        sa.ForeignKeyConstraint(["speaker_id"], ["speaker.id"], name="fk_decided_name_speaker_id_speaker"),
        sa.PrimaryKeyConstraint("id", name="pk_decided_name"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_decided_name_type_key", "decided_name", ["type", "key"], unique=False)
    op.add_column("speaker", sa.Column("surname_key", sa.Text(), nullable=True))
    op.add_column("speaker", sa.Column("born", sa.Integer(), nullable=True))
    op.add_column("speaker", sa.Column("note", sa.Text(), nullable=True))
    op.add_column("speaker", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.create_index("ix_speaker_surname_key", "speaker", ["surname_key"], unique=False)
    for table, columns in (("speaker", OF_SPEAKER), ("quote", OF_QUOTE)):
        _add_references(table, columns)
    op.execute("UPDATE quote SET found_speaker_id = speaker_id")
    _fold_names_anew()
    _make_append_only()


def downgrade() -> None:
    """Give every quote back to whom the engine found, and forget what people decided."""
    op.execute("UPDATE quote SET speaker_id = found_speaker_id")
    for table, columns in (("quote", OF_QUOTE), ("speaker", OF_SPEAKER)):
        for column, target, indexed in reversed(columns):
            if indexed:
                op.drop_index(f"ix_{table}_{column}", table_name=table)
            if op.get_bind().dialect.name == "sqlite":
                op.drop_column(table, column)
            else:
                op.drop_constraint(f"fk_{table}_{column}_{target}", table, type_="foreignkey")
                op.drop_column(table, column)
    op.drop_index("ix_speaker_surname_key", table_name="speaker")
    for column in ("version", "note", "born", "surname_key"):
        op.drop_column("speaker", column)
    for table in ("decided_name", "decision_change", "decision"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION decisions_stay()")


def _add_references(table: str, columns: tuple[tuple[str, str, bool], ...]) -> None:
    """Add columns that point to other records.

    SQLite takes a reference only together with its column, and copying a table as large as `quote` to
    add one would take long; the constraint's name is written there all the same.
    """
    for column, target, indexed in columns:
        name = f"fk_{table}_{column}_{target}"
        if op.get_bind().dialect.name == "sqlite":
            op.execute(
                f"ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT {name} REFERENCES {target} (id)"
            )
        else:
            op.add_column(table, sa.Column(column, KEY, nullable=True))
            op.create_foreign_key(name, table, target, [column], ["id"])
        if indexed:
            op.create_index(f"ix_{table}_{column}", table, [column], unique=False)


def _fold_names_anew() -> None:
    """Write the keys by which names find each other; they are made in Python."""
    from api.names import match_key, surname_key

    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT id, name, type FROM speaker WHERE type <> 'unnamed'")).all()
    keys = [
        {"id": id, "match": match_key(name, type), "surname": surname_key(name) if type == "person" else None}
        for id, name, type in rows
    ]
    if keys:
        change = sa.text("UPDATE speaker SET match_key = :match, surname_key = :surname WHERE id = :id")
        connection.execute(change, keys)


def _make_append_only() -> None:
    """Let the database itself refuse to change or delete what was decided."""
    if op.get_bind().dialect.name == "sqlite":
        for table in AUDITED:
            for action in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'decisions are never changed or deleted'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION decisions_stay() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION 'decisions are never changed or deleted'; END $$"
    )
    for table in AUDITED:
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION decisions_stay()"
        )
