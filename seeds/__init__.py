"""The demo archive: invented news with gold annotation, written for this project.

People, outlets, places and events are invented; any likeness is chance. ``articles()`` is what
`quotetrace demo` loads; the two gold readers are for measuring. Everything is package data, so it works from
an installed wheel.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any

__all__ = [
    "GoldArticle",
    "GoldQuote",
    "GoldReport",
    "GoldStatement",
    "SeedArticle",
    "articles",
    "gold_quotes",
    "gold_statements",
]


@dataclass(frozen=True, slots=True)
class SeedArticle:
    """One article of the demo archive, as an outlet published it."""

    id: str
    outlet: str
    title: str
    url: str
    published: date
    text: str


@dataclass(frozen=True, slots=True)
class GoldQuote:
    """One marked span as a careful reader sees it.

    Attributes:
        start, end: half-open character offsets into the article's text, quote marks included.
        kind: ``speech``, or ``not_speech`` for titles, nicknames, signs and terms.
        speaker: the fullest form that the article gives, without titles; ``None`` for ``not_speech``.
        speaker_type: ``person``, ``organization``, ``unnamed`` or ``None``.
        mention: the words that name the source nearest to the quote.
        sure: false where another careful reader could differ.
        marks: ``both``, ``no opening``, ``no closing`` or ``none`` (a transcript).
        reason: why a ``not_speech`` span is nobody's speech.
    """

    start: int
    end: int
    kind: str
    speaker: str | None
    speaker_type: str | None
    mention: str
    sure: bool
    marks: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """The gold of one article: every marked span of its text, in order."""

    id: str
    text: str
    quotes: tuple[GoldQuote, ...]


@dataclass(frozen=True, slots=True)
class GoldReport:
    """One wording of a statement in one article; the pieces of a split quote are one report.

    ``relation`` is to the statement's fullest wording, ``fullest`` for that one itself; ``flag`` is one that
    the comparison must raise (``negation``, ``number``, ``modality``, ``truncation_reverses``); ``wire``
    names the agency story that the article is a copy of.
    """

    article: str
    outlet: str
    wire: str | None
    speaker: str
    relation: str
    flag: str | None
    spans: tuple[tuple[int, int], ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoldStatement:
    """One utterance as the archive reports it, with what a careful reader concludes."""

    id: str
    conclusion: str
    independent_sources: int
    reports: tuple[GoldReport, ...]


def articles() -> list[SeedArticle]:
    """Return the articles of the demo archive, oldest first."""
    return [
        SeedArticle(**{**record, "published": date.fromisoformat(record["published"])})
        for record in _records("articles.jsonl")
    ]


def gold_quotes() -> list[GoldArticle]:
    """Return the gold quotes of every article, in the order of ``articles()``."""
    return [
        GoldArticle(record["id"], record["text"], tuple(GoldQuote(**quote) for quote in record["quotes"]))
        for record in _records("gold_quotes.jsonl")
    ]


def gold_statements() -> list[GoldStatement]:
    """Return the gold statements, by id."""
    return [
        GoldStatement(
            record["id"],
            record["conclusion"],
            record["independent_sources"],
            tuple(
                GoldReport(
                    **{
                        **report,
                        "spans": tuple((start, end) for start, end in report["spans"]),
                        "words": tuple(report["words"]),
                    }
                )
                for report in record["reports"]
            ),
        )
        for record in _records("gold_statements.jsonl")
    ]


def _records(name: str) -> Iterator[dict[str, Any]]:
    with (resources.files(__name__) / name).open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
