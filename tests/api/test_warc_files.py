"""Articles from WARC files; what is damaged is named, and the rest is read."""

from __future__ import annotations

import gzip
import io
import random
import tracemalloc
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from api import record_bytes, warc_files
from api.source_items import Known, SourceItem
from api.sources import read_sources
from api.warc_files import read_warc


def page(words: str) -> str:
    return f"""<html><head><title>{words}</title><meta property="og:site_name" content="The Quay Courier">
<meta property="article:published_time" content="2025-03-17T08:00:00Z"></head><body><nav>Home</nav><article>
<h1>{words}</h1><p>“{words},” said Ada Okafor, who has run the port of this town for eleven years now.</p>
<p>Nobody else would comment on the café when this newspaper asked around the harbour.</p></article></body>
</html>"""


class Warc:
    """Writes a WARC file record by record, with warcio."""

    def __init__(self, compressed: bool = True) -> None:
        self.file = io.BytesIO()
        self.writer = WARCWriter(self.file, gzip=compressed)
        self.places = []

    def add(
        self,
        name: str,
        body: bytes,
        *,
        status: str = "200 OK",
        headers: dict[str, str] | None = None,
        warc: dict[str, str] | None = None,
        type: str = "response",
    ) -> None:
        self.places.append(self.file.tell())
        given = {"Content-Type": "text/html; charset=utf-8"} | (headers or {})
        http = StatusAndHeaders(status, list(given.items()), protocol="HTTP/1.1")
        record = self.writer.create_warc_record(
            f"https://courier.example/{name}", type, payload=io.BytesIO(body), warc_headers_dict=warc or {},
            http_headers=http if type == "response" else None,
            **({} if type == "response" else {"warc_content_type": given["Content-Type"]}),
        )  # fmt: skip
        self.writer.write_record(record)

    def read(self, known: Known | None = None) -> list[SourceItem]:
        return list(read_warc(io.BytesIO(self.file.getvalue()), "c.warc", known))


def three(compressed: bool = True) -> Warc:
    warc = Warc(compressed)
    for name in ("one", "two", "three"):
        warc.add(name, page(f"This is {name}").encode())
    return warc


def texts(items: list[SourceItem]) -> list[str]:
    return [item.article.text.split("”")[0].split("“")[1] for item in items if item.article]


def problems(items: list[SourceItem]) -> list[str]:
    return [f"{item.name}: {item.problem}" for item in items if item.problem]


@pytest.mark.parametrize("compressed", [True, False])
def test_pages_are_articles_and_the_rest_is_passed_over(compressed: bool) -> None:
    warc = Warc(compressed)
    warc.writer.write_record(warc.writer.create_warcinfo_record("c.warc", {"software": "test"}))
    warc.add("one", page("First").encode())
    warc.add("gone", page("Gone").encode(), status="404 Not Found")
    warc.add("picture", b"\x89PNG\r\n\r\nWARC/1.0\r\n", headers={"Content-Type": "image/png"})
    warc.add("two", page("Second").encode("cp1252"), headers={"Content-Type": "text/html; charset=cp1252"})
    warc.add("put-in", page("Third").encode(), type="resource")
    warc.add("notes", b"a: b", type="metadata")
    one, two, three = warc.read()
    assert one.name == "c.warc, record 2 (https://courier.example/one)"
    assert one.article is not None
    assert (one.article.title, one.article.outlet) == ("First", "The Quay Courier")
    assert (one.article.url, one.article.published) == ("https://courier.example/one", date(2025, 3, 17))
    assert texts([one, two, three]) == ["First,", "Second,", "Third,"]
    assert two.article is not None
    assert "the café" in two.article.text


