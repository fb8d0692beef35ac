"""`quotetrace verify`: check many claimed quotes against the archive."""

from __future__ import annotations

import csv
import io
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import click

from api.commands.archive_access import ask_archive
from api.json_lines import JsonLineError, as_json, parse_object, without_half_characters

if TYPE_CHECKING:
    from api.database import Database
    from api.verdicts import Claim, Verdict

# The columns of a CSV of verdicts.
COLUMNS: Final = (
    "id", "quote", "claimed_speaker", "verdict", "explanation", "speakers", "speaker_confirmed", "flags",
    "wording", "outlets", "urls", "searched_articles", "searched_outlets", "searched_since",
    "searched_until",
)  # fmt: skip
FIELDS: Final = ("id", "quote", "words", "speaker", "outlet", "since", "until")


class BadRowError(ValueError):
    """A row that is no claim; the message says why in one line."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the input: its fields, or why it has none."""

    name: str
    fields: dict[str, Any]
    problem: str | None = None


@click.command("verify")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the verdicts to this file instead of standard output.",
)
@click.option(
    "--resume",
    is_flag=True,
    help="Go on where an earlier run stopped: skip the ids that --output has already.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv"]),
    default=None,
    help="What to write. Default: csv where --output ends in .csv, else jsonl.",
)
def command(file: Path, output: Path | None, resume: bool, form: str | None) -> None:
    """Check the claimed quotes in FILE against the archive; FILE may be - for standard input.

    FILE is CSV with a header line, or one JSON object a line. Columns: quote (or words), and if you like
    id, speaker, outlet, since, until (dates as YYYY-MM-DD). A claim without an id gets its line number.

    \b
    The verdict is one of:
      verbatim, truncated, elided, altered   they were reported so, compared with the claim
      paraphrased                            only reported without quote marks, not as anybody's words
      misattributed                          the words are another speaker's
      contested                              outlets disagree on the speaker
      not_found                              not among the articles searched; the nearest are given

    \b
    Examples:
      quotetrace verify claims.csv > verdicts.jsonl
      quotetrace verify claims.jsonl --output verdicts.csv --resume

    A row that is no claim, or whose id was there before, is named on standard error, the rest is done,
    and the exit code is 1.
    """
    if resume and output is None:
        raise click.UsageError("--resume needs --output")
    form = form or ("csv" if output is not None and output.suffix.casefold() == ".csv" else "jsonl")
    rows = list(_rows(file))
    done = _done(output, form) if resume and output is not None and output.exists() else set()
    failed = ask_archive(lambda database: _verify_all(database, rows, output, form, done))
    if failed:
        sys.exit(1)


async def _verify_all(
    database: Database, rows: list[_Row], output: Path | None, form: str, done: set[str]
) -> bool:
    """Write a verdict for every row; return whether any row could not be checked."""
    from api.verdicts import ClaimError, verify

    failed = False
    seen: set[str] = set()
    target: IO[str] = sys.stdout
    if output is not None:
        try:
            target = output.open("a" if done else "w", encoding="utf-8", newline="")
        except OSError as error:
            raise click.ClickException(f"{output}: {error.strerror or error}") from None
    try:
        if form == "csv" and not done:
            target.write(_csv_line(COLUMNS))
        for row in _with_progress(rows):
            try:
                claim = _claim(row)
                if claim.id in seen:
                    raise BadRowError(f"the id {claim.id!r} was there before")
                seen.add(claim.id or "")
                if claim.id in done:
                    continue
                async with database.session() as session:
                    verdict = await verify(session, claim)
            except (BadRowError, ClaimError) as error:
                click.echo(f"{row.name}: {error}", err=True)
                failed = True
                continue
            target.write(_written(verdict, form))
            # What is in the file is done: a run that is stopped here can go on from here.
            target.flush()
    finally:
        if output is not None:
            target.close()
    return failed


def _with_progress(rows: list[_Row]) -> Iterator[_Row]:
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    yield from track(
        rows, "Checking claims", console=console, transient=True, disable=not console.is_terminal
    )


def _rows(file: Path) -> Iterator[_Row]:
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror or error}") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file}: not UTF-8 text (byte {error.start})") from None
    if not text.strip():
        raise click.ClickException(f"{file}: the file is empty")
    if text.lstrip()[0] in "{[":
        return _json_rows(text)
    return _csv_rows(file, text)


