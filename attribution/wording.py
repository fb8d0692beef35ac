"""Words of a quotation, made comparable: what does not count is folded away, offsets never move.

Two wordings are compared word by word on `Word.key`. Case, quote marks, dashes, hyphenation,
punctuation, Unicode form, diacritics of Latin letters, British or American spelling, and numbers in
words or digits are folded; contractions are cut in two ("we've" is "we" and "'ve") but not expanded,
because writing them out is a change of wording. What an editor marks is kept beside the words:
ellipses as `Wording.gaps`, words in square brackets as `Word.edited`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from operator import add
from typing import Final

from attribution import spelling
from attribution.information import word_information

# A letter or digit of any script, with the marks and invisible joiners that Python's \w leaves out
# (combining diacritics, Hebrew and Arabic points, the Indic, Thai and Lao blocks, soft hyphen, zero widths).
_LETTER: Final = (
    "(?:[^\\W_]|[\u00ad\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06ed\u0900-\u0963\u0966-\u0eff\u200b-\u200d\u2060\ufeff])"
)
_LETTERS: Final = rf"(?:(?!\d){_LETTER})+"
_APOSTROPHE: Final = "['\u2019\u2018\u02bc\uff07`\u00b4\u2032]"
# Scripts written without spaces: every character is a word, so that a part of a line can be found.
_UNSPACED: Final = "[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]"

_TOKEN: Final = re.compile(
    rf"""
    (?P<gap>\u2026+|\.(?:[ \u00a0\u2009]?\.){{2,}})
  | (?P<number>(?P<currency>[$\u00a3\u20ac\u00a5])?[ ]?\d+(?:[.,]\d+)*)(?P<suffix>(?:st|nd|rd|th|s)\b)?
  | (?P<acronym>\b(?:[A-Za-z]\.){{2,}}|\b(?:[A-Za-z]\.)+[A-Za-z]\b|\b[A-Z]\.[ ][A-Z]\.(?=[ ][A-Z]))
  | (?P<unspaced>{_UNSPACED})
  | (?P<patched>{_LETTERS}\[{_LETTERS}\](?:{_LETTERS})?|\[{_LETTERS}\]{_LETTERS})
  | (?P<word>(?:(?!\d|{_UNSPACED}){_LETTER})+(?:{_APOSTROPHE}{_LETTERS})*)
  | (?P<sign>[%&\uff05\uff06])
    """,
    re.VERBOSE,
)
# Longer than this, what stands between square brackets is no editor's patch but a broken mark.
_BRACKETED: Final = re.compile(r"\[[^\[\]]{0,300}\]")
_SENTENCE_END: Final = re.compile(r"[.!?\u2026\u3002]")
# Between two pieces of one split quote; a newspaper ends the first with a comma, whatever ended the sentence.
_NEXT_PIECE: Final = re.compile(r"[\"'\u2019\u201d\u00bb]\s+[\"'\u2018\u201c\u00ab]")
# Behind a colon, a dash or an opening mark a capital may be that of a sentence within the sentence.
_OPENING: Final = re.compile(r"[:\u2013\u2014\"\u201c\u2018\u00ab]|(?<![^\W_])'")
_CLITIC: Final = re.compile(rf"(?i)^(.+?)(?:(n){_APOSTROPHE}(t)|{_APOSTROPHE}(s|m|re|ve|ll|d))$")
_INVISIBLE: Final = dict.fromkeys(
    [0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, *map(ord, "'\u2019\u2018\u02bc\uff07`\u00b4\u2032[]")]
)
# Latin letters that Unicode does not decompose.
_LATIN: Final = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t"}
)
_ABBREVIATIONS: Final = frozenset(
    """
    mr mrs ms dr prof sen rep gov gen lt col sgt capt st jr sr vs no rev hon messrs
    """.split()
)


# Shorter names have too few letters to tell two spellings from two names.
MIN_NAME: Final = 4
# The longest number in words that is read ("one hundred and twenty-five thousand three hundred dollars").
NUMBER_WORDS: Final = 10
_CLOSE: Final = re.compile('["\u201c\u201d\u2018\u2019]?[ \u00a0\u2010\u2011-]?["\u201c\u201d\u2018\u2019]?')
# A word of fewer than one in 3,000 (nats) that begins a sentence may be a name.
UNCOMMON: Final = 8.0


@dataclass(frozen=True, slots=True)
class Word:
    """One comparable word of a wording.

    Attributes:
        key: what is compared; equal keys are the same word.
        start, end: half-open character offsets into the text as given.
        sentence: number of the sentence the word stands in, from 0.
        edited: the word, or letters of it, stand in square brackets: an editor's, not the speaker's.
        capital: the word begins with a capital letter.
        initial: the word is the first of its sentence, or of one inside it: a capital tells nothing.
    """

    key: str
    start: int
    end: int
    sentence: int = 0
    edited: bool = False
    capital: bool = False
    initial: bool = False


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a text, and the places where an editor marked that words were left out.

    ``gaps`` holds indices into ``words``: an ellipsis stands before that word, or after the last one
    where the index is ``len(words)``. ``keys`` are the words' keys, in order; ``names`` those
    that may be of names.
    """

    text: str
    words: tuple[Word, ...]
    gaps: frozenset[int]
    keys: tuple[str, ...] = field(init=False, repr=False, compare=False)
    names: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Gather the keys once: comparing asks for them again and again."""
        object.__setattr__(self, "keys", tuple(word.key for word in self.words))
        names = frozenset(
            word.key
            for word in self.words
            if word.capital
            and len(word.key) >= MIN_NAME
            # At the beginning of a sentence every word has a capital.
            and (not word.initial or word_information(word.key) >= UNCOMMON)
        )
        object.__setattr__(self, "names", names)

    def __hash__(self) -> int:
        """Hash by the text alone: equal wordings have equal texts, and going through the words takes long."""
        return hash(self.text)

    def cut(self, start: int, end: int) -> Wording:
        """Return the words ``start`` to ``end`` (half-open word indices); offsets stay those of the text."""
        gaps = frozenset(gap - start for gap in self.gaps if start < gap < end)
        return Wording(self.text, self.words[start:end], gaps)

    def sentences(self, start: int, end: int) -> tuple[int, int]:
        """Widen the word range ``start`` to ``end`` to the whole sentences it touches."""
        if start >= end:
            return start, end
        first, last = self.words[start].sentence, self.words[end - 1].sentence
        while start > 0 and self.words[start - 1].sentence == first:
            start -= 1
        while end < len(self.words) and self.words[end].sentence == last:
            end += 1
        return start, end


@lru_cache(maxsize=65536)
def fold(form: str) -> str:
    """Return the comparable key of one written word: folded case, form, diacritics and spelling.

    >>> fold("Colour") == fold("color"), fold("Erdoğan")
    (True, 'erdogan')
    """
    folded = unicodedata.normalize("NFKC", form).casefold().translate(_INVISIBLE)
    if not folded.isascii():
        folded = folded.translate(_LATIN)
        kept: list[str] = []
        for char in unicodedata.normalize("NFD", folded):
            # Marks are dropped on Latin letters only: elsewhere (й, が) they make another letter.
            if unicodedata.combining(char) and kept and kept[-1].isascii():
                continue
            kept.append(char)
        folded = unicodedata.normalize("NFC", "".join(kept))
    return spelling.american(folded)


def read(text: str) -> Wording:
    """Split a text into comparable words.

    Linear in the length of the text; never raises. Control characters, marks and punctuation
    between the words are not kept.

    >>> [word.key for word in read("“We’ve got twenty-five [of them] … right?”").words]
    ['we', "'ve", 'got', '25', 'of', 'them', 'right']
    """
    patches = [match.span() for match in _BRACKETED.finditer(text)]
    words: list[Word] = []
    gaps: set[int] = set()
    sentence, previous_end, patch = 0, 0, 0
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "gap":
            gaps.add(len(words))
            continue
        start, end = match.span()
        form = match.group()
        capital = form[:1].isupper() or (form[:1] == "[" and form[1:2].isupper())
        between = text[previous_end:start]
        initial = not words
        if words and between != " ":  # nearly always it is
            initial = _OPENING.search(between) is not None
            if _ends_sentence(between, words[-1], form, capital):
                sentence += 1
                initial = True
        while patch < len(patches) and patches[patch][1] <= start:
            patch += 1
        edited = match.lastgroup == "patched" or (patch < len(patches) and patches[patch][0] < start)
        previous_end = end
        if form == "sic" and (edited or (text[start - 1 : start] == "(" and text[end : end + 1] == ")")):
            continue  # a remark on the words, not one of them
        for key, first, last in _keys(match):
            words.append(Word(key, first, last, sentence, edited, capital, initial))
            initial = False
    return Wording(text, *_numbers(words, gaps, text))


def _ends_sentence(between: str, last: Word, form: str, capital: bool) -> bool:
    if "\n\n" in between:
        return True
    if capital and _NEXT_PIECE.search(between):
        return True
    if not _SENTENCE_END.search(between) or last.key in _ABBREVIATIONS:
        return False
    return capital or not form[:1].islower()


def _keys(match: re.Match[str]) -> list[tuple[str, int, int]]:
    """Return the key and offsets of each word in one matched token."""
    start, end = match.span()
    form = match.group()
    kind = match.lastgroup
    if kind == "word" and form.isascii() and form.isalpha():
        return _keys_of_letters(form, start, end)
    if match["number"] is not None:
        start = match.start("number") + len(match["number"]) - len(match["number"].lstrip())
        digits = spelling.plain_number(match["number"].lstrip("$£€¥ "))
        if match["suffix"]:
            return [(f"{digits}{'s' if match['suffix'] == 's' else 'th'}", start, end)]
        return [(f"{match['currency'] or ''}{digits}", start, end)]
    if kind == "acronym":
        return [(form.replace(".", "").replace(" ", "").casefold(), start, end)]
    if kind == "sign":
        return [("percent" if form in "%％" else "and", start, end)]
    if kind == "word":
        clitic = _CLITIC.match(form)
        if clitic:
            base = fold(clitic[1])
            if clitic[2]:
                cut = start + clitic.start(2)
                return [(spelling.NEGATED_BASES.get(base, base), start, cut), ("n't", cut, end)]
            if clitic[4].casefold() == "s" and base.endswith("s"):
                return [(base, start, end)]  # "ISIS's" and "ISIS'" are two punctuations of one word
            cut = start + len(clitic[1])
            return [(base, start, cut), ("'" + clitic[4].casefold(), cut, end)]
        return _keys_of_letters(form, start, end)
    key = fold(form)
    return [(key, start, end)] if key else []


def _keys_of_letters(form: str, start: int, end: int) -> list[tuple[str, int, int]]:
    """Return the key and offsets of a word without a clitic; of both where two are run together."""
    key = fold(form)
    split = spelling.RUN_TOGETHER.get(key)
    if split:
        cut = start + split[2]
        return [(split[0], start, cut), (split[1], cut, end)]
    return [(key, start, end)] if key else []


def _numbers(words: list[Word], gaps: set[int], text: str) -> tuple[tuple[Word, ...], frozenset[int]]:
    """Join the words of each number ("two hundred million dollars") into one word."""
    keys = [word.key for word in words]
    if not any(map(spelling.may_begin_number, keys)):
        return tuple(words), frozenset(gaps)
    joined: list[Word] = []
    moved: dict[int, int] = {}
    i = 0
    while i < len(words):
        key, size = keys[i], 1
        if spelling.may_begin_number(key):
            near = words[i : i + NUMBER_WORDS]
            close = [
                False
            ]  # close[n]: nothing but a space, a hyphen or a mark before the n-th of these words
            for n, (left, right) in enumerate(pairwise(near), start=i + 1):
                close.append(n not in gaps and _CLOSE.fullmatch(text, left.end, right.start) is not None)
            key, size = spelling.number_at(keys[i : i + NUMBER_WORDS], close)
        moved[i] = len(joined)
        if size == 1 and key == words[i].key:
            joined.append(words[i])
        else:
            joined.append(replace(words[i], key=key, end=words[i + size - 1].end))
        for inner in range(i + 1, i + size):
            moved[inner] = len(joined)
        i += size
    moved[len(words)] = len(joined)
    return tuple(joined), frozenset(moved[gap] for gap in gaps)


def share_compounds(a: Wording, b: Wording) -> tuple[Wording, Wording]:
    """Join words in one wording that the other writes as one ("cease-fire", "health care")."""
    a_keys, b_keys = set(a.keys), set(b.keys)
    return _join_compounds(a, b_keys - a_keys, b.keys), _join_compounds(b, a_keys - b_keys, a.keys)


def share_names(a: Wording, b: Wording) -> tuple[Wording, Wording]:
    """Give names that only differ in how they were written down from another script one key in both.

    Only a name that stands in one wording alone is looked at, beside those that stand in the other alone:
    where both wordings have both "Sergei" and "Sergey", the writer means two.
    """
    a_keys, b_keys = set(a.keys), set(b.keys)
    alone_a, alone_b = a.names - b_keys, b.names - a_keys
    if not alone_a or not alone_b:
        return a, b
    by_form: dict[str, str] = {}
    for name in sorted(alone_b):
        for form in spelling.transliterations(name):
            by_form.setdefault(form, name)
    shared: dict[str, str] = {}
    for name in sorted(alone_a):
        for form in sorted(spelling.transliterations(name) & by_form.keys()):
            other = by_form[form]
            # The same choice whichever wording comes first.
            shared[name] = shared[other] = min(name, other)
    return _renamed(a, shared), _renamed(b, shared)


def _renamed(wording: Wording, names: dict[str, str]) -> Wording:
    if names.keys().isdisjoint(wording.keys):
        return wording
    words = (
        replace(word, key=names[word.key]) if word.capital and word.key in names else word
        for word in wording.words
    )
    return Wording(wording.text, tuple(words), wording.gaps)


def _join_compounds(wording: Wording, wanted: set[str], other: Sequence[str]) -> Wording:
    if not wanted:
        return wording
    words = wording.words
    # Hardly ever do two or three words make one of the other side: tell so without looking word by word.
    keys = wording.keys
    twos = list(map(add, keys, keys[1:]))
    threes = map(add, twos, keys[2:])
    if wanted.isdisjoint(twos) and wanted.isdisjoint(threes):
        return wording
    joined: list[Word] = []
    moved: dict[int, int] = {}
    changed = False
    i = 0
    while i < len(words):
        size = 1
        for length in (2, 3):
            parts = words[i : i + length]
            if len(parts) < length or any(gap in wording.gaps for gap in range(i + 1, i + length)):
                break
            key = spelling.american("".join(word.key for word in parts))
            if key in wanted and _is_compound(wording.text, parts, key) and not _has_run(other, parts):
                joined.append(replace(words[i], key=key, end=parts[-1].end))
                size, changed = length, True
                break
        else:
            size = 1
        for inner in range(i, i + size):
            moved[inner] = len(joined) - (1 if size > 1 else 0) + (1 if inner > i else 0)
        if size == 1:
            joined.append(words[i])
        i += size
    if not changed:
        return wording
    moved[len(words)] = len(joined)
    return Wording(wording.text, tuple(joined), frozenset(moved[gap] for gap in wording.gaps))


def _has_run(keys: Sequence[str], parts: Sequence[Word]) -> bool:
    """Tell whether a wording that has the one word has its parts as well: "paid overtime, over time"."""
    run = tuple(word.key for word in parts)
    return any(tuple(keys[i : i + len(run)]) == run for i in range(len(keys) - len(run) + 1))


def _is_compound(text: str, parts: tuple[Word, ...], key: str) -> bool:
    if any(not word.key.isalpha() for word in parts):
        return False
    between = [text[left.end : right.start] for left, right in pairwise(parts)]
    if all(gap and not gap.isspace() and len(gap) == 1 for gap in between) or not any(between):
        return True  # a hyphen or nothing
    # With a space the two words must be words of their own, and mean what the one word means.
    return (
        all(gap == " " or len(gap) == 1 for gap in between)
        and all(len(word.key) >= 3 for word in parts)
        and key not in spelling.NOT_THEIR_PARTS
    )