def test_pages_are_unpacked_as_the_server_packed_them() -> None:
    warc = Warc()
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(b), b) for b in (page("Chunks").encode(),)) + b"0\r\n\r\n"
    warc.add("chunks", chunks, headers={"Transfer-Encoding": "chunked"})
    warc.add("whole", page("Whole").encode(), headers={"Transfer-Encoding": "chunked"})
    warc.add("gzip", gzip.compress(page("Packed").encode()), headers={"Content-Encoding": "gzip"})
    warc.add("plain", page("Plain").encode(), headers={"Content-Encoding": "gzip"})
    warc.add("brotli", b"\x8b", headers={"Content-Encoding": "br"})
    warc.add("bomb", gzip.compress(bytes(40_000_000)), headers={"Content-Encoding": "gzip"})
    warc.add("wrong", page("Wrong").encode("cp1252"), headers={"Content-Type": "text/html; charset=utf-8"})
    warc.add("untyped", page("Untyped").encode(), headers={"Content-Type": ""})
    warc.add("part", page("Part").encode(), warc={"WARC-Truncated": "length"})
    warc.add("empty", b"")
    items = warc.read()
    assert texts(items) == ["Chunks,", "Whole,", "Packed,", "Plain,", "Wrong,", "Untyped,"]
    assert [item.problem for item in items if item.problem] == [
        "the page is compressed as 'br', which cannot be read",
        "the page is larger than 32,000,000 bytes",
        "the crawler kept only a part of this page (length)",
        "no article found on the page",
    ]
    assert items[6].article is not None
    assert "the café" in items[6].article.text


def test_outlet_and_date_of_the_caller_fill_gaps() -> None:
    warc = Warc()
    bare = page("Bare").replace("og:site_name", "x").replace("2025-03-17T08:00:00Z", "soon")
    warc.add("bare", bare.encode())
    warc.add("told", page("Told").encode())
    known = Known("Ledger", published=date(2025, 1, 1))
    assert [(item.article.outlet, item.article.published) for item in warc.read(known) if item.article] == [
        ("Ledger", date(2025, 1, 1)),
        ("The Quay Courier", date(2025, 3, 17)),
    ]


@pytest.mark.parametrize("compressed", [True, False])
def test_damaged_records_are_named_and_passed_over(compressed: bool) -> None:
    warc = three(compressed)
    data, second, third = warc.file.getvalue(), warc.places[1], warc.places[2]
    broken = bytearray(data)
    if compressed:
        broken[second + 60 : second + 80] = bytes(20)
    else:
        at = data.index(b"Content-Length: ", second) + 16
        broken[at : at + 4] = b"9999"
    items = list(read_warc(io.BytesIO(broken), "c.warc"))
    assert texts(items) == ["This is one,", "This is three,"]
    (problem,) = problems(items)
    assert problem.startswith("c.warc, record 2")
    assert f"damaged at byte {second:,}: " in problem
    for garbage in (b"no record\r\n" * 9, bytes(range(255, 1, -1)) * 3):
        items = list(read_warc(io.BytesIO(data[:third] + garbage + b"\r\n" + data[third:]), "c.warc"))
        assert texts(items)[-1] == "This is three,"
        assert len(problems(items)) == 1


@pytest.mark.parametrize("compressed", [True, False])
def test_a_file_that_breaks_off_is_named(compressed: bool) -> None:
    warc = three(compressed)
    data = warc.file.getvalue()
    for missing in (30, 200, len(data) - warc.places[2] - 2):
        items = list(read_warc(io.BytesIO(data[:-missing]), "c.warc"))
        assert texts(items) == ["This is one,", "This is two,"]
        assert len(problems(items)) == 1
    assert texts(list(read_warc(io.BytesIO(data[: warc.places[2]]), "c.warc"))) == [
        "This is one,",
        "This is two,",
    ]


def test_a_file_compressed_as_a_whole_is_read_too() -> None:
    data = gzip.compress(three(compressed=False).file.getvalue())
    assert texts(list(read_warc(io.BytesIO(data), "c.warc"))) == [
        "This is one,",
        "This is two,",
        "This is three,",
    ]


