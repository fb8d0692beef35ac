"""The same statements whatever came in first, and however ingestion is split into calls."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text as sql
from sqlmodel import col, select

from api.archive import ArticleInput, Attribute
from api.database import Database
from api.decisions import DecisionError, Editor
from api.ingestion import ingest
from api.records import Article, Outlet, Quote, Revision
from api.sources import SourceItem
from api.statement_decisions import divide, join

INES = Editor("Ines Falk", "the recording")
TOLL = "We will not raise the bridge toll before the spring, and told the hauliers so"
PIER = "Nobody is going to close the northern pier to anglers this summer"
# As it is, another word, parts long and short, two utterances in one, another one.
WORDINGS = (
    TOLL,
    TOLL.replace("will not", "may"),
    "not raise the bridge toll before the spring",
    "the bridge toll",
    f"{TOLL}. {PIER}",
    PIER,
)
SPEAKERS = ("Ana Ruiz", "Boris Hale", None)
DAYS = (date(2025, 3, 17), date(2025, 3, 19), date(2025, 6, 20), None)


@dataclass(frozen=True)
class Given:
    """An article: its quotes as (wording, speaker), its day, and its address; others may have the same."""

    quotes: tuple[tuple[int, int], ...]
    day: int
    address: int | None


def article(number: int, given: Given) -> ArticleInput:
    lines = [
        f"“{WORDINGS[wording]},”" + (f" said {SPEAKERS[speaker]}" if SPEAKERS[speaker] else "") + ".\n"
        for wording, speaker in given.quotes
    ]
    place = number if given.address is None else 100 + given.address
    return ArticleInput(
        "".join(lines) + f"Text {number}.", f"Outlet {place}", published=DAYS[given.day],
        url=f"https://outlet{place}.example/story",
    )  # fmt: skip


# Mostly one speaker, and now and then another one, or nobody.
WHO = (0, 0, 0, 1, 2)
QUOTE = st.tuples(st.integers(0, len(WORDINGS) - 1), st.sampled_from(WHO))
# Articles before the decisions, the decisions, articles after them.
GIVEN = st.builds(
    Given,
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from((0, 0, 0, 1, 2))), min_size=1, max_size=2).map(
        tuple
    ),
    st.integers(0, len(DAYS) - 1),
    st.sampled_from((None, None, 0, 1)),
)
BEFORE = st.lists(GIVEN, min_size=2, max_size=4)
AFTER = st.lists(GIVEN, min_size=2, max_size=4)
DECISIONS = st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.integers(0, 3)), max_size=2)


def shuffled(articles: Sequence[ArticleInput], seed: int) -> list[ArticleInput]:
    """Shuffle, but keep the texts of one address in their order: each is the revision of the last."""
    mixed = random.Random(seed).sample(list(articles), len(articles))
    waiting: dict[str | None, list[ArticleInput]] = {}
    for one in articles:
        waiting.setdefault(one.url, []).append(one)
    return [waiting[one.url].pop(0) for one in mixed]


async def put(
    database: Database, attribute: Attribute, articles: Iterable[ArticleInput], at_once: int
) -> None:
    items = iter([SourceItem(f"article {n}", article) for n, article in enumerate(articles)])
    async for outcome in ingest(database, items, attribute, at_once=at_once):
        assert outcome.added is not None, outcome.problem


async def partition(database: Database) -> set[frozenset[tuple[str, int]]]:
    """Return the statements as sets of (outlet, place in the text)."""
    query = (
        select(Quote.statement_id, Outlet.name, Quote.start)
        .join(Revision, col(Revision.id) == col(Quote.revision_id))
        .join(Article, col(Article.id) == col(Revision.article_id))
        .join(Outlet, col(Outlet.id) == col(Article.outlet_id))
        .where(col(Revision.current))
    )
    found: dict[int | None, set[tuple[str, int]]] = {}
    async with database.session() as session:
        for statement, outlet, start in await session.exec(query):
            found.setdefault(statement, set()).add((outlet, start))
        orphans = "SELECT count(*) FROM statement WHERE id NOT IN (SELECT statement_id FROM quote WHERE "
        counted = await session.exec(sql(orphans + "statement_id IS NOT NULL)"))  # type: ignore[call-overload]
        assert counted.scalar() == 0
    assert None not in found
    return {frozenset(group) for group in found.values()}


async def decide(database: Database, decisions: Sequence[tuple[bool, int, int]]) -> None:
    """Join or divide what is there, by the places of statements and quotes in their order."""
    for joins, one, other in decisions:
        async with database.session() as session:
            held: dict[int, list[int]] = {}
            rows = select(Quote.statement_id, Quote.id).where(col(Quote.statement_id).is_not(None))
            for statement, quote in await session.exec(rows.order_by(col(Quote.id))):
                held.setdefault(statement or 0, []).append(quote or 0)
            numbers = sorted(held)
            first = numbers[one % len(numbers)]
            try:
                if joins:
                    await join(session, first, numbers[other % len(numbers)], INES)
                else:
                    await divide(session, first, [held[first][other % len(held[first])]], INES)
            except DecisionError:
                await session.rollback()  # one statement with itself, or all that it has


async def both_ways(
    open_archive: Callable[[], Any],
    attribute: Attribute,
    before: Sequence[Given],
    decisions: Sequence[tuple[bool, int, int]],
    after: Sequence[Given],
    seed: int,
) -> None:
    early = [article(number, one) for number, one in enumerate(before)]
    late = [article(50 + number, one) for number, one in enumerate(after)]
    results = []
    for order, at_once in ((late, 1), (shuffled(late, seed), 3)):
        async with open_archive() as database:
            if decisions:
                await put(database, attribute, early, 1)
                await decide(database, decisions)
                # In two calls, or in one.
                calls = [order[:1], order[1:]] if at_once > 1 else [order]
            else:
                calls = [[*early, *order]] if at_once == 1 else [shuffled([*early, *late], seed)]
            for call in calls:
                await put(database, attribute, call, at_once)
            results.append(await partition(database))
    assert results[0] == results[1]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate one SQLite file, which each example then copies."""
    file = tmp_path_factory.mktemp("template") / "empty.sqlite"

    async def make() -> None:
        database = Database(f"sqlite:///{file}")
        await database.upgrade()
        await database.dispose()

    asyncio.run(make())
    return file


