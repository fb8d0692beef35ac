"""A fact-checker joins what is one statement and divides what is not, and it stays so whatever comes in."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from api import linking
from api.archive import AddedArticle, ArticleInput, Attribute, add_article
from api.database import Database
from api.decisions import (
    ConflictError,
    Decided,
    DecisionError,
    Editor,
    StaleError,
    UnknownRecordError,
    list_decisions,
    undo,
)
from api.groupings import grouped
from api.records import DecidedReport, Quote, Revision, Statement
from api.statement_decisions import divide, join, statement_version
from attribution.models import AttributedText

INES = Editor("Ines Falk", "the recording of the council, minute 41")
TOLL = "“We will not raise the bridge toll before the spring, and told the hauliers so,” said Ana Ruiz."
PIER = "“Nobody is going to close the northern pier to anglers this summer,” said Ana Ruiz."
URL = "https://post.example/toll"

Put = Callable[..., Coroutine[Any, Any, AddedArticle]]


@pytest.fixture
def put(database: Database, attribute: Attribute) -> Put:
    async def put(
        text: str, outlet: str, day: date | None = date(2025, 3, 17), url: str | None = None
    ) -> AddedArticle:
        async with database.session() as session:
            return await add_article(session, ArticleInput(text, outlet, url=url, published=day), attribute)

    return put


async def decide(database: Database, act: Any, *arguments: Any, **options: Any) -> Decided:
    async with database.session() as session:
        decided: Decided = await act(session, *arguments, **options)
        return decided


async def groups(database: Database) -> dict[int, set[int]]:
    """Return the quotes of each statement by its number; there is none without quotes."""
    async with database.session() as session:
        found: dict[int, set[int]] = {id: set() for id in await session.exec(select(Statement.id)) if id}
        for id, statement in await session.exec(
            select(Quote.id, Quote.statement_id).where(col(Quote.statement_id).is_not(None))
        ):
            found[statement or 0].add(id or 0)
        return found


async def in_parts(database: Database) -> list[set[int]]:
    return sorted((await groups(database)).values(), key=min)


async def test_two_statements_are_joined_for_good_until_it_is_undone(database: Database, put: Put) -> None:
    await put(TOLL, "Post")
    await put(PIER, "Sun")
    done = await decide(database, join, 1, 2, INES)
    assert (done.quotes, done.statements) == (2, (1,))
    await put(TOLL + "\nAgain.", "Echo")
    await put(PIER + "\nAgain.", "Globe")
    assert await groups(database) == {1: {1, 2, 3, 4}}
    undone = await decide(database, undo, done.decision.id, INES)
    assert len(undone.statements) == 2
    assert await in_parts(database) == [{1, 3}, {2, 4}]
    await put(TOLL + "\nOnce more.", "Herald")
    assert await in_parts(database) == [{1, 3, 5}, {2, 4}]


async def test_a_divided_statement_stays_divided_whatever_links_to_both(database: Database, put: Put) -> None:
    """The same words on two occasions: a later report goes to the occasion that it fits better."""
    await put(TOLL, "Post", date(2025, 3, 17))
    await put(TOLL + "\nIn May.", "Sun", date(2025, 5, 20))
    await put(TOLL + "\nIn May as well.", "Echo", date(2025, 5, 21))
    assert await groups(database) == {1: {1, 2, 3}}
    done = await decide(database, divide, 1, [2, 3], INES)
    assert (done.quotes, done.statements) == (3, (1, 2))
    assert await groups(database) == {1: {1}, 2: {2, 3}}
    await put(TOLL + "\nOf March.", "Globe", date(2025, 3, 18))
    await put(TOLL + "\nOf May.", "Herald", date(2025, 5, 19))
    assert await groups(database) == {1: {1, 4}, 2: {2, 3, 5}}
    await decide(database, undo, done.decision.id, INES)
    assert await groups(database) == {1: {1, 2, 3, 4, 5}}


async def test_what_was_linked_only_through_those_that_leave_falls_apart(
    database: Database, put: Put
) -> None:
    one, two = TOLL.partition(",”")[0], PIER.partition(",”")[0].removeprefix("“")
    await put(TOLL, "Post")
    await put(f"{one}. {two},” said Ana Ruiz.", "Sun")
    await put(PIER, "Echo")
    assert await groups(database) == {1: {1, 2, 3}}
    await decide(database, divide, 1, [2], INES)
    assert await in_parts(database) == [{1}, {2}, {3}]
    # And what comes in later does not bring back together what was divided.
    await put(f"Again. {one}. {two},” said Ana Ruiz.", "Globe")
    assert await in_parts(database) == [{1}, {2, 4}, {3}]


async def test_decisions_hold_for_the_same_words_in_a_new_text(database: Database, put: Put) -> None:
    await put(TOLL, "Post", url=URL)
    await put(PIER, "Sun")
    await put(TOLL + "\nYes.", "Echo", url=URL + "/echo")
    await decide(database, join, 1, 2, INES)
    await decide(database, divide, 1, [3], INES)
    assert await in_parts(database) == [{1, 2}, {3}]
    await put("Corrected. " + TOLL, "Post", url=URL)
    await put("Corrected too. " + TOLL, "Echo", url=URL + "/echo")
    assert await in_parts(database) == [{2, 4}, {5}]
    async with database.session() as session:
        carried = select(DecidedReport.quote_id).where(col(DecidedReport.carried)).distinct()
        assert set(await session.exec(carried)) == {4, 5}
    # Other words are another quote, of which nobody decided anything.
    await put("“It was never about tolls or piers,” said Ana Ruiz.", "Post", url=URL)
    assert await in_parts(database) == [{2}, {5}, {6}]


async def test_a_division_outweighs_an_earlier_join_and_a_join_does_not_a_division(
    database: Database, put: Put
) -> None:
    for outlet, words in (("Post", TOLL), ("Sun", PIER), ("Echo", TOLL + "\nYes.")):
        await put(words, outlet)
    await decide(database, join, 1, 2, INES)
    done = await decide(database, divide, 1, [3], INES)
    assert await in_parts(database) == [{1, 2}, {3}]
    with pytest.raises(ConflictError, match="decision 2 divided them"):
        await decide(database, join, *sorted(await groups(database)), INES)
    await decide(database, undo, done.decision.id, INES)
    assert await in_parts(database) == [{1, 2, 3}]


async def test_pieces_of_a_split_quote_go_together(
    database: Database, put: Put, attribute: Attribute
) -> None:
    async def one_utterance(text: str) -> AttributedText:
        found = await attribute(text)
        return replace(found, quotes=tuple(replace(quote, utterance=1) for quote in found.quotes))

    text = "“We will not raise the bridge toll,” said Ana Ruiz, “not before the spring,” said Ana Ruiz."
    async with database.session() as session:
        await add_article(session, ArticleInput(text, "Post", published=date(2025, 3, 17)), one_utterance)
    await put(TOLL, "Sun")
    assert await groups(database) == {1: {1, 2, 3}}
    await decide(database, divide, 1, [2], INES)
    assert await in_parts(database) == [{1, 2}, {3}]


async def test_large_statements_are_decided_about_too(
    database: Database, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is too much to weigh every link anew, what was named moves and the rest stays."""
    monkeypatch.setattr(linking, "MAX_DIVIDED", 2)
    monkeypatch.setattr(linking, "MAX_RELINKED", 2)
    for number, outlet in enumerate(("Post", "Sun", "Echo", "Globe", "Herald")):
        await put(TOLL + f"\nText {number}.", outlet, date(2025, 3 if number < 3 else 5, 17))
    assert await groups(database) == {1: {1, 2, 3, 4, 5}}
    divided = await decide(database, divide, 1, [4, 5], INES)
    assert await in_parts(database) == [{1, 2, 3}, {4, 5}]
    await put(TOLL + "\nIn May.", "Mail", date(2025, 5, 17))
    assert await in_parts(database) == [{1, 2, 3}, {4, 5, 6}]
    await put(PIER, "Mail", date(2025, 5, 17))
    joined = await decide(database, join, *sorted(await groups(database))[1:], INES)
    assert await in_parts(database) == [{1, 2, 3}, {4, 5, 6, 7}]
    await decide(database, undo, joined.decision.id, INES)
    assert await in_parts(database) == [{1, 2, 3}, {4, 5, 6}, {7}]
    await decide(database, undo, divided.decision.id, INES)
    assert await in_parts(database) == [{1, 2, 3, 4, 5, 6}, {7}]


