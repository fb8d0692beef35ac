"""Put many articles into the archive: each by itself, several at once, whatever happens to the others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, field

from api.archive import AddedArticle, ArticleError, Attribute, add_article, normal_url
from api.attributor import AttributorError
from api.database import Database
from api.source_items import SourceItem
from attribution.errors import AttributionError


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one item: what was added, or in one line why nothing was."""

    name: str
    added: AddedArticle | None = None
    problem: str | None = None


@dataclass(slots=True)
class Summary:
    """Counts of the articles by what became of them, and of the quotes in those that were read."""

    created: int = 0
    revised: int = 0
    unchanged: int = 0
    failed: int = 0
    quotes: int = 0
    problems: list[Outcome] = field(default_factory=list)

    @property
    def articles(self) -> int:
        """All items, failed ones included."""
        return self.created + self.revised + self.unchanged + self.failed

    def count(self, outcome: Outcome) -> None:
        """Add one outcome."""
        if outcome.added is None:
            self.failed += 1
            self.problems.append(outcome)
            return
        setattr(self, outcome.added.status, getattr(self, outcome.added.status) + 1)
        if outcome.added.status != "unchanged":
            self.quotes += outcome.added.quotes


async def ingest(
    database: Database, items: Iterator[SourceItem], attribute: Attribute, *, at_once: int = 1
) -> AsyncGenerator[Outcome, None]:
    """Add articles one after another, ``at_once`` of them at a time; yield each outcome when it is known.

    Every article is committed by itself, so an interruption loses only what is being read, and running
    again passes over what is there. Items are taken from the iterator as they are needed, in a thread.
    Texts of one address are added one after another in their order, since each is a revision of the last.
    """
    under_way: dict[asyncio.Task[Outcome], str | None] = {}
    exhausted = False
    try:
        while under_way or not exhausted:
            while not exhausted and len(under_way) < at_once:
                item = await asyncio.to_thread(next, items, None)
                if item is None:
                    exhausted = True
                    continue
                address = _address(item)
                while address is not None and address in under_way.values():
                    for outcome in await _first(under_way):
                        yield outcome
                under_way[asyncio.create_task(_add(database, item, attribute))] = address
            if under_way:
                for outcome in await _first(under_way):
                    yield outcome
    finally:
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


async def _first(under_way: dict[asyncio.Task[Outcome], str | None]) -> list[Outcome]:
    """Wait until something is done, and take it out."""
    done, _ = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        del under_way[task]
    return [task.result() for task in done]


def _address(item: SourceItem) -> str | None:
    if item.article is None or not item.article.url:
        return None
    try:
        return normal_url(item.article.url)
    except ArticleError:
        return None


async def _add(database: Database, item: SourceItem, attribute: Attribute) -> Outcome:
    if item.article is None:
        return Outcome(item.name, problem=item.problem)
    try:
        async with database.session() as session:
            return Outcome(item.name, await add_article(session, item.article, attribute))
    except (ArticleError, AttributionError, AttributorError) as error:
        return Outcome(item.name, problem=str(error))
