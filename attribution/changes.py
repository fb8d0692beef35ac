"""What was changed between two wordings: typed, with both sides' words, and flagged where it matters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from attribution.information import capitalised_words, word_information
from attribution.wording import Word, Wording

ChangeType = Literal["replace", "insert", "delete", "move"]
Note = Literal["", "contraction", "inflection"]

# The word lists below were compiled for this project from general knowledge of English.
# Near-negations ("hardly", "rarely") turn a sentence round like "not" does, so they count as such.
NEGATIONS: Final = frozenset(
    "not n't no never none nobody nothing nowhere neither nor without hardly barely scarcely rarely seldom "
    "nope".split()
)
# Prefixes and endings that turn a word round ("unlike" for "like", "hopeless" for "hopeful").
NEGATIVE_PREFIXES: Final = ("un", "in", "im", "ir", "il", "dis", "non", "mis")
NEGATIVE_ENDING: Final = ("less", "ful")
MODALS: Final = frozenset("will would can could may might must shall should ought 'll 'd".split())
# Behind one of these, "will", "can", "might" and "must" are nouns.
BEFORE_A_NOUN: Final = frozenset("a an the my your his her its our their free good ill political of".split())
MODAL_PHRASES: Final = tuple(
    tuple(phrase.split())
    for phrase in (
        "have to", "has to", "had to", "having to", "have got to", "has got to", "'ve got to",
        "'s got to", "need to", "needs to", "needed to", "need not", "need n't", "ought to", "supposed to",
        "bound to", "had better",
    )
)  # fmt: skip
HEDGES: Final = frozenset(
    "perhaps maybe probably possibly conceivably likely unlikely apparently reportedly allegedly supposedly "
    "presumably seemingly arguably ostensibly purportedly seem seems seemed appear appears appeared suggest "
    "suggests nearly almost roughly approximately somewhat fairly virtually practically potentially largely "
    "mostly partly partially generally basically hopefully".split()
)
HEDGE_PHRASES: Final = tuple(
    tuple(phrase.split())
    for phrase in (
        "i think", "i believe", "i guess", "i suppose", "i assume", "i presume", "i suspect", "i imagine",
        "i reckon", "i figure", "i feel", "i gather", "i would say", "i 'd say", "we think",
        "we believe", "we suspect", "we assume", "sort of", "kind of", "more or less", "in a way",
        "in a sense", "to some extent", "to some degree", "to a degree", "in part", "so to speak",
        "as it were", "in my opinion", "in my view", "in our view", "in our opinion", "as far as i know",
        "as far as we know", "as far as i can tell", "to my knowledge", "not sure",
    )
)  # fmt: skip
# "That kind of man", "in a way that", "in part of it": the same words, and no hedge.
NO_HEDGE_BEHIND: Final = frozenset(
    "the a an this that what any some every each all these those one same other of".split()
)
NO_HEDGE_BEFORE: Final = {"way": "that", "part": "of", "sense": "that"}
# These hedge a number, and mean something else before any other word ("talk about it", "some people").
NUMBER_HEDGES: Final = frozenset("about around some circa maybe up".split())
NUMBER_WORDS: Final = frozenset(
    "dozen dozens hundred hundreds thousand thousands million millions billion billions trillion trillions "
    "half halves double triple quadruple twice thrice third thirds quarter quarters majority minority "
    "percent".split()
)
# Words for a share, by how much it is: one exchanged for one of another kind is another number.
SHARES: Final = {
    word: kind
    for kind, words in enumerate(
        (
            "all every each everyone everybody everything everywhere always both",
            "most mostly",
            "many much numerous lots",
            "some several someone somebody sometimes something somewhere",
            "few fewer little",
            "once",
        )
    )
    for word in words.split()
}
# "Most voters" for "voters": such a word limits what it is put before.
LIMITING_SHARES: Final = frozenset("most many several some few".split())
# Words that, cut off before the words in the same clause, reverse what is left ...
REVERSING_BEFORE: Final = NEGATIONS | frozenset(
    "only whether deny denies denied denying doubt doubts doubted refuse refuses refused fail fails failed "
    "false untrue wrong impossible unlikely".split()
)
# ... or, wherever they stand before them in the same sentence, put it under a condition.
CONDITIONS: Final = frozenset("if unless until although though except assuming provided".split())
# Behind one of these another clause begins, which a negation before it no longer governs.
CLAUSE_ENDS: Final = frozenset("and or but so because while".split())
# Words that limit what stands before them: from anywhere in the rest of the sentence, from its own clause,
# or as the first of the next sentence.
REVERSING_AFTER: Final = CONDITIONS | frozenset("but however provided whereas".split())
LIMITING_PHRASES: Final = tuple(
    tuple(phrase.split())
    for phrase in ("as long as", "so long as", "in case", "on condition", "depending on")
)
REVERSING_NEXT: Final = NEGATIONS | frozenset("without unlike rather only".split())
REVERSING_NEXT_SENTENCE: Final = frozenset("but unless except however though although yet not".split())
# How near a cut-off negation must stand before the words to bear on them ("do not really want | to go").
REACH_BEFORE: Final = 6
# Longest phrase of the lists above, less one: how far a phrase may reach out of what was changed.
REACH_PHRASE: Final = max(map(len, (*HEDGE_PHRASES, *MODAL_PHRASES))) - 1

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


def describe(
    a: Wording, b: Wording, in_a: tuple[int, int], in_b: tuple[int, int], *, flagged: bool = True
) -> Change | None:
    """Describe what stands in ``a`` and in ``b`` between two equal words, or ``None`` where nothing does.

    ``in_a`` and ``in_b`` are half-open word indices. Without ``flagged`` it is not worked out what the change
    touches, which takes most of the time.
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
        tuple(sorted(_touched(a, b, in_a, in_b))) if flagged and note != "contraction" else (),
        note,
        keys_a,
        keys_b,
    )


