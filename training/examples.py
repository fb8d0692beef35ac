"""What the reader learns from, article by article, as it is kept between the steps of training."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]


@dataclass(slots=True)
class SpanExample:
    """One marked span with its candidates.

    Attributes:
        bounds: first and last word, marks included.
        rows: features of the candidates and of "none", shape (candidates + 1, features).
        heads: words of the candidates: mention's head and first word, cue or -1; shape (candidates, 3).
        right: which rows are right; ``None`` where the source is not annotated.
        row: features of the span.
        speech: whether it is speech; ``None`` where that is not sure.
    """

    bounds: tuple[int, int]
    rows: Floats
    heads: Integers
    right: NDArray[np.bool_] | None
    row: Floats
    speech: bool | None


@dataclass(slots=True)
class Report:
    """One attribution: the cue's head word, and the words of each role."""

    cue: int
    cue_words: list[int]
    source: list[int]
    content: list[int]


@dataclass(slots=True)
class ArticleExample:
    """One article as the reader learns from it; ``reports`` is ``None`` where nobody marked any."""

    id: str
    words: list[str]
    places: list[int]
    sentences: list[int]
    paragraphs: list[int]
    heads: list[int]
    deps: list[str]
    spans: list[SpanExample] = field(default_factory=list)
    reports: list[Report] | None = None


@dataclass(slots=True)
class AntecedentExample:
    """One mention with its candidates.

    Attributes:
        mention: head word, first word.
        rows, places: as `attribution.antecedents.Antecedents`.
        right: which rows are right, the last one being "none of these".
        chosen: the row that plain rules choose, or -1.
        kind: ``pronoun`` or ``description``.
    """

    mention: tuple[int, int]
    rows: NDArray[np.float32]
    places: NDArray[np.int64]
    right: NDArray[np.bool_]
    chosen: int
    kind: str
    first: int
