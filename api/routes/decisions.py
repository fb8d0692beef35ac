"""Decisions: what people decided about speakers and statements, and taking it back."""

from __future__ import annotations

from typing import Final

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK
from sqlmodel.ext.asyncio.session import AsyncSession

from api.decisions import Decided, Editor, NamedAs, UnknownRecordError, list_decisions, undo
from api.problems import documented, impossible
from api.routes.parameters import DecisionId, EditorName, Limit, Offset, not_found
from api.schemas import (
    DecidedOut,
    Deciding,
    DecisionOut,
    DecisionPage,
    Place,
    SpeakerChoice,
    UndoRequest,
)

REFUSALS: Final = documented(
    "invalid-request",
    "not-found",
    "impossible-request",
    "decision-refused",
    "decision-conflict",
    "changed-meanwhile",
    "precondition-required",
    "archive-unavailable",
)


class DecisionController(Controller):
    """Decisions of people about speakers and statements."""

    path = "/decisions"
    tags = ("Decisions",)

    @get(
        operation_id="listDecisions",
        response_description="One page of decisions.",
        summary="List decisions",
        responses=documented("invalid-request", "archive-unavailable"),
    )
    async def find(
        self,
        session: NamedDependency[AsyncSession],
        editor: EditorName = None,
        limit: Limit = 50,
        offset: Offset = 0,
    ) -> DecisionPage:
        """Lists what people decided, newest first, with what was so before and after."""
        return await decision_page(session, limit, offset, editor=editor)

    @get(
        "/{decision_id:int}",
        operation_id="getDecision",
        response_description="The decision.",
        summary="Read one decision",
        responses=documented("invalid-request", "not-found", "archive-unavailable"),
    )
    async def read(self, decision_id: DecisionId, session: NamedDependency[AsyncSession]) -> DecisionOut:
        """Returns one decision with the first of its changes."""
        page = await list_decisions(session, decision_id=decision_id, limit=1)
        if not page.items:
            raise not_found("decision", decision_id)
        return DecisionOut.of(page.items[0])

    @post(
        "/{decision_id:int}/undo",
        operation_id="undoDecision",
        status_code=HTTP_200_OK,
        response_description="The decision that took it back.",
        summary="Undo a decision",
        responses=documented(
            "invalid-request", "not-found", "decision-refused", "decision-conflict", "archive-unavailable"
        ),
    )
    async def take_back(
        self,
        decision_id: DecisionId,
        data: JSONBody[UndoRequest],
        session: NamedDependency[AsyncSession],
    ) -> DecidedOut:
        """Puts back what the decision changed; both stay in the history.

        A decision on which a later one was built is undone after that one; undone once, it stays undone.
        Statements that it joined or divided are worked out anew.
        """
        return await answer(session, await undo(session, decision_id, editor_of(data)))


async def decision_page(
    session: AsyncSession,
    limit: int,
    offset: int,
    *,
    speaker_id: int | None = None,
    quote_id: int | None = None,
    statement_id: int | None = None,
    editor: str | None = None,
) -> DecisionPage:
    """Return one page of decisions as it goes over the wire."""
    page = await list_decisions(
        session,
        speaker_id=speaker_id,
        quote_id=quote_id,
        statement_id=statement_id,
        editor=editor,
        limit=limit,
        offset=offset,
    )
    return DecisionPage(
        items=[DecisionOut.of(entry) for entry in page.items], total=page.total, limit=limit, offset=offset
    )


async def answer(session: AsyncSession, decided: Decided) -> DecidedOut:
    """Return what a decision came to as it goes over the wire."""
    page = await list_decisions(session, decision_id=decided.decision.id, limit=1)
    if not page.items:
        raise UnknownRecordError("the decision is not in the archive")
    return DecidedOut.of(decided, page.items[0])


def editor_of(data: Deciding) -> Editor:
    """Return who decides, and why."""
    return Editor(data.editor, data.reason)


def chosen(choice: SpeakerChoice, place: str) -> int | NamedAs:
    """Return the speaker that a request names.

    Raises:
        RequestError: it names none, or one in two ways.
    """
    if choice.id is not None:
        if choice.name is not None or choice.note is not None:
            raise impossible(Place(place, "Give either `id`, or `name`"))
        return choice.id
    if choice.name is None:
        raise impossible(Place(place, "Give either `id`, or `name`"))
    return NamedAs(choice.name, choice.type, choice.note)
