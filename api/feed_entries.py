"""The entries of an RSS or Atom feed, as the feed has them: every version of both, broken XML included.

libxml2 reads the XML (through lxml), without entities, document types or the network, and with its limits
on depth and size. feedparser, which knows more formats, takes minutes for 200 KB of broken XML, since its
lenient reader goes over what is left again and again; a feed comes from others, so that is no choice here.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from html.entities import name2codepoint
from typing import Final
from urllib.parse import urljoin, urlsplit

from lxml import etree

from api.archive import MAX_SOURCE_ID, ArticleError
from api.pages import html_of_text
from api.source_items import parse_published

# Largest feed. Those of news outlets seldom reach 1 MB; broken XML of this size is read in half a minute.
MAX_FEED_BYTES: Final = 8_000_000

# Elements are told apart by their local names: feeds use namespaces of several versions, or forget to
# declare them. Pictures and sound (Media RSS) and excerpts of WordPress share names with the article's text.
OTHER_NAMESPACES: Final = re.compile(r"mrss|/excerpt/|itunes")
# A date of publication goes before one of a change; RSS 1.0, and many Atom feeds, have one date only.
DATES: Final = ("pubdate", "published", "issued", "created", "date", "updated", "modified")

_DECLARED: Final = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
_DECLARATION: Final = re.compile(r"\s*<\?xml[^>]*>")
_NAMED: Final = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
_LONE_AMPERSAND: Final = re.compile(r"&(?!#(?:[0-9]{1,7}|x[0-9A-Fa-f]{1,6});)")
_LONE_LESS_THAN: Final = re.compile(r"<(?![A-Za-z_/!?])")
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]*>")
_NO_CHARACTER: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CODES: Final = {**name2codepoint, "apos": ord("'")}
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class FeedError(ValueError):
    """This is no feed that can be read; ``str(error)`` says why in one line."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed.

    Attributes:
        outlet: the outlet that it is taken from, where the feed collects from several.
        html: its full text as HTML, or ``None`` where the feed has a summary at most.
        cut_off: the feed breaks off within this entry.
    """

    title: str | None
    url: str | None
    outlet: str | None
    published: date | datetime | None
    id: str | None
    html: str | None
    cut_off: bool = False


def entries_of(data: bytes, url: str | None = None, charset: str | None = None) -> list[Entry]:
    """Return the entries of a feed, in its order.

    Args:
        data: the feed.
        url: where it was found; relative links start from there.
        charset: the encoding that the server named.

    Raises:
        FeedError: it is neither RSS nor Atom, too large, or declares entities of its own.
    """
    if len(data) > MAX_FEED_BYTES:
        raise FeedError(f"the feed is larger than {MAX_FEED_BYTES:,} bytes")
    text = _DECLARATION.sub("", _decode(data, charset), count=1).strip()
    if "<!ENTITY" in text:
        raise FeedError("the feed declares entities of its own, as XML bombs do; it is not read")
    root = _root(text, url)
    if root is None or _local(root) not in ("rss", "feed", "rdf"):
        raise FeedError("neither RSS nor Atom")
    found = [element for element in root.iter(etree.Element) if _local(element) in ("item", "entry")]
    home = next(iter(_links(_channel(root))), None)
    base = urljoin(url or "", home or "")
    # What a broken-off feed has of its last entry may be any part of it.
    whole = text.endswith(">") and text[-200:].rpartition("</")[2].casefold().startswith(_prefixed(root))
    last = found[-1] if found and not whole else None
    return [_entry(element, base, cut_off=element is last) for element in found]


def _decode(data: bytes, charset: str | None) -> str:
    """Return the text: by byte-order mark, else as the server says, as the feed says, as UTF-8, as cp1252."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data.decode(name, "replace")
    declared = _DECLARED.match(data)
    for encoding in (charset, declared[1].decode() if declared else None, "utf-8"):
        try:
            if encoding:
                return data.decode(encoding)
        except (LookupError, UnicodeError):
            continue
    return data.decode("cp1252", "replace")


def _root(text: str, url: str | None) -> etree._Element | None:
    """Return the root; what is wrong most often ("&nbsp;", "AT&T", "<" for "less than") is put right.

    After its first mistake libxml2 leaves out every entity, "&lt;" too, so all become numbers. Where they
    stand in CDATA they are HTML, and mean the same.
    """
    try:
        return _parsed(text, url, recover=False)
    except etree.XMLSyntaxError:
        text = _NO_CHARACTER.sub("", text)
        text = _NAMED.sub(_number, text)
        text = _LONE_AMPERSAND.sub("&#38;", text)
        text = _LONE_LESS_THAN.sub("&#60;", text)
    try:
        return _parsed(text, url, recover=True)
    except etree.XMLSyntaxError:
        return None


