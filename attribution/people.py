"""Who is named in the article: people and organisations, with every form of their names.

One pass over the named entities, put right where the article itself gives evidence: a surname that
stands alone belongs to the person who is named in full; what follows "Mr." is a person; titles,
appositions and "is a" tell which roles a person holds.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from rapidfuzz.distance import DamerauLevenshtein
from spacy.tokens import Doc, Span, Token

from attribution import lexicon, phrases
from attribution.namesakes import Namesakes
from attribution.reading import Reading

EntityType = Literal["person", "organization"]
_ORGANIZATION_LABELS: Final = frozenset(["ORG", "GPE", "NORP", "LOC", "FAC"])
# The head of a longer name or of a body named after a person: "Trump Tower", "the Clinton campaign".
_NOT_AFTER: Final = frozenset(["NNP", "NNPS"])
# News names a person in full within a paragraph or two of the first titled surname.
_INTRODUCED_WITHIN: Final = 80
# Verbs that report this often have people for their subjects.
_SPEAKING_SHARE: Final = 0.4
# Share of a person's pronouns in the article that must be of one gender to tell it.
_GENDER_AGREEMENT: Final = 0.75
# First names that are roles as well.
_ROLES_AND_NAMES: Final = frozenset(["dean", "duke", "earl", "marshall"])
# And how many of them it takes against what the first name says.
_AGAINST_NAME: Final = 4
# A shorter surname with a letter changed is as likely another one ("Lund", "Lunt").
_SHORTEST_MISSPELT: Final = 7
_SHORTEST_SLIP: Final = 5
# Surnames looked up in the whole text; each costs one reading of it.
_MAX_COMPLETED: Final = 100
# What is said of somebody else: "is a lawyer", "Ada Obi, a lawyer", "lawyer Ada Obi", "as a lawyer".
_SAID_TO_BE: Final = frozenset(["attr", "appos", "compound", "nmod", "oprd", "npadvmod", "dep"])
_AS: Final = frozenset(["as", "like", "of", "than"])
_TIMES: Final = frozenset(["DATE", "TIME", "CARDINAL", "QUANTITY"])
_NAMING: Final = frozenset(["called", "identified", "named"])
# More who are named side by side are a list of guests, not "they".
_MAX_TOGETHER: Final = 4
_OPENING: Final = frozenset("\"“‘'")
# "Ban Ki-moon": the given name stands behind the surname.
_GIVEN_BEHIND: Final = re.compile(r"[A-Z]\w+-[a-z]\w+")
# "PolitiScope"; surnames with a capital in the middle ("McCoy", "ElBaradei") begin in few ways.
_LIKE_A_SITE: Final = re.compile(
    r"(?!(?:Ma?c|D[aeiu]|L[aeo]|Van|El|Al|Fitz|Jo|O)[A-Z])[A-Z][a-z]+(?:[A-Z][a-z]+)+"
)
_ABBREVIATION: Final = re.compile(r"^(?:[A-Z]\.?){2,}$")


@dataclass(slots=True, eq=False)
class Entity:
    """A person or organisation that the article names.

    Attributes:
        type: ``person`` or ``organization``.
        forms: every form of the name with its number of uses, without titles.
        mentions: head-token index of each mention to its half-open token range, in order of the text.
        gender: ``m``, ``f`` or ``None`` where the article does not tell.
        gender_sure: false where only the first name suggests the gender.
        place: true for a country, a city or a people rather than a body of one.
        introduced: token index of the first full name, ``None`` where only one word of it is used.
        titles: the titles that stand before the full name ("sheriff").
        described: true for somebody who is never named; the name is then the description.
        body: true for a body among these ("the parade committee"), not for a document or a person.
        several: true for more than one such person ("the residents"), and for several who are named together.
        roles: lower-case nouns that the article ties to the name ("governor", "spokeswoman").
        role_words: the words that stand in those role phrases ("harbour", "commissioner").
    """

    type: EntityType
    forms: Counter[str] = field(default_factory=Counter)
    mentions: dict[int, tuple[int, int]] = field(default_factory=dict)
    gender: str | None = None
    gender_sure: bool = False
    place: bool = False
    introduced: int | None = None
    titles: set[str] = field(default_factory=set)
    described: bool = False
    body: bool = False
    several: bool = False
    roles: set[str] = field(default_factory=set)
    role_words: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        """The fullest form that the article uses; of two of one length the commoner one."""
        return max(self.forms, key=lambda f: (len(f.split()), self.forms[f], len(f)))

    @property
    def surname(self) -> str:
        """The last word of a person's name, without "Jr." and the like."""
        return _core(self.name.split())[-1]


