"""Alembic migrations of the archive; they run on SQLite and PostgreSQL and travel with the package."""
