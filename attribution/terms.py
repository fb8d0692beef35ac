"""Tell terms, nicknames and titles in quote marks by the words before them.

Only what English says outright: "so-called", "known as", "nicknamed", "they call it". Everything less
plain is left to the learned classifier in `attribution.linking`.
"""

from __future__ import annotations

from typing import Final

from spacy.tokens import Token

from attribution.reading import Reading

# Longer spans are sentences, whatever stands before them.
_MAX_WORDS: Final = 8
_NICKNAME_WORDS: Final = 3
_NAMING: Final = frozenset(
    ["nicknamed", "dubbed", "titled", "entitled", "christened", "subtitled", "so-called"]
)
_NAMING_AS: Final = frozenset(["known", "billed"])
_CALLING: Final = frozenset(["call", "name"])
# Who calls something by a name when nobody in particular does.
_ANYBODY: Final = frozenset(
    """everybody everyone fans insiders islanders local locals many neighbours neighbors newspapers people
    pundits regulars residents sailors some they we""".split()
)
_NAME_NOUNS: Final = frozenset(["nickname", "moniker", "title", "working-title", "codename"])


def term_reason(reading: Reading, span: int) -> str | None:
    """Say why a marked span is a name of something rather than somebody's words.

    Returns:
        ``"term"`` or ``"nickname"``, or ``None`` where the words before it do not tell.
    """
    marked = reading.spans[span]
    start, end = reading.span_tokens[span]
    doc = reading.doc
    first = reading.paragraph_tokens[marked.paragraph][0]
    if sum(t.is_alpha for t in doc[start:end]) > _MAX_WORDS:
        return None
    before = [t for t in doc[max(first, start - 6) : start] if not t.is_space]
    if _between_names(reading, start, end):
        return "nickname"
    while before and before[-1].tag_ in ("DT", "PRP$"):
        before.pop()
    if not before:
        return None
    low = [t.lower_ for t in before]
    if low[-1] in _NAMING or low[-3:] == ["so", "-", "called"]:
        return "term"
    if low[-1] == "as" and len(low) > 1 and low[-2] in _NAMING_AS:
        return "term"
    if low[-1] == "as" and any(t.lemma_.lower() == "know" and t.tag_ in ("VBP", "VBZ") for t in before[-4:]):
        return "nickname"
    if low[-1] in _NAME_NOUNS:
        return "nickname"
    verb = next(
        (t for t in reversed(before[-4:]) if t.lemma_.lower() in _CALLING and t.tag_[:2] == "VB"), None
    )
    if verb is not None and all(
        t.tag_ in ("PRP", "PRP$", "DT", "NN", "NNP") for t in doc[verb.i + 1 : start]
    ):
        return "nickname" if _by_nobody(verb) else None
    return None


def _between_names(reading: Reading, start: int, end: int) -> bool:
    """Tell whether the marks stand inside a person's name ("Leo “The Otter” Grice")."""
    doc = reading.doc
    if start == 0 or end >= len(doc) or sum(t.is_alpha for t in doc[start:end]) > _NICKNAME_WORDS:
        return False
    around = (doc[start - 1], doc[end])
    return all(t.tag_ == "NNP" and t.text[:1].isupper() and t.ent_type_ in ("PERSON", "") for t in around)


def _by_nobody(verb: Token) -> bool:
    """Tell whether no particular person calls: a passive without agent, or "locals call it"."""
    subject = next((c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass")), None)
    if subject is None:
        return False
    if subject.dep_ == "nsubjpass":
        return not any(c.dep_ == "agent" for c in verb.children)
    return (subject.lower_ in _ANYBODY and subject.lower_ != "they") or (
        subject.lower_ == "they" and subject.i == subject.sent.start
    )
