"""Find quotes by words, speaker, outlet and date, and the quotes that may report the same utterance.

The same terms, folded here, are indexed by SQLite's FTS5 and PostgreSQL's GIN, so that both databases
give the same answers. Three kinds of terms stand in one index; the dot, which no word holds, tells them
apart:

- the stem of a word: ``impass``
- a compound of two neighbours, since hyphenation does not count: ``·ceasefire`` for "cease-fire"
- what two wordings of one utterance share: the stems of two content words that stand close, in either order
  (``alreadi·discuss``); three words in a row (``it·will·not``); and, of a quote with one content word, its
  stem (``impass·``).

The database looks terms up one by one and stops after a few hundred quotes each, so the time for a question
hardly grows with the archive; which of the quotes found are likeliest is worked out here, for both databases.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import combinations, pairwise
from typing import Any, Final

import snowballstemmer
from sqlalchemy import (
    ColumnElement,
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
from api.reports import read_words
from attribution.information import word_information
from attribution.models import Kind

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
# Terms that are looked up for one question, those that tell the most.
MAX_TERMS: Final = 40
# So many quotes are taken of one term, the newest. What more quotes have tells nothing by itself, and is
# looked up together with another such term.
FOUND_OF_TERM: Final = 300
MAX_PAIRS_OF_TERMS: Final = 24
# Up to so many words are looked up as they are, since they have hardly any other terms.
FEW_WORDS: Final = 2
# Of words that are only remembered, so many are looked for.
MAX_REMEMBERED: Final = 8
# Rarity is told against an archive of so many quotes; only the order of what is found depends on it.
QUOTES: Final = 1_000_000
# More than all terms of a question can tell together.
WHOLE: Final = MAX_TERMS * math.log(QUOTES)

# Quotes whose terms are in memory at the same time while the index is made anew.
REBUILD_BATCH: Final = 500

DOT: Final = "·"
_STEMMER: Final = snowballstemmer.stemmer("english")

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
        words: all of these words occur in the quote, in any order and inflection; quotes that hold them side
            by side come first. Case, punctuation, hyphenation, British or American spelling do not count.
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
    words = ("".join(filter(str.isalnum, key))[:MAX_WORD] for key in read_words(quote).keys)
    return tuple(word for word in words if word)


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return an English word without its ending (Porter's second algorithm); other words stay as they are."""
    return str(_STEMMER.stemWord(word)) if word.isascii() else word


def index_terms(quote: str) -> Terms:
    """Return what is indexed of a quote."""
    words = folded_words(quote)[:MAX_INDEXED_WORDS]
    compounds = (DOT + a + b for a, b in pairwise(words) if _can_be_compound(a, b))
    stems = map(stem, words)
    terms = dict.fromkeys([*stems, *compounds, *_shared_terms(words), *_singles(words)])
    return Terms(words, tuple(_within(terms, MAX_INDEXED_BYTES)))


async def find_quotes(
    session: AsyncSession, filters: QuoteFilters, limit: int = 50, offset: int = 0
) -> QuotePage:
    """Return the quotes of current revisions that fit, newest article first.

    With ``words``, quotes that hold them side by side come before the others. Any text may be asked for;
    words that hold no letter or digit find nothing.
    """
    query = matching_quotes(session, filters)
    if query is None:
        return QuotePage((), 0, limit, offset)
    order: list[Any] = []
    if filters.words is not None:
        query = query.join(QuoteTerms, col(QuoteTerms.quote_id) == col(Quote.id))
        # Without the blanks, since hyphenation does not count here either.
        side_by_side = func.replace(col(QuoteTerms.words), " ", "").contains("".join(_asked(filters.words)))
        order.append(case((side_by_side, 0), else_=1))
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


def matching_quotes(session: AsyncSession, filters: QuoteFilters) -> Any:
    """Select the quotes that fit, as `current_quotes` does; ``None`` where the words hold nothing to find."""
    query = current_quotes()
    if filters.words is not None:
        words = _asked(filters.words)
        if not words:
            return None
        query = query.where(col(Quote.id).in_(_having_all(_dialect(session), words)))
    return query.where(*_conditions(filters))


