"""One line of JSON: what is taken, what is refused and why, and what can be written."""

from __future__ import annotations

import json

import pytest

from api.json_lines import JsonLineError, as_json, parse_object, without_half_characters


@pytest.mark.parametrize(
    "line",
    ['{"a": "é"}', '{"a": "é"}\n', '{"a": "é"}'.encode(), b'\xef\xbb\xbf{"a": "\xc3\xa9"}\r\n'],
)
def test_an_object_is_read_from_text_and_bytes(line: bytes | str) -> None:
    assert parse_object(line) == {"a": "é"}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{not json", "not JSON"),
        ("[1]", "not a JSON object"),
        ("null", "not a JSON object"),
        (b'{"a": "\xe9"}', "not UTF-8 at byte 7"),
        ("[" * 100_000, "not JSON"),
        ('{"a": ' + "9" * 5_000 + "}", "not JSON"),
    ],
)
def test_what_is_no_object_is_refused_in_one_line(line: bytes | str, why: str) -> None:
    with pytest.raises(JsonLineError, match=why) as raised:
        parse_object(line)
    assert "\n" not in str(raised.value)


def test_half_a_character_can_be_written_and_read_back() -> None:
    written = as_json({"a": "ä\ud800"})
    assert written.encode() == b'{"a": "\xc3\xa4\\ud800"}'
    assert json.loads(written) == {"a": "ä\ud800"}
    assert without_half_characters("ä\udc80.txt") == "ä\\udc80.txt"
