"""Quotes: search them, read one."""

from __future__ import annotations

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK
from sqlmodel.ext.asyncio.session import AsyncSession

from api.catalogue import get_quote, revisions_of
from api.decisions import correct, quote_version
from api.facets import count_facets
from api.problems import documented
from api.routes.decisions import answer, chosen, decision_page, editor_of
from api.routes.parameters import (
    STATE,
    IfMatch,
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
    seen_state,
)
from api.schemas import CorrectRequest, DecidedOut, DecisionPage, FacetsOut, QuoteOut, QuotePage
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
        "/facets",
        operation_id="countQuotes",
        response_description="The counts.",
        summary="Count quotes by speaker, outlet, kind and month",
        responses=documented("invalid-request", "impossible-request", "archive-unavailable"),
    )
    async def facets(
        self,
        session: NamedDependency[AsyncSession],
        words: SomeWords = None,
        speaker: SpeakerName = None,
        outlet: OutletName = None,
        since: Since = None,
        until: Until = None,
        kind: OfKind = None,
        min_confidence: MinConfidence = None,
    ) -> FacetsOut:
        """Counts the quotes that a search with the same filters finds, to narrow it down further."""
        check_dates(since, until)
        filters = QuoteFilters(words, speaker, outlet, since, until, kind, min_confidence)
        return FacetsOut.of(await count_facets(session, filters))

    @get(
        "/{quote_id:int}",
        operation_id="getQuote",
        response_description="The quote.",
        response_headers=[STATE],
        summary="Read one quote",
        responses=documented("invalid-request", "not-found", "archive-unavailable"),
    )
    async def read(self, quote_id: QuoteId, session: NamedDependency[AsyncSession]) -> Response[QuoteOut]:
        """Returns the quote with its place and its evidence, also where its text has been superseded.

        The `ETag` changes when a person decides whose quote it is.
        """
        placed = await get_quote(session, quote_id)
        if placed is None:
            raise not_found("quote", quote_id)
        state = quote_version(placed.found.quote, placed.found.decision)
        return Response(QuoteOut.of(placed), headers={"ETag": f'"{state}"'})

    @post(
        "/{quote_id:int}/correct",
        operation_id="correctQuote",
        status_code=HTTP_200_OK,
        response_description="What was decided.",
        summary="Say whose quote it is",
        responses=documented(
            "invalid-request",
            "not-found",
            "impossible-request",
            "decision-refused",
            "decision-conflict",
            "changed-meanwhile",
            "precondition-required",
            "archive-unavailable",
        ),
    )
    async def correct(
        self,
        quote_id: QuoteId,
        data: JSONBody[CorrectRequest],
        session: NamedDependency[AsyncSession],
        if_match: IfMatch = None,
    ) -> DecidedOut:
        """Gives the quote, with all pieces of its utterance, to another speaker, or to nobody.

        What the engine found stays with the quote. Later texts of the article keep the decision.
        """
        state = seen_state(if_match)
        to = chosen(data.speaker, "body.speaker") if data.speaker is not None else None
        return await answer(session, await correct(session, quote_id, to, editor_of(data), version=state))

    @get(
        "/{quote_id:int}/decisions",
        operation_id="getQuoteDecisions",
        response_description="One page of decisions.",
        summary="Read what was decided about a quote",
        responses=documented("invalid-request", "not-found", "archive-unavailable"),
    )
    async def decisions(
        self,
        quote_id: QuoteId,
        session: NamedDependency[AsyncSession],
        limit: Limit = 50,
        offset: Offset = 0,
    ) -> DecisionPage:
        """Lists the decisions about this very quote, newest first; those about its speaker are with him."""
        if await get_quote(session, quote_id) is None:
            raise not_found("quote", quote_id)
        return await decision_page(session, limit, offset, quote_id=quote_id)
