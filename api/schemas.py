"""What goes over the wire: one typed structure for every request and answer of the REST API.

The doc strings, descriptions and examples below are what a reader of the OpenAPI description sees.
A request may carry no field that is not listed (a misspelt filter would otherwise be ignored in
silence); an answer may gain fields in later versions.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Final

from msgspec import Meta, Struct

from attribution.models import Kind, SpeakerType

# Longer than any quote; a whole article belongs into /attribute or /articles.
LONGEST_WORDS: Final = 10_000
LONGEST_NAME: Final = 500
LONGEST_URL: Final = 4_000
# Database keys are signed 64-bit numbers on both databases.
LARGEST_KEY: Final = 2**63 - 1
LARGEST_PAGE: Final = 200
# A zero byte is no text; PostgreSQL refuses to store or compare it.
NO_ZERO_BYTE: Final = r"^[^\x00]*$"


class Wire(Struct, frozen=True):
    """What every structure shares."""

    example: ClassVar[dict[str, object] | None] = None


class Asked(Wire, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every request shares."""


class Place(Wire, frozen=True):
    """One place in the request that is wrong."""

    place: Annotated[
        str,
        Meta(description="Where: `body`, `query` or `path`, then the field.", examples=["body.published"]),
    ]
    message: Annotated[str, Meta(description="What is wrong there.", examples=["Expected `str`, got `int`"])]


class Problem(Wire, frozen=True, kw_only=True):
    """An error, as problem details (RFC 9457), `application/problem+json`."""

    example: ClassVar[dict[str, object] | None] = {
        "type": "/api/v1/problems#invalid-request",
        "title": "The request does not follow the API description",
        "status": 400,
        "detail": "body: Object missing required field `text`",
        "instance": "/api/v1/attribute",
        "errors": [{"place": "body", "message": "Object missing required field `text`"}],
    }

    type: Annotated[
        str, Meta(description="Address of the kind of error; `GET /api/v1/problems` explains each.")
    ]
    title: Annotated[str, Meta(description="The kind of error in one line, the same every time.")]
    status: Annotated[int, Meta(description="The HTTP status.", ge=400, le=599)]
    detail: Annotated[str, Meta(description="What happened this time.")]
    instance: Annotated[str | None, Meta(description="The path that was asked.")] = None
    errors: Annotated[
        list[Place], Meta(description="The places in the request that are wrong, if known.")
    ] = []


class ProblemKindOut(Wire, frozen=True, kw_only=True):
    """One kind of error that this API answers with."""

    type: Annotated[str, Meta(description="The address in a problem's `type`.")]
    status: Annotated[int, Meta(description="The HTTP status that goes with it.")]
    title: Annotated[str, Meta(description="The kind of error in one line.")]
    meaning: Annotated[str, Meta(description="What it means and what to do.")]


class Live(Wire, frozen=True, kw_only=True):
    """The process answers."""

    status: Annotated[str, Meta(description="Always `live`.", examples=["live"])]
    version: Annotated[str, Meta(description="The version of Quotetrace.", examples=["0.1.0"])]


class Check(Wire, frozen=True, kw_only=True):
    """One thing that the service needs, and whether it is there."""

    ok: Annotated[bool, Meta(description="Whether this part works.")]
    detail: Annotated[str, Meta(description="One line for a person.", examples=["1 of 1 workers ready"])]


class Readiness(Wire, frozen=True, kw_only=True):
    """Whether the service can do its work, part by part."""

    example: ClassVar[dict[str, object] | None] = {
        "ready": True,
        "database": {"ok": True, "detail": "reachable"},
        "schema": {"ok": True, "detail": "up to date"},
        "engine": {"ok": True, "detail": "1 of 1 workers ready"},
    }

    ready: Annotated[bool, Meta(description="Whether all parts work; also the HTTP status (200 or 503).")]
    database: Check
    schema: Check
    engine: Check


class SpanOut(Wire, frozen=True, kw_only=True):
    """A piece of the text: half-open character offsets, and the characters themselves."""

    example: ClassVar[dict[str, object] | None] = {"start": 24, "end": 28, "text": "said"}

    start: Annotated[int, Meta(description="First character.", ge=0)]
    end: Annotated[int, Meta(description="One past the last character.", ge=0)]
    text: Annotated[str, Meta(description="The characters from `start` to `end`.")]


class SpeakerOut(Wire, frozen=True, kw_only=True):
    """Who speaks, as far as this one text tells."""

    example: ClassVar[dict[str, object] | None] = {"name": "Mara Quint", "type": "person"}

    name: Annotated[str, Meta(description="The fullest form of the name that the text gives.")]
    type: Annotated[
        SpeakerType,
        Meta(description="`unnamed` where the text gives only a description, which is then the name."),
    ]


