"""Names for training: machine labels mapped to OntoNotes' types, and made consistent inside an article.

The machine annotation of the silver news calls a bare surname a person only half of the time, and states
of the US organisations. What an article's own full names and our word lists settle is settled here;
what stays doubtful is *missing* (the recogniser is not taught from it), never "no name".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_WORDLISTS: Final = Path(__file__).parent / "wordlists"

#: Classes of the machine annotation that need no look at the words. ``None``: missing.
_PLAIN: Final = {
    "PERSON": "PERSON",
    "ORGANIZATION": "ORG",
    "DATE": "DATE",
    "DURATION": "DATE",
    "SET": "DATE",
    "TIME": "TIME",
    "MONEY": "MONEY",
    "PERCENT": "PERCENT",
    "NUMBER": "CARDINAL",
    "ORDINAL": "ORDINAL",
}
_NO_DATE: Final = frozenset(
    "now once recently current currently future past the_past previously then soon later formerly nowadays"
    " the_future presently ago former".split()
)
_GENERIC_PLACES: Final = frozenset(
    "Ocean Sea River Lake Mountain Mountains Valley Island Islands Desert Bay Gulf Coast Peninsula"
    " Canyon".split()
)
_ORGANISATION_ENDS: Final = frozenset(
    "Organization Tower University Foundation Campaign Institute Company Corporation Inc. Inc Corp. Committee"
    " Hotel Casino Center Administration House Party Group Network Post Times News Journal".split()
)
#: Titles stand outside the name in OntoNotes; GUM takes them in.
_TITLES: Final = frozenset(
    "Mr Mrs Ms Dr Prof Professor Sir Dame Lord Lady Rev Reverend President Prime Minister Vice Deputy Chief"
    " Senator Sen Rep Representative Congressman Congresswoman Gov Governor Mayor Secretary Chancellor King"
    " Queen Prince Princess Emperor Pope Cardinal Bishop Archbishop Father Saint General Gen Colonel Col"
    " Captain Capt Major Maj Lieutenant Lt Sergeant Sgt Admiral Judge Justice Sheriff Officer Detective"
    " Ambassador Director Chairman Chairwoman Speaker Attorney Coach Doctor Miss Uncle Aunt".split()
)
_SUFFIXES: Final = frozenset("Jr. Jr Sr. Sr II III IV".split())


@dataclass(frozen=True, slots=True)
class Name:
    """A name over the words ``start`` to ``end`` (exclusive). ``label`` ``None``: label unknown (missing)."""

    start: int
    end: int
    label: str | None


@cache
def wordlist(name: str) -> frozenset[str]:
    """The entries of a file in ``wordlists/`` (underscores are spaces, lines starting with # comments)."""
    lines = (_WORDLISTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(
        entry.replace("_", " ") for line in lines if not line.startswith("#") for entry in line.split()
    )


@cache
def nationalities() -> frozenset[str]:
    """Words for people of a nation, party or religion, singular and plural."""
    singular = wordlist("norp")
    return singular | {f"{word}s" for word in singular} | {"Kurds", "Britons", "Democrats", "Jews"}


def map_machine_names(words: Sequence[str], tags: Sequence[str], classes: Sequence[str]) -> list[Name]:
    """Names of one sentence from one machine class a word (``O`` for none), in OntoNotes' types."""
    names: list[Name] = []
    start = 0
    while start < len(words):
        end = start + 1
        while end < len(words) and classes[end] == classes[start]:
            end += 1
        if classes[start] != "O":
            names.extend(_typed(words, tags, start, end, classes[start]))
        start = end
    return _with_institutions(words, names)


def _typed(words: Sequence[str], tags: Sequence[str], start: int, end: int, label: str) -> Iterable[Name]:
    text = " ".join(words[start:end])
    if text in nationalities():
        return [Name(start, end, "NORP")]
    if label in ("LOCATION", "ORGANIZATION", "MISC", "PERSON"):
        if text in wordlist("gpe"):
            return [Name(start, end, "GPE")]
        if text in wordlist("org"):
            return [Name(start, end, "ORG")]
    if label == "LOCATION":
        region = text in wordlist("loc") or words[end - 1] in _GENERIC_PLACES or words[start] == "Lake"
        return [Name(start, end, "LOC" if region else "GPE")]
    if label == "MISC":
        return [Name(start, end, None)]
    if label in ("DATE", "SET", "DURATION") and text.lower().replace(" ", "_") in _NO_DATE:
        return []
    if label == "NUMBER" and all(tag != "CD" for tag in tags[start:end]):
        return []
    if label == "PERSON":
        start = without_title(words, start, end)
    return [Name(start, end, _PLAIN.get(label))]


def _with_institutions(words: Sequence[str], names: list[Name]) -> list[Name]:
    """Adds the institutions and places of our lists where the machine saw nothing."""
    taken = {i for name in names for i in range(name.start, name.end)}
    found = list(names)
    for start in range(len(words)):
        for length in (4, 3, 2, 1):
            end = start + length
            text = " ".join(words[start:end])
            if end > len(words) or any(i in taken for i in range(start, end)):
                continue
            label = (
                "ORG"
                if text in wordlist("org")
                else "NORP"
                if text in nationalities() and text not in ("English", "Labour", "Western", "Democratic")
                else "GPE"
                if text in wordlist("gpe") and text not in ("Chad", "Jordan", "US", "Turkey", "Mobile")
                else None
            )
            if label is None and text == "US":
                label = "GPE"
            capitalised_neighbour = (end < len(words) and words[end][:1].isupper() and label == "GPE") or (
                start > 0 and words[start - 1][:1].isupper() and start > 1 and label == "GPE"
            )
            if label and not capitalised_neighbour:
                found.append(Name(start, end, label))
                taken.update(range(start, end))
                break
    return sorted(found, key=lambda name: name.start)


def without_title(words: Sequence[str], start: int, end: int) -> int:
    """Where a person's name begins once titles before it are left out; the last word always stays."""
    while start < end - 1 and words[start].rstrip(".") in _TITLES:
        start += 1
    return start


def surnames_of(sentences: Iterable[tuple[Sequence[str], Sequence[Name]]]) -> Counter[str]:
    """How often each word ends a person's name of two words or more."""
    counts: Counter[str] = Counter()
    for words, names in sentences:
        for name in names:
            if name.label == "PERSON" and name.end - name.start >= 2:
                last = name.end - 1
                while last > name.start and words[last] in _SUFFIXES:
                    last -= 1
                if re.match(r"[^\W\d_][\w'’.-]+$", words[last]):
                    counts[words[last]] += 1
    return counts


def consistent_persons(
    words: Sequence[str], tags: Sequence[str], names: Sequence[Name], surnames: frozenset[str]
) -> list[Name]:
    """The sentence's names with every bare surname from *surnames* a person, whatever the machine said.

    A surname inside a longer capitalised run ("Trump Tower", "the Clinton Foundation") is left alone.
    """
    by_word = {i: name for name in names for i in range(name.start, name.end)}
    result = list(names)
    for i, word in enumerate(words):
        if word not in surnames or not tags[i].startswith("NNP"):
            continue
        before = by_word.get(i)
        if before is not None and before.label == "PERSON":
            continue
        if before is not None and before.end - before.start > 1:
            continue
        follower = words[i + 1] if i + 1 < len(words) else ""
        if follower in _ORGANISATION_ENDS or (follower.istitle() and tags[i + 1].startswith("NNP")):
            continue
        if before is not None:
            result.remove(before)
        result.append(Name(i, i + 1, "PERSON"))
        by_word[i] = result[-1]
    return sorted(result, key=lambda name: name.start)
