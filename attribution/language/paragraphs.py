"""No sentence runs over the end of a paragraph: told to the parser before it reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc

from attribution.marks import find_paragraphs

FACTORY: Final = "paragraph_boundaries"


def set_paragraph_boundaries(doc: Doc) -> Doc:
    """Start a sentence at the first word of each paragraph; line breaks go with the one before.

    Returns:
        The same document. All other boundaries are left to the parser.
    """
    starts = {paragraph.start for paragraph in find_paragraphs(doc.text)}
    for token in doc:
        if token.i and token.idx in starts:
            token.is_sent_start = True
            # The line break itself must not become a sentence of its own.
            if doc[token.i - 1].is_space and token.i > 1:
                doc[token.i - 1].is_sent_start = False
    return doc


@Language.factory(FACTORY, assigns=["token.is_sent_start"], retokenizes=False)
def make_paragraph_boundaries(nlp: Language, name: str) -> Callable[[Doc], Doc]:  # noqa: ARG001
    """Make the component; it has no settings."""
    return set_paragraph_boundaries
