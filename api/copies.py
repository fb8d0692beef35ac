"""Which articles are copies of one text, so that they count as one source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from attribution.wording import read

# Five words in a row are hardly ever the same by chance (the usual shingle for near copies, after
# Broder's "On the resemblance and containment of documents", 1997).
SHINGLE: Final = 5
# Share of the shorter text's shingles that the longer has. A wire story that was cut and given a new
# beginning keeps most of its sentences; two reporters at one press conference share little but the quotes.
SAME_TEXT: Final = 0.5
# A text with fewer words of its own is compared as a whole: it is a copy only of the very same words.
MIN_OWN_WORDS: Final = 30
# And with so few ("…, said Ana Ruiz on Monday") two reporters can well have chosen the same ones.
TELLING_OWN_WORDS: Final = 8


def shingles(text: str, quoted: Sequence[tuple[int, int]]) -> frozenset[int]:
    """Return the hashed word shingles of what an article says in its own words.

    ``quoted`` are the spans of its quotes: those are the same in every independent report.
    """
    own: list[str] = []
    spans = sorted(quoted)
    for word in read(text).words:
        if not any(start <= word.start < end for start, end in spans):
            own.append(word.key)
    if len(own) < MIN_OWN_WORDS:
        return frozenset({hash(tuple(own))} if len(own) >= TELLING_OWN_WORDS else ())
    return frozenset(hash(tuple(own[i : i + SHINGLE])) for i in range(len(own) - SHINGLE + 1))


def independent_groups(sources: Mapping[int, tuple[str, frozenset[int]]]) -> list[set[int]]:
    """Group articles that are no independent sources: copies of one text, or of one outlet.

    ``sources`` maps an article's id to its outlet and its shingles. Returns the groups, each a set of ids;
    their number is the number of independent sources.
    """
    groups: list[set[int]] = []
    for article, (outlet, own) in sources.items():
        joined = [
            group
            for group in groups
            if any(
                sources[other][0] == outlet or containment(own, sources[other][1]) >= SAME_TEXT
                for other in group
            )
        ]
        merged = {article}.union(*joined)
        groups = [group for group in groups if group not in joined] + [merged]
    return groups


def containment(one: frozenset[int], other: frozenset[int]) -> float:
    """Return the share of the smaller set that the other has."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0
