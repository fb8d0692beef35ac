"""Alter quotes on purpose, and see whether the comparison names what was done.

    python -m benchmarks.alterations --shared ../shared

A seeded generator takes quotes of news articles (the annotated quotes of PolNeAR's dev part and the quoted
contents of its train part), alters each in one way, and computes which relation and which flags are right by
the definitions of docs/comparing.md. Where an alteration could by chance be another one ("May" the month for
"may"), the quote is skipped. Takes about a minute.
"""

from __future__ import annotations

import random
import re
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import click

from attribution.comparison import compare
from benchmarks.altered_words import (
    ALIKE,
    AUXILIARIES,
    CAPITAL_WORDS,
    CONTRACTIONS,
    FRONT_HEDGES,
    FRONT_PHRASES,
    HARMLESS,
    HEDGES,
    INFLECTED,
    LIMITING,
    LIMITS_AFTER,
    LIMITS_BEFORE,
    MIDDLE_PHRASES,
    MODAL_PHRASES,
    MODAL_SWAPS,
    NEAR_NUMBER,
    NEGATION_FLIPS,
    NEGATORS,
    OTHER_NAMES,
    PRONOUNS,
    QUANTITIES,
    RESPELLED,
    SYNONYMS,
    TRANSLITERATED,
    WATCHED,
)
from benchmarks.scoring import Gold, lines, shared_option

# Shorter quotes can tell too little for any answer; longer ones are whole speeches.
MIN_WORDS: Final = 8
MAX_WORDS: Final = 70
# Two quotes that share a longer run of words may well be one utterance.
MAX_SHARED_RUN: Final = 3
MIN_SHARED: Final = 0.35
QUOTES_COMPARED: Final = 1500

_WORD: Final = re.compile(r"[^\W_]+(?:['’\-.][^\W_]+)*(?:\.(?=[^\W_]\.))?")
_UNITS: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS: Final = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINAL_WORDS: Final = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
)


@dataclass(frozen=True, slots=True)
class Source:
    """A quote as an article has it, and the article's id."""

    text: str
    article: str


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text: half-open character offsets, folded and as written."""

    start: int
    end: int
    form: str
    key: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two wordings, and what a comparison should say of them."""

    kind: str
    a: str
    b: str
    relation: str
    flags: frozenset[str] = frozenset()


Outcome = tuple[str, str, str, set[str]] | None
Alteration = Callable[[random.Random, str], Outcome]


def words_of(text: str) -> list[Token]:
    """Return the words of a text."""
    return [
        Token(m.start(), m.end(), m.group(), m.group().casefold().replace("’", "'"))
        for m in _WORD.finditer(text)
    ]


def is_plain(token: Token) -> bool:
    """Tell whether a word touches nothing that matters, whatever list one goes by."""
    parts = re.split(r"['’\-]", token.key)
    return (
        token.form.islower()
        and token.form.isalpha()
        and not any(part in WATCHED for part in (token.key, *parts))
        and not re.match(r"(?:un|in|im|ir|il|dis|non|mis|anti)\w{3}", token.key)
        and not token.key.endswith(("less", "ful"))
    )


def replaced(text: str, token: Token, by: str) -> str:
    """Return the text with one word exchanged; a capital at its beginning stays."""
    if token.form[:1].isupper() and by[:1].islower():
        by = by[:1].upper() + by[1:]
    return text[: token.start] + by + text[token.end :]


def first_of_sentence(text: str, token: Token) -> bool:
    """Tell whether a capital at this word may only be the sentence's."""
    before = text[: token.start].rstrip(" \n“\"'‘’”(—–-[…")
    return not before or before[-1] in ".!?:;" or text[: token.start].rstrip()[-1:] in "“\"‘'—–:"


def pick(rng: random.Random, items: Iterable[Token]) -> Token | None:
    """Return one of the items, or ``None`` where there is none."""
    found = list(items)
    return rng.choice(found) if found else None


