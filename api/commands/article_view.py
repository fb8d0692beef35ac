"""An attributed article cut into pieces that can be shown: on a terminal, on a page.

Quotes may lie inside each other (an indirect quote around a marked one) and even cross, and the mention or
the cue of one may stand inside another. So the text is cut at every boundary, and each piece knows all that
covers it.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, Literal

from attribution.marks import find_paragraphs
from attribution.models import AttributedText, Quote, Rejected, Span

Role = Literal["quote", "rejected", "mention", "cue", "chain"]

# Which of two markings of the very same span is the outer one.
_ORDER: Final[dict[Role, int]] = {"quote": 0, "rejected": 1, "mention": 2, "cue": 3, "chain": 4}
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Marking:
    """A stretch of the article that means something: half-open offsets, and the labels of its notes."""

    start: int
    end: int
    role: Role
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that the same markings cover, outermost first.

    Attributes:
        opens: quotes and rejected spans that begin with this piece, outermost first.
        closes: those that end with it, innermost first.
    """

    start: int
    end: int
    markings: tuple[Marking, ...]
    opens: tuple[Marking, ...] = ()
    closes: tuple[Marking, ...] = ()

    @property
    def quote(self) -> Marking | None:
        """The innermost quote or rejected span that covers the piece."""
        covering = [marking for marking in self.markings if marking.role in ("quote", "rejected")]
        return covering[-1] if covering else None


@dataclass(frozen=True, slots=True)
class Note:
    """What is said about one quote or rejected span.

    Attributes:
        label: the number of a quote ("1", "2", …) or the letters of a rejected span ("a", "b", …).
        about: the quote, or the rejected span.
        colour: number of the speaker in the order of appearance; ``None`` where there is no speaker.
        first: label of the first quote of the same utterance, where this is another piece of it.
        inside: whether this quote lies inside that one, as marked words in reported speech do.
    """

    label: str
    about: Quote | Rejected
    colour: int | None = None
    first: str | None = None
    inside: bool = False


