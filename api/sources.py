"""Read articles from text, HTML, JSON Lines, folders of them with or without a manifest, and web pages.

Every item is read by itself: what is wrong with one is said about that one, and the rest is read.
Only an address that the caller names is fetched: links, frames and scripts of a page are not followed.
"""

from __future__ import annotations

import codecs
import io
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final
from urllib.parse import urlsplit

from api.archive import UNKNOWN_OUTLET, ArticleError, ArticleInput
from api.fetching import Fetched, FetchError, fetch
from api.json_lines import JsonLineError, parse_object
from api.text_files import MAX_ARTICLE_BYTES, TextFileError, decode, read_bytes

MANIFEST: Final = "manifest.jsonl"
TEXT_SUFFIXES: Final = frozenset({".txt", ".text"})
HTML_SUFFIXES: Final = frozenset({".html", ".htm", ".xhtml"})
LINE_SUFFIXES: Final = frozenset({".jsonl", ".ndjson"})
SUFFIXES: Final = TEXT_SUFFIXES | HTML_SUFFIXES | LINE_SUFFIXES
HTML_TYPES: Final = frozenset({"text/html", "application/xhtml+xml"})
LINE_TYPES: Final = frozenset(
    {"application/x-ndjson", "application/ndjson", "application/jsonl", "application/json-lines"}
)

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


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


def read_sources(paths: Iterable[str | Path], known: Known | None = None) -> Iterator[SourceItem]:
    """Yield the articles of files, folders and web addresses, in order; folders recursively, sorted by name.

    ``-`` stands for JSON Lines on standard input. What begins with ``http://`` or ``https://`` is fetched.
    """
    for path in paths:
        yield from _read(path, known or Known())


def _read(path: str | Path, known: Known) -> Iterator[SourceItem]:
    if str(path) == "-":
        import sys

        yield from read_lines(sys.stdin.buffer, "standard input", known)
        return
    if is_url(path):
        yield from _read_page(str(path), known)
        return
    file = Path(path)
    try:
        if file.is_dir():
            yield from _read_folder(file, known)
        elif file.suffix.casefold() in LINE_SUFFIXES:
            if file.name == MANIFEST:
                yield from _read_manifest(file, known)
            else:
                with file.open("rb") as lines:
                    yield from read_lines(lines, str(file), known)
        else:
            yield _read_file(file, file.name, str(file), known)
    except OSError as error:
        yield SourceItem(str(file), problem=error.strerror or str(error))


def is_url(path: str | Path) -> bool:
    """Say whether a source is a web address, not a file."""
    return isinstance(path, str) and path[:8].casefold().startswith(("http://", "https://"))


def read_lines(lines: BinaryIO, name: str, known: Known | None = None) -> Iterator[SourceItem]:
    """Yield the articles of a JSON Lines stream, one object a line (see `article_from_record`).

    An id may occur once in a stream.
    """
    seen: set[str] = set()
    number = 0
    while True:
        line = lines.readline(MAX_ARTICLE_BYTES + 1)
        if not line:
            return
        number += 1
        where = f"{name}, line {number}"
        if len(line) > MAX_ARTICLE_BYTES:
            while line and not line.endswith(b"\n"):
                line = lines.readline(MAX_ARTICLE_BYTES)
            yield SourceItem(where, problem=f"the line is longer than {MAX_ARTICLE_BYTES:,} bytes")
            continue
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if not line.strip():
            continue
        try:
            article = _with_known(article_from_record(parse_object(line)), known or Known())
            if article.id is not None:
                where = f"{where} ({article.id[:60]})"
                if article.id in seen:
                    raise ArticleError("this id was there before")
                seen.add(article.id)
        except (JsonLineError, ArticleError) as error:
            yield SourceItem(where, problem=str(error))
        else:
            yield SourceItem(where, article)


def article_from_record(record: dict[str, Any]) -> ArticleInput:
    """Return the article of one JSON object.

    ``text`` is required. ``outlet``, ``title``, ``url``, ``published`` (ISO 8601 date, or date and time)
    and ``id`` are texts or null; a whole number is a good id too. Other keys are ignored.

    Raises:
        ArticleError: a field is missing or of the wrong type, or the date is none.
    """
    text = record.get("text")
    if not isinstance(text, str):
        raise ArticleError('needs a "text"' if text is None else '"text" is not a text')
    fields: dict[str, str | None] = {}
    for name in ("outlet", "title", "url", "published", "id"):
        value = record.get(name)
        if name == "id" and isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if value is not None and not isinstance(value, str):
            raise ArticleError(f'"{name}" is not a text')
        fields[name] = value.strip() or None if value is not None else None
    url = fields["url"]
    return ArticleInput(
        text=text,
        outlet=fields["outlet"] or outlet_of_url(url) or UNKNOWN_OUTLET,
        title=fields["title"],
        url=url,
        published=parse_published(fields["published"]) if fields["published"] else None,
        id=fields["id"],
    )


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
    found = page.text or "" if isinstance(page, Document) else ""
    text = "\n\n".join(line for line in found.split("\n") if line.strip())
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


