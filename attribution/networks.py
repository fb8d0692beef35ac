"""The learned judgements of the engine: small networks over the words' vectors and plain features.

All were trained together with the encoder (`training/reader.py`). Each takes the vectors of a whole article,
shape (words, 384), and features that say what each one stands for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

from attribution.language.encoder import Vectors
from attribution.reading import Reading

Integers = NDArray[np.int64]

#: Words before and behind a cue that can be its source or content.
BEFORE: Final = 120
AFTER: Final = 160
#: By which branch of the cue's tree a word hangs on it.
BRANCHES: Final = (
    "nsubj", "nsubjpass", "ccomp", "xcomp", "advcl", "dobj", "prep", "agent", "parataxis", "acl", "relcl",
    "csubj", "dep", "attr", "oprd", "pcomp",
)  # fmt: skip
_OTHER, _OUTSIDE, _ABOVE, _SELF = (len(BRANCHES) + i for i in range(4))
_DISTANCES: Final = (1, 2, 3, 4, 5, 7, 10, 15, 21, 31, 46, 71)
SOURCE, CONTENT, CUE = 1, 2, 3
#: Types of names, as spaCy's English pipelines call them, in the order of the network's answers.
NAME_LABELS: Final = (
    "PERSON", "LOC", "GPE", "ORG", "NORP", "DATE", "CARDINAL", "ORDINAL", "TIME", "PERCENT", "MONEY",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layout:
    """How an article is built, one entry a word; see `Branches` and `attribution.reading.Reading`."""

    heads: Sequence[int]
    deps: Sequence[str]
    sentences: Sequence[int]
    places: Sequence[int]

    @classmethod
    def of(cls, reading: Reading) -> Layout:
        """Read it off a parsed article."""
        heads, deps = [t.head.i for t in reading.doc], [t.dep_ for t in reading.doc]
        return cls(heads, deps, reading.token_sentence, reading.places)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The words around some cues, as the network of roles takes them.

    Attributes:
        cues: positions of the cues, shape (cues,).
        inside: whether a word is there at all, shape (cues, words) like all that follow.
        index: its position, the nearest one where it would lie beyond the text.
        distance, branch, sentence, place: how it stands to the cue.
    """

    cues: Integers
    inside: NDArray[np.bool_]
    index: Integers
    distance: Integers
    branch: Integers
    sentence: Integers
    place: Integers

    @classmethod
    def of(cls, layout: Layout, cues: Sequence[int]) -> Surroundings:
        """Describe the words within reach of each cue."""
        offsets = np.arange(-BEFORE, AFTER + 1)
        at = np.asarray(cues)
        raw = at[:, np.newaxis] + offsets
        words = len(layout.heads)
        index = raw.clip(0, words - 1)
        sentences, places = np.asarray(layout.sentences), np.asarray(layout.places)
        branches = Branches(layout.heads, layout.deps)
        return cls(
            cues=at,
            inside=(raw >= 0) & (raw < words),
            index=index,
            distance=np.broadcast_to(distance_bucket(offsets), index.shape),
            branch=np.stack([branches.of(cue, row) for cue, row in zip(cues, index, strict=True)]),
            sentence=(sentences[index] - sentences[at][:, np.newaxis]).clip(-2, 2) + 2,
            place=places[index] * 3 + places[at][:, np.newaxis],
        )


class Words:
    """An article's word vectors, shape (words, 384), with what a layer makes of single words kept for later.

    Few words stand for many candidates: a person's last name is looked at for every pronoun behind it.
    """

    def __init__(self, vectors: Vectors) -> None:
        self.vectors = vectors
        self._projected: dict[str, tuple[Vectors, NDArray[np.bool_]]] = {}

    def projected(self, name: str, weight: Vectors, index: Integers) -> Vectors:
        """Return the vectors of some words through a layer of weights; shape (indices, outputs)."""
        if name not in self._projected:
            empty = np.zeros((len(self.vectors), len(weight)), dtype="float32")
            self._projected[name] = empty, np.zeros(len(self.vectors), dtype="bool")
        values, known = self._projected[name]
        missing = np.unique(index[~known[index]])
        if len(missing):
            values[missing] = self.vectors[missing] @ weight.T
            known[missing] = True
        return values[index]


