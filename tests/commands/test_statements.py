"""An editor at the command line looks at statements, joins what is one and splits what is not."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api.archive import ArticleInput
from api.cli import main

BY = ("--editor", "Ines Falk", "--reason", "the recording, minute 41")


@pytest.fixture
def archive(archive_of, monkeypatch) -> str:
    """An archive on SQLite that the settings point to, with three articles in two statements."""
    articles = [
        ("“We are dividing up the northern pastures this spring,” said Ana Ruiz.", "Post"),
        ("“The ferry is a matter for the island council,” said Ana Ruiz.", "Echo"),
        ("“We may be dividing up the northern pastures this spring,” said Ana Ruiz.", "Sun"),
    ]
    monkeypatch.setenv("COLUMNS", "160")
    return archive_of(ArticleInput(text, outlet, published=date(2025, 3, 17)) for text, outlet in articles)


def statements(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["statements", *arguments])


def told(*arguments: str) -> Any:
    done = statements(*arguments, "--format", "json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_statements_are_joined_looked_at_and_parted_again(archive):
    assert told("show", "1")["conclusion"] == "wording differs"
    done = statements("join", "1", "2", *BY)
    assert done.exit_code == 0, done.stderr
    assert "join  statements 1 and 2 are one" in done.stdout
    assert "in statement 1 now" in done.stdout
    shown = statements("show", "1").stdout
    assert "quote 2" in shown
    assert "island council" in shown
    assert told("undo", "1", *BY)["undoes"] == 1
    assert len(told("show", "1")["variants"]) == 2


def test_a_statement_is_split_and_the_history_says_why(archive):
    record = told("split", "1", "--quote", "3", *BY)
    assert (record["kind"], len(record["statements"])) == ("divide", 2)
    history = statements("history", "--statement", "1").stdout
    assert "divide  of statement 1, quote 3 left" in history
    assert "the recording, minute 41" in history
    assert told("history", "--quote", "2")["total"] == 0
    assert "undone by 2" in (statements("undo", "1", *BY), statements("history"))[1].stdout


@pytest.mark.parametrize(
    ("arguments", "code", "problem"),
    [
        (("show", "99"), 1, "no statement 99"),
        (("join", "1", "1", *BY), 1, "itself"),
        (("join", "1", "99", *BY), 1, "no statement 99"),
        (("split", "1", "--quote", "2", *BY), 1, "not in statement 1"),
        (("split", "1", *BY), 2, "--quote"),
        (("join", "1", "2", "--editor", "Ines"), 2, "--reason"),
        (("undo", "99", *BY), 1, "no decision 99"),
    ],
)
def test_what_cannot_be_decided_is_explained_in_one_line(archive, arguments, code, problem):
    done = statements(*arguments)
    assert done.exit_code == code
    assert problem in done.stderr
    assert "Traceback" not in done.output
