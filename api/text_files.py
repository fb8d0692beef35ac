"""The text of a file: how much of one is read, and in which encoding."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Final

# Largest file, or line of a JSON Lines file, that is taken for one article; ten times the longest text.
MAX_ARTICLE_BYTES: Final = 32_000_000

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class TextFileError(ValueError):
    """A file that holds no text that can be read; ``str(error)`` says why, in one line."""


def read_bytes(file: Path) -> bytes:
    """Return what a file holds, reading no more than one article can have.

    Raises:
        TextFileError: it is too large, or empty.
        OSError: it cannot be read.
    """
    with file.open("rb") as opened:
        data = opened.read(MAX_ARTICLE_BYTES + 1)
    if len(data) > MAX_ARTICLE_BYTES:
        raise TextFileError(f"the file is larger than {MAX_ARTICLE_BYTES:,} bytes")
    if not data.strip():
        raise TextFileError("the file is empty")
    return data


def decode(data: bytes, encoding: str | None = None) -> str:
    """Return the text of a file: UTF-8 or UTF-16 by its byte-order mark, else UTF-8, else ``encoding``.

    The byte-order mark is no part of the text; nothing else is changed, line ends included.

    Raises:
        TextFileError: it is binary, or in another encoding.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(name)
            except UnicodeDecodeError as error:
                raise TextFileError(
                    f"broken {name.removesuffix('-sig').upper()} at byte {error.start:,}"
                ) from None
    if b"\0" in data:
        raise TextFileError("binary, not text")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        if encoding is None:
            raise TextFileError(
                f"not UTF-8 at byte {error.start:,}: binary, or an encoding to be named with --encoding"
            ) from None
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise TextFileError(f"not {encoding}: {error}") from None
