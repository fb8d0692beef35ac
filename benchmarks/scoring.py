"""Gold annotation and the tools that score against it, in the folder that `QUOTETRACE_SHARED` names.

The tools are run as programs of their own, so that every figure here is taken by the very same measure as
anywhere else.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

#: The folder of gold annotation, corpora and tools; by default beside the repository.
shared_option = click.option(
    "--shared",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(__file__).parents[2] / "shared",
    envvar="QUOTETRACE_SHARED",
    help="Folder that holds gold/, corpora/ and tools/ (or set QUOTETRACE_SHARED).",
)


@dataclass(frozen=True, slots=True)
class Gold:
    """The files in the shared folder that hold the annotation."""

    folder: Path

    @property
    def quotes(self) -> Path:
        """81 articles of PolNeAR dev with every span in quote marks."""
        return self.folder / "gold" / "quotes_dev.jsonl"

    @property
    def pairs(self) -> Path:
        """Pairs of wordings."""
        return self.folder / "gold" / "pairs_dev.jsonl"

    @property
    def relations(self) -> Path:
        """84 articles of PolNeAR dev, those of ``quotes`` among them, with every attribution."""
        return self.folder / "corpora" / "polnear" / "dev" / "articles.jsonl.gz"

    def score(self, tool: str, gold: Path, predicted: Path) -> dict[str, Any]:
        """Return the figures of one scoring tool, as it prints them with --json."""
        program = self.folder / "tools" / f"score_{tool}.py"
        done = subprocess.run(
            [sys.executable, str(program), str(gold), str(predicted), "--json"],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        figures: dict[str, Any] = json.loads(done.stdout)
        return figures


def articles(file: Path) -> dict[str, str]:
    """Return the texts of a JSON Lines file, plain or gzipped, by their ids."""
    return {record["id"]: record["text"] for record in lines(file)}


def lines(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON Lines file, plain or gzipped."""
    data = file.read_bytes()
    text = (gzip.decompress(data) if file.suffix == ".gz" else data).decode("utf-8")
    # Not splitlines(): U+2028 and the like may stand inside a JSON string.
    yield from (json.loads(line) for line in text.split("\n") if line.strip())


def write_lines(file: Path, records: Iterable[dict[str, Any]]) -> Path:
    """Write objects as JSON Lines and return the file."""
    file.write_text(
        "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8"
    )
    return file


def progress() -> Progress:
    """A progress display on standard error, which leaves standard output to the results."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )
