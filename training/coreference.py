"""Training of coreferee's model for our pipeline, on LitBank and OntoGUM.

Uses coreferee's own features, rules and network. Its command (`python -m coreferee train`) wants a checkout
of its repository with the pipeline in its configuration, joins words by spaces and realigns them; here
documents keep their words and natural spacing, and the epoch is chosen on OntoGUM's dev part.
"""

from __future__ import annotations

import gzip
import logging
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final

from coreferee.annotation import Annotator
from coreferee.data_model import Mention
from coreferee.manager import CorefereeBroker
from coreferee.rules import RulesAnalyzerFactory
from coreferee.tendencies import (
    ENSEMBLE_SIZE,
    DocumentPairInfo,
    TendenciesAnalyzer,
    create_thinc_model,
    generate_feature_table,
)
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import fix_random_seed
from thinc.loss import SequenceCategoricalCrossentropy
from thinc.optimizers import Adam

from training.treebanks import NON_COMMERCIAL

logger = logging.getLogger(__name__)

_NO_SPACE_BEFORE: Final = re.compile(r"^(?:[.,;:!?%)\]}”’]|n['’]t|['’](?:s|re|ve|ll|d|m)|'')$", re.IGNORECASE)
_NO_SPACE_AFTER: Final = frozenset(("(", "[", "{", "“", "‘", "$", "``"))
_NO_SPACE_AROUND: Final = frozenset(("-", "—", "/"))
_BRACKET: Final = re.compile(r"(\()?(\d+)(\))?")


@dataclass(slots=True)
class Annotated:
    """A document's words and its chains, each a list of (start, end) word spans in text order."""

    name: str
    words: list[str] = field(default_factory=list)
    chains: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))


def read_litbank(path: Path) -> Iterator[Annotated]:
    """LitBank's coreference file: one document a novel extract."""
    return _read(path, "#begin document (", word=3, least=5)


def read_ontogum(path: Path) -> Iterator[Annotated]:
    """OntoGUM, without the genres licensed for non-commercial use only."""
    for document in _read(path, "# begin document ", word=1, least=3):
        if document.name.split("_")[1] not in NON_COMMERCIAL:
            yield document


