"""How fast and accurate the engine is, beside textacy's `direct_quotations` on the same pipeline and texts.

    python -m benchmarks.engine --shared ../shared

Speeds are compared within one run only: each batch of articles is read once by the pipeline, then linked with
and without coreference and given to textacy, so that whatever else the machine does at that moment slows all
of them alike; ratios are medians over the batches. Needs ``pip install 'quotetrace[bench]'`` for textacy;
without it the rest is measured all the same. Takes two to three minutes.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from importlib import import_module, metadata
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any, Final

import click
from rich.progress import Progress
from spacy.tokens import Doc

from attribution import AttributedText, Engine, Limits
from attribution.engine import ENGINE_VERSION
from attribution.processes import CHUNK_TEXTS
from attribution.reading import plain_spaces
from benchmarks.scoring import Gold, articles, progress, shared_option, write_lines

# Articles of one batch: long enough to be timed, short enough that there are some twenty pairs.
BATCH: Final = 4
# Articles for the comparison of one process with two, and how often they are compared; with few articles
# the last one to be ready tells more than the processes do.
SCALING_ARTICLES: Final = 72
SCALING_PAIRS: Final = 2
PROCESSES: Final = 2
# The longest articles show the most memory.
MEMORY_ARTICLES: Final = 4
WARM_UP: Final = "“We are ready,” said Ann Miller, the head of the office. “We begin today,” she added."


@dataclass
class Timed:
    """Seconds of one batch, by step, and its words."""

    words: int
    pipeline: float = 0.0
    linking: float = 0.0
    whole: float = 0.0
    textacy: float | None = None

    def speed(self, step: float) -> float:
        """Words a second of the pipeline with one step behind it."""
        return self.words / (self.pipeline + step)


@dataclass
class Found:
    """What was found in the articles, and how long it took."""

    batches: list[Timed] = field(default_factory=list)
    engine: list[dict[str, Any]] = field(default_factory=list)
    textacy: list[dict[str, Any]] = field(default_factory=list)
    # Articles on which textacy raised, by what it said.
    raised: dict[str, str] = field(default_factory=dict)


@click.command()
@shared_option
@click.option("--articles", "limit", type=click.IntRange(1), default=None, help="Only the first so many.")
@click.option("--scaling/--no-scaling", default=True, help="Compare one process with two.")
def main(shared: Path, limit: int | None, scaling: bool) -> None:
    """Measure the engine's speed and accuracy beside textacy's direct_quotations."""
    gold = Gold(shared)
    texts = dict(islice(articles(gold.quotes).items(), limit))
    quotations = textacy_quotations()
    engine = Engine()
    without_coreference = Engine(engine.nlp, Limits(max_coreference_tokens=0))
    for one in (engine, without_coreference):
        one.attribute(WARM_UP)
    with progress() as shown:
        found = measure(shown, texts, engine, without_coreference, quotations)
        memory = peak_memory(shown, sorted(texts.values(), key=len)[-MEMORY_ARTICLES:])
        ratios = scale(shown, engine, list(texts.values())[:SCALING_ARTICLES]) if scaling else []
    words = sum(batch.words for batch in found.batches)
    click.echo(
        f"{len(texts)} articles, {words:,} words; engine {ENGINE_VERSION}, "
        f"pipeline {engine.pipeline_version}, spaCy {metadata.version('spacy')}; {os.cpu_count()} cores.\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        scores = [
            gold.score("attribution", gold_of(gold, texts, folder), write_lines(Path(folder) / name, records))
            for name, records in (("engine", found.engine), ("textacy", found.textacy))
        ]
    click.echo(accuracy(*scores, with_textacy=quotations is not None))
    click.echo(speed(found.batches))
    click.echo(f"\nPeak memory of one worker: {memory:.0f} MB.")
    if ratios:
        faster, dearer = (median(column) for column in zip(*ratios, strict=True))
        click.echo(
            f"{PROCESSES} processes have {faster:.2f} times the words a second of one, and take {dearer:.2f} "
            "times its processor time.\n"
            "Where other programs hold cores, only the second figure tells of the engine."
        )
    if quotations is None:
        click.echo("textacy is not installed: pip install 'quotetrace[bench]'.")
    else:
        message = next(iter(found.raised.values()), "")
        click.echo(f"textacy raised on {len(found.raised)} of {len(texts)} articles. {message}".rstrip())


def textacy_quotations() -> Callable[[Doc], Iterable[Any]] | None:
    """Return textacy's function, or ``None`` where it is not installed."""
    try:
        function: Callable[[Doc], Iterable[Any]] = import_module("textacy.extract").direct_quotations
    except ImportError:
        return None
    return function


