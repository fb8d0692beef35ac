"""Words as the encoder reads them: word pieces, how a word is capitalised, and windows over long texts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

#: Pieces of one word that are read; a web address is not worth more.
MAX_PIECES: Final = 12
#: Pieces in one window, the two marks at its ends among them, and how many at each side only give context.
WINDOW: Final = 448
MARGIN: Final = 48
#: Ways to capitalise: none, the first letter, all letters, mixed, no letters at all.
CASES: Final = 5
#: Where a word stands: outside quote marks, inside, or it is the break between paragraphs.
PLACES: Final = 3

_PAD, _UNKNOWN, _CLS, _SEP, _BREAK, _SPACE = "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[unused0]", "[unused1]"


class Vocabulary:
    """BERT's uncased word pieces.

    Args:
        pieces: in order of their numbers; must hold the special ones.
    """

    def __init__(self, pieces: Sequence[str]) -> None:
        self.pieces = tuple(pieces)
        self._number = {piece: number for number, piece in enumerate(pieces)}
        self.pad = self._number[_PAD]
        self.cls = self._number[_CLS]
        self.sep = self._number[_SEP]
        self._unknown = self._number[_UNKNOWN]
        self._known: dict[str, tuple[int, ...]] = {}

    def word(self, word: str) -> tuple[int, ...]:
        """Return the numbers of a word's pieces, at least one and at most `MAX_PIECES`."""
        known = self._known.get(word)
        if known is None:
            known = self._split(word)
            if len(self._known) < 200_000:
                self._known[word] = known
        return known

    def _split(self, word: str) -> tuple[int, ...]:
        if word.isspace():
            return (self._number[_BREAK if "\n" in word else _SPACE],)
        found: list[int] = []
        for part in _parts(word):
            found += self._part(part)
            if len(found) >= MAX_PIECES:
                break
        return tuple(found[:MAX_PIECES]) or (self._unknown,)

    def _part(self, part: str) -> list[int]:
        """The longest known piece first, as BERT splits."""
        found: list[int] = []
        start = 0
        part = part[:100]
        while start < len(part):
            end = len(part)
            while end > start:
                number = self._number.get(part[start:end] if not start else f"##{part[start:end]}")
                if number is not None:
                    found.append(number)
                    break
                end -= 1
            if end == start:
                return [self._unknown]
            start = end
        return found


def _parts(word: str) -> Iterable[str]:
    """Lower case, without diacritics, cut at punctuation."""
    flat = unicodedata.normalize("NFD", word.lower())
    current = ""
    for char in flat:
        category = unicodedata.category(char)
        if category == "Mn":
            continue
        if category[0] in "PS":
            if current:
                yield current
            yield char
            current = ""
        elif not char.isspace() and category[0] != "C":
            current += char
    if current:
        yield current


def case_of(word: str) -> int:
    """Return how a word is capitalised, 0 to `CASES` - 1."""
    letters = [c for c in word if c.isalpha()]
    if not letters:
        return 4
    if all(c.islower() for c in letters):
        return 0
    if len(letters) > 1 and all(c.isupper() for c in letters):
        return 2
    return 1 if letters[0].isupper() and all(not c.isupper() for c in letters[1:]) else 3


@dataclass(frozen=True, slots=True)
class Windows:
    """A text cut into overlapping windows of pieces.

    Attributes:
        pieces, cases, places: shape (windows, `WINDOW` or less), padded.
        lengths: pieces in each window.
        row, column: for each word, where its first piece is read.
    """

    pieces: Integers
    cases: Integers
    places: Integers
    lengths: Integers
    row: Integers
    column: Integers


def windows(vocabulary: Vocabulary, words: Sequence[str], places: Sequence[int]) -> Windows:
    """Cut words into windows; every word is read where it has the most context on both sides."""
    split = [vocabulary.word(word) for word in words]
    cases = [case_of(word) for word in words]
    starts = np.concatenate([[0], np.cumsum([len(s) for s in split])]).astype("int64")
    total = int(starts[-1])
    inner = WINDOW - 2
    bounds: list[tuple[int, int]] = []  # ranges of words
    first = 0
    while True:
        last = int(np.searchsorted(starts, starts[first] + inner, side="right")) - 1
        bounds.append((first, last))
        if last >= len(words):
            break
        first = int(np.searchsorted(starts, starts[last] - 2 * MARGIN, side="left"))
    width = max(int(starts[b] - starts[a]) for a, b in bounds) + 2 if total else 2
    shape = (len(bounds), width)
    pieces = np.full(shape, vocabulary.pad, dtype="int64")
    case, place = np.zeros(shape, dtype="int64"), np.zeros(shape, dtype="int64")
    row, column = np.zeros(len(words), dtype="int64"), np.zeros(len(words), dtype="int64")
    lengths = np.zeros(len(bounds), dtype="int64")
    best = np.full(len(words), -1)
    for n, (a, b) in enumerate(bounds):
        at = 1
        pieces[n, 0] = vocabulary.cls
        left_open, right_open = a == 0, b >= len(words)
        low, high = int(starts[a]), int(starts[b])
        for w in range(a, b):
            size = len(split[w])
            pieces[n, at : at + size] = split[w]
            case[n, at : at + size] = cases[w]
            place[n, at : at + size] = places[w]
            before = 10**6 if left_open else int(starts[w]) - low
            after = 10**6 if right_open else high - int(starts[w])
            if min(before, after) > best[w]:
                best[w] = min(before, after)
                row[w], column[w] = n, at
            at += size
        pieces[n, at] = vocabulary.sep
        lengths[n] = at + 1
    return Windows(pieces, case, place, lengths, row, column)
