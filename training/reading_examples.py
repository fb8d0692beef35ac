"""What the reader learns from: PolNeAR's training articles and our own as numbers.

    python -m training.reading_examples --shared ../shared

parses with the packaged pipeline, steps the engine's decoder through every article, and writes
`training/.work/reading.pkl`: for each article its words, its marked spans with their candidates, and the
attributions that people marked (cue, source and content as word positions); and `antecedents.pkl`: what the
pronouns and descriptions mean that were annotated (`speakers.py`).
"""

from __future__ import annotations

import argparse
import pickle
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from attribution.decoding import NOBODY, Decision, Decoder
from attribution.entities import with_names
from attribution.language import load_pipeline, take_word_vectors
from attribution.linking import Option, places
from attribution.networks import Judgement, packaged_networks
from attribution.reading import Reading, plain_spaces
from training.annotated import Annotated, Annotation, names, stretches, words_of
from training.examples import AntecedentExample, ArticleExample, Report, SpanExample
from training.lexicons import polnear_train
from training.speakers import mention_examples
from training.written import written_articles

WORK = Path(__file__).parent / ".work"
HELD_BACK = 0.1
Examples = tuple[ArticleExample, list[SpanExample], list[AntecedentExample]]


def news_articles(
    shared: Path, limit: int | None = None
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """PolNeAR's training articles: those that are held back, and those that are learned from."""
    articles = list(polnear_train(shared))[:limit]
    random.Random(7).shuffle(articles)
    held = round(len(articles) * HELD_BACK)
    return articles[:held], articles[held:]


def read(nlp: Language, text: str) -> tuple[Reading, Judgement]:
    """Read an article as the engine does, its names included."""
    doc = nlp(plain_spaces(text))
    vectors, networks = take_word_vectors(doc), packaged_networks()
    reading = Reading.of(with_names(doc, networks.names(vectors)), text)
    return reading, Judgement(networks, vectors, reading)


def training_texts(shared: Path, limit: int | None = None) -> list[dict[str, Any]]:
    """The articles, first those that are held back; then stretches of the others, and our own articles."""
    held, taught = news_articles(shared, limit)
    own = [{"id": article.id, "text": article.text} for article in written_articles()]
    return [*held, *taught, *stretches(taught, seed=7), *own]


def gold_of(article: dict[str, Any], start: int, end: int) -> tuple[bool, bool, list[tuple[int, int]]]:
    """Read what people marked about one span.

    Returns:
        Whether it is speech, whether that is sure, and the character ranges of its source. Of nested
        attributions the innermost counts.
    """
    best: tuple[int, list[tuple[int, int]], int] | None = None
    for attribution in article.get("attributions", ()):
        covered = sum(max(0, min(end, c[1]) - max(start, c[0])) for c in attribution["content"])
        size = sum(c[1] - c[0] for c in attribution["content"])
        if covered >= 0.6 * (end - start) and (best is None or size < best[0]):
            best = (size, [(s[0], s[1]) for s in attribution["source"]], size)
    if best is None:
        return False, True, []
    text = article["text"][start:end]
    words = [w for w in text.split() if len(w) > 3]
    # A title inside somebody's words is marked only as part of them: no evidence either way.
    sure = not (
        best[0] > 2.5 * (end - start) and words and all(w.strip("“\"'‘”")[:1].isupper() for w in words)
    )
    return True, sure, best[1]


def right_options(
    options: list[Option], sources: Sequence[tuple[int, int]], doc: Doc, speaker: Annotation | None
) -> list[bool]:
    """Tell for each option whether it names the annotated source, or the annotated speaker."""

    def overlaps(option: Option) -> bool:
        words = doc[option.candidate.mention[0] : option.candidate.mention[1]]
        return any(words.start_char < e and words.end_char > s for s, e in sources)

    def is_speaker(option: Option) -> bool:
        if speaker is None:
            return False
        entity = option.resolution.entity
        if entity is not None and names(entity, speaker.name, speaker.type):
            return True
        # Several who speak together: who of them is named, or a "they" that means them.
        given = option.resolution.speaker
        if entity is not None and option.resolution.method == "name" and speaker.type == "p":
            if entity.name in speaker.name.split(" and "):
                return True
        elif given is not None and given.name == speaker.name:
            return True
        # Bodies and people without a name need not be an entity to be the source.
        first, last = option.candidate.mention
        own = words_of(doc[first:last].text)
        return speaker.type in ("o", "u") and set(words_of(speaker.name)) <= set(own)

    direct = [overlaps(o) or is_speaker(o) for o in options]
    keys = {
        o.resolution.key
        for o, hit in zip(options, direct, strict=True)
        if hit
        and o.resolution.key is not None
        and (o.resolution.method != "pronoun" or o.resolution.strength > 0.6)
    }
    # Where people said who speaks, another resolution of the same mention proves nothing.
    if speaker is not None and any(is_speaker(o) for o in options):
        keys = set()
    return [hit or o.resolution.key in keys for o, hit in zip(options, direct, strict=True)]


def words_in(doc: Doc, ranges: Iterable[tuple[int, int]]) -> list[int]:
    """Positions of the words that lie in character ranges; no white space."""
    found: list[int] = []
    for start, end in ranges:
        span = doc.char_span(start, end, alignment_mode="expand")
        if span is not None:
            found += [t.i for t in span if not t.is_space]
    return sorted(set(found))


def head_of(doc: Doc, words: list[int]) -> int:
    """The word that the others hang on; of several the first verb, else the first."""
    inside = set(words)
    tops = [i for i in words if doc[i].head.i not in inside or doc[i].head.i == i]
    verbs = [i for i in tops if doc[i].tag_[:2] == "VB" and doc[i].dep_ not in ("aux", "auxpass")]
    solid = [i for i in tops if doc[i].is_alpha]
    return (verbs or solid or tops or words)[0]


def span_examples(
    article: dict[str, Any],
    annotated: Annotated,
    reading: Reading,
    judgement: Judgement,
    forced: bool,
) -> list[SpanExample]:
    """Step the decoder through one article's marked spans.

    What was annotated for this project counts before PolNeAR's attributions.
    With ``forced`` the annotated source is made known to later spans, else the engine's own decision, so that
    the networks also learn to recover from their mistakes.
    """
    quotes = {(q.start, q.end): q for q in annotated.quotes(article)}
    mentions = annotated.mentions(article)
    decoder = Decoder(reading, judgement, None)
    found: list[SpanExample] = []
    for index, marked in enumerate(reading.spans):
        speech, sure, sources = gold_of(article, marked.inner_start, marked.inner_end)
        said = quotes.get((marked.start, marked.end))
        speaker = said.speaker if said else None
        if said:
            speech, sure, sources = said.speech, said.sure, []
        elif "attributions" not in article:
            sure = False
        if speaker and said and said.sure:
            same = (m for m in mentions if (m.type, m.name) == (speaker.type, speaker.name))
            sources = [(speaker.start, speaker.end), *((m.start, m.end) for m in same)]
        # Speech of which nobody can tell whose it is.
        unknown = bool(said and said.sure and said.speech and speaker is None)
        options = decoder.options(index)
        rows = decoder.candidate_rows(index, options)
        weights, none = decoder.weigh(index, options)
        row = decoder.span_row(index, options, weights)
        decoder.hear(float(speech) if forced else decoder.speech(index, options, weights))
        taught = unknown or (speech and bool(sources))
        right = right_options(options, sources, reading.doc, speaker) if taught else None
        first, end = reading.span_tokens[index]
        found.append(
            SpanExample(
                (first, end - 1),
                rows.astype("float32"),
                places(options),
                np.array([*right, not any(right)]) if right is not None else None,
                row.astype("float32"),
                speech if sure else None,
            )
        )
        if not speech:
            continue
        if forced:
            hits = [o for o, hit in zip(options, right or [], strict=False) if hit]
            best = min(hits, key=lambda o: abs(o.candidate.head - first), default=None)
            decision = Decision(best, 1.0, 1.0) if best is not None else NOBODY
        else:
            decision = decoder.decide(options, weights, none)
        decoder.remember(index, decision)
    return found


def reports_of(article: dict[str, Any], doc: Doc) -> list[Report] | None:
    """The attributions that have a cue; ``None`` where nobody marked any."""
    if "attributions" not in article:
        return None
    found = []
    for attribution in article["attributions"]:
        cue = words_in(doc, ((c[0], c[1]) for c in attribution["cue"]))
        content = words_in(doc, ((c[0], c[1]) for c in attribution["content"]))
        source = words_in(doc, ((c[0], c[1]) for c in attribution["source"]))
        if cue and content:
            found.append(Report(head_of(doc, cue), cue, source, content))
    return found


def article_example(
    article: dict[str, Any], annotated: Annotated, reading: Reading, judgement: Judgement
) -> ArticleExample:
    """Everything about one article."""
    doc = reading.doc
    return ArticleExample(
        id=article["id"],
        words=[t.text for t in doc],
        places=list(reading.places),
        sentences=list(reading.token_sentence),
        paragraphs=list(reading.token_paragraph),
        heads=[t.head.i for t in doc],
        deps=[t.dep_ for t in doc],
        spans=span_examples(article, annotated, reading, judgement, forced=True),
        reports=reports_of(article, doc),
    )


class _Reader:
    """Makes the examples of single articles; each process has one."""

    def __init__(self) -> None:
        self._nlp = load_pipeline(None, coreference=False)
        self._annotated = Annotated(written_articles())

    def read(self, article: dict[str, Any]) -> Examples:
        """Make the examples of one article."""
        reading, judgement = read(self._nlp, article["text"])
        example = article_example(article, self._annotated, reading, judgement)
        free = span_examples(article, self._annotated, reading, judgement, forced=False)
        return example, free, list(mention_examples(article, self._annotated, reading, judgement))


@cache
def _reader() -> _Reader:
    return _Reader()


def _read(article: dict[str, Any]) -> Examples:
    return _reader().read(article)


def main() -> None:
    """Make and keep the examples."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--articles", type=int, default=None, help="only the first N articles")
    parser.add_argument("--processes", type=int, default=2)
    args = parser.parse_args()
    spans: list[tuple[ArticleExample, list[SpanExample]]] = []
    mentions: dict[str, list[AntecedentExample]] = {}
    count: Counter[str] = Counter()
    with ProcessPoolExecutor(args.processes) as pool:
        texts = training_texts(args.shared, args.articles)
        for n, (example, free, meant) in enumerate(pool.map(_read, texts, chunksize=4), 1):
            spans.append((example, free))
            mentions[example.id] = meant
            for span in example.spans:
                if span.right is not None:
                    count["spans, the source among the candidates" if span.right[:-1].any() else "not"] += 1
            for mention in meant:
                reachable = "named" if mention.right[:-1].any() else "nobody named"
                count[f"{mention.kind}, {reachable}"] += 1
            if n % 100 == 0:
                print(f"{n} of {len(texts)}", flush=True)
    print(dict(sorted(count.items())))
    WORK.mkdir(parents=True, exist_ok=True)
    for file, made in (("reading.pkl", spans), ("antecedents.pkl", mentions)):
        with (WORK / file).open("wb") as out:
            pickle.dump(made, out, protocol=5)


if __name__ == "__main__":
    main()
