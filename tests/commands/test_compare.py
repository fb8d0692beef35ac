"""A script compares thousands of pairs of wordings; a person compares two."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from api.cli import main

PAIRS = [
    {"id": 1, "a": "“Nobody will drain the eastern marsh,”", "b": "nobody will drain the Eastern Marsh"},
    {"id": "two", "a": "Nobody will drain the eastern marsh", "b": "Nobody may drain the eastern marsh"},
    {"id": None, "a": "Nobody will drain the marsh", "b": "Bring an umbrella"},
]


def compare(*arguments: str, given: str | bytes | None = None):
    return CliRunner().invoke(main, ["compare", *arguments], input=given)


def test_pairs_come_back_line_by_line():
    done = compare("--format", "jsonl", given="\n".join(json.dumps(pair) for pair in PAIRS))
    assert done.exit_code == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(answer["id"], answer["relation"]) for answer in answers] == [
        (1, "verbatim"), ("two", "altered"), (None, "unrelated"),
    ]  # fmt: skip
    assert all({"id", "relation", "score", "changes", "flags"} <= answer.keys() for answer in answers)
    [change] = answers[1]["changes"]
    assert change["type"] == "replace"
    for side in ("a", "b"):
        assert PAIRS[1][side][change[side]["start"] : change[side]["end"]] == change[side]["text"]
    assert answers[1]["flags"] == ["modality"]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"nonsense", "not JSON"),
        (b"[1, 2]", "not a JSON object"),
        (b'{"id": 1, "a": "x"}', '"b" is missing'),
        (b'{"a": "x", "b": "y"}', '"id" is missing'),
        (b'{"id": 1, "a": "x", "b": 5}', '"b" is no text'),
        (b'{"id": 1, "a": "\xff", "b": "y"}', "not UTF-8"),
        (b"[" * 100_000, "not JSON"),
        (json.dumps({"id": 7, "a": "word " * 40_000, "b": "y"}).encode(), "limit is 30,000"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_is_done(line, problem):
    good = json.dumps(PAIRS[0]).encode()
    done = compare(given=b"\n".join([good, line, b"", good]))
    assert done.exit_code == 1
    assert len(done.stdout.splitlines()) == 2
    [complaint] = done.stderr.splitlines()
    assert complaint.startswith("line 2")
    assert problem in complaint


def test_a_lone_surrogate_is_answered():
    done = compare(given='{"id": 1, "a": "\\ud800 marsh", "b": "marsh"}')
    assert done.exit_code == 0
    assert json.loads(done.stdout)["relation"] == "verbatim"


def test_nothing_to_compare_is_no_error():
    done = compare(given="")
    assert (done.exit_code, done.stdout) == (0, "")


def test_a_person_sees_the_differing_words_and_what_they_touch():
    done = compare("We will not drain the eastern marsh", "We will drain the eastern marsh this year")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("altered:")
    assert "We will ⟦not⟧ drain the eastern marsh" in done.stdout
    assert "We will‸ drain the eastern marsh" in done.stdout
    assert "A has “not”, which B leaves out (this touches a negation)." in done.stdout


def test_the_explanation_names_who_has_the_words():
    names = ("--names", "The Gull", "Quay Post")
    done = compare(*names, "The plans for the north quay were discussed very much in the council.",
                   "The plans for the north quay were discussed at length in the council.")  # fmt: skip
    assert "The Gull has “discussed very much”, Quay Post “discussed at length”." in done.stdout
    lines = done.stdout.splitlines()
    assert [line.partition("  ")[0] for line in lines[1:3]] == ["The Gull", "Quay Post"]


def test_a_person_may_give_two_wordings_only():
    done = compare("one wording")
    assert done.exit_code == 2
    assert "two wordings" in done.stderr


def test_two_wordings_can_be_had_as_json():
    done = compare("--format", "jsonl", "the marsh", "The marsh!")
    assert json.loads(done.stdout)["relation"] == "verbatim"
