"""Which mentions of a text mean the same person or thing, by coreferee with a model of our own.

coreferee's own component knows only the official pipelines by name. Here its annotator is built directly
from files in this package, so nothing is looked up, downloaded or unpickled. Coreference is by far the
slowest step (about a second for 1,000 words): :class:`CoreferenceResolver` therefore works on demand,
on a whole document or on the neighbourhood of single places; the component runs it on every document.
"""

from __future__ import annotations

import copy
import json
import logging
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final, Self

from coreferee.annotation import Annotator
from coreferee.data_model import ChainHolder, FeatureTable
from coreferee.errors import LanguageNotSupportedError, ModelNotSupportedError
from coreferee.manager import CorefereeBroker, CorefereeManager
from coreferee.rules import RulesAnalyzerFactory
from coreferee.tendencies import create_thinc_model
from spacy.language import Language
from spacy.tokens import Doc, Token
from spacy.vocab import Vocab

from attribution.errors import PipelineError

logger = logging.getLogger(__name__)

#: One mention: its words' positions in the document, several where mentions are coordinated ("A and B").
Mention = tuple[int, ...]
#: Mentions of one referent in text order.
Chain = list[Mention]

FACTORY: Final = "quotetrace_coreference"
MODEL_FOLDER: Final = Path(__file__).parent / "data" / "coreference"
_FEATURES: Final = "feature_table.json"
_MODEL: Final = "model"
_META: Final = "meta.json"

#: coreferee links a pronoun over at most five sentences; chains of pronouns reach further back, so a
#: neighbourhood starts well before that.
_SENTENCES_BEFORE: Final = 12
_SENTENCES_AFTER: Final = 1
#: Sentences that one reading serves.
_STRETCH: Final = 10


#: coreferee's judgements on one word that depend on nothing but the parsed document.
_JUDGEMENTS: Final = (
    "is_independent_noun",
    "is_potential_anaphor",
    "get_propn_subtree",
    "is_potentially_introducing_noun",
    "is_potentially_referring_back_noun",
)