def _read(path: Path, opening: str, *, word: int, least: int) -> Iterator[Annotated]:
    document: Annotated | None = None
    opened: dict[str, list[int]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith(opening):
                if document is not None:
                    yield document
                document = Annotated(line[len(opening) :].split(")")[0].strip())
                opened.clear()
                continue
            cells = line.rstrip("\n").split("\t")
            if document is None or line.startswith("#") or len(cells) < least:
                continue
            at = len(document.words)
            document.words.append("".join(cells[word].split()) or "_")
            for opens, chain, closes in _BRACKET.findall(cells[-1]):
                if opens:
                    opened[chain].append(at)
                if closes and opened[chain]:
                    document.chains[chain].append((opened[chain].pop(), at + 1))
    if document is not None:
        yield document


def _spaces(words: list[str]) -> list[bool]:
    spaces = []
    for word, following in zip(words, [*words[1:], ""], strict=True):
        glued = word in _NO_SPACE_AFTER or word in _NO_SPACE_AROUND or following in _NO_SPACE_AROUND
        spaces.append(not (glued or _NO_SPACE_BEFORE.match(following)))
    return spaces


def _marked(nlp: Language, rules: Any, document: Annotated) -> Doc:
    """The document read by *nlp*, with coreferee's candidates marked true or not."""
    doc = nlp(Doc(nlp.vocab, words=document.words, spaces=_spaces(document.words)))
    rules.initialize(doc)
    for chain in document.chains.values():
        spans = [doc[start:end] for start, end in sorted(chain)]
        spans = [
            span
            for span in spans
            if rules.is_independent_noun(span.root) or rules.is_potential_anaphor(span.root)
        ]
        for at, span in enumerate(spans):
            siblings = span.root._.coref_chains.temp_dependent_siblings
            mention = Mention(span.root, bool(siblings) and siblings[-1] in span)
            for neighbour in (at - 1, at + 1):
                if 0 <= neighbour < len(spans):
                    _mark(spans[neighbour].root, mention)
    return doc


def _mark(referring: Any, mention: Any) -> None:
    candidates = getattr(referring._.coref_chains, "temp_potential_referreds", None)
    if candidates is None or Mention.number_of_training_mentions_marked_true(referring):
        return
    for candidate in candidates:
        if candidate == mention:
            candidate.true_in_training = True


def _accuracy(annotator: Any, docs: list[Doc]) -> float:
    """Share of pronouns with a known antecedent whose chain holds it (coreferee's own measure)."""
    right = total = 0
    for doc in docs:
        for token in doc:
            token._.coref_chains.chains = []
        annotator.annotate(doc, used_in_training=True)
        for token in doc:
            for candidate in getattr(token._.coref_chains, "temp_potential_referreds", ()):
                if not hasattr(candidate, "true_in_training"):
                    continue
                for chain in token._.coref_chains:
                    if Mention(token, False) in chain:
                        right += candidate in chain
                        total += 1
    return 100 * right / total if total else 0.0


def train_coreference(
    nlp: Language, corpora: Path, *, epochs: int = 6, limit: int | None = None, seed: int = 0
) -> tuple[Any, Any, dict[str, Any]]:
    """coreferee's feature table and model for *nlp*, with figures. About ten minutes on one core.

    *limit*: at most so many documents of each corpus, for a trial. The epoch with the best dev accuracy is
    kept.
    """
    fix_random_seed(seed)
    CorefereeBroker.set_extensions()
    rules = RulesAnalyzerFactory.get_rules_analyzer(nlp)
    for name, value in vars(rules).items():
        if isinstance(value, list) and name != "blacklisted_phrases":
            setattr(rules, name, frozenset(value))
    novels = list(read_litbank(corpora / "litbank" / "coref.conll.gz"))[:limit]
    train = [*novels, *list(read_ontogum(corpora / "ontogum" / "train.conll.gz"))[:limit]]
    docs = [_marked(nlp, rules, document) for document in train]
    dev = [_marked(nlp, rules, d) for d in read_ontogum(corpora / "ontogum" / "dev.conll.gz")]
    test = [_marked(nlp, rules, d) for d in read_ontogum(corpora / "ontogum" / "test.conll.gz")]
    logger.info("coreference: %d documents, %d words", len(docs), sum(map(len, docs)))

    features = generate_feature_table(docs, nlp)
    tendencies = TendenciesAnalyzer(rules, nlp, features)
    pairs = [DocumentPairInfo.from_doc(doc, tendencies, ENSEMBLE_SIZE, is_train=True) for doc in docs]
    pairs = [pair for pair in pairs if len(pair.candidates.dataXd)]
    model = create_thinc_model()
    model.initialize(X=pairs[:1], Y=pairs[0].training_outputs)
    optimizer = Adam(0.001)
    loss = SequenceCategoricalCrossentropy(normalize=True)
    random = Random(seed)
    best, best_bytes = -1.0, b""
    for epoch in range(epochs):
        random.shuffle(pairs)
        for pair in pairs:
            predicted, backprop = model.begin_update([pair])
            gradient, _ = loss(predicted, pair.training_outputs)
            backprop(gradient)
            model.finish_update(optimizer)
        accuracy = _accuracy(Annotator(nlp, nlp, features, model), dev)
        logger.info("epoch %d: dev accuracy %.2f", epoch + 1, accuracy)
        if accuracy > best:
            best, best_bytes = accuracy, model.to_bytes()
    model = create_thinc_model().from_bytes(best_bytes)
    figures = {
        "pipeline": f"{nlp.lang}_{nlp.meta['name']}-{nlp.meta['version']}",
        "documents": {"litbank": len(novels), "ontogum": len(train) - len(novels)},
        "ontogum_dev_accuracy": round(best, 2),
        "ontogum_test_accuracy": round(_accuracy(Annotator(nlp, nlp, features, model), test), 2),
    }
    return features, model, figures
