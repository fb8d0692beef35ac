"""An option that names a text encoding."""

from __future__ import annotations

import codecs

import click


def known_encoding(context: click.Context, parameter: click.Parameter, name: str | None) -> str | None:  # noqa: ARG001
    """Return the name of an encoding that Python knows: the callback of an option.

    Raises:
        click.BadParameter: there is none of that name.
    """
    if name is not None:
        try:
            codecs.lookup(name)
        except LookupError:
            raise click.BadParameter(f"unknown encoding {name!r}") from None
    return name
