"""Learn the engine's word lists from people's annotation: reporting words and the gender of first names.

    python -m training.lexicons --shared ../shared

writes `attribution/data/cues.json` and `attribution/data/first_names.json`. Only PolNeAR *train* is read.
The cue shares count how often a verb (or noun, or phrase) is marked as the cue of an attribution by people,
over how often it occurs; the genders come from the corpus's machine coreference, so a name is kept only
where its pronouns agree.
"""

from __future__ import annotations

import argparse
import collections
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training.names import wordlist

DATA = Path(__file__).parents[1] / "attribution" / "data"
QUOTED = re.compile(r"[“”\"]|''")
# A verb seen less often says nothing reliable about its share.
MIN_CUES = 3
MIN_NAME = 3
AGREEMENT = 0.9
HE = {"he", "him", "his", "himself"}
SHE = {"she", "her", "hers", "herself"}


def polnear_train(shared: Path) -> Iterator[dict[str, Any]]:
    """Yield the PolNeAR training articles that carry machine syntax."""
    with gzip.open(shared / "corpora/polnear/train/articles.jsonl.gz", "rt", encoding="utf8") as lines:
        for line in lines:
            article = json.loads(line)
            if article["sentences"]:
                yield article


def cue_shares(articles: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Count reporting verbs and nouns.

    Returns:
        ``{"verb": {lemma: share}, "noun": {lemma: share}}``; the share is smoothed by two unseen cases.
    """
    marked: dict[str, collections.Counter[str]] = {"VB": collections.Counter(), "NN": collections.Counter()}
    seen: dict[str, collections.Counter[str]] = {"VB": collections.Counter(), "NN": collections.Counter()}
    for article in articles:
        cues = [(c[0], c[1]) for a in article["attributions"] for c in a["cue"]]
        covered = {i for start, end in cues for i in range(start, end)}
        for sentence in article["sentences"]:
            for start, _, lemma, tag, _ in sentence["tokens"]:
                kind = tag[:2]
                if kind in seen and tag not in ("NNP", "NNPS"):
                    seen[kind][lemma.lower()] += 1
                    marked[kind][lemma.lower()] += start in covered
    return {
        name: {
            lemma: round(count / (seen[kind][lemma] + 2), 3)
            for lemma, count in sorted(marked[kind].items())
            if count >= MIN_CUES and lemma.isalpha() and count / (seen[kind][lemma] + 2) >= 0.04
        }
        for kind, name in (("VB", "verb"), ("NN", "noun"))
    }


def first_name_genders(articles: list[dict[str, Any]]) -> dict[str, str]:
    """The names that only one gender bears, and others by the pronouns of their coreference chains.

    Returns:
        ``{name: "m" | "f"}``, lower case.
    """
    votes: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for article in articles:
        text = article["text"]
        for chain in article["coref"] or []:
            names, he, she = set(), 0, 0
            for sentence, start, end, *_ in chain:
                tokens = article["sentences"][sentence]["tokens"][start:end]
                words = [text[t[0] : t[1]] for t in tokens]
                low = words[0].lower() if words else ""
                he += len(words) == 1 and low in HE
                she += len(words) == 1 and low in SHE
                people = [w for w, t in zip(words, tokens, strict=True) if t[4] == "PERSON"]
                if len(people) >= 2 and len(people[0]) > 2 and people[0].isalpha():
                    names.add(people[0].lower())
            if he + she and len(names) == 1:
                votes[names.pop()].update(m=he, f=she)
    out = {}
    for name, count in sorted(votes.items()):
        gender, most = count.most_common(1)[0]
        if most >= MIN_NAME and most >= AGREEMENT * count.total():
            out[name] = gender
    for gender, name in (("m", "male_names"), ("f", "female_names")):
        out.update(dict.fromkeys((n.lower() for n in wordlist(name)), gender))
    return dict(sorted(out.items()))


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    shared = parser.parse_args().shared
    articles = list(polnear_train(shared))
    DATA.mkdir(exist_ok=True)
    for name, value in (("cues", cue_shares(articles)), ("first_names", first_name_genders(articles))):
        (DATA / f"{name}.json").write_text(
            json.dumps(value, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf8"
        )


if __name__ == "__main__":
    main()