async def test_the_history_says_who_decided_what_and_why(database: Database, put: Put) -> None:
    await put(TOLL, "Post")
    await put(PIER, "Sun")
    await put("“The ferry is late,” said Boris Hale.", "Echo")
    await decide(database, join, 1, 2, INES)
    await decide(database, undo, 1, Editor("Omar", "two answers"))
    async with database.session() as session:
        (taken_back, joined) = (await list_decisions(session, statement_id=1)).items
        assert (await list_decisions(session, quote_id=2)).total == 2
        assert (await list_decisions(session, quote_id=3)).total == 0
        assert (await list_decisions(session, statement_id=3)).total == 0
    assert (joined.decision.kind, joined.undone_by, joined.quotes) == ("join", 2, 2)
    assert joined.decision.detail == {"statement": 1, "other": 2}
    assert {(report.quote_id, report.side) for report in joined.reports} == {(1, 0), (2, 1)}
    assert (taken_back.decision.editor, taken_back.decision.reason) == ("Omar", "two answers")


async def test_what_was_decided_can_be_neither_changed_nor_deleted(database: Database, put: Put) -> None:
    await put(TOLL, "Post")
    await put(PIER, "Sun")
    await decide(database, join, 1, 2, INES)
    for command in ("UPDATE decided_report SET side = 0", "DELETE FROM decided_report"):
        async with database.engine.connect() as connection:
            with pytest.raises(DBAPIError, match="never changed or deleted"):
                await connection.execute(sql(command))


