"""Learn to link quotes to their sources from the attributions that people marked.

    python -m training.linking --shared ../shared [--pipeline PATH] [--held-back 0.1]

reads PolNeAR *train* only, parses it with the packaged pipeline (kept under training/.work for the next
run), steps the engine's own decoder through every article, and writes `attribution/data/linker.json`
and `attribution/data/speech.json`. The figures printed are on held-back training articles.

A candidate is right where its mention overlaps the annotated source, or where it resolves to the same
person as one that does. A marked span is speech where it lies in the content of an attribution.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from thinc.api import Adam, Linear, Model, Relu, chain

from attribution.decoding import NOBODY, Decision, Decoder
from attribution.language import load_pipeline, pipeline_version
from attribution.language.coreference import CoreferenceResolver
from attribution.linking import CANDIDATE_FEATURES, SPAN_FEATURES, Linker, Network, Option
from attribution.reading import Reading
from training.lexicons import DATA, polnear_train

WORK = Path(__file__).parent / ".work"
HIDDEN = 64
EPOCHS = 24
DROP = 0.1
L2 = 1e-5


@dataclass
class Examples:
    """What the networks learn from: one entry a span."""

    candidates: list[np.ndarray] = field(default_factory=list)
    right: list[np.ndarray] = field(default_factory=list)
    spans: list[np.ndarray] = field(default_factory=list)
    speech: list[float] = field(default_factory=list)


def parsed(articles: list[dict[str, Any]], nlp: Language, cache: Path) -> list[Doc]:
    """Parse articles, or read an earlier parse by the same pipeline."""
    if cache.exists():
        docs = list(DocBin().from_disk(cache).get_docs(nlp.vocab))
        if len(docs) == len(articles):
            return docs
    bin_ = DocBin(store_user_data=False)
    docs = []
    for n, doc in enumerate(nlp.pipe((a["text"] for a in articles), batch_size=16)):
        bin_.add(doc)
        docs.append(doc)
        if n % 100 == 0:
            print(f"parsed {n} of {len(articles)}", flush=True)
    cache.parent.mkdir(parents=True, exist_ok=True)
    bin_.to_disk(cache)
    return docs


def gold_of(article: dict[str, Any], start: int, end: int) -> tuple[bool, bool, list[tuple[int, int]]]:
    """Read what people marked about one span.

    Returns:
        Whether it is speech, whether that is sure, and the character ranges of its source. Of nested
        attributions the innermost counts.
    """
    best: tuple[int, list[tuple[int, int]], int] | None = None
    for attribution in article["attributions"]:
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


def right_options(options: list[Option], sources: list[tuple[int, int]], doc: Doc) -> list[bool]:
    """Tell for each option whether it names the annotated source."""

    def overlaps(option: Option) -> bool:
        words = doc[option.candidate.mention[0] : option.candidate.mention[1]]
        return any(words.start_char < e and words.end_char > s for s, e in sources)

    direct = [overlaps(o) for o in options]
    keys = {
        o.resolution.key
        for o, hit in zip(options, direct, strict=True)
        if hit
        and o.resolution.key is not None
        and (o.resolution.method != "pronoun" or o.resolution.strength > 0.6)
    }
    return [hit or o.resolution.key in keys for o, hit in zip(options, direct, strict=True)]


def examples(
    articles: list[dict[str, Any]],
    docs: list[Doc],
    linker: Linker,
    resolver: CoreferenceResolver | None,
    forced: bool,
) -> Examples:
    """Step the decoder through articles and note what it saw.

    With ``forced`` the annotated source is made known to later spans, else the linker's own decision, so that
    the network also learns to recover from its mistakes.
    """
    out = Examples()
    for article, doc in zip(articles, docs, strict=True):
        reading = Reading.of(doc)
        decoder = Decoder(reading, linker, (lambda d=doc: resolver.chains(d)) if resolver else None)
        for index, marked in enumerate(reading.spans):
            speech, sure, sources = gold_of(article, marked.inner_start, marked.inner_end)
            options = decoder.options(index)
            rows = decoder.candidate_rows(index, options)
            weights, none = linker.probabilities(rows)
            if sure:
                out.spans.append(decoder.span_row(index, options, weights))
                out.speech.append(float(speech))
            decoder.hear(
                float(speech) if forced else linker.speech(decoder.span_row(index, options, weights))
            )
            if not speech or (marked.end - marked.start) < 3:
                continue
            right = right_options(options, sources, doc) if sources else []
            if sources:
                out.candidates.append(rows)
                out.right.append(np.array([*right, not any(right)], dtype="float32"))
            if forced:
                hits = [o for o, r in zip(options, right, strict=False) if r]
                best = min(
                    hits, key=lambda o: abs(o.candidate.head - reading.span_tokens[index][0]), default=None
                )
                decision = Decision(best, 1.0, 1.0) if best is not None else NOBODY
            else:
                decision = decoder.decide(options, weights, none)
            decoder.remember(index, decision)
    return out


def standardised(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean of each column and one over its spread."""
    spread = rows.std(axis=0)
    return rows.mean(axis=0), np.where(spread > 1e-6, 1 / np.maximum(spread, 1e-6), 0.0)


def new_model(features: int) -> Model:
    """Return an untrained network with one hidden layer."""
    model = chain(Relu(nO=HIDDEN, nI=features, dropout=DROP), Linear(nO=1, nI=HIDDEN))
    model.initialize()
    return model


def exported(model: Model, mean: np.ndarray, scale: np.ndarray, features: tuple[str, ...]) -> dict[str, Any]:
    """Return a network's weights as JSON-ready lists."""
    layers = [
        [np.round(layer.get_param("W").T, 4).tolist(), np.round(layer.get_param("b"), 4).tolist()]
        for layer in model.walk(order="dfs_pre")
        if layer.has_param("W")
    ]
    return {
        "features": list(features),
        "mean": np.round(mean, 5).tolist(),
        "scale": np.round(scale, 5).tolist(),
        "layers": layers,
    }


