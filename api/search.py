"""Find quotes by words, speaker, outlet and date, and the quotes that may report the same utterance.

The same terms, folded here, are indexed by SQLite's FTS5 and PostgreSQL's GIN, so that both databases
give the same answers. Three kinds of terms stand in one index; the dot, which no word holds, tells them
apart:

- a word: ``impasse``
- a compound of two neighbours, since hyphenation does not count: ``·ceasefire`` for "cease-fire"
- what two wordings of one utterance share: two content words that stand close, in either order
  (``already·discussed``); three words in a row of which at most one has content (``it·will·not``);
  and, of a quote with one content word, that word (``impasse·``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    TextClause,
    case,
    cast,
    column,
    delete,
    func,
    literal,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.database import begin_write
from api.names import folded_name, name_key
from api.records import (
    Article,
    Decision,
    Outlet,
    Quote,
    QuoteTerms,
    Revision,
    Speaker,
    SpeakerAlias,
    current_quotes,
    names_of,
)
from attribution.models import Kind
from attribution.wording import read

# A longer "word" is no word; PostgreSQL takes no term above 2,046 bytes.
MAX_WORD: Final = 64
# What is indexed of one quote. The longest quotes in newspapers, whole speeches, have about 5,000 words;
# PostgreSQL takes no more than 1,048,575 bytes of terms, with some room for its own lengths.
MAX_INDEXED_WORDS: Final = 6_000
MAX_INDEXED_BYTES: Final = 900_000
# What is read of a question, and how many of its words must all occur.
MAX_QUERY_CHARACTERS: Final = 20_000
MAX_QUERY_WORDS: Final = 64
# Up to so many content words a quote counts as short, and is indexed by each of them. With 3 the gold pairs
# are found no better, and a quote of 8,110 in news of one topic has 100 candidates on average instead of 46.
SHORT_QUOTE: Final = 1
# Terms of one query for candidates; a quote of 400 words has about so many.
MAX_CANDIDATE_TERMS: Final = 1_000

# Quotes whose terms are in memory at the same time while the index is made anew.
REBUILD_BATCH: Final = 500

DOT: Final = "·"

# English function words, compiled for this project: they carry grammar, not content, and occur in almost
# every quote. Negation, numbers and modal verbs are here too, because a *candidate* must be found whether
# or not it has the "not"; the comparison then looks at exactly these.
FUNCTION_WORDS: Final = frozenset(
    "a an the this that these those there here and or but nor so if then than as because while although "
    "though of in on at by for with from to into onto out up down over under about after before between "
    "through during against among within without toward upon off i me my mine we us our ours you your "
    "yours he him his she her hers it its they them their theirs myself yourself himself herself itself "
    "ourselves themselves who whom whose which what when where why how am is are was were be been being "
    "do does did done have has had having will would shall should can could may might must ought not no "
    "nt s ve re ll d m t cannot all any both each every few more most much many other some such only own "
    "same too very just also even still ever never always again once really well okay yes".split()
)


@dataclass(frozen=True, slots=True)
class QuoteFilters:
    """What a quote must be to be found; ``None`` means anything.

    Attributes:
        words: all of these words occur in the quote, in any order; quotes that hold them side by side come
            first. Case, punctuation, hyphenation, British or American spelling do not count.
        speaker: every word of this name occurs in one name form of the speaker; titles are ignored.
        outlet: the outlet's whole name; capitals, punctuation and diacritics do not count.
        since, until: first and last published date, both included; articles without a date are left out.
        kind: ``direct``, ``mixed`` or ``indirect``.
        min_confidence: lowest confidence of the speaker, in [0, 1].
        article_id: quotes of this article only.
        speaker_id: quotes of this speaker only, under whichever name; of one name only, where the id is that
            of a name which stands for another speaker.
    """

    words: str | None = None
    speaker: str | None = None
    outlet: str | None = None
    since: date | None = None
    until: date | None = None
    kind: Kind | None = None
    min_confidence: float | None = None
    article_id: int | None = None
    speaker_id: int | None = None


@dataclass(frozen=True, slots=True)
class FoundQuote:
    """One quote with its place: the records are detached and fully loaded.

    ``speaker`` is whose it is, under the record that stands for all names of that speaker; ``decision`` the
    person's decision by which that is not what the engine found.
    """

    quote: Quote
    article: Article
    outlet: Outlet
    speaker: Speaker | None
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class QuotePage:
    """One page of an answer; ``total`` counts all quotes that fit."""

    items: tuple[FoundQuote, ...]
    total: int
    limit: int
    offset: int


@dataclass(frozen=True, slots=True)
class Terms:
    """What is indexed of one quote: its words in order, and all its different terms."""

    words: tuple[str, ...]
    terms: tuple[str, ...]


def folded_words(quote: str) -> tuple[str, ...]:
    """Return the words of a text as the index has them: folded, letters and digits only, in order."""
    words = ("".join(filter(str.isalnum, key))[:MAX_WORD] for key in read(quote).keys)
    return tuple(word for word in words if word)


def index_terms(quote: str) -> Terms:
    """Return what is indexed of a quote."""
    words = folded_words(quote)[:MAX_INDEXED_WORDS]
    compounds = (DOT + a + b for a, b in pairwise(words) if _can_be_compound(a, b))
    terms = dict.fromkeys([*words, *compounds, *_shared_terms(words), *_singles(words)])
    return Terms(words, tuple(_within(terms, MAX_INDEXED_BYTES)))


async def find_quotes(
    session: AsyncSession, filters: QuoteFilters, limit: int = 50, offset: int = 0
) -> QuotePage:
    """Return the quotes of current revisions that fit, newest article first.

    With ``words``, quotes that hold them side by side come before the others. Any text may be asked for;
    words that hold no letter or digit find nothing.
    """
    query = current_quotes()
    order: list[Any] = []
    if filters.words is not None:
        words = folded_words(filters.words[:MAX_QUERY_CHARACTERS])[:MAX_QUERY_WORDS]
        if not words:
            return QuotePage((), 0, limit, offset)
        query = query.where(col(Quote.id).in_(_having_all(_dialect(session), words)))
        query = query.join(QuoteTerms, col(QuoteTerms.quote_id) == col(Quote.id))
        # Without the blanks, since hyphenation does not count here either.
        side_by_side = func.replace(col(QuoteTerms.words), " ", "").contains("".join(words))
        order.append(case((side_by_side, 0), else_=1))
    query = query.where(*_conditions(filters))
    order += [col(Article.published_on).desc().nulls_last(), col(Article.id), col(Quote.start)]
    total = (
        await session.exec(
            select(func.count()).select_from(query.with_only_columns(col(Quote.id)).subquery())
        )
    ).one()
    if not total or limit <= 0:
        return QuotePage((), total, limit, offset)
    rows = (await session.exec(query.order_by(*order).limit(limit).offset(offset))).all()
    return QuotePage(tuple(FoundQuote(*row) for row in rows), total, limit, offset)


async def candidates(session: AsyncSession, quote: str, limit: int = 200) -> list[int]:
    """Return the ids of quotes that may report the same utterance as these words, likeliest first.

    A quote is a candidate if it shares a term of the third kind with ``quote`` (see above), or if one of
    the two is short and has a content word of the other. Both rules are symmetric, so a quote finds the
    other whichever of the two came first; only ``limit`` can cut one off.
    """
    words = folded_words(quote[: MAX_QUERY_CHARACTERS * 4])[:MAX_INDEXED_WORDS]
    content = _content(words)
    terms = [*_shared_terms(words), *(word + DOT for word in content)]
    if len(set(content)) <= SHORT_QUOTE:
        terms += content
    terms = list(dict.fromkeys(terms))[:MAX_CANDIDATE_TERMS]
    if not terms or limit <= 0:
        return []
    connection = await session.connection()
    rows = await connection.execute(_ranked(_dialect(session), terms), {"limit": limit})
    return [int(row[0]) for row in rows]


async def rebuild_index(session: AsyncSession) -> int:
    """Make every term anew, and commit; returns the number of quotes indexed.

    For a new version of Quotetrace that folds words in another way. Searches go on meanwhile.
    """
    await begin_write(session)
    await session.exec(delete(QuoteTerms))
    count = last = 0
    current = (
        select(Quote.id, Quote.text)
        .join(Revision, col(Revision.id) == col(Quote.revision_id))
        .where(col(Revision.current))
        .order_by(col(Quote.id))
        .limit(REBUILD_BATCH)
    )
    while rows := (await session.exec(current.where(col(Quote.id) > last))).all():
        session.add_all(terms_record(int(id or 0), quote) for id, quote in rows)
        await session.flush()
        session.expunge_all()
        count += len(rows)
        last = int(rows[-1][0] or 0)
    await session.commit()
    return count


def terms_record(quote_id: int, quote: str) -> QuoteTerms:
    """Return the index row of a quote."""
    terms = index_terms(quote)
    return QuoteTerms(quote_id=quote_id, words=" ".join(terms.words), terms=" ".join(terms.terms))


def _conditions(filters: QuoteFilters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.speaker is not None:
        conditions.append(col(Quote.speaker_id).in_(names_of(speakers_called(filters.speaker))))
    if filters.outlet is not None:
        conditions.append(col(Outlet.key) == folded_name(filters.outlet))
    if filters.since is not None:
        conditions.append(col(Article.published_on) >= filters.since)
    if filters.until is not None:
        conditions.append(col(Article.published_on) <= filters.until)
    if filters.kind is not None:
        conditions.append(col(Quote.kind) == filters.kind)
    if filters.min_confidence is not None:
        conditions.append(col(Quote.confidence) >= filters.min_confidence)
    if filters.article_id is not None:
        conditions.append(col(Article.id) == filters.article_id)
    if filters.speaker_id is not None:
        conditions.append(col(Quote.speaker_id).in_(names_of([filters.speaker_id])))
    return conditions


def speakers_called(name: str) -> Any:
    """Select the ids of the speakers of whom one name form holds every word of ``name``."""
    canonical = func.coalesce(col(Speaker.canonical_id), col(Speaker.id))
    found = select(canonical).join(SpeakerAlias, col(SpeakerAlias.speaker_id) == col(Speaker.id))
    # A name of no words at all is nobody's.
    for word in name_key(name).split() or [""]:
        found = found.where((" " + col(SpeakerAlias.key) + " ").contains(f" {word} ", autoescape=True))
    return found


def _content(words: Sequence[str]) -> list[str]:
    """Return the words with content; all of them where none has any ("I am what I am")."""
    return [word for word in words if word not in FUNCTION_WORDS] or list(words)


def _shared_terms(words: Sequence[str]) -> Iterable[str]:
    """Yield the terms by which two wordings of one utterance find each other; the same for both."""
    content = _content(words)
    for near in (1, 2):
        for a, b in zip(content, content[near:], strict=False):
            yield DOT.join(sorted((a, b)))
    for three in zip(words, words[1:], words[2:], strict=False):
        if sum(word not in FUNCTION_WORDS for word in three) <= 1:
            yield DOT.join(three)


def _singles(words: Sequence[str]) -> list[str]:
    content = dict.fromkeys(_content(words))
    return [word + DOT for word in content] if len(content) <= SHORT_QUOTE else []


def _within(terms: Iterable[str], size: int) -> Iterable[str]:
    """Yield terms until they fill ``size`` bytes."""
    for term in terms:
        size -= len(term.encode())
        if size < 0:
            return
        yield term


def _can_be_compound(a: str, b: str) -> bool:
    return len(a) >= 2 and len(b) >= 2 and a.isalpha() and b.isalpha() and len(a) + len(b) < MAX_WORD


def _alternatives(words: Sequence[str], position: int) -> list[str]:
    """Return the terms any of which shows that the word at ``position`` occurs."""
    word = words[position]
    terms = [word, DOT + word]
    if position and _can_be_compound(words[position - 1], word):
        terms.append(words[position - 1] + word)
    if position + 1 < len(words) and _can_be_compound(word, words[position + 1]):
        terms.append(word + words[position + 1])
    return terms


def _dialect(session: AsyncSession) -> str:
    return session.get_bind().dialect.name


# Terms hold letters, digits and the dot only, so inside quotes nothing in them has a meaning for either
# query language.


def _fts5(groups: Iterable[Iterable[str]]) -> str:
    return " AND ".join("(" + " OR ".join(f'"{term}"' for term in group) + ")" for group in groups)


def _tsquery(groups: Iterable[Iterable[str]]) -> str:
    return " & ".join("(" + " | ".join(f"'{term}'" for term in group) + ")" for group in groups)


def _having_all(dialect: str, words: Sequence[str]) -> Any:
    """Return a select of the ids of the quotes in which every word occurs."""
    groups = [_alternatives(words, position) for position in range(len(words))]
    if dialect == "sqlite":
        matching = text("SELECT rowid AS quote_id FROM quote_fts WHERE quote_fts MATCH :having_all")
        return matching.bindparams(having_all=_fts5(groups)).columns(column("quote_id"))
    vector: ColumnElement[Any] = literal_column("quote_terms.terms_vector")
    wanted = cast(literal(_tsquery(groups)), TSQUERY)
    return select(QuoteTerms.quote_id).where(vector.op("@@")(wanted))


def _ranked(dialect: str, terms: Sequence[str]) -> TextClause:
    """Return a query for the ids of the quotes that have any of the terms; takes ``limit``.

    Rare terms count for more. SQLite has a rank of its own (BM25). PostgreSQL's `ts_rank` knows nothing
    of rarity and takes every matching row apart; looking the terms up one by one and adding up
    1 / (quotes that have the term) is some ten times faster.
    """
    if dialect == "sqlite":
        return text(
            "SELECT rowid FROM quote_fts WHERE quote_fts MATCH :terms ORDER BY rank, rowid LIMIT :limit"
        ).bindparams(terms=_fts5([terms]))
    return text(
        "SELECT quote_id FROM ("
        " SELECT quote_id, count(*) OVER (PARTITION BY term) AS having_it"
        " FROM unnest(CAST(:terms AS text[])) AS wanted(term) CROSS JOIN LATERAL ("
        "  SELECT quote_id FROM quote_terms WHERE terms_vector @@ CAST(quote_literal(term) AS tsquery)"
        " ) AS found"
        ") AS shared GROUP BY quote_id ORDER BY sum(1.0 / having_it) DESC, quote_id LIMIT :limit"
    ).bindparams(terms=list(terms))
