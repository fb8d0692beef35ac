"""The trained parts and the rules put together as one pipeline directory that `spacy.load` reads."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Final

import numpy as np
import spacy
from spacy.language import Language
from spacy.lookups import Lookups, load_lookups
from thinc.api import Model

from attribution.language.vectors import FACTORY as ENCODER
from training.morphology import add_rules
from training.tokenizer import blank_english

NAME: Final = "quotetrace_news"
DESCRIPTION: Final = (
    "English for news: Penn tags, ClearNLP labels, sentences that survive every style of quote marks, names"
    " and lemmas. Trained by Quotetrace."
)
LICENCE: Final = "CC BY-SA 4.0 (trained on UD English EWT, CC BY-SA 4.0, among others; see MODEL_CARD.md)"
_SOURCES: Final = (
    ("UD English EWT", "https://universaldependencies.org", "CC BY-SA 4.0"),
    ("GUM, commercial-use genres", "https://gucorpling.org/gum", "annotations CC BY 4.0"),
    ("PolNeAR 1.0.0, machine annotation", "https://github.com/networkdynamics/PolNeAR", "none stated"),
    ("LitBank, running text for vectors", "https://github.com/dbamman/litbank", "CC BY 4.0"),
    (
        "spacy-lookups-data, lemma tables",
        "https://github.com/explosion/spacy-lookups-data",
        "MIT; WordNet licence",
    ),
)


def shorten(array: Any, bits: int = 12) -> Any:
    """32-bit numbers to so many significant bits (16-bit ones have 11): half the size once compressed."""
    rest = 24 - bits
    whole = np.ascontiguousarray(array, dtype="float32").view("uint32")
    return ((whole + np.uint32(1 << (rest - 1))) & np.uint32(0xFFFFFFFF << rest & 0xFFFFFFFF)).view("float32")


def shorten_model(model: Model[Any, Any]) -> None:
    """Shorten every weight of a model."""
    for node in model.walk():
        for name in node.param_names:
            if node.has_param(name):
                node.set_param(name, shorten(node.get_param(name)))


def shorten_pipeline(nlp: Language) -> None:
    """Shorten the weights and the vectors of a pipeline."""
    for _, component in nlp.pipeline:
        if hasattr(component, "model") and isinstance(component.model, Model):
            shorten_model(component.model)
    nlp.vocab.vectors.data = shorten(nlp.vocab.vectors.data, bits=8)


def lemma_tables() -> Lookups:
    """spaCy's English lemma tables with the verbs' also under ``aux``, which they lack."""
    tables = load_lookups("en", tables=["lemma_index", "lemma_exc", "lemma_rules"])
    for table in ("lemma_index", "lemma_exc", "lemma_rules"):
        content = tables.get_table(table)
        content["aux"] = content["verb"]
    return tables


def assemble(syntax: Language, names: Language, *, version: str, performance: dict[str, Any]) -> Language:
    """One pipeline: encoder, tagger, parser, attribute_ruler, lemmatizer, ner."""
    nlp = blank_english()
    nlp.vocab.from_bytes(syntax.vocab.to_bytes())
    nlp.tokenizer.from_bytes(syntax.tokenizer.to_bytes(exclude=["vocab"]), exclude=["vocab"])
    nlp.add_pipe(ENCODER)
    for part in ("tagger", "parser"):
        nlp.add_pipe(part, source=syntax)
    add_rules(nlp.add_pipe("attribute_ruler"))  # type: ignore[arg-type]
    lemmatizer = nlp.add_pipe("lemmatizer", config={"mode": "rule"})
    lemmatizer.initialize(lookups=lemma_tables())  # type: ignore[attr-defined]
    nlp.add_pipe("ner", source=names)
    nlp.meta.update(
        {
            "name": NAME,
            "version": version,
            "description": DESCRIPTION,
            "author": "The Quotetrace developers",
            "license": LICENCE,
            "sources": [{"name": n, "url": u, "license": c} for n, u, c in _SOURCES],
            "performance": performance,
        }
    )
    return nlp


def replace_directory(nlp: Language, target: Path) -> None:
    """Saves *nlp* beside *target* and moves it into place, so that no reader meets half a pipeline."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh, old = target.with_name(target.name + ".new"), target.with_name(target.name + ".old")
    for folder in (fresh, old):
        shutil.rmtree(folder, ignore_errors=True)
    nlp.to_disk(fresh)
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def package(work: Path, target: Path, *, version: str, performance: dict[str, Any] | None = None) -> Language:
    """Assembles the best checkpoints under *work* and puts them at *target*."""
    syntax = spacy.load(work / "syntax" / "model-best")
    names = spacy.load(work / "names" / "model-best")
    nlp = assemble(syntax, names, version=version, performance=performance or {})
    shorten_pipeline(nlp)
    replace_directory(nlp, target)
    return nlp
