"""Quotes of one utterance, and how consistently it is reported: link, report, ask.

Two reports are linked where their words, and what is known of speaker and date, make one utterance
likelier than chance (`same_utterance`). A statement is a connected component of these links, so it does
not depend on the order in which articles came in. Only current revisions count.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from itertools import combinations
from typing import Any, Final, Literal

from sqlalchemy import delete, func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.copies import independent_groups, shingles
from api.names import folded_name, may_be_same_person, name_key
from api.records import Article, Outlet, Quote, Revision, Statement
from api.reports import Report, ReportKey, agree, by_date, reports_of_quotes, reports_of_statements
from api.search import FUNCTION_WORDS, QuoteFilters, candidates, find_quotes, folded_words
from attribution.changes import Change
from attribution.comparison import (
    ENOUGH,
    Comparison,
    Relation,
    WordingTooLongError,
    compare_wordings,
)
from attribution.information import word_information
from attribution.wording import Wording

Conclusion = Literal["consistent", "wording differs", "speaker differs", "single source", "paraphrased"]
# How a report's wording compares; a paraphrase is the reporter's wording, so nothing in it was altered.
Wordings = Relation | Literal["paraphrase"]

# Evidence from outside the words (nats). In PolNeAR's train part, of fragments of two or three telling
# words that two articles share, those of one speaker report one utterance from about 15 nats on, those
# of two speakers hardly ever below 35.
SAME_SPEAKER: Final = 8.0
OTHER_SPEAKER: Final = -14.0
# News of one event appears within days; the same words half a year later are a slogan or a new occasion.
NEAR_DAYS: Final = 3
NEAR: Final = 2.0
FAR_DAYS: Final = 60
FAR: Final = -6.0
# Fewer content words than this is a short fragment: two speakers, or dates this far apart, keep it apart.
SHORT_CONTENT: Final = 5
SHORT_DAYS: Final = 45
# Two speeches longer than this many words are told by their beginnings.
LONG_SPEECH: Final = 2_000
# How many quotes that share rare words are compared with a new one.
CANDIDATES: Final = 150
# A statement of more reports than this is not taken apart again when one of its articles is revised.
MAX_RELINKED: Final = 400
# Of so many reports a person's decision works out the statements anew; a report takes some 10 milliseconds,
# while other writers wait. Whom the others name is shown rightly all the same.
MAX_DECIDED: Final = 100
# Remembered words are inexact, and the person who asks has reason to ask.
REMEMBERED: Final = 6.0
# A report already linked to one that was found needs less.
LINKED: Final = 14.0
# A word that tells at least this much (one in 3,000) is worth looking up where nothing else was found.
TELLING: Final = 8.0
# Answers hold so many statements at most, the likeliest first.
MAX_STATEMENTS: Final = 20
MAX_NEAREST: Final = 5


@dataclass(frozen=True, slots=True)
class Searched:
    """What an answer rests on: the articles that were searched, and their published dates."""

    articles: int
    outlets: int
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class Variant:
    """One outlet's wording beside the fullest one.

    Attributes:
        report: where it stands, who is named as its speaker.
        start, end: the part of ``report.wording`` that was compared (all of it in a statement's report,
            the passage about the words asked for in an answer), as offsets into ``report.wording``.
        text: that part.
        places: where it stands in the article's text, one span for each pair of quote marks it touches.
        relation: to the reference wording; ``verbatim`` for the reference itself; ``paraphrase``, without
            changes and flags, for what is reported without quote marks.
        compared_to: quote id of the reference: the fullest wording, or where this report is of another
            part of the passage than the fullest, the fullest that overlaps it.
        changes: from the reference (side ``a``) to this wording (side ``b``); offsets into the wordings.
        fullest: this is the statement's fullest wording.
    """

    report: Report
    start: int
    end: int
    text: str
    places: tuple[tuple[int, int], ...]
    relation: Wordings
    score: float
    compared_to: int
    changes: tuple[Change, ...]
    flags: tuple[str, ...]
    marked: bool
    fullest: bool

    @property
    def consistent(self) -> bool:
        """Whether this wording says the same words: verbatim, truncated, or only marked elisions."""
        return self.relation in ("verbatim", "truncated") or (self.relation == "elided" and self.marked)

    @property
    def is_paraphrase(self) -> bool:
        """Say whether the wording is the reporter's, not the speaker's."""
        return self.report.is_paraphrase


@dataclass(frozen=True, slots=True)
class StatementReport:
    """One utterance, outlet by outlet.

    Attributes:
        id: the statement's id; ``None`` where its quotes are in none.
        fullest: the fullest wording, of those in quote marks if there is one.
        speakers: the different speakers named, each in the fullest form, most reports first.
        first: the report that appeared first.
        outlets: how many outlets quote it.
        independent_sources: articles that quote it, copies of one text and articles of one outlet counted
            once.
        sources: the same, article by article: each inner tuple holds the ids of one independent source.
        paraphrases: reports without quote marks; where there are no others, the numbers above count these.
        conclusion: what it comes to.
        variants: the fullest first, then by date.
    """

    id: int | None
    fullest: str
    speakers: tuple[str, ...]
    first: Report
    outlets: int
    independent_sources: int
    sources: tuple[tuple[int, ...], ...]
    conclusion: Conclusion
    paraphrases: int
    variants: tuple[Variant, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready record."""
        record: dict[str, Any] = plain(self)
        return record


