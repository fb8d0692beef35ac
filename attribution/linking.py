"""Weigh the candidates: which of them is the source of a quote, and is the span a quote at all.

Two of the networks in `attribution.networks` answer: one gives every candidate of a span a weight, among
them "none of these"; the other tells speech from titles, terms and scare quotes. Beside the words in their
context they see what is listed in `CANDIDATE_FEATURES` and `SPAN_FEATURES`: layout, punctuation, syntax and
kinds of words.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Token

from attribution import lexicon
from attribution.cues import Candidate
from attribution.features import FeatureOrder, Vector
from attribution.phrases import SUBJECT
from attribution.reading import Reading
from attribution.resolved import Resolution

_CLAUSAL: Final = frozenset(
    ["ccomp", "parataxis", "dobj", "xcomp", "oprd", "attr", "dep", "advcl", "prep", "pobj"]
)
_KINDS: Final = ("verb", "according", "noun", "label", "signoff", "subject", "name", "previous")
_RELATIONS: Final = (
    "subject",
    "passive",
    "agent",
    "relative",
    "modified",
    "inherited",
    "inverted",
    "possessive",
)
_SIDES: Final = ("same", "before", "two_before", "after")
CANDIDATE_FEATURES: Final = (
    *(f"kind:{k}" for k in _KINDS),
    *(f"relation:{r}" for r in _RELATIONS),
    *(f"paragraph:{s}" for s in _SIDES),
    "cue before", "cue after", "mention before", "mention after", "distance", "mention distance",
    "sentences between", "one sentence", "spans between", "one span between", "cues between",
    "nearest cue", "touches after", "touches before", "only punctuation before", "that between",
    "colon before span", "comma before span", "span ends in comma", "cue tag past", "cue tag present",
    "cue tag participle", "cue tag base", "share", "share squared", "is say", "is tell",
    "cue heads span", "cue above span", "span clausal", "same sentence", "inside marks", "pronoun third",
    "pronoun first", "pronoun it", "pronoun they", "person", "organization", "place", "person noun",
    "plural noun", "indefinite", "resolved", "resolution strength", "in subject",
    "previous same paragraph", "previous one back", "previous further", "previous unclosed",
    "previous gap", "previous is same speaker", "cue in span's paragraph",
    "candidate paragraph ends in colon", "span opens paragraph", "span closes paragraph",
    "span is paragraph", "span continues", "span length", "span short", "span lower", "quotes so far",
    "mentions of entity", "first candidate", "innermost cue", "outer cue", "cue under a cue",
    "cue over a cue", "described", "several", "listed with the last",
)  # fmt: skip
SPAN_FEATURES: Final = (
    "words", "one word", "two words", "short", "capitalised share", "all capitalised", "starts lower",
    "ends in mark", "ends in comma", "ends in stop", "has verb", "has finite verb", "has pronoun",
    "has first person", "colon before", "comma before", "opens paragraph", "closes paragraph",
    "noun after", "preposition before", "determiner before", "possessive before", "verb before",
    "cue touches", "cue in sentence", "cue in paragraph", "calls before", "so-called before",
    "work before", "entity inside", "is one entity", "hyphen inside", "digits", "previous speech",
    "previous in paragraph", "best weight", "best margin", "that before", "as before",
    "adjective before", "and before", "marks in paragraph", "headline", "unclosed", "noun phrase",
    "compound of next", "in title words", "wh inside", "best kind verb", "best share", "best resolved",
    "listed with the last", "listed with speech",
)  # fmt: skip
_CALLS: Final = frozenset(
    ["call", "dub", "name", "term", "title", "label", "nickname", "entitle", "know", "christen"]
)
_WORKS: Final = frozenset(
    """ad album anthem article bill blog book broadcast campaign chapter column commercial documentary
    editorial episode essay exhibition film hit hymn lecture magazine memoir movie musical novel opera
    painting paper phrase play podcast poem program programme project report seminar series show sitcom
    slogan song spot story study talk theme track video word words""".split()
)
_CANDIDATE_ROWS: Final = FeatureOrder(CANDIDATE_FEATURES)


@dataclass(frozen=True, slots=True)
class Option:
    """A candidate with the speaker that its mention resolves to."""

    candidate: Candidate
    resolution: Resolution


@dataclass(frozen=True, slots=True)
class Previous:
    """What was decided for the span before: who, and how surely."""

    span: int
    mention: tuple[int, int]
    head: int
    key: Hashable
    weight: float


def places(options: Sequence[Option]) -> NDArray[np.int64]:
    """Return for each candidate the words that stand for it: mention's head and first word, cue or -1."""
    rows = [
        (o.candidate.head, o.candidate.mention[0], o.candidate.cue[0] if o.candidate.cue else -1)
        for o in options
    ]
    return np.array(rows, dtype="int64").reshape(-1, 3)


