"""An article as the engine reads it: the parsed document beside its paragraphs and marked spans."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from spacy.tokens import Doc, Token

from attribution.marks import MarkedSpan, Paragraph, find_marked_spans, find_paragraphs

# A rule ("* * *"), or a time of day ("5:55 p.m.", "14.20 GMT").
_LONGEST_BREAK: Final = 30
_BREAK: Final = re.compile(
    r"[\W_]+|\d{1,2}(?:[:.]\d\d)?\s*(?:[ap]\.?m\.?)?(?:\s*[A-Z]{2,4})?\W*", re.IGNORECASE
)
# What stands between the items of a list.
_JOINING: Final = re.compile(r"\b(?:and|or|nor|but)\b", re.IGNORECASE)
_LISTED: Final = re.compile(
    r"\s?(?:,\s)?(?:(?:and|or|nor|but|even|also|an?|the|his|her|its|their|to|of)\s){0,3}", re.IGNORECASE
)
# No-break space, figure space, thin space, narrow no-break space.
_PLAIN: Final = str.maketrans("\u00a0\u2007\u2009\u202f", "    ")


@dataclass(frozen=True, slots=True)
class Reading:
    """A parsed article with the indexes that every later step looks things up in.

    Attributes:
        doc: the parsed document.
        text: the article, character for character; spaCy builds ``doc.text`` anew at every call.
        paragraphs, spans: as ``attribution.marks`` finds them.
        token_paragraph: for each token the index of its paragraph (white space belongs to the one before).
        token_span: for each token the index of the marked span that holds it, or -1.
        token_sentence: for each token the number of its sentence.
        span_tokens: for each marked span the half-open token range that covers it, marks included.
        paragraph_tokens: for each paragraph its half-open token range.
        scenes: the paragraphs that part one entry from the next: rules, asterisks, a live blog's time stamps.
        places: for each token 0 outside quote marks, 1 inside, 2 for a break between paragraphs.
    """

    doc: Doc
    text: str
    paragraphs: Sequence[Paragraph]
    spans: Sequence[MarkedSpan]
    token_paragraph: Sequence[int]
    token_span: Sequence[int]
    token_sentence: Sequence[int]
    span_tokens: Sequence[tuple[int, int]]
    paragraph_tokens: Sequence[tuple[int, int]]
    scenes: Sequence[int]
    places: Sequence[int]

    @classmethod
    def of(cls, doc: Doc, text: str | None = None) -> Reading:
        """Index a parsed document; *text* is the article where `plain_spaces` changed what was parsed."""
        text = doc.text if text is None else text
        paragraphs = find_paragraphs(text)
        spans = find_marked_spans(text, paragraphs)
        starts, ends = _bounds(doc)
        paragraph_starts = [p.start for p in paragraphs]
        token_sentence: list[int] = []
        for number, sentence in enumerate(doc.sents):
            token_sentence.extend([number] * len(sentence))
        span_tokens = [_covering(starts, ends, s.start, s.end) for s in spans]
        token_span = _numbered(span_tokens, len(doc))
        return cls(
            doc=doc,
            text=text,
            paragraphs=paragraphs,
            spans=spans,
            token_paragraph=[max(0, bisect_right(paragraph_starts, s) - 1) for s in starts],
            token_span=token_span,
            token_sentence=token_sentence,
            span_tokens=span_tokens,
            paragraph_tokens=[_covering(starts, ends, p.start, p.end) for p in paragraphs],
            scenes=_scenes(text, paragraphs),
            places=_places(doc, token_span),
        )

    def over(self, doc: Doc) -> Reading:
        """Return the same reading of a document that differs in its names only."""
        return replace(self, doc=doc)

    def sentence_end(self, sentence: int) -> int:
        """Return the position behind a sentence's last word."""
        return bisect_right(self.token_sentence, sentence)

    def spans_within(self, low: int, high: int, without: int) -> int:
        """Return how many marked spans have words in a half-open range, one of them left out."""
        first = bisect_right(self.span_tokens, low, key=lambda s: s[1])
        last = bisect_left(self.span_tokens, high, key=lambda s: s[0])
        return max(0, last - first) - (first <= without < last)

    def is_joined(self, span: int) -> bool:
        """Tell whether a marked span is one of a list with the one before: “lazy” and “wasteful”."""
        if span == 0:
            return False
        before, after = self.spans[span - 1], self.spans[span]
        if (
            before.paragraph != after.paragraph
            or not (before.closed and after.closed)
            or before.end > after.start
        ):
            return False
        first = self.text[before.inner_start : before.inner_end].rstrip()
        between = self.text[before.end : after.start]
        if first.endswith((".", "!", "?", "…")) or not _LISTED.fullmatch(between):
            return False
        return "," in between or first.endswith(",") or _JOINING.search(between) is not None

    def outside(self, token: Token) -> bool:
        """Tell whether a token stands outside every marked span."""
        return self.token_span[token.i] < 0


def plain_spaces(text: str) -> str:
    """Return a text in which every no-break or narrow space is a plain one, so that offsets stay.

    Pages put them beside names and verbs at random; as words of their own they would part what belongs
    together.
    """
    return text.translate(_PLAIN)


def _scenes(text: str, paragraphs: Sequence[Paragraph]) -> list[int]:
    texts = (text[p.start : p.end].strip() for p in paragraphs)
    return [n for n, part in enumerate(texts) if len(part) <= _LONGEST_BREAK and _BREAK.fullmatch(part)]


def places_of(doc: Doc, spans: Sequence[MarkedSpan]) -> list[int]:
    """Tell for each token whether it stands outside quote marks (0), inside (1), or parts paragraphs (2)."""
    starts, ends = _bounds(doc)
    return _places(doc, _numbered([_covering(starts, ends, s.start, s.end) for s in spans], len(doc)))


def _places(doc: Doc, token_span: Sequence[int]) -> list[int]:
    return [
        2 if token.is_space and "\n" in token.text else int(span >= 0)
        for token, span in zip(doc, token_span, strict=True)
    ]


def _bounds(doc: Doc) -> tuple[list[int], list[int]]:
    """Where the tokens start and end in the text."""
    starts = [token.idx for token in doc]
    return starts, [start + len(token) for start, token in zip(starts, doc, strict=True)]


def _covering(starts: list[int], ends: list[int], start: int, end: int) -> tuple[int, int]:
    """The half-open range of tokens that covers a range of characters."""
    return bisect_right(ends, start), bisect_left(starts, end)


def _numbered(ranges: Sequence[tuple[int, int]], count: int) -> list[int]:
    """For each of *count* tokens the number of the range that holds it, or -1."""
    numbers = [-1] * count
    for i, (first, last) in enumerate(ranges):
        numbers[first:last] = [i] * (last - first)
    return numbers
