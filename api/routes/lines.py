"""How a body of newline-delimited JSON is described in OpenAPI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import msgspec
from litestar.openapi.spec import Example, OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIType

from api.schemas import Asked

NDJSON: Final = "application/x-ndjson"


@dataclass
class TakesLines(Operation):
    """Describes a body that Litestar hands over unread: one JSON object a line.

    OpenAPI 3.1 has no schema for a sequence of objects; the line's own schema is named in words.
    """

    line: ClassVar[type[Asked]]

    def __post_init__(self) -> None:
        """Say what a line is, and show two."""
        lines = [
            msgspec.json.encode({**(self.line.example or {}), "id": str(number)}).decode()
            for number in (1, 2)
        ]
        self.request_body = RequestBody(
            required=True,
            description=f"Newline-delimited JSON in UTF-8: each line is one `{self.line.__name__}`. "
            "An `id` may occur once only; blank lines are skipped.",
            content={
                NDJSON: OpenAPIMediaType(
                    # At least one line that is not blank.
                    schema=Schema(type=OpenAPIType.STRING, pattern=r"\S"),
                    examples={"two": Example(summary="Two lines", value="\n".join(lines))},
                )
            },
        )
