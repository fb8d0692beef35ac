"""Find the marked words: every span that an article puts in quote marks.

Articles mix curly, straight and doubled-apostrophe marks, forget the closing or the opening one, point
a curly mark the wrong way, and leave the mark open at the end of a paragraph when the quote goes on in
the next. So marks are read by what stands on both sides of them, paragraph by paragraph, and a mark's
own direction is only a hint.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

# U+2019 is also the apostrophe; single marks are read only where they are the article's main style.
_DOUBLE = re.compile(r"[“”„‟«»\"＂]|''|’’|‘‘|``")
_OPENERS = frozenset(["“", "„", "«", "‘‘", "``", "‟"])
_CLOSERS = frozenset(["”", "»", "’’"])
_SINGLE_OPENER = re.compile(r"(?<![\w’'])(?:‘|'(?!'))(?=[\w\[(…$£€“])")
_TAG = re.compile(r"<[A-Za-z/!][^<>]{0,1000}>")
# A transcript's line: `OYELARAN: We will rebuild it.`
_TURN = re.compile(r"([A-Z][A-Z.'’ -]{1,40}[A-Z]|[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,3}): +(?=\S)")
# Fewer lines than this, or one label alone, is a list or a headline, not a conversation.
_MIN_TURNS = 4
# `6'3"`, `27"`: a number right before the sign, with no opening mark waiting for it.
_INCHES = re.compile(r"(?:^|[\s('])[\d./]+'?\d*$")
_LINE = re.compile(r"[^\n]+")
_SENTENCE_END = re.compile(r"[.!?…][\"”’')\]]*\s+")
# An unclosed quote ends where the reporting clause begins: `"We will go, she said.`
_TRAILING_CUE = re.compile(
    r"[,?!—–-]\s+(?=(?:(?:he|she|they|it|[A-Z][\w.'’-]+(?:\s+[A-Z][\w.'’-]+){0,3})\s+"
    r"(?:said|says|told|added|wrote|asked|replied|tweeted|explained|continued)\b"
    r"|(?:said|says|added|wrote|asked|replied)\s+(?:[A-Z]|he\b|she\b|the\b)))"
)
# A quote whose opening mark was forgotten begins after the reporting clause: `Ms Oyelaran said: we will go.”`
_LEADING_CUE = re.compile(
    r"\b(?:said|says|told\s+[^.,:]{1,40}|added|wrote|asked|replied|tweeted|explained|continued)\s*[:,]\s+"
)
# Typewriter-width text: a paragraph wrapped over lines has no blank line between them, and no line is long.
_WRAP_WIDTH = 100
_WRAP_SHARE = 0.6
# No single-marked quote is longer than this within a paragraph; keeps the search for its end linear.
_MAX_SINGLE = 5_000


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the article: ``text[start:end]`` without the line break."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class MarkedSpan:
    """Words in quote marks.

    Attributes:
        start, end: offsets including the marks.
        inner_start, inner_end: offsets of the words without the marks.
        paragraph: index of the paragraph in ``find_paragraphs``.
        opened, closed: false where the mark is missing.
        continues: true where the span goes on from the one before it in the previous paragraph.
    """

    start: int
    end: int
    inner_start: int
    inner_end: int
    paragraph: int
    opened: bool = True
    closed: bool = True
    continues: bool = False


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    opens: bool
    closes: bool


def find_paragraphs(text: str) -> list[Paragraph]:
    """Split a text into paragraphs; a line break ends one unless the text is wrapped at a fixed width.

    Returns:
        Paragraphs in order, without empty ones.
    """
    lines = [m.span() for m in _LINE.finditer(text) if not m.group().isspace()]
    if not _is_wrapped(text, lines):
        return [Paragraph(*_stripped(text, *line)) for line in lines]
    paragraphs: list[Paragraph] = []
    for start, end in lines:
        if paragraphs and text.count("\n", paragraphs[-1].end, start) < 2:
            paragraphs[-1] = Paragraph(paragraphs[-1].start, _stripped(text, start, end)[1])
        else:
            paragraphs.append(Paragraph(*_stripped(text, start, end)))
    return paragraphs


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _is_wrapped(text: str, lines: list[tuple[int, int]]) -> bool:
    """Tell whether single line breaks only wrap: most lines stop short of a sentence's end."""
    if len(lines) < 4 or "\n\n" not in text or max(end - start for start, end in lines) > _WRAP_WIDTH:
        return False
    followed = [(s, e) for (s, e), (n, _) in pairwise(lines) if text.count("\n", e, n) == 1]
    if len(followed) < len(lines) / 2:
        return False
    open_ended = sum(text[s:e].rstrip()[-1] not in ".!?:”\"'’" for s, e in followed)
    return open_ended >= _WRAP_SHARE * len(followed)


