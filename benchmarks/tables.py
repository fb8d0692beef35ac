"""Tables in Markdown, and the part of a document that a benchmark writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

ROOT = Path(__file__).parents[1]
END = "<!-- End of what was measured. -->"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    cells = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


@dataclass(frozen=True, slots=True)
class Measured:
    """The part of a document that one command writes, between two markers."""

    document: Path
    command: str

    @property
    def begin(self) -> str:
        """The line before what is written."""
        return f"<!-- Measured by `{self.command}`; do not edit by hand. -->"

    def replaced(self, document: str, measured: str) -> str:
        """Return the document with ``measured`` between its markers.

        Raises:
            click.ClickException: the markers are not there, once each and in order.
        """
        before, begin, rest = document.partition(self.begin)
        _, end, after = rest.partition(END)
        if not begin or not end or self.begin in rest or END in after:
            raise click.ClickException(
                f"{self.document.name} must hold these two lines once, in order:\n{self.begin}\n{END}"
            )
        return f"{before}{begin}\n\n{measured}\n\n{end}{after}"

    def write(self, measured: str) -> None:
        """Write what was measured into the document."""
        text = self.document.read_text(encoding="utf-8")
        self.document.write_text(self.replaced(text, measured), encoding="utf-8")
