"""Articles from RSS and Atom feeds; what is wrong with an entry is said about that one."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import feed_entries, feeds
from api.archive import UNKNOWN_OUTLET, ArticleInput
from api.feeds import BROKEN_OFF, CUT_SHORT, NO_LINK, SUMMARY_ONLY, read_feed
from api.fetching import Fetched, FetchError
from api.source_items import Known, SourceItem
from api.sources import read_sources

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:media="http://search.yahoo.com/mrss/"><channel><title>The Quay Courier: Harbour</title>
<link>https://www.courier.example/</link>
<item><title>Bridge &amp;amp; ferry</title><link>/bridge?a=1&amp;b=2</link><guid isPermaLink="false">n1</guid>
<pubDate>Mon, 17 Mar 2025 09:30:00 +0200</pubDate><description>About a bridge.</description>
<media:content type="html">A picture of a bridge, which is long, and of a ferry, which is not</media:content>
<content:encoded><![CDATA[<p>“We will rebuild it,” said <b>Ada Okafor</b>.</p><script>x("“Never.”")</script>
<p>“No,” said Bo Lind.</p>]]></content:encoded></item>
<item><title>Only told</title><link>https://courier.example/told</link>
<description>A teaser.</description></item>
<item><title>Short</title><link>https://courier.example/short</link>
<content:encoded>&lt;p&gt;“It was &lt;/p&gt;&lt;p&gt;Continue reading Short&lt;/p&gt;</content:encoded></item>
<item><title>Nowhere</title><link>mailto:a@courier.example</link></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://lantern.example/news/">
<title>Lantern</title><link rel="self" href="feed.atom"/><link href="./"/>
<entry><title type="html">&lt;i&gt;Comet&lt;/i&gt; found</title><link rel="enclosure" href="a.mp3"/>
<link href="comet"/><id>urn:1</id>
<updated>2025-04-02T00:00:00Z</updated><published>2025-04-01T08:00:00Z</published>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>“I saw it,” said Cy Dorn.</p>
<p>“Twice.”</p></div></content></entry>
<entry><title>Plain</title><link href="plain"/><id>urn:2</id><updated>2025-04-03</updated>
<source><title>The Other Paper</title></source><content>“Five &lt; six,” said Cy Dorn.
“Always.”</content></entry>
<entry><title>Elsewhere</title><link href="else"/><content type="text/html" src="else.html"/></entry>
</feed>"""


def read(feed: str | bytes, known: Known | None = None, **options: object) -> list[SourceItem]:
    data = feed.encode() if isinstance(feed, str) else feed
    return list(read_feed(data, "f.xml", known, **options))  # type: ignore[arg-type]


def test_rss_entries_with_their_full_text_are_articles() -> None:
    first, told, short, nowhere = read(RSS)
    assert first.name == "f.xml, entry 1 (https://www.courier.example/bridge?a=1&b=2)"
    assert first.article == ArticleInput(
        "“We will rebuild it,” said Ada Okafor.\n\n“No,” said Bo Lind.",
        "courier.example",
        "Bridge & ferry",
        "https://www.courier.example/bridge?a=1&b=2",
        datetime(2025, 3, 17, 9, 30, tzinfo=timezone(timedelta(hours=2))),
        "n1",
    )
    assert [item.problem for item in (told, short, nowhere)] == [SUMMARY_ONLY, CUT_SHORT, NO_LINK]


def test_atom_entries_are_articles_too() -> None:
    comet, plain, elsewhere = read(ATOM)
    assert comet.article == ArticleInput(
        "“I saw it,” said Cy Dorn.\n\n“Twice.”",
        "lantern.example",
        "Comet found",
        "https://lantern.example/news/comet",
        datetime(2025, 4, 1, 8, tzinfo=UTC),
        "urn:1",
    )
    assert plain.article is not None
    assert plain.article.text == "“Five < six,” said Cy Dorn.\n\n“Always.”"
    assert (plain.article.outlet, plain.article.published) == ("The Other Paper", date(2025, 4, 3))
    assert elsewhere.problem == SUMMARY_ONLY