# -- the alterations; each returns (a, b, relation, flags), or None where the text does not lend itself to it


def by_patterns(rng: random.Random, text: str, patterns: Sequence[tuple[str, str]]) -> str | None:
    """Apply one of the patterns at one of the places where it fits."""
    hits = [
        (m, by)
        for pattern, by in patterns
        for m in re.finditer(pattern, text)
        if m.group() and "May" not in m.group()
    ]
    if not hits:
        return None
    match, by = rng.choice(hits)
    return text[: match.start()] + match.expand(by) + text[match.end() :]


def negation_lost(rng: random.Random, text: str) -> Outcome:
    """A "not" dropped, or a negative word exchanged for its opposite."""
    other = by_patterns(rng, text, NEGATION_FLIPS)
    # "not only … but", "whether or not", "why not": without the "not" no clean reversal.
    if other is None or re.search(r"(?i)not only|or not|why not|not just|not to mention", text):
        return None
    return text, other, "altered", {"negation"}


def negation_added(rng: random.Random, text: str) -> Outcome:
    """A "not" or "never" put behind an auxiliary."""
    tokens = words_of(text)
    spots = [
        one
        for one, following in pairwise(tokens)
        if one.key in AUXILIARIES and one.form.islower() and is_plain(following)
        and text[one.end : following.start] == " "
    ]  # fmt: skip
    spot = pick(rng, spots)
    if spot is None:
        return None
    added = rng.choice(
        [
            " not",
            " never",
            "n't" if spot.key in "is are was were do does did could should".split() else " not",
        ]
    )
    return text, text[: spot.end] + added + text[spot.end :], "altered", {"negation"}


def number_changed(rng: random.Random, text: str) -> Outcome:
    """Another number in the place of one, in digits or words."""
    spots = [
        token
        for token in words_of(text)
        if re.fullmatch(r"\d{1,4}(?:,\d{3})*(?:\.\d+)?", token.form)
        or token.key in [*_UNITS[2:], *_TENS[2:], "hundred", "thousand", "million", "billion", "dozen"]
    ]
    spot = pick(rng, spots)
    if spot is None:
        return None
    if spot.form[:1].isdigit():
        digits = spot.form
        place = rng.choice([i for i, char in enumerate(digits) if char.isdigit()])
        new = rng.choice([d for d in "123456789" if d != digits[place]])
        by = digits[:place] + new + digits[place + 1 :]
        if place and by[0] == "0":
            return None
    elif spot.key in ("hundred", "thousand", "million", "billion", "dozen"):
        by = rng.choice([w for w in ("hundred", "thousand", "million", "billion") if w != spot.key])
    elif spot.key in _TENS:
        by = rng.choice([w for w in _TENS[2:] if w != spot.key])
    else:
        by = rng.choice([w for w in _UNITS[2:10] if w != spot.key])
    return text, replaced(text, spot, by), "altered", {"number"}


def modality_swapped(rng: random.Random, text: str) -> Outcome:
    """Another modal verb in the place of one."""
    tokens = words_of(text)
    options: list[tuple[int, int, str]] = []
    for token, following in pairwise(tokens):
        # "the will of the people", "a trash can": a noun.
        before = text[: token.start].split()[-1:] or [""]
        if before[0].casefold() in (
            "the",
            "a",
            "free",
            "political",
            "of",
            "good",
            "his",
            "our",
            "their",
            "in",
            "my",
        ):
            continue
        if token.form in MODAL_SWAPS and following.key not in ("of", "in"):
            options += [(token.start, token.end, by) for by in MODAL_SWAPS[token.form]]
        split = re.fullmatch(r"(I|we|they|you|he|she|it|We|They|You|He|She|It)['’](ll)", token.form)
        if split:
            options += [(token.start, token.end, f"{split[1]} {by}") for by in ("may", "might", "should")]
    for phrase, others in MODAL_PHRASES.items():
        for match in re.finditer(rf"(?<![\w])?{phrase}\b(?= \w)", text):
            if phrase[0] == "'" or match.start() == 0 or text[match.start() - 1] == " ":
                options += [(match.start(), match.end(), by) for by in others]
    if not options:
        return None
    start, end, by = rng.choice(options)
    return text, text[:start] + by + text[end:], "altered", {"modality"}


