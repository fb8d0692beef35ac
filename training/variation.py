"""Variation of training text: quote-mark styles, headlines and lower case, other people's names.

The treebanks and the silver news have few mark styles and, for their months, few names. Every variation
keeps words one to one, so heads, labels and names stay valid.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

from training.clearnlp import Tree
from training.names import wordlist
from training.treebanks import Sentence

_DOUBLE_OPEN: Final = frozenset(("“", "``", "„", "«"))
_DOUBLE_CLOSE: Final = frozenset(("”", "''", "»"))
_STYLES: Final = (
    ("“", "”"),
    ("“", "”"),
    ('"', '"'),
    ('"', '"'),
    ("''", "''"),
    ("``", "''"),
    ("‘", "’"),
    ("”", "”"),
    ("'", "'"),
)
_APOSTROPHES: Final = ("'", "’")
#: Titles as British papers print them.
_BRITISH: Final = {
    "Mr.": "Mr",
    "Mrs.": "Mrs",
    "Ms.": "Ms",
    "Dr.": "Dr",
    "Gov.": "Gov",
    "Sen.": "Sen",
    "St.": "St",
}
#: Institutions of one word, which take one another's place; the training news knows the first three only.
_INSTITUTIONS: Final = (
    "Pentagon",
    "Senate",
    "Congress",
    "Kremlin",
    "Duma",
    "Knesset",
    "Bundestag",
    "Parliament",
)
_SMALL: Final = frozenset("a an the and or but of in on at to for by with as from is".split())


@dataclass(frozen=True, slots=True)
class Plan:
    """How often each variation is drawn for a stretch of text."""

    marks: float = 0.5
    headline: float = 0.02
    lower: float = 0.02
    names: float = 0.35
    stops: float = 0.3


def vary(sentences: list[Sentence], plan: Plan, random: Random) -> list[Sentence]:
    """The stretch with variations drawn by *plan*; *sentences* are not changed."""
    result = sentences
    if random.random() < plan.names:
        result = other_names(result, random)
    if random.random() < plan.marks:
        opening, closing = random.choice(_STYLES)
        result = with_marks(result, opening, closing)
    if random.random() < plan.marks:
        apostrophe = random.choice(_APOSTROPHES)
        result = [_with_forms(s, [_apostrophe(form, apostrophe) for form in s.tree.forms]) for s in result]
    if random.random() < plan.stops:
        result = [_with_forms(s, [_BRITISH.get(form, form) for form in s.tree.forms]) for s in result]
    draw = random.random()
    if draw < plan.headline:
        result = [_with_forms(s, _headline(s.tree.forms)) for s in result]
    elif draw < plan.headline + plan.lower:
        # lower-case names are left to the gold label: readers know them all the same
        result = [_with_forms(s, [form.lower() for form in s.tree.forms]) for s in result]
    return result


def with_marks(sentences: list[Sentence], opening: str, closing: str) -> list[Sentence]:
    """All double quote marks in one style. Straight marks open and close in turn within a paragraph."""
    result = []
    inside = False
    for sentence in sentences:
        if sentence.starts_paragraph:
            inside = False
        forms = []
        for form, tag in zip(sentence.tree.forms, sentence.tree.tags, strict=True):
            if form in _DOUBLE_OPEN:
                inside = True
                forms.append(opening)
            elif form in _DOUBLE_CLOSE:
                inside = False
                forms.append(closing)
            elif form == '"':
                opens = tag == "``" or (tag != "''" and not inside)
                inside = opens
                forms.append(opening if opens else closing)
            else:
                forms.append(form)
        result.append(_with_forms(sentence, forms))
    return result


def other_names(sentences: list[Sentence], random: Random) -> list[Sentence]:
    """Persons, places and two-word organisations renamed, a word alike all through the stretch."""
    given, family = sorted(wordlist("given_names")), sorted(wordlist("surnames"))
    places = [name for name in sorted(wordlist("gpe")) if " " not in name and "." not in name]
    kinds = [word for word in sorted(wordlist("organization_words")) if " " not in word]
    new: dict[str, str] = {}
    result = []
    for sentence in sentences:
        forms = list(sentence.tree.forms)
        for name in sentence.names or ():
            words = forms[name.start : name.end]
            if name.label == "PERSON" and all(word[:1].isupper() or word in ("al", "-") for word in words):
                for i in range(name.start, name.end):
                    word = forms[i]
                    if not word[:1].isalpha() or word.endswith(".") or not word[:1].isupper():
                        continue
                    pool = family if i == name.end - 1 else given
                    if word not in new:
                        choice = random.choice(pool)
                        new[word] = choice if " " not in choice and "-" not in choice else word
                    forms[i] = new[word]
            elif name.label == "GPE" and name.end - name.start == 1 and len(words[0]) > 3:
                if words[0] not in new:
                    new[words[0]] = random.choice(places)
                forms[name.start] = new[words[0]]
            elif name.label == "ORG" and words[0] in _INSTITUTIONS and len(words) == 1:
                forms[name.start] = new.setdefault(words[0], random.choice(_INSTITUTIONS))
            elif name.label == "ORG" and name.end - name.start == 2 and all(w[:1].isupper() for w in words):
                for word, pool in zip(words, (family + places, kinds), strict=True):
                    new.setdefault(word, random.choice(pool))
                forms[name.start : name.end] = [new[word] for word in words]
        result.append(_with_forms(sentence, forms))
    return result


def _apostrophe(form: str, apostrophe: str) -> str:
    if form in ("'", "’", "''", "‘"):
        return form
    return form.replace("'", apostrophe).replace("’", apostrophe)


def _headline(forms: list[str]) -> list[str]:
    return [
        form if i and form.lower() in _SMALL else form[:1].upper() + form[1:] for i, form in enumerate(forms)
    ]


def _with_forms(sentence: Sentence, forms: list[str]) -> Sentence:
    tree = sentence.tree
    return Sentence(
        Tree(forms, tree.tags, tree.lemmas, tree.heads, tree.deps),
        sentence.spaces,
        sentence.starts_paragraph,
        sentence.names,
        sentence.unsure,
    )
