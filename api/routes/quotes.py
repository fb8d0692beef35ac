"""Quotes: search them, read one."""

from __future__ import annotations

from litestar import Controller, get
from litestar.di import NamedDependency
from sqlmodel.ext.asyncio.session import AsyncSession

from api.catalogue import get_quote, revisions_of
from api.problems import documented
from api.routes.parameters import (
    Limit,
    MinConfidence,
    Offset,
    OfKind,
    OutletName,
    QuoteId,
    Since,
    SomeWords,
    SpeakerName,
    Until,
    check_dates,
    not_found,
)
from api.schemas import QuoteOut, QuotePage
from api.search import QuoteFilters, find_quotes


class QuoteController(Controller):
    """Quotes of the archive."""

    path = "/quotes"
    tags = ("Quotes",)

    @get(
        operation_id="findQuotes",
        response_description="One page of quotes.",
        summary="Search quotes",
        responses=documented("invalid-request", "impossible-request", "archive-unavailable"),
    )
    async def find(
        self,
        session: NamedDependency[AsyncSession],
        words: SomeWords = None,
        speaker: SpeakerName = None,
        outlet: OutletName = None,
        since: Since = None,
        until: Until = None,
        kind: OfKind = None,
        min_confidence: MinConfidence = None,
        limit: Limit = 50,
        offset: Offset = 0,
    ) -> QuotePage:
        """Finds quotes by words, speaker, outlet, date, kind and confidence; all filters must fit.

        Quotes that hold the words side by side come first, then the newest article first. Only current
        revisions are searched.
        """
        check_dates(since, until)
        filters = QuoteFilters(words, speaker, outlet, since, until, kind, min_confidence)
        page = await find_quotes(session, filters, limit, offset)
        placed = await revisions_of(session, page.items)
        return QuotePage(
            items=[QuoteOut.of(one) for one in placed], total=page.total, limit=limit, offset=offset
        )

    @get(
        "/{quote_id:int}",
        operation_id="getQuote",
        response_description="The quote.",
        summary="Read one quote",
        responses=documented("invalid-request", "not-found", "archive-unavailable"),
    )
    async def read(self, quote_id: QuoteId, session: NamedDependency[AsyncSession]) -> QuoteOut:
        """Returns the quote with its place and its evidence, also where its text has been superseded."""
        placed = await get_quote(session, quote_id)
        if placed is None:
            raise not_found("quote", quote_id)
        return QuoteOut.of(placed)
