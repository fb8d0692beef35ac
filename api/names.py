"""What two names tell: the same speaker, two different ones, or nobody can tell from the names alone.

Pure functions over names; `api.speakers` keeps the records.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Final, Literal

from anyascii import anyascii

from attribution.lexicon import first_names
from attribution.models import SpeakerType
from attribution.spelling import american

Judgement = Literal["same", "different", "cannot tell"]

# A name longer than this is a sentence; the keys that are made of it must fit into an index entry.
MAX_NAME: Final = 300

# Forms of address and offices that stand before a name and are no part of it. Those by which people are
# called for life ("Pope Francis", "Prince Harry") stay: without them nothing is left but a first name.
TITLES: Final = frozenset(
    "mr mrs ms miss mx dr prof professor sir dame president vice prime minister chancellor senator sen "
    "representative rep congressman congresswoman governor gov mayor secretary ambassador general gen "
    "colonel col capt captain lt lieutenant sgt sergeant admiral adm judge justice rev reverend former "
    "then lady lord".split()
)
# Those that tell a woman from a man; outlets that never print a given name twice still print these.
HONORIFICS: Final[dict[str, str]] = {
    "mr": "m", "sir": "m", "lord": "m", "congressman": "m",
    "mrs": "f", "ms": "f", "miss": "f", "dame": "f", "lady": "f", "congresswoman": "f",
}  # fmt: skip
# What may stand behind a name: degrees and honours.
POST_NOMINALS: Final = frozenset("phd md esq obe cbe mbe kbe qc kc mp frs dphil jd mba rn".split())
# Offices before which more words may stand ("US Vice-President", "British Foreign Minister").
OFFICES: Final = frozenset(
    "president minister chancellor senator congressman congresswoman governor secretary ambassador "
    "spokesman spokeswoman spokesperson leader speaker whip director chairman chairwoman".split()
)
# Offices that are named after what they are for ("Secretary of State John Kerry").
CHARGES: Final = frozenset(
    "state defense defence education labor commerce agriculture energy interior treasury transportation "
    "justice health".split()
)

# Generation marks tell a father from a son, so they must agree.
GENERATIONS: Final = frozenset({"jr", "junior", "sr", "senior", "ii", "iii", "iv"})
_GENERATION_FORM: Final = {"junior": "jr", "senior": "sr"}

# Particles that belong to the surname behind them ("Ursula von der Leyen").
PARTICLES: Final = frozenset({
    "von", "van", "der", "den", "de", "del", "della", "di", "da", "dos", "du", "la", "le", "al", "el",
    "bin", "ibn", "ben", "ter", "ten", "zu", "af",
})  # fmt: skip

SURNAME_BEGINNINGS: Final = frozenset({"de", "del", "della", "di", "dos", "du"})

# How East Slavic names are romanised differs by agency (BGN/PCGN "Zelenskiy", passport "Zelenskyi",
# common use "Zelensky", his own "Zelenskyy"). These endings of one name part mean the same letters.
_ROMANISED_END: Final = re.compile(r"(?:iy|yi|yy|ii|ij|y|i)$")
_ROMANISED_DIGRAPH: Final = re.compile(r"(?:iy|yi|yy|ii|ij)$")
# Surname endings after which a given name's single y and i may be exchanged ("Dmitry/Dmitri Medvedev");
# elsewhere they may not: Tony and Toni Smith are two people.
_SLAVIC_SURNAME: Final = re.compile(
    r"(?:sk|ov|ev|in|enko|chuk|iuk|yuk|vych|vich|ets|uk)(?:iy|yi|yy|ii|ij|y|i|a|aya|aia)?$"
)

# Short forms of English given names, and Ukrainian names beside the Russian form that some outlets print.
# Compiled for this project. They are used where two names stand with the same words, never to merge records.
SHORT_FORMS: Final[dict[str, str]] = {
    short: full
    for full, shorts in {
        "abraham": "abe", "albert": "al", "alexander": "alex oleksandr aleksandr",
        "alexei": "oleksiy aleksei", "andrew": "andy drew", "anthony": "tony antony",
        "benjamin": "ben benny binyamin",
        "bernard": "bernie", "catherine": "cathy kate", "charles": "charlie chuck", "christopher": "chris",
        "daniel": "dan danny", "david": "dave", "deborah": "deb debbie", "dmitry": "dmytro",
        "donald": "don", "edward": "ed eddie ted", "elizabeth": "liz beth", "eugene": "gene",
        "frederick": "fred", "gregory": "greg", "igor": "ihor", "jacob": "jake", "james": "jim jimmy",
        "jeffrey": "jeff", "jennifer": "jen jenny", "john": "jack johnny", "joseph": "joe joey",
        "joshua": "josh", "katherine": "kathy katie", "kenneth": "ken", "kirill": "kyrylo",
        "lawrence": "larry", "leonard": "len", "margaret": "maggie meg peggy", "matthew": "matt",
        "michael": "mike mick", "mikhail": "mykhailo", "mitchell": "mitch",
        "mohammed": "mohammad mohamed mohamad muhammad muhammed", "nicholas": "nick",
        "nikolai": "mykola", "oleg": "oleh", "patricia": "pat patty", "pavel": "pavlo", "peter": "pete",
        "petr": "petro", "philip": "phil", "raymond": "ray", "rebecca": "becky",
        "richard": "dick rick rich", "robert": "bob bobby rob", "ronald": "ron", "samuel": "sam",
        "sergei": "serhiy", "steven": "steve stephen", "susan": "sue", "theodore": "teddy",
        "thomas": "tom tommy", "timothy": "tim", "vladimir": "volodymyr", "william": "bill billy will",
        "zachary": "zach",
    }.items()
    for short in shorts.split()
}  # fmt: skip


@lru_cache(maxsize=65_536)
def folded_name(name: str) -> str:
    """Fold a name to its words in ASCII lower case, single blanks between them.

    Capitals, diacritics, script, punctuation, a leading "the" and an ending "'s" do not count, and
    initials are run together. By this form outlets and organisations are told apart. A name that holds
    no letter or digit at all is folded to itself.
    """
    return " ".join(_words(name))[:MAX_NAME].rstrip()


@lru_cache(maxsize=65_536)
def name_key(name: str) -> str:
    """Fold a person's name as `folded_name` does, and drop the titles before it.

    "Mr. J. D. Vance", "US Vice-President J.D. Vance" and "JD Vance" are "jd vance".
    """
    return " ".join(_without_titles(_words(name)))[:MAX_NAME].rstrip()


def _words(name: str) -> list[str]:
    flat = unicodedata.normalize("NFKC", name)
    flat = re.sub(r"['’ʼ]s\b", "", flat)
    # A senator's party and state ("(I-Vt.)") are no part of the name.
    flat = re.sub(r"(?<=\w) *\([^()]*\) *$", "", flat)
    flat = anyascii(flat).casefold()
    flat = re.sub(r"[\"'`]", "", flat)
    joined: list[str] = []
    open_initials = False
    for word in re.findall(r"[a-z0-9]+", flat):
        initial = len(word) == 1 and word.isalpha()
        if initial and open_initials:
            joined[-1] += word
        else:
            joined.append(_GENERATION_FORM.get(word, word))
        open_initials = initial
    if len(joined) > 1 and joined[0] == "the":
        joined = joined[1:]
    if not joined:
        # Nothing to fold ("…"): the characters themselves, less those that no database stores.
        kept = (char for char in unicodedata.normalize("NFKC", name) if unicodedata.category(char)[0] != "C")
        joined = "".join(kept).casefold().split()
    return joined


def _without_titles(words: list[str]) -> list[str]:
    while len(words) > 2 and (words[-1] in POST_NOMINALS or words[-1].isdecimal()):
        words = words[:-1]
    for last in range(len(words) - 3, -1, -1):
        if words[last] not in OFFICES:
            continue
        if words[last + 1] == "of" and words[last + 2] in CHARGES and len(words) > last + 3:
            words = words[last + 3 :]
            break
        if words[last + 1] not in ("of", "for"):
            words = words[last + 1 :]
            break
    while len(words) > 1 and words[0] in TITLES:
        words = words[1:]
    return words


def without_titles(name: str) -> str:
    """Return a person's name as written, without the titles before it ("US Vice-President J.D. Vance")."""
    words = name.split()
    while len(words) > 1 and name_key(" ".join(words[1:])) == name_key(name):
        words = words[1:]
    return " ".join(words)


