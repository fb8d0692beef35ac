"""Compare two wordings: one relation, typed changes with offsets, and flags for what matters.

`compare` is a pure function. It reads both texts into words (`attribution.wording`), looks for the
stretch in which both could report the same utterance, weighs the evidence for that in nats, and
names the relation:

- ``verbatim``: the same words;
- ``truncated``: one is a contiguous part of the other;
- ``elided``: words were left out inside, or the editor marked every change, or both are overlapping
  parts of one passage;
- ``altered``: words were replaced, added, inflected, contracted or reordered without a mark;
- ``unrelated``: different utterances, or too few telling words in common to say more.

The evidence is a log-likelihood ratio: every run of shared words counts what it tells
(`attribution.information`), every change costs. The costs and thresholds below were chosen on pairs
of quotations from PolNeAR's train part; docs/comparing.md has the figures.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel

from attribution.changes import WRITTEN_OUT, Change, cut_flags, describe, flags_of
from attribution.information import information, word_information
from attribution.wording import Wording, read, share_compounds, share_names

Relation = Literal["verbatim", "truncated", "elided", "altered", "unrelated"]

# Evidence that makes two wordings one utterance (nats). Of the fragments that two articles of PolNeAR's
# train part share word for word, those below it are nearly all set phrases in two speakers' mouths.
ENOUGH: Final = 22.0
# Two or three words are often a term ("Gang of Eight", "a litmus test"), however rare: they must tell more.
TERM: Final = 3.0
TERM_WORDS: Final = 3
# An exchanged word is about as likely as 1 in 400 in a quotation that was copied with changes.
SUBSTITUTION: Final = 6.0
# A word left out or added; less than an exchange, since omissions come in runs.
GAP: Final = 3.0
# A contraction written out, or another form of the same word: changed, but hardly by chance the same.
CONTRACTION: Final = 1.0
INFLECTION: Final = 3.0
# A long omission between two matching stretches costs no more than this: outlets leave out whole sentences.
LONG_GAP: Final = 12.0
# Nor does a long exchange, or an edge at which both go on in other words: each may have chosen another
# sentence of the same speech. Turns of phrase ("a special place in hell for …") are shared that way too.
LONG_EXCHANGE: Final = 16.0
# An omission or edit that the editor shows: the words on its two sides need not have stood together.
MARKED: Final = 3.0
# What an unmarked change anywhere, a contraction apart, costs at once: there are many more ways to match
# roughly than exactly.
# Rough matches of two speakers in PolNeAR's train part lie below 31 nats without it, of one speaker above.
ROUGHLY: Final = 8.5
# Both begin and both end with the same words, so there was one way only to match them: this counts for one
# utterance, and `ROUGHLY` is not asked. Nor is it where both end with the same words and differ in the first
# few ("But you …", "Yet you …"); openings are formulas, endings are not. Of the 5,137 quotations of PolNeAR's
# train part, two speakers' that match so have at most 5 nats without either, one speaker's 13 and more.
ANCHORED: Final = 4.0
# How many words at an edge, on either side, count as the first few or the last few.
EDGE: Final = 2
# One text ends in the words with which the other begins: set phrases do that by chance.
OVERLAP: Final = 14.0
# A further matching stretch must tell this much by itself, or it matches by chance.
FURTHER_STRETCH: Final = 16.0
# When an exchange is looked at closely: how far beyond the shorter rest at an edge, in words, and the
# share of the shorter side that must be the same words for them to count as kept.
REACH: Final = 3
MIN_KEPT: Final = 0.34
# So many words that were kept are looked at for having changed places with others.
TURNED: Final = 4
# "No one knows" and "Everyone knows": so many more words on one side of an edge belong to the exchange.
SPARE: Final = 2
# Above this many cells the exact alignment would take seconds and gigabytes; longest common
# subsequence (bit-parallel) takes its place.
MAX_CELLS: Final = 4_000_000
# Less than this is rounding (nats).
LEAST: Final = 1e-3
# A matching run in that mode must tell this much to count as an anchor.
ANCHOR: Final = 14.0
# Longer wordings are no quotations; two of this length take a second or two and 120 MB.
MAX_WORDS: Final = 30_000
MAX_CHARACTERS: Final = 400_000
# Scale of the logistic that damps the score around `ENOUGH` (nats).
SCORE_SCALE: Final = 5.0


class WordingTooLongError(ValueError):
    """A wording is longer than `MAX_WORDS` words or `MAX_CHARACTERS` characters."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two wordings compare.

    Attributes:
        relation: see the module's text.
        score: 0 to 1: share of the shorter wording that the other has, by what the words tell,
            damped where it is too little to tell one utterance from another. 1 for ``verbatim``.
        evidence: nats for "one utterance" against "chance"; `ENOUGH` and more means one utterance.
        changes: what differs inside the common stretch, in the order of ``a``; what was merely cut
            off at an edge is no change.
        flags: sorted; ``negation``, ``number``, ``modality``, ``name``, ``hedge``: a change touches
            one of these; ``truncation_reverses``: what was cut off reverses or limits the words.
        marked: every omission and edit inside is marked by an ellipsis or brackets (true as well where
            there is none).
        shorter: which wording is the shorter part: ``"a"``, ``"b"`` or ``None`` where neither is.
        stretch_a, stretch_b: character offsets of the common stretch in either text, or ``None``.
    """

    relation: Relation
    score: float
    evidence: float
    changes: tuple[Change, ...] = ()
    flags: tuple[str, ...] = ()
    marked: bool = True
    shorter: Literal["a", "b"] | None = None
    stretch_a: tuple[int, int] | None = None
    stretch_b: tuple[int, int] | None = None

    @property
    def consistent(self) -> bool:
        """Whether the wordings report the same words: verbatim, truncated, or only marked elisions."""
        return self.relation in ("verbatim", "truncated") or (self.relation == "elided" and self.marked)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready record; its keys include those of the ``quotetrace compare`` contract."""
        record = asdict(self)
        record["changes"] = [change.to_dict() for change in self.changes]
        record["flags"] = list(self.flags)
        for name in ("stretch_a", "stretch_b"):
            record[name] = list(record[name]) if record[name] else None
        return record


