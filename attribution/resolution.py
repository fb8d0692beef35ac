"""From a mention to the speaker: names, surnames, pronouns, descriptions, sources never named.

Where the article does not tell, the answer is no speaker, not the nearest name.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Final

import numpy as np
from spacy.tokens import Token

from attribution import lexicon
from attribution.antecedents import Antecedents, describe, means_several
from attribution.documents import MAX_EARLIER, Authors
from attribution.models import Speaker
from attribution.networks import Judgement
from attribution.people import Cast, Entity, EntityType, campaigner, noun_gender
from attribution.phrases import (
    apposed_name,
    is_one_of_many,
    is_pronoun,
    is_subject,
    phrase_of,
)
from attribution.reading import Reading
from attribution.resolved import (
    UNRESOLVED,
    Chains,
    Resolution,
    Spoken,
    as_described,
    as_named,
    fullest_mention,
    text_of,
)

# Weights of what makes a name the antecedent of a pronoun, in log-odds. Set by hand from the common
# findings on salience in news (recency, subjecthood, the speaker who is already talking), then checked.
PER_PARAGRAPH: Final = -1.0
PER_SENTENCE: Final = -0.3
SUBJECT_BONUS: Final = 1.2
# "Ms Obi condemned what she called …": the subject of the very sentence.
SAME_SENTENCE: Final = 1.0
INSIDE_MARKS: Final = -1.8
SPEAKING: Final = 1.6
SPEAKING_BEFORE: Final = 0.7
GENDER_KNOWN: Final = 0.8
# First names only suggest a gender ("Terry", "Robin"); titles and role nouns tell it and exclude.
GENDER_AGAINST_NAME: Final = -2.0
FREQUENCY: Final = 0.25
SAME_PHRASE: Final = -0.8
# Speakers hardly ever say their own names: who is named inside a quote is not the "he" who said it.
NAMED_IN_QUOTE: Final = -2.5
# Names farther back than this are not what a pronoun means in news prose.
MAX_PARAGRAPHS_BACK: Final = 5
# A description that only salience resolves must be at least this likely.
MIN_DESCRIPTION: Final = 0.4
# And for a body of which only salience tells which one it is.
MIN_BODY: Final = 0.5
# Less likely than this is no antecedent.
MIN_ANTECEDENT: Final = 0.3
# The coreference model, slow as it is, is asked only where the network is less sure than this; being in one
# chain adds log-odds, set by hand.
UNSURE: Final = 0.4
COREFERENCE: Final = 0.7
# What a pronoun of the other gender leaves of a person's weight, where only the first name or a few
# pronouns tell the gender; set by hand.
AGAINST_NAME: Final = 0.1
# What "they" and "the couple" leave of the weight of a single person; set by hand.
AGAINST_NUMBER: Final = 0.1
# "Her lawyer" gets her name where it is at least this sure who she is.
SURE_OWNER: Final = 0.6
# How often a description of nobody named is rightly left as it stands, at least.
UNNAMED: Final = 0.7
# How often the several whom a sentence is about are the "they" of the next; set by hand.
SEVERAL: Final = 0.65
MAX_SENTENCES_BACK: Final = 2
# Descriptions before a mention that it can go on about: more than an article of news has.
MAX_DESCRIBED: Final = 60
MAX_WORDS_BACK: Final = 90

_INDEFINITE: Final = frozenset(
    ["a", "an", "another", "one", "some", "several", "many", "few", "two", "three"]
)
# Members whom names' types take for their party.
_MEMBERS: Final = frozenset(["democrat", "republican", "socialist", "conservative", "libertarian", "liberal"])

_UNKNOWN: Final = Entity("person")


class Resolver:
    """Resolves the mentions of one article."""

    def __init__(
        self,
        reading: Reading,
        cast: Cast,
        judgement: Judgement,
        chains: Callable[[int], Chains] | None = None,
    ) -> None:
        self._reading = reading
        self._cast = cast
        self._judgement = judgement
        self._chains = chains
        self._weighed: dict[tuple[int, int], tuple[Antecedents, list[float]]] = {}
        self._by_rule: dict[tuple[int, tuple[int, int]], Resolution] = {}
        self._described_as: dict[int, Entity] = {}
        self._heads = list(cast.described)
        self._unnamed_by_noun: dict[tuple[str, bool], Entity] = {}
        self._named_in: dict[int, set[int]] = {}
        self._nouns = _noun_places(reading)
        self._authors = Authors(reading.doc, cast, self._nouns, self.resolve)
        # How many sentences have begun outside quote marks before each word.
        begun = (
            int(bool(t.is_sent_start) and span < 0)
            for t, span in zip(reading.doc, reading.token_span, strict=True)
        )
        self._begun = list(accumulate(begun, initial=0))

    def resolve(self, head: int, mention: tuple[int, int], spoken: Sequence[Spoken]) -> Resolution:
        """Resolve one mention.

        Args:
            head: index of the mention's head token.
            mention: its half-open token range.
            spoken: the quotes before this one with their speakers, in order.
        """
        token = self._reading.doc[head]
        low = token.lower_
        if low in lexicon.FIRST or low in lexicon.SECOND:
            return UNRESOLVED
        pronoun = is_pronoun(token)
        if not pronoun and self.is_named(head, mention):
            named = as_named(self._reading.doc, self._cast.by_token[head], mention)
            return replace(named, strength=self._cast.sureness.get(head, named.strength))
        if token.tag_ in ("WP", "WDT", "EX") or low in ("that", "this", "which", "there"):
            return UNRESOLVED
        author = None if pronoun else self._authors.author(token)
        if author is not None:
            return author
        if not pronoun and self._authors.is_share(token, mention):
            return self._authors.pollster(token)
        member = self._is_member(token, mention, self._cast.by_token.get(head))
        if not member and self._is_proper(token, mention):
            # A name that nobody knows stands for itself, not for somebody named before.
            return self._described_by_rule(token, mention)
        found, weights = self._weigh(token, mention, spoken)
        meant = self._meant(found, weights, mention, pronoun)
        if meant is None and not pronoun:
            return self._unnamed(token, mention, found, weights[-1])
        return meant or self._several(token) or UNRESOLVED

    def _meant(
        self, found: Antecedents, weights: Sequence[float], mention: tuple[int, int], pronoun: bool
    ) -> Resolution | None:
        """Whom a pronoun or a description means; ``None`` where it is nobody named."""
        best = max(range(len(weights)), key=lambda i: weights[i])
        if best == len(found.entities) or weights[best] < MIN_ANTECEDENT:
            return None
        entity = found.entities[best]
        nearest = entity.mentions[int(found.places[best][0])]
        named = as_named(self._reading.doc, entity, nearest)
        chain = named.chain if nearest == mention else (nearest, *named.chain)
        if pronoun:
            return Resolution(named.speaker, entity, chain, "pronoun", weights[best])
        return Resolution(named.speaker, entity, chain, "description", weights[best])

    def _weigh(
        self, token: Token, mention: tuple[int, int], spoken: Sequence[Spoken]
    ) -> tuple[Antecedents, list[float]]:
        """Weigh whom a mention can mean; remembered until another quote before it is decided."""
        before = bisect_left(spoken, token.i, key=lambda s: s.token)
        key = (token.i, before)
        if key not in self._weighed:
            found = self.antecedents(token.i, mention, spoken[:before])
            weights = self._judgement.antecedents((token.i, mention[0]), found.places, found.rows)
            weights = weights * self._allowed(token, mention, found.entities)
            weights /= weights.sum()
            # The coreference model links no descriptions, and is by far the slowest to ask.
            if len(found.entities) and max(weights) < UNSURE and is_pronoun(token):
                weights = weights * np.exp([COREFERENCE * c for c in self._chained(token.i, found.entities)])
                weights /= weights.sum()
            self._weighed[key] = found, [float(w) for w in weights]
        return self._weighed[key]

    def _allowed(self, token: Token, mention: tuple[int, int], entities: Sequence[Entity]) -> list[float]:
        """What is left of each one's weight, whatever the network says; "nobody" comes last and keeps all.

        "She" is hardly ever a Viktor. "An aide" is somebody new, "the driver, who asked not to be named," is
        left unnamed, and neither "Ms Obi's lawyer" nor "her lawyer" is Ms Obi.
        """
        everybody = [1.0] * (len(entities) + 1)
        if is_pronoun(token):
            gender = lexicon.pronoun_gender(token.lower_)
            if token.lower_ in lexicon.PLURAL:
                return [*(AGAINST_NUMBER if _is_one_person(e) else 1.0 for e in entities), 1.0]
            if gender is None:
                return everybody
            other = "f" if gender == "m" else "m"
            return [*(AGAINST_NAME if e.gender == other else 1.0 for e in entities), 1.0]
        first = self._reading.doc[mention[0]]
        if first.lower_ in _INDEFINITE or self._wants_no_name(token):
            return [0.0] * len(entities) + [1.0]
        if means_several(token):
            return [*(AGAINST_NUMBER if _is_one_person(e) else 1.0 for e in entities), 1.0]
        noun = token.lemma_.lower()
        # Neither is "her office".
        somebodys = noun in lexicon.person_nouns() or noun in lexicon.ORGANIZATION_NOUNS
        if not somebodys and noun_gender(noun) is None:
            return everybody
        others = {id(self._cast.by_token[i]) for i in range(*mention) if i in self._cast.by_token}
        if first.tag_ == "PRP$":
            owner = self.resolve(first.i, (first.i, first.i + 1), ()).entity
            others.add(id(owner))
        return [*(float(id(e) not in others) for e in entities), 1.0]

    def _unnamed(
        self, token: Token, mention: tuple[int, int], found: Antecedents, nobody: float
    ) -> Resolution:
        """A description of nobody whom the article names; plain rules still know a document's author."""
        described = self._described_as.get(token.i)
        if described is not None and described.described:
            return replace(as_named(self._reading.doc, described, mention), strength=UNNAMED)
        campaign = self._campaign(token)
        if campaign is not None:
            return campaign
        by_rule = self._described_by_rule(token, mention)
        named_so = by_rule.entity is not None and token.lower_ in by_rule.entity.name.lower().split()
        if not named_so and by_rule.entity is not None and any(by_rule.entity is e for e in found.entities):
            by_rule = as_described(self._text_with_owner(mention), "unnamed")
        if by_rule.method == "unnamed":
            return replace(by_rule, strength=max(UNNAMED, nobody))
        return by_rule

    def _several(self, token: Token) -> Resolution | None:
        """Whom "they" means where it is no one person or body: the several of the sentences before."""
        if token.lower_ != "they":
            return None
        reading = self._reading
        here = reading.token_sentence[token.i]
        for t in reversed(reading.doc[max(0, token.i - MAX_WORDS_BACK) : token.i]):
            apart = reading.token_paragraph[token.i] - reading.token_paragraph[t.i]
            if here - reading.token_sentence[t.i] > MAX_SENTENCES_BACK or apart > 1:
                return None
            if not is_subject(t) or reading.token_span[t.i] >= 0 or t.lower_ in lexicon.PLURAL:
                continue
            pair = self._cast.together.get(t.i)
            if pair is not None and pair.type == "person":
                named = as_named(reading.doc, pair, pair.mentions[t.i])
                chain = (pair.mentions[t.i],)
                return replace(named, chain=chain, method="pronoun", strength=SEVERAL)
            if (
                t.tag_ == "NNS"
                and t.lemma_.lower() in lexicon.person_nouns()
                and t.i not in self._cast.by_token
            ):
                mention = phrase_of(t)
                described = as_described(text_of(self._reading.doc, mention), "unnamed")
                return replace(described, chain=(mention,), method="pronoun", strength=SEVERAL)
            if t.tag_ in ("NNP", "NNPS") or t.i in self._cast.by_token:
                return None
        return None

    def _campaign(self, token: Token) -> Resolution | None:
        """ "Ada Obi's campaign", "her campaign": a body that news names after the candidate."""
        owner = campaigner(token)
        if owner is None:
            return None
        whose = self.resolve(owner.i, (owner.i, owner.i + 1), ())
        candidate = whose.entity
        if candidate is None or candidate.type != "person" or candidate.described or candidate.several:
            return None
        called = f"{candidate.surname} campaign".lower()
        body = next((e for e in self._cast.entities if called in e.name.lower()), None)
        if body is not None:
            return Resolution(Speaker(body.name, "organization"), body, (), "description", whose.strength)
        name = f"{candidate.name} campaign"
        return Resolution(Speaker(name, "organization"), None, whose.chain, "description", whose.strength)

    def entity_at(self, word: int) -> Entity | None:
        """Return the person or body whose name holds a word."""
        return self._cast.by_token.get(word)

    def is_named(self, head: int, mention: tuple[int, int]) -> bool:
        """Tell whether a mention is itself a name."""
        entity = self._cast.by_token.get(head)
        return entity is not None and not self._is_member(self._reading.doc[head], mention, entity)

    def antecedents(self, head: int, mention: tuple[int, int], spoken: Sequence[Spoken]) -> Antecedents:
        """Describe whom a pronoun or a description can mean, for the network that weighs them."""
        token = self._reading.doc[head]
        low = token.lower_
        quoted: set[int] = self._named_inside(self._reading.token_paragraph[head])
        if is_pronoun(token):
            options = self._antecedents(token, lexicon.pronoun_gender(low), low, spoken)
            choice = _likeliest(options)[0] if options else None
        else:
            options = self._antecedents(token, noun_gender(low), "the", spoken)
            choice = self._described_by_rule(token, mention).entity
        scores = {entity: score for entity, (score, _) in options.items()}
        entities = self._entities(head)
        return describe(
            self._reading,
            token,
            mention,
            entities,
            spoken,
            quoted,
            scores,
            choice,
            self._authors.issued(),
        )

    def resolve_label(self, mention: tuple[int, int]) -> Resolution:
        """Resolve a transcript's label or a sign-off, which is a name whatever the tagger says."""
        doc = self._reading.doc
        text = " ".join(doc[mention[0] : mention[1]].text.split()).strip(' :"“.')
        words = [w for w in text.split() if not lexicon.title_of(w)] or text.split()
        last = words[-1].lower()
        fits = [e for e in self._cast.people() if e.name.lower().split()[-1] == last]
        if len(words) > 1:
            fits = [e for e in fits if e.name.lower().split()[0] == words[0].lower()] or fits
        if fits:
            named = as_named(self._reading.doc, max(fits, key=lambda e: len(e.mentions)), mention)
            if named.speaker is None:
                return named
            return replace(named, speaker=replace(named.speaker, name=_not_in_capitals(named.speaker.name)))
        if not any(c.isalpha() for c in text) or len(words) > 5:
            return UNRESOLVED
        return Resolution(Speaker(_not_in_capitals(" ".join(words)), "person"), None, (), "name", 0.9)

    # --- names ------------------------------------------------------------------------------------------

    # --- what plain rules say ---------------------------------------------------------------------------

    def _antecedents(
        self, token: Token, gender: str | None, low: str, spoken: Sequence[Spoken]
    ) -> dict[Entity, tuple[float, tuple[int, int]]]:
        reading = self._reading
        here = reading.token_paragraph[token.i]
        before = [s for s in spoken if s.token < token.i or s.paragraph <= here]
        found: dict[Entity, tuple[float, tuple[int, int]]] = {}
        newcomer = self._newcomer(token, before, gender, low)
        quoted = self._named_inside(here) if low != "the" else set()
        for entity in self._entities(token.i):
            if not _agrees(entity, gender, low):
                continue
            best: tuple[float, tuple[int, int]] | None = None
            for head, mention in entity.mentions.items():
                if head >= token.i or here - reading.token_paragraph[head] > MAX_PARAGRAPHS_BACK:
                    continue
                score = self._salience(token, head)
                if best is None or score >= best[0]:
                    best = (score, mention)
            bonus = 0.0
            for steps, said in enumerate(reversed(before[-3:])):
                if said.entity is entity and here - said.paragraph <= 2 and said.token >= newcomer:
                    bonus = max(
                        bonus, SPEAKING if steps == 0 and here - said.paragraph <= 1 else SPEAKING_BEFORE
                    )
            if best is None:
                if not bonus:
                    continue
                best = (MAX_PARAGRAPHS_BACK * PER_PARAGRAPH, fullest_mention(self._reading.doc, entity))
            score = best[0] + bonus + FREQUENCY * math.log(len(entity.mentions))
            if gender is not None and entity.gender is not None:
                score += GENDER_KNOWN if entity.gender == gender else GENDER_AGAINST_NAME
            score += NAMED_IN_QUOTE * (id(entity) in quoted)
            found[entity] = (score, best[1])
        return found

    def _newcomer(self, token: Token, spoken: Sequence[Spoken], gender: str | None, low: str) -> int:
        """Where somebody else takes the stage after the last quote, as subject of a sentence; 0 if nobody."""
        if not spoken:
            return 0
        last = spoken[-1]
        taken = [
            head
            for person in self._cast.people()
            if person is not last.entity and _agrees(person, gender, low)
            for head in person.mentions
            if last.token < head < token.i
            and self._reading.token_span[head] < 0
            and is_subject(self._reading.doc[head])
        ]
        return max(taken, default=0)

    def _entities(self, before: int) -> list[Entity]:
        """Everybody who can be meant at a token: who is named, alone or together, and who was described."""
        entities = list(self._cast.entities)
        known = {id(e) for e in entities}
        for head, entity in self._cast.together.items():
            if head < before and id(entity) not in known:
                known.add(id(entity))
                entities.append(entity)
        end = bisect_left(self._heads, before)
        for head in self._heads[max(0, end - MAX_DESCRIBED) : end]:
            if head not in self._described_as:
                # Noted first, so that the description is not resolved to itself.
                mention = self._cast.described[head]
                self._described_as[head] = _UNKNOWN
                self._described_as[head] = entity = self._described(self._reading.doc[head], mention)
                entity.mentions.setdefault(head, mention)
                entity.mentions = dict(sorted(entity.mentions.items()))
            entity = self._described_as[head]
            if entity is not _UNKNOWN and id(entity) not in known:
                known.add(id(entity))
                entities.append(entity)
        return entities

    def _described(self, token: Token, mention: tuple[int, int]) -> Entity:
        """Who or what a description brings in or takes up again; named, or not."""
        campaign = self._campaign(token)
        resolved = campaign or self._description(token, mention)
        if resolved.entity is not None:
            return resolved.entity
        noun = token.lemma_.lower()
        name = resolved.speaker.name if resolved.speaker else "somebody"
        # "The traveller" goes on about "a traveller", "her campaign" about "Ada Obi's".
        several = token.tag_ == "NNS"
        key = (name.lower() if campaign else noun, several)
        taken_up = campaign is not None or (
            mention[1] - mention[0] == 2 and self._reading.doc[mention[0]].lower_ in ("the", "this", "that")
        )
        if taken_up and key in self._unnamed_by_noun:
            return self._unnamed_by_noun[key]
        body = noun in lexicon.ORGANIZATION_NOUNS and not several
        thing = noun in lexicon.ORGANIZATION_NOUNS or noun in lexicon.DOCUMENT_NOUNS
        kind: EntityType = "organization" if thing else "person"
        entity = Entity(kind, described=campaign is None, body=body, several=several)
        entity.forms[name] = 1
        entity.gender = noun_gender(token.lower_)
        self._unnamed_by_noun[key] = entity
        return entity

    def _named_inside(self, paragraph: int) -> set[int]:
        """Identities of the entities that are named inside the quotes of one paragraph."""
        if paragraph not in self._named_in:
            reading = self._reading
            start, end = reading.paragraph_tokens[paragraph]
            self._named_in[paragraph] = {
                id(self._cast.by_token[i])
                for i in range(start, end)
                if reading.token_span[i] >= 0 and i in self._cast.by_token
            }
        return self._named_in[paragraph]

    def _salience(self, token: Token, head: int) -> float:
        reading = self._reading
        doc = reading.doc
        apart = reading.token_paragraph[token.i] - reading.token_paragraph[head]
        score = PER_PARAGRAPH * apart
        if apart == 0:
            score += PER_SENTENCE * (self._begun[token.i] - self._begun[head + 1])
        antecedent = doc[head]
        if is_subject(antecedent):
            score += SUBJECT_BONUS
            score += SAME_SENTENCE * (reading.token_sentence[head] == reading.token_sentence[token.i])
        elif antecedent.dep_ == "poss":
            score += SAME_PHRASE
        if reading.token_span[head] >= 0:
            score += INSIDE_MARKS
        return score

    # --- descriptions -----------------------------------------------------------------------------------

    def _described_by_rule(self, token: Token, mention: tuple[int, int]) -> Resolution:
        """What plain rules make of a description: evidence first, later the fallback, so remembered."""
        key = (token.i, mention)
        if key not in self._by_rule:
            self._by_rule[key] = self._description(token, mention)
        return self._by_rule[key]

    def _text_with_owner(self, mention: tuple[int, int]) -> str:
        """A description's words; "his doctor" as "Ada Obi's doctor" where it is told whose."""
        doc = self._reading.doc
        text = text_of(doc, mention)
        first = doc[mention[0]]
        if first.tag_ != "PRP$" or first.lower_ not in lexicon.THIRD or " " not in text:
            return text
        owner = self.resolve(first.i, (first.i, first.i + 1), ())
        if owner.entity is None or owner.entity.described or owner.strength < SURE_OWNER:
            return text
        gender = lexicon.pronoun_gender(first.lower_)
        if gender is not None and owner.entity.gender not in (None, gender):
            return text
        return f"{owner.entity.name}'s {text.split(' ', 1)[1]}"

    def _description(self, token: Token, mention: tuple[int, int]) -> Resolution:
        doc = self._reading.doc
        phrase = doc[mention[0] : mention[1]]
        noun = token.lemma_.lower() if token.tag_ in ("NN", "NNS") else token.lower_
        member = self._is_member(token, mention, self._cast.by_token.get(token.i))
        if member:
            noun = token.lower_
        first = phrase[0]
        text = self._text_with_owner(mention)
        if not any(c.isalpha() for c in text):
            return UNRESOLVED
        definite = first.lower_ in ("the", "this", "that") or first.tag_ in ("PRP$",) or first.dep_ == "poss"
        unnamed = self._wants_no_name(token) or self._introduced_unnamed(token, noun)
        if token.tag_ in ("NN", "NNP") and definite and not unnamed:
            person = self._role_holder(token, noun, mention) or self._salient_person(token, noun, mention)
            if person is not None:
                named = as_named(self._reading.doc, person[0], person[1])
                return Resolution(
                    named.speaker, person[0], (person[1], *named.chain), "description", person[2]
                )
        if self._is_proper(token, mention):
            return self._unknown_name(token, mention, text)
        if noun in lexicon.ORGANIZATION_NOUNS and token.tag_ != "NNS":
            body = (
                (self._body(token, noun, mention) or self._salient_body(token, mention)) if definite else None
            )
            if body is not None:
                named = as_named(self._reading.doc, body, mention)
                return Resolution(named.speaker, body, named.chain, "description", 0.7)
            return as_described(text, "organization")
        if noun in lexicon.DOCUMENT_NOUNS:
            author = self._authors.author(token) or (
                self._authors.earlier_author(token, noun) if definite else None
            )
            if author is not None:
                return author
            return as_described(text, "unnamed")
        if member:
            return as_described(text, "unnamed")
        if token.tag_ in ("NNP", "NNPS"):
            return self._unknown_name(token, mention, text)
        if token.tag_ in ("NN", "NNS", "CD", "DT", "JJ", "JJR", "JJS"):
            return as_described(text, "unnamed")
        return UNRESOLVED

    def _unknown_name(self, token: Token, mention: tuple[int, int], text: str) -> Resolution:
        """A name that was not found as one: the only person of that surname, else a body."""
        namesakes = [p for p in self._cast.people() if p.name.split()[-1] == token.text]
        if len(namesakes) == 1:
            return as_named(self._reading.doc, namesakes[0], mention)
        return Resolution(Speaker(_without_article(text), "organization"), None, (), "name", 0.6)

    def _is_proper(self, token: Token, mention: tuple[int, int]) -> bool:
        """Tell whether a mention is a name that no one found: all in capitals but "the", and no office."""
        if token.tag_ not in ("NNP", "NNPS") or token.lower_ in lexicon.person_nouns():
            return False
        if lexicon.title_of(token.text):
            return False
        words = [t for t in self._reading.doc[mention[0] : mention[1]] if t.is_alpha and t.lower_ != "the"]
        return all(t.text[:1].isupper() for t in words)

    def _is_member(self, token: Token, mention: tuple[int, int], entity: Entity | None) -> bool:
        """ "The Republican said", "another Ohio Republican": one of a party or people, not the party."""
        if is_one_of_many(token):
            return True
        first = self._reading.doc[mention[0] - 1 if mention[0] else 0]
        inside = self._reading.doc[mention[0]]
        return (
            entity is not None
            and entity.type == "organization"
            and (token.ent_type_ == "NORP" or token.lower_ in _MEMBERS)
            and token.tag_ in ("NNP", "NN")
            and not token.lower_.endswith("s")
            and "the" in (first.lower_, inside.lower_)
        )

    def _role_holder(
        self, token: Token, noun: str, mention: tuple[int, int]
    ) -> tuple[Entity, tuple[int, int], float] | None:
        """Whom "the harbour commissioner" means: the person whom the article ties to that role."""
        doc = self._reading.doc
        modifiers = {
            t.lower_
            for t in doc[mention[0] : token.i]
            if t.is_alpha and t.dep_ in ("compound", "amod", "nmod", "poss")
        }
        # A phrase with somebody's name in it is about another person: "the Obi spokesman".
        inside = [self._cast.by_token[i] for i in range(mention[0], mention[1]) if i in self._cast.by_token]
        gender = noun_gender(noun)
        scored: list[tuple[float, Entity, tuple[int, int]]] = []
        for person in self._cast.people():
            if any(person is e for e in inside) or (gender and not _agrees(person, gender, noun)):
                continue
            before = [(h, m) for h, m in person.mentions.items() if h < token.i]
            if not before:
                continue
            score = 0.0
            if noun in person.roles:
                score += 2.0 + 0.7 * len(modifiers & person.role_words)
            elif modifiers and noun in person.role_words and modifiers & person.role_words:
                score += 1.5
            if score == 0.0:
                continue
            head, near = before[-1]
            back = self._reading.token_paragraph[token.i] - self._reading.token_paragraph[head]
            scored.append((score - 0.15 * back, person, near))
        if not scored:
            return None
        scored.sort(key=lambda s: -s[0])
        best = scored[0]
        weights = [math.exp(2 * (s[0] - best[0])) for s in scored]
        if best[0] < 0.4 or weights[0] / sum(weights) < 0.4:
            return None
        return best[1], best[2], weights[0] / sum(weights)

    def _salient_person(
        self, token: Token, noun: str, mention: tuple[int, int]
    ) -> tuple[Entity, tuple[int, int], float] | None:
        """Whom "the 54-year-old lawyer" means where the article never says it outright.

        A definite description of one person goes on about somebody already named, most likely whoever
        the paragraphs before are about. Anonymous sources ("the official") and holders of a role at
        somebody's ("the mayor's spokesman") are left unnamed.
        """
        doc = self._reading.doc
        first = doc[mention[0]]
        if first.lower_ not in ("the", "that", "this") or noun in lexicon.ANONYMOUS_NOUNS:
            return None
        if noun not in lexicon.person_nouns() and token.ent_type_ != "NORP" and noun_gender(noun) is None:
            return None
        if any(t.lower_ in ("for", "by", "from") for t in doc[token.i + 1 : mention[1]]):
            return None
        gender = noun_gender(noun)
        if any(i in self._cast.by_token and self._cast.by_token[i].type == "person" for i in range(*mention)):
            return None
        # A bare "the driver" is as likely somebody new; "the 54-year-old driver" adds to what is known.
        told = any(t.tag_ in ("JJ", "NN", "NNP", "VBN", "CD") for t in doc[mention[0] + 1 : token.i])
        if not (told or gender or token.ent_type_ == "NORP" or mention[1] > token.i + 1):
            return None
        options = self._antecedents(token, gender, "the", ())
        people = {
            e: v for e, v in options.items() if e.type == "person" and not e.described and not e.several
        }
        if not people:
            return None
        person, near, share = _likeliest(people)
        return (person, near, 0.8 * share) if share >= MIN_DESCRIPTION else None

    def _introduced_unnamed(self, token: Token, noun: str) -> bool:
        """Tell whether the article has spoken of "a driver" or "one man" before, and gave no name."""
        doc = self._reading.doc
        for at in self._nouns.get(noun, ())[:MAX_EARLIER]:
            if at >= token.i:
                break
            first = doc[doc[at].left_edge.i]
            if at not in self._cast.by_token and first.lower_ in ("a", "an", "one", "another"):
                return apposed_name(doc[at]) is None
        return False

    def _wants_no_name(self, token: Token) -> bool:
        """ "the driver, who asked not to be named": the article says so itself."""
        words = [t.lower_ for t in self._reading.doc[token.i + 1 : token.i + 16]]
        return "who" in words[:3] and any(
            w in words for w in ("named", "identified", "anonymity", "anonymously")
        )

    def _body(self, token: Token, noun: str, mention: tuple[int, int]) -> Entity | None:
        """Which named organisation "the committee" means: the last one that has the noun in its name."""
        if mention[1] - mention[0] > 2:
            return None
        fits = [
            (max(h for h in e.mentions if h < token.i), e)
            for e in self._cast.entities
            if e.type == "organization"
            and noun in e.name.lower().split()
            and any(h < token.i for h in e.mentions)
        ]
        return max(fits, key=lambda f: f[0])[1] if fits else None

    def _salient_body(self, token: Token, mention: tuple[int, int]) -> Entity | None:
        """Which organisation "the union" means where no name has the noun: the one talked about."""
        if mention[1] - mention[0] != 2 or self._reading.doc[mention[0]].lower_ != "the":
            return None
        options = {
            e: found
            for e, found in self._antecedents(token, None, "the", ()).items()
            if e.type == "organization" and not e.place and not e.described and not e.several
        }
        if not options:
            return None
        body, _, share = _likeliest(options)
        return body if share >= MIN_BODY else None

    # --- coreference ------------------------------------------------------------------------------------

    def _chained(self, token: int, entities: Sequence[Entity]) -> list[bool]:
        """Tell which entities the coreference model puts into one chain with a token; "nobody" comes last."""
        linked = {
            i
            for chain in (self._chains(token) if self._chains is not None else ())
            if any(token in mention for mention in chain)
            for mention in chain
            for i in mention
        }
        return [*(any(self._cast.by_token.get(i) is e for i in linked) for e in entities), False]