def is_bare(name: str) -> bool:
    """Say whether a person's name is one word only, which by itself tells no two people apart."""
    return len(_split(name_key(name))[0]) == 0


def same_person(a: str, b: str) -> bool:
    """Say whether two names are surely one name: safe enough to make one record of them.

    True for the same full name but for capitals, punctuation, initials' dots, diacritics, script, or
    a known difference of romanisation ("Andriy"/"Andrii Sybiha", "Zelensky"/"Zelenskyy"). A missing
    given name, a missing middle initial or an initial for a name is *not* enough ("Bush" and "George
    W. Bush", "J. Smith" and "John Smith"); see `may_be_same_person`.
    """
    key_a, key_b = name_key(a), name_key(b)
    if key_a == key_b:
        return True
    given_a, surname_a, generation_a = _split(key_a)
    given_b, surname_b, generation_b = _split(key_b)
    if generation_a != generation_b or len(given_a) != len(given_b) or len(surname_a) != len(surname_b):
        return False
    if not all(_same_romanised(x, y, slavic=True) for x, y in zip(surname_a, surname_b, strict=True)):
        return False
    slavic = bool(_SLAVIC_SURNAME.search(surname_a[-1]))
    return all(_same_romanised(x, y, slavic=slavic) for x, y in zip(given_a, given_b, strict=True))


