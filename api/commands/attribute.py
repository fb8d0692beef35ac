"""`quotetrace attribute`: find every quote in texts and say who said it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from attribution import AttributedText

KINDS = ("direct", "mixed", "indirect")


@dataclass(frozen=True, slots=True)
class _Input:
    """One text to attribute, or why it could not be read."""

    id: Any
    text: str
    problem: str | None = None


@click.command("attribute")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "jsonl"]),
    default=None,
    help="text for people, jsonl for programs. Default: text for files on a terminal, else jsonl.",
)
@click.option(
    "--kinds",
    default=",".join(KINDS),
    show_default=True,
    help="Which kinds of quotes to list, separated by commas. This version finds direct and mixed ones.",
)
@click.option("--rejected", is_flag=True, help="List also the spans in quote marks that are nobody's speech.")
@click.option("--pipeline", default=None, help="An installed spaCy pipeline instead of the packaged one.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes.")
def command(
    files: tuple[Path, ...], form: str | None, kinds: str, rejected: bool, pipeline: str | None, workers: int
) -> None:
    """Find every quote in FILES and say who said it.

    FILES are text files, one article each. Without FILES, one JSON object a line is read from standard
    input: {"id", "text"}. With --format jsonl one line an article is printed: {"id", "quotes": […]}.

    \b
    Examples:
      quotetrace attribute article.txt
      quotetrace attribute --format jsonl --kinds direct,mixed *.txt > quotes.jsonl
      cat articles.jsonl | quotetrace attribute --format jsonl

    A text that cannot be attributed is named on standard error, the rest is done, and the exit code is 1.
    """
    wanted = {k.strip() for k in kinds.split(",") if k.strip()}
    if not wanted or not wanted <= set(KINDS):
        raise click.BadParameter(f"choose among {', '.join(KINDS)}", param_hint="--kinds")
    from attribution import AttributionError, Engine, PipelineError

    try:
        engine = Engine(pipeline)
    except PipelineError as error:
        raise click.UsageError(str(error)) from error
    form = form or ("text" if files and sys.stdout.isatty() else "jsonl")
    failed = False
    ids: list[Any] = []

    def texts() -> Iterator[str]:
        nonlocal failed
        for item in _inputs(files):
            if item.problem is not None:
                click.echo(f"{item.id}: {item.problem}", err=True)
                failed = True
                continue
            ids.append(item.id)
            yield item.text

    for n, result in enumerate(engine.pipe(texts(), n_process=workers)):
        if isinstance(result, AttributionError):
            click.echo(f"{ids[n]}: {result}", err=True)
            failed = True
        elif form == "jsonl":
            click.echo(json.dumps(_record(ids[n], result, wanted, rejected), ensure_ascii=False))
        else:
            _show(ids[n], result, wanted, rejected)
    if failed:
        sys.exit(1)


def _inputs(files: Iterable[Path]) -> Iterator[_Input]:
    files = list(files)
    if files:
        for file in files:
            yield _from_file(file)
        return
    seen: set[str] = set()
    for number, raw in enumerate(sys.stdin.buffer, start=1):
        if not raw.strip():
            continue
        item = _from_line(number, raw)
        key = json.dumps(item.id, sort_keys=True)
        if item.problem is None and key in seen:
            item = _Input(item.id, "", f"line {number}: this id was there before")
        seen.add(key)
        yield item


def _from_file(file: Path) -> _Input:
    try:
        return _Input(str(file), file.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        return _Input(str(file), "", error.strerror or str(error))
    except UnicodeDecodeError:
        return _Input(str(file), "", "not UTF-8 text")


def _from_line(number: int, raw: bytes) -> _Input:
    name = f"line {number}"
    try:
        record = json.loads(raw)
    except (ValueError, RecursionError) as error:
        return _Input(name, "", f"not JSON: {error}")
    if not isinstance(record, dict) or not isinstance(record.get("text"), str) or "id" not in record:
        return _Input(name, "", 'needs an object with "id" and "text"')
    text: str = record["text"]
    if any("\ud800" <= c <= "\udfff" for c in text):
        return _Input(record["id"], "", "text holds a lone surrogate, which no file can store")
    return _Input(record["id"], text)


def _record(id_: Any, result: AttributedText, wanted: set[str], rejected: bool) -> dict[str, Any]:
    record: dict[str, Any] = {
        "id": id_,
        "quotes": [quote.to_dict() for quote in result.quotes if quote.kind in wanted],
    }
    if rejected:
        record["rejected"] = [span.to_dict() for span in result.rejected]
    return record


def _show(id_: Any, result: AttributedText, wanted: set[str], rejected: bool) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    console.print(Text(str(id_), style="bold"))
    for quote in result.quotes:
        if quote.kind not in wanted:
            continue
        who = quote.speaker.name if quote.speaker else "cannot tell"
        line = Text("  ")
        line.append(who, style="bold cyan" if quote.speaker else "bold red")
        line.append(f"  {quote.confidence:.2f}  ", style="dim")
        line.append(" ".join(quote.text.split()))
        evidence = [f"“{span.text}”" for span in (quote.mention, quote.cue) if span is not None]
        line.append(f"  [{quote.method}{': ' if evidence else ''}{', '.join(evidence)}]", style="dim")
        console.print(line)
    if rejected:
        for span in result.rejected:
            console.print(
                Text(f"  nobody's speech ({span.reason}): {' '.join(span.text.split())}", style="dim")
            )
