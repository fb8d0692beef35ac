"""Two outlets print a quote; a fact-checker wants to know whether it is the same, and what was changed."""

from __future__ import annotations

import doctest
import json
import subprocess
import sys
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import attribution.information as information_module
from attribution import comparison, spelling, wording
from attribution.comparison import (
    ENOUGH,
    MAX_CHARACTERS,
    MAX_WORDS,
    TERM_WORDS,
    WordingTooLongError,
    compare,
)
from attribution.information import information, word_information
from attribution.wording import read

PLAIN = "The harbour wall was never meant to carry lorries, and the council knew it."


@pytest.mark.parametrize(
    "other",
    [
        "“The harbour wall was never meant to carry lorries, and the council knew it,”",
        "''The harbour wall was never meant to carry lorries — and the council knew it!''",
        "THE HARBOUR WALL WAS NEVER MEANT TO CARRY LORRIES AND THE COUNCIL KNEW IT",
        "The harbor wall was never meant to carry lorries, and the council knew it.",
        "The\u00a0harbour  wall was\nnever meant to carry lor\u00adries; and the council knew it…",
    ],
)
def test_case_marks_punctuation_and_spelling_do_not_count(other):
    found = compare(PLAIN, other)
    assert (found.relation, found.score, found.changes) == ("verbatim", 1.0, ())


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("a cease-fire deal", "a ceasefire deal"),
        ("our health care system", "our healthcare system"),
        ("We re-engineered it", "we reengineered it"),
        ("in co-operation with them", "in cooperation with them"),
        ("the favourite programme of the organisation", "the favorite program of the organization"),
        ("he travelled to the theatre", "he traveled to the theater"),
        ("They were sceptical, whilst analysing it", "they were skeptical, while analyzing it"),
        ("two hundred and five people", "205 people"),
        ("twenty-five million dollars", "$25 million"),
        ("2.5 million", "2,500,000"),
        ("fifty per cent of it", "50% of it"),
        ("the twenty-first time", "the 21st time"),
        ("Zelenskyy’s café", "Zelenskyy's cafe\u0301"),
        ("the U.S. and J. D. Vance", "the US and J.D. Vance"),
        ("he dont know, and cannot say", "he don't know and can not say"),
        ("ISIS's men", "ISIS' men"),
        ("[T]he end is near", "The end is near"),
        ("They seen [sic] the end", "They seen (sic) the end"),
        ("a hundred and twenty boats", "120 boats"),
        ("half a million herons", "500,000 herons"),
        ("about a dozen lorries", "about 12 lorries"),
        ("two dozen", "24"),
        ("2.6million people", "2.6 million people"),
        ("$5bn or £3m", "5 billion dollars or 3 million pounds"),
        ("two thousand and sixteen, nineteen eighty-four", "2016, 1984"),
        ("the nineteen nineties", "the 1990s"),
        ("one million two hundred thousand", "1,200,000"),
        ("the thirtieth of May", "the 30th of May"),
        ("two “dozen” eggs", "24 eggs"),
        ("our adviser’s maths", "our advisor's math"),
        ("ﬁrst, the oﬃce", "First the office"),
    ],
)
def test_two_spellings_of_the_same_words(a, b):
    assert compare(a, b).relation == "verbatim"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("four more years for our town", "for more years for our town"),
        ("He may be gone by the morning ferry", "He maybe gone by the morning ferry"),
        ("she has already packed the blue suitcase", "she has all ready packed the blue suitcase"),
        ("мой старый деревянный дом сгорел вчера ночью", "мои старый деревянный дом сгорел вчера ночью"),
        ("it cost the fishing village $5 million", "it cost the fishing village £5 million"),
    ],
)
def test_two_different_words_are_not_folded_together(a, b):
    assert compare(a, b).relation != "verbatim"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zelensky", "Zelenskyy"),
        ("Zelenskiy", "Zelensky"),
        ("Sybiha", "Sibiga"),
        ("Khrushchev", "Khruschev"),
        ("Yeltsin", "Eltsin"),
        ("Aleksandr", "Alexander"),
        ("Dostoevsky", "Dostoyevskii"),
        ("Kharkiv", "Kharkov"),
        ("Mohammed", "Muhammad"),
        ("Qaddafi", "Gaddafi"),
    ],
)
def test_a_name_in_two_transliterations_is_one_word(one, other):
    a, b = (f"We asked {name} about the ferries, and he had no answer." for name in (one, other))
    found = compare(a, b)
    assert (found.relation, found.flags) == ("verbatim", ())
    assert compare(a, b.replace("no answer", "an answer")).flags == ("negation",)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hansen", "Hanson"),
        ("Reed", "Reid"),
        ("Maria", "Marie"),
        ("Ivanov", "Ivanova"),
        ("Hassan", "Hussein"),
    ],
)
def test_names_that_look_alike_are_two(one, other):
    a, b = (f"We asked {name} about the ferries, and he had no answer." for name in (one, other))
    assert (compare(a, b).relation, compare(a, b).flags) == ("altered", ("name",))
    both = f"We asked {one} and {other} about the ferries, and they had no answer."
    assert compare(both, both.replace("and they", "but they")).flags == ()


