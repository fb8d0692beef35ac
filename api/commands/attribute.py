"""`quotetrace attribute`: find every quote in texts and say who said it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from api.commands.encoding_names import known_encoding
from api.json_lines import JsonLineError, as_json, parse_object, without_half_characters
from api.text_files import TextFileError, decode, read_bytes

if TYPE_CHECKING:
    from api.commands.article_page import UnreadArticle
    from api.commands.article_view import ArticleView
    from attribution import AttributedText, Engine
    from attribution.models import Kind

KINDS: Final[tuple[Kind, ...]] = ("direct", "mixed", "indirect")


@dataclass(frozen=True, slots=True)
class _Input:
    """One text to attribute, or why it could not be read."""

    id: Any
    text: str
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found in one text, or why nothing could be looked for."""

    id: Any
    result: AttributedText | None
    problem: str | None = None


@click.command("attribute")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "jsonl", "html"]),
    default=None,
    help="text shows the articles on a terminal, html as one page; jsonl is for programs. "
    "Default: text for files on a terminal, else jsonl.",
)
@click.option(
    "--kinds",
    default=",".join(KINDS),
    show_default=True,
    help="Which kinds of quotes to list, separated by commas.",
)
@click.option("--rejected", is_flag=True, help="List also the spans in quote marks that are nobody's speech.")
@click.option(
    "--encoding",
    callback=known_encoding,
    default=None,
    metavar="NAME",
    help="Of text files that are neither UTF-8 nor UTF-16.",
)
@click.option(
    "--pipeline",
    default=None,
    help="An installed spaCy pipeline instead of the packaged one. Default: QUOTETRACE_PIPELINE.",
)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes.")
def command(
    files: tuple[Path, ...],
    form: str | None,
    kinds: str,
    rejected: bool,
    encoding: str | None,
    pipeline: str | None,
    workers: int,
) -> None:
    """Find every quote in FILES and say who said it.

    FILES are text files, one article each. Without FILES, one JSON object a line is read from standard
    input: {"id", "text"}. With --format jsonl one line an article is printed: {"id", "quotes": […]}. With
    --format text each article is shown with its quotes, and below each paragraph who says them, how sure
    that is, and why; --format html is the same as one page that needs nothing else.

    \b
    Examples:
      quotetrace attribute article.txt
      quotetrace attribute --format html *.txt > quotes.html
      quotetrace attribute --format jsonl --kinds direct,mixed *.txt > quotes.jsonl
      cat articles.jsonl | quotetrace attribute --format jsonl

    A text that cannot be attributed is named on standard error, the rest is done, and the exit code is 1.
    """
    wanted = {k.strip() for k in kinds.split(",") if k.strip()}
    if not wanted or not wanted <= set(KINDS):
        raise click.BadParameter(f"choose among {', '.join(KINDS)}", param_hint="--kinds")
    form = form or ("text" if files and sys.stdout.isatty() else "jsonl")
    engine = _engine(pipeline)
    failed = False

    def named() -> Iterator[_Found]:
        nonlocal failed
        # What is shown article by article on the same terminal is progress enough.
        with _progress(len(files) or None, hidden=sys.stdout.isatty() and form != "html") as shown:
            for found in _attributed(engine, _inputs(files, encoding), workers):
                failed = failed or found.problem is not None
                shown(f"{found.id}: {found.problem}" if found.problem is not None else None)
                yield found

    everything = named()
    if form == "jsonl":
        _print_lines(everything, wanted, rejected)
    elif form == "text":
        _print_articles(everything, wanted, rejected)
    else:
        _print_page(everything, wanted, rejected)
    if failed:
        sys.exit(1)


@contextmanager
def _progress(total: int | None, *, hidden: bool) -> Iterator[Callable[[str | None], None]]:
    """Count articles on standard error while they are attributed, where that is a terminal.

    The function that it gives is called once an article, with the line that names its problem, if any; that
    is printed wherever standard error goes.
    """
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("Articles"), MofNCompleteColumn(), TimeElapsedColumn())
    hidden = hidden or not console.is_terminal
    with Progress(*columns, console=console, disable=hidden, transient=True) as progress:
        task = progress.add_task("Articles", total=total)

        def show(problem: str | None) -> None:
            if problem is not None:
                line = without_half_characters(problem)
                if hidden:
                    click.echo(line, err=True)
                else:
                    console.print(line, markup=False, highlight=False, soft_wrap=True)
            progress.advance(task)

        yield show


