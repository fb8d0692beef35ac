"""What goes over the wire: one typed structure for every request and answer of the REST API.

The doc strings, descriptions and examples below are what a reader of the OpenAPI description sees.
A request may carry no field that is not listed (a misspelt filter would otherwise be ignored in
silence); an answer may gain fields in later versions.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Final

from msgspec import Meta, Struct, convert

from api.archive import MAX_OUTLET, MAX_SOURCE_ID, MAX_TITLE, MAX_URL, AddedArticle, Status
from api.catalogue import ArticleEntry, OutletEntry, PlacedQuote, RevisionEntry, SpeakerEntry
from api.decisions import (
    MAX_EDITOR,
    MAX_NAMES,
    MAX_NOTE,
    MAX_QUOTES,
    MAX_REASON,
    ChangeEntry,
    Decided,
    DecisionEntry,
    DecisionKind,
    Later,
)
from api.drafts import CheckedDraft, Reason
from api.facets import Facet, Facets
from api.names import MAX_NAME
from api.records import Article, DecidedReport, Decision, Outlet, Quote, Revision, Speaker
from api.speakers import shown_name
from api.statements import Conclusion, Wordings
from api.verdicts import Verdict, VerdictKind
from attribution.changes import ChangeType
from attribution.comparison import Relation
from attribution.models import Kind, SpeakerType

# Longer than any quote; a whole article belongs into /attribute or /articles.
LONGEST_WORDS: Final = 10_000
LONGEST_NAME: Final = 500
# The largest whole number that every reader of JSON keeps exactly (RFC 8259, section 6); it is also
# well inside what both databases take.
LARGEST_KEY: Final = 2**53 - 1
# A revision's number is a 32-bit one in PostgreSQL.
MOST_REVISIONS: Final = 2**31 - 1
LARGEST_PAGE: Final = 200
# A zero byte is no text; PostgreSQL refuses to store or compare it.
NO_ZERO_BYTE: Final = r"^[^\x00]*$"
SearchedOutlet = Annotated[
    str,
    Meta(description="Search this outlet only.", min_length=1, max_length=MAX_OUTLET, pattern=NO_ZERO_BYTE),
]
# ISO 8601 as Python reads it (`datetime.fromisoformat`), without its rarer forms.
DATE_OR_TIMESTAMP: Final = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$"
)


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
        Meta(description="The publisher.", min_length=1, max_length=MAX_OUTLET, pattern=NO_ZERO_BYTE),
    ]
    title: (
        Annotated[str, Meta(description="The headline.", max_length=MAX_TITLE, pattern=NO_ZERO_BYTE)] | None
    ) = None
    url: (
        Annotated[
            str,
            Meta(
                description="Where it was published. The same address with a new text is a new revision.",
                max_length=MAX_URL,
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
                "(`2026-03-14T09:30:00+02:00`); without a time zone only the day counts.",
                pattern=DATE_OR_TIMESTAMP,
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
                max_length=MAX_SOURCE_ID,
                pattern=NO_ZERO_BYTE,
            ),
        ]
        | None
    ) = None


class Named(Wire, frozen=True, kw_only=True):
    """A record's number and name."""

    id: Annotated[int, Meta(description="The record's number.")]
    name: Annotated[str, Meta(description="Its name.")]


class AddedOut(Wire, frozen=True, kw_only=True):
    """What became of an article."""

    example: ClassVar[dict[str, object] | None] = {
        "status": "created",
        "article_id": 7,
        "revision_id": 9,
        "quotes": 2,
        "id": "courier-1",
    }

    status: Annotated[
        Status,
        Meta(
            description="`created`: a new article; `revised`: a new text of a known address; `unchanged`: "
            "the archive has had this very text, nothing was written."
        ),
    ]
    article_id: Annotated[int, Meta(description="The article's number.")]
    revision_id: Annotated[int, Meta(description="The number of the revision with this text.")]
    quotes: Annotated[int, Meta(description="Quotes found in this text.", ge=0)]
    id: Annotated[str | None, Meta(description="Your own id, as sent.")] = None

    @classmethod
    def of(cls, added: AddedArticle, own_id: str | None) -> AddedOut:
        """Make it of the archive's answer."""
        return cls(
            status=added.status,
            article_id=added.article_id,
            revision_id=added.revision_id,
            quotes=added.quotes,
            id=own_id,
        )


class BulkArticleOut(Wire, frozen=True, kw_only=True):
    """What became of one line of a batch of articles: either `added` or `problem` is there."""

    example: ClassVar[dict[str, object] | None] = {
        "line": 1,
        "id": "courier-1",
        "added": {"status": "created", "article_id": 7, "revision_id": 9, "quotes": 2, "id": "courier-1"},
        "problem": None,
    }

    line: Annotated[int, Meta(description="The line of the request, counted from 1.", ge=1)]
    id: Annotated[str | None, Meta(description="Your own id, as far as the line could be read.")]
    added: AddedOut | None
    problem: Problem | None


class RevisionOut(Wire, frozen=True, kw_only=True):
    """One text of an article, without the text itself."""

    id: Annotated[int, Meta(description="The revision's number in the whole archive.")]
    number: Annotated[int, Meta(description="Counted from 1 within the article.", ge=1)]
    current: Annotated[bool, Meta(description="Whether it is the newest; only its quotes are searched.")]
    title: Annotated[str | None, Meta(description="The headline that came with this text.")]
    content_hash: Annotated[str, Meta(description="SHA-256 of the text in UTF-8, hexadecimal.")]
    added_at: Annotated[datetime, Meta(description="When it came into the archive.")]
    engine_version: Annotated[str, Meta(description="The engine that read it.")]
    pipeline_version: Annotated[str, Meta(description="The language pipeline that read it.")]
    quotes: Annotated[int, Meta(description="Quotes found in it.", ge=0)]

    @classmethod
    def of(cls, entry: RevisionEntry) -> RevisionOut:
        """Make it of a catalogue entry."""
        return cls(**_revision_fields(entry))


