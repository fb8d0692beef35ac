"""The engine: an article's text in, its quotes with their speakers out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc

from attribution.decoding import Decoder
from attribution.entities import with_names
from attribution.errors import (
    AttributionError,
    EmptyTextError,
    NotTextError,
    TextTooLongError,
    UnsupportedLanguageError,
)
from attribution.language import NAME, load_pipeline, pipeline_version, take_word_vectors
from attribution.language.coreference import CoreferenceResolver
from attribution.limits import Limits
from attribution.models import AttributedText
from attribution.networks import Judgement, packaged_networks
from attribution.processes import attribute_in_processes
from attribution.reading import Reading, plain_spaces
from attribution.resolved import Chains

# Raised with every change that can change an answer; stored with every record.
ENGINE_VERSION: Final = "0.5.0"
# Articles that the pipeline reads at once; more of them bring no speed and cost memory, for the longest texts
# 120 MB each.
_BATCH: Final = 4


class Engine:
    """Attributes quotes; holds one language pipeline and is safe to keep for the life of a process.

    Example:
        >>> engine = Engine()
        >>> quotes = engine.attribute("“It is done,” said Ada Obi.").quotes
        >>> quotes[0].speaker.name
        'Ada Obi'

    Args:
        pipeline: a loaded spaCy pipeline, the name or path of one, or ``None`` for the packaged one.
        limits: see ``Limits``.

    Raises:
        PipelineError: the pipeline is missing or unfit.
    """

    def __init__(self, pipeline: Language | str | None = None, limits: Limits | None = None) -> None:
        self._source = pipeline
        self.nlp = pipeline if isinstance(pipeline, Language) else load_pipeline(pipeline, coreference=False)
        self.limits = limits or Limits()
        self.pipeline_version = pipeline_version(self.nlp)
        self._coreference = CoreferenceResolver.for_pipeline(self.nlp)
        # The reader knows rare names better than our small pipeline; an official one is left its own.
        self._own_names = self.nlp.meta.get("name") == NAME

    def attribute(self, text: str) -> AttributedText:
        """Find the quotes of one article and say whose they are.

        Raises:
            AttributionError: the text is empty, binary, too long or not English.
        """
        self.check(text)
        return self._attribute(self.nlp(plain_spaces(text)), text)

    def pipe(self, texts: Iterable[str], n_process: int = 1) -> Iterator[AttributedText | AttributionError]:
        """Attribute many articles; yields one result or error a text, in order.

        Texts are read only a few articles ahead of the results.

        Args:
            texts: the articles' texts.
            n_process: 1 for this process, more for that many worker processes, each with an engine of its
                own; -1 for one a core. A program that uses several needs the usual
                ``if __name__ == "__main__":``.

        Raises:
            ValueError: ``n_process`` is neither -1 nor at least 1.
            WorkerDiedError: a worker process died.
        """
        if n_process == -1:
            n_process = os.cpu_count() or 1
        if n_process < 1:
            raise ValueError("n_process is the number of processes: at least 1, or -1 for one a core")
        if n_process == 1:
            return self._pipe(texts)
        return attribute_in_processes(partial(Engine, self._source, self.limits), texts, n_process)

    def _pipe(self, texts: Iterable[str]) -> Iterator[AttributedText | AttributionError]:
        errors: dict[int, AttributionError] = {}

        def checked() -> Iterator[tuple[str, tuple[int, str]]]:
            for i, text in enumerate(texts):
                try:
                    self.check(text)
                except AttributionError as error:
                    errors[i] = error
                else:
                    yield plain_spaces(text), (i, text)

        expected = 0
        for doc, (i, text) in self.nlp.pipe(checked(), as_tuples=True, batch_size=_BATCH):
            while expected < i:
                yield errors.pop(expected)
                expected += 1
            try:
                yield self._attribute(doc, text)
            except AttributionError as error:
                yield error
            expected += 1
        while expected in errors:
            yield errors.pop(expected)
            expected += 1

    def attribute_doc(self, doc: Doc) -> AttributedText:
        """Attribute a document that the pipeline has already read."""
        return self._attribute(doc, doc.text)

    def _attribute(self, doc: Doc, text: str) -> AttributedText:
        reading = Reading.of(doc, text)
        if len(reading.spans) > self.limits.max_marked_spans:
            raise TextTooLongError(
                f"text has {len(reading.spans)} spans in quote marks, "
                f"the limit is {self.limits.max_marked_spans}"
            )
        networks = packaged_networks()
        vectors = take_word_vectors(doc)
        if self._own_names:
            doc = with_names(doc, networks.names(vectors))
            reading = reading.over(doc)
        judgement = Judgement(networks, vectors, reading)
        quotes, rejected = Decoder(
            reading,
            judgement,
            self._chains(doc),
            min_speech=self.limits.min_speech,
            min_confidence=self.limits.min_confidence,
            min_report=self.limits.min_report,
            max_seconds=self.limits.max_seconds,
        ).run()
        return AttributedText(
            text=reading.text,
            quotes=tuple(quotes),
            rejected=tuple(rejected),
            engine_version=ENGINE_VERSION,
            pipeline_version=self.pipeline_version,
        )

    def _chains(self, doc: Doc) -> Callable[[int], Chains] | None:
        resolver = self._coreference
        if resolver is None or len(doc) > self.limits.max_coreference_tokens:
            return None
        return resolver.neighbourhoods(doc)

    def check(self, text: str) -> None:
        """Raise an ``AttributionError`` if a text is not one that the engine can take."""
        if not text.strip():
            raise EmptyTextError("text is empty")
        if len(text) > self.limits.max_characters:
            raise TextTooLongError(
                f"text has {len(text):,} characters, the limit is {self.limits.max_characters:,}"
            )
        control = sum(c < " " and c not in "\t\n\r\f\v" for c in text)
        if "\0" in text or control > len(text) // 100 + 2:
            raise NotTextError("input is binary, not text")
        words = [
            w
            for w in (w.strip("“”\"'‘’.,;:!?()[]").lower() for w in text.lstrip()[:20_000].split())
            if w.isalpha()
        ]
        if not words:
            raise EmptyTextError("text holds no words")
        _check_english(words, self.nlp.Defaults.stop_words)


def _check_english(words: Sequence[str], stop_words: set[str]) -> None:
    """Raise if the words are not English.

    In English prose two words of five are function words; in other languages written with Latin letters
    fewer than one in ten is an English one. A handful of words tells nothing, so short texts pass.
    """
    latin = sum(w.isascii() or all(ord(c) < 0x250 for c in w) for w in words)
    if latin < 0.5 * len(words):
        raise UnsupportedLanguageError("text is not written in Latin letters; only English is supported")
    if len(words) >= 25 and sum(w in stop_words for w in words) < 0.12 * len(words):
        raise UnsupportedLanguageError("text does not look like English; only English is supported")
