"""`quotetrace openapi`: print the description of the REST API."""

from __future__ import annotations

import click


def openapi_json() -> str:
    """Return the OpenAPI description as the file openapi/openapi.json has it."""
    import json

    from api.app import create_app
    from api.settings import Settings

    # Nothing in the description depends on settings; an archive in memory leaves no file behind.
    app = create_app(Settings(database_url="sqlite://"))
    return json.dumps(app.openapi_schema.to_schema(), indent=2, ensure_ascii=False) + "\n"


@click.command()
def command() -> None:
    """Print the OpenAPI description of the REST API.

    \b
    Example, which brings the committed file up to date:
      quotetrace openapi > openapi/openapi.json
    """
    click.echo(openapi_json(), nl=False)
