"""The requests in docs/rest.md are run with curl against the demo archive and answered as shown there."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from api.settings import Settings

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "rest.md"
BLOCK = re.compile(r"^```\n(\$ .*?)^```$", re.M | re.S)


def steps(block: str) -> list[tuple[str, str]]:
    """Return the commands of a block with the answer shown below each."""
    found: list[tuple[str, str]] = []
    for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
        lines = part.splitlines(keepends=True)
        # A command goes on while a line ends in a backslash or a quote is open.
        end = 1
        while lines[end - 1].rstrip().endswith("\\") or "".join(lines[:end]).count("'") % 2:
            end += 1
        found.append(("".join(lines[:end]), "".join(lines[end:])))
    return found


def compact(text: str) -> str:
    """Drop white space: the document breaks lines where the answer has none."""
    return re.sub(r"\s+", "", text)


def shows(answer: str, shown: str) -> bool:
    """Whether the shown pieces, between the ellipses, occur in the answer in that order."""
    place = 0
    for piece in shown.split("…"):
        wanted = compact(piece).strip(",")
        found = answer.find(wanted, place)
        if found < 0:
            return False
        place = found + len(wanted)
    return True


@pytest.fixture(scope="module")
def address(demo: Any, tmp_path_factory: pytest.TempPathFactory, serve: Callable[..., Any]) -> Any:
    """The demo archive, a copy of it, behind a real engine."""
    copy = tmp_path_factory.mktemp("demo") / "copy.sqlite"
    with closing(sqlite3.connect(demo.file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    app = create_app(Settings(database_url=f"sqlite:///{copy}", workers=1))
    with serve(app) as address:
        yield address


def test_a_block_is_read_as_commands_with_their_answers() -> None:
    block = '$ cat f\n{}\n$ curl -d \'{"a":\n  1}\' \\\n  b\n{"c":\n 2}\n'
    assert steps(block) == [("cat f\n", "{}\n"), ("curl -d '{\"a\":\n  1}' \\\n  b\n", '{"c":\n 2}\n')]


def test_an_answer_that_differs_is_noticed() -> None:
    answer = compact('{"a": 1, "b": {"c": "x, y"}, "d": [2, 3]}')
    assert shows(answer, '{"a": 1, …, "d": [2,\n 3]}')
    assert not shows(answer, '{"a": 1, …, "d": [2, 4]}')
    assert not shows(answer, '"d": [2, 3] … "a": 1')


def test_every_documented_request_is_answered_as_shown(address: str, tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        if os.environ.get("QUOTETRACE_REQUIRE_ALL") == "1":
            pytest.fail("curl is not installed")
        pytest.skip("curl is not installed")
    asked = 0
    for block in BLOCK.findall(DOCUMENT.read_text(encoding="utf-8")):
        for command, shown in steps(block):
            if command.startswith("cat "):
                (tmp_path / command.split()[1]).write_text(shown, encoding="utf-8")
                continue
            done = subprocess.run(
                ["bash", "-c", command.replace("http://127.0.0.1:8000", address)],
                capture_output=True,
                text=True,
                check=True,
                cwd=tmp_path,
                timeout=300,
            )
            assert shows(compact(done.stdout), shown), f"{command}\n{done.stdout}"
            asked += 1
    assert asked >= 7
