"""Quotes of one utterance, and how consistently they report it; who said some words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from functools import lru_cache
from itertools import combinations
from typing import Any, Final, Literal

from sqlalchemy import bindparam, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.copies import Copied, Printed, copied_texts, independent_groups, shingles
from api.matching import Match, find_matches
from api.names import folded_name, name_key
from api.phrases import SetPhrase, find_set_phrase
from api.records import Article, Outlet, Quote, Revision
from api.reports import Report, agree, by_date, compare_words, reports_of_statements
from api.search import QuoteFilters, folded_words
from api.timelines import TimeLine, time_line
from attribution.changes import Change
from attribution.comparison import ENOUGH, Comparison, Relation
from attribution.explanation import explain_changes

Conclusion = Literal["consistent", "wording differs", "speaker differs", "single source", "paraphrased"]
# How a report's wording compares; a paraphrase is the reporter's wording, so nothing in it was altered.
Wordings = Relation | Literal["paraphrase"]
# Answers hold so many statements at most, the likeliest first.
MAX_STATEMENTS: Final = 10
# The report of a statement tells of so many quotes, those that came in first; a slogan can have thousands.
MAX_SHOWN: Final = 300
# No set phrase has more characters.
MAX_PHRASE: Final = 200


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
        explanation: the changes in a sentence, named by outlet; empty where there are none.
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
    explanation: str
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
        copies: the texts that several of these articles print, each with the outlets that ran it.
        conclusion: what it comes to; of a set phrase, two speakers are no disagreement.
        set_phrase: that the fullest wording is a set phrase or a slogan, and why.
        time_line: first appearance, spread by outlet, changes of the wording.
        variants: the fullest first, then by date.
        left_out: quotes beyond `MAX_SHOWN`, of which nothing here tells.
    """

    id: int | None
    fullest: str
    speakers: tuple[str, ...]
    first: Report
    outlets: int
    independent_sources: int
    sources: tuple[tuple[int, ...], ...]
    copies: tuple[Copied, ...]
    conclusion: Conclusion
    set_phrase: SetPhrase | None
    paraphrases: int
    time_line: TimeLine
    variants: tuple[Variant, ...]
    left_out: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready record."""
        record: dict[str, Any] = plain(self)
        return record


@dataclass(frozen=True, slots=True)
class WhoAnswer:
    """Who said some words, where, and how consistently.

    ``statements`` are the utterances that hold the words, likeliest first; ``nearest`` the wordings that
    come closest where there is none. ``conclusion`` and ``speakers`` are those of the first statement;
    ``set_phrase`` says that the words asked for are a set phrase or a slogan, and why.
    """

    words: str
    conclusion: Conclusion | None
    speakers: tuple[str, ...]
    set_phrase: SetPhrase | None
    statements: tuple[StatementReport, ...]
    nearest: tuple[Variant, ...]
    searched: Searched

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready record."""
        record: dict[str, Any] = plain(self)
        return record


async def statement_report(session: AsyncSession, statement_id: int) -> StatementReport | None:
    """Return how a statement is reported, or ``None`` where there is no such statement with quotes."""
    reports = await reports_of_statements(session, [statement_id], most=MAX_SHOWN)
    if not reports:
        return None
    counted = select(func.count()).where(col(Quote.statement_id) == statement_id)
    left_out = (await session.exec(counted)).one() - sum(len(report.pieces) for report in reports)
    passages = [(report, 0, len(report.words.words)) for report in reports]
    own_words = await _own_words(session, [reports])
    found = await _consistency(session, statement_id, passages, own_words, {})
    return replace(found, left_out=max(0, left_out))


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
            max(match.fit for match in item[1]),
            len({match.report.outlet for match in item[1]}),
            -min(match.report.quote_id for match in item[1]),
        ),
        reverse=True,
    )
    passages = {
        id: [(match.report, match.first, match.last) for match in group]
        for id, group in ranked[:MAX_STATEMENTS]
    }
    reports = [[report for report, _, _ in of_one] for of_one in passages.values()]
    own_words = await _own_words(session, reports)
    phrases: dict[str, SetPhrase | None] = {}
    statements = [
        await _consistency(session, id, of_one, own_words, phrases) for id, of_one in passages.items()
    ]
    return WhoAnswer(
        words,
        statements[0].conclusion if statements else None,
        statements[0].speakers if statements else (),
        await _phrase(session, words, phrases) if statements else None,
        tuple(statements),
        tuple(_asked(match) for match in nearest) if not statements else (),
        await searched(session, filters),
    )