def _own_address(url: str | None) -> str | None:
    """Return the address that a page gives as its own, unless it is only the site's front page."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and (parts.path.strip("/") or parts.query) else None


def _read_page(url: str, known: Known) -> Iterator[SourceItem]:
    try:
        page = fetch(url, MAX_ARTICLE_BYTES)
        known = replace(known, url=known.url or url)
        if page.content_type in HTML_TYPES:
            yield SourceItem(url, article_from_html(_in_charset(page), known))
        elif page.content_type in LINE_TYPES:
            yield from read_lines(io.BytesIO(page.data), url, replace(known, title=None, url=None))
        elif page.content_type == "text/plain":
            text = decode(page.data, known.encoding or page.charset)
            outlet = known.outlet or outlet_of_url(url) or UNKNOWN_OUTLET
            yield SourceItem(url, ArticleInput(text, outlet, known.title, known.url, known.published))
        else:
            raise ArticleError(f"neither a web page nor text: {page.content_type}")
    except (ArticleError, TextFileError, FetchError) as error:
        yield SourceItem(url, problem=str(error))


def _in_charset(page: Fetched) -> bytes | str:
    """Return the page as text where the server names its encoding, since a page need not repeat it."""
    try:
        return page.data.decode(page.charset) if page.charset else page.data
    except (LookupError, UnicodeError):
        return page.data


def _read_folder(folder: Path, known: Known) -> Iterator[SourceItem]:
    found = False
    for place, folders, files in os.walk(folder):
        folders.sort()
        folders[:] = [name for name in folders if not name.startswith(".")]
        here = Path(place)
        if MANIFEST in files:
            found = True
            yield from _read_manifest(here / MANIFEST, known)
            continue
        for name in sorted(files):
            file = here / name
            if not name.startswith(".") and file.suffix.casefold() in SUFFIXES:
                found = True
                if file.suffix.casefold() in LINE_SUFFIXES:
                    yield from _read(file, known)
                else:
                    yield _read_file(file, file.relative_to(folder).as_posix(), str(file), known)
    if not found:
        kinds = ", ".join(f"*{suffix}" for suffix in sorted(SUFFIXES))
        yield SourceItem(str(folder), problem=f"no articles in this folder ({kinds})")


def _read_manifest(manifest: Path, known: Known) -> Iterator[SourceItem]:
    """Yield the files that a manifest names.

    One ``{"file", "outlet", "title", "url", "published", "id"}`` a line, all but the file optional.
    """
    folder = manifest.parent
    seen: set[str] = set()
    with manifest.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            where = f"{manifest}, line {number}"
            try:
                record = parse_object(line.removeprefix(codecs.BOM_UTF8) if number == 1 else line)
                name = record.get("file")
                if not isinstance(name, str) or not name:
                    raise ArticleError('needs a "file"')
                file = folder / name
                where = str(file)
                if not file.resolve().is_relative_to(folder.resolve()):
                    raise ArticleError("the manifest names a file outside of its folder")
                if name in seen:
                    raise ArticleError("the manifest names this file twice")
                seen.add(name)
                given = article_from_record({**record, "text": ""})
                own = Known(
                    outlet=given.outlet if record.get("outlet") else known.outlet,
                    title=given.title,
                    url=given.url,
                    published=given.published or known.published,
                    encoding=known.encoding,
                )
            except (ArticleError, OSError, ValueError) as error:
                yield SourceItem(where, problem=str(error))
                continue
            yield _read_file(file, given.id or name, where, own)


def _read_file(file: Path, id: str, where: str, known: Known) -> SourceItem:
    try:
        data = read_bytes(file)
        if file.suffix.casefold() in HTML_SUFFIXES:
            return SourceItem(where, replace(article_from_html(data, known), id=id))
        outlet = known.outlet or outlet_of_url(known.url) or UNKNOWN_OUTLET
        text = decode(data, known.encoding)
        return SourceItem(where, ArticleInput(text, outlet, known.title, known.url, known.published, id))
    except (ArticleError, TextFileError) as error:
        return SourceItem(where, problem=str(error))
    except OSError as error:
        return SourceItem(where, problem=error.strerror or str(error))


def _with_known(article: ArticleInput, known: Known) -> ArticleInput:
    outlet = article.outlet
    if known.outlet and outlet in (UNKNOWN_OUTLET, outlet_of_url(article.url)):
        outlet = known.outlet
    return replace(article, outlet=outlet, published=article.published or known.published)
