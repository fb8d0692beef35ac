"""Whatever goes wrong is told as application/problem+json, with the place where it is known."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest
import scripted_engine
from litestar import Litestar
from litestar.testing import AsyncTestClient

from api.app import create_app
from api.settings import Settings

ATTRIBUTE = "/api/v1/attribute"


def problem(response: httpx.Response, status: int, kind: str) -> dict[str, Any]:
    """Check what all problems share and return this one."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["type"] == f"/api/v1/problems#{kind}"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["instance"] == response.request.url.path
    return body


def places(body: dict[str, Any]) -> list[str]:
    return [error["place"] for error in body["errors"]]


def test_malformed_json(shared_client: httpx.Client) -> None:
    body = problem(shared_client.post(ATTRIBUTE, content='{"text": '), 400, "invalid-request")
    assert "not valid JSON" in body["detail"]
    assert places(body) == ["body"]


@pytest.mark.parametrize("content", [b"", b"null", b"[]", b'"text"'])
def test_a_body_that_is_no_object(shared_client: httpx.Client, content: bytes) -> None:
    assert places(problem(shared_client.post(ATTRIBUTE, content=content), 400, "invalid-request")) == ["body"]


def test_a_body_that_is_no_utf8(shared_client: httpx.Client) -> None:
    body = problem(shared_client.post(ATTRIBUTE, content=b'{"text": "caf\xe9"}'), 400, "invalid-request")
    assert "UTF-8" in body["detail"]


def test_a_missing_field(shared_client: httpx.Client) -> None:
    body = problem(shared_client.post(ATTRIBUTE, json={}), 400, "invalid-request")
    assert "`text`" in body["detail"]


def test_an_unknown_field_is_not_ignored(shared_client: httpx.Client) -> None:
    sent = {"text": "“Yes,” she said.", "kindz": ["direct"]}
    body = problem(shared_client.post(ATTRIBUTE, json=sent), 400, "invalid-request")
    assert "`kindz`" in body["detail"]


def test_a_field_of_the_wrong_type_is_named(shared_client: httpx.Client) -> None:
    body = problem(shared_client.post(ATTRIBUTE, json={"text": 5}), 400, "invalid-request")
    assert places(body) == ["body.text"]


def test_a_wrong_item_of_a_list_is_named(shared_client: httpx.Client) -> None:
    sent = {"text": "“Yes,” she said.", "kinds": ["direct", "loud"]}
    body = problem(shared_client.post(ATTRIBUTE, json=sent), 400, "invalid-request")
    assert places(body) == ["body.kinds[1]"]


def test_an_unknown_parameter_is_not_ignored(shared_client: httpx.Client) -> None:
    body = problem(shared_client.get("/api/v1/quotes?speeker=Quint"), 400, "invalid-request")
    assert places(body) == ["query.speeker"]
    assert "`speaker`" in body["detail"]


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("since=yesterday", "query.since"),
        ("since=2026-02-30", "query.since"),
        ("since=null", "query.since"),
        ("kind=Null", "query.kind"),
        ("words=one&words=two", "query.words"),
        ("limit=0", "query.limit"),
        ("limit=1000000", "query.limit"),
        ("limit=ten", "query.limit"),
        ("offset=-1", "query.offset"),
        ("offset=99999999999999999999999", "query.offset"),
        ("kind=loud", "query.kind"),
        ("min_confidence=1.5", "query.min_confidence"),
        ("min_confidence=nan", "query.min_confidence"),
        ("words=", "query.words"),
        ("words=%00", "query.words"),
        ("words=" + "a" * 10_001, "query.words"),
    ],
)
def test_a_wrong_parameter_is_named(shared_client: httpx.Client, query: str, place: str) -> None:
    response = shared_client.get(f"/api/v1/quotes?{query}")
    assert places(problem(response, 400, "invalid-request")) == [place]


def test_dates_that_are_upside_down(shared_client: httpx.Client) -> None:
    response = shared_client.get("/api/v1/quotes?since=2026-03-02&until=2026-03-01")
    assert places(problem(response, 422, "impossible-request")) == ["query.until"]


@pytest.mark.parametrize(
    ("field", "value"), [("rejected", "true"), ("rejected", 1), ("kinds", "null"), ("kinds", "direct")]
)
def test_a_body_is_not_read_leniently(shared_client: httpx.Client, field: str, value: object) -> None:
    sent = {"text": "“Yes,” she said.", field: value}
    body = problem(shared_client.post(ATTRIBUTE, json=sent), 400, "invalid-request")
    assert places(body) == [f"body.{field}"]


def test_a_date_that_is_none_is_explained_in_words(shared_client: httpx.Client) -> None:
    sent = {"text": "“Yes,” she said.", "outlet": "The Herald", "published": "14 March"}
    body = problem(shared_client.post("/api/v1/articles", json=sent), 400, "invalid-request")
    assert places(body) == ["body.published"]
    assert "ISO 8601" in body["detail"]
    body = problem(shared_client.get("/api/v1/quotes?words=%00"), 400, "invalid-request")
    assert "zero bytes" in body["detail"]


