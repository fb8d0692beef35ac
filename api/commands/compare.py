"""`quotetrace compare`: compare pairs of wordings."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from api.json_lines import JsonLineError, as_json, parse_object

if TYPE_CHECKING:
    from attribution.comparison import Comparison


class BadLineError(ValueError):
    """A line of input that is no pair of wordings."""


@click.command("compare")
@click.argument("wordings", nargs=-1, metavar="[A B]")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "jsonl"]),
    default=None,
    help="text for people, jsonl for programs. Default: text for A and B, else jsonl.",
)
@click.option(
    "--names",
    nargs=2,
    default=("A", "B"),
    metavar="NAME NAME",
    help="Who has the two wordings, for the explanation, such as two outlets. Default: A and B.",
)
def command(wordings: tuple[str, ...], form: str | None, names: tuple[str, str]) -> None:
    """Compare two wordings A and B: is it one utterance, and what was changed?

    Without A and B, one JSON object a line is read from standard input: {"id", "a", "b"}; one line a
    pair is printed: {"id", "relation", "score", "changes": […], "flags": […]}. The relation is verbatim,
    truncated, elided, altered or unrelated; offsets are in characters of a and b.

    \b
    Examples:
      quotetrace compare "We will not close the pier." "We will close the pier"
      quotetrace compare --names Gull Comet "We will not close the pier." "We will close the pier"
      quotetrace compare --format jsonl < pairs.jsonl > relations.jsonl

    A line that is no pair is named on standard error, the rest is done, and the exit code is 1.
    """
    if wordings and len(wordings) != 2:
        raise click.UsageError("give two wordings, A and B, or none to read pairs from standard input")
    from attribution.comparison import WordingTooLongError, compare

    if wordings:
        a, b = wordings
        try:
            found = compare(a, b)
        except WordingTooLongError as error:
            raise click.ClickException(str(error)) from None
        if form == "jsonl":
            click.echo(_line(None, found))
        else:
            _explain(a, b, found, names)
        return
    failed = False
    for number, raw in enumerate(sys.stdin.buffer, start=1):
        if not raw.strip():
            continue
        name = f"line {number}"
        try:
            record = _pair(raw)
            name = f"line {number} (id {record['id']!r})"
            found = compare(record["a"], record["b"])
        except (BadLineError, JsonLineError, WordingTooLongError) as error:
            click.echo(f"{name}: {error}", err=True)
            failed = True
            continue
        if form == "text":
            _explain(record["a"], record["b"], found, names)
        else:
            click.echo(_line(record["id"], found))
    if failed:
        sys.exit(1)


def _pair(raw: bytes) -> dict[str, Any]:
    record = parse_object(raw)
    for name in ("id", "a", "b"):
        if name not in record:
            raise BadLineError(f'"{name}" is missing')
    for name in ("a", "b"):
        if not isinstance(record[name], str):
            raise BadLineError(f'"{name}" is no text')
    return record


def _line(id: Any, found: Comparison) -> str:
    return as_json({"id": id, **found.to_dict()})


def _explain(a: str, b: str, found: Comparison, names: tuple[str, str]) -> None:
    from rich.console import Console
    from rich.text import Text

    from api.commands.marked_words import MEANINGS, marked
    from attribution.explanation import explain

    console = Console(highlight=False, soft_wrap=True)
    console.print(Text.assemble((found.relation, "bold"), f": {MEANINGS[found.relation]}"))
    wide = max(map(len, names))
    for name, text, spans in (
        (names[0], a, [(change.a.start, change.a.end) for change in found.changes]),
        (names[1], b, [(change.b.start, change.b.end) for change in found.changes]),
    ):
        console.print(Text(f"{name.ljust(wide)}  ", style="dim") + marked(text, spans))
    console.print(Text(explain(found, *names, texts=(a, b))))
    if found.flags:
        flags = ", ".join(flag.replace("_", " ") for flag in found.flags)
        console.print(Text.assemble("It touches what matters: ", (flags, "bold red")))
    console.print(Text(f"score {found.score:.2f}, evidence {found.evidence:.0f} nats", style="dim"))
