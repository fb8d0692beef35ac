"""A fact-checker's own tools ask over REST: who said it, how consistently, did X say this?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest
import scripted_engine
from litestar import Litestar

from api.app import create_app
from api.database import Database
from api.settings import Settings

Serve = Callable[[Litestar], AbstractContextManager[str]]

# The scripted engine gives every quote to Mara Quint.
ARTICLES = [
    {
        "id": "courier",
        "outlet": "The Port Ellery Courier",
        "published": "2026-03-14",
        "title": "Bridge to open in May",
        "url": "https://courier.example/bridge",
        "text": "The mayor spoke on Friday. “The harbour bridge will open to trams in May,” she said.",
    },
    {
        "id": "herald",
        "outlet": "The Ellery Herald",
        "published": "2026-03-15",
        "text": "Good news for commuters: “The harbour bridge may open to trams in May,” Ms Quint told us.",
    },
    {
        "id": "gazette",
        "outlet": "Lakeside Gazette",
        "published": "2026-03-16",
        "text": "“The harbour bridge will open to trams,” the mayor said, and gave no date.",
    },
    {
        "id": "unrelated",
        "outlet": "Lakeside Gazette",
        "published": "2026-04-02",
        "text": "“Nobody expected such a quiet herring season,” a fisherman said.",
    },
]


@pytest.fixture
def archive(database: Database, serve: Serve) -> Iterator[httpx.Client]:
    """Real HTTP to an archive of four articles, once on each database."""
    url = database.url.render_as_string(hide_password=False)
    app = create_app(Settings(database_url=url, workers=1, max_batch=5), scripted_engine.load_scripted)
    with serve(app) as address, httpx.Client(base_url=f"{address}/api/v1", timeout=60) as client:
        added = client.post("/articles/bulk", content="\n".join(map(json.dumps, ARTICLES)))
        assert [json.loads(line)["added"]["status"] for line in added.text.splitlines()] == ["created"] * 4
        yield client


def outlets(answer: dict[str, Any]) -> list[str]:
    return [quote["article"]["outlet"]["name"] for quote in answer["items"]]


SEARCHES: list[tuple[dict[str, str], list[str]]] = [
    ({"words": "herring season"}, ["Lakeside Gazette"]),
    ({"words": "trams bridge"}, ["Lakeside Gazette", "The Ellery Herald", "The Port Ellery Courier"]),
    ({"words": "trams", "outlet": "the ellery herald"}, ["The Ellery Herald"]),
    ({"words": "trams", "since": "2026-03-15", "until": "2026-03-15"}, ["The Ellery Herald"]),
    ({"words": "trams", "until": "2026-03-14"}, ["The Port Ellery Courier"]),
    ({"speaker": "Quint", "since": "2026-04-01"}, ["Lakeside Gazette"]),
    ({"speaker": "Someone Else"}, []),
    ({"kind": "indirect"}, []),
    ({"min_confidence": "0.6"}, []),
    ({"words": "?!"}, []),
]


def test_quotes_by_words_speaker_outlet_date_kind_and_confidence(archive: httpx.Client) -> None:
    answers = [(query, archive.get("/quotes", params=query).json()) for query, _ in SEARCHES]
    assert [(query, outlets(answer)) for query, answer in answers] == SEARCHES
    assert [answer["total"] for _, answer in answers] == [len(found) for _, found in SEARCHES]


def test_quotes_page_by_page(archive: httpx.Client) -> None:
    whole = archive.get("/quotes").json()
    pages = [archive.get("/quotes", params={"limit": 3, "offset": offset}).json() for offset in (0, 3, 6)]
    assert [len(page["items"]) for page in pages] == [3, 1, 0]
    assert [page["total"] for page in pages] == [4, 4, 4]
    assert [quote for page in pages for quote in page["items"]] == whole["items"]


def test_who_said_it_names_outlets_wordings_and_the_changed_word(archive: httpx.Client) -> None:
    answer = archive.get("/who", params={"words": "harbour bridge will open to trams"}).json()
    assert answer["speakers"] == ["Mara Quint"]
    assert answer["conclusion"] == "wording differs"
    assert answer["searched"] == {
        "articles": 4,
        "outlets": 3,
        "since": "2026-03-14",
        "until": "2026-04-02",
    }
    (statement,) = answer["statements"]
    by_outlet = {variant["report"]["outlet"]: variant for variant in statement["variants"]}
    assert set(by_outlet) == {"The Port Ellery Courier", "The Ellery Herald", "Lakeside Gazette"}
    assert by_outlet["Lakeside Gazette"]["relation"] == "truncated"
    altered = by_outlet["The Ellery Herald"]
    assert altered["relation"] == "altered"
    (change,) = altered["changes"]
    assert {change["a"]["text"], change["b"]["text"]} == {"will", "may"}
    assert "modality" in altered["flags"]
    # Every record can be traced back to its place.
    for variant in statement["variants"]:
        article = archive.get(f"/articles/{variant['report']['article_id']}").json()
        for piece in variant["report"]["pieces"]:
            assert article["text"][piece["start"] : piece["end"]] == piece["text"]


def test_a_statements_report_can_be_read_by_its_number(archive: httpx.Client) -> None:
    quote = archive.get("/quotes", params={"words": "trams in May"}).json()["items"][0]
    report = archive.get(f"/statements/{quote['statement_id']}").json()
    assert report["id"] == quote["statement_id"]
    assert report["outlets"] == 3
    assert report["conclusion"] == "wording differs"
    assert report["first"]["outlet"] == "The Port Ellery Courier"
    assert archive.get("/statements/999999").status_code == 404


def test_words_that_nobody_said_come_with_what_was_searched(archive: httpx.Client) -> None:
    answer = archive.get("/who", params={"words": "the moon is made of green cheese"}).json()
    assert (answer["conclusion"], answer["statements"]) == (None, [])
    assert answer["searched"]["articles"] == 4


CLAIMS: list[tuple[dict[str, str], str]] = [
    ({"words": "The harbour bridge will open to trams in May", "speaker": "Mara Quint"}, "verbatim"),
    ({"words": "The harbour bridge will open"}, "truncated"),
    ({"words": "The harbour bridge must open to trams in May"}, "altered"),
    ({"words": "The harbour bridge will open to trams in May", "speaker": "Ivo Brandt"}, "misattributed"),
    ({"words": "The airport will close for good next winter"}, "not_found"),
    ({"words": "The harbour bridge will open to trams in May", "since": "2026-04-01"}, "not_found"),
]


def test_one_claim_gets_a_verdict_with_its_evidence(archive: httpx.Client) -> None:
    answers = [archive.post("/verify", json={**asked, "id": "mine"}).json() for asked, _ in CLAIMS]
    assert [(asked, answer["verdict"]) for (asked, _), answer in zip(CLAIMS, answers, strict=True)] == CLAIMS
    for answer in answers:
        assert answer["id"] == "mine"
        assert answer["explanation"]
        assert bool(answer["evidence"]) == (answer["verdict"] != "not_found")


def test_many_claims_are_answered_line_by_line(archive: httpx.Client) -> None:
    lines = [
        json.dumps({"id": "a", "words": "The harbour bridge will open to trams in May"}),
        "{",
        json.dumps({"id": "a", "words": "The harbour bridge will open"}),
        json.dumps({"id": "d", "words": "…"}),
        json.dumps({"id": "e", "words": "herring", "since": "2026-05-01", "until": "2026-04-01"}),
    ]
    response = archive.post("/verify/bulk", content="\n".join(lines))
    assert response.headers["content-type"].startswith("application/x-ndjson")
    answers = [json.loads(line) for line in response.text.splitlines()]
    assert [answer["line"] for answer in answers] == [1, 2, 3, 4, 5]
    assert answers[0]["verdict"]["verdict"] == "verbatim"
    kinds = [answer["problem"]["type"].partition("#")[2] for answer in answers[1:]]
    assert kinds == ["invalid-request", "duplicate-id", "claim-refused", "impossible-request"]
    assert answers[4]["problem"]["errors"][0]["place"] == "body.until"


def test_one_claim_with_its_dates_upside_down_is_refused(archive: httpx.Client) -> None:
    asked = {"words": "herring", "since": "2026-05-01", "until": "2026-04-01"}
    answer = archive.post("/verify", json=asked)
    assert (answer.status_code, answer.json()["errors"][0]["place"]) == (422, "body.until")


def test_speakers_with_their_names_and_quotes(archive: httpx.Client) -> None:
    (quint,) = archive.get("/speakers", params={"name": "quint"}).json()["items"]
    assert (quint["name"], quint["type"], quint["quotes"], quint["outlets"]) == ("Mara Quint", "person", 4, 3)
    assert archive.get(f"/speakers/{quint['id']}").json() == {
        **quint,
        "aliases": ["Mara Quint"],
        "names": [{"id": quint["id"], "name": "Mara Quint", "decision_id": None}],
        "part_of": None,
    }
    quotes = archive.get(f"/speakers/{quint['id']}/quotes", params={"limit": 3}).json()
    assert (quotes["total"], len(quotes["items"])) == (4, 3)
    assert {quote["speaker"]["id"] for quote in quotes["items"]} == {quint["id"]}
    assert archive.get("/speakers", params={"name": "brandt"}).json()["items"] == []
    assert archive.get("/speakers", params={"type": "organization"}).json()["items"] == []


def test_outlets_with_what_the_archive_has_of_them(archive: httpx.Client) -> None:
    listed = archive.get("/outlets").json()
    assert [(outlet["name"], outlet["articles"], outlet["quotes"]) for outlet in listed["items"]] == [
        ("The Ellery Herald", 1, 1),
        ("Lakeside Gazette", 2, 2),
        ("The Port Ellery Courier", 1, 1),
    ]


def test_articles_newest_first_by_outlet_and_date(archive: httpx.Client) -> None:
    def found(**query: str) -> list[str]:
        return [one["source_id"] for one in archive.get("/articles", params=query).json()["items"]]

    assert found() == ["unrelated", "gazette", "herald", "courier"]
    assert found(outlet="lakeside gazette") == ["unrelated", "gazette"]
    assert found(since="2026-03-15", until="2026-03-16") == ["gazette", "herald"]
    assert found(limit="1", offset="1") == ["gazette"]


def test_what_a_search_finds_is_counted(archive: httpx.Client) -> None:
    counted = archive.get("/quotes/facets", params={"words": "bridges opened"}).json()
    assert counted["total"] == 3
    assert [(one["value"], one["count"]) for one in counted["months"]["values"]] == [("2026-03", 3)]
    assert {one["value"] for one in counted["outlets"]["values"]} == {
        "The Port Ellery Courier",
        "The Ellery Herald",
        "Lakeside Gazette",
    }
    found = archive.get("/quotes", params={"words": "bridges opened"}).json()
    assert found["total"] == counted["total"]
