"""A fact-checker corrects whose words are whose, with reasons, and it stays so until it is undone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from api.archive import AddedArticle, ArticleInput, Attribute, add_article
from api.catalogue import get_quote, get_speaker, list_speakers
from api.database import Database
from api.decisions import (
    MAX_QUOTES,
    ConflictError,
    Decided,
    DecisionError,
    Editor,
    NamedAs,
    StaleError,
    UnknownRecordError,
    correct,
    list_decisions,
    merge,
    quote_version,
    split,
    undo,
)
from api.exports import export_quotes
from api.records import Decision, DecisionChange, Quote, Speaker, Statement
from api.search import QuoteFilters, find_quotes
from api.statements import WhoAnswer, who_said
from api.verdicts import Claim, Verdict, verify
from attribution.models import AttributedText
from attribution.models import Quote as Found
from attribution.models import Speaker as Named

INES = Editor("Ines Falk", "the recording, minute 41")
WORDS = "We will not raise the bridge toll before the spring, and we told the hauliers so"
URL = "https://post.example/toll"

Put = Callable[..., Coroutine[Any, Any, AddedArticle]]


@pytest.fixture
def put(database: Database, attribute: Attribute) -> Put:
    async def put(text: str, outlet: str = "Post", url: str | None = None) -> AddedArticle:
        async with database.session() as session:
            article = ArticleInput(text, outlet, url=url, published=date(2025, 3, 17))
            return await add_article(session, article, attribute)

    return put


async def decide(database: Database, act: Any, *arguments: Any, **options: Any) -> Decided:
    async with database.session() as session:
        decided: Decided = await act(session, *arguments, **options)
        return decided


async def speaker_of(database: Database, quote_id: int) -> tuple[str | None, str | None, str | None]:
    """Return whose a quote is, by which kind of decision, and what the engine found."""
    async with database.session() as session:
        placed = await get_quote(session, quote_id)
        assert placed is not None
        speaker, decision = placed.found.speaker, placed.found.decision
        name = None if speaker is None else speaker.name
        return name, decision.kind if decision else None, placed.found.quote.speaker_name


async def named(database: Database, name: str) -> int:
    async with database.session() as session:
        (entry,) = (await list_speakers(session, name=name)).items
        assert entry.speaker.id is not None
        return entry.speaker.id


async def quotes_by_name(database: Database) -> dict[str, int]:
    async with database.session() as session:
        page = await list_speakers(session)
        found: dict[str, int] = {}
        for entry in page.items:
            found[entry.speaker.name] = found.get(entry.speaker.name, 0) + entry.quotes
        return found


async def ask(database: Database, words: str = WORDS, **filters: Any) -> WhoAnswer:
    async with database.session() as session:
        return await who_said(session, words, QuoteFilters(**filters))


async def judge(database: Database, speaker: str, words: str = WORDS) -> Verdict:
    async with database.session() as session:
        return await verify(session, Claim(words, speaker))


async def groups(database: Database) -> dict[int, set[int]]:
    """Return the quotes of each statement by its number."""
    found: dict[int, set[int]] = {}
    async with database.session() as session:
        for id, statement in await session.exec(select(Quote.id, Quote.statement_id)):
            if id is not None and statement is not None:
                found.setdefault(statement, set()).add(id)
    return found


async def test_a_quote_is_given_to_its_right_speaker(database: Database, put: Put) -> None:
    await put(f"“{WORDS},” said Ana Ruiz.")
    done = await decide(database, correct, 1, NamedAs("Boris Hale", "person"), INES)
    assert (done.quotes, done.names, done.speaker and done.speaker.name) == (1, 0, "Boris Hale")
    assert await speaker_of(database, 1) == ("Boris Hale", "correct", "Ana Ruiz")
    answer = await ask(database)
    assert answer.speakers == ("Boris Hale",)
    report = answer.statements[0].variants[0].report
    assert report.decided is not None
    assert (report.decided.kind, report.decided.editor) == ("correct", "Ines Falk")
    # The engine's own answer stays visible.
    assert (report.speaker_as_written, report.confidence) == ("Ana Ruiz", 0.9)
    assert (await judge(database, "Boris Hale")).verdict == "verbatim"
    wrong = await judge(database, "Ana Ruiz")
    assert (wrong.verdict, wrong.speakers) == ("misattributed", ("Boris Hale",))
    assert "decided by Ines Falk" in wrong.explanation
    async with database.session() as session:
        assert (await find_quotes(session, QuoteFilters(speaker="Hale"))).total == 1
        assert (await find_quotes(session, QuoteFilters(speaker="Ruiz"))).total == 0
        (record,) = [one async for one in export_quotes(session)]
    assert (record["speaker"], record["speaker_as_attributed"]) == ("Boris Hale", "Ana Ruiz")
    assert (record["decision"], record["decided_by"]) == ("correct", "Ines Falk")


async def test_nobody_can_tell_is_a_correction_too(database: Database, put: Put) -> None:
    await put(f"“{WORDS},” said Ana Ruiz.")
    await decide(database, correct, 1, None, INES)
    assert await speaker_of(database, 1) == (None, "correct", "Ana Ruiz")
    found = await judge(database, "Ana Ruiz")
    assert (found.verdict, found.speaker_confirmed) == ("verbatim", None)


async def test_pieces_of_a_split_quote_are_corrected_together(database: Database) -> None:
    given = "“The ice came early,” said Ana Ruiz, “and it took the jetty with it.”"

    async def split_quote(text: str) -> AttributedText:
        spans = [(0, 21), (37, len(text))]
        return AttributedText(
            text,
            tuple(
                Found(a, b, text[a:b], "direct", Named("Ana Ruiz", "person"), None, None, 1, "t", 0.9)
                for a, b in spans
            ),
        )

    async with database.session() as session:
        await add_article(session, ArticleInput(given, "Post"), split_quote)
    assert (await decide(database, correct, 2, NamedAs("Boris Hale", "person"), INES)).quotes == 2
    assert [(await speaker_of(database, id))[0] for id in (1, 2)] == ["Boris Hale"] * 2


async def test_a_correction_outlives_new_texts_of_its_article(database: Database, put: Put) -> None:
    await put(f"“{WORDS},” said Ana Ruiz.", url=URL)
    await decide(database, correct, 1, NamedAs("Boris Hale", "person"), INES)
    assert (await put(f"“{WORDS},” said Ana Ruiz.", url=URL)).status == "unchanged"
    assert (await put(f"Late. “No,” said Cleo Marsh. “{WORDS}!” said Ana Ruiz.", url=URL)).status == "revised"
    assert await speaker_of(database, 3) == ("Boris Hale", "correct", "Ana Ruiz")
    assert await speaker_of(database, 2) == ("Cleo Marsh", None, "Cleo Marsh")
    # Gone from one text and back in the next.
    await put("Nothing is said here any more.", url=URL)
    await put(f"“{WORDS},” said Ana Ruiz.\nAnd more.", url=URL)
    assert await speaker_of(database, 4) == ("Boris Hale", "correct", "Ana Ruiz")
    # Another outlet's report is another quote: nobody has decided about that.
    await put(f"“{WORDS},” said Ana Ruiz.", "Sun")
    assert (await speaker_of(database, 5))[:2] == ("Ana Ruiz", None)
    # Undone once, it is undone in every text.
    await decide(database, undo, 1, INES)
    assert {(await speaker_of(database, id))[0] for id in (1, 3, 4)} == {"Ana Ruiz"}


async def test_of_two_quotes_with_the_same_words_the_right_one_keeps_its_speaker(
    database: Database, put: Put
) -> None:
    await put("“No comment,” said Ana Ruiz. “No comment,” said Boris Hale.", url=URL)
    await decide(database, correct, 2, NamedAs("Cleo Marsh", "person"), INES)
    await put("Late. “No comment,” said Ana Ruiz. “No comment,” said Boris Hale.", url=URL)
    assert [(await speaker_of(database, id))[0] for id in (3, 4)] == ["Ana Ruiz", "Cleo Marsh"]


async def test_two_speakers_are_one(database: Database, put: Put) -> None:
    await put(f"“{WORDS},” said Ana Ruiz.")
    await put(f"“{WORDS},” said Ana Falk.", "Sun")
    assert (await ask(database)).conclusion == "speaker differs"
    one, other = await named(database, "Ana Ruiz"), await named(database, "Ana Falk")
    await decide(database, merge, other, one, INES)
    answer = await ask(database)
    assert (answer.conclusion, answer.speakers) == ("consistent", ("Ana Ruiz",))
    assert await quotes_by_name(database) == {"Ana Ruiz": 2}
    assert await speaker_of(database, 2) == ("Ana Ruiz", "merge", "Ana Falk")
    assert await speaker_of(database, 1) == ("Ana Ruiz", None, "Ana Ruiz")
    for name in ("Ana Ruiz", "Ana Falk", "Falk"):
        assert (await judge(database, name)).verdict == "verbatim", name
        assert (await ask(database, speaker=name)).statements, name
    # New articles with that name are hers as well.
    await put("“The ferry is late,” said Ana Falk.", "Echo")
    assert await speaker_of(database, 3) == ("Ana Ruiz", "merge", "Ana Falk")
    await put("“The ferry is gone,” said Ana M. Falk.", "Globe")
    assert (await speaker_of(database, 4))[0] == "Ana Ruiz", "a middle name more is the same name"
    # The old number still answers, and says whose name it is.
    async with database.session() as session:
        entry = await get_speaker(session, other)
    assert entry is not None
    assert entry.part_of is not None
    assert (entry.quotes, entry.part_of.id) == (2, one)
    await decide(database, undo, 1, INES)
    assert await quotes_by_name(database) == {"Ana Ruiz": 1, "Ana Falk": 3}
    assert (await ask(database)).conclusion == "speaker differs"


async def test_an_unnamed_source_gets_a_name_later(database: Database, attribute: Attribute) -> None:
    async def anonymous(text: str) -> AttributedText:
        found = await attribute(text)
        quotes = tuple(replace(q, speaker=Named("a senior official", "unnamed")) for q in found.quotes)
        return replace(found, quotes=quotes)

    async with database.session() as session:
        await add_article(session, ArticleInput(f"“{WORDS},” said an official.", "Post"), anonymous)
        await add_article(session, ArticleInput("“I won,” said Ana Ruiz.", "Sun"), attribute)
    official, ana = await named(database, "official"), await named(database, "Ruiz")
    with pytest.raises(ConflictError, match="the other way round"):
        await decide(database, merge, ana, official, INES)
    await decide(database, merge, official, ana, INES)
    assert await speaker_of(database, 1) == ("Ana Ruiz", "merge", "a senior official")
    await decide(database, undo, 1, INES)
    assert await speaker_of(database, 1) == ("a senior official", None, "a senior official")


async def test_one_speaker_is_two(database: Database, put: Put) -> None:
    await put(f"“{WORDS},” said John Smith.")
    await put(f"“{WORDS},” said John Smith.", "Sun")
    one = await named(database, "John Smith")
    before = await groups(database)
    assert (await ask(database)).conclusion == "consistent"
    footballer = NamedAs("John Smith", "person", "the footballer")
    done = await decide(database, split, one, footballer, INES, quotes=[2])
    assert done.speaker is not None
    answer = await ask(database)
    assert answer.conclusion == "speaker differs"
    assert set(answer.speakers) == {"John Smith", "John Smith (the footballer)"}
    # Whom a later article means, nobody can tell: neither gets words that may be the other's.
    await put("“I am tired,” said John Smith.", "Echo")
    async with database.session() as session:
        third = await get_quote(session, 3)
    assert third is not None
    assert third.found.speaker is not None
    assert third.found.speaker.id not in (one, done.speaker.id)
    assert third.found.speaker.note == "which one is not known"
    await decide(database, undo, 1, INES)
    assert await quotes_by_name(database) == {"John Smith": 3}
    assert {frozenset(group) for group in before.values()} <= {
        frozenset(group) for group in (await groups(database)).values()
    }


@pytest.mark.parametrize(("later", "expected"), [("this", None), ("other", "the footballer")])
async def test_an_editor_says_whom_later_articles_mean(
    database: Database, put: Put, later: str, expected: str | None
) -> None:
    await put("“I won,” said John Smith. “I lost,” said John Smith.")
    one = await named(database, "John Smith")
    other = NamedAs("John Smith", "person", "the footballer")
    await decide(database, split, one, other, INES, quotes=[2], later=later)
    await put("“I am tired,” said John Smith.", "Echo")
    async with database.session() as session:
        found = await get_quote(session, 3)
    assert found is not None
    assert found.found.speaker is not None
    assert found.found.speaker.note == expected


async def test_a_name_is_taken_from_a_speaker_with_all_its_quotes(database: Database, put: Put) -> None:
    for number, name in enumerate(("John Smith", "John A. Smith", "John A. Smith")):
        await put(f"“I have {number} boats,” said {name}.", f"Outlet {number}")
    assert await quotes_by_name(database) == {"John Smith": 3}, "one man, as the names alone tell"
    one = await named(database, "John Smith")
    son = NamedAs("John A. Smith", "person", "the son")
    await decide(database, split, one, son, INES, names=["John A. Smith"])
    assert (await speaker_of(database, 2))[:2] == ("John A. Smith", "split")
    await put("“I have no boat,” said John A. Smith.", "Echo")
    await put("“I have one boat,” said John Smith.", "Globe")
    assert await quotes_by_name(database) == {"John A. Smith": 3, "John Smith": 2}
    with pytest.raises(ConflictError, match="own name"):
        await decide(database, split, one, son, INES, names=["John Smith"])
    with pytest.raises(ConflictError, match="is not called"):
        await decide(database, split, one, son, INES, names=["Ana Ruiz"])


async def test_a_split_speaker_is_not_linked_again_by_later_names(database: Database, put: Put) -> None:
    await put("“I won,” said John Smith. “I lost,” said John Smith.")
    one = await named(database, "John Smith")
    other = NamedAs("John Smith", "person", "the footballer")
    done = await decide(database, split, one, other, INES, quotes=[2], later="this")
    for number, name in enumerate(("John A. Smith", "JOHN SMITH", "J. Smith")):
        await put(f"“I have {number} boats,” said {name}.", f"Outlet {number}")
    async with database.session() as session:
        first, second = await get_speaker(session, one), await get_speaker(session, done.speaker.id or 0)
    assert first is not None
    assert second is not None
    assert (first.part_of, second.part_of) == (None, None)
    assert (first.quotes, second.quotes) == (2, 1), "a name that fits both is given to neither"


async def test_every_decision_is_written_down_and_stays(database: Database, put: Put) -> None:
    await put(f"“{WORDS},” said Ana Ruiz.")
    await decide(database, correct, 1, NamedAs("Boris Hale", "person"), INES)
    await decide(database, correct, 1, NamedAs("Cleo Marsh", "person"), Editor("Omar", "the transcript"))
    await decide(database, undo, 2, Editor("Omar", "wrong transcript"))
    assert (await speaker_of(database, 1))[0] == "Boris Hale"
    async with database.session() as session:
        page = await list_decisions(session, quote_id=1)
        by_omar = await list_decisions(session, editor="Omar", limit=1)
    assert [entry.decision.kind for entry in page.items] == ["undo", "correct", "correct"]
    assert (by_omar.total, len(by_omar.items)) == (2, 1)
    second = page.items[1]
    (change,) = second.changes
    assert (change.before and change.before.name, change.after and change.after.name) == (
        "Boris Hale",
        "Cleo Marsh",
    )
    assert (second.undone_by, second.decision.reason) == (3, "the transcript")
    assert second.decision.created_at.utcoffset() is not None
    for statement in (
        "UPDATE decision SET reason = 'x'",
        "DELETE FROM decision WHERE id = 1",
        "UPDATE decision_change SET after_id = 1",
        "DELETE FROM decision_change",
    ):
        async with database.session() as session:
            with pytest.raises(DBAPIError, match="never changed or deleted"):
                await session.execute(sql(statement))
    async with database.session() as session:
        assert len((await session.exec(select(Decision))).all()) == 3
        assert len((await session.exec(select(DecisionChange))).all()) == 3


async def test_what_a_later_decision_rests_on_is_undone_after_it(database: Database, put: Put) -> None:
    await put("“I won,” said Ana Ruiz. “I lost,” said Boris Hale. “I slept,” said Cleo Marsh.")
    ana, boris, cleo = [await named(database, name) for name in ("Ana Ruiz", "Boris Hale", "Cleo Marsh")]
    await decide(database, merge, ana, boris, INES)
    await decide(database, merge, boris, cleo, INES)
    assert await quotes_by_name(database) == {"Cleo Marsh": 3}
    with pytest.raises(ConflictError, match="decision 2 came later"):
        await decide(database, undo, 1, INES)
    await decide(database, undo, 2, INES)
    assert await quotes_by_name(database) == {"Boris Hale": 2, "Cleo Marsh": 1}
    await decide(database, undo, 1, INES)
    assert await quotes_by_name(database) == {"Ana Ruiz": 1, "Boris Hale": 1, "Cleo Marsh": 1}
    for again in (1, 2):
        with pytest.raises(ConflictError, match="undone already"):
            await decide(database, undo, again, INES)
    with pytest.raises(ConflictError, match="an undo is not undone"):
        await decide(database, undo, 3, INES)


async def test_statements_join_and_part_as_speakers_do_and_keep_their_number(
    database: Database, put: Put
) -> None:
    await put("“We are carving up certain assets as we speak,” said Ana Ruiz.")
    await put("“carving up” said Boris Hale.", "Sun")
    apart = await groups(database)
    assert sorted(map(len, apart.values())) == [1, 1]
    # A short fragment joins only its own speaker's words.
    await decide(database, correct, 2, await named(database, "Ana Ruiz"), INES)
    joined = await groups(database)
    assert joined == {1: {1, 2}}
    await decide(database, undo, 1, INES)
    parted = await groups(database)
    assert sorted(map(len, parted.values())) == [1, 1]
    assert parted[1] == {1}, "the first report keeps the statement's number"
    async with database.session() as session:
        assert len((await session.exec(select(Statement))).all()) == 2, "no empty statement is left"


async def test_a_decision_about_something_else_by_now_is_refused(database: Database, put: Put) -> None:
    await put("“I won,” said Ana Ruiz. “I lost,” said Boris Hale.")
    ana, boris = await named(database, "Ana Ruiz"), await named(database, "Boris Hale")
    async with database.session() as session:
        quote = await session.get_one(Quote, 1)
        seen_quote = quote_version(quote, None)
        seen_speaker = (await session.get_one(Speaker, ana)).version
    await decide(database, correct, 1, boris, INES, version=seen_quote)
    with pytest.raises(StaleError):
        await decide(database, correct, 1, ana, INES, version=seen_quote)
    await decide(database, merge, ana, boris, INES, version=seen_speaker)
    with pytest.raises(StaleError):
        await decide(database, merge, ana, boris, INES, version=seen_speaker)
    with pytest.raises(ConflictError, match="is a name of speaker"):
        await decide(database, merge, ana, boris, INES)
    with pytest.raises(ConflictError, match="is a name of speaker"):
        await decide(database, correct, 2, ana, INES)


async def test_impossible_decisions_say_why_and_change_nothing(database: Database, put: Put) -> None:
    await put("“I won,” said Ana Ruiz. “I lost,” said Boris Hale.")
    ana, boris = await named(database, "Ana Ruiz"), await named(database, "Boris Hale")
    for error, message, act, arguments, options in [
        (UnknownRecordError, "no speaker 99", merge, (ana, 99), {}),
        (UnknownRecordError, "no quote 99", correct, (99, ana), {}),
        (UnknownRecordError, "no decision 99", undo, (99,), {}),
        (UnknownRecordError, "no quote 99", split, (ana, boris), {"quotes": [99]}),
        (ConflictError, "itself", merge, (ana, ana), {}),
        (ConflictError, "not of speaker", split, (ana, boris), {"quotes": [2]}),
        (ConflictError, "is the same one", split, (ana, ana), {"quotes": [1]}),
        (ConflictError, "add a note", split, (ana, NamedAs("Ana Ruiz", "person")), {"quotes": [1]}),
        (DecisionError, "which quotes", split, (ana, boris), {}),
        (DecisionError, "more than", split, (ana, boris), {"quotes": range(MAX_QUOTES + 1)}),
        (DecisionError, "needs a name", correct, (1, NamedAs(" ", "person")), {}),
        (DecisionError, "longer than", correct, (1, NamedAs("x" * 301, "person")), {}),
        (DecisionError, "cannot be stored", correct, (1, NamedAs("A\x00B", "person")), {}),
    ]:
        by = (INES,)
        with pytest.raises(error, match=message):
            await decide(database, act, *arguments, *by, **options)
    for name, reason in (("", "why"), ("Ines", " "), ("x" * 101, "why"), ("Ines", "x" * 2_001), ("a\0", "b")):
        with pytest.raises(DecisionError):
            Editor(name, reason)
    async with database.session() as session:
        assert (await session.exec(select(Decision))).all() == []
        assert (await list_decisions(session)).total == 0
    assert await quotes_by_name(database) == {"Ana Ruiz": 1, "Boris Hale": 1}


async def test_two_editors_at_once_do_not_overwrite_one_another(database: Database, put: Put) -> None:
    await put("“I won,” said Ana Ruiz. “I lost,” said Boris Hale. “I slept,” said Cleo Marsh.")
    ana, boris, cleo = [await named(database, name) for name in ("Ana Ruiz", "Boris Hale", "Cleo Marsh")]
    results = await asyncio.gather(
        decide(database, merge, ana, boris, Editor("Ines", "one"), version=1),
        decide(database, merge, ana, cleo, Editor("Omar", "two"), version=1),
        return_exceptions=True,
    )
    assert sorted(type(result).__name__ for result in results) == ["Decided", "StaleError"]
    results = await asyncio.gather(
        *(
            decide(database, correct, 3, to, Editor(who, "why"), version="3-0-0")
            for who, to in (("Ines", None), ("Omar", NamedAs("Dora Lind", "person")))
        ),
        return_exceptions=True,
    )
    assert sorted(type(result).__name__ for result in results) == ["Decided", "StaleError"]
    async with database.session() as session:
        assert (await list_decisions(session)).total == 2


async def test_undoing_twice_at_once_undoes_once(database: Database, put: Put) -> None:
    await put("“I won,” said Ana Ruiz.")
    await decide(database, correct, 1, None, INES)
    results = await asyncio.gather(
        *(decide(database, undo, 1, INES) for _ in range(3)), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["ConflictError"] * 2 + ["Decided"]
    assert await speaker_of(database, 1) == ("Ana Ruiz", None, "Ana Ruiz")


async def test_articles_come_in_while_people_decide(database: Database, put: Put) -> None:
    await put("“I won,” said Ana Ruiz. “I lost,” said Boris Hale.")
    ana, boris = await named(database, "Ana Ruiz"), await named(database, "Boris Hale")
    await asyncio.gather(
        *(put(f"“I have {number} boats,” said Ana Ruiz.", f"Outlet {number}") for number in range(6)),
        decide(database, merge, ana, boris, INES),
    )
    assert await quotes_by_name(database) == {"Boris Hale": 8}
    async with database.session() as session:
        unlinked = select(Quote).where(col(Quote.statement_id).is_(None))
        assert (await session.exec(unlinked)).all() == []


async def test_an_archive_of_the_first_version_is_taken_over(database: Database, put: Put) -> None:
    await put(f"“{WORDS},” said Ana Ruiz.")
    await decide(database, correct, 1, NamedAs("Boris Hale", "person"), INES)
    await database.downgrade("0001")
    async with database.session() as session:
        before = (
            await session.execute(sql("SELECT s.name FROM quote q JOIN speaker s ON s.id = q.speaker_id"))
        ).all()
    assert [name for (name,) in before] == ["Ana Ruiz"], "what the engine found"
    await database.upgrade()
    assert await database.is_ready()
    assert await speaker_of(database, 1) == ("Ana Ruiz", None, "Ana Ruiz")
    async with database.session() as session:
        quote = await session.get_one(Quote, 1)
        speaker = await session.get_one(Speaker, quote.found_speaker_id)
    assert (speaker.match_key, speaker.surname_key, speaker.version) == ("ruiz a", "ruiz", 1)
    # Names link as in a new archive as soon as another of that surname comes in.
    await put("“It rains,” said Ana M. Ruiz.", "Sun")
    assert await quotes_by_name(database) == {"Ana Ruiz": 2}


async def test_a_session_that_goes_on_respects_what_was_decided_meanwhile(
    database: Database, attribute: Attribute, put: Put
) -> None:
    async with database.session() as session:
        for name in ("Ana Ruiz", "Boris Hale"):
            await add_article(session, ArticleInput(f"“I won,” said {name}.", "Post"), attribute)
        ana, boris = await named(database, "Ana Ruiz"), await named(database, "Boris Hale")
        await decide(database, merge, ana, boris, INES)
        # The records of both names are still in this session's memory, as they were.
        await add_article(session, ArticleInput("“I lost,” said Ana M. Ruiz.", "Sun"), attribute)
    assert await quotes_by_name(database) == {"Boris Hale": 3}
