"""Count how common words and set phrases are, for comparing wordings.

Writes ``attribution/data/word_information.tsv``: a word or phrase of folded keys, a tab, and its
information in nats (minus the natural logarithm of its relative frequency). Two quotations that share
"state of the union" share little; two that share "weak like a baby" share one utterance.

Sources: the train parts of PolNeAR (news, seven publishers), EWT (web) and GUM (mixed). Only counts
leave the corpora: a word or phrase is listed where at least `MIN_DOCUMENTS` documents of at least
`MIN_WORD_SOURCES` (`MIN_PHRASE_SOURCES`) publishers or corpora have it, so that no text can be read
back and no standing notice of one publisher passes for English.

Beside it, ``attribution/data/capitalised_words.txt``: those of the words that are nearly always written
with a capital, also inside a sentence, as names are.

    python -m training.word_information --corpora ../shared/corpora
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from attribution.wording import read

MIN_DOCUMENTS = 8
MIN_WORD_SOURCES = 3
MIN_PHRASE_SOURCES = 4
# Longer set phrases are rare, and are built of shorter ones.
MAX_PHRASE_WORDS = 5
# A phrase is listed where it tells at least this much less than its parts (nats; a factor of 55).
MIN_SAVING = 4.0
# One document that repeats a phrase says little about the language.
MAX_REPEATS = 3
# Genres of GUM whose texts are under non-commercial licences: nothing that we ship is made from them.
NON_COMMERCIAL = ("essay", "fiction", "letter", "podcast", "whow")
# A word is listed as capitalised where so many of its places inside a sentence show a capital.
MOSTLY = 0.8
MIN_PLACES = 20
OUTPUT = Path(__file__).resolve().parent.parent / "attribution" / "data" / "word_information.tsv"


def documents(corpora: Path) -> Iterator[tuple[str, str]]:
    """Yield (publisher or corpus, text) of every training document."""
    with gzip.open(corpora / "polnear" / "train" / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            yield article["publisher"], article["text"]
    for corpus in ("ewt", "gum"):
        sentences: list[str] = []
        skipped = False
        with gzip.open(corpora / corpus / "train.conllu.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                if line.startswith("# newdoc"):
                    if sentences:
                        yield corpus, " ".join(sentences)
                    sentences = []
                    skipped = corpus == "gum" and any(f"_{genre}_" in line for genre in NON_COMMERCIAL)
                elif line.startswith("# text = ") and not skipped:
                    sentences.append(line[len("# text = ") :].strip())
        if sentences:
            yield corpus, " ".join(sentences)


def information(texts: Iterator[tuple[str, str]]) -> dict[tuple[str, ...], float]:
    """Return the information of every listed word and phrase, in nats."""
    counts: Counter[tuple[str, ...]] = Counter()
    in_documents: Counter[tuple[str, ...]] = Counter()
    sources: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    total = 0
    for source, text in texts:
        keys = read(text).keys
        total += len(keys)
        for size in range(1, MAX_PHRASE_WORDS + 1):
            for gram, count in Counter(zip(*(keys[i:] for i in range(size)), strict=False)).items():
                counts[gram] += count if size == 1 else min(count, MAX_REPEATS)
                in_documents[gram] += 1
                sources[gram].add(source)
    listed: dict[tuple[str, ...], float] = {}
    common = sorted((gram for gram, n in in_documents.items() if n >= MIN_DOCUMENTS), key=len)
    for gram in common:
        if len(gram) == 1 and len(sources[gram]) >= MIN_WORD_SOURCES:
            listed[gram] = -math.log(counts[gram] / total)
    if not listed:
        raise ValueError("no word is common to enough documents and sources")
    unknown = max(listed.values())
    for gram in common:
        if len(gram) > 1 and len(sources[gram]) >= MIN_PHRASE_SOURCES:
            own = -math.log(counts[gram] / total)
            if own < _of_parts(gram, listed, unknown) - MIN_SAVING:
                listed[gram] = own
    return listed


def capitalised(texts: Iterator[tuple[str, str]]) -> list[str]:
    """Return the words that nearly always have a capital where a sentence does not ask for it, sorted."""
    places: Counter[str] = Counter()
    capitals: Counter[str] = Counter()
    for _, text in texts:
        for word in read(text).words:
            if not word.initial and word.key.isalpha():
                places[word.key] += 1
                capitals[word.key] += word.capital
    return sorted(key for key, n in places.items() if n >= MIN_PLACES and capitals[key] >= MOSTLY * n)


def _of_parts(gram: tuple[str, ...], listed: dict[tuple[str, ...], float], unknown: float) -> float:
    best = [0.0]
    for end in range(1, len(gram) + 1):
        best.append(
            min(
                best[start] + listed.get(gram[start:end], unknown if end - start == 1 else math.inf)
                for start in range(end)
            )
        )
    return best[-1]


def main() -> None:
    """Count, and write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpora", type=Path, required=True, help="folder with polnear/, ewt/ and gum/")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    arguments = parser.parse_args()
    listed = information(documents(arguments.corpora))
    rows = sorted(listed.items(), key=lambda item: (len(item[0]), item[1], item[0]))
    arguments.output.write_text(
        "".join(f"{' '.join(gram)}\t{value:.1f}\n" for gram, value in rows), encoding="utf-8"
    )
    print(f"{len(rows)} words and phrases in {arguments.output}")
    words = {" ".join(gram) for gram in listed}
    names = [key for key in capitalised(documents(arguments.corpora)) if key in words]
    beside = arguments.output.with_name("capitalised_words.txt")
    beside.write_text("".join(f"{key}\n" for key in names), encoding="utf-8")
    print(f"{len(names)} words in {beside}")


if __name__ == "__main__":
    main()
