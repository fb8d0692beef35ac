"""Every error as problem details (RFC 9457): one table of kinds, one way from exception to answer."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi.datastructures import ResponseSpec
from litestar.plugins.problem_details import (
    ProblemDetailsConfig,
    ProblemDetailsException,
    ProblemDetailsPlugin,
)
from msgspec import MsgspecError
from msgspec import ValidationError as MsgspecValidationError
from sqlalchemy.exc import InterfaceError, OperationalError

from api.archive import ArticleError
from api.attributor import (
    AttributionTimeoutError,
    AttributorBusyError,
    AttributorClosedError,
    AttributorError,
)
from api.database import DatabaseError
from api.decisions import ConflictError, DecisionError, StaleError, UnknownRecordError
from api.drafts import TooManyQuotesError
from api.schemas import DATE_OR_TIMESTAMP, NO_ZERO_BYTE, Place, Problem
from api.verdicts import ClaimError
from attribution.errors import (
    AttributionError,
    EmptyTextError,
    NotTextError,
    PipelineError,
    TextTooLongError,
    UnsupportedLanguageError,
)

logger = logging.getLogger(__name__)

# Where the table below is served; a problem's `type` is this address with the kind behind the "#".
PROBLEMS_PATH: Final = "/api/v1/problems"
PROBLEM_JSON: Final = "application/problem+json"

_PATTERNS: Final = {
    NO_ZERO_BYTE: "Expected text without zero bytes",
    DATE_OR_TIMESTAMP: "Expected an ISO 8601 date or timestamp: 2026-03-14 or 2026-03-14T09:30:00+02:00",
}
# What the drivers raise where the database is gone, or has no tables.
_ARCHIVE_ERRORS: Final = (DatabaseError, OperationalError, InterfaceError, ConnectionError)


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One kind of error: its name in the ``type`` address, its status, a title, what to do about it."""

    name: str
    status: HTTPStatus
    title: str
    meaning: str

    @property
    def type(self) -> str:
        """The address that identifies this kind."""
        return f"{PROBLEMS_PATH}#{self.name}"


_ALL: Final = (
    ProblemKind(
        "invalid-request",
        HTTPStatus.BAD_REQUEST,
        "The request does not follow the API description",
        "Malformed JSON, a missing, unknown or wrongly typed field, a parameter out of range. "
        "`errors` names each place.",
    ),
    ProblemKind(
        "not-found",
        HTTPStatus.NOT_FOUND,
        "There is no such thing here",
        "No record has this number, or the address itself is unknown.",
    ),
    ProblemKind(
        "method-not-allowed",
        HTTPStatus.METHOD_NOT_ALLOWED,
        "This address does not take that method",
        "The `Allow` header lists the methods that it takes.",
    ),
    ProblemKind(
        "too-large",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "The request is too large",
        "The body, the text or the batch is over the service's limit. Send it in parts.",
    ),
    ProblemKind(
        "impossible-request",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "A value has the right form but cannot be",
        "A 30th of February, a range of dates that is upside down. `errors` names the place.",
    ),
    ProblemKind(
        "empty-text",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The text is empty",
        "The text holds nothing but white space.",
    ),
    ProblemKind(
        "not-text",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "This is not text",
        "The text holds control characters as binary data does.",
    ),
    ProblemKind(
        "unsupported-language",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The text is not English",
        "The engine reads English only.",
    ),
    ProblemKind(
        "text-refused",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The engine cannot take this text",
        "`detail` says why.",
    ),
    ProblemKind(
        "article-refused",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The article cannot be archived as it is",
        "A field cannot be stored: an outlet without a name, an address that is none; `detail` says which.",
    ),
    ProblemKind(
        "claim-refused",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The claim cannot be checked",
        "It holds no words to look for, or too many; `detail` says which.",
    ),
    ProblemKind(
        "decision-refused",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The decision cannot be made as it is",
        "It names nothing to decide, or a name that cannot be stored; `detail` says which.",
    ),
    ProblemKind(
        "decision-conflict",
        HTTPStatus.CONFLICT,
        "The decision does not fit what holds now",
        "The quote is not this speaker's, the number is only a name of another speaker, a later decision is "
        "in the way of an undo; `detail` says which.",
    ),
    ProblemKind(
        "changed-meanwhile",
        HTTPStatus.PRECONDITION_FAILED,
        "Somebody else has changed it since you looked",
        "`If-Match` is not its `ETag` any more. Read it again, and decide anew.",
    ),
    ProblemKind(
        "precondition-required",
        HTTPStatus.PRECONDITION_REQUIRED,
        "Say which state you have seen",
        "Send the `ETag` that came with the record as `If-Match`, so that two editors do not overwrite each "
        "other.",
    ),
    ProblemKind(
        "duplicate-id",
        HTTPStatus.CONFLICT,
        "An id occurs twice in one batch",
        "Only inside the answer of a bulk request: the first line with this id was processed, this one not.",
    ),
    ProblemKind(
        "attributor-busy",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "Too many texts are waiting",
        "Try again after the seconds in `Retry-After`.",
    ),
    ProblemKind(
        "engine-unavailable",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The attribution engine is not available",
        "It is being loaded, could not be loaded, or the service is shutting down; searching still works.",
    ),
    ProblemKind(
        "archive-unavailable",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The archive does not answer",
        "The database cannot be reached or is not up to date; `GET /health/ready` says which.",
    ),
    ProblemKind(
        "attribution-timeout",
        HTTPStatus.GATEWAY_TIMEOUT,
        "Attributing the text took too long",
        "The text was given up at the time limit. Send it in parts.",
    ),
    ProblemKind(
        "internal-error",
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Something went wrong in the service",
        "A defect of the service; its log has the details.",
    ),
)
KINDS: Final[dict[str, ProblemKind]] = {kind.name: kind for kind in _ALL}

