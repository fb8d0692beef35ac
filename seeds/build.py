"""Build the demo archive from its authoring form: ``python -m seeds.build``.

Every article is written once, in ``authored/<id>.txt``: a head of ``name: value`` lines (outlet, title,
url, published, ``wire`` for a story that several outlets took from one agency, and one
``speaker KEY: NAME, TYPE`` a source), a line ``---``, and the text with each marked span in braces::

    {KEY|MENTION|STATEMENT=RELATION/FLAG: “the words with their marks”}
    {-REASON: “a title or a nickname”}

``KEY?`` says that another careful reader could differ. The statement part is optional. ``RELATION`` is how
the wording compares to the fullest one of its statement (``fullest`` for that one itself), ``FLAG`` a flag
that the comparison must raise. Offsets are counted here and never typed by hand.

Written are ``articles.jsonl``, ``gold_quotes.jsonl`` and ``gold_statements.jsonl``; a test checks that they
agree with the authoring form.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent
AUTHORED: Final = HERE / "authored"

RELATIONS: Final = frozenset({"fullest", "verbatim", "truncated", "elided", "altered"})
SPEAKER_TYPES: Final = frozenset({"person", "organization", "unnamed"})
OPENING_MARKS: Final = ("''", '"', "“", "‘")
CLOSING_MARKS: Final = ("''", '"', "”", "’")

_SPEAKER_LINE: Final = re.compile(r"speaker (?P<key>[a-z]+): (?P<name>.+), (?P<type>[a-z]+)")
_ANNOTATION: Final = re.compile(
    r"\{(?P<key>-?[a-z]+)(?P<unsure>\?)?"
    r"(?:\|(?P<mention>[^{}|:]+))?"
    r"(?:\|(?P<statement>[a-z0-9-]+)=(?P<relation>[a-z]+)(?:/(?P<flag>[a-z_]+))?)?"
    r": (?P<words>[^{}]+)\}"
)


class AuthoringError(ValueError):
    """An authored article breaks the form; the message names the file."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """One marked span of an authored article, offsets counted."""

    start: int
    end: int
    speaker: str | None
    speaker_type: str | None
    mention: str
    sure: bool
    reason: str | None
    statement: str | None
    relation: str | None
    flag: str | None


@dataclass(frozen=True, slots=True)
class Authored:
    """One authored article, parsed."""

    id: str
    outlet: str
    title: str
    url: str
    published: str
    wire: str | None
    text: str
    annotations: tuple[Annotation, ...]


def parse(article_id: str, source: str) -> Authored:
    """Parse one authored article; raises ``AuthoringError`` where it breaks the form."""
    head, rule, body = source.partition("\n---\n")
    if not rule:
        raise AuthoringError(f"{article_id}: no line '---' between head and text")
    speakers: dict[str, tuple[str, str]] = {}
    fields: dict[str, str] = {}
    for line in head.splitlines():
        if speaker := _SPEAKER_LINE.fullmatch(line):
            if speaker["type"] not in SPEAKER_TYPES:
                raise AuthoringError(f"{article_id}: unknown speaker type {speaker['type']!r}")
            speakers[speaker["key"]] = (speaker["name"], speaker["type"])
        else:
            name, _, value = line.partition(": ")
            fields[name] = value
    if unknown := fields.keys() - {"outlet", "title", "url", "published", "wire"}:
        raise AuthoringError(f"{article_id}: unknown head lines {sorted(unknown)}")

    pieces: list[str] = []
    annotations: list[Annotation] = []
    length = read_to = 0
    for match in _ANNOTATION.finditer(body):
        before = body[read_to : match.start()]
        start = length + len(before)
        length = start + len(match["words"])
        pieces += [before, match["words"]]
        read_to = match.end()
        annotations.append(_annotation(article_id, match, start, length, speakers))
    pieces.append(body[read_to:])
    text = "".join(pieces).strip("\n")
    if "{" in text or "}" in text:
        raise AuthoringError(f"{article_id}: an annotation is malformed")
    if unused := speakers.keys() - {match["key"] for match in _ANNOTATION.finditer(body)}:
        raise AuthoringError(f"{article_id}: speakers without words {sorted(unused)}")
    return Authored(
        article_id,
        fields["outlet"],
        fields["title"],
        fields["url"],
        fields["published"],
        fields.get("wire"),
        text,
        tuple(annotations),
    )


def _annotation(
    article_id: str, match: re.Match[str], start: int, end: int, speakers: dict[str, tuple[str, str]]
) -> Annotation:
    key = match["key"]
    sure = match["unsure"] is None
    if key.startswith("-"):
        return Annotation(start, end, None, None, "", sure, key[1:], None, None, None)
    if key not in speakers:
        raise AuthoringError(f"{article_id}: no speaker {key!r} in the head")
    if match["relation"] is not None and match["relation"] not in RELATIONS:
        raise AuthoringError(f"{article_id}: unknown relation {match['relation']!r}")
    name, speaker_type = speakers[key]
    return Annotation(
        start,
        end,
        name,
        speaker_type,
        match["mention"] or "",
        sure,
        None,
        match["statement"],
        match["relation"],
        match["flag"],
    )


def read_authored() -> list[Authored]:
    """Return every authored article, by date and id."""
    authored = [parse(path.stem, path.read_text(encoding="utf-8")) for path in sorted(AUTHORED.glob("*.txt"))]
    return sorted(authored, key=lambda article: (article.published, article.id))


def marks_of(words: str) -> str:
    """Return which quote marks a span carries: ``both``, ``no opening``, ``no closing`` or ``none``."""
    opening, closing = words.startswith(OPENING_MARKS), words.endswith(CLOSING_MARKS)
    if opening and closing:
        return "both"
    return "no closing" if opening else "no opening" if closing else "none"


def article_record(article: Authored) -> dict[str, Any]:
    """Return an article as `quotetrace ingest` reads it."""
    return {
        "id": article.id,
        "outlet": article.outlet,
        "title": article.title,
        "url": article.url,
        "published": article.published,
        "text": article.text,
    }


def gold_quotes_record(article: Authored) -> dict[str, Any]:
    """Return the gold of one article: every marked span, who said it, or why it is nobody's speech."""
    quotes = []
    for span in article.annotations:
        quote: dict[str, Any] = {
            "start": span.start,
            "end": span.end,
            "kind": "speech" if span.speaker else "not_speech",
            "speaker": span.speaker,
            "speaker_type": span.speaker_type,
            "mention": span.mention,
            "sure": span.sure,
            "marks": marks_of(article.text[span.start : span.end]),
        }
        if span.reason:
            quote["reason"] = span.reason
        quotes.append(quote)
    return {"id": article.id, "text": article.text, "quotes": quotes}


