"""Put articles into the archive: the same one twice changes nothing, a changed text becomes a new revision.

A text is stored exactly as it was given, so offsets never move.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, Literal
from urllib.parse import quote as percent_encode
from urllib.parse import urlsplit, urlunsplit

from courlan import clean_url
from sqlalchemy import delete, func, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.database import begin_write
from api.decisions import carry_over
from api.linking import link_quotes
from api.names import HONORIFICS, age_of, folded_name, introduced_acronyms, is_bare
from api.records import Article, Outlet, Quote, QuoteTerms, Revision, Speaker
from api.search import terms_record
from api.speakers import link_known_surnames, resolve_speaker
from attribution.errors import AttributionError, EmptyTextError, NotTextError
from attribution.models import AttributedText, Span
from attribution.models import Quote as FoundQuote

Status = Literal["created", "revised", "unchanged"]
Attribute = Callable[[str], Awaitable[AttributedText]]

UNKNOWN_OUTLET: Final = "Unknown outlet"

# Longest names and addresses; keys made of them must fit into an index entry of PostgreSQL (2,704 bytes).
MAX_OUTLET: Final = 200
MAX_URL: Final = 2_000
MAX_TITLE: Final = 2_000
MAX_SOURCE_ID: Final = 500

# What stands before a surname and tells a man from a woman.
_HONORIFIC: Final = re.compile(rf"\b((?:{'|'.join(word.title() for word in HONORIFICS)})\.?)\s+$")

# How often a write is tried again when another process has added the same thing in the meantime.
ATTEMPTS: Final = 5


class ArticleError(ValueError):
    """The article cannot be archived as it is; ``str(error)`` says why in one line."""


@dataclass(frozen=True, slots=True)
class ArticleInput:
    """One article as handed in.

    Attributes:
        text: the text; kept exactly.
        outlet: who published it; ``UNKNOWN_OUTLET`` where nobody knows.
        title: its headline.
        url: its web address.
        published: the day, or the moment. A timestamp without a time zone counts as its day only.
        id: the caller's own name for it; kept, and not used to tell articles apart.
    """

    text: str
    outlet: str
    title: str | None = None
    url: str | None = None
    published: date | datetime | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class AddedArticle:
    """What became of an article; ``quotes`` counts those of the revision named here."""

    article_id: int
    revision_id: int
    status: Status
    quotes: int


@dataclass(frozen=True, slots=True)
class _Checked:
    """An article whose every field has been found storable, with the keys it is recognised by."""

    text: str
    content_hash: str
    outlet: str
    outlet_key: str
    title: str | None
    url: str | None
    url_key: str | None
    published_on: date | None
    published_at: datetime | None
    source_id: str | None


def content_hash(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def normal_url(url: str) -> str:
    """Return the form of a web address that two spellings of it share.

    Scheme, "www.", host case, default port, fragment, trailing slash and the parameters by which
    visitors are tracked do not count.

    Raises:
        ArticleError: it is no http or https address.
    """
    given = url.strip()
    if len(given) > MAX_URL:
        raise ArticleError(f"the URL is longer than {MAX_URL:,} characters")
    try:
        parts = urlsplit(given)
        port = parts.port
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        host, port = "", None
    if not host or parts.scheme.casefold() not in ("http", "https") or re.search(r"\s", given):
        raise ArticleError(f"not a web address: {given[:100]!r}")
    cleaned = urlsplit(clean_url(given) or given)
    host = host.removeprefix("www.")
    if port not in (None, 80, 443):
        host = f"{host}:{port}"
    path = percent_encode(cleaned.path.rstrip("/"), safe="/%:@!$&'()*+,;=~-._")
    query = percent_encode(cleaned.query, safe="/%:@!$&'()*+,;=~-._?")
    normal = urlunsplit(("https", host.casefold(), path, query, ""))
    if len(normal.encode()) > MAX_URL:
        raise ArticleError(f"the URL is longer than {MAX_URL:,} characters")
    return normal


async def add_article(session: AsyncSession, article: ArticleInput, attribute: Attribute) -> AddedArticle:
    """Archive one article, and commit.

    An article is known if its outlet already has this very text, or if an article of this URL has it in
    any revision: then nothing changes. A known URL with a new text gets a new revision, which becomes the
    current one; the old one stays with its quotes. Anything else is a new article. Processes that add
    the same article at the same moment end up with one record.

    Args:
        session: a session without unsaved changes. It is committed, or rolled back on an error. No
            transaction is open while ``attribute`` runs.
        article: the article.
        attribute: finds the quotes of a text; called at most once, and not for an unchanged article.

    Raises:
        ArticleError: a field cannot be stored.
        AttributionError: the text is empty or binary, or ``attribute`` refuses it.
    """
    checked = _check(article)
    known = await _known(session, checked)
    await session.commit()
    if known is not None:
        return known
    found = await attribute(checked.text)
    _check_offsets(checked.text, found)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            await begin_write(session)
            added = await _known(session, checked) or await _add(session, checked, found)
            await session.commit()
        except IntegrityError:
            # Somebody who did not take the write lock was faster; what he wrote is visible now.
            await session.rollback()
            if attempt == ATTEMPTS:
                raise
        except BaseException:
            await session.rollback()
            raise
        else:
            return added
    raise AssertionError("unreachable")


async def known_article(session: AsyncSession, article: ArticleInput) -> AddedArticle | None:
    """Return what `add_article` would answer for an unchanged article, or ``None`` for one to be read.

    Raises:
        ArticleError, AttributionError: as `add_article` does before it reads the text.
    """
    return await _known(session, _check(article))


def _check(article: ArticleInput) -> _Checked:
    text = article.text
    if not text.strip():
        raise EmptyTextError("the text is empty")
    _check_storable("text", text)
    outlet = _one_line("outlet", article.outlet, MAX_OUTLET)
    if not outlet:
        raise ArticleError("the outlet has no name")
    published_on, published_at = _published(article.published)
    url = article.url.strip() if article.url else None
    _check_storable("URL", url or "")
    return _Checked(
        text=text,
        content_hash=content_hash(text),
        outlet=outlet,
        outlet_key=folded_name(outlet),
        title=_one_line("title", article.title or "", MAX_TITLE) or None,
        url=url or None,
        url_key=normal_url(url) if url else None,
        published_on=published_on,
        published_at=published_at,
        source_id=_one_line("id", article.id or "", MAX_SOURCE_ID) or None,
    )


def _check_storable(field: str, value: str) -> None:
    if "\0" in value:
        raise NotTextError(f"the {field} holds NUL characters: it is binary, not text")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise NotTextError(
            f"the {field} holds half a character (a lone surrogate) at {error.start}"
        ) from None


def _one_line(field: str, value: str, longest: int) -> str:
    _check_storable(field, value)
    line = " ".join(value.split())
    if len(line) > longest:
        raise ArticleError(f"the {field} is longer than {longest:,} characters")
    return line


def _published(published: date | datetime | None) -> tuple[date | None, datetime | None]:
    if not isinstance(published, datetime):
        return published, None
    if published.tzinfo is None:
        return published.date(), None
    try:
        return published.date(), published.astimezone(UTC)
    except OverflowError:
        raise ArticleError(f"the published date is out of range: {published.isoformat()}") from None


def _check_offsets(text: str, found: AttributedText) -> None:
    for quote in found.quotes:
        spans: list[FoundQuote | Span] = [quote, *quote.chain]
        spans += [span for span in (quote.cue, quote.mention) if span is not None]
        if any(text[span.start : span.end] != span.text for span in spans):
            raise AttributionError(f"offsets {quote.start}–{quote.end} do not fit the text")


async def _known(session: AsyncSession, checked: _Checked) -> AddedArticle | None:
    same_text = select(Revision).where(col(Revision.content_hash) == checked.content_hash)
    in_outlet = same_text.join(Outlet, col(Outlet.id) == col(Revision.outlet_id)).where(
        col(Outlet.key) == checked.outlet_key
    )
    revision = (await session.exec(in_outlet)).first()
    if revision is None and checked.url_key is not None:
        at_url = same_text.join(Article, col(Article.id) == col(Revision.article_id)).where(
            col(Article.url_key) == checked.url_key
        )
        revision = (await session.exec(at_url)).first()
    if revision is None or revision.id is None:
        return None
    counted = select(func.count()).select_from(Quote).where(col(Quote.revision_id) == revision.id)
    quotes = (await session.exec(counted)).one()
    return AddedArticle(revision.article_id, revision.id, "unchanged", quotes)


async def _add(session: AsyncSession, checked: _Checked, found: AttributedText) -> AddedArticle:
    article: Article | None = None
    if checked.url_key is not None:
        at_url = select(Article).where(col(Article.url_key) == checked.url_key).with_for_update()
        article = (await session.exec(at_url)).first()
    if article is None:
        status: Status = "created"
        number = 1
        article = Article(
            outlet_id=await _outlet_id(session, checked), url=checked.url, url_key=checked.url_key
        )
        article.source_id = checked.source_id
    else:
        status = "revised"
        numbers = select(func.max(Revision.number)).where(col(Revision.article_id) == article.id)
        number = ((await session.exec(numbers)).one() or 0) + 1
        await _supersede(session, article)
    article.title = checked.title or article.title
    article.published_on = checked.published_on or article.published_on
    article.published_at = checked.published_at if checked.published_on else article.published_at
    session.add(article)
    await session.flush()
    assert article.id is not None  # flushed
    revision = Revision(
        article_id=article.id,
        outlet_id=article.outlet_id,
        number=number,
        title=checked.title,
        text=checked.text,
        content_hash=checked.content_hash,
        engine_version=found.engine_version,
        pipeline_version=found.pipeline_version,
    )
    session.add(revision)
    await session.flush()
    assert revision.id is not None  # flushed
    quotes = await _add_quotes(session, article.id, revision, found, article.published_on)
    await carry_over(session, article.id, quotes)
    await link_quotes(session, quotes)
    return AddedArticle(article.id, revision.id, status, len(quotes))


async def _outlet_id(session: AsyncSession, checked: _Checked) -> int:
    outlet = (await session.exec(select(Outlet).where(col(Outlet.key) == checked.outlet_key))).first()
    if outlet is None:
        outlet = Outlet(name=checked.outlet, key=checked.outlet_key)
        session.add(outlet)
        await session.flush()
    assert outlet.id is not None  # flushed, or read
    return outlet.id


async def _supersede(session: AsyncSession, article: Article) -> None:
    """Take the article's current revision out of the index; its quotes stay."""
    current = select(Revision.id).where(col(Revision.article_id) == article.id, col(Revision.current))
    old_quotes = select(Quote.id).where(col(Quote.revision_id).in_(current))
    await session.exec(delete(QuoteTerms).where(col(QuoteTerms.quote_id).in_(old_quotes)))
    await session.exec(update(Revision).where(col(Revision.article_id) == article.id).values(current=False))