def may_be_same_person(a: str, b: str) -> bool:
    """Say whether two names, given to the same words, can well be one person.

    Wider than `same_person`: one name may leave out the given names or all middle names, give initials
    or a short form for them ("Vance", "J. Vance", "J.D. Vance"; "Joe Biden", "Joseph R. Biden"). False
    where the two contradict each other: other surnames, other given names, other initials, a full name
    with and without "Jr.", "Mr." and "Mrs.".
    """
    return judge_people(a, b) != "different"


@lru_cache(maxsize=65_536)
def judge_people(a: str, b: str) -> Judgement:
    """Say what two persons' names tell by themselves.

    ``same``: one full name but for spelling (`same_person`), middle names left out, a short form of the
    given name, or two initials and more that stand for all given names. In PolNeAR's training articles 64
    pairs of names differ by a middle name and 45 by a short form; where no third name contradicts, all but
    two of them are one person. ``cannot tell``: a surname alone, or one initial for a given name.
    """
    gender_a, gender_b = honorific(a), honorific(b)
    if gender_a and gender_b and gender_a != gender_b:
        return "different"
    given_a, surname_a, generation_a = _split(name_key(a))
    given_b, surname_b, generation_b = _split(name_key(b))
    bare = not given_a or not given_b
    if same_person(a, b):
        return "cannot tell" if bare and gender_a != gender_b else "same"
    if generation_a != generation_b and (not bare or (generation_a and generation_b)):
        return "different"
    if not _same_romanised(surname_a[-1], surname_b[-1], slavic=True):
        # "Zelensky" may be met as a given name only ("Volodymyr"); that is too little to go by.
        return "different"
    if bare:
        return "different" if _genders_differ((gender_a, given_a), (gender_b, given_b)) else "cannot tell"
    slavic = bool(_SLAVIC_SURNAME.search(surname_a[-1]))
    if not _given_names_agree(given_a, given_b, slavic=slavic):
        return "different"
    return "same" if _given_names_tell(given_a, given_b) else "cannot tell"


@lru_cache(maxsize=65_536)
def honorific(name: str) -> str | None:
    """Return ``"m"`` or ``"f"`` where the name begins with what tells a man from a woman ("Mrs. Clinton")."""
    words = _words(name)
    return HONORIFICS.get(words[0]) if len(words) > 1 else None


