"""The English pipeline the engine reads with: ours, shipped in this package, or an official one.

>>> from attribution.language import load_pipeline
>>> nlp = load_pipeline(coreference=False)
>>> [token.dep_ for token in nlp("“Yes,” she said.")]  # doctest: +SKIP
['punct', 'intj', 'punct', 'punct', 'nsubj', 'ROOT', 'punct']
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

import spacy
from spacy.language import Language

from attribution.errors import PipelineError
from attribution.language.coreference import CoreferenceComponent, CoreferenceResolver
from attribution.language.paragraphs import FACTORY as PARAGRAPHS
from attribution.language.vectors import take_word_vectors, word_vectors

__all__ = [
    "NAME",
    "PACKAGED",
    "CoreferenceComponent",
    "CoreferenceResolver",
    "PipelineError",
    "load_pipeline",
    "pipeline_version",
    "take_word_vectors",
    "word_vectors",
]

logger = logging.getLogger(__name__)

#: Our pipeline, as shipped.
PACKAGED: Final = Path(__file__).parent / "data" / "en_quotetrace_news"
#: What spaCy calls it, without the language.
NAME: Final = "quotetrace_news"
_PACKAGED_NAME: Final = f"en_{NAME}"
_NEEDED: Final = ("tagger", "parser", "ner")


def load_pipeline(name: str | None = None, *, coreference: bool = True) -> Language:
    """The spaCy pipeline *name*, ready for the engine. Nothing is downloaded.

    *name*: ``None`` or ``"en_quotetrace_news"`` for ours, else an installed spaCy package
    (``"en_core_web_sm"``) or the path of a saved pipeline. With *coreference*, the last component fills
    ``doc._.coref_chains``: our model for our pipeline, coreferee's published model for an official one; where
    none is installed the pipeline comes without, with a warning in the log. Leave it off to resolve on
    demand with :class:`CoreferenceResolver`.

    Raises :class:`~attribution.errors.PipelineError` where the pipeline is missing, is not English, or has no
    tagger, parser or name recogniser.
    """
    source: str | Path = PACKAGED if name in (None, _PACKAGED_NAME) else str(name)
    try:
        nlp = spacy.load(source)
    except (OSError, ValueError, KeyError) as error:
        reason = " ".join(str(error).split())
        label = name or _PACKAGED_NAME
        raise PipelineError(f"cannot load the language pipeline {label}: {reason}") from error
    if nlp.lang != "en":
        raise PipelineError(f"the language pipeline {name} is for {nlp.lang!r}; only English is read")
    missing = [part for part in _NEEDED if part not in nlp.pipe_names]
    if missing:
        raise PipelineError(f"the language pipeline {name} has no {', '.join(missing)}")
    if PARAGRAPHS not in nlp.pipe_names:
        nlp.add_pipe(PARAGRAPHS, before="parser")
    if coreference and not {"quotetrace_coreference", "coreferee"} & set(nlp.pipe_names):
        _add_coreference(nlp)
    return nlp


def _add_coreference(nlp: Language) -> None:
    if nlp.meta.get("name") == NAME:
        nlp.add_pipe("quotetrace_coreference")
        return
    resolver = CoreferenceResolver.for_pipeline(nlp)
    if resolver is not None:
        nlp.add_pipe("coreferee")


def pipeline_version(nlp: Language) -> str:
    """Name and version of *nlp* for records, such as ``"en_quotetrace_news-0.1.0"``."""
    return f"{nlp.meta['lang']}_{nlp.meta['name']}-{nlp.meta['version']}"
