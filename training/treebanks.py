"""Gold treebanks: CoNLL-U files read as trees in ClearNLP labels, with paragraphs, and GUM's names."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from training.clearnlp import ConversionError, Tree, to_clearnlp
from training.names import Name, nationalities, without_title, wordlist

#: GUM's genres whose texts are licensed for non-commercial use only; never trained on.
NON_COMMERCIAL: Final = frozenset(("essay", "fiction", "letter", "podcast", "whow"))

_ENTITY: Final = re.compile(r"\((?P<open>[^()]+)|(?P<close>[^()]+)\)")
_REGIONS: Final = frozenset(
    "Ocean Sea River Lake Mountain Mountains Valley Island Islands Desert Bay Gulf Coast".split()
)


@dataclass(slots=True)
class Sentence:
    """One sentence in ClearNLP labels.

    ``spaces[i]`` tells whether a space follows word *i*; ``names`` is ``None`` where the source carries no
    names; ``unsure`` holds the words of which nothing is known about names.
    """

    tree: Tree
    spaces: list[bool]
    starts_paragraph: bool = False
    names: list[Name] | None = None
    unsure: set[int] = field(default_factory=set)


def read_treebank(path: Path, *, commercial_only: bool = True) -> Iterator[list[Sentence]]:
    """The documents of a gzipped CoNLL-U file, each a list of sentences. Sentences that do not convert end
    the run of text before them: a document may come in several lists."""
    document: list[Sentence] = []
    name = ""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        comments: list[str] = []
        rows: list[list[str]] = []
        for raw_line in lines:
            line = raw_line.rstrip("\n")
            if line.startswith("#"):
                comments.append(line)
            elif line:
                rows.append(line.split("\t"))
            elif rows:
                new = next((c.split("= ", 1)[1] for c in comments if c.startswith("# newdoc id")), None)
                if new is not None:
                    if document:
                        yield document
                    document, name = [], new
                genre = name.split("_")[1] if name.startswith("GUM_") else ""
                if not (commercial_only and genre in NON_COMMERCIAL):
                    try:
                        sentence = _sentence(rows, with_names=name.startswith("GUM_"))
                    except ConversionError:
                        if document:
                            yield document
                        document = []
                    else:
                        sentence.starts_paragraph = any(c.startswith("# newpar") for c in comments)
                        document.append(sentence)
                comments, rows = [], []
        if document:
            yield document


def _sentence(rows: list[list[str]], *, with_names: bool) -> Sentence:
    joined: dict[int, bool] = {}
    words: list[list[str]] = []
    for row in rows:
        if "-" in row[0]:
            first, last = (int(part) for part in row[0].split("-"))
            for i in range(first, last):
                joined[i] = False
            joined[last] = "SpaceAfter=No" not in row[9]
        elif "." not in row[0]:
            words.append(row)
    spaces = [joined.get(int(row[0]), "SpaceAfter=No" not in row[9]) for row in words]
    tree = Tree(
        forms=[row[1].replace(" ", "") for row in words],
        tags=[row[4] for row in words],
        lemmas=[row[2].lower() for row in words],
        heads=[i if row[6] == "0" else int(row[6]) - 1 for i, row in enumerate(words)],
        deps=[row[7] for row in words],
    )
    sentence = Sentence(to_clearnlp(tree), spaces)
    if with_names:
        _add_names(sentence, [row[9] for row in words], [row[3] for row in words])
    return sentence


def _add_names(sentence: Sentence, misc: list[str], upos: list[str]) -> None:
    """GUM marks every mention; those with a proper noun at their core are names. Numbers and dates are not
    told apart there, so they stay unsure."""
    forms, tags = sentence.tree.forms, sentence.tree.tags
    opened: list[tuple[str, str, int]] = []
    mentions: list[tuple[str, int, int]] = []
    for i, cell in enumerate(misc):
        entity = next((part[7:] for part in cell.split("|") if part.startswith("Entity=")), "")
        for match in _ENTITY.finditer(entity):
            if match["open"]:
                parts = match["open"].rstrip(")").split("-")
                opened.append((parts[0], parts[1] if len(parts) > 1 else "", i))
                if entity[match.end() :].startswith(")"):
                    group, kind, start = opened.pop()
                    mentions.append((kind, start, i + 1))
            else:
                group = match["close"].split("-")[0]
                for at in range(len(opened) - 1, -1, -1):
                    if opened[at][0] == group:
                        _, kind, start = opened.pop(at)
                        mentions.append((kind, start, i + 1))
                        break
    names: list[Name] = []
    taken: set[int] = set()
    labels = {"person": "PERSON", "organization": "ORG", "place": "GPE"}
    for kind, start, end in sorted(mentions, key=lambda m: m[2] - m[1]):
        if kind == "time":
            sentence.unsure.update(range(start, end))
            continue
        span = _proper_core(upos, start, end)
        if span is None or kind not in labels:
            continue
        if any(i in taken for i in range(*span)):
            continue
        text = " ".join(forms[slice(*span)])
        label = labels[kind]
        if text in nationalities():
            label = "NORP"
        elif tags[span[1] - 1] == "NNPS" and label == "PERSON":
            continue
        if label == "GPE" and text not in wordlist("gpe"):
            if forms[span[1] - 1] in _REGIONS or text in wordlist("loc"):
                label = "LOC"
            elif any(tags[i] in ("NN", "NNS", "DT") for i in range(*span)) or span[1] - span[0] > 2:
                continue  # buildings, streets: a type of its own in OntoNotes
        if label == "PERSON":
            taken.update(range(*span))
            span = (without_title(forms, *span), span[1])
        names.append(Name(*span, label))
        taken.update(range(*span))
    for i, (tag, form) in enumerate(zip(tags, forms, strict=True)):
        if i not in taken and (tag in ("CD", "NNP", "NNPS", "ADD") or (tag == "JJ" and form[:1].isupper())):
            sentence.unsure.add(i)
    sentence.unsure -= taken
    sentence.names = sorted(names, key=lambda name: name.start)


def _proper_core(upos: list[str], start: int, end: int) -> tuple[int, int] | None:
    """The mention less determiners and what follows its run of proper nouns; ``None`` if it has none."""
    while start < end and upos[start] in ("DET", "PUNCT", "ADJ", "NOUN", "ADP", "NUM", "ADV", "PRON"):
        start += 1
    stop = start
    while stop < end and upos[stop] in ("PROPN", "PUNCT"):
        stop += 1
    while stop > start and upos[stop - 1] != "PROPN":
        stop -= 1
    return (start, stop) if stop > start else None
