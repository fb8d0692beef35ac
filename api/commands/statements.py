"""`quotetrace statements`: how an utterance is reported, and what people decide is one utterance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from api.commands.archive_access import ask_archive
from api.commands.deciding import decide, decides, formatted, paged, print_json, show_history
from api.commands.who import show_statement

if TYPE_CHECKING:
    from api.database import Database


@click.group("statements")
def command() -> None:
    """Show how an utterance is reported, and correct what is one utterance.

    Two statements can be one (join), and one can be two (split). Every decision is kept with who made it and
    why, holds for articles that come in later, and can be undone.
    """


@command.command("show")
@click.argument("statement_id", type=click.IntRange(1))
@formatted
def show(statement_id: int, form: str) -> None:
    """Show a statement outlet by outlet, with the numbers of its quotes.

    `quotetrace who` says which statement holds some words.

    \b
    Example:
      quotetrace statements show 12
    """
    from api.statements import statement_report

    async def question(database: Database) -> Any:
        async with database.session() as session:
            return await statement_report(session, statement_id)

    report = ask_archive(question)
    if report is None:
        raise click.ClickException(f"there is no statement {statement_id} in the archive")
    if form == "json":
        print_json(report.to_dict())
    else:
        show_statement(report, numbers=True)


@command.command("join")
@click.argument("statement_id", type=click.IntRange(1))
@click.argument("other_id", type=click.IntRange(1))
@decides
@formatted
def join(statement_id: int, other_id: int, editor: str, reason: str, form: str) -> None:
    """Let STATEMENT_ID and OTHER_ID be one statement, whatever their words.

    \b
    Example:
      quotetrace statements join 12 31 --editor "Ines Falk" --reason "one answer, see the recording"
    """
    from api import statement_decisions

    decide(
        lambda session, by: statement_decisions.join(session, statement_id, other_id, by),
        editor,
        reason,
        form,
    )


@command.command("split")
@click.argument("statement_id", type=click.IntRange(1))
@click.option(
    "--quote", "quotes", type=click.IntRange(1), multiple=True, required=True, help="A quote that leaves."
)
@decides
@formatted
def split(statement_id: int, quotes: tuple[int, ...], editor: str, reason: str, form: str) -> None:
    """Let some quotes of STATEMENT_ID be a statement of their own.

    They are never again in one statement with those that stay. What comes in later and is linked to both
    goes where the stronger link leads.

    \b
    Example:
      quotetrace statements split 12 --quote 7 --quote 9 --editor "Ines Falk" --reason "said again in May"
    """
    from api import statement_decisions

    decide(
        lambda session, by: statement_decisions.divide(session, statement_id, quotes, by),
        editor,
        reason,
        form,
    )


@command.command("history")
@click.option("--statement", "statement_id", type=click.IntRange(1), help="Only about this statement.")
@click.option("--quote", "quote_id", type=click.IntRange(1), help="Only about this quote.")
@click.option("--by", "editor", help="Only by this editor.")
@paged
@formatted
def history(
    statement_id: int | None, quote_id: int | None, editor: str | None, limit: int, offset: int, form: str
) -> None:
    """Show what was decided, about speakers too, newest first.

    \b
    Examples:
      quotetrace statements history
      quotetrace statements history --statement 12 --format json
    """
    show_history(form, limit, offset, statement_id=statement_id, quote_id=quote_id, editor=editor)


@command.command("undo")
@click.argument("decision_id", type=click.IntRange(1))
@decides
@formatted
def undo(decision_id: int, editor: str, reason: str, form: str) -> None:
    """Take the decision DECISION_ID back; both stay in the history.

    \b
    Example:
      quotetrace statements undo 3 --editor "Ines Falk" --reason "two occasions, after all"
    """
    from api import decisions

    decide(lambda session, by: decisions.undo(session, decision_id, by), editor, reason, form)
