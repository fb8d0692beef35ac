"""Fit whom a bare surname means where several people carry it: the weights in `attribution.namesakes`.

    python -m training.namesakes --shared ../shared

takes the surnames beside quotes whose speaker is annotated (`annotations/quotes.tsv`, our own articles), in
articles that name at least two people so, and fits a logistic choice between them. Prints how often it is
right on articles that it was not fitted on, and the weights.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attribution import lexicon
from attribution.language import load_pipeline
from attribution.namesakes import WEIGHTS, Told
from attribution.people import Entity, find_people
from attribution.phrases import is_subject
from attribution.reading import Reading
from training.annotated import Annotated
from training.reading_examples import news_articles, read
from training.written import written_articles

# Words from a quote within which its source's surname is looked for where no mention is annotated.
_NEAR = 12
_FOLDS = 8
_L2, _RATE, _STEPS = 1.0, 0.02, 800

#: One choice: the options' features, shape (options, features), and which of them are right.
Choice = tuple[NDArray[np.float64], NDArray[np.bool_]]


def _is_right(entity: Entity, name: str) -> bool:
    mine, wanted = entity.name.split(), name.split()
    return mine[-1] == wanted[-1] and mine[0][:3] == wanted[0][:3]


def _families(text: str, names: Sequence[str]) -> bool:
    """Tell whether a text has two full names of one surname, so that reading it is worth the while."""
    for surname in {n.split()[-1] for n in names if " " in n}:
        found = re.findall(rf"\b([A-Z][\w’'-]+)(?: [A-Z]\.)? {re.escape(surname)}\b", text)
        if len({f for f in found if not lexicon.title_of(f)}) > 1:
            return True
    return False


def _marked(reading: Reading, annotated: Annotated, article: dict[str, Any]) -> dict[int, str]:
    """Surnames beside quotes, by position, with the annotated speaker."""
    doc = reading.doc
    found: dict[int, str] = {}
    for quote in annotated.quotes(article):
        speaker = quote.speaker
        if speaker is None or speaker.type != "p" or not quote.sure or not speaker.name:
            continue
        surname = speaker.name.split()[-1]
        if speaker.end > speaker.start and "written/" not in article["id"]:
            span = doc.char_span(speaker.start, speaker.end, alignment_mode="expand")
            near = [t for t in span or () if t.text == surname]
        else:
            span = doc.char_span(quote.start, quote.end, alignment_mode="expand")
            around = doc[max(0, span.start - _NEAR) : span.end + _NEAR] if span is not None else ()
            near = [t for t in around if t.text == surname and reading.outside(t) and is_subject(t)]
        if len(near) == 1:
            found[near[0].i] = speaker.name
    return found


def choices(shared: Path) -> Iterator[list[Choice]]:
    """Yield the choices of each article."""
    held, taught = news_articles(shared)
    own = [{"id": a.id, "text": a.text} for a in written_articles()]
    annotated = Annotated(written_articles())
    nlp = load_pipeline(None, coreference=False)
    for article in [*held, *taught, *own]:
        speakers = [q.speaker.name for q in annotated.quotes(article) if q.speaker and q.speaker.type == "p"]
        if not _families(article["text"], speakers):
            continue
        reading, _ = read(nlp, article["text"])
        people = list(find_people(reading).people())
        meant: dict[str, Entity] = {}
        told = Told(reading)
        found: list[Choice] = []
        for at, name in sorted(_marked(reading, annotated, article).items()):
            surname = reading.doc[at].text
            options = [p for p in people if p.surname == surname and " " in p.name]
            right = [_is_right(p, name) for p in options]
            alone = any(p.mentions.get(at) == (at, at + 1) for p in people)
            if len(options) < 2 or sum(right) != 1 or not alone:
                continue
            title = reading.doc[at - 1].lower_.rstrip(".") if at else ""
            gender = lexicon.GENDERED_TITLES.get(title)
            rows = [told.features(p, options, at, gender, meant.get(surname)) for p in options]
            values = np.array([[float(row[n]) for n in WEIGHTS] for row in rows])
            found.append((values, np.array(right)))
            meant[surname] = options[right.index(True)]
        if found:
            yield found


def fit(data: Sequence[Choice]) -> NDArray[np.float64]:
    """Return the weights, order as in `WEIGHTS`."""
    weights = np.zeros(len(WEIGHTS))
    for _ in range(_STEPS):
        slope = -_L2 * weights
        for rows, right in data:
            scores = rows @ weights
            share = np.exp(scores - scores.max())
            slope += rows.T @ (right - share / share.sum())
        weights += _RATE * slope
    return weights


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    articles = list(choices(parser.parse_args().shared))
    shipped = np.array(list(WEIGHTS.values()))
    hits: dict[str, int] = {"fitted on others": 0, "shipped": 0}
    count = 0
    for fold in range(_FOLDS):
        weights = fit([c for n, a in enumerate(articles) if n % _FOLDS != fold for c in a])
        for rows, right in (c for a in articles[fold::_FOLDS] for c in a):
            count += 1
            hits["fitted on others"] += bool(right[np.argmax(rows @ weights)])
            hits["shipped"] += bool(right[np.argmax(rows @ shipped)])
    print(f"{len(articles)} articles, {count} surnames; right: {hits}")
    for name, weight in zip(WEIGHTS, fit([c for a in articles for c in a]), strict=True):
        print(f'    "{name}": {weight:.2f},')


if __name__ == "__main__":
    main()
