"""Alembic's entry: runs inside the connection that `api.database.Database` hands over.

A developer who calls the `alembic` command itself gets a connection to `DATABASE_URL`.
"""

from __future__ import annotations

import asyncio

from alembic import context
from sqlalchemy import Connection

from api.migrations.comparison import include_object
from api.records import Record


def run(connection: Connection) -> None:
    """Run the migrations asked for, all in the transaction that ``connection`` is in."""
    context.configure(
        connection=connection,
        target_metadata=Record.metadata,
        include_object=include_object,
        compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_alone() -> None:
    """Open the configured database and run there."""
    from api.database import Database
    from api.settings import Settings

    database = Database(Settings().database_url)
    try:
        async with database.engine.begin() as connection:
            await connection.run_sync(run)
    finally:
        await database.dispose()


handed_over = context.config.attributes.get("connection")
if handed_over is None:
    asyncio.run(run_alone())
else:
    run(handed_over)
