"""Practice articles written for this project, with the right answers inside them: `training/written/*.txt`.

    python -m training.written check training/written/courts.txt

lists marks that cannot be right. An article begins with a line ``=== name``; empty lines part paragraphs.

==============================  ==========================================================================
``{Ada Obi: “We open,”}``       words in quote marks, and who speaks them
``{org Harbour Trust: “…”}``    a body or a document speaks them
``{unnamed aide: “…”}``         somebody who is never named
``{?: “…”}``                    nobody can tell whose words they are
``{-: “…”}``                    a title, a term, a scare quote: nobody's words
``<Ada Obi: she>``              a pronoun or a description, and whom it means; types as above
``<?: they>``                   one that means several, or nobody who is named
==============================  ==========================================================================

A speaker has the fullest name that the article gives, without titles.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from attribution.marks import find_marked_spans
from training.annotated import AnnotatedQuote, Annotation, words_of

FOLDER: Final = Path(__file__).parent / "written"

_HEADER: Final = re.compile(
    r"(?:(?P<sign>[?-])|(?P<type>org|unnamed) (?P<what>[^{}<>:]+)|(?P<name>[^{}<>:?]+)): "
)
_CLOSING: Final = {"{": "}", "<": ">"}
#: As in `training/annotations/README.md`; a mention of several or of nobody named counts as "several".
_TYPES: Final = {"org": "o", "unnamed": "u", None: "p"}
_SEVERAL: Final = "m"


class MarkupError(ValueError):
    """An article's marks cannot be read."""


@dataclass(frozen=True, slots=True)
class WrittenArticle:
    """One article.

    Attributes:
        text: without the marks.
        mentions: the pronouns and descriptions, in text order; offsets into ``text``.
        quotes: the words in quote marks, in text order. Of speech without a speaker nobody can tell whose it
            is. A speaker's place is that of the mention nearest to the words, or the words' own beginning.
    """

    id: str
    text: str
    mentions: tuple[Annotation, ...]
    quotes: tuple[AnnotatedQuote, ...]


def written_articles() -> list[WrittenArticle]:
    """Return all of them, file by file."""
    return [article for file in sorted(FOLDER.glob("*.txt")) for article in articles_of(file)]


def articles_of(file: Path) -> Iterator[WrittenArticle]:
    """Read one file.

    Raises:
        MarkupError: the marks of an article are not balanced.
    """
    for name, marked in _marked_articles(file):
        yield read_article(f"written/{file.stem}/{name}", marked)


def _marked_articles(file: Path) -> Iterator[tuple[str, str]]:
    """The names of a file's articles, and their texts with the marks."""
    for part in re.split(r"^=== ", file.read_text("utf8"), flags=re.MULTILINE)[1:]:
        name, _, marked = part.partition("\n")
        yield name.strip(), marked.strip()


def read_article(name: str, marked: str) -> WrittenArticle:
    """Take the marks out of an article.

    Raises:
        MarkupError: they are not balanced.
    """
    text = ""
    opened: list[tuple[str, re.Match[str], int]] = []
    mentions: list[Annotation] = []
    quotes: list[tuple[int, int, re.Match[str]]] = []
    at = 0
    while at < len(marked):
        char = marked[at]
        if char in _CLOSING:
            header = _HEADER.match(marked, at + 1)
            if header is None:
                raise MarkupError(f"{name}: no speaker behind {marked[at : at + 40]!r}")
            opened.append((char, header, len(text)))
            at = header.end()
            continue
        at += 1
        if char not in _CLOSING.values():
            text += char
            continue
        if not opened or _CLOSING[opened[-1][0]] != char:
            raise MarkupError(f"{name}: {char!r} closes nothing before {marked[at : at + 30]!r}")
        kind, header, start = opened.pop()
        if kind == "{":
            quotes.append((start, len(text), header))
        else:
            mentions.append(_meant(header, start, len(text)))
    if opened:
        raise MarkupError(f"{name}: not closed: {opened[-1][1].group()!r}")
    mentions.sort(key=lambda m: m.start)
    read = [_quote(header, start, end, mentions) for start, end, header in sorted(quotes, key=lambda q: q[0])]
    return WrittenArticle(name, text, tuple(mentions), tuple(read))


def _meant(header: re.Match[str], start: int, end: int) -> Annotation:
    if header["sign"]:
        return Annotation(start, end, _SEVERAL, "")
    return Annotation(start, end, _TYPES[header["type"]], (header["what"] or header["name"]).strip())


def _quote(header: re.Match[str], start: int, end: int, mentions: list[Annotation]) -> AnnotatedQuote:
    if header["sign"]:
        return AnnotatedQuote(start, end, header["sign"] == "?", True, None)
    speaker = _meant(header, start, start)
    same = [m for m in mentions if (m.type, m.name) == (speaker.type, speaker.name)]
    nearest = min(same, key=lambda m: min(abs(m.start - end), abs(start - m.end)), default=speaker)
    return AnnotatedQuote(start, end, True, True, nearest)


def doubts(article: WrittenArticle) -> Iterator[str]:
    """What cannot be right in an article."""
    marked = {(s.start, s.end) for s in find_marked_spans(article.text)}
    told = [(q.start, q.end) for q in article.quotes]
    for start, end in sorted(set(told) - marked):
        yield f"no pair of quote marks, or marks that pair otherwise: {article.text[start:end]!r}"
    for start, end in sorted(marked - set(told)):
        if not any(a <= start and end <= b for a, b in told):
            yield f"words in quote marks without an answer: {article.text[start:end]!r}"
    known = words_of(article.text)
    named = {(m.type, m.name) for m in [*article.mentions, *(q.speaker for q in article.quotes if q.speaker)]}
    for kind, name in sorted(named):
        if kind != "u" and name and name not in article.text:
            yield f"the article does not have the name {name!r}"
        if kind == "u" and not set(words_of(name)) <= set(known):
            yield f"the article does not have all words of {name!r}"


def main() -> None:
    """Check files."""
    if len(sys.argv) < 3 or sys.argv[1] != "check":
        sys.exit("usage: python -m training.written check FILE ...")
    wrong = articles = quotes = mentions = 0
    for path in map(Path, sys.argv[2:]):
        for name, marked in _marked_articles(path):
            try:
                article = read_article(name, marked)
            except MarkupError as error:
                print(error)
                wrong += 1
                continue
            articles, quotes = articles + 1, quotes + len(article.quotes)
            mentions += len(article.mentions)
            for doubt in doubts(article):
                print(f"{article.id}: {doubt}")
                wrong += 1
    print(f"{articles} articles, {quotes} spans in marks, {mentions} mentions; {wrong} doubts")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
