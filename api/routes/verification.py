"""Verify claimed quotes, one or many."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import msgspec
from litestar import Controller, Request, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody
from litestar.response import Stream
from litestar.status_codes import HTTP_200_OK
from sqlmodel.ext.asyncio.session import AsyncSession

from api.batches import claim, read_lines, verify_claims
from api.database import Database
from api.problems import documented
from api.routes.lines import NDJSON, TakesLines
from api.schemas import BulkVerdictOut, ClaimRequest, VerdictOut
from api.settings import Settings
from api.verdicts import verify


class TakesClaimLines(TakesLines):
    """Describes the body of a batch of claims."""

    line = ClaimRequest


class VerifyController(Controller):
    """Did X say this?"""

    path = "/verify"
    tags = ("Verify",)

    @post(
        operation_id="verify",
        response_description="The verdict with its evidence.",
        summary="Did X say this?",
        status_code=HTTP_200_OK,
        responses=documented(
            "invalid-request", "impossible-request", "too-large", "claim-refused", "archive-unavailable"
        ),
    )
    async def one(self, data: JSONBody[ClaimRequest], session: NamedDependency[AsyncSession]) -> VerdictOut:
        """Weighs the claim against the archive and answers with a verdict that says why.

        `searched` names what was looked at: "not found" is a fact about the archive, not about the world.
        """
        return VerdictOut.of(await verify(session, claim(data)))

    @post(
        "/bulk",
        operation_id="verifyMany",
        operation_class=TakesClaimLines,
        summary="Verify many claims",
        status_code=HTTP_200_OK,
        media_type=NDJSON,
        responses={
            HTTP_200_OK: ResponseSpec(
                BulkVerdictOut,
                generate_examples=False,
                description="Newline-delimited JSON: a `BulkVerdictOut` for each line, as it is done.",
                media_type=NDJSON,
            ),
            **documented("invalid-request", "too-large"),
        },
    )
    async def many(
        self,
        request: Request[Any, Any, Any],
        settings: NamedDependency[Settings],
        database: NamedDependency[Database],
    ) -> Stream:
        """Answers every line in order; a line that cannot be checked is told and costs no other line."""
        lines = read_lines(await request.body(), ClaimRequest, settings.max_batch)

        async def answer() -> AsyncIterator[bytes]:
            async with aclosing(verify_claims(lines, database)) as answers:
                async for done in answers:
                    yield msgspec.json.encode(done) + b"\n"

        return Stream(answer(), media_type=NDJSON)
