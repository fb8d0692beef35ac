"""A fact-checker holds a claimed quote against the archive."""

from __future__ import annotations

import json
from datetime import date

import pytest

from api.archive import ArticleInput, add_article
from api.database import Database
from api.verdicts import Claim, ClaimError, Verdict, verify

WORDS = "“We will not raise the bridge toll before the spring, and we told the hauliers so,” said Ana Ruiz."


@pytest.fixture
def put(database: Database, attribute):
    async def put(text: str, outlet: str, day: date | None = date(2025, 3, 17)) -> None:
        async with database.session() as session:
            await add_article(session, ArticleInput(text, outlet, published=day), attribute)

    return put


@pytest.fixture
def judge(database: Database):
    async def judge(words: str, speaker: str | None = None, **fields) -> Verdict:
        async with database.session() as session:
            return await verify(session, Claim(words, speaker, **fields))

    return judge


@pytest.mark.parametrize(
    ("claimed", "verdict", "flags"),
    [
        ("We will not raise the bridge toll before the spring, and we told the hauliers so!", "verbatim", ()),
        ("we told the hauliers so", "truncated", ()),
        ("We will not raise the bridge toll … and we told the hauliers so", "elided", ()),
        ("We will not raise the toll before the spring, and we told the hauliers so", "elided", ()),
        ("We may not raise the bridge toll before the spring, and we told the hauliers so",
         "altered", ("modality",)),
        ("We will raise the bridge toll before the spring, and we told the hauliers so",
         "altered", ("negation",)),
        ("raise the bridge toll before the spring", "truncated", ("truncation_reverses",)),
        ("The moon over the estuary is made of green cheese", "not_found", ()),
    ],
)  # fmt: skip
async def test_a_claim_is_weighed_by_its_words(put, judge, claimed, verdict, flags):
    await put(WORDS, "Post")
    found = await judge(claimed, "Ana Ruiz")
    assert (found.verdict, found.flags) == (verdict, flags)
    assert found.speaker_confirmed is (None if verdict == "not_found" else True)
    assert [item.report.outlet for item in found.evidence] == ([] if verdict == "not_found" else ["Post"])
    assert (found.searched.articles, found.searched.outlets) == (1, 1)
    assert json.loads(json.dumps(found.to_dict()))["verdict"] == verdict


async def test_a_surname_or_another_form_of_the_name_is_the_same_speaker(put, judge):
    await put(WORDS, "Post")
    for name in ("Ruiz", "ANA RUIZ", "Mayor Ana Ruiz", "A. Ruiz"):
        assert (await judge("we told the hauliers so", name)).speaker_confirmed is True, name


async def test_words_of_another_speaker_are_misattributed(put, judge):
    await put(WORDS, "Post")
    found = await judge("We will not raise the bridge toll before the spring", "Boris Hale")
    assert (found.verdict, found.speakers, found.speaker_confirmed) == ("misattributed", ("Ana Ruiz",), False)
    assert found.evidence[0].report.outlet == "Post"
    assert "Post gives these words to Ana Ruiz, not to Boris Hale." in found.explanation


async def test_common_words_of_another_speaker_are_no_proof(put, judge):
    await put("“I am not sure about that,” said Ana Ruiz.", "Post")
    found = await judge("I am not sure about that", "Boris Hale")
    assert found.verdict == "not_found"
    assert [item.report.speaker for item in found.nearest] == ["Ana Ruiz"], "they are shown all the same"


async def test_outlets_that_disagree_make_a_claim_contested(put, judge):
    await put(WORDS, "Post")
    await put(WORDS.replace("Ana Ruiz", "Boris Hale"), "Sun")
    for speaker in ("Ana Ruiz", "Boris Hale", None):
        found = await judge("we will not raise the bridge toll before the spring", speaker)
        assert found.verdict == "contested"
        assert set(found.speakers) == {"Ana Ruiz", "Boris Hale"}
        assert {item.report.outlet for item in found.evidence} == {"Post", "Sun"}
    third = await judge("we will not raise the bridge toll before the spring", "Cleo Marsh")
    assert third.verdict == "misattributed"


async def test_an_unknown_speaker_confirms_nobody(put, judge):
    await put("“The sluice was left open for two nights in a row,” it emerged.", "Post")
    found = await judge("The sluice was left open for two nights in a row", "Ana Ruiz")
    assert (found.verdict, found.speaker_confirmed) == ("verbatim", None)
    assert "Ana Ruiz is not confirmed" in found.explanation


async def test_a_part_of_the_claim_is_not_the_claim(put, judge):
    await put("“left open for two nights in a row,” said Ana Ruiz.", "Post")
    found = await judge("The sluice was left open for two nights in a row by a drunken keeper")
    assert found.verdict == "truncated"
    assert not found.evidence[0].claim_is_part
    assert "only in part" in found.explanation


async def test_outlet_and_dates_say_where_to_search(put, judge):
    await put(WORDS, "Post", date(2025, 3, 17))
    claimed = "we told the hauliers so"
    assert (await judge(claimed, outlet="post")).verdict == "truncated"
    assert (await judge(claimed, since=date(2025, 3, 17), until=date(2025, 3, 17))).verdict == "truncated"
    for scope in ({"outlet": "Sun"}, {"since": date(2025, 3, 18)}, {"until": date(2025, 3, 16)}):
        found = await judge(claimed, **scope)
        assert (found.verdict, found.searched.articles) == ("not_found", 0)


async def test_not_found_gives_the_nearest_and_what_was_searched(put, judge):
    await put(WORDS, "Post")
    await put("“The hauliers have had their answer,” said Boris Hale.", "Sun", date(2025, 4, 2))
    found = await judge("The hauliers paid for the whole bridge and want it back", "Ana Ruiz")
    assert found.verdict == "not_found"
    assert {item.report.outlet for item in found.nearest} <= {"Post", "Sun"}
    assert found.nearest
    assert "2 articles from 2 outlets of 2025-03-17 to 2025-04-02" in found.explanation


@pytest.mark.parametrize(
    ("claim", "problem"),
    [
        (Claim(""), "no words"),
        (Claim("“…” — ?!"), "no words"),
        (Claim("x " * 300_000), "longer than 400,000 characters"),
        (Claim("marsh", since=date(2025, 2, 2), until=date(2025, 2, 1)), "later than"),
    ],
)
async def test_a_claim_that_cannot_be_checked_says_why(database, claim, problem):
    async with database.session() as session:
        with pytest.raises(ClaimError, match=problem):
            await verify(session, claim)


@pytest.mark.parametrize("words", ["\x00", "a\x00b", "\ud800 marsh", "'; DROP TABLE quote; --", "%_", "the"])
async def test_any_words_can_be_claimed(put, judge, words):
    await put(WORDS, "Post")
    if words == "\x00":
        with pytest.raises(ClaimError):
            await judge(words, "Ana Ruiz")
        return
    found = await judge(words, "Ana\x00 Ruiz", outlet="Po\x00st")
    assert found.verdict == "not_found"


async def test_words_that_are_in_everybodys_mouth_are_not_found_but_said_to_be_there(put, judge):
    await put(WORDS, "Post")
    found = await judge("we will not")
    assert found.verdict == "not_found"
    assert "Post has these very words within a quote, but they are too few or too common" in found.explanation
    assert [item.report.outlet for item in found.nearest] == ["Post"]
    assert "these very words" not in (await judge("we shall not")).explanation
