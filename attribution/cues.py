"""Find the words that report, and the mention that each of them names as the source.

This step only proposes: every verb, noun or layout sign near a quote that could name its source
becomes a candidate. Which one is right is weighed in `attribution.linking`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from spacy.tokens import Token

from attribution import lexicon, phrases
from attribution.people import Cast
from attribution.reading import Reading

CandidateKind = Literal[
    "verb", "according", "noun", "label", "signoff", "subject", "name", "previous", "reported"
]

_LABEL: Final = re.compile(
    r"[\"“]?((?:[A-Z][\w.'’-]*|[A-Z]{2,})(?:\s+(?:[A-Z][\w.'’-]*|of|the|de|van|al)){0,4})\s?:\s"
)
_SIGNOFF: Final = re.compile(r"[\s ]*(?:[―–—]|--?)[\s ]*(?=[A-Z])([^\n“”\"]{2,80}?)[\s.]*(?=\n|$|[“\"])")
# A line of its own below a quote that fills a paragraph: `Ada Obi, Harbour Trust`.
_SIGNATURE: Final = re.compile(r"[\"”’']*[ \t]*\n+[ \t]*(?=[A-Z])([^\n“”\"]{4,80}?)[\s.]*(?=\n|$|[“\"])")
# A noun reports less surely than a verb; below this share it is mostly used for something else.
_NOUN_SHARE: Final = 0.08
# The nearest ones; no paragraph of real news has more, and a freak one must not cost minutes.
MAX_CANDIDATES: Final = 80


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible source of a quote.

    Attributes:
        kind: what proposes it: a reporting verb or noun, "according to", a transcript's label, a
            sign-off, the subject of another verb, a name near by, or the quote before.
        head: index of the mention's head token.
        mention: half-open token range of the mention.
        cue: half-open token range of the words that report, if any.
        relation: how the source hangs on the cue (``subject``, ``agent``, ``inherited`` …).
        share: how often the cue word reports at all, 0 where there is none.
    """

    kind: CandidateKind
    head: int
    mention: tuple[int, int]
    cue: tuple[int, int] | None
    relation: str
    share: float


def _without_parts(found: list[Candidate]) -> list[Candidate]:
    """Leave out names inside a longer mention that reports: "friends of Ada Obi said" are not she."""
    wholes = [c.mention for c in found if c.kind in ("verb", "according")]
    return [
        c
        for c in found
        if c.kind != "name"
        or not any(
            start <= c.mention[0] and c.mention[1] <= end and (start, end) != c.mention
            for start, end in wholes
        )
    ]


