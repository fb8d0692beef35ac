"""What every request is held to, beyond what its own route says."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from api.problems import invalid
from api.schemas import Place


class TextRequest(Request[Any, Any, Any]):
    """A request whose body, if it is JSON, is UTF-8.

    Litestar foresees malformed JSON but not malformed UTF-8 inside it, and would call that its own
    failure.
    """

    async def json(self) -> Any:
        """Return the body read as JSON."""
        try:
            return await super().json()
        except UnicodeDecodeError:
            raise invalid(Place("body", "The body is not UTF-8.")) from None


def only_described_parameters(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Refuse query parameters that the API description does not name.

    A misspelt filter that is ignored in silence finds too much, and nobody notices.
    """
    if not connection.query_params:
        return
    app = connection.app
    path = app.openapi_schema.paths[connection.scope["path_template"]] if app.openapi_schema.paths else None
    operation = getattr(path, connection.scope["method"].lower(), None)
    described = {parameter.name for parameter in (operation and operation.parameters) or ()}
    unknown = [name for name in dict.fromkeys(connection.query_params) if name not in described]
    if unknown:
        known = ", ".join(f"`{name}`" for name in sorted(described)) or "none"
        raise invalid(
            *(Place(f"query.{name}", f"Unknown parameter; known here: {known}") for name in unknown)
        )
