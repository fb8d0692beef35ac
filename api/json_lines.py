"""One JSON object a line: read with one set of messages, written so that every terminal and file takes it."""

from __future__ import annotations

import codecs
import json
from typing import Any


class JsonLineError(ValueError):
    """A line that is no JSON object; ``str(error)`` says why, in one line for a person."""


def parse_object(line: bytes | str) -> dict[str, Any]:
    """Return the object of one line of JSON Lines: text, or UTF-8 with or without a byte-order mark.

    Raises:
        JsonLineError: it is not UTF-8, not JSON, nested too deeply, or JSON but no object.
    """
    try:
        record = json.loads(line.removeprefix(codecs.BOM_UTF8).decode() if isinstance(line, bytes) else line)
    except UnicodeDecodeError as error:
        raise JsonLineError(f"not UTF-8 at byte {error.start:,}") from None
    except (ValueError, RecursionError) as error:
        raise JsonLineError(f"not JSON: {error}") from None
    if not isinstance(record, dict):
        raise JsonLineError("not a JSON object")
    return record


def as_json(value: Any, *, indent: int | None = None) -> str:
    """Return a value as JSON text, without a line end; letters of all scripts stand as they are."""
    return without_half_characters(json.dumps(value, ensure_ascii=False, indent=indent))


def without_half_characters(text: str) -> str:
    r"""Return a text that can be written: a lone surrogate, which UTF-8 cannot hold, becomes ``\ud800``.

    JSON can carry half a character, and so can file names; in JSON text the escape is the character itself.
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
