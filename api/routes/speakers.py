"""Speakers: who is quoted, under which names."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from litestar.status_codes import HTTP_200_OK
from sqlmodel.ext.asyncio.session import AsyncSession

from api.catalogue import aliases_of, get_speaker, list_speakers, names_of_speaker, revisions_of
from api.decisions import StaleError, merge, split
from api.problems import documented
from api.routes.decisions import REFUSALS, answer, chosen, decision_page, editor_of
from api.routes.parameters import (
    STATE,
    IfMatch,
    Limit,
    Offset,
    SpeakerId,
    SpeakerName,
    not_found,
    seen_state,
)
from api.schemas import (
    DecidedOut,
    DecisionPage,
    MergeRequest,
    QuoteOut,
    QuotePage,
    SpeakerEntryOut,
    SpeakerPage,
    SpeakerWithAliases,
    SplitRequest,
)
from api.search import QuoteFilters, find_quotes
from attribution.models import SpeakerType


def seen_version(speaker_id: int, if_match: str | None) -> int | None:
    """Return the version that `If-Match` names; one of another speaker is none of this one's."""
    state = seen_state(if_match)
    if state is None:
        return None
    number, _, version = state.partition("-")
    # A number of a 64-bit column at most.
    if number != str(speaker_id) or not version.isascii() or not version.isdecimal() or len(version) > 9:
        raise StaleError(f"this is no state of speaker {speaker_id}")
    return int(version)


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
        response_headers=[STATE],
        summary="Read one speaker",
        responses=documented("invalid-request", "not-found", "archive-unavailable"),
    )
    async def read(
        self, speaker_id: SpeakerId, session: NamedDependency[AsyncSession]
    ) -> Response[SpeakerWithAliases]:
        """Returns the speaker with every name form seen.

        A number that is only a name of another speaker keeps answering, and says of whom. The `ETag`
        changes when names come to the speaker or go, and with every decision about it.
        """
        entry = await get_speaker(session, speaker_id)
        if entry is None:
            raise not_found("speaker", speaker_id)
        aliases = await aliases_of(session, speaker_id)
        names = await names_of_speaker(session, speaker_id)
        return Response(
            SpeakerWithAliases.of(entry, aliases, names),
            headers={"ETag": f'"{speaker_id}-{entry.speaker.version}"'},
        )

    @post(
        "/{speaker_id:int}/merge",
        operation_id="mergeSpeaker",
        status_code=HTTP_200_OK,
        response_description="What was decided.",
        summary="Say that two speakers are one",
        responses=REFUSALS,
    )
    async def merge(
        self,
        speaker_id: SpeakerId,
        data: JSONBody[MergeRequest],
        session: NamedDependency[AsyncSession],
        if_match: IfMatch = None,
    ) -> DecidedOut:
        """Lets every name of this speaker be the other one's, in all articles and in later ones."""
        version = seen_version(speaker_id, if_match)
        done = await merge(session, speaker_id, data.into, editor_of(data), version=version)
        return await answer(session, done)

    @post(
        "/{speaker_id:int}/split",
        operation_id="splitSpeaker",
        status_code=HTTP_200_OK,
        response_description="What was decided.",
        summary="Say that one speaker is two",
        responses=REFUSALS,
    )
    async def split(
        self,
        speaker_id: SpeakerId,
        data: JSONBody[SplitRequest],
        session: NamedDependency[AsyncSession],
        if_match: IfMatch = None,
    ) -> DecidedOut:
        """Gives quotes, or names with all their quotes, to another speaker; the two are never linked again.

        Two of one name are told apart by a `note`. Whom later articles mean by that name is `unresolved`
        unless `later` says so.
        """
        done = await split(
            session,
            speaker_id,
            chosen(data.to, "body.to"),
            editor_of(data),
            quotes=data.quotes,
            names=data.names,
            later=data.later,
            version=seen_version(speaker_id, if_match),
        )
        return await answer(session, done)

    @get(
        "/{speaker_id:int}/decisions",
        operation_id="getSpeakerDecisions",
        response_description="One page of decisions.",
        summary="Read what was decided about a speaker",
        responses=documented("invalid-request", "not-found", "archive-unavailable"),
    )
    async def decisions(
        self,
        speaker_id: SpeakerId,
        session: NamedDependency[AsyncSession],
        limit: Limit = 50,
        offset: Offset = 0,
    ) -> DecisionPage:
        """Lists the decisions about this speaker, its names and its quotes, newest first."""
        if await get_speaker(session, speaker_id) is None:
            raise not_found("speaker", speaker_id)
        return await decision_page(session, limit, offset, speaker_id=speaker_id)

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