def flags_of(changes: Iterable[Change]) -> tuple[str, ...]:
    """Return the flags of all the changes, sorted."""
    return tuple(sorted({flag for change in changes for flag in change.flags}))


def cut_flags(before: Sequence[Word], after: Sequence[Word], kept: Sequence[Word]) -> tuple[str, ...]:
    """Return the flags of a truncation, sorted; the words cut off on either side, and those between.

    ``truncation_reverses``: what was cut off reverses or limits what was kept. ``hedge``: a hedge that
    stood next to the words was cut off with the rest ("I think | the pier will stay open").
    """
    flags = []
    clause = [word.key for word in before if word.sentence == kept[0].sentence]
    rest = [word.key for word in after if word.sentence == kept[-1].sentence]
    if _hedge_at_end(clause) or _hedge_at_start(rest):
        flags.append("hedge")
    opening = [word.key for word in after if word.sentence == kept[-1].sentence + 1][:1]
    if (
        CONDITIONS.intersection(clause)
        or REVERSING_BEFORE.intersection(_last_clause(clause))
        or REVERSING_AFTER.intersection(rest)
        or any(
            phrase in zip(*(rest[i:] for i in range(len(phrase))), strict=False)
            for phrase in LIMITING_PHRASES
        )
        or REVERSING_NEXT.intersection(_first_clause(rest))
        or REVERSING_NEXT_SENTENCE.intersection(opening)
    ):
        flags.append("truncation_reverses")
    return tuple(flags)


def _last_clause(keys: list[str]) -> list[str]:
    near = keys[-REACH_BEFORE:]
    for place, key in enumerate(reversed(near)):
        if key in CLAUSE_ENDS:
            return near[len(near) - place :]
    return near


def _first_clause(keys: list[str]) -> list[str]:
    for place, key in enumerate(keys):
        if key in CLAUSE_ENDS:
            return keys[:place]
    return keys


def _hedge_at_end(keys: list[str]) -> bool:
    if keys and keys[-1] == "that":
        keys = keys[:-1]
    return bool(keys) and (
        keys[-1] in HEDGES or any(tuple(keys[-len(phrase) :]) == phrase for phrase in HEDGE_PHRASES)
    )


