"""Silver news: PolNeAR's machine-parsed articles as trees in ClearNLP labels, with cleaned names."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from training.clearnlp import ConversionError, Tree, to_clearnlp
from training.names import Name, consistent_persons, map_machine_names, surnames_of
from training.treebanks import Sentence

_HYPHENATED: Final = re.compile(r"(?<=[^\W\d_])([-–/])(?=[^\W\d_])|(—|--+|…)")
_TRUST_SURNAME: Final = 8

Lexicon = dict[str, str]


def tag_lexicon(documents: Iterator[list[Sentence]]) -> Lexicon:
    """The commonest Penn tag of each lower-cased word of gold documents, for parts of hyphenated words."""
    counts: dict[str, Counter[str]] = {}
    for document in documents:
        for sentence in document:
            for form, tag in zip(sentence.tree.forms, sentence.tree.tags, strict=True):
                counts.setdefault(form.lower(), Counter())[tag] += 1
    return {form: tags.most_common(1)[0][0] for form, tags in counts.items()}


def read_silver(path: Path, lexicon: Lexicon) -> Iterator[list[Sentence]]:
    """Runs of consecutive usable sentences, article by article.

    A sentence that runs over a line break (the machine ignored them: headline and first sentence in one) or
    that does not convert is left out and ends the run.
    """
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    raw = [
        [_raw_sentence(article["text"], sentence, lexicon) for sentence in article["sentences"] or ()]
        for article in articles
    ]
    everywhere = surnames_of(
        (sentence.tree.forms, sentence.names or ()) for sentences in raw for sentence in sentences if sentence
    )
    trusted = frozenset(name for name, count in everywhere.items() if count >= _TRUST_SURNAME)
    for sentences in raw:
        here = surnames_of((s.tree.forms, s.names or ()) for s in sentences if s)
        surnames = trusted | frozenset(here)
        run: list[Sentence] = []
        for sentence in sentences:
            converted = _finished(sentence, surnames) if sentence else None
            if converted is not None:
                run.append(converted)
            elif run:
                yield run
                run = []
        if run:
            yield run


def _finished(sentence: Sentence, surnames: frozenset[str]) -> Sentence | None:
    tree = sentence.tree
    if tree.deps.count("dep") > max(1, len(tree.deps) // 12):
        return None  # the machine's own mark of a broken parse
    try:
        sentence.tree = to_clearnlp(tree)
    except ConversionError:
        return None
    names = consistent_persons(tree.forms, tree.tags, sentence.names or [], surnames)
    sentence.names = [name for name in names if name.label is not None]
    for name in names:
        if name.label is None:
            sentence.unsure.update(range(name.start, name.end))
    return sentence


def _raw_sentence(text: str, record: dict[str, Any], lexicon: Lexicon) -> Sentence | None:
    """The machine's sentence with hyphenated words split; UD labels as they come. ``None`` if unusable."""
    tokens = record["tokens"]
    first, last = tokens[0][0], tokens[-1][1]
    if "\n" in text[first:last] or len(tokens) > 80:
        return None
    forms: list[str] = []
    tags: list[str] = []
    lemmas: list[str] = []
    classes: list[str] = []
    ends: list[int] = []
    heads: list[int] = []
    deps: list[str] = []
    place: list[int] = []
    for start, end, lemma, tag, ner in tokens:
        form = text[start:end]
        if not form or " " in form:
            return None
        parts = _split(form)
        offset = start
        for i, part in enumerate(parts):
            offset += len(part)
            ends.append(offset)
            forms.append(part)
            final = i == len(parts) - 1
            tags.append(_part_tag(part, tag, final, len(parts) == 1, lexicon))
            lemmas.append(str(lemma).lower() if len(parts) == 1 else part.lower())
            classes.append(ner)
        place.append(len(forms) - 1)
    at = 0
    for number, (head, dep) in enumerate(zip(record["heads"], record["deps"], strict=True)):
        word = place[number]
        for part_at in range(at, word):
            heads.append(word)
            deps.append(_part_dep(tags[part_at], tags[word]))
        heads.append(word if head == 0 else place[head - 1])
        deps.append("root" if head == 0 else dep)
        at = word + 1
    for i, (tag, dep) in enumerate(zip(tags, deps, strict=True)):
        if tag == "TO" and dep not in ("mark", "aux"):
            tags[i] = "IN"
    starts = [start for start, *_ in tokens]
    following = set(starts)
    spaces = [end not in following for end in ends]
    for i in range(len(forms) - 1):
        spaces[i] = text[ends[i] : ends[i] + 1].isspace()
    after = text[last : last + 1]
    spaces[-1] = after == " "
    tree = Tree(forms, tags, lemmas, heads, deps)
    if not tree.is_tree():
        return None
    names: list[Name] = map_machine_names(forms, tags, classes)
    before = text[:first]
    gap = before[len(before.rstrip()) :]
    return Sentence(tree, spaces, starts_paragraph="\n" in gap, names=names)


def _split(form: str) -> list[str]:
    if form.startswith("--") or form in ("-", "–", "—", "…", "..."):
        return [form]
    parts = [part for part in _HYPHENATED.split(form) if part]
    return parts if len(parts) > 1 and parts[-1] not in ("-", "–", "/", "—") else [form]


def _part_tag(part: str, whole: str, final: bool, single: bool, lexicon: Lexicon) -> str:
    if single:
        return whole
    if part in ("-", "–"):
        return "HYPH"
    if part == "/":
        return "SYM"
    if part in ("—", "…") or part.startswith("--"):
        return ":"
    if whole in ("NNP", "NNPS", "CD") or (final and whole in ("NN", "NNS")):
        return "NNP" if whole == "NNPS" and not final else whole
    guess = lexicon.get(part.lower())
    if part[:1].isupper() and guess not in ("JJ", "IN", "DT"):
        return "NNP"
    return guess or ("JJ" if final and whole == "JJ" else "NN")


def _part_dep(tag: str, head_tag: str) -> str:
    if tag in ("HYPH", ":", "SYM", ","):
        return "punct"
    if tag.startswith("JJ"):
        return "amod"
    if tag.startswith("RB"):
        return "advmod"
    if tag == "CD":
        return "nummod"
    if tag.startswith("NN") and head_tag in ("VBN", "VBG", "JJ"):
        return "obl:unmarked"
    return "compound"
