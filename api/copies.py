"""Which articles are copies of one text, so that they count as one source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from api.groupings import grouped

_WORD: Final = re.compile(r"\w+")
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
    parts: list[str] = []
    last = 0
    for start, end in sorted(quoted):
        parts.append(text[last:start])
        last = max(last, end)
    parts.append(text[last:])
    own = _WORD.findall(" ".join(parts).casefold())
    if len(own) < MIN_OWN_WORDS:
        return frozenset({hash(tuple(own))} if len(own) >= TELLING_OWN_WORDS else ())
    return frozenset(hash(tuple(own[i : i + SHINGLE])) for i in range(len(own) - SHINGLE + 1))


@dataclass(frozen=True, slots=True)
class Printed:
    """An article that printed a text: where and when."""

    article_id: int
    outlet: str
    title: str | None
    url: str | None
    published: date | None


@dataclass(frozen=True, slots=True)
class Copied:
    """One text that several articles print: the earliest, and its copies by date.

    Which of two articles of one day was first, nobody can tell; the one with the lower number stands first.
    """

    original: Printed
    copies: tuple[Printed, ...]


def independent_groups(sources: Mapping[int, tuple[str, frozenset[int]]]) -> list[set[int]]:
    """Group articles that are no independent sources: copies of one text, or of one outlet.

    ``sources`` maps an article's id to its outlet and its shingles. Returns the groups, each a set of ids;
    their number is the number of independent sources.
    """
    first: dict[str, int] = {}
    of_one_outlet = [(first.setdefault(outlet, id), id) for id, (outlet, _) in sources.items()]
    of_one_text = _copies({id: own for id, (_, own) in sources.items()})
    return [set(group) for group in grouped([[id] for id in sources], [*of_one_outlet, *of_one_text])]


def copied_texts(articles: Mapping[int, tuple[Printed, frozenset[int]]]) -> tuple[Copied, ...]:
    """Return which articles print one text, whoever published them; ``articles`` are given by their ids."""
    pairs = _copies({id: own for id, (_, own) in articles.items()})
    found: list[Copied] = []
    for group in grouped([[id] for id in articles], pairs):
        if len(group) > 1:
            original, *copies = sorted((articles[id][0] for id in group), key=_by_date)
            found.append(Copied(original, tuple(copies)))
    return tuple(sorted(found, key=lambda text: _by_date(text.original)))


def _copies(shingles_of: Mapping[int, frozenset[int]]) -> list[tuple[int, int]]:
    """Return the pairs of articles that are copies of one text.

    Looked up by shingle: articles that share none, nearly all of them, are not compared.
    """
    having: dict[int, list[int]] = {}
    pairs: list[tuple[int, int]] = []
    for id, own in shingles_of.items():
        shared = Counter(other for shingle in own for other in having.get(shingle, ()))
        for other, number in shared.items():
            if number >= SAME_TEXT * min(len(own), len(shingles_of[other])):
                pairs.append((other, id))
        for shingle in own:
            having.setdefault(shingle, []).append(id)
    return pairs


def _by_date(article: Printed) -> tuple[bool, date, int]:
    return article.published is None, article.published or date.min, article.article_id
