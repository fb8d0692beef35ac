"""Read the archive back, record by record: articles, revisions, quotes, speakers, outlets.

Only the current revision of an article counts, except where a revision is asked for by its number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import ColumnElement, Subquery, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.names import folded_name, name_key
from api.records import (
    Article,
    Decision,
    NamedSpeaker,
    Outlet,
    Quote,
    Revision,
    Speaker,
    SpeakerAlias,
    names_of,
    with_decision,
    with_speaker,
)
from api.search import FoundQuote, speakers_called
from attribution.models import SpeakerType

T = TypeVar("T")

# Name forms of one speaker that are shown.
MAX_ALIASES: Final = 500


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of an answer; ``total`` counts everything that fits."""

    items: tuple[T, ...]
    total: int
    limit: int
    offset: int


@dataclass(frozen=True, slots=True)
class ArticleEntry:
    """An article with its outlet, its current revision and the number of quotes found there."""

    article: Article
    outlet: Outlet
    revision: Revision
    quotes: int


@dataclass(frozen=True, slots=True)
class RevisionEntry:
    """One text of an article and the number of quotes found in it."""

    revision: Revision
    quotes: int


@dataclass(frozen=True, slots=True)
class PlacedQuote:
    """One quote with everything that says where it stands."""

    found: FoundQuote
    revision: Revision


@dataclass(frozen=True, slots=True)
class SpeakerEntry:
    """A speaker, how often and in how many outlets he is quoted.

    ``part_of`` is the speaker for whom this name stands; the quotes are then those of this name only.
    """

    speaker: Speaker
    quotes: int
    outlets: int
    part_of: Speaker | None = None


@dataclass(frozen=True, slots=True)
class OutletEntry:
    """An outlet with the numbers of its articles and their quotes."""

    outlet: Outlet
    articles: int
    quotes: int


