"""Training documents with the encoder's vectors, each read once: `spacy train` sees them many times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Corpus, Example
from spacy.util import registry

from attribution.language.vectors import form_vectors


@registry.readers("quotetrace.EncodedCorpus.v1")
def encoded_corpus(path: Path) -> Callable[[Language], Iterator[Example]]:
    """Read DocBins as ``spacy.Corpus`` does, with ``doc.tensor`` set; 770 bytes a word are kept."""
    corpus = Corpus(path)
    kept: list[tuple[Any, NDArray[np.float16]]] = []

    def read(nlp: Language) -> Iterator[Example]:
        if not kept:
            kept.extend(
                (example.reference, form_vectors(example.predicted).astype("float16"))
                for example in corpus(nlp)
            )
        for reference, vectors in kept:
            words, spaces = [t.text for t in reference], [bool(t.whitespace_) for t in reference]
            predicted = Doc(nlp.vocab, words=words, spaces=spaces)
            predicted.tensor = vectors.astype("float32")
            yield Example(predicted, reference)

    return read
