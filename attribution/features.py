"""Named features as rows of numbers, in the order in which a network learned them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]


class FeatureOrder:
    """The order of a network's features; what has no place in it is left out.

    Args:
        names: of the features, in order.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._place = {name: place for place, name in enumerate(names)}

    def rows(self, count: int, shared: Mapping[str, float]) -> Vector:
        """Return *count* rows that hold the shared values and zeros; shape (count, features)."""
        rows = np.zeros((count, len(self._place)), dtype="float32")
        self.fill(rows[0], shared)
        rows[1:] = rows[0]
        return rows

    def fill(self, row: Vector, values: Mapping[str, float]) -> None:
        """Put values into their places of a row."""
        place = self._place
        for name, value in values.items():
            at = place.get(name)
            if at is not None:
                row[at] = value
