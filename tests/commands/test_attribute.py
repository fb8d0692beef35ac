"""`quotetrace attribute`, as a script and a person call it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main

TEXT = "“The bridge will open in June,” said Laura Mendes, who watched the film “The Last Ferry.”"


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["attribute", *arguments], input=stdin)


def lines(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_json_lines_in_json_lines_out() -> None:
    result = run("--format", "jsonl", stdin=json.dumps({"id": 7, "text": TEXT}) + "\n")
    assert result.exit_code == 0, result.stderr
    (record,) = lines(result)
    assert record["id"] == 7
    quotes = record["quotes"]
    assert isinstance(quotes, list)
    quote = quotes[0]
    assert TEXT[quote["start"] : quote["end"]] == quote["text"] == "“The bridge will open in June,”"
    assert quote["speaker"] == {"name": "Laura Mendes", "type": "person"}
    assert quote["mention"]["text"] == "Laura Mendes"
    assert quote["cue"]["text"] == "said"
    assert {"kind", "utterance", "method", "confidence"} <= set(quote)


def test_text_files_are_named_by_their_paths(tmp_path: Path) -> None:
    file = tmp_path / "bridge.txt"
    file.write_text(TEXT, encoding="utf8")
    result = run("--format", "jsonl", str(file))
    assert lines(result)[0]["id"] == str(file)


def test_a_person_reads_speaker_quote_and_evidence(tmp_path: Path) -> None:
    file = tmp_path / "bridge.txt"
    file.write_text(TEXT, encoding="utf8")
    result = run("--format", "text", str(file))
    assert "Laura Mendes" in result.stdout
    assert "said" in result.stdout


def test_only_the_wanted_kinds_are_listed() -> None:
    text = "Laura Mendes called it “a shambles.” “We open in June,” she said."
    stdin = json.dumps({"id": "a", "text": text})
    kinds = {
        wanted: [q["kind"] for q in lines(run("--kinds", wanted, stdin=stdin))[0]["quotes"]]  # type: ignore[index, attr-defined]
        for wanted in ("direct", "mixed", "direct,mixed")
    }
    assert kinds["direct"] == ["direct"]
    assert kinds["mixed"] == ["mixed"]
    assert sorted(kinds["direct,mixed"]) == ["direct", "mixed"]


def test_rejected_spans_are_listed_with_their_reason_on_request() -> None:
    stdin = json.dumps({"id": "a", "text": TEXT})
    assert "rejected" not in lines(run(stdin=stdin))[0]
    (record,) = lines(run("--rejected", stdin=stdin))
    rejected = record["rejected"]
    assert isinstance(rejected, list)
    assert rejected[0]["text"] == "“The Last Ferry.”"
    assert rejected[0]["reason"]


def test_bad_items_are_named_and_the_rest_is_done(tmp_path: Path) -> None:
    good = json.dumps({"id": "good", "text": TEXT})
    bad = [
        "{not json",
        json.dumps(["a", "list"]),
        json.dumps({"id": "no text"}),
        json.dumps({"id": "empty", "text": " "}),
        json.dumps({"id": "binary", "text": "\x00\x01"}),
        json.dumps({"id": "marks", "text": "“” \" '"}),
        json.dumps({"id": "long", "text": "word " * 2_100_000}),
        json.dumps({"id": "good", "text": TEXT}),
        '{"id": "half", "text": "\\ud800"}',
        "[" * 5_000,
    ]
    result = run("--format", "jsonl", stdin="\n".join([good, *bad, good.replace("good", "last")]))
    assert result.exit_code == 1
    assert [r["id"] for r in lines(result)] == ["good", "last"]
    assert len(result.stderr.splitlines()) == len(bad)


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes("“Café,” said Laura Mendes.".encode("latin-1", "replace") + b"\xe9")
    (tmp_path / "good.txt").write_text(TEXT, encoding="utf8")
    names = [str(tmp_path / n) for n in ("missing.txt", "latin.txt", "good.txt")]
    result = run("--format", "jsonl", *names)
    assert result.exit_code == 1
    assert [r["id"] for r in lines(result)] == [names[2]]
    assert all(any(line.startswith(n) for line in result.stderr.splitlines()) for n in names[:2])


@pytest.mark.parametrize("arguments", [["--kinds", "spoken"], ["--kinds", ""], ["--format", "xml"]])
def test_wrong_usage_exits_with_two(arguments: list[str]) -> None:
    assert run(*arguments, stdin="").exit_code == 2


def test_a_pipeline_that_is_not_installed_is_wrong_usage() -> None:
    result = run("--pipeline", "en_no_such_pipeline", stdin="")
    assert result.exit_code == 2
    assert "en_no_such_pipeline" in result.stderr
