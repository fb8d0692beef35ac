"""An article's names: what the reader and the pipeline each found, joined and put right at their edges."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from spacy.tokens import Doc, Span

from attribution import lexicon

# A nickname between quote marks has at most this many words.
_NICKNAME_WORDS: Final = 2
# What can stand behind a hyphen of a first name ("Ban Ki-moon"), as against "Obi-era rules".
_MODIFIED: Final = frozenset(["NN", "NNS", "JJ"])
_WHAT_IT_IS: Final = lexicon.DOCUMENT_NOUNS | lexicon.ORGANIZATION_NOUNS
_CAPITALISED: Final = frozenset(["NNP", "NNPS", "NNS", "JJ"])
_HYPHENS: Final = frozenset("-‐‑")
_QUOTES: Final = frozenset("\"'“”‘’")


@dataclass(frozen=True, slots=True)
class Name:
    """A half-open range of words that is a name, and the type of what it names."""

    start: int
    end: int
    label: str

    def __len__(self) -> int:
        return self.end - self.start


def with_names(doc: Doc, found: Sequence[tuple[int, int, str]]) -> Doc:
    """Return a copy of a document whose entities are its own and *found* together; itself it stays as it is.

    The reader, whose names *found* are, knows people better; the pipeline, taught on news alone, knows how
    far the names of bodies go.
    """
    copy = doc.copy()
    theirs = [(entity.start, entity.end, entity.label_) for entity in doc.ents]
    names = _joined(_trimmed(doc, found), _trimmed(doc, theirs))
    names = _double_names(doc, names)
    taken = {i for name in names for i in range(name.start, name.end)}
    mends: tuple[Callable[[Doc, Name], Name], ...] = (
        partial(_with_owner, taken=taken),
        _whole_compound,
        _hyphened,
        partial(_with_nickname, taken=taken),
        _whole_phrase,
    )
    for mend in mends:
        names = _mended(doc, names, mend)
        taken.update(i for name in names for i in range(name.start, name.end))
    copy.set_ents([Span(copy, name.start, name.end, label=name.label) for name in names])
    return copy


def _trimmed(doc: Doc, names: Sequence[tuple[int, int, str]]) -> list[Name]:
    return [_bare(doc, _without_marks(doc, Name(*name))) for name in names]


def _joined(mine: list[Name], theirs: list[Name]) -> list[Name]:
    taken: list[Name] = []
    for name in theirs:
        inside = [own for own in mine if own.start < name.end and own.end > name.start]
        within = all(name.start <= own.start and own.end <= name.end for own in inside)
        persons = [own.label == "PERSON" for own in inside]
        # A body with all its parts; a person of whom only one word was seen.
        wider = within and (
            (name.label == "ORG" and not any(persons))
            or (name.label == "PERSON" and persons == [True] and len(inside[0]) == 1)
        )
        if not inside or (wider and len(name) > max(map(len, inside))):
            mine = [own for own in mine if own not in inside]
            taken.append(name)
    return sorted([*mine, *taken], key=lambda name: name.start)


def _double_names(doc: Doc, names: list[Name]) -> list[Name]:
    """Make one of two people whom only a hyphen parts: "Jo-Renee Formicola"."""
    found: list[Name] = []
    for name in names:
        before = found[-1] if found else None
        if (
            before is not None
            and before.label == name.label == "PERSON"
            and before.end == name.start - 1
            and doc[before.end].text in _HYPHENS
            and not doc[before.end].whitespace_
            and not doc[before.end - 1].whitespace_
            and len(before) == 1 < len(name)
            and not (name.end < len(doc) and doc[name.end].tag_ in _MODIFIED)
        ):
            found[-1] = replace(before, end=name.end)
        else:
            found.append(name)
    return found


def _mended(doc: Doc, names: list[Name], mend: Callable[[Doc, Name], Name]) -> list[Name]:
    """Put each name right; one that grows over others takes them in."""
    found: list[Name] = []
    for name in names:
        if found and name.start < found[-1].end:
            continue
        better = mend(doc, name)
        while found and found[-1].end > better.start:
            found.pop()
        found.append(better)
    return found


def _without_marks(doc: Doc, name: Name) -> Name:
    """Quote marks at its edges and a hyphen behind it are no part of a name."""
    start, end = name.start, name.end
    while start < end - 1 and doc[start].text in _QUOTES:
        start += 1
    while start < end - 1 and (doc[end - 1].text in _QUOTES or doc[end - 1].text in _HYPHENS):
        end -= 1
    return replace(name, start=start, end=end)


def _with_owner(doc: Doc, name: Name, taken: set[int]) -> Name:
    """Take an owner into a body's name: "Prosecutor General's Office"; "Ada Obi's Office" stays two names."""
    at = name.start - 1
    if name.label != "ORG" or at < 1 or doc[at].tag_ != "POS":
        return name
    start = at
    while start > 0 and doc[start - 1].tag_ in ("NNP", "NNPS") and start - 1 not in taken:
        start -= 1
    return replace(name, start=start) if start < at else name


