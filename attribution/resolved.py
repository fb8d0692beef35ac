"""What a mention resolves to, and how a speaker is named."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

from spacy.tokens import Doc

from attribution.models import Speaker, SpeakerType
from attribution.people import Entity

Chains = Sequence[Sequence[Sequence[int]]]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a mention resolves to.

    Attributes:
        speaker: ``None`` where nobody can be told.
        entity: the person or organisation of the article, several together, or who is only described there.
        chain: token ranges that lead from the mention to the name.
        method: ``name``, ``pronoun``, ``description``, ``unnamed``, ``organization`` or ``unresolved``.
        strength: in [0, 1], how clear this step was on its own.
    """

    speaker: Speaker | None
    entity: Entity | None
    chain: tuple[tuple[int, int], ...]
    method: str
    strength: float

    @property
    def key(self) -> Hashable:
        """Equal for mentions of one speaker."""
        if self.entity is not None:
            return id(self.entity)
        return self.speaker.name.lower() if self.speaker is not None else None


UNRESOLVED: Final = Resolution(None, None, (), "unresolved", 0.0)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A decision already taken: the quote that starts at ``token`` is ``entity``'s."""

    token: int
    paragraph: int
    entity: Entity | None


def as_named(doc: Doc, entity: Entity, mention: tuple[int, int]) -> Resolution:
    """Resolve a mention that is a name: to the fullest form of it, wherever the article has that."""
    name = entity.name
    if entity.described:
        return Resolution(
            Speaker(name, "organization" if entity.body else "unnamed"), entity, (), "unnamed", 1.0
        )
    chain: tuple[tuple[int, int], ...] = ()
    if " ".join(doc[mention[0] : mention[1]].text.split()) != name:
        full = fullest_mention(doc, entity)
        chain = (full,) if full != mention else ()
    return Resolution(Speaker(name, entity.type), entity, chain, "name", 1.0)


def fullest_mention(doc: Doc, entity: Entity) -> tuple[int, int]:
    """Return where the fullest form of a name stands; half-open token range."""
    for start, end in entity.mentions.values():
        if " ".join(doc[start:end].text.split()).endswith(entity.name):
            return start, end
    return max(entity.mentions.values(), key=lambda m: m[1] - m[0])


def as_described(text: str, kind: SpeakerType) -> Resolution:
    """Resolve a description of nobody named: it stands for itself."""
    words = text.split()
    if words[0] in ("The", "A", "An", "One", "Some", "His", "Her", "Their", "Its", "Several", "Many"):
        words[0] = words[0].lower()
    return Resolution(Speaker(" ".join(words), kind), None, (), "unnamed", 0.7)


def text_of(doc: Doc, mention: tuple[int, int]) -> str:
    """Return a mention's words in one line, without what parts it from others."""
    return " ".join(doc[mention[0] : mention[1]].text.split()).strip(' ,;:“”"')
