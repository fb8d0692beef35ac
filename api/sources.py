"""Read articles from text, HTML, JSON Lines, feeds, WARC files, folders of these, and web addresses.

Every item is read by itself: what is wrong with one is said about that one, and the rest is read.
Only an address that the caller names is fetched, and where the caller wants it, the pages that a feed's
entries link to (`api.following`). Links, frames and scripts of a page are not followed.
"""

from __future__ import annotations

import codecs
import io
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, Final

from api.archive import UNKNOWN_OUTLET, ArticleError, ArticleInput
from api.detection import Kind, kind_of_bytes, kind_of_file
from api.feeds import read_feed
from api.fetching import Fetched, FetchError, fetch
from api.following import Follower
from api.json_lines import JsonLineError, parse_object
from api.pages import HTML_TYPES, article_from_html, in_charset
from api.source_items import Known, Reading, SourceItem, outlet_of_url, parse_published, with_known
from api.text_files import MAX_ARTICLE_BYTES, TextFileError, decode, read_bytes

MANIFEST: Final = "manifest.jsonl"
TEXT_SUFFIXES: Final = frozenset({".txt", ".text"})
HTML_SUFFIXES: Final = frozenset({".html", ".htm", ".xhtml"})
LINE_SUFFIXES: Final = frozenset({".jsonl", ".ndjson"})
FEED_SUFFIXES: Final = frozenset({".rss", ".atom", ".xml"})
WARC_SUFFIXES: Final = (".warc", ".warc.gz")
SUFFIXES: Final = TEXT_SUFFIXES | HTML_SUFFIXES | LINE_SUFFIXES | FEED_SUFFIXES | {*WARC_SUFFIXES}
LINE_TYPES: Final = frozenset(
    {"application/x-ndjson", "application/ndjson", "application/jsonl", "application/json-lines"}
)
FEED_TYPES: Final = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/xml", "text/xml"}
)

# What a file is that cannot be a single article.
_NO_ARTICLE: Final[dict[Kind, str]] = {
    "feed": "a feed, not an article; give it by its own path",
    "gzip": "compressed with gzip, and no WARC file: unpack it first",
    "warc": "a WARC file, not an article; give it by its own path",
    "xml": "XML, but neither RSS, Atom nor a web page",
    "zstd": "compressed with zstd: unpack it first",
}


def read_sources(
    paths: Iterable[str | Path], known: Known | None = None, reading: Reading | None = None
) -> Iterator[SourceItem]:
    """Yield the articles of files, folders and web addresses, in order; folders recursively, sorted by name.

    ``-`` stands for JSON Lines on standard input. What begins with ``http://`` or ``https://`` is fetched.
    """
    for path in paths:
        yield from _read(path, known or Known(), reading or Reading())


def _read(path: str | Path, known: Known, reading: Reading) -> Iterator[SourceItem]:
    if str(path) == "-":
        import sys

        yield from read_lines(sys.stdin.buffer, "standard input", known)
        return
    if is_url(path):
        yield from _read_address(str(path), known, reading)
        return
    file = Path(path)
    try:
        if file.is_dir():
            yield from _read_folder(file, known, reading)
        else:
            yield from _read_any_file(file, file.name, known, reading)
    except OSError as error:
        yield SourceItem(str(file), problem=error.strerror or str(error))


def _read_any_file(file: Path, id: str, known: Known, reading: Reading) -> Iterator[SourceItem]:
    if file.name == MANIFEST:
        yield from _read_manifest(file, known)
    elif file.suffix.casefold() in LINE_SUFFIXES:
        with file.open("rb") as lines:
            yield from read_lines(lines, str(file), known)
    elif (kind := kind_of_articles(file)) == "warc":
        from api.warc_files import read_warc

        with file.open("rb") as records:
            yield from read_warc(records, str(file), known, reading.show_place)
    elif kind == "feed":
        try:
            data = read_bytes(file)
        except TextFileError as error:
            yield SourceItem(str(file), problem=str(error))
            return
        yield from read_feed(data, str(file), known, follow=Follower() if reading.follow else None)
    else:
        yield _read_file(file, id, str(file), known)


