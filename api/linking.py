"""Which quotes report one utterance: link them into statements as articles come in.

Two reports are linked where their words, and what is known of speaker and date, make one utterance
likelier than chance (`strength`). A statement is a connected component of these links, so it does not
depend on the order in which articles came in; where people decided otherwise, `api.groupings` says which
links hold. Only current revisions count.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations
from typing import Final

from sqlalchemy import delete, func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.groupings import Rule, grouped, hanging_together, of_reports, rules_about, statements_of
from api.phrases import SHORT_CONTENT, content_words
from api.records import Quote, Revision, Statement
from api.reports import (
    Report,
    ReportKey,
    agree,
    by_date,
    compare_words,
    read_words,
    reports_of_quotes,
    reports_of_statements,
)
from api.search import FUNCTION_WORDS, candidates, folded_words
from attribution.comparison import ENOUGH, Relation

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
# Of short wordings (`api.phrases.SHORT_CONTENT`) two speakers, or dates this far apart, keep reports apart.
SHORT_DAYS: Final = 45
# Without a date, headlines that share so many content words tell that two articles are about one event.
SHARED_HEADLINE: Final = 2
# Two speeches longer than this many words are told by their beginnings.
LONG_SPEECH: Final = 2_000
# How many quotes that share rare words are compared with a new one, the likeliest. With 150 an article takes
# twice the time to come into an archive of a million quotes.
CANDIDATES: Final = 60
# A statement of more reports than this is not taken apart again when one of its articles is revised.
MAX_RELINKED: Final = 400
# So many reports at most are grouped anew from all their links where people divided some of them; a pair
# takes some 0.1 milliseconds, and other writers wait. In larger ones a new report goes to the statement to
# which its strongest link leads.
MAX_DIVIDED: Final = 120
# Of so many reports a person's decision works out the statements anew; a report takes some 10 milliseconds,
# while other writers wait. Whom the others name is shown rightly all the same.
MAX_DECIDED: Final = 100


@dataclass(frozen=True, slots=True)
class _Link:
    """That two reports are one utterance, and how strongly that is told (nats)."""

    one: Report
    other: Report
    nats: float

    @property
    def order(self) -> tuple[object, ...]:
        """Order links, the strongest first, in a way that does not depend on what came in first."""
        days = _days_apart(self.one, self.other)
        ends = sorted((_place(self.one), _place(self.other)))
        return -round(self.nats, 6), 10**6 if days is None else days, ends


# What is grouped: a report, by its key, or a whole statement that stays as it is, by its id.
_Item = ReportKey | int


@dataclass(slots=True)
class _Region:
    """Reports that are worked out together: those of some statements, and some that are in none yet."""

    statements: set[int] = field(default_factory=set)
    fresh: dict[ReportKey, Report] = field(default_factory=dict)
    links: list[_Link] = field(default_factory=list)
    # Reports of the statements that are taken out and grouped anew where the whole is too large for it.
    again: dict[ReportKey, Report] = field(default_factory=dict)
    # Quotes of superseded texts: what people divided from them need not stay apart from the rest.
    gone: set[int] = field(default_factory=set)
    rules: list[Rule] = field(default_factory=list)

    @property
    def decidable(self) -> set[int]:
        """Return the quotes of it that a decision may be about and that are in no statement."""
        return _quotes_of(self.fresh.values()) | self.gone

    def take_in(self, other: _Region) -> None:
        self.statements |= other.statements
        self.fresh |= other.fresh
        self.links += other.links
        self.again |= other.again
        self.gone |= other.gone


async def link_quotes(session: AsyncSession, quotes: Sequence[Quote]) -> None:
    """Put newly added quotes into statements, within the caller's transaction; nothing is committed here.

    Quotes of earlier revisions of the same articles leave their statements, which may fall apart.
    """
    await session.flush()
    await _leave_superseded(session, {quote.revision_id for quote in quotes})
    ids = [quote.id for quote in quotes if quote.id is not None]
    reports = await reports_of_quotes(session, ids)
    near = {report.key: await candidates(session, report.wording, CANDIDATES) for report in reports}
    others = await _by_quote(session, (id for found in near.values() for id in found))
    fresh = {report.key: report for report in reports}
    regions: list[_Region] = []
    for report in reports:
        await asyncio.sleep(0)  # comparing is computing: let others have their turn
        links = _links(report, (others[id] for id in near[report.key] if id in others))
        region = _Region({id for link in links if (id := link.other.statement_id) is not None}, links=links)
        region.fresh = {report.key: report} | {
            link.other.key: link.other for link in links if link.other.key in fresh
        }
        regions.append(region)
    for region in await _together(session, regions):
        await _settle(session, region)
    await session.flush()


async def relink(
    session: AsyncSession, quote_ids: Iterable[int], among: Collection[int] = ()
) -> tuple[int, int]:
    """Work out anew which statements these quotes belong to, for something about them was decided.

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
    regions: list[_Region] = []
    for report in reports[:MAX_DECIDED]:
        await asyncio.sleep(0)  # comparing is computing: let others have their turn
        ids = await candidates(session, report.wording, CANDIDATES)
        if among:
            of_them = select(Quote.id).where(col(Quote.id).in_(ids), col(Quote.speaker_id).in_(among))
            ids = [id for id in await session.exec(of_them) if id is not None]
        links = _links(report, await reports_of_quotes(session, ids))
        region = _Region({id for link in links if (id := link.other.statement_id) is not None}, links=links)
        if report.statement_id is None:
            region.fresh[report.key] = report
        else:
            region.statements.add(report.statement_id)
        if not among:
            region.again[report.key] = report
        regions.append(region)
    for region in await _together(session, regions):
        await _settle(session, region, anew=True)
    await session.flush()
    return min(len(reports), MAX_DECIDED), max(0, len(reports) - MAX_DECIDED)


