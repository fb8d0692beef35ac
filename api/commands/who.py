"""`quotetrace who`: who said some words, where, and how consistently."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

import click

from api.commands.archive_access import DAY, ask_archive, day
from api.json_lines import as_json

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from api.database import Database
    from api.reports import Report
    from api.search import QuoteFilters
    from api.statements import Searched, StatementReport, Variant, WhoAnswer

_COLOURS: Final = {
    "consistent": "bold green",
    "single source": "bold cyan",
    "paraphrased": "bold cyan",
    "wording differs": "bold yellow",
    "speaker differs": "bold red",
}
# Further statements that hold the words are listed in short; most people want the first.
SHOWN: Final = 3
# Outlets that the line about the spread names.
TAKEN_UP: Final = 8


@click.command("who")
@click.argument("words", nargs=-1, required=True)
@click.option("--speaker", metavar="NAME", help="Only quotes of this speaker; a surname is enough.")
@click.option("--outlet", metavar="NAME", help="Only this outlet.")
@click.option("--since", type=DAY, metavar="YYYY-MM-DD", help="Only articles of this day or later.")
@click.option("--until", type=DAY, metavar="YYYY-MM-DD", help="Only articles of this day or earlier.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="text for people, json for programs.",
)
def command(
    words: tuple[str, ...],
    speaker: str | None,
    outlet: str | None,
    since: datetime | None,
    until: datetime | None,
    form: str,
) -> None:
    """Say who said WORDS, where, and whether outlets agree.

    The words may be a part of the quote, and remembered inexactly. Every wording is shown beside the
    fullest one; words that differ from it stand in ⟦brackets⟧, and ‸ stands where words of it are missing.

    \b
    Examples:
      quotetrace who "dividing up certain assets"
      quotetrace who --speaker Marlowe --since 2025-01-01 "the people who ride it"
      quotetrace who --format json "a bit of an impasse"

    Exit codes: 0 an answer was given, also where nothing was found; 1 the archive cannot be asked.
    """
    if since and until and since > until:
        raise click.UsageError("--since is later than --until")
    from api.search import QuoteFilters

    asked = " ".join(words)
    filters = QuoteFilters(speaker=speaker, outlet=outlet, since=day(since), until=day(until))
    answer = ask_archive(lambda database: _ask(database, asked, filters))
    if form == "json":
        click.echo(as_json(answer.to_dict(), indent=2))
    else:
        show(answer)


async def _ask(database: Database, words: str, filters: QuoteFilters) -> WhoAnswer:
    from api.statements import who_said

    async with database.session() as session:
        return await who_said(session, words, filters)


def show(answer: WhoAnswer) -> None:
    """Print an answer for a person."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    if not answer.statements:
        console.print(Text("Not found", style="bold") + Text(f" {scope(answer.searched)}."))
        if answer.nearest:
            console.print("Nearest quotes:")
            for variant in answer.nearest:
                console.print(Text.assemble("  ", (_who(variant), "cyan"), f"  {variant.text}"))
        return
    for statement in answer.statements[:SHOWN]:
        show_statement(statement, console)
    hidden = len(answer.statements) - SHOWN
    if hidden > 0:
        console.print(f"{hidden} more statements hold these words; --format json lists them.")
    console.print(Text(f"Searched: {scope(answer.searched, found=True)}.", style="dim"))


