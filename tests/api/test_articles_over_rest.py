"""Articles put into the archive over REST, one and many, and read back; on SQLite and PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest
import scripted_engine
from litestar import Litestar

from api.app import create_app
from api.database import Database
from api.settings import Settings

Serve = Callable[[Litestar], AbstractContextManager[str]]
ARTICLES = "/api/v1/articles"
BRIDGE = "“The bridge opens in May,” said Mara Quint. “It will carry trams,” she added."
ARTICLE: dict[str, Any] = {
    "text": BRIDGE,
    "outlet": "The Port Ellery Courier",
    "title": "Bridge to open in May",
    "url": "https://courier.example/bridge",
    "published": "2026-03-14",
    "id": "courier-1",
}


@pytest.fixture
def archive(database: Database, serve: Serve) -> Iterator[httpx.Client]:
    """Real HTTP to the application, once on each database."""
    url = database.url.render_as_string(hide_password=False)
    app = create_app(Settings(database_url=url, workers=2, max_batch=5), scripted_engine.load_scripted)
    with serve(app) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


def bulk(client: httpx.Client, *lines: object) -> list[dict[str, Any]]:
    """Send a batch; a line is an object, or the bytes of a line that is none."""
    body = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    response = client.post(f"{ARTICLES}/bulk", content=body, headers={"content-type": "application/x-ndjson"})
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("application/x-ndjson")
    return [json.loads(line) for line in response.text.splitlines()]


def test_a_new_article_is_created_and_can_be_read_where_the_answer_says(archive: httpx.Client) -> None:
    answer = archive.post(ARTICLES, json=ARTICLE)
    assert answer.status_code == 201
    added = answer.json()
    assert (added["status"], added["quotes"], added["id"]) == ("created", 2, "courier-1")
    read = archive.get(answer.headers["location"]).json()
    assert read["text"] == BRIDGE
    assert read["outlet"]["name"] == "The Port Ellery Courier"
    assert (read["title"], read["url"], read["published_on"]) == (
        "Bridge to open in May",
        "https://courier.example/bridge",
        "2026-03-14",
    )
    assert (read["revision"]["number"], read["revision"]["quotes"]) == (1, 2)
    assert read["source_id"] == "courier-1"


def test_its_quotes_stand_where_they_say(archive: httpx.Client) -> None:
    number = archive.post(ARTICLES, json=ARTICLE).json()["article_id"]
    quotes = archive.get(f"{ARTICLES}/{number}/quotes").json()
    assert [quote["text"] for quote in quotes] == ["“The bridge opens in May,”", "“It will carry trams,”"]
    assert all(BRIDGE[quote["start"] : quote["end"]] == quote["text"] for quote in quotes)
    assert {quote["speaker"]["name"] for quote in quotes} == {"Mara Quint"}
    assert archive.get(f"/api/v1/quotes/{quotes[0]['id']}").json() == quotes[0]


def test_the_same_article_again_changes_nothing_and_says_so(archive: httpx.Client) -> None:
    first = archive.post(ARTICLES, json=ARTICLE).json()
    again = archive.post(ARTICLES, json=ARTICLE)
    assert again.status_code == 200
    assert again.json() == {**first, "status": "unchanged"}
    assert archive.get(ARTICLES).json()["total"] == 1


def test_a_new_text_is_a_new_revision_and_the_old_one_stays(archive: httpx.Client) -> None:
    first = archive.post(ARTICLES, json=ARTICLE).json()
    changed = BRIDGE.replace("May", "June")
    second = archive.post(ARTICLES, json={**ARTICLE, "text": changed})
    assert (second.status_code, second.json()["status"]) == (201, "revised")
    assert second.json()["article_id"] == first["article_id"]
    article = f"{ARTICLES}/{first['article_id']}"
    assert archive.get(article).json()["text"] == changed
    revisions = archive.get(f"{article}/revisions").json()
    assert [(one["number"], one["current"]) for one in revisions] == [(1, False), (2, True)]
    assert archive.get(f"{article}/revisions/1").json()["text"] == BRIDGE
    old = archive.get(f"{article}/revisions/1/quotes").json()
    assert [(quote["text"], quote["current"]) for quote in old] == [
        ("“The bridge opens in May,”", False),
        ("“It will carry trams,”", False),
    ]
    # The superseded wording is no longer found; the quote is still there under its number.
    assert archive.get("/api/v1/quotes", params={"words": "opens in May"}).json()["total"] == 0
    assert archive.get("/api/v1/quotes", params={"words": "opens in June"}).json()["total"] == 1
    assert archive.get(f"/api/v1/quotes/{old[0]['id']}").json()["current"] is False


@pytest.mark.parametrize(
    ("change", "status", "kind"),
    [
        ({"published": "14 March"}, 400, "invalid-request"),
        ({"published": "2026-02-30"}, 422, "impossible-request"),
        ({"outlet": ""}, 400, "invalid-request"),
        ({"outlet": "  "}, 422, "article-refused"),
        ({"url": "courier/bridge"}, 422, "article-refused"),
        ({"text": " \n "}, 422, "empty-text"),
        ({"text": "binary \0 data"}, 422, "not-text"),
    ],
)
def test_an_article_that_cannot_be_archived_is_refused_and_leaves_nothing(
    client: httpx.Client, change: dict[str, str], status: int, kind: str
) -> None:
    answer = client.post(ARTICLES, json={**ARTICLE, **change})
    assert answer.status_code == status, answer.text
    assert answer.json()["type"].endswith(f"#{kind}")
    assert client.get(ARTICLES).json()["total"] == 0
    assert client.get("/api/v1/outlets").json()["total"] == 0


@pytest.mark.parametrize(
    ("published", "day", "moment"),
    [
        ("2026-03-14", "2026-03-14", None),
        ("2026-03-14T23:30:00-05:00", "2026-03-14", "2026-03-15T04:30:00Z"),
        ("2026-03-14T09:30", "2026-03-14", None),
    ],
)
def test_a_publication_date_with_and_without_its_time(
    client: httpx.Client, published: str, day: str, moment: str | None
) -> None:
    number = client.post(ARTICLES, json={**ARTICLE, "published": published}).json()["article_id"]
    read = client.get(f"{ARTICLES}/{number}").json()
    assert (read["published_on"], read["published_at"]) == (day, moment)


def test_a_batch_answers_every_line_and_a_bad_one_costs_no_other(archive: httpx.Client) -> None:
    answers = bulk(
        archive,
        {**ARTICLE, "id": "one"},
        b'{"text": "cut off',
        b"",
        {**ARTICLE, "id": "three", "outlet": 5},
        {**ARTICLE, "id": "one", "url": None},
        {**ARTICLE, "id": "five", "url": "https://herald.example/bridge", "outlet": "The Herald"},
    )
    assert [answer["line"] for answer in answers] == [1, 2, 4, 5, 6]
    assert [answer["id"] for answer in answers] == ["one", None, "three", "one", "five"]
    kinds = [answer["problem"] and answer["problem"]["type"].partition("#")[2] for answer in answers]
    assert kinds == [None, "invalid-request", "invalid-request", "duplicate-id", None]
    assert "body.outlet" in answers[2]["problem"]["detail"]
    assert "line 1" in answers[3]["problem"]["detail"]
    assert [answer["added"] and answer["added"]["status"] for answer in answers] == [
        "created",
        None,
        None,
        None,
        "created",
    ]
    assert archive.get("/api/v1/quotes", params={"words": "carry trams"}).json()["total"] == 2


def test_a_text_that_ends_its_worker_costs_no_other_line(client: httpx.Client) -> None:
    answers = bulk(client, {**ARTICLE, "id": "fatal", "text": "die", "url": None}, ARTICLE)
    assert answers[0]["problem"]["status"] == 500
    assert answers[1]["added"]["status"] == "created"


def test_a_batch_sent_again_changes_nothing(archive: httpx.Client) -> None:
    lines = [
        {**ARTICLE, "id": str(number), "url": None, "text": f"“Trams run {number} times a day,” he said."}
        for number in range(4)
    ]
    first = bulk(archive, *lines)
    again = bulk(archive, *lines)
    assert [answer["added"]["status"] for answer in again] == ["unchanged"] * 4
    assert [answer["added"]["article_id"] for answer in again] == [
        answer["added"]["article_id"] for answer in first
    ]


def test_two_texts_of_one_address_in_a_batch_become_revisions_in_the_order_of_the_lines(
    archive: httpx.Client, tmp_path: Path
) -> None:
    # The second text is read only after the third: it waits for a gate that the third opens.
    slow, fast = f"wait:{tmp_path / 'gate'}", f"open:{tmp_path / 'gate'}"
    answers = bulk(
        archive,
        {**ARTICLE, "id": "a", "text": BRIDGE},
        {**ARTICLE, "id": "b", "text": slow},
        {**ARTICLE, "id": "c", "text": fast},
    )
    assert [answer["added"]["status"] for answer in answers] == ["created", "revised", "revised"]
    article = answers[0]["added"]["article_id"]
    texts = [archive.get(f"{ARTICLES}/{article}/revisions/{number}").json()["text"] for number in (1, 2, 3)]
    assert texts == [BRIDGE, slow, fast]


def test_the_same_article_twice_in_a_batch_is_one(archive: httpx.Client) -> None:
    answers = bulk(archive, {**ARTICLE, "id": "a"}, {**ARTICLE, "id": "b"})
    assert [answer["added"]["status"] for answer in answers] == ["created", "unchanged"]
    assert archive.get(ARTICLES).json()["total"] == 1


def test_a_batch_over_the_limit_is_refused_before_anything_is_stored(archive: httpx.Client) -> None:
    body = "\n".join(json.dumps(ARTICLE) for _ in range(6))
    answer = archive.post(f"{ARTICLES}/bulk", content=body)
    assert answer.status_code == 413
    assert "6 lines" in answer.json()["detail"]
    assert archive.get(ARTICLES).json()["total"] == 0


@pytest.mark.parametrize("body", [b"", b"\n\n  \n"])
def test_a_batch_of_nothing_is_refused(client: httpx.Client, body: bytes) -> None:
    answer = client.post(f"{ARTICLES}/bulk", content=body)
    assert (answer.status_code, answer.json()["errors"][0]["place"]) == (400, "body")


def test_lines_that_are_no_utf8_or_end_in_carriage_returns(client: httpx.Client) -> None:
    line = json.dumps(ARTICLE, ensure_ascii=False).encode()
    answers = bulk(client, line.replace("“".encode(), b"\x93") + b"\r", line + b"\r")
    assert answers[0]["problem"]["status"] == 400
    assert answers[1]["added"]["status"] == "created"
