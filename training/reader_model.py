"""The reader as torch sees it while it learns: an encoder and the networks over its vectors.

The same networks run in plain numpy in `attribution.networks`, under the same names of weights; a change
here is a change there.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from attribution.language.encoder import WIDTH
from attribution.language.pieces import CASES, PLACES, Vocabulary, windows
from attribution.networks import BRANCHES

HIDDEN = 192
PRODUCT = 96
TOP = 64
HEADS = 12
LAYERS = 6
# Tags, trees and names are read off here, so these layers stay as they are when the reader is taught further.
FORM_LAYERS = 3
FEED = 1536
POSITIONS = 512
DISTANCES = 26
_BRANCHES = len(BRANCHES) + 4


class Layer(nn.Module):
    """One layer of BERT's kind."""

    def __init__(self, drop: float = 0.1) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.o = nn.Linear(WIDTH, WIDTH)
        self.n1 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.f1 = nn.Linear(WIDTH, FEED)
        self.f2 = nn.Linear(FEED, WIDTH)
        self.n2 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.drop = nn.Dropout(drop)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """``x``: (windows, pieces, width); ``mask``: added to the attention's scores."""
        batch, length, _ = x.shape
        query, key, value = self.qkv(x).view(batch, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        weights = torch.matmul(query, key.transpose(-1, -2)) * (WIDTH // HEADS) ** -0.5 + mask
        attended = (
            torch.matmul(torch.softmax(weights, -1), value).transpose(1, 2).reshape(batch, length, WIDTH)
        )
        x = self.n1(x + self.drop(self.o(attended)))
        out: Tensor = self.n2(x + self.drop(self.f2(F.gelu(self.f1(x)))))
        return out


class Layers(nn.Module):
    """The layers alone: what onnxruntime runs."""

    def __init__(self, layers: nn.ModuleList) -> None:
        super().__init__()
        self.layers = layers

    def forward(self, x: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return what the first `FORM_LAYERS` layers give and what all give; see `Layer`."""
        form = x
        for number, layer in enumerate(self.layers, 1):
            x = layer(x, mask)
            if number == FORM_LAYERS:
                form = x
        return form, x


def _outside(lengths: Tensor, width: int) -> Tensor:
    """What is added to the scores of attention, so that nothing attends to padding."""
    outside = torch.arange(width)[None] >= lengths[:, None]
    return torch.zeros(outside.shape).masked_fill(outside, -1e4)[:, None, None, :]


@dataclass(frozen=True, slots=True)
class Lowered:
    """A text as the lower layers see it.

    Attributes:
        vectors: shape (windows, pieces, width).
        lengths: pieces in each window.
        row, column: for each word, where its first piece is read.
    """

    vectors: Tensor
    lengths: Tensor
    row: Tensor
    column: Tensor


class TrainableEncoder(nn.Module):
    """Word pieces to vectors; the pieces' own vectors stay as MiniLM has them."""

    def __init__(self, pieces: int) -> None:
        super().__init__()
        self.words = nn.Embedding(pieces, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.cases = nn.Embedding(CASES, WIDTH)
        self.places = nn.Embedding(PLACES, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.drop = nn.Dropout(0.1)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.words.weight.requires_grad_(False)
        nn.init.normal_(self.cases.weight, std=0.01)
        nn.init.normal_(self.places.weight, std=0.01)

    def lower(self, pieces: Tensor, cases: Tensor, places: Tensor, lengths: Tensor) -> Tensor:
        """Return what the first `FORM_LAYERS` layers give; all but ``lengths`` of shape (windows, pieces)."""
        x = self.words(pieces) + self.positions.weight[: pieces.shape[1]]
        x = self.drop(self.norm(x + self.cases(cases) + self.places(places)))
        bias = _outside(lengths, pieces.shape[1])
        for layer in self.layers[:FORM_LAYERS]:
            x = layer(x, bias)
        return x

    def upper(self, x: Tensor, lengths: Tensor) -> Tensor:
        """Return what the last layer gives over the lower ones' vectors, shape (windows, pieces, width)."""
        bias = _outside(lengths, x.shape[1])
        for layer in self.layers[FORM_LAYERS:]:
            x = layer(x, bias)
        return x

    def lower_parameters(self) -> list[nn.Parameter]:
        """Everything below the layers of `upper`."""
        above = {id(p) for layer in self.layers[FORM_LAYERS:] for p in layer.parameters()}
        return [p for p in self.parameters() if id(p) not in above]

    def load_minilm(self, folder: Path) -> None:
        """Start from the published weights in ``model.safetensors``."""
        raw = (folder / "model.safetensors").read_bytes()
        (length,) = struct.unpack("<Q", raw[:8])
        header, data = json.loads(raw[8 : 8 + length]), raw[8 + length :]

        def tensor(name: str) -> Tensor:
            start, end = header[name]["data_offsets"]
            array = np.frombuffer(data[start:end], dtype="float32").reshape(header[name]["shape"])
            return torch.from_numpy(array.copy())

        with torch.no_grad():
            self.words.weight.copy_(tensor("embeddings.word_embeddings.weight"))
            kind = tensor("embeddings.token_type_embeddings.weight")[0]
            self.positions.weight.copy_(tensor("embeddings.position_embeddings.weight") + kind)
            self.norm.weight.copy_(tensor("embeddings.LayerNorm.weight"))
            self.norm.bias.copy_(tensor("embeddings.LayerNorm.bias"))
            for n, layer in enumerate(self.layers):
                prefix = f"encoder.layer.{n}."
                attention = [f"{prefix}attention.self.{part}" for part in ("query", "key", "value")]
                layer.qkv.weight.copy_(torch.cat([tensor(f"{a}.weight") for a in attention]))
                layer.qkv.bias.copy_(torch.cat([tensor(f"{a}.bias") for a in attention]))
                for own, name in (
                    (layer.o, "attention.output.dense"), (layer.n1, "attention.output.LayerNorm"),
                    (layer.f1, "intermediate.dense"), (layer.f2, "output.dense"),
                    (layer.n2, "output.LayerNorm"),
                ):  # fmt: skip
                    own.weight.copy_(tensor(f"{prefix}{name}.weight"))
                    own.bias.copy_(tensor(f"{prefix}{name}.bias"))


class Roles(nn.Module):
    """Which part the words around a cue play; see `attribution.networks.Networks.roles`."""

    def __init__(self) -> None:
        super().__init__()
        self.t = nn.Linear(WIDTH, HIDDEN)
        self.c = nn.Linear(WIDTH, HIDDEN)
        self.dist = nn.Embedding(DISTANCES, HIDDEN)
        self.branch = nn.Embedding(_BRANCHES, HIDDEN)
        self.sent = nn.Embedding(5, HIDDEN)
        self.place = nn.Embedding(PLACES * PLACES, HIDDEN)
        self.pt = nn.Linear(WIDTH, PRODUCT)
        self.pc = nn.Linear(WIDTH, PRODUCT)
        self.out = nn.Linear(HIDDEN + PRODUCT, 4)
        self.drop = nn.Dropout(0.1)

    def forward(
        self,
        h: Tensor,
        cues: Tensor,
        index: Tensor,
        dist: Tensor,
        branch: Tensor,
        sent: Tensor,
        place: Tensor,
    ) -> Tensor:
        """Return scores, shape (cues, words around, 4)."""
        hidden = self.t(h)[index] + self.c(h[cues])[:, None] + self.dist(dist) + self.branch(branch)
        hidden = hidden + self.sent(sent) + self.place(place)
        product = self.pt(h)[index] * self.pc(h[cues])[:, None]
        out: Tensor = self.out(torch.cat([self.drop(F.gelu(hidden)), product], -1))
        return out


class Link(nn.Module):
    """The source of a marked span, and whether it is speech."""

    def __init__(self, candidate_features: int, span_features: int) -> None:
        super().__init__()
        self.q = nn.Linear(4 * WIDTH, HIDDEN)
        self.m = nn.Linear(2 * WIDTH, HIDDEN)
        self.c = nn.Linear(WIDTH, HIDDEN)
        self.none = nn.Parameter(torch.zeros(HIDDEN))
        self.nocue = nn.Parameter(torch.zeros(HIDDEN))
        self.f = nn.Linear(candidate_features, HIDDEN)
        self.pq = nn.Linear(4 * WIDTH, PRODUCT)
        self.pm = nn.Linear(WIDTH, PRODUCT)
        self.h = nn.Linear(HIDDEN, TOP)
        self.out = nn.Linear(TOP + PRODUCT, 1)
        self.drop = nn.Dropout(0.15)
        self.sq = nn.Linear(5 * WIDTH, HIDDEN)
        self.sf = nn.Linear(span_features, HIDDEN)
        self.sout = nn.Linear(HIDDEN, 1)
        self.register_buffer("mean", torch.zeros(candidate_features))
        self.register_buffer("scale", torch.ones(candidate_features))
        self.register_buffer("smean", torch.zeros(span_features))
        self.register_buffer("sscale", torch.ones(span_features))

    @staticmethod
    def _ends(h: Tensor, bounds: tuple[int, int]) -> Tensor:
        first, last = bounds
        return torch.cat([h[first], h[last], h[max(first - 1, 0)], h[min(last + 1, len(h) - 1)]])

    def scores(self, h: Tensor, bounds: tuple[int, int], heads: Tensor, rows: Tensor) -> Tensor:
        """Return one score a candidate and one for "none", shape (candidates + 1,)."""
        ends = self._ends(h, bounds)
        features = self.f(self.drop((rows - self.mean) * self.scale))
        mentions = torch.cat([self.m(torch.cat([h[heads[:, 0]], h[heads[:, 1]]], 1)), self.none[None]])
        cues = torch.where((heads[:, 2] >= 0)[:, None], self.c(h[heads[:, 2].clamp(min=0)]), self.nocue[None])
        cues = torch.cat([cues, torch.zeros(1, HIDDEN)])
        hidden = self.drop(F.gelu(self.q(ends)[None] + mentions + cues + features))
        product = torch.cat([self.pm(h[heads[:, 0]]) * self.pq(ends)[None], torch.zeros(1, PRODUCT)])
        out: Tensor = self.out(torch.cat([F.relu(self.h(hidden)), product], 1))[:, 0]
        return out

    def speech(self, h: Tensor, bounds: tuple[int, int], row: Tensor) -> Tensor:
        """Return the score of a span's being speech."""
        inner = h[bounds[0] : bounds[1] + 1].mean(0)
        ends = self.sq(torch.cat([self._ends(h, bounds), inner]))
        hidden = F.gelu(ends + self.sf(self.drop((row - self.smean) * self.sscale)))
        out: Tensor = self.sout(self.drop(hidden))[0]
        return out


class Ante(nn.Module):
    """Whom a pronoun or a description means."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.m = nn.Linear(2 * WIDTH, HIDDEN)
        self.e = nn.Linear(3 * WIDTH, HIDDEN)
        self.none = nn.Parameter(torch.zeros(HIDDEN))
        self.f = nn.Linear(features, HIDDEN)
        self.pm = nn.Linear(WIDTH, PRODUCT)
        self.pe = nn.Linear(WIDTH, PRODUCT)
        self.ps = nn.Linear(WIDTH, PRODUCT)
        self.h = nn.Linear(HIDDEN, TOP)
        self.out = nn.Linear(TOP + 2 * PRODUCT, 1)
        self.drop = nn.Dropout(0.2)
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("scale", torch.ones(features))

    def forward(self, h: Tensor, mention: tuple[int, int], places: Tensor, rows: Tensor) -> Tensor:
        """Return one score a candidate and one for "nobody", shape (candidates + 1,)."""
        own = self.m(torch.cat([h[mention[0]], h[mention[1]]]))
        named = self.e(torch.cat([h[places[:, 0]], h[places[:, 1]], h[places[:, 2]]], 1))
        features = self.f(self.drop((rows - self.mean) * self.scale))
        hidden = self.drop(F.gelu(own[None] + torch.cat([named, self.none[None]]) + features))
        mine = self.pm(h[mention[0]])
        product = torch.cat([mine * self.pe(h[places[:, 0]]), mine * self.ps(h[places[:, 1]])], 1)
        product = torch.cat([product, torch.zeros(1, 2 * PRODUCT)])
        out: Tensor = self.out(torch.cat([F.relu(self.h(hidden)), product], 1))[:, 0]
        return out


class Reader(nn.Module):
    """Encoder and networks together.

    Args:
        pieces: size of the vocabulary.
        features: how many features candidates, spans and antecedents have.
        labels: types of names.
    """

    def __init__(self, pieces: int, features: tuple[int, int, int], labels: Sequence[str]) -> None:
        super().__init__()
        self.encoder = TrainableEncoder(pieces)
        self.cue = nn.Sequential(nn.Linear(WIDTH, 128), nn.GELU(), nn.Dropout(0.1), nn.Linear(128, 1))
        self.roles = Roles()
        self.link = Link(features[0], features[1])
        self.ante = Ante(features[2])
        self.names = nn.Linear(WIDTH, 1 + 2 * len(labels))

    def lower(self, vocabulary: Vocabulary, words: Sequence[str], places: Sequence[int]) -> Lowered:
        """Read one text with the lower layers."""
        cut = windows(vocabulary, words, places)
        lengths = torch.from_numpy(cut.lengths)
        arrays = (torch.from_numpy(a) for a in (cut.pieces, cut.cases, cut.places))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            vectors = self.encoder.lower(*arrays, lengths)
        return Lowered(vectors, lengths, torch.from_numpy(cut.row), torch.from_numpy(cut.column))

    def upper(self, texts: Sequence[Lowered]) -> list[Tensor]:
        """Return for each text its words' vectors, shape (words, width)."""
        width = max(t.vectors.shape[1] for t in texts)
        x = torch.cat([F.pad(t.vectors.float(), (0, 0, 0, width - t.vectors.shape[1])) for t in texts])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            h = self.encoder.upper(x, torch.cat([t.lengths for t in texts]))
        h = h.float()
        found, base = [], 0
        for t in texts:
            found.append(h[base + t.row, t.column])
            base += len(t.vectors)
        return found
