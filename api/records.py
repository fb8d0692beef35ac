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
    text,
)
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
    """Who speaks: a person, an organisation, or a source that one article leaves unnamed.

    ``key`` is the folded name by which a named speaker is unique within its type; `api.speakers` says
    how it is made. An unnamed source carries its article in ``article_id`` and in its key, so two
    articles' "a senior official" are never one speaker. ``match_key`` gathers spellings that *may* be
    the same name; it only finds candidates and decides nothing.
    """

    __tablename__ = "speaker"
    __table_args__ = (UniqueConstraint("type", "key"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    name: str = Field(sa_type=Text)
    type: str = Field(sa_type=Text)
    key: str = Field(sa_type=Text)
    match_key: str = Field(sa_type=Text, index=True)
    article_id: int | None = Field(
        default=None, sa_type=KEY, index=True, sa_column_args=[ForeignKey("article.id", ondelete="CASCADE")]
    )
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
    led to the name. ``speaker_name`` and ``speaker_type`` are what the engine said; ``speaker_id`` is the
    speaker record it was resolved to; all three are null where the engine abstained. ``utterance`` is
    shared by the pieces of one split quote, within one revision.
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


def current_quotes() -> Any:
    """Select each quote of a current revision with its article, outlet and speaker (or ``None``).

    What is searched, reported and exported starts here, so older revisions stay out of all of it.
    """
    return (
        select(Quote, Article, Outlet, Speaker)
        .select_from(Quote)
        .join(Revision, col(Revision.id) == col(Quote.revision_id))
        .join(Article, col(Article.id) == col(Revision.article_id))
        .join(Outlet, col(Outlet.id) == col(Article.outlet_id))
        .outerjoin(Speaker, col(Speaker.id) == col(Quote.speaker_id))
        .where(col(Revision.current))
    )
