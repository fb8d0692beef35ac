"""What was changed between two wordings: typed, with both sides' words, and flagged where it matters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from attribution.information import word_information
from attribution.wording import Word, Wording

ChangeType = Literal["replace", "insert", "delete", "move"]
Note = Literal["", "contraction", "inflection"]

# The word lists below were compiled for this project from general knowledge of English.
NEGATIONS: Final = frozenset(
    "not n't no never none nobody nothing nowhere neither nor without hardly barely scarcely".split()
)
# Prefixes that turn a word round ("unlike" for "like").
NEGATIVE_PREFIXES: Final = ("un", "in", "im", "ir", "il", "dis", "non", "mis")
MODALS: Final = frozenset("will would can could may might must shall should ought 'll 'd need".split())
HEDGES: Final = frozenset(
    "perhaps maybe probably possibly likely unlikely apparently reportedly allegedly presumably seemingly "
    "seem seems seemed appear appears appeared suggest suggests guess about around nearly almost roughly "
    "approximately somewhat fairly virtually potentially believe think largely mostly some partly".split()
)
QUANTITIES: Final = frozenset(
    "dozen dozens hundreds thousands millions billions trillions half double triple twice once both several "
    "all every most many few majority minority quarter third thirds percent".split()
)
# Words that, cut off in the same sentence or at the start of the next, reverse or limit what is left.
REVERSING_BEFORE: Final = NEGATIONS | frozenset("if unless until whether only".split())
# Behind one of these another clause begins, which a negation before it no longer governs.
CLAUSE_ENDS: Final = frozenset("and or but so because while".split())
REVERSING_AFTER: Final = frozenset(
    "if unless until but except however though although without provided unlike rather not only".split()
)
# How near a cut-off negation must stand before the words to bear on them ("do not really want | to go").
REACH_BEFORE: Final = 6

_CONTRACTIONS: Final[dict[str, frozenset[str]]] = {
    "'s": frozenset({"is", "has", "us", "does"}),
    "'m": frozenset({"am"}),
    "'re": frozenset({"are"}),
    "'ve": frozenset({"have"}),
    "'ll": frozenset({"will", "shall"}),
    "'d": frozenset({"would", "had", "did"}),
    "n't": frozenset({"not"}),
}
# The word that a contraction most often stands for.
WRITTEN_OUT: Final = {
    "'s": "is", "'m": "am", "'re": "are", "'ve": "have", "'ll": "will", "'d": "would", "n't": "not",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Side:
    """The words of one wording that a change touches: ``text == wording.text[start:end]``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change from wording ``a`` to wording ``b``.

    ``insert`` has an empty side ``a`` at the place where the words were added, ``delete`` an empty side
    ``b``; a ``move`` has the same words at two places. ``marked``: the editor showed it (ellipsis, brackets).
    ``flags``: what that matters it touches. ``note``: ``contraction`` or ``inflection`` where it is no more.
    """

    type: ChangeType
    a: Side
    b: Side
    marked: bool
    flags: tuple[str, ...]
    note: Note
    keys_a: tuple[str, ...]
    keys_b: tuple[str, ...]

    def swapped(self) -> Change:
        """Return the same change seen from ``b``."""
        types: dict[ChangeType, ChangeType] = {"insert": "delete", "delete": "insert"}
        return Change(
            types.get(self.type, self.type), self.b, self.a, self.marked, self.flags, self.note,
            self.keys_b, self.keys_a,
        )  # fmt: skip

    def moved_to(self, other: Change) -> Change:
        """Return the move of this change's words of ``a`` to where ``other`` has them in ``b``.

        Of an insertion and a deletion, whichever comes first, it is the deletion's words that moved.
        """
        gone, come = (other, self) if self.type == "insert" else (self, other)
        return Change("move", gone.a, come.b, self.marked and other.marked, (), "", gone.keys_a, come.keys_b)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready record."""
        return {
            "type": self.type,
            "a": {"start": self.a.start, "end": self.a.end, "text": self.a.text},
            "b": {"start": self.b.start, "end": self.b.end, "text": self.b.text},
            "marked": self.marked,
            "flags": list(self.flags),
            "note": self.note or None,
        }


def describe(a: Wording, b: Wording, in_a: tuple[int, int], in_b: tuple[int, int]) -> Change | None:
    """Describe what stands in ``a`` and in ``b`` between two equal words, or ``None`` where nothing does.

    ``in_a`` and ``in_b`` are half-open word indices.
    """
    words_a, words_b = a.words[slice(*in_a)], b.words[slice(*in_b)]
    if not words_a and not words_b:
        return None
    kind: ChangeType = "replace" if words_a and words_b else "delete" if words_a else "insert"
    keys_a, keys_b = tuple(w.key for w in words_a), tuple(w.key for w in words_b)
    note = _note(keys_a, keys_b)
    return Change(
        kind,
        _side(a, in_a),
        _side(b, in_b),
        _marked(a, in_a, words_b) or _marked(b, in_b, words_a),
        tuple(sorted(_touched(words_a, words_b, keys_a, keys_b))) if note != "contraction" else (),
        note,
        keys_a,
        keys_b,
    )


