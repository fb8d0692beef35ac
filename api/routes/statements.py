"""Statements: who said some words, and is an utterance quoted consistently across outlets?"""

from __future__ import annotations

import msgspec
from litestar import get
from litestar.di import NamedDependency
from sqlmodel.ext.asyncio.session import AsyncSession

from api.problems import documented
from api.routes.parameters import (
    MinConfidence,
    OfKind,
    OutletName,
    Since,
    SpeakerName,
    StatementId,
    Until,
    Words,
    check_dates,
    not_found,
)
from api.schemas import StatementOut, WhoOut
from api.search import QuoteFilters
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


@get(
    "/statements/{statement_id:int}",
    tags=["Statements"],
    operation_id="getStatement",
    response_description="The statement's consistency report.",
    summary="How is this statement reported?",
    responses=documented("invalid-request", "not-found", "archive-unavailable"),
)
async def statement(statement_id: StatementId, session: NamedDependency[AsyncSession]) -> StatementOut:
    """Returns the consistency report: every outlet's wording, speaker, date and place, and a conclusion."""
    report = await statement_report(session, statement_id)
    if report is None:
        raise not_found("statement", statement_id)
    return msgspec.convert(report.to_dict(), StatementOut)
