"""Who said each quote in a news article: text in, attributed quotes out."""

from attribution.errors import (
    AttributionError,
    EmptyTextError,
    NotTextError,
    PipelineError,
    TextTooLongError,
    UnsupportedLanguageError,
)
from attribution.models import AttributedText, Quote, Rejected, Span, Speaker

__all__ = [
    "AttributedText",
    "AttributionError",
    "EmptyTextError",
    "NotTextError",
    "PipelineError",
    "Quote",
    "Rejected",
    "Span",
    "Speaker",
    "TextTooLongError",
    "UnsupportedLanguageError",
]