def flags_of(changes: Iterable[Change]) -> tuple[str, ...]:
    """Return the flags of all the changes, sorted."""
    return tuple(sorted({flag for change in changes for flag in change.flags}))


def cut_flags(before: Sequence[Word], after: Sequence[Word], kept: Sequence[Word]) -> tuple[str, ...]:
    """Return ``("truncation_reverses",)`` where what was cut off reverses or limits what was kept.

    ``before`` and ``after`` are the words cut off on either side, ``kept`` those between.
    """
    first, last = kept[0], kept[-1]
    clause = [word.key for word in before if word.sentence == first.sentence][-REACH_BEFORE:]
    for place, key in enumerate(reversed(clause)):
        if key in CLAUSE_ENDS:
            clause = clause[len(clause) - place :]
            break
    if REVERSING_BEFORE.intersection(clause):
        return ("truncation_reverses",)
    rest = [word.key for word in after if word.sentence == last.sentence]
    opening = [word.key for word in after if word.sentence == last.sentence + 1][:1]
    if REVERSING_AFTER.intersection(rest) or {"but", "unless", "except", "however"}.intersection(opening):
        return ("truncation_reverses",)
    return ()


def _side(wording: Wording, span: tuple[int, int]) -> Side:
    start, end = span
    words = wording.words
    if start < end:
        first, last = words[start].start, words[end - 1].end
    else:
        first = last = words[start - 1].end if start > 0 else words[start].start
    return Side(first, last, wording.text[first:last])


def _marked(wording: Wording, span: tuple[int, int], other: Sequence[Word]) -> bool:
    """Tell whether this side shows that it was edited here: brackets, or an ellipsis for what is missing."""
    start, end = span
    words = wording.words[start:end]
    if words and all(word.edited for word in words):
        return True
    return not words and bool(other) and start in wording.gaps


def _note(keys_a: tuple[str, ...], keys_b: tuple[str, ...]) -> Note:
    if len(keys_a) == 1 == len(keys_b):
        one, other = keys_a[0], keys_b[0]
        if other in _CONTRACTIONS.get(one, ()) or one in _CONTRACTIONS.get(other, ()):
            return "contraction"
        if _same_stem(one, other):
            return "inflection"
    return ""


def _same_stem(one: str, other: str) -> bool:
    """Tell whether two words look like forms of one word: the same but for an ending of English."""
    endings = ("", "s", "es", "ed", "d", "ing", "er", "ly", "'s", "ies", "y", "ied")
    short, long = sorted((one, other), key=len)
    stem = 0
    while stem < len(short) and short[stem] == long[stem]:
        stem += 1
    return stem >= 3 and short[stem:] in (*endings, "e") and long[stem:] in (*endings, "e")


def _touched(
    words_a: Sequence[Word], words_b: Sequence[Word], keys_a: tuple[str, ...], keys_b: tuple[str, ...]
) -> set[str]:
    plain_a = [WRITTEN_OUT.get(key, key) for key in keys_a]
    plain_b = [WRITTEN_OUT.get(key, key) for key in keys_b]
    only = set(plain_a) ^ set(plain_b)
    touched: set[str] = set()
    if only & NEGATIONS or _turned_round(set(plain_a) - set(plain_b), set(plain_b) - set(plain_a)):
        touched.add("negation")
    if any(key in QUANTITIES or any(char.isdigit() for char in key) for key in only):
        touched.add("number")
    if only & MODALS:
        touched.add("modality")
    if only & HEDGES:
        touched.add("hedge")
    if any(word.key in only and _is_name(word) for word in (*words_a, *words_b)):
        touched.add("name")
    return touched


def _turned_round(only_a: set[str], only_b: set[str]) -> bool:
    return any(
        key.startswith(prefix) and key[len(prefix) :] in other
        for mine, other in ((only_a, only_b), (only_b, only_a))
        for key in mine
        for prefix in NEGATIVE_PREFIXES
    )


def _is_name(word: Word) -> bool:
    """Tell whether a word looks like a name: a capital inside the sentence, or on an uncommon word."""
    if not word.capital or word.key == "i" or word.key.startswith("'"):
        return False
    # A sentence begins with a capital anyway; 8 nats is a word of one in 3,000.
    return not word.initial or word_information(word.key) >= 8.0
