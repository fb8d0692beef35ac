"""`quotetrace check`: hold every quote of a draft against the archive."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from api.commands.archive_access import DAY, day
from api.commands.attribute import KINDS
from api.commands.encoding_names import known_encoding
from api.json_lines import as_json, without_half_characters

if TYPE_CHECKING:
    from api.archive import Attribute
    from api.database import Database
    from api.drafts import CheckedDraft, Scope
    from api.settings import Settings
    from attribution.models import AttributedText

VERDICTS: Final = (
    "verbatim", "truncated", "elided", "altered", "paraphrased", "misattributed", "contested", "not_found",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft as it was read, or in one line why it could not be."""

    name: str
    text: str
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one draft: the answer, or in one line why there is none."""

    name: str
    draft: CheckedDraft | None
    problem: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready record, with the text that the offsets point into."""
        assert self.draft is not None  # what has no answer is named on standard error
        return {"id": self.name, "text": self.draft.attributed.text, **self.draft.to_dict()}


def _choice(names: tuple[str, ...]) -> Callable[[click.Context, click.Parameter, str | None], frozenset[str]]:
    """Return the callback of an option that takes some of these names, separated by commas."""

    def chosen(context: click.Context, parameter: click.Parameter, value: str | None) -> frozenset[str]:  # noqa: ARG001
        if value is None:
            return frozenset()
        found = frozenset(name.strip() for name in value.split(",") if name.strip())
        if not found or not found <= set(names):
            raise click.BadParameter(f"choose among {', '.join(names)}")
        return found

    return chosen


@click.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "jsonl", "html"]),
    default="table",
    show_default=True,
    help="table shows the drafts on a terminal, html as one page; json and jsonl are for programs.",
)
@click.option(
    "--kinds",
    default=",".join(KINDS),
    show_default=True,
    callback=_choice(KINDS),
    help="Which kinds of quotes to check, separated by commas; direct,mixed leaves out paraphrases.",
)
@click.option("--outlet", metavar="NAME", help="Search this outlet only.")
@click.option("--since", type=DAY, metavar="YYYY-MM-DD", help="Search articles of this day or later.")
@click.option("--until", type=DAY, metavar="YYYY-MM-DD", help="Search articles of this day or earlier.")
@click.option(
    "--fail-on",
    metavar="VERDICTS",
    default=None,
    callback=_choice(VERDICTS),
    help="Exit with 1 where a quote has one of these verdicts, separated by commas; for scripts.",
)
@click.option(
    "--encoding",
    callback=known_encoding,
    default=None,
    metavar="NAME",
    help="Of text files that are neither UTF-8 nor UTF-16.",
)
def command(
    files: tuple[Path, ...],
    form: str,
    kinds: frozenset[str],
    outlet: str | None,
    since: datetime | None,
    until: datetime | None,
    fail_on: frozenset[str],
    encoding: str | None,
) -> None:
    """Find every quote in FILES, say whose it is there, and hold it against the archive.

    FILES are drafts, press releases, answers of a machine: text files, HTML pages, JSON Lines of
    {"id", "text"}, or - for one text on standard input. Nothing of them enters the archive. Shown is the
    draft itself with the verdict on each quote, and before it what a person must look at first.

    \b
    The verdict is one of:
      verbatim, truncated, elided, altered   reported so, compared with the draft
      paraphrased                            quoted by nobody, or the draft itself has no quote marks
      misattributed                          the words are another speaker's
      contested                              outlets disagree on the speaker
      not_found                              not among the articles searched; the nearest are given

    \b
    Examples:
      quotetrace check draft.txt
      quotetrace check --format html draft.txt > draft.html
      quotetrace check --kinds direct,mixed --fail-on altered,misattributed drafts/*.txt

    Exit codes: 0 every quote was checked, whatever the verdicts; 1 a draft could not be read, or a verdict
    of --fail-on was found; 2 wrong usage.
    """
    if since and until and since > until:
        raise click.UsageError("--since is later than --until")
    from api.commands.opening import read_settings
    from api.drafts import Scope

    settings = read_settings()
    asked = Scope(outlet, day(since), day(until))
    complete: list[Checked] = []
    failed = found = False

    def show(checked: Checked) -> None:
        nonlocal failed, found
        if checked.draft is None:
            failed = True
            click.echo(without_half_characters(f"{checked.name}: {checked.problem}"), err=True)
        else:
            found = found or any(count and name in fail_on for name, count in checked.draft.counts.items())
        complete.append(checked)
        if form == "jsonl" and checked.draft is not None:
            click.echo(as_json(checked.to_dict()))
        elif form == "table" and checked.draft is not None:
            print_table(checked.name, checked.draft)

    if not check_drafts(settings, read_drafts(files, encoding), asked, kinds, show):
        done = sum(checked.draft is not None for checked in complete)
        click.echo(f"Interrupted after {done} draft{'s' * (done != 1)}.", err=True)
        sys.exit(1)
    if form == "json":
        click.echo(as_json([one.to_dict() for one in complete if one.draft is not None], indent=2))
    elif form == "html":
        _print_page(complete)
    if failed or found:
        sys.exit(1)


