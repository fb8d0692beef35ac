"""A fact-checker asks who said something, and how consistently outlets report it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import col, select

import seeds
from api.archive import ArticleInput, add_article
from api.database import Database
from api.records import Quote, Revision, Statement
from api.reports import reports_of_quotes, reports_of_statements
from api.search import QuoteFilters
from api.statements import statement_report, who_said
from attribution.models import AttributedText, Speaker
from attribution.models import Quote as Found

DAY = date(2025, 3, 17)


async def put(database: Database, attribute, text: str, outlet: str, day: date | None = DAY, url=None):
    async with database.session() as session:
        return await add_article(session, ArticleInput(text, outlet, published=day, url=url), attribute)


async def ask(database: Database, words: str, **filters):
    async with database.session() as session:
        return await who_said(session, words, QuoteFilters(**filters))


async def statements(database: Database) -> set[frozenset[tuple[str, str]]]:
    """Return the current statements, each as the set of its (outlet, wording)."""
    async with database.session() as session:
        ids = (await session.exec(select(Statement.id))).all()
        found = []
        for id in ids:
            reports = await reports_of_statements(session, [id])
            found.append(frozenset((report.outlet, report.wording) for report in reports))
    return set(found)


async def gold_attribute(text: str) -> AttributedText:
    """Attribute a demo article as its gold annotation says; pieces of one report are one utterance."""
    article = next(article for article in seeds.gold_quotes() if article.text == text)
    utterances = {
        span: number
        for number, report in enumerate(
            report for s in seeds.gold_statements() for report in s.reports if report.article == article.id
        )
        for span in report.spans
    }
    quotes = tuple(
        Found(
            quote.start, quote.end, text[quote.start : quote.end], "direct",
            Speaker(quote.speaker, quote.speaker_type or "unnamed"), None, None,
            utterances.get((quote.start, quote.end), 1000 + number), "gold", 1.0,
        )
        for number, quote in enumerate(article.quotes)
        if quote.kind == "speech" and quote.speaker
    )  # fmt: skip
    return AttributedText(text, quotes, engine_version="gold", pipeline_version="gold")


async def load_demo(database: Database, articles: Sequence[seeds.SeedArticle]) -> None:
    async with database.session() as session:
        for article in articles:
            await add_article(
                session,
                ArticleInput(
                    article.text, article.outlet, article.title, article.url, article.published, article.id
                ),
                gold_attribute,
            )


async def test_same_words_in_two_outlets_are_one_consistent_statement(database, attribute):
    await put(database, attribute, "“The bridge will never carry lorries again,” said Ana Ruiz.", "Post")
    await put(
        database,
        attribute,
        "She was firm. “The bridge will never carry lorries again,” said Ana Ruiz.",
        "Sun",
    )
    answer = await ask(database, "never carry lorries")
    assert answer.conclusion == "consistent"
    assert answer.speakers == ("Ana Ruiz",)
    [statement] = answer.statements
    assert [variant.relation for variant in statement.variants] == ["verbatim", "verbatim"]
    assert statement.independent_sources == 2
    assert answer.searched.articles == 2
    assert (answer.searched.since, answer.searched.until) == (DAY, DAY)


async def test_changed_words_are_shown_with_their_place(database, attribute):
    first = "“We will close two schools in the valley this year,” said Ana Ruiz."
    second = "“We may close two schools in the valley this year,” said Ruiz."
    await put(database, attribute, first, "Post")
    await put(database, attribute, second, "Sun")
    answer = await ask(database, "close two schools in the valley")
    assert answer.conclusion == "wording differs"
    altered = next(variant for variant in answer.statements[0].variants if variant.relation == "altered")
    assert altered.flags == ("modality",)
    [change] = altered.changes
    assert {change.a.text, change.b.text} == {"will", "may"}
    wording = altered.report.wording
    assert wording[change.b.start : change.b.end] == change.b.text
    # Names that fit each other are one speaker.
    assert len(answer.speakers) == 1


async def test_two_speakers_for_the_same_words_are_a_disagreement(database, attribute):
    words = "“This harbour has buried more promises than ships, and we counted every one of them,” said "
    await put(database, attribute, words + "Ana Ruiz.", "Post")
    await put(database, attribute, words + "Boris Hale.", "Sun")
    answer = await ask(database, "buried more promises than ships")
    assert answer.conclusion == "speaker differs"
    assert set(answer.speakers) == {"Ana Ruiz", "Boris Hale"}


async def test_a_person_here_and_a_body_there_are_not_one_speaker(database, attribute):
    async def as_body(text: str) -> AttributedText:
        found = await attribute(text)
        bodies = tuple(replace(q, speaker=Speaker("Harbour Trust", "organization")) for q in found.quotes)
        return replace(found, quotes=bodies)

    words = (
        "“This harbour has buried more promises than ships, and we counted every one of them,” said Ana Ruiz."
    )
    await put(database, attribute, words, "Post")
    await put(database, as_body, words + " More follows.", "Sun")
    answer = await ask(database, "buried more promises than ships")
    # One statement, for the person may speak for the body; but not consistent, for the outlets differ.
    assert len(answer.statements) == 1
    assert answer.conclusion == "speaker differs"
    assert set(answer.speakers) == {"Ana Ruiz", "Harbour Trust"}


async def test_copies_of_one_story_are_a_single_source(database, attribute):
    story = (
        "The council met on Monday evening in the old customs house to hear what the engineers had found "
        "under the northern quay, and it heard nothing that pleased it. “The quay is standing on goodwill "
        "and rust,” said Ana Ruiz. The council will meet again in May, when a second report is expected "
        "from the capital, and the fishermen have been asked to move their boats in the meantime."
    )
    await put(database, attribute, story, "Post")
    await put(database, attribute, story + " (Agency)", "Sun")
    answer = await ask(database, "standing on goodwill and rust")
    assert answer.statements[0].outlets == 2
    assert answer.statements[0].independent_sources == 1
    assert answer.conclusion == "single source"


async def test_only_the_passage_about_the_words_is_compared(database, attribute):
    """A long quote's other sentence may be worded otherwise elsewhere without a bearing on this one."""
    long = (
        "“The old mill has to stay where it is. We are going to restore the wheel before winter,” "
        "said Ana Ruiz."
    )
    await put(database, attribute, long, "Post")
    await put(database, attribute, "“The old mill must stay where it is,” said Ana Ruiz.", "Sun")
    await put(database, attribute, "“restore the wheel before winter,” said Ana Ruiz.", "Echo")
    wheel = await ask(database, "restore the wheel before winter")
    assert wheel.conclusion == "consistent"
    assert {variant.report.outlet for variant in wheel.statements[0].variants} == {"Post", "Echo"}
    passage = next(v for v in wheel.statements[0].variants if v.report.outlet == "Post")
    assert passage.text == "We are going to restore the wheel before winter,”"
    [(start, end)] = passage.places
    assert long[start:end] == passage.text
    mill = await ask(database, "the old mill stay where it is")
    assert mill.conclusion == "wording differs"