class _Vectors:
    """What coreferee wants of a pipeline: its language and its vocabulary."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab
        self.meta = {"lang": "en"}


def _fast_rules(vocab: Vocab) -> Any:
    """coreferee's English rules for one document, quicker: word lists as sets, answers remembered.

    The lists are searched and the same words judged for every pair of mentions, which costs more time than
    the model. A copy, because coreferee shares one object between all users.
    """
    rules = copy.copy(RulesAnalyzerFactory.get_rules_analyzer(_Vectors(vocab)))
    for name, value in vars(rules).items():
        if isinstance(value, list) and name != "blacklisted_phrases":
            setattr(rules, name, frozenset(value))
    for name in _JUDGEMENTS:
        setattr(rules, name, _remembering(getattr(rules, name)))
    return rules


def _remembering(judge: Callable[[Token], Any]) -> Callable[[Token], Any]:
    known: dict[int, Any] = {}

    def judged(token: Token) -> Any:
        if token.i not in known:
            known[token.i] = judge(token)
        return known[token.i]

    return judged


class CoreferenceResolver:
    """Coreference chains of a document, whatever the order or set of components that made it.

    The document needs tags, trees, sentences, lemmas, pronouns' morphology and, for good results, names.
    Can be pickled; may be shared between threads.
    """

    def __init__(self, feature_table: FeatureTable, model: Any, *, vectors: Vocab | None = None) -> None:
        """*vectors*: the vocabulary with the vectors the model was trained on; by default the document's."""
        CorefereeBroker.set_extensions()
        self._feature_table = feature_table
        self._model = model
        self._vectors = vectors

    @classmethod
    def from_disk(cls, folder: Path | str = MODEL_FOLDER) -> Self:
        """The resolver saved in *folder*; by default the one packaged for our pipeline.

        Raises :class:`~attribution.errors.PipelineError` where files are missing.
        """
        folder = Path(folder)
        try:
            features = json.loads((folder / _FEATURES).read_text(encoding="utf-8"))
            weights = (folder / _MODEL).read_bytes()
        except OSError as error:
            raise PipelineError(f"coreference model missing in {folder}: {error.strerror}") from error
        return cls(FeatureTable(**features), create_thinc_model().from_bytes(weights))

    @classmethod
    def for_pipeline(cls, nlp: Language) -> Self | None:
        """The resolver whose model fits *nlp*: ours for our pipeline, coreferee's published one for an
        official pipeline where it is installed; otherwise ``None``, with a warning in the log."""
        if nlp.meta.get("name") == "quotetrace_news":
            return cls.from_disk()
        try:
            annotator = CorefereeManager.get_annotator(nlp)
        except (LanguageNotSupportedError, ModelNotSupportedError, OSError) as error:
            logger.warning("no coreference for %s_%s: %s", nlp.lang, nlp.meta.get("name"), error)
            return None
        tendencies = annotator.tendencies_analyzer
        return cls(tendencies.feature_table, annotator.thinc_ensemble, vectors=tendencies.vectors_nlp.vocab)

    def to_disk(self, folder: Path | str, *, about: dict[str, Any] | None = None) -> None:
        """Saves features and weights in *folder*, with *about* (figures, data) beside them."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        features = json.dumps(_features(self._feature_table), indent=1)
        (folder / _FEATURES).write_text(features, encoding="utf-8")
        (folder / _MODEL).write_bytes(self._model.to_bytes())
        if about is not None:
            (folder / _META).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")

    def annotate(self, doc: Doc) -> Doc:
        """Fills ``doc._.coref_chains`` and ``token._.coref_chains`` as coreferee's component does.

        A document that coreferee cannot handle gets no chains, and a line in the log.
        """
        vocab = self._vectors or doc.vocab
        rules = _fast_rules(vocab)
        annotator = Annotator(_Vectors(vocab), _Vectors(vocab), self._feature_table, self._model)
        annotator.rules_analyzer = rules
        annotator.tendencies_analyzer.rules_analyzer = rules
        try:
            annotator.annotate(doc)
        except Exception:  # coreferee's own component skips such documents too; their texts are the user's
            logger.warning("coreference failed on a document of %d words", len(doc), exc_info=True)
            doc._.coref_chains = ChainHolder()
            for token in doc:
                token._.coref_chains = ChainHolder()
        return doc

    def chains(self, doc: Doc) -> list[Chain]:
        """The chains of *doc*, computed at the first call and kept in ``doc._.coref_chains``.

        Positions are token indices; the first of a mention is the head of its phrase.
        """
        if doc._.coref_chains is None:
            self.annotate(doc)
        return [[tuple(mention.token_indexes) for mention in chain.mentions] for chain in doc._.coref_chains]

    def neighbourhoods(self, doc: Doc) -> Neighbourhoods:
        """Chains of *doc* on demand, place by place: far cheaper where only a few mentions need them."""
        return Neighbourhoods(self, doc)

    def __getstate__(self) -> dict[str, Any]:
        return {
            "features": _features(self._feature_table),
            "model": self._model.to_bytes(),
            "vectors": self._vectors,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(  # type: ignore[misc]
            FeatureTable(**state["features"]),
            create_thinc_model().from_bytes(state["model"]),
            vectors=state["vectors"],
        )


class Neighbourhoods:
    """The chains around single places of one document; a stretch once read serves the places in it.

    A document already annotated is not read again: then all its chains come back.
    """

    def __init__(self, resolver: CoreferenceResolver, doc: Doc) -> None:
        self._resolver = resolver
        self._doc = doc
        self._sentences: list[tuple[int, int]] | None = None
        self._known: dict[int, list[Chain]] = {}

    def __call__(self, token: int) -> list[Chain]:
        """The chains around position *token*, in positions of the document.

        Raises ``IndexError`` for a position outside the document.
        """
        doc = self._doc
        if not 0 <= token < len(doc):
            raise IndexError(f"no word {token} in a document of {len(doc)}")
        if doc._.coref_chains is not None:
            return self._resolver.chains(doc)
        if self._sentences is None:
            self._sentences = [(sentence.start, sentence.end) for sentence in doc.sents]
        at = next(i for i, (_, end) in enumerate(self._sentences) if end > token)
        stretch = at // _STRETCH
        if stretch not in self._known:
            first = max(0, stretch * _STRETCH - _SENTENCES_BEFORE)
            last = min(len(self._sentences), (stretch + 1) * _STRETCH + _SENTENCES_AFTER) - 1
            start, end = self._sentences[first][0], self._sentences[last][1]
            part = doc[start:end].as_doc()
            self._known[stretch] = [
                [tuple(start + i for i in mention) for mention in chain]
                for chain in self._resolver.chains(part)
            ]
        return self._known[stretch]


def _features(table: FeatureTable) -> dict[str, list[str]]:
    return {name: list(values) for name, values in vars(table).items()}


class CoreferenceComponent:
    """Pipeline step that resolves every document; see :class:`CoreferenceResolver`."""

    def __init__(self, resolver: CoreferenceResolver) -> None:
        self.resolver = resolver

    def __call__(self, doc: Doc) -> Doc:
        """*doc* with its chains."""
        return self.resolver.annotate(doc)

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 32) -> Iterator[Doc]:  # noqa: ARG002
        """Documents one by one: nothing is gained by batches here."""
        for doc in stream:
            yield self(doc)

    def to_disk(self, path: Path | str, *, exclude: Iterable[str] = ()) -> None:  # noqa: ARG002
        """Saves the model with the pipeline."""
        self.resolver.to_disk(path)

    def from_disk(self, path: Path | str, *, exclude: Iterable[str] = ()) -> Self:  # noqa: ARG002
        """Loads the model saved with a pipeline."""
        self.resolver = CoreferenceResolver.from_disk(path)
        return self


@Language.factory(
    FACTORY,
    assigns=["doc._.coref_chains", "token._.coref_chains"],
    requires=["token.dep", "token.tag", "token.pos", "token.lemma", "doc.sents"],
)
def make_coreference(nlp: Language, name: str) -> Callable[[Doc], Doc]:  # noqa: ARG001
    """The component for *nlp*; raises :class:`~attribution.errors.PipelineError` where no model fits it."""
    resolver = CoreferenceResolver.for_pipeline(nlp)
    if resolver is None:
        raise PipelineError(f"no coreference model for {nlp.lang}_{nlp.meta.get('name')}")
    return CoreferenceComponent(resolver)
