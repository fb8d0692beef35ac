"""What commands that record people's decisions share: their options, making one, and how it is printed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from api.commands.archive_access import ask_archive

if TYPE_CHECKING:
    from sqlmodel.ext.asyncio.session import AsyncSession

    from api.database import Database
    from api.decisions import Decided, Editor

Command = TypeVar("Command", bound=Callable[..., Any])

LARGEST_PAGE: Final = 1_000


def formatted(command: Command) -> Command:
    """Add the option for the form of the answer."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="text for people, json for programs.",
    )(command)


def decides(command: Command) -> Command:
    """Add what every decision says of itself."""
    command = click.option("--reason", required=True, help="Why; kept in the history.")(command)
    return click.option(
        "--editor",
        required=True,
        envvar="QUOTETRACE_EDITOR",
        help="Who decides; QUOTETRACE_EDITOR is used where this is absent.",
    )(command)


def paged(command: Command) -> Command:
    """Add the options for a page of a list."""
    number = click.IntRange(1, LARGEST_PAGE)
    command = click.option("--offset", type=click.IntRange(0), default=0, help="How many to skip.")(command)
    return click.option("--limit", type=number, default=50, show_default=True, help="How many at most.")(
        command
    )


def decide(
    make: Callable[[AsyncSession, Editor], Awaitable[Decided]], editor: str, reason: str, form: str
) -> None:
    """Make one decision and print what it came to; one line says why it cannot be made."""
    from api.commands.opening import open_archive, read_settings
    from api.decisions import DecisionError, Editor, described, list_decisions

    async def run() -> dict[str, Any]:
        async with open_archive(read_settings(), create=False) as database, database.session() as session:
            done = await make(session, Editor(editor, reason))
            page = await list_decisions(session, decision_id=done.decision.id, limit=1)
            came_to = {"statements": list(done.statements), "relinked": done.relinked, "left": done.left}
            return {**described(page.items[0]), **came_to}

    try:
        record = asyncio.run(run())
    except DecisionError as error:
        raise click.ClickException(str(error)) from None
    if form == "json":
        print_json(record)
        return
    click.echo(told(record))
    click.echo(f"{counted(record['relinked'], 'report')} looked at anew")
    if record["statements"]:
        numbers = ", ".join(map(str, record["statements"]))
        click.echo(
            f"they are in {'statements' if len(record['statements']) > 1 else 'statement'} {numbers} now"
        )
    if record["left"]:
        click.echo(
            f"{counted(record['left'], 'report')} more than that: they stay in their statements", err=True
        )


def show_history(form: str, limit: int, offset: int, **about: Any) -> None:
    """Print what was decided, newest first; ``about`` is what `api.decisions.list_decisions` takes."""
    from api.decisions import described, list_decisions

    async def question(database: Database) -> Any:
        async with database.session() as session:
            return await list_decisions(session, limit=limit, offset=offset, **about)

    page = ask_archive(question)
    entries = [described(entry) for entry in page.items]
    if form == "json":
        print_json({"total": page.total, "items": entries})
        return
    for entry in entries:
        click.echo(told(entry))
    if not page.total:
        click.echo("Nothing was decided.")


def told(decision: dict[str, Any]) -> str:
    """Say in one line what was decided."""

    def called(speaker: dict[str, Any] | None) -> str:
        return "nobody known" if speaker is None else f"{speaker['name']} ({speaker['id']})"

    speaker, other = called(decision["speaker"]), called(decision["other"])
    quotes = [str(one["quote_id"]) for one in decision["changes"] if one["quote_id"]]
    listed = ", ".join(quotes) + (" …" if decision["quotes"] > len(quotes) else "")
    what = {
        "merge": f"{speaker} is {other}",
        "split": f"of {speaker}, {counted(decision['quotes'], 'quote')} and some names are {other}'s",
        "correct": f"quote {listed}: {other}, not {speaker}"
        if speaker != other
        else f"quote {listed}: {other}",
        "join": f"statements {decision['statement']} and {decision['other_statement']} are one",
        "divide": f"of statement {decision['statement']}, {_those(decision, 1)} left",
        "undo": f"takes back {decision['undoes']}",
    }[decision["kind"]]
    undone = f"; undone by {decision['undone_by']}" if decision["undone_by"] else ""
    return (
        f"{decision['id']:>6}  {decision['kind']}  {what}  [{decision['editor']}, {decision['at'][:16]}: "
        f"{decision['reason']}]{undone}"
    )


def _those(decision: dict[str, Any], side: int) -> str:
    numbers = [str(one["quote_id"]) for one in decision["reports"] if one["side"] == side]
    return f"quote{'s' * (len(numbers) != 1)} {', '.join(numbers)}"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def print_json(value: Any) -> None:
    """Print a JSON-ready value; characters that the output does not take are escaped."""
    line = json.dumps(value, ensure_ascii=False, indent=2)
    click.echo(line.encode("utf-8", "backslashreplace").decode("utf-8"))
