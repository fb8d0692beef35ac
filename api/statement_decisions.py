"""What people decide about statements: two are one, or some reports of one are a statement of their own.

A decision is about the reports that are there when it is made, not about the statements' numbers, so it
holds whatever comes in later, and for the same words in a new text of an article. How it is weighed
against links is told in `api.groupings`; history and undo are those of every decision (`api.decisions`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.database import begin_write
from api.decisions import (
    MAX_QUOTES,
    ConflictError,
    Decided,
    DecisionError,
    Editor,
    StaleError,
    UnknownRecordError,
    add_decision,
    decided_about,
    finish,
    whole_utterances,
)
from api.groupings import rules_about
from api.records import Article, DecidedReport, Decision, Quote, Revision, Statement

# Of a statement with more quotes than this, so many of the earliest articles stand for all of it: the others
# are there through their links to these, or to one another.
MAX_STANDING: Final = 200


async def is_statement(session: AsyncSession, statement_id: int) -> bool:
    """Say whether there is a statement of this number."""
    return await session.get(Statement, statement_id) is not None


async def statement_version(session: AsyncSession, statement_id: int) -> str:
    """Return what changes whenever a person decides about a report that is in a statement."""
    about = decided_about(statement_id)
    last = select(func.max(col(Decision.id))).where(
        col(Decision.id).in_(about) | col(Decision.undoes_id).in_(about)
    )
    return f"{statement_id}-{(await session.exec(last)).one() or 0}"


async def join(
    session: AsyncSession, statement_id: int, other_id: int, editor: Editor, *, version: str | None = None
) -> Decided:
    """Let two statements be one: their reports stay together, whatever their words. Commits.

    Args:
        session: a session without unsaved changes.
        statement_id: the one.
        other_id: the other.
        editor: who decides, and why.
        version: what `statement_version` gave the editor; ``None`` takes any.

    Raises:
        UnknownRecordError, StaleError
        ConflictError: they are one already, or were divided by a decision that has not been undone.
    """
    await begin_write(session)
    sides = [await _standing(session, statement_id, version), await _standing(session, other_id)]
    if statement_id == other_id:
        raise ConflictError("a statement cannot be joined with itself")
    places = {quote.id: number for number, side in enumerate(sides) for quote in side}
    for rule in await rules_about(session, statements=[statement_id, other_id]):
        between = [{places[id] for id in side if id in places} for side in rule.sides]
        if rule.kind == "divide" and all(between):
            raise ConflictError(f"decision {rule.decision_id} divided them: undo that one first")
    detail = {"statement": statement_id, "other": other_id}
    decision = await add_decision(session, editor, "join", None, None, detail=detail)
    _note(session, decision, sides[0], sides[1])
    await session.flush()
    return await finish(session, decision, None, [_first(side) for side in sides])


async def divide(
    session: AsyncSession,
    statement_id: int,
    quotes: Sequence[int],
    editor: Editor,
    *,
    version: str | None = None,
) -> Decided:
    """Let some reports of a statement be a statement of their own, never again in one with the rest. Commits.

    Reports that were linked only through those that leave do not stay together either.

    Args:
        session: a session without unsaved changes.
        statement_id: the statement.
        quotes: quotes of the reports that leave; all pieces of a split quote go together.
        editor: who decides, and why.
        version: as for `join`.

    Raises:
        UnknownRecordError, StaleError
        ConflictError: a quote is not in the statement, or none would stay.
        DecisionError: no quote is named, or more than `MAX_QUOTES`.
    """
    if not quotes:
        raise DecisionError("say which quotes leave the statement")
    if len(quotes) > MAX_QUOTES:
        raise DecisionError(f"more than {MAX_QUOTES} quotes in one decision")
    await begin_write(session)
    await _standing(session, statement_id, version)
    leaving = await whole_utterances(session, quotes)
    for quote in leaving:
        if quote.statement_id != statement_id:
            raise ConflictError(f"quote {quote.id} is not in statement {statement_id}")
    staying = await _earliest(session, statement_id, apart_from=[quote.id for quote in leaving])
    if not staying:
        raise ConflictError(f"these are all the quotes of statement {statement_id}: none would stay")
    decision = await add_decision(session, editor, "divide", None, None, detail={"statement": statement_id})
    _note(session, decision, staying, leaving)
    await session.flush()
    return await finish(session, decision, None, [_first(staying), _first(leaving)])


async def _standing(session: AsyncSession, statement_id: int, version: str | None = None) -> list[Quote]:
    """Return the quotes that stand for a statement, as the editor has seen it."""
    found = await _earliest(session, statement_id)
    if not found:
        raise UnknownRecordError(f"there is no statement {statement_id} in the archive")
    if version is not None and version != await statement_version(session, statement_id):
        raise StaleError(f"somebody has decided about statement {statement_id} since you looked")
    return found


async def _earliest(
    session: AsyncSession, statement_id: int, apart_from: Iterable[int | None] = ()
) -> list[Quote]:
    query = (
        select(Quote)
        .join(Revision, col(Revision.id) == col(Quote.revision_id))
        .join(Article, col(Article.id) == col(Revision.article_id))
        .where(
            col(Quote.statement_id) == statement_id,
            col(Revision.current),
            col(Quote.id).not_in(list(apart_from)),
        )
        .order_by(col(Article.published_on).nulls_last(), col(Article.id), col(Quote.start))
        .limit(MAX_STANDING)
    )
    found = list((await session.exec(query)).all())
    # The pieces of a split quote stand together, also where the limit fell between them.
    pieces = await whole_utterances(session, [quote.id for quote in found if quote.id is not None])
    return [quote for quote in pieces if quote.statement_id == statement_id]


def _note(session: AsyncSession, decision: Decision, stays: Sequence[Quote], comes: Sequence[Quote]) -> None:
    assert decision.id is not None  # flushed
    for side, quotes in enumerate((stays, comes)):
        for quote in quotes:
            assert quote.id is not None  # read from the database
            session.add(DecidedReport(decision_id=decision.id, quote_id=quote.id, side=side))


def _first(quotes: Sequence[Quote]) -> int:
    assert quotes[0].id is not None  # read from the database
    return quotes[0].id
