"""Spellings that are the same word: British and American forms, numbers in words and in digits.

The lists were compiled for this project from general knowledge of the two spellings. They need to be
right only in one way: no two different words of current English may fold into one key.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

_OUR: Final = """
    arbour ardour armour behaviour candour clamour colour demeanour dishonour endeavour favour
    fervour flavour glamour harbour honour humour labour misdemeanour neighbour odour parlour
    rancour rigour rumour saviour savour splendour succour tumour valour vapour vigour discolour
    unfavour belabour
    """.split()
_RE: Final = """
    calibre centre fibre goitre litre lustre manoeuvre meagre metre millimetre centimetre kilometre
    ochre sabre sceptre sepulchre sombre spectre theatre epicentre amphitheatre
    """.split()
_DOUBLED_L: Final = """
    cancel channel counsel dial dishevel duel enamel equal fuel funnel grovel initial jewel label
    level libel marvel model panel parcel pedal quarrel rival shovel signal snorkel spiral total
    travel tunnel unravel bevel chisel cudgel imperil towel swivel shrivel
    """.split()
_WHOLE: Final = {
    "grey": "gray", "greys": "grays", "tyre": "tire", "tyres": "tires", "kerb": "curb", "kerbs": "curbs",
    "programme": "program", "programmes": "programs", "cheque": "check", "cheques": "checks",
    "plough": "plow", "ploughs": "plows", "ploughed": "plowed", "ploughing": "plowing",
    "sceptic": "skeptic", "sceptics": "skeptics", "sceptical": "skeptical", "scepticism": "skepticism",
    "defence": "defense", "defences": "defenses", "defenceless": "defenseless", "offence": "offense",
    "offences": "offenses", "pretence": "pretense", "licence": "license", "licences": "licenses",
    "practise": "practice", "practised": "practiced", "practises": "practices", "practising": "practicing",
    "aluminium": "aluminum", "jewellery": "jewelry", "storey": "story", "storeys": "stories",
    "mum": "mom", "mums": "moms", "ageing": "aging", "judgement": "judgment", "judgements": "judgments",
    "acknowledgement": "acknowledgment", "draught": "draft", "draughts": "drafts", "cosy": "cozy",
    "enrol": "enroll", "enrols": "enrolls", "enrolment": "enrollment", "fulfil": "fulfill",
    "fulfils": "fulfills", "fulfilment": "fulfillment", "instal": "install", "instalment": "installment",
    "instalments": "installments", "instil": "instill", "instils": "instills", "distil": "distill",
    "distils": "distills", "skilful": "skillful", "skilfully": "skillfully", "wilful": "willful",
    "wilfully": "willfully", "appal": "appall", "appals": "appalls", "counsellor": "counselor",
    "counsellors": "counselors", "dialogue": "dialog", "dialogues": "dialogs", "catalogue": "catalog",
    "catalogues": "catalogs", "analogue": "analog", "whilst": "while", "amongst": "among",
    "amidst": "amid", "towards": "toward", "afterwards": "afterward", "backwards": "backward",
    "forwards": "forward", "learnt": "learned", "burnt": "burned", "dreamt": "dreamed", "spelt": "spelled",
    "spoilt": "spoiled", "leapt": "leaped", "ok": "okay", "mould": "mold", "moulds": "molds",
    "moult": "molt", "smoulder": "smolder", "smouldering": "smoldering", "gaol": "jail", "axe": "ax",
    "pyjamas": "pajamas", "moustache": "mustache", "paediatric": "pediatric", "anaemia": "anemia",
    "anaesthetic": "anesthetic", "foetus": "fetus", "foetal": "fetal", "haemorrhage": "hemorrhage",
    "leukaemia": "leukemia", "diarrhoea": "diarrhea", "orthopaedic": "orthopedic",
    "encyclopaedia": "encyclopedia", "manoeuvred": "maneuvered", "manoeuvring": "maneuvering",
    "manoeuvres": "maneuvers", "manoeuvre": "maneuver", "sulphur": "sulfur", "artefact": "artifact",
    "artefacts": "artifacts", "furore": "furor", "per cent": "percent", "percentage": "percentage",
    "yoghurt": "yogurt", "chequered": "checkered", "cancelation": "cancellation", "advisor": "adviser",
    "advisors": "advisers", "arse": "ass", "tonne": "ton", "tonnes": "tons", "greyer": "grayer",
    "maths": "math", "enquiry": "inquiry", "enquiries": "inquiries", "enquire": "inquire",
    "enquired": "inquired", "enquiring": "inquiring", "aeroplane": "airplane",
    "aeroplanes": "airplanes", "speciality": "specialty", "specialities": "specialties",
    "mouldy": "moldy", "snowplough": "snowplow", "draughty": "drafty",
    "acknowledgements": "acknowledgments", "fledgeling": "fledgling", "licenced": "licensed",
    "sceptically": "skeptically", "unsceptical": "unskeptical", "woollen": "woolen",
    "marvellous": "marvelous", "councillor": "councilor", "councillors": "councilors",
    "tranquillity": "tranquility", "rouble": "ruble", "roubles": "rubles", "whisky": "whiskey",
    "caesium": "cesium", "paedophile": "pedophile", "paedophiles": "pedophiles",
    "haemophilia": "hemophilia", "archaeologist": "archeologist", "anaesthetist": "anesthetist",
    "gynaecologist": "gynecologist", "orthopaedics": "orthopedics", "pricey": "pricy",
    "sulphuric": "sulfuric", "gramme": "gram", "grammes": "grams", "kilogramme": "kilogram",
    "disc": "disk", "discs": "disks", "kerbside": "curbside", "moulded": "molded",
    "moulding": "molding", "smouldered": "smoldered", "fulfilments": "fulfillments",
}  # fmt: skip
# Words in -ise, -ising, -isation that no -ize spelling is the same word of.
_NOT_IZE: Final = frozenset(["prise", "prised", "prises", "prising"])
_OUR_PATTERN: Final = re.compile(rf"^({'|'.join(_OUR)})")
_L_PATTERN: Final = re.compile(rf"^({'|'.join(_DOUBLED_L)})l(ed|ing|ings|er|ers|or|ors)$")
_RE_FORMS: Final = {form: form[:-2] + "er" for form in _RE} | {f"{form}s": form[:-2] + "ers" for form in _RE}
_IZE_PATTERN: Final = re.compile(r"(?<=[a-z]{2})(is|ys)(e|es|ed|ing|er|ers|ation|ations|ational)$")

# "can't" is "can" and "n't" though written ca-n't; "won't" and "shan't" likewise.
NEGATED_BASES: Final = {"ca": "can", "wo": "will", "sha": "shall", "ai": "ain"}

# Contractions written without their apostrophe, and "cannot": the two words, and where the cut is.
RUN_TOGETHER: Final[dict[str, tuple[str, str, int]]] = {
    "cannot": ("can", "not", 3),
    **{
        f"{base}nt": (base, "n't", len(base))
        for base in """
    do does did is was were would could should have has had are must
    """.split()
    },
    **{
        form: (form[:-size], f"'{form[-size:]}", len(form) - size)
        for form, size in {"youre": 2, "theyre": 2, "youve": 2, "theyve": 2, "ive": 2, "thats": 1}.items()
    },
}

# Pairs of words that mean something else than the one word that they make.
NOT_THEIR_PARTS: Final = frozenset(
    ["already", "altogether", "everyday", "nobody", "anyway", "someday", "sometimes", "today"]
)

_UNITS: Final = {
    name: value
    for value, name in enumerate(
        """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen
    """.split()
    )
}
_TENS: Final = {
    name: 10 * value
    for value, name in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
_SCALES: Final = {"hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_ORDINALS: Final[dict[str, str]] = {
    name: f"{value}th"
    for value, name in [
        *enumerate(
            """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
    fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth
    """.split(),
            start=1,
        ),
        *((value, f"{name[:-1]}ieth") for name, value in _TENS.items()),
        (100, "hundredth"),
        (1000, "thousandth"),
    ]
}
_DECADES: Final = {f"{name[:-1]}ies": f"{value}s" for name, value in _TENS.items()}
# "$5bn"; a plain "m" or "b" is a scale only behind an amount of money.
_SHORT_SCALES: Final = {"k": 10**3, "bn": 10**9, "mn": 10**6, "tn": 10**12, "trn": 10**12}
_MONEY_SCALES: Final = {"m": 10**6, "b": 10**9, "t": 10**12}
_CURRENCIES: Final = {
    "dollar": "$", "dollars": "$", "pound": "£", "pounds": "£", "euro": "€", "euros": "€", "yen": "¥",
}  # fmt: skip
_DIGITS: Final = re.compile(r"^([$£€¥])?(\d+(?:\.\d+)?)$")
_GROUPED: Final = re.compile(r"^\d{1,3}(?:,\d{3})+(?:\.\d+)?$")


@lru_cache(maxsize=65536)
def american(word: str) -> str:
    """Return the American spelling of a folded word, or a key that both spellings share.

    >>> american("organisation"), american("neighbours"), american("travelled")
    ('organization', 'neighbors', 'traveled')
    """
    if not word.isascii():
        return word
    word = _WHOLE.get(word) or _RE_FORMS.get(word) or word
    if "our" in word:
        word = _OUR_PATTERN.sub(lambda match: match[1][:-3] + "or", word)
    if "ll" in word:
        word = _L_PATTERN.sub(r"\1\2", word)
    if "is" in word or "ys" in word:
        if word in _NOT_IZE:
            return word
        word = _IZE_PATTERN.sub(lambda match: match[1].replace("s", "z") + match[2], word)
    return word


def plain_number(digits: str) -> str:
    """Return a number written in digits without its grouping commas ("1,200" is "1200")."""
    if _GROUPED.match(digits):
        digits = digits.replace(",", "")
    try:
        # Digits of other scripts compare equal to ours.
        return "".join(str(int(char)) if char.isdigit() else char for char in digits)
    except ValueError:
        return digits


def may_begin_number(key: str) -> bool:
    """Tell whether `number_at` has to be asked at all: most words begin no number."""
    return key in _BEGINNINGS or key[-1].isdigit() or key[0].isdigit()


def number_at(keys: Sequence[str], close: Sequence[bool]) -> tuple[str, int]:
    """Read the number that begins at ``keys[0]``.

    ``close[i]`` says that nothing but a space or hyphen stands before ``keys[i]``. Returns the
    number's key and how many words it takes; ``(keys[0], 1)`` where there is no number. Only what
    is safe is joined: tens with units, hundreds, scale words, years, one currency word.

    >>> number_at(["two", "hundred", "million", "dollars"], [False, True, True, True])
    ('$200000000', 4)
    >>> number_at(["nineteen", "eighty", "four"], [False, True, True])
    ('1984', 3)
    >>> number_at(["half", "a", "million"], [False, True, True])
    ('500000', 3)
    """

    def follows(i: int) -> bool:
        return i < len(keys) and close[i]

    first = keys[0]
    whole = _ORDINALS.get(first) or _DECADES.get(first)
    if whole:
        return whole, 1
    if first == "per":
        return ("percent", 2) if follows(1) and keys[1] == "cent" else (first, 1)
    sign, value, size = "", "", 0
    written = _DIGITS.match(first)
    if written:
        sign, value, size = written[1] or "", written[2], 1
        if "." in value and not value.rstrip("0").rpartition(".")[2]:
            value = value.partition(".")[0]  # "2.0" is "2"
        short = keys[1] if follows(1) else ""
        scale = _SHORT_SCALES.get(short) or (_MONEY_SCALES.get(short) if sign else None)
        if scale:
            return sign + _times(value, scale), 2
    elif first in ("a", "an", "half"):
        # "a million", "a dozen", "half a million"
        at = 1 if first != "half" else 2 if follows(1) and keys[1] == "a" else 0
        if not at or not follows(at) or keys[at] not in _ROUND:
            return first, 1
        if first != "half":
            value, size = "1", 1
        else:
            value, size = _times("0.5", _ROUND[keys[at]]), at + 1
    else:
        small, size = _small(keys, close)
        if not size:
            return first, 1
        if follows(size) and keys[size] in _ORDINALS and small % 10 == 0 and small >= 20:
            return f"{small + int(_ORDINALS[keys[size]][:-2])}th", size + 1
        if size == 1 and 13 <= small <= 20 and follows(1):
            # "nineteen eighty-four", "twenty sixteen", "nineteen nineties": the year
            late, used = _small(keys[1:], close[1:])
            if late >= 10:
                return f"{small}{late}", 1 + used
            if keys[1] in _DECADES:
                return f"{small}{_DECADES[keys[1]]}", 2
        value = str(small)
    if not sign and follows(size) and keys[size] == "hundred" and len(value) <= 2:
        total, size = int(value) * 100, size + 1
        skip = 1 if follows(size) and keys[size] == "and" else 0
        rest, used = _small(keys[size + skip :], close[size + skip :])
        end = size + skip + used
        ends_here = not (follows(end) and keys[end] == "hundred")
        if used and rest < 100 and follows(size + skip) and ends_here:
            total, size = total + rest, end
        value = str(total)
    if follows(size) and keys[size] == "dozen" and value.isdigit():
        value, size = str(12 * int(value)), size + 1
    if follows(size) and keys[size] in _SCALES:
        scale = _SCALES[keys[size]]
        value, size = _times(value, scale), size + 1
        skip = 1 if scale == 1000 and follows(size) and keys[size] == "and" else 0
        if (
            not written
            and follows(size)
            and follows(size + skip)
            and keys[size + skip] not in ("a", "an", "half")
        ):
            # "two thousand (and) sixteen", "one million two hundred thousand"
            rest_key, used = number_at(keys[size + skip :], close[size + skip :])
            tail = rest_key.lstrip("$£€¥")
            if tail.isdigit() and keys[size + skip][0].isalpha() and int(tail) < (100 if skip else scale):
                end = size + skip + used
                return rest_key[: len(rest_key) - len(tail)] + str(int(value) + int(tail)), end
    if not sign and follows(size) and keys[size] in _CURRENCIES:
        sign = _CURRENCIES[keys[size]]
        size += 1
    return sign + value, size


def _small(keys: Sequence[str], close: Sequence[bool]) -> tuple[int, int]:
    if not keys:
        return 0, 0
    if keys[0] in _TENS:
        if len(keys) > 1 and close[1] and 0 < _UNITS.get(keys[1], 0) < 10:
            return _TENS[keys[0]] + _UNITS[keys[1]], 2
        return _TENS[keys[0]], 1
    return (_UNITS[keys[0]], 1) if keys[0] in _UNITS else (0, 0)


def _times(value: str, scale: int) -> str:
    whole, _, decimals = value.partition(".")
    places = len(str(scale)) - 1
    if len(decimals) > places:
        return f"{value}*{scale}"
    return (whole + decimals.ljust(places, "0")).lstrip("0") or "0"


# How one name comes out of another script in English, one step after the other on a folded key. Not a
# standard: what the usual standards for Cyrillic and Arabic (BGN/PCGN, ISO 9, the press's own habits)
# write differently. Vowels other than i, y, j and their like are kept: "Hassan" and "Hussein", "Hansen" and
# "Hanson" are two names each.
_TRANSLITERATION: Final = [
    (re.compile(pattern), by)
    for pattern, by in (
        ("w", "v"),  # Lawrow, Lavrov
        ("ff$", "v"),
        ("shch", "sch"),  # Khrushchev, Khruschev
        ("t?sch(?=[aeiouk])|tch", "ch"),  # Klitschko, Tchaikovsky
        ("kh", "h"),
        ("gh", "g"),
        ("dh", "d"),
        ("(?<=[aeiouyr])h(?=[aeiouy]|$)", "g"),  # Ukrainian and Russian: Sybiha, Sibiga
        ("t[sz]", "ts"),
        ("zh", "j"),
        ("ou|oo", "u"),
        ("ks", "x"),
        ("c(?=[kt])|ck", "k"),
        ("[yj](?=[aeiou])|y", "i"),
        ("i+", "i"),
        ("ij?$", "i"),
        ("^ie|ie", "e"),  # Yermak, Ermak; Dostoyevsky, Dostoevsky
        ("io(?=va?$)", "e"),  # Solovyov, Soloviev
        (r"(.)\1+", r"\1"),  # Navalnyy, Nasser
        ("(?<=[dt])r$", "er"),  # Aleksandr, Alexander
        ("(?<=a)g$|(?<=a)h$", ""),  # Nasrallah, Nasralla
    )
]
# Given names from the Arabic script, of which outlets write the vowels in many ways.
_VOWELS_VARY: Final = {
    form: forms.split()[0]
    for forms in (
        "muhammad mohammed mohamed mohammad mohamad muhammed", "ahmad ahmed achmed", "usama osama",
        "husain hussein hussain husein husayn hossein", "yusuf yousef youssef yousuf yussuf",
        "salih saleh salah",
        "abdullah abdallah abdulla", "sulaiman suleiman soleiman sulayman", "sulaimani soleimani suleimani",
        "umar omar", "khalid khaled", "faisal faysal feisal", "rashid rasheed rachid", "karim kareem",
        "said saeed sayeed", "tariq tarek tarik", "nasir nasser naser", "jamal gamal", "mahmud mahmoud",
        "masud masoud massoud", "qasim qassem kassem qasem",
    )
    for form in forms.split()
}  # fmt: skip


@lru_cache(maxsize=16384)
def transliterations(name: str) -> frozenset[str]:
    """Return the forms that a folded name shares with its other transliterations; equal where none.

    >>> transliterations("zelenskyy") == transliterations("zelensky") == transliterations("zelenskiy")
    True
    """
    if not name.isascii() or not name.isalpha():
        return frozenset([name])
    name = _VOWELS_VARY.get(name, name)
    # Arabic qaf is written q, k or g; nobody writes one name with k and with g.
    forms = {name.replace("q", "k"), name.replace("q", "g")}
    found = set()
    for spelt in forms:
        form = spelt
        for pattern, by in _TRANSLITERATION:
            form = pattern.sub(by, form)
        found.add(form)
        if form.endswith("iv") and len(form) > 3:
            found |= {form[:-2] + "ov", form[:-2] + "ev"}  # Kharkiv, Kharkov
    return frozenset(found)


def same_transliteration(one: str, other: str) -> bool:
    """Tell whether two folded names may be one name written down from another script twice.

    >>> same_transliteration("sybiha", "sibiga"), same_transliteration("hansen", "hanson")
    (True, False)
    """
    return not transliterations(one).isdisjoint(transliterations(other))


_ROUND: Final = {**_SCALES, "dozen": 12}
_BEGINNINGS: Final = frozenset([*_UNITS, *_TENS, *_ORDINALS, *_DECADES, "a", "an", "half", "per"])
