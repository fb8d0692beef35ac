"""The encoder's ground: word pieces, windows over long texts; the networks' answers are probabilities."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution import Engine
from attribution.decoding import calibrated
from attribution.language import word_vectors
from attribution.language.encoder import WIDTH, packaged_encoder
from attribution.language.pieces import MAX_PIECES, WINDOW, Vocabulary, case_of, windows
from attribution.networks import BRANCHES, CONTENT, CUE, SOURCE, Branches, Judgement, Words, packaged_networks
from attribution.reading import Reading
from attribution.reported import _report

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[unused0]", "[unused1]"]


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary([*SPECIAL, "un", "##break", "##able", "cafe", "!", *"abc", "##a", "##b", "##c"])


def test_a_word_is_split_at_the_longest_known_pieces(vocabulary: Vocabulary) -> None:
    assert [vocabulary.pieces[i] for i in vocabulary.word("Unbreakable")] == ["un", "##break", "##able"]


def test_diacritics_and_capitals_do_not_count(vocabulary: Vocabulary) -> None:
    assert vocabulary.word("CAFÉ!") == vocabulary.word("cafe!")


def test_what_cannot_be_spelled_is_one_unknown_piece(vocabulary: Vocabulary) -> None:
    assert [vocabulary.pieces[i] for i in vocabulary.word("zebra")] == ["[UNK]"]


def test_a_break_between_paragraphs_is_a_piece_of_its_own(vocabulary: Vocabulary) -> None:
    assert vocabulary.pieces[vocabulary.word("\n\n")[0]] == "[unused0]"
    assert vocabulary.pieces[vocabulary.word("  ")[0]] == "[unused1]"


@given(st.text(min_size=1, max_size=60))
def test_any_word_has_pieces_and_not_too_many(word: str) -> None:
    known = Vocabulary(
        [*SPECIAL, *"abcdefghijklmnopqrstuvwxyz", *(f"##{c}" for c in "abcdefghijklmnopqrstuvwxyz")]
    )
    pieces = known.word(word)
    assert 1 <= len(pieces) <= MAX_PIECES
    assert all(0 <= p < len(known.pieces) for p in pieces)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["a", "abc", "unbreakable", "\n\n", "!", "zebra" * 9]), min_size=1, max_size=900)
)
def test_every_word_of_a_long_text_is_read_in_some_window(words: list[str]) -> None:
    known = Vocabulary([*SPECIAL, "un", "##break", "##able", "!", *"abc", "##a", "##b", "##c"])
    cut = windows(known, words, [0] * len(words))
    assert cut.pieces.shape[1] <= WINDOW
    assert (cut.lengths <= cut.pieces.shape[1]).all()
    for n, word in enumerate(words):
        assert cut.pieces[cut.row[n], cut.column[n]] == known.word(word)[0]


@pytest.mark.parametrize(
    ("word", "case"), [("said", 0), ("Obi", 1), ("NATO", 2), ("McKay", 3), ("1998", 4), ("I", 1), ("", 4)]
)
def test_how_a_word_is_capitalised(word: str, case: int) -> None:
    assert case_of(word) == case


def test_words_hang_on_a_cue_by_the_branch_that_leads_to_it() -> None:
    #        Obi  said  that  it   works  .
    heads = [1, 1, 4, 4, 1, 1]
    deps = ["nsubj", "ROOT", "mark", "nsubj", "ccomp", "punct"]
    branches = Branches(heads, deps)
    found = branches.of(1, np.arange(6))
    assert found[0] == BRANCHES.index("nsubj")
    assert {found[2], found[3], found[4]} == {BRANCHES.index("ccomp")}
    above = branches.of(4, np.arange(6))
    assert above[1] == len(BRANCHES) + 2
    assert above[0] == len(BRANCHES) + 1


def test_the_encoder_gives_a_vector_a_word_whatever_the_length() -> None:
    encoder = packaged_encoder()
    for length in (0, 1, 447, 448, 2_000):
        for vectors in encoder.encode(["word"] * length, [0] * length):
            assert vectors.shape == (length, WIDTH)
            assert np.isfinite(vectors).all()


def test_context_changes_a_word() -> None:
    encoder = packaged_encoder()
    one = encoder.encode("The bank of the river flooded .".split(), [0] * 7)
    two = encoder.encode("The bank of the state lent money .".split(), [0] * 8)
    for layer, other in zip(one, two, strict=True):
        assert not np.allclose(layer[1], other[1], atol=1e-2)


def test_answers_of_the_networks_are_probabilities() -> None:
    engine = Engine()
    reading = Reading.of(engine.nlp("Ada Obi said that the “bridge” would open. He agreed."))
    judgement = Judgement(packaged_networks(), word_vectors(reading.doc), reading)
    cues = judgement.cues()
    assert cues.shape == (len(reading.doc),)
    assert ((cues >= 0) & (cues <= 1)).all()
    index, weights = judgement.roles([2])
    assert index.shape == weights.shape[:2]
    assert np.allclose(weights.sum(axis=-1), 1, atol=1e-4)


def test_what_is_kept_of_a_word_is_what_the_layer_makes_of_it() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(9, 4)).astype("float32")
    weight = rng.normal(size=(3, 4)).astype("float32")
    words = Words(vectors)
    for index in (np.array([3, 3, 5]), np.array([5, 0, 8, 3])):
        assert np.allclose(words.projected("layer", weight, index), vectors[index] @ weight.T, atol=1e-6)


def test_the_surer_the_networks_the_surer_the_answer() -> None:
    # Nothing makes an answer certain.
    doubtful, likely, sure = (calibrated(p) for p in (0.3, 0.8, 1.0))
    assert 0 < doubtful < likely < sure < 1


def test_a_content_that_ends_beyond_the_cues_reach_is_one_all_the_same() -> None:
    doc = Engine().nlp("Ada Obi said that the ferry will sail again on the first Sunday of June.")
    said, on = 2, next(t.i for t in doc if t.text == "on")
    places = np.arange(on + 1)  # what is behind the preposition is out of reach
    roles = np.zeros((len(places), 4), dtype="float32")
    roles[:2, SOURCE] = roles[said, CUE] = roles[said + 1 :, CONTENT] = 0.9
    report = _report(doc, said, 0.9, places, roles)
    assert report is not None
    assert (
        doc[slice(*report.contents[0])].text == "that the ferry will sail again on the first Sunday of June"
    )
    assert 0 < report.probability < 1
