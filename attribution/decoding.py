"""Decide span by span who speaks, each decision known to the next."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from attribution.cues import Candidate, CandidateFinder
from attribution.errors import TooSlowError
from attribution.features import Vector
from attribution.limits import DEFAULTS
from attribution.linking import Features, Option, Previous, places
from attribution.marks import MarkedSpan
from attribution.models import Kind, Quote, Rejected, Span, Speaker
from attribution.networks import Judgement
from attribution.people import find_people, listed
from attribution.phrases import named_source, phrase_of, subject_of
from attribution.reading import Reading
from attribution.reported import Report, find_reports, head_of
from attribution.resolution import Resolver
from attribution.resolved import Chains, Resolution, Spoken
from attribution.terms import term_reason

# Two pieces of one split quote have at most this many words of reporting clause between them.
_SPLIT_WORDS: Final = 14
# What a stretch of reported speech must say outside quote marks to be listed beside the marked spans in it.
_MIN_OUTSIDE: Final = 3
_MIN_SHARE_OUTSIDE: Final = 0.25
# Two reports that share more than this of the longer one are one.
_SAME_CONTENT: Final = 0.8


@dataclass(frozen=True, slots=True)
class Decision:
    """Whose a span is.

    Attributes:
        option: the mention that names the source best, ``None`` where no candidate will do.
        confidence: probability that the speaker is right.
        weight: probability of the link alone, before the mention is resolved.
    """

    option: Option | None
    confidence: float
    weight: float

    @property
    def resolution(self) -> Resolution | None:
        """What the chosen mention resolves to."""
        return self.option.resolution if self.option is not None else None


# How often a transcript's label or a signature names the speaker; typing errors are all that is left.
DECLARED_CONFIDENCE: Final = 0.97
NOBODY: Final = Decision(None, 0.0, 0.0)
# Slope and shift of the log-odds; see `calibrated`.
CALIBRATION: Final = (0.70, 0.27)
# Probabilities count for no surer than this, as log-odds.
_SUREST: Final = 6.0


def calibrated(probability: float) -> float:
    """How often a speaker is right whom the networks give this probability: they are a little too sure.

    A logistic curve that `training/confidence.py` fits on articles that the networks did not learn from.
    """
    return 1 / (1 + math.exp(-(CALIBRATION[0] * log_odds(probability) + CALIBRATION[1])))


def log_odds(probability: float) -> float:
    """Return the log-odds of a probability, no surer either way than a few thousand answers can tell."""
    p = min(1 - 1e-9, max(1e-9, probability))
    return max(-_SUREST, min(_SUREST, math.log(p / (1 - p))))


class Decoder:
    """One pass over one article; training steps through it with the annotated answers instead."""

    def __init__(
        self,
        reading: Reading,
        judgement: Judgement,
        chains: Callable[[int], Chains] | None = None,
        *,
        min_speech: float = DEFAULTS.min_speech,
        min_confidence: float = DEFAULTS.min_confidence,
        min_report: float = DEFAULTS.min_report,
        max_seconds: float = math.inf,
    ) -> None:
        self._reading = reading
        self._judgement = judgement
        self._min_speech = min_speech
        self._min_confidence = min_confidence
        self._min_report = min_report
        self._max_seconds = max_seconds
        cast = find_people(reading)
        self._finder = CandidateFinder(reading, cast)
        self.resolver = Resolver(reading, cast, judgement, chains)
        self._features = Features(reading)
        self.spoken: list[Spoken] = []
        self._previous: Previous | None = None
        self._last: Resolution | None = None
        self._previous_speech = 1.0
        # The transcript's turn that goes on: its last span, -1 where none does.
        self._turn = -1

    def run(self) -> tuple[list[Quote], list[Rejected]]:
        """Decide every span; returns the quotes and the spans that are nobody's speech.

        Raises:
            TooSlowError: it took longer than ``max_seconds``.
        """
        deadline = time.monotonic() + self._max_seconds
        quotes: list[Quote] = []
        rejected: list[Rejected] = []
        decisions: list[tuple[int, Decision]] = []
        # What each item of the list that goes on gives the speakers; empty where the layout tells who speaks.
        items: list[dict[Hashable, float]] = []
        for index, marked in enumerate(self._reading.spans):
            if time.monotonic() > deadline:
                raise TooSlowError(f"attributing the text took longer than {self._max_seconds:g} seconds")
            options = self.options(index)
            declared = self._declared(index, options)
            if declared is not None:
                items = []
                self._turn = index if declared.candidate.kind != "signoff" else -1
                # The layout says who speaks; there is nothing to weigh.
                decision = Decision(declared, DECLARED_CONFIDENCE, DECLARED_CONFIDENCE)
                self.hear(1.0)
                self.remember(index, decision)
                decisions.append((index, decision))
                continue
            reason = term_reason(self._reading, index)
            if reason is not None:
                rejected.append(self._rejected(marked, reason))
                continue
            weights, none = self.weigh(index, options)
            speech = self.speech(index, options, weights)
            joined = bool(items) and self._reading.is_joined(index) and decisions[-1][0] == index - 1
            if joined:
                # "called it “lazy” and “wasteful”": as likely speech as its neighbour.
                speech = math.sqrt(speech * self._previous_speech)
            self.hear(speech)
            if speech < self._min_speech:
                rejected.append(self._rejected(marked))
                continue
            decision = self.decide(options, weights, none)
            items = [*(items if joined else ()), _totals(options, weights)]
            if joined:
                # What tells of one item of a list tells of all.
                decision = _of_list(decisions[-1][1], decision, items)
                self._correct(decisions, len(items) - 1, decision)
            self.remember(index, decision)
            decisions.append((index, decision))
        utterance = -1
        for n, (index, decision) in enumerate(decisions):
            if n == 0 or not self._same_utterance(decisions[n - 1], (index, decision)):
                utterance += 1
            quotes.append(self._quote(index, decision, utterance))
        return self._with_reports(quotes), rejected

    def _correct(self, decisions: list[tuple[int, Decision]], count: int, better: Decision) -> None:
        """Give the last so many spans, the items of a list before its last one, its source."""
        entity = better.resolution.entity if better.resolution else None
        for place in range(len(decisions) - count, len(decisions)):
            decisions[place] = (decisions[place][0], better)
            self.spoken[place] = replace(self.spoken[place], entity=entity)

    # --- reported speech --------------------------------------------------------------------------------

    def _with_reports(self, quotes: Sequence[Quote]) -> list[Quote]:
        """Add what is reported without marks; all in order of the text, utterances numbered anew.

        A fragment in marks that stands in reported speech is one utterance with it.
        """
        every = list(quotes)
        utterance = max((q.utterance for q in quotes), default=-1)
        taken: list[tuple[int, int]] = []
        reports = find_reports(self._reading, self._judgement, self._min_report)
        for report in sorted(reports, key=lambda r: -r.probability):
            pieces = [c for c in report.contents if self._adds(c, taken)]
            if not pieces:
                continue
            taken += pieces
            option = self._reported_by(report)
            found = [self._indirect(piece, report, option, utterance + 1) for piece in pieces]
            joined = next(
                (
                    other.utterance
                    for quote in found
                    for other in quotes
                    if quote.start <= other.start
                    and other.end <= quote.end
                    and other.speaker == quote.speaker
                ),
                None,
            )
            if joined is None:
                utterance += 1
            else:
                found = [replace(quote, utterance=joined) for quote in found]
            every += found
        every.sort(key=lambda q: (q.start, -q.end))
        numbers: dict[int, int] = {}
        return [replace(q, utterance=numbers.setdefault(q.utterance, len(numbers))) for q in every]

    def _adds(self, piece: tuple[int, int], taken: Sequence[tuple[int, int]]) -> bool:
        """Tell whether a stretch says more than the marked spans and the reports already found."""
        words = [i for i in range(*piece) if self._reading.doc[i].is_alpha]
        outside = sum(self._reading.token_span[i] < 0 for i in words)
        if outside < _MIN_OUTSIDE or outside < _MIN_SHARE_OUTSIDE * len(words):
            return False
        for start, end in taken:
            both = min(end, piece[1]) - max(start, piece[0])
            if both > _SAME_CONTENT * max(end - start, piece[1] - piece[0]):
                return False
        return True

    def _reported_by(self, report: Report) -> Option:
        doc = self._reading.doc
        head, mention = doc[head_of(doc, report.mention)], report.mention
        if head.tag_ in ("WP", "WDT"):
            # "Ada Obi, who said": whom the relative clause is about.
            found = subject_of(doc[report.cue[0]])
            if found is not None and found[1] == "relative":
                head, mention = found[0], phrase_of(found[0])
        head, mention = named_source(head, mention)
        relation = doc[report.cue[0]].dep_
        candidate = Candidate("reported", head.i, mention, report.cue, relation, report.probability)
        return Option(candidate, self.resolver.resolve(head.i, mention, self.spoken))

    def _indirect(self, piece: tuple[int, int], report: Report, option: Option, utterance: int) -> Quote:
        resolution = option.resolution
        span = self._span(piece)
        confidence = report.probability * resolution.strength
        given = resolution.speaker if confidence >= self._min_confidence else None
        return Quote(
            start=span.start,
            end=span.end,
            text=span.text,
            kind="indirect",
            speaker=self._together(option, given) if given is not None else None,
            mention=self._span(report.mention),
            cue=self._span(report.cue),
            utterance=utterance,
            method=_method(option, resolution),
            confidence=round(confidence, 4) if given is not None else 0.0,
            chain=tuple(self._span(link) for link in resolution.chain),
        )

    def weigh(self, index: int, options: Sequence[Option]) -> tuple[Vector, float]:
        """Return the probability of each candidate of one span, and of none of them; they sum to 1."""
        rows = self.candidate_rows(index, options)
        weights = self._judgement.link(self._bounds(index), places(options), rows)
        return weights[:-1], float(weights[-1])

    def speech(self, index: int, options: Sequence[Option], weights: Vector) -> float:
        """Return the probability that one span is speech."""
        return self._judgement.speech(self._bounds(index), self.span_row(index, options, weights))

    def _bounds(self, index: int) -> tuple[int, int]:
        start, end = self._reading.span_tokens[index]
        return start, end - 1

    def candidate_rows(self, index: int, options: Sequence[Option]) -> Vector:
        """Describe the candidates of one span; shape (options + 1, features)."""
        return self._features.candidates(index, options, self._previous)

    def span_row(self, index: int, options: Sequence[Option], weights: Vector) -> Vector:
        """Describe one span; shape (features,)."""
        return self._features.span(index, options, weights, self._previous_speech)

    def hear(self, speech: float) -> None:
        """Note how likely the span just seen is speech."""
        self._previous_speech = speech

    def options(self, index: int) -> list[Option]:
        """Return the possible sources of one span, each with the speaker that it resolves to."""
        options = [self._option(c) for c in self._finder.candidates(index)]
        if self._previous is not None:
            before = self._previous
            candidate = Candidate("previous", before.head, before.mention, None, "previous", before.weight)
            options.append(self._option(candidate))
        return options

    def _option(self, candidate: Candidate) -> Option:
        if candidate.kind in ("label", "signoff"):
            return Option(candidate, self.resolver.resolve_label(candidate.mention))
        if candidate.kind == "previous" and self.spoken and self._last is not None:
            return Option(candidate, self._last)
        return Option(candidate, self.resolver.resolve(candidate.head, candidate.mention, self.spoken))

    def decide(self, options: Sequence[Option], weights: Vector, none: float) -> Decision:
        """Choose the source of one span.

        Adds up what all mentions of one speaker weigh, then takes the best mention of the best
        speaker.
        """
        totals = _totals(options, weights)
        if not totals or none > max(totals.values()):
            return NOBODY
        best = max(totals, key=lambda k: totals[k])
        mine = [
            (float(weight), option)
            for option, weight in zip(options, weights, strict=True)
            if _key(option) == best
        ]
        _, option = max(mine, key=lambda m: m[0])
        return Decision(option, calibrated(totals[best] * option.resolution.strength), totals[best])

    def _declared(self, index: int, options: Sequence[Option]) -> Option | None:
        """The source that the layout itself gives: a transcript's label before, a signature behind.

        A labelled turn goes on through the paragraphs that open with a mark though none was closed before.
        """
        reading = self._reading
        first, last = reading.paragraph_tokens[reading.spans[index].paragraph]
        for option in options:
            candidate = option.candidate
            if option.resolution.speaker is None or not first <= candidate.head < last:
                continue
            if candidate.kind == "label":
                return option
            words = reading.doc[candidate.mention[0] : candidate.mention[1]]
            if candidate.kind == "signoff" and len(words) > 1 and all(w.text[:1].isupper() for w in words):
                return option
        if reading.spans[index].continues and self._turn == index - 1 >= 0:
            return next((o for o in options if o.candidate.kind == "previous"), None)
        return None

    def remember(self, index: int, decision: Decision) -> None:
        """Make a decision known to the spans after it."""
        start = self._reading.span_tokens[index][0]
        entity = decision.resolution.entity if decision.resolution else None
        self.spoken.append(Spoken(start, self._reading.spans[index].paragraph, entity))
        if decision.option is None or decision.resolution is None:
            self._previous = None
            self._last = None
            return
        candidate = decision.option.candidate
        self._last = decision.resolution
        self._previous = Previous(
            index, candidate.mention, candidate.head, decision.resolution.key, decision.weight
        )

    def _quote(self, index: int, decision: Decision, utterance: int) -> Quote:
        marked = self._reading.spans[index]
        option, resolution = decision.option, decision.resolution
        given = resolution is not None and decision.confidence >= self._min_confidence
        speaker = resolution.speaker if resolution is not None and given else None
        return Quote(
            start=marked.start,
            end=marked.end,
            text=self._reading.text[marked.start : marked.end],
            kind=self._kind(index),
            speaker=self._together(option, speaker) if speaker is not None else None,
            mention=self._span(option.candidate.mention) if option is not None else None,
            cue=self._span(option.candidate.cue) if option is not None and option.candidate.cue else None,
            utterance=utterance,
            method=_method(option, resolution),
            confidence=round(decision.confidence, 4) if given and resolution and resolution.speaker else 0.0,
            chain=tuple(self._span(link) for link in resolution.chain) if resolution is not None else (),
        )

    def _together(self, option: Option | None, speaker: Speaker) -> Speaker:
        """Name everybody where several are named as one source ("Ada Obi and Lara Mensah said")."""
        if option is None or option.resolution.method != "name" or option.candidate.kind == "previous":
            return speaker
        head = self._reading.doc[option.candidate.head]
        named = [speaker.name]
        for other in head.conjuncts:
            entity = self.resolver.entity_at(other.i)
            if other.i > head.i and entity is not None and not entity.described and entity.name not in named:
                named.append(entity.name)
        return Speaker(listed(named), speaker.type) if len(named) > 1 else speaker

    def _span(self, tokens: tuple[int, int]) -> Span:
        words = self._reading.doc[tokens[0] : tokens[1]]
        start, end = words.start_char, words.end_char
        # The article's own characters: what was parsed has plain spaces.
        return Span(start, end, self._reading.text[start:end])

    def _kind(self, index: int) -> Kind:
        """``direct`` for a whole clause in marks, ``mixed`` for a fragment in somebody's reported speech."""
        marked = self._reading.spans[index]
        start, end = self._reading.span_tokens[index]
        tokens = [t for t in self._reading.doc[start:end] if t.is_alpha]
        inner = self._reading.text[marked.inner_start : marked.inner_end].strip()
        finite = any(t.tag_ in ("VBD", "VBZ", "VBP", "MD") for t in tokens)
        subject = any(t.dep_ in ("nsubj", "nsubjpass", "expl") or t.tag_ == "EX" for t in tokens)
        whole = inner[:1].isupper() or not inner[:1].isalpha()
        ended = inner[-1:] in ".,!?…—-"
        if (
            (finite and subject and (whole or ended))
            or (whole and ended and len(tokens) > 1)
            or not marked.closed
        ):
            return "direct"
        return "mixed"

    def _rejected(self, marked: MarkedSpan, reason: str | None = None) -> Rejected:
        text = self._reading.text[marked.start : marked.end]
        if reason is None:
            words = [w.strip("“”\"'‘’(") for w in text.split() if any(c.isalpha() for c in w)]
            titled = len(words) > 1 and all(w[:1].isupper() for w in words if len(w) > 3)
            reason = "title" if titled else "term"
        return Rejected(marked.start, marked.end, text, reason)

    def _same_utterance(self, one: tuple[int, Decision], two: tuple[int, Decision]) -> bool:
        (i, before), (j, after) = one, two
        first, second = self._reading.spans[i], self._reading.spans[j]
        if second.continues and j == i + 1:
            return True
        if first.paragraph != second.paragraph or before.resolution is None or after.resolution is None:
            return False
        if before.resolution.key is None or before.resolution.key != after.resolution.key:
            return False
        between = self._reading.doc[self._reading.span_tokens[i][1] : self._reading.span_tokens[j][0]]
        words = [t for t in between if not t.is_punct and not t.is_space]
        cue = before.option.candidate.cue if before.option is not None else None
        return (
            len(words) <= _SPLIT_WORDS
            and cue is not None
            and between.start <= cue[0] < between.end
            and sum(t.text in ".!?" for t in between) <= 1
        )