def _hedge_at_start(keys: list[str]) -> bool:
    return bool(keys) and (
        # "It was mild | probably" hedges what stands before, "… | almost everyone left" what follows.
        (keys[0] in HEDGES and len(keys) == 1) or any(tuple(keys) == phrase for phrase in HEDGE_PHRASES)
    )


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


def _touched(a: Wording, b: Wording, in_a: tuple[int, int], in_b: tuple[int, int]) -> set[str]:
    one, other = _Part(a, in_a), _Part(b, in_b)
    only_a, only_b = one.plain - other.plain, other.plain - one.plain
    only = only_a | only_b
    touched: set[str] = set()
    if only & NEGATIONS or _turned_round(only_a, only_b):
        touched.add("negation")
    if _number_changed(one, other, only_a, only_b):
        touched.add("number")
    if one.modals(only) or other.modals(only) or one.duties() != other.duties():
        touched.add("modality")
    # "I think" for "I believe" hedges as much as before.
    if one.hedges(only) or other.hedges(only) or bool(one.hedge_phrases()) != bool(other.hedge_phrases()):
        touched.add("hedge")
    named_a, named_b = one.names(only), other.names(only)
    # A name in brackets says whom the words mean; it changes a name only where it takes the place of one.
    if any(not word.edited for word in (*named_a, *named_b)) or (named_a and named_b):
        touched.add("name")
    return touched


def _by_first(phrases: Iterable[tuple[str, ...]]) -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in phrases:
        found.setdefault(phrase[0], []).append(phrase)
    return found


_MODAL_BY_FIRST: Final = _by_first(MODAL_PHRASES)
_HEDGE_BY_FIRST: Final = _by_first(HEDGE_PHRASES)


class _Part:
    """The words of one wording that a change touches, within that wording."""

    def __init__(self, wording: Wording, span: tuple[int, int]) -> None:
        self.start, self.end = span
        self.all = wording.words
        self.words = wording.words[self.start : self.end]
        self.plain = {WRITTEN_OUT.get(word.key, word.key) for word in self.words}

    def changed(self, only: set[str]) -> Iterator[tuple[int, str]]:
        """Yield place and key of each word that the other side does not have."""
        for place, word in enumerate(self.words, start=self.start):
            key = WRITTEN_OUT.get(word.key, word.key)
            if key in only:
                yield place, key

    def key(self, place: int) -> str:
        return self.all[place].key if 0 <= place < len(self.all) else ""

    def modals(self, only: set[str]) -> bool:
        return any(
            key in MODALS
            and self.key(place - 1) not in BEFORE_A_NOUN
            # "Will" and "May" inside a sentence are names.
            and not (self.all[place].capital and not self.all[place].initial)
            for place, key in self.changed(only)
        )

    def hedges(self, only: set[str]) -> bool:
        return any(
            key in HEDGES or (key in NUMBER_HEDGES and _is_number(self.key(place + 1)))
            for place, key in self.changed(only)
        )

    def duties(self) -> set[tuple[str, ...]]:
        """Return the phrases of modality ("have to") here, but for words that make up a hedge."""
        taken = {place for _, places in self.hedge_phrases() for place in places}
        return {phrase for phrase, places in self._phrases(_MODAL_BY_FIRST) if taken.isdisjoint(places)}

    def hedge_phrases(self) -> list[tuple[tuple[str, ...], range]]:
        """Return the phrases that hedge, with the places of their words."""
        return [
            (phrase, places)
            for phrase, places in self._phrases(_HEDGE_BY_FIRST)
            if NO_HEDGE_BEFORE.get(phrase[-1]) != self.key(places.stop)
            # "I | think" for "I | know"; but "sort | of" is no longer that where the "of" is gone.
            and (phrase[0] in ("i", "we") or (self.start <= places.start and places.stop <= self.end))
            and not (phrase[-1] == "of" and self.key(places.start - 1) in NO_HEDGE_BEHIND)
        ]

    def _phrases(
        self, listed: Mapping[str, Sequence[tuple[str, ...]]]
    ) -> list[tuple[tuple[str, ...], range]]:
        """Return the listed phrases that stand here, wholly or with a part in what was changed."""
        if self.start == self.end:
            return []
        first = max(0, self.start - REACH_PHRASE)
        keys = [word.key for word in self.all[first : self.end + REACH_PHRASE]]
        return [
            (phrase, range(first + at, first + at + len(phrase)))
            for at, key in enumerate(keys)
            for phrase in listed.get(key, ())
            if tuple(keys[at : at + len(phrase)]) == phrase
            and first + at < self.end
            and first + at + len(phrase) > self.start
        ]

    def names(self, only: set[str]) -> list[Word]:
        return [word for word in self.words if word.key in only and _is_name(word)]


