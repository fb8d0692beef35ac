"""What people decide about statements.

Revision: 0003; follows: 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# SQLite numbers rows itself only where the column is a plain INTEGER.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIMESTAMP = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table of reports that people joined or divided."""
    op.create_table(
        "decided_report",
        sa.Column("id", KEY, nullable=False),
        sa.Column("decision_id", KEY, nullable=False),
        sa.Column("quote_id", KEY, nullable=False),
        sa.Column("side", sa.Integer(), nullable=False),
        sa.Column("carried", sa.Boolean(), nullable=False),
        sa.Column("created_at", TIMESTAMP, nullable=False),
        sa.CheckConstraint("side IN (0, 1)", name="ck_decided_report_side"),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name="fk_decided_report_decision_id_decision"
        ),
        sa.ForeignKeyConstraint(["quote_id"], ["quote.id"], name="fk_decided_report_quote_id_quote"),
        sa.PrimaryKeyConstraint("id", name="pk_decided_report"),
        sa.UniqueConstraint("decision_id", "quote_id", name="uq_decided_report_decision_id_quote_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_decided_report_quote_id", "decided_report", ["quote_id"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER decided_report_no_{action.lower()} BEFORE {action} ON decided_report "
                "BEGIN SELECT RAISE(ABORT, 'decisions are never changed or deleted'); END"
            )
    else:
        op.execute(
            "CREATE TRIGGER decided_report_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON decided_report "
            "FOR EACH STATEMENT EXECUTE FUNCTION decisions_stay()"
        )


def downgrade() -> None:
    """Forget what people decided about statements; the history keeps that they did.

    Statements stay as they are until one of their articles is revised.
    """
    op.drop_table("decided_report")
