"""The ``quotetrace`` command: a group whose commands are imported only when they are called."""

from __future__ import annotations

import importlib
from typing import Final

import click

# Loading spaCy or the database layer takes a second; `--help` must not pay for it. Every command
# lives in `api.commands.<module>` as an object named `command`.
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "attribute": ("attribute", "Find every quote in texts and say who said it."),
    "compare": ("compare", "Compare pairs of wordings."),
    "ingest": ("ingest", "Put articles into the archive."),
    "who": ("who", "Say who said some words, where, and how consistently."),
    "speakers": ("speakers", "Show who is quoted, and correct whose words are whose."),
    "statements": ("statements", "Show how an utterance is reported, and correct what is one."),
    "verify": ("verify", "Check many claimed quotes against the archive."),
    "check": ("check", "Check every quote of a draft against the archive."),
    "serve": ("serve", "Serve the REST API and Swagger UI."),
    "openapi": ("openapi", "Print the OpenAPI description of the REST API."),
    "demo": ("demo", "Load the demo archive, answer a question, and serve."),
    "export": ("export", "Write every quote record, for other tools."),
    "db": ("db", "Create and upgrade the database."),
}


class LazyGroup(click.Group):
    """A click group that lists its commands without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of all commands, in the order of the table above."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return one command, or ``None`` where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"api.commands.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the command list from the table, importing nothing."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="quotetrace", prog_name="quotetrace")
def main() -> None:
    """Quotetrace reads news articles and resolves who said each quote.

    Start with `quotetrace demo`, or put your own articles into an archive with
    `quotetrace ingest PATH` and ask `quotetrace who "the words"`.

    Exit codes: 0 done; 1 something could not be processed (each named, the rest done); 2 wrong usage.
    """
