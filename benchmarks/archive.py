"""An archive of as many quotes as wanted, made up word by word, to measure searching in.

Each quote is a walk through the words of PolNeAR's reported speech: a word is followed by one that follows it
there, or, every fourth time, by any word as often as it occurs. So the phrases of English recur as they do in
news, while no quote is anybody's. Three statements in ten have several reports (the words as they are, a part
of them, words left out, a word exchanged), days apart at most.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from array import array
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, islice, pairwise
from pathlib import Path
from typing import Any, Final

from sqlalchemy import insert, text
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from api.database import Database
from api.names import folded_name, name_key
from api.records import Article, Outlet, Quote, QuoteTerms, Revision, Speaker, SpeakerAlias, Statement
from api.search import index_terms

OUTLETS: Final = 200
SPEAKERS: Final = 20_000
QUOTES_IN_ARTICLE: Final = 8
QUOTES_A_DAY: Final = 280
FIRST_DAY: Final = date(2016, 1, 1)
# How often the next word is any word, not one that follows the last one in the material.
ANY_WORD: Final = 0.25
SEVERAL_REPORTS: Final = 0.3
# Articles written to the database at once.
BATCH: Final = 500

_WORD: Final = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?|\d+(?:[.,]\d+)*")


class Chain:
    """Words as they follow each other in the reported speech of PolNeAR's training part."""

    def __init__(self, shared: Path) -> None:
        contents: list[list[str]] = []
        with gzip.open(shared / "corpora/polnear/train/articles.jsonl.gz", "rt", encoding="utf8") as lines:
            for line in lines:
                article = json.loads(line)
                contents += [
                    _WORD.findall(" ".join(article["text"][c[0] : c[1]] for c in a["content"]))
                    for a in article["attributions"]
                ]
        self.lengths = [len(words) for words in contents if 4 <= len(words) <= 60]
        counts = Counter(word for words in contents for word in words)
        self.words = sorted(counts)
        self._sums = array("L", accumulate(counts[word] for word in self.words))
        numbers = {word: n for n, word in enumerate(self.words)}
        follow: dict[int, array[int]] = {}
        for words in contents:
            for one, other in pairwise(words):
                follow.setdefault(numbers[one], array("L")).append(numbers[other])
        self._follow = follow

    def any_word(self, rng: random.Random) -> int:
        """Draw the number of a word, as often as it occurs."""
        return bisect(self._sums, rng.randrange(self._sums[-1]))

    def quote(self, rng: random.Random) -> list[str]:
        """Make up one quote's words."""
        word = self.any_word(rng)
        found = [word]
        for _ in range(rng.choice(self.lengths) - 1):
            after = self._follow.get(word)
            word = rng.choice(after) if after and rng.random() >= ANY_WORD else self.any_word(rng)
            found.append(word)
        return [self.words[n] for n in found]


@dataclass(frozen=True, slots=True)
class MadeQuote:
    """One report of a statement, both numbered from 1 in the order in which they were made up."""

    statement: int
    speaker: int
    words: tuple[str, ...]
    text: str


def exchanged(words: Sequence[str], how_many: int, chain: Chain, rng: random.Random) -> list[str]:
    """Exchange some words for others."""
    changed = list(words)
    for place in rng.sample(range(len(words)), how_many):
        new = changed[place]
        while new.lower() == words[place].lower():
            new = chain.words[chain.any_word(rng)]
        changed[place] = new
    return changed


