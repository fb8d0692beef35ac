"""A fact-checker reads in a sentence who has which words."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution import explanation
from attribution.comparison import compare
from attribution.explanation import MAX_TOLD, explain

WALL = "The harbour wall was never meant to carry lorries, and the council knew it."


def explained(a: str, b: str) -> str:
    return explain(compare(a, b), "The Gull", "Quay Post", (a, b))


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        (f"“{WALL}”", "The Gull and Quay Post have the same words."),
        ("meant to carry lorries, and the council knew it", "Quay Post has only a part of what The Gull has. "
         "What Quay Post leaves out reverses or limits the words."),
        (WALL.replace("never", "always"),
         "The Gull has “was never”, Quay Post “was always” (this touches a negation)."),
        (WALL.replace("never ", ""),
         "The Gull has “never”, which Quay Post leaves out (this touches a negation)."),
        (WALL.replace("the council", "perhaps the council"),
         "Quay Post has “perhaps”, which The Gull leaves out (this touches a hedge)."),
        (WALL.replace("carry lorries", "carry […]"),
         "The Gull has “lorries”, which Quay Post leaves out (marked as edited)."),
        (WALL.replace("The harbour wall", "Our harbour wall"),
         "The Gull has “The harbour”, Quay Post “Our harbour”."),
        ("Bring an umbrella",
         "What The Gull and Quay Post have are different utterances, or too little in common to tell."),
    ],
)  # fmt: skip
def test_what_differs_is_said_in_plain_words(other, sentence):
    assert explained(WALL, other) == sentence


def test_a_hedge_cut_off_is_told():
    assert explained(f"I think {WALL[0].lower()}{WALL[1:]}", WALL) == (
        "Quay Post has only a part of what The Gull has. What Quay Post leaves out hedges the words."
    )


def test_overlapping_parts_and_moved_words_are_told():
    first = "The ferry was late, the harbour wall was never meant to carry lorries"
    second = "the harbour wall was never meant to carry lorries, and the council knew it."
    assert explained(first, second) == "The Gull and Quay Post have overlapping parts of one passage."
    told = explained(
        "We put coal miners and coal companies out of business",
        "We put coal companies and coal miners out of business",
    )
    assert "“miners” stands in another place in Quay Post than in The Gull" in told


def test_a_contraction_is_shown_as_it_is_written():
    assert explained("I'm not quite there yet", "I am not quite there yet") == (
        "The Gull has “I'm”, Quay Post “I am” (a contraction)."
    )


def test_without_the_texts_the_bare_words_are_told():
    found = compare(WALL, WALL.replace("never", "always"))
    assert explain(found, "A", "B") == "A has “never”, B “always” (this touches a negation)."


def test_many_changes_are_counted_and_long_ones_shortened():
    words = [f"{letter}{'aeiou'[n % 5]}rnish{n}" for n, letter in enumerate("bcdfghjklmnpqrst" * 4)]
    changed = [word if n % 4 else "heron" for n, word in enumerate(words)]
    assert f"and {16 - MAX_TOLD} more changes." in explained(" ".join(words), " ".join(changed))
    long = [*words[:20], *words[50:]]
    told = explained(" ".join(words), " ".join(long))
    assert "…" in told
    assert len(told) < 250


def test_no_control_character_reaches_a_terminal():
    told = explained(WALL, WALL.replace("never", "al\x1bways"))
    assert "\x1b" not in told


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_are_explained_in_one_line(a, b):
    told = explained(a, b)
    assert told
    assert "\n" not in told


def test_examples_in_the_documentation_are_true():
    found = doctest.testmod(explanation)
    assert found.attempted > 0
    assert found.failed == 0