def test_outlet_and_date_of_the_caller_fill_gaps() -> None:
    known = Known("Lantern", published=date(2025, 1, 1))
    comet, plain, _ = read(ATOM, known)
    assert comet.article is not None
    assert plain.article is not None
    assert (comet.article.outlet, plain.article.outlet) == ("Lantern", "The Other Paper")
    bare = read(
        "<rss><channel><item><description>x</description></item>"
        "<item><encoded>“Fine,” said Bo.</encoded><pubDate>soon</pubDate></item></channel></rss>"
    )
    assert bare[0].problem == NO_LINK
    assert bare[1].article == ArticleInput("“Fine,” said Bo.", UNKNOWN_OUTLET)


def test_relative_links_start_from_where_the_feed_was_found() -> None:
    feed = RSS.replace("<link>https://www.courier.example/</link>", "")
    assert read(feed)[0].article.url is None  # type: ignore[union-attr]
    found = read(feed, url="https://feeds.example/all/rss.xml")[0].article
    assert found is not None
    assert found.url == "https://feeds.example/bridge?a=1&b=2"


def test_rss_1_is_read() -> None:
    feed = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
      xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:c="http://purl.org/rss/1.0/modules/content/">
      <channel><title>T</title><link>https://t.example/</link></channel>
      <item><title>A</title><link>https://t.example/a</link><dc:date>2025-02-01T10:00:00+01:00</dc:date>
      <c:encoded>&lt;p&gt;“Well,” said Bo Lind.&lt;/p&gt;</c:encoded></item></rdf:RDF>"""
    (item,) = read(feed)
    assert item.article is not None
    assert item.article.text == "“Well,” said Bo Lind."
    assert item.article.published == datetime.fromisoformat("2025-02-01T10:00:00+01:00")


def test_broken_xml_is_read_as_far_as_it_goes() -> None:
    first = RSS.replace("said <b>", "said&nbsp;<b>").replace("About a bridge.", "AT&T &nbsp; café < tea \x01")
    items = read(first)
    assert items[0].article is not None
    assert "“We will rebuild it,” said Ada Okafor." in " ".join(items[0].article.text.split())
    assert items[0].article.url == "https://www.courier.example/bridge?a=1&b=2"
    assert [item.problem for item in items[1:]] == [SUMMARY_ONLY, CUT_SHORT, NO_LINK]
    link = "<link><![CDATA[https://c.example/?a=1&b=2]]></link>"
    (linked,) = read(
        f"<rss><item>{link}<title>\x01</title><encoded>&lt;p&gt;Fine.&lt;/p&gt;</encoded></item></rss>"
    )
    assert linked.article == ArticleInput("Fine.", "c.example", url="https://c.example/?a=1&b=2")
    cut = RSS[: RSS.index("<p>“No,”")]
    assert [item.problem for item in read(cut)] == [BROKEN_OFF]
    bare = "<rss><item><link>https://c.example/?a=1&b=2</link><content:encoded>“R&D,” said Bo & co."
    (whole,) = read(bare + "</content:encoded></item></rss>")
    assert whole.article is not None
    assert (whole.article.url, whole.article.text) == ("https://c.example/?a=1&b=2", "“R&D,” said Bo & co.")


@pytest.mark.parametrize(
    ("declared", "real", "charset"),
    [
        ("utf-8", "utf-8", None),
        ("utf-8", "cp1252", None),  # wrong, and no UTF-8 either
        ("windows-1252", "cp1252", None),
        ("utf-8", "cp1252", "windows-1252"),
        ("no-such-thing", "utf-8", "nor-this"),
        ("utf-16", "utf-16", None),
        ("utf-8", "utf-8-sig", None),
    ],
)
def test_a_feed_is_read_in_its_encoding(declared: str, real: str, charset: str | None) -> None:
    feed = RSS.replace('encoding="utf-8"', f'encoding="{declared}"').replace("rebuild it", "rebuild the café")
    (first, *_) = read(feed.encode(real), charset=charset)
    assert first.article is not None
    assert first.article.text.startswith("“We will rebuild the café,” said Ada Okafor.")


BOMB = """<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c SYSTEM "file:///etc/hostname">]><rss version="2.0"><channel><item><title>&b;&c;</title></item>
</channel></rss>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-7"])
def test_a_feed_with_entities_of_its_own_is_refused(encoding: str) -> None:
    bomb = BOMB.replace('version="1.0"', f'version="1.0" encoding="{encoding}"')
    head, end, rest = bomb.partition("?>")
    data = (
        (head + end).encode("ascii") + rest.encode(encoding) if encoding == "utf-7" else bomb.encode(encoding)
    )
    (item,) = read(data)
    assert item.problem == "the feed declares entities of its own, as XML bombs do; it is not read"