def compare(a: str, b: str, *, prior: float = 0.0) -> Comparison:
    """Compare two wordings.

    ``prior`` is evidence from outside the words, in nats, that both report one utterance: positive for
    the same speaker in the same days, negative for two speakers. Symmetric but for the sides' names.

    Raises `WordingTooLongError`; otherwise any two strings have an answer.

    >>> compare("“I’m not quite there yet,”", "And I am not quite there yet.").relation
    'altered'
    >>> compare("quite weak like a baby", "Weak, quite weak, like a baby!").relation
    'truncated'
    """
    for side, text in (("first", a), ("second", b)):
        if len(text) > MAX_CHARACTERS:
            raise WordingTooLongError(
                f"the {side} wording has {len(text):,} characters; the limit is {MAX_CHARACTERS:,}"
            )
    return compare_wordings(read(a), read(b), prior=prior)


def compare_wordings(a: Wording, b: Wording, *, prior: float = 0.0) -> Comparison:
    """Compare two wordings already read into words; offsets are those of their own texts."""
    for side, wording in (("first", a), ("second", b)):
        if len(wording.words) > MAX_WORDS:
            raise WordingTooLongError(
                f"the {side} wording has {len(wording.words):,} words; the limit is {MAX_WORDS:,}"
            )
    if a.keys != b.keys:
        a, b = share_names(*share_compounds(a, b))
    # Both orders take the same path, so that the relation cannot depend on who is called a.
    if (len(a.words), a.keys, sorted(a.gaps)) > (len(b.words), b.keys, sorted(b.gaps)):
        return _swapped(_compare(b, a, prior))
    return _compare(a, b, prior)


def _swapped(found: Comparison) -> Comparison:
    return Comparison(
        found.relation,
        found.score,
        found.evidence,
        tuple(change.swapped() for change in found.changes),
        found.flags,
        found.marked,
        {"a": "b", "b": "a", None: None}[found.shorter],
        found.stretch_b,
        found.stretch_a,
    )


