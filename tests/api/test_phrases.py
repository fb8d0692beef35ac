"""Slogans and set phrases are told from what somebody said once."""

from __future__ import annotations

from datetime import date

import pytest

from api.archive import ArticleInput, Attribute, add_article
from api.database import Database
from api.linking import strength
from api.phrases import set_phrase
from api.reports import Piece, Report
from api.statements import WhoAnswer, statement_report, who_said

SLOGAN = "Build it in Ellery"


def report(
    number: int,
    speaker: str | None,
    day: date | None,
    words: str = f"“{SLOGAN},”",
    *,
    kind: str = "direct",
    type_: str = "person",
    title: str | None = None,
) -> Report:
    return Report(
        statement_id=number, article_id=number, revision_id=number, utterance=0, outlet=f"Outlet {number}",
        title=title, url=None, published=day, speaker_id=None, speaker=speaker,
        speaker_type=type_ if speaker else None, speaker_as_written=speaker, speaker_names=(), confidence=1.0,
        decided=None, kind=kind, wording=words, pieces=(Piece(number, 0, len(words), words),),
    )  # fmt: skip


MARCH, JUNE = date(2025, 3, 17), date(2025, 6, 17)
THREE = ("Ana Ruiz", "Boris Hale", "Cleo Marsh")


def test_words_of_three_people_are_a_set_phrase() -> None:
    found = set_phrase(SLOGAN, [report(n, name, MARCH) for n, name in enumerate(THREE, 1)])
    assert found is not None
    assert found.reason == "3 different speakers say these words"
    assert set(found.speakers) == set(THREE)
    assert (found.since, found.until, found.occasions) == (MARCH, MARCH, 1)


def test_two_people_on_one_day_are_a_question_who_said_it_and_months_apart_they_are_not() -> None:
    assert set_phrase(SLOGAN, [report(1, "Ana Ruiz", MARCH), report(2, "Boris Hale", MARCH)]) is None
    found = set_phrase(SLOGAN, [report(1, "Ana Ruiz", MARCH), report(2, "Boris Hale", JUNE)])
    assert found is not None
    assert found.reason == "2 speakers say these words, 92 days apart"


def test_one_person_who_says_it_again_and_again_has_a_slogan_and_who_is_recalled_once_has_not() -> None:
    days = [MARCH, date(2025, 4, 20), JUNE]
    found = set_phrase(SLOGAN, [report(n, "Ana Ruiz", day) for n, day in enumerate(days, 1)])
    assert found is not None
    assert found.reason == "said on 3 occasions over 92 days"
    assert set_phrase(SLOGAN, [report(1, "Ana Ruiz", MARCH), report(2, "Ana Ruiz", JUNE)]) is None


@pytest.mark.parametrize(
    "reports",
    [
        [],
        [report(n, name, None) for n, name in enumerate(("Ana Ruiz", "Ruiz", "A. Ruiz"), 1)],
        [report(n, None, MARCH) for n in (1, 2, 3)],
        [report(n, f"official {n}", MARCH, type_="unnamed") for n in (1, 2, 3)],
        [report(n, name, MARCH, kind="indirect") for n, name in enumerate(THREE, 1)],
        [report(n, name, MARCH, "“Build it here and not in Ellery,”") for n, name in enumerate(THREE, 1)],
    ],
    ids=["nobody", "one person's names", "nobody known", "unnamed", "paraphrases", "other words"],
)
def test_what_makes_no_set_phrase(reports: list[Report]) -> None:
    assert set_phrase(SLOGAN, reports) is None


def test_long_words_of_three_people_are_a_contradiction_not_a_set_phrase() -> None:
    words = "This harbour has buried more promises than ships, and we counted every one of them"
    assert set_phrase(words, [report(n, name, MARCH, words) for n, name in enumerate(THREE, 1)]) is None


FULL = "“We are carving up certain assets along the river as we speak, and all of them,”"
PART = "“carving up certain assets”"


