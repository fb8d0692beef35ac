"""The engine as spaCy component: ``nlp.add_pipe("quote_attribution")`` fills ``doc._.quotes``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spacy.language import Language
from spacy.tokens import Doc

from attribution.limits import DEFAULTS, Limits
from attribution.models import Quote, Rejected

if TYPE_CHECKING:
    from attribution.engine import Engine

_DEFAULTS: dict[str, Any] = {
    "min_speech": DEFAULTS.min_speech,
    "min_report": DEFAULTS.min_report,
    "min_confidence": DEFAULTS.min_confidence,
    "max_characters": DEFAULTS.max_characters,
}
# Plain records under one key: they travel between processes and are saved with the document.
_KEY = "quote_attribution"


def _quotes(doc: Doc) -> tuple[Quote, ...]:
    return tuple(Quote.from_dict(record) for record in doc.user_data.get(_KEY, {}).get("quotes", ()))


def _rejected(doc: Doc) -> tuple[Rejected, ...]:
    return tuple(Rejected(**record) for record in doc.user_data.get(_KEY, {}).get("rejected", ()))


class QuoteAttribution:
    """Pipeline step that sets ``doc._.quotes`` and ``doc._.rejected_quotes`` (tuples, in text order).

    It needs tags, trees, sentences, lemmas and names, so it stands at the pipeline's end. A document
    that the engine cannot take (empty, not English, too long) gets no quotes.
    """

    def __init__(
        self,
        nlp: Language,
        min_speech: float,
        min_report: float,
        min_confidence: float,
        max_characters: int,
    ) -> None:
        self._nlp: Language | None = nlp
        self._limits = {
            "min_speech": min_speech,
            "min_report": min_report,
            "min_confidence": min_confidence,
            "max_characters": max_characters,
        }
        self._engine: Engine | None = None
        if not Doc.has_extension("quotes"):
            Doc.set_extension("quotes", getter=_quotes)
            Doc.set_extension("rejected_quotes", getter=_rejected)

    def __call__(self, doc: Doc) -> Doc:
        """Attribute one document."""
        from attribution.engine import Engine
        from attribution.errors import AttributionError

        if self._engine is None:
            assert self._nlp is not None
            self._engine = Engine(self._nlp, Limits(**self._limits))  # type: ignore[arg-type]
        try:
            self._engine.check(doc.text)
            found = self._engine.attribute_doc(doc)
        except AttributionError:
            doc.user_data[_KEY] = {"quotes": [], "rejected": []}
        else:
            doc.user_data[_KEY] = {
                "quotes": [quote.to_dict() for quote in found.quotes],
                "rejected": [span.to_dict() for span in found.rejected],
            }
        return doc

    # The pipeline's own settings hold everything; there is nothing else to save.
    def to_disk(self, path: Path | str, *, exclude: Iterable[str] = ()) -> None:
        """Save nothing: the networks are part of the package."""

    def from_disk(self, path: Path | str, *, exclude: Iterable[str] = ()) -> QuoteAttribution:  # noqa: ARG002
        """Load nothing."""
        return self


@Language.factory(
    "quote_attribution",
    default_config=_DEFAULTS,
    assigns=["doc._.quotes", "doc._.rejected_quotes"],
    requires=["token.tag", "token.dep", "token.lemma", "doc.ents", "doc.sents"],
)
def make_quote_attribution(
    nlp: Language,
    name: str,  # noqa: ARG001
    min_speech: float,
    min_report: float,
    min_confidence: float,
    max_characters: int,
) -> QuoteAttribution:
    """Make the component for a pipeline; the settings are those of ``attribution.Limits``."""
    return QuoteAttribution(nlp, min_speech, min_report, min_confidence, max_characters)
