"""Statements: who said some words, and is an utterance quoted consistently across outlets?"""

from __future__ import annotations

import msgspec
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK
from sqlmodel.ext.asyncio.session import AsyncSession

from api.problems import documented
from api.routes.decisions import REFUSALS, answer, decision_page, editor_of
from api.routes.parameters import (
    STATE,
    IfMatch,
    Limit,
    MinConfidence,
    Offset,
    OfKind,
    OutletName,
    Since,
    SpeakerName,
    StatementId,
    Until,
    Words,
    check_dates,
    not_found,
    seen_state,
)
from api.schemas import DecidedOut, DecisionPage, DivideRequest, JoinRequest, StatementOut, WhoOut
from api.search import QuoteFilters
from api.statement_decisions import divide, is_statement, join, statement_version
from api.statements import statement_report, who_said


@get(
    "/who",
    tags=["Statements"],
    operation_id="whoSaid",
    response_description="The statements that hold the words, or what comes closest.",
    summary="Who said it, where, and how consistently?",
    responses=documented("invalid-request", "impossible-request", "archive-unavailable"),
)
async def who(
    session: NamedDependency[AsyncSession],
    words: Words,
    speaker: SpeakerName = None,
    outlet: OutletName = None,
    since: Since = None,
    until: Until = None,
    kind: OfKind = None,
    min_confidence: MinConfidence = None,
) -> WhoOut:
    """Finds the statements that hold the words, also where you remember them inexactly.

    Every outlet's wording stands beside the fullest one with its typed difference. Where nothing fits,
    `nearest` has what comes closest and `searched` says what was looked at.
    """
    check_dates(since, until)
    filters = QuoteFilters(None, speaker, outlet, since, until, kind, min_confidence)
    answer = await who_said(session, words, filters)
    return msgspec.convert(answer.to_dict(), WhoOut)


class StatementController(Controller):
    """Statements of the archive."""

    path = "/statements"
    tags = ("Statements",)

    @get(
        "/{statement_id:int}",
        operation_id="getStatement",
        response_description="The statement's consistency report.",
        response_headers=[STATE],
        summary="How is this statement reported?",
        responses=documented("invalid-request", "not-found", "archive-unavailable"),
    )
    async def read(
        self, statement_id: StatementId, session: NamedDependency[AsyncSession]
    ) -> Response[StatementOut]:
        """Returns the consistency report: every outlet's wording, speaker, date and place, and a conclusion.

        The `ETag` changes with every decision that joins or divides reports of this statement.
        """
        report = await statement_report(session, statement_id)
        if report is None:
            raise not_found("statement", statement_id)
        state = await statement_version(session, statement_id)
        return Response(msgspec.convert(report.to_dict(), StatementOut), headers={"ETag": f'"{state}"'})

    @post(
        "/{statement_id:int}/join",
        operation_id="joinStatements",
        status_code=HTTP_200_OK,
        response_description="What was decided.",
        summary="Say that two statements are one",
        responses=REFUSALS,
    )
    async def join(
        self,
        statement_id: StatementId,
        data: JSONBody[JoinRequest],
        session: NamedDependency[AsyncSession],
        if_match: IfMatch = None,
    ) -> DecidedOut:
        """Lets the reports of both be one statement, whatever their words, also when others come in later."""
        state = seen_state(if_match)
        return await answer(
            session, await join(session, statement_id, data.other, editor_of(data), version=state)
        )

    @post(
        "/{statement_id:int}/split",
        operation_id="splitStatement",
        status_code=HTTP_200_OK,
        response_description="What was decided.",
        summary="Say that a statement is two",
        responses=REFUSALS,
    )
    async def split(
        self,
        statement_id: StatementId,
        data: JSONBody[DivideRequest],
        session: NamedDependency[AsyncSession],
        if_match: IfMatch = None,
    ) -> DecidedOut:
        """Lets some reports be a statement of their own, never again in one with those that stay.

        What comes in later and is linked to both goes where the stronger link leads.
        """
        state = seen_state(if_match)
        return await answer(
            session, await divide(session, statement_id, data.quotes, editor_of(data), version=state)
        )

    @get(
        "/{statement_id:int}/decisions",
        operation_id="getStatementDecisions",
        response_description="One page of decisions.",
        summary="Read what was decided about a statement",
        responses=documented("invalid-request", "not-found", "archive-unavailable"),
    )
    async def decisions(
        self,
        statement_id: StatementId,
        session: NamedDependency[AsyncSession],
        limit: Limit = 50,
        offset: Offset = 0,
    ) -> DecisionPage:
        """Lists the decisions that joined or divided reports of this statement, newest first, and undoing."""
        if not await is_statement(session, statement_id):
            raise not_found("statement", statement_id)
        return await decision_page(session, limit, offset, statement_id=statement_id)
