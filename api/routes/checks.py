"""Check every quote of a draft."""

from __future__ import annotations

from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK

from api.attributor import Attributor
from api.database import Database
from api.drafts import KINDS, Scope, check_draft
from api.problems import documented, impossible
from api.schemas import CheckedDraftOut, CheckRequest, Place
from api.settings import Settings


@post(
    "/check",
    tags=["Verify"],
    operation_id="check",
    response_description="A verdict for every quote of the draft.",
    summary="Is every quote of a text right?",
    status_code=HTTP_200_OK,
    responses=documented(
        "invalid-request",
        "impossible-request",
        "too-large",
        "empty-text",
        "not-text",
        "unsupported-language",
        "text-refused",
        "attributor-busy",
        "engine-unavailable",
        "archive-unavailable",
        "attribution-timeout",
    ),
)
async def check(
    data: JSONBody[CheckRequest],
    attributor: NamedDependency[Attributor],
    database: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> CheckedDraftOut:
    """Finds every quote of a draft, a press release or a machine's answer, and weighs each as a claim.

    Nothing is stored. `look_first` says what a person must look at: words of another speaker, altered words,
    contested and unknown ones, in this order. "Not found" is a fact about the archive, not about the world.
    """
    if data.since is not None and data.until is not None and data.until < data.since:
        raise impossible(Place("body.until", f"{data.until} is before `since`, {data.since}"))
    return CheckedDraftOut.of(
        await check_draft(
            database,
            data.text,
            attributor.attribute,
            Scope(data.outlet, data.since, data.until),
            kinds=KINDS if data.kinds is None else data.kinds,
            most=settings.max_checked_quotes,
        )
    )
