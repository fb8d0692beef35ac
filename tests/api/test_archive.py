"""Adding articles to the archive: once, revised, at the same moment, and refused; on both databases."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import archive
from api.archive import (
    AddedArticle,
    ArticleError,
    ArticleInput,
    Attribute,
    add_article,
    known_article,
    normal_url,
)
from api.database import Database
from api.records import Article, Outlet, Quote, QuoteTerms, Revision, Speaker, Statement
from attribution.errors import AttributionError, EmptyTextError, NotTextError, TextTooLongError
from attribution.models import AttributedText, Span
from attribution.models import Quote as FoundQuote

TEXT = "“We will rebuild the harbour bridge by spring,” said Ada Okafor.\n\nA pause. “Nobody knows.”"
URL = "https://courier.example/bridge"

STORABLE = st.characters(exclude_categories=["Cs"], exclude_characters="\0“”")


async def add(database: Database, article: ArticleInput, attribute: Attribute) -> AddedArticle:
    async with database.session() as session:
        return await add_article(session, article, attribute)


async def count(database: Database, table: type[SQLModel]) -> int:
    async with database.session() as session:
        return (await session.exec(select(func.count()).select_from(table))).one()


async def never(text: str) -> AttributedText:
    raise AssertionError("an article that is known, or refused, is not read")


async def test_an_article_is_archived_with_its_quotes(database: Database, attribute: Attribute) -> None:
    published = datetime(2025, 3, 17, 1, 30, tzinfo=timezone(timedelta(hours=3)))
    article = ArticleInput(TEXT, "The Quay  Courier", "A bridge", URL + "?utm_source=x#top", published, "a-1")
    added = await add(database, article, attribute)
    assert (added.status, added.quotes) == ("created", 2)
    async with database.session() as session:
        first, second = (await session.exec(select(Quote).order_by("start"))).all()
        revision = await session.get_one(Revision, added.revision_id)
        stored = await session.get_one(Article, added.article_id)
        outlet = await session.get_one(Outlet, stored.outlet_id)
        speaker = await session.get_one(Speaker, first.speaker_id)
    assert revision.text == TEXT
    assert (revision.number, revision.current) == (1, True)
    assert outlet.name == "The Quay Courier"
    assert (stored.title, stored.url, stored.source_id) == ("A bridge", URL + "?utm_source=x#top", "a-1")
    # The day is the outlet's own; the moment is kept as UTC.
    assert stored.published_on == date(2025, 3, 17)
    assert stored.published_at == datetime(2025, 3, 16, 22, 30, tzinfo=UTC)
    assert stored.created_at.tzinfo is UTC
    assert TEXT[first.start : first.end] == first.text
    assert first.cue_start is not None
    assert first.mention_start is not None
    assert TEXT[first.cue_start : first.cue_end] == first.cue_text == "said"
    assert TEXT[first.mention_start : first.mention_end] == first.mention_text == "Ada Okafor"
    assert first.chain == [{"start": first.mention_start, "end": first.mention_end, "text": "Ada Okafor"}]
    assert (first.kind, first.method, first.confidence, first.utterance) == ("direct", "test", 0.9, 0)
    assert (first.speaker_name, first.speaker_type, speaker.name) == ("Ada Okafor", "person", "Ada Okafor")
    assert (first.engine_version, first.pipeline_version) == ("1", "2")
    assert (second.speaker_id, second.speaker_name, second.confidence) == (None, None, 0.0)


async def test_the_same_article_twice_changes_nothing(database: Database, attribute: Attribute) -> None:
    first = await add(database, ArticleInput(TEXT, "The Quay Courier", url=URL), attribute)
    again = [
        ArticleInput(TEXT, "The Quay Courier", url=URL),
        ArticleInput(TEXT, "THE QUAY COURIER", title="Another title", published=date(2025, 1, 1)),
        ArticleInput(TEXT, "Quay Courier", url="http://www.courier.example/bridge/?utm_source=feed#comments"),
        ArticleInput(TEXT, "Some aggregator", url=URL),
    ]
    for article in again:
        added = await add(database, article, never)
        assert added == AddedArticle(first.article_id, first.revision_id, "unchanged", 2)
        async with database.session() as session:
            assert await known_article(session, article) == added
    assert [await count(database, table) for table in (Outlet, Article, Revision, Quote)] == [1, 1, 1, 2]
    async with database.session() as session:
        stored = await session.get_one(Article, first.article_id)
    assert (stored.title, stored.published_on) == (None, None)


async def test_a_text_of_two_outlets_is_two_articles(database: Database, attribute: Attribute) -> None:
    one = await add(database, ArticleInput(TEXT, "The Quay Courier"), attribute)
    two = await add(database, ArticleInput(TEXT, "Harbour Ledger"), attribute)
    assert one.article_id != two.article_id
    assert two.status == "created"


async def test_a_new_text_at_a_known_url_is_a_revision(database: Database, attribute: Attribute) -> None:
    first = await add(
        database, ArticleInput(TEXT, "The Quay Courier", "Old", URL, date(2025, 3, 1)), attribute
    )
    changed = TEXT.replace("by spring", "by autumn")
    second = await add(database, ArticleInput(changed, "The Quay Courier", "New", URL + "/"), attribute)
    assert (second.status, second.article_id) == ("revised", first.article_id)
    async with database.session() as session:
        revisions = (await session.exec(select(Revision).order_by("number"))).all()
        indexed = (await session.exec(select(QuoteTerms.quote_id))).all()
        current = (
            await session.exec(select(Quote.id).where(col(Quote.revision_id) == second.revision_id))
        ).all()
        article = await session.get_one(Article, first.article_id)
    assert [(r.number, r.current, r.text, r.title) for r in revisions] == [
        (1, False, TEXT, "Old"),
        (2, True, changed, "New"),
    ]
    assert await count(database, Quote) == 4
    assert sorted(indexed) == sorted(current)
    assert (article.title, article.published_on) == ("New", date(2025, 3, 1))
    # A text that the article had before is known, whichever is current.
    for text in (TEXT, changed):
        assert (
            await add(database, ArticleInput(text, "The Quay Courier", url=URL), never)
        ).status == "unchanged"


async def test_two_processes_add_one_article_at_once(database: Database, attribute: Attribute) -> None:
    async def added(url: str | None) -> str:
        return (await add(database, ArticleInput(TEXT, "The Quay Courier", url=url), attribute)).status

    urls = [URL, URL, None, URL + "?utm_medium=mail", None, URL]
    assert sorted(await asyncio.gather(*map(added, urls))) == ["created"] + ["unchanged"] * 5
    assert [await count(database, table) for table in (Outlet, Article, Revision, Quote)] == [1, 1, 1, 2]


async def test_a_writer_without_the_lock_is_noticed(
    postgres_database: Database, attribute: Attribute, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The unique constraints hold by themselves; whoever is late reads what the first has written.

    SQLite has one writer by nature, so this can happen on PostgreSQL only.
    """
    both_have_looked = asyncio.Barrier(2)
    looks = 0
    really_known = archive._known

    async def know_late(session: AsyncSession, checked: archive._Checked) -> AddedArticle | None:
        """Both look before they read, and both again before they write; only then does one write."""
        nonlocal looks
        known = await really_known(session, checked)
        looks += 1
        if looks <= 4:
            await asyncio.wait_for(both_have_looked.wait(), 10)
        return known

    async def begin_unlocked(session: AsyncSession) -> None:
        """Leave the lock out."""

    monkeypatch.setattr(archive, "_known", know_late)
    monkeypatch.setattr(archive, "begin_write", begin_unlocked)
    article = ArticleInput(TEXT, "The Quay Courier", url=URL)
    results = await asyncio.gather(*(add(postgres_database, article, attribute) for _ in range(2)))
    assert looks == 5  # the one that was late looked again
    assert sorted(result.status for result in results) == ["created", "unchanged"]
    tables = (Outlet, Article, Revision, Quote)
    assert [await count(postgres_database, table) for table in tables] == [1, 1, 1, 2]


