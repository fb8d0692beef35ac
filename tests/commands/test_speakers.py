"""An editor at the command line looks at speakers and corrects whose words are whose."""

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
    """An archive on SQLite that the settings point to, with three articles."""
    articles = [
        ("“We are dividing up the northern pastures,” said Ana Ruiz.", "Post"),
        ("“We are dividing up the northern pastures,” said Ana Falk.", "Sun"),
        ("“The ferry is a matter for the island council,” said Boris Hale.", "Echo"),
    ]

    monkeypatch.setenv("COLUMNS", "160")
    return archive_of(ArticleInput(text, outlet, published=date(2025, 3, 17)) for text, outlet in articles)


def speakers(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["speakers", *arguments])


def told(*arguments: str) -> Any:
    done = speakers(*arguments, "--format", "json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_speakers_are_listed_with_their_numbers(archive):
    listed = speakers("list").stdout
    assert "1  Ana Ruiz  (person; 1 quote, 1 outlet)" in listed
    assert [one["name"] for one in told("list", "ana")["items"]] == ["Ana Falk", "Ana Ruiz"]
    assert "1 more; --offset 2 goes on." in speakers("list", "--limit", "2").stdout
    assert "Nobody is called so." in speakers("list", "brandt").stdout


def test_two_speakers_are_merged_looked_at_and_parted_again(archive):
    done = speakers("merge", "2", "1", *BY)
    assert done.exit_code == 0, done.stderr
    assert "merge  Ana Falk (2) is Ana Ruiz (1)" in done.stdout
    shown = speakers("show", "1").stdout
    assert "called: Ana Falk, Ana Ruiz" in shown
    assert "[decision 1; found: Ana Falk]" in shown
    assert "Ines Falk" in shown
    assert "is a name of 1  Ana Ruiz" in speakers("show", "2").stdout
    answer = CliRunner().invoke(main, ["who", "dividing up the northern pastures"]).stdout
    assert "Ana Ruiz: consistent" in answer
    assert "decided by Ines Falk" in answer
    assert told("undo", "1", *BY)["undoes"] == 1
    assert len(told("list", "ana")["items"]) == 2


def test_a_quote_is_corrected_and_the_history_says_why(archive):
    assert told("correct", "3", "--name", "Cleo Marsh", *BY)["changes"][0]["before"]["name"] == "Boris Hale"
    assert told("correct", "1", "--unknown", *BY)["other"] is None
    history = speakers("history").stdout
    assert "correct  quote 3: Cleo Marsh (4), not Boris Hale (3)" in history
    assert "correct  quote 1: nobody known, not Ana Ruiz (1)" in history
    assert "the recording, minute 41" in history
    assert [one["id"] for one in told("history", "--quote", "3")["items"]] == [1]
    assert told("history", "--by", "Omar")["total"] == 0
    assert "undone by 3" in (speakers("undo", "2", *BY), speakers("history"))[1].stdout


def test_a_speaker_is_split_by_quotes(archive):
    assert speakers("merge", "2", "1", *BY).exit_code == 0
    record = told("split", "1", "--quote", "1", "--name", "Ana Ruiz", "--note", "the minister", *BY)
    assert record["other"]["name"] == "Ana Ruiz (the minister)"
    assert record["later"] == "unresolved"
    assert "of Ana Ruiz (1), 1 quote" in speakers("history").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "problem"),
    [
        (("merge", "1", "1", *BY), 1, "itself"),
        (("merge", "1", "99", *BY), 1, "no speaker 99"),
        (("show", "99"), 1, "no speaker 99"),
        (("undo", "99", *BY), 1, "no decision 99"),
        (("split", "1", "--quote", "3", "--to", "2", *BY), 1, "not of speaker 1"),
        (("split", "1", "--to", "2", *BY), 2, "--quote"),
        (("split", "1", "--quote", "1", *BY), 2, "--to or --name"),
        (("correct", "1", *BY), 2, "--unknown"),
        (("correct", "1", "--to", "2", "--name", "x", *BY), 2, "either --to"),
        (("correct", "1", "--to", "2", "--note", "x", *BY), 2, "either --to"),
        (("correct", "1", "--note", "x", *BY), 2, "goes with --name"),
        (("merge", "1", "2", "--editor", "Ines"), 2, "--reason"),
        (("merge", "1", "2", "--editor", " ", "--reason", "x"), 1, "needs its editor"),
    ],
)
def test_what_cannot_be_decided_is_explained_in_one_line(archive, arguments, code, problem):
    done = speakers(*arguments)
    assert done.exit_code == code
    assert problem in done.stderr
    assert "Traceback" not in done.output


def test_the_editors_name_may_stand_in_the_environment(archive, monkeypatch):
    monkeypatch.setenv("QUOTETRACE_EDITOR", "Omar")
    assert told("merge", "2", "1", "--reason", "maiden name")["editor"] == "Omar"
