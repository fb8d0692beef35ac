"""Static word vectors, learned by floret from the running text of the training parts at hand.

Floret hashes words and their pieces into a small table, so every word of later news has a vector.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import floret
from spacy.language import Language
from spacy.training.initialize import convert_vectors

DIMENSIONS = 80
BUCKETS = 30_000
EPOCHS = 20


def learn_vectors(
    nlp: Language, texts: Iterable[list[str]], *, threads: int = 1, epochs: int = EPOCHS
) -> None:
    """Fills ``nlp.vocab.vectors`` from sentences given as lists of words. Takes two to four minutes."""
    with tempfile.TemporaryDirectory() as folder:
        corpus, table = Path(folder) / "corpus.txt", Path(folder) / "vectors.floret"
        with corpus.open("w", encoding="utf-8") as out:
            for words in texts:
                out.write(" ".join(words) + "\n")
        model = floret.train_unsupervised(
            str(corpus),
            model="cbow",
            mode="floret",
            hashCount=2,
            bucket=BUCKETS,
            minn=3,
            maxn=5,
            minCount=3,
            dim=DIMENSIONS,
            epoch=epochs,
            lr=0.05,
            thread=threads,
            verbose=0,
        )
        model.save_floret_vectors(str(table))
        convert_vectors(nlp, table, truncate=0, prune=-1, mode="floret")
