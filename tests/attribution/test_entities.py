"""Where names begin and end: what the reader and the pipeline found, joined and put right."""

from __future__ import annotations

import pytest
import spacy
from spacy.tokens import Doc, Span

from attribution.entities import with_names

# The blank pipeline's: it knows which words are in capitals.
VOCABULARY = spacy.blank("en").vocab


def _doc(words: str, tags: str, name: tuple[int, int, str] | None = None) -> Doc:
    split = words.split()
    # "~" glues a word to the next one.
    spaces = [not word.endswith("~") for word in split]
    doc = Doc(VOCABULARY, words=[word.rstrip("~") for word in split], spaces=spaces, tags=tags.split())
    if name is not None:
        doc.set_ents([Span(doc, name[0], name[1], label=name[2])])
    return doc


def _names(doc: Doc, *found: tuple[int, int, str]) -> list[tuple[str, str]]:
    return [(e.text, e.label_) for e in with_names(doc, found).ents]


def test_the_pipelines_wider_body_takes_the_readers_pieces_in_but_no_person() -> None:
    doc = _doc("Harbour Trust of Ada Obi said", "NNP NNP IN NNP NNP VBD", (0, 5, "ORG"))
    assert _names(doc, (0, 2, "ORG"), (3, 5, "ORG")) == [("Harbour Trust of Ada Obi", "ORG")]
    assert _names(doc, (0, 2, "ORG"), (3, 5, "PERSON")) == [("Harbour Trust", "ORG"), ("Ada Obi", "PERSON")]


def test_the_document_keeps_its_own_names() -> None:
    doc = _doc("Ada Obi said", "NNP NNP VBD", (1, 2, "ORG"))
    assert _names(doc, (0, 2, "PERSON")) == [("Ada Obi", "PERSON")]
    assert [e.text for e in doc.ents] == ["Obi"]


@pytest.mark.parametrize(
    ("words", "tags", "found", "whole"),
    [
        ('Leo "~ Otter~ " Grice won', "NNP `` NNP '' NNP VBD", (0, 1, "PERSON"), 'Leo "Otter" Grice'),
        ('Leo "~ Yes~ " on Friday', "NNP `` UH '' IN NNP", (0, 1, "PERSON"), "Leo"),
        ("Ban Ki~ -~ moon said", "NNP NNP HYPH NN VBD", (0, 2, "PERSON"), "Ban Ki-moon"),
        ("Ada Obi~ -~ era rules", "NNP NNP HYPH NN NNS", (0, 2, "PERSON"), "Ada Obi"),
        ("the federal Harbour Board said", "DT JJ NNP NNP VBD", (0, 4, "ORG"), "Harbour Board"),
        ("Harrow Gazette report said", "NNP NNP NN VBD", (0, 3, "ORG"), "Harrow Gazette"),
        ("Harrow Post~ -~ ABC News said", "NNP NNP HYPH NNP NNP VBD", (0, 2, "ORG"), "Harrow Post-ABC News"),
        ("Court of Appeals for today", "NNP IN NNP IN NN", (0, 4, "ORG"), "Court of Appeals"),
        ("Court of Appeals for the Sixth Circuit", "NNP IN NNP IN DT NNP NNP", (0, 4, "ORG"),
         "Court of Appeals for the Sixth Circuit"),
        ('" Ada Obi " said', "`` NNP NNP '' VBD", (0, 4, "PERSON"), "Ada Obi"),
    ],
)  # fmt: skip
def test_a_name_ends_where_it_ends(words: str, tags: str, found: tuple[int, int, str], whole: str) -> None:
    assert _names(_doc(words, tags), found)[0] == (whole, found[2])


def test_a_person_of_whom_only_a_part_was_seen_is_taken_whole() -> None:
    doc = _doc("Isidore Flax said", "NNP NNP VBD", (0, 2, "PERSON"))
    assert _names(doc, (0, 1, "PERSON")) == [("Isidore Flax", "PERSON")]
    doc = _doc("Douglas Holtz~ -~ Eakin said", "NNP NNP HYPH NNP VBD", (1, 4, "PERSON"))
    assert _names(doc, (1, 3, "PERSON")) == [("Holtz-Eakin", "PERSON")]


def test_a_double_first_name_is_one_persons_and_two_surnames_are_two_peoples() -> None:
    doc = _doc("Jo~ -~ Renee Formicola said", "NNP HYPH NNP NNP VBD")
    assert _names(doc, (0, 1, "PERSON"), (2, 4, "PERSON")) == [("Jo-Renee Formicola", "PERSON")]
    doc = _doc("the Obi~ -~ Lund debate", "DT NNP HYPH NNP NN")
    assert _names(doc, (1, 2, "PERSON"), (3, 4, "PERSON")) == [("Obi", "PERSON"), ("Lund", "PERSON")]