def batches(n: int, size: int, rng: random.Random) -> Iterator[list[int]]:
    """Yield shuffled batches of indexes."""
    order = list(range(n))
    rng.shuffle(order)
    for start in range(0, n, size):
        yield order[start : start + size]


def train_linker(data: Examples, seed: int = 0) -> dict[str, Any]:
    """Train the candidates' network: within each span the right candidates together get all the weight."""
    rng = random.Random(seed)
    np.random.seed(seed)
    mean, scale = standardised(np.concatenate(data.candidates))
    rows = [((r - mean) * scale).astype("float32") for r in data.candidates]
    model = new_model(len(CANDIDATE_FEATURES))
    optimizer = Adam(0.002, L2=L2)
    for epoch in range(EPOCHS):
        optimizer.learn_rate = 0.002 * (1 - epoch / EPOCHS) + 0.0001
        loss = 0.0
        for batch in batches(len(rows), 64, rng):
            stacked = np.concatenate([rows[i] for i in batch])
            scores, backprop = model.begin_update(stacked)
            gradient = np.zeros_like(scores)
            at = 0
            for i in batch:
                n = len(rows[i])
                s = scores[at : at + n, 0]
                p = np.exp(s - s.max())
                p /= p.sum()
                good = p * data.right[i]
                total = max(float(good.sum()), 1e-9)
                loss -= float(np.log(total))
                gradient[at : at + n, 0] = (p - good / total) / len(batch)
                at += n
            backprop(gradient)
            model.finish_update(optimizer)
        if epoch % 6 == 5:
            print(f"linker epoch {epoch + 1}: loss {loss / len(rows):.4f}", flush=True)
    return exported(model, mean, scale, CANDIDATE_FEATURES)


def train_speech(data: Examples, seed: int = 0) -> dict[str, Any]:
    """Train the network that tells speech from other marked words."""
    rng = random.Random(seed)
    np.random.seed(seed)
    rows = np.stack(data.spans)
    mean, scale = standardised(rows)
    rows = ((rows - mean) * scale).astype("float32")
    labels = np.array(data.speech, dtype="float32")[:, None]
    model = new_model(len(SPAN_FEATURES))
    optimizer = Adam(0.002, L2=1e-4)
    for epoch in range(EPOCHS):
        optimizer.learn_rate = 0.002 * (1 - epoch / EPOCHS) + 0.0001
        for batch in batches(len(rows), 64, rng):
            scores, backprop = model.begin_update(rows[batch])
            p = 1 / (1 + np.exp(-scores))
            backprop((p - labels[batch]) / len(batch))
            model.finish_update(optimizer)
    return exported(model, mean, scale, SPAN_FEATURES)


def report(data: Examples, linker: Linker) -> None:
    """Print how a linker does on examples that it was not trained on."""
    right = sum(
        bool(r[int(np.argmax([*linker.probabilities(rows)[0], linker.probabilities(rows)[1]]))])
        for rows, r in zip(data.candidates, data.right, strict=True)
    )
    reachable = sum(bool(r[:-1].any()) for r in data.right)
    p = np.array([linker.speech(row) for row in data.spans])
    gold = np.array(data.speech) > 0.5
    print(
        f"held back: link right {right / len(data.right):.4f} of {len(data.right)} "
        f"(a right candidate is there for {reachable / len(data.right):.4f}); "
        f"speech {np.mean((p > 0.5) == gold):.4f}, recall {np.mean(p[gold] > 0.5):.4f}, "
        f"turned away {np.mean(p[~gold] < 0.5):.4f} of {(~gold).sum()}"
    )


def untrained() -> Linker:
    """Return a linker that knows nothing: the first pass steps through the annotated answers anyway."""

    def flat(features: tuple[str, ...]) -> Network:
        n = len(features)
        return Network({"mean": [0] * n, "scale": [0] * n, "layers": [[[[0.0]] * n, [0.0]]]})

    return Linker(flat(CANDIDATE_FEATURES), flat(SPAN_FEATURES))


def main() -> None:
    """Train both networks and write them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--pipeline", default=None)
    parser.add_argument("--held-back", type=float, default=0.1)
    parser.add_argument("--articles", type=int, default=None, help="only the first N articles")
    parser.add_argument("--no-coreference", action="store_true")
    args = parser.parse_args()
    nlp = load_pipeline(args.pipeline, coreference=False)
    resolver = None if args.no_coreference else CoreferenceResolver.for_pipeline(nlp)
    articles = list(polnear_train(args.shared))[: args.articles]
    random.Random(7).shuffle(articles)
    docs = parsed(articles, nlp, WORK / f"polnear-{pipeline_version(nlp)}-{len(articles)}.spacy")
    held = round(len(articles) * args.held_back)
    seen, unseen = slice(held, None), slice(0, held)
    linker = untrained()
    weights: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
    for step, forced in enumerate((True, False, False)):
        train = examples(articles[seen], docs[seen], linker, resolver, forced)
        print(f"pass {step + 1}: {len(train.candidates)} sourced spans, {len(train.spans)} spans", flush=True)
        weights = (train_linker(train), train_speech(train))
        linker = Linker(Network(weights[0]), Network(weights[1]))
        report(examples(articles[unseen], docs[unseen], linker, resolver, False), linker)
    for name, values in zip(("linker", "speech"), weights, strict=True):
        (DATA / f"{name}.json").write_text(json.dumps(values) + "\n", encoding="utf8")


if __name__ == "__main__":
    main()