async def test_two_new_texts_of_one_url_at_once(database: Database, attribute: Attribute) -> None:
    await add(database, ArticleInput(TEXT, "The Quay Courier", url=URL), attribute)
    texts = [TEXT.replace("spring", season) for season in ("summer", "autumn", "winter")]
    results = await asyncio.gather(
        *(add(database, ArticleInput(text, "The Quay Courier", url=URL), attribute) for text in texts)
    )
    assert [result.status for result in results] == ["revised"] * 3
    async with database.session() as session:
        revisions = (await session.exec(select(Revision).order_by("number"))).all()
        indexed = (await session.exec(select(QuoteTerms))).all()
    assert [revision.number for revision in revisions] == [1, 2, 3, 4]
    assert [revision.current for revision in revisions] == [False, False, False, True]
    assert len(indexed) == 2


@pytest.mark.parametrize(
    ("article", "error", "message"),
    [
        (ArticleInput("", "Ledger"), EmptyTextError, "the text is empty"),
        (ArticleInput(" \n\t ", "Ledger"), EmptyTextError, "the text is empty"),
        (ArticleInput("a\0b", "Ledger"), NotTextError, "NUL"),
        (ArticleInput("a\ud800", "Ledger"), NotTextError, "lone surrogate"),
        (ArticleInput(TEXT, "  "), ArticleError, "outlet has no name"),
        (ArticleInput(TEXT, "Led\0ger"), NotTextError, "the outlet holds NUL"),
        (ArticleInput(TEXT, "L" * 201), ArticleError, "outlet is longer than 200"),
        (ArticleInput(TEXT, "Ledger", title="T\0"), NotTextError, "the title holds NUL"),
        (ArticleInput(TEXT, "Ledger", url="not a url"), ArticleError, "not a web address: 'not a url'"),
        (ArticleInput(TEXT, "Ledger", url="javascript:alert(1)"), ArticleError, "not a web address"),
        (ArticleInput(TEXT, "Ledger", url="http://[::1"), ArticleError, "not a web address"),
        (ArticleInput(TEXT, "Ledger", url="https://x.example:99999/"), ArticleError, "not a web address"),
        (
            ArticleInput(TEXT, "Ledger", url="https://x.example/" + "a" * 2_000),
            ArticleError,
            "longer than 2,000",
        ),
        (
            ArticleInput(TEXT, "Ledger", url="https://x.example/" + "é" * 900),
            ArticleError,
            "longer than 2,000",
        ),
        (
            ArticleInput(TEXT, "L", published=datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5)))),
            ArticleError,
            "out of range",
        ),
    ],
)
async def test_an_article_that_cannot_be_stored_is_named_and_refused(
    sqlite_database: Database, article: ArticleInput, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message) as caught:
        await add(sqlite_database, article, never)
    assert "\n" not in str(caught.value)
    assert await count(sqlite_database, Article) == 0


