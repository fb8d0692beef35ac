"""The first tables: outlets, articles and their revisions, speakers, quotes, statements, full text.

Revision: 0001; follows: nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# SQLite numbers rows itself only where the column is a plain INTEGER.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIMESTAMP = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables and this database's full-text index."""
    op.create_table(
        "outlet",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("created_at", TIMESTAMP, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outlet"),
        sa.UniqueConstraint("key", name="uq_outlet_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "statement",
        sa.Column("id", KEY, nullable=False),
        sa.Column("created_at", TIMESTAMP, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_statement"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "article",
        sa.Column("id", KEY, nullable=False),
        sa.Column("outlet_id", KEY, nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("url_key", sa.Text(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("published_at", TIMESTAMP, nullable=True),
        sa.Column("source_id", sa.Text(), nullable=True),
        sa.Column("created_at", TIMESTAMP, nullable=False),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name="fk_article_outlet_id_outlet"),
        sa.PrimaryKeyConstraint("id", name="pk_article"),
        sa.UniqueConstraint("url_key", name="uq_article_url_key"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_article_outlet_id_published_on", "article", ["outlet_id", "published_on"], unique=False
    )
    op.create_index("ix_article_published_on", "article", ["published_on"], unique=False)
    op.create_table(
        "revision",
        sa.Column("id", KEY, nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("outlet_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("engine_version", sa.Text(), nullable=False),
        sa.Column("pipeline_version", sa.Text(), nullable=False),
        sa.Column("created_at", TIMESTAMP, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name="fk_revision_article_id_article", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name="fk_revision_outlet_id_outlet"),
        sa.PrimaryKeyConstraint("id", name="pk_revision"),
        sa.UniqueConstraint("article_id", "number", name="uq_revision_article_id_number"),
        sa.UniqueConstraint("outlet_id", "content_hash", name="uq_revision_outlet_id_content_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_revision_current",
        "revision",
        ["article_id"],
        unique=True,
        sqlite_where=sa.text("current"),
        postgresql_where=sa.text("current"),
    )
    op.create_table(
        "speaker",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("match_key", sa.Text(), nullable=False),
        sa.Column("article_id", KEY, nullable=True),
        sa.Column("created_at", TIMESTAMP, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name="fk_speaker_article_id_article", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_speaker"),
        sa.UniqueConstraint("type", "key", name="uq_speaker_type_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_speaker_article_id", "speaker", ["article_id"], unique=False)
    op.create_index("ix_speaker_match_key", "speaker", ["match_key"], unique=False)
    op.create_table(
        "quote",
        sa.Column("id", KEY, nullable=False),
        sa.Column("revision_id", KEY, nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("cue_start", sa.Integer(), nullable=True),
        sa.Column("cue_end", sa.Integer(), nullable=True),
        sa.Column("cue_text", sa.Text(), nullable=True),
        sa.Column("mention_start", sa.Integer(), nullable=True),
        sa.Column("mention_end", sa.Integer(), nullable=True),
        sa.Column("mention_text", sa.Text(), nullable=True),
        sa.Column("chain", sa.JSON(), nullable=False),
        sa.Column("utterance", sa.Integer(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("speaker_id", KEY, nullable=True),
        sa.Column("speaker_name", sa.Text(), nullable=True),
        sa.Column("speaker_type", sa.Text(), nullable=True),
        sa.Column("engine_version", sa.Text(), nullable=False),
        sa.Column("pipeline_version", sa.Text(), nullable=False),
        sa.Column("statement_id", KEY, nullable=True),
        sa.Column("created_at", TIMESTAMP, nullable=False),
        sa.CheckConstraint('"start" >= 0 AND "end" > "start"', name="ck_quote_offsets"),
        sa.CheckConstraint("confidence >= 0 AND confidence <= 1", name="ck_quote_confidence"),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name="fk_quote_revision_id_revision", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["speaker_id"], ["speaker.id"], name="fk_quote_speaker_id_speaker", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name="fk_quote_statement_id_statement", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_quote"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_quote_revision_id_start", "quote", ["revision_id", "start"], unique=False)
    op.create_index("ix_quote_speaker_id", "quote", ["speaker_id"], unique=False)
    op.create_index("ix_quote_statement_id", "quote", ["statement_id"], unique=False)
    op.create_table(
        "speaker_alias",
        sa.Column("id", KEY, nullable=False),
        sa.Column("speaker_id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("created_at", TIMESTAMP, nullable=False),
        sa.ForeignKeyConstraint(
            ["speaker_id"], ["speaker.id"], name="fk_speaker_alias_speaker_id_speaker", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_speaker_alias"),
        sa.UniqueConstraint("speaker_id", "name", name="uq_speaker_alias_speaker_id_name"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_speaker_alias_key", "speaker_alias", ["key"], unique=False)
    op.create_table(
        "quote_terms",
        sa.Column("quote_id", KEY, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["quote_id"], ["quote.id"], name="fk_quote_terms_quote_id_quote", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("quote_id", name="pk_quote_terms"),
    )
    if op.get_bind().dialect.name == "sqlite":
        _index_with_fts5()
    else:
        _index_with_tsvector()


def downgrade() -> None:
    """Remove everything."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE quote_fts")
    op.drop_table("quote_terms")
    op.drop_index("ix_speaker_alias_key", table_name="speaker_alias")
    op.drop_table("speaker_alias")
    op.drop_index("ix_quote_statement_id", table_name="quote")
    op.drop_index("ix_quote_speaker_id", table_name="quote")
    op.drop_index("ix_quote_revision_id_start", table_name="quote")
    op.drop_table("quote")
    op.drop_index("ix_speaker_match_key", table_name="speaker")
    op.drop_index("ix_speaker_article_id", table_name="speaker")
    op.drop_table("speaker")
    op.drop_index(
        "uq_revision_current",
        table_name="revision",
        sqlite_where=sa.text("current"),
        postgresql_where=sa.text("current"),
    )
    op.drop_table("revision")
    op.drop_index("ix_article_published_on", table_name="article")
    op.drop_index("ix_article_outlet_id_published_on", table_name="article")
    op.drop_table("article")
    op.drop_table("statement")
    op.drop_table("outlet")


def _index_with_fts5() -> None:
    """Index `quote_terms` without a copy of it (an FTS5 table with external content), kept by triggers.

    Terms are folded in Python and hold letters and digits only, so the index must split at blanks and do
    nothing else: FTS5's `ascii` tokenizer takes every character above 127 for a part of a word.
    """
    op.execute(
        "CREATE VIRTUAL TABLE quote_fts USING fts5("
        "terms, content='quote_terms', content_rowid='quote_id', tokenize='ascii')"
    )
    added = "INSERT INTO quote_fts(rowid, terms) VALUES (new.quote_id, new.terms);"
    removed = "INSERT INTO quote_fts(quote_fts, rowid, terms) VALUES ('delete', old.quote_id, old.terms);"
    op.execute(f"CREATE TRIGGER quote_terms_added AFTER INSERT ON quote_terms BEGIN {added} END")
    op.execute(f"CREATE TRIGGER quote_terms_removed AFTER DELETE ON quote_terms BEGIN {removed} END")
    op.execute(f"CREATE TRIGGER quote_terms_changed AFTER UPDATE ON quote_terms BEGIN {removed} {added} END")


def _index_with_tsvector() -> None:
    """Index `quote_terms` in a generated `tsvector` column with a GIN index.

    `array_to_tsvector` takes each term as it is. `to_tsvector('simple', …)` would run PostgreSQL's own
    parser over it, which sees hosts, paths and numbers with signs, and SQLite does not.
    """
    op.execute(
        "ALTER TABLE quote_terms ADD COLUMN terms_vector tsvector "
        "GENERATED ALWAYS AS (array_to_tsvector(string_to_array(terms, ' '))) STORED"
    )
    # Without `fastupdate`, or each lookup of a term would also read the list of rows not yet indexed, and
    # one question looks up hundreds of terms.
    op.execute(
        "CREATE INDEX ix_quote_terms_terms_vector ON quote_terms "
        "USING gin (terms_vector) WITH (fastupdate = off)"
    )