def left_out(words: Sequence[str], rng: random.Random) -> str:
    """Leave out some words inside, and mark the place with an ellipsis."""
    size = rng.randint(1, max(1, len(words) // 3))
    start = rng.randint(2, max(2, len(words) - size - 2))
    return sentence([*words[:start], "…", *words[start + size :]])


def sentence(words: Sequence[str]) -> str:
    """Write words as a sentence."""
    line = " ".join(words)
    return line[:1].upper() + line[1:] + "."


def reports(chain: Chain, speakers: int, rng: random.Random, statement: int) -> list[MadeQuote]:
    """Make up a statement with its reports, the fullest first."""
    words = chain.quote(rng)
    speaker = min(int(rng.paretovariate(0.6)), speakers)
    texts = [(words, sentence(words))]
    if rng.random() < SEVERAL_REPORTS:
        for _ in range(min(30, int(rng.paretovariate(1.2)))):
            kind = rng.randrange(4) if len(words) >= 8 else 0
            if kind == 1:
                size = rng.randint(len(words) // 2, len(words) - 1)
                start = rng.randint(0, len(words) - size)
                part = words[start : start + size]
                texts.append((part, sentence(part)))
            elif kind == 2:
                line = left_out(words, rng)
                texts.append((_WORD.findall(line), line))
            elif kind == 3:
                other = exchanged(words, 1, chain, rng)
                texts.append((other, sentence(other)))
            else:
                texts.append((words, sentence(words)))
    return [MadeQuote(statement, speaker, tuple(words), f"“{line}”") for words, line in texts]


def days(chain: Chain, quotes: int, seed: int) -> Iterator[list[MadeQuote]]:
    """Yield the quotes day by day; a statement's reports lie within three days."""
    rng = random.Random(seed)
    waiting: list[list[MadeQuote]] = [[], [], []]
    made = statement = 0
    while made < quotes or any(waiting):
        while made < quotes and len(waiting[0]) < QUOTES_A_DAY:
            statement += 1
            found = reports(chain, SPEAKERS, rng, statement)[: quotes - made]
            made += len(found)
            waiting[0].append(found[0])
            for report in found[1:]:
                waiting[rng.randrange(3)].append(report)
        today = waiting.pop(0)
        waiting.append([])
        rng.shuffle(today)
        yield today


async def fill(database: Database, chain: Chain, quotes: int, seed: int, progress: Any) -> list[MadeQuote]:
    """Fill an empty archive; quote and statement records get the numbers that they were made up with.

    The full-text index of PostgreSQL is taken away and made anew at the end, as for any bulk load.

    Returns:
        The quotes; the record of the first has the id 1, and so on.
    """
    rng = random.Random(seed)
    index = await _drop_index(database)
    async with database.session() as session:
        await _insert(session, Outlet, [
            {"id": n, "name": f"Outlet {n}", "key": folded_name(f"Outlet {n}")} for n in range(1, OUTLETS + 1)
        ])  # fmt: skip
        names = _names(rng)
        for part in _parts(list(enumerate(names, 1)), 5_000):
            await _insert(session, Speaker, [
                {"id": n, "name": name, "type": "person", "key": name_key(name), "match_key": name_key(name),
                 "version": 1} for n, name in part
            ])  # fmt: skip
            await _insert(session, SpeakerAlias, [
                {"id": n, "speaker_id": n, "name": name, "key": name_key(name)} for n, name in part
            ])  # fmt: skip
        await session.commit()
        writer = _Writer(session, names, rng)
        waiting: list[tuple[date, list[MadeQuote]]] = []
        for number, today in enumerate(days(chain, quotes, seed)):
            day = FIRST_DAY + timedelta(days=number)
            waiting += [(day, part) for part in _parts(today, QUOTES_IN_ARTICLE)]
            while len(waiting) >= BATCH:
                await writer.write(waiting[:BATCH])
                del waiting[:BATCH]
                progress(len(writer.made))
        await writer.write(waiting)
        progress(len(writer.made))
    await _finish(database, index)
    return writer.made


class _Writer:
    """Writes articles in batches, each committed; every record's id is the number of it so far."""

    def __init__(self, session: AsyncSession, names: Sequence[str], rng: random.Random) -> None:
        self.made: list[MadeQuote] = []
        self._session = session
        self._names = names
        self._rng = rng
        self._articles = 0
        self._statements = 0

    async def write(self, articles: Sequence[tuple[date, Sequence[MadeQuote]]]) -> None:
        rows: dict[type[SQLModel], list[dict[str, Any]]] = {
            model: [] for model in (Article, Revision, Statement, Quote, QuoteTerms)
        }
        newest = max((quote.statement for _, quotes in articles for quote in quotes), default=0)
        rows[Statement] = [{"id": n} for n in range(self._statements + 1, newest + 1)]
        self._statements = max(self._statements, newest)
        for day, quotes in articles:
            self._articles += 1
            self._add(rows, day, quotes)
        for model, values in rows.items():
            await _insert(self._session, model, values)
        await self._session.commit()

    def _add(
        self, rows: dict[type[SQLModel], list[dict[str, Any]]], day: date, quotes: Sequence[MadeQuote]
    ) -> None:
        number, outlet = self._articles, self._rng.randint(1, OUTLETS)
        lines: list[str] = []
        length = 0
        for utterance, quote in enumerate(quotes):
            self.made.append(quote)
            speaker = self._names[quote.speaker - 1]
            line = f"{quote.text} {speaker} said.\n\n"
            mention = length + len(quote.text) + 1
            rows[Quote].append({
                "id": len(self.made), "revision_id": number, "start": length,
                "end": length + len(quote.text), "text": quote.text, "kind": "direct",
                "utterance": utterance, "method": "name", "confidence": 0.9, "speaker_id": quote.speaker,
                "found_speaker_id": quote.speaker, "speaker_name": speaker, "speaker_type": "person",
                "mention_start": mention, "mention_end": mention + len(speaker), "mention_text": speaker,
                "chain": [], "engine_version": "made", "pipeline_version": "made",
                "statement_id": quote.statement,
            })  # fmt: skip
            terms = index_terms(quote.text)
            rows[QuoteTerms].append(
                {"quote_id": len(self.made), "words": " ".join(terms.words), "terms": " ".join(terms.terms)}
            )
            lines.append(line)
            length += len(line)
        whole = "".join(lines)
        rows[Article].append(
            {"id": number, "outlet_id": outlet, "title": f"No. {number}", "published_on": day}
        )
        rows[Revision].append({
            "id": number, "article_id": number, "outlet_id": outlet, "number": 1, "current": True,
            "text": whole, "content_hash": hashlib.sha256(f"{number} {whole}".encode()).hexdigest(),
            "engine_version": "made", "pipeline_version": "made",
        })  # fmt: skip


async def _insert(session: AsyncSession, model: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    if rows:
        now = datetime.now(UTC)
        stamped = [{"created_at": now, **row} for row in rows] if "created_at" in model.model_fields else rows
        await session.execute(insert(model), stamped)


async def _drop_index(database: Database) -> str | None:
    """Take PostgreSQL's index of terms away; returns how to make it again."""
    if database.dialect == "sqlite":
        return None
    async with database.engine.begin() as connection:
        found = await connection.execute(
            text("SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_quote_terms_terms_vector'")
        )
        definition = str(found.scalar_one())
        await connection.execute(text("DROP INDEX ix_quote_terms_terms_vector"))
    return definition


async def _finish(database: Database, index: str | None) -> None:
    async with database.engine.begin() as connection:
        if index is not None:
            await connection.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
            await connection.execute(text(index))
            # The records brought their own numbers; the next ones follow on.
            for model in (Outlet, Speaker, SpeakerAlias, Article, Revision, Statement, Quote):
                name = model.__tablename__
                last = f"(SELECT max(id) FROM {name})"
                await connection.execute(
                    text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {last})")
                )
        else:
            await connection.execute(text("INSERT INTO quote_fts(quote_fts) VALUES ('optimize')"))
        await connection.execute(text("ANALYZE"))


def _names(rng: random.Random) -> list[str]:
    """Make up different names."""
    syllables = "ba cor del fen gar hol is jun kel lo mar nor pe ro sil ta".split()
    found: dict[str, None] = {}
    while len(found) < SPEAKERS:
        parts = ("".join(rng.choices(syllables, k=rng.randint(2, 3))).title() for _ in range(2))
        found[" ".join(parts)] = None
    return list(found)


def _parts(values: Sequence[Any], size: int) -> Iterator[list[Any]]:
    waiting = iter(values)
    while part := list(islice(waiting, size)):
        yield part
