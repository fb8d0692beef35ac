"""How a command opens the configured archive: every error is one line for a person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import click
from sqlalchemy.exc import InterfaceError, OperationalError

from api.database import Database, DatabaseError
from api.settings import Settings, SettingsError, load_settings


def read_settings() -> Settings:
    """Return the settings, or end the command with one line that names the wrong one."""
    try:
        return load_settings()
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


@asynccontextmanager
async def open_archive(settings: Settings, *, create: bool) -> AsyncIterator[Database]:
    """Open the archive with its tables up to date, and close it afterwards.

    ``create``: make the tables where there are none; otherwise the command ends and says how to fill one.
    A database that fails on the way ends the command too.
    """
    try:
        database = Database(settings.database_url)
    except DatabaseError as error:
        raise click.ClickException(str(error)) from None
    try:
        current = await database.current()
        if current is None and not create:
            raise click.ClickException(
                f"there is no archive at {database.name}: make one with `quotetrace ingest PATH`"
            )
        await database.upgrade()
        yield database
    except DatabaseError as error:
        raise click.ClickException(str(error)) from None
    except (OperationalError, InterfaceError) as error:
        raise click.ClickException(database.explain(error)) from None
    finally:
        await database.dispose()