@dataclass(frozen=True, slots=True)
class _Counts:
    """How many words of a kind stand before each word of an article, so that a stretch is counted at once.

    Attributes:
        outside: neither punctuation nor white space, and outside quote marks.
        stops: what ends a sentence or a clause, outside quote marks.
        words: neither punctuation nor white space, anywhere.
        that: the word "that", anywhere.
    """

    outside: Sequence[int]
    stops: Sequence[int]
    words: Sequence[int]
    that: Sequence[int]

    @classmethod
    def of(cls, reading: Reading) -> _Counts:
        """Count; each sequence has one entry more than the article has words."""
        outside, stops, words, that = [0], [0], [0], [0]
        for token, span in zip(reading.doc, reading.token_span, strict=True):
            solid = not token.is_punct and not token.is_space
            text = token.text
            outside.append(outside[-1] + (solid and span < 0))
            stops.append(stops[-1] + (span < 0 and (text in (".", "!", "?", ";") or "\n" in text)))
            words.append(words[-1] + (solid and not token.is_quote))
            that.append(that[-1] + (token.lower_ == "that"))
        return cls(outside, stops, words, that)


class Features:
    """Describes the candidates of one article's spans as numbers."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._doc = reading.doc
        self._counts = _Counts.of(reading)
        self._layouts: dict[int, dict[str, float]] = {}
        self._ancestors: dict[int, tuple[int, ...]] = {}

    # --- candidates -------------------------------------------------------------------------------------

    def candidates(self, span: int, options: Sequence[Option], previous: Previous | None) -> Vector:
        """Describe the candidates of one span.

        Returns:
            Shape (options + 1, features), order as given; the last row stands for "none of these".
        """
        reading = self._reading
        marked = reading.spans[span]
        shared = dict(self._layout(span))
        cues = sorted(
            o.candidate.cue[0]
            for o in options
            if o.candidate.cue and o.candidate.kind in ("verb", "according")
        )
        above = self._cues_above(span, set(cues))
        in_paragraph = any(
            o.candidate.kind in ("verb", "according")
            and o.candidate.share > 0.3
            and reading.token_paragraph[o.candidate.head] == marked.paragraph
            for o in options
        )
        shared["cue in span's paragraph"] = in_paragraph
        rows = _CANDIDATE_ROWS.rows(len(options) + 1, shared)
        rows[-1, 0] = -1.0  # no kind at all: tells the row of "none" from a candidate
        for i, option in enumerate(options):
            values = self._candidate(option, span, cues, previous)
            values["first candidate"] = i == 0
            if option.candidate.cue is not None:
                cue = option.candidate.cue[0]
                values["innermost cue"] = bool(above) and cue == above[0]
                values["outer cue"] = cue in above[1:]
                values["cue under a cue"] = any(c in self._above(cue) for c in cues)
                values["cue over a cue"] = any(cue in self._above(c) for c in cues)
            _CANDIDATE_ROWS.fill(rows[i], values)
        return rows

    def _cues_above(self, span: int, cues: set[int]) -> list[int]:
        """The cues on whose clauses a span hangs, the innermost first."""
        start, end = self._reading.span_tokens[span]
        for token in self._doc[start:end]:
            if not token.is_punct and not token.is_space and not start <= token.head.i < end:
                found = [i for i in self._above(token.i) if i in cues]
                if found:
                    return found
        return []

    def _above(self, word: int) -> tuple[int, ...]:
        """The words on which a word hangs, the nearest first; read once a word."""
        if word not in self._ancestors:
            self._ancestors[word] = tuple(a.i for a in self._doc[word].ancestors)
        return self._ancestors[word]

    def _layout(self, span: int) -> dict[str, float]:
        """How a span stands in its paragraph, for both networks; read once a span."""
        if span not in self._layouts:
            self._layouts[span] = self._read_layout(span)
        return self._layouts[span]

    def _read_layout(self, span: int) -> dict[str, float]:
        reading, doc = self._reading, self._doc
        marked = reading.spans[span]
        start, end = reading.span_tokens[span]
        first, last = reading.paragraph_tokens[marked.paragraph]
        text = reading.text
        inner = text[marked.inner_start : marked.inner_end].strip()
        before = text[reading.paragraphs[marked.paragraph].start : marked.start].rstrip()
        length = sum(t.is_alpha for t in doc[start:end])
        opens = not before or (first == start)
        closes = not any(t.is_alpha for t in doc[end:last])
        return {
            "colon before span": before.endswith(":"),
            "comma before span": before.endswith(","),
            "span ends in comma": inner.endswith((",", ",'")),
            "span opens paragraph": opens,
            "span closes paragraph": closes,
            "span is paragraph": opens and closes,
            "span continues": marked.continues,
            "span length": math.log1p(length) / 4,
            "span short": length < 4,
            "span lower": inner[:1].islower(),
            "listed with the last": reading.is_joined(span),
            "quotes so far": math.log1p(span) / 4,
        }

    def _candidate(
        self, option: Option, span: int, cues: list[int], previous: Previous | None
    ) -> dict[str, float]:
        reading, doc = self._reading, self._doc
        start, end = reading.span_tokens[span]
        candidate, resolution = option.candidate, option.resolution
        head = doc[candidate.head]
        cue = doc[candidate.cue[0]] if candidate.cue else None
        anchor = cue.i if cue is not None else candidate.head
        paragraph = reading.spans[span].paragraph
        apart = paragraph - reading.token_paragraph[anchor]
        values: dict[str, float] = {f"kind:{candidate.kind}": 1, f"relation:{candidate.relation}": 1}
        side = {0: "same", 1: "before", -1: "after"}.get(apart, "two_before")
        values[f"paragraph:{side}"] = 1
        before = anchor < start
        low, high = (anchor + 1, start) if before else (end, anchor)
        high = max(low, high)
        values["cue before" if before else "cue after"] = 1
        values["mention before" if candidate.head < start else "mention after"] = 1
        counts = self._counts
        outside, sentences = (
            counts.outside[high] - counts.outside[low],
            counts.stops[high] - counts.stops[low],
        )
        spans = reading.spans_within(low, high, span) if low < high else 0
        values["distance"] = math.log1p(outside) / 3
        gap = candidate.mention[0] - end if candidate.head >= end else start - candidate.mention[1]
        values["mention distance"] = math.log1p(max(0, gap)) / 4
        values["sentences between"] = min(sentences, 3) / 3
        values["one sentence"] = sentences == 0
        values["spans between"] = min(spans, 3) / 3
        values["one span between"] = spans == 1
        closer = sum(low <= c < high for c in cues)
        values["cues between"] = min(closer, 3) / 3
        values["nearest cue"] = closer == 0
        near = min(anchor, candidate.mention[0])
        values["touches after"] = not before and near - end <= 1
        between = counts.words[high] - counts.words[low]
        values["only punctuation before"] = before and not between
        values["touches before"] = before and between <= 3 and sentences == 0
        values["that between"] = before and sentences == 0 and counts.that[high] > counts.that[low]
        values.update(self._cue(cue, candidate, start, end))
        values.update(self._mention(option, head))
        sentence = reading.token_sentence[head.i]
        values["same sentence"] = sentence in (
            reading.token_sentence[min(start, len(doc) - 1)],
            reading.token_sentence[end - 1],
        )
        last = reading.paragraph_tokens[reading.token_paragraph[anchor]][1]
        values["candidate paragraph ends in colon"] = apart == 1 and doc[last - 1].text == ":"
        if previous is not None:
            values["previous is same speaker"] = resolution.key is not None and resolution.key == previous.key
        if candidate.kind == "previous" and previous is not None:
            values.update(self._previous(span, start, previous))
        if resolution.entity is not None:
            values["mentions of entity"] = math.log1p(len(resolution.entity.mentions)) / 4
            values["described"] = resolution.entity.described
            values["several"] = resolution.entity.several
        values["resolved"] = resolution.speaker is not None
        values["resolution strength"] = resolution.strength
        return values

    def _cue(self, cue: Token | None, candidate: Candidate, start: int, end: int) -> dict[str, float]:
        if cue is None:
            return {}
        values: dict[str, float] = {
            "share": candidate.share,
            "share squared": candidate.share**2,
            "is say": cue.lemma_ == "say",
            "is tell": cue.lemma_ == "tell",
            "cue tag past": cue.tag_ == "VBD",
            "cue tag present": cue.tag_ in ("VBZ", "VBP"),
            "cue tag participle": cue.tag_ in ("VBG", "VBN"),
            "cue tag base": cue.tag_ == "VB",
        }
        ancestors = 0
        for token in self._doc[start:end]:
            if token.is_punct or token.is_space:
                continue
            if token.head.i == cue.i:
                values["cue heads span"] = 1
                values["span clausal"] = max(values.get("span clausal", 0), float(token.dep_ in _CLAUSAL))
            if not start <= token.head.i < end and ancestors < 3:
                ancestors += 1
                if any(a.i == cue.i for a in token.ancestors):
                    values["cue above span"] = 1
        return values

    def _mention(self, option: Option, head: Token) -> dict[str, float]:
        first = self._doc[option.candidate.mention[0]]
        low = head.lower_
        third = low in lexicon.MALE or low in lexicon.FEMALE
        return {
            "inside marks": self._reading.token_span[head.i] >= 0,
            "pronoun third": third,
            "pronoun first": low in lexicon.FIRST or low in lexicon.SECOND,
            "pronoun it": low in lexicon.NEUTER or head.tag_ in ("WDT", "EX", "DT"),
            "pronoun they": low in lexicon.PLURAL,
            "person": head.ent_type_ == "PERSON"
            or (option.resolution.entity is not None and option.resolution.entity.type == "person"),
            "organization": head.ent_type_ in ("ORG", "NORP"),
            "place": head.ent_type_ in ("GPE", "LOC", "FAC"),
            "person noun": head.tag_ == "NN" and head.lemma_.lower() in lexicon.person_nouns(),
            "plural noun": head.tag_ == "NNS",
            "indefinite": first.lower_ in ("a", "an", "some", "one", "many", "several"),
            "in subject": head.dep_ in SUBJECT,
        }

    def _previous(self, span: int, start: int, previous: Previous) -> dict[str, float]:
        reading = self._reading
        before = reading.spans[previous.span]
        apart = reading.spans[span].paragraph - before.paragraph
        gap = [
            t for t in self._doc[reading.span_tokens[previous.span][1] : start]
            if not t.is_punct and not t.is_space
        ]  # fmt: skip
        return {
            "previous same paragraph": apart == 0,
            "previous one back": apart == 1,
            "previous further": apart > 1,
            "previous unclosed": not before.closed,
            "previous gap": math.log1p(len(gap)) / 4,
            "share": previous.weight,
        }

    # --- spans ------------------------------------------------------------------------------------------

    def span(self, span: int, options: Sequence[Option], weights: Vector, previous_speech: float) -> Vector:
        """Describe one span for the question whether it is speech; shape (features,)."""
        reading, doc = self._reading, self._doc
        marked = reading.spans[span]
        start, end = reading.span_tokens[span]
        tokens = [
            t for t in doc[start:end] if marked.inner_start <= t.idx < marked.inner_end and not t.is_space
        ]
        words = [t for t in tokens if any(c.isalnum() for c in t.text)]
        inner = reading.text[marked.inner_start : marked.inner_end].strip()
        shared = self._layout(span)
        first, last = reading.paragraph_tokens[marked.paragraph]
        before = doc[start - 1] if start > first else None
        after = doc[end] if end < last else None
        content = [t for t in words if not t.is_stop]
        capital = sum(t.text[:1].isupper() for t in content) / max(1, len(content))
        touching = [
            o.candidate
            for o in options
            if o.candidate.cue is not None
            and (0 <= o.candidate.cue[0] - end <= 5 or 0 <= start - o.candidate.cue[1] <= 2)
            and reading.token_paragraph[o.candidate.cue[0]] == marked.paragraph
        ]
        order = np.sort(weights)[::-1] if len(weights) else np.zeros(1, dtype="float32")
        best = options[int(np.argmax(weights))] if len(weights) else None
        near = [t.lemma_.lower() for t in doc[max(first, start - 3) : start]]
        finite = any(t.tag_ in ("VBD", "VBZ", "VBP", "MD") for t in tokens)
        sentence_cue = [
            o.candidate.share
            for o in options
            if o.candidate.cue
            and o.candidate.kind in ("verb", "according")
            and reading.token_sentence[o.candidate.cue[0]] == reading.token_sentence[start]
        ]
        values: dict[str, float] = {
            "words": math.log1p(len(words)) / 3,
            "one word": len(words) == 1,
            "two words": len(words) == 2,
            "short": len(words) <= 5,
            "capitalised share": capital,
            "all capitalised": bool(content) and capital == 1.0,
            "starts lower": inner[:1].islower(),
            "ends in mark": inner[-1:] in ("!", "?"),
            "ends in comma": inner.endswith(","),
            "ends in stop": inner.endswith((".", "…")),
            "has verb": any(t.tag_.startswith("VB") for t in tokens),
            "has finite verb": finite,
            "has pronoun": any(t.tag_ == "PRP" for t in tokens),
            "has first person": any(t.lower_ in lexicon.FIRST for t in tokens),
            "colon before": shared["colon before span"],
            "comma before": shared["comma before span"],
            "opens paragraph": shared["span opens paragraph"],
            "closes paragraph": shared["span closes paragraph"],
            "noun after": after is not None and after.tag_ in ("NN", "NNS", "NNP"),
            "preposition before": before is not None and before.tag_ == "IN",
            "determiner before": before is not None and before.tag_ == "DT",
            "possessive before": before is not None and before.tag_ in ("POS", "PRP$"),
            "verb before": before is not None and before.tag_.startswith("VB"),
            "adjective before": before is not None and before.tag_ in ("JJ", "NN", "NNP"),
            "and before": before is not None and before.tag_ == "CC",
            "that before": before is not None and before.lower_ == "that",
            "as before": before is not None and before.lower_ == "as",
            "cue touches": max((c.share for c in touching), default=0.0),
            "cue in sentence": max(sentence_cue, default=0.0),
            "cue in paragraph": any(o.candidate.kind == "verb" for o in options),
            "calls before": any(n in _CALLS for n in near),
            "so-called before": any(n in ("so", "-called", "called", "so-called") for n in near[-2:]),
            "work before": any(n in _WORKS for n in near),
            "entity inside": any(t.ent_type_ for t in words),
            "is one entity": bool(words) and all(t.ent_type_ for t in words),
            "hyphen inside": "-" in inner and len(words) <= 4,
            "digits": any(t.like_num for t in words),
            "previous speech": previous_speech,
            "previous in paragraph": span > 0 and reading.spans[span - 1].paragraph == marked.paragraph,
            "best weight": float(order[0]),
            "best margin": float(order[0] - order[1]) if len(order) > 1 else float(order[0]),
            "marks in paragraph": min(3, sum(s.paragraph == marked.paragraph for s in reading.spans)) / 3,
            # A text that somebody pastes may begin with its body: a headline ends without a full stop.
            "headline": marked.paragraph == 0 and not _ends_sentence(doc[first:last].text),
            "unclosed": not marked.closed,
            "noun phrase": not finite and bool(words) and words[-1].tag_.startswith("NN"),
            "compound of next": any(
                t.head.i >= end and t.dep_ in ("compound", "amod", "nmod") for t in words
            ),
            "in title words": capital > 0.7 and len(content) >= 2,
            "wh inside": any(t.tag_.startswith("W") for t in tokens),
            "best kind verb": best is not None and best.candidate.kind in ("verb", "according"),
            "best share": best.candidate.share if best is not None else 0.0,
            "best resolved": best is not None and best.resolution.speaker is not None,
            "listed with the last": shared["listed with the last"],
            "listed with speech": shared["listed with the last"] * previous_speech,
        }  # fmt: skip
        return np.array([float(values[name]) for name in SPAN_FEATURES], dtype="float32")


def _ends_sentence(paragraph: str) -> bool:
    """Tell whether a paragraph ends as body text does."""
    return paragraph.rstrip().rstrip("”’\"')").endswith((".", "!", "?", ",", "…"))