@pytest.mark.parametrize("piece", [b"<a>", b"<", b"&", b"<a b='", b"<!--", b"<![CDATA[", b"<?", b"<!DOCTYPE"])
def test_no_broken_feed_takes_long(piece: bytes) -> None:
    start = time.monotonic()
    read(b"<rss><channel><item><description>" + piece * (200_000 // len(piece)))
    read(piece * (200_000 // len(piece)))
    assert time.monotonic() - start < 20


def test_what_is_too_large_or_no_feed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [item.problem for item in read("<opml/>")] == ["neither RSS nor Atom"]
    assert [item.problem for item in read(b"\x89PNG")] == ["neither RSS nor Atom"]
    assert [item.problem for item in read("<rss><channel/></rss>")] == ["no entries in this feed"]
    monkeypatch.setattr(feeds, "MAX_ENTRIES", 1)
    assert read(RSS)[-1] == SourceItem(
        "f.xml", problem="the feed has 4 entries; those after the first 1 are not read"
    )
    monkeypatch.setattr(feed_entries, "MAX_FEED_BYTES", 100)
    assert [item.problem for item in read(RSS)] == ["the feed is larger than 100 bytes"]


def test_a_huge_entry_is_one_article() -> None:
    feed = RSS.replace("<p>“No,” said Bo Lind.</p>", "<p>“No,” said Bo Lind.</p>" * 5_000)
    first = read(feed)[0].article
    assert first is not None
    assert first.text.count("said Bo Lind") == 5_000


@given(st.binary(max_size=300))
def test_any_bytes_are_entries_or_problems(data: bytes) -> None:
    for item in read(b"<rss><item>" + data):
        assert (item.article is None) != (item.problem is None)


def test_linked_pages_are_read_when_they_may_be_followed() -> None:
    page = (
        "<html><head><title>Other</title><meta property='og:site_name' content='C'></head><body><article>"
        + ("<p>“Told in full,” said Ada Okafor, who has run the port of the town for eleven years.</p>" * 5)
    )

    def follow(url: str) -> Fetched:
        if url.endswith("short"):
            raise FetchError("the server answers 404 Not Found")
        return Fetched(url, "text/html", "utf-8", page.encode())

    first, told, short, nowhere = read(RSS, follow=follow)
    assert first.article is not None
    assert told.article is not None
    assert "“Told in full,” said Ada Okafor" in told.article.text
    assert (told.article.title, told.article.outlet) == ("Only told", "C")
    assert [item.problem for item in (short, nowhere)] == ["the server answers 404 Not Found", NO_LINK]
    assert read(RSS, Known("Courier"), follow=follow)[1].article.outlet == "Courier"  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["feed.xml", "feed.rss", "feed", "feed.txt", "index.html"])
def test_a_feed_is_told_by_its_content(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text(f"<!-- made by hand -->\n{RSS[RSS.index('<rss') :]}")
    items = list(read_sources([file]))
    assert [item.problem for item in items] == [None, SUMMARY_ONLY, CUT_SHORT, NO_LINK]
    assert items[0].name.startswith(f"{file}, entry 1")


def test_a_folder_gives_its_feeds_and_leaves_other_xml(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_text(ATOM)
    (tmp_path / "sitemap.xml").write_text('<?xml version="1.0"?><urlset/>')
    assert [item.name.partition(", ")[0] for item in read_sources([tmp_path])] == [
        str(tmp_path / "feed.xml")
    ] * 3
    (item,) = read_sources([tmp_path / "sitemap.xml"])
    assert item.problem == "XML, but neither RSS, Atom nor a web page"
    (tmp_path / "manifest.jsonl").write_text('{"file": "feed.xml"}')
    (item,) = read_sources([tmp_path])
    assert item.problem == "a feed, not an article; give it by its own path"