def strength(one: Report, other: Report) -> float | None:
    """Weigh whether two reports are one utterance: how strongly that is told (nats), or ``None``: it is not.

    It does not matter which of the two comes first.
    """
    agreed = agree(one, other)
    if agreed is False and (one.is_paraphrase or other.is_paraphrase):
        return None  # two people who mean the same, not two who are said to have said the same words
    days = _days_apart(one, other)
    short = min(content_words(one.wording), content_words(other.wording)) < SHORT_CONTENT
    if short and (agreed is False or (days is not None and days > SHORT_DAYS)):
        return None
    prior = {True: SAME_SPEAKER, False: OTHER_SPEAKER, None: 0.0}[agreed]
    if agreed is None and _two_unnamed(one, other):
        prior += OTHER_SPEAKER
    if days is not None:
        prior += NEAR if days <= NEAR_DAYS else FAR if days > FAR_DAYS else 0.0
    found = _compared(*sorted((one.wording, other.wording)), prior)
    if found is None or found[1] + prior < ENOUGH:
        return None
    relation, evidence = found
    if short and relation != "verbatim":
        # A fragment joins a fuller quote only with the same speaker, and a date or a context that fits.
        fits = days is not None or evidence >= ENOUGH or _one_event(one, other)
        if agreed is not True or not fits:
            return None
    return evidence + prior


@lru_cache(maxsize=16_384)
def _compared(one: str, other: str, prior: float) -> tuple[Relation, float] | None:
    """Return how two wordings compare, and what they tell for one utterance (nats).

    Outlets print the same ones again and again.
    """
    words, others = read_words(one), read_words(other)
    if min(len(words.words), len(others.words)) > LONG_SPEECH:
        words, others = words.cut(0, LONG_SPEECH), others.cut(0, LONG_SPEECH)
    found = compare_words(words, others, prior)
    return None if found is None or found.relation == "unrelated" else (found.relation, found.evidence)


def _links(report: Report, others: Iterable[Report]) -> list[_Link]:
    """Return the links from a report to others."""
    found: dict[ReportKey, _Link] = {}
    for other in others:
        if other.key != report.key and other.key not in found:
            nats = strength(report, other)
            if nats is not None:
                found[other.key] = _Link(report, other, nats)
    return list(found.values())


async def _leave_superseded(session: AsyncSession, revisions: Iterable[int]) -> None:
    """Take quotes of superseded revisions out of their statements, and take those apart where need be."""
    articles = select(Revision.article_id).where(col(Revision.id).in_(list(revisions)))
    superseded = select(Revision.id).where(
        col(Revision.article_id).in_(articles), col(Revision.current).is_(False)
    )
    old = col(Quote.revision_id).in_(superseded) & col(Quote.statement_id).is_not(None)
    touched: dict[int, set[int]] = {}
    for quote_id, statement_id in await session.exec(select(Quote.id, Quote.statement_id).where(old)):
        if quote_id is not None and statement_id is not None:
            touched.setdefault(statement_id, set()).add(quote_id)
    if not touched:
        return
    await session.exec(update(Quote).where(old).values(statement_id=None))
    regions = [_Region({id}, gone=gone) for id, gone in sorted(touched.items())]
    for region in await _together(session, regions):
        await _settle(session, region, anew=True)