def _engine(pipeline: str | None) -> Engine:
    from api.commands.opening import read_settings
    from attribution import Engine, Limits, PipelineError

    settings = read_settings()
    limits = Limits(max_characters=settings.max_characters, max_seconds=settings.attribution_seconds)
    try:
        return Engine(pipeline or settings.pipeline, limits)
    except PipelineError as error:
        raise click.UsageError(str(error)) from error


def _attributed(engine: Engine, inputs: Iterable[_Input], workers: int) -> Iterator[_Found]:
    """Attribute what can be read; yields one answer or problem an input, in order.

    Raises:
        click.ClickException: a worker process died.
    """
    from attribution import AttributionError, WorkerDiedError

    # The engine reads a little ahead of its answers; what it was given waits here for its turn.
    waiting: list[_Input] = []

    def texts() -> Iterator[str]:
        for item in inputs:
            waiting.append(item)
            if item.problem is None:
                yield item.text

    def passed_over() -> Iterator[_Found]:
        while waiting and waiting[0].problem is not None:
            item = waiting.pop(0)
            yield _Found(item.id, None, item.problem)

    try:
        for result in engine.pipe(texts(), n_process=workers):
            yield from passed_over()
            item = waiting.pop(0)
            if isinstance(result, AttributionError):
                yield _Found(item.id, None, str(result))
            else:
                yield _Found(item.id, result)
    except WorkerDiedError as error:
        raise click.ClickException(str(error)) from None
    yield from passed_over()


def _inputs(files: Iterable[Path], encoding: str | None) -> Iterator[_Input]:
    files = list(files)
    if files:
        for file in files:
            yield _from_file(file, encoding)
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


def _from_file(file: Path, encoding: str | None) -> _Input:
    try:
        return _checked(str(file), decode(read_bytes(file), encoding))
    except TextFileError as error:
        return _Input(str(file), "", str(error))
    except OSError as error:
        return _Input(str(file), "", error.strerror or str(error))


def _from_line(number: int, raw: bytes) -> _Input:
    name = f"line {number}"
    try:
        record = parse_object(raw)
    except JsonLineError as error:
        return _Input(name, "", str(error))
    if not isinstance(record.get("text"), str) or "id" not in record:
        return _Input(name, "", 'needs an object with "id" and "text"')
    return _checked(record["id"], record["text"])


def _checked(id: Any, text: str) -> _Input:
    if any("\ud800" <= c <= "\udfff" for c in text):
        return _Input(id, "", "text holds a lone surrogate, which no file can store")
    return _Input(id, text)


def _print_lines(everything: Iterable[_Found], wanted: Collection[str], rejected: bool) -> None:
    for found in everything:
        if found.result is None:
            continue
        record: dict[str, Any] = {
            "id": found.id,
            "quotes": [quote.to_dict() for quote in found.result.quotes if quote.kind in wanted],
        }
        if rejected:
            record["rejected"] = [span.to_dict() for span in found.result.rejected]
        click.echo(as_json(record))


def _print_articles(everything: Iterable[_Found], wanted: Collection[str], rejected: bool) -> None:
    from rich.console import Console

    from api.commands.article_on_terminal import show_article
    from api.commands.article_view import view

    console = Console(highlight=False)
    for found in everything:
        if found.result is not None:
            show_article(console, view(str(found.id), found.result, wanted, rejected=rejected))


def _print_page(everything: Iterable[_Found], wanted: Collection[str], rejected: bool) -> None:
    from api.commands.article_page import UnreadArticle, page
    from api.commands.article_view import view

    articles: list[ArticleView | UnreadArticle] = [
        UnreadArticle(str(found.id), found.problem or "")
        if found.result is None
        else view(str(found.id), found.result, wanted, rejected=rejected)
        for found in everything
    ]
    for part in page(articles):
        click.echo(part, nl=False)
