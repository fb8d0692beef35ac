"""What was annotated for this project: PolNeAR's training part and articles of our own.

See `training/annotations/README.md` and `training.written`.
"""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attribution.people import Entity

if TYPE_CHECKING:
    from training.written import WrittenArticle

FOLDER: Final = Path(__file__).parent / "annotations"
_LISTING: Final = re.compile(r",? and | & |, (?!Jr|Sr)")


@dataclass(frozen=True, slots=True)
class Annotation:
    """Whom one mention means; offsets are into the article's text."""

    start: int
    end: int
    type: str
    name: str


@dataclass(frozen=True, slots=True)
class AnnotatedQuote:
    """Whose words stand between two marks.

    Attributes:
        speech: whether they are anybody's words.
        sure: false where another careful reader could differ.
        speaker: who speaks, with the place of the mention nearest to the words (empty where there is none);
            ``None`` where they are nobody's, or where nobody can tell whose.
    """

    start: int
    end: int
    speech: bool
    sure: bool
    speaker: Annotation | None


class Annotated:
    """All annotations, looked up for an article or for a stretch cut out of one (`stretches`).

    Args:
        own: the articles written for this project.
    """

    def __init__(self, own: Iterable[WrittenArticle]) -> None:
        self._mentions: dict[str, list[Annotation]] = {}
        for article, start, end, kind, name in _rows("speakers.tsv"):
            self._mentions.setdefault(article, []).append(Annotation(int(start), int(end), kind, name))
        self._quotes: dict[str, list[AnnotatedQuote]] = {}
        for article, start, end, kind, sure, first, last, type_, name in _rows("quotes.tsv"):
            speaker = Annotation(int(first), int(last), type_, name) if kind == "s" else None
            quote = AnnotatedQuote(int(start), int(end), kind == "s", sure == "sure", speaker)
            self._quotes.setdefault(article, []).append(quote)
        for written in own:
            self._mentions[written.id] = list(written.mentions)
            self._quotes[written.id] = list(written.quotes)

    def mentions(self, article: Mapping[str, Any]) -> list[Annotation]:
        """Whom the sources mean: those that PolNeAR marks, and those of words in marks."""
        first, end = _range(article)
        known = [
            replace(m, start=m.start - first, end=m.end - first)
            for m in self._mentions.get(article.get("whole", article["id"]), ())
            if first <= m.start and m.end <= end
        ]
        for quote in self.quotes(article):
            mention = quote.speaker
            if mention is None or not quote.sure or mention.start == mention.end:
                continue
            if all(mention.start >= m.end or mention.end <= m.start for m in known):
                known.append(mention)
        return known

    def quotes(self, article: Mapping[str, Any]) -> list[AnnotatedQuote]:
        """Whose words stand between marks."""
        first, end = _range(article)
        found = []
        for quote in self._quotes.get(article.get("whole", article["id"]), ()):
            if quote.start < first or quote.end > end:
                continue
            speaker = quote.speaker
            if speaker is not None and (speaker.start < first or speaker.end > end):
                speaker = replace(speaker, start=quote.start, end=quote.start)
            if speaker is not None:
                speaker = replace(speaker, start=speaker.start - first, end=speaker.end - first)
            found.append(replace(quote, start=quote.start - first, end=quote.end - first, speaker=speaker))
        return found


def stretches(articles: Iterable[Mapping[str, Any]], seed: int) -> Iterator[dict[str, Any]]:
    """Cut a stretch of three to nine paragraphs out of articles, since short texts resolve otherwise.

    ``whole`` names the article that a stretch is of, ``offset`` is where it begins there.
    """
    rng = random.Random(seed)
    for article in articles:
        text = article["text"]
        breaks = [0, *(m.end() for m in re.finditer(r"\n\s*\n", text)), len(text)]
        size = rng.randint(3, 9)
        if len(breaks) - 1 < size + 3:
            continue
        # Half of them begin where the article does, where people are named in full.
        at = 0 if rng.random() < 0.5 else rng.randrange(1, len(breaks) - 1 - size)
        first, end = breaks[at], breaks[at + size]

        def moved(ranges: list[list[int]], first: int = first) -> list[list[int]]:
            return [[start - first, stop - first, *rest] for start, stop, *rest in ranges]

        kept = [
            {**a, **{part: moved(a[part]) for part in ("source", "cue", "content")}}
            for a in article["attributions"]
            if all(first <= r[0] and r[1] <= end for part in ("source", "cue", "content") for r in a[part])
        ]
        yield {
            "id": f"{article['id']}@{first}",
            "whole": article["id"],
            "offset": first,
            "text": text[first:end],
            "attributions": kept,
        }


def _range(article: Mapping[str, Any]) -> tuple[int, int]:
    first = article.get("offset", 0)
    return first, first + len(article["text"])


def words_of(name: str) -> list[str]:
    """The words by which two forms of a name are compared."""
    flat = re.sub(r"['’]s\b", "", name.lower())
    return [w for w in re.sub(r"[^\w ]", " ", flat).split() if w not in ("the", "a", "an")]


def _last_words(names: Iterable[str]) -> list[str]:
    return sorted(words_of(name)[-1] for name in names if words_of(name))


def names(entity: Entity, name: str, kind: str) -> bool:
    """Tell whether an entity of the article is the annotated one."""
    want = words_of(name)
    if not want:
        return False
    if kind == "u":
        return entity.described and any(
            words_of(form)[-1:] == want[-1:] or set(want) <= set(words_of(form)) for form in entity.forms
        )
    several = _LISTING.split(name)
    if entity.described:
        return False
    if entity.several:
        # "Obi and Mensah" are "Ada Obi and Lara Mensah".
        return _last_words(several) == _last_words(_LISTING.split(entity.name))
    if kind in ("p", "m") and len(several) > 1:
        # Two people together are neither of them.
        return False
    for form in entity.forms:
        got = words_of(form)
        if got and (got == want or (len(got) > 1 and set(got) <= set(want)) or set(want) <= set(got)):
            return True
        if kind == "p" and entity.type == "person" and got and len(got) == 1 and got[-1] == want[-1]:
            return True
    return False


def _rows(file: str) -> Iterator[Sequence[str]]:
    with (FOLDER / file).open(encoding="utf8", newline="") as lines:
        yield from csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