def _noun_places(reading: Reading) -> dict[str, list[int]]:
    """Where each common noun stands, by its lemma."""
    places: dict[str, list[int]] = {}
    for token in reading.doc:
        if token.tag_ in ("NN", "NNS"):
            places.setdefault(token.lemma_.lower(), []).append(token.i)
    return places


def _not_in_capitals(name: str) -> str:
    """A label's name as prose has it: transcripts print names in capitals."""
    return " ".join(word.title() if word.isupper() and len(word) > 3 else word for word in name.split())


def _likeliest(
    options: dict[Entity, tuple[float, tuple[int, int]]],
) -> tuple[Entity, tuple[int, int], float]:
    """The entity of the highest log-odds with its mention, and its share of the probability."""
    entity, (best, mention) = max(options.items(), key=lambda option: option[1][0])
    return entity, mention, 1 / sum(math.exp(score - best) for score, _ in options.values())


def _agrees(entity: Entity, gender: str | None, low: str) -> bool:
    if gender is not None:
        return (
            entity.type == "person"
            and not entity.several
            and (entity.gender in (None, gender) or not entity.gender_sure)
        )
    if low in lexicon.NEUTER:
        return entity.type == "organization" and not entity.several
    return True


def _is_one_person(entity: Entity) -> bool:
    return entity.type == "person" and not entity.several


def _without_article(text: str) -> str:
    return text[4:] if text[:4].lower() == "the " else text
