"""Who said each quote in a news article: text in, attributed quotes out.

>>> from attribution import Engine
>>> for quote in Engine().attribute("“It is done,” said Ada Obi.").quotes:
...     print(quote.speaker.name, quote.text)
Ada Obi “It is done,”
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attribution.errors import (
    AttributionError,
    EmptyTextError,
    NotTextError,
    PipelineError,
    TextTooLongError,
    TooSlowError,
    UnsupportedLanguageError,
    WorkerDiedError,
)
from attribution.limits import Limits
from attribution.models import AttributedText, Kind, Quote, Rejected, Span, Speaker, SpeakerType

if TYPE_CHECKING:
    from attribution.engine import Engine

__all__ = [
    "AttributedText",
    "AttributionError",
    "EmptyTextError",
    "Engine",
    "Kind",
    "Limits",
    "NotTextError",
    "PipelineError",
    "Quote",
    "Rejected",
    "Span",
    "Speaker",
    "SpeakerType",
    "TextTooLongError",
    "TooSlowError",
    "UnsupportedLanguageError",
    "WorkerDiedError",
]


def __getattr__(name: str) -> Any:
    # spaCy takes a second to import; who only compares wordings or reads records must not pay for it.
    if name == "Engine":
        from attribution.engine import Engine

        return Engine
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
