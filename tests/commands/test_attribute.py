"""`quotetrace attribute`, as a script and a person call it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
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


def test_a_person_reads_the_article_with_its_quotes_explained(tmp_path: Path) -> None:
    file = tmp_path / "bridge.txt"
    file.write_text(TEXT, encoding="utf8")
    result = run("--format", "text", str(file))
    assert "⟦1 “The bridge will open in June,”⟧ said Laura Mendes, who watched" in result.stdout
    assert "1  Laura Mendes (person), " in result.stdout
    assert "“Laura Mendes”, cue “said”" in result.stdout
    assert "⟦a" not in result.stdout
    assert "⟦a “The Last Ferry.”⟧" in run("--format", "text", "--rejected", str(file)).stdout


def test_several_files_become_one_page_that_names_what_could_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(TEXT, encoding="utf8")
    (tmp_path / "two.txt").write_text("“Yes,” said Ada Obi. <script>", encoding="utf8")
    names = [str(tmp_path / n) for n in ("one.txt", "missing.txt", "two.txt")]
    result = run("--format", "html", *names)
    assert result.exit_code == 1
    assert result.stderr.startswith(names[1])
    assert result.stdout.count("<section ") == 3
    assert "Not attributed: No such file" in result.stdout
    assert "<script>" not in result.stdout


def test_problems_are_named_where_they_stand_in_the_input() -> None:
    bad = ["{not json", json.dumps({"id": "empty", "text": " "})]
    good = [json.dumps({"id": n, "text": TEXT}) for n in range(20)]
    result = run("--format", "html", stdin="\n".join([*good[:10], *bad, *good[10:]]))
    headings = re.findall(r'<h2 id="a\d+h">(.*?)</h2>', result.stdout)
    assert headings == [*map(str, range(10)), "line 11", "empty", *map(str, range(10, 20))]


def test_several_processes_give_the_same_answers() -> None:
    stdin = "\n".join(json.dumps({"id": n, "text": TEXT if n != 9 else " "}) for n in range(20))
    alone, together = run(stdin=stdin), run("--workers", "2", stdin=stdin)
    assert (together.stdout, together.stderr) == (alone.stdout, alone.stderr)
    assert [r["id"] for r in lines(together)] == [n for n in range(20) if n != 9]


ODD = [
    "“ ”",
    "”“”",
    "“The bridge will open,” said Laura Mendes. \x1b[31m </script><script>",
    "“The bridge will open,” said Laura Mendes.\r\nYes.\r\rNo.\x85\u2028“It will not,” she said.",
    "\u202e\u05d4\u05e9\u05e8 \u05d0\u05de\u05e8 “we will open in June,” said Laura Mendes.",
    "“" + "The bridge will open in June, " * 50 + "said Laura Mendes",
]


@pytest.mark.parametrize("form", ["text", "html", "jsonl"])
def test_odd_texts_are_shown_in_every_form(tmp_path: Path, form: str) -> None:
    names = [str(tmp_path / f"{number}.txt") for number in range(len(ODD))]
    for name, text in zip(names, ODD, strict=True):
        Path(name).write_bytes(text.encode())
    result = run("--format", form, "--rejected", *names)
    assert result.exit_code == 1
    # The first two hold no words, the rest is done.
    assert [line.partition(": ")[0] for line in result.stderr.splitlines()] == names[:2]
    assert all(name in result.stdout for name in names[2:])
    if form != "jsonl":
        assert "\x1b" not in result.stdout
    assert "<script" not in result.stdout or form != "html"


def test_the_settings_limits_hold_here_too(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = json.dumps({"id": "a", "text": TEXT})
    monkeypatch.setenv("QUOTETRACE_MAX_CHARACTERS", "50")
    result = run(stdin=stdin)
    assert result.exit_code == 1
    assert "the limit is 50" in result.stderr
    monkeypatch.setenv("QUOTETRACE_MAX_CHARACTERS", "many")
    result = run(stdin=stdin)
    assert result.exit_code == 1
    assert "QUOTETRACE_MAX_CHARACTERS" in result.stderr
    monkeypatch.setenv("QUOTETRACE_MAX_CHARACTERS", "500")
    monkeypatch.setenv("QUOTETRACE_PIPELINE", "en_no_such_pipeline")
    assert run(stdin=stdin).exit_code == 2


def test_a_worker_that_dies_ends_the_command_with_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    from attribution import Engine, WorkerDiedError

    def dies(self: Engine, texts: Iterable[str], n_process: int) -> Iterator[None]:
        next(iter(texts))
        raise WorkerDiedError("a worker process ended by signal 9")
        yield

    monkeypatch.setattr(Engine, "pipe", dies)
    result = run("--workers", "2", stdin=json.dumps({"id": "a", "text": TEXT}))
    assert (result.exit_code, result.stderr) == (1, "Error: a worker process ended by signal 9\n")


def test_files_in_other_encodings_are_read_as_ingest_reads_them(tmp_path: Path) -> None:
    (tmp_path / "utf16.txt").write_text(TEXT, encoding="utf-16")
    (tmp_path / "cp1252.txt").write_text(TEXT, encoding="cp1252")
    names = [str(tmp_path / n) for n in ("utf16.txt", "cp1252.txt")]
    assert "--encoding" in run("--format", "jsonl", *names).stderr
    found = lines(run("--format", "jsonl", "--encoding", "cp1252", *names))
    assert [r["id"] for r in found] == names
    assert found[0]["quotes"] == found[1]["quotes"]
    assert run("--encoding", "klingon", *names).exit_code == 2


def test_an_id_with_half_a_character_does_not_stop_the_others() -> None:
    result = run(stdin='{"id": "\\ud800", "text": "“Yes,” said Ada Obi."}\n{"id": "\\ud801", "text": ""}')
    assert lines(result)[0]["id"] == "\ud800"
    assert result.stderr.startswith("\\ud801: ")


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
