"""`quotetrace export`: every quote record of the archive, for other tools."""

from __future__ import annotations

import asyncio
import csv
import json
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, TextIO

import click


@click.command("export")
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv"]),
    default="jsonl",
    show_default=True,
    help="jsonl: one JSON object a line, with the chain of mentions; csv: one row a quote, without it.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="File to write; it takes its name only when it is complete. Default: standard output.",
)
def command(form: str, output: Path | None) -> None:
    """Write every quote of the archive with its speaker, outlet, address and place in the text.

    Quotes of current revisions only, article by article. Offsets (start, end) are characters into the
    article's text as it was given. Text is UTF-8. Any size of archive is written in constant memory.

    \b
    Examples:
      quotetrace export > quotes.jsonl
      quotetrace export --format csv --output quotes.csv
    """
    from api.commands.opening import open_archive, read_settings
    from api.exports import export_quotes

    settings = read_settings()

    async def run(file: TextIO) -> int:
        async with open_archive(settings, create=False) as database, database.session() as session:
            write = write_csv if form == "csv" else write_lines
            return await write(export_quotes(session), file)

    if output is None:
        sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
        asyncio.run(run(sys.stdout))
        return
    part = output.with_name(output.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            count = asyncio.run(run(file))
        part.replace(output)
    except OSError as error:
        raise click.ClickException(f"{output}: {error.strerror or error}") from None
    finally:
        part.unlink(missing_ok=True)
    click.echo(f"{count:,} quotes in {output}", err=True)


async def write_lines(records: AsyncIterator[dict[str, Any]], file: TextIO) -> int:
    """Write one JSON object a line; returns their number."""
    return await _each(records, lambda record: file.write(json.dumps(record, ensure_ascii=False) + "\n"))


async def write_csv(records: AsyncIterator[dict[str, Any]], file: TextIO) -> int:
    """Write a header and one row a record; returns the number of records."""
    from api.exports import COLUMNS

    writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore")
    writer.writeheader()
    return await _each(records, writer.writerow)


async def _each(records: AsyncIterator[dict[str, Any]], write: Callable[[dict[str, Any]], object]) -> int:
    count = 0
    async for record in records:
        write(record)
        count += 1
    return count
