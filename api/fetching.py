"""Fetch one page from the web, when a person names its address; nothing else in Quotetrace does."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage
from importlib.metadata import PackageNotFoundError, version
from typing import IO, Any, Final
from urllib.parse import quote, urlsplit, urlunsplit

# What a person at a terminal is ready to wait: for an answer, and for the whole page.
ANSWER_SECONDS: Final = 20.0
PAGE_SECONDS: Final = 60.0
CHUNK_BYTES: Final = 65_536


class FetchError(ValueError):
    """The page could not be fetched; ``str(error)`` says why in one line."""


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
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def fetch(url: str, largest: int) -> Fetched:
    """Return the page at an http or https address.

    Args:
        url: the address; letters beyond ASCII may stand in it.
        largest: bytes; a larger page is refused.

    Raises:
        FetchError: no such host or page, no answer in time, too large.
    """
    try:
        request = urllib.request.Request(  # noqa: S310 (the scheme is checked here and on redirection)
            _ascii(url), headers={"User-Agent": _agent(), "Accept": "text/html, text/plain;q=0.9, */*;q=0.5"}
        )
        opener = urllib.request.build_opener(_WebOnly)
        with opener.open(request, timeout=ANSWER_SECONDS) as answer:
            data = _read(answer, largest)
            headers = answer.headers
            return Fetched(
                answer.geturl(), headers.get_content_type().lower(), headers.get_content_charset(), data
            )
    except FetchError:
        raise
    except urllib.error.HTTPError as error:
        raise FetchError(" ".join(f"the server answers {error.code} {error.reason}".split())) from None
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