async def test_a_split_quote_is_one_wording_with_two_places(database):
    text = "“The ice came early,” said Ana Ruiz, “and it took the jetty with it.”"

    async def split(given: str) -> AttributedText:
        pieces = [(0, 21), (37, len(given))]
        quotes = tuple(
            Found(a, b, given[a:b], "direct", Speaker("Ana Ruiz", "person"), None, None, 1, "t", 0.9)
            for a, b in pieces
        )
        return AttributedText(given, quotes)

    await put(database, split, text, "Post")
    await put(database, split, text.replace("early", "late").replace("late", "early") + " ", "Sun")
    answer = await ask(database, "the ice came early and it took the jetty")
    [statement] = answer.statements
    assert [variant.text for variant in statement.variants] == [
        "“The ice came early,” “and it took the jetty with it.”"
    ] * 2
    assert [text[a:b] for a, b in statement.variants[0].places] == [
        "“The ice came early,”", "“and it took the jetty with it.”",
    ]  # fmt: skip


async def test_a_report_knows_the_other_names_of_its_speaker(database, attribute):
    await put(database, attribute, "“We will not drain the eastern marsh,” said Oleg Petrenko.", "The Post")
    await put(
        database, attribute, "“We will not drain the eastern marsh,” said Oleh Petrenko.", "The Gazette"
    )
    await put(database, attribute, "“The old ferry pier reopens in spring,” said Ines Moreau.", "The Post")
    named = (await ask(database, "drain the eastern marsh")).statements[0].variants
    for variant in named:
        assert {variant.report.speaker, *variant.report.speaker_names} == {"Oleg Petrenko", "Oleh Petrenko"}
    alone = (await ask(database, "the old ferry pier reopens in spring")).statements[0].variants
    assert [variant.report.speaker_names for variant in alone] == [()]


