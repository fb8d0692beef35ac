"""Fetch the pages that a feed links to, when a person asks for it: few, slowly, and only where welcome.

A feed is written by others, so its links decide nothing that matters: how many pages are fetched and for
how long is limited, what a site's robots.txt keeps for itself is left alone, and links into the network
of the person's own machine are not followed.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from typing import Final
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from api.fetching import Fetched, FetchError, fetch
from api.text_files import MAX_ARTICLE_BYTES

# Most pages of one feed, and longest time for all of them: what a feed has in some days, at a pause each.
MAX_PAGES: Final = 100
MAX_SECONDS: Final = 1_800.0
# Between two requests to one site, and the longest pause that its robots.txt can ask for.
PAUSE_SECONDS: Final = 1.0
LONGEST_PAUSE_SECONDS: Final = 30.0
# RFC 9309, section 2.5, has at least this much of a robots.txt read.
ROBOTS_BYTES: Final = 512_000
AGENT: Final = "Quotetrace"


class Follower:
    """Fetches linked pages, one at a time; every limit holds for one feed, that is for one of these.

    Args:
        feed_url: where the feed was found. What lies on the same host may be followed wherever that is.
    """

    def __init__(self, feed_url: str | None = None) -> None:
        self._home = _site(feed_url) if feed_url else None
        self._end = time.monotonic() + MAX_SECONDS
        self._pages = 0
        self._rules: dict[str, RobotFileParser] = {}
        self._next_request: dict[str, float] = {}
        self._closed: dict[str, str] = {}

    def __call__(self, url: str) -> Fetched:
        """Return the page at an address.

        Raises:
            FetchError: it is not fetched, or cannot be; the message says why.
        """
        if self._pages >= MAX_PAGES:
            raise FetchError(f"not fetched: {MAX_PAGES} pages of this feed have been")
        if time.monotonic() > self._end:
            raise FetchError(f"not fetched: this feed has taken {MAX_SECONDS / 60:g} minutes")
        site = _site(url)
        if site in self._closed:
            raise FetchError(self._closed[site])
        self._check_address(url)
        rules = self._rules_of(url, site)
        if not rules.can_fetch(AGENT, url):
            raise FetchError("not fetched: the site's robots.txt keeps this page from programs")
        self._pages += 1
        self._pause(site, _asked_pause(rules))
        try:
            return fetch(url, MAX_ARTICLE_BYTES, check=self._check_address)
        except FetchError as error:
            if error.status in (429, 503):
                self._closed[site] = f"not fetched: {site} has asked for fewer requests"
            raise

    def _check_address(self, url: str) -> None:
        if _site(url) != self._home and not _is_public(urlsplit(url).hostname or ""):
            raise FetchError("not fetched: the address is not on the public internet")

    def _rules_of(self, url: str, site: str) -> RobotFileParser:
        if site not in self._rules:
            rules = RobotFileParser()
            try:
                self._pause(site, PAUSE_SECONDS)
                address = f"{urlsplit(url).scheme}://{site}/robots.txt"
                found = fetch(address, ROBOTS_BYTES, check=self._check_address)
                rules.parse(found.data.decode("utf-8", "replace").splitlines())
            except FetchError as error:
                # RFC 9309, section 2.3.1: where there is none, everything is allowed; else nothing.
                if error.status is None or error.status >= 500:
                    self._closed[site] = f"not fetched: whether {site} allows it cannot be read: {error}"
                    raise FetchError(self._closed[site]) from None
                rules.parse([])
            self._rules[site] = rules
        return self._rules[site]

    def _pause(self, site: str, seconds: float) -> None:
        now = time.monotonic()
        start = max(now, self._next_request.get(site, now))
        time.sleep(start - now)
        self._next_request[site] = start + seconds


def _asked_pause(rules: RobotFileParser) -> float:
    try:
        asked = float(rules.crawl_delay(AGENT) or 0.0)
    except ValueError:
        asked = 0.0
    return min(max(PAUSE_SECONDS, asked), LONGEST_PAUSE_SECONDS)


def _site(url: str) -> str:
    try:
        return urlsplit(url).netloc.rpartition("@")[2].casefold()
    except ValueError:
        raise FetchError("not a web address") from None


def _is_public(host: str) -> bool:
    """Say whether a host is on the public internet with every address; an unknown one is let through."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return True
    return all(ipaddress.ip_address(str(one[4][0]).partition("%")[0]).is_global for one in found)