def same_organization(a: str, b: str) -> bool:
    """Say whether two names of organisations are surely one: see `judge_organizations`."""
    return judge_organizations(a, b) == "same"


@lru_cache(maxsize=65_536)
def judge_organizations(a: str, b: str) -> Judgement:
    """Say what two names of organisations tell by themselves.

    ``same``: the same words but for case, script, punctuation, spelling, "the", a company's legal form,
    "Ministry of Defence" for "Defence Ministry", "Russia's" for "Russian", and "U.S." before an office that
    no other country calls so. ``cannot tell``: one name's words are a part of the other's ("Army", "U.S.
    Army"), or its initials; an article that introduces an abbreviation tells (`introduced_acronyms`).
    """
    words_a, words_b = _organization_words(a), _organization_words(b)
    if words_a == words_b:
        return "same"
    if words_a[1:] == words_b[1:] and len(words_a) > 1 and _one_country(words_a[0], words_b[0]):
        return "same"
    shorter, longer = sorted((words_a, words_b), key=len)
    if len(shorter) < len(longer) and (set(shorter) <= set(longer) or _stand_for("".join(shorter), longer)):
        return "cannot tell"
    return "different"


def judge_names(a: str, b: str, type: SpeakerType) -> Judgement:
    """Say what two names of one type tell by themselves; descriptions of unnamed sources tell nothing."""
    if type == "unnamed":
        return "cannot tell"
    return judge_people(a, b) if type == "person" else judge_organizations(a, b)


def match_key(name: str, type: SpeakerType) -> str:
    """Return a key that all names share which `judge_names` finds the same, and some different names too.

    It only finds the candidates that are then judged.
    """
    if type != "person":
        words = _organization_words(name)
        return " ".join((_country_stem(words[0]), *words[1:]))[:MAX_NAME].rstrip()
    given, _, _ = _split(name_key(name))
    first = SHORT_FORMS.get(given[0], given[0])[0] if given else ""
    return f"{surname_key(name)} {first}".rstrip()


def surname_key(name: str) -> str:
    """Return the last word of a person's surname, romanised in one way."""
    _, surname, _ = _split(name_key(name))
    return _ROMANISED_END.sub("i", surname[-1])[:MAX_NAME]


@dataclass(frozen=True, slots=True)
class NameForm:
    """One name as the archive keeps it: ``born`` is the year reckoned from an age in an article."""

    id: int
    name: str
    type: SpeakerType
    born: int | None = None


def one_speaker(
    forms: Sequence[NameForm], told_apart: Callable[[int, int], bool] = lambda _a, _b: False
) -> list[list[int]]:
    """Group names that are one speaker: those that fit each other, and nothing else that contradicts.

    A name that fits two others which contradict each other ("George Bush" beside "George W. Bush" and
    "George H. W. Bush") stays by itself, and so is never given to the wrong one. The groups do not depend
    on the order. ``told_apart`` says of two ids that a person has decided they are two.
    """
    fit: dict[int, set[int]] = {form.id: set() for form in forms}
    apart: dict[int, set[int]] = {form.id: set() for form in forms}
    for one, other in combinations(forms, 2):
        judged = "different" if told_apart(one.id, other.id) else _judge(one, other)
        for a, b in ((one.id, other.id), (other.id, one.id)):
            if judged == "same":
                fit[a].add(b)
            elif judged == "different":
                apart[a].add(b)
    torn = {id for id, near in fit.items() if any(apart[a] & near for a in near)}
    groups: list[list[int]] = []
    placed: set[int] = set()
    for form in forms:
        if form.id in placed:
            continue
        group = [form.id]
        if form.id not in torn:
            for id in group:
                group += sorted(fit[id] - torn - set(group))
        placed.update(group)
        # Names that fit only over several steps may still contradict at the ends.
        sound = not any(apart[id] & set(group) for id in group)
        groups += [sorted(group)] if sound else [[id] for id in group]
    return groups