def show_statement(
    statement: StatementReport, console: Console | None = None, *, numbers: bool = False
) -> None:
    """Print how a statement is reported; ``numbers``: with those of its quotes."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = console or Console(highlight=False)
    speakers = " / ".join(statement.speakers) or "Speaker not known"
    sources = f"{statement.independent_sources} independent source"
    outlets = f"{statement.outlets} outlet"
    console.print(
        Text.assemble(
            (speakers, "bold"),
            ": ",
            (statement.conclusion, _COLOURS[statement.conclusion]),
            f" ({sources}{'s' * (statement.independent_sources != 1)}, "
            f"{outlets}{'s' * (statement.outlets != 1)})",
        )
    )
    table = Table(show_edge=False, pad_edge=False, header_style="dim", expand=False)
    table.add_column("", style="dim", no_wrap=True)
    table.add_column("outlet", overflow="fold")
    table.add_column("date", no_wrap=True)
    table.add_column("speaker", overflow="fold")
    table.add_column("wording", overflow="fold", ratio=1)
    table.add_column("relation", overflow="fold")
    for number, variant in enumerate(statement.variants, 1):
        report = variant.report
        table.add_row(
            f"{number}\nquote {report.quote_id}" if numbers else str(number),
            report.outlet,
            str(report.published or "no date"),
            _speaker(report),
            _wording(variant),
            _relation(variant),
        )
    console.print(table)
    # Below the table: an address that is broken over lines can be neither clicked nor copied.
    for number, variant in enumerate(statement.variants, 1):
        console.print(Text(f"  {number}  {_place(variant)}", style="dim"), soft_wrap=True)
    for line in _story(statement):
        console.print(Text(line), soft_wrap=True)
    console.print()


def _story(statement: StatementReport) -> list[str]:
    """Tell how the utterance spread, when its wording changed, who ran whose text, and what it is."""
    lines: list[str] = []
    line = statement.time_line
    if len(line.outlets) > 1:
        taken = [f"{one.outlet} {one.published or '(no date)'}" for one in line.outlets]
        more = f" and {len(taken) - TAKEN_UP} more" if len(taken) > TAKEN_UP else ""
        lines.append(f"Spread: {' → '.join(taken[:TAKEN_UP])}{more}")
    for step in line.wordings:
        if step.changed:
            flags = "".join(f", {flag.replace('_', ' ')}" for flag in step.flags)
            lines.append(
                f"Wording changed: {step.first or 'no date'}, {step.outlets[0]} ({step.relation}{flags})"
            )
    for text in statement.copies:
        ran = ", ".join(f"{copy.outlet} {copy.published or '(no date)'}" for copy in text.copies)
        first = text.original
        lines.append(f"Copies: the text of {first.outlet}, {first.published or 'no date'}, ran in {ran}")
    if statement.set_phrase is not None:
        lines.append(f"Set phrase: {statement.set_phrase.reason}; it is nobody's alone")
    if statement.left_out:
        lines.append(f"{statement.left_out:,} more quotes of this statement are not shown")
    return lines


def _wording(variant: Variant) -> Text:
    from api.commands.marked_words import marked

    spans = [
        (max(0, change.b.start - variant.start), max(0, change.b.end - variant.start))
        for change in variant.changes
    ]
    return marked(variant.text, spans)


def _speaker(report: Report) -> str:
    """Name the speaker as the article does, or as a person decided, with what the engine had found."""
    if report.decided is None:
        return report.speaker_as_written or "not known"
    found = report.speaker_as_written
    was = f"; found: {found}" if found and found != report.speaker else ""
    return f"{report.speaker or 'not known'}\n(decided by {report.decided.editor}{was})"


def _relation(variant: Variant) -> Text:
    from rich.text import Text

    if variant.fullest:
        return Text("fullest" if not variant.is_paraphrase else "fullest\nparaphrase", style="dim")
    shown = Text(variant.relation)
    if variant.relation == "elided" and not variant.marked:
        shown.append(" unmarked")
    for flag in variant.flags:
        shown.append(f"\n{flag.replace('_', ' ')}", style="bold red")
    return shown


def _place(variant: Variant) -> str:
    report = variant.report
    spans = ", ".join(f"{start}–{end}" for start, end in variant.places)
    return f"{report.url or f'article {report.article_id}'} {spans}"


def _who(variant: Variant) -> str:
    report = variant.report
    when = f", {report.published}" if report.published else ""
    return f"{report.speaker or 'speaker not known'} ({report.outlet}{when})"


def scope(searched: Searched, *, found: bool = False) -> str:
    """Return what was searched, as the end of a sentence; ``found``: of one that does not need "in"."""
    articles = f"{searched.articles} article{'s' * (searched.articles != 1)}"
    outlets = f"{searched.outlets} outlet{'s' * (searched.outlets != 1)}"
    days = f", {searched.since} to {searched.until}" if searched.since else ""
    return f"{'' if found else 'in '}{articles} of {outlets}{days}"
