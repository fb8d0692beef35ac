"""The tables of the archive, as SQLModel classes; `docs/records.md` explains the rules behind them.

Every key is a whole number that is never given twice. Every timestamp is timezone-aware UTC. Offsets
are half-open character offsets into `Revision.text`, which is kept exactly as it was given.
"""

from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Text,
    UniqueConstraint,
    case,
    func,
    text,
)
from sqlalchemy.orm import aliased
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Field, SQLModel, col, select

# Constraint names must be the same on both databases, or a migration could not name them.
NAMING: Final[dict[str, str]] = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """A timestamp that is timezone-aware UTC in Python on both databases.

    PostgreSQL keeps ``timestamp with time zone``; SQLite, which has no such type, keeps the UTC time.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware timestamp into UTC; a naive one is refused, since its zone would be a guess."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a timestamp needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored timestamp as aware UTC."""
        del dialect  # both give what `tzinfo` tells
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite numbers rows itself only where the column is a plain INTEGER.
KEY: Final[TypeEngine[int]] = BigInteger().with_variant(Integer(), "sqlite")


def utc_now() -> datetime:
    """Return the present time as aware UTC."""
    return datetime.now(UTC)


class Record(SQLModel):
    """What every table shares: one metadata with one naming convention."""

    metadata = MetaData(naming_convention=NAMING)