def find_marked_spans(text: str, paragraphs: list[Paragraph] | None = None) -> list[MarkedSpan]:
    """Find every outermost span in quote marks.

    Args:
        text: the article as stored.
        paragraphs: result of ``find_paragraphs``, where the caller has it.

    Returns:
        Spans in order of the text; they do not overlap. A mark inside a tag, an inch sign and an
        apostrophe open nothing. A span without its closing mark runs to the paragraph's end or to the
        reporting clause; one without its opening mark starts at the paragraph or after the clause.
    """
    if paragraphs is None:
        paragraphs = find_paragraphs(text)
    if _single_style(text, paragraphs):
        spans = [s for i, p in enumerate(paragraphs) for s in _single_spans(text, p, i)]
    else:
        tags = [m.span() for m in _TAG.finditer(text)] if "<" in text else []
        spans = [s for i, p in enumerate(paragraphs) for s in _double_spans(text, p, i, tags)]
    return _with_turns(text, paragraphs, _join_paragraphs(text, paragraphs, spans))


def _with_turns(text: str, paragraphs: list[Paragraph], spans: list[MarkedSpan]) -> list[MarkedSpan]:
    """Add the lines of a transcript that have a label and no quote marks; they replace marks inside them."""
    turns = [
        (i, match.group(1), match.end())
        for i, p in enumerate(paragraphs)
        if (match := _TURN.match(text, p.start, p.end)) is not None
    ]
    # Labels come back in a conversation; "Update:" or the place names of a list do not.
    counts = Counter(label for _, label, _ in turns)
    speakers = {label for label, n in counts.items() if n >= 2}
    turns = [t for t in turns if t[1] in speakers]
    if len(turns) < _MIN_TURNS or len(speakers) < 2:
        return spans
    marked = {span.paragraph for span in spans if text[paragraphs[span.paragraph].start] in "“\"'‘«„"}
    said = {
        i: MarkedSpan(start, paragraphs[i].end, start, paragraphs[i].end, i, opened=False, closed=False)
        for i, _, start in turns
        if i not in marked and text[start] not in "“\"'‘«„"
    }
    kept = [span for span in spans if span.paragraph not in said]
    return sorted([*kept, *said.values()], key=lambda span: span.start)


def _join_paragraphs(text: str, paragraphs: list[Paragraph], spans: list[MarkedSpan]) -> list[MarkedSpan]:
    out: list[MarkedSpan] = []
    for i, found in enumerate(spans):
        span = found
        before = out[-1] if out else None
        goes_on = (
            before is not None
            and not before.closed
            and before.paragraph == span.paragraph - 1
            and before.end >= paragraphs[before.paragraph].end
            and span.start == paragraphs[span.paragraph].start
        )
        last = i + 1 == len(spans) or spans[i + 1].paragraph != span.paragraph
        follows = (
            i + 1 < len(spans)
            and spans[i + 1].paragraph == span.paragraph + 1
            and spans[i + 1].start == paragraphs[spans[i + 1].paragraph].start
        )
        if last and not span.closed and not follows:
            # No later paragraph takes the quote up, so the mark was forgotten, not left open.
            cut = _TRAILING_CUE.search(text, span.inner_start + 1, span.end)
            if cut:
                end = cut.start() + 1
                span = replace(span, end=end, inner_end=end)
        out.append(replace(span, continues=goes_on))
    return out


def _marks(text: str, paragraph: Paragraph, tags: list[tuple[int, int]]) -> Iterator[_Mark]:
    seen = 0
    for match in _DOUBLE.finditer(text, paragraph.start, paragraph.end):
        start, end = match.span()
        sign = match.group()
        before = text[start - 1] if start > paragraph.start else " "
        after = text[end] if end < paragraph.end else " "
        if before == "=" or any(a <= start < b for a, b in tags):
            continue
        if (
            sign in ('"', "''")
            and before.isdigit()
            and seen % 2 == 0
            and _INCHES.search(text[start - 8 : start])
        ):
            continue
        seen += 1
        loose_before = before.isspace() or before in "([{—–-/…“\"‘'«"
        loose_after = after.isspace() or after in ".,;:!?)]}—–-/…”\"’'»"
        if sign in _OPENERS:
            opens = not (not loose_before and loose_after)
            yield _Mark(start, end, opens, not opens)
        elif sign in _CLOSERS:
            # `”Fear. I am …”`: a closing sign after a space and before a letter opens.
            opens = before.isspace() and not after.isspace() and after not in ".,;:!?)"
            at_start = start == paragraph.start
            yield _Mark(start, end, opens or at_start, not at_start)
        else:
            yield _Mark(start, end, loose_before and not after.isspace(), loose_after or not loose_before)


