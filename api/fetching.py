"""Fetch a page from the web: a person names its address, or a feed whose links a person wants followed."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage
from importlib.metadata import PackageNotFoundError, version
from typing import IO, Any, Final
from urllib.parse import quote, urlsplit, urlunsplit

# What a person at a terminal is ready to wait: for an answer, and for the whole page.
ANSWER_SECONDS: Final = 20.0
PAGE_SECONDS: Final = 60.0
CHUNK_BYTES: Final = 65_536
ACCEPTED: Final = (
    "text/html, application/rss+xml;q=0.9, application/atom+xml;q=0.9, text/plain;q=0.9, */*;q=0.5"
)


class FetchError(ValueError):
    """The page could not be fetched; ``str(error)`` says why in one line.

    Attributes:
        status: the status that the server answered with, where that is why.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


# Raises `FetchError` for an address that may not be fetched.
Check = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as it came.

    Attributes:
        url: where it was found, after redirections.
        content_type: media type in lower case, such as ``text/html``.
        charset: the encoding that the server named, or ``None``.
        data: the bytes.
    """

    url: str
    content_type: str
    charset: str | None
    data: bytes


class _WebOnly(urllib.request.HTTPRedirectHandler):
    """Follows redirections to other web addresses only (never to a file or to FTP), five at most."""

    max_redirections = 5

    def __init__(self, check: Check | None) -> None:
        self._check = check

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if urlsplit(newurl).scheme not in ("http", "https"):
            raise FetchError(f"the page leads to {newurl[:100]}, which is no web address")
        if self._check is not None:
            self._check(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def fetch(url: str, largest: int, check: Check | None = None) -> Fetched:
    """Return the page at an http or https address.

    Args:
        url: the address; letters beyond ASCII may stand in it.
        largest: bytes; a larger page is refused.
        check: is asked about every address that this one leads to.

    Raises:
        FetchError: no such host or page, no answer in time, too large.
    """
    try:
        request = urllib.request.Request(  # noqa: S310 (the scheme is checked here and on redirection)
            _ascii(url), headers={"User-Agent": _agent(), "Accept": ACCEPTED}
        )
        opener = urllib.request.build_opener(_WebOnly(check))
        with opener.open(request, timeout=ANSWER_SECONDS) as answer:
            data = _read(answer, largest)
            headers = answer.headers
            return Fetched(
                answer.geturl(), headers.get_content_type().lower(), headers.get_content_charset(), data
            )
    except FetchError:
        raise
    except urllib.error.HTTPError as error:
        answered = " ".join(f"the server answers {error.code} {error.reason}".split())
        raise FetchError(answered, error.code) from None
    except urllib.error.URLError as error:
        raise FetchError(_reason(error.reason)) from None
    except TimeoutError:
        raise FetchError(f"no answer within {ANSWER_SECONDS:g} seconds") from None
    except (OSError, HTTPException, ValueError) as error:
        raise FetchError(_reason(error)) from None


def _ascii(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        raise FetchError("not a web address")
    host = parts.hostname.encode("idna").decode()
    if ":" in host:
        host = f"[{host}]"
    if parts.port is not None:
        host = f"{host}:{parts.port}"
    safe = "/%:@!$&'()*+,;=~-._?"
    return urlunsplit((parts.scheme, host, quote(parts.path, safe=safe), quote(parts.query, safe=safe), ""))


def _read(answer: Any, largest: int) -> bytes:
    end = time.monotonic() + PAGE_SECONDS
    data = bytearray()
    # One read of the socket at a time, so that a server which sends a drop now and then is given up too.
    while chunk := answer.read1(CHUNK_BYTES):
        data += chunk
        if len(data) > largest:
            raise FetchError(f"the page is larger than {largest:,} bytes")
        if time.monotonic() > end:
            raise FetchError(f"the page did not come within {PAGE_SECONDS:g} seconds")
    return bytes(data)


def _reason(error: object) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {ANSWER_SECONDS:g} seconds"
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(f"cannot be fetched: {reason}".split())


def _agent() -> str:
    try:
        return f"Quotetrace/{version('quotetrace')}"
    except PackageNotFoundError:
        return "Quotetrace"
