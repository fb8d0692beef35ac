"""`quotetrace serve`: the REST API and Swagger UI on one address."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from api.settings import Settings

# What requests under way get to finish after Ctrl-C.
LAST_REQUESTS_SECONDS = 10


def serve(settings: Settings, host: str, port: int) -> None:
    """Bring the database up to date and answer requests until Ctrl-C or SIGTERM.

    ``port`` 0 takes any free one. Where to look is printed to stderr once requests are taken.

    Raises:
        click.ClickException: one line: the database cannot be used, or the address is taken.
    """
    import asyncio
    from importlib.metadata import version

    import uvicorn

    from api.app import create_app
    from api.database import Database, DatabaseError

    async def upgrade() -> str:
        database = Database(settings.database_url)
        try:
            await database.upgrade()
        finally:
            await database.dispose()
        return database.name

    try:
        archive = asyncio.run(upgrade())
    except DatabaseError as error:
        raise click.ClickException(str(error)) from None
    listening = _listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{listening.getsockname()[1]}"

    class Announcing(uvicorn.Server):
        """Says where to look, once there is something to see."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                click.echo(f"Quotetrace {version('quotetrace')}, archive {archive}", err=True)
                click.echo(f"  Swagger UI  {address}/docs", err=True)
                click.echo(f"  REST API    {address}/api/v1", err=True)
                click.echo("Ctrl-C stops it.", err=True)

    config = uvicorn.Config(
        create_app(settings),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=LAST_REQUESTS_SECONDS,
    )
    try:
        Announcing(config).run(sockets=[listening])
    except KeyboardInterrupt:
        # Uvicorn has shut down in order and raises the signal again for whoever called it.
        click.echo("Stopped.", err=True)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError as error:
        reason = error.strerror or str(error)
        raise click.ClickException(f"cannot listen on {host} port {port}: {reason}") from None
    return listening


@click.command()
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on. There is no login: think before you use anything but this machine's own.",
)
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port to listen on; 0 takes any free one.",
)
def command(host: str, port: int) -> None:
    """Serve the REST API and Swagger UI.

    Brings the database up to date first, then prints the address of Swagger UI, which needs no
    internet. The archive is chosen by DATABASE_URL (a file quotetrace.sqlite by default); the limits
    are set by QUOTETRACE_* variables.

    \b
    Examples:
      quotetrace serve
      DATABASE_URL=postgresql://user:password@host/name quotetrace serve --port 8080
    """
    from api.commands.opening import read_settings

    serve(read_settings(), host, port)
