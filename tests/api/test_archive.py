"""Adding articles to the archive, on both databases."""

from __future__ import annotations

import asyncio

from sqlmodel import select

from api.archive import ArticleInput, Attribute, add_article
from api.database import Database
from api.records import Quote, Revision


TEXT = "“We will rebuild the harbour bridge by spring,” said Ada Okafor.\n\nA pause. “Nobody knows.”"


async def test_an_article_is_archived_with_its_quotes(database: Database, attribute: Attribute) -> None:
    async with database.session() as session:
        added = await add_article(session, ArticleInput(TEXT, "The Quay Courier"), attribute)
    assert (added.status, added.quotes) == ("created", 2)
    async with database.session() as session:
        first, second = (await session.exec(select(Quote).order_by("start"))).all()
        revision = (await session.exec(select(Revision))).one()
    assert revision.text == TEXT
    assert first.text == TEXT[first.start : first.end]
    assert first.speaker_name == "Ada Okafor"
    assert second.speaker_id is None


async def test_two_processes_add_one_article_at_once(database: Database, attribute: Attribute) -> None:
    async def add() -> str:
        async with database.session() as session:
            return (await add_article(session, ArticleInput(TEXT, "The Quay Courier"), attribute)).status

    assert sorted(await asyncio.gather(*(add() for _ in range(5)))) == ["created"] + ["unchanged"] * 4