def _judge(one: NameForm, other: NameForm) -> Judgement:
    # An age counts whole years, and the birthday is not known.
    if one.born is not None and other.born is not None and abs(one.born - other.born) > 1:
        return "different"
    return judge_names(one.name, other.name, one.type)


def age_of(name: str, text: str) -> int | None:
    """Return the age that an article gives with a person's full name ("John Smith, 45, …"), or ``None``."""
    found = re.search(re.escape(name) + r",\s+(?:aged\s+)?(\d{1,3})(?=\s*[,.;:)–—])", text)
    return int(found[1]) if found and 0 < int(found[1]) < 120 else None


def introduced_acronyms(text: str) -> dict[str, str]:
    """Return the abbreviations that a text introduces: "the Democratic National Committee (DNC)".

    Only where the letters are the initials of the words before, small words counted or not.
    """
    found: dict[str, str] = {}
    for match in re.finditer(r"\(\s*(?:the\s+)?([A-Z][A-Z&.]{1,9})\s*\)", text):
        acronym = match[1].replace(".", "")
        before = re.findall(r"[\w'’&.-]+", text[max(0, match.start() - 150) : match.start()])
        for length in range(2, min(len(before), 2 * len(acronym)) + 1):
            words = before[-length:]
            if words[0][:1].isupper() and _stand_for(acronym.casefold(), [w.casefold() for w in words]):
                found.setdefault(acronym, " ".join(words))
                break
    return found


def full_name_in_article(bare: str, names: Iterable[str]) -> str | None:
    """Return the one full name among an article's people that ends in the surname ``bare``.

    ``None`` where there is none, or more than one person of that surname.
    """
    found: list[str] = []
    for name in names:
        given, surname, _ = _split(name_key(name))
        same_surname = given and _same_romanised(surname[-1], name_key(bare), slavic=True)
        if same_surname and not any(same_person(name, other) for other in found):
            found.append(name)
    return found[0] if len(found) == 1 else None


def _split(key: str) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Split a name key into given names, surname with its particles, and generation mark."""
    words = key.split(" ")
    generation = ""
    if len(words) > 1 and words[-1] in GENERATIONS:
        generation = words.pop()
    first = len(words) - 1
    while first > 1 and words[first - 1] in PARTICLES:
        first -= 1
    # A name may begin with its particle ("von der Leyen", "De Niro"), and a given name may look like one
    # ("Ben", "Al", "Van").
    if first == 1 and (words[0] in SURNAME_BEGINNINGS or (words[0] in PARTICLES and words[1] in PARTICLES)):
        first = 0
    return tuple(words[:first]), tuple(words[first:]), generation


def _same_romanised(a: str, b: str, *, slavic: bool) -> bool:
    if a == b:
        return True
    if not (_ROMANISED_END.search(a) and _ROMANISED_END.search(b)):
        return False
    if _ROMANISED_END.sub("", a) != _ROMANISED_END.sub("", b):
        return False
    return slavic or bool(_ROMANISED_DIGRAPH.search(a) or _ROMANISED_DIGRAPH.search(b))


def _given_names_agree(a: tuple[str, ...], b: tuple[str, ...], *, slavic: bool) -> bool:
    """Say whether two lists of given names can be one person's: names left out, initials, short forms."""
    if _same_given_name(a[0], b[0], slavic=slavic):
        return _middle_names_agree(_initials(a[1:]), _initials(b[1:])) and not _written_out_apart(
            a[1:], b[1:]
        )
    if not (_is_initials(a[0]) or _is_initials(b[0])):
        return False
    letters_a, letters_b = _initials(a), _initials(b)
    return letters_a[0] == letters_b[0] and _middle_names_agree(letters_a[1:], letters_b[1:])


def _same_given_name(a: str, b: str, *, slavic: bool) -> bool:
    full_a, full_b = SHORT_FORMS.get(a, a), SHORT_FORMS.get(b, b)
    return _same_romanised(full_a, full_b, slavic=slavic)


