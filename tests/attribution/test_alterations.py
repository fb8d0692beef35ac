"""Quotes that were altered on purpose: the comparison names what was done to them."""

from __future__ import annotations

import random

import pytest

from benchmarks.alterations import ALTERATIONS, UNRELATED, Source, measure, pairs_of
from tests.attribution.invented_quotes import QUOTES

SOURCES = [Source(text, f"article {number}") for number, text in enumerate(QUOTES)]
SEEDS = (1, 2, 3)


@pytest.mark.parametrize("kind", ALTERATIONS)
def test_relation_and_flags_of_every_alteration_are_right(kind):
    pairs = [pair for seed in SEEDS for pair in pairs_of(kind, SOURCES, len(SOURCES), seed)]
    assert len(pairs) >= 3, "the invented quotes hardly lend themselves to this"
    _, mistakes = measure(pairs)
    # French and Czech spellings of Russian names, and k for g, are known to be missed.
    known = ("Loukachenko", "Porošenko", "Kadafi")
    assert [mistake for mistake in mistakes if not any(name in mistake for name in known)] == []


def test_the_same_seed_makes_the_same_pairs():
    assert pairs_of("synonym", SOURCES, 10, 7) == pairs_of("synonym", SOURCES, 10, 7)
    assert pairs_of("synonym", SOURCES, 10, 7) != pairs_of("synonym", SOURCES, 10, 8)


def test_the_measure_counts_what_is_wrong():
    [pair] = pairs_of("modality swapped", SOURCES, 1, 1)
    wrong = type(pair)(pair.kind, pair.a, pair.b, "altered", frozenset({"number"}))
    tally, mistakes = measure([pair, wrong])
    assert (tally.pairs, tally.relation, tally.flags, tally.both) == (2, 2, 1, 1)
    assert len(mistakes) == 1
    assert "want altered ['number'], got altered ['modality']" in mistakes[0]


def test_different_quotes_that_share_words_are_unrelated():
    pairs = pairs_of(UNRELATED, SOURCES, 50, 1)
    assert len(pairs) >= 5
    assert measure(pairs)[1] == []


def test_a_text_that_does_not_lend_itself_is_left_alone():
    rng = random.Random(1)
    for kind in ("negation dropped or turned", "number changed", "modality swapped", "respelled US/UK"):
        assert ALTERATIONS[kind](rng, "Herons come back every spring to that quiet northern pond.") is None