class CandidateFinder:
    """Proposes sources for the marked spans of one article; each paragraph is searched once."""

    def __init__(self, reading: Reading, cast: Cast) -> None:
        self._reading = reading
        self._cast = cast
        self._paragraphs: dict[int, list[Candidate]] = {}

    def candidates(self, span: int) -> list[Candidate]:
        """Return the possible sources of one marked span, without the quote before."""
        paragraph = self._reading.spans[span].paragraph
        found = list(self._in_paragraph(paragraph))
        if paragraph > 0:
            found += self._in_paragraph(paragraph - 1)
        if paragraph + 1 < len(self._reading.paragraphs):
            following = self._in_paragraph(paragraph + 1)
            start = self._reading.paragraph_tokens[paragraph + 1][0]
            # Only words that open the next paragraph can still belong to this quote.
            found += [c for c in following if c.kind in ("verb", "signoff") and c.head - start < 8]
        found += self._signoff(span)
        start, end = self._reading.span_tokens[span]
        if len(found) > MAX_CANDIDATES:
            found.sort(key=lambda c: min(abs(c.head - start), abs(c.head - end)))
            found = sorted(found[:MAX_CANDIDATES], key=lambda c: c.head)
        return found

    def _in_paragraph(self, index: int) -> list[Candidate]:
        if index not in self._paragraphs:
            found = [*self._label(index), *self._verbs_and_nouns(index), *self._names(index)]
            self._paragraphs[index] = _without_parts(found)
        return self._paragraphs[index]

    def _verbs_and_nouns(self, index: int) -> Iterator[Candidate]:
        doc = self._reading.doc
        start, end = self._reading.paragraph_tokens[index]
        verbs, nouns = lexicon.cue_verbs(), lexicon.cue_nouns()
        for token in doc[start:end]:
            if not self._reading.outside(token):
                continue
            if token.lower_ == "according" and token.i + 1 < end and doc[token.i + 1].lower_ == "to":
                yield from self._according(token, end)
            elif token.lower_ == "per" and token.tag_ == "IN":
                yield from self._per(token)
            elif token.tag_.startswith("VB") and token.dep_ not in ("aux", "auxpass"):
                yield from self._verb(token, verbs.get(token.lemma_.lower(), 0.0))
            elif token.tag_ in ("NN", "NNS") and nouns.get(token.lemma_.lower(), 0.0) >= _NOUN_SHARE:
                yield from self._noun(token, nouns[token.lemma_.lower()])

    def _according(self, token: Token, end: int) -> Iterator[Candidate]:
        doc = token.doc
        to = doc[token.i + 1]
        head = phrases.object_of(to) or phrases.object_of(token)
        if head is None:
            head = next(
                (t for t in doc[to.i + 1 : min(end, to.i + 8)] if t.tag_ in ("NN", "NNS", "NNP", "PRP")), None
            )
        if head is not None:
            yield from self._candidate("according", head, (token.i, to.i + 1), "object", 0.95)

    def _per(self, token: Token) -> Iterator[Candidate]:
        """ "per the party's bylaws", as against "per year"."""
        head = phrases.object_of(token)
        if head is None:
            return
        low = head.lemma_.lower()
        source = low in lexicon.DOCUMENT_NOUNS or low in lexicon.ORGANIZATION_NOUNS
        if source or head.i in self._cast.by_token:
            yield from self._candidate("according", head, (token.i, token.i + 1), "object", 0.95)

    def _verb(self, verb: Token, share: float) -> Iterator[Candidate]:
        if verb.lemma_ == "be" or (verb.lemma_ == "have" and share < 0.2):
            share = 0.0
        found = phrases.subject_of(verb, self._reading.outside)
        if found is None:
            found = self._inverted(verb)
        if found is None:
            return
        head, relation = found
        if head.i == verb.i:
            return
        kind: CandidateKind = "verb" if share > 0 else "subject"
        yield from self._candidate(kind, head, (verb.i, verb.i + 1), relation, share)

    def _inverted(self, verb: Token) -> tuple[Token, str] | None:
        """`…,” said Ms Adeyemi`: the name right behind the verb, where the parser saw no subject."""
        doc = verb.doc
        # "… and calls people “losers”": the subject is left out, not behind the verb.
        spans = self._reading.token_span
        before = (
            spans[t.i]
            for t in reversed(doc[max(0, verb.i - 3) : verb.i])
            if spans[t.i] >= 0 or not (t.is_space or t.is_punct)
        )
        behind_a_quote = next(before, -1) >= 0
        if verb.tag_ not in ("VBD", "VBZ", "VBP") or not (behind_a_quote or verb.is_sent_start):
            return None
        for token in doc[verb.i + 1 : verb.i + 7]:
            if not self._reading.outside(token) or token.is_punct or token.is_space:
                return None
            if token.tag_ in ("NNP", "PRP", "NN", "NNS") and token.dep_ not in ("compound", "amod", "poss"):
                return token, "inverted"
        return None

    def _noun(self, noun: Token, share: float) -> Iterator[Candidate]:
        for child in noun.children:
            if child.dep_ == "poss":
                yield from self._candidate("noun", child, (noun.i, noun.i + 1), "possessive", share)
            elif child.dep_ in ("prep", "agent") and child.lower_ in ("of", "by", "from"):
                author = phrases.object_of(child)
                if author is not None:
                    yield from self._candidate("noun", author, (noun.i, noun.i + 1), "by", share)

    def _names(self, index: int) -> Iterator[Candidate]:
        start, end = self._reading.paragraph_tokens[index]
        seen: set[int] = set()
        for i in range(start, end):
            entity = self._cast.by_token.get(i)
            if entity is None or i in seen or self._reading.token_span[i] >= 0:
                continue
            mention = entity.mentions.get(i)
            if mention is None or (entity.type != "person" and self._reading.doc[i].ent_type_ != "ORG"):
                continue
            seen.add(i)
            yield Candidate("name", i, mention, None, "near", 0.0)

    def _label(self, index: int) -> Iterator[Candidate]:
        paragraph = self._reading.paragraphs[index]
        doc = self._reading.doc
        match = _LABEL.match(self._reading.text, paragraph.start, paragraph.end)
        if match is None:
            return
        span = doc.char_span(*match.span(1), alignment_mode="expand")
        if span is None or not len(span):
            return
        name = match.group(1)
        known = any(name.lower() in (e.name.lower(), e.name.lower().split()[-1]) for e in self._cast.people())
        # "Traffic: …" opens a paragraph as often as a speaker's name does; capitals or a known name tell.
        if known or (name.isupper() and len(name) > 2):
            yield Candidate("label", span.end - 1, (span.start, span.end), None, "label", 1.0)

    def _signoff(self, span: int) -> Iterator[Candidate]:
        marked = self._reading.spans[span]
        doc = self._reading.doc
        paragraphs = self._reading.paragraphs
        last = min(marked.paragraph + 1, len(paragraphs) - 1)
        match = _SIGNOFF.match(self._reading.text, marked.end, paragraphs[last].end)
        if match is None and paragraphs[marked.paragraph].start == marked.start:
            match = _SIGNATURE.match(self._reading.text, marked.end, paragraphs[last].end)
            if match is not None and not self._names_a_person(match):
                match = None
        if match is None:
            return
        text = match.group(1)
        end = match.start(1) + len(re.split(r"[,(;]", text)[0].rstrip())
        name = doc.char_span(match.start(1), end, alignment_mode="expand")
        if name is None or not len(name) or len(name) > 6:
            return
        if any(t.tag_ in ("VBD", "VBZ", "VBP", "MD") for t in name):
            return
        yield Candidate("signoff", name.end - 1, (name.start, name.end), None, "signoff", 1.0)

    def _names_a_person(self, signature: re.Match[str]) -> bool:
        """Tell whether a line below a quote is a person's name, with or without what the person is."""
        name = re.split(r"[,(;]", signature.group(1))[0].rstrip(". ")
        words = self._reading.doc.char_span(*signature.span(1), alignment_mode="expand")
        return (
            words is not None
            and not any(t.tag_ in ("VBD", "VBZ", "VBP", "MD") for t in words)
            and any(name.endswith(form) for e in self._cast.people() for form in e.forms if " " in form)
        )

    def _dateline(self, head: Token) -> bool:
        """Tell whether a place opens the paragraph before a dash ("LISBON -- The mayor said …")."""
        first, last = self._reading.paragraph_tokens[self._reading.token_paragraph[head.i]]
        return (
            head.i - first < 6
            and any(
                t.text in ("--", "—", "–", "―", "-") for t in head.doc[head.i + 1 : min(last, head.i + 9)]
            )
            and head.doc[first].text.isupper()
        )

    def _candidate(
        self, kind: CandidateKind, head: Token, cue: tuple[int, int], relation: str, share: float
    ) -> Iterator[Candidate]:
        if head.is_space or head.is_punct or self._dateline(head):
            return
        head, mention = phrases.named_source(head, phrases.phrase_of(head))
        yield Candidate(kind, head.i, mention, cue, relation, share)