def _is_initials(word: str) -> bool:
    """Say whether a word of a key can be initials that were run together ("j", "jd", "jrr", "aj")."""
    return len(word) <= 2 or (len(word) == 3 and not re.search(r"[aeiouy]", word))


def _initials(given: tuple[str, ...]) -> list[str]:
    return [letter for word in given for letter in (word if _is_initials(word) else word[0])]


def _written_out_apart(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Say whether middle names have the same initials but are others: "David" and "Donald"."""
    return len(a) == len(b) and any(
        not _is_initials(x) and not _is_initials(y) and not _same_given_name(x, y, slavic=True)
        for x, y in zip(a, b, strict=True)
    )


def _middle_names_agree(a: list[str], b: list[str]) -> bool:
    """Say whether two lists of middle initials agree: "W." and "H. W." do not, "W." and none do."""
    return not a or not b or a == b


def _given_names_tell(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Say whether agreeing given names are written out, or two initials and more that stand for all."""
    if not _is_initials(a[0]) and not _is_initials(b[0]):
        return True
    if a[0] == b[0]:
        return len(a[0]) > 1
    return len(_initials(a)) > 1 and _initials(a) == _initials(b)


def _genders_differ(a: tuple[str | None, tuple[str, ...]], b: tuple[str | None, tuple[str, ...]]) -> bool:
    """Say whether "Mrs." stands before one surname and a man's given name before the other."""
    known = [
        gender
        or (given and first_names().get(given[0]))
        or (given and first_names().get(SHORT_FORMS.get(given[0], "")))
        or None
        for gender, given in (a, b)
    ]
    return None not in known and known[0] != known[1]


# Departments, agencies and houses of the United States whose name English-language news gives to no others.
# Not "Army", "Congress" or "Supreme Court": other countries, and states, have those.
_AMERICAN: Final = frozenset({
    ("state", "department"), ("homeland", "security", "department"), ("white", "house"), ("pentagon",),
    ("secret", "service"), ("federal", "bureau", "of", "investigation"),
    ("central", "intelligence", "agency"),
})  # fmt: skip
_LEGAL_FORMS: Final = frozenset("ltd limited inc incorporated corp corporation llc llp plc gmbh".split())
_BODIES: Final = frozenset("ministry department office".split())
_SMALL_WORDS: Final = frozenset("of the for and on in to at a an".split())


@lru_cache(maxsize=65_536)
def _organization_words(name: str) -> tuple[str, ...]:
    """Return the words of an organisation's name in one order and spelling."""
    words = [american(word) for word in _words(name)] or [""]
    if words[:2] == ["united", "states"] and len(words) > 2:
        words[:2] = ["us"]
    while len(words) > 1 and words[-1] in _LEGAL_FORMS:
        words.pop()
    for place, word in enumerate(words[:-2]):
        # "Russian Ministry of Defence" is the Russian Defence Ministry.
        if place < 2 and word in _BODIES and words[place + 1] == "of":
            words = [*words[:place], *(w for w in words[place + 2 :] if w != "the"), word]
            break
    if words[:1] == ["us"] and tuple(words[1:]) in _AMERICAN:
        words = words[1:]
    return tuple(words)


def _country_stem(word: str) -> str:
    """Return what "Russia" and "Russian", "Ukraine" and "Ukrainian", "China" and "Chinese" share."""
    stem = re.sub(r"(?:ian|ese|ish|an|ia|n|i|a|e|y)$", "", word)
    return stem if len(stem) >= 3 else word


def _one_country(a: str, b: str) -> bool:
    shorter, longer = sorted((a, b), key=len)
    if _country_stem(a) != _country_stem(b) or not shorter[-1:].isalpha():
        return False
    return longer.endswith(("an", "ese", "i", "ish"))


def _stand_for(letters: str, words: Sequence[str]) -> bool:
    """Say whether letters are the initials of words, all of them or without the small ones."""
    every = "".join(word[0] for word in words if word)
    telling = "".join(word[0] for word in words if word and word not in _SMALL_WORDS)
    return len(letters) > 1 and letters in (every, telling)
