"""Figures of a pipeline on the treebanks' test parts and PolNeAR's dev part, from raw text.

The treebanks give gold trees; PolNeAR's are the machine's, so its figures are agreement, not accuracy.
Words are spaCy's own; heads and labels count where they align with the reference.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from spacy.language import Language
from spacy.scorer import Scorer, get_ner_prf
from spacy.training import Example

from training.documents import make_document
from training.lexicons import polnear_train
from training.silver import read_silver, tag_lexicon
from training.treebanks import Sentence, read_treebank

_SENTENCES: Final = 12
_LABELS: Final = ("nsubj", "pobj", "dobj", "ccomp", "relcl", "conj", "appos", "advcl", "parataxis", "agent")
_NAMED: Final = ("PERSON", "ORG", "GPE", "LOC", "NORP")
_TYPES: Final = ("PERSON", "ORG", "GPE", "LOC", "NORP", "DATE")


def test_parts(corpora: Path) -> Iterator[tuple[str, list[list[Sentence]]]]:
    """Name and documents of each test part. Of GUM all genres: testing takes nothing into the pipeline."""
    yield "GUM test", list(read_treebank(corpora / "gum" / "test.conllu.gz", commercial_only=False))
    yield "EWT test", list(read_treebank(corpora / "ewt" / "test.conllu.gz"))
    lexicon = tag_lexicon(read_treebank(corpora / "ewt" / "train.conllu.gz"))
    yield "PolNeAR dev", list(read_silver(corpora / "polnear" / "dev" / "articles.jsonl.gz", lexicon))


def evaluate(nlp: Language, corpora: Path, *, by_label: bool = False) -> dict[str, dict[str, Any]]:
    """Figures in per cent for each test part: tag, uas, las, sentences, names, words a second."""
    figures: dict[str, dict[str, Any]] = {}
    for name, documents in test_parts(corpora):
        references = [
            make_document(nlp.vocab, document[at : at + _SENTENCES])
            for document in documents
            for at in range(0, len(document), _SENTENCES)
        ]
        started = time.perf_counter()
        predicted = list(nlp.pipe(reference.text for reference in references))
        seconds = time.perf_counter() - started
        examples = [Example(p, r) for p, r in zip(predicted, references, strict=True)]
        figures[name] = _figures(examples, by_label=by_label)
        figures[name]["words_a_second"] = round(sum(map(len, predicted)) / seconds)
    return figures


def check_names(nlp: Language, shared: Path) -> dict[str, dict[str, float | None]]:
    """Precision, recall and F in per cent, by label and over all, on the names in `annotations/names.tsv`.

    Every distinct name of an article counts once, under the label that the pipeline gives it most often.
    """
    gold: dict[str, set[tuple[str, str]]] = {}
    for line in (Path(__file__).parent / "annotations" / "names.tsv").read_text("utf8").splitlines():
        article, label, name = line.split("\t")
        gold.setdefault(article, set()).add((name, label))
    texts = [(a["text"], a["id"]) for a in polnear_train(shared) if a["id"] in gold]
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    wanted = Counter(label for names in gold.values() for _, label in names if label in _NAMED)
    for doc, article in nlp.pipe(texts, as_tuples=True):
        labels: dict[str, Counter[str]] = {}
        for entity in doc.ents:
            if entity.label_ in _NAMED:
                labels.setdefault(" ".join(entity.text.split()), Counter())[entity.label_] += 1
        for name, counts in labels.items():
            label = counts.most_common(1)[0][0]
            found[label] += 1
            right[label] += (name, label) in gold[article]
    for counter in (right, found, wanted):
        counter["all"] = counter.total()
    return {
        label: {
            "precision": _percent(right[label] / max(1, found[label])),
            "recall": _percent(right[label] / max(1, wanted[label])),
            "f": _percent(2 * right[label] / max(1, found[label] + wanted[label])),
        }
        for label in ("all", *_NAMED)
    }


def _figures(examples: list[Example], *, by_label: bool) -> dict[str, Any]:
    tags = Scorer.score_token_attr(examples, "tag")
    trees = Scorer.score_deps(
        examples,
        "dep",
        getter=lambda token, attribute: getattr(token, f"{attribute}_").lower(),
        ignore_labels=("p", "punct"),
    )
    sentences = Scorer.score_spans(
        examples,
        "sents",
        getter=lambda doc, _: doc.sents,
        has_annotation=lambda doc: doc.has_annotation("SENT_START"),
    )
    result: dict[str, Any] = {
        "tag": _percent(tags["tag_acc"]),
        "uas": _percent(trees["dep_uas"]),
        "las": _percent(trees["dep_las"]),
        "sentences": _percent(sentences["sents_f"]),
    }
    if any(example.reference.has_annotation("ENT_IOB") for example in examples):
        # types and spans of which the reference knows nothing (GUM: dates, numbers) count neither way
        known = {entity.label_ for example in examples for entity in example.reference.ents}
        for example in examples:
            example.predicted.ents = [e for e in example.predicted.ents if e.label_ in known]
        names = get_ner_prf(examples)
        per_type = names.get("ents_per_type") or {}
        result["names"] = _percent(names["ents_f"])
        result["names_by_type"] = {
            label: _percent(per_type[label]["f"]) for label in _TYPES if label in per_type
        }
    if by_label:
        per_label = trees["dep_las_per_type"]
        result["las_by_label"] = {
            label: _percent(per_label[label]["f"]) for label in _LABELS if label in per_label
        }
    return result


def _percent(value: float | None) -> float | None:
    return None if value is None else round(100 * value, 1)
