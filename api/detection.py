"""What a file or a page is, told by how it begins; its name and what a server says of it often are wrong."""

from __future__ import annotations

import re
import zlib
from pathlib import Path
from typing import Final, Literal

Kind = Literal["warc", "feed", "html", "xml", "gzip", "zstd", "other"]

# Enough for an XML declaration, a document type and some comments before the first element.
FIRST_BYTES: Final = 4_096

GZIP: Final = b"\x1f\x8b\x08"
ZSTD: Final = b"\x28\xb5\x2f\xfd"

# What may stand before the root of an XML or HTML document, and the root's name. What has been passed
# over is never gone back to ("(?>", "*+"), so that no text makes the search slow.
_ROOT: Final = re.compile(
    r"(?>\s|<\?.*?\?>|<!--.*?-->|<!doctype(?:[^\[>]|\[.*?\]\s*(?=>))*>)*+<([a-z][\w.:-]*)",
    re.IGNORECASE | re.DOTALL,
)
_DOCTYPE_HTML: Final = re.compile(r"[\s\ufeff]*<!doctype\s+html", re.IGNORECASE)
# RSS 0.9x and 2.0, Atom, RSS 0.90 and 1.0; prefixes differ.
_FEED_ROOTS: Final = frozenset({"rss", "feed", "rdf"})


def kind_of_bytes(start: bytes) -> Kind:
    """Return what begins with these bytes; `FIRST_BYTES` of them are enough.

    ``xml`` is any other XML, ``gzip`` any other compressed file.
    """
    if start.startswith(GZIP):
        try:
            inside = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(start, 16)
        except zlib.error:
            return "gzip"
        # A record that is damaged at its very start leaves only the file's name to go by.
        return "warc" if inside.startswith(b"WARC/") else "gzip"
    if start.startswith(ZSTD):
        return "zstd"
    if start.startswith(b"WARC/"):
        return "warc"
    # Half of the bytes of Latin letters in UTF-16 are zero.
    text = start[:FIRST_BYTES].replace(b"\0", b"").decode("latin-1").removeprefix("ÿþ").removeprefix("þÿ")
    text = text.removeprefix("ï»¿")
    if _DOCTYPE_HTML.match(text):
        return "html"
    root = _ROOT.match(text)
    if root is None:
        return "xml" if text.lstrip().startswith("<?xml") else "other"
    name = root[1].casefold().rpartition(":")[2]
    if name == "html":
        return "html"
    if name in _FEED_ROOTS and (name != "rdf" or "rss" in text.casefold()):
        return "feed"
    return "xml" if text.lstrip().startswith("<?xml") else "other"


def kind_of_file(file: Path) -> Kind:
    """Return what a file is.

    Raises:
        OSError: it cannot be read.
    """
    with file.open("rb") as opened:
        return kind_of_bytes(opened.read(FIRST_BYTES))
