"""Making, upgrading and opening the database, on both."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError, StatementError

from api.database import Database, DatabaseError, begin_write, newest_migration
from api.migrations.comparison import include_object
from api.records import Outlet, Quote, Record


async def test_models_and_migrations_agree(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        options = {"include_object": include_object, "compare_type": True, "target_metadata": Record.metadata}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, Record.metadata))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
        # The comparison does see a difference where there is one.
        await connection.execute(text("DROP INDEX uq_revision_current"))
        assert len(await connection.run_sync(differences)) == 1


async def test_a_database_goes_back_and_forth(database: Database) -> None:
    assert await database.is_ready()
    await database.downgrade("base")
    assert await database.current() is None
    assert not await database.is_ready()
    await database.upgrade()
    assert await database.current() == newest_migration()


async def test_two_processes_upgrade_at_once(tmp_path: Path) -> None:
    databases = [Database(f"sqlite:///{tmp_path / 'new.sqlite'}") for _ in range(4)]
    await asyncio.gather(*(database.upgrade() for database in databases))
    assert [await database.is_ready() for database in databases] == [True] * 4
    for database in databases:
        await database.dispose()


async def test_two_processes_upgrade_postgres_at_once(postgres_database: Database) -> None:
    await postgres_database.downgrade("base")
    other = Database(postgres_database.url.render_as_string(hide_password=False))
    await asyncio.gather(postgres_database.upgrade(), other.upgrade(), other.upgrade())
    assert await other.is_ready()
    await other.dispose()


async def test_upgrading_again_keeps_the_records(database: Database) -> None:
    async with database.session() as session:
        session.add(Outlet(name="Ledger", key="ledger"))
        await session.commit()
    await database.upgrade()
    async with database.session() as session:
        assert (await session.get_one(Outlet, 1)).name == "Ledger"


async def test_what_is_not_committed_is_not_kept(database: Database) -> None:
    async with database.session() as session:
        session.add(Outlet(name="Ledger", key="ledger"))
        await session.flush()
    async with database.session() as session:
        assert await session.get(Outlet, 1) is None


async def test_timestamps_are_utc_whatever_zone_they_came_in(database: Database) -> None:
    moment = datetime(2025, 3, 17, 1, 30, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    async with database.session() as session:
        session.add(Outlet(name="Ledger", key="ledger", created_at=moment))
        await session.commit()
    async with database.session() as session:
        stored = (await session.get_one(Outlet, 1)).created_at
        assert stored == moment
        assert stored.utcoffset() == timedelta(0)
        session.add(Outlet(name="Other", key="other", created_at=datetime(2025, 3, 17)))
        with pytest.raises(StatementError, match="needs a time zone"):
            await session.flush()


async def test_rules_are_kept_by_the_database_itself(database: Database) -> None:
    async with database.session() as session:
        session.add(
            Quote(revision_id=99, start=0, end=1, text="x", kind="direct", utterance=0, method="t",
                  confidence=1.0, engine_version="1", pipeline_version="1")
        )  # fmt: skip
        with pytest.raises(IntegrityError):
            await session.flush()
        await session.rollback()
        session.add_all([Outlet(name="One", key="same"), Outlet(name="Two", key="same")])
        with pytest.raises(IntegrityError):
            await session.flush()


async def test_writers_take_turns_and_readers_do_not_wait(database: Database) -> None:
    order: list[str] = []

    async def write(name: str) -> None:
        async with database.session() as session:
            await begin_write(session)
            order.append(f"{name} begins")
            session.add(Outlet(name=name, key=name))
            await session.flush()
            await asyncio.sleep(0.05)
            async with database.session() as reader:
                await reader.get(Outlet, 1)
            order.append(f"{name} ends")
            await session.commit()

    await asyncio.gather(write("a"), write("b"), write("c"))
    begun = order[::2]
    assert [step.split()[1] for step in order] == ["begins", "ends"] * 3
    assert order[1::2] == [step.replace("begins", "ends") for step in begun]


async def test_a_session_with_unsaved_changes_cannot_begin_to_write(sqlite_database: Database) -> None:
    async with sqlite_database.session() as session:
        session.add(Outlet(name="Ledger", key="ledger"))
        with pytest.raises(RuntimeError, match="unsaved changes"):
            await begin_write(session)


async def test_sqlite_is_set_up_for_many_readers_and_one_writer(sqlite_database: Database) -> None:
    async with sqlite_database.engine.connect() as connection:
        settings = {
            name: (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        }
    assert settings == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30_000}


async def test_an_archive_can_live_in_memory() -> None:
    database = Database("sqlite://")
    await database.upgrade()
    assert await database.is_ready()
    await database.dispose()


def test_looking_does_not_make_a_file(tmp_path: Path) -> None:
    async def look() -> None:
        database = Database(f"sqlite:///{tmp_path / 'none.sqlite'}")
        assert await database.current() is None
        assert not await database.is_ready()
        await database.dispose()

    asyncio.run(look())
    assert list(tmp_path.iterdir()) == []


async def test_a_database_that_cannot_be_used_is_named_without_its_password(tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("no database, only words, as long as the header of one would be, and then some more")
    for url, reason in [
        (f"sqlite:///{tmp_path}/missing/archive.sqlite", "unable to open database file"),
        (f"sqlite:///{notes}", "file is not a database"),
        ("postgresql://ann:s3cret@127.0.0.1:1/quotes", "Connect call failed"),
    ]:
        database = Database(url)
        with pytest.raises(DatabaseError, match=reason) as caught:
            await database.ping()
        assert "s3cret" not in str(caught.value)
        assert "\n" not in str(caught.value)
        await database.dispose()


async def test_an_unknown_postgres_database_is_named(postgres_database: Database) -> None:
    missing = Database(postgres_database.url.set(database="nowhere").render_as_string(hide_password=False))
    with pytest.raises(DatabaseError, match='"nowhere" does not exist'):
        await missing.upgrade()
    await missing.dispose()


async def test_a_database_of_a_newer_version_is_left_alone(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match="newer version of Quotetrace"):
        await database.upgrade()
    assert await database.current() == "9999"


def test_a_developer_uses_alembic_itself(tmp_path: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'new.sqlite'}"}
    for arguments, said in ((["upgrade", "head"], ""), (["check"], "No new upgrade operations detected")):
        done = subprocess.run(
            [sys.executable, "-m", "alembic", *arguments],
            cwd=Path(__file__).parents[2],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert said in done.stdout