def test_null_is_a_word_that_can_be_searched(shared_client: httpx.Client) -> None:
    assert shared_client.get("/api/v1/quotes?words=null").status_code == 200


@pytest.mark.parametrize("path", ["/nowhere", "/api/v1/articles/abc", "/api/v1/nowhere?words=x"])
def test_an_unknown_address(shared_client: httpx.Client, path: str) -> None:
    problem(shared_client.get(path), 404, "not-found")


@pytest.mark.parametrize(
    "path",
    [
        "articles/7",
        "articles/7/quotes",
        "articles/7/revisions",
        "articles/7/revisions/1",
        "articles/7/revisions/1/quotes",
        "quotes/7",
        "speakers/7",
        "speakers/7/quotes",
        "speakers/9007199254740991",
    ],
)
def test_a_number_that_no_record_has(shared_client: httpx.Client, path: str) -> None:
    body = problem(shared_client.get(f"/api/v1/{path}"), 404, "not-found")
    assert "in the archive" in body["detail"]


@pytest.mark.parametrize("number", ["0", "-1", "9007199254740992", "99999999999999999999999999"])
def test_a_number_that_no_record_can_have(shared_client: httpx.Client, number: str) -> None:
    body = problem(shared_client.get(f"/api/v1/articles/{number}"), 400, "invalid-request")
    assert places(body) == ["path.article_id"]


def test_a_method_that_the_address_does_not_take(shared_client: httpx.Client) -> None:
    response = shared_client.delete(ATTRIBUTE)
    problem(response, 405, "method-not-allowed")
    assert "POST" in response.headers["allow"]


@pytest.mark.parametrize(
    ("text", "status", "kind", "detail"),
    [
        ("   ", 422, "empty-text", "the text is empty"),
        ("awkward", 422, "text-refused", "two arguments"),
        ("die", 500, "internal-error", "died"),
        ("defect", 500, "internal-error", "engine failed"),
    ],
)
def test_what_the_engine_says_of_a_text(
    shared_client: httpx.Client, text: str, status: int, kind: str, detail: str
) -> None:
    body = problem(shared_client.post(ATTRIBUTE, json={"text": text}), status, kind)
    assert detail in body["detail"]


async def test_a_text_that_takes_too_long(archive_settings: Settings) -> None:
    settings = archive_settings.model_copy(update={"attribution_seconds": 0.2})
    async with AsyncTestClient(create_app(settings, scripted_engine.load_scripted)) as client:
        problem(await client.post(ATTRIBUTE, json={"text": "forever"}), 504, "attribution-timeout")


async def test_a_text_over_the_limit(archive_settings: Settings) -> None:
    settings = archive_settings.model_copy(update={"max_characters": 100})
    async with AsyncTestClient(create_app(settings, scripted_engine.load_scripted)) as client:
        body = problem(await client.post(ATTRIBUTE, json={"text": "x" * 101}), 413, "too-large")
        assert "101 characters; at most 100" in body["detail"]


async def test_an_engine_that_cannot_be_loaded(archive_settings: Settings) -> None:
    async with AsyncTestClient(create_app(archive_settings, scripted_engine.load_missing)) as client:
        body = problem(await client.post(ATTRIBUTE, json={"text": "“Yes.”"}), 503, "engine-unavailable")
        assert "en_missing is not installed" in body["detail"]
        # The archive can be searched all the same.
        assert (await client.get("/api/v1/quotes?words=yes")).json()["total"] == 0


async def test_a_defect_of_the_service_tells_nothing_of_its_inside(
    archive_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("secret address")

    monkeypatch.setattr("api.routes.outlets.list_outlets", broken)
    app = create_app(archive_settings, scripted_engine.load_scripted)
    async with AsyncTestClient(app, raise_server_exceptions=False) as client:
        response = await client.get("/api/v1/outlets")
    problem(response, 500, "internal-error")
    assert "secret" not in response.text


@pytest.mark.parametrize("size", [3_000_000, 20_000_000])
def test_a_body_over_the_limit_is_refused_over_real_http(
    archive_settings: Settings, serve: Callable[[Litestar], AbstractContextManager[str]], size: int
) -> None:
    settings = archive_settings.model_copy(update={"max_body_bytes": 1_000_000})
    app = create_app(settings, scripted_engine.load_scripted)
    with serve(app) as address, httpx.Client(base_url=address, timeout=60) as client:
        body = json.dumps({"text": "x" * size}).encode()
        problem(client.post(ATTRIBUTE, content=body), 413, "too-large")
        # Sent in pieces without a length, as a stream does.
        pieces = (body[start : start + 65_536] for start in range(0, len(body), 65_536))
        problem(client.post(ATTRIBUTE, content=pieces), 413, "too-large")


def test_every_kind_of_problem_is_explained(shared_client: httpx.Client) -> None:
    kinds = shared_client.get("/api/v1/problems").json()
    assert {"invalid-request", "not-found", "attributor-busy"} <= {
        kind["type"].removeprefix("/api/v1/problems#") for kind in kinds
    }
    assert all(kind["title"] and kind["meaning"] and 400 <= kind["status"] < 600 for kind in kinds)
