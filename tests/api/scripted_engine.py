"""An engine whose text says what happens: for tests of what surrounds an engine.

It is a module of its own because worker processes import it by name.
"""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

from attribution.errors import AttributionError, EmptyTextError, PipelineError
from attribution.models import AttributedText, Quote, Rejected, Span, Speaker


class AwkwardError(AttributionError):
    """Cannot cross to another process: it needs two arguments and gives its parent one."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(first + second)


class ScriptedEngine:
    """Every “…” is a quote of Mara Quint; "NAME said that …." is indirect speech; other texts are orders."""

    def attribute(self, text: str) -> AttributedText:
        if not text.strip():
            raise EmptyTextError("the text is empty")
        if text == "die":
            os._exit(3)
        if text == "defect":
            raise ZeroDivisionError("division by zero")
        if text == "awkward":
            raise AwkwardError("two", " arguments")
        if text == "forever":
            while True:
                time.sleep(0.01)
        if text.startswith("wait:"):
            # Says that it has begun, then waits until it is told to go on.
            gate = Path(text.removeprefix("wait:"))
            gate.with_suffix(".begun").touch()
            while not gate.exists():
                time.sleep(0.01)
        if text.startswith("open:"):
            Path(text.removeprefix("open:")).touch()
        quotes = tuple(
            Quote(
                match.start(),
                match.end(),
                match.group(),
                "direct",
                Speaker("Mara Quint", "person"),
                None,
                Span(match.end(), match.end() + 1, text[match.end() : match.end() + 1]),
                number,
                "scripted",
                0.5,
            )
            for number, match in enumerate(re.finditer("“[^”]+”", text))
        )
        quotes += tuple(
            Quote(
                match.start(2),
                match.end(2),
                match[2],
                "indirect",
                Speaker(match[1], "person"),
                Span(match.start(1), match.end(1), match[1]),
                Span(match.end(1) + 1, match.end(1) + 5, "said"),
                len(quotes) + number,
                "scripted",
                0.5,
            )
            for number, match in enumerate(re.finditer(r"([A-Z]\w+ [A-Z]\w+) said that ([^.“”]+)\.", text))
        )
        rejected = tuple(
            Rejected(match.start(), match.end(), match.group(), "title")
            for match in re.finditer("«[^»]+»", text)
        )
        return AttributedText(text, quotes, rejected, f"process {os.getpid()}", "scripted")


def load_scripted() -> ScriptedEngine:
    return ScriptedEngine()


def load_missing() -> ScriptedEngine:
    raise PipelineError("the pipeline en_missing is not installed")


def load_broken() -> ScriptedEngine:
    raise KeyError("vocab")


def load_dying() -> ScriptedEngine:
    os._exit(5)


def load_when_repaired(path: Path) -> ScriptedEngine:
    if not path.exists():
        raise PipelineError("not yet repaired")
    return ScriptedEngine()


def load_behind_gate(path: Path) -> ScriptedEngine:
    while not path.exists():
        time.sleep(0.01)
    return ScriptedEngine()
