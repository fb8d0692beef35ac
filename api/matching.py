"""Which reports hold some words, remembered exactly or not, and which come nearest."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from api.names import folded_name, may_be_same_person, name_key
from api.reports import (
    Report,
    ReportKey,
    compare_words,
    read_words,
    reports_of_quotes,
    reports_of_statements,
)
from api.search import QuoteFilters, candidates, find_quotes
from attribution.comparison import Comparison
from attribution.information import word_information
from attribution.wording import Wording

# How many quotes that share rare words are compared with the words asked for.
CANDIDATES: Final = 150
# Remembered words are inexact, and the person who asks has reason to ask.
REMEMBERED: Final = 6.0
# A report already linked to one that was found needs less.
LINKED: Final = 14.0
# A word that tells at least this much (one in 3,000) is worth looking up where nothing else was found.
TELLING: Final = 8.0
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
    session: AsyncSession, words: str, filters: QuoteFilters, prior: float = REMEMBERED
) -> tuple[list[Match], list[Match]]:
    """Return the reports that hold these words, and the nearest others, best first.

    ``prior`` is what speaks for a match besides the words (nats).
    """
    asked = read_words(words)
    if not asked.words:
        return [], []
    side_by_side = await find_quotes(session, replace(filters, words=words), limit=CANDIDATES)
    ids = [found.quote.id for found in side_by_side.items if found.quote.id is not None]
    ids += await candidates(session, words, CANDIDATES)
    matches: dict[ReportKey, Match] = {}
    others: list[Match] = []
    for report in await reports_of_quotes(session, ids):
        if not fits(report, filters):
            continue
        await asyncio.sleep(0)  # comparing is computing: let others have their turn
        found = compare_words(asked, report.words, prior)
        if found is None:
            continue
        match = _focused(report, found)
        if match is not None and (found.relation != "unrelated" or _holds_all(found)):
            matches[report.key] = match
        elif match is not None:
            others.append(match)
    # What is linked to a match may hold only some of the words ("dividing up").
    linked = {match.report.statement_id for match in matches.values() if match.report.statement_id}
    for report in await reports_of_statements(session, linked):
        if report.key in matches or not fits(report, filters):
            continue
        found = compare_words(asked, report.words, max(prior, LINKED))
        match = _focused(report, found) if found is not None and found.relation != "unrelated" else None
        if match is not None:
            matches[report.key] = match
    if matches:
        others = [match for match in others if match.report.key not in matches]
    elif not others:
        others = await _sharing_rare_words(session, asked, filters)
    others.sort(key=lambda match: -_shared_information(asked, match.report))
    return sorted(matches.values(), key=lambda match: match.fit, reverse=True), others[:MAX_NEAREST]


async def _sharing_rare_words(session: AsyncSession, asked: Wording, filters: QuoteFilters) -> list[Match]:
    """Return quotes that share the words asked for that tell the most: something to look at, no match."""
    telling = sorted({key for key in asked.keys if word_information(key) >= TELLING}, key=word_information)
    found: dict[ReportKey, Match] = {}
    for key in telling[-MAX_NEAREST:]:
        page = await find_quotes(session, replace(filters, words=key), limit=MAX_NEAREST)
        ids = [item.quote.id for item in page.items if item.quote.id is not None]
        for report in await reports_of_quotes(session, ids):
            whole = Comparison("unrelated", 0.0, 0.0)
            found[report.key] = Match(report, whole, 0, len(report.words.words))
    return list(found.values())


def _shared_information(asked: Wording, report: Report) -> float:
    """Return what the words tell that a report shares with those asked for, in nats."""
    return sum(word_information(key) for key in set(asked.keys) & set(report.words.keys))


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
