"""Checked drafts as one HTML page that needs nothing else: no script, no font, no address but its own.

Each quote is a link to the verdict on it, and each verdict leads back. Links to the outlets' pages are
followed only where a reader clicks on them. What a text, a name or an address holds reaches the page escaped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Final

from api.commands import draft_view
from api.commands.article_page import Anchors, head, paragraph_with_notes, plain
from api.commands.article_view import ArticleView, Marking, Piece, ShownParagraph
from api.commands.draft_view import Wording
from api.commands.who import scope
from api.drafts import REASONS, CheckedDraft, CheckedQuote
from api.verdicts import Evidence

OWN_STYLE: Final = Path(__file__).with_name("draft_page.css")


def page(drafts: Sequence[tuple[str, CheckedDraft | str]]) -> Iterator[str]:
    """Yield the page of one or more drafts, one section each, in pieces.

    Each is a name, and the checked draft or in one line why there is none.
    """
    title = plain(f"Quotes checked: {drafts[0][0] if len(drafts) == 1 else f'{len(drafts)} drafts'}")
    yield head(title, OWN_STYLE, more='<meta name="referrer" content="no-referrer">\n')
    if len(drafts) > 1:
        yield '<nav aria-label="Drafts">\n<ol>\n'
        for number, (name, draft) in enumerate(drafts, start=1):
            told = "not checked" if isinstance(draft, str) else draft_view.counts(draft)
            yield f'<li><a href="#d{number}">{plain(name)}</a> {told}</li>\n'
        yield "</ol>\n</nav>\n"
    yield "</header>\n<main>\n"
    for number, (name, draft) in enumerate(drafts, start=1):
        heading = f'<h2 id="d{number}h">{plain(name)}</h2>\n' if len(drafts) > 1 else ""
        labelled = f' aria-labelledby="d{number}h"' if heading else ""
        yield f'<section id="d{number}"{labelled}>\n{heading}'
        if isinstance(draft, str):
            yield f'<p class="problem">Not checked: {plain(draft)}</p>\n'
        else:
            yield from _Section(f"d{number}", name, draft).html()
        yield "</section>\n"
    yield (
        "</main>\n<footer>\n<p>A verdict is a fact about the archive, not about the world. "
        "Made by Quotetrace.</p>\n</footer>\n</body>\n</html>\n"
    )


class _Section:
    """One draft; ``id`` begins all its ids."""

    def __init__(self, id: str, name: str, draft: CheckedDraft) -> None:
        self._id = id
        self._draft = draft
        self._view: ArticleView = draft_view.view_draft(name, draft)
        self._quotes = {str(quote.number): quote for quote in draft.quotes}
        self._anchors = Anchors()

    def html(self) -> Iterator[str]:
        yield (
            f'<p class="counts">{draft_view.counts(self._draft)}. Searched: '
            f"{scope(self._draft.searched, found=True)}.</p>\n"
        )
        if self._draft.look_first:
            yield '<p class="first">Look at these first:</p>\n<ol class="first">\n'
            for quote in self._draft.look_first:
                link = f'<a href="#{self._id}n{quote.number}">{quote.number}</a>'
                yield f"<li>{link} {_verdict(quote)} {REASONS[quote.look] if quote.look else ''}</li>\n"
            yield "</ol>\n"
        for paragraph in self._view.paragraphs:
            notes = [
                self._note(self._quotes[label]) for label in draft_view.begins_in(paragraph, self._quotes)
            ]
            yield from paragraph_with_notes(self._text(paragraph), notes)

    def _text(self, paragraph: ShownParagraph) -> Iterator[str]:
        # Links cannot lie inside each other: each stretch links to the innermost quote that covers it.
        for marking, pieces in groupby(paragraph.pieces, key=lambda piece: piece.quote):
            inside = "".join(self._piece(piece, marking) for piece in pieces)
            if marking is None:
                yield inside
                continue
            quote = self._quotes[marking.labels[0]]
            yield (
                f'<a class="quote {_class(quote)}"{self._place(marking)} href="#{self._id}n{quote.number}" '
                f'title="{plain(f"{quote.number}: {draft_view.headline(quote)}")}">{inside}</a>'
            )

    def _piece(self, piece: Piece, quote: Marking | None) -> str:
        html = escape(self._view.look(piece))
        for marking in reversed(piece.markings):
            if marking == quote:
                continue
            if marking.role == "quote":
                around = self._quotes[marking.labels[0]]
                html = f'<span class="quote around {_class(around)}"{self._place(marking)}>{html}</span>'
            elif marking.role in ("mention", "cue"):
                html = f'<span class="{marking.role}">{html}</span>'
        return html + "".join(f"<sup>{closed.labels[0]}</sup>" for closed in piece.closes)

    def _place(self, marking: Marking) -> str:
        return self._anchors.place(f"{self._id}q{marking.labels[0]}")

    def _note(self, quote: CheckedQuote) -> str:
        back = (
            f'<a href="#{self._id}q{quote.number}" class="number" '
            f'aria-label="Back to {quote.number} in the text">{quote.number}</a>'
        )
        lines = []
        for place, item in enumerate(draft_view.beside(quote)):
            if place == 0 and item.changes:
                draft = _wording(draft_view.claimed(quote, item))
                lines.append(f'<p class="wording"><span class="faint">draft</span> {draft}</p>')
            lines.append(_beside(quote, item))
        return (
            f'<li id="{self._id}n{quote.number}" class="{_class(quote)}">{back} {_verdict(quote)} '
            f'<span class="faint">{plain(draft_view.attribution(quote))}</span>'
            f"<p>{plain(draft_view.explained(quote))}</p>{''.join(lines)}</li>\n"
        )


def _beside(quote: CheckedQuote, item: Evidence) -> str:
    near = "nearest: " if quote.verdict is not None and not quote.verdict.evidence else ""
    told = plain(draft_view.where(item))
    if item.report.url:  # the archive takes http and https only
        told = f'<a href="{escape(item.report.url)}" rel="noreferrer noopener">{told}</a>'
    wording = _wording(draft_view.reported(quote, item))
    return f'<p class="wording"><span class="faint">{near}{told}</span> {wording}</p>'


def _wording(wording: Wording) -> str:
    """Return a wording with what differs marked; ``‸`` stands where the other one has words."""
    html, at = "", 0
    for start, end in sorted(wording.spans):
        if start < at:
            continue
        html += _kept(wording.text[at:start])
        html += "<mark>‸</mark>" if start == end else f"<mark>{_kept(wording.text[start:end])}</mark>"
        at = end
    return f"<bdi>{html}{_kept(wording.text[at:])}</bdi>"


def _kept(text: str) -> str:
    """Return a part of a line with the white space at its ends."""
    lead = " " if text[:1].isspace() else ""
    trail = " " if text[-1:].isspace() and text.strip() else ""
    return f"{lead}{plain(text)}{trail}"


def _verdict(quote: CheckedQuote) -> str:
    return f'<strong class="chip {_class(quote)}">{plain(draft_view.headline(quote))}</strong>'


def _class(quote: CheckedQuote) -> str:
    return draft_view.verdict_of(quote) or "unchecked"