class RevisionWithText(RevisionOut, frozen=True, kw_only=True):
    """One text of an article."""

    text: Annotated[str, Meta(description="The text exactly as it was sent; all offsets point into it.")]

    @classmethod
    def of(cls, entry: RevisionEntry) -> RevisionWithText:
        """Make it of a catalogue entry."""
        return cls(**_revision_fields(entry), text=entry.revision.text)


class ArticleOut(Wire, frozen=True, kw_only=True):
    """An article of the archive, without its text."""

    id: Annotated[int, Meta(description="The article's number.")]
    outlet: Named
    title: Annotated[str | None, Meta(description="The headline.")]
    url: Annotated[str | None, Meta(description="Where it was published.")]
    published_on: Annotated[date | None, Meta(description="The day as the outlet gives it.")]
    published_at: Annotated[
        datetime | None, Meta(description="The moment, where it is known with its time zone.")
    ]
    source_id: Annotated[str | None, Meta(description="The id under which it was handed in.")]
    added_at: Annotated[datetime, Meta(description="When it came into the archive.")]
    revision: RevisionOut

    @classmethod
    def of(cls, entry: ArticleEntry) -> ArticleOut:
        """Make it of a catalogue entry."""
        return cls(**_article_fields(entry))


class ArticleWithText(ArticleOut, frozen=True, kw_only=True):
    """An article of the archive with its current text."""

    text: Annotated[str, Meta(description="The current text exactly as it was sent; offsets point into it.")]

    @classmethod
    def of(cls, entry: ArticleEntry) -> ArticleWithText:
        """Make it of a catalogue entry."""
        return cls(**_article_fields(entry), text=entry.revision.text)


class ArticleRef(Wire, frozen=True, kw_only=True):
    """Which article: enough to cite it."""

    id: Annotated[int, Meta(description="The article's number.")]
    outlet: Named
    title: Annotated[str | None, Meta(description="The headline.")]
    url: Annotated[str | None, Meta(description="Where it was published.")]
    published_on: Annotated[date | None, Meta(description="The day as the outlet gives it.")]

    @classmethod
    def of(cls, article: Article, outlet: Outlet) -> ArticleRef:
        """Make it of the two records."""
        return cls(
            id=_key(article),
            outlet=Named(id=_key(outlet), name=outlet.name),
            title=article.title,
            url=article.url,
            published_on=article.published_on,
        )


class SpeakerRef(Wire, frozen=True, kw_only=True):
    """Which speaker."""

    id: Annotated[int, Meta(description="The speaker's number.")]
    name: Annotated[str, Meta(description="The canonical name.")]
    type: Annotated[str, Meta(description="`person`, `organization` or `unnamed`.")]

    @classmethod
    def of(cls, speaker: Speaker) -> SpeakerRef:
        """Make it of the record."""
        return cls(id=_key(speaker), name=shown_name(speaker), type=speaker.type)


class DecidedBy(Wire, frozen=True, kw_only=True):
    """A person decided whose words these are."""

    id: Annotated[int, Meta(description="The decision; see `GET /api/v1/decisions/{decision_id}`.")]
    kind: Annotated[
        str,
        Meta(
            description="`correct`: about this quote; `split`: the speaker was two; `merge`: two speakers "
            "were one."
        ),
    ]
    editor: Annotated[str, Meta(description="Who decided.")]
    at: Annotated[datetime, Meta(description="When.")]

    @classmethod
    def of(cls, decision: Decision) -> DecidedBy:
        """Make it of the record."""
        return cls(id=_key(decision), kind=decision.kind, editor=decision.editor, at=decision.created_at)


class QuoteOut(Wire, frozen=True, kw_only=True):
    """A quote of the archive: the words, who said them, where they stand, and the evidence."""

    id: Annotated[int, Meta(description="The quote's number.")]
    article: ArticleRef
    revision: Annotated[int, Meta(description="The article's revision that it stands in, from 1.", ge=1)]
    current: Annotated[bool, Meta(description="Whether that revision is the newest one.")]
    start: Annotated[int, Meta(description="First character in that revision's text.", ge=0)]
    end: Annotated[int, Meta(description="One past the last character.", ge=1)]
    text: Annotated[str, Meta(description="The words with their quote marks.")]
    kind: Annotated[str, Meta(description="`direct`, `mixed` or `indirect`.")]
    speaker: SpeakerRef | None
    decided: Annotated[
        DecidedBy | None, Meta(description="The person's decision by which it is this speaker; null: none.")
    ]
    named: Annotated[
        str | None,
        Meta(description="The name that the engine found in the article, whatever was decided since."),
    ]
    named_type: Annotated[
        str | None, Meta(description="What the engine took it for: `person`, `organization` or `unnamed`.")
    ]
    mention: Annotated[SpanOut | None, Meta(description="The words nearby that name the speaker.")]
    cue: Annotated[SpanOut | None, Meta(description="The words that report.")]
    chain: Annotated[list[SpanOut], Meta(description="The mentions that led to the name.")]
    utterance: Annotated[int, Meta(description="The pieces of one split quote share this number.")]
    method: Annotated[str, Meta(description="The rule that decided.")]
    confidence: Annotated[
        float, Meta(description="Probability that the name found is right, by the engine.", ge=0, le=1)
    ]
    statement_id: Annotated[
        int | None, Meta(description="The statement it reports; see `GET /api/v1/statements/{statement_id}`.")
    ]
    engine_version: Annotated[str, Meta(description="The engine that found it.")]
    pipeline_version: Annotated[str, Meta(description="The language pipeline that found it.")]

    @classmethod
    def of(cls, placed: PlacedQuote) -> QuoteOut:
        """Make it of a quote with its place."""
        quote, speaker = placed.found.quote, placed.found.speaker
        return cls(
            id=_key(quote),
            article=ArticleRef.of(placed.found.article, placed.found.outlet),
            revision=placed.revision.number,
            current=placed.revision.current,
            start=quote.start,
            end=quote.end,
            text=quote.text,
            kind=quote.kind,
            speaker=SpeakerRef.of(speaker) if speaker else None,
            decided=DecidedBy.of(placed.found.decision) if placed.found.decision else None,
            named=quote.speaker_name,
            named_type=quote.speaker_type,
            mention=_span(quote.mention_start, quote.mention_end, quote.mention_text),
            cue=_span(quote.cue_start, quote.cue_end, quote.cue_text),
            chain=convert(quote.chain, list[SpanOut]),
            utterance=quote.utterance,
            method=quote.method,
            confidence=quote.confidence,
            statement_id=quote.statement_id,
            engine_version=quote.engine_version,
            pipeline_version=quote.pipeline_version,
        )


