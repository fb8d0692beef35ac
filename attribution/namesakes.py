"""Whom a bare surname means where several people of an article carry it."""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from attribution.phrases import is_subject

if TYPE_CHECKING:
    from attribution.people import Entity
    from attribution.reading import Reading

#: What tells it, as log-odds; fitted by `training/namesakes.py`. News keeps a surname for one person
#: at a time and calls the relatives by their full names.
WEIGHTS: Final[dict[str, float]] = {
    "named in full before": 0.7,
    "times named in full before": 0.97,
    "times named in full after": -0.24,
    "introduced first": 0.57,
    "named in full last": 0.57,
    "last a subject": 0.51,
    "last beside a namesake": -1.11,
    "last a possessive": -0.39,
    "gender agrees": 1.0,
    "gender against": -0.71,
    "paragraphs since": 0.24,
    "same paragraph": 1.92,
    "called so before": 1.38,
    "named in full once": -0.23,
    "namesake beside another": 0.74,
    "not named in full after": 0.28,
    "seldom named in full": 1.24,
}
# Paragraphs back that stand for "never before".
_NEVER: Final = 20
_SELDOM: Final = 2
# Full names of each namesake looked at, the last ones before the surname.
_LOOKED_AT: Final = 10


class Namesakes:
    """Picks among the namesakes of one article.

    Attributes:
        sureness: for each surname so decided, by its word's position, the probability that it is right.
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._called: dict[str, list[tuple[int, Entity]]] = {}
        self._told = Told(reading)
        self.sureness: dict[int, float] = {}

    def pick(
        self, options: Sequence[Entity], at: int, gender: str | None, title: str | None = None
    ) -> Entity | None:
        """Decide whom the surname at one word means.

        Args:
            options: everybody who is called so; their full names are known already.
            at: the surname's position.
            gender: what the courtesy title before it tells, if there is one.
            title: the title or office before it.

        Returns:
            ``None`` where the title fits none of them: somebody else of that name.
        """
        fitting = [e for e in options if gender is None or e.gender in (None, gender) or not e.gender_sure]
        held = [e for e in fitting if title in e.titles]
        if len(held) == 1:
            fitting = held
        fitting = self._told.in_scene(fitting, at) or fitting
        if not fitting:
            return None
        found = fitting[0]
        surname = self._reading.doc[at].text
        if len(fitting) > 1:
            called = self._last_called(surname, at)
            rows = [self._told.features(e, fitting, at, gender, called) for e in fitting]
            scores = [sum(WEIGHTS[name] * value for name, value in row.items()) for row in rows]
            best = max(range(len(fitting)), key=lambda i: scores[i])
            self.sureness[at] = 1 / sum(math.exp(score - scores[best]) for score in scores)
            found = fitting[best]
        if len(options) > 1:
            insort(self._called.setdefault(surname, []), (at, found), key=lambda call: call[0])
        return found

    def _last_called(self, surname: str, at: int) -> Entity | None:
        """Whom the surname meant the last time before a word."""
        calls = self._called.get(surname, [])
        before = bisect_left(calls, at, key=lambda call: call[0])
        return calls[before - 1][1] if before else None


class Told:
    """What an article tells of its namesakes."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._outside: dict[int, tuple[int, list[int]]] = {}
        self._above: dict[int, frozenset[int]] = {}

    def features(
        self, entity: Entity, options: Sequence[Entity], at: int, gender: str | None, called: Entity | None
    ) -> dict[str, float]:
        """Describe one of the namesakes.

        Args:
            entity: one of the options.
            options: everybody whom the surname can mean.
            at: the surname's position.
            gender: what a courtesy title tells.
            called: whom the surname meant the last time.

        Returns:
            Values under the names of `WEIGHTS`.
        """
        reading, doc = self._reading, self._reading.doc
        others = [e for e in options if e is not entity]
        first, full = self._full(entity)
        here = bisect_left(full, at)
        before, after = full[:here], full[here:]
        last = before[-1] if before else None
        theirs = [self._full(e) for e in others]
        latest = max((f[bisect_left(f, at) - 1] for _, f in theirs if f and f[0] < at), default=-1)
        back = _NEVER if last is None else reading.token_paragraph[at] - reading.token_paragraph[last]
        return {
            "named in full before": bool(before),
            "times named in full before": math.log1p(len(before)),
            "times named in full after": math.log1p(len(after)),
            "introduced first": all(first < f for f, _ in theirs),
            "named in full last": last is not None and last > latest,
            "last a subject": last is not None and is_subject(doc[last]),
            "last beside a namesake": last is not None and self._is_beside(last, others),
            "last a possessive": last is not None and doc[last].dep_ == "poss",
            "gender agrees": gender is not None and entity.gender == gender,
            "gender against": gender is not None and entity.gender not in (None, gender),
            "paragraphs since": math.log1p(back),
            "same paragraph": back == 0,
            "called so before": called is entity,
            "named in full once": len(before) == 1,
            "namesake beside another": any(
                self._is_beside(h, [o for o in options if o is not e])
                for e, (_, f) in zip(others, theirs, strict=True)
                for h in f[: bisect_left(f, at)][-_LOOKED_AT:]
            ),
            "not named in full after": not after,
            "seldom named in full": bool(before) and len(full) <= _SELDOM,
        }

    def in_scene(self, options: Sequence[Entity], at: int) -> list[Entity]:
        """Those who are named in full in the same entry of a live blog, where a word stands in one."""
        scenes, paragraphs = self._reading.scenes, self._reading.token_paragraph
        if not scenes:
            return []
        scene = bisect_left(scenes, paragraphs[at])
        return [
            e for e in options if any(bisect_left(scenes, paragraphs[h]) == scene for h in self._full(e)[1])
        ]

    def _full(self, entity: Entity) -> tuple[int, list[int]]:
        """Where an entity is first named in full, and all places of that outside quote marks."""
        if id(entity) not in self._outside:
            every = sorted(head for head, (start, end) in entity.mentions.items() if end - start > 1)
            outside = [head for head in every if self._reading.token_span[head] < 0]
            self._outside[id(entity)] = (every[0] if every else len(self._reading.doc), outside)
        return self._outside[id(entity)]

    def _is_beside(self, head: int, others: Sequence[Entity]) -> bool:
        """Tell whether a name stands in what is said of a namesake: "Ada Obi, mother of Tom Obi"."""
        if head not in self._above:
            self._above[head] = frozenset(a.i for a in self._reading.doc[head].ancestors)
        return any(above in e.mentions for e in others for above in self._above[head])