@dataclass(slots=True)
class Cast:
    """Everybody who speaks or is named in one article.

    Attributes:
        entities: the persons and organisations that are named.
        by_token: each token of each name to its entity.
        described: head token of each person, body or document that is only described and reports something
            ("the mayor's spokesman said"), of each brought in so ("a mixer operator", "a letter"), of bodies
            that do something, and of somebody's campaign, to the half-open token range of the description.
        together: head token of the first of several who are named side by side ("Ada Obi and Lara Mensah"),
            to the entity that stands for all of them.
        sureness: for a surname that several people bear, by its position, how sure it is whose it is here.
    """

    entities: list[Entity]
    by_token: dict[int, Entity]
    described: dict[int, tuple[int, int]]
    together: dict[int, Entity]
    sureness: dict[int, float]

    def people(self) -> Iterator[Entity]:
        """Yield the persons."""
        return (e for e in self.entities if e.type == "person")


@dataclass(frozen=True, slots=True)
class _Name:
    start: int
    end: int
    words: tuple[str, ...]
    title_gender: str | None
    title: str | None


def find_people(reading: Reading) -> Cast:
    """Collect the persons and organisations that an article names.

    Returns:
        A cast whose ``by_token`` maps each token of each name to its entity.
    """
    doc = reading.doc
    person_names = list(_person_names(doc))
    full = _full_forms(reading, person_names)
    person_names = [n for n in person_names if not any(f.start <= n.start and n.end <= f.end for f in full)]
    person_names += full
    by_token: dict[int, Entity] = {}
    namesakes = Namesakes(reading)
    people = _group_people(person_names, by_token, namesakes)
    taken = set(by_token)
    people_by_surname: dict[str, list[Entity]] = {}
    for person in people:
        words = _core(person.name.split())
        if len(words) > 1:
            first = _GIVEN_BEHIND.fullmatch(words[-1]) is not None
            people_by_surname.setdefault(words[0] if first else words[-1], []).append(person)
    # A bare surname that the tagger overlooked or took for something else.
    for token in doc:
        if (
            token.text in people_by_surname
            and token.i not in taken
            and token.tag_ in ("NNP", "NNPS", "NN")
            and _stands_alone(token)
        ):
            picked = namesakes.pick(people_by_surname[token.text], token.i, None)
            if picked is not None:
                _add(picked, token.i, token.i + 1, (token.text,), by_token)
    for person in people:
        _read_roles(reading, person)
        person.mentions = dict(sorted(person.mentions.items()))
    _read_genders(reading, people, by_token)
    organizations = _organizations(doc, by_token)
    return Cast(
        [*people, *organizations],
        by_token,
        _described(reading, by_token),
        _together(reading, by_token),
        namesakes.sureness,
    )


def _described(reading: Reading, by_token: dict[int, Entity]) -> dict[int, tuple[int, int]]:
    found: dict[int, tuple[int, int]] = {}
    for token in reading.doc:
        if token.tag_ not in ("NN", "NNS") or token.i in by_token or not reading.outside(token):
            continue
        if (campaigner(token) is not None or _can_be_meant(token, by_token)) and phrases.apposed_name(
            token
        ) is None:
            found[token.i] = phrases.phrase_of(token)
    return found


def campaigner(noun: Token) -> Token | None:
    """Return the word that says whose campaign a noun is ("Ada Obi's", "her", "the Obi"), if any does."""
    if noun.lower_ != "campaign":
        return None
    for child in noun.children:
        if child.dep_ == "poss" or (child.dep_ in ("compound", "nmod") and child.tag_ == "NNP"):
            return child
        if child.dep_ == "prep" and child.lower_ == "of":
            candidate = phrases.object_of(child)
            if candidate is not None and candidate.ent_type_ == "PERSON":
                return candidate
    return None


def _can_be_meant(noun: Token, by_token: dict[int, Entity]) -> bool:
    """Tell whether a noun reports something, or brings in somebody or something that can speak later."""
    lemma = noun.lemma_.lower()
    if noun.ent_type_ in _TIMES:
        return False
    person = lemma in lexicon.person_nouns() or noun_gender(noun.lower_) is not None or _is_who(noun)
    if not (person or lemma in lexicon.DOCUMENT_NOUNS or lemma in lexicon.ORGANIZATION_NOUNS):
        return False
    subject = noun.dep_ in phrases.SUBJECT
    if subject and lexicon.cue_verbs().get(noun.head.lemma_.lower(), 0.0) >= _SPEAKING_SHARE:
        return True
    if noun.tag_ != "NN":
        return False
    if not person:
        # A body that does something; a document that is put before the reader.
        return subject or (lemma in lexicon.DOCUMENT_NOUNS and _is_new(noun))
    return _is_newcomer(noun, by_token)


def _is_newcomer(noun: Token, by_token: dict[int, Entity]) -> bool:
    """Tell whether a noun brings somebody in without a name: "a mixer operator", "Ada Obi's sister".

    What somebody is said to be ("is a lawyer", "as a lawyer", "Ada Obi, a lawyer") is nobody new.
    """
    if _is_somebodys(noun, by_token):
        return noun.dep_ in phrases.SUBJECT
    if noun.i + 1 < len(noun.doc) and noun.doc[noun.i + 1].lower_ in _NAMING:
        return False
    # Many nouns for persons are things as well ("a guard", "a chair"): those must do something.
    first = _first_of_list(noun)
    acts = first.dep_ in phrases.SUBJECT or _is_who(noun) or noun_gender(noun.lower_) is not None
    if not acts and not (first.dep_ == "pobj" and noun.lemma_.lower() in lexicon.only_persons()):
        return False
    return _is_new(noun)


