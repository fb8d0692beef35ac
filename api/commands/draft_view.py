"""A checked draft made ready to be shown: its text in pieces, its counts, and the wordings side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from api.commands import explanations
from api.commands.article_view import ArticleView, Note, ShownParagraph, cut, shown
from api.drafts import CheckedDraft, CheckedQuote
from api.reports import compare_words, read_words
from api.verdicts import Evidence

# Reports shown below a quote that a person must look at, and of those that only come near; below any other
# quote the best one is. All of them are in the answer for programs.
SHOWN: Final = 3
SHOWN_NEAREST: Final = 2
# Of a longer wording only the part about the claim is shown, with so much around it.
LONGEST: Final = 300
AROUND: Final = 60


@dataclass(frozen=True, slots=True)
class Wording:
    """A wording beside another one; ``spans`` are the half-open offsets of what differs, empty where the
    other has words that this one lacks.
    """

    text: str
    spans: tuple[tuple[int, int], ...] = ()


def view_draft(name: str, draft: CheckedDraft) -> ArticleView:
    """Cut a draft into pieces; the label of each quote, and of all its pieces, is its number."""
    found = {(quote.start, quote.end, quote.kind == "indirect"): quote for quote in draft.attributed.quotes}
    notes = [
        Note(str(quote.number), found[piece.start, piece.end, quote.is_paraphrase])
        for quote in draft.quotes
        for piece in quote.pieces
    ]
    notes.sort(key=lambda note: (note.about.start, -note.about.end))
    return cut(name, draft.attributed, notes)


def begins_in(paragraph: ShownParagraph, quotes: Mapping[str, CheckedQuote]) -> list[str]:
    """Return the labels of the quotes that begin in a paragraph: their verdicts stand below it."""
    firsts = {(label, quote.pieces[0].start) for label, quote in quotes.items()}
    return [note.label for note in paragraph.notes if (note.label, note.about.start) in firsts]


def counts(draft: CheckedDraft) -> str:
    """Return how many quotes there are, and of each verdict how many."""
    number = len(draft.quotes)
    told = [f"{count} {verdict_name(verdict)}" for verdict, count in draft.counts.items() if count]
    if unchecked := sum(quote.verdict is None for quote in draft.quotes):
        told.append(f"{unchecked} without words")
    return f"{number or 'no'} quote{'s' * (number != 1)}{': ' if told else ''}{', '.join(told)}"


def verdict_name(verdict: str | None) -> str:
    """Return a verdict as people read it."""
    return verdict.replace("_", " ") if verdict else "not checked"


def verdict_of(quote: CheckedQuote) -> str | None:
    """Return the code of a quote's verdict, or ``None`` where it has none."""
    return quote.verdict.verdict if quote.verdict is not None else None


def headline(quote: CheckedQuote) -> str:
    """Return the verdict with what its difference touches."""
    flags = ", ".join(flag.replace("_", " ") for flag in quote.verdict.flags) if quote.verdict else ""
    return f"{verdict_name(verdict_of(quote))}{f' ({flags})' if flags else ''}"


def attribution(quote: CheckedQuote) -> str:
    """Return in one line to whom the draft gives the words, and how."""
    told = ["the draft does not tell clearly who says it"]
    if quote.speaker is not None:
        told = [f"{shown(quote.speaker.name)} in the draft", explanations.sureness(quote.confidence)]
    if quote.mention is not None and quote.speaker is not None and quote.mention.text != quote.speaker.name:
        told.append(f"named “{shown(quote.mention.text)}”")
    if quote.cue is not None:
        told.append(f"cue “{shown(quote.cue.text)}”")
    if quote.kind != "direct":
        told.append("a paraphrase, without quote marks" if quote.is_paraphrase else quote.kind)
    return ", ".join(told)


def explained(quote: CheckedQuote) -> str:
    """Return the verdict's explanation, or why there is none."""
    return quote.verdict.explanation if quote.verdict is not None else "It holds no words to look for."


def beside(quote: CheckedQuote) -> tuple[Evidence, ...]:
    """Return the reports to show: different speakers or wordings, the best first."""
    if quote.verdict is None:
        return ()
    chosen: dict[tuple[str | None, tuple[str, ...]], Evidence] = {}
    for item in quote.verdict.evidence or quote.verdict.nearest:
        chosen.setdefault((item.report.speaker, item.report.words.keys), item)
    most = SHOWN if quote.verdict.evidence else SHOWN_NEAREST
    return tuple(chosen.values())[: most if quote.look is not None else 1]


def claimed(quote: CheckedQuote, item: Evidence) -> Wording:
    """Return the draft's wording with what differs from a report."""
    return _excerpt(quote.words, tuple((change.a.start, change.a.end) for change in item.changes), None)


def reported(quote: CheckedQuote, item: Evidence) -> Wording:
    """Return a report's wording with what differs from the draft's; of a long one the part about it."""
    wording = item.report.wording
    spans = tuple((change.b.start, change.b.end) for change in item.changes)
    stretch = None
    if len(wording) > LONGEST and not spans:
        found = compare_words(read_words(quote.words), read_words(wording), prior=0.0)
        stretch = found.stretch_b if found else None
    return _excerpt(wording, spans, stretch)


def where(item: Evidence) -> str:
    """Return outlet, day and speaker of a report, for a person."""
    report = item.report
    day = f", {report.published}" if report.published else ""
    kind = ", paraphrase" if report.is_paraphrase else ""
    return shown(f"{report.outlet}{day}, {report.speaker or 'speaker not known'}{kind}")


def _excerpt(text: str, spans: tuple[tuple[int, int], ...], stretch: tuple[int, int] | None) -> Wording:
    """Cut a long text to what is around its first difference, or around ``stretch``."""
    if len(text) <= LONGEST:
        return Wording(text, spans)
    anchor = stretch[0] if stretch else min((start for start, _ in spans), default=0)
    words = read_words(text).words
    start = max((word.start for word in words if word.start <= max(0, anchor - AROUND)), default=0)
    end = min((word.end for word in words if word.end >= start + LONGEST), default=len(text))
    lead = "… " if start else ""
    moved = len(lead) - start
    return Wording(
        f"{lead}{text[start:end]}{' …' if end < len(text) else ''}",
        tuple((first + moved, last + moved) for first, last in spans if start <= first and last <= end),
    )