def shown_as(report: Report, found: Comparison) -> tuple[Comparison, Wordings]:
    """Return what is told of a comparison: of a paraphrase that it is one, and how alike, nothing more.

    "He would not" for "I will not" is no alteration where nobody claims to quote.
    """
    if found.relation == "unrelated" or not report.is_paraphrase:
        return found, found.relation
    return Comparison("unrelated", found.score, found.evidence), "paraphrase"


async def searched(session: AsyncSession, filters: QuoteFilters) -> Searched:
    """Return what an answer under these filters rests on."""
    fitting: list[Any] = []
    if filters.outlet is not None:
        of_outlet = select(Outlet.id).where(col(Outlet.key) == folded_name(filters.outlet))
        fitting.append(col(Article.outlet_id).in_(of_outlet))
    if filters.since is not None:
        fitting.append(col(Article.published_on) >= filters.since)
    if filters.until is not None:
        fitting.append(col(Article.published_on) <= filters.until)
    if filters.article_id is not None:
        fitting.append(col(Article.id) == filters.article_id)
    query = _count_articles(fitting) if fitting else _query_of_all_articles()
    connection = await session.connection()
    articles, outlets, since, until = (await connection.execute(query)).one()
    return Searched(articles, outlets, since, until)


@lru_cache(maxsize=1)
def _query_of_all_articles() -> Any:
    return _count_articles(())


def _count_articles(fitting: Iterable[Any]) -> Any:
    """Select how many articles and outlets fit, and the first and last date."""
    # Each by itself, so that an index answers it: together they would read every article.
    has_one = select(Article.id).where(col(Article.outlet_id) == col(Outlet.id), *fitting).exists()
    questions = (
        select(func.count()).select_from(Article).where(*fitting),
        select(func.count()).select_from(Outlet).where(has_one),
        select(func.min(col(Article.published_on))).where(*fitting),
        select(func.max(col(Article.published_on))).where(*fitting),
    )
    return select(*(question.scalar_subquery() for question in questions))


def _asked(match: Match) -> Variant:
    """Show a match by itself, compared with the words asked for."""
    start, end, text = _passage(match.report, match.first, match.last)
    found, shown = shown_as(match.report, match.comparison)
    return Variant(
        match.report, start, end, text, match.report.places(start, end), shown, found.score,
        match.report.quote_id, found.changes, found.flags, "", found.marked, False,
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
    session: AsyncSession,
    statement_id: int | None,
    passages: Sequence[tuple[Report, int, int]],
    own_words: Mapping[int, frozenset[int]],
    phrases: dict[str, SetPhrase | None],
) -> StatementReport:
    """Report how passages of one utterance compare; each is a report and a half-open word range in it.

    ``own_words`` are those of `_own_words`; ``phrases`` keeps what was found of short wordings, since many
    statements can have the same.
    """
    # The fullest wording has the most words; of equals, the first to appear. Words in quote marks are the
    # speaker's, so every other wording is held against those.
    ordered = sorted(passages, key=lambda item: (item[0].is_paraphrase, item[1] - item[2], by_date(item[0])))
    variants: list[Variant] = []
    for place, (report, first, last) in enumerate(ordered):
        start, end, text = _passage(report, first, last)
        found: Comparison | None = None
        reference = report
        for candidate, c_first, c_last in ordered[:place]:
            found = compare_words(
                candidate.words.cut(c_first, c_last), report.words.cut(first, last), prior=ENOUGH
            )
            reference = candidate
            if found is not None and found.relation != "unrelated":
                break
        if found is None:
            found = Comparison("verbatim", 1.0, 0.0)
        found, shown = shown_as(report, found)
        texts = (reference.wording, report.wording)
        variants.append(
            Variant(
                report, start, end, text, report.places(start, end), shown, found.score,
                reference.quote_id, found.changes, found.flags,
                explain_changes(found.changes, *_told_apart(reference, report), texts), found.marked,
                place == 0,
            )
        )  # fmt: skip
    variants[1:] = sorted(variants[1:], key=lambda variant: by_date(variant.report))
    everything = [report for report, _, _ in ordered]
    reports = _quoting(everything)
    paraphrases = sum(report.is_paraphrase for report in everything)
    sources, copies = _sources(reports, own_words)
    phrase = None if variants[0].is_paraphrase else await _phrase(session, variants[0].text, phrases)
    return StatementReport(
        statement_id,
        variants[0].text,
        speakers_of(reports) or speakers_of(everything),
        min(everything, key=by_date),
        len({report.outlet for report in reports}),
        len(sources),
        sources,
        copies,
        _conclusion(reports, variants, len(sources), phrase),
        phrase,
        paraphrases,
        time_line(variants),
        tuple(variants),
    )