class AttributeRequest(Asked, frozen=True, kw_only=True):
    """A text to find the quotes in. Nothing is stored."""

    example: ClassVar[dict[str, object] | None] = {
        "text": "“The bridge opens in May,” said Mara Quint, the mayor of Port Ellery. "
        "“It will carry trams,” she added.",
        "rejected": True,
    }

    text: Annotated[
        str, Meta(description="The article's text in English, exactly as published.", min_length=1)
    ]
    kinds: Annotated[
        list[Kind] | None,
        Meta(description="Only quotes of these kinds; absent: all of them.", examples=[["direct", "mixed"]]),
    ] = None
    rejected: Annotated[
        bool,
        Meta(description="Also list the spans in quote marks that are nobody's speech, with the reason."),
    ] = False


class AttributedQuote(Wire, frozen=True, kw_only=True):
    """Words that the text puts in a speaker's mouth, and the evidence for it."""

    start: Annotated[int, Meta(description="First character, the quote mark included.", ge=0)]
    end: Annotated[int, Meta(description="One past the last character.", ge=1)]
    text: Annotated[str, Meta(description="The words with their quote marks.")]
    kind: Annotated[
        Kind,
        Meta(
            description="`direct`: a clause or more in marks; `mixed`: a fragment in marks inside reported "
            "speech; `indirect`: reported speech without marks."
        ),
    ]
    speaker: Annotated[SpeakerOut | None, Meta(description="Null where the engine cannot tell.")]
    mention: Annotated[SpanOut | None, Meta(description="The words nearby that name the speaker.")]
    cue: Annotated[SpanOut | None, Meta(description="The words that report (“said”, “according to”).")]
    utterance: Annotated[int, Meta(description="The pieces of one split quote share this number.")]
    method: Annotated[str, Meta(description="The rule that decided.", examples=["cue-subject"])]
    confidence: Annotated[
        float, Meta(description="Probability that the speaker is right; 0 where there is none.", ge=0, le=1)
    ]
    chain: Annotated[
        list[SpanOut], Meta(description="The mentions that led from `mention` to the name, first to last.")
    ]


class RejectedOut(Wire, frozen=True, kw_only=True):
    """A span in quote marks that is nobody's speech."""

    start: Annotated[int, Meta(description="First character, the quote mark included.", ge=0)]
    end: Annotated[int, Meta(description="One past the last character.", ge=1)]
    text: Annotated[str, Meta(description="The words with their quote marks.")]
    reason: Annotated[str, Meta(description="Why it is no quote.", examples=["title"])]


class Attribution(Wire, frozen=True, kw_only=True):
    """The quotes of one text, in order."""

    quotes: Annotated[list[AttributedQuote], Meta(description="In the order of the text.")]
    rejected: Annotated[
        list[RejectedOut] | None, Meta(description="Null unless it was asked for with `rejected`.")
    ]
    engine_version: Annotated[str, Meta(description="The version of the attribution engine.")]
    pipeline_version: Annotated[str, Meta(description="Name and version of the language pipeline.")]


class ArticleRequest(Asked, frozen=True, kw_only=True):
    """An article to put into the archive."""

    example: ClassVar[dict[str, object] | None] = {
        "text": "“The bridge opens in May,” said Mara Quint, the mayor of Port Ellery. "
        "“It will carry trams,” she added.",
        "outlet": "The Port Ellery Courier",
        "title": "Bridge to open in May",
        "url": "https://courier.example/bridge",
        "published": "2026-03-14",
        "id": "courier-1",
    }

    text: Annotated[
        str, Meta(description="The article's text in English, exactly as published.", min_length=1)
    ]
    outlet: Annotated[
        str,
        Meta(description="The publisher.", min_length=1, max_length=LONGEST_NAME, pattern=NO_ZERO_BYTE),
    ]
    title: (
        Annotated[str, Meta(description="The headline.", max_length=2_000, pattern=NO_ZERO_BYTE)] | None
    ) = None
    url: (
        Annotated[
            str,
            Meta(
                description="Where it was published. The same address with a new text is a new revision.",
                max_length=LONGEST_URL,
                pattern=NO_ZERO_BYTE,
            ),
        ]
        | None
    ) = None
    published: (
        Annotated[
            str,
            Meta(
                description="ISO 8601: a date (`2026-03-14`) or a timestamp with its time zone "
                "(`2026-03-14T09:30:00+02:00`).",
                max_length=40,
            ),
        ]
        | None
    ) = None
    id: (
        Annotated[
            str,
            Meta(
                description="Your own id of this article, given back in answers.",
                min_length=1,
                max_length=LONGEST_NAME,
                pattern=NO_ZERO_BYTE,
            ),
        ]
        | None
    ) = None


class Named(Wire, frozen=True, kw_only=True):
    """A record's number and name."""

    id: Annotated[int, Meta(description="The record's number.")]
    name: Annotated[str, Meta(description="Its name.")]
