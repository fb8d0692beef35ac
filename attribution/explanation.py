"""Say in a sentence how two wordings compare, for a person: who has which words, and what that touches."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

from attribution.changes import Change
from attribution.comparison import Comparison

# More changes than these are counted, not told.
MAX_TOLD: Final = 5
# Of longer stretches, so many words are shown at the beginning and the end.
SHOWN_WORDS: Final = 6

FLAGS: Final[dict[str, str]] = {
    "hedge": "a hedge",
    "modality": "what will, may or must be",
    "name": "a name",
    "negation": "a negation",
    "number": "a number",
}
_NOTES: Final = {"contraction": "a contraction", "inflection": "another form of the word"}


def explain(found: Comparison, name_a: str, name_b: str, texts: tuple[str, str] | None = None) -> str:
    """Say how two wordings compare, in one to three plain sentences.

    Args:
        found: the comparison.
        name_a, name_b: who has the wordings: an outlet's name, or "A" and "B".
        texts: the two texts compared, whose offsets ``found`` holds; with them each exchanged stretch is
            shown with the word before it, so that one sees where it stands.

    Never raises; the words are shown in one line, without control characters.

    >>> from attribution.comparison import compare
    >>> one = "The plans for the north quay were discussed very much in the council."
    >>> other = "The plans for the north quay were discussed at length in the council."
    >>> print(explain(compare(one, other), "The Moscow Times", "The Quay Post", (one, other)))
    The Moscow Times has “discussed very much”, The Quay Post “discussed at length”.
    """
    sentences = (
        _summary(found, name_a, name_b),
        explain_changes(found.changes, name_a, name_b, texts),
        _cut(found, name_a, name_b),
    )
    return " ".join(sentence for sentence in sentences if sentence)


def explain_changes(
    changes: Sequence[Change], name_a: str, name_b: str, texts: tuple[str, str] | None = None
) -> str:
    """Say in one sentence what differs between two wordings; empty where nothing does. See `explain`."""
    told = [_told(change, name_a, name_b, texts) for change in changes[:MAX_TOLD]]
    if not told:
        return ""
    more = len(changes) - len(told)
    rest = f"; and {more} more change{'s' * (more != 1)}" if more else ""
    return "; ".join(told) + rest + "."


def _summary(found: Comparison, name_a: str, name_b: str) -> str:
    if found.relation == "verbatim":
        return f"{name_a} and {name_b} have the same words."
    if found.relation == "unrelated":
        return f"What {name_a} and {name_b} have are different utterances, or too little in common to tell."
    if found.relation == "truncated":
        shorter, longer = (name_a, name_b) if found.shorter == "a" else (name_b, name_a)
        return f"{shorter} has only a part of what {longer} has."
    if not found.changes:
        return f"{name_a} and {name_b} have overlapping parts of one passage."
    return ""


def _cut(found: Comparison, name_a: str, name_b: str) -> str:
    """Say what the truncation, alone or beside changes, does to the words."""
    if found.shorter is None:
        return ""
    shorter = name_a if found.shorter == "a" else name_b
    sentences = []
    if found.relation not in ("truncated", "unrelated"):
        sentences.append(f"{shorter} has only a part.")
    if "truncation_reverses" in found.flags:
        sentences.append(f"What {shorter} leaves out reverses or limits the words.")
    if "hedge" in found.flags and not any("hedge" in change.flags for change in found.changes):
        sentences.append(f"What {shorter} leaves out hedges the words.")
    return " ".join(sentences)


def _told(change: Change, name_a: str, name_b: str, texts: tuple[str, str] | None) -> str:
    if change.type == "replace":
        a, b = _in_place(change, texts)
        told = f"{name_a} has “{_shown(a)}”, {name_b} “{_shown(b)}”"
    elif change.type == "move":
        told = f"“{_shown(change.a.text)}” stands in another place in {name_b} than in {name_a}"
    else:
        has, lacks, side = (
            (name_a, name_b, change.a) if change.type == "delete" else (name_b, name_a, change.b)
        )
        told = f"{has} has “{_shown(side.text)}”, which {lacks} leaves out"
    touched = [FLAGS[flag] for flag in change.flags if flag in FLAGS]
    remarks = [f"this touches {_listed(touched)}"] if touched else []
    if change.note:
        remarks.append(_NOTES[change.note])
    if change.marked:
        remarks.append("marked as edited")
    return told + (f" ({', '.join(remarks)})" if remarks else "")


def _in_place(change: Change, texts: tuple[str, str] | None) -> tuple[str, str]:
    """Return both sides of an exchange, with the same word before or else behind them where there is one."""
    a, b = change.a.text, change.b.text
    if texts is None:
        return a, b
    before = [text[: side.start] for text, side in zip(texts, (change.a, change.b), strict=True)]
    # Within one word ("'m" for "am") the word before belongs to the words shown.
    stems = [(text.split() or [""])[-1] for text in before]
    behind = [text[side.end :] for text, side in zip(texts, (change.a, change.b), strict=True)]
    tails = [(text.split() or [""])[0] for text in behind]
    if _same(stems):
        gaps = ["" if text and not text[-1].isspace() else " " for text in before]
        return stems[0] + gaps[0] + a, stems[1] + gaps[1] + b
    if _same(tails) and all(text[:1].isspace() for text in behind):
        return f"{a} {_bare(tails[0])}", f"{b} {_bare(tails[1])}"
    return a, b


def _same(words: Sequence[str]) -> bool:
    one, other = (_bare(word).casefold() for word in words)
    # Only a whole word with nothing but letters: a mark at its end belongs to another clause.
    return one == other and one != "" and all(word[-1:].isalpha() and word.isalpha() for word in words)


def _bare(word: str) -> str:
    return "".join(char for char in word if char.isalnum())


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _shown(text: str) -> str:
    """Return words in one line, long stretches shortened, without what no terminal should be sent."""
    words = text.split()
    if len(words) > 2 * SHOWN_WORDS + 1:
        words = [*words[:SHOWN_WORDS], "…", *words[-SHOWN_WORDS:]]
    return "".join(
        "\ufffd" if unicodedata.category(char) in ("Cc", "Cs", "Cf") else char for char in " ".join(words)
    )