class SpeakerEntryOut(Wire, frozen=True, kw_only=True):
    """A speaker, and how often he or she is quoted."""

    id: Annotated[int, Meta(description="The speaker's number.")]
    name: Annotated[str, Meta(description="The canonical name.")]
    type: Annotated[str, Meta(description="`person`, `organization` or `unnamed`.")]
    quotes: Annotated[int, Meta(description="Quotes in current revisions.", ge=0)]
    outlets: Annotated[int, Meta(description="Outlets that carry them.", ge=0)]

    @classmethod
    def of(cls, entry: SpeakerEntry) -> SpeakerEntryOut:
        """Make it of a catalogue entry."""
        speaker = entry.speaker
        return cls(
            id=_key(speaker),
            name=shown_name(speaker),
            type=speaker.type,
            quotes=entry.quotes,
            outlets=entry.outlets,
        )


class NameOut(Wire, frozen=True, kw_only=True):
    """One name of a speaker; it has a number of its own, by which a decision tells what it was about."""

    id: Annotated[int, Meta(description="The name's number.")]
    name: Annotated[str, Meta(description="The name.")]
    decision_id: Annotated[
        int | None, Meta(description="The person's decision that it is this speaker's; null: the names tell.")
    ]

    @classmethod
    def of(cls, name: Speaker) -> NameOut:
        """Make it of the record."""
        decided = name.decided_id is not None and name.decided_id != name.id
        return cls(id=_key(name), name=shown_name(name), decision_id=name.decision_id if decided else None)


class SpeakerWithAliases(SpeakerEntryOut, frozen=True, kw_only=True):
    """A speaker with every name form seen."""

    aliases: Annotated[list[str], Meta(description="The name forms, the canonical one included.")]
    names: Annotated[list[NameOut], Meta(description="The names that are this speaker, its own first.")]
    part_of: Annotated[
        SpeakerRef | None,
        Meta(description="Where this is only a name of another speaker: that speaker. Null otherwise."),
    ]

    @classmethod
    def of(
        cls, entry: SpeakerEntry, aliases: tuple[str, ...] = (), names: tuple[Speaker, ...] = ()
    ) -> SpeakerWithAliases:
        """Make it of a catalogue entry, the name forms and the names' records."""
        plain = SpeakerEntryOut.of(entry)
        return cls(
            **{name: getattr(plain, name) for name in plain.__struct_fields__},
            aliases=list(aliases),
            names=[NameOut.of(name) for name in names],
            part_of=SpeakerRef.of(entry.part_of) if entry.part_of else None,
        )


class OutletOut(Wire, frozen=True, kw_only=True):
    """An outlet, and what the archive has of it."""

    id: Annotated[int, Meta(description="The outlet's number.")]
    name: Annotated[str, Meta(description="The name in the form seen first.")]
    articles: Annotated[int, Meta(description="Articles of this outlet.", ge=0)]
    quotes: Annotated[int, Meta(description="Quotes in their current revisions.", ge=0)]

    @classmethod
    def of(cls, entry: OutletEntry) -> OutletOut:
        """Make it of a catalogue entry."""
        return cls(
            id=_key(entry.outlet), name=entry.outlet.name, articles=entry.articles, quotes=entry.quotes
        )


class ChangeOut(Wire, frozen=True, kw_only=True):
    """One change from wording `a` to wording `b`."""

    example: ClassVar[dict[str, object] | None] = {
        "type": "replace",
        "a": {"start": 11, "end": 16, "text": "opens"},
        "b": {"start": 11, "end": 20, "text": "may open"},
        "marked": False,
        "flags": ["modality"],
        "note": None,
    }

    type: Annotated[ChangeType, Meta(description="What was done; a `move` has the same words at two places.")]
    a: Annotated[SpanOut, Meta(description="Where in the first wording; empty for an insertion.")]
    b: Annotated[SpanOut, Meta(description="Where in the second wording; empty for a deletion.")]
    marked: Annotated[bool, Meta(description="The editor showed it by an ellipsis or brackets.")]
    flags: Annotated[list[str], Meta(description="What that matters it touches, such as `negation`.")]
    note: Annotated[
        str | None, Meta(description="`contraction` or `inflection` where it is no more than that.")
    ]


class PieceOut(Wire, frozen=True, kw_only=True):
    """One pair of quote marks in the article's current text."""

    quote_id: Annotated[int, Meta(description="The quote's number.")]
    start: Annotated[int, Meta(description="First character, the quote mark included.", ge=0)]
    end: Annotated[int, Meta(description="One past the last character.", ge=1)]
    text: Annotated[str, Meta(description="The words with their quote marks.")]