async def test_reports_that_are_known_are_not_read_again(database, attribute):
    for outlet in ("The Post", "The Gazette", "The Herald"):
        await put(database, attribute, "“We will not drain the eastern marsh,” said Ana Ruiz.", outlet)
    async with database.session() as session:
        id = (await session.exec(select(Statement.id))).one()
        reports = await reports_of_statements(session, [id])
        rest = await reports_of_statements(session, [id], known=[reports[1].quote_id])
        assert rest == [reports[0], reports[2]]


async def test_set_phrases_of_two_people_stay_apart(database, attribute):
    await put(database, attribute, "“At the end of the day,” said Ana Ruiz.", "Post")
    await put(database, attribute, "“At the end of the day,” said Boris Hale.", "Sun")
    assert len(await statements(database)) == 2
    answer = await ask(database, "at the end of the day")
    assert {statement.speakers for statement in answer.statements} == {("Ana Ruiz",), ("Boris Hale",)}


async def test_a_short_fragment_joins_its_speaker_in_the_same_days_only(database, attribute):
    await put(database, attribute, "“We are carving up certain assets as we speak,” said Ana Ruiz.", "Post")
    await put(database, attribute, "“carving up” said Ana Ruiz.", "Sun")
    await put(database, attribute, "“carving up” said Boris Hale.", "Echo")
    await put(database, attribute, "“carving up” said Ana Ruiz.\nLater.", "Globe", date(2025, 11, 2))
    joined = next(group for group in await statements(database) if len(group) > 1)
    assert {outlet for outlet, _ in joined} == {"Post", "Sun"}
    answer = await ask(database, "carving up certain assets")
    assert answer.conclusion == "consistent"
    assert [v.relation for v in answer.statements[0].variants] == ["verbatim", "truncated"]


async def test_the_old_text_of_a_revised_article_no_longer_counts(database, attribute):
    url = "https://post.example/quay"
    await put(
        database, attribute, "“The quay will be shut for the whole summer,” said Ana Ruiz.", "Post", url=url
    )
    await put(
        database, attribute, "“The quay will be shut for the whole summer,” said Ana Ruiz.\nYes.", "Sun"
    )
    await put(database, attribute, "“Nothing is decided about dredging,” said Ana Ruiz.", "Post", url=url)
    answer = await ask(database, "shut for the whole summer")
    assert [variant.report.outlet for variant in answer.statements[0].variants] == ["Sun"]
    assert answer.conclusion == "single source"
    async with database.session() as session:
        old = select(Quote).join(Revision, col(Revision.id) == col(Quote.revision_id))
        for quote in await session.exec(old.where(col(Revision.current).is_(False))):
            assert quote.statement_id is None
            assert await reports_of_quotes(session, [quote.id]) == []


async def test_a_revision_that_joined_two_statements_lets_them_fall_apart(database, attribute):
    one = "“The northern ferry line loses money on every crossing.”"
    two = "“No island should be left without a boat in January.”"
    url = "https://post.example/ferry"
    await put(database, attribute, f"{one} said Ana Ruiz.", "Sun")
    await put(database, attribute, f"{two} said Ana Ruiz.", "Echo")
    both = f"{one[:-1]} {two[1:]} said Ana Ruiz."
    await put(database, attribute, both, "Post", url=url)
    assert len(await statements(database)) == 1
    await put(database, attribute, "“I have nothing to add.” said Ana Ruiz.", "Post", url=url)
    assert {frozenset(outlet for outlet, _ in group) for group in await statements(database)} == {
        frozenset({"Sun"}), frozenset({"Echo"}), frozenset({"Post"}),
    }  # fmt: skip


