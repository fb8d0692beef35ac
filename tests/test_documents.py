"""README and docs say what is true of the repository."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def test_ci_runs_exactly_the_readme_test_command():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^python3 -m venv \.venv && .*$", readme, re.M)
    assert len(commands) == 2
    demo, test = commands
    assert demo.endswith("&& .venv/bin/quotetrace demo")
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").rstrip().splitlines()[-1] == test


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_to_files_that_exist(document):
    for target in re.findall(
        r"\]\((?!https?://|mailto:|#)([^)#]+)(?:#[^)]*)?\)", document.read_text("utf-8")
    ):
        assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_the_index_lists_every_document():
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    for document in (ROOT / "docs").glob("*.md"):
        assert document.name == "README.md" or f"]({document.name})" in index, document.name


def test_every_setting_is_documented_with_its_default():
    from api.settings import Settings

    documented = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        variable = str(field.validation_alias or f"QUOTETRACE_{name.upper()}")
        row = next((line for line in documented.splitlines() if line.startswith(f"| `{variable}` |")), "")
        assert row, f"docs/running.md does not describe {variable}"
        assert variable in (field.description or "")
        if isinstance(field.default, int | float):
            assert f"| {field.default:g} |" in row or f"| {field.default} |" in row, row


def ask(url: str, *arguments: str, stdin: str | None = None) -> str:
    done = subprocess.run(
        [sys.executable, "-c", "from api.cli import main; main()", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env={**os.environ, "DATABASE_URL": url, "COLUMNS": "100"},
    )
    return done.stdout


def right_stripped(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.rstrip().splitlines())


@pytest.mark.parametrize("name", ["README.md", "docs/commands.md"])
def test_pasted_answers_are_what_the_demo_archive_answers(demo, name):
    """Where this fails, run `docs/paste_answers.py`."""
    document = (ROOT / name).read_text(encoding="utf-8")
    pasted = re.findall(r'^\$ quotetrace who "([^"]+)"\n(.*?)\n```$', document, re.M | re.S)
    assert pasted
    for words, answer in pasted:
        assert answer == right_stripped(ask(demo.url, "who", words))


def test_pasted_verdicts_are_what_the_demo_archive_answers(demo):
    document = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    claims = re.search(r"^\$ cat claims\.csv\n(.*?)^\$ ", document, re.M | re.S)[1]
    verdicts = ask(demo.url, "verify", "--format", "jsonl", "-", stdin=claims).splitlines()
    assert len(verdicts) == len(claims.splitlines()) - 1
    for verdict in map(json.loads, verdicts):
        row = f"| {verdict['id']} | `{verdict['verdict']}` | {verdict['explanation']} |"
        assert row in document


def test_the_pasted_check_is_what_the_demo_prints(demo):
    document = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    pasted = re.search(r"^\$ quotetrace check draft\.txt\n(.*?)\n```$", document, re.M | re.S)[1]
    printed = right_stripped(demo.printed).splitlines()
    for line in pasted.splitlines():
        # The demo names the file with its folder.
        assert line == "…" or any(shown.endswith(line) for shown in printed), line


def test_the_library_example_prints_what_the_document_says(capsys):
    document = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    example, printed = re.search(r"```python\n(.*?)```\n\n```\n(.*?)```", document, re.S).groups()
    exec(compile(example, "docs/library.md", "exec"), {})
    assert capsys.readouterr().out == printed


def test_the_comparison_example_holds():
    from attribution.comparison import compare

    document = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    call, flags = re.search(r"^(compare\(.*\)\.flags)\n# (.*)$", document, re.M).groups()
    assert eval(call, {"compare": compare}) == eval(flags)