def test_two_spellings_in_one_text_are_two_names():
    both = "Sergei went to Eastwick, and Sergey stayed at home with the nets."
    assert compare(both, both.replace("Sergey", "Sergei")).flags == ("name",)


def test_a_cut_within_a_word_is_an_alteration():
    found = compare("He can mend the sluice better than the others couldn't",
                    "He can mend the sluice better than the others could")  # fmt: skip
    assert (found.relation, found.flags, found.shorter) == ("altered", ("negation",), None)
    [change] = found.changes
    assert (change.type, change.a.text) == ("delete", "n't")


def test_a_contiguous_part_is_truncated():
    found = compare("“never meant to carry lorries”", PLAIN)
    assert (found.relation, found.shorter, found.changes) == ("truncated", "a", ())
    assert found.stretch_b is not None
    assert PLAIN[slice(*found.stretch_b)] == "never meant to carry lorries"
    turned = compare(PLAIN, "“never meant to carry lorries”")
    assert (turned.relation, turned.shorter) == ("truncated", "b")


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("“State of the Union”", "His last State of the Union address was his longest by an hour."),
        ("all over the place", "Their numbers have been all over the place since Easter."),
        ("over and over again", "I told the minister over and over again that the dam would not hold."),
        ("The Wall Street Journal", "I read it in the Wall Street Journal, so it must be so."),
    ],
)
def test_set_phrases_are_no_part_of_an_utterance(part, whole):
    assert compare(part, whole).relation == "unrelated"


def test_what_is_known_besides_the_words_counts():
    part, whole = "carving up", "We are carving up the northern pastures between three families."
    assert compare(part, whole).relation == "unrelated"
    assert compare(part, whole, prior=12.0).relation == "truncated"
    assert compare(PLAIN.partition(",")[0], PLAIN, prior=-200.0).relation == "unrelated"


@pytest.mark.parametrize(
    "edited",
    [
        "The harbour wall was never meant … and the council knew it.",
        "The harbour wall was never meant . . . and the council knew it.",
        "The harbour wall was never meant to carry [heavy] lorries, and the council knew it.",
        "The harbour wall was never meant to carry [them], and the council knew it.",
        "[It] was never meant to carry lorries, and the council knew it.",
    ],
)
def test_edits_that_the_editor_marks_are_an_elision(edited):
    found = compare(PLAIN, edited)
    assert found.relation == "elided"
    assert found.marked
    assert found.consistent


def test_words_left_out_without_a_mark_are_an_elision_that_says_so():
    found = compare(PLAIN, "The harbour wall was meant to carry lorries, and the council knew it.")
    assert (found.relation, found.flags) == ("altered", ("negation",)), "a dropped “never” is no shortening"
    found = compare(PLAIN, "The wall was never meant to carry lorries, and the council knew it.")
    assert (found.relation, found.marked, found.consistent) == ("elided", False, False)
    [change] = found.changes
    assert (change.type, change.a.text, change.b.text) == ("delete", "harbour", "")


def test_overlapping_parts_of_one_passage_are_an_elision():
    first = "The ferry was late, the harbour wall was never meant to carry lorries"
    second = "the harbour wall was never meant to carry lorries, and the council knew it."
    found = compare(first, second)
    assert (found.relation, found.changes, found.shorter) == ("elided", (), None)


@pytest.mark.parametrize(
    ("other", "type", "texts", "flags"),
    [
        ("The harbour wall was never meant to carry tractors, and the council knew it.",
         "replace", ("lorries", "tractors"), ()),
        ("The harbour wall was always meant to carry lorries, and the council knew it.",
         "replace", ("never", "always"), ("negation",)),
        ("The harbour wall was never meant to carry 40 lorries, and the council knew it.",
         "insert", ("", "40"), ("number",)),
        ("The harbour wall was never meant to carry lorries, and perhaps the council knew it.",
         "insert", ("", "perhaps"), ("hedge",)),
        ("The harbour wall was never meant to carry lorries, and Marlowe knew it.",
         "replace", ("the council", "Marlowe"), ("name",)),
    ],
)  # fmt: skip
def test_changes_are_typed_and_flagged(other, type, texts, flags):
    found = compare(PLAIN, other)
    [change] = found.changes
    assert (change.type, (change.a.text, change.b.text), found.flags) == (type, texts, flags)


