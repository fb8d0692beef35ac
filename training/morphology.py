"""Coarse parts of speech, morphology and closed-class lemmas by rule, from Penn tags, labels and words.

Coreference and the engine need Gender, Number, Person, Case, PronType and Reflex of pronouns: a closed
class that a table answers better than a model. Feature names and values are Universal Dependencies'.
"""

from __future__ import annotations

from typing import Any, Final

from spacy.pipeline import AttributeRuler

Pattern = dict[str, Any]

#: Penn tag: (coarse part of speech, morphology).
TAGS: Final[dict[str, tuple[str, str]]] = {
    "-LRB-": ("PUNCT", "PunctSide=Ini|PunctType=Brck"),
    "-RRB-": ("PUNCT", "PunctSide=Fin|PunctType=Brck"),
    ",": ("PUNCT", "PunctType=Comm"),
    ":": ("PUNCT", ""),
    ".": ("PUNCT", "PunctType=Peri"),
    "''": ("PUNCT", "PunctSide=Fin|PunctType=Quot"),
    "``": ("PUNCT", "PunctSide=Ini|PunctType=Quot"),
    "HYPH": ("PUNCT", "PunctType=Dash"),
    "NFP": ("PUNCT", ""),
    "$": ("SYM", ""),
    "#": ("SYM", ""),
    "SYM": ("SYM", ""),
    "ADD": ("X", ""),
    "AFX": ("ADJ", "Hyph=Yes"),
    "CC": ("CCONJ", "ConjType=Cmp"),
    "CD": ("NUM", "NumType=Card"),
    "DT": ("DET", ""),
    "EX": ("PRON", ""),
    "FW": ("X", "Foreign=Yes"),
    "GW": ("X", ""),
    "IN": ("ADP", ""),
    "JJ": ("ADJ", "Degree=Pos"),
    "JJR": ("ADJ", "Degree=Cmp"),
    "JJS": ("ADJ", "Degree=Sup"),
    "LS": ("X", "NumType=Ord"),
    "MD": ("AUX", "VerbForm=Fin"),
    "NN": ("NOUN", "Number=Sing"),
    "NNS": ("NOUN", "Number=Plur"),
    "NNP": ("PROPN", "Number=Sing"),
    "NNPS": ("PROPN", "Number=Plur"),
    "PDT": ("DET", ""),
    "POS": ("PART", "Poss=Yes"),
    "PRP": ("PRON", "PronType=Prs"),
    "PRP$": ("PRON", "Poss=Yes|PronType=Prs"),
    "RB": ("ADV", ""),
    "RBR": ("ADV", "Degree=Cmp"),
    "RBS": ("ADV", "Degree=Sup"),
    "RP": ("ADP", ""),
    "TO": ("PART", ""),
    "UH": ("INTJ", ""),
    "VB": ("VERB", "VerbForm=Inf"),
    "VBD": ("VERB", "Tense=Past|VerbForm=Fin"),
    "VBG": ("VERB", "Aspect=Prog|Tense=Pres|VerbForm=Part"),
    "VBN": ("VERB", "Aspect=Perf|Tense=Past|VerbForm=Part"),
    "VBP": ("VERB", "Tense=Pres|VerbForm=Fin"),
    "VBZ": ("VERB", "Number=Sing|Person=3|Tense=Pres|VerbForm=Fin"),
    "WDT": ("PRON", "PronType=Rel"),
    "WP": ("PRON", "PronType=Int,Rel"),
    "WP$": ("DET", "Poss=Yes|PronType=Int,Rel"),
    "WRB": ("SCONJ", "PronType=Int,Rel"),
    "XX": ("X", ""),
    "_SP": ("SPACE", ""),
}