class Networks:
    """All networks, in plain numpy.

    Args:
        weights: arrays by the names that training gives them.
    """

    def __init__(self, weights: dict[str, NDArray[np.generic]]) -> None:
        self._weights = {name: np.asarray(value, dtype="float32") for name, value in weights.items()}

    def _linear(self, name: str, x: Vectors) -> Vectors:
        out: Vectors = x @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        return out

    # --- names ------------------------------------------------------------------------------------------

    def names(self, vectors: Vectors) -> list[tuple[int, int, str]]:
        """Find the names: half-open ranges of words with their types."""
        if not len(vectors):
            return []
        scores = self._linear("names", vectors)
        scores -= scores.max(axis=1, keepdims=True)
        scores -= np.log(np.exp(scores).sum(axis=1, keepdims=True))
        states = _likeliest_states(scores)
        found: list[tuple[int, int, str]] = []
        for word, state in enumerate(states):
            if state % 2:
                found.append((word, word + 1, NAME_LABELS[state // 2]))
            elif state:
                start, _, label = found.pop()
                found.append((start, word + 1, label))
        return found

    # --- reported speech --------------------------------------------------------------------------------

    def cues(self, vectors: Vectors) -> Vectors:
        """Return for each word the probability that it is the head of a cue; shape (words,)."""
        hidden = _gelu(self._linear("cue.0", vectors))
        return _sigmoid(self._linear("cue.3", hidden)[:, 0])

    def roles(self, vectors: Vectors, around: Surroundings) -> tuple[Integers, Vectors]:
        """Tell for the words around each cue which part they play.

        Returns:
            Their positions, shape (cues, words), -1 beyond the text; and the probabilities of being nothing,
            source, content or part of the cue, shape (cues, words, 4).
        """
        w = self._weights
        # Only the words within reach: a long text has many batches of cues.
        low = int(around.index.min())
        near, place_of = vectors[low : int(around.index.max()) + 1], around.index - low
        cues = vectors[around.cues]
        hidden = (
            self._linear("roles.t", near)[place_of]
            + self._linear("roles.c", cues)[:, np.newaxis]
            + w["roles.dist.weight"][around.distance]
            + w["roles.branch.weight"][around.branch]
            + w["roles.sent.weight"][around.sentence]
            + w["roles.place.weight"][around.place]
        )
        product = self._linear("roles.pt", near)[place_of] * self._linear("roles.pc", cues)[:, np.newaxis]
        scores = self._linear("roles.out", np.concatenate([_gelu(hidden), product], axis=-1))
        return np.where(around.inside, around.index, -1), _softmax(scores)

    # --- the source of a marked span --------------------------------------------------------------------

    def link(self, words: Words, bounds: tuple[int, int], heads: Integers, rows: Vectors) -> Vectors:
        """Weigh one span's candidates and "none of them"; sums to 1, shape (candidates + 1,).

        Args:
            bounds: the span's first and last word.
            heads: for each candidate its head, its first word and its cue or -1; shape (candidates, 3).
            rows: features, shape (candidates + 1, features).
        """
        w = self._weights
        ends = self._ends(words.vectors, bounds)
        features = self._linear("link.f", (rows - w["link.mean"]) * w["link.scale"])
        candidates = self._blocks(words, "link.m", [heads[:, 0], heads[:, 1]])
        cues = self._blocks(words, "link.c", [heads[:, 2].clip(min=0)])
        candidates += np.where(heads[:, 2:] >= 0, cues, w["link.nocue"])
        both = np.concatenate([candidates, w["link.none"][np.newaxis]])
        hidden = _gelu(self._linear("link.q", ends) + both + features)
        product = self._blocks(words, "link.pm", [heads[:, 0]]) * self._linear("link.pq", ends)
        return self._scored("link", hidden, product)

    def speech(self, vectors: Vectors, bounds: tuple[int, int], row: Vectors) -> float:
        """Return the probability that a marked span is speech."""
        w = self._weights
        inner = vectors[bounds[0] : bounds[1] + 1].mean(axis=0)
        ends = np.concatenate([self._ends(vectors, bounds), inner])
        features = self._linear("link.sf", (row - w["link.smean"]) * w["link.sscale"])
        score = self._linear("link.sout", _gelu(self._linear("link.sq", ends) + features))
        return float(_sigmoid(score)[0])

    def _ends(self, vectors: Vectors, bounds: tuple[int, int]) -> Vectors:
        first, last = bounds
        around = (first, last, max(first - 1, 0), min(last + 1, len(vectors) - 1))
        return np.concatenate([vectors[i] for i in around])

    # --- whom a mention means ---------------------------------------------------------------------------

    def antecedents(self, words: Words, mention: tuple[int, int], places: Integers, rows: Vectors) -> Vectors:
        """Weigh whom a mention means, the last one being nobody; sums to 1, shape (candidates + 1,).

        Args:
            mention: its head and its first word.
            places: shape (candidates, 3), as `attribution.antecedents` gives them.
            rows: features, shape (candidates + 1, features).
        """
        w = self._weights
        head = words.vectors[mention[0]]
        features = self._linear("ante.f", (rows - w["ante.mean"]) * w["ante.scale"])
        named = self._blocks(words, "ante.e", [places[:, i] for i in range(3)])
        both = np.concatenate([named, w["ante.none"][np.newaxis]])
        own = self._linear("ante.m", np.concatenate([head, words.vectors[mention[1]]]))
        hidden = _gelu(own + both + features)
        mine = self._linear("ante.pm", head)
        last, subject = (
            self._blocks(words, name, [places[:, i]]) for i, name in enumerate(("ante.pe", "ante.ps"))
        )
        product = np.concatenate([mine * last, mine * subject], axis=1)
        return self._scored("ante", hidden, product)

    def _blocks(self, words: Words, name: str, places: Sequence[Integers]) -> Vectors:
        """A layer over several words' vectors side by side, one block of its weights for each word."""
        weight, width = self._weights[f"{name}.weight"], words.vectors.shape[1]
        parts = [
            words.projected(f"{name}.{i}", weight[:, i * width : (i + 1) * width], place)
            for i, place in enumerate(places)
        ]
        out: Vectors = sum(parts[1:], parts[0]) + self._weights[f"{name}.bias"]
        return out

    def _scored(self, name: str, hidden: Vectors, product: Vectors) -> Vectors:
        """The last layer of a choice: "none" has no product of vectors."""
        product = np.concatenate([product, np.zeros((1, product.shape[1]), dtype="float32")])
        top = np.concatenate([np.maximum(self._linear(f"{name}.h", hidden), 0), product], axis=1)
        return _softmax(self._linear(f"{name}.out", top)[:, 0])


class Judgement:
    """The networks' answers about one article; see `Networks` for the shapes."""

    def __init__(self, networks: Networks, vectors: Vectors, reading: Reading) -> None:
        self._networks = networks
        self._vectors = vectors
        self._words = Words(vectors)
        self._reading = reading
        self._layout: Layout | None = None

    def cues(self) -> Vectors:
        """Return for each word the probability that it is the head of a cue."""
        return self._networks.cues(self._vectors)

    def roles(self, cues: Sequence[int]) -> tuple[Integers, Vectors]:
        """Tell for the words around each cue which part they play."""
        if self._layout is None:
            self._layout = Layout.of(self._reading)
        return self._networks.roles(self._vectors, Surroundings.of(self._layout, cues))

    def link(self, bounds: tuple[int, int], heads: Integers, rows: Vectors) -> Vectors:
        """Weigh one span's candidates and "none of them"."""
        return self._networks.link(self._words, bounds, heads, rows)

    def speech(self, bounds: tuple[int, int], row: Vectors) -> float:
        """Return the probability that a marked span is speech."""
        return self._networks.speech(self._vectors, bounds, row)

    def antecedents(self, mention: tuple[int, int], places: Integers, rows: Vectors) -> Vectors:
        """Weigh whom a mention means, the last one being nobody."""
        return self._networks.antecedents(self._words, mention, places, rows)


class Branches:
    """By which branch of a cue's tree the words of a text hang on it.

    Args:
        heads: for each word the one it hangs on, itself for a root.
        deps: how it hangs there.
    """

    def __init__(self, heads: Sequence[int], deps: Sequence[str]) -> None:
        below: list[list[int]] = [[] for _ in heads]
        roots: list[int] = []
        for word, head in enumerate(heads):
            (roots if head == word else below[head]).append(word)
        # Trees walked downwards: a word's own tree is the run of words entered before it is left again.
        self._entered = np.zeros(len(heads), dtype="int64")
        self._left = np.zeros(len(heads), dtype="int64")
        count = 0
        waiting = [(root, False) for root in reversed(roots)]
        while waiting:
            word, done = waiting.pop()
            if done:
                self._left[word] = count
                continue
            self._entered[word] = count
            count += 1
            waiting.append((word, True))
            waiting += [(child, False) for child in reversed(below[word])]
        self._below = below
        self._labels = np.array(
            [BRANCHES.index(dep) if dep in BRANCHES else _OTHER for dep in deps], dtype="int64"
        )

    def of(self, cue: int, words: Integers) -> Integers:
        """Return the branch of each of *words*: its place in `BRANCHES`, or a number behind those.

        These stand for another branch, outside of the cue's tree, above the cue, and the cue itself.
        """
        entered, left = self._entered, self._left
        at = entered[words]
        found = np.full(words.shape, _OUTSIDE, dtype="int64")
        found[(at <= entered[cue]) & (left[words] > entered[cue])] = _ABOVE
        inside = (at > entered[cue]) & (at < left[cue])
        if inside.any():
            children = np.array(self._below[cue])
            holder = np.searchsorted(entered[children], at[inside], side="right") - 1
            found[inside] = self._labels[children[holder]]
        found[words == cue] = _SELF
        return found


def distance_bucket(distances: Integers) -> Integers:
    """Number the distances to a cue: exact when near, coarse when far; before it 0 to 12, else 13 to 25."""
    bucket = np.digitize(np.abs(distances), _DISTANCES)
    return np.where(distances < 0, bucket, bucket + len(_DISTANCES) + 1)


def _likeliest_states(scores: Vectors) -> list[int]:
    """Viterbi's path through "none" (0), "begins" (odd) and "goes on" (even, only behind its own type)."""
    count = scores.shape[1]
    allowed = np.zeros((count, count), dtype="float32")
    allowed[:, 2::2] = -np.inf
    for state in range(2, count, 2):
        allowed[[state - 1, state], state] = 0
    best = scores[0].copy()
    best[2::2] = -np.inf
    came_from = []
    for row in scores[1:]:
        through = best[:, np.newaxis] + allowed
        origin = through.argmax(axis=0)
        came_from.append(origin)
        best = through[origin, np.arange(count)] + row
    path = [int(best.argmax())]
    for origin in reversed(came_from):
        path.append(int(origin[path[-1]]))
    return path[::-1]


def _gelu(x: Vectors) -> Vectors:
    """The exact form, as in training; the error function by Abramowitz and Stegun 7.1.26."""
    z = np.abs(x)
    z *= np.float32(0.7071067811865476)
    t = z * np.float32(0.3275911)
    t += 1
    np.reciprocal(t, out=t)
    tail = t * np.float32(1.061405429)
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        tail += np.float32(coefficient)
        tail *= t
    np.square(z, out=z)
    np.negative(z, out=z)
    np.exp(z, out=z)
    tail *= z
    tail *= np.float32(0.5)
    # x * (1 - tail) on the right, x * tail on the left.
    tail *= -np.abs(x)
    out: Vectors = np.maximum(x, 0)
    out += tail
    return out


def _sigmoid(x: Vectors) -> Vectors:
    return (1 / (1 + np.exp(-np.clip(x, -30, 30)))).astype("float32")


def _softmax(x: Vectors) -> Vectors:
    out: Vectors = np.exp(x - x.max(axis=-1, keepdims=True))
    out /= out.sum(axis=-1, keepdims=True)
    return out


@cache
def packaged_networks() -> Networks:
    """Return the networks that were trained in this project and are shipped in the package."""
    with (files("attribution") / "data" / "reader" / "networks.npz").open("rb") as file:
        return Networks(dict(np.load(file)))
