"""The encoder as the pipeline's first step, and its vectors as the ground of tags, trees and names.

One transformer reads a text once. What its lower layers give is ``doc.tensor``, on which tagger, parser and
recogniser of names build; what its last layer gives, the engine's networks read (`word_vectors`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, cast

from spacy.language import Language
from spacy.ml import MultiHashEmbed
from spacy.tokens import Doc
from spacy.util import registry
from thinc.api import Maxout, Model, chain, concatenate, with_array
from thinc.types import Floats2d

from attribution.language.encoder import Vectors, packaged_encoder
from attribution.marks import find_marked_spans
from attribution.reading import places_of

FACTORY: Final = "quotetrace_encoder"
#: Under this key a document keeps one vector a word of the last layer, shape (words, 384).
_KEY: Final = "quotetrace_words"
#: Width of the vectors of a word's ends and shape, of which the encoder knows little: it splits words.
_ENDS: Final = 32


def word_vectors(doc: Doc) -> Vectors:
    """Return one vector a word of the encoder's last layer; read now where the pipeline did not."""
    if _KEY not in doc.user_data:
        form_vectors(doc)
    return cast("Vectors", doc.user_data[_KEY])


def take_word_vectors(doc: Doc) -> Vectors:
    """Return what `word_vectors` does and keep nothing of it with the document."""
    vectors = word_vectors(doc)
    del doc.user_data[_KEY]
    return vectors


def form_vectors(doc: Doc) -> Vectors:
    """Read a document and return one vector a word of the lower layers; the last layer's are kept with it."""
    places = places_of(doc, find_marked_spans(doc.text))
    form, words = packaged_encoder().encode([token.text for token in doc], places)
    doc.user_data[_KEY] = words
    return form


def set_tensor(doc: Doc) -> Doc:
    """Read a document with the packaged encoder and set ``doc.tensor``, shape (words, 384).

    Returns:
        The same document.
    """
    doc.tensor = form_vectors(doc)  # type: ignore[assignment]  # spaCy's stubs want 64 bits
    return doc


@Language.factory(FACTORY, assigns=["doc.tensor"])
def make_encoder(nlp: Language, name: str) -> Callable[[Doc], Doc]:  # noqa: ARG001
    """Make the component; it has no settings, and the encoder is no part of the pipeline's folder."""
    return set_tensor


@registry.architectures("quotetrace.DocTensor.v1")  # type: ignore[untyped-decorator]
def doc_tensor_embed(width: int, attrs: list[str], rows: list[int]) -> Model[list[Doc], list[Floats2d]]:
    """Make vectors of *width* numbers out of ``doc.tensor`` and of words' features.

    Args:
        width: of the answer.
        attrs, rows: token attributes and the rows of their tables, as for ``spacy.MultiHashEmbed``.
    """
    features = MultiHashEmbed(
        width=_ENDS, attrs=cast("list[str | int]", attrs), rows=rows, include_static_vectors=False
    )
    mixed: Model[Any, Any] = chain(
        concatenate(Model("doc_tensor", _tensors), features),
        with_array(Maxout(nO=width, nP=3, normalize=True)),
    )
    mixed.set_dim("nO", width)
    return cast("Model[list[Doc], list[Floats2d]]", mixed)


def _tensors(
    _: Model[Any, Any],
    docs: Sequence[Doc],
    is_train: bool,  # noqa: ARG001
) -> tuple[list[Floats2d], Callable[[list[Floats2d]], list[Doc]]]:
    for doc in docs:
        # Training gives bare documents.
        if len(doc.tensor) != len(doc):
            set_tensor(doc)
    return [cast("Floats2d", doc.tensor) for doc in docs], lambda gradient: []  # noqa: ARG005