def _asked(words: str) -> tuple[str, ...]:
    return folded_words(words[:MAX_QUERY_CHARACTERS])[:MAX_QUERY_WORDS]


async def candidates(session: AsyncSession, quote: str, limit: int = 60) -> list[int]:
    """Return the ids of quotes that may report the same utterance as these words, likeliest first.

    A quote is a candidate if it shares a term of the third kind with ``quote`` (see above), or if one of
    the two is short and has a content word of the other. Both rules are symmetric, so a quote finds the
    other whichever of the two came first; only what this module's limits cut off is not found.
    """
    words = folded_words(quote[: MAX_QUERY_CHARACTERS * 4])[:MAX_INDEXED_WORDS]
    terms = _telling_terms(words)
    if not terms or limit <= 0:
        return []
    whole = _terms_of_all(words)
    found = await _look_up(session, [whole, *((term,) for term in terms)])
    often = [term for term in terms if len(found[term,]) >= FOUND_OF_TERM]
    if often:
        pairs = list(combinations(often, 2))[:MAX_PAIRS_OF_TERMS]
        found |= await _look_up(session, pairs)
    # What has all terms of the words comes first: it is likely to hold them as they are.
    score = dict.fromkeys(found.get(whole, ()), WHOLE)
    for group, ids in found.items():
        # What very many have tells something only of those that have another such term too.
        tells = math.log(QUOTES / max(1, len(ids))) if len(group) > 1 or len(ids) < FOUND_OF_TERM else 0.5
        for id in ids:
            score[id] = score.get(id, 0.0) + tells
    return _likeliest(score, limit)


async def holding(session: AsyncSession, words: str, limit: int) -> list[int]:
    """Return the ids of the newest quotes that hold these words side by side, of a few hundred that may."""
    asked = folded_words(words[:MAX_QUERY_CHARACTERS])[:MAX_INDEXED_WORDS]
    found = await _look_up(session, [_terms_of_all(asked)])
    ids = sorted({id for group in found.values() for id in group}, reverse=True)
    if not ids:
        return []
    held = f" {' '.join(asked)} "
    of_them = select(QuoteTerms.quote_id, QuoteTerms.words).where(col(QuoteTerms.quote_id).in_(ids))
    holders = {id for id, indexed in await session.exec(of_them) if held in f" {indexed} "}
    return [id for id in ids if id in holders][:limit]


async def sharing_words(session: AsyncSession, words: Sequence[str], limit: int) -> list[int]:
    """Return the ids of quotes that share the stems of these words which tell most, likeliest first.

    For words that somebody remembers in another order or inflection, a few of many.
    """
    tells = {stem(word): word_information(word) for word in _content(words)}
    telling = sorted(tells, key=lambda term: (-tells[term], term))[:MAX_REMEMBERED]
    groups: list[tuple[str, ...]] = [(term,) for term in telling]
    groups += [*combinations(telling, 2), tuple(telling)]
    found = await _look_up(session, dict.fromkeys(groups))
    score: dict[int, float] = {}
    for group, ids in found.items():
        if len(ids) < FOUND_OF_TERM or len(group) > 1 or len(telling) == 1:
            for id in ids:
                score[id] = max(score.get(id, 0.0), sum(tells[term] for term in group))
    return _likeliest(score, limit)


def _likeliest(score: dict[int, float], limit: int) -> list[int]:
    """Return the ids with the highest scores, of equals the newest first."""
    # Sorted twice, without a key made for each id: that takes a fifth of the time.
    return sorted(sorted(score, reverse=True), key=score.__getitem__, reverse=True)[:limit]


async def within(session: AsyncSession, ids: Sequence[int], filters: QuoteFilters) -> list[int]:
    """Return those of some quotes that the filters leave (``words`` apart), in the same order."""
    conditions = _conditions(filters)
    if not ids or not conditions:
        return list(ids)
    query = current_quotes().with_only_columns(col(Quote.id)).where(col(Quote.id).in_(ids), *conditions)
    left = set((await session.exec(query)).all())
    return [id for id in ids if id in left]


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


