"""How much it tells that two wordings share some words: common words and set phrases tell little."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from typing import Final

# Phrases of the table are at most this long (training/word_information.py makes the table).
MAX_PHRASE_WORDS: Final = 5
# What the latest runs of so few words tell is remembered: one quotation is compared with many.
REMEMBERED_WORDS: Final = 60


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, float], float]:
    """Return the information of each listed word or phrase, and that of any word not listed."""
    text = resources.files("attribution").joinpath("data/word_information.tsv").read_text(encoding="utf-8")
    table: dict[str, float] = {}
    for line in text.splitlines():
        phrase, value = line.split("\t")
        table[phrase] = float(value)
    return table, max(value for phrase, value in table.items() if " " not in phrase)


@lru_cache(maxsize=1)
def _openings() -> frozenset[tuple[str, ...]]:
    """Return the first two words of each listed phrase."""
    table, _ = _table()
    return frozenset(tuple(phrase.split(" ", 2)[:2]) for phrase in table if " " in phrase)


def word_information(key: str) -> float:
    """Return the information of one word key in nats: about 3 for "the", 11.6 for a rare word."""
    table, unknown = _table()
    listed = table.get(key)
    if listed is not None:
        return listed
    # The table is of English. Words of other scripts count by their length, as short words are common
    # everywhere; one ideograph or kana tells about as much as the average Chinese character.
    return unknown if key.isascii() else min(unknown, NATS_PER_LETTER * len(key) + NATS_PER_LETTER)


@lru_cache(maxsize=1)
def capitalised_words() -> frozenset[str]:
    """Return the words of the table that English nearly always writes with a capital ("obama", "monday")."""
    text = resources.files("attribution").joinpath("data/capitalised_words.txt").read_text(encoding="utf-8")
    return frozenset(text.split())


# Roughly the entropy of a letter within its word, and half that of a Chinese character among all.
NATS_PER_LETTER: Final = 2.5


def information(keys: Sequence[str]) -> float:
    """Return the information of a run of words in nats, set phrases counting once as a whole.

    The cheapest way to make the run out of listed words and phrases. Linear in the length.

    >>> information(("weak", "like", "a", "baby")) > 2 * information(("state", "of", "the", "union"))
    True
    """
    if isinstance(keys, tuple) and len(keys) <= REMEMBERED_WORDS:
        return _remembered(keys)
    return _information(keys)


@lru_cache(maxsize=8192)
def _remembered(keys: tuple[str, ...]) -> float:
    return _information(keys)


def _information(keys: Sequence[str]) -> float:
    table, _ = _table()
    openings = _openings()
    words = [word_information(key) if (known := table.get(key)) is None else known for key in keys]
    best = [0.0, *([math.inf] * len(keys))]
    for start, value in enumerate(words):
        here = best[start]
        best[start + 1] = min(best[start + 1], here + value)
        # Hardly any two words begin a listed phrase.
        if tuple(keys[start : start + 2]) in openings:
            for end in range(start + 2, min(len(keys), start + MAX_PHRASE_WORDS) + 1):
                phrase = table.get(" ".join(keys[start:end]))
                if phrase is not None:
                    best[end] = min(best[end], here + phrase)
    return best[-1]