def _told_apart(one: Report, other: Report) -> tuple[str, str]:
    """Return what to call two reports: their outlets, with the date where both are of one outlet."""
    if one.outlet != other.outlet:
        return one.outlet, other.outlet
    return f"{one.outlet} ({one.published or 'no date'})", f"{other.outlet} ({other.published or 'no date'})"


async def _phrase(session: AsyncSession, words: str, known: dict[str, SetPhrase | None]) -> SetPhrase | None:
    key = " ".join(folded_words(words[:MAX_PHRASE]))
    if key not in known:
        known[key] = await find_set_phrase(session, words) if len(words) <= MAX_PHRASE else None
    return known[key]


def _conclusion(
    reports: Sequence[Report], variants: Sequence[Variant], sources: int, phrase: SetPhrase | None
) -> Conclusion:
    if phrase is None and disagreeing(reports):
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


def _quoting(reports: Sequence[Report]) -> Sequence[Report]:
    """Return the reports that quote; where none does, all of them."""
    return [report for report in reports if not report.is_paraphrase] or reports


@lru_cache(maxsize=1)
def _queries_of_texts() -> tuple[Any, Any]:
    """The quotes that stand in the revisions ``ids``, and their texts."""
    of_them: Any = bindparam("ids", expanding=True)
    # Reported speech without marks is the reporter's own wording, and tells who copied it.
    spans = select(Quote.revision_id, Quote.start, Quote.end).where(
        col(Quote.revision_id).in_(of_them), col(Quote.kind) != "indirect"
    )
    return spans, select(Revision.id, Revision.text).where(col(Revision.id).in_(of_them))


async def _own_words(
    session: AsyncSession, statements: Iterable[Sequence[Report]]
) -> dict[int, frozenset[int]]:
    """Return by revision the shingles of what an article itself says, for statements in several articles."""
    ids: set[int] = set()
    for reports in statements:
        revisions = {report.revision_id for report in _quoting(reports)}
        if len(revisions) > 1:
            ids |= revisions
    if not ids:
        return {}
    spans, texts = _queries_of_texts()
    connection = await session.connection()
    quoted: dict[int, list[tuple[int, int]]] = {id: [] for id in ids}
    for revision_id, start, end in await connection.execute(spans, {"ids": sorted(ids)}):
        quoted[revision_id].append((start, end))
    rows = await connection.execute(texts, {"ids": sorted(ids)})
    return {id: shingles(text, quoted[id]) for id, text in rows}


def _sources(
    reports: Sequence[Report], own_words: Mapping[int, frozenset[int]]
) -> tuple[tuple[tuple[int, ...], ...], tuple[Copied, ...]]:
    """Group the articles into independent sources, and tell which print one text."""
    revisions = {report.revision_id: report for report in reports}
    if len(revisions) == 1:
        return tuple((report.article_id,) for report in revisions.values()), ()
    articles = {
        at.article_id: (Printed(at.article_id, at.outlet, at.title, at.url, at.published), own_words[id])
        for id, at in sorted(revisions.items(), key=lambda item: item[1].article_id)
        if id in own_words
    }
    groups = independent_groups(
        {id: (folded_name(printed.outlet), own) for id, (printed, own) in articles.items()}
    )
    return tuple(sorted(tuple(sorted(group)) for group in groups)), copied_texts(articles)


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