async def _together(session: AsyncSession, regions: Sequence[_Region]) -> list[_Region]:
    """Put regions together that share a report or a statement, or hang together by what people decided."""
    rules: dict[int, Rule] = {}
    reached: list[tuple[set[int], list[int]]] = []
    quotes = [region.decidable for region in regions]
    # Hardly ever did anybody decide about any of them: one question for all.
    everything = {id for region in regions for id in region.statements}
    decided = await rules_about(session, statements=everything, quotes=set().union(*quotes))
    for region, own in zip(regions, quotes, strict=True):
        found: set[int] = set()
        behind: list[Rule] = []
        if decided:
            found, behind = await hanging_together(session, region.statements, own)
            rules.update((rule.decision_id, rule) for rule in behind)
        reached.append((found, [rule.decision_id for rule in behind]))
    # Two that one decision is about are worked out together; it stands here as a negative number.
    items: list[list[_Item]] = [
        [*sorted(region.statements | found), *region.fresh, *(-id for id in ids)]
        for region, (found, ids) in zip(regions, reached, strict=True)
    ]
    links = [(items[n][0], item) for n in range(len(regions)) for item in items[n][1:]]
    parts = grouped([[item] for item in dict.fromkeys(item for own in items for item in own)], links)
    place = {item: n for n, part in enumerate(parts) for item in part}
    merged: dict[int, _Region] = {}
    for region, (found, _), held in zip(regions, reached, items, strict=True):
        if held:
            region.statements |= found
            merged.setdefault(place[held[0]], _Region()).take_in(region)
    for region in merged.values():
        own_quotes = region.decidable
        region.rules = [
            rule
            for id, rule in sorted(rules.items())
            if rule.quotes & own_quotes or await statements_of(session, rule.quotes) & region.statements
        ]
    return list(merged.values())


async def _settle(session: AsyncSession, region: _Region, *, anew: bool = False) -> None:
    """Decide which reports of a region are one statement, and write it down.

    ``anew``: links of reports that are in statements already may have gone.
    """
    if not region.rules and not anew:
        await _merge(session, region.statements, list(region.fresh.values()))
        return
    counted = select(func.count()).where(col(Quote.statement_id).in_(region.statements))
    many = (await session.exec(counted)).one() + len(region.fresh)
    if many <= (MAX_DIVIDED if region.rules else MAX_RELINKED):
        reports = await reports_of_statements(session, region.statements)
        reports += [report for key, report in region.fresh.items() if report.statement_id is None]
        parts = await _by_links(reports, region.rules)
        await _write(session, region.statements, reports, [(set(), part) for part in parts])
    else:
        await _settle_large(session, region)


async def _by_links(reports: Sequence[Report], rules: Sequence[Rule]) -> list[list[Report]]:
    """Group reports by all links between them, as far as people did not decide otherwise."""
    by_key = {report.key: report for report in sorted(reports, key=by_date)}
    if not rules:
        return _components(list(by_key.values()))
    links: list[_Link] = []
    for number, (one, other) in enumerate(combinations(by_key.values(), 2)):
        if number % 100 == 0:
            await asyncio.sleep(0)  # comparing is computing: let others have their turn
        nats = strength(one, other)
        if nats is not None:
            links.append(_Link(one, other, nats))
    keys: dict[int, _Item] = {
        piece.quote_id: key for key, report in by_key.items() for piece in report.pieces
    }
    parts = _grouped([[key] for key in by_key], links, rules, keys)
    return [[by_key[key] for key in part if not isinstance(key, int)] for part in parts]


async def _settle_large(session: AsyncSession, region: _Region) -> None:
    """Group the new reports and those to be looked at again, leaving the rest of each statement as it is."""
    taken = dict(region.again)
    divided = [rule for rule in region.rules if rule.kind == "divide"]
    where = await _statements_by_quote(session, {id for rule in region.rules for id in rule.quotes})
    left = set()
    for rule in divided:
        stays = {where[id] for id in rule.sides[0] if id in where}
        left |= {id for id in rule.sides[1] if where.get(id) in stays}
    taken |= {report.key: report for report in await reports_of_quotes(session, left)}
    for report in region.fresh.values():
        if report.statement_id is None:
            taken[report.key] = report
    keys: dict[int, _Item] = dict(where)
    keys |= {id: key for key, report in taken.items() for id in _quotes_of([report])}
    items: list[list[_Item]] = [[id] for id in sorted(region.statements)]
    items += [[key] for key in taken]

    def item(report: Report) -> _Item:
        return report.key if report.key in taken or report.statement_id is None else report.statement_id

    parts = _grouped(items, region.links, region.rules, keys, item)
    found = [
        (
            {one for one in part if isinstance(one, int)},
            [taken[one] for one in part if not isinstance(one, int)],
        )
        for part in parts
    ]
    await _write(session, region.statements, list(taken.values()), found)