async def test_what_cannot_be_decided_is_refused(database: Database, put: Put) -> None:
    await put(TOLL, "Post")
    await put(PIER, "Sun")
    await put(TOLL + "\nYes.", "Echo")
    for error, act, arguments in (
        (ConflictError, join, (1, 1)),
        (UnknownRecordError, join, (1, 99)),
        (UnknownRecordError, join, (99, 1)),
        (DecisionError, divide, (1, [])),
        (DecisionError, divide, (1, [1] * 501)),
        (ConflictError, divide, (1, [2])),
        (ConflictError, divide, (1, [1, 3])),
        (UnknownRecordError, divide, (1, [99])),
        (UnknownRecordError, divide, (99, [1])),
    ):
        with pytest.raises(error):
            await decide(database, act, *arguments, INES)
    async with database.session() as session:
        seen = await statement_version(session, 1)
        assert (await list_decisions(session)).total == 0
    await decide(database, divide, 1, [3], INES, version=seen)
    with pytest.raises(StaleError):
        await decide(database, join, 1, 2, INES, version=seen)


async def test_the_old_text_keeps_no_statement(database: Database, put: Put) -> None:
    await put(TOLL, "Post", url=URL)
    await put(PIER, "Sun")
    await decide(database, join, 1, 2, INES)
    await put("“Nothing to add today,” said Ana Ruiz.", "Post", url=URL)
    async with database.session() as session:
        old = select(Quote.statement_id).join(Revision, col(Revision.id) == col(Quote.revision_id))
        assert set(await session.exec(old.where(col(Revision.current).is_(False)))) == {None}
    assert await in_parts(database) == [{2}, {3}]


ITEMS = st.integers(0, 8)
PAIRS = st.lists(st.tuples(ITEMS, ITEMS), max_size=14)
SIDES = st.lists(st.tuples(st.sets(ITEMS, max_size=3), st.sets(ITEMS, max_size=3)), max_size=3)


@given(PAIRS, st.lists(st.sets(ITEMS, max_size=3), max_size=3), SIDES, st.permutations(range(9)))
def test_groups_follow_from_links_and_decisions_alone(
    links: list[tuple[int, int]],
    together: list[set[int]],
    apart: list[tuple[set[int], set[int]]],
    order: list[int],
) -> None:
    ordered = [sorted(items) for items in together]
    found = grouped([[item] for item in range(9)], links, ordered, apart)
    again = grouped([[item] for item in order], links, ordered, apart)
    assert {frozenset(part) for part in found} == {frozenset(part) for part in again}
    assert sorted(item for part in found for item in part) == list(range(9))
    place = {item: number for number, part in enumerate(found) for item in part}
    for one, other in apart:
        for a in one - other:
            for b in other - one:
                assert place[a] != place[b]
    if not apart:
        for items in [*links, *ordered]:
            assert len({place[item] for item in items}) <= 1
