"""`quotetrace demo`: load the demo archive, answer three questions, check a draft, and serve."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from api.settings import Settings
    from api.statements import WhoAnswer
    from api.verdicts import Verdict

HOST: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Question:
    """What a person might ask of the demo archive; ``speaker`` asks for a verdict on the claim too."""

    heading: str
    words: str
    speaker: str | None = None


# Chosen for what the articles in seeds/ report; the answers are found, not known here.
QUESTIONS: Final = (
    Question(
        "A promise that several outlets print: do they agree?",
        "they will not pay for a mistake that was made in an office",
    ),
    Question(
        "A denial: did every outlet keep the “not”?",
        "we are not going to close the north pier before the summer",
    ),
    Question(
        "A line from a trial: was it really the prosecutor's?",
        "This court does not sentence the rain",
        speaker="Leilani Ferreira",
    ),
)


def default_archive() -> Path:
    """Return where the demo archive is kept: the user's cache directory, by the custom of each system."""
    if sys.platform == "win32":
        cache = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        cache = Path.home() / "Library" / "Caches"
    else:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "quotetrace" / "demo.sqlite"


@click.command("demo")
@click.option(
    "--database",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    metavar="FILE",
    help="SQLite file to load the articles into. Default: demo.sqlite in your cache directory.",
)
@click.option("--fresh", is_flag=True, help="Throw the default file away first and read every article again.")
@click.option(
    "--serve/--no-serve",
    "then_serve",
    default=True,
    show_default=True,
    help="Serve the REST API and Swagger UI on the demo archive afterwards.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port to listen on; 0 takes any free one.",
)
@click.pass_context
def command(context: click.Context, database: Path | None, fresh: bool, then_serve: bool, port: int) -> None:
    """Load the demo archive, answer three questions, check a draft, and serve.

    The archive holds 32 articles of eight outlets, written for this purpose: people, places and events
    are invented. They are read by the engine, like any other article. Loading them again changes
    nothing. Your own archive is not touched: the demo has a file of its own.

    \b
    Examples:
      quotetrace demo
      quotetrace demo --no-serve
      quotetrace demo --port 8080 --database /tmp/demo.sqlite

    Exit codes: 0 done; 1 an article could not be read, or the address is taken; 2 wrong usage.
    """
    if fresh and database is not None:
        raise click.UsageError("--fresh throws away the default file only; remove the one you name yourself")
    if then_serve:
        port = _free_port(port, chosen=context.get_parameter_source("port") is ParameterSource.COMMANDLINE)
    from api.commands.opening import read_settings
    from api.settings import async_database_url

    file = (database or default_archive()).absolute()
    _make_room(file, fresh=fresh)
    url = f"sqlite:///{file}"
    settings = read_settings().model_copy(update={"database_url": async_database_url(url)})

    complete = _load(settings)
    _answer(settings)
    complete = _check_draft(settings) and complete
    click.echo("⟦…⟧: words that differ from the fullest wording; ‸: words of it are missing here.")
    click.echo("Ask it yourself:")
    click.echo(f"  DATABASE_URL='{url}' quotetrace who \"the words\"")
    if not complete:
        context.exit(1)
    if then_serve:
        from api.commands.serve import serve

        click.echo()
        serve(settings, HOST, port)


def _free_port(port: int, *, chosen: bool) -> int:
    """Return a port to listen on: the given one, or 0 where it is taken and nobody asked for it.

    Asked before the articles are read, so that nobody waits for an answer that cannot be served.
    """
    import socket

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen()
        except OSError as error:
            if chosen:
                reason = error.strerror or str(error)
                raise click.ClickException(
                    f"cannot listen on {HOST} port {port}: {reason}; --port 0 takes any free one"
                ) from None
            click.echo(f"Port {port} is taken; a free one will be used.", err=True)
            return 0
    return port


def _make_room(file: Path, *, fresh: bool) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if fresh:
            for suffix in ("", "-wal", "-shm"):
                file.with_name(file.name + suffix).unlink(missing_ok=True)
    except OSError as error:
        raise click.ClickException(f"cannot use {file}: {error.strerror or error}") from None


def _load(settings: Settings) -> bool:
    """Put the articles into the archive; returns whether all of them are in it."""
    from importlib import resources

    from api.commands.ingest import as_line, run
    from api.source_items import Known

    # The engine is loaded either way; reading the articles is what takes its time.
    click.echo("Reading the demo articles; the first time this takes about half a minute.", err=True)
    with resources.as_file(resources.files("seeds") / "articles.jsonl") as articles:
        summary, interrupted = run(settings, (str(articles),), Known())
    click.echo(as_line(summary), err=True)
    if interrupted:
        click.echo("Interrupted: what is done is kept; run the same command again to go on.", err=True)
        sys.exit(1)
    return summary.failed == 0


def _answer(settings: Settings) -> None:
    import asyncio

    from rich.console import Console
    from rich.text import Text

    from api.commands import who

    console = Console(highlight=False)
    for number, (question, answer, verdict) in enumerate(asyncio.run(_ask(settings)), 1):
        console.print()
        console.rule(Text(f"{number}. {question.heading}", style="bold"), align="left", style="dim")
        console.print(Text(f'$ quotetrace who "{question.words}"', style="dim"))
        who.show(answer)
        if verdict is not None:
            line = f"Did {question.speaker} say it? "
            console.print(
                Text.assemble((line, "bold"), (verdict.verdict, "bold red"), f": {verdict.explanation}")
            )
    console.print()


def _check_draft(settings: Settings) -> bool:
    """Check the draft that comes with the demo archive; returns whether that was done."""
    from importlib import resources

    from rich.console import Console
    from rich.text import Text

    from api.commands.attribute import KINDS
    from api.commands.check import Checked, check_drafts, print_table, read_drafts
    from api.drafts import Scope

    checked: list[Checked] = []
    with resources.as_file(resources.files("seeds") / "draft.txt") as file:
        whole = check_drafts(settings, read_drafts([file]), Scope(), KINDS, checked.append)
        console = Console(highlight=False)
        heading = f"{len(QUESTIONS) + 1}. A draft: is every quote in it right?"
        console.rule(Text(heading, style="bold"), align="left", style="dim")
        console.print(Text(f"$ quotetrace check {file}", style="dim"), soft_wrap=True)
    for one in checked:
        if one.draft is None:
            click.echo(f"{one.name}: {one.problem}", err=True)
            return False
        print_table(one.name, one.draft)
    console.print()
    return whole


async def _ask(settings: Settings) -> list[tuple[Question, WhoAnswer, Verdict | None]]:
    from api.commands.opening import open_archive
    from api.statements import who_said
    from api.verdicts import Claim, verify

    answers = []
    async with open_archive(settings, create=True) as database, database.session() as session:
        for question in QUESTIONS:
            answer = await who_said(session, question.words)
            verdict = None
            if question.speaker is not None:
                verdict = await verify(session, Claim(question.words, question.speaker))
            answers.append((question, answer, verdict))
    return answers
