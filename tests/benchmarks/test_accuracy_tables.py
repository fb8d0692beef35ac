"""The tables of docs/accuracy.md and docs/performance.md are each written by one command."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest

from benchmarks import accuracy, search
from benchmarks.accuracy import share, trusted
from benchmarks.scoring import Gold
from benchmarks.tables import END, Measured, table

BEGIN = accuracy.MEASURED.begin
replaced = accuracy.MEASURED.replaced

# Counts the answers that are left, of four spans; those called "Right" are right.
SCORER = """
import json, sys
kept = [q for line in open(sys.argv[2]) for q in json.loads(line)["quotes"]]
right = sum(q["speaker"]["name"] == "Right" for q in kept)
print(json.dumps({"detection recall": len(kept) / 10, "speaker right": right / 10}))
"""


def test_only_what_stands_between_the_markers_is_replaced() -> None:
    document = f"# Accuracy\n\n{BEGIN}\n\nold\n\n{END}\n\nThe rest.\n"
    assert replaced(document, "new") == f"# Accuracy\n\n{BEGIN}\n\nnew\n\n{END}\n\nThe rest.\n"
    assert replaced(replaced(document, "new"), "old") == document


@pytest.mark.parametrize("document", ["", BEGIN, f"{END}{BEGIN}", f"{BEGIN}{END}{BEGIN}{END}"])
def test_a_document_without_its_markers_is_left_alone(document: str) -> None:
    with pytest.raises(click.ClickException):
        replaced(document, "new")


@pytest.mark.parametrize("measured", [accuracy.MEASURED, search.MEASURED])
def test_the_document_has_its_markers(measured: Measured) -> None:
    text = measured.document.read_text(encoding="utf-8")
    written = text.partition(measured.begin)[2].partition(END)[0].strip("\n")
    assert measured.replaced(text, written) == text


def test_the_least_confident_answers_are_left_out_down_to_nine_of_ten(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "score_attribution.py").write_text(SCORER, encoding="utf-8")
    quotes = [
        {"confidence": n / 10, "kind": "direct", "speaker": {"name": "Wrong" if n in (1, 5) else "Right"}}
        for n in range(1, 11)
    ]
    quotes.append({"confidence": 0.0, "kind": "mixed", "speaker": None})
    everything = tmp_path / "quotes.jsonl"
    everything.write_text(json.dumps({"id": "a", "quotes": quotes}) + "\n", encoding="utf-8")
    coverage, wrong = trusted(Gold(tmp_path), tmp_path / "gold", everything, tmp_path)
    assert coverage == pytest.approx(0.9)
    assert wrong == pytest.approx(1 / 9)


def test_tables_are_markdown() -> None:
    assert table(("", "news"), [("spans", "893")]) == "|  | news |\n| --- | --- |\n| spans | 893 |"
    assert share([28, 45, 0.6222]) == "28 of 45, 0.622"
    assert share([0, 0, 0.0]) == share(None) == "-"
