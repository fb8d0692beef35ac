"""Finding quotes by words, speaker, outlet and date, on both databases."""

from __future__ import annotations

from api.archive import ArticleInput, Attribute, add_article
from api.database import Database
from api.search import QuoteFilters, candidates, find_quotes


async def test_words(database: Database, attribute: Attribute) -> None:
    async with database.session() as session:
        await add_article(
            session,
            ArticleInput("“A cease-fire, at last, is on the table,” said Ada Okafor.", "One"),
            attribute,
        )
        await add_article(session, ArticleInput("“The table has a colour.” said Bo Lind.", "Two"), attribute)
        for words, total in [
            ("ceasefire", 1),
            ("cease fire", 1),
            ("table", 2),
            ("color", 1),
            ("nothing", 0),
            ("the table has", 1),
        ]:
            page = await find_quotes(session, QuoteFilters(words=words))
            assert page.total == len(page.items) == total, words
        assert await candidates(session, "the ceasefire is on the table", 10)
        assert (await find_quotes(session, QuoteFilters(speaker="okafor"))).total == 1
