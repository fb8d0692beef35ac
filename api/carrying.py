"""Which quotes of an article's new text are those of its earlier texts, so that decisions hold for them."""

from __future__ import annotations

from collections.abc import Iterable

from api.records import Quote
from api.search import folded_words


def paired(earlier: Iterable[Quote], added: Iterable[Quote]) -> list[tuple[Quote, Quote]]:
    """Return each new quote that an earlier text has, with that one.

    A quote is the same one if it has the same words, reported in the same way; of several with the same
    words, the first is the first. ``earlier`` has the latest text's quotes first, each text's in order: the
    latest text that has the words tells.
    """
    by_words: dict[tuple[bool, tuple[str, ...]], list[Quote]] = {}
    for quote in earlier:
        known = by_words.setdefault(_words_key(quote), [])
        if not known or known[0].revision_id == quote.revision_id:
            known.append(quote)
    found: list[tuple[Quote, Quote]] = []
    seen: dict[tuple[bool, tuple[str, ...]], int] = {}
    for quote in sorted(added, key=lambda quote: quote.start):
        key = _words_key(quote)
        place = seen[key] = seen.get(key, -1) + 1
        before = by_words.get(key, ())
        if before and key[1]:
            found.append((quote, before[min(place, len(before) - 1)]))
    return found


def _words_key(quote: Quote) -> tuple[bool, tuple[str, ...]]:
    return quote.kind == "indirect", folded_words(quote.text)