class ReportOut(Wire, frozen=True, kw_only=True):
    """One utterance as one article reports it; the pieces of a split quote together."""

    statement_id: Annotated[int | None, Meta(description="The statement that it belongs to.")]
    article_id: Annotated[int, Meta(description="The article's number.")]
    revision_id: Annotated[int, Meta(description="The number of the article's current revision.")]
    utterance: Annotated[int, Meta(description="The utterance's number within the article.")]
    outlet: Annotated[str, Meta(description="Who published it.")]
    title: Annotated[str | None, Meta(description="The headline.")]
    url: Annotated[str | None, Meta(description="Where it was published.")]
    published: Annotated[date | None, Meta(description="When it was published.")]
    speaker_id: Annotated[int | None, Meta(description="The speaker's number.")]
    speaker: Annotated[str | None, Meta(description="Whose words they are, under the archive's name.")]
    speaker_type: Annotated[str | None, Meta(description="`person`, `organization` or `unnamed`.")]
    speaker_as_written: Annotated[
        str | None,
        Meta(description="The name that the engine found in the article, whatever was decided since."),
    ]
    speaker_names: Annotated[list[str], Meta(description="Other names of that speaker.")]
    confidence: Annotated[float, Meta(description="Of the engine in the name it found.", ge=0, le=1)]
    decided: Annotated[
        DecidedBy | None, Meta(description="The person's decision by which it is this speaker; null: none.")
    ]
    kind: Annotated[
        str, Meta(description="`direct`, `mixed` or `indirect`: the last is the reporter's wording.")
    ]
    wording: Annotated[str, Meta(description="The pieces in order, one blank between them.")]
    pieces: Annotated[list[PieceOut], Meta(description="Where they stand in the article's text.")]


class VariantOut(Wire, frozen=True, kw_only=True):
    """One outlet's wording beside the fullest one."""

    report: ReportOut
    start: Annotated[
        int, Meta(description="The part of `report.wording` that was compared: first character.")
    ]
    end: Annotated[int, Meta(description="One past its last character.")]
    text: Annotated[str, Meta(description="That part.")]
    relation: Annotated[
        Wordings,
        Meta(
            description="To the wording it is compared to; `verbatim` for the fullest itself, `paraphrase` "
            "for what is reported without quote marks."
        ),
    ]
    score: Annotated[float, Meta(description="How alike the two are.", ge=0, le=1)]
    compared_to: Annotated[int, Meta(description="Number of the quote that it is compared to.")]
    changes: Annotated[
        list[ChangeOut], Meta(description="From the wording it is compared to (`a`) to this one (`b`).")
    ]
    flags: Annotated[list[str], Meta(description="What matters among the changes and what was cut off.")]
    explanation: Annotated[str, Meta(description="The changes in a sentence; empty where there are none.")]
    marked: Annotated[bool, Meta(description="Whether every omission is marked.")]
    fullest: Annotated[bool, Meta(description="Whether this is the statement's fullest wording.")]


class PrintedOut(Wire, frozen=True, kw_only=True):
    """An article that printed a text."""

    article_id: Annotated[int, Meta(description="The article's number.")]
    outlet: Annotated[str, Meta(description="Who published it.")]
    title: Annotated[str | None, Meta(description="The headline.")]
    url: Annotated[str | None, Meta(description="Where it was published.")]
    published: Annotated[date | None, Meta(description="When it was published.")]


class CopiedOut(Wire, frozen=True, kw_only=True):
    """One text, such as a wire story, that several articles print; it is one independent source."""

    original: Annotated[PrintedOut, Meta(description="The earliest; of one day, the lower number.")]
    copies: Annotated[list[PrintedOut], Meta(description="The others, by date.")]


class SetPhraseOut(Wire, frozen=True, kw_only=True):
    """That short words are a set phrase or a slogan: two speakers of it are no contradiction."""

    words: Annotated[str, Meta(description="The words.")]
    speakers: Annotated[list[str], Meta(description="Who says them, ten at most.")]
    since: Annotated[date | None, Meta(description="First date of the reports looked at.")]
    until: Annotated[date | None, Meta(description="Last date of the reports looked at.")]
    occasions: Annotated[int, Meta(description="How many times, more than three days apart.", ge=0)]
    reason: Annotated[str, Meta(description="Why, for a person.")]


class TakenUpOut(Wire, frozen=True, kw_only=True):
    """When an outlet took an utterance up."""

    outlet: Annotated[str, Meta(description="The outlet.")]
    published: Annotated[date | None, Meta(description="When its first report appeared.")]
    article_id: Annotated[int, Meta(description="The article of that report.")]
    quote_id: Annotated[int, Meta(description="Its quote.")]
    wording: Annotated[int | None, Meta(description="Number of its wording; null for a paraphrase.")]
    reports: Annotated[int, Meta(description="How many reports the outlet has published.", ge=1)]


class WordingStepOut(Wire, frozen=True, kw_only=True):
    """One wording in quote marks, from its first appearance on."""

    number: Annotated[int, Meta(description="Counted from 1 in the order of appearance.", ge=1)]
    text: Annotated[str, Meta(description="As its first report has it.")]
    first: Annotated[date | None, Meta(description="When it first appeared.")]
    article_id: Annotated[int, Meta(description="In which article.")]
    quote_id: Annotated[int, Meta(description="In which quote.")]
    outlets: Annotated[list[str], Meta(description="Who printed it, in that order.")]
    relation: Annotated[
        Relation,
        Meta(description="To the first wording; `unrelated` for another part of the utterance."),
    ]
    flags: Annotated[list[str], Meta(description="What matters in the difference to the first wording.")]
    changed: Annotated[
        bool, Meta(description="Words were altered, or left out without a mark, against the first wording.")
    ]


class TimeLineOut(Wire, frozen=True, kw_only=True):
    """How an utterance spread; what has no date stands last."""

    first: Annotated[date | None, Meta(description="When it first appeared.")]
    last: Annotated[date | None, Meta(description="When it was last reported.")]
    outlets: Annotated[list[TakenUpOut], Meta(description="In the order in which they took it up.")]
    wordings: Annotated[list[WordingStepOut], Meta(description="In the order of appearance.")]