def measure(
    shown: Progress,
    texts: dict[str, str],
    engine: Engine,
    without_coreference: Engine,
    quotations: Callable[[Doc], Iterable[Any]] | None,
) -> Found:
    """Read every article once, then time each step on it; which comes first changes from batch to batch."""
    found = Found()
    task = shown.add_task("Speed and accuracy", total=len(texts))
    remaining = iter(texts.items())
    turn = 0
    while batch := list(islice(remaining, BATCH)):
        words = sum(len(text.split()) for _, text in batch)
        begun = time.perf_counter()
        docs = list(engine.nlp.pipe([plain_spaces(text) for _, text in batch], batch_size=BATCH))
        timed = Timed(words, pipeline=time.perf_counter() - begun)

        def link(docs: list[Doc] = docs, timed: Timed = timed) -> None:
            copies = [doc.copy() for doc in docs]
            begun = time.perf_counter()
            for doc in copies:
                without_coreference.attribute_doc(doc)
            timed.linking = time.perf_counter() - begun

        def whole(docs: list[Doc] = docs, timed: Timed = timed, batch: list[Any] = batch) -> None:
            # The engine takes what the encoder left with a document.
            copies = [doc.copy() for doc in docs]
            begun = time.perf_counter()
            results = [engine.attribute_doc(doc) for doc in copies]
            timed.whole = time.perf_counter() - begun
            for (id, _), result in zip(batch, results, strict=True):
                found.engine.append({"id": id, "quotes": [quote.to_dict() for quote in result.quotes]})

        def other(docs: list[Doc] = docs, timed: Timed = timed, batch: list[Any] = batch) -> None:
            if quotations is None:
                return
            begun = time.perf_counter()
            results = [tried(quotations, doc) for doc in docs]
            timed.textacy = time.perf_counter() - begun
            for (id, _), result in zip(batch, results, strict=True):
                if isinstance(result, ValueError):
                    found.raised[id] = str(result)
                else:
                    found.textacy.append({"id": id, "quotes": [as_quote(triple) for triple in result]})

        steps = [link, whole, other]
        for step in steps[turn:] + steps[:turn]:
            step()
        turn = (turn + 1) % len(steps)
        found.batches.append(timed)
        shown.advance(task, len(batch))
    return found


def tried(quotations: Callable[[Doc], Iterable[Any]], doc: Doc) -> list[Any] | ValueError:
    """Return what textacy finds, or the error that it raises, as it does on an odd number of marks."""
    try:
        return list(quotations(doc))
    except ValueError as error:
        return error


def as_quote(triple: Any) -> dict[str, Any]:
    """Return a quotation of textacy as the scoring tool reads one; its speaker is a list of tokens."""
    return {
        "start": triple.content.start_char,
        "end": triple.content.end_char,
        "kind": "direct",
        "speaker": {"name": " ".join(token.text for token in triple.speaker), "type": "person"},
    }


def gold_of(gold: Gold, texts: dict[str, str], folder: str) -> Path:
    """Write the annotation of just these articles, so that a shorter run is scored on what it read."""
    from benchmarks.scoring import lines

    records = (record for record in lines(gold.quotes) if record["id"] in texts)
    return write_lines(Path(folder) / "gold", records)


def peak_memory(shown: Progress, texts: list[str]) -> float:
    """Return the most memory in MB that a fresh process holds while it attributes some articles."""
    task = shown.add_task("Memory of one worker", total=1)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        peak = pool.submit(attribute_and_weigh, texts).result()
    shown.advance(task)
    return peak


