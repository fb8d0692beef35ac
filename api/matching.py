"""Which reports hold some words, remembered exactly or not, and which come nearest."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.names import folded_name, may_be_same_person, name_key
from api.records import Quote
from api.reports import (
    Report,
    ReportKey,
    compare_words,
    read_words,
    reports_of_quotes,
    reports_of_statements,
)
from api.search import QuoteFilters, candidates, find_quotes, folded_words, sharing_words, within
from attribution.comparison import ENOUGH, Comparison
from attribution.information import word_information
from attribution.wording import Wording

# How many quotes that share telling words are compared with the words asked for, at most, and how many at
# a time, since nearly always the first few are enough; within filters, of how many those are chosen that fit.
CANDIDATES: Final = 120
FIRST_PORTION: Final = 16
PORTION: Final = 48
MISSES: Final = 12
MANY_CANDIDATES: Final = 2_000
# Of a statement with more reports than this, the first ones are looked at.
MAX_REPORTS: Final = 500
# The evidence that is enough for one utterance was chosen among so many quotes (`attribution.comparison`).
FEW_QUOTES: Final = 8_110
# Remembered words are inexact, and the person who asks has reason to ask.
REMEMBERED: Final = 6.0
# A report already linked to one that was found needs less.
LINKED: Final = 14.0
MAX_NEAREST: Final = 5


@dataclass(frozen=True, slots=True)
class Match:
    """A report that holds words asked for: how they compare, and the passage about them.

    ``comparison`` is from the words asked for (side ``a``) to the report's wording (side ``b``);
    ``first`` and ``last`` are the half-open word range of the passage in ``report.words``.
    """

    report: Report
    comparison: Comparison
    first: int
    last: int

    @property
    def fit(self) -> float:
        """Order matches: the words as asked first, then by evidence."""
        exact = self.comparison.relation in ("verbatim", "truncated") or _holds_all(self.comparison)
        return (1000.0 if exact else 0.0) + self.comparison.evidence


async def find_matches(
    session: AsyncSession,
    words: str,
    filters: QuoteFilters,
    prior: Callable[[Report], float] = lambda _: REMEMBERED,
) -> tuple[list[Match], list[Match]]:
    """Return the reports that hold these words, and the nearest others, best first.

    ``prior`` tells of a report what speaks for a match besides the words (nats).
    """
    asked = read_words(words)
    if not asked.words:
        return [], []
    matches: dict[ReportKey, Match] = {}
    others: list[Match] = []
    compared: dict[tuple[str, float], Comparison | None] = {}

    quotes: int | None = None

    async def weigh(report: Report, prior: float) -> tuple[Match | None, bool]:
        """Compare once with each wording: what everybody prints alike is compared once."""
        nonlocal quotes
        key = (report.wording, prior)
        if key not in compared:
            await asyncio.sleep(0)  # comparing is computing: let others have their turn
            compared[key] = compare_words(asked, report.words, prior)
        found = compared[key]
        match = _focused(report, found) if found is not None else None
        if found is None:
            return match, False
        if _is_part(found):
            if quotes is None:  # hardly ever asked for
                quotes = (await session.exec(select(func.max(col(Quote.id))))).one() or 0
            if _by_chance(found, asked, report, prior, quotes):
                return match, False
        return match, found.relation != "unrelated" or _holds_all(found)

    ids = await _candidates(session, words, filters)
    misses = 0
    for start, end in pairwise([0, *range(FIRST_PORTION, len(ids), PORTION), len(ids)]):
        for report in await reports_of_quotes(session, ids[start:end]):
            if report.key in matches or not fits(report, filters):
                continue
            match, holds = await weigh(report, prior(report))
            misses = 0 if holds else misses + 1
            if match is not None and holds:
                matches[report.key] = match
            elif match is not None:
                others.append(match)
            if misses >= MISSES:
                break
        # They come likeliest first: where so many in a row do not hold the words, the next will not.
        if misses >= MISSES:
            break
    # What is linked to a match may hold only some of the words ("dividing up").
    linked = {
        match.report.statement_id
        for match in matches.values()
        # Words in everybody's mouth link nothing.
        if match.report.statement_id and match.comparison.relation != "unrelated"
    }
    known = [piece.quote_id for match in matches.values() for piece in match.report.pieces]
    for report in await reports_of_statements(session, linked, MAX_REPORTS, known):
        if not fits(report, filters):
            continue
        match, holds = await weigh(report, max(prior(report), LINKED))
        if match is not None and holds and match.comparison.relation != "unrelated":
            matches[report.key] = match
    if matches:
        others = [match for match in others if match.report.key not in matches]
    elif len(others) < MAX_NEAREST:
        others += await _sharing_words(session, asked, filters, {match.report.key for match in others})
    others.sort(key=lambda match: -_shared_information(asked, match.report))
    return sorted(matches.values(), key=lambda match: match.fit, reverse=True), others[:MAX_NEAREST]


async def _candidates(session: AsyncSession, words: str, filters: QuoteFilters) -> list[int]:
    """Return ids of quotes within the filters that may hold the words, likeliest first."""
    if replace(filters, words=None) == QuoteFilters():
        return await candidates(session, words, CANDIDATES)
    holding = await find_quotes(session, replace(filters, words=words), limit=CANDIDATES)
    ids = [found.quote.id for found in holding.items if found.quote.id is not None]
    ids += await within(session, await candidates(session, words, MANY_CANDIDATES), filters)
    return list(dict.fromkeys(ids))[: 2 * CANDIDATES]


async def _sharing_words(
    session: AsyncSession, asked: Wording, filters: QuoteFilters, known: Collection[ReportKey]
) -> list[Match]:
    """Return quotes that share some of the words asked for: something to look at, no match."""
    ids = await sharing_words(session, folded_words(asked.text), MANY_CANDIDATES)
    ids = (await within(session, ids, filters))[:MAX_NEAREST]
    whole = Comparison("unrelated", 0.0, 0.0)
    return [
        Match(report, whole, 0, len(report.words.words))
        for report in await reports_of_quotes(session, ids)
        if report.key not in known and fits(report, filters)
    ]


def _shared_information(asked: Wording, report: Report) -> float:
    """Return what the words tell that a report shares with those asked for, in nats."""
    # The exact sum, since the order of a set is another one each time.
    return math.fsum(word_information(key) for key in set(asked.keys) & set(report.words.keys))


def fits(report: Report, filters: QuoteFilters) -> bool:
    """Tell whether a report is among those that the filters leave."""
    if filters.speaker is not None and not is_speaker(report, filters.speaker):
        return False
    if filters.outlet is not None and folded_name(report.outlet) != folded_name(filters.outlet):
        return False
    if filters.since is not None and (report.published is None or report.published < filters.since):
        return False
    if filters.until is not None and (report.published is None or report.published > filters.until):
        return False
    return (
        (filters.kind is None or report.kind == filters.kind)
        and (filters.min_confidence is None or report.confidence >= filters.min_confidence)
        and (filters.article_id is None or report.article_id == filters.article_id)
        and (filters.speaker_id is None or report.speaker_id == filters.speaker_id)
    )


def is_speaker(report: Report, name: str) -> bool:
    """Tell whether a report's speaker can be meant by a name; never where nobody is named."""
    wanted = set(name_key(name).split())
    return any(
        may_be_same_person(known, name) or wanted <= set(name_key(known).split())
        for known in report.known_names
    )


