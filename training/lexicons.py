"""Learn the engine's word lists from people's annotation: reporting words and the gender of first names.

    python -m training.lexicons --shared ../shared

writes `attribution/data/cues.json` and `attribution/data/first_names.json`. Only PolNeAR *train* is read.
The cue shares count how often a verb (or noun, or phrase) is marked as the cue of an attribution by people,
over how often it occurs. The genders come from lists of common names of our own, from the corpus's machine
coreference where its pronouns agree, and from the lists of given names by country in Faker (MIT licence)
where these agree.
"""

from __future__ import annotations

import argparse
import collections
import gzip
import importlib
import json
import pkgutil
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import faker.providers.person
import faker.providers.person.en_US
from anyascii import anyascii

from attribution.lexicon import person_nouns
from training.names import wordlist

DATA = Path(__file__).parents[1] / "attribution" / "data"
QUOTED = re.compile(r"[“”\"]|''")
# A verb seen less often says nothing reliable about its share.
MIN_CUES = 3
MIN_NAME = 3
AGREEMENT = 0.9
# What a list of English names weighs against one country's, and the share of all weight that must be on one
# gender; a name that the rarer gender bears this often, beside the other, tells nothing.
ENGLISH_LISTS = ("en", "en_US", "en_GB")
ENGLISH = 3
LISTED = 0.8
BOTH = 0.08
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
    """First names that nearly only men or nearly only women bear.

    Returns:
        ``{name: "m" | "f"}``, lower case; "Robin" and "Lee" are not in it.
    """
    known = counted_names(articles)
    for gender, file in (("m", "male_names"), ("f", "female_names")):
        known.update(dict.fromkeys((name.lower() for name in wordlist(file)), gender))
    nouns = person_nouns()
    for name, count in listed_names().items():
        gender, most = count.most_common(1)[0]
        # "Judge" and "Pastor" are given names too, but hardly in news.
        if most >= LISTED * count.total() and name not in nouns:
            known.setdefault(name, gender)
    both = borne_by_both()
    return {name: gender for name, gender in sorted(known.items()) if name not in both}


def borne_by_both() -> set[str]:
    """Names that both genders bear in the United States, by Faker's figures of how often."""
    provider = faker.providers.person.en_US.Provider
    men, women = provider.first_names_male, provider.first_names_female
    return {
        name.lower()
        for name in set(men) & set(women)
        if min(men[name], women[name]) > BOTH * max(men[name], women[name])
    }


def listed_names() -> dict[str, collections.Counter[str]]:
    """Count in how many countries' lists a name stands for men and for women; English ones count more."""
    votes: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for country in pkgutil.iter_modules(faker.providers.person.__path__):
        provider = importlib.import_module(f"{faker.providers.person.__name__}.{country.name}").Provider
        for gender, kind in (("m", "first_names_male"), ("f", "first_names_female")):
            for name in {_latin(n).lower() for n in getattr(provider, kind, ())}:
                if name.isalpha() and len(name) > 1:
                    votes[name][gender] += ENGLISH if country.name in ENGLISH_LISTS else 1
    return votes


def _latin(name: str) -> str:
    """A name in Latin letters; scripts that leave vowels out give nothing that news would print."""
    script = unicodedata.name(name[0], "").split()[0]
    return name if script == "LATIN" else anyascii(name) if script in ("CYRILLIC", "GREEK") else ""


def counted_names(articles: list[dict[str, Any]]) -> dict[str, str]:
    """First names by the pronouns of their coreference chains, where these agree."""
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
    return out


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