def _compare(a: Wording, b: Wording, prior: float) -> Comparison:
    """Compare with ``a`` the one of fewer words."""
    if not a.words or not b.words:
        # Nothing to go by: only the very same signs are the same wording.
        same = not a.words and not b.words and a.text.strip() == b.text.strip()
        return Comparison("verbatim" if same else "unrelated", 1.0 if same else 0.0, 0.0)
    if a.keys == b.keys:
        return Comparison(
            "verbatim",
            1.0,
            information(a.keys),
            stretch_a=_offsets(a, 0, len(a.words)),
            stretch_b=_offsets(b, 0, len(b.words)),
        )
    start = _find(a.keys, b.keys)
    if start is not None:
        return _truncated(a, b, start, prior)
    if not _worth_aligning(a, b, prior):
        return Comparison("unrelated", 0.0, 0.0)
    return _aligned(a, b, prior)


def _truncated(a: Wording, b: Wording, start: int, prior: float) -> Comparison:
    end = start + len(a.words)
    evidence = information(a.keys) - (TERM if len(a.words) <= TERM_WORDS else 0.0)
    if _within_a_word(b, end) and evidence - GAP + prior >= ENOUGH:
        # "couldn't" cut to "could" is no shorter quotation but another word.
        change = describe(a, b, (len(a.words), len(a.words)), (end, end + 1))
        assert change is not None  # b has a word there
        rest = cut_flags(b.words[:start], b.words[end + 1 :], b.words[start : end + 1])
        return Comparison(
            "altered",
            _score(1.0, evidence - GAP + prior),
            evidence - GAP,
            (change,),
            tuple(sorted({*change.flags, *rest})),
            False,
            "a" if start or end + 1 < len(b.words) else None,
            _offsets(a, 0, len(a.words)),
            _offsets(b, start, end + 1),
        )
    flags = cut_flags(b.words[:start], b.words[end:], b.words[start:end])
    relation: Relation = "truncated" if evidence + prior >= ENOUGH else "unrelated"
    return Comparison(
        relation,
        _score(1.0, evidence + prior),
        evidence,
        flags=flags if relation == "truncated" else (),
        shorter="a",
        stretch_a=_offsets(a, 0, len(a.words)),
        stretch_b=_offsets(b, start, end),
    )


def _within_a_word(wording: Wording, place: int) -> bool:
    """Tell whether the word at ``place`` is the "n't" or "not" of the written word before it."""
    words = wording.words
    return (
        place < len(words)
        and words[place].key in ("n't", "not")
        and words[place - 1].end == words[place].start
    )


def _find(needle: Sequence[str], hay: Sequence[str]) -> int | None:
    """Return where the needle's words stand in the hay as one contiguous run."""
    # Keys hold no control characters: \w, apostrophes and currency signs only.
    text, part = ("\n" + "\n".join(keys) + "\n" for keys in (hay, needle))
    at = text.find(part)
    return None if at < 0 else text.count("\n", 0, at + 1) - 1


def _worth_aligning(a: Wording, b: Wording, prior: float) -> bool:
    """Tell whether aligning could bring enough evidence: a bound from above, without the order of words.

    Shared words count in full only beside another shared word; alone, they cost at least a gap. Without
    marks and contractions, what is no contiguous part is a rough match or an overlap.
    """
    soft_a, soft_b = _soft(a), _soft(b)
    shared = set(soft_a) & set(soft_b)
    neighbours = set(pairwise(soft_a)).intersection(pairwise(soft_b))
    beside = {key for pair in neighbours for key in pair}
    most = sum(
        word_information(key) if key in beside else max(0.0, word_information(key) - GAP)
        for key in soft_a
        if key in shared
    )
    if soft_a[-1] == soft_b[-1] and not set(soft_a[: EDGE + 1]).isdisjoint(soft_b[: EDGE + 1]):
        return most + prior >= ENOUGH - (ANCHORED if soft_a[0] == soft_b[0] else 0.0)
    plain = soft_a == list(a.keys) and soft_b == list(b.keys)
    marked = a.gaps or b.gaps or any(word.edited for word in (*a.words, *b.words))
    return most + prior >= ENOUGH + (ROUGHLY if plain and not marked else 0.0)


def _soft(wording: Wording) -> list[str]:
    """Return the keys with contractions as the words they stand for."""
    return [WRITTEN_OUT.get(key, key) for key in wording.keys]


@dataclass(frozen=True, slots=True)
class _Block:
    """A run of equal words: ``a[i : i + size] == b[j : j + size]``."""

    i: int
    j: int
    size: int