def _of_list(last: Decision, own: Decision, items: Sequence[dict[Hashable, float]]) -> Decision:
    """Choose one source for a list, of its last item's and that of the items before, by what all give it."""
    known = [d.option for d in (last, own) if d.option is not None]
    if not known:
        return NOBODY

    def weight(option: Option) -> float:
        return sum(item.get(_key(option), 0.0) for item in items) / len(items)

    best = max(known, key=weight)
    return Decision(best, calibrated(weight(best) * best.resolution.strength), weight(best))


def _totals(options: Sequence[Option], weights: Vector) -> dict[Hashable, float]:
    """What all mentions of one speaker weigh together."""
    totals: dict[Hashable, float] = {}
    for option, weight in zip(options, weights, strict=True):
        totals[_key(option)] = totals.get(_key(option), 0.0) + float(weight)
    return totals


def _key(option: Option) -> Hashable:
    """Equal for options of one speaker; a mention that resolves to nobody stands for itself."""
    key = option.resolution.key
    return ("mention", option.candidate.head) if key is None else key


def _method(option: Option | None, resolution: Resolution | None) -> str:
    """Name what decided: how the mention was found, then how it led to the speaker."""
    if option is None or resolution is None:
        return "none"
    return f"{option.candidate.kind}/{resolution.method}"