class StatementOut(Wire, frozen=True, kw_only=True):
    """One utterance, outlet by outlet."""

    id: Annotated[int | None, Meta(description="The statement's number.")]
    fullest: Annotated[str, Meta(description="The fullest wording.")]
    speakers: Annotated[list[str], Meta(description="The different speakers named, most reports first.")]
    first: Annotated[ReportOut, Meta(description="The report that appeared first.")]
    outlets: Annotated[int, Meta(description="How many outlets carry it.", ge=1)]
    independent_sources: Annotated[
        int, Meta(description="Copies of one text and articles of one outlet count once.", ge=1)
    ]
    sources: Annotated[
        list[list[int]], Meta(description="Article numbers, those of one independent source together.")
    ]
    copies: Annotated[
        list[CopiedOut], Meta(description="The texts that several of these articles print, and who ran them.")
    ]
    conclusion: Annotated[
        Conclusion,
        Meta(
            description="What it comes to, by the words in quote marks; `paraphrased` where nobody quotes "
            "any."
        ),
    ]
    paraphrases: Annotated[
        int, Meta(description="Reports without quote marks; they count as no sources of words.", ge=0)
    ]
    set_phrase: Annotated[
        SetPhraseOut | None,
        Meta(description="That the fullest wording is a set phrase or a slogan; null: it is not."),
    ]
    time_line: TimeLineOut
    variants: Annotated[list[VariantOut], Meta(description="The fullest first, then by date.")]
    left_out: Annotated[
        int, Meta(description="Quotes beyond the first 300, of which nothing here tells.", ge=0)
    ]


class SearchedOut(Wire, frozen=True, kw_only=True):
    """What an answer rests on: "not found" is a fact about the archive, not about the world."""

    articles: Annotated[int, Meta(description="Articles searched.", ge=0)]
    outlets: Annotated[int, Meta(description="Outlets searched.", ge=0)]
    since: Annotated[date | None, Meta(description="First publication date among them.")]
    until: Annotated[date | None, Meta(description="Last publication date among them.")]


class WhoOut(Wire, frozen=True, kw_only=True):
    """Who said some words, where, and how consistently."""

    words: Annotated[str, Meta(description="The words asked for.")]
    conclusion: Annotated[Conclusion | None, Meta(description="That of the likeliest statement.")]
    speakers: Annotated[list[str], Meta(description="Those of the likeliest statement.")]
    set_phrase: Annotated[
        SetPhraseOut | None,
        Meta(description="That the words asked for are a set phrase or a slogan; null: they are not."),
    ]
    statements: Annotated[
        list[StatementOut], Meta(description="Statements that hold the words, likeliest first.")
    ]
    nearest: Annotated[
        list[VariantOut], Meta(description="What comes closest, where no statement holds the words.")
    ]
    searched: SearchedOut


class ClaimRequest(Asked, frozen=True, kw_only=True):
    """A quote as somebody claims it."""

    example: ClassVar[dict[str, object] | None] = {
        "words": "The bridge will open in May",
        "speaker": "Mara Quint",
        "since": "2026-01-01",
        "id": "claim-1",
    }

    words: Annotated[
        str,
        Meta(
            description="The claimed words, without their quote marks or with them.",
            min_length=1,
            max_length=LONGEST_WORDS,
            pattern=NO_ZERO_BYTE,
        ),
    ]
    speaker: (
        Annotated[
            str,
            Meta(
                description="Who is claimed to have said them; absent: asks only whether they were said.",
                min_length=1,
                max_length=LONGEST_NAME,
                pattern=NO_ZERO_BYTE,
            ),
        ]
        | None
    ) = None
    outlet: SearchedOutlet | None = None
    since: Annotated[date | None, Meta(description="First day of publication, included.")] = None
    until: Annotated[date | None, Meta(description="Last day of publication, included.")] = None
    id: (
        Annotated[
            str,
            Meta(
                description="Your own id of this claim, given back in the answer.",
                min_length=1,
                max_length=LONGEST_NAME,
                pattern=NO_ZERO_BYTE,
            ),
        ]
        | None
    ) = None


class ClaimOut(Wire, frozen=True, kw_only=True):
    """The claim as it was understood."""

    words: Annotated[str, Meta(description="The claimed words.")]
    speaker: Annotated[str | None, Meta(description="Who is claimed to have said them.")]
    outlet: Annotated[str | None, Meta(description="The outlet searched, if only one.")]
    since: Annotated[date | None, Meta(description="First day of publication searched.")]
    until: Annotated[date | None, Meta(description="Last day of publication searched.")]
    id: Annotated[str | None, Meta(description="Your own id of this claim.")]


class EvidenceOut(Wire, frozen=True, kw_only=True):
    """One report that bears on the claim."""

    report: ReportOut
    relation: Annotated[
        Wordings,
        Meta(description="How the claimed words compare to it; `paraphrase`: it has no quote marks."),
    ]
    score: Annotated[float, Meta(description="How alike the two are.", ge=0, le=1)]
    changes: Annotated[
        list[ChangeOut], Meta(description="From the claim (`a`) to the report's wording (`b`).")
    ]
    flags: Annotated[list[str], Meta(description="What matters among the differences.")]
    claim_is_part: Annotated[
        bool,
        Meta(
            description="The claim is a part of what is reported; if not, and the relation is "
            "`truncated`, only a part of the claim is."
        ),
    ]
    speaker_fits: Annotated[
        bool | None, Meta(description="Whether the speaker is the claimed one; null where nobody can tell.")
    ]


class VerdictOut(Wire, frozen=True, kw_only=True):
    """The answer to "did X say this?"."""

    id: Annotated[str | None, Meta(description="Your own id of the claim.")]
    claim: ClaimOut
    verdict: Annotated[
        VerdictKind,
        Meta(
            description="`verbatim`, `truncated`, `elided`, `altered`: the words are reported so; "
            "`paraphrased`: only without quote marks, in the reporter's words; "
            "`misattributed`: they are another speaker's; `contested`: outlets disagree on the speaker; "
            "`not_found`: the archive does not have them."
        ),
    ]
    explanation: Annotated[str, Meta(description="One sentence for a person.")]
    speakers: Annotated[list[str], Meta(description="Whom the archive names for these words.")]
    speaker_confirmed: Annotated[
        bool | None, Meta(description="Whether the claimed speaker is named for them; null: nobody can tell.")
    ]
    flags: Annotated[list[str], Meta(description="What matters between the claim and the best evidence.")]
    evidence: Annotated[list[EvidenceOut], Meta(description="What the verdict rests on, best first.")]
    nearest: Annotated[list[EvidenceOut], Meta(description="For `not_found`: what comes closest.")]
    searched: SearchedOut

    @classmethod
    def of(cls, verdict: Verdict) -> VerdictOut:
        """Make it of a verdict."""
        return convert(verdict.to_dict(), cls)


