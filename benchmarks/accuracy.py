"""Measure the engine's accuracy and write the tables of docs/accuracy.md.

    python -m benchmarks.accuracy --shared ../shared

Runs the engine over the development gold (news) and the gold of the demo archive, calls the scoring tools of
the shared folder, and replaces what stands between the two markers in the document. Nothing else of it is
touched. Takes about two minutes.
"""

from __future__ import annotations

import tempfile
from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import click

from attribution import AttributedText, Engine
from attribution.comparison import compare
from benchmarks.scoring import Gold, articles, lines, progress, shared_option, write_lines
from benchmarks.tables import ROOT, Measured, table

MEASURED: Final = Measured(ROOT / "docs" / "accuracy.md", "python -m benchmarks.accuracy")
DEMO: Final = ROOT / "seeds" / "gold_quotes.jsonl"
# The share of the speech spans that "at 90 % coverage" is about.
COVERAGE: Final = 0.9


@click.command()
@shared_option
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes.")
@click.option(
    "--predictions",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep what the engine found in this folder, for a look at the errors.",
)
@click.option("--write/--no-write", default=True, help="Write docs/accuracy.md, or only print the tables.")
def main(shared: Path, workers: int, predictions: Path | None, write: bool) -> None:
    """Measure the engine's accuracy and write the tables of docs/accuracy.md."""
    gold = Gold(shared)
    with tempfile.TemporaryDirectory() as temporary:
        folder = predictions or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        engine = Engine()
        found = attribute(engine, {**articles(gold.relations), **articles(DEMO)}, workers)
        everything = write_lines(
            folder / "quotes.jsonl",
            ({"id": id, "quotes": [q.to_dict() for q in result.quotes]} for id, result in found.items()),
        )
        pairs = write_lines(
            folder / "pairs.jsonl",
            (
                {"id": pair["pair"], "relation": compare(pair["a"]["text"], pair["b"]["text"]).relation}
                for pair in lines(gold.pairs)
            ),
        )
        news = gold.score("attribution", gold.quotes, everything)
        demo = gold.score("attribution", DEMO, everything)
        measured = "\n\n".join(
            [
                measured_on(next(iter(found.values()))),
                speakers(
                    news,
                    demo,
                    trusted(gold, gold.quotes, everything, folder),
                    trusted(gold, DEMO, everything, folder),
                ),
                relations(gold.score("relations", gold.relations, everything), len(articles(gold.relations))),
                wordings(gold.score("pairs", gold.pairs, pairs)),
            ]
        )
    click.echo(measured)
    if write:
        MEASURED.write(measured)


def attribute(engine: Engine, texts: dict[str, str], workers: int) -> dict[str, AttributedText]:
    """Attribute every text; one that the engine refuses ends the program, since the gold has none."""
    found = {}
    with progress() as shown:
        results = engine.pipe(texts.values(), n_process=workers)
        for id, result in zip(
            texts, shown.track(results, len(texts), description="Attributing"), strict=True
        ):
            if not isinstance(result, AttributedText):
                raise click.ClickException(f"{id}: {result}")
            found[id] = result
    return found


def trusted(gold: Gold, annotation: Path, everything: Path, folder: Path) -> tuple[float, float]:
    """Return the coverage nearest to 90 % that can be had, and the share of wrong speakers there.

    Answers are left out from the least confident up. Coverage is the share of all speech spans that still
    have an answer. The scoring tool says how many it finds and how many speakers are right among them.
    """
    records = list(lines(everything))
    bars = sorted(
        {
            quote["confidence"]
            for record in records
            for quote in record["quotes"]
            if quote["speaker"] and quote["kind"] != "indirect"
        }
    )

    def at(bar: float) -> tuple[float, float]:
        kept = write_lines(
            folder / "trusted.jsonl",
            (
                {
                    "id": record["id"],
                    "quotes": [q for q in record["quotes"] if q["speaker"] and q["confidence"] >= bar],
                }
                for record in records
            ),
        )
        figures = gold.score("attribution", annotation, kept)
        return figures["detection recall"], figures["speaker right"]

    # The highest bar that still leaves an answer to nine spans of ten; coverage falls as the bar rises.
    first_below = bisect_left(bars, True, key=lambda bar: at(bar)[0] < COVERAGE)
    covered, right = at(bars[max(0, first_below - 1)])
    return covered, 1 - right / covered if covered else 0.0