def synonym(rng: random.Random, text: str) -> Outcome:
    """One word that touches nothing exchanged for one like it."""
    spots = (
        token
        for token in words_of(text)
        if token.form == token.key
        or (token.form == token.key.capitalize() and first_of_sentence(text, token))
    )
    spot = pick(rng, (token for token in spots if token.key in SYNONYMS))
    if spot is None or {SYNONYMS[spot.key], spot.key} & WATCHED or text[spot.end :].startswith(" to "):
        return None
    return text, replaced(text, spot, SYNONYMS[spot.key]), "altered", set()


def harmless(rng: random.Random, text: str) -> Outcome:
    """A word exchanged that elsewhere is a hedge, a modal verb, a number or a name, but not here."""
    other = by_patterns(rng, text, HARMLESS)
    return None if other is None else (text, other, "altered", set())


def inflected(rng: random.Random, text: str) -> Outcome:
    """Another form of the same word."""
    spot = pick(rng, (token for token in words_of(text) if token.form in INFLECTED))
    return None if spot is None else (text, replaced(text, spot, INFLECTED[spot.form]), "altered", set())


def cut_at_edge(rng: random.Random, text: str) -> Outcome:
    """Words cut off at the beginning or the end, none of which limits what is left."""
    tokens = words_of(text)
    keep = rng.randint(max(6, len(tokens) // 2), len(tokens) - 2)
    front = rng.random() < 0.5
    gone = tokens[: len(tokens) - keep] if front else tokens[keep:]
    kept = tokens[len(tokens) - keep :] if front else tokens[:keep]
    seam = (gone[-1], kept[0]) if front else (kept[-1], gone[0])
    if any(token.key in QUANTITIES or token.form[-1].isdigit() for token in seam):
        return None  # "$36,000", "$238 million": within a number
    parts = {part for token in gone for part in [token.key, *re.split(r"n?'", token.key)]}
    if any(token.key.endswith("n't") for token in gone) or parts & (LIMITING | NEGATORS | HEDGES):
        return None
    return text, text[kept[0].start : kept[-1].end], "truncated", set()


def limit_cut(rng: random.Random, text: str) -> Outcome:
    """A clause cut off that limits or reverses what is left."""
    options = []
    for match in LIMITS_AFTER.finditer(text):
        left = text[: match.start()]
        # "nothing but", "not … but", "but" between two words: no limiting clause.
        if (
            len(left.split()) >= 6
            and re.match(r"\S+ \S+ \S+", text[match.end() :])
            and not re.search(
                r"(?i)\b(?:nothing|not|n['’]t|all|no|anything|ask|see|wonder|know|but|never)\b[^.!?]*$|as$",
                left,
            )
        ):
            options.append(left)
    match_before = LIMITS_BEFORE.match(text)
    if match_before and len(text[match_before.end() :].split()) >= 6:
        options.append(text[match_before.end() :])
    return (text, rng.choice(options), "truncated", {"truncation_reverses"}) if options else None


def run_inside(rng: random.Random, text: str, longest: int) -> tuple[int, int] | None:
    """Return the offsets of a run of plain words inside a sentence, with a space on either side."""
    tokens = words_of(text)
    options = []
    for i in range(3, len(tokens) - 3):
        for size in range(1, longest + 1):
            run = tokens[i : i + size]
            if i + size > len(tokens) - 3 or not all(is_plain(token) for token in run):
                break
            before, behind = (
                text[tokens[i - 1].end : run[0].start],
                text[run[-1].end : tokens[i + size].start],
            )
            inner = text[run[0].start : run[-1].end]
            same = {tokens[i - 1].key, tokens[i + size].key} & {run[0].key, run[-1].key}
            if before == " " == behind and re.fullmatch(r"[\w ]+", inner) and not same:
                # "will [not]", "[two] hundred": what stands beside it must not become another word.
                options.append((run[0].start, run[-1].end))
    return rng.choice(options) if options else None


def elided_marked(rng: random.Random, text: str) -> Outcome:
    """Words left out inside, with an ellipsis in their place."""
    run = run_inside(rng, text, 8)
    if run is None:
        return None
    mark = rng.choice(["…", "...", ". . .", "[…]", "[...]", "(…)", "(...)", "[. . .]"])
    return text, text[: run[0]] + mark + text[run[1] :], "elided", set()


def elided_unmarked(rng: random.Random, text: str) -> Outcome:
    """Words left out inside, and nothing shows it."""
    run = run_inside(rng, text, 4)
    return None if run is None else (text, text[: run[0]] + text[run[1] + 1 :], "elided", set())


def negation_elided(rng: random.Random, text: str) -> Outcome:
    """A "not" left out with an ellipsis in its place: marked, but it matters."""
    hits = [m for m in re.finditer(r"(?<=\w )(?:not|never|no longer)(?= \w)", text) if m.start() > 10]
    if not hits or len(text) - hits[0].end() < 20:
        return None
    match = rng.choice(hits)
    return text, text[: match.start()] + "…" + text[match.end() :], "elided", {"negation"}


def reordered(rng: random.Random, text: str) -> Outcome:
    """Two words around "and" or "or" change places."""
    tokens = words_of(text)
    hits = [
        (one, other)
        for one, link, other in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if link.key in ("and", "or") and is_plain(one) and is_plain(other) and one.key != other.key
        and text[one.end : other.start] == f" {link.form} "
        and tokens[0] is not one and len(one.key) > 3 and len(other.key) > 3
    ]  # fmt: skip
    if not hits:
        return None
    one, other = rng.choice(hits)
    swapped = text[: one.start] + other.form + text[one.end : other.start] + one.form + text[other.end :]
    return text, swapped, "altered", set()


def contracted(rng: random.Random, text: str) -> Outcome:
    """A contraction written out, or two words contracted."""
    other = by_patterns(rng, text, CONTRACTIONS)
    return None if other is None else (text, other, "altered", set())


def respelled(rng: random.Random, text: str) -> Outcome:
    """American spelling for British, or the other way round."""
    spot = pick(
        rng, (token for token in words_of(text) if token.key in RESPELLED and token.form == token.key)
    )
    return None if spot is None else (text, replaced(text, spot, RESPELLED[spot.key]), "verbatim", set())


def number_rewritten(rng: random.Random, text: str) -> Outcome:
    """The same number in words for digits, or the other way round."""
    options: list[tuple[int, int, str]] = []
    for token in words_of(text):
        around = text[max(0, token.start - 2) : token.start] + "|" + text[token.end : token.end + 2]
        if re.search(r"[$£€:/.,\-–]\|| ?\|[:/%]|\|[.,]\d|\|[-–]|\d \|", around):
            continue
        if re.fullmatch(r"[1-9]\d?", token.form):
            options.append((token.start, token.end, in_words(int(token.form))))
        elif token.key in _UNITS[2:] and token.form.islower():
            options.append((token.start, token.end, str(_UNITS.index(token.key))))
        elif token.key in _ORDINAL_WORDS[3:] and token.form.islower():
            options.append((token.start, token.end, f"{_ORDINAL_WORDS.index(token.key) + 1}th"))
    options += [(m.start(), m.end(), " percent") for m in re.finditer(r"(?<=\d)%", text)]
    options += [(m.start(), m.end(), "%") for m in re.finditer(r"(?<=\d) per ?cent\b", text)]
    options += [(m.start(), m.end(), "") for m in re.finditer(r"(?<=\d) (?=(?:million|billion)\b)", text)]
    for m in re.finditer(r"\$(\d+(?:\.\d+)?) (million|billion|trillion)\b(?! dollar)", text):
        options.append((m.start(), m.end(), f"{m[1]} {m[2]} dollars"))
        options.append(
            (m.start(), m.end(), f"${m[1]}{ {'million': 'm', 'billion': 'bn', 'trillion': 'tn'}[m[2]] }")
        )
    options += [
        (m.start(), m.end(), m.group().replace(",", "")) for m in re.finditer(r"\b\d{1,3},\d{3}\b(?!,)", text)
    ]
    options += [(m.start(), m.end(), "12") for m in re.finditer(r"\ba dozen\b(?! (?:of|or) )", text)]
    options += [
        (m.start(), m.end(), f"one {m[1]}")
        for m in re.finditer(r"\ba (hundred|thousand|million|billion)\b", text)
    ]
    for m in re.finditer(r"(?<![-–])\b(?:19|20)(?:1[0-9]|[2-9][0-9])\b(?![-,'’/%])", text):
        year = m.group()
        options.append((m.start(), m.end(), f"{in_words(int(year[:2]))} {in_words(int(year[2:]))}"))
    if not options:
        return None
    start, end, by = rng.choice(options)
    return text, text[:start] + by + text[end:], "verbatim", set()


def in_words(value: int) -> str:
    """Return a number below 100 in words."""
    if value < 20:
        return _UNITS[value]
    tens, unit = divmod(value, 10)
    return _TENS[tens] + (f"-{_UNITS[unit]}" if unit else "")


def names_in(text: str) -> list[Token]:
    """Return the words that are surely names: a capital inside a sentence whose neighbours have none."""
    tokens = words_of(text)
    if sum(token.form[:1].isupper() for token in tokens) > len(tokens) / 3:
        return []  # a headline
    found = []
    for before, token, behind in zip(tokens, tokens[1:], [*tokens[2:], None], strict=False):
        alone = before.form.islower() and (behind is None or not behind.form[:1].isupper())
        if (
            token.form[:1].isupper() and token.form.isalpha() and token.form[1:].islower() and alone
            and token.key not in CAPITAL_WORDS | WATCHED and not first_of_sentence(text, token)
            and text[token.end : token.end + 1] not in ("-", "’", "'")
        ):  # fmt: skip
            found.append(token)
    return found


def name_exchanged(rng: random.Random, text: str) -> Outcome:
    """Another name in the place of one."""
    spot = pick(rng, names_in(text))
    return (
        None if spot is None else (text, replaced(text, spot, rng.choice(OTHER_NAMES)), "altered", {"name"})
    )


def name_transliterated(rng: random.Random, text: str) -> Outcome:
    """A name in two transliterations."""
    spot = pick(rng, names_in(text))
    if spot is None:
        return None
    one, other = rng.choice(TRANSLITERATED)
    return replaced(text, spot, one), replaced(text, spot, other), "verbatim", set()


def name_alike(rng: random.Random, text: str) -> Outcome:
    """Two names that look alike but are two."""
    spot = pick(rng, names_in(text))
    if spot is None:
        return None
    one, other = rng.choice(ALIKE)
    return replaced(text, spot, one), replaced(text, spot, other), "altered", {"name"}


def hedged(rng: random.Random, text: str) -> Outcome:
    """A hedge added inside; the other way round it was dropped, so both are asked by turns."""
    tokens = words_of(text)
    spots: list[tuple[int, str]] = []
    for one, following in pairwise(tokens[2:-2]):
        if text[one.end : following.start] != " ":
            continue
        if one.key in AUXILIARIES and is_plain(following):
            spots += [(following.start, word + " ") for word in (*FRONT_HEDGES, *MIDDLE_PHRASES)]
        if re.fullmatch(r"\d[\d,.]*|two|three|five|ten|twenty|fifty", following.form) and one.form.islower():
            spots += [(following.start, word + " ") for word in NEAR_NUMBER]
        if one.key in ("that", "because", "and") and following.key in PRONOUNS and following.form.islower():
            spots += [(following.start, phrase + " ") for phrase in (*FRONT_PHRASES, *FRONT_HEDGES)]
    if not spots:
        return None
    place, words = rng.choice(spots)
    if words.strip(" ,").split()[-1] in text[max(0, place - 30) : place + 30].casefold():
        return None
    other = text[:place] + words + text[place:]
    return (text, other, "elided", {"hedge"}) if rng.random() < 0.5 else (other, text, "elided", {"hedge"})


def hedge_cut(rng: random.Random, text: str) -> Outcome:
    """A hedge before the whole sentence is missing: a truncation, of what limits the words."""
    if not re.match(r"[“\"']*(?:We|They|You|He|She|It|This|That|There|The)\b", text):
        return None
    start = words_of(text)[0].start
    hedge = rng.choice([*FRONT_PHRASES, *(word.capitalize() for word in FRONT_HEDGES)])
    hedge = hedge[:1].upper() + hedge[1:]
    other = text[:start] + hedge + " " + text[start].lower() + text[start + 1 :]
    return other, text, "truncated", {"hedge"}


def bracketed(rng: random.Random, text: str) -> Outcome:
    """An editor's brackets: a word added, exchanged or changed at its end."""
    spot = pick(rng, (t for t in words_of(text)[1:-1] if is_plain(t) and len(t.form) > 2))
    if spot is None:
        return None
    way = rng.randrange(5)
    if way == 0:
        return text, text[: spot.start] + "[of them] " + text[spot.start :], "elided", set()
    if way == 1:
        return (
            text,
            replaced(text, spot, rng.choice(["[the group]", "[those]", "[that one]"])),
            "elided",
            set(),
        )
    if way == 2:
        return text, text[: spot.end] + "[s]" + text[spot.end :], "elided", set()
    if way == 3:
        return text, text[: spot.end] + rng.choice([" [sic]", " (sic)"]) + text[spot.end :], "verbatim", set()
    return text, replaced(text, spot, f"[{spot.form[0].upper()}]{spot.form[1:]}"), "verbatim", set()


def pronoun_explained(rng: random.Random, text: str) -> Outcome:
    """A name in brackets for a pronoun."""
    spot = pick(rng, (t for t in words_of(text)[1:-1] if t.key in ("he", "she", "they", "him", "them")))
    if spot is None:
        return None
    return text, replaced(text, spot, f"[{rng.choice(OTHER_NAMES)}]"), "elided", set()


def stammered(rng: random.Random, text: str) -> Outcome:
    """A word said twice, or a filler, which one outlet leaves out."""
    spot = pick(rng, (t for t in words_of(text)[2:-2] if is_plain(t) or t.form == "I"))
    if spot is None:
        return None
    before = [f"{spot.form}, ", f"{spot.form} — ", "uh, ", "um, ", "er, "]
    if spot.key not in ("you", "know"):
        before.append("you know, ")
    return text, text[: spot.start] + rng.choice(before) + text[spot.start :], "elided", set()


def dressed(rng: random.Random, text: str) -> Outcome:
    """Other marks, dashes, case or Unicode form, and a phrase in marks of its own."""
    other = text
    tokens = words_of(text)
    ways: list[Callable[[str], str]] = [
        lambda t: f"“{t}”",
        lambda t: f"''{t}''",
        lambda t: f"« {t} »",
        lambda t: t.replace(", ", " — "),
        lambda t: t.replace(", ", "—"),
        lambda t: t.replace("’", "'").replace("'", "\u02bc"),
        lambda t: t.replace(" ", "\u00a0", 3),
        lambda t: unicodedata.normalize("NFD", t),
        lambda t: t.replace(" the ", " the\n"),
        lambda t: re.sub(r"(?<=[a-z]{4})(?=[a-z]{4})", "\u00ad", t, count=2),
        lambda t: re.sub(r"[.!?]$", "…", t),
        lambda t: t[: tokens[2].start] + "‘" + t[tokens[2].start : tokens[3].end] + "’" + t[tokens[3].end :],
        lambda t: (
            t[: tokens[1].start] + "“" + t[tokens[1].start : tokens[4].end] + ",” " + t[tokens[4].end :]
        ),
    ]
    for way in rng.sample(ways, 1):
        other = way(other)
    return text, other, "verbatim", set()


ALTERATIONS: Final[dict[str, Alteration]] = {
    "negation dropped or turned": negation_lost,
    "negation added": negation_added,
    "negation elided, marked": negation_elided,
    "number changed": number_changed,
    "modality swapped": modality_swapped,
    "name exchanged": name_exchanged,
    "name exchanged for one like it": name_alike,
    "hedge dropped or added": hedged,
    "hedge cut off in front": hedge_cut,
    "limiting clause cut": limit_cut,
    "cut": cut_at_edge,
    "elided, marked": elided_marked,
    "elided, unmarked": elided_unmarked,
    "brackets": bracketed,
    "pronoun explained in brackets": pronoun_explained,
    "stammer or filler left out": stammered,
    "synonym": synonym,
    "word that matters elsewhere": harmless,
    "inflected": inflected,
    "reordered": reordered,
    "contracted or written out": contracted,
    "respelled US/UK": respelled,
    "number in words or digits": number_rewritten,
    "name transliterated": name_transliterated,
    "marks, dashes, Unicode": dressed,
}
UNRELATED: Final = "unrelated, sharing many words"


def pairs_of(kind: str, quotes: Sequence[Source], count: int, seed: int) -> list[Pair]:
    """Make at most ``count`` pairs of one kind; the same seed makes the same pairs."""
    rng = random.Random(f"{seed}/{kind}")
    if kind == UNRELATED:
        return unrelated(rng, quotes, count)
    pairs: list[Pair] = []
    for quote in rng.sample(list(quotes), len(quotes)):
        made = ALTERATIONS[kind](rng, quote.text)
        if made is not None and made[0] != made[1]:
            pairs.append(Pair(kind, made[0], made[1], made[2], frozenset(made[3])))
            if len(pairs) == count:
                break
    return pairs


def unrelated(rng: random.Random, quotes: Sequence[Source], count: int) -> list[Pair]:
    """Pair quotes of two articles that share many words, but no long run of them."""
    sample = rng.sample(list(quotes), min(QUOTES_COMPARED, len(quotes)))
    bags = [[t.key for t in words_of(quote.text)] for quote in sample]
    sets = [set(bag) for bag in bags]
    found: list[Pair] = []
    shared = {
        (x, y): len(sets[x] & sets[y]) / min(len(sets[x]), len(sets[y]))
        for x in range(len(sample))
        for y in range(x)
        if sample[x].article != sample[y].article
    }
    for i, j in sorted(
        (pair for pair, share in shared.items() if share >= MIN_SHARED), key=lambda p: -shared[p]
    ):
        if len(found) == count:
            break
        runs = {tuple(bags[i][n : n + MAX_SHARED_RUN + 1]) for n in range(len(bags[i]) - MAX_SHARED_RUN)}
        if not any(
            tuple(bags[j][n : n + MAX_SHARED_RUN + 1]) in runs for n in range(len(bags[j]) - MAX_SHARED_RUN)
        ):
            found.append(Pair(UNRELATED, sample[i].text, sample[j].text, "unrelated"))
    return found


def material(shared: Path) -> list[Source]:
    """Return the words to alter: the annotated quotes, and what PolNeAR's train part has somebody say.

    What is reported without marks serves as well as what is quoted: it is English of newspapers.
    """

    def found() -> Iterator[Source]:
        for article in lines(Gold(shared).quotes):
            for quote in article["quotes"]:
                if quote["kind"] == "speech" and quote["sure"]:
                    yield Source(article["text"][quote["start"] : quote["end"]], article["id"])
        for article in lines(shared / "corpora" / "polnear" / "train" / "articles.jsonl.gz"):
            for attribution in article["attributions"]:
                content = attribution["content"]
                if len(content) == 1:
                    yield Source(content[0][2], article["id"])

    kept: dict[str, Source] = {}
    for source in found():
        text = source.text.strip("“”\"'‘’ ,")
        # Two pieces around a cue, or another quote inside: the words between are the article's.
        if MIN_WORDS <= len(words_of(text)) <= MAX_WORDS and not re.search(r"[“”\"\[\]…]|''|\.\.", text):
            kept.setdefault(text, Source(text, source.article))
    return list(kept.values())


@dataclass(slots=True)
class Tally:
    """How many pairs of a kind were made, and in how many relation, flags and both are right."""

    pairs: int = 0
    relation: int = 0
    flags: int = 0
    both: int = 0
    seconds: float = 0.0

    def add(self, other: Tally) -> None:
        """Count another tally in."""
        for name in ("pairs", "relation", "flags", "both", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def measure(pairs: Iterable[Pair]) -> tuple[Tally, list[str]]:
    """Compare each pair; return the tally, and the mistakes in a form for a person."""
    tally, mistakes = Tally(), []
    for pair in pairs:
        began = time.process_time()
        got = compare(pair.a, pair.b)
        tally.seconds += time.process_time() - began
        relation, flags = got.relation == pair.relation, frozenset(got.flags) == pair.flags
        tally.pairs += 1
        tally.relation += relation
        tally.flags += flags
        tally.both += relation and flags
        if not (relation and flags):
            want = f"{pair.relation} {sorted(pair.flags)}"
            mistakes.append(
                f"{pair.kind}: want {want}, got {got.relation} {list(got.flags)} ({got.evidence:.1f})\n"
                f"    A {pair.a}\n    B {pair.b}"
            )
    return tally, mistakes


def row(name: str, tally: Tally) -> str:
    """Return one line of the table."""
    share = [f"{part / max(1, tally.pairs):.3f}" for part in (tally.relation, tally.flags, tally.both)]
    return f"| {name} | {tally.pairs} | {' | '.join(share)} |"


@click.command()
@shared_option
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed alters other quotes.")
@click.option("--count", type=click.IntRange(1), default=200, show_default=True, help="Pairs of each kind.")
@click.option("--kind", "kinds", multiple=True, help="Only kinds whose name holds this; may be repeated.")
@click.option("--show", type=click.IntRange(0), default=0, help="Print so many mistakes of each kind.")
def main(shared: Path, seed: int, count: int, kinds: tuple[str, ...], show: int) -> None:
    """Alter quotes on purpose, and measure whether the comparison names what was done."""
    quotes = material(shared)
    total, shown = Tally(), defaultdict(list)
    click.echo(
        "| alteration | pairs | relation right | flags right | both |\n| --- | --- | --- | --- | --- |"
    )
    for kind in (*ALTERATIONS, UNRELATED):
        if kinds and not any(part in kind for part in kinds):
            continue
        tally, mistakes = measure(pairs_of(kind, quotes, count, seed))
        total.add(tally)
        shown[kind] = mistakes[:show]
        click.echo(row(kind, tally))
    click.echo(row("**all**", total))
    click.echo(
        f"{len(quotes)} quotes, seed {seed}; {1e6 * total.seconds / max(1, total.pairs):.0f} µs a pair",
        err=True,
    )
    for mistake in (line for found in shown.values() for line in found):
        click.echo(mistake)


if __name__ == "__main__":
    main()