async def test_a_text_that_the_engine_refuses_leaves_nothing_behind(
    database: Database, attribute: Attribute
) -> None:
    async def refuse(text: str) -> AttributedText:
        raise TextTooLongError("too long")

    async def shifted(text: str) -> AttributedText:
        good = await attribute(text)
        return AttributedText(
            text, (*good.quotes, FoundQuote(0, 3, "???", "direct", None, None, None, 9, "t", 0))
        )

    async with database.session() as session:
        with pytest.raises(TextTooLongError):
            await add_article(session, ArticleInput(TEXT, "Ledger"), refuse)
        with pytest.raises(AttributionError, match="do not fit the text"):
            await add_article(session, ArticleInput(TEXT, "Ledger"), shifted)
        # The session is still good.
        assert (await add_article(session, ArticleInput(TEXT, "Ledger"), attribute)).status == "created"
    assert await count(database, Outlet) == 1


async def test_an_article_whose_writing_fails_leaves_nothing_behind(
    database: Database, attribute: Attribute
) -> None:
    async def too_sure(text: str) -> AttributedText:
        good = await attribute(text)
        span = Span(0, 1, text[0])
        # An empty quote: the table refuses it, after the outlet, the article and a speaker were written.
        return AttributedText(
            text, (*good.quotes, FoundQuote(0, 0, "", "direct", None, span, None, 9, "t", 0.0)), (), "1", "2"
        )

    with pytest.raises(Exception, match="ck_quote_offsets"):
        await add(database, ArticleInput(TEXT, "Ledger"), too_sure)
    tables = (Outlet, Article, Revision, Speaker, Quote, Statement)
    assert [await count(database, table) for table in tables] == [0] * len(tables)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parts=st.lists(
        st.tuples(
            st.text(
                alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0“”"), max_size=30
            ),
            st.booleans(),
        ),
        min_size=1,
    )
)
async def test_any_text_comes_back_as_it_was_with_every_offset(
    database: Database, attribute: Attribute, parts: list[tuple[str, bool]]
) -> None:
    text = "".join(f"“{part}”" if quoted else part for part, quoted in parts)
    if not text.strip():
        return
    added = await add(database, ArticleInput(text, "Ledger"), attribute)
    async with database.session() as session:
        revision = await session.get_one(Revision, added.revision_id)
        quotes = (await session.exec(select(Quote).where(col(Quote.revision_id) == added.revision_id))).all()
    assert revision.text == text
    assert len(quotes) == added.quotes == sum(quoted for _, quoted in parts)
    assert all(text[quote.start : quote.end] == quote.text for quote in quotes)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("https://x.example/a", "http://www.x.example/a/"),
        ("https://x.example/a", "HTTPS://X.EXAMPLE:443/a#part"),
        ("https://x.example/a?id=1", "https://x.example/a?utm_campaign=c&id=1&fbclid=9"),
        ("https://x.example/ä", "https://x.example/%C3%A4"),
        ("https://x.example", "https://x.example/"),
    ],
)
def test_two_spellings_of_one_address(one: str, two: str) -> None:
    assert normal_url(one) == normal_url(two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("https://x.example/a", "https://x.example/A"),
        ("https://x.example/a?id=1", "https://x.example/a?id=2"),
        ("https://x.example/a", "https://y.example/a"),
        ("https://x.example:8080/a", "https://x.example/a"),
    ],
)
def test_two_addresses(one: str, two: str) -> None:
    assert normal_url(one) != normal_url(two)


@given(st.text(max_size=80))
def test_any_text_is_an_address_or_refused(url: str) -> None:
    for candidate in (url, "https://" + url, "https://x.example/" + url):
        try:
            normal = normal_url(candidate)
        except ArticleError as error:
            assert "\n" not in str(error)
        else:
            assert normal_url(normal) == normal
            assert normal.isascii() or not normal.removeprefix("https://").partition("/")[0].isascii()
