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
    "advisors": "advisers", "arse": "ass", "tonne": "ton", "tonnes": "tons", "grey-haired": "gray-haired",
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
_SCALES: Final = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_ORDINALS: Final = {
    name: f"{value}th"
    for value, name in enumerate(
        """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
    fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth
    """.split(),
        start=1,
    )
}
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
    whole = _WHOLE.get(word) or _RE_FORMS.get(word)
    if whole:
        return whole
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


def number_at(keys: Sequence[str], close: Sequence[bool]) -> tuple[str, int]:
    """Read the number that begins at ``keys[0]``.

    ``close[i]`` says that nothing but a space or hyphen stands before ``keys[i]``. Returns the
    number's key and how many words it takes; ``(keys[0], 1)`` where there is no number. Only what
    is safe is joined: tens with units, hundreds, one scale word, one currency word.

    >>> number_at(["two", "hundred", "million", "dollars"], [False, True, True, True])
    ('$200000000', 4)
    """

    def follows(i: int) -> bool:
        return i < len(keys) and close[i]

    first = keys[0]
    if first in _ORDINALS:
        return _ORDINALS[first], 1
    if first == "per" and follows(1) and keys[1] == "cent":
        return "percent", 2
    written = _DIGITS.match(first)
    sign = ""
    if written:
        sign, value, size = written[1] or "", written[2], 1
    else:
        small, size = _small(keys, close)
        if not size:
            return first, 1
        if follows(size) and keys[size] in _ORDINALS and small % 10 == 0 and small >= 20:
            return f"{small + int(_ORDINALS[keys[size]][:-2])}th", size + 1
        if follows(size) and keys[size] == "hundred":
            small, size = small * 100, size + 1
            skip = 1 if follows(size) and keys[size] == "and" else 0
            rest, used = _small(keys[size + skip :], close[size + skip :])
            end = size + skip + used
            ends_here = not (follows(end) and keys[end] == "hundred")
            if used and rest < 100 and follows(size + skip) and ends_here:
                small, size = small + rest, end
        value = str(small)
    if follows(size) and keys[size] in _SCALES:
        value = _times(value, _SCALES[keys[size]])
        size += 1
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
