"""`quotetrace db`: create and upgrade the database."""

from __future__ import annotations

import asyncio

import click


@click.group("db")
def command() -> None:
    """Create and upgrade the database.

    The archive is chosen by DATABASE_URL: sqlite:///FILE (the default is quotetrace.sqlite in the
    current folder) or postgresql://USER:PASSWORD@HOST/NAME. Other commands upgrade it by themselves.
    """


@command.command("upgrade")
def upgrade() -> None:
    """Make the tables, or bring them to this version of Quotetrace.

    Records are kept. Two processes may do this at once: one waits for the other.

    \b
    Examples:
      quotetrace db upgrade
      DATABASE_URL=postgresql://user:password@host/name quotetrace db upgrade
    """
    from api.commands.opening import open_archive, read_settings

    settings = read_settings()

    async def run() -> str:
        async with open_archive(settings, create=True) as database:
            return f"{database.name}: {await database.current()}, the newest"

    click.echo(asyncio.run(run()))


@command.command("current")
def current() -> None:
    """Show which version the tables are at.

    Prints the number of the newest migration that the database has, and of the newest there is if it
    has not got that one. Changes nothing.
    """
    from api.commands.opening import read_settings
    from api.database import Database, DatabaseError, newest_migration

    async def run() -> str:
        database = Database(settings.database_url)
        try:
            found = await database.current()
        finally:
            await database.dispose()
        newest = newest_migration()
        if found is None:
            return f"{database.name}: no tables yet; `quotetrace db upgrade` makes them"
        if found == newest:
            return f"{database.name}: {found}, the newest"
        return f"{database.name}: {found}; `quotetrace db upgrade` brings it to {newest}"

    settings = read_settings()
    try:
        click.echo(asyncio.run(run()))
    except DatabaseError as error:
        raise click.ClickException(str(error)) from None


@command.command("reindex")
def reindex() -> None:
    """Make the full-text index anew from the quotes.

    Needed only where the notes on a new version say so. Nothing but the index changes.
    """
    from api.commands.opening import open_archive, read_settings
    from api.search import rebuild_index

    settings = read_settings()

    async def run() -> int:
        async with open_archive(settings, create=False) as database, database.session() as session:
            return await rebuild_index(session)

    count = asyncio.run(run())
    click.echo(f"{count:,} quotes indexed")