def _double_spans(
    text: str, paragraph: Paragraph, index: int, tags: list[tuple[int, int]]
) -> Iterator[MarkedSpan]:
    marks = list(_marks(text, paragraph, tags))
    # For each mark, how many more closing than opening ones follow it.
    surplus = [0] * (len(marks) + 1)
    for i in range(len(marks) - 1, -1, -1):
        mark = marks[i]
        surplus[i] = surplus[i + 1] + (mark.closes and not mark.opens) - (mark.opens and not mark.closes)
    start: _Mark | None = None
    depth = 0
    last_end = paragraph.start
    for i, mark in enumerate(marks):
        if start is None:
            if mark.opens:
                start, depth = mark, 1
            elif mark.closes and text[last_end : mark.start].strip():
                begin = _missing_opening(text, paragraph, last_end, mark.start)
                yield MarkedSpan(begin, mark.end, begin, mark.start, index, opened=False)
                last_end = mark.end
            continue
        if mark.opens and not mark.closes:
            if surplus[i + 1] >= depth + 1:
                depth += 1
                continue
            # One closing mark too few: the open span's was forgotten, and this mark starts another.
            end = _sentence_end_before(text, start.end, mark.start)
            yield MarkedSpan(start.start, end, start.end, end, index, closed=False)
            start, depth = mark, 1
        elif mark.closes:
            depth -= 1
            if depth == 0:
                yield MarkedSpan(start.start, mark.end, start.end, mark.start, index)
                start, last_end = None, mark.end
    if start is not None and text[start.end : paragraph.end].strip():
        yield MarkedSpan(start.start, paragraph.end, start.end, paragraph.end, index, closed=False)


def _missing_opening(text: str, paragraph: Paragraph, floor: int, closing: int) -> int:
    cues = list(_LEADING_CUE.finditer(text, floor, closing))
    if cues:
        return cues[-1].end()
    if floor == paragraph.start:
        return floor
    while floor < closing and (text[floor].isspace() or text[floor] in ",.;:"):
        floor += 1
    ends = [m.end() for m in _SENTENCE_END.finditer(text, floor, closing) if m.end() < closing]
    return ends[0] if ends else floor


def _sentence_end_before(text: str, floor: int, ceiling: int) -> int:
    cut = _TRAILING_CUE.search(text, floor, ceiling)
    if cut:
        return cut.start() + 1
    ends = list(_SENTENCE_END.finditer(text, floor, ceiling))
    end = ends[-1].end() if ends else ceiling
    while end > floor and text[end - 1].isspace():
        end -= 1
    return end


def _single_style(text: str, paragraphs: list[Paragraph]) -> bool:
    """Tell whether single marks are the article's main style (as in many British outlets).

    The headline is left out: house style there is single marks even where the body has double ones.
    """
    body = paragraphs[1:] or paragraphs
    inside = [(s.start, s.end) for i, p in enumerate(body) for s in _single_spans(text, p, i)]
    if not inside:
        return False
    starts = [start for start, _ in inside]
    double = 0
    for i, paragraph in enumerate(body):
        for span in _double_spans(text, paragraph, i, []):
            holder = bisect_left(starts, span.start) - 1
            double += holder < 0 or span.end >= inside[holder][1]
    return double == 0 or len(inside) > 2 * double


def _single_spans(text: str, paragraph: Paragraph, index: int) -> Iterator[MarkedSpan]:
    at = paragraph.start
    barren = 0  # no closing mark stands before this offset
    while True:
        opener = _SINGLE_OPENER.search(text, at, paragraph.end)
        if opener is None:
            return
        limit = min(paragraph.end, opener.end() + _MAX_SINGLE)
        closing = _single_closing(text, max(opener.end(), barren), limit)
        if closing is None:
            at, barren = opener.end(), limit
            if opener.group() == "‘" and opener.start() == paragraph.start:
                yield MarkedSpan(
                    opener.start(), paragraph.end, opener.end(), paragraph.end, index, closed=False
                )
                return
            continue
        yield MarkedSpan(opener.start(), closing + 1, opener.end(), closing, index)
        at = closing + 1


def _single_closing(text: str, start: int, end: int) -> int | None:
    """The closing single mark after ``start``; apostrophes inside and at the end of words are passed over."""
    fallback: int | None = None
    for at in range(start, end):
        if text[at] not in "‘’'":
            continue
        after = text[at + 1] if at + 1 < end else " "
        before = text[at - 1]
        # `‘4,500 jobs’ and ‘a new start’`: a mark that opens shows that the one before it closed.
        if fallback is not None and before.isspace() and (text[at] == "‘" or after.isalpha()):
            return fallback
        if text[at] == "‘" or after.isalnum() or before.isspace():
            continue
        if before in '.,!?…;:—–)”"':
            return at
        # `the residents’ case` may be a possessive: take it only if nothing better follows.
        if before in "sS" and after == " ":
            fallback = at if fallback is None else fallback
            continue
        return at if fallback is None or text[fallback:at].count(" ") <= 30 else fallback
    return fallback