@pytest.mark.parametrize(
    ("a", "b", "flag"),
    [
        ("We will close both schools in the upper valley",
         "We may close both schools in the upper valley", "modality"),
        ("They lost five boats in the northern storm",
         "They lost nine boats in the northern storm", "number"),
        ("I am not a natural gardener, unlike my aunt",
         "I am not a natural gardener, like my aunt", "negation"),
        ("It is not our quarrel with the ferrymen", "It is our quarrel with the ferrymen", "negation"),
    ],
)  # fmt: skip
def test_a_change_that_matters_is_flagged(a, b, flag):
    found = compare(a, b)
    assert (found.relation, found.flags) == ("altered", (flag,))


@pytest.mark.parametrize(
    ("a", "b", "flags"),
    [
        ("They talk about the marsh in every meeting", "They talk on the marsh in every meeting", ()),
        ("We lost about 40 boats in the storm", "We lost 40 boats in the storm", ("hedge",)),
        ("That is the kind of man the island needs", "That is the sort of man the island needs", ()),
        ("The dam is sort of broken, says the keeper", "The dam is broken, says the keeper", ("hedge",)),
        ("It was the will of the whole island then", "It was the wish of the whole island then", ()),
        ("We have to mend the sluice in spring", "We want to mend the sluice in spring", ("modality",)),
        ("All voters in Eastwick want the ferry", "Some voters in Eastwick want the ferry", ("number",)),
        ("So voters in Eastwick want the ferry", "So most voters in Eastwick want the ferry", ("number",)),
        ("They want many new nets for the fishermen", "They want numerous new nets for the fishermen", ()),
        ("No one knows what the herons will do", "Everyone knows what the herons will do", ("negation",)),
        ("They rarely mend the nets in the evening", "They mend the nets in the evening", ("negation",)),
        ("It was a hopeless plan for the island", "It was a hopeful plan for the island", ("negation",)),
        ("The first boat cost a million dollars", "The first boat cost a billion dollars", ("number",)),
        ("Ridiculous claims came from the cannery", "Outrageous claims came from the cannery", ()),
        ("He sold the marsh to the cannery", "[Marlow] sold the marsh to the cannery", ()),
        ("Then Barnaby sold the marsh to them", "Then [Marlow] sold the marsh to them", ("name",)),
    ],
)  # fmt: skip
def test_words_are_flagged_by_what_they_mean_there(a, b, flags):
    found = compare(a, b, prior=8.0)
    assert found.relation != "unrelated"
    assert found.flags == flags


def test_words_that_changed_places_at_the_end_have_moved():
    found = compare(
        "There is a need for more oversight and transparency on the island",
        "There is a need for more transparency and oversight on the island",
    )
    assert (found.relation, {change.type for change in found.changes}) == ("altered", {"move"})
    found = compare(
        "On the island there is a need for more oversight and transparency",
        "On the island there is a need for more transparency and oversight",
    )
    assert (found.relation, {change.type for change in found.changes}) == ("altered", {"move"})


def test_short_quotes_that_begin_and_end_alike_are_one_utterance():
    assert compare("They will help us on the island", "They may help us on the island").relation == "altered"
    assert compare("They will help us on the island", "They may help us on the boat").relation == "unrelated"


def test_a_word_that_both_have_in_two_parts_is_not_joined():
    a = "that wages would fall over time, but that overtime would be paid"
    assert compare(a, "that wages would fall over time", prior=9.0).relation == "truncated"


def test_a_contraction_is_an_alteration_and_no_negation():
    found = compare(
        "We have got to mend the sluice before it does not open",
        "We've got to mend the sluice before it doesn't open",
    )
    assert (found.relation, found.flags) == ("altered", ())
    assert [change.note for change in found.changes] == ["contraction", "contraction"]


def test_a_short_quote_with_its_contraction_written_out_is_the_same_utterance():
    found = compare("I'm not quite there yet", "I am not quite there yet.")
    assert found.relation == "altered"
    assert [(change.a.text, change.b.text, change.note) for change in found.changes] == [
        ("'m", "am", "contraction")
    ]


def test_words_that_changed_places_have_moved():
    found = compare(
        "We put a lot of coal miners and coal companies out of business",
        "We put a lot of coal companies and coal miners out of business",
    )
    assert found.relation == "altered"
    assert {(change.type, change.a.text, change.b.text) for change in found.changes} == {
        ("move", "miners", "miners"),
        ("move", "companies", "companies"),
    }


