"""Editors decide over REST whose words are whose; two at once do not overwrite one another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

WORDS = "We will not raise the bridge toll before the spring, and we told the hauliers so"
BY = {"editor": "Ines Falk", "reason": "the recording, minute 41"}


@pytest.fixture
def archive(client: httpx.Client) -> httpx.Client:
    """Two articles; the scripted engine gives every quote to Mara Quint."""
    for outlet, text in (
        ("Courier", f"“{WORDS},” she said."),
        ("Herald", f"“{WORDS},” she told us."),
    ):
        client.post("/api/v1/articles", json={"text": text, "outlet": outlet}).raise_for_status()
    return client


def decide(client: httpx.Client, path: str, body: dict[str, Any], seen: str | None) -> httpx.Response:
    headers = {} if seen is None else {"If-Match": seen}
    return client.post(f"/api/v1{path}", json={**BY, **body}, headers=headers)


def state(client: httpx.Client, path: str) -> str:
    return client.get(f"/api/v1{path}").raise_for_status().headers["ETag"]


def refused(answer: httpx.Response, status: int, kind: str) -> None:
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["type"] == f"/api/v1/problems#{kind}"


def test_a_correction_is_answered_shown_and_undone(archive: httpx.Client) -> None:
    right = {"speaker": {"name": "Ivo Brandt"}}
    done = decide(archive, "/quotes/1/correct", right, state(archive, "/quotes/1"))
    assert done.status_code == 200
    assert done.json()["speaker"]["name"] == "Ivo Brandt"
    quote = archive.get("/api/v1/quotes/1").json()
    assert (quote["speaker"]["name"], quote["named"], quote["confidence"]) == (
        "Ivo Brandt",
        "Mara Quint",
        0.5,
    )
    assert (quote["decided"]["kind"], quote["decided"]["editor"]) == ("correct", "Ines Falk")
    listed = archive.get("/api/v1/quotes", params={"speaker": "Brandt"}).json()
    assert [one["id"] for one in listed["items"]] == [1]
    answer = archive.get("/api/v1/who", params={"words": WORDS}).json()
    assert answer["conclusion"] == "speaker differs"
    reports = [variant["report"] for variant in answer["statements"][0]["variants"]]
    assert {report["decided"] and report["decided"]["id"] for report in reports} == {1, None}
    claim = {"words": WORDS, "speaker": "Ivo Brandt"}
    assert archive.post("/api/v1/verify", json=claim).json()["verdict"] == "contested"
    (entry,) = archive.get("/api/v1/quotes/1/decisions").json()["items"]
    assert entry == archive.get("/api/v1/decisions/1").json()
    assert (entry["reason"], entry["changes"][0]["before"]["name"]) == (BY["reason"], "Mara Quint")
    undone = archive.post("/api/v1/decisions/1/undo", json=BY)
    assert undone.json()["decision"]["undoes"] == 1
    assert archive.get("/api/v1/quotes/1").json()["decided"] is None
    kinds = [one["kind"] for one in archive.get("/api/v1/decisions").json()["items"]]
    assert kinds == ["undo", "correct"]
    refused(archive.post("/api/v1/decisions/1/undo", json=BY), 409, "decision-conflict")


def test_speakers_are_split_and_merged_again(archive: httpx.Client) -> None:
    other = {"to": {"name": "Mara Quint", "note": "the footballer"}, "quotes": [2]}
    done = decide(archive, "/speakers/1/split", other, state(archive, "/speakers/1")).json()
    assert done["decision"]["later"] == "unresolved"
    number = done["speaker"]["id"]
    assert archive.get(f"/api/v1/speakers/{number}").json()["name"] == "Mara Quint (the footballer)"
    back = decide(archive, f"/speakers/{number}/merge", {"into": 1}, state(archive, f"/speakers/{number}"))
    assert back.status_code == 200, back.text
    merged = archive.get("/api/v1/speakers/1").json()
    # The third name is the one that stood for "which one is not known".
    assert (merged["quotes"], len(merged["names"])) == (2, 3)
    assert archive.get(f"/api/v1/speakers/{number}").json()["part_of"]["id"] == 1
    assert archive.get("/api/v1/speakers/1/quotes").json()["total"] == 2
    assert archive.get("/api/v1/speakers/1/decisions").json()["total"] == 2
    assert archive.get("/api/v1/decisions", params={"editor": "Omar"}).json()["total"] == 0


def test_a_decision_needs_the_state_that_its_editor_has_seen(archive: httpx.Client) -> None:
    right = {"speaker": {"name": "Ivo Brandt"}}
    seen = state(archive, "/quotes/1")
    refused(decide(archive, "/quotes/1/correct", right, None), 428, "precondition-required")
    refused(decide(archive, "/speakers/1/merge", {"into": 2}, None), 428, "precondition-required")
    refused(
        decide(archive, "/quotes/1/correct", right, state(archive, "/quotes/2")), 412, "changed-meanwhile"
    )
    refused(decide(archive, "/speakers/1/merge", {"into": 2}, seen), 412, "changed-meanwhile")
    assert decide(archive, "/quotes/1/correct", right, seen).status_code == 200
    refused(decide(archive, "/quotes/1/correct", right, seen), 412, "changed-meanwhile")
    assert decide(archive, "/quotes/1/correct", right, "*").status_code == 200


def test_two_editors_who_looked_at_the_same_state(archive: httpx.Client) -> None:
    seen = state(archive, "/quotes/1")

    def correct(name: str) -> int:
        body = {"speaker": {"name": name}, "editor": name}
        return decide(archive, "/quotes/1/correct", body, seen).status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(correct, ("Ivo Brandt", "Ana Ruiz", "Boris Hale", "Cleo Marsh")))
    assert sorted(statuses) == [200, 412, 412, 412]
    assert archive.get("/api/v1/decisions").json()["total"] == 1


@pytest.mark.parametrize(
    ("path", "body", "status", "kind"),
    [
        ("/quotes/99/correct", {"speaker": None}, 404, "not-found"),
        ("/quotes/1/correct", {"speaker": {"id": 99}}, 404, "not-found"),
        ("/quotes/1/correct", {"speaker": {}}, 422, "impossible-request"),
        ("/quotes/1/correct", {"speaker": {"id": 1, "name": "x"}}, 422, "impossible-request"),
        ("/speakers/1/split", {"to": {"name": "Ivo Brandt"}, "quotes": [2**80]}, 404, "not-found"),
        ("/speakers/1/split", {"to": {"name": "Ivo Brandt"}, "quotes": [-1]}, 404, "not-found"),
        ("/speakers/1/split", {"to": {"name": "Ivo Brandt"}, "names": [""]}, 409, "decision-conflict"),
        ("/speakers/1/split", {"to": {"name": "Ivo Brandt"}, "names": ["\0"]}, 409, "decision-conflict"),
        ("/quotes/1/correct", {}, 400, "invalid-request"),
        ("/quotes/1/correct", {"speaker": {"name": "x" * 301}}, 400, "invalid-request"),
        ("/quotes/1/correct", {"speaker": None, "reason": "x" * 2_001}, 400, "invalid-request"),
        ("/quotes/1/correct", {"speaker": None, "reason": "  "}, 422, "decision-refused"),
        ("/speakers/1/split", {"to": {"name": "Ivo Brandt"}}, 422, "decision-refused"),
        ("/speakers/1/split", {"to": {"id": 1}, "quotes": [1]}, 409, "decision-conflict"),
        ("/speakers/1/split", {"to": {"id": 1}, "quotes": [1] * 501}, 400, "invalid-request"),
        ("/speakers/1/merge", {"into": 1}, 409, "decision-conflict"),
        ("/speakers/1/merge", {"into": 1, "because": "x"}, 400, "invalid-request"),
        ("/decisions/99/undo", {}, 404, "not-found"),
    ],
)
def test_what_cannot_be_decided_says_why(
    archive: httpx.Client, path: str, body: dict[str, Any], status: int, kind: str
) -> None:
    refused(decide(archive, path, body, "*"), status, kind)
    assert archive.get("/api/v1/decisions").json()["total"] == 0
