"""Attributed articles as one HTML page that needs nothing else: no script, no font, no address but its own.

Each quote is a link to the note that explains it, each place of the evidence a link to where it stands in
the text. Nothing of an article or its name reaches the page unescaped, ids and classes are made of our own
numbers, and a Content-Security-Policy forbids everything but the page's own style.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Final

from api.commands import explanations
from api.commands.article_view import ArticleView, Marking, Note, Piece, ShownParagraph, shown
from attribution.models import Rejected, Span

# As many as the style sheet has; where an article has more speakers than colours, the next round has another
# kind of line.
COLOURS: Final = 8
LINES: Final = 3
STYLE: Final = Path(__file__).with_name("article_page.css")
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


@dataclass(frozen=True, slots=True)
class UnreadArticle:
    """An article that could not be attributed, and why."""

    name: str
    problem: str


def page(articles: Sequence[ArticleView | UnreadArticle]) -> Iterator[str]:
    """Yield the page of one or more articles, one section each, in pieces."""
    one = articles[0].name if len(articles) == 1 else f"{len(articles)} articles"
    title = plain(f"Who said it: {one}")
    yield head(title)
    yield _legend()
    if len(articles) > 1:
        yield '<nav aria-label="Articles">\n<ol>\n'
        for number, article in enumerate(articles, start=1):
            yield f'<li><a href="#a{number}">{plain(article.name)}</a> {_counts(article)}</li>\n'
        yield "</ol>\n</nav>\n"
    yield "</header>\n<main>\n"
    for number, article in enumerate(articles, start=1):
        heading = f'<h2 id="a{number}h">{plain(article.name)}</h2>\n'
        yield f'<section id="a{number}" aria-labelledby="a{number}h">\n{heading if len(articles) > 1 else ""}'
        if isinstance(article, UnreadArticle):
            yield f'<p class="problem">Not attributed: {plain(article.problem)}</p>\n'
        else:
            yield from _Section(f"a{number}", article).html()
        yield "</section>\n"
    yield "</main>\n"
    versions = sorted(
        {
            f"engine {article.result.engine_version}, pipeline {article.result.pipeline_version}"
            for article in articles
            if isinstance(article, ArticleView)
        }
    )
    made = f" Made by Quotetrace, {plain('; '.join(versions))}." if versions else ""
    yield (
        "<footer>\n<p>“97 % sure” means that of a hundred such answers about 97 name the right speaker."
        f"{made}</p>\n</footer>\n</body>\n</html>\n"
    )


def head(title: str, *styles: Path, more: str = "") -> str:
    """Begin a page, up to its heading; ``title`` is HTML, ``more`` further lines of the page's head."""
    style = "".join(file.read_text(encoding="utf-8") for file in (STYLE, *styles))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f'<meta name="color-scheme" content="light dark">\n{more}'
        f"<title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n"
    )


def paragraph_with_notes(text: Iterable[str], notes: Sequence[str]) -> Iterator[str]:
    """Yield one paragraph of a text, and below it the notes on it; all of it HTML."""
    yield '<div class="paragraph">\n<p class="text" dir="auto">'
    yield from text
    yield "</p>\n"
    if notes:
        yield '<ol class="notes">\n'
        yield from notes
        yield "</ol>\n"
    yield "</div>\n"


