"""Whom pronouns and descriptions mean, annotated for this project.

They are those of `training/annotations/speakers.tsv` (see the README there), with them the mentions in
`quotes.tsv` that it lacks, and those marked in the articles written for this project. `reading_examples.py`
makes the examples with all others.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

import numpy as np
from spacy.tokens import Doc

from attribution import lexicon
from attribution.antecedents import ANTECEDENT_FEATURES
from attribution.decoding import NOBODY, Decoder
from attribution.networks import Judgement
from attribution.phrases import apposed_name, phrase_of
from attribution.reading import Reading
from training.annotated import Annotated, names
from training.examples import AntecedentExample

_RULE_CHOICE = ANTECEDENT_FEATURES.index("rule choice")


def head_of_mention(doc: Doc, start: int, end: int) -> int | None:
    """The word of a source that stands for it."""
    span = doc.char_span(start, end, alignment_mode="expand")
    if span is None or not len(span):
        return None
    words = [t for t in span if not t.is_space and not t.is_punct]
    tops = [t for t in words if not any(a in words for a in t.ancestors)]
    nominal = [t for t in tops if t.tag_[:2] in ("NN", "PR") or t.tag_ in ("CD", "DT", "JJ")]
    picked = nominal or tops
    return picked[0].i if picked else None


def mention_examples(
    article: dict[str, Any], annotated: Annotated, reading: Reading, judgement: Judgement
) -> Iterator[AntecedentExample]:
    """Step the decoder through one article and describe every annotated mention as the engine will see it."""
    doc = reading.doc
    decoder = Decoder(reading, judgement, None)
    for index in range(len(reading.spans)):
        options = decoder.options(index)
        weights, none = decoder.weigh(index, options)
        speech = decoder.speech(index, options, weights)
        decoder.hear(speech)
        decided = decoder.decide(options, weights, none) if speech >= 0.5 else NOBODY
        decoder.remember(index, decided)
    starts = [s.token for s in decoder.spoken]
    contents: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for attribution in article.get("attributions", ()):
        for source in attribution["source"]:
            contents.setdefault((source[0], source[1]), []).extend(
                (c[0], c[1]) for c in attribution["content"]
            )
    for quote in annotated.quotes(article):
        if quote.speaker is not None:
            mention = (quote.speaker.start, quote.speaker.end)
            contents.setdefault(mention, []).append((quote.start, quote.end))
    for mark in annotated.mentions(article):
        if mark.end <= mark.start or mark.type in ("x", "w"):
            continue
        head = head_of_mention(doc, mark.start, mark.end)
        if head is None:
            continue
        token = doc[head]
        pronoun = token.lower_ in lexicon.THIRD
        if (
            token.lower_ in lexicon.FIRST
            or token.lower_ in lexicon.SECOND
            or (token.tag_[:2] == "PR" and not pronoun)
        ):
            continue
        if not pronoun and (
            apposed_name(token) is not None or decoder.resolver.is_named(head, phrase_of(token))
        ):
            continue
        mention = (head, head + 1) if pronoun else phrase_of(token)
        # The quote that this source speaks is not known when its mention is resolved.
        own = [
            i
            for i, s in enumerate(reading.spans)
            if any(s.start < e and s.end > b for b, e in contents.get((mark.start, mark.end), ()))
        ]
        limit = min([own[0] if own else len(starts), bisect_left(starts, head)])
        found = decoder.resolver.antecedents(head, mention, decoder.spoken[:limit])
        right = [names(e, mark.name, mark.type) for e in found.entities]
        nobody = not any(right)
        if mark.type == "m" and not mark.name:
            # Of several, or of nobody named, is all that was noted: two who are named together will do too.
            right = [e.several and not e.described for e in found.entities]
        chosen = (
            int(np.argmax(found.rows[:-1, _RULE_CHOICE]))
            if len(found.entities) and found.rows[:-1, _RULE_CHOICE].any()
            else -1
        )
        yield AntecedentExample(
            (head, mention[0]),
            found.rows,
            found.places,
            np.array([*right, nobody]),
            chosen,
            "pronoun" if pronoun else "description",
            mark.start,
        )
