"""Articles: put them into the archive, one or many, and read them back with their revisions and quotes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody
from litestar.response import Stream
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED
from sqlmodel.ext.asyncio.session import AsyncSession

from api.archive import add_article
from api.attributor import Attributor
from api.batches import add_articles, article_input, read_lines
from api.catalogue import get_article, get_revision, list_articles, list_revisions, quotes_of_revision
from api.database import Database
from api.problems import documented
from api.routes.lines import NDJSON, TakesLines
from api.routes.parameters import (
    ArticleId,
    Limit,
    Offset,
    OutletName,
    RevisionNumber,
    Since,
    Until,
    check_dates,
    not_found,
)
from api.schemas import (
    AddedOut,
    ArticleOut,
    ArticlePage,
    ArticleRequest,
    ArticleWithText,
    BulkArticleOut,
    QuoteOut,
    RevisionOut,
    RevisionWithText,
)
from api.settings import Settings


class TakesArticleLines(TakesLines):
    """Describes the body of a batch of articles."""

    line = ArticleRequest


class ArticleController(Controller):
    """Articles of the archive."""

    path = "/articles"
    tags = ("Articles",)

    @post(
        operation_id="addArticle",
        summary="Put an article into the archive",
        status_code=HTTP_201_CREATED,
        response_description="The article, or a new text of it, has been archived.",
        responses={
            HTTP_200_OK: ResponseSpec(
                AddedOut,
                generate_examples=False,
                description="The archive has had this very text; nothing was written.",
            ),
            **documented(
                "invalid-request",
                "impossible-request",
                "too-large",
                "empty-text",
                "not-text",
                "unsupported-language",
                "text-refused",
                "article-refused",
                "attributor-busy",
                "engine-unavailable",
                "archive-unavailable",
                "attribution-timeout",
            ),
        },
    )
    async def add(
        self,
        data: JSONBody[ArticleRequest],
        session: NamedDependency[AsyncSession],
        attributor: NamedDependency[Attributor],
    ) -> Response[AddedOut]:
        """Finds the article's quotes, stores them with their evidence and links them into statements.

        The same article twice changes nothing; a known address with a new text becomes a new revision
        and the old one stays.
        """
        added = await add_article(session, article_input(data), attributor.attribute)
        location = f"/api/v1/articles/{added.article_id}"
        return Response(
            AddedOut.of(added, data.id),
            status_code=HTTP_200_OK if added.status == "unchanged" else HTTP_201_CREATED,
            headers={"Location": location},
        )

    @post(
        "/bulk",
        operation_id="addArticles",
        operation_class=TakesArticleLines,
        summary="Put many articles into the archive",
        status_code=HTTP_200_OK,
        media_type=NDJSON,
        responses={
            HTTP_200_OK: ResponseSpec(
                BulkArticleOut,
                generate_examples=False,
                description="Newline-delimited JSON: a `BulkArticleOut` for each line, as it is done.",
                media_type=NDJSON,
            ),
            **documented("invalid-request", "too-large"),
        },
    )
    async def add_many(
        self,
        request: Request[Any, Any, Any],
        settings: NamedDependency[Settings],
        database: NamedDependency[Database],
        attributor: NamedDependency[Attributor],
    ) -> Stream:
        """Archives the lines in order; a line that cannot be archived is told and costs no other line.

        Each article is committed before its line is answered, so a connection that breaks loses nothing
        of what has been answered; sending the batch again changes nothing that is there already.
        """
        lines = read_lines(await request.body(), ArticleRequest, settings.max_batch)

        async def answer() -> AsyncIterator[bytes]:
            async with aclosing(add_articles(lines, database, attributor)) as answers:
                async for done in answers:
                    yield msgspec.json.encode(done) + b"\n"

        return Stream(answer(), media_type=NDJSON)

    @get(
        operation_id="listArticles",
        response_description="One page of articles.",
        summary="List articles",
        responses=documented("invalid-request", "impossible-request", "archive-unavailable"),
    )
    async def find(
        self,
        session: NamedDependency[AsyncSession],
        outlet: OutletName = None,
        since: Since = None,
        until: Until = None,
        limit: Limit = 50,
        offset: Offset = 0,
    ) -> ArticlePage:
        """Lists articles without their texts, newest first."""
        check_dates(since, until)
        page = await list_articles(
            session, outlet=outlet, since=since, until=until, limit=limit, offset=offset
        )
        return ArticlePage(
            items=[ArticleOut.of(entry) for entry in page.items],
            total=page.total,
            limit=limit,
            offset=offset,
        )

    @get(
        "/{article_id:int}",
        operation_id="getArticle",
        response_description="The article with its current text.",
        summary="Read one article",
        responses=documented("invalid-request", "not-found", "archive-unavailable"),
    )
    async def read(self, article_id: ArticleId, session: NamedDependency[AsyncSession]) -> ArticleWithText:
        """Returns the article with its current text."""
        entry = await get_article(session, article_id)
        if entry is None:
            raise not_found("article", article_id)
        return ArticleWithText.of(entry)

    @get(
        "/{article_id:int}/quotes",
        operation_id="getArticleQuotes",
        response_description="The quotes, in the order of the text.",
        summary="Read an article's quotes",
        responses=documented("invalid-request", "not-found", "archive-unavailable"),
    )
    async def quotes(self, article_id: ArticleId, session: NamedDependency[AsyncSession]) -> list[QuoteOut]:
        """Returns the quotes of the current text, in its order."""
        entry = await get_article(session, article_id)
        if entry is None:
            raise not_found("article", article_id)
        return [QuoteOut.of(placed) for placed in await quotes_of_revision(session, entry.revision)]

    @get(
        "/{article_id:int}/revisions",
        operation_id="listRevisions",
        response_description="The revisions, oldest first.",
        summary="List an article's revisions",
        responses=documented("invalid-request", "not-found", "archive-unavailable"),
    )
    async def revisions(
        self, article_id: ArticleId, session: NamedDependency[AsyncSession]
    ) -> list[RevisionOut]:
        """Lists every text that the article has had, oldest first, without the texts."""
        entries = await list_revisions(session, article_id)
        if not entries:
            raise not_found("article", article_id)
        return [RevisionOut.of(entry) for entry in entries]

    @get(
        "/{article_id:int}/revisions/{number:int}",
        operation_id="getRevision",
        response_description="The revision with its text.",
        summary="Read one revision",
        responses=documented("invalid-request", "not-found", "archive-unavailable"),
    )
    async def revision(
        self, article_id: ArticleId, number: RevisionNumber, session: NamedDependency[AsyncSession]
    ) -> RevisionWithText:
        """Returns one text of the article; offsets of its quotes point into it."""
        entry = await get_revision(session, article_id, number)
        if entry is None:
            raise not_found(f"article {article_id} with a revision", number)
        return RevisionWithText.of(entry)

    @get(
        "/{article_id:int}/revisions/{number:int}/quotes",
        operation_id="getRevisionQuotes",
        response_description="The quotes, in the order of the text.",
        summary="Read a revision's quotes",
        responses=documented("invalid-request", "not-found", "archive-unavailable"),
    )
    async def revision_quotes(
        self, article_id: ArticleId, number: RevisionNumber, session: NamedDependency[AsyncSession]
    ) -> list[QuoteOut]:
        """Returns the quotes of one text, in its order; a superseded text keeps its own."""
        entry = await get_revision(session, article_id, number)
        if entry is None:
            raise not_found(f"article {article_id} with a revision", number)
        return [QuoteOut.of(placed) for placed in await quotes_of_revision(session, entry.revision)]
