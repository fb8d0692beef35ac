"""Outlets: whose articles the archive has."""

from __future__ import annotations

from litestar import get
from litestar.di import NamedDependency
from sqlmodel.ext.asyncio.session import AsyncSession

from api.catalogue import list_outlets
from api.problems import documented
from api.routes.parameters import Limit, Offset
from api.schemas import OutletOut, OutletPage


@get(
    "/outlets",
    tags=["Outlets"],
    operation_id="listOutlets",
    response_description="One page of outlets.",
    summary="List outlets",
    responses=documented("invalid-request", "archive-unavailable"),
)
async def outlets(
    session: NamedDependency[AsyncSession], limit: Limit = 50, offset: Offset = 0
) -> OutletPage:
    """Lists the outlets in the order of the alphabet, with the numbers of articles and quotes."""
    page = await list_outlets(session, limit, offset)
    return OutletPage(
        items=[OutletOut.of(entry) for entry in page.items], total=page.total, limit=limit, offset=offset
    )
