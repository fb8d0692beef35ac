"""`quotetrace speakers`: who is quoted, and what people decide about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from api.commands.archive_access import ask_archive
from api.commands.deciding import (
    counted,
    decide,
    decides,
    formatted,
    paged,
    print_json,
    show_history,
    told,
)

if TYPE_CHECKING:
    from api.database import Database
    from api.decisions import NamedAs

TYPES: Final = ("person", "organization", "unnamed")


@click.group("speakers")
def command() -> None:
    """Show who is quoted, and correct whose words are whose.

    Two speakers can be one (merge), one can be two (split), and a quote can be another's (correct). Every
    decision is kept with who made it and why, nothing is overwritten, and each can be undone.
    """


@command.command("list")
@click.argument("name", required=False)
@click.option("--type", "type_", type=click.Choice(TYPES), help="Only this type.")
@paged
@formatted
def list_(name: str | None, type_: Any, limit: int, offset: int, form: str) -> None:
    """List who is quoted, the most quoted first; with NAME, those who have been called so.

    \b
    Examples:
      quotetrace speakers list
      quotetrace speakers list eriksen
    """
    from api.catalogue import list_speakers
    from api.speakers import shown_name

    async def question(database: Database) -> Any:
        async with database.session() as session:
            return await list_speakers(session, name=name, type=type_, limit=limit, offset=offset)

    page = ask_archive(question)
    found = [
        {
            "id": entry.speaker.id,
            "name": shown_name(entry.speaker),
            "type": entry.speaker.type,
            "quotes": entry.quotes,
            "outlets": entry.outlets,
        }
        for entry in page.items
    ]
    if form == "json":
        print_json({"total": page.total, "items": found})
        return
    for one in found:
        quotes = counted(one["quotes"], "quote")
        click.echo(
            f"{one['id']:>6}  {one['name']}  ({one['type']}; {quotes}, {counted(one['outlets'], 'outlet')})"
        )
    if page.total > offset + len(found):
        click.echo(f"{page.total - offset - len(found)} more; --offset {offset + len(found)} goes on.")
    if not page.total:
        click.echo("Nobody is called so." if name else "Nobody is quoted.")


@command.command("show")
@click.argument("speaker_id", type=click.IntRange(1))
@formatted
def show(speaker_id: int, form: str) -> None:
    """Show a speaker: names, quotes, and what was decided.

    \b
    Example:
      quotetrace speakers show 12
    """
    from api.catalogue import aliases_of, get_speaker, names_of_speaker
    from api.decisions import described, list_decisions
    from api.search import QuoteFilters, find_quotes
    from api.speakers import shown_name

    async def question(database: Database) -> Any:
        async with database.session() as session:
            entry = await get_speaker(session, speaker_id)
            if entry is None:
                return None
            found = await find_quotes(session, QuoteFilters(speaker_id=speaker_id), limit=20)
            decisions = await list_decisions(session, speaker_id=speaker_id, limit=20)
            names = await names_of_speaker(session, speaker_id)
            return entry, await aliases_of(session, speaker_id), names, found, decisions

    answer = ask_archive(question)
    if answer is None:
        raise click.ClickException(f"there is no speaker {speaker_id} in the archive")
    entry, aliases, names, found, decisions = answer
    record = {
        "id": entry.speaker.id,
        "name": shown_name(entry.speaker),
        "type": entry.speaker.type,
        "part_of": entry.part_of.id if entry.part_of else None,
        "version": entry.speaker.version,
        "quotes": entry.quotes,
        "outlets": entry.outlets,
        "names": [{"id": name.id, "name": shown_name(name)} for name in names],
        "aliases": list(aliases),
        "latest": [
            {
                "id": one.quote.id,
                "outlet": one.outlet.name,
                "published": one.article.published_on.isoformat() if one.article.published_on else None,
                "text": one.quote.text,
                "kind": one.quote.kind,
                "found": one.quote.speaker_name,
                "decision_id": one.decision.id if one.decision else None,
            }
            for one in found.items
        ],
        "decisions": [described(one) for one in decisions.items],
    }
    if form == "json":
        print_json(record)
        return
    click.echo(f"{record['id']}  {record['name']} ({record['type']})")
    if entry.part_of:
        click.echo(f"  is a name of {entry.part_of.id}  {shown_name(entry.part_of)}")
    click.echo(f"  {counted(entry.quotes, 'quote')} in {counted(entry.outlets, 'outlet')}")
    click.echo(f"  called: {', '.join(aliases)}")
    for one in record["latest"]:
        mark = f"  [decision {one['decision_id']}; found: {one['found']}]" if one["decision_id"] else ""
        click.echo(
            f"  quote {one['id']}  {one['outlet']}, {one['published'] or 'no date'}: {one['text']}{mark}"
        )
    for decision in record["decisions"]:
        click.echo(f"  {told(decision)}")


@command.command("merge")
@click.argument("speaker_id", type=click.IntRange(1))
@click.argument("into_id", type=click.IntRange(1))
@decides
@formatted
def merge(speaker_id: int, into_id: int, editor: str, reason: str, form: str) -> None:
    """Let the speaker SPEAKER_ID be INTO_ID, in all articles and in those that come in later.

    \b
    Example:
      quotetrace speakers merge 31 12 --editor "Ines Falk" --reason "maiden name"
    """
    decide(lambda session, by: _decisions().merge(session, speaker_id, into_id, by), editor, reason, form)


@command.command("split")
@click.argument("speaker_id", type=click.IntRange(1))
@click.option("--to", "to_id", type=click.IntRange(1), help="Number of the other speaker.")
@click.option("--name", help="Name of the other speaker, where the archive has none yet.")
@click.option("--type", "type_", type=click.Choice(TYPES[:2]), default="person", help="Type of that one.")
@click.option("--note", help="What tells two speakers of one name apart, such as “the footballer”.")
@click.option("--quote", "quotes", type=click.IntRange(1), multiple=True, help="A quote that is the other's.")
@click.option("--alias", "names", multiple=True, help="A name that is the other's, with all its quotes.")
@click.option(
    "--later",
    type=click.Choice(["this", "other", "unresolved"]),
    help="Whom later articles mean by the speaker's own name.",
)
@decides
@formatted
def split(
    speaker_id: int,
    to_id: int | None,
    name: str | None,
    type_: Any,
    note: str | None,
    quotes: tuple[int, ...],
    names: tuple[str, ...],
    later: Any,
    editor: str,
    reason: str,
    form: str,
) -> None:
    """Let the speaker SPEAKER_ID be two: some quotes or names are another speaker's.

    The two are not linked again by their names. Where both have one name, later articles with it stay
    unresolved unless --later says whom they mean.

    \b
    Examples:
      quotetrace speakers split 12 --quote 7 --quote 9 --name "John Smith" --note "the footballer" \\
          --editor "Ines Falk" --reason "a match report"
      quotetrace speakers split 12 --alias "John A. Smith" --to 40 --editor "Ines Falk" --reason "his son"
    """
    if not quotes and not names:
        raise click.UsageError("say which quotes (--quote) or names (--alias) are the other's")
    to = _speaker(to_id, name, type_, note)
    if to is None:
        raise click.UsageError("say who the other speaker is: --to or --name")
    decide(
        lambda session, by: _decisions().split(
            session, speaker_id, to, by, quotes=quotes, names=names, later=later
        ),
        editor,
        reason,
        form,
    )


@command.command("correct")
@click.argument("quote_id", type=click.IntRange(1))
@click.option("--to", "to_id", type=click.IntRange(1), help="Number of the right speaker.")
@click.option("--name", help="Name of the right speaker.")
@click.option("--type", "type_", type=click.Choice(TYPES), default="person", help="Type, with --name.")
@click.option("--note", help="What tells two speakers of one name apart; makes a new speaker.")
@click.option("--unknown", is_flag=True, help="Nobody can tell whose quote it is.")
@decides
@formatted
def correct(
    quote_id: int,
    to_id: int | None,
    name: str | None,
    type_: Any,
    note: str | None,
    unknown: bool,
    editor: str,
    reason: str,
    form: str,
) -> None:
    """Say whose the quote QUOTE_ID is; all pieces of a split quote go together.

    What the engine found stays with the quote, and later texts of the article keep the decision.

    \b
    Example:
      quotetrace speakers correct 7 --name "Ivo Brandt" --editor "Ines Falk" --reason "recording, minute 41"
    """
    to = _speaker(to_id, name, type_, note)
    if (to is None) != unknown:
        raise click.UsageError("say whose it is: either --to, --name or --unknown")
    decide(lambda session, by: _decisions().correct(session, quote_id, to, by), editor, reason, form)


@command.command("history")
@click.option("--speaker", "speaker_id", type=click.IntRange(1), help="Only about this speaker.")
@click.option("--quote", "quote_id", type=click.IntRange(1), help="Only about this quote.")
@click.option("--by", "editor", help="Only by this editor.")
@paged
@formatted
def history(
    speaker_id: int | None, quote_id: int | None, editor: str | None, limit: int, offset: int, form: str
) -> None:
    """Show what was decided, newest first.

    \b
    Examples:
      quotetrace speakers history
      quotetrace speakers history --quote 7 --format json
    """
    show_history(form, limit, offset, speaker_id=speaker_id, quote_id=quote_id, editor=editor)


@command.command("undo")
@click.argument("decision_id", type=click.IntRange(1))
@decides
@formatted
def undo(decision_id: int, editor: str, reason: str, form: str) -> None:
    """Take the decision DECISION_ID back; both stay in the history.

    A decision on which a later one was built is undone after that one.

    \b
    Example:
      quotetrace speakers undo 3 --editor "Ines Falk" --reason "two mayors, after all"
    """
    decide(lambda session, by: _decisions().undo(session, decision_id, by), editor, reason, form)


def _decisions() -> Any:
    """Return the module of decisions, imported only when one is made."""
    from api import decisions

    return decisions


def _speaker(to_id: int | None, name: str | None, type_: Any, note: str | None) -> int | NamedAs | None:
    from api.decisions import NamedAs

    if to_id is not None and (name is not None or note is not None):
        raise click.UsageError("give either --to, or --name")
    if note is not None and name is None:
        raise click.UsageError("--note goes with --name")
    return to_id if to_id is not None else None if name is None else NamedAs(name, type_, note)
