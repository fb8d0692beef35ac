"""`quotetrace ingest`: put articles into the archive."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.commands.encoding_names import known_encoding
from api.json_lines import as_json

if TYPE_CHECKING:
    from api.attributor import Attributor
    from api.ingestion import Outcome, Summary
    from api.settings import Settings
    from api.source_items import Known, ShowPlace
    from attribution.models import AttributedText


@click.command("ingest")
@click.argument("paths", nargs=-1, required=True, metavar="PATH|URL…")
@click.option(
    "--outlet", default=None, help="Who published them; of several in one PATH, those that do not say."
)
@click.option("--title", default=None, help="Headline; for a single text or HTML page.")
@click.option("--url", default=None, help="Web address of the article; for a single text or HTML page.")
@click.option(
    "--published",
    default=None,
    metavar="DATE",
    help="ISO 8601 date, or date and time with zone; of several in one PATH, those without one.",
)
@click.option(
    "--encoding",
    callback=known_encoding,
    default=None,
    metavar="NAME",
    help="Of text files that are neither UTF-8 nor UTF-16.",
)
@click.option(
    "--follow",
    is_flag=True,
    help="Of feeds: fetch the pages of entries that have no full text; slowly, at most 100 a feed.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to say what was done: one line for people, or one JSON object for programs.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=None,
    help="Processes that read articles. Default: QUOTETRACE_WORKERS, else the cores less one, at most 4.",
)
def command(
    paths: tuple[str, ...],
    outlet: str | None,
    title: str | None,
    url: str | None,
    published: str | None,
    encoding: str | None,
    follow: bool,
    form: str,
    workers: int | None,
) -> None:
    """Put articles into the archive, with all their quotes and who said them.

    PATH is a text file, an HTML page, a JSON Lines file, an RSS or Atom feed, a WARC file (.warc,
    .warc.gz), a folder of these, the web address of a page or a feed, or - for JSON Lines on standard
    input. What a file is, is told by its content.

    \b
    JSON Lines  A line is {"text", "outlet", "title", "url", "published", "id"}, all but the text optional.
    Folder      With a manifest.jsonl exactly the files are read that it names, one
                {"file", "outlet", "title", "url", "published"} a line.
    Feed        Entries with their full text in the feed are read from there. An entry with only a summary
                is named and left out; with --follow the page that it links to is fetched.
    WARC        Every page of HTML that a server answered with status 200. Damaged records are named and
                passed over.

    Nothing is fetched from the web but an address that is given as PATH, and with --follow the pages that
    a feed links to.

    The same article twice changes nothing. A known web address with a new text becomes a new revision;
    the old text and its quotes are kept. The archive is chosen by DATABASE_URL (by default the file
    quotetrace.sqlite here) and made where there is none. After Ctrl-C, what is done is kept: run the
    same command again to go on.

    \b
    Examples:
      quotetrace ingest articles/
      quotetrace ingest https://courier.example/bridge
      quotetrace ingest page.html --outlet "The Quay Courier" --url https://courier.example/bridge
      quotetrace ingest --format json articles.jsonl
      quotetrace ingest --follow https://courier.example/feed.xml
      quotetrace ingest crawl-2025-03.warc.gz

    What cannot be read is named on standard error, the rest is done, and the exit code is 1.
    """
    from api.archive import ArticleError
    from api.commands.opening import read_settings
    from api.source_items import Known, parse_published

    _check_usage(paths, title, url)
    try:
        date = parse_published(published) if published else None
    except ArticleError as error:
        raise click.BadParameter(str(error), param_hint="--published") from None
    settings = read_settings()
    if workers is not None:
        settings = settings.model_copy(update={"workers": workers})
    known = Known(outlet=outlet, title=title, url=url, published=date, encoding=encoding)
    summary, interrupted = run(settings, paths, known, follow=follow)
    if form == "json":
        click.echo(as_json(as_record(summary)))
    else:
        click.echo(as_line(summary))
    if interrupted:
        click.echo("Interrupted: what is done is kept; run the same command again to go on.", err=True)
    if interrupted or summary.failed:
        sys.exit(1)


def make_attributor(settings: Settings) -> Attributor:
    """Return the worker processes that read the articles, as the settings have them."""
    from api.attributor import Attributor, load_engine

    return Attributor(
        partial(load_engine, settings.pipeline, settings.max_characters),
        workers=settings.workers,
        seconds=settings.attribution_seconds,
        longest_text=settings.max_characters,
    )


def run(
    settings: Settings, paths: tuple[str, ...], known: Known, *, follow: bool = False
) -> tuple[Summary, bool]:
    """Ingest, naming problems on standard error as they occur; returns the counts and whether Ctrl-C came.

    Raises:
        click.ClickException: no language pipeline can be loaded, so nothing can be read.
    """
    from api.ingestion import Summary
    from attribution.errors import PipelineError

    summary = Summary()
    try:
        asyncio.run(_ingest(settings, paths, known, summary, follow))
    except PipelineError as error:
        raise click.ClickException(str(error)) from None
    except KeyboardInterrupt:
        return summary, True
    return summary, False


async def _ingest(
    settings: Settings, paths: tuple[str, ...], known: Known, summary: Summary, follow: bool
) -> None:
    from api.commands.opening import open_archive
    from api.ingestion import ingest
    from api.source_items import Reading
    from api.sources import read_sources

    attributor = make_attributor(settings)
    started = False

    async def attribute(text: str) -> AttributedText:
        # Where every article is known already, no pipeline has to be loaded.
        nonlocal started
        if not started:
            started = True
            attributor.start()
        return await attributor.attribute(text, wait=True)

    try:
        async with open_archive(settings, create=True) as database, _progress(summary) as (shown, show_place):
            items = read_sources(paths, known, Reading(follow, show_place))
            # One more than the workers, so that none waits while an article is written.
            at_once = settings.workers + 1
            async with aclosing(ingest(database, items, attribute, at_once=at_once)) as outcomes:
                async for outcome in outcomes:
                    summary.count(outcome)
                    shown(outcome)
    finally:
        await asyncio.to_thread(attributor.close)


@asynccontextmanager
async def _progress(summary: Summary) -> AsyncIterator[tuple[Callable[[Outcome], None], ShowPlace]]:
    """Show on a terminal the counts while they grow, and how far a large file has been read.

    Problems are printed wherever standard error goes.
    """
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("Reading the first article", total=None)
        place = ""

        def show_counts() -> None:
            progress.update(task, description=f"{as_line(summary)}{place}")

        def show_place(name: str, read: int, size: int) -> None:
            # Called from the thread that reads; rich takes that.
            nonlocal place
            place = f"; {Path(name).name} {100 * read // max(size, 1)} % read"
            show_counts()

        def show(outcome: Outcome) -> None:
            if outcome.problem is not None:
                line = f"{outcome.name}: {outcome.problem}"
                if progress.disable:
                    click.echo(line, err=True)
                else:
                    progress.console.print(line, markup=False, highlight=False, soft_wrap=True)
            show_counts()

        yield show, show_place


def as_line(summary: Summary) -> str:
    """Return the counts as one line for a person."""
    counts = {
        "new": summary.created,
        "revised": summary.revised,
        "unchanged": summary.unchanged,
        "failed": summary.failed,
    }
    named = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count) or "none"
    articles = f"{summary.articles:,} article{'' if summary.articles == 1 else 's'}"
    return f"{articles}: {named}; {summary.quotes:,} quote{'' if summary.quotes == 1 else 's'} added"


def as_record(summary: Summary) -> dict[str, Any]:
    """Return the counts, and each problem with the item it belongs to."""
    return {
        "articles": summary.articles,
        "created": summary.created,
        "revised": summary.revised,
        "unchanged": summary.unchanged,
        "failed": summary.failed,
        "quotes": summary.quotes,
        "problems": [{"item": one.name, "problem": one.problem} for one in summary.problems],
    }


def _check_usage(paths: tuple[str, ...], title: str | None, url: str | None) -> None:
    if title is None and url is None:
        return
    if len(paths) != 1 or paths[0] == "-" or _has_several(Path(paths[0])):
        raise click.UsageError("--title and --url are for a single text or HTML page")


def _has_several(path: Path) -> bool:
    from api.sources import LINE_SUFFIXES, kind_of_articles

    if path.is_dir() or path.suffix.casefold() in LINE_SUFFIXES:
        return True
    # What cannot be read is told when its turn comes; what lies on the web, when it has been fetched.
    return path.is_file() and kind_of_articles(path) in ("feed", "warc")
