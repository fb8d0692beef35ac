"""Ask the archive from a command that only reads."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, TypeVar

import click

if TYPE_CHECKING:
    from api.database import Database

Result = TypeVar("Result")

DAY: Final = click.DateTime(formats=["%Y-%m-%d"])


def ask_archive(question: Callable[[Database], Awaitable[Result]]) -> Result:
    """Run ``question`` on the archive that the settings name, and return its answer.

    Raises:
        click.ClickException: there is no archive, or it cannot be used; one line says why.
    """
    from api.commands.opening import open_archive, read_settings

    async def run() -> Result:
        async with open_archive(read_settings(), create=False) as database:
            return await question(database)

    return asyncio.run(run())


def day(value: datetime | None) -> date | None:
    """Return the date of a `DAY` option."""
    return value.date() if value else None
