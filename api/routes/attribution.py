"""Attribute one text: who said each of its quotes?"""

from __future__ import annotations

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from litestar.status_codes import HTTP_200_OK

from api.attributor import Attributor
from api.problems import documented
from api.schemas import AttributedQuote, AttributeRequest, Attribution, RejectedOut


@post(
    "/attribute",
    tags=["Attribute"],
    operation_id="attribute",
    response_description="The quotes of the text, in order.",
    summary="Find the quotes of a text and say who said each",
    status_code=HTTP_200_OK,
    responses=documented(
        "invalid-request",
        "too-large",
        "empty-text",
        "not-text",
        "unsupported-language",
        "text-refused",
        "attributor-busy",
        "engine-unavailable",
        "attribution-timeout",
    ),
)
async def attribute(data: JSONBody[AttributeRequest], attributor: NamedDependency[Attributor]) -> Attribution:
    """Reads the text in a process of its own and answers with its quotes, in order. Nothing is stored."""
    found = await attributor.attribute(data.text)
    return Attribution(
        quotes=[
            msgspec.convert(quote, AttributedQuote, from_attributes=True)
            for quote in found.quotes
            if data.kinds is None or quote.kind in data.kinds
        ],
        rejected=msgspec.convert(found.rejected, list[RejectedOut], from_attributes=True)
        if data.rejected
        else None,
        engine_version=found.engine_version,
        pipeline_version=found.pipeline_version,
    )
