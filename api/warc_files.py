"""The articles of a WARC file: the web pages that a crawler kept, one record after another.

warcio reads the headers; a record's content is read only where it is a web page, and only one is in
memory at a time, so a file may have any size.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from io import BytesIO
from typing import BinaryIO, Final

from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord, ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser, StatusAndHeadersParserException

from api.archive import ArticleError
from api.detection import FIRST_BYTES, GZIP, kind_of_bytes
from api.pages import HTML_TYPES, article_from_html, in_charset
from api.record_bytes import BEGINNING, PIECE, DamagedError, RecordBytes
from api.source_items import Known, ShowPlace, SourceItem, with_known
from api.text_files import MAX_ARTICLE_BYTES

# A record of these types is a page as a server sent it, or one that was put in without its HTTP headers.
PAGE_TYPES: Final = ("response", "resource")

_HTTP: Final = ("HTTP/1.0", "HTTP/1.1", "HTTP/2.0", "HTTP/2", "HTTP/3")


@dataclass(frozen=True, slots=True)
class _Page:
    """A record that is a web page: its address, its bytes as the server meant them, the encoding named."""

    url: str
    data: bytes
    charset: str | None


def read_warc(
    file: BinaryIO, name: str, known: Known | None = None, show_place: ShowPlace | None = None
) -> Iterator[SourceItem]:
    """Yield the articles on the web pages of a WARC file, plain or compressed, in order.

    A page is a record of HTML that a server answered with status 200. Everything else (pictures, other
    answers, requests, notes of the crawler) is passed over. What is damaged is a problem, and reading
    goes on behind it.

    Args:
        file: can be moved in, as a file on disk can.
        name: what to call it in messages.
        known: outlet and date for pages that do not say their own.
        show_place: is told how far the file has been read.
    """
    known = known or Known()
    size = file.seek(0, 2)
    file.seek(0)
    stream = RecordBytes(file)
    number, pages = 0, False
    while True:
        number += 1
        where, record = f"{name}, record {number}", None
        try:
            if not stream.start_of_record():
                break
            record = _record(stream)
            page = _page(record)
            _check_end(record, stream)
        except DamagedError as error:
            pages = True
            yield SourceItem(_named(where, record), problem=f"damaged at byte {stream.beginning:,}: {error}")
            if not stream.pass_over_damage():
                break
            continue
        if isinstance(page, str):
            pages = True
            yield SourceItem(_named(where, record), problem=page)
        elif page is not None:
            pages = True
            yield _read_page(page, _named(where, record), known)
        if show_place is not None:
            show_place(name, stream.place, size)
    if not pages:
        yield SourceItem(name, problem="no web page in this WARC file")


def _record(stream: RecordBytes) -> ArcWarcRecord:
    """Return the record that begins here, with its content still to be read.

    Raises:
        DamagedError: its headers are broken.
    """
    loader = ArcWarcRecordLoader(verify_http=False, arc2warc=False)
    try:
        record = loader.parse_record_stream(stream, known_format="warc", no_record_parse=True)
    except (ArchiveLoadFailed, EOFError) as error:
        raise DamagedError(" ".join(f"its headers are broken: {error}".split())[:200]) from None
    length = record.rec_headers.get_header("Content-Length") or ""
    if not (length.isascii() and length.isdigit()):
        raise DamagedError("its headers do not say how long it is")
    return record


def _page(record: ArcWarcRecord) -> _Page | str | None:
    """Return a record's web page; ``None`` if it is none, and in one line why it cannot be read."""
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    if record.rec_type not in PAGE_TYPES or not url.casefold().startswith(("http://", "https://")):
        return None
    headers = None
    if record.rec_type == "response":
        try:
            headers = StatusAndHeadersParser(_HTTP).parse(record.raw_stream)
        except (StatusAndHeadersParserException, EOFError):
            return "no answer of a web server in this record"
        if headers.get_statuscode() != "200":
            return None
    declared = headers.get_header("Content-Type") if headers is not None else record.content_type
    kind, charset = _content_type(declared or record.rec_headers.get_header("WARC-Identified-Payload-Type"))
    if kind and kind not in HTML_TYPES:
        return None
    data = record.raw_stream.read(MAX_ARTICLE_BYTES + 1)
    if len(data) > MAX_ARTICLE_BYTES:
        return f"the page is larger than {MAX_ARTICLE_BYTES:,} bytes"
    if headers is not None:
        try:
            data = _as_meant(data, headers)
        except ArticleError as error:
            return str(error)
    if not kind and kind_of_bytes(data[:FIRST_BYTES]) != "html":
        return None
    if cut := record.rec_headers.get_header("WARC-Truncated"):
        return f"the crawler kept only a part of this page ({cut[:40]})"
    return _Page(url, data, charset)


def _as_meant(data: bytes, headers: StatusAndHeaders) -> bytes:
    """Return what a server sent as it was before it was cut into chunks and compressed.

    Raises:
        ArticleError: the compression is broken, unknown, or that of a bomb.
    """
    if (headers.get_header("Transfer-Encoding") or "").strip().casefold() == "chunked":
        # Many crawlers keep the header and undo the chunks; warcio tells by the content.
        data = ChunkedDataReader(BytesIO(data)).read()
    encoding = (headers.get_header("Content-Encoding") or "identity").strip().casefold()
    if encoding == "identity":
        return data
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise ArticleError(f"the page is compressed as {encoding[:40]!r}, which cannot be read")
    # The same holds for compression: where it has been undone, the content is no gzip any more.
    if encoding != "deflate" and not data.startswith(GZIP):
        return data
    for window in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS):
        try:
            plain = zlib.decompressobj(window).decompress(data, MAX_ARTICLE_BYTES + 1)
        except zlib.error:
            continue
        if len(plain) > MAX_ARTICLE_BYTES:
            raise ArticleError(f"the page is larger than {MAX_ARTICLE_BYTES:,} bytes")
        return plain
    raise ArticleError("the page's compression is broken")


def _check_end(record: ArcWarcRecord, stream: RecordBytes) -> None:
    """Read what is left of a record.

    Raises:
        DamagedError: it ends too early, or something goes on where it should end.
    """
    while record.raw_stream.read(PIECE):
        pass
    if record.raw_stream.tell() < record.length:
        raise DamagedError("the file breaks off in the middle of it")
    try:
        following = stream.peek(len(BEGINNING))
    except DamagedError:
        return  # that is the next one's
    if following and not following.startswith((b"\r", b"\n", BEGINNING)):
        raise DamagedError("it is not as long as its headers say")


def _read_page(page: _Page, where: str, known: Known) -> SourceItem:
    try:
        article = article_from_html(in_charset(page.data, page.charset), Known(url=page.url))
    except ArticleError as error:
        return SourceItem(where, problem=str(error))
    return SourceItem(where, with_known(article, known))


def _content_type(value: str | None) -> tuple[str, str | None]:
    """Return media type and encoding of a Content-Type, such as ``text/html; charset=utf-8``."""
    message = Message()
    message["Content-Type"] = " ".join((value or "").split())
    return message.get_content_type() if value else "", message.get_content_charset()


def _named(where: str, record: ArcWarcRecord | None) -> str:
    url = record.rec_headers.get_header("WARC-Target-URI") if record is not None else None
    return f"{where} ({url[:100]})" if url else where