def _whole_compound(doc: Doc, name: Name) -> Name:
    """Take in the rest of a word: "Ban Ki-moon" where only "Ban Ki" was seen; "Obi-era rules" keeps "Obi"."""
    end = name.end
    if (
        name.label != "PERSON"
        or end + 1 >= len(doc)
        or doc[end].text not in _HYPHENS
        or doc[end - 1].whitespace_
        or doc[end].whitespace_
        or not doc[end + 1].is_alpha
        or (end + 2 < len(doc) and doc[end + 2].tag_ in _MODIFIED)
        or (len(name) < 2 and doc[end + 1].text[:1].isupper())
    ):
        return name
    return replace(name, end=end + 2)


def _hyphened(doc: Doc, name: Name) -> Name:
    """Join what a hyphen joins: "Washington Post-ABC News"."""
    end = name.end
    if name.label != "ORG" or end - name.start < 2:
        return name
    hyphen = end - 1 if doc[end - 1].text == "-" else end
    if (
        hyphen + 1 >= len(doc)
        or doc[hyphen].text != "-"
        or doc[hyphen - 1].whitespace_
        or doc[hyphen].whitespace_
    ):
        return name if hyphen == end else replace(name, end=hyphen)
    end = hyphen + 1
    while end < len(doc) and doc[end].tag_ in ("NNP", "NNPS"):
        end += 1
    return replace(name, end=end) if end > hyphen + 1 else name


def _with_nickname(doc: Doc, name: Name, taken: set[int]) -> Name:
    """Join what a nickname in quote marks parts: `Leo “The Otter” Grice` is one name."""
    at = name.end
    if name.label != "PERSON" or at >= len(doc) or doc[at].text not in _QUOTES:
        return name
    inside = at + 1
    while inside < len(doc) and inside - at <= _NICKNAME_WORDS + 1 and doc[inside].text[:1].isupper():
        inside += 1
    # What is behind the closing mark goes on with the name: neither a verb nor "Tuesday".
    if inside == at + 1 or inside + 1 >= len(doc) or doc[inside].text not in _QUOTES:
        return name
    last = inside + 1
    if doc[last].tag_ != "NNP" or not doc[last].is_alpha or doc[last].ent_type_ in ("DATE", "TIME"):
        return name
    while last + 1 < len(doc) and last + 1 in taken and doc[last + 1].ent_iob_ == "I":
        last += 1
    return replace(name, end=last + 1)


def _whole_phrase(doc: Doc, name: Name) -> Name:
    """A body's name goes on behind its preposition: "Court of Appeals for the Sixth Circuit"."""
    if name.label != "ORG":
        return name
    dangling = doc[name.end - 1].tag_ == "IN"
    end = name.end - dangling
    if end <= name.start or (not dangling and not _goes_on(doc, name)):
        return name
    first = end + 1
    if first < len(doc) and doc[first].lower_ == "the":
        first += 1
    last = first
    while last < len(doc) and doc[last].tag_ in _CAPITALISED and doc[last].text[:1].isupper():
        last += 1
    found = last > first and doc[last - 1].tag_ != "JJ"
    return replace(name, end=last if found else end)


def _goes_on(doc: Doc, name: Name) -> bool:
    """Tell whether a preposition with a name behind it belongs to a court's or a committee's name."""
    if name.end + 2 >= len(doc) or doc[name.end].lower_ not in ("for", "of", "on", "at"):
        return False
    after = doc[name.end + 1 + (doc[name.end + 1].lower_ == "the")]
    return (
        doc[name.end - 1].tag_ in ("NNP", "NNPS")
        and name.start <= doc[name.end].head.i < name.end
        and after.ent_type_ not in ("PERSON", "DATE", "TIME", "GPE")
        and any(doc[i].lower_ in lexicon.ORGANIZATION_NOUNS for i in range(name.start, name.end))
    )


def _bare(doc: Doc, name: Name) -> Name:
    """ "federal" and "a" before a body's capitals are said about it, and so is "report" behind them."""
    start, end = name.start, name.end
    if name.label != "ORG":
        return name
    while start < name.end - 1 and (
        (doc[start].is_lower and doc[start].lower_ not in lexicon.PARTICLES)
        or doc[start].lower_ in ("a", "an")
    ):
        start += 1
    if not doc[start].text[:1].isupper():
        return name
    while end > start + 1 and doc[end - 1].is_lower and doc[end - 1].lower_ in _WHAT_IT_IS:
        end -= 1
    return replace(name, start=start, end=end)
