"""What every request is held to, beyond what its own route says."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.openapi.spec import Operation, Parameter, Schema
from litestar.openapi.spec.enums import OpenAPIType

from api.problems import invalid
from api.schemas import Place


class StrictRequest(Request[Any, Any, Any]):
    """A request whose JSON body is read as what the route asks for, and nothing else.

    Litestar reads the body first and converts it leniently afterwards ("null" for a list becomes none,
    "1" becomes true), and takes bytes that are no UTF-8 for its own failure. Here a line of a batch and
    a body of its own are read by the same rules.
    """

    async def json(self) -> Any:
        """Return the body as the structure that the route names.

        Raises:
            MsgspecError: it is no JSON, or not such a structure.
            RequestError: it is no UTF-8.
        """
        wanted = getattr(self.route_handler, "parsed_data_field", None)
        if wanted is None:
            return await super().json()
        try:
            return msgspec.json.decode(await self.body(), type=wanted.annotation)
        except UnicodeDecodeError:
            raise invalid(Place("body", "The body is not UTF-8.")) from None


def only_described_parameters(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Refuse query parameters that the API description does not name, or names once and gets twice.

    A misspelt filter that is ignored in silence finds too much, and nobody notices. The same goes for
    "null", which Litestar takes for an absent date, number or kind.
    """
    if not isinstance(connection, Request) or not connection.query_params:
        return
    paths = connection.app.openapi_schema.paths or {}
    item = paths.get(connection.scope["path_template"])
    operation: Operation | None = getattr(item, connection.method.lower(), None)
    described = {
        parameter.name: parameter.schema
        for parameter in (operation and operation.parameters) or ()
        if isinstance(parameter, Parameter) and parameter.param_in == "query"
    }
    known = ", ".join(f"`{name}`" for name in sorted(described)) or "none"
    wrong: list[Place] = []
    for name, values in connection.query_params.dict().items():
        schema = described.get(name)
        if name not in described:
            wrong.append(Place(f"query.{name}", f"Unknown parameter; known here: {known}"))
        elif len(values) > 1:
            wrong.append(Place(f"query.{name}", f"Given {len(values)} times; once is enough"))
        elif values[0].casefold() == "null" and not _takes_any_text(schema):
            wrong.append(Place(f"query.{name}", "Leave the parameter out instead of sending `null`"))
    if wrong:
        raise invalid(*wrong)


def _takes_any_text(schema: object) -> bool:
    return (
        isinstance(schema, Schema)
        and schema.type == OpenAPIType.STRING
        and not schema.enum
        and not schema.format
    )
