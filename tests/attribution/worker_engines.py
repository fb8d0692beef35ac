"""Engines whose texts say what happens; a module of its own because worker processes import it by name."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Iterator

from attribution.errors import AttributionError, EmptyTextError, PipelineError
from attribution.models import AttributedText


class OrderTakingEngine:
    """Answers with the process that it runs in; some texts are orders."""

    def pipe(self, texts: Iterable[str]) -> Iterator[AttributedText | AttributionError]:
        for text in texts:
            if text == "die":
                os._exit(3)
            if text == "be killed":
                os.kill(os.getpid(), signal.SIGKILL)
            if text == "fail":
                raise ZeroDivisionError("division by zero")
            if text == "awkward":
                raise AwkwardError("two", " arguments")
            if text.strip():
                yield AttributedText(text, (), engine_version=str(os.getpid()))
            else:
                yield EmptyTextError("text is empty")


class AwkwardError(RuntimeError):
    """Cannot cross to another process: it needs two arguments and gives its parent one."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(first + second)


def without_pipeline() -> OrderTakingEngine:
    raise PipelineError("there is no such pipeline")


def dies_while_loading() -> OrderTakingEngine:
    os._exit(4)
