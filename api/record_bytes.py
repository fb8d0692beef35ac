"""The bytes of a WARC file, plain or compressed with gzip, piece by piece; damage is told and passed over.

A compressed WARC file is one gzip member a record. Where a record is damaged, reading can go on with the
next member, or in a plain file with the next line that begins a record.
"""

from __future__ import annotations

import zlib
from typing import BinaryIO, Final

from api.detection import GZIP

PIECE: Final = 65_536
# Longest headers of one record, of WARC and HTTP together; servers allow 8 to 64 KB of HTTP headers.
HEADER_BYTES: Final = 1_000_000
# A gzip member larger than the first number of bytes may not be more than the second times what it takes up
# in the file. Pages shrink to a tenth or so; gzip reaches 1,032 on nothing but zeros, which only a bomb has.
BOMB_BYTES: Final = 32_000_000
BOMB_RATIO: Final = 200

BEGINNING: Final = b"WARC/"


class DamagedError(ValueError):
    """What is read here is broken; ``str(error)`` says how, in one line."""


class RecordBytes:
    """A stream that warcio reads a record's headers and content from.

    Args:
        file: a WARC file, which can be moved in; or BytesIO.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._compressed = file.read(len(GZIP)) == GZIP
        self._headers_left = HEADER_BYTES
        self._raw = self._held = b""
        self._go_to(0)

    @property
    def place(self) -> int:
        """How many bytes of the file have been read, not counting what is still held back."""
        return self._file.tell() - len(self._raw) - (0 if self._compressed else len(self._held))

    def start_of_record(self) -> bool:
        """Move to where the next record begins; ``False`` at the end of the file.

        Raises:
            DamagedError: something else stands there.
        """
        self._headers_left = HEADER_BYTES
        while self._held or self._more():
            self._held = self._held.lstrip(b"\r\n")
            if self._held:
                break
        else:
            return False
        self._beginning = self.place
        if self.peek(len(BEGINNING)) != BEGINNING:
            raise DamagedError("no record begins here")
        return True

    @property
    def beginning(self) -> int:
        """Where in the file this record begins, or the gzip member that holds it."""
        return self._member if self._compressed else self._beginning

    def pass_over_damage(self) -> bool:
        """Move to the next beginning of a record behind this one's; ``False`` where there is none."""
        wanted = GZIP if self._compressed else b"\n" + BEGINNING
        start, piece = self.beginning + 1, b""
        self._file.seek(start)
        while new := self._file.read(PIECE):
            piece += new
            found = piece.find(wanted)
            while found >= 0:
                after = self._file.tell()
                if self._begins_at(start + found):
                    return True
                self._file.seek(after)
                found = piece.find(wanted, found + 1)
            cut = max(0, len(piece) - len(wanted) + 1)
            start, piece = start + cut, piece[cut:]
        return False

    def read(self, length: int) -> bytes:
        """Return up to so many bytes; fewer at the end only."""
        pieces = []
        while length > 0 and (self._held or self._more()):
            piece, self._held = self._held[:length], self._held[length:]
            pieces.append(piece)
            length -= len(piece)
        return b"".join(pieces)

    def readline(self, length: int = HEADER_BYTES) -> bytes:
        """Return the next line of a header, up to ``length`` bytes."""
        line = bytearray()
        while len(line) < length and (self._held or self._more()):
            end = self._held.find(b"\n") + 1 or len(self._held)
            end = min(end, length - len(line))
            line += self._held[:end]
            self._held = self._held[end:]
            self._headers_left -= end
            if self._headers_left < 0:
                raise DamagedError(f"its headers are longer than {HEADER_BYTES:,} bytes")
            if line.endswith(b"\n"):
                break
        return bytes(line)

    def peek(self, length: int) -> bytes:
        """Return up to so many bytes without taking them."""
        while len(self._held) < length:
            held, self._held = self._held, b""
            more = self._more()
            self._held = held + self._held
            if not more:
                break
        return self._held[:length]

    def _go_to(self, place: int) -> None:
        self._file.seek(place)
        self._raw = b""  # read from a compressed file, not yet decompressed
        self._held = b""  # ready to be read
        self._gzip: zlib._Decompress | None = None
        self._member = self._beginning = place
        self._member_bytes = 0

    def _begins_at(self, place: int) -> bool:
        """Stay at a place of the file where a record begins, if one does."""
        self._go_to(place if self._compressed else place + 1)
        try:
            return self.peek(len(BEGINNING)) == BEGINNING
        except DamagedError:
            return False

    def _more(self) -> bool:
        """Hold the next piece; ``False`` at the end of the file."""
        if not self._compressed:
            self._held = self._file.read(PIECE)
            return bool(self._held)
        while True:
            ended = False
            if not self._raw:
                self._raw = self._file.read(PIECE)
                ended = not self._raw
            if self._gzip is None:
                # Some writers fill the file up with zeros.
                self._raw = self._raw.lstrip(b"\0")
                if ended:
                    return False
                if not self._raw:
                    continue
                self._gzip = zlib.decompressobj(zlib.MAX_WBITS | 16)
                self._member, self._member_bytes = self._file.tell() - len(self._raw), 0
            elif ended:
                raise DamagedError("the file breaks off in the middle of it")
            self._held = self._inflate(self._gzip)
            if self._held:
                return True

    def _inflate(self, gzip: zlib._Decompress) -> bytes:
        try:
            data: bytes = gzip.decompress(self._raw, PIECE)
        except zlib.error as error:
            raise DamagedError(f"its compression is broken: {error}") from None
        self._raw = gzip.unused_data if gzip.eof else gzip.unconsumed_tail
        if gzip.eof:
            self._gzip = None
        self._member_bytes += len(data)
        taken = self._file.tell() - len(self._raw) - self._member
        if self._member_bytes > BOMB_BYTES and self._member_bytes > BOMB_RATIO * taken:
            raise DamagedError(f"it is compressed more than {BOMB_RATIO} times, as decompression bombs are")
        return data
