"""A checked draft on a terminal: what to look at first, then its text, and below each paragraph the verdicts.

⟦3 altered: …⟧ holds quote 3 and says its verdict with colour and without, so that a pipe, a colour-blind
reader and a screen reader have it too.
"""

from __future__ import annotations

from typing import Final

from rich.console import Console
from rich.style import Style
from rich.text import Text

from api.commands import draft_view
from api.commands.article_on_terminal import NOTE_INDENT
from api.commands.article_view import ArticleView, Piece, shown
from api.commands.draft_view import Wording
from api.commands.marked_words import marked
from api.commands.who import scope
from api.drafts import REASONS, CheckedDraft, CheckedQuote
from api.verdicts import Evidence

# The terminal's own colours; each verdict is written out besides.
COLOURS: Final[dict[str | None, str]] = {
    "verbatim": "green",
    "truncated": "green",
    "elided": "green",
    "altered": "yellow",
    "paraphrased": "cyan",
    "misattributed": "red",
    "contested": "magenta",
    "not_found": "red",
}


def show_draft(console: Console, name: str, draft: CheckedDraft) -> None:
    """Print a checked draft.

    On a terminal the text is wrapped at its width; into a pipe each paragraph and note goes as one line.
    """
    wrapped = console.is_terminal
    heading = Text.assemble((shown(name), "bold"), (f"  {draft_view.counts(draft)}", "dim"))
    console.print(heading, soft_wrap=not wrapped)
    _show_first(console, draft)
    view = draft_view.view_draft(name, draft)
    quotes = {str(quote.number): quote for quote in draft.quotes}
    told: set[str] = set()
    for paragraph in view.paragraphs:
        console.print()
        text = Text()
        for piece in paragraph.pieces:
            _append(text, view, piece, quotes, told)
        console.print(text, soft_wrap=not wrapped)
        for label in draft_view.begins_in(paragraph, quotes):
            _show_note(console, quotes[label])
    console.print()
    console.print(Text(f"Searched: {scope(draft.searched, found=True)}.", style="dim"), soft_wrap=not wrapped)


def _show_first(console: Console, draft: CheckedDraft) -> None:
    if not draft.look_first:
        return
    console.print()
    console.print(Text("Look at these first:", style="bold"))
    names = [draft_view.headline(quote) for quote in draft.look_first]
    widest = max(map(len, names))
    digits = max(len(str(quote.number)) for quote in draft.look_first)
    for quote, name in zip(draft.look_first, names, strict=True):
        line = Text.assemble(
            f"  {quote.number:>{digits}}  ",
            (f"{name:{widest}}", _style(quote)),
            f"  {REASONS[quote.look] if quote.look else ''}",
        )
        console.print(line, soft_wrap=not console.is_terminal)


def _append(
    text: Text, view: ArticleView, piece: Piece, quotes: dict[str, CheckedQuote], told: set[str]
) -> None:
    for marking in piece.opens:
        (label,) = marking.labels
        verdict = "" if label in told else f"{draft_view.headline(quotes[label])}: "
        told.add(label)
        text.append(f"⟦{label} {verdict}", style=_style(quotes[label]))
    style = Style()
    for marking in piece.markings:
        if marking.role == "quote":
            style += Style(color=_colour(quotes[marking.labels[0]]), underline=True)
        elif marking.role == "cue":
            style += Style(italic=True)
        elif marking.role == "mention":
            style += Style(bold=True)
    text.append(view.look(piece), style=style)
    for marking in piece.closes:
        (label,) = marking.labels
        # Closing brackets need a number only where the quotes are not inside each other.
        text.append(f"{label if label in view.crossing else ''}⟧", style=_style(quotes[label]))


def _show_note(console: Console, quote: CheckedQuote) -> None:
    label = Text(f"{'':{NOTE_INDENT}}{quote.number}  ", style=_style(quote))
    lines = [
        Text.assemble((draft_view.headline(quote), _style(quote)), f", {draft_view.attribution(quote)}"),
        Text(shown(draft_view.explained(quote))),
    ]
    for place, item in enumerate(draft_view.beside(quote)):
        if place == 0 and item.changes:
            lines.append(Text("draft  ", style="dim") + _marked(draft_view.claimed(quote, item)))
        lines += _beside(quote, item)
    for line in lines:
        parts = [line]
        if console.is_terminal:
            parts = list(line.wrap(console, max(20, console.width - len(label))))
        for part in parts:
            console.print(Text.assemble(label, part), soft_wrap=True)
            label = Text(" " * len(label))


def _beside(quote: CheckedQuote, item: Evidence) -> list[Text]:
    near = "nearest: " if quote.verdict is not None and not quote.verdict.evidence else ""
    first = Text(f"{near}{draft_view.where(item)}: ", style="dim")
    # An address of its own line can be clicked and copied.
    address = [Text(shown(item.report.url), style="dim")] if item.report.url else []
    return [first + _marked(draft_view.reported(quote, item)), *address]


def _marked(wording: Wording) -> Text:
    return marked(wording.text, wording.spans)


def _colour(quote: CheckedQuote) -> str | None:
    return COLOURS.get(draft_view.verdict_of(quote))


def _style(quote: CheckedQuote) -> Style:
    return Style(color=_colour(quote), bold=True)