async def list_articles(
    session: AsyncSession,
    *,
    outlet: str | None = None,
    since: date | None = None,
    until: date | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Page[ArticleEntry]:
    """Return articles, newest first; the dates are included, articles without one left out by them."""
    conditions: list[ColumnElement[bool]] = []
    if outlet is not None:
        conditions.append(col(Outlet.key) == folded_name(outlet))
    if since is not None:
        conditions.append(col(Article.published_on) >= since)
    if until is not None:
        conditions.append(col(Article.published_on) <= until)
    query = _articles().where(*conditions)
    order = (col(Article.published_on).desc().nulls_last(), col(Article.id).desc())
    total, rows = await _page(session, query, col(Article.id), order, limit=limit, offset=offset)
    return Page(tuple(ArticleEntry(*row) for row in rows), total, limit, offset)


async def get_article(session: AsyncSession, article_id: int) -> ArticleEntry | None:
    """Return one article with its current text, or ``None``."""
    row = (await session.exec(_articles().where(col(Article.id) == article_id))).first()
    return None if row is None else ArticleEntry(*row)


async def list_revisions(session: AsyncSession, article_id: int) -> tuple[RevisionEntry, ...]:
    """Return every text that the article has had, oldest first; none for an unknown article."""
    rows = await session.exec(
        _revisions().where(col(Revision.article_id) == article_id).order_by(col(Revision.number))
    )
    return tuple(RevisionEntry(*row) for row in rows.all())


async def get_revision(session: AsyncSession, article_id: int, number: int) -> RevisionEntry | None:
    """Return one text of an article by its number, counted from 1, or ``None``."""
    chosen = (col(Revision.article_id) == article_id, col(Revision.number) == number)
    row = (await session.exec(_revisions().where(*chosen))).first()
    return None if row is None else RevisionEntry(*row)


async def quotes_of_revision(session: AsyncSession, revision: Revision) -> tuple[PlacedQuote, ...]:
    """Return the quotes of one text, in its order."""
    rows = await session.exec(
        _placed_quotes()
        .where(col(Quote.revision_id) == revision.id)
        .order_by(col(Quote.start), col(Quote.end), col(Quote.id))
    )
    return tuple(_placed(row) for row in rows.all())


async def get_quote(session: AsyncSession, quote_id: int) -> PlacedQuote | None:
    """Return one quote, of whichever revision, or ``None``."""
    row = (await session.exec(_placed_quotes().where(col(Quote.id) == quote_id))).first()
    return None if row is None else _placed(row)


async def revisions_of(session: AsyncSession, quotes: Sequence[FoundQuote]) -> tuple[PlacedQuote, ...]:
    """Add to found quotes the revisions that they stand in."""
    wanted = {found.quote.revision_id for found in quotes}
    rows = await session.exec(select(Revision).where(col(Revision.id).in_(wanted)))
    revisions = {revision.id: revision for revision in rows.all()}
    return tuple(PlacedQuote(found, revisions[found.quote.revision_id]) for found in quotes)


async def list_speakers(
    session: AsyncSession,
    *,
    name: str | None = None,
    type: SpeakerType | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Page[SpeakerEntry]:
    """Return speakers who are quoted, the most quoted first.

    ``name``: every word of it occurs in one name form of the speaker, capitals and diacritics apart.
    """
    conditions: list[ColumnElement[bool]] = []
    if name is not None:
        words = name_key(name).split()
        if not words:
            return Page((), 0, limit, offset)
        conditions.append(col(Speaker.id).in_(speakers_called(name)))
    if type is not None:
        conditions.append(col(Speaker.type) == type)
    counts = _quotes_by_speaker()
    query = _speakers(counts).where(*conditions)
    order = (counts.c.quotes.desc(), col(Speaker.name), col(Speaker.id))
    total, rows = await _page(session, query, col(Speaker.id), order, limit=limit, offset=offset)
    return Page(tuple(SpeakerEntry(*row) for row in rows), total, limit, offset)


async def get_speaker(session: AsyncSession, speaker_id: int) -> SpeakerEntry | None:
    """Return one speaker, or ``None``; one whose quotes have all been superseded has none left."""
    speaker = await session.get(Speaker, speaker_id)
    if speaker is None:
        return None
    counted = (
        select(func.count(), func.count(func.distinct(col(Revision.outlet_id))))
        .select_from(Quote)
        .join(Revision, col(Revision.id) == col(Quote.revision_id))
        .where(col(Revision.current), col(Quote.speaker_id).in_(names_of([speaker_id])))
    )
    quotes, outlets = (await session.exec(counted)).one()
    part_of = await session.get(Speaker, speaker.canonical_id) if speaker.canonical_id else None
    return SpeakerEntry(speaker, quotes, outlets, part_of)


async def aliases_of(session: AsyncSession, speaker_id: int) -> tuple[str, ...]:
    """Return every name form under which a speaker has been seen, in the order of the alphabet."""
    rows = await session.exec(
        select(SpeakerAlias.name)
        .where(col(SpeakerAlias.speaker_id).in_(names_of([speaker_id])))
        .distinct()
        .order_by(col(SpeakerAlias.name))
        .limit(MAX_ALIASES)
    )
    return tuple(rows.all())


async def names_of_speaker(session: AsyncSession, speaker_id: int) -> tuple[Speaker, ...]:
    """Return the records of a speaker's names, its own first, then in the order of their arrival."""
    rows = await session.exec(
        select(Speaker)
        .where(col(Speaker.id).in_(names_of([speaker_id])))
        .order_by(col(Speaker.id) != speaker_id, col(Speaker.id))
        .limit(MAX_ALIASES)
    )
    return tuple(rows.all())


async def list_outlets(session: AsyncSession, limit: int = 50, offset: int = 0) -> Page[OutletEntry]:
    """Return the outlets in the order of the alphabet; capitals, punctuation and "The" do not count."""
    articles = (
        select(col(Article.outlet_id), func.count().label("articles"))
        .group_by(col(Article.outlet_id))
        .subquery()
    )
    quotes = (
        select(col(Revision.outlet_id), func.count().label("quotes"))
        .join(Quote, col(Quote.revision_id) == col(Revision.id))
        .where(col(Revision.current))
        .group_by(col(Revision.outlet_id))
        .subquery()
    )
    query: Any = (
        select(Outlet, func.coalesce(articles.c.articles, 0), func.coalesce(quotes.c.quotes, 0))
        .outerjoin(articles, articles.c.outlet_id == col(Outlet.id))
        .outerjoin(quotes, quotes.c.outlet_id == col(Outlet.id))
    )
    total, rows = await _page(session, query, col(Outlet.id), (col(Outlet.key),), limit=limit, offset=offset)
    return Page(tuple(OutletEntry(*row) for row in rows), total, limit, offset)


async def _page(
    session: AsyncSession, query: Any, key: Any, order: Sequence[Any], *, limit: int, offset: int
) -> tuple[int, Sequence[Any]]:
    """Return the number of all rows of a query, and the rows of one page in that order."""
    counted = select(func.count()).select_from(query.with_only_columns(key).subquery())
    total = (await session.exec(counted)).one()
    if offset >= total:
        return total, ()
    return total, (await session.exec(query.order_by(*order).limit(limit).offset(offset))).all()


def _quote_count() -> Any:
    return (
        select(func.count())
        .where(col(Quote.revision_id) == col(Revision.id))
        .correlate(Revision)
        .scalar_subquery()
    )


def _articles() -> Any:
    columns: tuple[Any, ...] = (Article, Outlet, Revision, _quote_count())
    return (
        select(*columns)
        .join(Outlet, col(Outlet.id) == col(Article.outlet_id))
        .join(Revision, col(Revision.article_id) == col(Article.id))
        .where(col(Revision.current))
    )


def _revisions() -> Any:
    columns: tuple[Any, ...] = (Revision, _quote_count())
    return select(*columns)


def _placed_quotes() -> Any:
    columns: tuple[Any, ...] = (Quote, Article, Outlet, Speaker, Decision, Revision)
    query = (
        select(*columns)
        .select_from(Quote)
        .join(Revision, col(Revision.id) == col(Quote.revision_id))
        .join(Article, col(Article.id) == col(Revision.article_id))
        .join(Outlet, col(Outlet.id) == col(Article.outlet_id))
    )
    return with_decision(with_speaker(query))


def _placed(row: Any) -> PlacedQuote:
    *found, revision = row
    return PlacedQuote(FoundQuote(*found), revision)


def _quotes_by_speaker() -> Subquery:
    canonical = func.coalesce(NamedSpeaker.canonical_id, NamedSpeaker.id)
    return (
        select(
            canonical.label("speaker_id"),
            func.count().label("quotes"),
            func.count(func.distinct(col(Revision.outlet_id))).label("outlets"),
        )
        .select_from(Quote)
        .join(Revision, col(Revision.id) == col(Quote.revision_id))
        .join(NamedSpeaker, NamedSpeaker.id == col(Quote.speaker_id))
        .where(col(Revision.current))
        .group_by(canonical)
        .subquery()
    )


def _speakers(counts: Subquery) -> Any:
    return select(Speaker, counts.c.quotes, counts.c.outlets).join(
        counts, counts.c.speaker_id == col(Speaker.id)
    )
