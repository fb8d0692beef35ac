"""The nouns of the engine: small immutable values that every step takes and returns.

All offsets are half-open *character* offsets into the article's text exactly as it was given.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Kind = Literal["direct", "mixed", "indirect"]
SpeakerType = Literal["person", "organization", "unnamed"]


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of the article: ``text == article[start:end]``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who a mention resolves to.

    ``name`` is the fullest form that the article gives, without titles; for a source that is never
    named it is the description ("a senior official") and ``type`` is ``"unnamed"``.
    """

    name: str
    type: SpeakerType


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that the article puts in a speaker's mouth.

    Attributes:
        start, end, text: the words with their quote marks; offsets into the article's text.
        kind: ``direct`` (a clause or more in marks), ``mixed`` (a fragment in marks inside reported
            speech) or ``indirect`` (reported speech without marks).
        speaker: the resolved speaker, or ``None`` where the engine abstains.
        mention: the words near the quote that name the speaker, or ``None``.
        cue: the words that report ("said", "according to"), or ``None``.
        utterance: number, unique in the article; the pieces of one split quote share it.
        method: the rule that decided, e.g. ``"cue-subject"``.
        confidence: probability in [0, 1] that ``speaker`` is right; 0 where the engine abstains.
        chain: the mentions that led from ``mention`` to the name, first to last.
    """

    start: int
    end: int
    text: str
    kind: Kind
    speaker: Speaker | None
    mention: Span | None
    cue: Span | None
    utterance: int
    method: str
    confidence: float
    chain: tuple[Span, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON-ready record of the ``quotetrace attribute`` contract."""
        record = asdict(self)
        record["chain"] = list(record["chain"])
        return record

    @classmethod
    def from_dict(cls, record: dict[str, Any]) -> Quote:
        """Read a record back; the inverse of ``to_dict``."""

        def span(value: dict[str, Any] | None) -> Span | None:
            return Span(**value) if value is not None else None

        return cls(
            **{
                **record,
                "speaker": Speaker(**record["speaker"]) if record["speaker"] is not None else None,
                "mention": span(record["mention"]),
                "cue": span(record["cue"]),
                "chain": tuple(Span(**link) for link in record["chain"]),
            }
        )


@dataclass(frozen=True, slots=True)
class Rejected:
    """A span in quote marks that is nobody's speech, and why (``title``, ``term``, …)."""

    start: int
    end: int
    text: str
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready record."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class AttributedText:
    """What the engine found in one article."""

    text: str
    quotes: tuple[Quote, ...]
    rejected: tuple[Rejected, ...] = field(default=())
    engine_version: str = ""
    pipeline_version: str = ""
