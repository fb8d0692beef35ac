"""Open the archive for a command that only reads: one clear line where there is none."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from api.database import Database

Result = TypeVar("Result")

DAY = click.DateTime(formats=["%Y-%m-%d"])


def ask_archive(question: Callable[[Database], Awaitable[Result]]) -> Result:
    """Run ``question`` on the archive that the settings name.

    Raises:
        click.ClickException: there is no archive, it cannot be reached, or it needs an upgrade.
    """
    from pydantic import ValidationError

    from api.database import Database, DatabaseError
    from api.settings import Settings

    try:
        settings = Settings()
    except ValidationError as error:
        raise click.ClickException("; ".join(problem["msg"] for problem in error.errors())) from None

    async def run() -> Result:
        database = Database(settings.database_url)
        try:
            await _check(database)
            return await question(database)
        except DatabaseError as error:
            raise click.ClickException(str(error)) from None
        finally:
            await database.dispose()

    return asyncio.run(run())


def day(value: object) -> date | None:
    """Return the date of a `DAY` option."""
    from datetime import datetime

    return value.date() if isinstance(value, datetime) else None


async def _check(database: Database) -> None:
    empty = f"there is no archive yet at {database.name}: put articles into it with `quotetrace ingest PATH`"
    if _is_missing_file(database) or await database.current() is None:
        raise click.ClickException(empty)
    if not await database.is_ready():
        raise click.ClickException(
            f"the archive at {database.name} is of another version: run `quotetrace db upgrade`"
        )


def _is_missing_file(database: Database) -> bool:
    """Tell whether the archive is a file that is not there; opening it would leave an empty one behind."""
    file = database.url.database
    return database.dialect == "sqlite" and bool(file) and file != ":memory:" and not Path(str(file)).exists()