def gold_statements(articles: list[Authored]) -> list[dict[str, Any]]:
    """Return the gold of every statement: its reports, independent sources and conclusion.

    A report is one wording in one article; the pieces of a split quote are one report. Copies of one
    wire story are one source. The conclusion follows from the reports by the project's definition:
    one source, else several speakers, else an unmarked change of words, else consistent.
    """
    reports: dict[str, dict[tuple[str, ...], dict[str, Any]]] = defaultdict(dict)
    for article in articles:
        for span in article.annotations:
            if span.statement is None or span.relation is None or span.speaker is None:
                continue
            report = reports[span.statement].setdefault(
                (article.id, span.speaker, span.relation),
                {
                    "article": article.id,
                    "outlet": article.outlet,
                    "wire": article.wire,
                    "speaker": span.speaker,
                    "relation": span.relation,
                    "flag": span.flag,
                    "spans": [],
                    "words": [],
                },
            )
            report["spans"].append([span.start, span.end])
            report["words"].append(article.text[span.start : span.end])
    statements = []
    for name, grouped in sorted(reports.items()):
        members = list(grouped.values())
        if not any(member["relation"] == "fullest" for member in members):
            raise AuthoringError(f"statement {name}: no report is the fullest")
        sources = len({member["wire"] or member["outlet"] for member in members})
        statements.append(
            {
                "id": name,
                "conclusion": _conclusion(members, sources),
                "independent_sources": sources,
                "reports": members,
            }
        )
    return statements


def _conclusion(members: list[dict[str, Any]], sources: int) -> str:
    if sources == 1:
        return "single source"
    if len({member["speaker"] for member in members}) > 1:
        return "speaker differs"
    if any(member["relation"] == "altered" for member in members):
        return "wording differs"
    return "consistent"


def built_files() -> dict[str, str]:
    """Return the content of every built file by its name."""
    articles = read_authored()
    records = {
        "articles.jsonl": [article_record(article) for article in articles],
        "gold_quotes.jsonl": [gold_quotes_record(article) for article in articles],
        "gold_statements.jsonl": gold_statements(articles),
    }
    return {
        name: "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        for name, lines in records.items()
    }


def main() -> None:
    """Write the built files beside this module."""
    for name, content in built_files().items():
        (HERE / name).write_text(content, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