async def _add_quotes(
    session: AsyncSession,
    article_id: int,
    revision: Revision,
    found: AttributedText,
    published: date | None,
) -> list[Quote]:
    people = list(
        dict.fromkeys(
            quote.speaker.name for quote in found.quotes if quote.speaker and quote.speaker.type == "person"
        )
    )
    acronyms = introduced_acronyms(revision.text)
    speakers: dict[tuple[str, str], Speaker] = {}
    records: list[Quote] = []
    for quote in found.quotes:
        speaker_id = None
        if quote.speaker is not None:
            name = _name(quote, revision.text, acronyms)
            seen = (name, quote.speaker.type)
            if seen not in speakers:
                age = age_of(quote.speaker.name, revision.text) if quote.speaker.type == "person" else None
                speakers[seen] = await resolve_speaker(
                    session,
                    name,
                    quote.speaker.type,
                    article_id=article_id,
                    article_names=people,
                    born=published.year - age if published is not None and age is not None else None,
                )
            speaker_id = speakers[seen].id
        records.append(_record(quote, revision, speaker_id))
    session.add_all(records)
    await session.flush()
    await link_known_surnames(session, speakers.values())
    for record in records:
        assert record.id is not None  # flushed
        session.add(terms_record(record.id, record.text))
    await session.flush()
    return records