@pytest.mark.parametrize(
    ("part", "whole", "reverses"),
    [
        ("drain the eastern marsh", "We will not drain the eastern marsh.", True),
        ("We will drain the eastern marsh", "We will drain the eastern marsh if the herons leave.", True),
        ("We will drain the eastern marsh", "We will drain the eastern marsh. But not this year.", True),
        ("We will drain the eastern marsh", "We will drain the eastern marsh and plant barley.", False),
        ("drain the eastern marsh", "That is not mine. Let them drain the eastern marsh.", False),
        (
            "we will drain the eastern marsh",
            "If the herons leave the northern pond for good, we will drain the eastern marsh.",
            True,
        ),
        ("We will drain the eastern marsh", "We will drain the eastern marsh as long as it is dry.", True),
        ("We will drain the eastern marsh", "We will drain the eastern marsh, not the pond.", True),
        ("We will drain the eastern marsh", "We will drain the eastern marsh and we will not stop.", False),
        ("we will drain the eastern marsh", "He denied that we will drain the eastern marsh.", True),
    ],
)
def test_a_truncation_that_reverses_the_words_is_flagged(part, whole, reverses):
    found = compare(part, whole)
    assert found.relation == "truncated"
    assert found.flags == (("truncation_reverses",) if reverses else ())


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("I don't believe that's going to work", "I don't believe that's a good idea."),
        ("This is not a joke.", "This is not an incremental election, and she knows it."),
        ("We have to do it", "What does that have to do with fishing rights?"),
        (
            "There is a special place for people who wait.",
            "There is a special place in the marsh for herons.",
        ),
        ("yes", "no"),
        ("", "yes"),
        ("?!", "…"),
    ],
)
def test_common_phrases_make_no_utterance(a, b):
    assert compare(a, b).relation == "unrelated"


@pytest.mark.parametrize(
    ("a", "b", "relation"),
    [
        ("", "", "verbatim"),
        ("x", "X", "verbatim"),
        ("…", " … ", "verbatim"),
        ("a\x00b", "A b", "verbatim"),
        ("我们不会离开这里，永远不会", "我们不会离开这里", "truncated"),
        ("Мы никогда не уйдём отсюда", "никогда не уйдём отсюда", "truncated"),
        ("لن نغادر هذا المكان أبدا", "لن نُغادر هذا المكان أبدا", "altered"),
        ("\ud800 the marsh", "the marsh", "verbatim"),
    ],
)
def test_any_text_has_a_clear_answer(a, b, relation):
    assert compare(a, b).relation == relation


