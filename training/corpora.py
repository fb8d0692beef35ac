"""The shared corpora turned into the files that training reads: DocBins and the vectors' base pipeline."""

from __future__ import annotations

import gzip
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from spacy.vocab import Vocab

from training.documents import write_documents
from training.silver import read_silver, tag_lexicon
from training.tokenizer import blank_english
from training.treebanks import Sentence, read_treebank
from training.variation import Plan
from training.vectors import learn_vectors

logger = logging.getLogger(__name__)

#: Every so many runs of silver news are held out to choose checkpoints (PolNeAR dev is for figures).
_HELD_OUT_EVERY: Final = 40


def prepare(corpora: Path, work: Path) -> None:
    """Writes ``work/data/{syntax,names}-{train,dev}.spacy`` and ``work/vectors``. About five minutes."""
    vocab = Vocab()
    gold = [d for part in ("ewt", "gum") for d in read_treebank(corpora / part / "train.conllu.gz")]
    gold_dev = [d for part in ("ewt", "gum") for d in read_treebank(corpora / part / "dev.conllu.gz")]
    silver = list(read_silver(corpora / "polnear" / "train" / "articles.jsonl.gz", tag_lexicon(iter(gold))))
    kept = [run for i, run in enumerate(silver) if i % _HELD_OUT_EVERY]
    held_out = [run for i, run in enumerate(silver) if i % _HELD_OUT_EVERY == 0]
    named = [d for d in gold if d[0].names is not None]
    named_dev = [d for d in gold_dev if d[0].names is not None]

    data = work / "data"
    plan = Plan()
    parts = {
        "gold": (gold, 2, plan, 12),
        "silver": (kept, 1, plan, 12),
        "names-gold": (named, 2, plan, 12),
        "names-silver": (kept, 2, plan, 25),
    }
    for number, (name, (documents, copies, chosen, longest)) in enumerate(parts.items()):
        group = "names" if name.startswith("names") else "syntax"
        path = data / f"{group}-train" / f"{name}.spacy"
        count = write_documents(
            path, vocab, documents, seed=number, copies=copies, plan=chosen, longest=longest
        )
        logger.info("%s: %d documents, %d words", name, *count)
    write_documents(data / "syntax-dev.spacy", vocab, gold_dev[::2] + held_out[::4], seed=11)
    write_documents(data / "names-dev.spacy", vocab, held_out + named_dev, seed=12)

    nlp = blank_english()
    learn_vectors(nlp, _sentences(gold + silver, corpora / "litbank" / "coref.conll.gz"))
    nlp.to_disk(work / "vectors")


def _sentences(documents: list[list[Sentence]], litbank: Path) -> Iterator[list[str]]:
    for document in documents:
        for sentence in document:
            yield sentence.tree.forms
    with gzip.open(litbank, "rt", encoding="utf-8") as lines:
        words: list[str] = []
        for line in lines:
            cells = line.split()
            if len(cells) > 4 and not line.startswith("#"):
                words.append(cells[3])
            elif words:
                yield words
                words = []