def _parsed(text: str, url: str | None, *, recover: bool) -> etree._Element | None:
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    root: etree._Element | None = etree.fromstring(text.encode("utf-8", "replace"), parser, base_url=url)
    return root


def _number(found: re.Match[str]) -> str:
    code = _CODES.get(found[1])
    return found[0] if code is None else f"&#{code};"


def _entry(element: etree._Element, base: str, *, cut_off: bool) -> Entry:
    parts: dict[str, etree._Element] = {}
    for child in element:
        parts.setdefault(_local(child), child)
    id = _text(parts.get("guid")) or _text(parts.get("id"))
    link = _text(parts.get("origlink")) or next(iter(_links(element)), None)
    if link is None and "guid" in parts and parts["guid"].get("isPermaLink", "true") == "true":
        link = id
    source = parts.get("source")
    if source is not None and len(source):
        source = next((child for child in source if _local(child) == "title"), None)
    return Entry(
        title=_plain(parts.get("title")),
        url=_web_address(link, base),
        outlet=_plain(source),
        published=_published(parts),
        id=id if id and len(id) <= MAX_SOURCE_ID else None,
        html=_full_text(element),
        cut_off=cut_off,
    )


def _channel(root: etree._Element) -> etree._Element:
    return next((child for child in root if _local(child) == "channel"), root)


def _links(element: etree._Element) -> Iterator[str]:
    """Yield the addresses of the page that an entry, or a feed, stands for; the likeliest first."""
    for kinds in (("text/html", "application/xhtml+xml"), (None, "")):
        for child in element:
            if _local(child) != "link":
                continue
            href = child.get("href")
            if href is None:
                if kinds[0] is None and (link := _text(child)):
                    yield link.replace("&amp;", "&").replace("&#38;", "&")
            elif child.get("rel", "alternate") == "alternate" and child.get("type") in kinds:
                yield urljoin(child.base or "", href.strip())


def _web_address(link: str | None, base: str) -> str | None:
    try:
        url = urljoin(base, link) if link else ""
        parts = urlsplit(url)
        return url if parts.scheme.casefold() in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def _published(parts: dict[str, etree._Element]) -> date | datetime | None:
    for name in DATES:
        value = _text(parts.get(name))
        if not value:
            continue
        for parse in (parse_published, parsedate_to_datetime):
            try:
                return parse(value)
            except (ArticleError, ValueError, TypeError, IndexError, OverflowError):
                continue
    return None


def _full_text(entry: etree._Element) -> str | None:
    """Return RSS's ``content:encoded`` or Atom's ``content``, the longest if there are several, as HTML."""
    found = ""
    for child in entry:
        if _local(child) not in ("encoded", "content") or OTHER_NAMESPACES.search(_namespace(child)):
            continue
        if child.get("src") is not None or child.get("url") is not None:
            continue  # it lies elsewhere
        kind = (child.get("type") or ("html" if _local(child) == "encoded" else "text")).casefold()
        if len(child):
            html = _inside(child)
        elif kind in ("html", "text/html", "xhtml", "application/xhtml+xml"):
            html = _text(child) or ""
        elif kind in ("text", "text/plain"):
            html = html_of_text(_text(child) or "")
        else:
            continue  # a picture, sound, another XML
        found = max(found, html, key=len)
    return found or None


def _inside(element: etree._Element) -> str:
    """Return the elements inside of another as HTML, without their namespaces."""
    for inner in element.iterdescendants(etree.Element):
        inner.tag = etree.QName(inner).localname
    pieces = [element.text or ""]
    pieces += [etree.tostring(child, encoding="unicode", method="html") for child in element]
    return "".join(pieces)


def _plain(element: etree._Element | None) -> str | None:
    """Return a title as one line of text; many feeds have HTML in it, escaped once or twice."""
    text = _text(element)
    return " ".join(unescape(_TAG.sub("", text)).split()) or None if text else None


def _text(element: etree._Element | None) -> str | None:
    return "".join(element.itertext()).strip() or None if element is not None else None


def _local(element: etree._Element) -> str:
    return _prefixed_name(element).rpartition(":")[2]


def _prefixed(root: etree._Element) -> str:
    return f"{root.prefix}:{_local(root)}" if root.prefix else _prefixed_name(root)


def _prefixed_name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2].casefold()


def _namespace(element: etree._Element) -> str:
    """Return an element's namespace; of one that nobody declared, its prefix between slashes."""
    tag = str(element.tag)
    space, _, local = tag.rpartition("}")
    return (space or f"/{local.partition(':')[0]}/").casefold()