def _name(quote: FoundQuote, text: str, acronyms: dict[str, str]) -> str:
    """Return the speaker's name with what the article tells besides: a "Mrs." before it, what "DNC" is."""
    assert quote.speaker is not None
    name = quote.speaker.name
    if quote.speaker.type == "organization":
        return acronyms.get(name, name)
    if quote.speaker.type == "person" and quote.mention is not None and quote.mention.text == name:
        before = _HONORIFIC.search(text[: quote.mention.start][-20:])
        if before and is_bare(name):
            return f"{before[1]} {name}"
    return name


def _record(quote: FoundQuote, revision: Revision, speaker_id: int | None) -> Quote:
    assert revision.id is not None  # flushed by the caller
    return Quote(
        revision_id=revision.id,
        start=quote.start,
        end=quote.end,
        text=quote.text,
        kind=quote.kind,
        cue_start=quote.cue.start if quote.cue else None,
        cue_end=quote.cue.end if quote.cue else None,
        cue_text=quote.cue.text if quote.cue else None,
        mention_start=quote.mention.start if quote.mention else None,
        mention_end=quote.mention.end if quote.mention else None,
        mention_text=quote.mention.text if quote.mention else None,
        chain=[{"start": span.start, "end": span.end, "text": span.text} for span in quote.chain],
        utterance=quote.utterance,
        method=quote.method,
        confidence=min(1.0, max(0.0, float(quote.confidence))),
        speaker_id=speaker_id,
        found_speaker_id=speaker_id,
        speaker_name=quote.speaker.name if quote.speaker else None,
        speaker_type=quote.speaker.type if quote.speaker else None,
        engine_version=revision.engine_version,
        pipeline_version=revision.pipeline_version,
    )
