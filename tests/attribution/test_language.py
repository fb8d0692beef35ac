"""The language pipeline as the engine and other users of the library meet it."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Token

from attribution.errors import PipelineError
from attribution.language import CoreferenceResolver, load_pipeline, pipeline_version

STORY = (
    "Marta Lindqvist, the mayor of Oslo, met reporters on Tuesday. She said the bridge would stay closed."
    " “We have no choice,” she told them."
)


@pytest.fixture(scope="module")
def nlp() -> Language:
    return load_pipeline(coreference=False)


@pytest.fixture(scope="module")
def with_coreference() -> Language:
    return load_pipeline()


def sentences(nlp: Language, text: str) -> list[str]:
    return [sentence.text.strip() for sentence in nlp(text).sents]


def word(doc: Doc, text: str) -> Token:
    return next(token for token in doc if token.text == text)


def test_it_loads_from_the_package_and_names_its_version(nlp: Language) -> None:
    version = pipeline_version(nlp)
    assert version.startswith("en_quotetrace_news-")
    assert nlp.meta["license"]
    assert {"tagger", "parser", "ner", "lemmatizer", "attribute_ruler"} <= set(nlp.pipe_names)


def test_it_loads_by_its_name_too(nlp: Language) -> None:
    again = load_pipeline("en_quotetrace_news", coreference=False)
    assert pipeline_version(again) == pipeline_version(nlp)


@pytest.mark.parametrize(("opening", "closing"), [("“", "”"), ('"', '"'), ("''", "''"), ("``", "''")])
def test_sentences_and_subjects_survive_every_style_of_marks(
    nlp: Language, opening: str, closing: str
) -> None:
    text = (
        f"{opening}The harbour will reopen in May,{closing} Petra Novak said."
        f" {opening}I am sure of it.{closing} The council agreed on Monday."
    )
    doc = nlp(text)
    starts = [sentence.start_char for sentence in doc.sents]
    assert text.index("The council") in starts
    said = word(doc, "said")
    assert "Novak" in [child.text for child in said.children if child.dep_ == "nsubj"]
    assert word(doc, "reopen").dep_ == "ccomp"


def test_a_paragraph_break_ends_a_sentence_even_without_a_full_stop(nlp: Language) -> None:
    found = sentences(nlp, "Mayor refuses to resign\n\nThe mayor of Oslo refused to resign on Tuesday.")
    assert len(found) == 2
    assert found[0] == "Mayor refuses to resign"


def test_marks_and_dashes_glued_to_words_are_words_of_their_own(nlp: Language) -> None:
    words = [token.text for token in nlp("He called it—“a farce”—and left.''Yes,''she added--twice.")]
    assert {"—", "“", "”", "''", "--"} <= set(words)
    assert "farce" in words


def test_tokens_keep_the_text_as_it_is(nlp: Language) -> None:
    text = "“It’s  over,”\n\n\tshe said.… \u00a0And 'then' — nothing."
    assert nlp(text).text == text


def test_labels_are_those_of_the_official_english_pipelines(nlp: Language) -> None:
    official = set(
        "ROOT acl acomp advcl advmod agent amod appos attr aux auxpass case cc ccomp compound conj csubj"
        " csubjpass dative dep det dobj expl intj mark meta neg nmod npadvmod nsubj nsubjpass nummod oprd"
        " parataxis pcomp pobj poss preconj predet prep prt punct quantmod relcl xcomp".split()
    )
    parser = nlp.get_pipe("parser")
    assert {label.split("||")[0] for label in parser.labels} <= official
    doc = nlp("The plan was rejected by the board, according to Lena Fischer.")
    assert word(doc, "plan").dep_ == "nsubjpass"
    assert word(doc, "was").dep_ == "auxpass"
    assert word(doc, "by").dep_ == "agent"
    assert word(doc, "board").dep_ == "pobj"
    assert word(doc, "according").dep_ == "prep"
    assert word(doc, "Fischer").dep_ == "pobj"


def test_names_have_ontonotes_types(nlp: Language) -> None:
    doc = nlp("Giulia Romano of the European Commission flew to France on Monday, Reuters reported.")
    found = {entity.text: entity.label_ for entity in doc.ents}
    assert found.get("Giulia Romano") == "PERSON"
    assert found.get("France") == "GPE"
    assert found.get("Monday") == "DATE"
    assert "ORG" in found.values()


def test_a_bare_surname_is_a_person(nlp: Language) -> None:
    doc = nlp("On Friday Whitaker told reporters that Brandt was wrong. Brandt refused to comment.")
    people = [entity.text for entity in doc.ents if entity.label_ == "PERSON"]
    assert people.count("Brandt") == 2


def test_pronouns_carry_gender_number_and_person(nlp: Language) -> None:
    doc = nlp("She told him that their plan hurt itself, and I agreed with them.")
    assert word(doc, "She").morph.get("Gender") == ["Fem"]
    assert word(doc, "him").morph.get("Gender") == ["Masc"]
    assert word(doc, "their").morph.get("Number") == ["Plur"]
    assert word(doc, "itself").morph.get("Reflex") == ["Yes"]
    assert word(doc, "I").morph.get("Person") == ["1"]
    assert word(doc, "them").morph.get("PronType") == ["Prs"]
    assert {token.pos_ for token in doc if token.lower_ in ("she", "him", "i", "them")} == {"PRON"}


def test_reporting_verbs_have_their_base_form(nlp: Language) -> None:
    doc = nlp("He said no, she has told us, they were asked and we're adding that it didn't matter.")
    lemmas = {token.text: token.lemma_ for token in doc}
    assert lemmas["said"] == "say"
    assert lemmas["told"] == "tell"
    assert lemmas["were"] == "be"
    assert lemmas["asked"] == "ask"
    assert lemmas["n't"] == "not"


def test_pronouns_lead_to_the_name(with_coreference: Language) -> None:
    doc = with_coreference(STORY)
    name = word(doc, "Lindqvist").i
    pronouns = {token.i for token in doc if token.lower_ == "she"}
    chain = next(chain for chain in doc._.coref_chains if any(name in m.token_indexes for m in chain))
    linked = {index for mention in chain for index in mention.token_indexes}
    assert pronouns <= linked


def test_coreference_on_demand_gives_the_same_chains(nlp: Language, with_coreference: Language) -> None:
    resolver = CoreferenceResolver.for_pipeline(nlp)
    assert resolver is not None
    expected = [[tuple(m.token_indexes) for m in chain] for chain in with_coreference(STORY)._.coref_chains]
    assert resolver.chains(nlp(STORY)) == expected
    assert resolver.chains(nlp(STORY)) == pickle.loads(pickle.dumps(resolver)).chains(nlp(STORY))


def test_coreference_near_one_place_uses_positions_of_the_whole_text(nlp: Language) -> None:
    resolver = CoreferenceResolver.for_pipeline(nlp)
    assert resolver is not None
    padding = "The market was quiet. Prices rose in June. Nothing else happened here. " * 8
    doc = nlp(padding + STORY)
    last = [token.i for token in doc if token.lower_ == "she"][-1]
    near = resolver.neighbourhoods(doc)
    chains = near(last)
    chain = next(chain for chain in chains if (last,) in chain)
    assert (word(doc, "Lindqvist").i,) in chain
    with pytest.raises(IndexError):
        near(len(doc))


def test_empty_text_and_text_of_marks_only(with_coreference: Language) -> None:
    for text in ("", "   \n\n ", '"" “”', "''"):
        assert with_coreference(text).text == text


def test_several_processes_give_the_same_result(with_coreference: Language) -> None:
    texts = [STORY, "“No,” he said.", STORY]
    alone = [str(doc._.coref_chains) for doc in with_coreference.pipe(texts)]
    together = [str(doc._.coref_chains) for doc in with_coreference.pipe(texts, n_process=2, batch_size=1)]
    assert alone == together


def test_the_pipeline_with_coreference_can_be_saved_and_loaded(
    with_coreference: Language, tmp_path: Path
) -> None:
    with_coreference.to_disk(tmp_path / "saved")
    again = load_pipeline(str(tmp_path / "saved"))
    assert str(again(STORY)._.coref_chains) == str(with_coreference(STORY)._.coref_chains)


def test_a_missing_pipeline_is_one_clear_line() -> None:
    with pytest.raises(PipelineError, match="en_nowhere_md") as caught:
        load_pipeline("en_nowhere_md")
    assert "\n" not in str(caught.value)


def test_a_pipeline_for_another_language_is_refused(tmp_path: Path) -> None:
    spacy.blank("de").to_disk(tmp_path / "german")
    with pytest.raises(PipelineError, match="only English"):
        load_pipeline(str(tmp_path / "german"))


def test_a_pipeline_without_a_parser_is_refused(tmp_path: Path) -> None:
    spacy.blank("en").to_disk(tmp_path / "bare")
    with pytest.raises(PipelineError, match="has no tagger, parser, ner"):
        load_pipeline(str(tmp_path / "bare"))


def test_an_unknown_english_pipeline_comes_without_coreference(
    nlp: Language, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    nlp.to_disk(tmp_path / "other")
    other = load_pipeline(str(tmp_path / "other"), coreference=False)
    other.meta["name"] = "something_else"
    other.to_disk(tmp_path / "other")
    loaded = load_pipeline(str(tmp_path / "other"))
    assert "coreferee" not in loaded.pipe_names
    assert "quotetrace_coreference" not in loaded.pipe_names
    assert "no coreference" in caplog.text
