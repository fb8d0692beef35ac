"""A script checks a file of claims, is interrupted, and goes on."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.archive import ArticleInput
from api.cli import main


@pytest.fixture(autouse=True)
def archive(archive_of) -> None:
    """An archive on SQLite that the settings point to, with two articles."""
    articles = [
        ("“The sluice was left open for two nights in a row,” said Ana Ruiz.", "Post"),
        ("“The sluice was left open for three nights in a row,” said Ana Ruiz.", "Sun"),
    ]

    archive_of(ArticleInput(text, outlet, published=date(2025, 3, 17)) for text, outlet in articles)


CLAIMS = (
    "id,quote,speaker,since\n"
    'a,"The sluice was left open for two nights in a row",Ana Ruiz,\n'
    "b,The sluice was left open for two nights in a row,Boris Hale,2025-01-01\n"
    "c,“The moon over the marsh is a lamp”,,\n"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "claims.csv"
    path.write_text(CLAIMS, encoding="utf-8")
    return path


def verify(*arguments: str | Path, given: str | bytes | None = None):
    return CliRunner().invoke(main, ["verify", *map(str, arguments)], input=given)


def lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


EXPECTED = [("a", "verbatim"), ("b", "misattributed"), ("c", "not_found")]


def test_csv_claims_become_verdicts(file):
    done = verify(file)
    assert done.exit_code == 0, done.stderr
    assert done.stderr == "", "no progress where nobody looks"
    found = lines(done.stdout)
    assert [(verdict["id"], verdict["verdict"]) for verdict in found] == EXPECTED
    assert found[1]["speakers"] == ["Ana Ruiz"]
    assert found[0]["evidence"][0]["report"]["pieces"][0]["start"] == 0
    assert found[2]["searched"] == {
        "articles": 2, "outlets": 2, "since": "2025-03-17", "until": "2025-03-17",
    }  # fmt: skip


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_spreadsheets_of_other_countries_are_read(tmp_path, delimiter):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(csv.reader(io.StringIO(CLAIMS)))
    path = tmp_path / "claims.csv"
    path.write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode())
    assert [(verdict["id"], verdict["verdict"]) for verdict in lines(verify(path).stdout)] == EXPECTED


def test_json_claims_come_from_standard_input(file):
    claims = [{"words": row["quote"], "speaker": row["speaker"], "id": row["id"]} for row in csv.DictReader(io.StringIO(CLAIMS))]  # fmt: skip # noqa: E501
    done = verify("-", given="\n".join(map(json.dumps, claims)))
    assert [(verdict["id"], verdict["verdict"]) for verdict in lines(done.stdout)] == EXPECTED


def test_verdicts_can_be_csv(file, tmp_path):
    output = tmp_path / "verdicts.csv"
    done = verify(file, "--output", output)
    assert (done.exit_code, done.stdout) == (0, "")
    with output.open(encoding="utf-8", newline="") as written:
        rows = list(csv.DictReader(written))
    assert [(row["id"], row["verdict"]) for row in rows] == EXPECTED
    assert rows[0]["outlets"] == "Post; Sun"
    assert rows[1]["speaker_confirmed"] == "no"


def test_claims_without_an_id_get_their_line_number():
    done = verify("-", given="quote\nthe sluice was left open for two nights\n\nThe moon is a lamp\n")
    assert [verdict["id"] for verdict in lines(done.stdout)] == ["2", "4"]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("a,The sluice again,,", "the id 'a' was there before"),
        ("x,The sluice,,2025-13-01", '"since" is no date'),
        ("x,,Ana Ruiz,", '"quote" is missing'),
        ("x,“…”,,", "no words to look for"),
        ("x,too,many,2025-01-01,values", "5 values for 4 columns"),
    ],
)
def test_a_bad_row_is_named_and_the_rest_is_done(tmp_path, row, problem):
    head, *rest = CLAIMS.splitlines()
    path = tmp_path / "claims.csv"
    path.write_text("\n".join([head, rest[0], row, *rest[1:]]), encoding="utf-8")
    done = verify(path)
    assert done.exit_code == 1
    assert [verdict["id"] for verdict in lines(done.stdout)] == ["a", "b", "c"]
    [complaint] = done.stderr.splitlines()
    assert complaint.startswith("line 3: ")
    assert problem in complaint


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "not JSON"),
        ('"text"', "not a JSON object"),
        ('{"quote": 5}', '"quote" is no text'),
        ('{"quote": "the marsh", "speaker": 5}', '"speaker" is no text'),
        ('{"quote": "the marsh", "id": [1]}', '"id" is neither'),
        ('{"quote": "the marsh", "until": true}', '"until" is no date'),
    ],
)
def test_a_bad_json_line_is_named_and_the_rest_is_done(line, problem):
    done = verify("-", given=f'{{"id": 1, "quote": "the marsh"}}\n{line}\n{{"id": 2, "quote": "the marsh"}}')
    assert done.exit_code == 1
    assert [verdict["id"] for verdict in lines(done.stdout)] == ["1", "2"]
    assert problem in done.stderr


@pytest.mark.parametrize("suffix", ["jsonl", "csv"])
def test_an_interrupted_run_goes_on_where_it_stopped(file, tmp_path, suffix):
    output = tmp_path / f"verdicts.{suffix}"
    verify(file, "--output", output)
    whole = output.read_bytes()
    # The run was cut off in the middle of the second verdict.
    second = whole.index(b"misattributed")
    output.write_bytes(whole[:second])
    done = verify(file, "--output", output, "--resume")
    assert done.exit_code == 0, done.stderr
    assert output.read_bytes() == whole
    verify(file, "--output", output, "--resume")
    assert output.read_bytes() == whole, "a finished run adds nothing"


def test_without_resume_the_output_is_written_anew(file, tmp_path):
    output = tmp_path / "verdicts.jsonl"
    verify(file, "--output", output)
    first = output.read_bytes()
    verify(file, "--output", output)
    assert output.read_bytes() == first


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "the file is empty"),
        (b"name,text\nx,y\n", 'no column "quote" or "words"'),
        (b"quote\n\xff\xfe\n", "not UTF-8"),
    ],
)
def test_a_file_that_holds_no_claims_is_refused_in_one_line(tmp_path, content, problem):
    path = tmp_path / "claims.csv"
    path.write_bytes(content)
    done = verify(path)
    assert done.exit_code == 1
    [line] = done.stderr.splitlines()
    assert problem in line


def test_a_missing_file_and_a_foreign_output_are_refused_in_one_line(file, tmp_path):
    done = verify(tmp_path / "none.csv")
    assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1)
    foreign = tmp_path / "foreign.jsonl"
    foreign.write_text("dear diary\n")
    done = verify(file, "--output", foreign, "--resume")
    assert done.exit_code == 1
    assert "cannot go on" in done.stderr
    assert foreign.read_text() == "dear diary\n"
    assert verify(file, "--resume").exit_code == 2