class Outlet(Record, table=True):
    """A publisher. ``name`` is the form seen first; ``key`` is its folded form, by which it is unique."""

    __tablename__ = "outlet"
    __table_args__ = (UniqueConstraint("key"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    name: str = Field(sa_type=Text)
    key: str = Field(sa_type=Text)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class Article(Record, table=True):
    """One published item of an outlet; its texts are its revisions.

    ``published_on`` is the date as the outlet gives it; ``published_at`` is set only where a full
    timestamp with a time zone is known. ``url`` is the address as given and ``url_key`` its normalised
    form, which no two articles share. ``source_id`` is the id under which a caller handed it in.
    """

    __tablename__ = "article"
    __table_args__ = (
        UniqueConstraint("url_key"),
        Index(None, "outlet_id", "published_on"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    outlet_id: int = Field(sa_type=KEY, sa_column_args=[ForeignKey("outlet.id")])
    title: str | None = Field(default=None, sa_type=Text)
    url: str | None = Field(default=None, sa_type=Text)
    url_key: str | None = Field(default=None, sa_type=Text)
    published_on: date | None = Field(default=None, index=True)
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    source_id: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class Revision(Record, table=True):
    """One text of an article, exactly as given. The newest is ``current``; older ones stay with their quotes.

    ``number`` counts from 1 within the article. ``content_hash`` is the SHA-256 of the text in UTF-8,
    in hexadecimal. ``title`` is the title that came with this text. ``outlet_id`` repeats the article's
    outlet so that the database itself refuses the same text of one outlet twice.
    """

    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("article_id", "number"),
        UniqueConstraint("outlet_id", "content_hash"),
        Index(
            "uq_revision_current",
            "article_id",
            unique=True,
            sqlite_where=text("current"),
            postgresql_where=text("current"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    article_id: int = Field(sa_type=KEY, sa_column_args=[ForeignKey("article.id", ondelete="CASCADE")])
    outlet_id: int = Field(sa_type=KEY, sa_column_args=[ForeignKey("outlet.id")])
    number: int
    current: bool = True
    title: str | None = Field(default=None, sa_type=Text)
    text: str = Field(sa_type=Text)
    content_hash: str = Field(sa_type=Text)
    engine_version: str = Field(sa_type=Text)
    pipeline_version: str = Field(sa_type=Text)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class Speaker(Record, table=True):
    """Who speaks, under one name: a person, an organisation, or a source that one article leaves unnamed.

    ``key`` is the folded name by which a named speaker is unique within its type; `api.speakers` says
    how it is made. An unnamed source carries its article in ``article_id`` and in its key, so two
    articles' "a senior official" are never one speaker. ``match_key`` and ``surname_key`` gather names
    that *may* be one speaker's; they only find candidates and decide nothing. ``born`` is the year
    reckoned from the age that an article gives.

    Several names can be one speaker: ``canonical_id`` is the record that stands for all of them, null
    where it is this one. It follows from the names (`api.speakers`) and from what people decided:
    ``decided_id`` is the record that a person says this name is (itself: a speaker of its own) and
    ``decision_id`` that decision. Speakers of one name whom a person told apart share ``family_id``;
    ``note`` says which of them this is. ``version`` counts every change of these.
    """

    __tablename__ = "speaker"
    __table_args__ = (UniqueConstraint("type", "key"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    name: str = Field(sa_type=Text)
    type: str = Field(sa_type=Text)
    key: str = Field(sa_type=Text)
    match_key: str = Field(sa_type=Text, index=True)
    surname_key: str | None = Field(default=None, sa_type=Text, index=True)
    born: int | None = None
    note: str | None = Field(default=None, sa_type=Text)
    article_id: int | None = Field(
        default=None, sa_type=KEY, index=True, sa_column_args=[ForeignKey("article.id", ondelete="CASCADE")]
    )
    canonical_id: int | None = Field(
        default=None, sa_type=KEY, index=True, sa_column_args=[ForeignKey("speaker.id")]
    )
    decided_id: int | None = Field(
        default=None, sa_type=KEY, index=True, sa_column_args=[ForeignKey("speaker.id")]
    )
    # Two tables that point to each other: `use_alter` says which of the two references comes later.
    decision_id: int | None = Field(
        default=None,
        sa_type=KEY,
        sa_column_args=[ForeignKey("decision.id", name="fk_speaker_decision_id_decision", use_alter=True)],
    )
    family_id: int | None = Field(
        default=None, sa_type=KEY, index=True, sa_column_args=[ForeignKey("speaker.id")]
    )
    version: int = 1
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class SpeakerAlias(Record, table=True):
    """A name form under which a speaker has been seen, the canonical one included."""

    __tablename__ = "speaker_alias"
    __table_args__ = (UniqueConstraint("speaker_id", "name"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    speaker_id: int = Field(sa_type=KEY, sa_column_args=[ForeignKey("speaker.id", ondelete="CASCADE")])
    name: str = Field(sa_type=Text)
    key: str = Field(sa_type=Text, index=True)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class Decision(Record, table=True):
    """What a person decided about speakers or statements: never changed, never deleted; the database refuses.

    ``kind`` is ``merge`` (``speaker_id`` is ``other_id``), ``split`` (quotes or names of ``speaker_id``
    are ``other_id``'s), ``correct`` (a quote's speaker is ``other_id``, or not known), ``join`` or ``divide``
    (of statements) or ``undo`` (of ``undoes_id``, once). What it changed about speakers, before and after,
    is in `DecisionChange`; the reports that it joined or divided are in `DecidedReport`. ``detail`` holds
    what else was asked.
    """

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("undoes_id"),
        CheckConstraint("(kind = 'undo') = (undoes_id IS NOT NULL)", name="undo"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    kind: str = Field(sa_type=Text)
    editor: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)
    speaker_id: int | None = Field(
        default=None, sa_type=KEY, index=True, sa_column_args=[ForeignKey("speaker.id")]
    )
    other_id: int | None = Field(
        default=None, sa_type=KEY, index=True, sa_column_args=[ForeignKey("speaker.id")]
    )
    undoes_id: int | None = Field(default=None, sa_type=KEY, sa_column_args=[ForeignKey("decision.id")])
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class DecisionChange(Record, table=True):
    """One thing that a decision changed: whose a quote is, or which speaker a name is; append-only too.

    Exactly one of ``quote_id`` and ``name_id`` (a `Speaker` record) is set. ``before_id`` and ``after_id``
    are speaker records: for a quote `Quote.speaker_id`, for a name `Speaker.decided_id`.
    ``before_decision_id`` is the decision that held before. ``carried``: the quote came in later, with a
    new text of the article, and the decision was carried over to it.
    """

    __tablename__ = "decision_change"
    __table_args__ = (
        CheckConstraint("(quote_id IS NULL) <> (name_id IS NULL)", name="subject"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    decision_id: int = Field(sa_type=KEY, index=True, sa_column_args=[ForeignKey("decision.id")])
    quote_id: int | None = Field(
        default=None, sa_type=KEY, index=True, sa_column_args=[ForeignKey("quote.id")]
    )
    name_id: int | None = Field(
        default=None, sa_type=KEY, index=True, sa_column_args=[ForeignKey("speaker.id")]
    )
    before_id: int | None = Field(default=None, sa_type=KEY, sa_column_args=[ForeignKey("speaker.id")])
    after_id: int | None = Field(default=None, sa_type=KEY, sa_column_args=[ForeignKey("speaker.id")])
    before_decision_id: int | None = Field(
        default=None, sa_type=KEY, sa_column_args=[ForeignKey("decision.id")]
    )
    carried: bool = False
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class DecidedReport(Record, table=True):
    """A quote that a decision about statements is on one ``side`` of (0 or 1); append-only too.

    Of a ``join`` both sides are one statement; of a ``divide`` no quote of one side is in one statement with
    one of the other, and side 1 is the one that left. All pieces of a split quote are on one side.
    ``carried``: the quote came in later, with a new text of its article.
    """

    __tablename__ = "decided_report"
    __table_args__ = (
        UniqueConstraint("decision_id", "quote_id"),
        CheckConstraint("side IN (0, 1)", name="side"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    decision_id: int = Field(sa_type=KEY, sa_column_args=[ForeignKey("decision.id")])
    quote_id: int = Field(sa_type=KEY, index=True, sa_column_args=[ForeignKey("quote.id")])
    side: int
    carried: bool = False
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class DecidedName(Record, table=True):
    """Whom a person says a name means in later articles; it holds until the decision is undone."""

    __tablename__ = "decided_name"
    __table_args__ = (Index(None, "type", "key"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    decision_id: int = Field(sa_type=KEY, sa_column_args=[ForeignKey("decision.id")])
    type: str = Field(sa_type=Text)
    key: str = Field(sa_type=Text)
    speaker_id: int = Field(sa_type=KEY, sa_column_args=[ForeignKey("speaker.id")])


class Statement(Record, table=True):
    """One utterance, as reported by one or more quotes (`Quote.statement_id` points here)."""

    __tablename__ = "statement"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class Quote(Record, table=True):
    """Words that one revision puts in a speaker's mouth, with the evidence for it.

    ``start`` and ``end`` are offsets into the revision's text, and ``text == revision.text[start:end]``;
    so for the cue and the mention. ``chain`` is a list of ``{"start", "end", "text"}``, the mentions that
    led to the name. ``speaker_name`` and ``speaker_type`` are what the engine said; ``found_speaker_id``
    is the speaker record of that name; all three are null where the engine abstained, and none ever changes.
    ``speaker_id`` is whose quote it is: the same record, or the one that a person decided on by
    ``decision_id``. ``utterance`` is shared by the pieces of one split quote, within one revision.
    """

    __tablename__ = "quote"
    __table_args__ = (
        CheckConstraint('"start" >= 0 AND "end" > "start"', name="offsets"),
        CheckConstraint("confidence >= 0 AND confidence <= 1", name="confidence"),
        Index(None, "revision_id", "start"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    revision_id: int = Field(sa_type=KEY, sa_column_args=[ForeignKey("revision.id", ondelete="CASCADE")])
    start: int
    end: int
    text: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    cue_start: int | None = None
    cue_end: int | None = None
    cue_text: str | None = Field(default=None, sa_type=Text)
    mention_start: int | None = None
    mention_end: int | None = None
    mention_text: str | None = Field(default=None, sa_type=Text)
    chain: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    utterance: int
    method: str = Field(sa_type=Text)
    confidence: float
    speaker_id: int | None = Field(
        default=None, sa_type=KEY, index=True, sa_column_args=[ForeignKey("speaker.id", ondelete="SET NULL")]
    )
    found_speaker_id: int | None = Field(
        default=None, sa_type=KEY, index=True, sa_column_args=[ForeignKey("speaker.id")]
    )
    decision_id: int | None = Field(
        default=None, sa_type=KEY, index=True, sa_column_args=[ForeignKey("decision.id")]
    )
    speaker_name: str | None = Field(default=None, sa_type=Text)
    speaker_type: str | None = Field(default=None, sa_type=Text)
    engine_version: str = Field(sa_type=Text)
    pipeline_version: str = Field(sa_type=Text)
    statement_id: int | None = Field(
        default=None,
        sa_type=KEY,
        index=True,
        sa_column_args=[ForeignKey("statement.id", ondelete="SET NULL")],
    )
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class QuoteTerms(Record, table=True):
    """What the full-text index knows of a quote of a *current* revision; `api.search` makes both fields.

    ``words``: the folded words in order, one blank between them. ``terms``: the different words, and what
    else two wordings of one utterance are likely to share. The row of a quote is removed when its revision
    is superseded, so a search can never reach an old text.
    """

    __tablename__ = "quote_terms"

    quote_id: int = Field(
        primary_key=True, sa_type=KEY, sa_column_args=[ForeignKey("quote.id", ondelete="CASCADE")]
    )
    words: str = Field(sa_type=Text)
    terms: str = Field(sa_type=Text)


# The record of the name by which a quote's speaker is kept; `Speaker` itself stands for the canonical one.
NamedSpeaker: Any = aliased(Speaker, name="named_speaker")


def with_speaker(query: Any) -> Any:
    """Join the record of each quote's name (`NamedSpeaker`) and the speaker whose name it is (`Speaker`)."""
    canonical = func.coalesce(NamedSpeaker.canonical_id, NamedSpeaker.id)
    return query.outerjoin(NamedSpeaker, NamedSpeaker.id == col(Quote.speaker_id)).outerjoin(
        Speaker, col(Speaker.id) == canonical
    )


def names_of(speaker_ids: Any) -> Any:
    """Select the ids of the names that are these speakers: a list of ids or a select of them.

    Names of a speaker, or the one name where the id is that of a name which stands for another speaker.
    """
    return select(Speaker.id).where(
        col(Speaker.id).in_(speaker_ids) | col(Speaker.canonical_id).in_(speaker_ids)
    )


def with_decision(query: Any) -> Any:
    """Join the decision by which a quote has its speaker, its own or that on its name, if there is one."""
    of_name = case((NamedSpeaker.decided_id != NamedSpeaker.id, NamedSpeaker.decision_id))
    return query.outerjoin(Decision, col(Decision.id) == func.coalesce(col(Quote.decision_id), of_name))


def current_quotes() -> Any:
    """Select each quote of a current revision with its article, outlet, speaker and decision (or ``None``).

    What is searched, reported and exported starts here, so older revisions stay out of all of it.
    """
    quoted: tuple[Any, ...] = (Quote, Article, Outlet, Speaker, Decision)
    query = (
        select(*quoted)
        .select_from(Quote)
        .join(Revision, col(Revision.id) == col(Quote.revision_id))
        .join(Article, col(Article.id) == col(Revision.article_id))
        .join(Outlet, col(Outlet.id) == col(Article.outlet_id))
    )
    return with_decision(with_speaker(query)).where(col(Revision.current))
