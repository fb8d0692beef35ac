import asyncio
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
import uvicorn
from litestar import Litestar

from api.app import create_app
from api.database import Database
from api.settings import Settings

# Worker processes find tests/api/scripted_engine.py by name: they are started with our sys.path.
sys.path.insert(0, str(Path(__file__).parent))

PATIENCE = 60  # seconds after which a server that does not come up is a failure


@contextmanager
def served(app: Litestar) -> Iterator[str]:
    """Serve an application over real HTTP on a free port of 127.0.0.1; yields its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=5))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            pause = threading.Event()
            for _ in range(PATIENCE * 50):
                if server.started or not thread.is_alive():
                    break
                pause.wait(0.02)
            assert server.started, "the server did not come up"
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(PATIENCE)


@pytest.fixture
def serve() -> Callable[[Litestar], AbstractContextManager[str]]:
    return served


@pytest.fixture
def archive_settings(tmp_path: Path) -> Settings:
    """Settings of an empty archive in a SQLite file of its own, with one worker."""
    settings = Settings(database_url=f"sqlite:///{tmp_path}/archive.sqlite", workers=1)

    async def upgrade() -> None:
        database = Database(settings.database_url)
        await database.upgrade()
        await database.dispose()

    asyncio.run(upgrade())
    return settings


@pytest.fixture
def scripted_app(archive_settings: Settings) -> Litestar:
    """The application with an engine whose texts say what happens."""
    import scripted_engine

    return create_app(archive_settings, scripted_engine.load_scripted)


def missing(what: str) -> None:
    """Skip for want of something on this machine, unless everything has to be there."""
    if os.environ.get("QUOTETRACE_REQUIRE_ALL") == "1":
        pytest.fail(f"{what} (QUOTETRACE_REQUIRE_ALL=1)")
    pytest.skip(what)
