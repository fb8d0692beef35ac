"""The archive's database: engine, sessions, write lock and migrations, for SQLite and PostgreSQL.

Sessions never commit by themselves: whoever writes says `await session.commit()` before the caller is
answered.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.pool import StaticPool
from sqlmodel.ext.asyncio.session import AsyncSession

from api.settings import async_database_url

MIGRATIONS: Final = Path(__file__).parent / "migrations"

# A writer waits this long for another one. Writing one article takes tens of milliseconds; ten seconds
# already mean a queue of hundreds, and half a minute is what a person is ready to wait at most.
BUSY_SECONDS: Final = 30

# PostgreSQL's advisory lock that stands for "the one who writes": any fixed number does.
WRITE_LOCK: Final = 0x51_55_4F_54_45

_WRITE_OPTION: Final = "quotetrace_write"


class DatabaseError(RuntimeError):
    """The database cannot be reached or is not fit to use; the message is one line for a person."""


class Database:
    """One archive, on SQLite or PostgreSQL.

    Args:
        url: any form that `api.settings.async_database_url` takes.
        echo: log every statement.

    Raises:
        ValueError: the URL is none, or of another database.
        DatabaseError: the driver for PostgreSQL is not installed.
    """

    def __init__(self, url: str, *, echo: bool = False) -> None:
        self.url = make_url(async_database_url(url))
        self.dialect = self.url.get_backend_name()
        try:
            self.engine: AsyncEngine = _make_engine(self.url, echo)
        except ModuleNotFoundError as error:
            raise DatabaseError(
                f"{error.name} is not installed: pip install 'quotetrace[postgres]'"
            ) from error
        self._sessions = async_sessionmaker(self.engine, class_=AsyncSession, expire_on_commit=False)

    @property
    def name(self) -> str:
        """The URL without driver and password, for messages."""
        return self.url.set(drivername=self.dialect).render_as_string(hide_password=True)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """Open one session; what it has not committed when it ends is rolled back."""
        async with self._sessions() as session:
            yield session

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what goes wrong with the connection inside this block into a one-line `DatabaseError`."""
        self._try_file()
        try:
            yield
        except CommandError as error:
            # Alembic's message names a revision, which by itself tells a person nothing.
            raise DatabaseError(
                f"the database {self.name} was made by a newer version of Quotetrace: {error}"
            ) from error
        except (IntegrityError, ProgrammingError, DataError):
            raise  # a wrong statement or a broken rule is a fault of ours, not of the database
        except (DBAPIError, OSError) as error:
            raise DatabaseError(self.explain(error)) from error
        except Exception as error:
            # asyncpg's own errors while a connection is made, such as an unknown database or password.
            if not type(error).__module__.startswith("asyncpg."):
                raise
            raise DatabaseError(self.explain(error)) from error

    def _try_file(self) -> None:
        """Fail here where an SQLite file cannot be opened, before aiosqlite tries.

        After a failed attempt its thread still reports to the event loop, which a command that ends
        with one line has closed by then: the line would be followed by the thread's traceback.
        """
        file = self.url.database
        if self.dialect == "sqlite" and file and file != ":memory:" and not file.startswith("file:"):
            try:
                sqlite3.connect(file, timeout=BUSY_SECONDS).close()
            except sqlite3.OperationalError as error:
                raise DatabaseError(self.explain(error)) from error

    async def upgrade(self, revision: str = "head") -> None:
        """Bring the tables to ``revision`` with the migrations in the package.

        Two processes may call this at once: one waits for the other and finds nothing left to do.

        Raises:
            DatabaseError: the database cannot be opened.
        """
        await self._migrate(lambda config: command.upgrade(config, revision))

    async def downgrade(self, revision: str) -> None:
        """Take the tables back to ``revision`` (``"base"`` removes all of them, with what they hold)."""
        await self._migrate(lambda config: command.downgrade(config, revision))

    async def _migrate(self, run: Any) -> None:
        def inside(connection: Connection) -> None:
            config = alembic_config()
            config.attributes["connection"] = connection
            run(config)

        with self._explained():
            async with self.engine.connect() as plain:
                connection = await plain.execution_options(**{_WRITE_OPTION: True})
                async with connection.begin():
                    await _take_write_lock(connection)
                    await connection.run_sync(inside)

    async def current(self) -> str | None:
        """Return the migration that the database is at, or ``None`` where it has no tables yet."""
        if self._is_missing_file():
            return None  # opening it would make it
        with self._explained():
            async with self.engine.connect() as connection:
                return await connection.run_sync(
                    lambda sync: MigrationContext.configure(sync).get_current_revision()
                )

    def _is_missing_file(self) -> bool:
        file = self.url.database
        return (
            self.dialect == "sqlite" and bool(file) and file != ":memory:" and not Path(file or "").exists()
        )

    async def ping(self) -> None:
        """Ask the database the cheapest question.

        Raises:
            DatabaseError: it does not answer.
        """
        with self._explained():
            async with self.engine.connect() as connection:
                await connection.execute(text("SELECT 1"))

    async def is_ready(self) -> bool:
        """Say whether the database answers and has the newest migration."""
        return await self.current() == newest_migration()

    async def dispose(self) -> None:
        """Close every connection."""
        await self.engine.dispose()

    def explain(self, error: Exception) -> str:
        """Say in one line for a person what a database error means."""
        reason = str(error.orig if isinstance(error, DBAPIError) and error.orig else error)
        reason = " ".join(reason.split()).removeprefix("(sqlite3.OperationalError) ")
        return f"cannot use the database {self.name}: {reason}"


def alembic_config() -> Config:
    """Return Alembic's configuration for the migrations that the package carries."""
    config = Config()
    # A `%` in the installation path would be read as interpolation.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def newest_migration() -> str | None:
    """Return the name of the newest migration in the package."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


async def begin_write(session: AsyncSession) -> None:
    """Begin a transaction that writes, alone: others who call this wait until it ends.

    Without it two articles that report one utterance, added at the same moment, could not see each
    other and would found two statements; and SQLite would refuse the second writer at once instead of
    letting it wait, because a transaction that has read cannot become a writer behind another's back.
    The session must hold nothing unsaved; a read transaction that it has open is ended first. Records that
    it has read before are let go, so that what is read from here on is what holds now.
    """
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("begin_write needs a session without unsaved changes")
    if session.in_transaction():
        await session.commit()
    session.expunge_all()
    connection = await session.connection(execution_options={_WRITE_OPTION: True})
    await _take_write_lock(connection)


async def _take_write_lock(connection: Any) -> None:
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITE_LOCK})


def _make_engine(url: URL, echo: bool) -> AsyncEngine:
    if url.get_backend_name() != "sqlite":
        return create_async_engine(url, echo=echo, pool_pre_ping=True)
    in_memory = url.database in (None, "", ":memory:")
    options: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {}
    engine = create_async_engine(url, echo=echo, connect_args={"timeout": BUSY_SECONDS}, **options)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(dbapi_connection: Any, _record: object) -> None:
    # Python's driver would open transactions at moments of its own; we say BEGIN ourselves.
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    try:
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
    finally:
        cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get(_WRITE_OPTION, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