def attribute_and_weigh(texts: list[str]) -> float:
    """Attribute texts in this process and return the most memory in MB that it ever held."""
    for _ in Engine().pipe(texts):
        pass
    status = Path("/proc/self/status")
    if status.exists():
        # Linux hands ru_maxrss down from the process that started this one; VmHWM is this one's own.
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def scale(shown: Progress, engine: Engine, texts: list[str]) -> list[tuple[float, float]]:
    """Return for each pair of runs how many times faster several processes are than one, and how much dearer.

    Dearer by processor time, which depends less on how busy the machine is otherwise; what it takes to start
    the workers is measured by itself and taken off, since it does not grow with the texts.
    """
    task = shown.add_task(f"1 and {PROCESSES} processes", total=SCALING_PAIRS * 2 + 1)

    def run(processes: int, some: list[str]) -> tuple[float, float]:
        """Return seconds since every worker has done its first chunk, and processor seconds of all."""
        first = [WARM_UP] * (CHUNK_TEXTS * processes)
        spent = processor_seconds()
        begun = 0.0
        for number, result in enumerate(engine.pipe([*first, *some], n_process=processes), start=1):
            assert isinstance(result, AttributedText)
            if number == len(first):
                begun = time.perf_counter()
        seconds = time.perf_counter() - begun
        shown.advance(task)
        return seconds, processor_seconds() - spent

    _, start = run(PROCESSES, [])
    ratios = []
    for _ in range(SCALING_PAIRS):
        alone, alone_spent = run(1, texts)
        together, together_spent = run(PROCESSES, texts)
        ratios.append((alone / together, (together_spent - start) / alone_spent))
    return ratios


def processor_seconds() -> float:
    """Return the processor time of this process and of all its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def accuracy(engine: dict[str, Any], textacy: dict[str, Any], *, with_textacy: bool) -> str:
    """The table of accuracy."""
    kinds = "by what names the speaker"
    rows = [
        (name, engine[key], textacy[key])
        for name, key in (
            ("detection precision", "detection precision"),
            ("detection recall", "detection recall"),
            ("detection F1", "detection F1"),
            ("speaker right, all speech spans", "speaker right"),
            ("full name as the article gives it", "speaker right, full name"),
        )
    ]
    rows += [
        (f"… by {name}", engine[kinds][name][2], textacy[kinds][name][2])
        for name in ("name", "pronoun", "description")
        if name in engine[kinds]
    ]
    return table(
        ("accuracy", "engine", "textacy"),
        ((name, f"{ours:.3f}", f"{theirs:.3f}" if with_textacy else "-") for name, ours, theirs in rows),
    )


def speed(batches: list[Timed]) -> str:
    """The table of speed: words a second over all, and what each step leaves of the bare pipeline's."""

    def row(name: str, seconds: Callable[[Timed], float]) -> tuple[str, str, str]:
        total = sum(batch.words for batch in batches) / sum(b.pipeline + seconds(b) for b in batches)
        share = median(batch.speed(seconds(batch)) / batch.speed(0.0) for batch in batches)
        return name, f"{total:,.0f}", f"{share:.2f}"

    rows = [
        row("pipeline alone", lambda batch: 0.0),  # noqa: ARG005
        row("… with linking and resolving, no coreference", lambda batch: batch.linking),
        row("… the whole chain", lambda batch: batch.whole),
    ]
    if all(batch.textacy is not None for batch in batches):
        rows.append(row("… with textacy instead", lambda batch: batch.textacy or 0.0))

    def part(seconds: Callable[[Timed], float]) -> str:
        return f"{median(seconds(batch) / (batch.pipeline + batch.whole) for batch in batches):.0%}"

    linking = part(lambda batch: batch.linking)
    coreference = part(lambda batch: max(0.0, batch.whole - batch.linking))
    return (
        f"\n{table(('speed', 'words a second', 'of the pipeline alone'), rows)}\n\n"
        f"Of the whole chain's time linking takes {linking}, coreference {coreference}; linking costs "
        f"{median(batch.linking / batch.pipeline for batch in batches):.0%} on top of the pipeline."
    )


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a Markdown table with its columns under each other."""
    cells = [head, *rows]
    widths = [max(len(row[n]) for row in cells) for n in range(len(head))]

    def line(row: Iterable[str]) -> str:
        return "| " + " | ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)) + " |"

    def all_lines() -> Iterator[str]:
        yield line(head)
        yield "|" + "|".join("-" * (width + 2) for width in widths) + "|"
        yield from map(line, cells[1:])

    return "\n".join(all_lines())


if __name__ == "__main__":
    main()