def _is_new(noun: Token) -> bool:
    first = _first_of_list(noun)
    if first.dep_ in _SAID_TO_BE or (first.dep_ == "pobj" and first.head.lower_ in _AS):
        return False
    return any(c.dep_ in ("det", "nummod") and c.lower_ in phrases.ONE for c in noun.lefts)


def _first_of_list(noun: Token) -> Token:
    first = noun
    while first.dep_ == "conj" and first.head is not first:
        first = first.head
    return first


def _is_who(noun: Token) -> bool:
    """Tell whether "who" stands behind a noun."""
    return any(c.dep_ == "relcl" and any(w.lower_ == "who" for w in c.lefts) for c in noun.rights)


def _is_somebodys(token: Token, by_token: dict[int, Entity]) -> bool:
    """Tell whether a noun has a named owner ("Ada Obi's sister")."""
    return any(child.dep_ == "poss" and child.i in by_token for child in token.children)


def _together(reading: Reading, by_token: dict[int, Entity]) -> dict[int, Entity]:
    """Who is named side by side: "Ada Obi and Lara Mensah", later "Obi and Mensah", are one entity."""
    known: dict[frozenset[int], Entity] = {}
    found: dict[int, Entity] = {}
    for token in filter(reading.outside, reading.doc):
        first = by_token.get(token.i)
        if first is None or token.i not in first.mentions:
            continue
        if token.dep_ == "conj" and token.head.i in by_token:
            continue
        heads = [token, *(c for c in token.conjuncts if c.i > token.i)]
        named = [by_token.get(h.i) for h in heads]
        members = [e for e, h in zip(named, heads, strict=True) if e is not None and h.i in e.mentions]
        several = {id(e) for e in members}
        if not 1 < len(members) <= _MAX_TOGETHER or len(several) < len(heads):
            continue
        if len({e.type for e in members}) > 1 or any(e.place for e in members):
            continue
        entity = known.setdefault(frozenset(several), Entity(first.type, several=True))
        entity.forms[listed([e.name for e in members])] += 1
        entity.mentions[token.i] = (first.mentions[token.i][0], members[-1].mentions[heads[-1].i][1])
        found[token.i] = entity
    return found


def _stands_alone(token: Token) -> bool:
    doc = token.doc
    after = doc[token.i + 1] if token.i + 1 < len(doc) else None
    before = doc[token.i - 1] if token.i else None
    if after is not None and after.tag_ in _NOT_AFTER and after.text not in ("'s", "’s"):
        return False
    return not (before is not None and before.tag_ == "NNP" and not lexicon.title_of(before.text))


def _clean(text: str) -> str:
    return " ".join(text.split())


def _core(words: list[str]) -> list[str]:
    """The words of a name without "Jr." and the like."""
    core = [w for w in words if w.lower().rstrip(".,") not in lexicon.SUFFIXES]
    return core or words


def _person_names(doc: Doc) -> Iterator[_Name]:
    covered: set[int] = set()
    for entity in doc.ents:
        if entity.label_ != "PERSON" and not _is_titled_person(entity):
            continue
        name = _name(doc, *phrases.trimmed(entity))
        if name is not None:
            covered.update(range(name.start, name.end))
            yield name
    for token in doc:
        if (
            token.i in covered
            or token.lower_.rstrip(".") not in lexicon.SURE_TITLES
            or not token.text[0].isupper()
        ):
            continue
        end = token.i + 1
        while (
            end < len(doc)
            and end - token.i <= 4
            and doc[end].text[:1].isupper()
            and (doc[end].is_alpha or re.fullmatch(r"[A-Z]\.|[\w’'-]+", doc[end].text))
            and end not in covered
            and doc[end].text not in ("'s", "’s")
        ):
            end += 1
        if end > token.i + 1:
            name = _name(doc, token.i, end)
            if name is not None:
                covered.update(range(name.start, name.end))
                yield name
    for name in (*_evident_names(doc, covered), *_speaking_names(doc, covered)):
        if not covered & set(range(name.start, name.end)):
            covered.update(range(name.start, name.end))
            yield name


