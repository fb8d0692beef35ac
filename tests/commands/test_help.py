"""`--help` teaches, and the documentation and the commands agree."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from api.cli import COMMANDS, main

ROOT = Path(__file__).parents[2]
DOCUMENTED = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


def walk(command: click.Command, path: tuple[str, ...]) -> list[tuple[tuple[str, ...], click.Command]]:
    found = [(path, command)]
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            found += walk(inner, (*path, name))
    return found


EVERY_COMMAND = [
    pytest.param(path, command, id=" ".join(path)) for path, command in walk(main, ("quotetrace",))
]


@pytest.mark.parametrize(("path", "command"), EVERY_COMMAND)
def test_every_command_explains_itself(path, command):
    shown = CliRunner().invoke(main, [*path[1:], "--help"])
    assert shown.exit_code == 0, shown.output
    assert command.help, f"{' '.join(path)} has no help"
    assert "\\b" not in shown.output, "a raw docstring hides click's mark for unwrapped lines"
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            assert parameter.help, f"{' '.join(path)} {parameter.opts[0]} has no help"


@pytest.mark.parametrize(("path", "command"), EVERY_COMMAND[1:])
def test_every_command_and_option_is_documented(path, command):
    section = re.search(rf"^## `?{' '.join(path[:2])}`?$(.*?)(?=^## |\Z)", DOCUMENTED, re.M | re.S)
    assert section, f"docs/commands.md has no section for {' '.join(path[:2])}"
    assert " ".join(path) in section[1]
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.hidden and parameter.name != "help":
            name = max(parameter.opts, key=len)
            assert f"`{name}" in section[1], f"{' '.join(path)} {name} is not documented"


def test_no_section_for_a_command_that_is_gone():
    headings = re.findall(r"^## `?quotetrace ([a-z]+)`?$", DOCUMENTED, re.M)
    assert headings == list(COMMANDS), "one section a command, in the order of `quotetrace --help`"


def test_help_loads_no_language_model_and_no_database():
    """A person who asks for help must not wait for spaCy."""
    program = """
import sys
from api.cli import COMMANDS, main
for arguments in [["--help"], *([name, "--help"] for name in COMMANDS)]:
    main(arguments, standalone_mode=False)
slow = {"spacy", "sqlalchemy", "litestar", "coreferee", "trafilatura"} & sys.modules.keys()
print(sorted(slow), file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60
    )
    assert done.stderr.strip() == "[]"
    for name in COMMANDS:
        assert f"quotetrace {name}" in done.stdout or f" {name} " in done.stdout
