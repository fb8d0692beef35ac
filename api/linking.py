"""Which quotes report one utterance: link them into statements as articles come in.

Two reports are linked where their words, and what is known of speaker and date, make one utterance
likelier than chance (`same_utterance`). A statement is a connected component of these links, so it does
not depend on the order in which articles came in. Only current revisions count.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.records import Quote, Revision, Statement
from api.reports import Report, agree, compare_words, reports_of_quotes, reports_of_statements
from api.search import FUNCTION_WORDS, candidates, folded_words
from attribution.comparison import ENOUGH, Comparison

# Evidence from outside the words (nats). In PolNeAR's train part, of fragments of two or three telling
# words that two articles share, those of one speaker report one utterance from about 15 nats on, those
# of two speakers hardly ever below 35.
SAME_SPEAKER: Final = 8.0
OTHER_SPEAKER: Final = -14.0
# News of one event appears within days; the same words half a year later are a slogan or a new occasion.
NEAR_DAYS: Final = 3
NEAR: Final = 2.0
FAR_DAYS: Final = 60
FAR: Final = -6.0
# Fewer content words than this is a short fragment: two speakers, or dates this far apart, keep it apart.
SHORT_CONTENT: Final = 5
SHORT_DAYS: Final = 45
# Two speeches longer than this many words are told by their beginnings.
LONG_SPEECH: Final = 2_000
# How many quotes that share rare words are compared with a new one.
CANDIDATES: Final = 150
# A statement of more reports than this is not taken apart again when one of its articles is revised.
MAX_RELINKED: Final = 400
# Of so many reports a person's decision works out the statements anew; a report takes some 10 milliseconds,
# while other writers wait. Whom the others name is shown rightly all the same.
MAX_DECIDED: Final = 100


async def link_quotes(session: AsyncSession, quotes: Sequence[Quote]) -> None:
    """Put newly added quotes into statements, within the caller's transaction; nothing is committed here.

    Quotes of earlier revisions of the same articles leave their statements, which may fall apart.
    """
    await session.flush()
    await _leave_superseded(session, {quote.revision_id for quote in quotes})
    records = {quote.id: quote for quote in quotes if quote.id is not None}
    reports = await reports_of_quotes(session, records)
    near = {report.key: await candidates(session, report.wording, CANDIDATES) for report in reports}
    others = {
        piece.quote_id: other
        for other in await reports_of_quotes(session, (id for found in near.values() for id in found))
        for piece in other.pieces
    }
    # The statements that are there, and the new reports, each by itself; then every link joins two.
    parts: list[tuple[set[int], list[Report]]] = []
    for report in reports:
        await asyncio.sleep(0)  # comparing is computing: let others have their turn
        linked = {
            other.key: other
            for other in (others[id] for id in near[report.key] if id in others)
            if other.key != report.key and same_utterance(report, other)
        }
        old = {other.statement_id for other in linked.values() if other.statement_id is not None}
        joined = [part for part in parts if part[0] & old or any(member.key in linked for member in part[1])]
        merged = (
            old.union(*(part[0] for part in joined)),
            [m for part in joined for m in part[1]] + [report],
        )
        parts = [part for part in parts if part not in joined] + [merged]
    founded = [Statement() for old, _ in parts if not old]
    session.add_all(founded)
    await session.flush()
    fresh = iter(founded)
    for old, members in parts:
        target = min(old) if old else next(fresh).id
        for member in members:
            for piece in member.pieces:
                records[piece.quote_id].statement_id = target
        await _merge(session, old - {target}, target)
    await session.flush()


async def relink(
    session: AsyncSession, quote_ids: Iterable[int], among: Collection[int] = ()
) -> tuple[int, int]:
    """Work out anew which statements these quotes belong to, for whose words they are is now told otherwise.

    A statement keeps its number as long as its first report stays. Nothing is committed here.

    Args:
        session: a session in a writing transaction.
        quote_ids: the quotes.
        among: speaker records; where given, only quotes of these can be newly linked, since nothing is told
            otherwise of the rest.

    Returns:
        The numbers of reports that were looked at, and of those beyond `MAX_DECIDED` that were not.
    """
    await session.flush()
    reports = await reports_of_quotes(session, quote_ids)
    statements: set[int] = set()
    for report in reports[:MAX_DECIDED]:
        await asyncio.sleep(0)  # comparing is computing: let others have their turn
        ids = await candidates(session, report.wording, CANDIDATES)
        if among:
            of_them = select(Quote.id).where(col(Quote.id).in_(ids), col(Quote.speaker_id).in_(among))
            ids = [id for id in await session.exec(of_them) if id is not None]
        near = await reports_of_quotes(session, ids)
        linked = {
            other.statement_id
            for other in near
            if other.key != report.key and same_utterance(report, other) and other.statement_id is not None
        }
        own = [piece.quote_id for piece in report.pieces]
        mine = (await session.exec(select(Quote.statement_id).where(col(Quote.id).in_(own)))).first()
        joined = linked | ({mine} if mine is not None else set())
        if joined:
            target = min(joined)
            await _merge(session, joined - {target}, target)
            statements = (statements - joined) | {target}
    for statement_id in sorted(statements):
        members = await reports_of_statements(session, [statement_id])
        if len(members) <= MAX_RELINKED:
            for part in _components(members)[1:]:
                await _move(session, part, await _new_statement(session))
    await session.flush()
    return min(len(reports), MAX_DECIDED), max(0, len(reports) - MAX_DECIDED)


def same_utterance(one: Report, other: Report) -> Comparison | None:
    """Compare two reports; return the comparison where both report one utterance, else ``None``."""
    agreed = agree(one, other)
    if agreed is False and (one.is_paraphrase or other.is_paraphrase):
        return None  # two people who mean the same, not two who are said to have said the same words
    days = _days_apart(one, other)
    short = min(_content_words(one), _content_words(other)) < SHORT_CONTENT
    if short and (agreed is False or (days is not None and days > SHORT_DAYS)):
        return None
    prior = {True: SAME_SPEAKER, False: OTHER_SPEAKER, None: 0.0}[agreed]
    if agreed is None and _two_unnamed(one, other):
        prior += OTHER_SPEAKER
    if days is not None:
        prior += NEAR if days <= NEAR_DAYS else FAR if days > FAR_DAYS else 0.0
    words, others = one.words, other.words
    if min(len(words.words), len(others.words)) > LONG_SPEECH:
        words, others = words.cut(0, LONG_SPEECH), others.cut(0, LONG_SPEECH)
    found = compare_words(words, others, prior)
    if found is None or found.relation == "unrelated" or found.evidence + prior < ENOUGH:
        return None
    return found


async def _leave_superseded(session: AsyncSession, revisions: Iterable[int]) -> None:
    """Take quotes of superseded revisions out of their statements, and take those apart where need be."""
    articles = select(Revision.article_id).where(col(Revision.id).in_(list(revisions)))
    superseded = select(Revision.id).where(
        col(Revision.article_id).in_(articles), col(Revision.current).is_(False)
    )
    old = col(Quote.revision_id).in_(superseded) & col(Quote.statement_id).is_not(None)
    touched = set((await session.exec(select(Quote.statement_id).where(old).distinct())).all())
    if not touched:
        return
    await session.exec(update(Quote).where(old).values(statement_id=None))
    for statement_id in sorted(id for id in touched if id is not None):
        reports = await reports_of_statements(session, [statement_id])
        if not reports:
            await session.exec(delete(Statement).where(col(Statement.id) == statement_id))
        elif len(reports) <= MAX_RELINKED:
            for part in _components(reports)[1:]:
                await _move(session, part, await _new_statement(session))


def _components(reports: Sequence[Report]) -> list[list[Report]]:
    """Return the connected components of the links between reports, the one of the first report first."""
    waiting = list(reports)
    parts: list[list[Report]] = []
    while waiting:
        part = [waiting.pop(0)]
        for report in part:
            near = [other for other in waiting if same_utterance(report, other)]
            part += near
            waiting = [other for other in waiting if other not in near]
        parts.append(part)
    return parts


async def _merge(session: AsyncSession, statements: set[int], target: int | None) -> None:
    if statements:
        await session.exec(
            update(Quote).where(col(Quote.statement_id).in_(statements)).values(statement_id=target)
        )
        await session.exec(delete(Statement).where(col(Statement.id).in_(statements)))


async def _move(session: AsyncSession, reports: Iterable[Report], statement_id: int) -> None:
    ids = [piece.quote_id for report in reports for piece in report.pieces]
    await session.exec(update(Quote).where(col(Quote.id).in_(ids)).values(statement_id=statement_id))


async def _new_statement(session: AsyncSession) -> int:
    statement = Statement()
    session.add(statement)
    await session.flush()
    assert statement.id is not None  # flushed
    return statement.id


def _content_words(report: Report) -> int:
    return sum(word not in FUNCTION_WORDS for word in folded_words(report.wording))


def _days_apart(one: Report, other: Report) -> int | None:
    if one.published is None or other.published is None:
        return None
    return abs((one.published - other.published).days)


def _two_unnamed(one: Report, other: Report) -> bool:
    """Tell whether two sources without a name are described in different words ("a Voltane spokesman")."""
    if not (one.speaker_type == other.speaker_type == "unnamed") or one.article_id == other.article_id:
        return False
    descriptions = [
        {word for word in folded_words(report.speaker or "") if word not in FUNCTION_WORDS}
        for report in (one, other)
    ]
    return not (descriptions[0] <= descriptions[1] or descriptions[1] <= descriptions[0])