# What an HTTP status without a more telling exception means.
_BY_STATUS: Final = {
    HTTPStatus.BAD_REQUEST: "invalid-request",
    HTTPStatus.NOT_FOUND: "not-found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method-not-allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too-large",
    HTTPStatus.INTERNAL_SERVER_ERROR: "internal-error",
}
# First match wins: subclasses before their parents.
_BY_ERROR: Final[tuple[tuple[type[Exception], str], ...]] = (
    (EmptyTextError, "empty-text"),
    (TextTooLongError, "too-large"),
    (TooManyQuotesError, "too-large"),
    (NotTextError, "not-text"),
    (UnsupportedLanguageError, "unsupported-language"),
    (AttributionError, "text-refused"),
    (ArticleError, "article-refused"),
    (ClaimError, "claim-refused"),
    (UnknownRecordError, "not-found"),
    (StaleError, "changed-meanwhile"),
    (ConflictError, "decision-conflict"),
    (DecisionError, "decision-refused"),
    (AttributorBusyError, "attributor-busy"),
    (AttributorClosedError, "engine-unavailable"),
    (PipelineError, "engine-unavailable"),
    (AttributionTimeoutError, "attribution-timeout"),
    (AttributorError, "internal-error"),
)


class RequestError(ProblemDetailsException):
    """A problem that a route finds itself; ``kind`` is a name of the table above.

    ``errors`` names the places in the request, e.g. ``Place("query.until", "is before since")``.
    """

    def __init__(
        self,
        kind: str,
        detail: str,
        errors: tuple[Place, ...] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        self.kind = KINDS[kind]
        self.errors = errors
        super().__init__(
            detail=detail,
            status_code=self.kind.status,
            title=self.kind.title,
            type_=self.kind.type,
            headers=headers,
        )

    def to_problem(self, instance: str | None = None) -> Problem:
        """Return the wire form; ``instance`` is the path of the request."""
        return Problem(
            type=self.kind.type,
            title=self.kind.title,
            status=self.kind.status.value,
            detail=self.detail,
            instance=instance,
            errors=list(self.errors),
        )

    def to_response(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Return the answer, with the request's path as ``instance``."""
        return Response(
            self.to_problem(request.url.path),
            status_code=self.kind.status,
            media_type=PROBLEM_JSON,
            headers=self.headers,
        )


def invalid(*places: Place) -> RequestError:
    """Return the problem of a request that is wrong in these places."""
    return RequestError(
        "invalid-request", "; ".join(f"{place.place}: {place.message}" for place in places), places
    )


def impossible(*places: Place) -> RequestError:
    """Return the problem of a request whose values in these places cannot be."""
    return RequestError(
        "impossible-request", "; ".join(f"{place.place}: {place.message}" for place in places), places
    )


def to_request_error(error: Exception) -> RequestError:
    """Turn whatever was raised into the problem that the caller is told.

    An exception that nobody foresaw is logged with its traceback and told without its text, which
    might carry addresses or data.
    """
    if isinstance(error, RequestError):
        return error
    if isinstance(error, _ARCHIVE_ERRORS):
        # The message may hold the address of the database or a statement: it is for the log only.
        logger.error("the archive does not answer: %s", error)
        return RequestError("archive-unavailable", KINDS["archive-unavailable"].meaning)
    for kind_of_error, name in _BY_ERROR:
        if isinstance(error, kind_of_error):
            headers = (
                {"Retry-After": str(error.retry_after)} if isinstance(error, AttributorBusyError) else None
            )
            return RequestError(name, str(error), headers=headers)
    if isinstance(error, MsgspecError):
        return invalid(_body_place(error))
    if isinstance(error, HTTPException) and error.status_code in _BY_STATUS and error.status_code < 500:
        name = _BY_STATUS[HTTPStatus(error.status_code)]
        return RequestError(name, _detail(error), _places(error), error.headers)
    logger.error("a request failed", exc_info=error)
    return RequestError("internal-error", "The request could not be answered; the service's log says why.")


def _detail(error: HTTPException) -> str:
    if isinstance(error, ValidationException) and error.extra:
        return "; ".join(f"{place.place}: {place.message}" for place in _places(error))
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return "The Allow header lists the methods that this address takes."
    if error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return "The body is larger than this service takes in one request."
    if error.status_code == HTTPStatus.NOT_FOUND and error.detail in ("", "Not Found"):
        return "There is nothing at this address; /docs lists what there is."
    return error.detail


def _places(error: HTTPException) -> tuple[Place, ...]:
    """Name the places from Litestar's list of ``{"source", "key", "message"}``."""
    if not isinstance(error, ValidationException) or not isinstance(error.extra, list):
        return ()
    places = []
    for item in error.extra:
        source, key = item.get("source", ""), item.get("key", "")
        # A body that lacks a field is reported under the handler's own argument name.
        if key == "data":
            source, key = "body", ""
        places.append(
            Place(".".join(filter(None, (source, key))) or "request", _readable(item.get("message", "")))
        )
    return tuple(places)


def _body_place(error: MsgspecError) -> Place:
    """Name the place from msgspec's message, which ends in ``- at `$.field``` where it knows one."""
    message, _, path = str(error).partition(" - at `$")
    if not isinstance(error, MsgspecValidationError):
        message = f"not valid JSON: {message}"
    return Place("body" + path.rstrip("`"), _readable(message))


def _readable(message: str) -> str:
    """Say in words what a pattern of ours asks for."""
    for pattern, wanted in _PATTERNS.items():
        if repr(pattern) in message:
            return wanted
    return message


def _answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    return to_request_error(error).to_response(request)


def problem_details_plugin() -> ProblemDetailsPlugin:
    """Return the plugin that turns every exception of a request into problem+json."""
    return ProblemDetailsPlugin(
        ProblemDetailsConfig(
            exception_handler=_answer,
            exception_to_problem_detail_map={
                HTTPException: to_request_error,
                Exception: to_request_error,
            },
        )
    )


def documented(*names: str) -> dict[int, ResponseSpec]:
    """Return the OpenAPI descriptions of the problems that an operation can answer with."""
    specs: dict[int, list[ProblemKind]] = {}
    for name in names:
        specs.setdefault(KINDS[name].status.value, []).append(KINDS[name])
    return {
        status: ResponseSpec(
            Problem,
            generate_examples=False,
            description=" ".join(f"{kind.title}. {kind.meaning}" for kind in kinds),
            media_type=PROBLEM_JSON,
        )
        for status, kinds in specs.items()
    }
