"""How wordings look on a terminal: the differing words stand out, with or without colour."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

from rich.text import Text

from attribution.comparison import Relation

MEANINGS: Final[dict[Relation, str]] = {
    "verbatim": "the same words",
    "truncated": "one is a contiguous part of the other",
    "elided": "words were left out, or all edits are marked, or both overlap in one passage",
    "altered": "one utterance in different words",
    "unrelated": "different utterances, or too little in common to tell",
}


def marked(text: str, spans: Sequence[tuple[int, int]]) -> Text:
    """Return a text in one line whose ``spans`` (half-open offsets) stand out in bold and brackets.

    Brackets as well as colour, so that a pipe, a colour-blind reader and a screen reader have them too.
    An empty span shows as ``‸``: here the other wording has words.
    """
    shown = Text()
    at = 0
    for start, end in sorted(spans):
        if start < at:
            continue
        shown.append(_printable(text[at:start]))
        shown.append("‸" if start == end else f"⟦{_printable(text[start:end])}⟧", style="bold magenta")
        at = end
    shown.append(_printable(text[at:]))
    return shown


def _printable(text: str) -> str:
    """Fold white space, and show control characters and lone surrogates as a replacement character."""
    folded = "".join(" " if char.isspace() else char for char in text)
    shown = "".join("\ufffd" if unicodedata.category(char) in ("Cc", "Cs") else char for char in folded)
    lead = " " if shown[:1] == " " else ""
    trail = " " if shown[-1:] == " " and shown.strip() else ""
    return lead + " ".join(shown.split()) + trail
