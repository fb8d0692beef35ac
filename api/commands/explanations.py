"""The engine's codes in plain English: how a source was found, how it led to a name, what is no speech.

A quote's ``method`` has two halves, "verb/pronoun": what proposed the mention (the candidate kinds of
`attribution.cues`), and how the mention led to the speaker (the resolution methods of
`attribution.resolution`). A test holds that every code of the engine is explained here.
"""

from __future__ import annotations

from typing import Final

from attribution.models import Quote, Rejected, Span

# How the mention of the source was found.
FOUND: Final[dict[str, str]] = {
    "verb": "found by a reporting verb",
    "according": "found by “according to”",
    "noun": "found by a noun that reports, such as a statement or a letter",
    "label": "the transcript's label says who speaks",
    "signoff": "the signature behind the words says whose they are",
    "subject": "found as the subject of a verb near the words, which is none of reporting",
    "name": "found as a name near the words; nothing says that it reports",
    "previous": "goes on from the quote before it",
    "reported": "read as reported speech: who reports, with which words, and what",
}
# How the mention led to the speaker.
LED: Final[dict[str, str]] = {
    "name": "a name in the article",
    "pronoun": "a pronoun, traced back to a name",
    "description": "a description, matched to a name in the article",
    "organization": "an organisation in the article",
    "unnamed": "a source that the article never names",
    "unresolved": "whom it means the article does not tell clearly",
}
NONE: Final = "none"
NO_SOURCE: Final = "nobody near the words is likely enough to be their source"
TOO_UNSURE: Final = "the likeliest answer is too unsure to be given"
# Why a span in quote marks is nobody's speech.
REASONS: Final[dict[str, str]] = {
    "title": "a title",
    "term": "a term or a name of something",
    "nickname": "a nickname",
}
_TYPES: Final[dict[str, str]] = {
    "person": "person",
    "organization": "organisation",
    "unnamed": "never named",
}
CANNOT_TELL: Final = "cannot tell"


def type_of(speaker: str) -> str:
    """Return what a speaker of this type is called."""
    return _TYPES.get(speaker, speaker)


def who(quote: Quote) -> str:
    """Return the speaker's name, or that the engine cannot tell."""
    return quote.speaker.name if quote.speaker is not None else CANNOT_TELL


def how_sure(quote: Quote) -> str:
    """Return the calibrated confidence as "97 % sure"; empty where the engine abstains."""
    return "" if quote.speaker is None else sureness(quote.confidence)


def sureness(confidence: float) -> str:
    """Return a probability as "97 % sure"; only what is certain is called 100 %: 0.997 is "99 % sure"."""
    percent = round(100 * confidence)
    return f"{min(percent, 99) if confidence < 1 else percent} % sure"


def piece_of(inside: bool) -> str:
    """Return how a quote belongs to the first one of the same utterance."""
    return "a part of" if inside else "goes on from"


def how(quote: Quote) -> str:
    """Return in one phrase what decided, or why nothing could be decided."""
    found, _, led = quote.method.partition("/")
    if quote.method == NONE:
        return NO_SOURCE
    # A code that a newer engine gives is shown as it is rather than hidden.
    phrases = [FOUND.get(found, found), LED.get(led, led)]
    if quote.speaker is None and led != "unresolved":
        phrases.append(TOO_UNSURE)
    return "; ".join(phrase for phrase in phrases if phrase)


def trail(quote: Quote) -> tuple[Span, ...]:
    """Return the places in the text that lead from the words near the quote to the name, in that order."""
    spans = (quote.mention, *quote.chain) if quote.mention is not None else quote.chain
    return tuple(dict.fromkeys(spans))


def trail_ends_in_name(quote: Quote) -> bool:
    """Say whether the last place of the trail is the name itself, which need not be repeated."""
    spans = trail(quote)
    return (
        quote.speaker is not None and bool(spans) and _folded(spans[-1].text) == _folded(quote.speaker.name)
    )


def why_rejected(span: Rejected) -> str:
    """Return why a span in quote marks is nobody's speech."""
    return f"nobody's speech: {REASONS.get(span.reason, span.reason)}"


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold().removeprefix("the ")
