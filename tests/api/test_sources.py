"""Reading articles from text, HTML, JSON Lines and folders; what is wrong with one is said about that one."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.archive import UNKNOWN_OUTLET, ArticleError, ArticleInput
from api.pages import article_from_html
from api.source_items import Known, SourceItem, outlet_of_url, parse_published
from api.sources import article_from_record, read_lines, read_sources

TEXT = "“We will rebuild the harbour bridge,” said Ada Okafor.\r\n\r\nNobody else spoke.\n"

PAGE = """<!doctype html><html><head><title>Bridge to be rebuilt | The Quay Courier</title>
<meta property="og:site_name" content="The Quay Courier">
<meta property="article:published_time" content="2025-03-17T08:00:00Z">
<link rel="canonical" href="https://courier.example/bridge">
<script>alert("“Never,” said nobody.")</script></head>
<body><nav>Home Sport Weather</nav><article><h1>Bridge to be rebuilt</h1>
<p>“We will rebuild the harbour bridge by spring,” said Ada Okafor, who runs the port and has done so for
years. “It is <em>high</em> time,” she added on Monday.</p>
<p>Nobody else would comment on the matter when this newspaper asked around the harbour.</p></article>
<div id="comments"><p>“Nonsense,” says a reader who is not Ada Okafor.</p></div></body></html>"""


def read(*paths: Path, known: Known | None = None) -> list[SourceItem]:
    return list(read_sources(paths, known))


def test_a_text_file_is_taken_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "bridge.txt"
    file.write_bytes(TEXT.encode())
    known = Known("Ledger", "A bridge", "https://l.example/1", date(2025, 3, 17))
    article = ArticleInput(TEXT, "Ledger", "A bridge", "https://l.example/1", date(2025, 3, 17), "bridge.txt")
    assert read(file, known=known) == [SourceItem(str(file), article)]
    (bare,) = read(file)
    assert bare.article == ArticleInput(TEXT, UNKNOWN_OUTLET, id="bridge.txt")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "the file is empty"),
        (b" \n", "the file is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "binary, not text"),
        (bytes(range(128, 256)), "not UTF-8 at byte 0"),
        (b"\xff\xfea", "broken UTF-16"),
        (b"\xef\xbb\xbf\xff", "broken UTF-8"),
    ],
)
def test_a_file_that_is_no_text_is_named(tmp_path: Path, data: bytes, problem: str) -> None:
    file = tmp_path / "odd.txt"
    file.write_bytes(data)
    (item,) = read(file)
    assert item.name == str(file)
    assert item.article is None
    assert problem in (item.problem or "")


def test_what_is_missing_or_too_large_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.sources.MAX_ARTICLE_BYTES", 100)
    monkeypatch.setattr("api.text_files.MAX_ARTICLE_BYTES", 100)
    (tmp_path / "large.txt").write_text("x" * 101)
    (tmp_path / "empty").mkdir()
    good = {"text": "Fine."}
    (tmp_path / "lines.jsonl").write_text(f"{json.dumps({'text': 'x' * 500})}\n{json.dumps(good)}\n")
    items = read(*(tmp_path / name for name in ("missing.txt", "large.txt", "empty", "lines.jsonl")))
    assert [item.problem for item in items[:4]] == [
        "No such file or directory",
        "the file is larger than 100 bytes",
        "no articles in this folder (*.atom, *.htm, *.html, *.jsonl, *.ndjson, *.rss, *.text, *.txt, *.warc, "
        "*.warc.gz, *.xhtml, *.xml)",
        "the line is longer than 100 bytes",
    ]
    assert [item.article.text for item in items[4:] if item.article] == ["Fine."]
    assert items[4].name.endswith("lines.jsonl, line 2")


def test_an_html_page_gives_its_article_without_the_furniture() -> None:
    article = article_from_html(PAGE.encode())
    assert "“We will rebuild the harbour bridge by spring,” said Ada Okafor" in article.text
    assert "“It is high time,” she added" in article.text
    assert "\n\nNobody else would comment" in article.text
    for furniture in ("Weather", "Nonsense", "Never", "<"):
        assert furniture not in article.text
    assert article.outlet == "The Quay Courier"
    assert article.title == "Bridge to be rebuilt"
    assert article.url == "https://courier.example/bridge"
    assert article.published == date(2025, 3, 17)


def test_what_the_caller_knows_goes_before_what_the_page_says() -> None:
    known = Known("Ledger", "Mine", "https://l.example/2", datetime(2024, 1, 1, tzinfo=UTC))
    article = article_from_html(PAGE.encode(), known)
    assert (article.outlet, article.title, article.url) == ("Ledger", "Mine", "https://l.example/2")
    assert article.published == datetime(2024, 1, 1, tzinfo=UTC)


def test_a_front_page_is_no_article_s_address() -> None:
    page = PAGE.replace("https://courier.example/bridge", "https://courier.example/")
    assert article_from_html(page.encode()).url is None


@pytest.mark.parametrize("page", [b"<html></html>", b"<p></p>", b"\0\1\2", b"<html><body></body></html>"])
def test_a_page_without_an_article_is_refused(page: bytes) -> None:
    with pytest.raises(ArticleError, match="no article found"):
        article_from_html(page)


def test_a_line_is_an_article() -> None:
    record = {
        "id": 7,
        "text": TEXT,
        "outlet": " Ledger ",
        "title": None,
        "url": "https://www.l.example/1",
        "published": "2025-03-17T09:30:00+02:00",
        "section": "ignored",
    }
    article = article_from_record(record)
    assert article.text == TEXT
    assert (article.id, article.outlet, article.title) == ("7", "Ledger", None)
    assert article.published == datetime.fromisoformat("2025-03-17T09:30:00+02:00")
    assert article_from_record({"text": "x", "url": "https://www.l.example/1"}).outlet == "l.example"


LINES = [
    (b'{"text": "One.", "id": "a"}', None),
    (b"", None),
    (b'{"text": "Two."', "not JSON"),
    (b'["text"]', "not a JSON object"),
    (b'{"id": "b"}', 'needs a "text"'),
    (b'{"text": 5}', '"text" is not a text'),
    (b'{"text": "x", "outlet": ["x"]}', '"outlet" is not a text'),
    (b'{"text": "x", "id": true}', '"id" is not a text'),
    (b'{"text": "x", "published": "17.3.2025"}', "not an ISO 8601 date such as 2025-03-17: '17.3.2025'"),
    (b'{"text": "x", "published": "2025-02-30"}', "not an ISO 8601 date"),
    (b'{"text": "Three.", "id": "a"}', "this id was there before"),
    (b'{"text": "\xff"}', "not UTF-8"),
    (b"[" * 100_000, "not JSON"),
    (b'{"text": "Four.", "id": ' + b"9" * 5_000 + b"}", "not JSON"),
    (b'{"text": "Five."}', None),
]


def test_each_line_is_answered_for_itself() -> None:
    stream = io.BytesIO(b"\xef\xbb\xbf" + b"\n".join(line for line, _ in LINES))
    items = {item.name.split(",")[1].split(" (")[0]: item for item in read_lines(stream, "f")}
    for number, (line, problem) in enumerate(LINES, start=1):
        item = items.get(f" line {number}")
        if not line:
            assert item is None
            continue
        assert item is not None
        if problem is None:
            assert item.article is not None, item
        else:
            assert problem in (item.problem or ""), item
            assert "\n" not in (item.problem or "")


def test_known_outlet_and_date_fill_gaps_of_lines() -> None:
    stream = io.BytesIO(
        b'{"text": "a", "outlet": "Own", "published": "2025-01-01"}\n{"text": "b", "url": "https://x.example/1"}'
    )
    items = read_lines(stream, "f", Known("Ledger", published=date(2025, 3, 17)))
    articles = [item.article for item in items if item.article]
    assert [(a.outlet, a.published) for a in articles] == [
        ("Own", date(2025, 1, 1)),
        ("Ledger", date(2025, 3, 17)),
    ]


@given(st.binary(max_size=200))
def test_any_bytes_are_lines_or_problems(data: bytes) -> None:
    for item in read_lines(io.BytesIO(data), "f"):
        assert (item.article is None) != (item.problem is None)


def test_a_folder_is_read_recursively_in_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "sub/c.html", "sub/d.ndjson", ".hidden/e.txt", "notes.md", ".f.txt"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(PAGE if name.endswith("html") else '{"text": "x"}' if "ndjson" in name else "Text.")
    items = read(tmp_path)
    assert [Path(item.name).name for item in items] == ["a.txt", "b.txt", "c.html", "d.ndjson, line 1"]
    assert [item.article.id for item in items if item.article] == ["a.txt", "b.txt", "sub/c.html", None]


def test_a_manifest_says_which_files_and_what_they_are(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("Not to be read.")
    for name in ("one.txt", "two.txt", "unlisted.txt"):
        (folder / name).write_text(f"This is {name}.")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    entries = [
        {
            "file": "one.txt",
            "outlet": "Ledger",
            "title": "One",
            "published": "2025-03-17",
            "url": None,
            "id": "n1",
        },
        {"file": "two.txt", "outlet": None, "title": None, "published": None, "url": "https://l.example/2"},
        {"file": "two.txt"},
        {"file": "missing.txt"},
        {"file": "../secret.txt"},
        {"file": str(tmp_path / "secret.txt")},
        {"file": "link.txt"},
        {"outlet": "Ledger"},
        {"file": "one.txt\0"},
        {"file": "unlisted.txt", "published": "yesterday"},
    ]
    lines = [json.dumps(entry) for entry in entries]
    (folder / "manifest.jsonl").write_text("\n".join([*lines[:1], "", *lines[1:], "{"]))
    items = read(folder)
    one, two, *wrong = items
    assert one.article == ArticleInput("This is one.txt.", "Ledger", "One", None, date(2025, 3, 17), "n1")
    assert two.article == ArticleInput(
        "This is two.txt.", "l.example", None, "https://l.example/2", None, "two.txt"
    )
    assert all(item.article is None for item in wrong)
    assert [item.problem for item in wrong[:6]] == [
        "the manifest names this file twice",
        "No such file or directory",
        "the manifest names a file outside of its folder",
        "the manifest names a file outside of its folder",
        "the manifest names a file outside of its folder",
        'needs a "file"',
    ]
    assert len(wrong) == 9
    # The manifest itself may be named too.
    assert read(folder / "manifest.jsonl") == items


def test_the_shared_articles_are_read_by_their_manifest(shared: Path) -> None:
    items = read(shared / "articles")
    assert len(items) == 5
    assert all(item.problem is None for item in items)
    for item in items:
        assert item.article is not None
        assert item.article.text.encode() == Path(item.name).read_bytes()
    assert {item.article.published for item in items if item.article} == {
        date(2025, 3, 17),
        date(2025, 5, 19),
    }


def test_dates_and_hosts() -> None:
    assert parse_published("2025-03-17") == date(2025, 3, 17)
    assert parse_published(" 2025-03-17T09:30Z ") == datetime(2025, 3, 17, 9, 30, tzinfo=UTC)
    for wrong in ("", "2025", "2025-13-01", "17/03/2025", "2025-03-17 soon", "２０２５-03-17x"):
        with pytest.raises(ArticleError, match="not an ISO 8601 date"):
            parse_published(wrong)
    assert outlet_of_url("https://www.courier.example/x") == "courier.example"
    assert outlet_of_url("http://[broken") is None
    assert outlet_of_url(None) is None
