"""The article in HTML: on a web page among menus and advertisements, or as the content of a feed's entry."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, datetime
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from api.archive import UNKNOWN_OUTLET, ArticleError, ArticleInput
from api.source_items import Known, outlet_of_url, parse_published

if TYPE_CHECKING:
    from configparser import ConfigParser

HTML_TYPES: Final = frozenset({"text/html", "application/xhtml+xml"})


def article_from_html(data: bytes | str, known: Known | None = None) -> ArticleInput:
    """Return the article on a web page: its main text, without menus, advertisements and comments.

    Title, outlet, address and date are read from the page's own description where ``known`` has none;
    the paragraphs of the text are set apart by an empty line.

    Raises:
        ArticleError: there is no article on the page.
    """
    import trafilatura
    from trafilatura.settings import Document

    known = known or Known()
    page = trafilatura.bare_extraction(
        data,
        url=known.url,
        include_comments=False,
        include_tables=False,
        with_metadata=True,
        # Dates are taken from what the page declares; a date found somewhere in its text is a guess.
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    text = _paragraphs(page.text) if isinstance(page, Document) else ""
    if not isinstance(page, Document) or not text:
        raise ArticleError("no article found on the page")
    url = known.url or _own_address(page.url)
    published: date | datetime | None = known.published
    if published is None and page.date:
        try:
            published = parse_published(page.date)
        except ArticleError:
            published = None  # trafilatura reads dates of every form; what is none is no reason to refuse
    host = outlet_of_url(url)
    # Where the page does not name its site, trafilatura gives the host, with port and "www.".
    named = None if host and page.sitename and host in page.sitename.casefold() else page.sitename
    outlet = known.outlet or named or host or UNKNOWN_OUTLET
    return ArticleInput(text, outlet, known.title or page.title, url, published)


def text_of_fragment(html: str) -> str:
    """Return the text of HTML that is an article and nothing else, its paragraphs set apart by an empty line.

    Scripts, pictures' captions and the like are left out as on a page; an empty text means that there is
    none. However short the text is, its paragraphs are kept apart.
    """
    import trafilatura
    from trafilatura.settings import Document

    page = trafilatura.bare_extraction(
        f"<!doctype html><html><body><article>{html}</article></body></html>",
        include_comments=False,
        include_tables=False,
        with_metadata=False,
        config=_shortest_texts(),
    )
    return _paragraphs(page.text).strip() if isinstance(page, Document) else ""


def html_of_text(text: str) -> str:
    """Return plain text as HTML, a paragraph for every line."""
    return "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())


def in_charset(data: bytes, charset: str | None) -> bytes | str:
    """Return the page as text where the server names its encoding, since a page need not repeat it.

    Where it is not in that encoding, the bytes are returned, and the page's own words decide.
    """
    try:
        return data.decode(charset) if charset else data
    except (LookupError, UnicodeError):
        return data


@cache
def _shortest_texts() -> ConfigParser:
    """Return trafilatura's settings with one change: a text is not taken for furniture for being short."""
    from trafilatura.settings import DEFAULT_CONFIG

    config: ConfigParser = deepcopy(DEFAULT_CONFIG)
    for size in ("MIN_EXTRACTED_SIZE", "MIN_OUTPUT_SIZE"):
        config.set("DEFAULT", size, "1")
    return config


def _paragraphs(found: str | None) -> str:
    return "\n\n".join(line for line in (found or "").split("\n") if line.strip())


def _own_address(url: str | None) -> str | None:
    """Return the address that a page gives as its own, unless it is only the site's front page."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and (parts.path.strip("/") or parts.query) else None
