"""Reported speech: what somebody is said to have said without, or partly without, quote marks.

The network (`attribution.networks`) finds the words that report and, around each, the words of its source and
of what is reported. Here these become a mention, a cue and the stretches of the content.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from spacy.tokens import Doc, Token

from attribution import lexicon
from attribution.language.encoder import Vectors
from attribution.networks import CONTENT, CUE, SOURCE, Integers, Judgement
from attribution.reading import Reading

# A word less likely than this to report is not looked at.
MIN_CUE: Final = 0.2
# Gaps of at most this many words inside a content are the network's wavering, not another voice.
_MAX_GAP: Final = 3
# Words behind a preposition at a content's end that still belong to it.
_MAX_REST: Final = 6
# Shorter stretches say nothing that one could check.
_MIN_WORDS: Final = 2
# Words that report in one text; a freak one must not cost minutes.
MAX_CUES: Final = 2_000
# Cues whose surroundings are weighed together; bounds the memory.
_BATCH: Final = 64
# Verbs that report more seldom than this must be so much likelier.
_SELDOM: Final = 0.12
_DOUBT: Final = 0.4
_EDGES: Final = " \t\n\r\f\v,;:.-–—\u00a0"


@dataclass(frozen=True, slots=True)
class Report:
    """One piece of reported speech.

    Attributes:
        cue: half-open range of the words that report.
        mention: half-open range of the words that name the source.
        contents: half-open ranges of what is reported, in order.
        probability: that the article presents this as that source's, in [0, 1].
    """

    cue: tuple[int, int]
    mention: tuple[int, int]
    contents: tuple[tuple[int, int], ...]
    probability: float


def find_reports(reading: Reading, judgement: Judgement, threshold: float) -> list[Report]:
    """Find what the article reports, whether in quote marks or not, in order of the cues.

    Args:
        reading: the article.
        judgement: the networks' view of it.
        threshold: reports less likely than this are left out.
    """
    doc = reading.doc
    if not len(doc):
        return []
    likely = judgement.cues()
    cues = [
        t.i for t in doc if likely[t.i] >= MIN_CUE and not t.is_space and (not t.is_punct or t.text == ":")
    ]
    if len(cues) > MAX_CUES:
        cues = sorted(sorted(cues, key=lambda i: -likely[i])[:MAX_CUES])
    found: list[Report] = []
    for start in range(0, len(cues), _BATCH):
        batch = cues[start : start + _BATCH]
        index, weights = judgement.roles(batch)
        for cue, places, roles in zip(batch, index, weights, strict=True):
            inside = places >= 0
            report = _report(doc, cue, float(likely[cue]), places[inside], roles[inside])
            if report is not None and report.probability >= threshold + _doubt(doc[cue]):
                found.append(report)
    return found


def _doubt(cue: Token) -> float:
    """How much likelier a verb must be that hardly ever reports ("watched")."""
    if cue.tag_[:2] != "VB":
        return 0.0
    return _DOUBT if lexicon.cue_verbs().get(cue.lemma_.lower(), 0.0) < _SELDOM else 0.0


def _report(doc: Doc, cue: int, likely: float, places: Integers, roles: Vectors) -> Report | None:
    """What one cue reports; ``places`` and ``roles``: the words around it and the part that each plays."""
    picked = roles.argmax(axis=1)
    barred = {int(i) for i in places[(picked == SOURCE) | (picked == CUE)]} | {cue}
    contents = tuple(_contents(doc, places[picked == CONTENT], barred))
    mention, sure = _source(doc, places, roles[:, SOURCE], picked)
    if not contents or mention is None:
        return None
    # What ends a content may lie beyond the cue's reach; of that nothing is known.
    known = dict(zip(places.tolist(), roles[:, CONTENT].tolist(), strict=True))
    mean = float(np.mean([known[i] for a, b in contents for i in range(a, b) if i in known]))
    words = {int(i) for i in places[picked == CUE]} | {cue}
    first = last = cue
    while first - 1 in words:
        first -= 1
    while last + 1 in words:
        last += 1
    return Report((first, last + 1), mention, contents, likely * mean * sure)


def _contents(doc: Doc, words: Integers, barred: set[int]) -> Iterator[tuple[int, int]]:
    """Stretches of words, small gaps closed, punctuation and white space taken off their ends.

    No gap is closed over a word that is ``barred``: the cue or the source that splits a content.
    """
    if not len(words):
        return
    runs = [[int(words[0]), int(words[0]) + 1]]
    for one, two in pairwise(int(w) for w in words):
        gap = doc[one + 1 : two]
        if two - one - 1 <= _MAX_GAP and not any("\n" in t.text or t.i in barred for t in gap):
            runs[-1][1] = two + 1
        else:
            runs.append([two, two + 1])
    for run in runs:
        solid = [i for i in range(*run) if doc[i].text.strip(_EDGES)]
        if solid and sum(doc[i].is_alpha for i in solid) >= _MIN_WORDS:
            yield solid[0], _whole(doc, solid[-1], barred) + 1


def _whole(doc: Doc, last: int, barred: set[int]) -> int:
    """Where a content ends that would break off behind a preposition ("will sail again on")."""
    word = doc[last]
    rest = range(last + 1, word.right_edge.i + 1)
    if word.tag_ not in ("IN", "TO") or len(rest) > _MAX_REST or any(i in barred for i in rest):
        return last
    return word.right_edge.i


def _source(
    doc: Doc, places: Integers, likely: Vectors, picked: Integers
) -> tuple[tuple[int, int] | None, float]:
    """The likeliest stretch of source words and how sure that is."""
    runs: list[tuple[int, int]] = []
    for at in (int(i) for i in np.flatnonzero(picked == SOURCE)):
        if runs and runs[-1][1] == at:
            runs[-1] = (runs[-1][0], at + 1)
        else:
            runs.append((at, at + 1))
    runs = [r for r in runs if any(doc[int(i)].is_alpha for i in places[r[0] : r[1]])]
    if not runs:
        return None, 1.0
    start, end = max(runs, key=lambda r: float(likely[r[0] : r[1]].sum()))
    return (int(places[start]), int(places[end - 1]) + 1), float(likely[start:end].max())


def head_of(doc: Doc, mention: tuple[int, int]) -> int:
    """The word of a mention that the others hang on."""
    words: Sequence[int] = range(*mention)
    nominal = [
        i
        for i in words
        if doc[i].tag_[:2] in ("NN", "PR", "WP")
        and not any(mention[0] <= a.i < mention[1] for a in doc[i].ancestors)
    ]
    if nominal:
        return nominal[0]
    span = doc[mention[0] : mention[1]]
    return int(span.root.i)
