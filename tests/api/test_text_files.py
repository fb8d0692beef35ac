"""The text of a file, in the encodings that people have."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.text_files import MAX_ARTICLE_BYTES, TextFileError, decode, read_bytes

TEXT = "“We will rebuild the harbour bridge,” said Ada Okafor.\r\n\r\nNobody else spoke.\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_files_are_read_by_their_mark(encoding: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    assert decode(mark + TEXT.encode(encoding)) == TEXT


def test_another_encoding_has_to_be_named() -> None:
    data = "“Café,” she said.".encode("cp1252")
    with pytest.raises(TextFileError, match=r"not UTF-8 at byte 0.*--encoding"):
        decode(data)
    assert decode(data, "cp1252") == "“Café,” she said."
    with pytest.raises(TextFileError, match="not ascii"):
        decode(data, "ascii")


@pytest.mark.parametrize(
    ("data", "why"), [(b"", "empty"), (b" \n", "empty"), (b"a" * (MAX_ARTICLE_BYTES + 1), "larger than")]
)
def test_a_file_that_is_no_article_is_refused(tmp_path: Path, data: bytes, why: str) -> None:
    file = tmp_path / "file.txt"
    file.write_bytes(data)
    with pytest.raises(TextFileError, match=why):
        read_bytes(file)