@dataclass(frozen=True, slots=True)
class ShownParagraph:
    """A paragraph in pieces, and the notes on what begins in it."""

    pieces: tuple[Piece, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class ShownSpeaker:
    """A speaker of the article: colour number, name, type, and how many quotes."""

    colour: int
    name: str
    type: str
    quotes: int


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article ready to be shown.

    Attributes:
        name: what the caller calls it: a file, an id.
        shown: the text, character for character, with what cannot be shown replaced; a character may
            become none, so ``"".join(shown[start:end])`` is how a piece looks.
        paragraphs: in order; together they hold everything but the white space between paragraphs.
        speakers: in order of appearance.
        undecided: number of quotes whose speaker cannot be told.
        rejected: number of spans in quote marks that are nobody's speech, shown or not.
        crossing: labels of quotes that overlap another without lying inside it.
        result: what the engine found.
    """

    name: str
    shown: Sequence[str]
    paragraphs: tuple[ShownParagraph, ...]
    speakers: tuple[ShownSpeaker, ...]
    quotes: int
    undecided: int
    rejected: int
    crossing: frozenset[str]
    result: AttributedText

    def look(self, piece: Piece) -> str:
        """Return how a piece is shown."""
        return "".join(self.shown[piece.start : piece.end])


def view(name: str, result: AttributedText, kinds: Collection[str], *, rejected: bool = False) -> ArticleView:
    """Cut an attributed article into pieces.

    ``kinds``: the kinds of quotes to mark; ``rejected``: mark the spans that are nobody's speech too.
    """
    quotes = sorted(
        (quote for quote in result.quotes if quote.kind in kinds), key=lambda q: (q.start, -q.end)
    )
    colours: dict[tuple[str, str], int] = {}
    counts: Counter[int] = Counter()
    first_of: dict[int, Note] = {}
    notes: list[Note] = []
    for number, quote in enumerate(quotes, start=1):
        colour = None
        if quote.speaker is not None:
            key = (quote.speaker.name, quote.speaker.type)
            colour = colours.setdefault(key, len(colours))
            counts[colour] += 1
        note = Note(str(number), quote, colour)
        first = first_of.setdefault(quote.utterance, note)
        if first is not note:
            note = replace(note, first=first.label, inside=quote.end <= first.about.end)
        notes.append(note)
    if rejected:
        notes += [Note(_letters(number), span) for number, span in enumerate(result.rejected)]
    notes.sort(key=lambda note: (note.about.start, -note.about.end))
    speakers = tuple(
        ShownSpeaker(colour, name, type_, counts[colour]) for (name, type_), colour in colours.items()
    )
    return cut(name, result, notes, speakers)


def cut(
    name: str, result: AttributedText, notes: Sequence[Note], speakers: tuple[ShownSpeaker, ...] = ()
) -> ArticleView:
    """Cut an article into pieces under ``notes``, given in the order of the text.

    Notes on several places that belong together may have the same label.
    """
    markings = _markings(notes)
    quotes = [note.about for note in notes if isinstance(note.about, Quote)]
    return ArticleView(
        name=name,
        shown=_shown(result.text),
        paragraphs=tuple(_paragraphs(result.text, markings, notes)),
        speakers=speakers,
        quotes=len(quotes),
        undecided=sum(quote.speaker is None for quote in quotes),
        rejected=len(result.rejected),
        crossing=frozenset(_crossing([m for m in markings if m.role in ("quote", "rejected")])),
        result=result,
    )


def shown(text: str) -> str:
    """Return a text in one line as it can be shown anywhere: no control characters, white space folded."""
    return " ".join("".join(_shown(text)).split())


def _markings(notes: Iterable[Note]) -> list[Marking]:
    notes = list(notes)
    order = {note.label: place for place, note in enumerate(notes)}
    found: dict[tuple[int, int, Role], list[str]] = {}

    def mark(span: Span | Quote | Rejected | None, role: Role, label: str) -> None:
        if span is not None and span.start < span.end:
            labels = found.setdefault((span.start, span.end, role), [])
            if label not in labels:
                labels.append(label)

    for note in notes:
        if isinstance(note.about, Rejected):
            mark(note.about, "rejected", note.label)
            continue
        quote = note.about
        mark(quote, "quote", note.label)
        mark(quote.mention, "mention", note.label)
        mark(quote.cue, "cue", note.label)
        for link in quote.chain:
            mark(link, "chain", note.label)
    # A place that names the speaker of one quote and leads to the name for another is marked once, as the
    # stronger of the two.
    for (start, end, role), labels in list(found.items()):
        if role == "chain" and (start, end, "mention") in found:
            known = found[(start, end, "mention")]
            known += [label for label in labels if label not in known]
            known.sort(key=order.__getitem__)
            del found[(start, end, role)]
    every = [Marking(start, end, role, tuple(labels)) for (start, end, role), labels in found.items()]
    return sorted(every, key=lambda m: (m.start, -m.end, _ORDER[m.role]))


def _paragraphs(text: str, markings: Sequence[Marking], notes: Sequence[Note]) -> Iterable[ShownParagraph]:
    paragraphs = find_paragraphs(text)
    # What begins in the white space between two paragraphs is noted below the one before.
    starts = [paragraph.start for paragraph in paragraphs[1:]]
    of_paragraph: list[list[Note]] = [[] for _ in paragraphs]
    at = 0
    for note in notes:
        while at < len(starts) and note.about.start >= starts[at]:
            at += 1
        if of_paragraph:
            of_paragraph[at].append(note)
    waiting = list(reversed(markings))
    active: list[Marking] = []
    for paragraph, here in zip(paragraphs, of_paragraph, strict=True):
        active = [marking for marking in active if marking.end > paragraph.start]
        while waiting and waiting[-1].start < paragraph.end:
            active.append(waiting.pop())
        yield ShownParagraph(tuple(_pieces(paragraph.start, paragraph.end, active)), tuple(here))


def _pieces(start: int, end: int, markings: Sequence[Marking]) -> Iterable[Piece]:
    """Cut a paragraph at every boundary; pieces do not overlap and leave nothing out."""
    cuts = sorted({start, end} | {at for m in markings for at in (m.start, m.end) if start < at < end})
    coming = list(reversed(markings))
    active: list[Marking] = []
    for left, right in pairwise(cuts):
        active = [marking for marking in active if marking.end > left]
        while coming and coming[-1].start <= left:
            marking = coming.pop()
            if marking.end > left:
                active.append(marking)
        spans = [marking for marking in active if marking.role in ("quote", "rejected")]
        yield Piece(
            left,
            right,
            tuple(active),
            opens=tuple(m for m in spans if m.start == left or (m.start < left == start)),
            closes=tuple(m for m in reversed(spans) if m.end == right or (m.end > right == end)),
        )


def _crossing(spans: Sequence[Marking]) -> Iterable[str]:
    """Yield the labels of spans that overlap another one without one lying inside the other."""
    open_spans: list[Marking] = []
    for span in spans:
        open_spans = [other for other in open_spans if other.end > span.start]
        for other in open_spans:
            if other.start < span.start and other.end < span.end:
                yield from (*other.labels, *span.labels)
        open_spans.append(span)


def _letters(number: int) -> str:
    """Return a, b, … z, aa, ab, … for 0, 1, …"""
    label = ""
    number += 1
    while number:
        number, letter = divmod(number - 1, len(_LETTERS))
        label = _LETTERS[letter] + label
    return label


def _shown(text: str) -> list[str]:
    """Return for each character what stands for it where people read.

    A control character, which could command a terminal and is no part of HTML, and half a character are shown
    as the replacement character; every white space is a blank, and a line break of two characters is one.
    """
    return [
        "" if char == "\n" and text[at - 1 : at] == "\r" else _shown_character(char)
        for at, char in enumerate(text)
    ]


def _shown_character(char: str) -> str:
    if char.isspace():
        return char if char == "\u00a0" else " "
    return "\ufffd" if unicodedata.category(char) in ("Cc", "Cs") else char