def test_a_file_without_pages_is_named() -> None:
    for data in (b"", gzip.compress(b"")):
        assert problems(list(read_warc(io.BytesIO(data), "c.warc"))) == [
            "c.warc: no web page in this WARC file"
        ]


def test_bombs_and_endless_headers_are_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_bytes, "BOMB_BYTES", 1_000_000)
    warc = Warc()
    warc.add("bomb", bytes(5_000_000), headers={"Content-Type": "video/mp4"})
    warc.add("one", page("Still read").encode())
    items = warc.read()
    assert "it is compressed more than 200 times, as decompression bombs are" in problems(items)[0]
    assert texts(items) == ["Still read,"]
    monkeypatch.setattr(record_bytes, "HEADER_BYTES", 2_000)
    endless = b"WARC/1.0\r\nX: " + b"x" * 3_000
    items = list(read_warc(io.BytesIO(endless + b"\r\n" + three(False).file.getvalue()), "c.warc"))
    assert "its headers are longer than 2,000 bytes" in problems(items)[0]
    assert len(texts(items)) == 3


def test_a_page_that_is_too_large_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warc_files, "MAX_ARTICLE_BYTES", 1_000)
    warc = Warc()
    warc.add("large", page("Large" * 300).encode())
    warc.add("one", page("Small").encode())
    items = warc.read()
    assert "the page is larger than 1,000 bytes" in problems(items)[0]
    assert texts(items) == ["Small,"]


def test_a_large_file_is_never_in_memory(tmp_path: Path) -> None:
    file = tmp_path / "large.warc"
    warc = Warc(compressed=False)
    noise = random.Random(1).randbytes(1_000_000)
    with file.open("wb") as out:
        warc.writer.out = out
        for number in range(60):
            warc.file = out
            warc.add(f"{number}.mp4", noise, headers={"Content-Type": "video/mp4"})
        warc.add("one", page("At last").encode())
    seen: list[tuple[str, int, int]] = []
    tracemalloc.start()
    with file.open("rb") as opened:
        items = list(read_warc(opened, "l", show_place=lambda *place: seen.append(place)))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert texts(items) == ["At last,"]
    assert most < 30_000_000
    size = file.stat().st_size
    assert seen[-1] == ("l", size - 4, size)  # all but the empty lines at the end
    assert [read for _, read, _ in seen] == sorted(read for _, read, _ in seen)


@settings(max_examples=60, deadline=None)
@given(st.data(), st.booleans())
def test_any_damage_ends_in_items(data: st.DataObject, compressed: bool) -> None:
    warc = Warc(compressed)
    for name in "abc":
        warc.add(
            name,
            b"<p>short</p>",
            headers={"Content-Type": "image/png"},
            warc={"WARC-Record-ID": "<urn:uuid:1>", "WARC-Date": "2025-03-17T08:00:00Z"},
        )
    bytes_ = bytearray(warc.file.getvalue())
    for _ in range(3):
        at = data.draw(st.integers(0, len(bytes_) - 1))
        bytes_[at] = data.draw(st.integers(0, 255))
    bytes_ = bytes_[: data.draw(st.integers(0, len(bytes_)))]
    for item in read_warc(io.BytesIO(bytes_), "c.warc"):
        assert (item.article is None) != (item.problem is None)


@pytest.mark.parametrize("name", ["c.warc.gz", "c.warc", "c.bin", "c"])
def test_a_warc_file_is_told_by_its_content(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(three().file.getvalue())
    assert texts(list(read_sources([tmp_path / name]))) == ["This is one,", "This is two,", "This is three,"]


def test_other_compressed_files_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(b"text"))
    (tmp_path / "a.warc.zst").write_bytes(b"\x28\xb5\x2f\xfd....")
    assert [item.problem for item in read_sources([tmp_path / "a.gz", tmp_path / "a.warc.zst"])] == [
        "compressed with gzip, and no WARC file: unpack it first",
        "compressed with zstd: unpack it first",
    ]
