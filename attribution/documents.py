"""Whose words a document speaks: of a letter, a report or a poll, who wrote, sent or held it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from spacy.tokens import Doc, Token

from attribution import lexicon
from attribution.antecedents import Document
from attribution.people import Cast, Entity, noun_gender
from attribution.phrases import is_pronoun, object_of, phrase_of, subject_of
from attribution.resolved import UNRESOLVED, Resolution, Spoken, as_described, as_named, text_of

#: Earlier places of a noun looked at for one mention; the nearest tell.
MAX_EARLIER: Final = 4
# How often the words to which so many agreed are those of the poll spoken of last; set by hand.
_POLLED: Final = 0.65
# Who answers a pollster's questions, and what they are asked for.
_SHARES: Final = frozenset(["percent", "%", "per", "majority", "half", "third", "quarter", "plurality"])
_POLLS: Final = frozenset(["poll", "survey"])
# What stands behind "of" is what these are about, not whose they are.
_ABOUT: Final = frozenset(
    ["account", "analysis", "draft", "poll", "record", "review", "story", "study", "survey", "video"]
)
# "said in a statement", as against "replied to a statement".
_IN_A_DOCUMENT: Final = frozenset(["in", "through", "via"])

Resolve = Callable[[int, tuple[int, int], Sequence[Spoken]], Resolution]


class Authors:
    """Tells of one article's documents whose they are.

    Args:
        doc: the article.
        cast: who is named in it.
        nouns: where each common noun stands, by its lemma, in order.
        resolve: resolves the mention of an owner or a sender.
    """

    def __init__(self, doc: Doc, cast: Cast, nouns: Mapping[str, Sequence[int]], resolve: Resolve) -> None:
        self._doc = doc
        self._cast = cast
        self._nouns = nouns
        self._resolve = resolve
        self._documents: list[Document] | None = None

    def earlier_author(self, document: Token, noun: str) -> Resolution | None:
        """Whose "the statement" is: the last one of that noun whose author the article tells."""
        places = self._nouns.get(noun, [])
        for at in reversed(places[: bisect_left(places, document.i)][-MAX_EARLIER:]):
            earlier = self._doc[at]
            found = self.author(earlier) or self._issuer(earlier)
            if found is not None:
                return found
        return None

    def _issuer(self, document: Token) -> Resolution | None:
        """Who "said in a statement" or "released a report"."""
        verb = document.head
        if document.dep_ == "pobj" and verb.dep_ == "prep" and verb.lower_ in _IN_A_DOCUMENT:
            verb = verb.head
        elif document.dep_ != "dobj" or verb.lemma_ not in lexicon.ISSUING_VERBS:
            return None
        if not verb.tag_.startswith("VB"):
            return None
        found = subject_of(verb)
        return self._issued_by(found[0]) if found is not None else None

    def _issued_by(self, subject: Token) -> Resolution | None:
        entity = self._named(subject.i)
        if entity is not None:
            person = as_named(self._doc, entity, entity.mentions.get(subject.i, (subject.i, subject.i + 1)))
            return Resolution(person.speaker, entity, person.chain, "description", 0.7)
        mention = phrase_of(subject)
        if is_pronoun(subject) and subject.lower_ in lexicon.THIRD:
            meant = self._resolve(subject.i, mention, ())
            if meant.speaker is None:
                return None
            chain = (mention, *meant.chain)
            return Resolution(meant.speaker, meant.entity, chain, "description", 0.7 * meant.strength)
        if subject.tag_ in ("NN", "NNS") and subject.lemma_.lower() not in lexicon.DOCUMENT_NOUNS:
            return replace(as_described(text_of(self._doc, mention), "unnamed"), chain=(mention,))
        return None

    def is_share(self, token: Token, mention: tuple[int, int]) -> bool:
        """Tell whether a mention is a share of those who were asked ("52 percent of registered voters")."""
        return any(t.lower_ in _SHARES for t in (token, self._doc[mention[0]])) or (
            token.tag_ == "CD" and token.ent_type_ == "PERCENT"
        )

    def pollster(self, token: Token) -> Resolution:
        """Whose the words are to which so many agreed: those of the poll that was spoken of last."""
        polls = [d for d in self.issued() if d.token < token.i and d.noun in _POLLS]
        if not polls:
            return UNRESOLVED
        entity, at = polls[-1].author, polls[-1].token
        person = as_named(self._doc, entity, (at, at + 1))
        return Resolution(person.speaker, entity, ((at, at + 1), *person.chain), "description", _POLLED)

    def author(self, document: Token) -> Resolution | None:
        """Whose document it is: "the ministry's report", "a Gazette article", "a letter from Ada Obi"."""
        noun = document.lemma_.lower()
        if noun not in lexicon.DOCUMENT_NOUNS:
            return None
        for child in document.children:
            belongs = child.dep_ == "poss" or (
                child.dep_ in ("compound", "nmod") and child.ent_type_ in ("ORG", "PERSON")
            )
            target: Token | None = child if belongs else None
            of = child.lower_ == "of" and noun not in _ABOUT
            if child.dep_ in ("prep", "agent") and (child.lower_ in ("by", "from") or of):
                target = object_of(child)
            elif child.dep_ == "acl" and child.lemma_ in lexicon.ISSUING_VERBS:
                # "a report released on Monday by the trust"
                by = next((c for c in child.children if c.dep_ == "agent" or c.lower_ == "by"), None)
                target = object_of(by) if by is not None else None
            entity = self._named(target.i) if target is not None else None
            if entity is None and child.dep_ == "compound" and child.tag_ == "NNP":
                entity = self._body_called(child.text)
            if entity is not None:
                at = target.i if target is not None else child.i
                author = as_named(self._doc, entity, entity.mentions.get(at, (at, at + 1)))
                return Resolution(author.speaker, entity, author.chain, "description", 0.8)
            if target is not None and target is not child and target.tag_ in ("NN", "NNS"):
                sender = self._sender(target)
                if sender is not None:
                    return sender
            if child.dep_ == "poss" and target is not None:
                owner = self._owner(target)
                if owner is not None:
                    return owner
        return None

    def _sender(self, sender: Token) -> Resolution | None:
        """Who wrote "a letter from his doctor", who is not named."""
        noun = sender.lemma_.lower()
        if noun not in lexicon.person_nouns() and noun_gender(sender.lower_) is None:
            return None
        mention = phrase_of(sender)
        meant = self._resolve(sender.i, mention, ())
        if meant.speaker is None:
            return None
        chain = (mention, *meant.chain)
        return Resolution(meant.speaker, meant.entity, chain, "description", 0.8 * meant.strength)

    def _owner(self, owner: Token) -> Resolution | None:
        """Whose "her letter" or "the party's bylaws" is."""
        mention = phrase_of(owner)
        if owner.lower_ not in lexicon.THIRD and owner.lemma_.lower() not in lexicon.ORGANIZATION_NOUNS:
            return None
        meant = self._resolve(owner.i, mention, ())
        if meant.entity is None or meant.speaker is None:
            return None
        chain = (mention, *meant.chain)
        return Resolution(meant.speaker, meant.entity, chain, "description", 0.8 * meant.strength)

    def _named(self, at: int) -> Entity | None:
        """Who is named at a word; all of them, where it begins a list of several."""
        return self._cast.together.get(at) or self._cast.by_token.get(at)

    def _body_called(self, word: str) -> Entity | None:
        """The one body whose name ends in a word: "a Times article" is The New York Times's."""
        fits = [e for e in self._cast.entities if e.type == "organization" and e.name.split()[-1:] == [word]]
        return fits[0] if len(fits) == 1 else None

    def issued(self) -> list[Document]:
        """The article's documents whose authors it names, in order; read once."""
        if self._documents is None:
            self._documents = []
            places = sorted((i, n) for n in lexicon.DOCUMENT_NOUNS for i in self._nouns.get(n, ()))
            for at, noun in places:
                token = self._doc[at]
                found = self.author(token) or self._issuer(token)
                if found is not None and found.entity is not None:
                    self._documents.append(Document(at, noun, found.entity))
        return self._documents
