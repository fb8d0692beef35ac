"""Speakers: who is quoted, under which names."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from sqlmodel.ext.asyncio.session import AsyncSession

from api.catalogue import aliases_of, get_speaker, list_speakers, revisions_of
from api.problems import documented
from api.routes.parameters import Limit, Offset, SpeakerId, SpeakerName, not_found
from api.schemas import QuoteOut, QuotePage, SpeakerEntryOut, SpeakerPage, SpeakerWithAliases
from api.search import QuoteFilters, find_quotes
from attribution.models import SpeakerType


class SpeakerController(Controller):
    """Speakers of the archive."""

    path = "/speakers"
    tags = ("Speakers",)

    @get(
        operation_id="listSpeakers",
        response_description="One page of speakers.",
        summary="List speakers",
        responses=documented("invalid-request", "archive-unavailable"),
    )
    async def find(
        self,
        session: NamedDependency[AsyncSession],
        name: SpeakerName = None,
        type: Annotated[SpeakerType | None, QueryParameter(description="Only this type.")] = None,
        limit: Limit = 50,
        offset: Offset = 0,
    ) -> SpeakerPage:
        """Lists who is quoted, the most quoted first."""
        page = await list_speakers(session, name=name, type=type, limit=limit, offset=offset)
        return SpeakerPage(
            items=[SpeakerEntryOut.of(entry) for entry in page.items],
            total=page.total,
            limit=limit,
            offset=offset,
        )

    @get(
        "/{speaker_id:int}",
        operation_id="getSpeaker",
        response_description="The speaker.",
        summary="Read one speaker",
        responses=documented("invalid-request", "not-found", "archive-unavailable"),
    )
    async def read(self, speaker_id: SpeakerId, session: NamedDependency[AsyncSession]) -> SpeakerWithAliases:
        """Returns the speaker with every name form seen."""
        entry = await get_speaker(session, speaker_id)
        if entry is None:
            raise not_found("speaker", speaker_id)
        return SpeakerWithAliases.of(entry, await aliases_of(session, speaker_id))

    @get(
        "/{speaker_id:int}/quotes",
        operation_id="getSpeakerQuotes",
        response_description="One page of the speaker's quotes.",
        summary="Read a speaker's quotes",
        responses=documented("invalid-request", "not-found", "archive-unavailable"),
    )
    async def quotes(
        self,
        speaker_id: SpeakerId,
        session: NamedDependency[AsyncSession],
        limit: Limit = 50,
        offset: Offset = 0,
    ) -> QuotePage:
        """Returns the speaker's quotes in current texts, newest article first."""
        if await get_speaker(session, speaker_id) is None:
            raise not_found("speaker", speaker_id)
        page = await find_quotes(session, QuoteFilters(speaker_id=speaker_id), limit, offset)
        placed = await revisions_of(session, page.items)
        return QuotePage(
            items=[QuoteOut.of(one) for one in placed], total=page.total, limit=limit, offset=offset
        )