@pytest.mark.parametrize(
    "text",
    [
        "a" * MAX_CHARACTERS, "a " * MAX_WORDS, "five hundred " * (MAX_WORDS // 2), "[" * 100_000,
        "'" * 100_000,
        "… " * 100_000, "1,000," * 60_000, "A.B." * 80_000, "n't" * 100_000, "\x00\u202e" * 100_000,
        "我们" * (MAX_WORDS // 2), "Zelensky " * MAX_WORDS, "and " * MAX_WORDS, "e\u0301" * 100_000,
    ],
    ids=lambda text: repr(text[:8]),
)  # fmt: skip
def test_what_no_article_has_is_answered_in_bounded_time(text):
    began = time.process_time()
    for other in ("The harbour wall", PLAIN, text[: len(text) // 2], text[1:]):
        assert 0.0 <= compare(text, other).score <= 1.0
    assert time.process_time() - began < 15.0  # measured: 1.2 s at most for the four


def test_many_different_names_are_answered_in_bounded_time():
    names = [
        "".join("bdfgklmnrz"[int(digit)] + "aeiou"[int(digit) % 5] for digit in str(n)).capitalize() + "kov"
        for n in range(20_000)
    ]
    began = time.process_time()
    compare(" ".join(names[:10_000]), " ".join(names[10_000:]))
    assert time.process_time() - began < 15.0


def test_speeches_of_twenty_thousand_words_are_compared_word_by_word():
    words = [f"{'abcdefghij'[n % 10]}{'klmnopqrst'[n // 10 % 10]}{'uvwxyz'[n // 100 % 6]}{'aeiou'[n % 5]}r"
             for n in range(0, 60_000, 3)]  # fmt: skip
    changed = [*words[:7_000], "hippopotamus", *words[7_001:]]
    found = compare(" ".join(words), " ".join(changed))
    assert (found.relation, len(found.changes)) == ("altered", 1)
    assert found.changes[0].b.text == "hippopotamus"
    assert compare(" ".join(words[500:560]), " ".join(words)).relation == "truncated"


@pytest.mark.parametrize("text", ["wordy " * (MAX_WORDS + 1), "x" * (MAX_CHARACTERS + 1)])
def test_what_is_too_long_is_refused_with_the_limit(text):
    with pytest.raises(WordingTooLongError, match=r"limit is (30,000|400,000)"):
        compare("short", text)


def test_rare_words_tell_more_than_common_ones():
    assert word_information("the") < word_information("council") < word_information("hippopotamus")
    assert information(["state", "of", "the", "union"]) < information(["weak", "like", "a", "baby"]) / 2


# Property tests: sentences of real words with what newspapers put between them, and any characters at all.
WORD = st.sampled_from(
    "the a of we not will may five 5 million $3 Marlowe don't it's harbour wall U.S. 20th cease-fire "
    "lorries never carry council knew marsh herons drain eastern [they] … and but".split()
)
SENTENCES = st.lists(WORD, min_size=1, max_size=40).map(" ".join)
ANYTHING = st.text(max_size=60)


@given(st.one_of(SENTENCES, ANYTHING))
def test_a_wording_is_verbatim_to_itself(text):
    found = compare(text, text)
    assert (found.relation, found.score) == ("verbatim", 1.0)


@given(st.one_of(SENTENCES, ANYTHING), st.one_of(SENTENCES, ANYTHING))
@settings(max_examples=300)
def test_the_order_of_the_two_does_not_matter_and_offsets_fit(a, b):
    one, other = compare(a, b), compare(b, a)
    assert (one.relation, one.score, one.evidence, one.flags, one.marked) == (
        other.relation, other.score, other.evidence, other.flags, other.marked,
    )  # fmt: skip
    assert [(c.a, c.b) for c in one.changes] == [(c.b, c.a) for c in other.changes] or set(one.changes) == {
        change.swapped() for change in other.changes
    }
    assert 0.0 <= one.score <= 1.0
    for change in one.changes:
        for text, side in ((a, change.a), (b, change.b)):
            assert 0 <= side.start <= side.end <= len(text)
            assert text[side.start : side.end] == side.text
    for text, stretch in ((a, one.stretch_a), (b, one.stretch_b)):
        assert stretch is None or 0 <= stretch[0] < stretch[1] <= len(text)
    json.dumps(one.to_dict())


@given(st.lists(WORD.filter(str.isalpha), min_size=2, max_size=40), st.data())
def test_every_telling_run_of_words_is_a_truncation(words, data):
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    found = compare(" ".join(words[start:end]), " ".join(words))
    keys = read(" ".join(words[start:end])).keys
    whole = read(" ".join(words)).keys
    # "… the a" is no part of "… the a million", where "a" belongs to a number.
    inside = any(whole[at : at + len(keys)] == keys for at in range(len(whole)))
    telling = information(keys) >= ENOUGH and len(keys) > TERM_WORDS and inside
    if keys == whole:
        assert found.relation == "verbatim"
    elif telling:
        assert (found.relation, found.changes) == ("truncated", ())
    else:
        assert found.relation in ("truncated", "unrelated")


@given(st.one_of(SENTENCES, ANYTHING))
def test_words_stand_in_order_where_they_say(text):
    found = read(text)
    assert all(0 <= word.start < word.end <= len(text) for word in found.words)
    assert all(left.end <= right.start for left, right in pairwise(found.words))
    assert all(0 <= gap <= len(found.words) for gap in found.gaps)


@pytest.mark.parametrize("module", [comparison, information_module, spelling, wording])
def test_examples_in_the_documentation_are_true(module):
    found = doctest.testmod(module)
    assert found.attempted > 0
    assert found.failed == 0


def test_dev_pairs_are_told_apart(shared):
    """Figures measured here: same-utterance F1 0.952, relation right 0.975 (docs/comparing.md)."""
    gold = shared / "gold" / "pairs_dev.jsonl"
    tool = shared / "tools" / "score_pairs.py"
    pairs = subprocess.run(
        [sys.executable, tool, gold, "--emit"], capture_output=True, check=True, text=True, encoding="utf-8"
    ).stdout
    answers = [
        {"id": pair["id"], "relation": compare(pair["a"], pair["b"]).relation}
        for pair in map(json.loads, pairs.splitlines())
    ]
    scored = subprocess.run(
        [sys.executable, tool, gold, "/dev/stdin", "--json"], check=True, capture_output=True, text=True,
        input="\n".join(map(json.dumps, answers)),
    )  # fmt: skip
    figures = json.loads(scored.stdout)
    assert figures["same: P, R, F1"][2] >= 0.945
    assert figures["relation right"] >= 0.965
