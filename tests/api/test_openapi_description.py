"""The committed description is the one that the code gives, and it says enough."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from api.commands.openapi import openapi_json

COMMITTED = Path(__file__).resolve().parents[2] / "openapi" / "openapi.json"


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    described: dict[str, Any] = json.loads(openapi_json())
    return described


def operations(description: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_the_committed_description_has_not_drifted_from_the_code(description: dict[str, Any]) -> None:
    committed = json.loads(COMMITTED.read_text(encoding="utf-8"))
    assert committed == description, "run: quotetrace openapi > openapi/openapi.json"


def test_every_operation_has_its_own_name_a_summary_a_description_and_a_known_tag(
    description: dict[str, Any],
) -> None:
    tags = {tag["name"] for tag in description["tags"]}
    names = [operation["operationId"] for _, operation in operations(description)]
    assert len(set(names)) == len(names)
    for where, operation in operations(description):
        assert operation["summary"], where
        assert operation["description"], where
        assert len(operation["tags"]) == 1, where
        assert set(operation["tags"]) <= tags, where
    assert {operation["tags"][0] for _, operation in operations(description)} == tags


def test_every_parameter_and_every_field_is_described(description: dict[str, Any]) -> None:
    for where, operation in operations(description):
        for parameter in operation.get("parameters", []):
            assert parameter.get("description"), f"{where} {parameter['name']}"
    for name, schema in description["components"]["schemas"].items():
        assert schema.get("description"), name
        for field, content in schema.get("properties", {}).items():
            nested = "$ref" in content or "$ref" in str(content.get("oneOf", content.get("items")))
            assert nested or content.get("description"), f"{name}.{field}"


def test_every_error_is_described_as_problem_details(description: dict[str, Any]) -> None:
    for where, operation in operations(description):
        for status, response in operation["responses"].items():
            if int(status) >= 400 and "/health/" not in where:
                assert list(response["content"]) == ["application/problem+json"], f"{where} {status}"


def test_every_answer_has_an_example_that_follows_its_own_schema(description: dict[str, Any]) -> None:
    schemas = description["components"]["schemas"]
    answered = {
        schema.get("$ref", schema.get("items", {}).get("$ref", "")).rpartition("/")[2]
        for _, operation in operations(description)
        for response in operation["responses"].values()
        for schema in (media["schema"] for media in response["content"].values())
    }
    assert len(answered) > 15
    for name in answered - {"Live"}:
        (example,) = schemas[name]["examples"]
        whole = {**schemas[name], "components": description["components"]}
        assert jsonschema_rs.Draft202012Validator(whole).is_valid(example), name
        # An example that a reader copies must not show a field that is not there.
        assert set(example) <= set(schemas[name]["properties"]), name


def test_every_request_body_has_an_example_that_follows_its_own_schema(description: dict[str, Any]) -> None:
    schemas = description["components"]["schemas"]
    bodies = [
        schema
        for _, operation in operations(description)
        for media in operation.get("requestBody", {}).get("content", {}).values()
        if (schema := schemas.get(media["schema"].get("$ref", "").rpartition("/")[2]))
    ]
    assert bodies
    for schema in bodies:
        assert schema["additionalProperties"] is False
        for example in schema["examples"]:
            whole = {**schema, "components": description["components"]}
            assert jsonschema_rs.Draft202012Validator(whole).is_valid(example)
