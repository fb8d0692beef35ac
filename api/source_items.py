"""What reading a source gives, one item after another, and what a caller may say about its articles."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from urllib.parse import urlsplit

from api.archive import UNKNOWN_OUTLET, ArticleError, ArticleInput

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")

# How far a file has been read: its name, the bytes read so far, all its bytes.
ShowPlace = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class SourceItem:
    """One item of a source: an article, or in one line why there is none.

    ``name`` says where it stands, for messages: a file, or a file and a line.
    """

    name: str
    article: ArticleInput | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the caller knows about the articles of a source.

    ``title`` and ``url`` are for a single article. ``outlet`` and ``published`` are used for every
    article that does not say itself. ``encoding`` is that of text files which are not UTF-8 or UTF-16.
    """

    outlet: str | None = None
    title: str | None = None
    url: str | None = None
    published: date | datetime | None = None
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """How sources are read.

    Attributes:
        follow: fetch the pages that the entries of a feed link to, where the feed has no full text.
        show_place: is told, from time to time, how far a large file has been read.
    """

    follow: bool = False
    show_place: ShowPlace | None = None


def with_known(article: ArticleInput, known: Known) -> ArticleInput:
    """Return the article with the caller's outlet and date where it has none of its own."""
    outlet = article.outlet
    if known.outlet and outlet in (UNKNOWN_OUTLET, outlet_of_url(article.url)):
        outlet = known.outlet
    return replace(article, outlet=outlet, published=article.published or known.published)


def parse_published(value: str) -> date | datetime:
    """Return the date, or date and time, of an ISO 8601 text: ``2025-03-17``, ``2025-03-17T09:30Z``.

    Raises:
        ArticleError: it is neither.
    """
    value = value.strip()
    try:
        return date.fromisoformat(value) if _DATE.fullmatch(value) else datetime.fromisoformat(value)
    except ValueError:
        raise ArticleError(f"not an ISO 8601 date such as 2025-03-17: {value[:60]!r}") from None


def outlet_of_url(url: str | None) -> str | None:
    """Return the host of a web address without "www.", to call an outlet by whose name nobody gave."""
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None