def _evident_names(doc: Doc, covered: set[int]) -> Iterator[_Name]:
    """Names that the tagger overlooked or took for places and bodies, where the words beside them tell.

    "…, who", an age or a person's role behind the name; a person's role or office before it.
    """
    at = 0
    while at < len(doc):
        start = at
        while at < len(doc) and at not in covered and _is_name_part(doc, at, start):
            at += 1
        if at - start < 2 or not any(doc[i].text[:1].isupper() and len(doc[i]) > 1 for i in range(start, at)):
            at = max(at, start + 1)
            continue
        if _told_to_be_a_person(doc, start, at):
            name = _name(doc, start, at)
            if (
                name is not None
                and len(name.words) > 1
                and all(w[:1].isupper() for w in name.words)
                and name.words[-1].lower() not in lexicon.ORGANIZATION_NOUNS
            ):
                yield name


def _is_name_part(doc: Doc, at: int, start: int) -> bool:
    token = doc[at]
    if token.text == "-":
        # "Jo-Renee", not "used by Kingson - Deacon fought back".
        return at > start and _is_tight(doc, at)
    if at > start and doc[at - 1].text == "-" and token.is_alpha:
        return True
    if re.fullmatch(r"[A-Z]\.", token.text):
        return at > start
    # Rare names confuse the tagger; being part of any name is as good.
    tagged = token.tag_ in ("NNP", "NNPS") or token.ent_type_ in _ORGANIZATION_LABELS
    return tagged and token.text[:1].isupper() and token.is_alpha


def _is_tight(doc: Doc, hyphen: int) -> bool:
    return not doc[hyphen].whitespace_ and not doc[hyphen - 1].whitespace_


def _told_to_be_a_person(doc: Doc, start: int, end: int) -> bool:
    after = list(doc[end : end + 10])
    if len(after) > 2 and after[0].text == ",":
        if after[1].lower_ in ("who", "whose", "whom") or (after[1].like_num and after[2].text == ","):
            return True
        if after[1].tag_ in ("DT", "PRP$") or after[1].tag_ == "NN":
            for token in after[1:]:
                if token.text in (",", ".", ";") or token.tag_.startswith("VB"):
                    break
                if token.tag_ == "NN" and _names_a_person(token):
                    return True
    elif after and after[0].lower_ == "who":
        return True
    if not start:
        return False
    before = doc[start - 1]
    if before.tag_ == "NN" and _names_a_person(before):
        return True
    if before.text == "," and start > 2:
        # "the superintendent, Tariq Bashir," / "The mayor of Calder Bridge, Elke Sorensen-Diaz,"
        role = next(
            (
                t
                for t in reversed(doc[max(0, start - 7) : start - 1])
                if t.tag_ == "NN" and _names_a_person(t)
            ),
            None,
        )
        closed = bool(after) and after[0].text == ","
        return closed and role is not None and doc[role.left_edge.i].tag_ in ("DT", "PRP$", "NNP", "NN", "JJ")
    return False


def _names_a_person(noun: Token) -> bool:
    low = noun.lower_
    if low in lexicon.ORGANIZATION_NOUNS or low in lexicon.COMPANY_NOUNS:
        return False
    return low in lexicon.OFFICES or low in lexicon.person_nouns() or noun_gender(low) is not None


def _speaking_names(doc: Doc, covered: set[int]) -> Iterator[_Name]:
    """Names that the tagger overlooked: two or more capitalised words that are said to say something."""
    verbs = lexicon.cue_verbs()
    for token in doc:
        hyphenated = token.i > 1 and doc[token.i - 1].text == "-" and doc[token.i - 2].tag_ == "NNP"
        if (
            not (token.tag_ == "NNP" or hyphenated)
            or token.ent_type_
            or token.dep_ not in phrases.SUBJECT
            or token.i in covered
            or verbs.get(token.head.lemma_.lower(), 0.0) < _SPEAKING_SHARE
            or token.lower_ in lexicon.ORGANIZATION_NOUNS
            or token.lower_ in lexicon.DOCUMENT_NOUNS
        ):
            continue
        start = token.i
        while (
            start > 0
            and not doc[start - 1].ent_type_
            and (
                (doc[start - 1].tag_[:2] == "NN" and doc[start - 1].text[:1].isupper())
                or (doc[start - 1].text == "-" and start > 1 and _is_tight(doc, start - 1))
            )
        ):
            start -= 1
        name = _name(doc, start, token.i + 1)
        if name is not None and len(name.words) > 1 and all(w[:1].isupper() for w in name.words):
            yield name


