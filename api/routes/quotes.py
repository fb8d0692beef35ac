"""Quotes: search them, read one."""

from __future__ import annotations

from litestar import Controller, get
from litestar.di import NamedDependency, Provide
from sqlmodel.ext.asyncio.session import AsyncSession

from api.catalogue import get_quote, revisions_of
from api.problems import documented
from api.routes.parameters import Limit, Offset, QuoteId, not_found, provide_filters
from api.schemas import QuoteOut, QuotePage
from api.search import QuoteFilters, find_quotes


class QuoteController(Controller):
    """Quotes of the archive."""

    path = "/quotes"
    tags = ("Quotes",)

    @get(
        operation_id="findQuotes",
        summary="Search quotes",
        dependencies={"filters": Provide(provide_filters, sync_to_thread=False)},
        responses=documented("invalid-request", "archive-unavailable"),
    )
    async def find(
        self,
        session: NamedDependency[AsyncSession],
        filters: NamedDependency[QuoteFilters],
        limit: Limit = 50,
        offset: Offset = 0,
    ) -> QuotePage:
        """Finds quotes by words, speaker, outlet, date, kind and confidence; all filters must fit.

        Quotes that hold the words side by side come first, then the newest article first. Only current
        revisions are searched.
        """
        page = await find_quotes(session, filters, limit, offset)
        placed = await revisions_of(session, page.items)
        return QuotePage(
            items=[QuoteOut.of(one) for one in placed], total=page.total, limit=limit, offset=offset
        )

    @get(
        "/{quote_id:int}",
        operation_id="getQuote",
        summary="Read one quote",
        responses=documented("invalid-request", "not-found", "archive-unavailable"),
    )
    async def read(self, quote_id: QuoteId, session: NamedDependency[AsyncSession]) -> QuoteOut:
        """Returns the quote with its place and its evidence, also where its text has been superseded."""
        placed = await get_quote(session, quote_id)
        if placed is None:
            raise not_found("quote", quote_id)
        return QuoteOut.of(placed)
