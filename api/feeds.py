"""The articles of an RSS or Atom feed: those whose full text the feed has, and pages that others link to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from api.archive import UNKNOWN_OUTLET, ArticleError, ArticleInput
from api.feed_entries import Entry, FeedError, entries_of
from api.fetching import Fetched, FetchError
from api.pages import HTML_TYPES, article_from_html, in_charset, text_of_fragment
from api.source_items import Known, SourceItem, outlet_of_url, with_known

# Most entries of one feed that are read. Feeds of news outlets have 10 to 100; the archive of a site fits.
MAX_ENTRIES: Final = 5_000

SUMMARY_ONLY: Final = "only a summary in the feed; --follow fetches the page that it links to"
CUT_SHORT: Final = "the text in the feed is cut short; --follow fetches the page that it links to"
BROKEN_OFF: Final = "the feed breaks off in this entry"
NO_LINK: Final = "neither a full text nor a link to a page"

# How publishing systems end a text that goes on at the site: WordPress "[…]", Blogger "Read more »".
_CUT_SHORT: Final = re.compile(
    r"(?:\[\s*(?:…|\.\.\.)\s*\]|…|\.\.\.)\s*(?:read more|continue reading)?[^\w”\"’']*$"
    r"|(?:^|\n)\W*(?:read more|continue reading|keep reading|read the (?:full|whole|rest)|read on)\b"
    r"[^\n]{0,200}$",
    re.IGNORECASE,
)

Follow = Callable[[str], Fetched]


def read_feed(
    data: bytes,
    name: str,
    known: Known | None = None,
    *,
    url: str | None = None,
    charset: str | None = None,
    follow: Follow | None = None,
) -> Iterator[SourceItem]:
    """Yield the articles of a feed, in its order; an entry without a full text is a problem, or is followed.

    Full text is what stands in RSS's ``content:encoded`` or Atom's ``content``; a description or summary
    is not, since nobody can tell how much of the article it is.

    Args:
        data: the feed.
        name: what to call it in messages.
        known: what the caller says about its articles.
        url: where the feed was found; relative links start from there.
        charset: the encoding that the server named.
        follow: fetches the page of an entry that has no full text; without it none is fetched.
    """
    try:
        entries = entries_of(data, url, charset)
    except FeedError as error:
        yield SourceItem(name, problem=str(error))
        return
    for number, entry in enumerate(entries[:MAX_ENTRIES], start=1):
        label = entry.url or entry.title or entry.id
        where = f"{name}, entry {number}" + (f" ({label[:100]})" if label else "")
        yield _read_entry(entry, where, known or Known(), follow)
    if len(entries) > MAX_ENTRIES:
        left = f"those after the first {MAX_ENTRIES:,} are not read"
        yield SourceItem(name, problem=f"the feed has {len(entries):,} entries; {left}")
    if not entries:
        yield SourceItem(name, problem="no entries in this feed")


def _read_entry(entry: Entry, where: str, known: Known, follow: Follow | None) -> SourceItem:
    text = text_of_fragment(entry.html) if entry.html else ""
    cut_short = bool(text) and _CUT_SHORT.search(text[-400:]) is not None
    if text and not cut_short and not entry.cut_off:
        outlet = entry.outlet or outlet_of_url(entry.url) or UNKNOWN_OUTLET
        article = ArticleInput(text, outlet, entry.title, entry.url, entry.published, entry.id)
        return SourceItem(where, with_known(article, known))
    if entry.cut_off:
        # Not even its link is sure to be whole.
        return SourceItem(where, problem=BROKEN_OFF)
    if entry.url is None:
        return SourceItem(where, problem=NO_LINK)
    if follow is None:
        return SourceItem(where, problem=CUT_SHORT if cut_short else SUMMARY_ONLY)
    try:
        return SourceItem(where, with_known(_linked_article(entry, entry.url, known, follow), known))
    except (ArticleError, FetchError) as error:
        return SourceItem(where, problem=str(error))


def _linked_article(entry: Entry, url: str, known: Known, follow: Follow) -> ArticleInput:
    page = follow(url)
    if page.content_type not in HTML_TYPES:
        raise ArticleError(f"links to no web page: {page.content_type}")
    own = Known(entry.outlet or known.outlet, entry.title, url, entry.published)
    return replace(article_from_html(in_charset(page.data, page.charset), own), id=entry.id)