#: Personal pronoun: (lemma, morphology). "her" and "his" are told apart by tag below.
_PERSONAL: Final[dict[str, tuple[str, str]]] = {
    "i": ("I", "Case=Nom|Number=Sing|Person=1|PronType=Prs"),
    "me": ("I", "Case=Acc|Number=Sing|Person=1|PronType=Prs"),
    "you": ("you", "Person=2|PronType=Prs"),
    "he": ("he", "Case=Nom|Gender=Masc|Number=Sing|Person=3|PronType=Prs"),
    "him": ("he", "Case=Acc|Gender=Masc|Number=Sing|Person=3|PronType=Prs"),
    "she": ("she", "Case=Nom|Gender=Fem|Number=Sing|Person=3|PronType=Prs"),
    "her": ("she", "Case=Acc|Gender=Fem|Number=Sing|Person=3|PronType=Prs"),
    "it": ("it", "Gender=Neut|Number=Sing|Person=3|PronType=Prs"),
    "we": ("we", "Case=Nom|Number=Plur|Person=1|PronType=Prs"),
    "us": ("we", "Case=Acc|Number=Plur|Person=1|PronType=Prs"),
    "they": ("they", "Case=Nom|Number=Plur|Person=3|PronType=Prs"),
    "them": ("they", "Case=Acc|Number=Plur|Person=3|PronType=Prs"),
    "'em": ("they", "Case=Acc|Number=Plur|Person=3|PronType=Prs"),
    "’em": ("they", "Case=Acc|Number=Plur|Person=3|PronType=Prs"),
    "mine": ("mine", "Number=Sing|Person=1|Poss=Yes|PronType=Prs"),
    "yours": ("yours", "Person=2|Poss=Yes|PronType=Prs"),
    "his": ("his", "Gender=Masc|Number=Sing|Person=3|Poss=Yes|PronType=Prs"),
    "hers": ("hers", "Gender=Fem|Number=Sing|Person=3|Poss=Yes|PronType=Prs"),
    "ours": ("ours", "Number=Plur|Person=1|Poss=Yes|PronType=Prs"),
    "theirs": ("theirs", "Number=Plur|Person=3|Poss=Yes|PronType=Prs"),
    "myself": ("myself", "Number=Sing|Person=1|PronType=Prs|Reflex=Yes"),
    "yourself": ("yourself", "Number=Sing|Person=2|PronType=Prs|Reflex=Yes"),
    "yourselves": ("yourselves", "Number=Plur|Person=2|PronType=Prs|Reflex=Yes"),
    "himself": ("himself", "Gender=Masc|Number=Sing|Person=3|PronType=Prs|Reflex=Yes"),
    "herself": ("herself", "Gender=Fem|Number=Sing|Person=3|PronType=Prs|Reflex=Yes"),
    "itself": ("itself", "Gender=Neut|Number=Sing|Person=3|PronType=Prs|Reflex=Yes"),
    "ourselves": ("ourselves", "Number=Plur|Person=1|PronType=Prs|Reflex=Yes"),
    "themselves": ("themselves", "Number=Plur|Person=3|PronType=Prs|Reflex=Yes"),
    "themself": ("themself", "Number=Sing|Person=3|PronType=Prs|Reflex=Yes"),
}

_POSSESSIVE: Final[dict[str, tuple[str, str]]] = {
    "my": ("my", "Number=Sing|Person=1|Poss=Yes|PronType=Prs"),
    "your": ("your", "Person=2|Poss=Yes|PronType=Prs"),
    "his": ("his", "Gender=Masc|Number=Sing|Person=3|Poss=Yes|PronType=Prs"),
    "her": ("her", "Gender=Fem|Number=Sing|Person=3|Poss=Yes|PronType=Prs"),
    "its": ("its", "Gender=Neut|Number=Sing|Person=3|Poss=Yes|PronType=Prs"),
    "our": ("our", "Number=Plur|Person=1|Poss=Yes|PronType=Prs"),
    "their": ("their", "Number=Plur|Person=3|Poss=Yes|PronType=Prs"),
}

