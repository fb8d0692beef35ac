"""Sentences put together as spaCy documents, and those as DocBin files for `spacy train`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Final

from spacy.tokens import Doc, DocBin, Span
from spacy.vocab import Vocab

from training.treebanks import Sentence
from training.variation import Plan, vary

#: Neither POS nor MORPH: both are rules' work, and an empty MORPH stored here would overwrite theirs.
_ATTRIBUTES: Final = ("ORTH", "SPACY", "TAG", "HEAD", "DEP", "SENT_START", "ENT_IOB", "ENT_TYPE")
#: How articles part their paragraphs; the first is the commonest.
_BREAKS: Final = ("\n\n", "\n\n", "\n", "\n\n\n")


def stretches(
    documents: Iterable[list[Sentence]], random: Random, *, longest: int = 12
) -> Iterator[list[Sentence]]:
    """Documents cut into runs of one to *longest* sentences, so that a batch mixes many texts."""
    for document in documents:
        at = 0
        while at < len(document):
            size = random.randint(1, longest)
            yield document[at : at + size]
            at += size


def make_document(vocab: Vocab, sentences: list[Sentence], line_break: str = _BREAKS[0]) -> Doc:
    """One document. A paragraph break is a token of its own that hangs on the word before it."""
    words: list[str] = []
    spaces: list[bool] = []
    tags: list[str] = []
    heads: list[int] = []
    deps: list[str] = []
    starts: list[bool] = []
    spans: list[tuple[int, int, str]] = []
    unsure: list[tuple[int, int]] = []
    for number, sentence in enumerate(sentences):
        if number:
            if sentence.starts_paragraph:
                spaces[-1] = False
                words.append(line_break)
                spaces.append(False)
                tags.append("_SP")
                heads.append(len(words) - 2)
                deps.append("dep")
                starts.append(False)
            else:
                spaces[-1] = True
        offset = len(words)
        tree = sentence.tree
        words.extend(tree.forms)
        spaces.extend(sentence.spaces)
        tags.extend(tree.tags)
        heads.extend(offset + head for head in tree.heads)
        deps.extend(tree.deps)
        starts.extend(i == 0 for i in range(len(tree.forms)))
        if sentence.names is None:
            unsure.append((offset, len(words)))
        else:
            spans.extend((offset + n.start, offset + n.end, n.label) for n in sentence.names if n.label)
            unsure.extend((offset + i, offset + i + 1) for i in sentence.unsure)
    spaces[-1] = False
    doc = Doc(vocab, words=words, spaces=spaces, tags=tags, heads=heads, deps=deps)
    doc.set_ents(
        [Span(doc, start, end, label) for start, end, label in spans],
        missing=[doc[start:end] for start, end in unsure],
        default="outside",
    )
    return doc


def write_documents(
    path: Path,
    vocab: Vocab,
    documents: Iterable[list[Sentence]],
    *,
    seed: int = 0,
    copies: int = 1,
    plan: Plan | None = None,
    longest: int = 12,
) -> tuple[int, int]:
    """A DocBin at *path* of the documents, cut, varied by *plan* and shuffled. Returns (documents, words)."""
    random = Random(seed)
    texts = list(documents)
    docs: list[Doc] = []
    for _ in range(copies):
        for stretch in stretches(texts, random, longest=longest):
            varied = vary(stretch, plan, random) if plan else stretch
            docs.append(make_document(vocab, varied, random.choice(_BREAKS) if plan else _BREAKS[0]))
    random.shuffle(docs)
    path.parent.mkdir(parents=True, exist_ok=True)
    DocBin(attrs=_ATTRIBUTES, docs=docs, store_user_data=False).to_disk(path)
    return len(docs), sum(len(doc) for doc in docs)
