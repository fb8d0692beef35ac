"""Editors join and split statements over REST; two at once do not overwrite one another."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

WORDS = "We will not raise the bridge toll before the spring, and we told the hauliers so"
OTHER = "The ferry carries more people in a week than the bridge in a month"
BY = {"editor": "Ines Falk", "reason": "the recording, minute 41"}


@pytest.fixture
def archive(client: httpx.Client) -> httpx.Client:
    """Three articles, two statements; the scripted engine gives every quote to Mara Quint."""
    for outlet, words in (("Courier", WORDS), ("Herald", OTHER), ("Globe", WORDS + ", twice")):
        article = {"text": f"“{words},” she said.", "outlet": outlet, "published": "2025-03-17"}
        client.post("/api/v1/articles", json=article).raise_for_status()
    return client


def decide(client: httpx.Client, path: str, body: dict[str, Any], seen: str | None) -> httpx.Response:
    headers = {} if seen is None else {"If-Match": seen}
    return client.post(f"/api/v1{path}", json={**BY, **body}, headers=headers)


def state(client: httpx.Client, path: str) -> str:
    return client.get(f"/api/v1{path}").raise_for_status().headers["ETag"]


def refused(answer: httpx.Response, status: int, kind: str) -> None:
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["type"] == f"/api/v1/problems#{kind}"


def reported(client: httpx.Client, number: int) -> set[int]:
    report = client.get(f"/api/v1/statements/{number}").raise_for_status().json()
    return {variant["report"]["quote_id"] for variant in with_ids(report)["variants"]}


def with_ids(report: dict[str, Any]) -> dict[str, Any]:
    for variant in report["variants"]:
        variant["report"]["quote_id"] = variant["report"]["pieces"][0]["quote_id"]
    return report


def test_statements_are_joined_split_and_put_back(archive: httpx.Client) -> None:
    seen = state(archive, "/statements/1")
    joined = decide(archive, "/statements/1/join", {"other": 2}, seen)
    assert joined.status_code == 200, joined.text
    assert joined.json()["statements"] == [1]
    assert reported(archive, 1) == {1, 2, 3}
    refused(archive.get("/api/v1/statements/2"), 404, "not-found")
    refused(decide(archive, "/statements/1/split", {"quotes": [3]}, seen), 412, "changed-meanwhile")
    split = decide(archive, "/statements/1/split", {"quotes": [3]}, state(archive, "/statements/1")).json()
    assert split["decision"]["reports"][0] == {"quote_id": 3, "side": 1, "carried": False}
    assert split["decision"]["statement"] == 1
    assert len(split["statements"]) == 2
    assert reported(archive, 1) == {1, 2}
    listed = archive.get("/api/v1/statements/1/decisions").json()
    assert [one["kind"] for one in listed["items"]] == ["divide", "join"]
    assert archive.get("/api/v1/quotes/2/decisions").json()["total"] == 2
    for number in (2, 1):
        assert archive.post(f"/api/v1/decisions/{number}/undo", json=BY).status_code == 200
    assert reported(archive, 1) == {1, 3}
    assert archive.get("/api/v1/decisions").json()["total"] == 4


@pytest.mark.parametrize(
    ("path", "body", "seen", "status", "kind"),
    [
        ("/statements/1/join", {"other": 2}, None, 428, "precondition-required"),
        ("/statements/1/split", {"quotes": [1]}, None, 428, "precondition-required"),
        ("/statements/1/join", {"other": 2}, '"2-0"', 412, "changed-meanwhile"),
        ("/statements/1/join", {"other": 1}, "*", 409, "decision-conflict"),
        ("/statements/1/join", {"other": 99}, "*", 404, "not-found"),
        ("/statements/99/join", {"other": 1}, "*", 404, "not-found"),
        ("/statements/1/join", {}, "*", 400, "invalid-request"),
        ("/statements/1/split", {"quotes": []}, "*", 422, "decision-refused"),
        ("/statements/1/split", {"quotes": [2]}, "*", 409, "decision-conflict"),
        ("/statements/1/split", {"quotes": [1, 3]}, "*", 409, "decision-conflict"),
        ("/statements/1/split", {"quotes": [99]}, "*", 404, "not-found"),
        ("/statements/1/split", {"quotes": [1] * 501}, "*", 400, "invalid-request"),
    ],
)
def test_what_cannot_be_decided_says_why(
    archive: httpx.Client, path: str, body: dict[str, Any], seen: str | None, status: int, kind: str
) -> None:
    refused(decide(archive, path, body, seen), status, kind)
    assert archive.get("/api/v1/decisions").json()["total"] == 0
    refused(archive.get("/api/v1/statements/99/decisions"), 404, "not-found")
