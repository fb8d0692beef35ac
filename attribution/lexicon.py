"""Word lists, each with its origin. Learned lists live in `attribution/data/` as JSON.

`cues.json` and `first_names.json` are made by `training/lexicons.py`: counted from PolNeAR's training part,
the second also taken from lists of given names.
Words for persons by gender come with coreferee (from WordNet, licence in coreferee's package).
Everything else here is written down from the grammar of English or from news style books.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Final, cast

# --- Courtesy titles and offices in front of a name; the value is what the office is called as a noun. -----
GENDERED_TITLES: Final[dict[str, str]] = {
    "mr": "m", "mister": "m", "sir": "m", "lord": "m", "prince": "m", "king": "m", "father": "m",
    "mrs": "f", "ms": "f", "miss": "f", "mme": "f", "dame": "f", "lady": "f", "princess": "f", "queen": "f",
    "congressman": "m", "congresswoman": "f", "chairman": "m", "chairwoman": "f", "spokesman": "m",
    "spokeswoman": "f", "assemblyman": "m", "assemblywoman": "f", "councilman": "m", "councilwoman": "f",
    "businessman": "m", "businesswoman": "f", "brother": "m", "sister": "f",
}  # fmt: skip
OFFICES: Final[dict[str, tuple[str, ...]]] = {
    "sen": ("senator", "lawmaker"), "senator": ("senator", "lawmaker"),
    "rep": ("representative", "congressman", "congresswoman", "lawmaker"),
    "representative": ("representative", "congressman", "congresswoman", "lawmaker"),
    "congressman": ("congressman", "lawmaker"), "congresswoman": ("congresswoman", "lawmaker"),
    "del": ("delegate", "lawmaker"), "mp": ("lawmaker", "mp"),
    "gov": ("governor",), "governor": ("governor",),
    "president": ("president",), "vice-president": ("vice president",), "pm": ("prime minister",),
    "prof": ("professor",), "professor": ("professor",), "dr": ("doctor", "physician"),
    "doctor": ("doctor",), "rev": ("reverend", "pastor", "minister"), "reverend": ("reverend", "pastor"),
    "gen": ("general",), "general": ("general",), "col": ("colonel",), "colonel": ("colonel",),
    "lt": ("lieutenant",), "capt": ("captain",), "captain": ("captain",), "sgt": ("sergeant",),
    "sergeant": ("sergeant",), "maj": ("major",), "adm": ("admiral",), "admiral": ("admiral",),
    "judge": ("judge",), "justice": ("justice", "judge"), "mayor": ("mayor",), "chief": ("chief",),
    "sheriff": ("sheriff",), "officer": ("officer",), "detective": ("detective",), "coach": ("coach",),
    "minister": ("minister",), "secretary": ("secretary",), "ambassador": ("ambassador",),
    "speaker": ("speaker",), "chairman": ("chairman",), "chairwoman": ("chairwoman",),
    "king": ("king", "monarch"), "queen": ("queen", "monarch"), "pope": ("pope", "pontiff"),
    "bishop": ("bishop",), "archbishop": ("archbishop",), "cardinal": ("cardinal",),
    "attorney": ("attorney", "lawyer"), "superintendent": ("superintendent",),
    "commissioner": ("commissioner",), "councillor": ("councillor",), "director": ("director",),
    "inspector": ("inspector",), "premier": ("premier", "prime minister"),
    "chancellor": ("chancellor",), "convenor": ("convenor",), "convener": ("convener",),
}  # fmt: skip
TITLES: Final = frozenset(GENDERED_TITLES) | frozenset(OFFICES)
# Titles that a name cannot do without being one: "Mr. Adeyemi" is a person whatever the tagger says.
SURE_TITLES: Final = frozenset(
    """
    mr mrs ms miss dr sen rep gov prof rev sgt capt col mme
    """.split()
)
SUFFIXES: Final = frozenset(["jr", "sr", "ii", "iii", "iv"])

# Words that belong to the surname behind them ("Cornelis van der Aa"), as they are written in it.
PARTICLES: Final = frozenset(
    "al bin da de del della den der di dos du el ibn la le ten ter van von zu".split()
)


def title_of(word: str) -> str:
    """Return a courtesy title or office in lower case without its point, or nothing if a word is none.

    "Del." is a delegate, the "Del" of "Del Toro" a part of the name.
    """
    low = word.lower()
    bare = low.rstrip(".")
    return bare if bare in TITLES and (bare not in PARTICLES or low != bare) else ""


# Kin, nobility and trades that tell the gender and that coreferee's lists lack.
_MEN: Final = frozenset(
    """baron bridegroom dad daddy duke earl emperor father-in-law fiancé godfather grandad granddad
    grandfather grandpa grandson groom husband ex-husband landlord monk nephew papa priest son-in-law
    stepbrother stepson uncle""".split()
)
_WOMEN: Final = frozenset(
    """actress aunt ballerina baroness bride comedienne countess daughter-in-law duchess empress
    ex-wife fiancée godmother grandma grandmother granddaughter heiress hostess landlady mama mom mommy
    mother-in-law mum mummy niece nun stepdaughter stepmother stepsister stewardess waitress""".split()
)

# --- Pronouns ---------------------------------------------------------------------------------------------
MALE: Final = frozenset(["he", "him", "his", "himself"])
FEMALE: Final = frozenset(["she", "her", "hers", "herself"])
PLURAL: Final = frozenset(["they", "them", "their", "theirs", "themselves"])
NEUTER: Final = frozenset(["it", "its", "itself"])
FIRST: Final = frozenset(["i", "me", "my", "we", "us", "our"])
SECOND: Final = frozenset(["you", "your"])
THIRD: Final = MALE | FEMALE | PLURAL | NEUTER
PERSONAL: Final = THIRD | FIRST | SECOND


def pronoun_gender(low: str) -> str | None:
    """Return ``"m"`` or ``"f"`` for a pronoun in lower case that tells it, else ``None``."""
    return "m" if low in MALE else "f" if low in FEMALE else None


# --- Nouns that name a body which speaks ------------------------------------------------------------------
ORGANIZATION_NOUNS: Final = frozenset(
    """
    academy administration agency airline alliance army assembly association authority bank board
    body broadcaster bureau cabinet campaign center centre chamber charity club coalition college
    commission committee company congress consortium corporation council court department embassy
    family federation firm force foundation fund government group hospital institute institution
    judge jury league legislature magazine manufacturer ministry mission museum navy network
    newspaper office operator organisation organization outlet paper parliament party police
    policymakers publication publisher regulator retailer school senate service society station
    store team think-tank tribunal union university utility website
    """.split()
)
# Nouns for persons that news uses for companies: "Harbour Lines, the ferry operator".
COMPANY_NOUNS: Final = frozenset(
    """brewer broadcaster builder carrier creditor developer insurer lender maker manufacturer operator owner
    partner producer provider publisher regulator retailer rival supplier""".split()
)
# A document speaks for whoever wrote it.
DOCUMENT_NOUNS: Final = frozenset(
    """
    account ad advertisement affidavit analysis announcement article banner bill billboard blog book
    brief briefing bulletin bylaw caption charter clip column commercial complaint constitution
    deposition dispatch document dossier draft editorial email essay fact-sheet filing finding flier
    flyer footage guideline handbook headline indictment interview lawsuit leaflet letter mail
    manifesto manual memo memoir memorandum message minute motto newsletter note notice op-ed opinion
    order pamphlet paper petition piece placard plank platform playbook pledge poll post postcard
    poster posting preface press prospectus questionnaire readout record recording release remark
    report resolution review rulebook ruling script sign slogan speech spot statement story study suit
    survey tape testimony text transcript treaty tweet verdict video warrant
    """.split()
)
# Nouns that news uses for sources which it does not name.
ANONYMOUS_NOUNS: Final = frozenset(
    """adviser advisor aide analyst bystander critic diplomat employee expert friend insider neighbor
    neighbour observer official operative person protester reader resident source spokesman spokesperson
    spokeswoman staffer strategist supporter viewer voter witness""".split()
)
# What one does with a document of one's own.
ISSUING_VERBS: Final = frozenset(
    """air author broadcast circulate co-author commission conduct deliver distribute draft file give issue
    make pen post present print produce publish put read release send sign submit tweet write""".split()
)


@cache
def cue_verbs() -> dict[str, float]:
    """Return reporting verbs: lemma to the share of its uses that report somebody's words or thoughts."""
    return cast("dict[str, float]", _json("cues.json")["verb"])


