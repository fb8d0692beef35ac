"""What the reader learns from: PolNeAR's training articles as numbers, made once and kept.

    python -m training.reading_examples --shared ../shared

parses with the packaged pipeline, steps the engine's decoder through every article, and writes
`training/.work/reading.pkl`: for each article its words, its marked spans with their candidates, and the
attributions that people marked (cue, source and content as word positions).
"""

from __future__ import annotations

import argparse
import pickle
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from attribution.decoding import NOBODY, Decision, Decoder
from attribution.language import load_pipeline, pipeline_version
from attribution.linking import Linker, packaged_linker
from attribution.reading import Reading
from training.lexicons import polnear_train
from training.linking import WORK, gold_of, parsed, right_options

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]


@dataclass(slots=True)
class SpanExample:
    """One marked span with its candidates.

    Attributes:
        bounds: first and last word, marks included.
        rows: features of the candidates and of "none", shape (candidates + 1, features).
        heads: words of the candidates: mention's head, mention's first word, cue (-1 without), shape (candidates, 3).
        right: which rows are right; ``None`` where the source is not annotated.
        row: features of the span.
        speech: whether it is speech; ``None`` where that is not sure.
    """

    bounds: tuple[int, int]
    rows: Floats
    heads: Integers
    right: NDArray[np.bool_] | None
    row: Floats
    speech: bool | None


@dataclass(slots=True)
class Report:
    """One attribution: the cue's head word, and the words of each role."""

    cue: int
    cue_words: list[int]
    source: list[int]
    content: list[int]


@dataclass(slots=True)
class ArticleExample:
    """One article as the reader learns from it."""

    id: str
    words: list[str]
    places: list[int]
    sentences: list[int]
    paragraphs: list[int]
    heads: list[int]
    deps: list[str]
    spans: list[SpanExample] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)


def words_in(doc: Doc, ranges: Iterable[tuple[int, int]]) -> list[int]:
    """Positions of the words that lie in character ranges; no white space."""
    found: list[int] = []
    for start, end in ranges:
        span = doc.char_span(start, end, alignment_mode="expand")
        if span is not None:
            found += [t.i for t in span if not t.is_space]
    return sorted(set(found))


def head_of(doc: Doc, words: list[int]) -> int:
    """The word that the others hang on; of several the first verb, else the first."""
    inside = set(words)
    tops = [i for i in words if doc[i].head.i not in inside or doc[i].head.i == i]
    verbs = [i for i in tops if doc[i].tag_[:2] == "VB" and doc[i].dep_ not in ("aux", "auxpass")]
    solid = [i for i in tops if doc[i].is_alpha]
    return (verbs or solid or tops or words)[0]


def span_examples(article: dict[str, Any], reading: Reading, linker: Linker, forced: bool) -> list[SpanExample]:
    """Step the decoder through one article's marked spans; see `training.linking.examples`."""
    decoder = Decoder(reading, linker, None)
    found: list[SpanExample] = []
    for index, marked in enumerate(reading.spans):
        speech, sure, sources = gold_of(article, marked.inner_start, marked.inner_end)
        options = decoder.options(index)
        rows = decoder.candidate_rows(index, options)
        weights, none = linker.probabilities(rows)
        row = decoder.span_row(index, options, weights)
        decoder.hear(float(speech) if forced else linker.speech(row))
        right = right_options(options, sources, reading.doc) if speech and sources else None
        heads = [
            [o.candidate.head, o.candidate.mention[0], o.candidate.cue[0] if o.candidate.cue else -1]
            for o in options
        ]
        first, end = reading.span_tokens[index]
        found.append(
            SpanExample(
                (first, end - 1),
                rows.astype("float32"),
                np.array(heads, dtype="int64").reshape(-1, 3),
                np.array([*right, not any(right)]) if right is not None else None,
                row.astype("float32"),
                speech if sure else None,
            )
        )
        if not speech:
            continue
        if forced:
            hits = [o for o, hit in zip(options, right or [], strict=False) if hit]
            best = min(hits, key=lambda o: abs(o.candidate.head - first), default=None)
            decision = Decision(best, 1.0, 1.0) if best is not None else NOBODY
        else:
            decision = decoder.decide(options, weights, none)
        decoder.remember(index, decision)
    return found


def reports_of(article: dict[str, Any], doc: Doc) -> list[Report]:
    """The attributions that have a cue."""
    found = []
    for attribution in article["attributions"]:
        cue = words_in(doc, ((c[0], c[1]) for c in attribution["cue"]))
        content = words_in(doc, ((c[0], c[1]) for c in attribution["content"]))
        source = words_in(doc, ((c[0], c[1]) for c in attribution["source"]))
        if cue and content:
            found.append(Report(head_of(doc, cue), cue, source, content))
    return found


def article_example(article: dict[str, Any], doc: Doc, linker: Linker, forced: bool) -> ArticleExample:
    """Everything about one article."""
    reading = Reading.of(doc)
    return ArticleExample(
        id=article["id"],
        words=[t.text for t in doc],
        places=list(reading.places),
        sentences=list(reading.token_sentence),
        paragraphs=list(reading.token_paragraph),
        heads=[t.head.i for t in doc],
        deps=[t.dep_ for t in doc],
        spans=span_examples(article, reading, linker, forced),
        reports=reports_of(article, doc),
    )


def main() -> None:
    """Make and keep the examples."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--articles", type=int, default=None, help="only the first N articles")
    args = parser.parse_args()
    nlp = load_pipeline(None, coreference=False)
    articles = list(polnear_train(args.shared))[: args.articles]
    random.Random(7).shuffle(articles)
    docs = parsed(articles, nlp, WORK / f"polnear-{pipeline_version(nlp)}-{len(articles)}.spacy")
    linker = packaged_linker()
    examples: list[tuple[ArticleExample, list[SpanExample]]] = []
    for n, (article, doc) in enumerate(zip(articles, docs, strict=True)):
        example = article_example(article, doc, linker, forced=True)
        free = span_examples(article, Reading.of(doc), linker, forced=False)
        examples.append((example, free))
        if n % 100 == 0:
            print(f"{n} of {len(articles)}", flush=True)
    with (WORK / "reading.pkl").open("wb") as file:
        pickle.dump(examples, file, protocol=5)


if __name__ == "__main__":
    main()
