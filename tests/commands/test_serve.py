"""`quotetrace serve`, as a process of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

PATIENCE = 120


def command(folder: Path, *arguments: str, **variables: str) -> subprocess.Popen[str]:
    """Start the command in a folder of its own; it leads its own process group, as in a terminal."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QUOTETRACE_")}
    environment.pop("DATABASE_URL", None)
    return subprocess.Popen(
        [sys.executable, "-c", "from api.cli import main; main()", "serve", *arguments],
        cwd=folder,
        env={**environment, "QUOTETRACE_WORKERS": "1", **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def address_of(process: subprocess.Popen[str]) -> str:
    """Read what the command prints until it has said where to look."""
    said: list[str] = []
    assert process.stderr is not None
    for line in process.stderr:
        said.append(line)
        if found := re.search(r"Swagger UI +(http://\S+)/docs$", line.strip()):
            return found[1]
    pytest.fail("the command ended: " + "".join(said))


@pytest.fixture
def service(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = command(tmp_path, "--port", "0")
    watchdog = threading.Timer(PATIENCE, process.kill)
    watchdog.start()
    try:
        yield process, address_of(process)
    finally:
        watchdog.cancel()
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def test_it_makes_the_archive_and_says_where_swagger_ui_is(
    service: tuple[subprocess.Popen[str], str], tmp_path: Path
) -> None:
    _, address = service
    assert address.startswith("http://127.0.0.1:")
    assert (tmp_path / "quotetrace.sqlite").exists()
    assert "swagger-ui-bundle.js" in httpx.get(f"{address}/docs").text
    ready = httpx.get(f"{address}/health/ready").json()
    assert (ready["database"]["ok"], ready["schema"]["ok"]) == (True, True)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_in_order_and_leaves_no_process_behind(
    service: tuple[subprocess.Popen[str], str], stop: signal.Signals
) -> None:
    process, address = service
    assert httpx.get(f"{address}/health/live").status_code == 200
    # Ctrl-C in a terminal reaches every process of the group, the workers too.
    os.killpg(process.pid, stop) if stop == signal.SIGINT else process.send_signal(stop)
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode in {0, -stop}
    assert "Traceback" not in said
    # What has ended may stand in the list until the system has noted it.
    pause = threading.Event()
    for _ in range(PATIENCE * 10):
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        pause.wait(0.1)
    pytest.fail("a process was left behind")


def test_a_taken_port_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = command(tmp_path, "--port", str(port))
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert said.strip().splitlines() == [
        f"Error: cannot listen on 127.0.0.1 port {port}: Address already in use"
    ]


@pytest.mark.parametrize(
    "url",
    ["postgresql://someone:secret@127.0.0.1:1/archive", "sqlite:////nowhere/at/all.sqlite", "oracle://x"],
)
def test_a_database_that_cannot_be_used_is_one_line(tmp_path: Path, url: str) -> None:
    process = command(tmp_path, "--port", "0", DATABASE_URL=url)
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert len(said.strip().splitlines()) == 1
    assert said.startswith("Error: ")
    assert "secret" not in said


def test_a_port_that_is_none_is_wrong_usage(tmp_path: Path) -> None:
    process = command(tmp_path, "--port", "99999")
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