def measured_on(result: AttributedText) -> str:
    """Say what was measured, and when."""
    today = date.today()
    return f"Engine {result.engine_version}, pipeline `{result.pipeline_version}`, {today.day} {today:%B %Y}."


def speakers(
    news: dict[str, Any], demo: dict[str, Any], sure_news: tuple[float, float], sure_demo: tuple[float, float]
) -> str:
    """The table of who said it."""

    def row(name: str, key: str, least: str = "", aim: str = "") -> tuple[str, ...]:
        return name, f"{news[key]:.3f}", least, aim, f"{demo[key]:.3f}"

    def kind(name: str, key: str, least: str = "", aim: str = "") -> tuple[str, ...]:
        return (
            name,
            share(news["by what names the speaker"].get(key)),
            least,
            aim,
            share(demo["by what names the speaker"].get(key)),
        )

    turned = "not speech, turned away"
    return table(
        ("", "news", "at least", "aim", "demo archive"),
        [
            ("speech spans", str(news["speech spans"]), "", "", str(demo["speech spans"])),
            row("detection precision", "detection precision"),
            row("detection recall", "detection recall"),
            row("**detection F1**", "detection F1", "0.975", "0.985"),
            ("titles and terms turned away", share(news[turned]), "0.70", "0.85", share(demo[turned])),
            row("**speaker right, all speech spans**", "speaker right", "0.93", "0.97"),
            kind("… mention is a name", "name"),
            kind("… mention is a pronoun", "pronoun", "0.88", "0.95"),
            kind("… mention is a description", "description", "0.75", "0.90"),
            kind("… source never named", "unnamed source"),
            kind("… nothing near names the source", "nothing near"),
            row("full name as the article gives it", "speaker right, full name", "0.90", "0.95"),
            row("calibration error", "calibration error (ECE)", "≤ 0.05"),
            (
                "wrong speakers among the most confident answers (coverage)",
                f"{sure_news[1]:.1%} ({sure_news[0]:.1%})".replace("%", " %"),
                "≤ 2 % (90 %)",
                "",
                f"{sure_demo[1]:.1%} ({sure_demo[0]:.1%})".replace("%", " %"),
            ),
        ],
    )  # fmt: skip


def relations(figures: dict[str, Any], count: int) -> str:
    """The table of all attributions of PolNeAR, with and without quote marks."""
    content, sourced = figures["content: P, R, F1"], figures["content and source: P, R, F1"]
    cues = figures["recall over speech cues, content and source"]
    return table(
        (
            f"all {figures['gold attributions']} attributions of {count} articles",
            "P",
            "R",
            "F1",
            "at least",
            "aim",
        ),
        [
            ("content", *(f"{value:.3f}" for value in content), "", ""),
            ("**content and source**", *(f"{value:.3f}" for value in sourced), "0.70", "0.80"),
            (
                f"… recall over the {figures['attributions with a speech cue']} with a speech cue",
                "",
                f"{cues:.3f}",
                "",
                "0.75",
                "0.85",
            ),
        ],
    )


def wordings(figures: dict[str, Any]) -> str:
    """The table of pairs of wordings."""
    precision, recall, f1 = figures["same: P, R, F1"]
    return table(
        (f"{figures['pairs']} pairs of quotes", "P", "R", "F1"),
        [
            ("same utterance", f"{precision:.3f}", f"{recall:.3f}", f"{f1:.3f}"),
            ("relation right", f"{figures['relation right']:.3f}", "", ""),
        ],
    )


def share(counts: Sequence[float] | None) -> str:
    """Return ``[right, all, share]`` as "521 of 575, 0.906"; a dash where there is none."""
    if not counts or not counts[1]:
        return "-"
    right, count, part = counts
    return f"{right} of {count}, {part:.3f}"


if __name__ == "__main__":
    main()