def kind_of_articles(file: Path) -> Kind:
    """Return what a file is; where its beginning does not tell, its name does.

    Raises:
        OSError: it cannot be read.
    """
    kind = kind_of_file(file)
    if kind in ("other", "gzip") and file.name.casefold().endswith(WARC_SUFFIXES):
        return "warc"
    if kind == "other" and file.suffix.casefold() in FEED_SUFFIXES:
        return "feed"
    return kind


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
            article = with_known(article_from_record(parse_object(line)), known or Known())
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


def _read_address(url: str, known: Known, reading: Reading) -> Iterator[SourceItem]:
    try:
        page = fetch(url, MAX_ARTICLE_BYTES)
    except FetchError as error:
        yield SourceItem(url, problem=str(error))
        return
    kind = kind_of_bytes(page.data)
    several = replace(known, title=None, url=None)
    if kind == "warc":
        from api.warc_files import read_warc

        yield from read_warc(io.BytesIO(page.data), url, several, reading.show_place)
    elif kind == "feed" or (kind in ("xml", "other") and page.content_type in FEED_TYPES):
        follow = Follower(page.url) if reading.follow else None
        yield from read_feed(page.data, url, several, url=page.url, charset=page.charset, follow=follow)
    elif page.content_type in LINE_TYPES:
        yield from read_lines(io.BytesIO(page.data), url, several)
    else:
        yield _read_page(url, page, kind, replace(known, url=known.url or url))


def _read_page(url: str, page: Fetched, kind: Kind, known: Known) -> SourceItem:
    try:
        if page.content_type in HTML_TYPES or (kind == "html" and page.content_type != "text/plain"):
            return SourceItem(url, article_from_html(in_charset(page.data, page.charset), known))
        if page.content_type != "text/plain":
            raise ArticleError(f"neither a web page, a feed nor text: {page.content_type}")
        text = decode(page.data, known.encoding or page.charset)
    except (ArticleError, TextFileError) as error:
        return SourceItem(url, problem=str(error))
    outlet = known.outlet or outlet_of_url(url) or UNKNOWN_OUTLET
    return SourceItem(url, ArticleInput(text, outlet, known.title, known.url, known.published))


def _read_folder(folder: Path, known: Known, reading: Reading) -> Iterator[SourceItem]:
    found = False
    for place, folders, files in os.walk(folder):
        folders.sort()
        folders[:] = [name for name in folders if not name.startswith(".")]
        here = Path(place)
        for name in [MANIFEST] if MANIFEST in files else sorted(files):
            file = here / name
            if _belongs_to_folder(file):
                found = True
                try:
                    yield from _read_any_file(file, file.relative_to(folder).as_posix(), known, reading)
                except OSError as error:
                    yield SourceItem(str(file), problem=error.strerror or str(error))
    if not found:
        kinds = ", ".join(f"*{suffix}" for suffix in sorted(SUFFIXES))
        yield SourceItem(str(folder), problem=f"no articles in this folder ({kinds})")


def _belongs_to_folder(file: Path) -> bool:
    """Say whether a file of a folder is read; of XML files, which may be anything, only the feeds are."""
    name = file.name.casefold()
    if name.startswith(".") or not name.endswith(tuple(SUFFIXES)):
        return False
    return file.suffix.casefold() != ".xml" or kind_of_file(file) == "feed"


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
        kind = kind_of_bytes(data)
        if kind in _NO_ARTICLE:
            raise ArticleError(_NO_ARTICLE[kind])
        suffix = file.suffix.casefold()
        if suffix in HTML_SUFFIXES or (kind == "html" and suffix not in TEXT_SUFFIXES):
            return SourceItem(where, replace(article_from_html(data, known), id=id))
        outlet = known.outlet or outlet_of_url(known.url) or UNKNOWN_OUTLET
        text = decode(data, known.encoding)
        return SourceItem(where, ArticleInput(text, outlet, known.title, known.url, known.published, id))
    except (ArticleError, TextFileError) as error:
        return SourceItem(where, problem=str(error))
    except OSError as error:
        return SourceItem(where, problem=error.strerror or str(error))
