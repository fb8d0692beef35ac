"""A person types remembered words and reads who said them, outlet by outlet."""

from __future__ import annotations

import json
from datetime import date

import pytest
from click.testing import CliRunner

from api.archive import ArticleInput
from api.cli import main


@pytest.fixture
def archive(archive_of, monkeypatch) -> str:
    """An archive on SQLite that the settings point to, with three articles."""
    articles = [
        ("“We are dividing up the northern pastures, and nobody will go short,” said Ana Ruiz.",
         "Post", date(2025, 3, 17)),
        ("“We are dividing up the northern pastures, and somebody will go short,” said Ana Ruiz.",
         "Sun", date(2025, 3, 18)),
        ("“The ferry is a matter for the island council,” said Boris Hale.", "Echo", date(2025, 5, 1)),
    ]  # fmt: skip

    monkeypatch.setenv("COLUMNS", "160")
    return archive_of(ArticleInput(text, outlet, published=day) for text, outlet, day in articles)


def who(*arguments: str):
    return CliRunner().invoke(main, ["who", *arguments])


def test_every_outlet_is_shown_with_its_differing_words(archive):
    done = who("dividing up the northern pastures and nobody will go short")
    assert done.exit_code == 0, done.stderr
    assert "Ana Ruiz: wording differs (2 independent sources, 2 outlets)" in done.stdout
    assert "⟦somebody⟧" in done.stdout
    assert "Post" in done.stdout
    assert "2025-03-18" in done.stdout
    assert "negation" in done.stdout
    assert "Searched: 3 articles of 3 outlets, 2025-03-17 to 2025-05-01." in done.stdout
    assert "article 1 0–69" in done.stdout


def test_words_need_no_quote_marks_on_the_command_line(archive):
    assert "Boris Hale: single source" in who("matter", "for", "the", "island", "council").stdout


def test_a_program_gets_json(archive):
    done = who("--format", "json", "dividing up the northern pastures")
    answer = json.loads(done.stdout)
    assert answer["conclusion"] == "wording differs"
    assert answer["speakers"] == ["Ana Ruiz"]
    [statement] = answer["statements"]
    assert {variant["report"]["outlet"] for variant in statement["variants"]} == {"Post", "Sun"}
    [change] = next(v["changes"] for v in statement["variants"] if v["changes"])
    assert {change["a"]["text"], change["b"]["text"]} == {"nobody", "somebody"}
    assert answer["searched"] == {"articles": 3, "outlets": 3, "since": "2025-03-17", "until": "2025-05-01"}


def test_options_narrow_the_question(archive):
    assert "1 outlet)" in who("--outlet", "Sun", "northern pastures").stdout
    assert "1 outlet)" in who("--until", "2025-03-17", "northern pastures").stdout
    assert "Not found" in who("--speaker", "Hale", "northern pastures").stdout
    assert "Ana Ruiz" in who("--speaker", "Ruiz", "northern pastures").stdout


def test_not_found_says_what_was_searched_and_is_an_answer(archive):
    done = who("zebras on the pier")
    assert done.exit_code == 0
    assert "Not found in 3 articles of 3 outlets, 2025-03-17 to 2025-05-01." in done.stdout


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--since", "yesterday", "x"), "yesterday"),
        (("--since", "2025-02-02", "--until", "2025-02-01", "x"), "later than"),
        ((), "Missing argument"),
    ],
)
def test_wrong_usage_is_explained(archive, arguments, problem):
    done = who(*arguments)
    assert done.exit_code == 2
    assert problem in done.stderr


def test_without_an_archive_one_line_says_how_to_make_one(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'none.sqlite'}")
    done = who("anything")
    assert done.exit_code == 1
    [line] = done.stderr.splitlines()
    assert "quotetrace ingest" in line
