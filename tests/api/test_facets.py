"""Counting what a search finds by speaker, outlet, kind and month, on both databases."""

from __future__ import annotations

from datetime import date

import pytest

from api.archive import ArticleInput, Attribute, add_article
from api.database import Database
from api.facets import MAX_VALUES, Count, count_facets
from api.search import QuoteFilters, find_quotes

ARTICLES = [
    ArticleInput(
        "“The ferries are late,” said Ana Ruiz. “The ferry was never late,” said Bo Lind.",
        "Harbour Ledger",
        published=date(2025, 3, 17),
    ),
    ArticleInput("“The ferry is late again,” said Ana Ruiz.", "Quay Courier", published=date(2025, 5, 2)),
    ArticleInput("“The bridge is closed,” said Ana Ruiz.", "Quay Courier"),
]


@pytest.fixture
async def archive(database: Database, attribute: Attribute) -> Database:
    async with database.session() as session:
        for article in ARTICLES:
            await add_article(session, article, attribute)
    return database


async def test_every_quote_is_counted_once_in_each_facet(archive: Database) -> None:
    async with archive.session() as session:
        found = await count_facets(session, QuoteFilters())
    assert found.total == 4
    assert [(one.value, one.count) for one in found.speakers.values] == [("Ana Ruiz", 3), ("Bo Lind", 1)]
    assert [(one.value, one.count) for one in found.outlets.values] == [
        ("Harbour Ledger", 2),
        ("Quay Courier", 2),
    ]
    assert found.months.values == (Count("2025-05", 1), Count("2025-03", 2), Count(None, 1))
    assert found.speakers.others == found.outlets.others == 0


async def test_filters_and_words_in_any_inflection_narrow_the_counts(archive: Database) -> None:
    filters = QuoteFilters(words="late ferry", since=date(2025, 3, 1))
    async with archive.session() as session:
        found = await count_facets(session, filters)
        page = await find_quotes(session, filters)
    assert found.total == page.total == 3
    assert [(one.value, one.count) for one in found.outlets.values] == [
        ("Harbour Ledger", 2),
        ("Quay Courier", 1),
    ]


async def test_words_without_letters_count_nothing(archive: Database) -> None:
    async with archive.session() as session:
        found = await count_facets(session, QuoteFilters(words="…!"))
    assert found.total == 0
    assert found.speakers.values == ()


async def test_the_rest_of_a_long_facet_is_told_as_a_number(database: Database, attribute: Attribute) -> None:
    async with database.session() as session:
        for number in range(MAX_VALUES + 3):
            text = f"“Boat number {number} sank near the pier,” said Ana Ruiz."
            await add_article(session, ArticleInput(text, f"Outlet {number}"), attribute)
        found = await count_facets(session, QuoteFilters())
    assert len(found.outlets.values) == MAX_VALUES
    assert found.outlets.others == 3