class Anchors:
    """The ids that a page has given: what runs over two paragraphs begins only once."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def place(self, id: str) -> str:
        """Return an id as an attribute, with a leading blank, where it is met first, else nothing."""
        if id in self._given:
            return ""
        self._given.add(id)
        return f' id="{id}"'


class _Section:
    """One article; ``id`` begins all its ids."""

    def __init__(self, id: str, article: ArticleView) -> None:
        self._id = id
        self._article = article
        self._notes = {note.label: note for paragraph in article.paragraphs for note in paragraph.notes}
        self._there = {
            self._id_of(marking)
            for paragraph in article.paragraphs
            for piece in paragraph.pieces
            for marking in piece.markings
        }
        self._anchors = Anchors()

    def html(self) -> Iterator[str]:
        article = self._article
        yield f'<p class="counts">{_counts(article)}</p>\n'
        if article.speakers or article.undecided:
            yield '<ul class="speakers" aria-label="Speakers">\n'
            for speaker in article.speakers:
                name = f"<bdi>{plain(speaker.name)}</bdi>"
                yield (
                    f'<li><span class="{_colour(speaker.colour)} chip">{name}</span> '
                    f"{explanations.type_of(speaker.type)}, {_quotes(speaker.quotes)}</li>\n"
                )
            if article.undecided:
                yield (
                    f'<li><span class="undecided chip">{explanations.CANNOT_TELL}</span> '
                    f"{_quotes(article.undecided)}</li>\n"
                )
            yield "</ul>\n"
        for paragraph in article.paragraphs:
            notes = [self._note(note) for note in paragraph.notes]
            yield from paragraph_with_notes(self._text(paragraph), notes)

    def _text(self, paragraph: ShownParagraph) -> Iterator[str]:
        # Links cannot lie inside each other: each stretch links to the innermost quote that covers it.
        for quote, pieces in groupby(paragraph.pieces, key=lambda piece: piece.quote):
            inside = "".join(self._piece(piece, quote) for piece in pieces)
            if quote is None:
                yield inside
                continue
            note = self._notes[quote.labels[0]]
            yield (
                f'<a class="{self._class(note)}"{self._place(quote)} href="#{self._id}n{note.label}" '
                f'title="{plain(self._title(note))}" aria-describedby="{self._id}w{note.label}">{inside}</a>'
            )

    def _piece(self, piece: Piece, quote: Marking | None) -> str:
        html = escape(self._article.look(piece))
        for marking in reversed(piece.markings):
            if marking == quote:
                continue
            note = self._notes[marking.labels[0]]
            if marking.role in ("quote", "rejected"):
                # The quote around this one keeps its line below both.
                html = f'<span class="around {self._class(note)}"{self._place(marking)}>{html}</span>'
                continue
            told = {"mention": "the source of", "cue": "reports", "chain": "leads to the speaker of"}[
                marking.role
            ]
            labels = ", ".join(marking.labels)
            colour = "" if marking.role == "cue" else f" {_colour_of(note)}"
            html = (
                f'<span class="{marking.role}{colour}"{self._place(marking)} title="{told} {labels}">'
                f"{html}</span>"
            )
        return html + "".join(f"<sup>{' '.join(closed.labels)}</sup>" for closed in piece.closes)

    def _id_of(self, marking: Marking) -> str:
        if marking.role in ("quote", "rejected"):
            return f"{self._id}q{marking.labels[0]}"
        return f"{self._id}s{marking.start}-{marking.end}"

    def _place(self, marking: Marking) -> str:
        return self._anchors.place(self._id_of(marking))

    def _class(self, note: Note) -> str:
        if isinstance(note.about, Rejected):
            return "rejected"
        return f"quote {_colour_of(note)}"

    def _title(self, note: Note) -> str:
        about = note.about
        if isinstance(about, Rejected):
            return explanations.why_rejected(about)
        answer = ", ".join(
            part for part in (shown(explanations.who(about)), explanations.how_sure(about)) if part
        )
        return f"{note.label}: {answer}; {explanations.how(about)}"

    def _note(self, note: Note) -> str:
        about = note.about
        back = self._to(
            f"q{note.label}", note.label, f' class="number" aria-label="Back to {note.label} in the text"'
        )
        colour = "" if isinstance(about, Rejected) else f' class="{_colour_of(note)}"'
        opening = f'<li id="{self._id}n{note.label}"{colour}>'
        if isinstance(about, Rejected):
            told = plain(explanations.why_rejected(about))
            return f'{opening}{back} <span id="{self._id}w{note.label}" class="faint">{told}</span></li>\n'
        if about.speaker is None:
            told = f"<strong>{explanations.CANNOT_TELL}</strong>"
        else:
            told = (
                f"<strong><bdi>{plain(about.speaker.name)}</bdi></strong> "
                f"({explanations.type_of(about.speaker.type)}), {explanations.how_sure(about)}"
            )
        if about.kind != "direct":
            told += f", {about.kind}"
        piece = ""
        if note.first is not None:
            link = f'<a href="#{self._id}n{note.first}">{note.first}</a>'
            piece = f", {explanations.piece_of(note.inside)} {link}"
        places = [self._link(span) for span in explanations.trail(about)]
        if about.speaker is not None and places and not explanations.trail_ends_in_name(about):
            places.append(f"<bdi>{plain(about.speaker.name)}</bdi>")
        evidence = " → ".join(places)
        if about.cue is not None:
            evidence += f"{', ' if evidence else ''}cue {self._link(about.cue)}"
        method = f"{plain(explanations.how(about))} <code>{plain(about.method)}</code>"
        return (
            f'{opening}{back} <span id="{self._id}w{note.label}">{told}</span>{piece}'
            f"{f'<p>{evidence}</p>' if evidence else ''}"
            f'<p class="faint">{method}</p></li>\n'
        )

    def _link(self, span: Span) -> str:
        return self._to(f"s{span.start}-{span.end}", f"“<bdi>{plain(span.text)}</bdi>”")

    def _to(self, place: str, html: str, attributes: str = "") -> str:
        """Return a link to a place in the text; only its words where it has none, as an empty span."""
        id = f"{self._id}{place}"
        return f'<a href="#{id}"{attributes}>{html}</a>' if id in self._there else html


def plain(text: str) -> str:
    """Return a text in one line as it can stand in an element or an attribute."""
    return escape(shown(text))


def _colour_of(note: Note) -> str:
    return "undecided" if note.colour is None else _colour(note.colour)


def _colour(number: int) -> str:
    return f"c{number % COLOURS} l{number // COLOURS % LINES}"


def _quotes(count: int) -> str:
    return f"{count} quote{'s' * (count != 1)}"


def _counts(article: ArticleView | UnreadArticle) -> str:
    if isinstance(article, UnreadArticle):
        return "not attributed"
    counts = [_quotes(article.quotes)]
    if article.undecided:
        counts.append(f"{article.undecided} where the engine cannot tell")
    if article.rejected:
        counts.append(
            f"{article.rejected} in marks that {'is' if article.rejected == 1 else 'are'} nobody's speech"
        )
    return "; ".join(counts)


def _legend() -> str:
    return (
        '<p class="legend">Each quote leads to the note that explains it. '
        '<span class="mention c0 l0">The source</span> of a quote and <span class="cue">the words that report'
        '</span> are marked, and <span class="chain c0 l0">the places</span> that lead from a pronoun or a '
        "description to the name.</p>\n"
    )