def _telling_terms(words: Sequence[str]) -> list[str]:
    """Return the terms by which to look for these words, those that tell the most first."""
    content = _content(words)
    tells: dict[str, float] = {}
    for term, parts in _shared_parts(words):
        # Two of three: one changed word takes three triples away, but fewer pairs.
        tells[term] = 2 * sum(map(word_information, parts)) / len(parts)
    for word in content:
        tells.setdefault(stem(word) + DOT, word_information(word))
        if len(set(content)) <= SHORT_QUOTE:
            tells.setdefault(stem(word), word_information(word))
    return sorted(tells, key=lambda term: (-tells[term], term))[:MAX_TERMS]


def _terms_of_all(words: Sequence[str]) -> tuple[str, ...]:
    """Return terms that every quote has which holds exactly these words, side by side."""
    if len(words) <= FEW_WORDS:
        return tuple(dict.fromkeys(map(stem, words)))
    held = [
        term
        for term, parts in _shared_parts(words)
        # Two words count as content words, and so as neighbours, only where there are none better.
        if len(parts) == 3 or not FUNCTION_WORDS.issuperset(parts)
    ]
    return tuple(dict.fromkeys(held))[:MAX_QUERY_WORDS]


def _shared_terms(words: Sequence[str]) -> Iterable[str]:
    """Yield the terms by which two wordings of one utterance find each other; the same for both."""
    return (term for term, _ in _shared_parts(words))


def _shared_parts(words: Sequence[str]) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Yield these terms with the words that they are made of."""
    content = _content(words)
    for near in (1, 2):
        for a, b in zip(content, content[near:], strict=False):
            yield DOT.join(sorted((stem(a), stem(b)))), (a, b)
    for three in zip(words, words[1:], words[2:], strict=False):
        yield DOT.join(three), three


def _singles(words: Sequence[str]) -> list[str]:
    content = dict.fromkeys(_content(words))
    return [stem(word) + DOT for word in content] if len(content) <= SHORT_QUOTE else []


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
    terms = [stem(word), DOT + word]
    if position and _can_be_compound(words[position - 1], word):
        terms.append(stem(words[position - 1] + word))
    if position + 1 < len(words) and _can_be_compound(word, words[position + 1]):
        terms.append(stem(word + words[position + 1]))
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


async def _look_up(
    session: AsyncSession, groups: Iterable[tuple[str, ...]]
) -> dict[tuple[str, ...], list[int]]:
    """Return for each group of terms the newest quotes that have all of them."""
    wanted = [group for group in groups if group]
    if not wanted:
        return {}
    if _dialect(session) == "sqlite":
        query = text(
            "SELECT wanted.key, (SELECT json_group_array(rowid) FROM ("
            " SELECT rowid FROM quote_fts WHERE quote_fts MATCH wanted.value ORDER BY rowid DESC LIMIT :most"
            ")) FROM json_each(:wanted) AS wanted"
        )
        written = [_fts5([term] for term in group) for group in wanted]
    else:
        query = text(
            "SELECT wanted.key - 1, (SELECT json_agg(quote_id) FROM ("
            " SELECT quote_id FROM quote_terms"
            " WHERE terms_vector @@ CAST(wanted.value AS tsquery) LIMIT :most"
            ") AS found)"
            " FROM json_array_elements_text(CAST(:wanted AS json)) WITH ORDINALITY AS wanted(value, key)"
        )
        written = [_tsquery([term] for term in group) for group in wanted]
    connection = await session.connection()
    rows = await connection.execute(query, {"wanted": json.dumps(written), "most": FOUND_OF_TERM})
    found: dict[tuple[str, ...], list[int]] = {group: [] for group in wanted}
    for key, ids in rows:
        found[wanted[int(key)]] = json.loads(ids) if isinstance(ids, str) else ids or []
    return found