@cache
def cue_nouns() -> dict[str, float]:
    """Return reporting nouns ("claim", "statement"): lemma to the share of its uses that report."""
    return cast("dict[str, float]", _json("cues.json")["noun"])


@cache
def first_names() -> dict[str, str]:
    """Return first names in lower case to ``"m"`` or ``"f"``."""
    return cast("dict[str, str]", _json("first_names.json"))


@cache
def person_nouns() -> frozenset[str]:
    """Return nouns that can name a person, in lower case."""
    return _coreferee("person_words.dat") | only_persons()


@cache
def only_persons() -> frozenset[str]:
    """Return nouns that name nothing but persons, in lower case."""
    return _coreferee("exclusively_person_words.dat")


@cache
def gendered_nouns() -> dict[str, str]:
    """Return nouns that name only men or only women to ``"m"`` or ``"f"``."""
    nouns = dict.fromkeys(_coreferee("exclusively_male_words.dat"), "m")
    nouns.update(dict.fromkeys(_coreferee("exclusively_female_words.dat"), "f"))
    nouns.update(dict.fromkeys(_MEN, "m"))
    nouns.update(dict.fromkeys(_WOMEN, "f"))
    return nouns


def _json(name: str) -> dict[str, object]:
    return cast("dict[str, object]", json.loads((files("attribution") / "data" / name).read_text("utf8")))


def _coreferee(name: str) -> frozenset[str]:
    text = (files("coreferee") / "lang" / "en" / "data" / name).read_text("utf8")
    return frozenset(line.strip().lower() for line in text.splitlines() if line.strip())