async def test_filters_narrow_the_answer(database, attribute):
    await put(database, attribute, "“Salt water has reached the lower wells,” said Ana Ruiz.", "Post")
    await put(
        database,
        attribute,
        "“Salt water has reached the lower wells,” said Ana Ruiz.\nIt was dry.",
        "Sun",
        date(2025, 4, 2),
    )
    asked = "salt water reached the lower wells"
    assert (await ask(database, asked)).conclusion == "consistent"
    assert (await ask(database, asked, outlet="the Sun")).statements[0].outlets == 1
    april = await ask(database, asked, since=date(2025, 4, 1))
    assert [v.report.outlet for v in april.statements[0].variants] == ["Sun"]
    assert april.searched.articles == 1
    assert (await ask(database, asked, speaker="Ruiz")).statements
    assert not (await ask(database, asked, speaker="Hale")).statements


@pytest.mark.parametrize("words", ["", "…", "“”", "\x00", "the", "'; DROP TABLE quote; --", "𝔘𝔫𝔦", "\ud800"])
async def test_any_words_may_be_asked_for(database, attribute, words):
    await put(database, attribute, "“The tide gauge was painted over,” said Ana Ruiz.", "Post")
    answer = await ask(database, words)
    assert answer.searched.articles == 1
    assert answer.to_dict()["words"] == words


async def test_not_found_names_what_comes_close(database, attribute):
    await put(
        database, attribute, "“The tide gauge was painted over by the harbour staff,” said Ana Ruiz.", "Post"
    )
    answer = await ask(database, "the harbour staff were on strike that week and refused overtime")
    assert answer.statements == ()
    assert answer.conclusion is None
    assert [variant.report.outlet for variant in answer.nearest] == ["Post"]


async def test_a_quote_of_nothing_but_dots_has_a_report_too(database, attribute):
    added = await put(database, attribute, "“…” said Ana Ruiz. “… — …” said Ana Ruiz.", "Post")
    assert added.quotes == 2
    async with database.session() as session:
        for id in (await session.exec(select(Statement.id))).all():
            report = await statement_report(session, id)
            assert report is not None
            assert report.conclusion == "single source"


async def test_an_empty_archive_answers(database):
    answer = await ask(database, "anything at all")
    assert (answer.statements, answer.searched.articles, answer.searched.since) == ((), 0, None)
    async with database.session() as session:
        assert await statement_report(session, 1) is None


async def test_statements_do_not_depend_on_the_order_of_arrival(sqlite_database, tmp_path):
    articles = seeds.articles()
    await load_demo(sqlite_database, articles)
    expected = await statements(sqlite_database)
    for seed in (1, 2):
        shuffled = random.Random(seed).sample(articles, len(articles))
        other = Database(f"sqlite:///{tmp_path / f'shuffled{seed}.sqlite'}")
        await other.upgrade()
        await load_demo(other, shuffled)
        assert await statements(other) == expected
        await other.dispose()


async def test_the_demo_archive_is_judged_as_a_careful_reader_does(database):
    """With gold quotes and speakers; what the engine makes of the same articles is tested elsewhere."""
    await load_demo(database, seeds.articles())
    urls = {article.url: article.id for article in seeds.articles()}
    for gold in seeds.gold_statements():
        words = " ".join(next(r for r in gold.reports if r.relation == "fullest").words)
        answer = await ask(database, words)
        async with database.session() as session:
            found = next(
                s
                for s in answer.statements
                if {urls[v.report.url] for v in s.variants} & {r.article for r in gold.reports}
            )
            report = await statement_report(session, found.id)
        assert report is not None
        assert {urls[v.report.url] for v in report.variants} == {r.article for r in gold.reports}, gold.id
        assert report.conclusion == gold.conclusion, gold.id
        assert report.independent_sources == gold.independent_sources, gold.id
        flags = {urls[v.report.url]: v.flags for v in report.variants}
        for expected in gold.reports:
            assert expected.flag is None or expected.flag in flags[expected.article], gold.id
