"""What the tests of commands that ask an archive share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from api.archive import ArticleInput, add_article
from api.database import Database


@pytest.fixture
def archive_of(tmp_path: Path, attribute, monkeypatch) -> Callable[[Iterable[ArticleInput]], str]:
    """Fill an archive on SQLite with articles and let the settings point to it; returns its URL."""

    def filled(articles: Iterable[ArticleInput]) -> str:
        url = f"sqlite:///{tmp_path / 'archive.sqlite'}"

        async def fill() -> None:
            database = Database(url)
            await database.upgrade()
            async with database.session() as session:
                for article in articles:
                    await add_article(session, article, attribute)
            await database.dispose()

        asyncio.run(fill())
        monkeypatch.setenv("DATABASE_URL", url)
        return url

    return filled
