"""Following a feed's links: few, slowly, and only where they are welcome; from a server on this machine."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from api import following
from api.feeds import SUMMARY_ONLY
from api.fetching import FetchError
from api.following import Follower
from api.source_items import Reading, SourceItem
from api.sources import read_sources

PAGE = (
    "<html><head><title>Bridge</title></head><body><article><h1>Bridge</h1>{}</article></body></html>".format(
        "<p>“We will rebuild it,” said Ada Okafor, who has run the port for eleven years now.</p>" * 3
    )
)
ROBOTS = "User-agent: *\nDisallow: /private\nCrawl-delay: 0.1\n"


def feed(*links: str) -> str:
    items = "".join(f"<item><title>{link}</title><link>{link}</link></item>" for link in links)
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'


class Site(BaseHTTPRequestHandler):
    """A site with a feed that has only links, a robots.txt, and pages of each kind."""

    def do_GET(self) -> None:
        asked: list[str] = self.server.asked  # type: ignore[attr-defined]
        asked.append(self.path)
        status, kind, body = {
            "/feed": (200, "text/html", feed("/a", "b", "/private/c", "/image", "/busy", "/a2")),
            "/robots.txt": (*self.server.robots, ROBOTS),  # type: ignore[attr-defined]
            "/image": (200, "image/png", "x"),
            "/busy": (429, "text/plain", ""),
            "/inward": (302, "text/plain", ""),
            "/": (200, "text/plain", "hello"),
        }.get(self.path, (200, "text/html; charset=utf-8", PAGE))
        self.send_response(status)
        if self.path == "/inward":
            self.send_header("Location", "http://localhost:9/")
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        server.asked = []  # type: ignore[attr-defined]
        server.robots = (200, "text/plain")  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def site(server: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(following, "PAUSE_SECONDS", 0.05)
    return f"http://127.0.0.1:{server.server_port}"


def read(url: str, follow: bool = True) -> list[SourceItem]:
    return list(read_sources([url], reading=Reading(follow=follow)))


def test_nothing_is_followed_unasked(server: ThreadingHTTPServer, site: str) -> None:
    assert {item.problem for item in read(site + "/feed", follow=False)} == {SUMMARY_ONLY}
    assert server.asked == ["/feed"]  # type: ignore[attr-defined]


def test_linked_pages_are_fetched_where_they_are_welcome(server: ThreadingHTTPServer, site: str) -> None:
    a, b, private, image, busy, after = read(site + "/feed")
    assert a.article is not None
    assert b.article is not None
    assert "“We will rebuild it,” said Ada Okafor" in a.article.text
    assert (a.article.url, b.article.url, a.article.title) == (site + "/a", site + "/b", "/a")
    host = site.removeprefix("http://")
    assert [item.problem for item in (private, image, busy, after)] == [
        "not fetched: the site's robots.txt keeps this page from programs",
        "links to no web page: image/png",
        "the server answers 429 Too Many Requests",
        f"not fetched: {host} has asked for fewer requests",
    ]
    assert server.asked == ["/feed", "/robots.txt", "/a", "/b", "/image", "/busy"]  # type: ignore[attr-defined]


def test_a_site_is_asked_slowly(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "PAUSE_SECONDS", 0.3)
    follow = Follower(site + "/feed")
    start = time.monotonic()
    for number in range(3):
        follow(f"{site}/{number}")
    assert time.monotonic() - start >= 0.9  # robots.txt and three pages: three pauses


@pytest.mark.parametrize(("status", "allowed"), [(404, True), (403, True), (500, False)])
def test_without_robots_txt_all_is_allowed_unless_nobody_can_tell(
    server: ThreadingHTTPServer, site: str, status: int, allowed: bool
) -> None:
    server.robots = (status, "text/plain")  # type: ignore[attr-defined]
    follow = Follower(site + "/feed")
    if allowed:
        assert follow(site + "/private/c").content_type == "text/html"
        return
    for _ in range(2):
        with pytest.raises(FetchError, match=r"not fetched: whether .* allows it cannot be read"):
            follow(site + "/a")
    assert server.asked == ["/robots.txt"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("limit", ["MAX_PAGES", "MAX_SECONDS"])
def test_one_feed_is_followed_only_so_far(site: str, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(following, limit, 0)
    with pytest.raises(
        FetchError, match=r"^not fetched: (0 pages of this feed have been|this feed has taken 0)"
    ):
        time.sleep(0.01)
        Follower(site)(site + "/a")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/",
        "http://localhost/",
        "http://10.0.0.1/",
        "http://169.254.169.254/",
        "http://[::1]/",
    ],
)
def test_a_feed_does_not_lead_into_the_network_of_its_reader(site: str, url: str) -> None:
    for follow in (Follower("https://feeds.example/rss"), Follower()):
        with pytest.raises(FetchError, match="not fetched: the address is not on the public internet"):
            follow(url)
    with pytest.raises(FetchError, match="not fetched: the address is not on the public internet"):
        Follower(site)(site + "/inward")
