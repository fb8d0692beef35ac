"""Fit how sure the engine is of a speaker, on articles that the reader did not learn from.

    python -m training.confidence --shared ../shared

runs the engine's decoder over the held-back articles of PolNeAR's training part, compares each speaker with
the annotated one, fits a logistic curve to the log-odds that the networks give, and prints its two numbers,
which belong into `attribution/decoding.py` as ``CALIBRATION``; with them how well it does on articles that it
was not fitted on, ten parts in turn.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from attribution.decoding import DECLARED_CONFIDENCE, Decision, Decoder, log_odds
from attribution.language import load_pipeline
from attribution.models import Speaker
from attribution.networks import Judgement
from attribution.reading import Reading
from training.annotated import Annotated, AnnotatedQuote, words_of
from training.reading_examples import news_articles, read

PARTS: Final = 10
#: How strongly weights are held towards nothing: one over the variance that they are expected to have.
RIDGE: Final = 2.0
COVERED: Final = 0.9


@dataclass(frozen=True, slots=True)
class Answer:
    """One speaker given: the log-odds that the networks give it, and whether it is right."""

    article: str
    odds: float
    right: bool


class _Noting(Decoder):
    """A decoder that keeps its decisions."""

    def __init__(self, reading: Reading, judgement: Judgement) -> None:
        super().__init__(reading, judgement, None, min_confidence=0.0)
        self.decisions: dict[int, Decision] = {}

    def remember(self, index: int, decision: Decision) -> None:
        """Keep a decision too."""
        self.decisions[index] = decision
        super().remember(index, decision)


def held_back(shared: Path) -> Iterator[tuple[dict[str, Any], list[AnnotatedQuote]]]:
    """Yield the articles that the reader does not learn from, each with its quotes."""
    annotated = Annotated(())
    for article in news_articles(shared)[0]:
        yield article, annotated.quotes(article)


def answers(shared: Path) -> list[Answer]:
    """Let the engine answer, and see which answers are right."""
    nlp = load_pipeline(None, coreference=False)
    found = []
    for article, quotes in held_back(shared):
        reading, judgement = read(nlp, article["text"])
        decoder = _Noting(reading, judgement)
        decoder.run()
        for index, decision in decoder.decisions.items():
            span = reading.spans[index]
            said = next((q for q in quotes if q.start < span.end and span.start < q.end and q.speech), None)
            given = decision.resolution.speaker if decision.resolution is not None else None
            declared = decision.confidence == DECLARED_CONFIDENCE
            if said is None or not said.sure or given is None or decision.resolution is None or declared:
                continue
            odds = log_odds(decision.weight * decision.resolution.strength)
            found.append(Answer(article["id"], odds, same(given, said)))
    return found


def same(given: Speaker, said: AnnotatedQuote) -> bool:
    """Tell whether a speaker is the annotated one: one name within the other, or one surname."""
    if said.speaker is None:
        return False
    mine, theirs = words_of(given.name), words_of(said.speaker.name)
    if not mine or not theirs:
        return False
    if set(mine) <= set(theirs) or set(theirs) <= set(mine):
        return True
    if said.speaker.type == "p":
        return mine[-1] == theirs[-1] and min(len(mine), len(theirs)) == 1
    return mine[-1] == theirs[-1] or len(set(mine) & set(theirs)) >= 0.5 * len(set(mine) | set(theirs))


def fitted(known: Sequence[Answer]) -> NDArray[np.float64]:
    """Fit the regression; returns its slope and its shift."""
    rows = torch.from_numpy(_rows(known))
    right = torch.tensor([float(a.right) for a in known], dtype=torch.float64)
    weights = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        value = torch.nn.functional.binary_cross_entropy_with_logits(rows @ weights, right, reduction="sum")
        value = value + RIDGE / 2 * weights[0] ** 2
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)
    return weights.detach().numpy()


def probabilities(weights: NDArray[np.float64], known: Sequence[Answer]) -> NDArray[np.float64]:
    """Return how sure the regression is of each answer."""
    result: NDArray[np.float64] = 1 / (1 + np.exp(-_rows(known) @ weights))
    return result


def _rows(known: Sequence[Answer]) -> NDArray[np.float64]:
    return np.array([[a.odds, 1.0] for a in known])


def figures(sure: NDArray[np.float64], right: NDArray[np.bool_]) -> dict[str, float]:
    """Calibration error over ten bins, and the share of wrong ones among the surest nine tenths."""
    bins = np.minimum(9, (sure * 10).astype(int))
    error = sum(
        abs(sure[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in set(bins.tolist())
    )
    surest = np.argsort(-sure)[: round(COVERED * len(sure))]
    return {
        "answers": float(len(sure)),
        "right": round(float(right.mean()), 4),
        "calibration error": round(float(error), 4),
        f"wrong among the surest {COVERED:.0%}": round(float(1 - right[surest].mean()), 4),
    }


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    known = answers(parser.parse_args().shared)
    articles = sorted({a.article for a in known})
    random.Random(0).shuffle(articles)
    part = {article: n % PARTS for n, article in enumerate(articles)}
    sure = np.zeros(len(known))
    for n in range(PARTS):
        weights = fitted([a for a in known if part[a.article] != n])
        for i, answer in enumerate(known):
            if part[answer.article] == n:
                sure[i] = probabilities(weights, [answer])[0]
    print(figures(sure, np.array([a.right for a in known])))
    print("CALIBRATION", tuple(round(float(w), 3) for w in fitted(known)))


if __name__ == "__main__":
    main()
