"""Reported speech without quote marks is the reporter's wording: evidence that, not evidence of words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import pytest

from api.archive import ArticleInput, Attribute, add_article
from api.database import Database
from api.exports import export_quotes
from api.search import QuoteFilters, find_quotes
from api.statements import WhoAnswer, who_said
from api.verdicts import Claim, Verdict, verify
from attribution.models import AttributedText, Quote, Span, Speaker

QUOTED = "“We will not raise the bridge toll before the spring, and we told the hauliers so,” said Ana Ruiz."
PARAPHRASED = "Ana Ruiz said that they would not raise the bridge toll before the spring."

Put = Callable[..., Coroutine[Any, Any, None]]


@pytest.fixture
def reads_indirect(attribute: Attribute) -> Attribute:
    """Marks as everywhere in these tests, and "NAME said that …" as indirect speech."""

    async def read(text: str) -> AttributedText:
        found = await attribute(text)
        indirect = tuple(
            Quote(
                match.start(2), match.end(2), match[2], "indirect", Speaker(match[1], "person"),
                Span(match.start(1), match.end(1), match[1]),
                Span(match.end(1) + 1, match.end(1) + 5, "said"), 100 + number, "test", 0.9,
            )
            for number, match in enumerate(re.finditer(r"([A-Z]\w+ [A-Z]\w+) said that ([^.]+)\.", text))
        )  # fmt: skip
        return replace(found, quotes=(*found.quotes, *indirect))

    return read


@pytest.fixture
def put(database: Database, reads_indirect: Attribute) -> Put:
    async def put(text: str, outlet: str) -> None:
        async with database.session() as session:
            await add_article(
                session, ArticleInput(text, outlet, published=date(2025, 3, 17)), reads_indirect
            )

    return put


async def ask(database: Database, words: str, **filters: Any) -> WhoAnswer:
    async with database.session() as session:
        return await who_said(session, words, QuoteFilters(**filters))


async def judge(database: Database, words: str, speaker: str | None = None) -> Verdict:
    async with database.session() as session:
        return await verify(session, Claim(words, speaker))


TOLL = "not raise the bridge toll before the spring"


async def test_it_is_found_by_kind_and_exported(database: Database, put: Put) -> None:
    await put(QUOTED, "Post")
    await put(PARAPHRASED, "Sun")
    async with database.session() as session:
        page = await find_quotes(session, QuoteFilters(words="bridge toll", kind="indirect"))
        records = [record async for record in export_quotes(session)]
    (found,) = page.items
    assert found.outlet.name == "Sun"
    assert found.quote.text == "they would not raise the bridge toll before the spring"
    assert PARAPHRASED[found.quote.start : found.quote.end] == found.quote.text
    assert [record["kind"] for record in records] == ["direct", "indirect"]


async def test_a_paraphrase_makes_no_wording_differ(database: Database, put: Put) -> None:
    await put(QUOTED, "Post")
    await put(QUOTED.replace("said", "said").replace("Ana Ruiz.", "Ana Ruiz.\nMore."), "Echo")
    await put(PARAPHRASED, "Sun")
    answer = await ask(database, TOLL)
    (statement,) = answer.statements
    assert (statement.conclusion, statement.outlets, statement.paraphrases) == ("consistent", 2, 1)
    by_outlet = {variant.report.outlet: variant for variant in statement.variants}
    paraphrase = by_outlet["Sun"]
    assert (paraphrase.relation, paraphrase.changes, paraphrase.flags) == ("paraphrase", (), ())
    assert paraphrase.report.kind == "indirect"
    assert statement.fullest.startswith("“We will not")


async def test_a_paraphrase_is_no_second_source_of_the_words(database: Database, put: Put) -> None:
    await put(QUOTED, "Post")
    await put(PARAPHRASED, "Sun")
    (statement,) = (await ask(database, TOLL)).statements
    assert statement.conclusion == "single source"
    assert (statement.outlets, statement.independent_sources) == (1, 1)


async def test_a_longer_paraphrase_is_not_the_fullest_wording(database: Database, put: Put) -> None:
    long = PARAPHRASED.replace(
        "spring", "spring, whatever the hauliers and the council may want of them then"
    )
    await put(long, "Sun")
    await put("“We will not raise the bridge toll before the spring,” said Ana Ruiz.", "Post")
    (statement,) = (await ask(database, TOLL)).statements
    assert statement.fullest == "“We will not raise the bridge toll before the spring,”"
    assert [variant.fullest for variant in statement.variants] == [True, False]


async def test_two_people_who_mean_the_same_do_not_contradict_each_other(
    database: Database, put: Put
) -> None:
    await put(QUOTED, "Post")
    await put(PARAPHRASED.replace("Ana Ruiz", "Boris Hale"), "Sun")
    answer = await ask(database, TOLL)
    assert {statement.conclusion for statement in answer.statements} == {"single source", "paraphrased"}
    assert len(answer.statements) == 2
    found = await judge(database, "We will not raise the bridge toll before the spring", "Ana Ruiz")
    assert (found.verdict, found.speakers) == ("truncated", ("Ana Ruiz",))


async def test_what_is_only_paraphrased_is_nobodys_quotation(database: Database, put: Put) -> None:
    await put(PARAPHRASED, "Sun")
    await put(PARAPHRASED + " More follows.", "Echo")
    (statement,) = (await ask(database, TOLL)).statements
    assert (statement.conclusion, statement.speakers) == ("paraphrased", ("Ana Ruiz",))
    assert {variant.relation for variant in statement.variants} == {"paraphrase"}
    for words in (
        "they would not raise the bridge toll before the spring",
        "We would not raise the bridge toll",
    ):
        found = await judge(database, words, "Ana Ruiz")
        assert (found.verdict, found.speaker_confirmed, found.flags) == ("paraphrased", True, ())
        assert "without quote marks by Sun and Echo" in found.explanation
        assert {item.relation for item in found.evidence} == {"paraphrase"}
    assert json.loads(json.dumps(found.to_dict()))["verdict"] == "paraphrased"
    # It proves nothing against somebody else who may have said so too.
    other = await judge(database, "they would not raise the bridge toll before the spring", "Boris Hale")
    assert other.verdict == "not_found"
    assert [item.report.speaker for item in other.nearest][:1] == ["Ana Ruiz"]
    anybody = await judge(database, "they would not raise the bridge toll before the spring")
    assert (anybody.verdict, anybody.speakers) == ("paraphrased", ("Ana Ruiz",))


async def test_quoted_words_decide_and_the_paraphrase_is_told_beside_them(
    database: Database, put: Put
) -> None:
    await put(QUOTED, "Post")
    await put(PARAPHRASED, "Sun")
    found = await judge(database, "We will not raise the bridge toll before the spring", "Ana Ruiz")
    assert found.verdict == "truncated"
    assert "Sun gives it without quote marks, as a paraphrase of Ana Ruiz." in found.explanation
    assert [item.relation for item in found.evidence] == ["truncated", "paraphrase"]
    altered = await judge(database, "We would not raise the bridge toll before the spring", "Ana Ruiz")
    assert altered.verdict == "altered", "the paraphrase has these very words, but nobody quotes them"


async def test_quoted_and_reported_pieces_of_one_utterance_stay_two_wordings(
    database: Database, reads_indirect: Attribute
) -> None:
    async def one_utterance(text: str) -> AttributedText:
        found = await reads_indirect(text)
        return replace(found, quotes=tuple(replace(quote, utterance=1) for quote in found.quotes))

    text = f"{QUOTED} Ana Ruiz said that the ferries would be free in the meantime."
    async with database.session() as session:
        await add_article(session, ArticleInput(text, "Post"), one_utterance)
    (statement,) = (await ask(database, TOLL)).statements
    assert statement.paraphrases == 0
    assert statement.fullest == QUOTED.partition(" said")[0]
    (other,) = (await ask(database, "ferries would be free in the meantime")).statements
    assert other.conclusion == "paraphrased"


def test_rest_answers_with_indirect_quotes_everywhere(client: httpx.Client) -> None:
    def post(path: str, body: dict[str, str]) -> Any:
        return client.post(f"/api/v1{path}", json=body).raise_for_status().json()

    text = "Mara Quint said that the harbour bridge would open to trams in May."
    attributed = post("/attribute", {"text": text})
    assert [quote["kind"] for quote in attributed["quotes"]] == ["indirect"]
    post("/articles", {"text": text, "outlet": "Courier"})
    found = client.get("/api/v1/quotes", params={"kind": "indirect"}).json()
    assert [quote["text"] for quote in found["items"]] == ["the harbour bridge would open to trams in May"]
    answer = client.get("/api/v1/who", params={"words": "harbour bridge would open to trams"}).json()
    assert answer["conclusion"] == "paraphrased"
    assert answer["statements"][0]["variants"][0]["relation"] == "paraphrase"
    verdict = post("/verify", {"words": "the harbour bridge would open to trams", "speaker": "Mara Quint"})
    assert (verdict["verdict"], verdict["evidence"][0]["relation"]) == ("paraphrased", "paraphrase")
