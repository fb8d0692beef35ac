"""What Alembic leaves out when it compares the models with a database.

The full-text index is made by hand in the migrations, since each database has its own: SQLite's FTS5
tables and PostgreSQL's generated ``tsvector`` column with its index are in no model.
"""

from __future__ import annotations

from typing import Any, Final

FULL_TEXT: Final = frozenset({"terms_vector", "ix_quote_terms_terms_vector"})


def include_object(thing: Any, name: str | None, kind: str, reflected: bool, compared_to: Any) -> bool:
    """Say whether Alembic is to compare this table, column or index; the signature is Alembic's."""
    del thing, reflected, compared_to
    if name is None:
        return True
    return not (name in FULL_TEXT or (kind == "table" and name.startswith("quote_fts")))