def _grouped(
    items: Sequence[Sequence[_Item]],
    links: Sequence[_Link],
    rules: Sequence[Rule],
    keys: Mapping[int, _Item],
    item: Callable[[Report], _Item] = lambda report: report.key,
) -> list[list[_Item]]:
    ordered = sorted(links, key=lambda link: link.order)
    sides = {rule.decision_id: of_reports(rule, keys) for rule in rules}
    together = [
        [*sides[rule.decision_id][0], *sides[rule.decision_id][1]] for rule in rules if rule.kind == "join"
    ]
    # What left is one statement of its own: the editor named it.
    together += [sides[rule.decision_id][1] for rule in rules if rule.kind == "divide"]
    apart = [sides[rule.decision_id] for rule in rules if rule.kind == "divide"]
    return grouped(items, [(item(link.one), item(link.other)) for link in ordered], together, apart)


async def _write(
    session: AsyncSession,
    statements: Collection[int],
    reports: Sequence[Report],
    parts: Sequence[tuple[set[int], Sequence[Report]]],
) -> None:
    """Write down parts, each of whole statements and of ``reports``.

    A statement that was not kept whole keeps its number where its first report is.
    """
    first: dict[int, ReportKey] = {}
    whole = {id for kept, _ in parts for id in kept}
    for report in sorted(reports, key=by_date):
        if report.statement_id is not None and report.statement_id not in whole:
            first.setdefault(report.statement_id, report.key)
    for kept, members in parts:
        keys = {report.key for report in members}
        own = kept or {id for id, key in first.items() if key in keys}
        if not kept and not members:
            continue
        target = min(own) if own else await _new_statement(session)
        if moved := _quotes_of(report for report in members if report.statement_id != target):
            await session.exec(update(Quote).where(col(Quote.id).in_(moved)).values(statement_id=target))
        if others := kept - {target}:
            await session.exec(
                update(Quote).where(col(Quote.statement_id).in_(others)).values(statement_id=target)
            )
    used = select(Quote.statement_id).where(col(Quote.statement_id).in_(list(statements)))
    await session.exec(
        delete(Statement).where(col(Statement.id).in_(list(statements)), col(Statement.id).not_in(used))
    )


def _components(reports: Sequence[Report]) -> list[list[Report]]:
    """Return the connected components of the links between reports, the one of the first report first."""
    waiting = list(reports)
    parts: list[list[Report]] = []
    while waiting:
        part = [waiting.pop(0)]
        for report in part:
            near = {other.key for other in waiting if strength(report, other) is not None}
            part += [other for other in waiting if other.key in near]
            waiting = [other for other in waiting if other.key not in near]
        parts.append(part)
    return parts


async def _merge(session: AsyncSession, statements: Collection[int], reports: Sequence[Report]) -> None:
    """Let statements and new reports be one statement."""
    target = min(statements) if statements else await _new_statement(session)
    ids = _quotes_of(reports)
    await session.exec(update(Quote).where(col(Quote.id).in_(ids)).values(statement_id=target))
    if others := set(statements) - {target}:
        await session.exec(
            update(Quote).where(col(Quote.statement_id).in_(others)).values(statement_id=target)
        )
        await session.exec(delete(Statement).where(col(Statement.id).in_(others)))


async def _new_statement(session: AsyncSession) -> int:
    statement = Statement()
    session.add(statement)
    await session.flush()
    assert statement.id is not None  # flushed
    return statement.id


async def _by_quote(session: AsyncSession, ids: Iterable[int]) -> dict[int, Report]:
    """Return the reports of these quotes, by every quote of theirs."""
    found = await reports_of_quotes(session, ids)
    return {piece.quote_id: report for report in found for piece in report.pieces}


async def _statements_by_quote(session: AsyncSession, ids: Collection[int]) -> dict[int, int]:
    rows = select(Quote.id, Quote.statement_id).where(
        col(Quote.id).in_(list(ids)), col(Quote.statement_id).is_not(None)
    )
    return {id: statement for id, statement in await session.exec(rows) if id and statement}


def _quotes_of(reports: Iterable[Report]) -> set[int]:
    return {piece.quote_id for report in reports for piece in report.pieces}


def _place(report: Report) -> tuple[str, ...]:
    """Return what tells a report from others whatever their numbers are."""
    return (
        report.published.isoformat() if report.published else "",
        report.outlet,
        report.url or "",
        report.title or "",
        f"{report.pieces[0].start:09}",
        report.wording,
    )


def _one_event(one: Report, other: Report) -> bool:
    """Tell by their headlines whether two articles are about one event; one article is."""
    if one.article_id == other.article_id:
        return True
    titles = [set(folded_words(report.title or "")) - FUNCTION_WORDS for report in (one, other)]
    return len(titles[0] & titles[1]) >= SHARED_HEADLINE


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
