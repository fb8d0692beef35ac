"""Paste real answers of the demo archive into README.md and docs/commands.md.

Run it where `tests/test_documents.py` says that they are out of date: after the engine, the demo articles
or the look of an answer changed. It reads every article anew, so it takes about half a minute::

    .venv/bin/python docs/paste_answers.py
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROGRAM = [sys.executable, "-c", "from api.cli import main; main()"]


def run(database: Path, *arguments: str, stdin: str | None = None) -> str:
    """Run `quotetrace` on an archive and return what it printed, without white space at line ends."""
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{database}", "COLUMNS": "100"}
    done = subprocess.run(
        [*PROGRAM, *arguments], input=stdin, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return "\n".join(line.rstrip() for line in done.stdout.rstrip().splitlines())


def part_of_check(database: Path) -> str:
    """Return what is shown of the demo's draft: what to look at first, and one of its paragraphs."""
    draft = ROOT / "seeds" / "draft.txt"
    parts = run(database, "check", str(draft)).replace(str(draft), draft.name).split("\n\n")
    (altered,) = (part for part in parts[2:] if "altered (" in part)
    return "\n".join([parts[0], "", parts[1], "…", altered, "…"])


def main() -> None:
    """Ask again what the documents show, and write the answers in place of the old ones."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "demo.sqlite"
        run(database, "demo", "--no-serve", "--database", str(database))
        for document in (ROOT / "README.md", ROOT / "docs" / "commands.md"):
            text = document.read_text(encoding="utf-8")
            text = re.sub(
                r'^\$ quotetrace who "([^"]+)"\n.*?\n```$',
                lambda found: f'$ quotetrace who "{found[1]}"\n{run(database, "who", found[1])}\n```',
                text,
                flags=re.M | re.S,
            )
            if claims := re.search(r"^\$ cat claims\.csv\n(.*?)^\$ ", text, re.M | re.S):
                verdicts = run(database, "verify", "--format", "jsonl", "-", stdin=claims[1])
                rows = [
                    f"| {verdict['id']} | `{verdict['verdict']}` | {verdict['explanation']} |\n"
                    for verdict in map(json.loads, verdicts.splitlines())
                ]
                before, head, after = text.partition("| id | verdict | explanation |\n|---|---|---|\n")
                text = before + head + "".join(rows) + re.sub(r"\A(?:\|.*\n)+", "", after)
            text = re.sub(
                r"^(\$ quotetrace check draft\.txt\n).*?\n```$",
                lambda found: f"{found[1]}{part_of_check(database)}\n```",
                text,
                flags=re.M | re.S,
            )
            document.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
