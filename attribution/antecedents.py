"""Who a pronoun or a description can mean, described as numbers for the network that weighs them.

The network (`attribution.networks`) sees how far back and in which role each person and body was named last,
whether gender, number and kind agree, which roles the article ties to a name, who is already speaking, and
what plain rules of salience would say (`attribution.resolution`).
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Token

from attribution import lexicon
from attribution.features import FeatureOrder
from attribution.people import Entity, noun_gender
from attribution.phrases import is_pronoun, is_subject
from attribution.reading import Reading

if TYPE_CHECKING:
    from attribution.resolved import Spoken

#: The entities named last; who was named before them is not what a pronoun means.
MAX_ANTECEDENTS: Final = 40

_PRONOUNS: Final = ("he", "she", "they", "it", "other")
ANTECEDENT_FEATURES: Final = (
    "none", *(f"pronoun {p}" for p in _PRONOUNS), "description", "person noun", "body noun", "document noun",
    "plural noun", "definite", "possessed", "modified", "mention subject", "mention in marks",
    "opens paragraph", "behind a quote", "candidates",
    "person", "organization", "place", "described", "gender agrees", "gender agrees surely",
    "gender against", "gender unknown", "distance", "sentences", "paragraphs", "same sentence",
    "same paragraph", "before", "only after", "last is subject", "last in marks", "last possessive",
    "subject of sentence before", "mentions", "mentions before", "commonest of kind", "latest of kind",
    "second latest of kind", "spoke last", "spoke before last", "spoke in paragraph", "spoke ever",
    "newcomer since", "named inside quote", "rule score", "rule has score", "rule share", "rule choice",
    "role held", "role words", "role conflict", "noun in name", "named in mention", "opens article",
    "full name last", "apposed", "in sentence before", "reports in sentence before", "issued a document",
    "issued this document", "issued the last document", "new scene since",
    "several", "last is object", "new in sentence before", "new since paragraph before",
)  # fmt: skip
_ROWS: Final = FeatureOrder(ANTECEDENT_FEATURES)


# Verbs of which at least this share of uses reports.
_REPORTING: Final = 0.3


# "The pair said", "the couple said": several in the singular.
_COLLECTIVE: Final = frozenset(["couple", "crowd", "duo", "family", "group", "pair", "team", "trio"])


@dataclass(frozen=True, slots=True)
class Document:
    """A letter, a report or the like of which the article tells who wrote or sent it."""

    token: int
    noun: str
    author: Entity


@dataclass(frozen=True, slots=True)
class Antecedents:
    """Whom one mention can mean.

    Attributes:
        entities: the candidates, the one named last first.
        rows: shape (candidates + 1, features); the last row stands for "none of these".
        places: word positions that stand for each candidate: named last, last as subject outside quote
            marks, named first; shape (candidates, 3).
    """

    entities: tuple[Entity, ...]
    rows: NDArray[np.float32]
    places: NDArray[np.int64]


def describe(
    reading: Reading,
    token: Token,
    mention: tuple[int, int],
    entities: Sequence[Entity],
    spoken: Sequence[Spoken],
    quoted: set[int],
    scores: dict[Entity, float],
    choice: Entity | None,
    documents: Sequence[Document],
) -> Antecedents:
    """Describe every candidate for one mention.

    Args:
        reading: the article.
        token: the mention's head.
        mention: its half-open range of words.
        entities: everybody named in the article.
        spoken: the quotes before it with their speakers.
        quoted: identities of the entities that are named inside the quotes of the paragraph.
        scores: what plain rules of salience say, as log-odds.
        choice: whom plain rules would choose, if anybody.
        documents: the documents of the article whose authors it tells, in order.
    """
    doc = reading.doc
    here, sentence = reading.token_paragraph[token.i], reading.token_sentence[token.i]
    low, noun = token.lower_, token.lemma_.lower() if token.tag_ in ("NN", "NNS") else token.lower_
    pronoun = _pronoun(low) if is_pronoun(token) else None
    gender = lexicon.pronoun_gender(low) or noun_gender(noun)
    last_end = reading.sentence_end(sentence)
    found: list[tuple[int, Entity, list[int]]] = []
    issued: dict[int, list[Document]] = {}
    last_issued = -1
    for document in documents:
        if document.token < token.i:
            issued.setdefault(id(document.author), []).append(document)
            last_issued = document.token
    for entity in entities:
        if not _possible(entity, pronoun) and not (pronoun == "it" and id(entity) in issued):
            continue
        if entity.several and pronoun is None and not means_several(token):
            continue
        heads = list(entity.mentions)
        first, end = bisect_left(heads, mention[0]), bisect_left(heads, mention[1])
        before, inside, after = heads[:first], heads[first:end], heads[end : bisect_left(heads, last_end)]
        if inside and (not before or pronoun is not None):
            continue
        if before:
            found.append((before[-1], entity, before))
        elif after:
            found.append((-after[0], entity, []))
    found.sort(key=lambda f: -f[0])
    found = found[:MAX_ANTECEDENTS]
    shared = _mention_values(reading, token, mention, pronoun, noun)
    shared["candidates"] = math.log1p(len(found)) / 3
    commonest = {
        kind: max((len(e.mentions) for _, e, _ in found if e.type == kind), default=0)
        for kind in ("person", "organization")
    }
    order: dict[str, int] = {"person": 0, "organization": 0}
    first_before, end_before = _sentence_before(reading, token.i)
    subjects = {
        i for i in range(first_before, end_before) if is_subject(doc[i]) and reading.token_span[i] < 0
    }
    verbs = lexicon.cue_verbs()
    reporting = {i for i in subjects if verbs.get(doc[i].head.lemma_.lower(), 0.0) >= _REPORTING}
    best = max(scores.values(), default=0.0)
    total = sum(math.exp(s - best) for s in scores.values())
    modifiers = {
        t.lower_
        for t in doc[mention[0] : token.i]
        if t.is_alpha and t.dep_ in ("compound", "amod", "nmod", "poss")
    }
    recent = [s for s in spoken if s.token < token.i or s.paragraph <= here][-6:]
    rows = _ROWS.rows(len(found) + 1, shared)
    places = np.zeros((len(found), 3), dtype="int64")
    for row, (at, entity, before) in enumerate(found):
        values: dict[str, float] = {}
        last = before[-1] if before else -at
        start, _ = entity.mentions[last]
        rank = order[entity.type]
        order[entity.type] += 1
        apart = here - reading.token_paragraph[last]
        values["person"] = entity.type == "person" and not entity.described
        values["organization"] = entity.type == "organization" and not entity.place
        values["place"] = entity.place
        values["described"] = entity.described
        values["several"] = entity.several
        if gender is not None and entity.type == "person":
            agrees = entity.gender == gender
            values["gender agrees"] = agrees
            values["gender agrees surely"] = agrees and entity.gender_sure
            values["gender against"] = entity.gender is not None and not agrees
            values["gender unknown"] = entity.gender is None
        values["distance"] = math.log1p(abs(token.i - last)) / 6
        values["sentences"] = min(10, abs(sentence - reading.token_sentence[last])) / 5
        values["paragraphs"] = min(8, abs(apart)) / 4
        values["same sentence"] = sentence == reading.token_sentence[last]
        values["same paragraph"] = apart == 0
        values["before"] = bool(before)
        values["only after"] = not before
        values["last is subject"] = is_subject(doc[last])
        values["last is object"] = doc[last].dep_ in ("dobj", "pobj", "dative")
        values["last in marks"] = reading.token_span[last] >= 0
        values["last possessive"] = doc[last].dep_ == "poss"
        values["subject of sentence before"] = any(h in subjects for h in before[-3:])
        values["new scene since"] = bisect_right(reading.scenes, here) > bisect_right(
            reading.scenes, reading.token_paragraph[last]
        )
        values["in sentence before"] = any(first_before <= h < end_before for h in before[-4:])
        values["reports in sentence before"] = any(h in reporting for h in before[-3:])
        documents_of = issued.get(id(entity), ())
        values["issued a document"] = bool(documents_of)
        values["issued this document"] = pronoun is None and any(d.noun == noun for d in documents_of)
        values["issued the last document"] = any(d.token == last_issued for d in documents_of)
        values["mentions"] = math.log1p(len(entity.mentions)) / 4
        values["mentions before"] = math.log1p(len(before)) / 4
        values["commonest of kind"] = len(entity.mentions) == commonest[entity.type]
        values["latest of kind"] = rank == 0
        values["second latest of kind"] = rank == 1
        for steps, said in enumerate(reversed(recent)):
            if said.entity is entity:
                values["spoke ever"] = 1
                values["spoke last"] = max(values.get("spoke last", 0), float(steps == 0))
                values["spoke before last"] = max(values.get("spoke before last", 0), float(steps == 1))
                values["spoke in paragraph"] = max(
                    values.get("spoke in paragraph", 0), float(said.paragraph == here)
                )
        if recent:
            values["newcomer since"] = (
                bool(before)
                and before[-1] > recent[-1].token
                and (recent[-1].entity is not entity and is_subject(doc[before[-1]]))
            )
        values["named inside quote"] = id(entity) in quoted
        if entity in scores:
            values["rule score"] = max(-3.0, min(3.0, scores[entity] / 2))
            values["rule has score"] = 1
            values["rule share"] = math.exp(scores[entity] - best) / total
        values["rule choice"] = entity is choice
        if pronoun is None:
            values["role held"] = noun in entity.roles
            values["role words"] = min(3, len(modifiers & entity.role_words)) / 3
            values["role conflict"] = bool(entity.roles) and noun not in entity.roles
            values["noun in name"] = noun in entity.name.lower().split()
            values["named in mention"] = any(mention[0] <= h < mention[1] for h in entity.mentions)
        first = next(iter(entity.mentions))
        values["new in sentence before"] = first_before <= first < end_before
        values["new since paragraph before"] = first < token.i and here - reading.token_paragraph[first] <= 1
        values["opens article"] = reading.token_paragraph[first] <= 1
        values["full name last"] = last - start >= 1
        values["apposed"] = any(c.dep_ == "appos" for c in doc[last].children)
        _ROWS.fill(rows[row], values)
        subject = next(
            (h for h in reversed(before) if is_subject(doc[h]) and reading.token_span[h] < 0), last
        )
        places[row] = (last, subject, first)
    _ROWS.fill(rows[-1], {"none": 1})
    return Antecedents(tuple(e for _, e, _ in found), rows, places)


def _pronoun(low: str) -> str:
    for name, words in (
        ("he", lexicon.MALE), ("she", lexicon.FEMALE), ("they", lexicon.PLURAL), ("it", lexicon.NEUTER)
    ):  # fmt: skip
        if low in words:
            return name
    return "other"


def _possible(entity: Entity, pronoun: str | None) -> bool:
    if pronoun in ("he", "she"):
        return (
            entity.type == "person"
            and not entity.several
            and (not entity.gender_sure or entity.gender in (None, "m" if pronoun == "he" else "f"))
        )
    if pronoun == "it":
        return entity.type == "organization" and not entity.several
    return True


def means_several(noun: Token) -> bool:
    """Tell whether a noun means more than one: "the two lawmakers", "the couple"."""
    return noun.tag_ in ("NNS", "NNPS", "CD", "DT") or noun.lower_ in _COLLECTIVE


def _mention_values(
    reading: Reading, token: Token, mention: tuple[int, int], pronoun: str | None, noun: str
) -> dict[str, float]:
    doc = reading.doc
    first = doc[mention[0]]
    values: dict[str, float] = {f"pronoun {pronoun}": 1.0} if pronoun else {"description": 1.0}
    if pronoun is None:
        values["person noun"] = noun in lexicon.person_nouns() or noun_gender(noun) is not None
        values["body noun"] = noun in lexicon.ORGANIZATION_NOUNS
        values["document noun"] = noun in lexicon.DOCUMENT_NOUNS
        values["plural noun"] = token.tag_ in ("NNS", "NNPS")
        values["definite"] = first.lower_ in ("the", "this", "that", "these", "those")
        values["possessed"] = first.tag_ == "PRP$" or any(t.dep_ == "poss" for t in doc[mention[0] : token.i])
        values["modified"] = token.i - mention[0] > 1 or mention[1] - token.i > 1
    values["mention subject"] = is_subject(token)
    values["mention in marks"] = reading.token_span[token.i] >= 0
    start = reading.paragraph_tokens[reading.token_paragraph[token.i]][0]
    values["opens paragraph"] = not any(t.is_alpha for t in doc[start : mention[0]])
    values["behind a quote"] = any(
        reading.token_span[i] >= 0 for i in range(max(start, mention[0] - 4), mention[0])
    )
    return values


def _sentence_before(reading: Reading, at: int) -> tuple[int, int]:
    """The words of the sentence before, in the same paragraph or the one above."""
    sentence = reading.token_sentence[at]
    end = at
    while end > 0 and reading.token_sentence[end - 1] == sentence:
        end -= 1
    start = end
    while start > 0 and reading.token_sentence[start - 1] == sentence - 1:
        start -= 1
    return start, end