@pytest.mark.parametrize(
    ("full", "part", "linked"),
    [
        (report(1, "Ana Ruiz", MARCH, FULL), report(2, "Ana Ruiz", MARCH, PART), True),
        (report(1, "Ana Ruiz", MARCH, FULL), report(2, "Boris Hale", MARCH, PART), False),
        (report(1, "Ana Ruiz", MARCH, FULL), report(2, None, MARCH, PART), False),
        (
            report(1, "Ana Ruiz", MARCH, FULL),
            report(2, "The Trust", MARCH, PART, type_="organization"),
            False,
        ),
        (report(1, "Ana Ruiz", MARCH, FULL), report(2, "Ana Ruiz", JUNE, PART), False),
        (report(1, "Ana Ruiz", MARCH, FULL), report(2, "Ana Ruiz", None, "“certain assets”"), False),
        (report(1, "Ana Ruiz", MARCH, PART), report(2, None, MARCH, PART), True),
    ],
    ids=["fits", "another speaker", "nobody known", "a body", "months later", "no date", "the same words"],
)  # fmt: skip
def test_a_fragment_joins_a_fuller_quote_of_its_speaker_in_those_days(
    full: Report, part: Report, linked: bool
) -> None:
    assert (strength(full, part) is not None) is linked
    assert strength(full, part) == strength(part, full)


def test_without_a_date_the_headlines_tell_whether_it_is_one_event() -> None:
    part = "“like a pumpkin,”"
    full = report(1, "Ana Ruiz", MARCH, "“They carve up assets like a pumpkin,”", title="Ruiz: river assets")
    assert strength(full, report(2, "Ana Ruiz", None, part, title="River assets: Ruiz speaks")) is not None
    assert strength(full, report(3, "Ana Ruiz", None, part, title="Harvest fair opens")) is None
    assert strength(full, report(4, "Ana Ruiz", MARCH, part, title="Harvest fair opens")) is not None


async def put(database: Database, attribute: Attribute, text: str, outlet: str, day: date = MARCH) -> None:
    async with database.session() as session:
        await add_article(session, ArticleInput(text, outlet, published=day), attribute)


async def ask(database: Database, words: str) -> WhoAnswer:
    async with database.session() as session:
        return await who_said(session, words)


async def test_an_answer_says_that_the_words_are_a_slogan(database: Database, attribute: Attribute) -> None:
    for number, name in enumerate(THREE):
        await put(database, attribute, f"“{SLOGAN}!” said {name}.\nText {number}.", f"Outlet {number}")
    answer = await ask(database, SLOGAN)
    assert answer.set_phrase is not None
    assert len(answer.statements) == 3
    assert all(statement.set_phrase is not None for statement in answer.statements)
    assert answer.conclusion == "single source"
    async with database.session() as session:
        shown = await statement_report(session, 1)
    assert shown is not None
    assert shown.set_phrase == answer.set_phrase


async def test_who_ran_the_copy_of_which_article_is_said(database: Database, attribute: Attribute) -> None:
    story = (
        "The council met on Monday evening in the old customs house to hear what the engineers had found "
        "under the northern quay, and it heard nothing that pleased it. “The quay is standing on goodwill "
        "and rust,” said Ana Ruiz.\nThe council will meet again in May, when a second report is expected "
        "from the capital, and the fishermen have been asked to move their boats in the meantime."
    )
    await put(database, attribute, story + " (Agency)", "Sun", date(2025, 3, 18))
    await put(database, attribute, story, "Wire")
    await put(
        database, attribute, "Rain. “The quay is standing on goodwill and rust,” said Ana Ruiz.", "Echo"
    )
    await put(database, attribute, story + " More inside.", "Globe", date(2025, 3, 19))
    [statement] = (await ask(database, "standing on goodwill and rust")).statements
    [text] = statement.copies
    assert (text.original.outlet, text.original.published) == ("Wire", MARCH)
    assert [copy.outlet for copy in text.copies] == ["Sun", "Globe"]
    assert (statement.outlets, statement.independent_sources) == (4, 2)
    assert statement.to_dict()["copies"][0]["copies"][0]["published"] == "2025-03-18"
    assert [one.outlet for one in statement.time_line.outlets] == ["Wire", "Echo", "Sun", "Globe"]
