"""When an utterance appeared, how it spread from outlet to outlet, and when its wording changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from api.reports import Report, by_date, compare_words, read_words
from attribution.comparison import ENOUGH, Relation

# The words, and where an editor marked that some are left out.
_Key = tuple[tuple[str, ...], frozenset[int]]


class Wording(Protocol):
    """What one report says of an utterance: the whole of it, or the passage about the words asked for."""

    @property
    def report(self) -> Report:
        """The report that the words stand in."""

    @property
    def text(self) -> str:
        """The words."""

    @property
    def is_paraphrase(self) -> bool:
        """Whether they are the reporter's own."""


@dataclass(frozen=True, slots=True)
class TakenUp:
    """When an outlet took an utterance up: its first report of it.

    ``wording`` is the number of the wording it had then, ``None`` for a paraphrase; ``reports`` counts all
    that it has published of the utterance.
    """

    outlet: str
    published: date | None
    article_id: int
    quote_id: int
    wording: int | None
    reports: int


@dataclass(frozen=True, slots=True)
class WordingStep:
    """One wording in quote marks, from its first appearance on; case, punctuation and the like do not count.

    Attributes:
        number: counts from 1 in the order of appearance.
        text: as it stood in the first report that has it.
        first: when that was published.
        outlets: who has printed it, in the order in which they did.
        changed: words were altered, or left out without a mark, against the first wording. A part of it, or
            another part of the same passage, is no change.
        relation, flags: to the first wording; ``verbatim`` for the first itself, ``unrelated`` for another
            part of the utterance.
    """

    number: int
    text: str
    first: date | None
    article_id: int
    quote_id: int
    outlets: tuple[str, ...]
    relation: Relation
    flags: tuple[str, ...]
    changed: bool


@dataclass(frozen=True, slots=True)
class TimeLine:
    """How an utterance spread. What has no date stands last, since nobody can tell when it was.

    Attributes:
        first: the day on which it first appeared, where one is known.
        last: the day of the latest report.
        outlets: each outlet with its first report, in the order in which they took the utterance up.
        wordings: each wording in quote marks, in the order of appearance.
    """

    first: date | None
    last: date | None
    outlets: tuple[TakenUp, ...]
    wordings: tuple[WordingStep, ...]


def time_line(wordings: Iterable[Wording]) -> TimeLine:
    """Return the time line of what several reports say of one utterance. Pure; any order will do."""
    ordered = sorted(wordings, key=lambda wording: by_date(wording.report))
    numbers: dict[_Key, int] = {}
    of_each: list[list[Wording]] = []
    of_outlets: dict[str, list[Wording]] = {}
    for wording in ordered:
        of_outlets.setdefault(wording.report.outlet, []).append(wording)
        if not wording.is_paraphrase:
            key = _key(wording)
            if key not in numbers:
                numbers[key] = len(of_each)
                of_each.append([])
            of_each[numbers[key]].append(wording)

    def number_of(wording: Wording) -> int | None:
        return None if wording.is_paraphrase else numbers[_key(wording)] + 1

    days = [wording.report.published for wording in ordered if wording.report.published is not None]
    return TimeLine(
        min(days, default=None),
        max(days, default=None),
        tuple(
            TakenUp(
                outlet,
                printed[0].report.published,
                printed[0].report.article_id,
                printed[0].report.quote_id,
                number_of(printed[0]),
                len(printed),
            )
            for outlet, printed in of_outlets.items()
        ),
        tuple(_step(number, printed, of_each[0][0]) for number, printed in enumerate(of_each, 1)),
    )


def _key(wording: Wording) -> _Key:
    words = read_words(wording.text)
    return words.keys, words.gaps


def _step(number: int, printed: list[Wording], first: Wording) -> WordingStep:
    begun = printed[0]
    found = None
    if begun is not first:
        found = compare_words(read_words(first.text), read_words(begun.text), ENOUGH)
    relation: Relation = "verbatim" if begun is first else found.relation if found else "unrelated"
    return WordingStep(
        number,
        begun.text,
        begun.report.published,
        begun.report.article_id,
        begun.report.quote_id,
        tuple(dict.fromkeys(wording.report.outlet for wording in printed)),
        relation,
        found.flags if found else (),
        relation == "altered" or (relation == "elided" and found is not None and not found.marked),
    )
