"""An attributed article on a terminal: its text with the quotes, below each paragraph who says them and why.

⟦1 …⟧ holds quote 1 with colour and without, so that a pipe, a colour-blind reader and a screen reader have
it too. On a terminal each speaker has a colour besides, and mentions and cues stand out.
"""

from __future__ import annotations

from typing import Final

from rich.console import Console
from rich.style import Style
from rich.text import Text

from api.commands import explanations
from api.commands.article_view import ArticleView, Note, Piece, ShownParagraph, shown
from attribution.models import Quote, Rejected

# The terminal's own colours: its theme makes them legible on its background, which a program cannot ask for.
# No red among them, which says "cannot tell".
COLOURS: Final = (
    "cyan", "magenta", "green", "yellow", "blue", "bright_magenta", "bright_cyan", "bright_green",
)  # fmt: skip
CANNOT_TELL: Final = "red"
NOTE_INDENT: Final = 4


def show_article(console: Console, article: ArticleView) -> None:
    """Print an article with its quotes and the notes on them.

    On a terminal the text is wrapped at its width; into a pipe each paragraph and note goes as one line.
    """
    console.print(_heading(article), soft_wrap=not console.is_terminal)
    notes = {note.label: note for paragraph in article.paragraphs for note in paragraph.notes}
    for paragraph in article.paragraphs:
        console.print()
        text = Text()
        for piece in paragraph.pieces:
            _append(text, article, piece, notes)
        console.print(text, soft_wrap=not console.is_terminal)
        _print_notes(console, paragraph)
    console.print()


def _heading(article: ArticleView) -> Text:
    named = article.quotes - article.undecided
    counts = [f"{article.quotes} quote{'s' * (article.quotes != 1)}"]
    if article.undecided:
        counts.append(f"{named} with a speaker, {article.undecided} where the engine cannot tell")
    if article.rejected:
        counts.append(
            f"{article.rejected} in marks that {'is' if article.rejected == 1 else 'are'} nobody's speech"
        )
    return Text.assemble((shown(article.name), "bold"), (f"  {'; '.join(counts)}", "dim"))


def _append(text: Text, article: ArticleView, piece: Piece, notes: dict[str, Note]) -> None:
    for marking in piece.opens:
        text.append(f"⟦{' '.join(marking.labels)} ", style=_label_style(notes[marking.labels[0]]))
    text.append(article.look(piece), style=_piece_style(piece, notes))
    for marking in piece.closes:
        # Closing brackets need a number only where the quotes are not inside each other.
        crossed = set(marking.labels) & article.crossing
        label = " ".join(marking.labels) if crossed else ""
        text.append(f"{label}⟧", style=_label_style(notes[marking.labels[0]]))


def _piece_style(piece: Piece, notes: dict[str, Note]) -> Style:
    style = Style()
    for marking in piece.markings:
        note = notes[marking.labels[0]]
        if marking.role == "rejected":
            style += Style(dim=True)
        elif marking.role == "quote":
            style += Style(color=_colour(note), underline=True)
        elif marking.role == "cue":
            style += Style(italic=True, bold=True)
        else:
            style += Style(color=_colour(note), bold=marking.role == "mention")
    return style


def _label_style(note: Note) -> Style:
    if isinstance(note.about, Rejected):
        return Style(dim=True)
    return Style(color=_colour(note), bold=True)


def _colour(note: Note) -> str:
    if note.colour is None:
        return CANNOT_TELL
    return COLOURS[note.colour % len(COLOURS)]


def _print_notes(console: Console, paragraph: ShownParagraph) -> None:
    width = max((len(note.label) for note in paragraph.notes), default=0)
    for note in paragraph.notes:
        label = Text(f"{'':{NOTE_INDENT}}{note.label:>{width}}  ", style=_label_style(note))
        lines = _note_lines(note)
        if console.is_terminal:
            room = max(20, console.width - len(label))
            lines = [part for line in lines for part in line.wrap(console, room)]
        # The number stands left of an indented block, however often its lines are wrapped.
        for line in lines:
            console.print(Text.assemble(label, line), soft_wrap=True)
            label = Text(" " * len(label))


def _note_lines(note: Note) -> list[Text]:
    about = note.about
    if isinstance(about, Rejected):
        return [Text(explanations.why_rejected(about), style="dim")]
    first = Text()
    if about.speaker is None:
        first.append(explanations.CANNOT_TELL, style=Style(color=CANNOT_TELL, bold=True))
    else:
        first.append(shown(about.speaker.name), style=_label_style(note))
        first.append(f" ({explanations.type_of(about.speaker.type)})")
        first.append(f", {explanations.how_sure(about)}")
    if about.kind != "direct":
        first.append(f", {about.kind}", style="dim")
    if note.first is not None:
        first.append(f", {explanations.piece_of(note.inside)} {note.first}")
    return [line for line in (first, _evidence(about), Text(explanations.how(about), style="dim")) if line]


def _evidence(quote: Quote) -> Text:
    text = Text()
    places = [f"“{shown(span.text)}”" for span in explanations.trail(quote)]
    if quote.speaker is not None and places and not explanations.trail_ends_in_name(quote):
        places.append(shown(quote.speaker.name))
    text.append(" → ".join(places))
    if quote.cue is not None:
        text.append(f"{', ' if places else ''}cue “{shown(quote.cue.text)}”")
    return text
