"""Requests made from the description itself, right ones and wrong ones, against a real archive.

Whatever is sent, the answer must be one that the description names, of the type and shape that it
promises; wrong data must be refused and right data taken; nothing may end in a failure of the server.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
import scripted_engine
from conftest import empty_archive, served
from hypothesis import HealthCheck, Phase, settings
from schemathesis.config import SchemathesisConfig

from api.app import create_app
from api.commands.openapi import openapi_json

ARTICLE: dict[str, Any] = {
    "text": "“The bridge opens in May,” said Mara Quint. “It will carry trams,” she added.",
    "outlet": "The Port Ellery Courier",
    "published": "2026-03-14",
}


CONFIG = {
    "seed": 1,
    # A well-formed text may still be refused by the engine, and a well-formed number be nobody's.
    # So may a decision be that does not fit what holds, or comes without the state that its editor has seen.
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", 404, 409, 412, 422, 428]}},
    # A line that is no object is answered by a line that says so, not by refusing the batch.
    "operations": [
        {"include-path-regex": "/bulk$", "checks": {"negative_data_rejection": {"enabled": False}}},
        # JSON Schema takes 1.0 for a whole number; we do not, in a body that says which record is meant.
        {
            "include-path-regex": "/(correct|join|merge|split)$",
            "checks": {
                "positive_data_acceptance": {"expected-statuses": ["2xx", 400, 404, 409, 412, 422, 428]}
            },
        },
    ],
}


@schemathesis.serializer("application/x-ndjson")
def lines(_: schemathesis.SerializationContext, value: object) -> bytes:
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()


schema = schemathesis.openapi.from_dict(
    json.loads(openapi_json()), config=SchemathesisConfig.from_dict(CONFIG)
)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running service whose archive holds an article in two revisions, once on each database."""
    folder = tmp_path_factory.mktemp("archive")
    url = request.getfixturevalue("postgres_server") if request.param == "postgres" else None
    app = create_app(empty_archive(folder, url), scripted_engine.load_scripted)
    with served(app) as address:
        for text in (ARTICLE["text"], ARTICLE["text"].replace("May", "June")):
            sent = {**ARTICLE, "text": text, "url": "https://courier.example/bridge"}
            httpx.post(f"{address}/api/v1/articles", json=sent, timeout=60).raise_for_status()
        yield address


@schema.parametrize()
@settings(
    max_examples=15,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_one_that_the_description_promises(case: schemathesis.Case, address: str) -> None:
    case.call_and_validate(base_url=address, timeout=60)
