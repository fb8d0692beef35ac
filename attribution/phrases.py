"""Small questions about one parse: who is the subject of this verb, how far does this noun phrase go.

Labels are those of spaCy's official English pipelines (ClearNLP dependencies, Penn tags).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from spacy.tokens import Span, Token

from attribution import lexicon

SUBJECT: Final = frozenset(["nsubj", "nsubjpass"])
# Dependents that belong to the name of a thing, not to what is said about it.
_LEFT: Final = frozenset(["det", "amod", "compound", "poss", "nummod", "nmod", "quantmod", "predet"])
_NAMES: Final = frozenset(["PERSON", "ORG", "GPE", "NORP", "LOC", "FAC"])
NOMINAL: Final = frozenset(["NN", "NNS", "NNP", "NNPS", "PRP", "WP", "CD", "DT", "JJ", "JJS", "JJR", "WDT"])
RELATIVE: Final = frozenset(["who", "that", "which", "whom"])
# A reporting clause that hangs on another verb says nothing new about who speaks.
_INHERITING: Final = frozenset(["conj", "xcomp", "advcl", "pcomp", "ccomp", "prep", "dep", "parataxis"])
_MAX_CLIMB: Final = 6
# Words of a prepositional phrase that still belong to a source; of a longer one, the thing that it names.
_LONGEST_PHRASE: Final = 8
ONE: Final = frozenset(["a", "an", "another", "one"])
# "said by telephone": how something was said, not who said it.
_CHANNELS: Final = frozenset(
    ["phone", "telephone", "email", "e-mail", "mail", "fax", "text", "video", "radio"]
)


def is_pronoun(token: Token) -> bool:
    """Tell whether a word is a personal or possessive pronoun."""
    return token.tag_ in ("PRP", "PRP$") or token.lower_ in lexicon.PERSONAL


def entity_at(token: Token) -> Span | None:
    """Return the named entity that holds a token, or ``None``."""
    if not token.ent_type_:
        return None
    start = end = token.i
    doc = token.doc
    while start > 0 and doc[start].ent_iob_ == "I":
        start -= 1
    while end + 1 < len(doc) and doc[end + 1].ent_iob_ == "I":
        end += 1
    return Span(doc, start, end + 1, label=token.ent_type)


def named(token: Token, labels: frozenset[str] = _NAMES) -> Span | None:
    """Return the entity at a token if its label is one of ``labels``."""
    if token.ent_type_ not in labels:
        return None
    return entity_at(token)


def subject_of(verb: Token, within: Callable[[Token], bool] = lambda _: True) -> tuple[Token, str] | None:
    """Find who does what a verb says.

    Args:
        verb: the verb.
        within: tells which words can be a subject at all; a parser that is led astray by quote marks
            hangs words of the quote on the verb that reports it.

    Returns:
        The head token of the subject and how it was found: ``subject``, ``passive``, ``agent``,
        ``relative`` (the noun that a relative clause hangs on), ``modified`` (the noun that a participle
        hangs on) or ``inherited`` (the subject of the governing clause); ``None`` where there is none.
    """
    current = verb
    for step in range(_MAX_CLIMB):
        # The subject next to the verb: of two, the other is the parser's mistake.
        for child in sorted(current.children, key=lambda c: abs(c.i - current.i)):
            if child.dep_ in SUBJECT and not child.is_space and within(child):
                if child.lower_ in RELATIVE and current.dep_ == "relcl":
                    return current.head, "relative"
                if child.lower_ in RELATIVE and current.head is not current and current.head.dep_ == "relcl":
                    return current.head.head, "relative"
                passive = child.dep_ == "nsubjpass"
                if passive:
                    agent = _agent(current)
                    if agent is not None and step == 0:
                        return agent, "agent"
                return child, ("passive" if passive else "subject") if step == 0 else "inherited"
        agent = _agent(current)
        if agent is not None and step == 0:
            return agent, "agent"
        if current.dep_ == "acl" and current.head.tag_ in NOMINAL:
            return current.head, "modified"
        if current.dep_ == "relcl" and current.head.tag_ in NOMINAL and step == 0:
            return None
        if current.dep_ not in _INHERITING or current.head is current:
            return None
        current = current.head
    return None


def is_subject(token: Token) -> bool:
    """Tell whether a word is a verb's subject, also where it stands behind the verb that reports.

    "The bridge will open, noted the town's Marta Lund": parsers take her for what is noted.
    """
    if token.dep_ in SUBJECT:
        return True
    verb = token.head
    return (
        token.dep_ == "dobj"
        and token.i > verb.i
        and verb.tag_ in ("VBD", "VBZ", "VBP")
        and any(child.dep_ == "ccomp" and child.i < verb.i for child in verb.children)
        and not any(child.dep_ in SUBJECT for child in verb.children)
    )


def _agent(verb: Token) -> Token | None:
    for child in verb.children:
        if child.dep_ == "agent":
            agent = object_of(child)
            if agent is not None and agent.lemma_.lower() not in _CHANNELS:
                return agent
    return None


def object_of(preposition: Token) -> Token | None:
    """Return the head token of what a preposition stands before ("by **Ada Obi**"), or ``None``."""
    return next((child for child in preposition.children if child.dep_ == "pobj"), None)


def phrase_of(head: Token) -> tuple[int, int]:
    """How far the words go that name a source.

    Returns:
        Half-open token range: the entity for a name, the word for a pronoun, else the noun with what
        stands before it and its prepositional phrases ("a spokeswoman for the port authority").
    """
    entity = named(head)
    if entity is not None and not is_one_of_many(head):
        return trimmed(entity)
    if head.tag_ in ("PRP", "WP", "DT", "WDT", "EX"):
        return head.i, head.i + 1
    start = end = head.i
    for child in head.lefts:
        if child.dep_ in _LEFT and head.i - child.left_edge.i <= 12:
            start = min(start, child.left_edge.i)
    while start < head.i and (head.doc[start].is_punct or head.doc[start].is_space):
        start += 1
    end = max(_prepositions_end(head, end), head.i)
    while end > head.i and head.doc[end].tag_ in ("CC", "IN", ",", "POS", "TO"):
        end -= 1
    return start, end + 1


def is_one_of_many(head: Token) -> bool:
    """Tell whether the name of a people or a party means one of its members ("another Ohio Republican")."""
    return (
        head.ent_type_ == "NORP"
        and (head.tag_ in ("NN", "NNP") or (head.tag_ == "JJ" and head.dep_ in SUBJECT))
        and any(child.dep_ in ("det", "nummod") and child.lower_ in ONE for child in head.lefts)
    )


def _prepositions_end(head: Token, end: int) -> int:
    for child in head.rights:
        # "a source close to the board"
        behind = child.dep_ == "prep" or (child.tag_ == "JJ" and child.dep_ in ("amod", "acl"))
        if behind and child.i == end + 1:
            tokens = head.doc[child.i : min(child.right_edge.i, child.i + _LONGEST_PHRASE) + 1]
            long = child.right_edge.i - child.i > _LONGEST_PHRASE
            if long or any(t.is_quote or t.is_space or t.text in ",;:—–" for t in tokens):
                named_thing = object_of(child)
                if child.dep_ != "prep":
                    break
                if named_thing is not None and not long:
                    end = max(end, phrase_of(named_thing)[1] - 1)
                elif named_thing is not None and named_thing.i - child.i <= _LONGEST_PHRASE:
                    end = max(end, named_thing.i)
                break
            end = child.right_edge.i
    return end


def trimmed(entity: Span) -> tuple[int, int]:
    """Drop a possessive ending and white space from an entity's edges; half-open token range."""
    start, end = entity.start, entity.end
    while end - 1 > start and (
        entity.doc[end - 1].tag_ == "POS"
        or entity.doc[end - 1].is_space
        or (entity.doc[end - 1].is_punct and entity.doc[end - 1].text not in (".", ")"))
    ):
        end -= 1
    while start < end - 1 and (entity.doc[start].is_space or entity.doc[start].is_quote):
        start += 1
    return start, end