def check_drafts(
    settings: Settings,
    drafts: Iterable[Draft],
    asked: Scope,
    kinds: Collection[str],
    show: Callable[[Checked], None],
) -> bool:
    """Check drafts one after another and hand each answer to ``show``; returns false where Ctrl-C came.

    Raises:
        click.ClickException: there is no archive, or no language pipeline can be loaded.
    """
    from attribution.errors import PipelineError

    try:
        asyncio.run(_check_drafts(settings, drafts, asked, kinds, show))
    except PipelineError as error:
        raise click.ClickException(str(error)) from None
    except KeyboardInterrupt:
        return False
    return True


async def _check_drafts(
    settings: Settings,
    drafts: Iterable[Draft],
    asked: Scope,
    kinds: Collection[str],
    show: Callable[[Checked], None],
) -> None:
    from api.commands.ingest import make_attributor
    from api.commands.opening import open_archive

    # One draft at a time needs one process; it is started when there is a text to read.
    attributor = make_attributor(settings.model_copy(update={"workers": 1}))
    started = False

    async def attribute(text: str) -> AttributedText:
        nonlocal started
        if not started:
            started = True
            attributor.start()
        return await attributor.attribute(text, wait=True)

    try:
        async with open_archive(settings, create=False) as database:
            for draft in drafts:
                show(await _check(database, draft, attribute, asked, kinds, settings.max_checked_quotes))
    finally:
        await asyncio.to_thread(attributor.close)


async def _check(
    database: Database, draft: Draft, attribute: Attribute, asked: Scope, kinds: Collection[str], most: int
) -> Checked:
    from api.attributor import AttributorError
    from api.drafts import TooManyQuotesError, check_draft
    from attribution.errors import AttributionError

    if draft.problem is not None:
        return Checked(draft.name, None, draft.problem)
    wanted = [kind for kind in KINDS if kind in kinds]
    try:
        with _progress(draft.name) as progress:
            found = await check_draft(
                database, draft.text, attribute, asked, kinds=wanted, most=most, progress=progress
            )
    except (AttributionError, AttributorError, TooManyQuotesError) as error:
        return Checked(draft.name, None, str(error))
    return Checked(draft.name, found)


@contextmanager
def _progress(name: str) -> Iterator[Callable[[int, int], None]]:
    """Count the quotes of a draft on standard error while they are checked, where that is a terminal."""
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task(f"Reading {name}", total=None)
        yield lambda done, total: progress.update(
            task, description=f"Checking the quotes of {name}", completed=done, total=total
        )


def read_drafts(files: Iterable[Path], encoding: str | None = None) -> Iterator[Draft]:
    """Read the drafts of files one after another; what cannot be read is one too, with its problem."""
    from api.source_items import Known
    from api.sources import read_sources

    for file in files:
        if str(file) == "-":
            yield _standard_input(encoding)
            continue
        # Files and folders as `quotetrace ingest` reads them; a web address, given as a path, is none.
        for item in read_sources([file], Known(encoding=encoding)):
            text = item.article.text if item.article is not None else ""
            problem = item.problem
            if any("\ud800" <= char <= "\udfff" for char in text):
                problem = "text holds a lone surrogate, which no file can store"
            yield Draft(item.name, text, problem)


def _standard_input(encoding: str | None) -> Draft:
    from api.text_files import MAX_ARTICLE_BYTES, TextFileError, decode

    data = sys.stdin.buffer.read(MAX_ARTICLE_BYTES + 1)
    if len(data) > MAX_ARTICLE_BYTES:
        return Draft("-", "", f"the text is larger than {MAX_ARTICLE_BYTES:,} bytes")
    try:
        return Draft("-", decode(data, encoding))
    except TextFileError as error:
        return Draft("-", "", str(error))


def print_table(name: str, draft: CheckedDraft) -> None:
    """Print one checked draft for a person."""
    from rich.console import Console

    from api.commands.draft_on_terminal import show_draft

    show_draft(Console(highlight=False), name, draft)


def _print_page(complete: Iterable[Checked]) -> None:
    from api.commands.draft_page import page

    for part in page([(one.name, one.draft or one.problem or "") for one in complete]):
        click.echo(part, nl=False)
