"""How the quotes that a search finds spread over speakers, outlets, kinds and months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from api.records import Article, Outlet, Quote, Speaker
from api.search import QuoteFilters, matching_quotes
from api.speakers import noted

# Values of one facet that are counted by themselves; the rest together are told as `Facet.others`.
MAX_VALUES: Final = 20


@dataclass(frozen=True, slots=True)
class Count:
    """A value (``None``: not known) with its number of quotes; ``id`` is its record's, where it has one."""

    value: str | None
    count: int
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Facet:
    """The values that most quotes have, most first; ``others`` counts the quotes of all further values."""

    values: tuple[Count, ...]
    others: int


@dataclass(frozen=True, slots=True)
class Facets:
    """The quotes that fit, counted by each facet; months are ``YYYY-MM``, the newest first."""

    total: int
    speakers: Facet
    outlets: Facet
    kinds: Facet
    months: Facet


async def count_facets(session: AsyncSession, filters: QuoteFilters) -> Facets:
    """Count the quotes that fit by speaker, outlet, kind and month of publication.

    Unlike in a search, all quotes that fit are counted, so the time grows with them.
    """
    fitting = matching_quotes(session, filters)
    if fitting is None:
        nothing = Facet((), 0)
        return Facets(0, nothing, nothing, nothing, nothing)
    speakers = await _counts(session, fitting, col(Speaker.id), col(Speaker.name), col(Speaker.note))
    outlets = await _counts(session, fitting, col(Outlet.id), col(Outlet.name))
    kinds = await _counts(session, fitting, col(Quote.kind))
    months = await _counts(session, fitting, _month(session))
    by_month = sorted(months, key=lambda row: row[0] or "", reverse=True)
    return Facets(
        sum(row[-1] for row in kinds),
        _facet([Count(noted(row[1], row[2]) if row[0] else None, row[3], row[0]) for row in speakers]),
        _facet([Count(row[1], row[2], row[0]) for row in outlets]),
        _facet([Count(row[0], row[1]) for row in kinds]),
        _facet([Count(row[0], row[1]) for row in by_month]),
    )


async def _counts(session: AsyncSession, fitting: Any, *by: Any) -> Sequence[Any]:
    """Count the quotes by some columns, most first; the count is the last column."""
    number = func.count()
    query = fitting.with_only_columns(*by, number, maintain_column_froms=True).group_by(*by)
    connection = await session.connection()
    return (await connection.execute(query.order_by(number.desc(), by[0]))).all()


def _month(session: AsyncSession) -> Any:
    published = col(Article.published_on)
    if session.get_bind().dialect.name == "sqlite":
        return func.strftime("%Y-%m", published)
    return func.to_char(published, "YYYY-MM")


def _facet(counts: Sequence[Count]) -> Facet:
    return Facet(tuple(counts[:MAX_VALUES]), sum(count.count for count in counts[MAX_VALUES:]))
