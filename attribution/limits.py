"""What the engine takes on, and how sure it has to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """What the engine takes on; beyond it an error says so, nothing is cut silently.

    Attributes:
        max_characters: longest text; about 30 times a long news article.
        max_marked_spans: most spans in quote marks in one text.
        max_coreference_tokens: longer texts are resolved without the coreference model, whose time
            grows faster than the text.
        max_seconds: for linking quotes to speakers, after the pipeline has read the text; real articles
            take a hundredth of it.
        min_speech: a marked span less likely than this to be speech is turned away.
        min_report: reported speech without marks less likely than this to be somebody's is not listed.
        min_confidence: a speaker less likely than this to be right is not given.
    """

    max_characters: int = 200_000
    max_marked_spans: int = 2_000
    max_coreference_tokens: int = 8_000
    max_seconds: float = 60.0
    min_speech: float = 0.12
    min_confidence: float = 0.25
    min_report: float = 0.4


DEFAULTS: Final = Limits()