_DETERMINERS: Final[dict[str, str]] = {
    "the": "Definite=Def|PronType=Art",
    "a": "Definite=Ind|PronType=Art",
    "an": "Definite=Ind|PronType=Art",
    "this": "Number=Sing|PronType=Dem",
    "that": "Number=Sing|PronType=Dem",
    "these": "Number=Plur|PronType=Dem",
    "those": "Number=Plur|PronType=Dem",
}

_INDEFINITE: Final = (
    "someone somebody something anyone anybody anything everyone everybody everything"
    " nobody nothing none".split()
)

_CONTRACTED: Final[dict[str, str]] = {
    "'m": "be",
    "'re": "be",
    "'ve": "have",
    "'ll": "will",
    "wo": "will",
    "ca": "can",
    "sha": "shall",
}

_BE: Final = "be am is are was were been being 's 're 'm ai".split()
_MODALS: Final = "can could may might must shall should will would ought need dare".split()


def _spellings(word: str) -> list[str]:
    return [word, word.replace("'", "’")] if "'" in word else [word]


def add_rules(ruler: AttributeRuler) -> None:
    """Fills *ruler*. Later rules win, so they go from the general (tag) to the particular (word, label)."""

    def add(patterns: list[Pattern], **attributes: str) -> None:
        ruler.add([[pattern] for pattern in patterns], attributes)

    for tag, (pos, morph) in TAGS.items():
        add([{"TAG": tag}], POS=pos, MORPH=morph)
    add([{"TAG": "IN", "DEP": "mark"}], POS="SCONJ")
    add([{"TAG": "WDT", "DEP": "det"}], POS="DET")
    add([{"TAG": "WRB", "DEP": {"NOT_IN": ["mark", "advcl"]}}], POS="ADV")
    add([{"TAG": "DT", "DEP": {"NOT_IN": ["det", "predet", "preconj", "cc", "quantmod", "neg"]}}], POS="PRON")
    for word, morph in _DETERMINERS.items():
        add([{"TAG": {"IN": ["DT", "PDT"]}, "LOWER": word}], MORPH=morph)
    for word in _INDEFINITE:
        add([{"TAG": "NN", "LOWER": word}], POS="PRON", MORPH="Number=Sing|PronType=Ind")
    for word, (lemma, morph) in _PERSONAL.items():
        add([{"TAG": {"IN": ["PRP", "NN", "JJ"]}, "LOWER": word}], POS="PRON", MORPH=morph, LEMMA=lemma)
    for word, (lemma, morph) in _POSSESSIVE.items():
        add([{"TAG": "PRP$", "LOWER": word}], POS="PRON", MORPH=morph, LEMMA=lemma)
    for word in ("not", "n't", "nt"):
        for spelling in _spellings(word):
            add([{"TAG": "RB", "LOWER": spelling}], POS="PART", MORPH="Polarity=Neg", LEMMA="not")
    add([{"TAG": "TO", "LOWER": "to"}], LEMMA="to")
    add([{"TAG": {"REGEX": "^(VB|MD)"}, "DEP": {"IN": ["aux", "auxpass"]}}], POS="AUX")
    for word in _BE:
        for spelling in _spellings(word):
            add([{"TAG": {"REGEX": "^VB"}, "LOWER": spelling}], POS="AUX", LEMMA="be")
    for word in _MODALS:
        add([{"TAG": "MD", "LOWER": word}], POS="AUX", LEMMA=word)
    for word, lemma in _CONTRACTED.items():
        for spelling in _spellings(word):
            add([{"TAG": {"REGEX": "^(VB|MD)"}, "LOWER": spelling}], POS="AUX", LEMMA=lemma)
    for spelling in _spellings("'d"):
        add([{"TAG": "MD", "LOWER": spelling}], POS="AUX", LEMMA="would")
        add([{"TAG": "VBD", "LOWER": spelling}], POS="AUX", LEMMA="have")
    for spelling in _spellings("'s"):
        add([{"TAG": "POS", "LOWER": spelling}], LEMMA="'s")
