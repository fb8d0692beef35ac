"""A tool sends a draft over REST and gets a verdict for every quote."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
import scripted_engine
from conftest import PATIENCE, empty_archive, served

from api.app import create_app
from api.database import Database
from api.drafts import check_draft
from attribution.models import AttributedText

CHECK = "/api/v1/check"
ARTICLE = {
    "text": "“The harbour bridge will open to trams in May,” she said.",
    "outlet": "The Courier",
    "url": "https://courier.example/bridge",
    "published": "2026-03-14",
}


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def client(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Real HTTP to a service whose archive holds one article, once on each database."""
    url = None
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_server")
    settings = empty_archive(tmp_path_factory.mktemp("archive"), url)
    settings = settings.model_copy(update={"max_checked_quotes": 5, "max_characters": 2_000})
    app = create_app(settings, scripted_engine.load_scripted)
    with served(app) as address, httpx.Client(base_url=address, timeout=PATIENCE) as client:
        client.post("/api/v1/articles", json=ARTICLE).raise_for_status()
        yield client


def check(client: httpx.Client, text: str, **fields: Any) -> dict[str, Any]:
    answer = client.post(CHECK, json={"text": text, **fields})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def problem(answer: httpx.Response) -> tuple[int, str, list[str]]:
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    return answer.status_code, body["type"].partition("#")[2], [error["place"] for error in body["errors"]]


DRAFT = (
    "“The harbour bridge may open to trams in May.” “The moon is made of green cheese.” “…” "
    "Mara Quint said that the harbour bridge would open to trams in May."
)


def test_every_quote_gets_its_verdict(client: httpx.Client) -> None:
    found = check(client, DRAFT)
    altered, unknown, wordless, paraphrase = found["quotes"]
    assert [quote["number"] for quote in found["quotes"]] == [1, 2, 3, 4]
    assert (altered["verdict"]["verdict"], altered["verdict"]["flags"]) == ("altered", ["modality"])
    assert altered["verdict"]["evidence"][0]["report"]["url"] == ARTICLE["url"]
    assert (unknown["verdict"]["verdict"], unknown["look"]) == ("not_found", "not_found")
    assert (wordless["verdict"], wordless["look"]) == (None, None)
    assert (paraphrase["kind"], paraphrase["verdict"]["verdict"]) == ("indirect", "paraphrased")
    assert paraphrase["verdict"]["evidence"][0]["relation"] == "paraphrase"
    for quote in found["quotes"]:
        for piece in quote["pieces"]:
            assert DRAFT[piece["start"] : piece["end"]] == piece["text"]
    assert found["look_first"] == [1, 2]
    assert {verdict: count for verdict, count in found["counts"].items() if count} == {
        "altered": 1, "not_found": 1, "paraphrased": 1,
    }  # fmt: skip
    assert found["searched"] == {"articles": 1, "outlets": 1, "since": "2026-03-14", "until": "2026-03-14"}


def test_nothing_of_a_draft_is_stored(client: httpx.Client) -> None:
    check(client, DRAFT)
    assert client.get("/api/v1/articles").json()["total"] == 1
    assert client.get("/api/v1/quotes").json()["total"] == 1


def test_kinds_outlet_and_dates_narrow_it(client: httpx.Client) -> None:
    assert [q["kind"] for q in check(client, DRAFT, kinds=["indirect"])["quotes"]] == ["indirect"]
    assert check(client, DRAFT, outlet="the courier")["quotes"][0]["verdict"]["verdict"] == "altered"
    for scope in ({"outlet": "The Herald"}, {"since": "2026-03-15"}, {"until": "2026-03-13"}):
        found = check(client, DRAFT, **scope)
        assert found["quotes"][0]["verdict"]["verdict"] == "not_found"
        assert found["searched"]["articles"] == 0


def test_a_text_without_quotes_has_no_verdicts(client: httpx.Client) -> None:
    found = check(client, "Nobody said anything.")
    assert (found["quotes"], found["look_first"]) == ([], [])
    assert set(found["counts"].values()) == {0}
    assert found["searched"]["articles"] == 1


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, (400, "invalid-request", ["body"])),
        ({"text": ""}, (400, "invalid-request", ["body.text"])),
        ({"text": " \n"}, (422, "empty-text", [])),
        ({"text": "“Yes.” " * 6}, (413, "too-large", [])),
        ({"text": "“Yes.” " * 600}, (413, "too-large", [])),
        ({"text": "“Yes.”", "kinds": ["loud"]}, (400, "invalid-request", ["body.kinds[0]"])),
        ({"text": "“Yes.”", "kinds": []}, (400, "invalid-request", ["body.kinds"])),
        ({"text": "“Yes.”", "since": "2026-02-30"}, (400, "invalid-request", ["body.since"])),
        (
            {"text": "“Yes.”", "since": "2026-03-02", "until": "2026-03-01"},
            (422, "impossible-request", ["body.until"]),
        ),
        ({"text": "“Yes.”", "outlet": "a\0b"}, (400, "invalid-request", ["body.outlet"])),
        ({"text": "“Yes.”", "speaker": "Mara Quint"}, (400, "invalid-request", ["body"])),
        ({"text": "defect"}, (500, "internal-error", [])),
    ],
)
def test_what_cannot_be_checked_is_told_as_a_problem(
    client: httpx.Client, sent: dict[str, Any], told: tuple[int, str, list[str]]
) -> None:
    assert problem(client.post(CHECK, json=sent)) == told


def test_the_answer_is_the_record_of_the_command(client: httpx.Client, tmp_path: Path) -> None:
    """What goes over the wire is what `CheckedDraft.to_dict` gives, field by field."""
    settings = empty_archive(tmp_path)

    async def ask() -> dict[str, Any]:
        async def attribute(text: str) -> AttributedText:
            return scripted_engine.ScriptedEngine().attribute(text)

        database = Database(settings.database_url)
        try:
            return (await check_draft(database, DRAFT, attribute)).to_dict()
        finally:
            await database.dispose()

    record = asyncio.run(ask())
    found = check(client, DRAFT)
    assert list(found) == list(record)
    assert list(found["quotes"][0]) == list(record["quotes"][0])
    assert list(found["quotes"][0]["verdict"]) == list(record["quotes"][0]["verdict"])