class CopiedArchive:
    """An empty archive in a copy of the template, for one run."""

    def __init__(self, template: Path) -> None:
        self.template = template
        self.file = template.with_name("run.sqlite")

    async def __aenter__(self) -> Database:
        for leftover in self.file.parent.glob("run.sqlite*"):
            leftover.unlink()
        shutil.copy(self.template, self.file)
        self.database = Database(f"sqlite:///{self.file}")
        return self.database

    async def __aexit__(self, *_: object) -> None:
        await self.database.dispose()


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(BEFORE, DECISIONS, AFTER, st.integers(0, 999))
def test_statements_follow_from_what_came_in_and_not_from_when(
    template: Path,
    attribute: Attribute,
    before: list[Given],
    decisions: list[tuple[bool, int, int]],
    after: list[Given],
    seed: int,
) -> None:
    asyncio.run(both_ways(lambda: CopiedArchive(template), attribute, before, decisions, after, seed))


@pytest.mark.parametrize("seed", [1, 2])
async def test_so_they_do_on_postgres(postgres_database: Database, attribute: Attribute, seed: int) -> None:
    """One archive is emptied between the runs; the same property on a smaller sample."""

    class Emptied:
        async def __aenter__(self) -> Database:
            async with postgres_database.engine.begin() as connection:
                await connection.execute(sql("SET session_replication_role = replica"))
                for table in (
                    "decided_report", "decision_change", "decided_name", "quote_terms", "quote", "revision",
                    "article", "outlet", "statement", "speaker_alias", "speaker", "decision",
                ):  # fmt: skip
                    await connection.execute(sql(f"DELETE FROM {table}"))
                await connection.execute(sql("SET session_replication_role = DEFAULT"))
            return postgres_database

        async def __aexit__(self, *_: object) -> None:
            return None

    drawn = random.Random(seed)

    def some() -> Given:
        quotes = tuple(
            (drawn.randrange(6), drawn.choice((0, 0, 0, 1, 2))) for _ in range(drawn.randint(1, 2))
        )
        return Given(quotes, drawn.randrange(4), drawn.choice((None, None, 0, 1)))

    decisions = [(drawn.random() < 0.5, drawn.randrange(4), drawn.randrange(4)) for _ in range(2)]
    before, after = [some() for _ in range(4)], [some() for _ in range(4)]
    await both_ways(Emptied, attribute, before, decisions, after, seed)