def _full_forms(reading: Reading, names: list[_Name]) -> list[_Name]:
    """The full name of who is otherwise only a surname, where the tagger missed that one place."""
    whole = {_core(list(n.words))[-1] for n in names if len(_core(list(n.words))) > 1}
    covered = {i for n in names for i in range(n.start, n.end)}
    single = {n.words[0] for n in names if len(n.words) == 1} - whole
    found: list[_Name] = []
    for surname in sorted(s for s in single if len(s) > 2 and not s.isupper())[:_MAX_COMPLETED]:
        known = re.escape(surname)
        # Behind it comes the given name of "Ban Ki-moon".
        pattern = re.compile(rf"\b([A-Z][\w’'-]+)(?: [A-Z]\.)? {known}\b|\b{known} [A-Z]\w+-[a-z]\w+\b")
        for match in pattern.finditer(reading.text):
            low = (match.group(1) or surname).lower()
            span = reading.doc.char_span(*match.span(), alignment_mode="contract")
            if span is None or reading.token_span[span.start] >= 0 or lexicon.title_of(low):
                continue
            first = span[0]
            if (
                first.is_stop
                or first.tag_ not in ("NNP", "NNPS")
                or low in lexicon.person_nouns()
                or (low in lexicon.ORGANIZATION_NOUNS)
            ):
                continue
            # The surname itself is known, at the end, or where the given name is behind it, at the head.
            rest = range(span.start, span.end - 1) if match.group(1) else range(span.start + 1, span.end)
            if covered & set(rest):
                continue
            found.append(_Name(span.start, span.end, tuple(span.text.split()), None, None))
            break
    return found


def _name(doc: Doc, start: int, end: int) -> _Name | None:
    """Read one name: titles are taken off its front, the gender that they tell is kept."""
    gender: str | None = None
    title: str | None = None
    # A machine that merges a headline with a byline makes names with a line break in them.
    for i in range(start, end):
        if "\n" in doc[i].text:
            end = i
            break
    for i in range(end - 2, start - 1, -1):
        low = lexicon.title_of(doc[i].text)
        if low:
            gender = gender or lexicon.GENDERED_TITLES.get(low)
            title = title or low
            start = max(start, i + 1)
    # "Striker Tunde Alvar": at the head of a sentence a role has a capital too.
    while end - start > 2 and _is_role(doc[start]):
        gender = gender or noun_gender(doc[start].lower_)
        start += 1
    while start < end and not any(c.isalpha() for c in doc[start].text):
        start += 1
    if start >= end:
        return None
    before = doc[start - 1].lower_.rstrip(".") if start else ""
    gender = gender or lexicon.GENDERED_TITLES.get(before) or _relation_gender(doc, start, end)
    if title is None and start and lexicon.title_of(doc[start - 1].text):
        title = before
    if end < len(doc) and doc[end].lower_.rstrip(".") in lexicon.SUFFIXES and doc[end].text[0].isupper():
        end += 1
    words = tuple(_joined(doc, start, end))
    if not words or not any(w[:1].isupper() for w in words) or all(len(w.strip(".")) < 2 for w in words):
        return None
    return _Name(start, end, words, gender, title)


def _relation_gender(doc: Doc, start: int, end: int) -> str | None:
    """What "her husband, Saeed Abedini," tells of a name between commas."""
    if start < 3 or doc[start - 1].text != "," or end >= len(doc) or doc[end].text != ",":
        return None
    return noun_gender(doc[start - 2].lower_) if doc[start - 3].tag_ in ("PRP$", "POS") else None


def _is_titled_person(entity: Span) -> bool:
    """Tell whether what the tagger takes for a body is a role and a name ("Bishop Anselm Corrigan")."""
    if entity.label_ not in _ORGANIZATION_LABELS or not 3 <= len(entity) <= 5:
        return False
    low = entity[0].lower_.rstrip(".")
    return (
        (low in lexicon.OFFICES or low in lexicon.GENDERED_TITLES or low in lexicon.person_nouns())
        and low not in lexicon.ORGANIZATION_NOUNS
        and all(t.text[:1].isupper() and (t.is_alpha or t.text.endswith(".")) for t in entity)
        and entity[-1].lower_ not in lexicon.ORGANIZATION_NOUNS
        and entity[-1].lower_ not in lexicon.DOCUMENT_NOUNS
        and not any(t.lower_ in ("of", "for", "and", "the") for t in entity)
    )


def _is_role(token: Token) -> bool:
    """Tell whether a capitalised word before a name is a person's role and not a first name."""
    low = token.lower_
    return (
        low in lexicon.person_nouns()
        and low not in lexicon.first_names()
        and token.nbor(1).text != "-"
        and (
            token.is_sent_start is True or token.i == 0 or token.nbor(-1).is_quote or token.nbor(-1).is_space
        )
    )


def _is_bare(name: _Name) -> bool:
    """Tell whether a name is a surname alone, particles counted in ("van der Aa", "Mr. De Luca")."""
    core = _core(list(name.words))
    before = [w.lower() if name.title is not None else w for w in core[:-1]]
    return all(w in lexicon.PARTICLES for w in before)


def _joined(doc: Doc, start: int, end: int) -> list[str]:
    """The words of a name as the text spaces them ("J.D." and "Al-Amin" stay in one piece)."""
    text = _clean(doc[start:end].text)
    text = re.sub(r"(?:'s|’s|['’])$", "", text)
    return [w.strip(",;:") for w in text.split() if w.strip(",;:")]


