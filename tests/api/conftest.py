import asyncio
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx
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


def empty_archive(folder: Path, url: str | None = None) -> Settings:
    """Return settings of an empty archive, in a SQLite file of its own if no other, with one worker."""
    settings = Settings(database_url=url or f"sqlite:///{folder}/archive.sqlite", workers=1)

    async def upgrade() -> None:
        database = Database(settings.database_url)
        await database.upgrade()
        await database.dispose()

    # In a thread: a test that runs in an event loop may not start another one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, upgrade()).result()
    return settings


@pytest.fixture(scope="session")
def serve() -> Callable[[Litestar], AbstractContextManager[str]]:
    return served


@pytest.fixture
def archive_settings(tmp_path: Path) -> Settings:
    return empty_archive(tmp_path)


@pytest.fixture
def scripted_app(archive_settings: Settings) -> Litestar:
    """The application with an empty archive and an engine whose texts say what happens."""
    import scripted_engine

    return create_app(archive_settings, scripted_engine.load_scripted)


@pytest.fixture
def client(scripted_app: Litestar) -> Iterator[httpx.Client]:
    """Real HTTP to the scripted application, with an archive for this test alone."""
    with served(scripted_app) as address, httpx.Client(base_url=address, timeout=PATIENCE) as client:
        yield client


@pytest.fixture(scope="module")
def shared_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Real HTTP to a scripted application that the tests of one module share: nothing is stored there."""
    import scripted_engine

    app = create_app(empty_archive(tmp_path_factory.mktemp("archive")), scripted_engine.load_scripted)
    with served(app) as address, httpx.Client(base_url=address, timeout=PATIENCE) as client:
        yield client