def _holds_all(found: Comparison) -> bool:
    """Tell whether the report holds exactly the words asked for, telling or not."""
    return found.shorter == "a" and not found.changes and found.score > 0


def _is_part(found: Comparison) -> bool:
    """Tell whether the report has only a part of the words asked for."""
    return found.relation == "truncated" and found.shorter == "b"


def _by_chance(found: Comparison, asked: Wording, report: Report, prior: float, quotes: int) -> bool:
    """Tell whether a short quote, a part of the words asked for, can well stand among them by chance.

    The more quotes an archive has, and the more places the words have, the likelier one of them does: each
    adds its logarithm to the evidence that is wanted.
    """
    places = max(1.0, len(asked.words) / max(1, len(report.words.words)))
    chance = math.log(places) + math.log(max(1.0, quotes / FEW_QUOTES))
    return found.evidence + prior < ENOUGH + chance


def _focused(report: Report, found: Comparison) -> Match | None:
    """Return the match with the sentences of the report about the common stretch."""
    stretch = found.stretch_b
    if stretch is None:
        return None
    words = report.words
    inside = [n for n, word in enumerate(words.words) if word.end > stretch[0] and word.start < stretch[1]]
    if not inside:
        return None
    first, last = words.sentences(inside[0], inside[-1] + 1)
    return Match(report, found, first, last)