def _group_people(names: list[_Name], by_token: dict[int, Entity], picker: Namesakes) -> list[Entity]:
    people: list[Entity] = []
    by_full: dict[str, Entity] = {}
    last_names: dict[str, list[Entity]] = {}
    first_names: dict[str, list[Entity]] = {}
    names = _without_roles(names)
    full = [n for n in names if not _is_bare(n)]
    # "Ms Wasserman Schultz" beside "Debbie Wasserman Schultz", "Suu Kyi" beside "Aung San Suu Kyi".
    cores = [_core(list(n.words)) for n in full]
    tails = {tuple(core[i:]) for core in cores for i in range(1, len(core) - 1)}
    for name in sorted(full, key=lambda n: tuple(_core(list(n.words))) in tails):
        words = _core(list(name.words))
        key = _key(list(name.words))
        namesakes = last_names.get(_plain(words[-1]), [])
        entity = by_full.get(key) or _same_full_name(name.words, namesakes)
        if entity is None and tuple(words) in tails:
            entity = next((e for e in namesakes if _core(e.name.split())[-len(words) :] == words), None)
        if entity is None:
            entity = Entity("person")
            people.append(entity)
            last_names.setdefault(_plain(words[-1]), []).append(entity)
            first_names.setdefault(_plain(words[0]), []).append(entity)
        by_full[key] = entity
        if entity.introduced is None:
            entity.introduced = name.start
        _add(entity, name.start, name.end, name.words, by_token)
        _note_gender(entity, name)
    full_names = list(people)
    _guess_genders(people)
    for name in sorted((n for n in names if _is_bare(n)), key=lambda n: n.start):
        word = _core(list(name.words))[-1]
        if word.isupper() and len(word) > 3 and _plain(word) not in last_names:
            # A transcript's label: "OYELARAN".
            word = word.title()
        options = (
            last_names.get(_plain(word))
            or [e for e in people if word in e.name.split()[1:]]
            or first_names.get(_plain(word), [])
            or _misspelt(word, full_names)
        )
        # "President Obi" long before any "Lara Obi": the one with the title is somebody else.
        if name.title is not None:
            options = [e for e in options if (e.introduced or 0) < name.start + _INTRODUCED_WITHIN]
        entity = picker.pick(options, name.end - 1, name.title_gender, name.title)
        if entity is None:
            entity = Entity("person")
            people.append(entity)
            last_names.setdefault(_plain(word), []).append(entity)
        _add(entity, name.start, name.end, name.words, by_token)
        _note_gender(entity, name)
    _guess_genders(people)
    return people


def _guess_genders(people: Iterable[Entity]) -> None:
    """Let first names suggest the gender where no title tells it."""
    for person in people:
        if person.gender is None:
            words = person.name.split()
            if len(words) > 1 or not person.titles:
                person.gender = lexicon.first_names().get(words[0].lower())


def _misspelt(surname: str, people: Sequence[Entity]) -> list[Entity]:
    """Whose surname this is with one letter wrong ("McLenney" beside "Tyresha McClenney"), if it is one's.

    A short one with another letter is as likely another surname ("Lund", "Lunt"); letters that are swapped,
    doubled or left out are slips ("Keidis" beside "Anthony Kiedis").
    """
    if len(surname) < _SHORTEST_SLIP:
        return []
    low = surname.lower()
    near = [e for e in people if DamerauLevenshtein.distance(low, e.surname.lower(), score_cutoff=1) == 1]
    if len(near) != 1:
        return []
    theirs = near[0].surname.lower()
    # "Clarke" and "Clark" are two surnames.
    inside = len(low) != len(theirs) and low[-1] == theirs[-1]
    slip = inside or sorted(low) == sorted(theirs)
    return near if slip or len(surname) >= _SHORTEST_MISSPELT else []


def _without_roles(names: list[_Name]) -> list[_Name]:
    """ "Dean Amar" beside "Vikram Amar, dean of the college": a role and a surname, not a second person."""
    firsts: dict[str, set[str]] = {}
    for name in names:
        core = _core(list(name.words))
        if len(core) > 1:
            firsts.setdefault(_plain(core[-1]), set()).add(core[0])
    kept = []
    for name in names:
        core = _core(list(name.words))
        others = firsts.get(_plain(core[-1]), set()) - {core[0]} if len(core) == 2 else set()
        low = core[0].lower()
        role = (low in lexicon.person_nouns() and low not in lexicon.first_names()) or bool(
            lexicon.title_of(low)
        )
        if others and (role or low in _ROLES_AND_NAMES):
            gender = name.title_gender or noun_gender(low)
            kept.append(
                replace(name, start=name.start + 1, words=name.words[1:], title_gender=gender, title=low)
            )
        else:
            kept.append(name)
    return kept


def _plain(word: str) -> str:
    """One spelling for apostrophes: O'Neill is O’Neill."""
    return word.replace("’", "'")


def _key(words: Iterable[str]) -> str:
    flat = unicodedata.normalize("NFKD", " ".join(words)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z ]", "", flat.lower() or " ".join(words).lower())