def _json_rows(text: str) -> Iterator[_Row]:
    # Not splitlines(): U+2028 and the like may stand inside a JSON string.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        name = f"line {number}"
        try:
            record = parse_object(line)
        except JsonLineError as error:
            yield _Row(name, {}, str(error))
            continue
        yield _Row(name, {"id": str(number), **{key: record[key] for key in FIELDS if key in record}})


def _csv_rows(file: Path, text: str) -> Iterator[_Row]:
    header = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns: list[str] | None = None
    while True:
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield _Row(f"line {reader.line_num}", {}, f"not CSV: {error}")
            continue
        if not any(value.strip() for value in values):
            continue
        if columns is None:
            columns = [value.strip().casefold() for value in values]
            if not {"quote", "words"} & set(columns):
                raise click.ClickException(f'{file}: the header line has no column "quote" or "words"')
            continue
        name = f"line {reader.line_num}"
        if len(values) > len(columns):
            yield _Row(name, {}, f"{len(values)} values for {len(columns)} columns; is a quote mark missing?")
            continue
        given = {key: value for key, value in zip(columns, values, strict=False) if key in FIELDS and value}
        yield _Row(name, {"id": str(reader.line_num), **given})


def _claim(row: _Row) -> Claim:
    from api.verdicts import Claim

    if row.problem:
        raise BadRowError(row.problem)
    fields = row.fields
    words = fields.get("quote", fields.get("words"))
    if not isinstance(words, str):
        raise BadRowError('"quote" is missing' if words is None else '"quote" is no text')
    for name in ("speaker", "outlet"):
        if fields.get(name) is not None and not isinstance(fields[name], str):
            raise BadRowError(f'"{name}" is no text')
    if not isinstance(fields["id"], str | int) or isinstance(fields["id"], bool):
        raise BadRowError('"id" is neither text nor a whole number')
    return Claim(
        words,
        (fields.get("speaker") or "").strip() or None,
        (fields.get("outlet") or "").strip() or None,
        _day(fields, "since"),
        _day(fields, "until"),
        str(fields["id"]),
    )


def _day(fields: dict[str, Any], name: str) -> date | None:
    value = fields.get(name)
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        raise BadRowError(f'"{name}" is no date like 2025-03-17: {value!r}') from None


def _written(verdict: Verdict, form: str) -> str:
    if form == "jsonl":
        return as_json(verdict.to_dict()) + "\n"
    reports = [item.report for item in verdict.evidence]
    best = (*verdict.evidence, *verdict.nearest)[:1]
    confirmed = {True: "yes", False: "no", None: ""}[verdict.speaker_confirmed]
    return _csv_line(
        (
            verdict.claim.id,
            verdict.claim.words,
            verdict.claim.speaker,
            verdict.verdict,
            verdict.explanation,
            "; ".join(verdict.speakers),
            confirmed,
            "; ".join(verdict.flags),
            best[0].report.wording if best else "",
            "; ".join(dict.fromkeys(report.outlet for report in reports)),
            "; ".join(dict.fromkeys(report.url for report in reports if report.url)),
            verdict.searched.articles,
            verdict.searched.outlets,
            verdict.searched.since,
            verdict.searched.until,
        )
    )


def _csv_line(values: tuple[Any, ...]) -> str:
    line = io.StringIO(newline="")
    csv.writer(line).writerow(values)
    return without_half_characters(line.getvalue())


def _done(output: Path, form: str) -> set[str]:
    """Return the ids that have a verdict, cutting off a last line that an interrupted run left unfinished."""
    try:
        raw = output.read_bytes()
        whole = _whole_lines(raw, form)
        if len(whole) < len(raw):
            with output.open("r+b") as file:
                file.truncate(len(whole))
                os.fsync(file.fileno())
        text = whole.decode("utf-8")
        if form == "csv":
            return {row["id"] for row in csv.DictReader(io.StringIO(text, newline=""))}
        return {str(parse_object(line)["id"]) for line in text.split("\n") if line.strip()}
    except OSError as error:
        raise click.ClickException(f"{output}: {error.strerror or error}") from None
    except (ValueError, KeyError, TypeError, csv.Error):
        raise click.ClickException(
            f"{output}: not a {form} file of verdicts, so --resume cannot go on"
        ) from None


def _whole_lines(raw: bytes, form: str) -> bytes:
    if form == "jsonl":
        return raw[: raw.rfind(b"\n") + 1]
    # A line break may stand inside quotes; a row is whole where the quote marks so far are even.
    end = len(raw)
    while end > 0:
        end = raw.rfind(b"\r\n", 0, end)
        if end < 0:
            return b""
        if raw[:end].count(b'"') % 2 == 0:
            return raw[: end + 2]
    return b""
