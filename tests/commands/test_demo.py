"""`quotetrace demo` on a fresh machine: three answers, a draft, then a service. With the real engine."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from contextlib import contextmanager
from importlib import resources
from typing import get_args

import pytest
from click.testing import CliRunner

from api.commands.demo import QUESTIONS, command, default_archive
from api.verdicts import VerdictKind

PROGRAM = [sys.executable, "-c", "from api.cli import main; main()"]
PATIENCE = 180  # seconds; never a measurement, only how long a broken run may hang


def answers(printed: str) -> list[str]:
    return re.split(r"^\d\. ", printed, flags=re.M)[1:]


def test_three_answers_with_their_outlets(demo):
    consistent, altered, misattributed, _ = answers(demo.printed)

    assert "Thandiwe Marlowe: consistent (3 independent sources, 3 outlets)" in consistent
    for outlet in ("The Ansel Courier", "The Daily Lantern", "The Tidewater Sentinel"):
        assert outlet in consistent
    assert "verbatim" in consistent
    assert "truncated" in consistent

    assert "Tomasz Eriksen" in altered
    assert "wording differs" in altered
    assert "Kestrel News" in altered
    assert "are‸ going" in altered, "the place of the dropped word is marked"
    assert "negation" in altered

    assert "Honoria Beckwith / Leilani Ferreira: speaker differs" in misattributed
    assert re.search(r"Kestrel News +│ 2025-05-14 +│ Leilani Ferreira", misattributed)
    assert re.search(r"Northmere Gazette +│ 2025-05-15 +│ Honoria Beckwith", misattributed)
    assert "Did Leilani Ferreira say it? contested: " in misattributed


def test_a_draft_with_each_verdict_once(demo):
    checked = answers(demo.printed)[-1]
    counts = re.search(r"draft\.txt  10 quotes: (.*)", checked)[1]
    for verdict in get_args(VerdictKind):
        assert verdict.replace("_", " ") in counts, verdict
    first = re.findall(r"^ +(\d+)  (misattributed|altered|contested|not found)", checked, re.M)
    order = ["misattributed", "altered", "contested", "not found"]
    assert [verdict for _, verdict in first[: len(order)]] == order


def test_every_answer_can_be_had_again_by_the_command_that_it_shows(demo):
    *answered, checked = answers(demo.printed)
    draft = resources.files("seeds") / "draft.txt"
    asked = [(f'who "{question.words}"', ["who", question.words]) for question in QUESTIONS]
    asked.append((f"check {draft}", ["check", str(draft)]))
    for (shown, arguments), answer in zip(asked, [*answered, checked], strict=True):
        assert f"$ quotetrace {shown}" in answer
        again = subprocess.run(
            [*PROGRAM, *arguments],
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE,
            env={**os.environ, "DATABASE_URL": demo.url, "COLUMNS": "140"},
        )
        assert again.stdout in answer
    assert f"DATABASE_URL='{demo.url}' quotetrace who" in demo.printed


def test_loading_again_changes_nothing(demo, tmp_path):
    copy = tmp_path / "demo.sqlite"
    shutil.copy(demo.file, copy)
    again = subprocess.run(
        [*PROGRAM, "demo", "--no-serve", "--database", str(copy)],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
        env={**os.environ, "COLUMNS": "140"},
    )
    assert "32 articles: 32 unchanged; 0 quotes added" in again.stderr
    assert again.stdout == demo.printed.replace(str(demo.file), str(copy))


@contextmanager
def demonstrating(database, *options):
    process = subprocess.Popen(
        [*PROGRAM, "demo", "--database", str(database), *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def read_until(process: subprocess.Popen[str], pattern: str) -> str:
    """Read standard error to the line with ``pattern``; a process that says nothing more is ended."""
    watchdog = threading.Timer(PATIENCE, process.kill)
    watchdog.start()
    seen = ""
    try:
        for line in process.stderr:
            seen += line
            if re.search(pattern, line):
                return seen
    finally:
        watchdog.cancel()
    pytest.fail(f"it ended without saying {pattern}:\n{seen}")


def test_serves_the_demo_archive_until_interrupted(demo, tmp_path):
    copy = tmp_path / "demo.sqlite"
    shutil.copy(demo.file, copy)
    with demonstrating(copy, "--port", "0") as process:
        said = read_until(process, r"Swagger UI +http://127\.0\.0\.1:\d+/docs")
        docs = re.search(r"http://127\.0\.0\.1:\d+/docs", said)[0]
        with urllib.request.urlopen(docs, timeout=30) as page:
            assert "swagger-ui" in page.read().decode()
        with urllib.request.urlopen(docs.removesuffix("/docs") + "/api/v1/outlets", timeout=30) as outlets:
            assert "Kestrel News" in outlets.read().decode()
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0


def test_a_chosen_port_that_is_taken_is_said_before_anything_is_read(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        file = tmp_path / "demo.sqlite"
        told = CliRunner().invoke(command, ["--database", str(file), "--port", str(port)])
    assert told.exit_code == 1
    assert told.output.count("\n") == 1
    assert f"port {port}" in told.output
    assert "--port 0" in told.output
    assert not file.exists()


def test_the_usual_port_is_taken_another_is_used(demo, tmp_path):
    copy = tmp_path / "demo.sqlite"
    shutil.copy(demo.file, copy)
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            holder.bind(("127.0.0.1", 8000))
            holder.listen()
        except OSError:
            pass  # somebody else holds it, which is as good
        with demonstrating(copy) as process:
            said = read_until(process, r"Swagger UI +http://127\.0\.0\.1:\d+/docs")
    assert "Port 8000 is taken; a free one will be used." in said
    assert ":8000/docs" not in said


def test_the_default_archive_is_in_the_cache_directory(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_archive() == tmp_path / "quotetrace" / "demo.sqlite"


@pytest.mark.parametrize(
    ("options", "exit_code", "reason"),
    [
        (["--fresh", "--database", "x.sqlite"], 2, "default file only"),
        (["--no-serve", "--database", "/dev/null/demo.sqlite"], 1, "cannot use /dev/null/demo.sqlite"),
        (["--port", "70000"], 2, "70000"),
    ],
)
def test_wrong_usage_is_one_clear_error(options, exit_code, reason):
    told = CliRunner().invoke(command, options)
    assert told.exit_code == exit_code
    assert reason in told.output
    assert "Traceback" not in told.output


def test_a_missing_pipeline_is_one_clear_error(tmp_path):
    told = subprocess.run(
        [*PROGRAM, "demo", "--no-serve", "--database", str(tmp_path / "demo.sqlite")],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
        env={**os.environ, "QUOTETRACE_PIPELINE": "en_no_such_pipeline"},
    )
    assert told.returncode == 1
    assert "Traceback" not in told.stderr
    assert "en_no_such_pipeline" in told.stderr.splitlines()[-1]