def _same_full_name(words: Sequence[str], others: list[Entity]) -> Entity | None:
    """One person under two full forms: same surname, and the first names agree or one is an initial.

    "Ada Obi Jr." beside "Ada Obi" is somebody else.
    """
    firsts = _given_names(words)
    for other in others:
        theirs = _given_names(other.name.split())
        if _generation(words) == _generation(other.name.split()) and any(
            _same_given_name(one, another) for one in firsts for another in theirs
        ):
            return other
    return None


def _given_names(words: Sequence[str]) -> list[str]:
    """The first name, and the nickname that stands in quote marks behind it (`Robert “Bob” Lund`)."""
    nicknames = [w for w in words[1:] if w[:1] in _OPENING]
    return [w.strip("\"“”‘’'.").lower() for w in (_core(list(words))[0], *nicknames)]


def _same_given_name(one: str, other: str) -> bool:
    if one == other or (min(len(one), len(other)) == 1 and one[:1] == other[:1]):
        return True
    return len(one) >= 3 and len(other) >= 3 and (one.startswith(other) or other.startswith(one))


def _generation(words: Sequence[str]) -> str:
    """ "jr", "iii" and the like at the end of a name, else nothing."""
    last = words[-1].lower().rstrip(".,")
    return last if last in lexicon.SUFFIXES else ""


def _add(entity: Entity, start: int, end: int, words: Iterable[str], by_token: dict[int, Entity]) -> None:
    entity.forms[" ".join(words)] += 1
    entity.mentions[end - 1] = (start, end)
    for i in range(start, end):
        by_token[i] = entity


def _note_gender(entity: Entity, name: _Name) -> None:
    if name.title is not None and not _is_bare(name) and name.title not in lexicon.SURE_TITLES:
        entity.titles.add(name.title)
    if name.title_gender is not None:
        entity.gender, entity.gender_sure = name.title_gender, True


def _read_roles(reading: Reading, person: Entity) -> None:
    doc = reading.doc
    for start, end in list(person.mentions.values()):
        head = doc[start:end].root
        if reading.token_span[head.i] >= 0:
            # "Here he is, Donald, babe": how people talk to each other tells nothing.
            continue
        for role in _role_heads(doc, head, start):
            low = role.lower_.rstrip(".")
            person.roles.add(role.lemma_.lower() if role.tag_ != "NNP" else low)
            person.roles.update(lexicon.OFFICES.get(low, ()))
            gender = noun_gender(low)
            if gender and not person.gender_sure and person.gender in (None, gender):
                person.gender, person.gender_sure = gender, True
            for word in role.subtree:
                if word.is_alpha and not word.is_stop and abs(word.i - role.i) <= 8:
                    person.role_words.add(word.lower_)
            for word in doc[max(0, role.i - 3) : role.i]:
                if word.is_alpha and word.dep_ in ("compound", "amod", "nmod"):
                    person.role_words.add(word.lower_)


def _role_heads(doc: Doc, head: Token, start: int) -> Iterator[Token]:
    # "Kremlin spokesman Dmitry", "Sen. Ada Obi": the nouns right before the name.
    i = start - 1
    steps = 0
    while i >= 0 and steps < 6 and doc[i].tag_ in ("NN", "NNP", "NNPS", "JJ", "NNS", "HYPH", "CD"):
        token = doc[i]
        low = token.lower_.rstrip(".")
        if (
            (token.tag_ == "NN" and low in lexicon.person_nouns())
            or lexicon.title_of(token.text)
            or (low.endswith(("man", "woman")) and token.tag_ == "NN")
        ):
            yield token
        i -= 1
        steps += 1
    for child in head.children:
        if child.dep_ == "appos" and child.tag_ in ("NN", "NNP") and child.ent_type_ != "PERSON":
            yield child
            yield from (c for c in child.conjuncts if c.tag_ == "NN")
    if head.dep_ == "appos" and head.head.tag_ in ("NN", "NNP") and head.head.ent_type_ != "PERSON":
        yield head.head
    if head.dep_ in ("nsubj", "nsubjpass") and head.head.lemma_ == "be":
        for child in head.head.children:
            if child.dep_ == "attr" and child.tag_ == "NN":
                yield child


