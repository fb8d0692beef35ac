"""UD trees become ClearNLP trees: one small sentence a rule."""

from __future__ import annotations

import pytest

from training.clearnlp import ConversionError, Tree, to_clearnlp


def tree(rows: str) -> Tree:
    """A tree from lines of `form tag head dep [lemma]`, heads 1-based, 0 for the root."""
    cells = [line.split() for line in rows.strip().splitlines()]
    return Tree(
        forms=[row[0] for row in cells],
        tags=[row[1] for row in cells],
        lemmas=[row[4] if len(row) > 4 else row[0].lower() for row in cells],
        heads=[int(row[2]) - 1 if row[2] != "0" else i for i, row in enumerate(cells)],
        deps=[row[3] for row in cells],
    )


def arcs(rows: str) -> set[tuple[str, str, str]]:
    """The converted tree as (word, label, head)."""
    converted = to_clearnlp(tree(rows))
    return {
        (form, dep, converted.forms[head])
        for form, dep, head in zip(converted.forms, converted.deps, converted.heads, strict=True)
    }


def test_a_preposition_heads_its_phrase() -> None:
    found = arcs("""
        She PRP 2 nsubj
        lives VBZ 0 root live
        in IN 5 case
        a DT 5 det
        tent NN 2 obl
    """)
    assert {("in", "prep", "lives"), ("tent", "pobj", "in"), ("a", "det", "tent")} <= found


def test_the_copula_heads_its_clause() -> None:
    found = arcs("""
        Nobody NN 4 nsubj
        is VBZ 4 cop be
        very RB 4 advmod
        happy JJ 0 root
        today NN 4 obl:unmarked
        . . 4 punct
    """)
    assert {("is", "ROOT", "is"), ("Nobody", "nsubj", "is"), ("happy", "acomp", "is")} <= found
    assert ("very", "advmod", "happy") in found


def test_a_noun_after_the_copula_is_an_attribute_and_a_phrase_a_preposition() -> None:
    assert ("spy", "attr", "was") in arcs("""
        He PRP 4 nsubj
        was VBD 4 cop be
        a DT 4 det
        spy NN 0 root
    """)
    found = arcs("""
        He PRP 4 nsubj
        was VBD 4 cop be
        in IN 4 case
        Oslo NNP 0 root
    """)
    assert {("in", "prep", "was"), ("Oslo", "pobj", "in"), ("was", "ROOT", "was")} <= found


def test_a_name_is_headed_by_its_last_word() -> None:
    found = arcs("""
        Minister NNP 2 compound
        Ada NNP 4 nsubj
        Brandt NNP 2 flat
        left VBD 0 root leave
    """)
    assert {
        ("Brandt", "nsubj", "left"),
        ("Ada", "compound", "Brandt"),
        ("Minister", "compound", "Brandt"),
    } <= found


def test_conjuncts_form_a_chain() -> None:
    found = arcs("""
        Ann NNP 6 nsubj
        , , 3 punct
        Bob NNP 1 conj
        and CC 5 cc
        Cyd NNP 1 conj
        sang VBD 0 root sing
    """)
    assert {
        ("Bob", "conj", "Ann"),
        ("Cyd", "conj", "Bob"),
        ("and", "cc", "Bob"),
        (",", "punct", "Ann"),
    } <= found


def test_prepositional_conjuncts_hang_on_the_first_preposition() -> None:
    found = arcs("""
        Rain NN 2 nsubj
        fell VBD 0 root fall
        in IN 4 case
        Rome NNP 2 obl
        and CC 7 cc
        in IN 7 case
        Bari NNP 4 conj
    """)
    assert ("in", "conj", "in") in found
    assert ("Bari", "pobj", "in") in found
    assert ("and", "cc", "in") in found


def test_passives_have_their_own_labels_and_agent() -> None:
    found = arcs("""
        It PRP 3 nsubj:pass
        was VBD 3 aux:pass be
        said VBN 0 root say
        by IN 5 case
        Kim NNP 3 obl:agent
    """)
    expected = {
        ("It", "nsubjpass", "said"),
        ("was", "auxpass", "said"),
        ("by", "agent", "said"),
        ("Kim", "pobj", "by"),
    }
    assert expected <= found


def test_a_trailing_reporting_clause_becomes_the_root() -> None:
    found = arcs("""
        “ `` 2 punct
        Go VB 0 root go
        , , 2 punct
        ” '' 2 punct
        she PRP 6 nsubj
        said VBD 2 parataxis say
        . . 2 punct
    """)
    assert {("said", "ROOT", "said"), ("Go", "ccomp", "said"), (".", "punct", "said")} <= found


def test_according_to_is_two_prepositions() -> None:
    found = arcs("""
        Taxes NNS 2 nsubj
        rose VBD 0 root rise
        , , 6 punct
        according VBG 6 case
        to IN 4 fixed
        Lee NNP 2 obl
        . . 2 punct
    """)
    assert {("according", "prep", "rose"), ("to", "prep", "according"), ("Lee", "pobj", "to")} <= found


def test_a_preposition_heads_its_participle_but_a_subordinator_does_not() -> None:
    found = arcs("""
        He PRP 2 nsubj
        left VBD 0 root leave
        after IN 4 mark
        eating VBG 2 advcl eat
    """)
    assert {("after", "prep", "left"), ("eating", "pcomp", "after")} <= found
    found = arcs("""
        He PRP 2 nsubj
        left VBD 0 root leave
        because IN 5 mark
        she PRP 5 nsubj
        sang VBD 2 advcl sing
    """)
    assert {("because", "mark", "sang"), ("sang", "advcl", "left")} <= found


def test_relative_clauses_possessives_negation_and_there() -> None:
    found = arcs("""
        There EX 2 expl
        is VBZ 0 root be
        no DT 4 det
        one NN 2 nsubj
        who WP 7 nsubj
        did VBD 7 aux do
        know VB 4 acl:relcl know
        Kim NNP 10 nmod:poss
        's POS 8 case
        plan NN 7 obj
    """)
    expected = {
        ("There", "expl", "is"),
        ("one", "attr", "is"),
        ("know", "relcl", "one"),
        ("Kim", "poss", "plan"),
        ("'s", "case", "Kim"),
        ("plan", "dobj", "know"),
    }
    assert expected <= found


def test_amounts_of_money_are_headed_by_the_number() -> None:
    found = arcs("""
        It PRP 2 nsubj
        costs VBZ 0 root cost
        $ $ 2 obj
        5 CD 5 compound
        million CD 3 nummod
    """)
    assert {("million", "dobj", "costs"), ("$", "quantmod", "million")} <= found


def test_stanford_labels_of_version_1_are_understood() -> None:
    found = arcs("""
        He PRP 3 nsubjpass
        was VBD 3 auxpass be
        told VBN 0 root tell
        by IN 5 case
        Ann NNP 3 nmod
        not RB 7 neg
        to TO 8 mark
        go VB 3 xcomp go
    """)
    assert {
        ("He", "nsubjpass", "told"),
        ("by", "agent", "told"),
        ("not", "neg", "to"),
        ("to", "aux", "go"),
    } <= found


def test_the_input_is_left_alone() -> None:
    given = tree("""
        She PRP 2 nsubj
        ran VBD 0 root run
    """)
    to_clearnlp(given)
    assert given.deps == ["nsubj", "root"]


def test_what_is_no_tree_is_refused() -> None:
    with pytest.raises(ConversionError):
        to_clearnlp(Tree(["a", "b"], ["DT", "NN"], ["a", "b"], [1, 0], ["det", "dep"]))
