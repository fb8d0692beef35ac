"""Query and path parameters that several routes share, each described once."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

from litestar.datastructures import ResponseHeader
from litestar.exceptions import HTTPException
from litestar.openapi.spec import Example
from litestar.params import HeaderParameter, PathParameter, QueryParameter

from api.archive import MAX_OUTLET
from api.decisions import MAX_EDITOR
from api.problems import RequestError, impossible
from api.schemas import (
    LARGEST_KEY,
    LARGEST_PAGE,
    LONGEST_NAME,
    LONGEST_WORDS,
    MOST_REVISIONS,
    NO_ZERO_BYTE,
    Place,
)
from attribution.models import Kind

Limit = Annotated[int, QueryParameter(ge=1, le=LARGEST_PAGE, description="How many to return at most.")]
Offset = Annotated[int, QueryParameter(ge=0, le=LARGEST_KEY, description="How many to skip.")]
ArticleId = Annotated[int, PathParameter(ge=1, le=LARGEST_KEY, description="The article's number.")]
QuoteId = Annotated[int, PathParameter(ge=1, le=LARGEST_KEY, description="The quote's number.")]
SpeakerId = Annotated[int, PathParameter(ge=1, le=LARGEST_KEY, description="The speaker's number.")]
DecisionId = Annotated[int, PathParameter(ge=1, le=LARGEST_KEY, description="The decision's number.")]
IfMatch = Annotated[
    str | None,
    HeaderParameter(
        name="If-Match",
        min_length=1,
        max_length=200,
        description="The `ETag` that came with the record: the decision is refused (412) if somebody has "
        "changed it since, and without this header (428). `*` takes any state.",
        examples=[Example(value='"1-1"')],
    ),
]
STATE: Final = ResponseHeader(
    name="ETag",
    description="The state of the record; a decision about it sends it back as `If-Match`.",
    documentation_only=True,
)
EditorName = Annotated[
    str | None,
    QueryParameter(
        min_length=1,
        max_length=MAX_EDITOR,
        pattern=NO_ZERO_BYTE,
        description="Only decisions of this editor.",
    ),
]
StatementId = Annotated[int, PathParameter(ge=1, le=LARGEST_KEY, description="The statement's number.")]
RevisionNumber = Annotated[
    int,
    PathParameter(ge=1, le=MOST_REVISIONS, description="The revision, counted from 1 within the article."),
]
Words = Annotated[
    str,
    QueryParameter(
        min_length=1,
        max_length=LONGEST_WORDS,
        pattern=NO_ZERO_BYTE,
        description="The words as you remember them. Capitals, punctuation and spelling do not count.",
        examples=[Example(value="the bridge opens in May")],
    ),
]
SomeWords = Annotated[
    str | None,
    QueryParameter(
        min_length=1,
        max_length=LONGEST_WORDS,
        pattern=NO_ZERO_BYTE,
        description="Words that all occur in the quote; side by side comes first.",
    ),
]
SpeakerName = Annotated[
    str | None,
    QueryParameter(
        min_length=1,
        max_length=LONGEST_NAME,
        pattern=NO_ZERO_BYTE,
        description="A name, or part of one, under which the speaker has been seen; titles do not count.",
    ),
]
OutletName = Annotated[
    str | None,
    QueryParameter(
        min_length=1,
        max_length=MAX_OUTLET,
        pattern=NO_ZERO_BYTE,
        description="The outlet's whole name; capitals and punctuation do not count.",
    ),
]
Since = Annotated[date | None, QueryParameter(description="First day of publication, included.")]
Until = Annotated[date | None, QueryParameter(description="Last day of publication, included.")]
OfKind = Annotated[Kind | None, QueryParameter(description="Only quotes of this kind.")]
MinConfidence = Annotated[
    float | None,
    QueryParameter(ge=0, le=1, description="Only quotes whose speaker is at least this certain."),
]


def check_dates(since: date | None, until: date | None) -> None:
    """Refuse a range of dates that is upside down."""
    if since is not None and until is not None and until < since:
        raise impossible(Place("query.until", f"{until} is before `since`, {since}"))


def seen_state(if_match: str | None) -> str | None:
    """Return the state that `If-Match` names, without quotes; ``None`` for any.

    Raises:
        RequestError: the header is missing.
    """
    if if_match is None:
        raise RequestError("precondition-required", "The request has no `If-Match` header.")
    state = if_match.strip()
    return None if state == "*" else state.removeprefix("W/").strip('"')


def not_found(what: str, number: int) -> HTTPException:
    """Return the problem of a number that no record has."""
    return RequestError("not-found", f"There is no {what} {number} in the archive.")
