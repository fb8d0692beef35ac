"""What can go wrong with a text or a pipeline; every message is one line for a person."""

from __future__ import annotations


class AttributionError(ValueError):
    """The engine cannot take this text; ``str(error)`` says why in one line."""


class EmptyTextError(AttributionError):
    """The text holds nothing but white space."""


class TextTooLongError(AttributionError):
    """The text is longer than the configured limit."""


class NotTextError(AttributionError):
    """The input is binary, not text."""


class UnsupportedLanguageError(AttributionError):
    """The text is not English, so far as its letters and commonest words tell."""


class TooSlowError(AttributionError):
    """The text took longer than the configured time."""


class PipelineError(RuntimeError):
    """The configured language pipeline is missing or unfit."""


class WorkerDiedError(RuntimeError):
    """A process that attributed texts beside the caller ended by itself (out of memory, killed)."""