@dataclass(frozen=True, slots=True)
class WhoAnswer:
    """Who said some words, where, and how consistently.

    ``statements`` are the utterances that hold the words, likeliest first; ``nearest`` the wordings that
    come closest where there is none. ``conclusion`` and ``speakers`` are those of the first statement.
    """

    words: str
    conclusion: Conclusion | None
    speakers: tuple[str, ...]
    statements: tuple[StatementReport, ...]
    nearest: tuple[Variant, ...]
    searched: Searched

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready record."""
        record: dict[str, Any] = plain(self)
        return record


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


async def link_quotes(session: AsyncSession, quotes: Sequence[Quote]) -> None:
    """Put newly added quotes into statements, within the caller's transaction; nothing is committed here.

    Quotes of earlier revisions of the same articles leave their statements, which may fall apart.
    """
    await session.flush()
    await _leave_superseded(session, {quote.revision_id for quote in quotes})
    records = {quote.id: quote for quote in quotes if quote.id is not None}
    reports = await reports_of_quotes(session, records)
    near = {report.key: await candidates(session, report.wording, CANDIDATES) for report in reports}
    others = {
        piece.quote_id: other
        for other in await reports_of_quotes(session, (id for found in near.values() for id in found))
        for piece in other.pieces
    }
    # The statements that are there, and the new reports, each by itself; then every link joins two.
    parts: list[tuple[set[int], list[Report]]] = []
    for report in reports:
        await asyncio.sleep(0)  # comparing is computing: let others have their turn
        linked = {
            other.key: other
            for other in (others[id] for id in near[report.key] if id in others)
            if other.key != report.key and same_utterance(report, other)
        }
        old = {other.statement_id for other in linked.values() if other.statement_id is not None}
        joined = [part for part in parts if part[0] & old or any(member.key in linked for member in part[1])]
        merged = (
            old.union(*(part[0] for part in joined)),
            [m for part in joined for m in part[1]] + [report],
        )
        parts = [part for part in parts if part not in joined] + [merged]
    founded = [Statement() for old, _ in parts if not old]
    session.add_all(founded)
    await session.flush()
    fresh = iter(founded)
    for old, members in parts:
        target = min(old) if old else next(fresh).id
        for member in members:
            for piece in member.pieces:
                records[piece.quote_id].statement_id = target
        await _merge(session, old - {target}, target)
    await session.flush()


async def relink(
    session: AsyncSession, quote_ids: Iterable[int], among: Collection[int] = ()
) -> tuple[int, int]:
    """Work out anew which statements these quotes belong to, for whose words they are is now told otherwise.

    A statement keeps its number as long as its first report stays. Nothing is committed here.

    Args:
        session: a session in a writing transaction.
        quote_ids: the quotes.
        among: speaker records; where given, only quotes of these can be newly linked, since nothing is told
            otherwise of the rest.

    Returns:
        The numbers of reports that were looked at, and of those beyond `MAX_DECIDED` that were not.
    """
    await session.flush()
    reports = await reports_of_quotes(session, quote_ids)
    statements: set[int] = set()
    for report in reports[:MAX_DECIDED]:
        await asyncio.sleep(0)  # comparing is computing: let others have their turn
        ids = await candidates(session, report.wording, CANDIDATES)
        if among:
            of_them = select(Quote.id).where(col(Quote.id).in_(ids), col(Quote.speaker_id).in_(among))
            ids = [id for id in await session.exec(of_them) if id is not None]
        near = await reports_of_quotes(session, ids)
        linked = {
            other.statement_id
            for other in near
            if other.key != report.key and same_utterance(report, other) and other.statement_id is not None
        }
        own = [piece.quote_id for piece in report.pieces]
        mine = (await session.exec(select(Quote.statement_id).where(col(Quote.id).in_(own)))).first()
        joined = linked | ({mine} if mine is not None else set())
        if joined:
            target = min(joined)
            await _merge(session, joined - {target}, target)
            statements = (statements - joined) | {target}
    for statement_id in sorted(statements):
        members = await reports_of_statements(session, [statement_id])
        if len(members) <= MAX_RELINKED:
            for part in _components(members)[1:]:
                await _move(session, part, await _new_statement(session))
    await session.flush()
    return min(len(reports), MAX_DECIDED), max(0, len(reports) - MAX_DECIDED)


def same_utterance(one: Report, other: Report) -> Comparison | None:
    """Compare two reports; return the comparison where both report one utterance, else ``None``."""
    agreed = agree(one, other)
    if agreed is False and (one.is_paraphrase or other.is_paraphrase):
        return None  # two people who mean the same, not two who are said to have said the same words
    days = _days_apart(one, other)
    short = min(_content_words(one), _content_words(other)) < SHORT_CONTENT
    if short and (agreed is False or (days is not None and days > SHORT_DAYS)):
        return None
    prior = {True: SAME_SPEAKER, False: OTHER_SPEAKER, None: 0.0}[agreed]
    if agreed is None and _two_unnamed(one, other):
        prior += OTHER_SPEAKER
    if days is not None:
        prior += NEAR if days <= NEAR_DAYS else FAR if days > FAR_DAYS else 0.0
    words, others = one.words, other.words
    if min(len(words.words), len(others.words)) > LONG_SPEECH:
        words, others = words.cut(0, LONG_SPEECH), others.cut(0, LONG_SPEECH)
    found = _compare(words, others, prior)
    if found is None or found.relation == "unrelated" or found.evidence + prior < ENOUGH:
        return None
    return found


async def statement_report(session: AsyncSession, statement_id: int) -> StatementReport | None:
    """Return how a statement is reported, or ``None`` where there is no such statement with quotes."""
    reports = await reports_of_statements(session, [statement_id])
    if not reports:
        return None
    return await _consistency(
        session, statement_id, [(report, 0, len(report.words.words)) for report in reports]
    )


async def who_said(session: AsyncSession, words: str, filters: QuoteFilters | None = None) -> WhoAnswer:
    """Return who said these words, where, and how consistently.

    ``words`` may be remembered inexactly. The comparison looks at the passage about them only: the
    sentences of each report that hold them. ``filters`` narrow what is searched (their own ``words`` are
    not used).
    """
    filters = filters or QuoteFilters()
    matches, nearest = await find_matches(session, words, filters)
    groups: dict[int | None, list[Match]] = {}
    for match in matches:
        groups.setdefault(match.report.statement_id, []).append(match)
    ranked = sorted(
        groups.items(),
        key=lambda item: (
            max(_fit(match) for match in item[1]),
            len({match.report.outlet for match in item[1]}),
            -min(match.report.quote_id for match in item[1]),
        ),
        reverse=True,
    )
    statements = [
        await _consistency(session, id, [(match.report, match.first, match.last) for match in group])
        for id, group in ranked[:MAX_STATEMENTS]
    ]
    return WhoAnswer(
        words,
        statements[0].conclusion if statements else None,
        statements[0].speakers if statements else (),
        tuple(statements),
        tuple(_asked(match) for match in nearest) if not statements else (),
        await searched(session, filters),
    )


async def find_matches(
    session: AsyncSession, words: str, filters: QuoteFilters, prior: float = REMEMBERED
) -> tuple[list[Match], list[Match]]:
    """Return the reports that hold these words, and the nearest others, best first.

    ``prior`` is what speaks for a match besides the words (nats).
    """
    asked = _read_asked(words)
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
        found = _compare(asked, report.words, prior)
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
        found = _compare(asked, report.words, max(prior, LINKED))
        match = _focused(report, found) if found is not None and found.relation != "unrelated" else None
        if match is not None:
            matches[report.key] = match
    if matches:
        others = [match for match in others if match.report.key not in matches]
    elif not others:
        others = await _sharing_rare_words(session, asked, filters)
    others.sort(key=lambda match: -_shared_information(asked, match.report))
    return sorted(matches.values(), key=_fit, reverse=True), others[:MAX_NEAREST]


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


def shown_as(report: Report, found: Comparison) -> tuple[Comparison, Wordings]:
    """Return what is told of a comparison: of a paraphrase that it is one, and how alike, nothing more.

    "He would not" for "I will not" is no alteration where nobody claims to quote.
    """
    if found.relation == "unrelated" or not report.is_paraphrase:
        return found, found.relation
    return Comparison("unrelated", found.score, found.evidence), "paraphrase"


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


async def searched(session: AsyncSession, filters: QuoteFilters) -> Searched:
    """Return what an answer under these filters rests on."""
    query = (
        select(
            func.count(col(Article.id).distinct()),
            func.count(col(Article.outlet_id).distinct()),
            func.min(col(Article.published_on)),
            func.max(col(Article.published_on)),
        )
        .join(Outlet, col(Outlet.id) == col(Article.outlet_id))
        .join(Revision, col(Revision.article_id) == col(Article.id))
        .where(col(Revision.current))
    )
    if filters.outlet is not None:
        query = query.where(col(Outlet.key) == folded_name(filters.outlet))
    if filters.since is not None:
        query = query.where(col(Article.published_on) >= filters.since)
    if filters.until is not None:
        query = query.where(col(Article.published_on) <= filters.until)
    if filters.article_id is not None:
        query = query.where(col(Article.id) == filters.article_id)
    articles, outlets, since, until = (await session.exec(query)).one()
    return Searched(articles, outlets, since, until)


async def _leave_superseded(session: AsyncSession, revisions: Iterable[int]) -> None:
    """Take quotes of superseded revisions out of their statements, and take those apart where need be."""
    articles = select(Revision.article_id).where(col(Revision.id).in_(list(revisions)))
    superseded = select(Revision.id).where(
        col(Revision.article_id).in_(articles), col(Revision.current).is_(False)
    )
    old = col(Quote.revision_id).in_(superseded) & col(Quote.statement_id).is_not(None)
    touched = set((await session.exec(select(Quote.statement_id).where(old).distinct())).all())
    if not touched:
        return
    await session.exec(update(Quote).where(old).values(statement_id=None))
    for statement_id in sorted(id for id in touched if id is not None):
        reports = await reports_of_statements(session, [statement_id])
        if not reports:
            await session.exec(delete(Statement).where(col(Statement.id) == statement_id))
        elif len(reports) <= MAX_RELINKED:
            for part in _components(reports)[1:]:
                await _move(session, part, await _new_statement(session))


def _components(reports: Sequence[Report]) -> list[list[Report]]:
    """Return the connected components of the links between reports, the one of the first report first."""
    waiting = list(reports)
    parts: list[list[Report]] = []
    while waiting:
        part = [waiting.pop(0)]
        for report in part:
            near = [other for other in waiting if same_utterance(report, other)]
            part += near
            waiting = [other for other in waiting if other not in near]
        parts.append(part)
    return parts


async def _merge(session: AsyncSession, statements: set[int], target: int | None) -> None:
    if statements:
        await session.exec(
            update(Quote).where(col(Quote.statement_id).in_(statements)).values(statement_id=target)
        )
        await session.exec(delete(Statement).where(col(Statement.id).in_(statements)))


async def _move(session: AsyncSession, reports: Iterable[Report], statement_id: int) -> None:
    ids = [piece.quote_id for report in reports for piece in report.pieces]
    await session.exec(update(Quote).where(col(Quote.id).in_(ids)).values(statement_id=statement_id))


async def _new_statement(session: AsyncSession) -> int:
    statement = Statement()
    session.add(statement)
    await session.flush()
    assert statement.id is not None  # flushed
    return statement.id


def _compare(one: Wording, other: Wording, prior: float) -> Comparison | None:
    try:
        return compare_wordings(one, other, prior=prior)
    except WordingTooLongError:
        return None  # whole books between quote marks are no quotations


def _read_asked(words: str) -> Wording:
    from api.reports import read_words

    return read_words(words)


def _content_words(report: Report) -> int:
    return sum(word not in FUNCTION_WORDS for word in folded_words(report.wording))


def _days_apart(one: Report, other: Report) -> int | None:
    if one.published is None or other.published is None:
        return None
    return abs((one.published - other.published).days)


def _two_unnamed(one: Report, other: Report) -> bool:
    """Tell whether two sources without a name are described in different words ("a Voltane spokesman")."""
    if not (one.speaker_type == other.speaker_type == "unnamed") or one.article_id == other.article_id:
        return False
    descriptions = [
        {word for word in folded_words(report.speaker or "") if word not in FUNCTION_WORDS}
        for report in (one, other)
    ]
    return not (descriptions[0] <= descriptions[1] or descriptions[1] <= descriptions[0])


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


def _fit(match: Match) -> float:
    """Order matches: the words as asked first, then by evidence."""
    exact = match.comparison.relation in ("verbatim", "truncated") or _holds_all(match.comparison)
    return (1000.0 if exact else 0.0) + match.comparison.evidence


def _asked(match: Match) -> Variant:
    """Show a match by itself, compared with the words asked for."""
    start, end, text = _passage(match.report, match.first, match.last)
    found, shown = shown_as(match.report, match.comparison)
    return Variant(
        match.report, start, end, text, match.report.places(start, end), shown, found.score,
        match.report.quote_id, found.changes, found.flags, found.marked, False,
    )  # fmt: skip


def _passage(report: Report, first: int, last: int) -> tuple[int, int, str]:
    """Return offsets and text of a passage, with the marks and punctuation that touch its words."""
    words, text = report.words.words, report.wording
    if first >= last:
        return 0, len(text), text  # a quote of nothing but dots
    start, end = words[first].start, words[last - 1].end
    floor = words[first - 1].end if first else 0
    while start > floor and not text[start - 1].isspace():
        start -= 1
    ceiling = words[last].start if last < len(words) else len(text)
    while end < ceiling and not text[end].isspace():
        end += 1
    return start, end, text[start:end]


async def _consistency(
    session: AsyncSession, statement_id: int | None, passages: Sequence[tuple[Report, int, int]]
) -> StatementReport:
    """Report how passages of one utterance compare; each is a report and a half-open word range in it."""
    # The fullest wording has the most words; of equals, the first to appear. Words in quote marks are the
    # speaker's, so every other wording is held against those.
    ordered = sorted(passages, key=lambda item: (item[0].is_paraphrase, item[1] - item[2], by_date(item[0])))
    variants: list[Variant] = []
    for place, (report, first, last) in enumerate(ordered):
        start, end, text = _passage(report, first, last)
        found: Comparison | None = None
        reference = report
        for candidate, c_first, c_last in ordered[:place]:
            found = _compare(
                candidate.words.cut(c_first, c_last), report.words.cut(first, last), prior=ENOUGH
            )
            reference = candidate
            if found is not None and found.relation != "unrelated":
                break
        if found is None:
            found = Comparison("verbatim", 1.0, 0.0)
        found, shown = shown_as(report, found)
        variants.append(
            Variant(
                report, start, end, text, report.places(start, end), shown, found.score,
                reference.quote_id, found.changes, found.flags, found.marked, place == 0,
            )
        )  # fmt: skip
    variants[1:] = sorted(variants[1:], key=lambda variant: by_date(variant.report))
    everything = [report for report, _, _ in ordered]
    quoted = [report for report in everything if not report.is_paraphrase]
    reports = quoted or everything
    sources = await _sources(session, reports)
    return StatementReport(
        statement_id,
        variants[0].text,
        speakers_of(reports) or speakers_of(everything),
        min(everything, key=by_date),
        len({report.outlet for report in reports}),
        len(sources),
        sources,
        _conclusion(reports, variants, len(sources)),
        len(everything) - len(quoted),
        tuple(variants),
    )


def _conclusion(reports: Sequence[Report], variants: Sequence[Variant], sources: int) -> Conclusion:
    if disagreeing(reports):
        return "speaker differs"
    quoted = [variant for variant in variants if not variant.is_paraphrase]
    if not quoted:
        return "paraphrased"
    if not all(variant.consistent for variant in quoted):
        return "wording differs"
    return "consistent" if sources > 1 else "single source"


def disagreeing(reports: Sequence[Report]) -> bool:
    """Tell whether two of the reports name different speakers.

    A person and an organisation may well have said it together, and are linked for that; but who prints
    one and who prints the other does not give the words one speaker.
    """
    named = list(
        {(report.speaker_id, report.speaker, report.speaker_type): report for report in reports}.values()
    )
    return any(
        agreed is False
        or (agreed is None and {one.speaker_type, other.speaker_type} == {"person", "organization"})
        for one, other in combinations(named, 2)
        for agreed in (agree(one, other),)
    )


def speakers_of(reports: Sequence[Report]) -> tuple[str, ...]:
    """Return the different speakers, each under the fullest name, the most often named first."""
    groups: list[list[Report]] = []
    # Full names first, so that a bare surname joins the full name and does not found a group.
    for report in sorted(reports, key=lambda report: -len(name_key(report.speaker or "").split())):
        if report.speaker is None:
            continue
        for group in groups:
            if agree(group[0], report):
                group.append(report)
                break
        else:
            groups.append([report])
    groups.sort(key=len, reverse=True)
    return tuple(group[0].speaker for group in groups if group[0].speaker is not None)


async def _sources(session: AsyncSession, reports: Sequence[Report]) -> tuple[tuple[int, ...], ...]:
    """Group the articles into independent sources."""
    revisions = {report.revision_id: report for report in reports}
    quoted: dict[int, list[tuple[int, int]]] = {id: [] for id in revisions}
    # Reported speech without marks is the reporter's own wording, and tells who copied it.
    spans = select(Quote.revision_id, Quote.start, Quote.end).where(
        col(Quote.revision_id).in_(list(revisions)), col(Quote.kind) != "indirect"
    )
    for revision_id, start, end in await session.exec(spans):
        quoted[revision_id].append((start, end))
    texts = select(Revision.id, Revision.text).where(col(Revision.id).in_(list(revisions)))
    articles: dict[int, tuple[str, frozenset[int]]] = {}
    for id, text in await session.exec(texts):
        if id is not None:
            source = revisions[id]
            articles[source.article_id] = (folded_name(source.outlet), shingles(text, quoted[id]))
    groups = independent_groups(dict(sorted(articles.items())))
    return tuple(sorted(tuple(sorted(group)) for group in groups))


def plain(value: Any) -> Any:
    """Turn answers, their dates and their changes into what JSON has."""
    if isinstance(value, Change):
        return value.to_dict()
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if hasattr(value, "__dataclass_fields__"):
        return {
            field.name: plain(getattr(value, field.name))
            for field in fields(value)
            if field.metadata.get("shown", True)
        }
    return value
