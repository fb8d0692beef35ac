"""Which names are one speaker, and which are kept apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from api.archive import ArticleInput, Attribute, add_article
from api.catalogue import aliases_of, list_speakers
from api.database import Database, begin_write
from api.names import (
    MAX_NAME,
    full_name_in_article,
    is_bare,
    match_key,
    may_be_same_person,
    name_key,
    same_organization,
    same_person,
)
from api.records import Quote, Speaker, SpeakerAlias
from api.speakers import resolve_speaker
from attribution.models import AttributedText
from attribution.models import Speaker as Speaker_

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
    assert match_key(a, "person") == match_key(b, "person")


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
        assert match_key(a, "person") == match_key(b, "person")


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


async def test_spellings_of_one_name_are_one_speaker_with_aliases(database: Database) -> None:
    async with database.session() as session:
        await begin_write(session)
        first = await resolve_speaker(session, "Andriy Sybiha", "person")
        second = await resolve_speaker(session, "Andrii Sybiha", "person")
        third = await resolve_speaker(session, "ANDRIY SYBIHA", "person")
        organization = await resolve_speaker(session, "Andriy Sybiha", "organization")
        await session.commit()
        assert first.id == third.id == second.canonical_id != organization.id
        assert (first.canonical_id, organization.canonical_id) == (None, None)
        assert first.name == "Andriy Sybiha"
        assert await aliases_of(session, first.id) == ("ANDRIY SYBIHA", "Andrii Sybiha", "Andriy Sybiha")


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
    assert {one.canonical_id, two.canonical_id, either.canonical_id} == {None}


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


async def speakers(database: Database) -> dict[str, set[str]]:
    """Return every speaker who is quoted, with all name forms."""
    async with database.session() as session:
        page = await list_speakers(session, limit=100)
        return {entry.speaker.name: set(await aliases_of(session, entry.speaker.id)) for entry in page.items}


async def put(database: Database, attribute: Attribute, text: str, outlet: str = "Ledger") -> None:
    async with database.session() as session:
        await add_article(session, ArticleInput(text, outlet, published=date(2025, 3, 17)), attribute)


async def test_one_speaker_for_the_names_that_outlets_print(database: Database, attribute: Attribute) -> None:
    names = [
        "Andriy Sybiha", "Andrii Sybiha", "JD Vance", "J.D. Vance", "James David Vance",
        "Volodymyr Zelensky", "Volodymyr Zelenskyy", "Volodymyr Zelenskiy",
        "Vladimir V. Putin", "Vladimir Putin", "Bill Clinton", "Hillary Clinton", "Hillary Rodham Clinton",
        "Donald Trump", "Donald J. Trump", "Donald Trump Jr",
    ]  # fmt: skip
    for number, name in enumerate(names):
        await put(database, attribute, f"“Answer number {number} is no,” said {name}.")
    found = await speakers(database)
    assert {frozenset(forms) for forms in found.values()} == {
        frozenset({"Andriy Sybiha", "Andrii Sybiha"}),
        frozenset({"JD Vance", "J.D. Vance", "James David Vance"}),
        frozenset({"Volodymyr Zelensky", "Volodymyr Zelenskyy", "Volodymyr Zelenskiy"}),
        frozenset({"Vladimir V. Putin", "Vladimir Putin"}),
        frozenset({"Bill Clinton"}),
        frozenset({"Hillary Clinton", "Hillary Rodham Clinton"}),
        frozenset({"Donald Trump", "Donald J. Trump"}),
        frozenset({"Donald Trump Jr"}),
    }


async def test_a_surname_alone_means_the_well_known_one(database: Database, attribute: Attribute) -> None:
    await put(database, attribute, "“It is cold,” said Putin.")
    for number in range(4):
        await put(database, attribute, f"“It is {number} degrees,” said Vladimir Putin.", f"Outlet {number}")
    # Four articles are not enough to know whom an outlet means that gives no full name.
    assert set(await speakers(database)) == {"Putin", "Vladimir Putin"}
    await put(database, attribute, "“It is warm,” said Vladimir V. Putin.", "Post")
    assert await speakers(database) == {"Vladimir Putin": {"Putin", "Vladimir Putin", "Vladimir V. Putin"}}
    # A second bearer of the surname makes it doubtful again.
    await put(database, attribute, "“It is late,” said Lyudmila Putin.", "Post")
    assert set(await speakers(database)) == {"Putin", "Vladimir Putin", "Lyudmila Putin"}


async def test_many_articles_of_one_outlet_make_nobody_well_known(
    database: Database, attribute: Attribute
) -> None:
    await put(database, attribute, "“It is cold,” said Okafor.")
    for number in range(6):
        await put(database, attribute, f"“It is {number} degrees,” said Ada Okafor.")
    assert set(await speakers(database)) == {"Okafor", "Ada Okafor"}


async def test_mr_and_mrs_are_two_even_without_given_names(database: Database, attribute: Attribute) -> None:
    for number in range(5):
        await put(database, attribute, f"“Yes, {number} times,” said Hillary Clinton.", f"Outlet {number}")
    await put(database, attribute, "“It is cold,” said Mrs. Clinton.")
    await put(database, attribute, "“It is warm,” said Mr. Clinton.")
    found = await speakers(database)
    assert set(found) == {"Hillary Clinton", "Mr. Clinton"}
    assert "Mrs. Clinton" in found["Hillary Clinton"]


async def test_father_and_son_of_one_name_are_two_by_their_ages(
    database: Database, attribute: Attribute
) -> None:
    await put(database, attribute, "“I drive,” said John Smith, 45, a plumber.")
    await put(database, attribute, "“I drove,” said John Smith, 72, a plumber.", "Post")
    await put(database, attribute, "“I swim,” said John Smith, 44, a plumber.", "Sun")
    await put(database, attribute, "“I walk,” said John Smith.", "Echo")
    async with database.session() as session:
        page = await list_speakers(session)
    # Two men, and one of whom nobody can tell which of them he is.
    assert [(entry.speaker.name, entry.quotes) for entry in page.items] == [
        ("John Smith", 2), ("John Smith", 1), ("John Smith", 1),
    ]  # fmt: skip


async def test_organisations_are_one_only_where_the_names_tell(
    database: Database, attribute: Attribute
) -> None:
    async def as_bodies(text: str) -> AttributedText:
        found = await attribute(text)
        return replace(
            found,
            quotes=tuple(
                replace(quote, speaker=Speaker_(quote.speaker.name, "organization"))
                for quote in found.quotes
                if quote.speaker
            ),
        )

    names = [
        "the White House", "White House", "U.S. State Department", "State Department", "Trump campaign",
        "the Trump campaign", "Clinton campaign", "Democratic National Committee", "Army", "U.S. Army", "DNC",
    ]  # fmt: skip
    for number, name in enumerate(names):
        await put(database, as_bodies, f"“We have {number} beds,” said {name}.")
    introduced = "The Democratic National Committee (DNC) met. “We shall win,” said DNC."
    await put(database, as_bodies, introduced, "Post")
    assert {frozenset(forms) for forms in (await speakers(database)).values()} == {
        frozenset({"the White House", "White House"}),
        frozenset({"U.S. State Department", "State Department"}),
        frozenset({"Trump campaign", "the Trump campaign"}),
        frozenset({"Clinton campaign"}),
        frozenset({"Democratic National Committee"}),
        frozenset({"Army"}),
        frozenset({"U.S. Army"}),
        # An article that does not say what the letters stand for.
        frozenset({"DNC"}),
    }


async def test_speakers_do_not_depend_on_the_order_of_arrival(
    database: Database, attribute: Attribute, tmp_path: Path
) -> None:
    names = ["George Bush", "George W. Bush", "Joe Biden", "Joseph R. Biden", "George H. W. Bush", "Biden"]
    for number, name in enumerate(names):
        await put(database, attribute, f"“Answer number {number} is no,” said {name}.")
    other = Database(f"sqlite:///{tmp_path / 'other.sqlite'}")
    await other.upgrade()
    for number, name in reversed(list(enumerate(names))):
        await put(other, attribute, f"“Answer number {number} is no,” said {name}.")
    found = {frozenset(forms) for forms in (await speakers(database)).values()}
    assert found == {frozenset(forms) for forms in (await speakers(other)).values()}
    assert frozenset({"Joe Biden", "Joseph R. Biden"}) in found
    assert len(found) == 5
    await other.dispose()