def _is_number(key: str) -> bool:
    return key in NUMBER_WORDS or any(char.isdigit() for char in key)


def _number_changed(one: _Part, other: _Part, only_a: set[str], only_b: set[str]) -> bool:
    numbers_a, numbers_b = _numbers(one, only_a), _numbers(other, only_b)
    if (numbers_a | numbers_b) - {"1"}:
        return True
    shares_a, shares_b = ({SHARES[key] for key in keys if key in SHARES} for keys in (only_a, only_b))
    # "One" is a number where it stands against another one; else mostly a pronoun.
    if (numbers_a or shares_a) and (numbers_b or shares_b) and (numbers_a, shares_a) != (numbers_b, shares_b):
        return True
    return bool(shares_a) != bool(shares_b) and any(
        key in LIMITING_SHARES and _before_several(part, place)
        for part in (one, other)
        for place, key in part.changed(only_a | only_b)
    )


def _numbers(part: _Part, only: set[str]) -> set[str]:
    return {
        key
        for place, key in part.changed(only)
        # "No one", "this one", "any one": a pronoun.
        if _is_number(key) and not (key == "1" and part.key(place - 1) in _BEFORE_ONE)
    }


_BEFORE_ONE: Final = frozenset("no any every some each this that which the another".split())
_PEOPLE: Final = frozenset("of people men women children folks police".split())


def _before_several(part: _Part, place: int) -> bool:
    """Tell whether the word at ``place`` says how many of what follows: "most voters", "some of them"."""
    following = part.key(place + 1)
    several = len(following) > 3 and following.endswith("s") and not following.endswith(("ss", "us", "ous"))
    return several or following in _PEOPLE


def _turned_round(only_a: set[str], only_b: set[str]) -> bool:
    less, full = NEGATIVE_ENDING
    return any(
        (key.startswith(prefix) and key[len(prefix) :] in theirs)
        or (key.endswith(less) and key[: -len(less)] + full in theirs)
        for mine, theirs in ((only_a, only_b), (only_b, only_a))
        for key in mine
        for prefix in NEGATIVE_PREFIXES
    )


def _is_name(word: Word) -> bool:
    """Tell whether a word looks like a name: a capital inside the sentence, or on an uncommon word."""
    if not word.capital or word.key in _NO_NAMES or word.key.startswith("'") or _is_number(word.key):
        return False
    if not word.initial:
        # "LET HIM IN": a small word in capitals is shouted.
        return word_information(word.key) >= COMMON or word.key in capitalised_words()
    # A sentence begins with a capital anyway.
    return (
        word.key in capitalised_words()
        or (word_information(word.key) >= UNLISTED and not word.key.endswith(_ORDINARY))
    )  # fmt: skip


_NO_NAMES: Final = frozenset("i mr mrs ms dr ok".split())
# Endings of ordinary words, which hardly any name has.
_ORDINARY: Final = tuple(
    "ly ing ed ion ions ness ous ive able ible ment ments less ful ity ities ance ence ism ist ists ical ic "
    "ies ers".split()
)
# Small words: one in 1,100 or more, as "him" and "yet" (nats).
COMMON: Final = 7.0
# A word so rare that the table of words does not list it (nats).
UNLISTED: Final = 11.0
