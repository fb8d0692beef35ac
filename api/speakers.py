"""Who a name means in the archive: name keys, same-person rules, and the speaker records.

Two people merged into one record put words into somebody's mouth, while one person kept as two records
only makes a list longer. So names are merged only when they are the same full name but for punctuation,
capitals, diacritics or romanisation, and only when one record alone fits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from anyascii import anyascii
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.records import Speaker, SpeakerAlias
from attribution.models import SpeakerType

# A name longer than this is a sentence; the keys that are made of it must fit into an index entry.
MAX_NAME: Final = 300

# Forms of address and offices that stand before a name and are no part of it. Those by which people are
# called for life ("Pope Francis", "Prince Harry") stay: without them nothing is left but a first name.
TITLES: Final = frozenset(
    "mr mrs ms miss mx dr prof professor sir dame president vice prime minister chancellor senator sen "
    "representative rep congressman congresswoman governor gov mayor secretary ambassador general gen "
    "colonel col capt captain lt lieutenant sgt sergeant admiral adm judge justice rev reverend former "
    "then".split()
)
# Offices before which more words may stand ("US Vice-President", "British Foreign Minister").
OFFICES: Final = frozenset(
    "president minister chancellor senator congressman congresswoman governor secretary ambassador "
    "spokesman spokeswoman spokesperson".split()
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
        "alexei": "oleksiy aleksei", "andrew": "andy drew", "anthony": "tony", "benjamin": "ben benny",
        "bernard": "bernie", "catherine": "cathy kate", "charles": "charlie chuck", "christopher": "chris",
        "daniel": "dan danny", "david": "dave", "deborah": "deb debbie", "dmitry": "dmytro",
        "donald": "don", "edward": "ed eddie ted", "elizabeth": "liz beth", "eugene": "gene",
        "frederick": "fred", "gregory": "greg", "igor": "ihor", "jacob": "jake", "james": "jim jimmy",
        "jeffrey": "jeff", "jennifer": "jen jenny", "john": "jack johnny", "joseph": "joe joey",
        "joshua": "josh", "katherine": "kathy katie", "kenneth": "ken", "kirill": "kyrylo",
        "lawrence": "larry", "leonard": "len", "margaret": "maggie meg peggy", "matthew": "matt",
        "michael": "mike mick", "mikhail": "mykhailo", "mitchell": "mitch", "nicholas": "nick",
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
    for last in range(len(words) - 3, 0, -1):
        if words[last] in OFFICES and words[last + 1] not in ("of", "for"):
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
    with and without "Jr.".
    """
    if same_person(a, b):
        return True
    given_a, surname_a, generation_a = _split(name_key(a))
    given_b, surname_b, generation_b = _split(name_key(b))
    if generation_a != generation_b and ((given_a and given_b) or (generation_a and generation_b)):
        return False
    if not _same_romanised(surname_a[-1], surname_b[-1], slavic=True):
        # "Zelensky" may be met as a given name only ("Volodymyr"); that is too little to go by.
        return False
    if not given_a or not given_b:
        return True
    slavic = bool(_SLAVIC_SURNAME.search(surname_a[-1]))
    return _given_names_agree(given_a, given_b, slavic=slavic)


def same_organization(a: str, b: str) -> bool:
    """Say whether two names of organisations are the same but for case, script, punctuation and "the"."""
    return folded_name(a) == folded_name(b)


def match_key(name: str) -> str:
    """Return a key that all spellings of one full name share, and some different names too.

    It only finds the candidates that `same_person` then judges.
    """
    words = [_ROMANISED_END.sub("i", word) for word in name_key(name).split(" ")]
    return " ".join(words)[:MAX_NAME]


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


async def resolve_speaker(
    session: AsyncSession,
    name: str,
    type: SpeakerType,
    *,
    article_id: int | None = None,
    article_names: Iterable[str] = (),
) -> Speaker:
    """Return the archive's speaker for a name that an article gives, making a new record where none fits.

    Args:
        session: a session in a writing transaction; nothing is committed here.
        name: the name as attributed.
        type: ``person``, ``organization`` or ``unnamed``.
        article_id: the article; an ``unnamed`` source must have it, and is never shared between articles.
        article_names: the persons that the same article names; a bare surname goes to the one full name
            among them that ends in it, and otherwise to the record of the bare surname.

    Raises:
        ValueError: the name is blank, or an unnamed source comes without its article.
    """
    name = " ".join(name.split())[:MAX_NAME].rstrip()
    if not name:
        raise ValueError("a speaker needs a name")
    if type == "unnamed":
        if article_id is None:
            raise ValueError("an unnamed source belongs to one article")
        key = f"{article_id}:{folded_name(name)}"
        return await _find_or_add(session, name, type, key=key, seen_as=name, article_id=article_id)
    canonical = without_titles(name) if type == "person" else name
    if type == "person" and is_bare(name):
        canonical = without_titles(full_name_in_article(name, article_names) or name)
    key = name_key(canonical) if type == "person" else folded_name(canonical)
    return await _find_or_add(session, canonical, type, key=key, seen_as=name)


async def _find_or_add(
    session: AsyncSession,
    canonical: str,
    type: SpeakerType,
    *,
    key: str,
    seen_as: str,
    article_id: int | None = None,
) -> Speaker:
    exact = select(Speaker).where(col(Speaker.type) == type, col(Speaker.key) == key)
    speaker = (await session.exec(exact)).one_or_none()
    if speaker is None and type == "person" and not is_bare(canonical):
        alike = select(Speaker).where(
            col(Speaker.type) == type, col(Speaker.match_key) == match_key(canonical)
        )
        fitting = [other for other in (await session.exec(alike)).all() if same_person(other.name, canonical)]
        speaker = fitting[0] if len(fitting) == 1 else None
    if speaker is None:
        speaker = Speaker(
            name=canonical, type=type, key=key, match_key=match_key(canonical), article_id=article_id
        )
        session.add(speaker)
        await session.flush()
    assert speaker.id is not None  # flushed, or read
    forms = select(SpeakerAlias.name).where(col(SpeakerAlias.speaker_id) == speaker.id)
    known = set((await session.exec(forms)).all())
    for form in dict.fromkeys((canonical, seen_as)):
        if form not in known:
            session.add(SpeakerAlias(speaker_id=speaker.id, name=form, key=folded_name(form)))
    await session.flush()
    return speaker


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
        return _middle_names_agree(_initials(a[1:]), _initials(b[1:]))
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


def _middle_names_agree(a: list[str], b: list[str]) -> bool:
    """Say whether two lists of middle initials agree: "W." and "H. W." do not, "W." and none do."""
    return not a or not b or a == b