class BulkVerdictOut(Wire, frozen=True, kw_only=True):
    """What became of one line of a batch of claims: either `verdict` or `problem` is there."""

    line: Annotated[int, Meta(description="The line of the request, counted from 1.", ge=1)]
    id: Annotated[str | None, Meta(description="Your own id, as far as the line could be read.")]
    verdict: VerdictOut | None
    problem: Problem | None


class CheckRequest(Asked, frozen=True, kw_only=True):
    """A draft whose quotes are checked. Nothing is stored."""

    example: ClassVar[dict[str, object] | None] = {
        "text": "“The harbour bridge may open to trams in June,” said Mara Quint, the mayor of Port Ellery.",
        "kinds": ["direct", "mixed"],
        "since": "2026-01-01",
    }

    text: Annotated[str, Meta(description="The draft in English; all offsets point into it.", min_length=1)]
    kinds: (
        Annotated[
            list[Kind],
            Meta(
                description="Check quotes of these kinds only; absent: all of them. `direct` and `mixed` are "
                "in quote marks, `indirect` are paraphrases.",
                min_length=1,
                examples=[["direct", "mixed"]],
            ),
        ]
        | None
    ) = None
    outlet: SearchedOutlet | None = None
    since: Annotated[date | None, Meta(description="First day of publication searched, included.")] = None
    until: Annotated[date | None, Meta(description="Last day of publication searched, included.")] = None


class CheckedQuoteOut(Wire, frozen=True, kw_only=True):
    """One quote of a draft, the pieces of a split one together, and what the archive says to it."""

    number: Annotated[int, Meta(description="Counted from 1 in the order of the draft.", ge=1)]
    kind: Annotated[
        Kind,
        Meta(
            description="`indirect`: the draft has it in its own words, so it claims none, and nothing in it "
            "is altered: the verdict is `paraphrased` or `not_found`."
        ),
    ]
    words: Annotated[str, Meta(description="The pieces in order, one blank between them.")]
    pieces: Annotated[
        list[SpanOut], Meta(description="Where they stand in the draft, one span a pair of quote marks.")
    ]
    speaker: Annotated[
        SpeakerOut | None,
        Meta(
            description="Whose words they are as the draft has it; null where the engine cannot tell. One of "
            "type `unnamed` may be anybody: then only the words are checked."
        ),
    ]
    mention: Annotated[SpanOut | None, Meta(description="The words nearby that name the speaker.")]
    cue: Annotated[SpanOut | None, Meta(description="The words that report.")]
    confidence: Annotated[
        float, Meta(description="Probability that the speaker is right; 0 where there is none.", ge=0, le=1)
    ]
    method: Annotated[str, Meta(description="The rule that decided.")]
    verdict: Annotated[
        VerdictOut | None, Meta(description="Null where the quote has no words to look for (“…”).")
    ]
    look: Annotated[
        Reason | None,
        Meta(description="Why a person must look at it, in this order of urgency; null: no reason."),
    ]


class VerdictCounts(Wire, frozen=True, kw_only=True):
    """How many quotes of a draft have each verdict."""

    verbatim: Annotated[int, Meta(description="The same words.", ge=0)]
    truncated: Annotated[int, Meta(description="A part of what is reported, or only a part of it is.", ge=0)]
    elided: Annotated[int, Meta(description="With words left out.", ge=0)]
    altered: Annotated[int, Meta(description="In other words.", ge=0)]
    paraphrased: Annotated[int, Meta(description="Without quote marks, there or in the draft.", ge=0)]
    misattributed: Annotated[int, Meta(description="Another speaker's words.", ge=0)]
    contested: Annotated[int, Meta(description="Outlets disagree on the speaker.", ge=0)]
    not_found: Annotated[int, Meta(description="Not among the articles searched.", ge=0)]


class CheckedDraftOut(Wire, frozen=True, kw_only=True):
    """A draft with a verdict for every quote."""

    quotes: Annotated[list[CheckedQuoteOut], Meta(description="In the order of the draft.")]
    counts: VerdictCounts
    look_first: Annotated[
        list[int],
        Meta(description="The numbers of the quotes that a person must look at, the most urgent first."),
    ]
    searched: SearchedOut
    engine_version: Annotated[str, Meta(description="The version of the attribution engine.")]
    pipeline_version: Annotated[str, Meta(description="Name and version of the language pipeline.")]

    @classmethod
    def of(cls, draft: CheckedDraft) -> CheckedDraftOut:
        """Make it of a checked draft."""
        return convert(draft.to_dict(), cls)


class PageOut(Wire, frozen=True, kw_only=True):
    """What every page of a list says of itself."""

    total: Annotated[int, Meta(description="How many there are in all.", ge=0)]
    limit: Annotated[int, Meta(description="How many this page may hold.", ge=1)]
    offset: Annotated[int, Meta(description="How many were skipped before this page.", ge=0)]


class QuotePage(PageOut, frozen=True, kw_only=True):
    """One page of quotes."""

    items: list[QuoteOut]


class CountOut(Wire, frozen=True, kw_only=True):
    """One value of a facet."""

    value: Annotated[str | None, Meta(description="The value; null where it is not known.")]
    count: Annotated[int, Meta(description="How many quotes have it.", ge=1)]
    id: Annotated[int | None, Meta(description="The number of the speaker or outlet.")]


class FacetOut(Wire, frozen=True, kw_only=True):
    """One facet: the values that most quotes have, most first (months: newest first)."""

    values: list[CountOut]
    others: Annotated[int, Meta(description="How many quotes have values that are not listed.", ge=0)]

    @classmethod
    def of(cls, facet: Facet) -> FacetOut:
        """Make it of the counts."""
        values = [CountOut(value=one.value, count=one.count, id=one.id) for one in facet.values]
        return cls(values=values, others=facet.others)


