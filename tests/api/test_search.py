"""Finding quotes by words, speaker, outlet and date, on both databases."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.archive import ArticleInput, Attribute, add_article
from api.database import Database
from api.search import (
    MAX_INDEXED_BYTES,
    QuoteFilters,
    candidates,
    find_quotes,
    folded_words,
    holding,
    index_terms,
)

COURIER = ArticleInput(
    "“A cease-fire, at last, is on the table,” said Ada Okafor. “We won't colour it,” said Bo Lind.",
    "The Quay Courier",
    title="Talks",
    url="https://courier.example/talks",
    published=date(2025, 3, 17),
)
LEDGER = ArticleInput(
    "“The table is a ceasefire's last colour,” said Óscar Ruiz.",
    "Harbour Ledger",
    published=date(2025, 5, 19),
)
UNDATED = ArticleInput("“We have healthcare for all 25 of them.” No name was given.", "Harbour Ledger")

# One database for many examples: each example only reads.
EXAMPLES = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


WORD_LETTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="“”")


@pytest.fixture
async def archive(database: Database, attribute: Attribute) -> Database:
    async with database.session() as session:
        for article in (COURIER, LEDGER, UNDATED):
            await add_article(session, article, attribute)
    return database


async def texts(database: Database, filters: QuoteFilters) -> list[str]:
    async with database.session() as session:
        page = await find_quotes(session, filters)
    assert page.total == len(page.items)
    return [found.quote.text for found in page.items]


CEASEFIRE = "“A cease-fire, at last, is on the table,”"
COLOUR = "“We won't colour it,”"
TABLE = "“The table is a ceasefire's last colour,”"
HEALTH = "“We have healthcare for all 25 of them.”"


SPELLINGS: list[tuple[str, list[str]]] = [
    ("ceasefire", [TABLE, CEASEFIRE]),
    ("cease-fire", [TABLE, CEASEFIRE]),
    ("CEASE fire", [TABLE, CEASEFIRE]),
    ("on the table", [CEASEFIRE]),
    ("table last", [TABLE, CEASEFIRE]),  # the newest first
    ("is on table", [CEASEFIRE]),
    ("last is", [CEASEFIRE, TABLE]),  # but side by side before that
    ("the color", [TABLE]),
    ("won’t color", [COLOUR]),
    ("health care", [HEALTH]),
    ("twenty-five of them", [HEALTH]),
    ("harbour", []),  # a word of the article, not of a quote
    ("", []),
    ("“—”", []),
]


async def test_words_find_quotes_whatever_their_spelling(archive: Database) -> None:
    found = [(words, await texts(archive, QuoteFilters(words=words))) for words, _ in SPELLINGS]
    assert found == SPELLINGS


NARROWED: list[tuple[QuoteFilters, list[str]]] = [
    (QuoteFilters(), [TABLE, CEASEFIRE, COLOUR, HEALTH]),
    (QuoteFilters(speaker="Okafor"), [CEASEFIRE]),
    (QuoteFilters(speaker="president OSCAR ruiz"), [TABLE]),
    (QuoteFilters(speaker="Okaf"), []),
    (QuoteFilters(speaker="%"), []),
    (QuoteFilters(speaker="Ada Lind"), []),
    (QuoteFilters(outlet="the quay courier"), [CEASEFIRE, COLOUR]),
    (QuoteFilters(outlet="Quay"), []),
    (QuoteFilters(since=date(2025, 3, 18)), [TABLE]),
    (QuoteFilters(until=date(2025, 3, 17)), [CEASEFIRE, COLOUR]),
    (QuoteFilters(since=date(2025, 3, 17), until=date(2025, 5, 19)), [TABLE, CEASEFIRE, COLOUR]),
    (QuoteFilters(kind="mixed"), []),
    (QuoteFilters(min_confidence=0.5), [TABLE, CEASEFIRE, COLOUR]),
    (QuoteFilters(words="color", outlet="Harbour Ledger"), [TABLE]),
]


async def test_filters_narrow_the_answer(archive: Database) -> None:
    found = [(filters, await texts(archive, filters)) for filters, _ in NARROWED]
    assert found == NARROWED


async def test_pages_cover_every_quote_once(archive: Database) -> None:
    async with archive.session() as session:
        pages = [await find_quotes(session, QuoteFilters(), limit=3, offset=offset) for offset in (0, 3, 6)]
        beyond = await find_quotes(session, QuoteFilters(), limit=0)
    assert [page.total for page in [*pages, beyond]] == [4, 4, 4, 4]
    found = [item.quote.text for page in pages for item in page.items]
    assert found == [TABLE, CEASEFIRE, COLOUR, HEALTH]


async def test_a_found_quote_brings_its_article_outlet_and_speaker(archive: Database) -> None:
    async with archive.session() as session:
        page = await find_quotes(session, QuoteFilters(words="cease fire", outlet="The Quay Courier"))
    (found,) = page.items
    assert found.article.url == "https://courier.example/talks"
    assert found.outlet.name == "The Quay Courier"
    assert found.speaker is not None
    assert found.speaker.name == "Ada Okafor"
    assert COURIER.text[found.quote.start : found.quote.end] == CEASEFIRE


async def test_a_superseded_text_is_found_no_more(database: Database, attribute: Attribute) -> None:
    old = ArticleInput("“Seven ferries sank,” said Ada Okafor.", "Ledger", url="https://l.example/1")
    new = ArticleInput("“Seven ferries sailed,” said Ada Okafor.", "Ledger", url="https://l.example/1")
    async with database.session() as session:
        await add_article(session, old, attribute)
        await add_article(session, new, attribute)
        assert await candidates(session, "seven ferries sank", 10) == await candidates(
            session, "seven ferries sailed", 10
        )
    assert await texts(database, QuoteFilters(words="sank")) == []
    assert await texts(database, QuoteFilters()) == ["“Seven ferries sailed,”"]


# fmt: off
AWKWARD = [
    '"', "''", "'; DROP TABLE quote; --", "* OR NEAR(", "a AND", "NOT", "col:umn", "^x", "a & | ! <->",
    "\\", "%_", "\0", "x\0y", "\ud800", "٣ مرحبا", "和平会谈", "ﬁre", "🙂", "·", "a·b", "ceasefire·",
    "{a b} : c", "(" * 500, "é" * 5_000, "\u0301\u0301",
]
# fmt: on


async def test_a_question_may_hold_anything(archive: Database) -> None:
    async with archive.session() as session:
        for awkward in AWKWARD:
            await find_quotes(session, QuoteFilters(words=awkward, speaker=awkward, outlet=awkward))
            await find_quotes(session, QuoteFilters(words=awkward))
            await find_quotes(session, QuoteFilters(speaker=awkward))
            await find_quotes(session, QuoteFilters(outlet=awkward))
            await candidates(session, awkward, 10)


@EXAMPLES
@given(awkward=st.text(alphabet=st.characters(), max_size=60))
async def test_no_question_ends_in_an_error(archive: Database, awkward: str) -> None:
    async with archive.session() as session:
        await find_quotes(session, QuoteFilters(words=awkward, speaker=awkward, outlet=awkward))
        await candidates(session, awkward, 10)


async def test_a_question_of_twenty_thousand_words_is_answered(archive: Database) -> None:
    words = " ".join(f"word{number}" for number in range(20_000))
    async with archive.session() as session:
        assert (await find_quotes(session, QuoteFilters(words=words))).total == 0
        assert await candidates(session, words, 10) == []
        long = "the table is a ceasefire's last colour " * 3_000
        assert len(await candidates(session, long, 10)) == 3  # by "table" and, the short one, "colour"


@EXAMPLES
@given(
    words=st.lists(
        st.text(
            alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="“”"), max_size=12
        ),
        max_size=8,
    )
)
async def test_every_quote_is_found_by_its_own_words(
    database: Database, attribute: Attribute, words: list[str]
) -> None:
    quote = "“" + " ".join(words) + "”"
    async with database.session() as session:
        added = await add_article(session, ArticleInput(quote, "Ledger"), attribute)
        page = await find_quotes(session, QuoteFilters(words=quote, article_id=added.article_id))
        near = await candidates(session, quote, 10_000)
    if folded_words(quote):
        assert [found.quote.text for found in page.items] == [quote]
        assert page.items[0].quote.id in near
    else:
        assert page.items == ()


UTTERANCE = "We have already discussed a lot of it with the harbour board"


@pytest.mark.parametrize(
    "other",
    [
        "we have already discussed a lot of it with the Harbor Board",
        "a lot of it already discussed",
        "already discussed",
        "discussed",
        "We have not already discussed a lot of it",
        "with the harbour board we discussed it",
    ],
)
async def test_either_wording_finds_the_other_whichever_came_first(
    database: Database, attribute: Attribute, other: str
) -> None:
    async with database.session() as session:
        for number, quote in enumerate((UTTERANCE, other)):
            await add_article(session, ArticleInput(f"{number} “{quote}”", "Ledger"), attribute)
        ids = sorted(await candidates(session, other, 10))
        assert len(ids) == 2
        assert sorted(await candidates(session, UTTERANCE, 10)) == ids


async def test_other_utterances_are_no_candidates(archive: Database) -> None:
    async with archive.session() as session:
        assert await candidates(session, "Nobody knows what the weather will be", 10) == []
        assert await candidates(session, "ceasefire on the table", 0) == []


def test_a_term_never_outgrows_the_index() -> None:
    giant = index_terms(" ".join("ж" * 70 + str(number) for number in range(10_000)))
    assert sum(len(term.encode()) for term in giant.terms) <= MAX_INDEXED_BYTES
    assert all(len(term.encode()) < 2_000 for term in giant.terms)


async def test_the_longest_quote_is_stored_and_found(database: Database, attribute: Attribute) -> None:
    quote = "“" + " ".join(f"{'жш' * 30}{number}" for number in range(9_000)) + "”"
    async with database.session() as session:
        added = await add_article(session, ArticleInput(quote, "Ledger"), attribute)
        assert added.quotes == 1
        assert (await find_quotes(session, QuoteFilters(words="жш" * 30 + "7"))).total == 1


async def test_words_are_found_in_another_order_and_inflection(archive: Database) -> None:
    assert await texts(archive, QuoteFilters(words="tables lasted")) == [TABLE, CEASEFIRE]
    assert await texts(archive, QuoteFilters(words="colours we")) == [COLOUR]


SHARED_BY_MANY = [f"“The northern ferries sail on day {number}.”" for number in range(8)]
SHARED_BY_MANY += [f"“An early winter came in year {number}.”" for number in range(8)]
BOTH = "“An early winter came, and the northern ferries sail no more.”"


@pytest.mark.parametrize("place", [0, len(SHARED_BY_MANY)])
async def test_terms_that_very_many_quotes_have_find_together(
    database: Database, attribute: Attribute, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    """Of each term only the newest quotes are taken; one that has two such terms is found all the same."""
    monkeypatch.setattr("api.search.FOUND_OF_TERM", 3)
    quotes = [*SHARED_BY_MANY[:place], BOTH, *SHARED_BY_MANY[place:]]
    async with database.session() as session:
        for quote in quotes:
            await add_article(
                session, ArticleInput(f"{quote} No name was given.", "Harbour Ledger"), attribute
            )
        found = await candidates(session, "Early winter came to where northern ferries sail.", limit=5)
        assert found[0] == quotes.index(BOTH) + 1


async def test_quotes_that_hold_the_words_are_found_newest_first(
    database: Database, attribute: Attribute
) -> None:
    told = ["“We will be there,” said Ana Ruiz.", "“Will we be there?” said Bo Lind.", "“So we will be.”"]
    async with database.session() as session:
        for text in told:
            await add_article(session, ArticleInput(text, "Harbour Ledger"), attribute)
        assert await holding(session, "we will be", 10) == [3, 1]
        assert await holding(session, "we will be", 1) == [3]
        assert await holding(session, "…", 10) == []