def named_source(head: Token, mention: tuple[int, int]) -> tuple[Token, tuple[int, int]]:
    """Return the name that stands beside a description in its place; a name itself is left as it is."""
    beside = apposed_name(head) if head.ent_type_ != "PERSON" else None
    if beside is None:
        return head, mention
    start, end = trimmed(beside)
    return head.doc[end - 1], (start, end)


def _office_holder(head: Token) -> Span | None:
    """The person of "Secretary of State Ada Obi", which parsers take for a secretary of hers.

    "Friends of Ada Obi" and "Friends of Senator Ada Obi" are somebody else's words: there, nothing or another
    title stands before the name.
    """
    doc = head.doc
    end = phrase_of(head)[1]
    if not head.text[:1].isupper() or head.i + 3 >= end or doc[head.i + 1].lower_ not in ("of", "for"):
        return None
    name = named(doc[end - 1], frozenset(["PERSON"]))
    if name is None or name.start <= head.i + 2:
        return None
    between = doc[head.i + 2 : name.start]
    if any(lexicon.title_of(t.text) or t.lower_ in lexicon.person_nouns() for t in between):
        return None
    plain = all(t.text[:1].isupper() or t.lower_ in ("of", "for", "the", "and") for t in between)
    return name if plain else None


def apposed_name(head: Token, labels: frozenset[str] = frozenset(["PERSON"])) -> Span | None:
    """Return the name that stands beside a description ("the commissioner, Ada Obi"), or ``None``."""
    for child in head.children:
        if child.dep_ == "appos":
            name = named(child, labels)
            if name is not None:
                return name
    if head.dep_ == "appos":
        return named(head.head, labels)
    holder = _office_holder(head)
    if holder is not None and holder.label_ in labels:
        return holder
    # "his running mate, Ada Obi, said": the parser often misses it, the commas do not.
    if head.tag_ == "NN":
        at = phrase_of(head)[1]
        if at + 1 < len(head.doc) and head.doc[at].text == ",":
            at += 1
        if at < len(head.doc) and head.doc[at].ent_iob_ == "B":
            return named(head.doc[at], labels)
    return None