class FacetsOut(Wire, frozen=True, kw_only=True):
    """How the quotes that fit spread."""

    total: Annotated[int, Meta(description="How many quotes fit.", ge=0)]
    speakers: FacetOut
    outlets: FacetOut
    kinds: FacetOut
    months: Annotated[FacetOut, Meta(description="Months of publication, `YYYY-MM`.")]

    @classmethod
    def of(cls, facets: Facets) -> FacetsOut:
        """Make it of the counts."""
        return cls(
            total=facets.total,
            speakers=FacetOut.of(facets.speakers),
            outlets=FacetOut.of(facets.outlets),
            kinds=FacetOut.of(facets.kinds),
            months=FacetOut.of(facets.months),
        )


class ArticlePage(PageOut, frozen=True, kw_only=True):
    """One page of articles."""

    items: list[ArticleOut]


class SpeakerPage(PageOut, frozen=True, kw_only=True):
    """One page of speakers."""

    items: list[SpeakerEntryOut]


class OutletPage(PageOut, frozen=True, kw_only=True):
    """One page of outlets."""

    items: list[OutletOut]


class Deciding(Asked, frozen=True, kw_only=True):
    """What every decision says of itself."""

    editor: Annotated[
        str,
        Meta(description="Who decides.", min_length=1, max_length=MAX_EDITOR, pattern=NO_ZERO_BYTE),
    ]
    reason: Annotated[
        str,
        Meta(
            description="Why, for those who read the history.",
            min_length=1,
            max_length=MAX_REASON,
            pattern=NO_ZERO_BYTE,
        ),
    ]


class SpeakerChoice(Asked, frozen=True, kw_only=True):
    """Which speaker: either `id`, or `name` and `type` of one whom the archive may not have yet."""

    id: Annotated[int, Meta(description="The speaker's number.", ge=1, le=LARGEST_KEY)] | None = None
    name: (
        Annotated[
            str, Meta(description="The full name.", min_length=1, max_length=MAX_NAME, pattern=NO_ZERO_BYTE)
        ]
        | None
    ) = None
    type: Annotated[SpeakerType, Meta(description="Only with `name`.")] = "person"
    note: (
        Annotated[
            str,
            Meta(
                description="Only with `name`: tells two of one name apart (“the footballer”). With a note, "
                "the speaker is a new one.",
                min_length=1,
                max_length=MAX_NOTE,
                pattern=NO_ZERO_BYTE,
            ),
        ]
        | None
    ) = None


class MergeRequest(Deciding, frozen=True, kw_only=True):
    """That this speaker is another one."""

    example: ClassVar[dict[str, object] | None] = {
        "into": 1,
        "editor": "Ines Falk",
        "reason": "The mayor's maiden name, by the town's own register.",
    }

    into: Annotated[int, Meta(description="The speaker who stays.", ge=1, le=LARGEST_KEY)]


class SplitRequest(Deciding, frozen=True, kw_only=True):
    """That this speaker is two: quotes, names, or both are another speaker's."""

    example: ClassVar[dict[str, object] | None] = {
        "to": {"name": "Mara Quint", "note": "the footballer"},
        "quotes": [2],
        "editor": "Ines Falk",
        "reason": "The Herald's story is about a match.",
    }

    to: SpeakerChoice
    quotes: Annotated[
        list[int], Meta(description="Quotes that are the other's, by number.", max_length=MAX_QUOTES)
    ] = []
    names: Annotated[
        list[str],
        Meta(
            description="Names that are the other's, with all quotes under them, also later ones.",
            max_length=MAX_NAMES,
        ),
    ] = []
    later: Annotated[
        Later | None,
        Meta(
            description="Whom later articles mean by this speaker's own name: `this` one, the `other`, or "
            "`unresolved`: nobody can tell. Absent: `unresolved` if both have that name, else `this`."
        ),
    ] = None


class CorrectRequest(Deciding, frozen=True, kw_only=True):
    """Whose a quote is."""

    example: ClassVar[dict[str, object] | None] = {
        "speaker": {"name": "Ivo Brandt"},
        "editor": "Ines Falk",
        "reason": "The recording of the council's session, minute 41.",
    }

    speaker: Annotated[
        SpeakerChoice | None, Meta(description="Whose it is; null: nobody can tell, whatever was found.")
    ]


class JoinRequest(Deciding, frozen=True, kw_only=True):
    """That this statement and another one are one utterance."""

    example: ClassVar[dict[str, object] | None] = {
        "other": 2,
        "editor": "Ines Falk",
        "reason": "One answer of the mayor, put together from two by the Herald.",
    }

    other: Annotated[int, Meta(description="The other statement.", ge=1, le=LARGEST_KEY)]


class DivideRequest(Deciding, frozen=True, kw_only=True):
    """That some reports of this statement are of another utterance."""

    example: ClassVar[dict[str, object] | None] = {
        "quotes": [2],
        "editor": "Ines Falk",
        "reason": "Said again in May, at the opening.",
    }

    quotes: Annotated[
        list[Annotated[int, Meta(ge=1, le=LARGEST_KEY)]],
        Meta(
            description="Quotes that leave, by number; the other pieces of a split quote leave with them.",
            max_length=MAX_QUOTES,
        ),
    ]


class UndoRequest(Deciding, frozen=True, kw_only=True):
    """That a decision is taken back."""

    example: ClassVar[dict[str, object] | None] = {
        "editor": "Ines Falk",
        "reason": "Two mayors, after all.",
    }