def _aligned(a: Wording, b: Wording, prior: float) -> Comparison:
    blocks = _to_the_ends(a, b, _align(a, b))
    if not blocks:
        return Comparison("unrelated", 0.0, 0.0)
    shared = sum(information(a.keys[block.i : block.i + block.size]) for block in blocks)
    rough = _changes(a, b, blocks, flagged=False)
    costs = sum(_cost(change) for change in rough)
    left_a, right_a, left_b, right_b = _rests(a, b, blocks)
    if not (left_a or right_a or left_b or right_b):
        costs -= ANCHORED
    elif (right_a or right_b or max(left_a, left_b) > EDGE or not (left_a and left_b)) and any(
        not change.marked and change.note != "contraction" for change in rough
    ):
        costs += ROUGHLY
    if not rough and (left_a or right_a) and (left_b or right_b):
        costs += OVERLAP
    # A long text offers more places where words can match by chance.
    evidence = shared - costs - math.log(max(1.0, len(b.words) / len(a.words)))
    whole = min(information(a.keys), information(b.keys))
    score = _score(min(1.0, shared / whole) if whole else 0.0, evidence + prior)
    if evidence + prior < ENOUGH:
        stretch_a, stretch_b = _stretches(a, b, blocks)
        return Comparison("unrelated", score, evidence, stretch_a=stretch_a, stretch_b=stretch_b)
    # It is one utterance: now even common words that stand in the same order were kept.
    blocks = _turned_back(a, b, _refined(a, b, blocks))
    changes = _with_moves(_changes(a, b, blocks, SPARE))
    marked = all(change.marked for change in changes)
    flags = set(flags_of(changes))
    left_a, right_a, left_b, right_b = _rests(a, b, blocks)
    shorter: Literal["a", "b"] | None = None
    if not (left_a or right_a) and (left_b or right_b):
        shorter = "a"
        flags |= set(_cut(b, left_b, right_b))
    elif not (left_b or right_b) and (left_a or right_a):
        shorter = "b"
        flags |= set(_cut(a, left_a, right_a))
    return Comparison(
        _relation(changes, marked, shorter),
        score,
        evidence,
        tuple(changes),
        tuple(sorted(flags)),
        marked,
        shorter,
        *_stretches(a, b, blocks),
    )


def _to_the_ends(a: Wording, b: Wording, blocks: list[_Block]) -> list[_Block]:
    """Match the first and the last words as well where they are the same and the alignment comes near them.

    A common word at the edge tells less than the exchanged one behind it costs, so the best stretch lacks it.
    """
    if not blocks:
        return blocks
    left_a, right_a, left_b, right_b = _rests(a, b, blocks)
    if left_a and left_b and max(left_a, left_b) <= EDGE + 1 and a.keys[0] == b.keys[0]:
        blocks = [_Block(0, 0, 1), *blocks]
    if right_a and right_b and max(right_a, right_b) <= EDGE + 1 and a.keys[-1] == b.keys[-1]:
        blocks = [*blocks, _Block(len(a.words) - 1, len(b.words) - 1, 1)]
    return blocks


def _rests(a: Wording, b: Wording, blocks: list[_Block]) -> tuple[int, int, int, int]:
    """Return how many words lie before and after the common stretch: in a, a, b, b."""
    first, last = blocks[0], blocks[-1]
    return (
        first.i,
        len(a.words) - last.i - last.size,
        first.j,
        len(b.words) - last.j - last.size,
    )


def _cut(wording: Wording, left: int, right: int) -> tuple[str, ...]:
    end = len(wording.words) - right
    return cut_flags(wording.words[:left], wording.words[end:], wording.words[left:end])


