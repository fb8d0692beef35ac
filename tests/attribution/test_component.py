"""The engine as a spaCy component, used as any other."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from attribution.language import load_pipeline

TEXT = "“The bridge will open in June,” said Laura Mendes, the city engineer."


@pytest.fixture(scope="module")
def nlp() -> Language:
    nlp = load_pipeline(coreference=False)
    nlp.add_pipe("quote_attribution")
    return nlp


def test_quotes_are_on_the_document(nlp: Language) -> None:
    (quote,) = nlp(TEXT)._.quotes
    assert quote.speaker.name == "Laura Mendes"
    assert TEXT[quote.start : quote.end] == quote.text


def test_what_is_nobodys_speech_is_on_the_document_too(nlp: Language) -> None:
    doc = nlp("Laura Mendes has seen “The Last Ferry” twice.")
    assert doc._.quotes == ()
    assert [r.text for r in doc._.rejected_quotes] == ["“The Last Ferry”"]


def test_a_text_that_the_engine_cannot_take_has_no_quotes(nlp: Language) -> None:
    assert nlp("   ")._.quotes == ()


def test_it_runs_in_several_processes(nlp: Language) -> None:
    names = [doc._.quotes[0].speaker.name for doc in nlp.pipe([TEXT] * 4, n_process=2)]
    assert names == ["Laura Mendes"] * 4


def test_it_is_saved_and_loaded_with_its_pipeline(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "pipeline")
    (quote,) = spacy.load(tmp_path / "pipeline")(TEXT)._.quotes
    assert quote.speaker.name == "Laura Mendes"


def test_its_settings_are_those_of_the_engine() -> None:
    nlp = load_pipeline(coreference=False)
    nlp.add_pipe("quote_attribution", config={"min_speech": 1.0})
    doc = nlp(TEXT)
    assert doc._.quotes == ()
    assert len(doc._.rejected_quotes) == 1