class DecisionChangeOut(Wire, frozen=True, kw_only=True):
    """One thing that a decision changed: whose a quote is, or which speaker a name is."""

    quote_id: Annotated[int | None, Meta(description="The quote, where it is about one.")]
    name: Annotated[SpeakerRef | None, Meta(description="The name, where it is about one.")]
    before: Annotated[
        SpeakerRef | None, Meta(description="The speaker before; of a name null: what the names told.")
    ]
    after: Annotated[SpeakerRef | None, Meta(description="The speaker after it.")]
    carried: Annotated[
        bool,
        Meta(description="The quote came in later, with a new text of its article, and kept its speaker."),
    ]

    @classmethod
    def of(cls, change: ChangeEntry) -> DecisionChangeOut:
        """Make it of an entry."""
        return cls(
            quote_id=change.quote_id,
            name=_speaker(change.name),
            before=_speaker(change.before),
            after=_speaker(change.after),
            carried=change.carried,
        )


class DecidedReportOut(Wire, frozen=True, kw_only=True):
    """A quote that a decision about statements names."""

    quote_id: Annotated[int, Meta(description="The quote.")]
    side: Annotated[
        int, Meta(description="Of a `divide`, 1 is what left and 0 what stayed; of a `join`, either.")
    ]
    carried: Annotated[bool, Meta(description="The quote came in later, with a new text of its article.")]

    @classmethod
    def of(cls, report: DecidedReport) -> DecidedReportOut:
        """Make it of the record."""
        return cls(quote_id=report.quote_id, side=report.side, carried=report.carried)


class DecisionOut(Wire, frozen=True, kw_only=True):
    """What a person decided about speakers or statements: never changed, never deleted."""

    id: Annotated[int, Meta(description="The decision's number.")]
    kind: Annotated[DecisionKind, Meta(description="What was decided.")]
    editor: Annotated[str, Meta(description="Who decided.")]
    reason: Annotated[str, Meta(description="Why.")]
    at: Annotated[datetime, Meta(description="When.")]
    speaker: Annotated[SpeakerRef | None, Meta(description="The speaker it is about: before it, of a quote.")]
    other: Annotated[SpeakerRef | None, Meta(description="The other speaker: after it, of a quote.")]
    undoes: Annotated[int | None, Meta(description="The decision that this one takes back.")]
    undone_by: Annotated[int | None, Meta(description="The decision that took this one back.")]
    later: Annotated[Later | None, Meta(description="Of a split: whom later articles mean by the name.")]
    quotes: Annotated[
        int, Meta(description="Quotes that it gave another speaker one by one, or joined or divided.", ge=0)
    ]
    names: Annotated[int, Meta(description="Names that it gave a speaker.", ge=0)]
    changes: Annotated[list[DecisionChangeOut], Meta(description="The first of these changes of speakers.")]
    statement: Annotated[
        int | None, Meta(description="Of a `join` or `divide`: the statement's number at that time.")
    ]
    other_statement: Annotated[int | None, Meta(description="Of a `join`: the other one's.")]
    reports: Annotated[
        list[DecidedReportOut], Meta(description="The first of the quotes that it joined or divided.")
    ]

    @classmethod
    def of(cls, entry: DecisionEntry) -> DecisionOut:
        """Make it of an entry."""
        decision = entry.decision
        return cls(
            id=_key(decision),
            kind=convert(decision.kind, DecisionKind),
            editor=decision.editor,
            reason=decision.reason,
            at=decision.created_at,
            speaker=_speaker(entry.speaker),
            other=_speaker(entry.other),
            undoes=decision.undoes_id,
            undone_by=entry.undone_by,
            later=decision.detail.get("later"),
            quotes=entry.quotes,
            names=entry.names,
            changes=[DecisionChangeOut.of(change) for change in entry.changes],
            statement=decision.detail.get("statement"),
            other_statement=decision.detail.get("other"),
            reports=[DecidedReportOut.of(report) for report in entry.reports],
        )


class DecidedOut(Wire, frozen=True, kw_only=True):
    """What a decision came to."""

    decision: DecisionOut
    speaker: Annotated[SpeakerRef | None, Meta(description="The speaker whose words they are now.")]
    statements: Annotated[
        list[int],
        Meta(description="Of a decision about statements: those that the quotes it names are in now."),
    ]
    relinked: Annotated[int, Meta(description="Reports whose statements were worked out anew.", ge=0)]
    left: Annotated[
        int, Meta(description="Reports that were too many for that; they stay in their statements.", ge=0)
    ]

    @classmethod
    def of(cls, decided: Decided, entry: DecisionEntry) -> DecidedOut:
        """Make it of the answer and the decision as its history shows it."""
        return cls(
            decision=DecisionOut.of(entry),
            speaker=_speaker(decided.speaker),
            statements=list(decided.statements),
            relinked=decided.relinked,
            left=decided.left,
        )


class DecisionPage(PageOut, frozen=True, kw_only=True):
    """One page of decisions."""

    items: list[DecisionOut]


def _speaker(speaker: Speaker | None) -> SpeakerRef | None:
    return None if speaker is None else SpeakerRef.of(speaker)


def _key(record: Article | Outlet | Speaker | Quote | Revision | Decision) -> int:
    assert record.id is not None  # read from the database
    return record.id


def _span(start: int | None, end: int | None, text: str | None) -> SpanOut | None:
    if start is None or end is None or text is None:
        return None
    return SpanOut(start=start, end=end, text=text)


def _revision_fields(entry: RevisionEntry) -> dict[str, Any]:
    revision = entry.revision
    return {
        "id": _key(revision),
        "number": revision.number,
        "current": revision.current,
        "title": revision.title,
        "content_hash": revision.content_hash,
        "added_at": revision.created_at,
        "engine_version": revision.engine_version,
        "pipeline_version": revision.pipeline_version,
        "quotes": entry.quotes,
    }


def _article_fields(entry: ArticleEntry) -> dict[str, Any]:
    article, outlet = entry.article, entry.outlet
    return {
        "id": _key(article),
        "outlet": Named(id=_key(outlet), name=outlet.name),
        "title": article.title,
        "url": article.url,
        "published_on": article.published_on,
        "published_at": article.published_at,
        "source_id": article.source_id,
        "added_at": article.created_at,
        "revision": RevisionOut.of(RevisionEntry(entry.revision, entry.quotes)),
    }