def _stretches(a: Wording, b: Wording, blocks: list[_Block]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the character offsets of the common stretch in either text."""
    first, last = blocks[0], blocks[-1]
    return _offsets(a, first.i, last.i + last.size), _offsets(b, first.j, last.j + last.size)


def _changes(
    a: Wording, b: Wording, blocks: list[_Block], spare: int = 0, *, flagged: bool = True
) -> list[Change]:
    """Describe what lies between the blocks, and the edges at which both wordings go on differently.

    At an edge only as many words as the shorter rest has are set against each other; what goes beyond
    is cut off, unless it is no more than ``spare`` words.
    """
    rest_left_a, rest_right_a, rest_left_b, rest_right_b = _rests(a, b, blocks)
    end_a, end_b = len(a.words) - rest_right_a, len(b.words) - rest_right_b
    left_a, left_b = _set_against(rest_left_a, rest_left_b, spare)
    right_a, right_b = _set_against(rest_right_a, rest_right_b, spare)
    spans = [((rest_left_a - left_a, rest_left_a), (rest_left_b - left_b, rest_left_b))]
    spans += [((x.i + x.size, y.i), (x.j + x.size, y.j)) for x, y in pairwise(blocks)]
    spans.append(((end_a, end_a + right_a), (end_b, end_b + right_b)))
    found = (describe(a, b, in_a, in_b, flagged=flagged) for in_a, in_b in spans)
    return [change for change in found if change is not None]


def _set_against(rest_a: int, rest_b: int, spare: int) -> tuple[int, int]:
    """Return how many words of two rests at one edge stand for each other; none where one side has none."""
    least = min(rest_a, rest_b)
    if least and abs(rest_a - rest_b) <= spare:
        return rest_a, rest_b
    return least, least


def _refined(a: Wording, b: Wording, blocks: list[_Block]) -> list[_Block]:
    """Add the words that the exchanged stretches have in common, in order."""
    left_a, right_a, left_b, right_b = _rests(a, b, blocks)
    # At an edge the texts may part for good: look no farther than the shorter rest and a little more.
    left, right = min(left_a, left_b), min(right_a, right_b)
    reach_left, reach_right = left + REACH if left else 0, right + REACH if right else 0
    end_a, end_b = len(a.words) - right_a, len(b.words) - right_b
    windows = [(max(0, left_a - reach_left), left_a, max(0, left_b - reach_left), left_b)]
    windows += [(x.i + x.size, y.i, x.j + x.size, y.j) for x, y in pairwise(blocks)]
    windows.append(
        (end_a, min(len(a.words), end_a + reach_right), end_b, min(len(b.words), end_b + reach_right))
    )
    pairs = [(block.i + n, block.j + n) for block in blocks for n in range(block.size)]
    for a0, a1, b0, b1 in windows:
        if a0 < a1 and b0 < b1:
            common = Indel.opcodes(a.keys[a0:a1], b.keys[b0:b1])
            inner = [
                (a0 + op.src_start + n, b0 + op.dest_start + n)
                for op in common
                if op.tag == "equal"
                for n in range(op.src_end - op.src_start)
            ]
            # A few common words scattered over two different sentences were not kept from anything.
            if len(inner) >= MIN_KEPT * min(a1 - a0, b1 - b0):
                pairs += inner
    return _blocks(sorted(pairs))


def _turned_back(a: Wording, b: Wording, blocks: list[_Block]) -> list[_Block]:
    """Match anew where the same words stand in another order ("oversight and transparency").

    The alignment keeps a word or two of them and takes the rest for an omission here and an addition (or, at
    an edge, a cut) there. Where between two longer runs both have the same words, those that stand at
    the same place are kept instead, and the others have changed places.
    """
    turned = blocks
    for middle in blocks:
        if len(blocks) == 1 or middle.size > TURNED or middle not in turned:
            continue
        at = turned.index(middle)
        before = turned[at - 1] if at else _Block(0, 0, 0)
        behind = turned[at + 1] if at + 1 < len(turned) else _Block(len(a.words), len(b.words), 0)
        a0, a1 = before.i + before.size, behind.i
        b0, b1 = before.j + before.size, behind.j
        if not middle.size < a1 - a0 == b1 - b0 <= 2 * TURNED + 1:
            continue
        if middle.i - a0 != middle.j - b0 and sorted(a.keys[a0:a1]) == sorted(b.keys[b0:b1]):
            kept = [
                (block.i + n, block.j + n) for block in turned if block != middle for n in range(block.size)
            ]
            kept += [(a0 + n, b0 + n) for n in range(a1 - a0) if a.keys[a0 + n] == b.keys[b0 + n]]
            if kept:
                turned = _blocks(sorted(kept))
    return turned


def _relation(changes: list[Change], marked: bool, shorter: Literal["a", "b"] | None) -> Relation:
    if not changes:
        return "truncated" if shorter else "elided"  # overlapping parts of one passage
    if marked:
        return "elided"
    loud = [change for change in changes if not change.marked]
    omissions = {change.type for change in loud}
    # Leaving out a "not" without a mark is no shortening: it makes another sentence.
    if len(omissions) == 1 and omissions <= {"insert", "delete"} and "negation" not in flags_of(loud):
        return "elided"
    return "altered"


def _cost(change: Change) -> float:
    if change.marked:
        return MARKED
    if change.note:
        return CONTRACTION if change.note == "contraction" else INFLECTION
    both, alone = sorted((len(change.keys_a), len(change.keys_b)))
    return min(LONG_EXCHANGE, SUBSTITUTION * both) + min(LONG_GAP, GAP * (alone - both))


def _with_moves(changes: list[Change]) -> list[Change]:
    """Make one `move` of words left out in one place and added, the same, in another."""
    moved: list[Change] = []
    waiting: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = {}
    for change in changes:
        opposite = waiting.pop((change.keys_b, change.keys_a), None) if change.type != "move" else None
        if opposite is None:
            waiting[(change.keys_a, change.keys_b)] = len(moved)
            moved.append(change)
        elif change.type == "replace":  # "coal companies and coal miners": each took the other's place
            first = moved[opposite]
            moved[opposite] = first.moved_to(change)
            moved.append(change.moved_to(first))
        else:
            moved[opposite] = moved[opposite].moved_to(change)
    return sorted(moved, key=lambda change: (change.a.start, change.b.start))


def _score(share: float, evidence: float) -> float:
    damping = 1.0 / (1.0 + math.exp(min(50.0, (ENOUGH - evidence) / SCORE_SCALE)))
    return round(share * damping, 4)


def _offsets(wording: Wording, start: int, end: int) -> tuple[int, int]:
    return wording.words[start].start, wording.words[end - 1].end


def _align(a: Wording, b: Wording) -> list[_Block]:
    """Return the runs of equal words in one common order: best local alignment, then what it leaves."""
    if len(a.words) * len(b.words) > MAX_CELLS:
        return _align_long(a, b)
    numbers: dict[str, int] = {}
    # A contraction stands where its word stands; that the two are not the same words is seen afterwards.
    ids_a = np.array([numbers.setdefault(key, len(numbers)) for key in _soft(a)], dtype=np.int32)
    ids_b = np.array([numbers.setdefault(key, len(numbers)) for key in _soft(b)], dtype=np.int32)
    weights = np.array([word_information(key) for key in a.keys], dtype=np.float32)
    pairs: list[tuple[int, int]] = []
    waiting = [(0, len(ids_a), 0, len(ids_b))]
    while waiting:
        a0, a1, b0, b1 = waiting.pop()
        if a0 >= a1 or b0 >= b1:
            continue
        if pairs:
            known = np.zeros(len(numbers), dtype=np.bool_)
            known[ids_b[b0:b1]] = True
            if weights[a0:a1][known[ids_a[a0:a1]]].sum() < FURTHER_STRETCH:
                continue
        found = _best_stretch(a, b, ids_a, ids_b, weights, (a0, a1, b0, b1))
        if not found or (pairs and not _tells(a, found)):
            continue
        pairs += found
        waiting.append((a0, found[0][0], b0, found[0][1]))
        waiting.append((found[-1][0] + 1, a1, found[-1][1] + 1, b1))
    return _blocks(sorted((i, j) for i, j in pairs if a.keys[i] == b.keys[j]))


def _tells(a: Wording, pairs: list[tuple[int, int]]) -> bool:
    return (
        sum(information(a.keys[block.i : block.i + block.size]) for block in _blocks(pairs))
        >= FURTHER_STRETCH
    )


def _blocks(pairs: list[tuple[int, int]]) -> list[_Block]:
    blocks: list[_Block] = []
    for i, j in pairs:
        if blocks and (i, j) == (blocks[-1].i + blocks[-1].size, blocks[-1].j + blocks[-1].size):
            blocks[-1] = _Block(blocks[-1].i, blocks[-1].j, blocks[-1].size + 1)
        else:
            blocks.append(_Block(i, j, 1))
    return blocks


def _best_stretch(
    a: Wording,
    b: Wording,
    ids_a: NDArray[np.int32],
    ids_b: NDArray[np.int32],
    weights: NDArray[np.float32],
    window: tuple[int, int, int, int],
) -> list[tuple[int, int]]:
    """Return the matched (i, j) of the best local alignment inside the window (Smith-Waterman).

    A match scores what the word tells; words skipped where the other side has an ellipsis cost nothing.
    """
    a0, a1, b0, b1 = window
    height, width = a1 - a0, b1 - b0
    same = ids_a[a0:a1, None] == ids_b[None, b0:b1]
    gains = np.where(same, weights[a0:a1, None], np.float32(-SUBSTITUTION))
    # An ellipsis of b before its word j makes skipping words of a free in column j.
    down = np.full(width + 1, GAP, dtype=np.float32)
    for gap in b.gaps:
        if b0 < gap < b1:
            down[gap - b0] = 0.0
    slope = np.arange(width + 1, dtype=np.float32) * np.float32(GAP)
    cells = np.zeros((height + 1, width + 1), dtype=np.float32)
    none, diagonal, left, beyond = (np.zeros(width + 1, dtype=np.float32) for _ in range(4))
    least = np.full(width + 1, LEAST, dtype=np.float32)
    skipped = np.zeros(width + 1, dtype=np.bool_)
    found = same.any(axis=1).tolist()
    for row, (before, now, gain) in enumerate(zip(cells, cells[1:], gains, strict=False)):
        # Where nothing goes on and nothing begins, nothing is: so it is in many rows of unrelated wordings.
        if not found[row] and not np.count_nonzero(before):
            continue
        np.subtract(before, down, out=now)
        np.add(before[:-1], gain, out=diagonal[1:])
        np.maximum(now, diagonal, out=now)
        np.maximum(now, none, out=now)
        # Skipping words of b: one running maximum instead of a step for every cell; free at an ellipsis of a.
        if a0 + row + 1 in a.gaps and a0 + row + 1 < len(a.words):
            np.maximum.accumulate(now, out=left)
        else:
            np.add(now, slope, out=left)
            np.maximum.accumulate(left, out=left)
            np.subtract(left, slope, out=left)
        np.add(now, least, out=beyond)
        np.greater(left, beyond, out=skipped)
        np.copyto(now, left, where=skipped)
    best, best_at = 0.0, (0, 0)
    tops = cells.argmax(axis=1)
    for row, (top, value) in enumerate(zip(tops, cells[np.arange(height + 1), tops], strict=True)):
        if value > best + LEAST:
            best, best_at = float(value), (row, int(top))
    return [(a0 + i, b0 + j) for i, j in _trace(cells, gains, down, best_at) if same[i, j]]


def _trace(
    cells: NDArray[np.float32], gains: NDArray[np.float32], down: NDArray[np.float32], at: tuple[int, int]
) -> list[tuple[int, int]]:
    """Return the (i, j) that the best alignment ending in a cell sets against each other, the same or not."""
    row, column = at
    diagonal = cells[:row, :column] + gains[:row, :column]
    up = cells[:row, 1 : column + 1] - down[1 : column + 1]
    now = np.maximum(np.maximum(diagonal, up), 0.0)
    moves = np.where(diagonal >= up, np.int8(1), np.int8(2))  # 1 diagonal, 2 up, 3 left, 0 stop
    moves[now <= 0] = 0
    moves[cells[1 : row + 1, 1 : column + 1] > now] = 3
    steps = moves.tolist()
    pairs: list[tuple[int, int]] = []
    while row > 0 and column > 0 and (move := steps[row - 1][column - 1]):
        if move == 1:
            row, column = row - 1, column - 1
            pairs.append((row, column))
        elif move == 2:
            row -= 1
        else:
            column -= 1
    pairs.reverse()
    return pairs


def _align_long(a: Wording, b: Wording) -> list[_Block]:
    """Align long texts by their longest common subsequence, keeping runs that tell something."""
    numbers: dict[str, int] = {}
    ids_a = [numbers.setdefault(key, len(numbers)) for key in a.keys]
    ids_b = [numbers.setdefault(key, len(numbers)) for key in b.keys]
    blocks = [
        _Block(op.src_start, op.dest_start, op.src_end - op.src_start)
        for op in Indel.opcodes(ids_a, ids_b)
        if op.tag == "equal"
    ]
    return [block for block in blocks if information(a.keys[block.i : block.i + block.size]) >= ANCHOR]