def _read_genders(reading: Reading, people: list[Entity], by_token: dict[int, Entity]) -> None:
    """Learn a person's gender from the article's pronouns where nobody else can be meant.

    A pronoun votes for the subject before it in a sentence that names one person only, and one that
    opens a sentence for the subject of the sentence before on the same terms. What is inside quote marks
    is about others, so it has no vote.
    """
    doc = reading.doc
    votes: dict[Entity, Counter[str]] = {}
    before: Entity | None = None
    for sentence in doc.sents:
        outside = [t for t in sentence if reading.token_span[t.i] < 0 and not t.is_space]
        # Who the "he" behind a quote is, is the question, not the evidence.
        quoted = any(reading.token_span[t.i] >= 0 for t in sentence)
        named = {id(by_token[t.i]): by_token[t.i] for t in outside if t.i in by_token}
        only = next(iter(named.values())) if len(named) == 1 else None
        subject = only is not None and any(
            t.i in only.mentions and t.dep_ in phrases.SUBJECT for t in outside
        )
        # "Ms Obi told him that he …": he is whom she told, not she.
        told = {
            lexicon.pronoun_gender(t.lower_)
            for t in outside
            if t.tag_ == "PRP" and t.lower_ in ("him", "her")
        }
        for token in outside:
            gender = lexicon.pronoun_gender(token.lower_)
            if gender is None or gender in told:
                continue
            whom = only if subject and only is not None and min(only.mentions) < token.i else None
            if not named and before is not None and token.dep_ in phrases.SUBJECT and not quoted:
                whom = before
            if whom is not None:
                votes.setdefault(whom, Counter())[gender] += 1
        before = only if subject else None
    for person in people:
        if person in votes and not person.gender_sure:
            gender, most = votes[person].most_common(1)[0]
            needed = _AGAINST_NAME if person.gender not in (None, gender) else 1
            if most >= needed and most >= _GENDER_AGREEMENT * votes[person].total():
                person.gender = gender


def listed(names: Sequence[str]) -> str:
    """ "A", "A and B", "A, B and C"."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def noun_gender(noun: str) -> str | None:
    """Return ``"m"`` or ``"f"`` for a noun that names only men or only women, else ``None``."""
    known = lexicon.gendered_nouns().get(noun) or lexicon.GENDERED_TITLES.get(noun)
    if known is None and noun.endswith("woman"):
        return "f"
    if known is None and noun.endswith("man") and noun not in ("human", "german", "roman", "woman"):
        return "m"
    return known


def _organizations(doc: Doc, by_token: dict[int, Entity]) -> list[Entity]:
    found: list[tuple[int, int]] = []
    places: set[int] = set()
    for span in doc.ents:
        if span.label_ in _ORGANIZATION_LABELS:
            start, end = phrases.trimmed(span)
            if not any(i in by_token for i in range(start, end)):
                found.append((start, end))
                places.update(range(start, end) if span.label_ != "ORG" else ())
    found += _speaking_bodies(doc, by_token)
    organizations: list[Entity] = []
    by_key: dict[str, Entity] = {}
    # Longest first, so that a short form meets the full one.
    for start, end in sorted(found, key=lambda f: (f[0] - f[1], f[0])):
        words = _joined(doc, start, end)
        bare = words[1:] if len(words) > 1 and words[0].lower() == "the" else words
        if not bare:
            continue
        key = _key(bare)
        entity = by_key.get(key)
        if entity is None:
            entity = _longer_form(bare, organizations) or Entity("organization", place=end - 1 in places)
            if entity not in organizations:
                organizations.append(entity)
            by_key[key] = entity
        if start > 0 and doc[start - 1].text == "The" and doc[start - 1].tag_ == "DT":
            words = ["The", *bare]
        _add(entity, start, end, words, by_token)
    for organization in organizations:
        organization.mentions = dict(sorted(organization.mentions.items()))
    return organizations


def _speaking_bodies(doc: Doc, by_token: dict[int, Entity]) -> list[tuple[int, int]]:
    """Names of one word that the tagger knows nowhere: they say something, or look like a site's."""
    verbs = lexicon.cue_verbs()
    places: dict[str, list[int]] = {}
    speaking: set[str] = set()
    for token in doc:
        if token.tag_ != "NNP" or token.ent_type_ or token.i in by_token or not token.is_alpha:
            continue
        if len(token) > 2 and _stands_alone(token) and token.lower_ not in lexicon.person_nouns():
            places.setdefault(token.text, []).append(token.i)
            share = verbs.get(token.head.lemma_.lower(), 0.0)
            if phrases.is_subject(token) and (share >= _SPEAKING_SHARE or _LIKE_A_SITE.fullmatch(token.text)):
                speaking.add(token.text)
    return [
        (i, i + 1)
        for name in speaking
        if len(places[name]) > 1 or _LIKE_A_SITE.fullmatch(name)
        for i in places[name]
    ]


def _longer_form(words: list[str], organizations: list[Entity]) -> Entity | None:
    """ "The Post" for "The Washington Post"; "PUC" for "Public Utilities Commission"; "Security Council"."""
    if len(words) > 1:
        low = [w.lower() for w in words]
        wider = [o for o in organizations if not o.place and o.name.lower().split()[-len(low) :] == low]
        return wider[0] if len(wider) == 1 else None
    if not words[0][:1].isupper():
        return None
    word = words[0]
    fits = []
    for organization in organizations:
        full = [w for w in organization.name.split() if w.lower() != "the"]
        initials = "".join(w[0] for w in full if w[0].isupper())
        if len(full) > 1 and (
            full[-1] == word or (_ABBREVIATION.match(word) and initials == word.replace(".", ""))
        ):
            fits.append(organization)
    return fits[0] if len(fits) == 1 else None
