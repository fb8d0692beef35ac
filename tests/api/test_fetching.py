"""Fetching a page from the web, from a server on this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from api import fetching
from api.fetching import FetchError, fetch
from api.source_items import Known, SourceItem
from api.sources import read_sources

PAGE = """<html><head><title>Bridge to be rebuilt</title></head><body><article><h1>Bridge to be rebuilt</h1>
<p>“We will rebuild the café by the harbour,” said Ada Okafor, who has run the port for eleven years now.</p>
<p>Nobody else would comment on the matter when this newspaper asked around the harbour.</p></article></body>
</html>"""


MOVED = {"/moved": "/page", "/file": "file:///etc/hostname", "/ftp": "ftp://127.0.0.1/x", "/loop": "/loop"}


class Site(BaseHTTPRequestHandler):
    """A small site with a page of each kind."""

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path == "/slow":
            self.server.waiting.wait(30)  # type: ignore[attr-defined]
            return
        if path in MOVED:
            self.send_response(302)
            self.send_header("Location", MOVED[path])
            self.end_headers()
            return
        kind, body = {
            "/page": ("text/html; charset=utf-8", PAGE.encode()),
            "/latin": ("text/html; charset=windows-1252", PAGE.encode("cp1252")),
            "/text": ("text/plain", "“Fine,” said Bo Lind.\r\n".encode()),
            "/lines": ("application/x-ndjson", b'{"text": "One.", "id": "a"}\n{"text": 5}\n'),
            "/caf%C3%A9": ("text/plain", query.encode()),
            "/image": ("image/png", b"\x89PNG"),
            "/large": ("text/plain", b"x" * 5_000),
            "/agent": ("text/plain", (self.headers["User-Agent"] or "").encode()),
        }.get(path, ("", b""))
        self.send_response(200 if kind else 404)
        self.send_header("Content-Type", kind or "text/plain")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        server.waiting = threading.Event()  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.waiting.set()  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()


def read(url: str, known: Known | None = None) -> list[SourceItem]:
    return list(read_sources([url], known))


@pytest.mark.parametrize("path", ["/page", "/latin", "/moved"])
def test_a_page_is_read_in_its_server_s_encoding(site: str, path: str) -> None:
    (item,) = read(site + path)
    assert item.problem is None
    assert item.article is not None
    assert "“We will rebuild the café by the harbour,” said Ada Okafor" in item.article.text
    assert item.article.title == "Bridge to be rebuilt"
    # The address that was given is the article's: where it leads today may change.
    assert item.article.url == site + path
    assert item.article.outlet == "127.0.0.1"


def test_text_and_lines_can_be_fetched_too(site: str) -> None:
    (text,) = read(site + "/text", Known("Ledger", "Fine"))
    assert text.article is not None
    assert (text.article.text, text.article.outlet) == ("“Fine,” said Bo Lind.\r\n", "Ledger")
    assert (text.article.title, text.article.url) == ("Fine", site + "/text")
    one, two = read(site + "/lines")
    assert one.article is not None
    assert (one.article.text, one.article.url) == ("One.", None)
    assert two.problem == '"text" is not a text'


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/missing", "the server answers 404 Not Found"),
        ("/image", "neither a web page, a feed nor text: image/png"),
        ("/file", "Redirection to url 'file:///etc/hostname' is not allowed"),
        ("/ftp", "the page leads to ftp://127.0.0.1/x, which is no web address"),
        ("/loop", "infinite loop"),
    ],
)
def test_what_cannot_be_fetched_is_named(site: str, path: str, problem: str) -> None:
    (item,) = read(site + path)
    assert (item.name, item.article) == (site + path, None)
    assert problem in (item.problem or "")
    assert "\n" not in (item.problem or "")


def test_a_page_may_not_be_endless(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(fetch(site + "/large", 5_000).data) == 5_000
    with pytest.raises(FetchError, match="larger than 4,999 bytes"):
        fetch(site + "/large", 4_999)
    monkeypatch.setattr(fetching, "ANSWER_SECONDS", 0.2)
    with pytest.raises(FetchError, match="no answer within"):
        fetch(site + "/slow", 1)
    monkeypatch.setattr(fetching, "PAGE_SECONDS", -1.0)
    with pytest.raises(FetchError, match="did not come within"):
        fetch(site + "/text", 100)


def test_an_address_may_hold_letters_of_any_alphabet(site: str) -> None:
    assert fetch(site + "/café?q=né", 100).data == b"q=n%C3%A9"
    assert fetch(site + "/agent", 100).data.startswith(b"Quotetrace")


@pytest.mark.parametrize(
    "url", ["file:///etc/hostname", "ftp://x.example/", "http://", "http://[::1", "http://x.example:port/"]
)
def test_only_web_addresses_are_fetched(url: str) -> None:
    with pytest.raises(FetchError):
        fetch(url, 100)


def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(FetchError, match="cannot be fetched: Connection refused"):
        fetch("http://127.0.0.1:1/", 100)
