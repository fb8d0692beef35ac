"""Which names are one speaker, and which are kept apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from api.archive import ArticleInput, Attribute, add_article
from api.database import Database, begin_write
from api.records import Quote, Speaker, SpeakerAlias
from api.speakers import (
    MAX_NAME,
    full_name_in_article,
    is_bare,
    match_key,
    may_be_same_person,
    name_key,
    resolve_speaker,
    same_organization,
    same_person,
)

ONE_PERSON = [
    ("J.D. Vance", "JD Vance"),
    ("J. D. Vance", "JD VANCE"),
    ("Andriy Sybiha", "Andrii Sybiha"),
    ("Volodymyr Zelensky", "Volodymyr Zelenskyy"),
    ("Volodymyr Zelenskiy", "Volodymyr Zelenskyi"),
    ("Dmitri Medvedev", "Dmitry Medvedev"),
    ("Recep Tayyip Erdoğan", "Recep Tayyip Erdogan"),
    ("Владимир Путин", "Vladimir Putin"),
    ("Conor O’Brien", "Conor O'Brien"),
    ("Jean-Luc Moreau", "Jean Luc Moreau"),
    ("President Donald Trump", "Donald Trump"),
    ("Martin Luther King Jr.", "Martin Luther King, Jr"),
    ("US Vice-President J.D. Vance", "JD Vance"),
    ("British Foreign Minister Ada Okafor", "Ada Okafor"),
    ("Sir Bo Lind", "Bo Lind"),
    ("Ursula von der Leyen", "Ursula Von Der Leyen"),
    ("Donald Trump’s", "Donald Trump"),
]

TWO_PEOPLE = [
    ("Donald Trump", "Eric Trump"),
    ("Donald Trump", "Donald Trump Jr."),
    ("George W. Bush", "George H. W. Bush"),
    ("Tony Smith", "Toni Smith"),
    ("Ivan Petrov", "Ivana Petrova"),
    ("Bryan Cole", "Brian Cole"),
    ("Jan Miller", "Ian Miller"),
    ("Mario Rossi", "Maria Rossi"),
    ("John Adams", "John Quincy"),
    ("J. Smith", "K. Smith"),
    ("J.D. Vance", "J.K. Vance"),
    ("John Smith", "K. Smith"),
    ("Martin King Sr.", "Martin King Jr."),
    ("Henry II", "Henry III"),
    ("Prince Harry", "Debbie Harry"),
    ("Martin Luther King", "Martin Luther"),
]

PERHAPS_ONE_PERSON = [
    ("Vance", "J.D. Vance"),
    ("Trump", "Donald Trump Jr."),
    ("Putin", "Vladimir Putin"),
    ("J. Smith", "John Smith"),
    ("James David Vance", "J.D. Vance"),
    ("J. Vance", "J.D. Vance"),
    ("Donald J. Trump", "Donald Trump"),
    ("George W. Bush", "George Bush"),
    ("Joe Biden", "Joseph R. Biden"),
    ("Bernie Sanders", "Bernard Sanders"),
    ("Vladimir Zelensky", "Volodymyr Zelenskyy"),
    ("Zelensky", "Volodymyr Zelenskyy"),
    ("von der Leyen", "Ursula von der Leyen"),
    ("De Niro", "Robert De Niro"),
    ("A.J. Delgado", "Anthony James Delgado"),
]


@pytest.mark.parametrize(("a", "b"), ONE_PERSON)
def test_one_person_in_two_spellings(a: str, b: str) -> None:
    assert same_person(a, b)
    assert same_person(b, a)
    assert may_be_same_person(a, b)
    assert match_key(a) == match_key(b)


@pytest.mark.parametrize(("a", "b"), TWO_PEOPLE)
def test_two_people_are_never_one(a: str, b: str) -> None:
    assert not same_person(a, b)
    assert not may_be_same_person(a, b)
    assert not may_be_same_person(b, a)


@pytest.mark.parametrize(("a", "b"), PERHAPS_ONE_PERSON)
def test_a_name_with_parts_left_out_fits_but_is_not_merged(a: str, b: str) -> None:
    assert not same_person(a, b)
    assert may_be_same_person(a, b)
    assert may_be_same_person(b, a)


@given(st.text(max_size=40), st.text(max_size=40))
def test_same_person_is_symmetric_and_implies_the_wider_rule(a: str, b: str) -> None:
    assert same_person(a, a)
    assert same_person(a, b) == same_person(b, a)
    assert may_be_same_person(a, b) == may_be_same_person(b, a)
    if same_person(a, b):
        assert may_be_same_person(a, b)
        assert match_key(a) == match_key(b)


@given(st.text(max_size=400))
def test_a_key_is_folded_once_and_for_all(name: str) -> None:
    key = name_key(name)
    assert name_key(key) == key
    assert len(key) <= MAX_NAME


def test_organisations_and_bare_names() -> None:
    assert same_organization("The Kremlin", "Kremlin")
    assert not same_organization("Ministry of Defence", "Ministry of Health")
    assert is_bare("Putin")
    assert is_bare("President Putin")
    assert is_bare("von der Leyen")
    for full in ("Vladimir Putin", "Al Gore", "Ben Affleck", "Van Jones"):
        assert not is_bare(full)


def test_a_surname_means_the_one_full_name_of_its_article() -> None:
    assert full_name_in_article("Okafor", ["Ada Okafor", "Bo Lind", "Okafor"]) == "Ada Okafor"
    assert full_name_in_article("Okafor", ["Ada Okafor", "Uche Okafor"]) is None
    assert full_name_in_article("Okafor", ["Bo Lind"]) is None
    assert full_name_in_article("Zelensky", ["Volodymyr Zelenskyy"]) == "Volodymyr Zelenskyy"


async def test_spellings_of_one_name_share_a_record_with_aliases(database: Database) -> None:
    async with database.session() as session:
        await begin_write(session)
        first = await resolve_speaker(session, "Andriy Sybiha", "person")
        second = await resolve_speaker(session, "Andrii Sybiha", "person")
        third = await resolve_speaker(session, "ANDRIY SYBIHA", "person")
        organization = await resolve_speaker(session, "Andriy Sybiha", "organization")
        await session.commit()
        assert first.id == second.id == third.id != organization.id
        assert first.name == "Andriy Sybiha"
        forms = (await session.exec(select(SpeakerAlias).where(SpeakerAlias.speaker_id == first.id))).all()
    assert {alias.name for alias in forms} == {"Andriy Sybiha", "Andrii Sybiha", "ANDRIY SYBIHA"}


async def test_a_speaker_is_called_by_name_not_by_title(database: Database) -> None:
    async with database.session() as session:
        await begin_write(session)
        first = await resolve_speaker(session, "US Vice-President  J.D. Vance", "person")
        second = await resolve_speaker(session, "JD Vance", "person")
        pope = await resolve_speaker(session, "Pope Francis", "person")
        court = await resolve_speaker(session, "Justice Department", "organization")
        await session.commit()
        aliases = select(SpeakerAlias.name).where(SpeakerAlias.speaker_id == first.id)
        forms = (await session.exec(aliases)).all()
    assert first.id == second.id
    assert [speaker.name for speaker in (first, pope, court)] == [
        "J.D. Vance",
        "Pope Francis",
        "Justice Department",
    ]
    assert set(forms) == {"J.D. Vance", "US Vice-President J.D. Vance", "JD Vance"}


async def test_a_name_that_fits_two_records_gets_its_own(database: Database) -> None:
    async with database.session() as session:
        await begin_write(session)
        # Both fit "Dmitriy Orly"; neither fits the other, since a single y and i are not exchanged there.
        one = await resolve_speaker(session, "Dmitry Orla", "person")
        two = await resolve_speaker(session, "Dmitri Orla", "person")
        either = await resolve_speaker(session, "Dmitriy Orla", "person")
        await session.commit()
    assert len({one.id, two.id, either.id}) == 3


async def test_a_bare_surname_keeps_its_own_record_without_a_full_name(database: Database) -> None:
    async with database.session() as session:
        await begin_write(session)
        full = await resolve_speaker(session, "Ada Okafor", "person")
        bare = await resolve_speaker(session, "Okafor", "person")
        named = await resolve_speaker(session, "Okafor", "person", article_names=["Ada Okafor"])
        torn = await resolve_speaker(session, "Okafor", "person", article_names=["Ada Okafor", "Uche Okafor"])
        await session.commit()
    assert bare.id == torn.id != full.id
    assert named.id == full.id


async def test_a_surname_in_an_article_goes_to_its_full_name(
    database: Database, attribute: Attribute
) -> None:
    text = "“It rains,” said Ada Okafor. “It pours,” said Okafor."
    async with database.session() as session:
        await add_article(session, ArticleInput(text, "Ledger"), attribute)
        quotes = (await session.exec(select(Quote).order_by("start"))).all()
        speakers = (await session.exec(select(Speaker))).all()
    assert [quote.speaker_name for quote in quotes] == ["Ada Okafor", "Okafor"]
    assert {quote.speaker_id for quote in quotes} == {speaker.id for speaker in speakers}
    assert len(speakers) == 1


async def test_unnamed_sources_of_two_articles_are_two(database: Database, attribute: Attribute) -> None:
    async with database.session() as session:
        one = await add_article(session, ArticleInput("One.", "Ledger"), attribute)
        two = await add_article(session, ArticleInput("Two.", "Ledger"), attribute)
        await begin_write(session)
        speakers = [
            await resolve_speaker(session, "a senior official", "unnamed", article_id=article.article_id)
            for article in (one, one, two)
        ]
        await session.commit()
        with pytest.raises(ValueError, match="belongs to one article"):
            await resolve_speaker(session, "a senior official", "unnamed")
        with pytest.raises(ValueError, match="needs a name"):
            await resolve_speaker(session, " ", "person")
    assert speakers[0].id == speakers[1].id != speakers[2].id
