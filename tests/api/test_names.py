"""What two names tell by themselves, held against what a careful reader says of each pair."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.names import (
    Judgement,
    NameForm,
    age_of,
    introduced_acronyms,
    judge_names,
    one_speaker,
)
from attribution.models import SpeakerType

S: Judgement = "same"
D: Judgement = "different"
C: Judgement = "cannot tell"

# Names of public figures as outlets print them, and invented ones. `same`: nobody would hesitate to keep one
# record as long as no third name speaks against it. `different`: they cannot be one person or body.
PEOPLE: list[tuple[str, str, Judgement]] = [
    # Capitals, dots, hyphens, titles, diacritics, script.
    ("J.D. Vance", "JD Vance", S),
    ("J. D. Vance", "JD VANCE", S),
    ("JD Vance", "US Vice-President J.D. Vance", S),
    ("Jean-Luc Moreau", "Jean Luc Moreau", S),
    ("Conor O’Brien", "Conor O'Brien", S),
    ("Recep Tayyip Erdoğan", "Recep Tayyip Erdogan", S),
    ("Владимир Путин", "Vladimir Putin", S),
    ("Donald Trump’s", "Donald Trump", S),
    ("President Donald Trump", "Donald Trump", S),
    ("Sen. Mitch McConnell", "Mitch McConnell", S),
    ("Senate Majority Leader Mitch McConnell", "Mitch McConnell", S),
    ("Lt. Gen. Michael Flynn", "Michael Flynn", S),
    ("Secretary of State John Kerry", "John Kerry", S),
    ("Sir Bo Lind", "Bo Lind", S),
    ("Speaker Mike Johnson", "Mike Johnson", S),
    ("Sen. Bernie Sanders (I-Vt.)", "Bernie Sanders", S),
    ("Ursula von der Leyen", "Ursula Von Der Leyen", S),
    ("Martin Luther King Jr.", "Martin Luther King, Jr", S),
    ("Justice Ruth Bader Ginsburg", "Ruth Bader Ginsburg", S),
    ("Dr. Ada Okafor", "Ada Okafor, PhD", S),
    ("John McCain", "John Mc Cain", C),
    # Romanisation.
    ("Andriy Sybiha", "Andrii Sybiha", S),
    ("Volodymyr Zelensky", "Volodymyr Zelenskyy", S),
    ("Volodymyr Zelenskiy", "Volodymyr Zelenskyi", S),
    ("Volodymyr Zelensky", "Volodymyr Zelenskiy", S),
    ("Dmitri Medvedev", "Dmitry Medvedev", S),
    ("Sergei Lavrov", "Sergey Lavrov", S),
    ("Alexei Navalny", "Aleksei Navalny", S),
    ("Mikhail Gorbachev", "Mikhail Gorbachyov", C),
    ("Vladimir Zelensky", "Volodymyr Zelenskyy", S),
    ("Oleksandr Syrskyi", "Oleksandr Syrsky", S),
    ("Valerii Zaluzhnyi", "Valery Zaluzhny", S),
    ("Muammar Gaddafi", "Muammar Qaddafi", S),
    ("Mohammed bin Salman", "Mohammad bin Salman", S),
    ("Abdel Fattah el-Sisi", "Abdel Fattah al-Sisi", S),
    ("Benjamin Netanyahu", "Binyamin Netanyahu", S),
    # Middle names left out.
    ("Vladimir V. Putin", "Vladimir Putin", S),
    ("Donald J. Trump", "Donald Trump", S),
    ("Hillary Rodham Clinton", "Hillary Clinton", S),
    ("Sergey V. Lavrov", "Sergei Lavrov", S),
    ("Michael R. Bloomberg", "Michael Bloomberg", S),
    ("Merrick B. Garland", "Merrick Garland", S),
    ("Ada M. Okafor", "Ada Maria Okafor", S),
    ("Dena Minning Grayson", "Dena Grayson", S),
    ("Mariano Rajoy Brey", "Mariano Rajoy", C),
    ("Patrick F. Kennedy", "Patrick Kennedy", C),
    ("John A. Smith", "John B. Smith", D),
    ("George W. Bush", "George H. W. Bush", D),
    ("George P. Bush", "George W. Bush", D),
    ("Ana Maria Ruiz", "Ana Clara Ruiz", D),
    # Short forms and initials.
    ("Joe Biden", "Joseph Biden", S),
    ("Joe Biden", "Joseph R. Biden", S),
    ("Bernie Sanders", "Bernard Sanders", S),
    ("Tim Kaine", "Timothy M. Kaine", S),
    ("Chuck Grassley", "Charles E. Grassley", S),
    ("Ted Kennedy", "Edward M. Kennedy", S),
    ("James David Vance", "J.D. Vance", S),
    ("A.J. Delgado", "Anthony James Delgado", S),
    ("J.K. Rowling", "Joanne Kathleen Rowling", S),
    ("Robert F. Kennedy", "R.F. Kennedy", S),
    ("J. Smith", "John Smith", C),
    ("J. Vance", "J.D. Vance", C),
    ("S. Brady", "Sarah Brady", C),
    ("J. Smith", "K. Smith", D),
    ("J.D. Vance", "J.K. Vance", D),
    ("John Smith", "K. Smith", D),
    # Father and son, and other families.
    ("Donald Trump", "Donald Trump Jr.", D),
    ("Donald J. Trump", "Donald Trump Jr", D),
    ("Martin King Sr.", "Martin King Jr.", D),
    ("Duncan Hunter", "Duncan Hunter Sr.", D),
    ("Robert F. Kennedy", "Robert F. Kennedy Jr.", D),
    ("Henry II", "Henry III", D),
    ("Joseph R. Biden Jr.", "Joe Biden", C),
    ("Bob Casey Jr.", "Robert P. Casey Jr.", S),
    ("Donald Trump", "Eric Trump", D),
    ("Bill Clinton", "Hillary Clinton", D),
    ("Mr. Clinton", "Mrs. Clinton", D),
    ("Justin Trudeau", "Pierre Trudeau", D),
    # One word only.
    ("Putin", "Vladimir Putin", C),
    ("Mr. Vance", "JD Vance", C),
    ("Vance", "J.D. Vance", C),
    ("President Putin", "Vladimir V. Putin", C),
    ("Clinton", "Hillary Clinton", C),
    ("Mrs. Clinton", "Bill Clinton", D),
    ("Ms. Okafor", "Ada Okafor", C),
    ("von der Leyen", "Ursula von der Leyen", C),
    ("De Niro", "Robert De Niro", C),
    ("Trump", "Donald Trump Jr.", C),
    ("Putin", "Mr. Putin", C),
    ("Putin", "Lavrov", D),
    ("Mr. Vance", "Ada Okafor", D),
    # Only alike.
    ("Tony Smith", "Toni Smith", D),
    ("Bryan Cole", "Brian Cole", D),
    ("Ivan Petrov", "Ivana Petrova", D),
    ("Mario Rossi", "Maria Rossi", D),
    ("Jan Miller", "Ian Miller", D),
    ("Alexandra Popov", "Alexander Popov", D),
    ("Prince Harry", "Debbie Harry", D),
    ("Kim Jong Un", "Kim Jong Il", D),
    ("Kim Jong-un", "Kim Jong Un", S),
    ("Martin Luther King", "Martin Luther", D),
    ("Steve Cohen", "Stephen Colbert", D),
    ("Ana Ruiz", "Ana Ruis", D),
    ("Chuck Schumer", "Amy Schumer", D),
]

ORGANIZATIONS: list[tuple[str, str, Judgement]] = [
    ("the White House", "White House", S),
    ("The Kremlin", "Kremlin", S),
    ("U.S. State Department", "State Department", S),
    ("US State Department", "U.S. Department of State", S),
    ("Department of Homeland Security", "Homeland Security Department", S),
    ("Ministry of Defence", "Defence Ministry", S),
    ("Ministry of Defence", "Ministry of Defense", S),
    ("Russian Foreign Ministry", "Russia's Foreign Ministry", S),
    ("Trump campaign", "the Trump campaign", S),
    ("Trump's campaign", "Trump campaign", S),
    ("Donald Trump's campaign", "Trump campaign", C),
    ("Trump campaign", "Clinton campaign", D),
    ("DNC", "Democratic National Committee", C),
    ("RNC", "Democratic National Committee", D),
    ("U.S. Supreme Court", "Supreme Court", C),
    ("U.S. Army", "Army", C),
    ("Foreign Ministry", "Russian Foreign Ministry", C),
    ("Russian Foreign Ministry", "Ukrainian Foreign Ministry", D),
    ("Ministry of Defence", "Ministry of Health", D),
    ("Democratic Party", "Republican Party", D),
    ("Harbour Trust", "Port Ellery Harbour Trust", C),
    ("New York Times", "The New York Times", S),
    ("Voltane Ltd", "Voltane", S),
    ("Voltane Inc.", "Voltane, Inc", S),
]

# What the rules get wrong, and what they say instead: they know names, not the world.
KNOWN_MISSES: dict[tuple[str, str], Judgement] = {
    ("John McCain", "John Mc Cain"): D,
    ("Mikhail Gorbachev", "Mikhail Gorbachyov"): D,
    ("Muammar Gaddafi", "Muammar Qaddafi"): D,
    ("Mariano Rajoy Brey", "Mariano Rajoy"): D,
    ("Patrick F. Kennedy", "Patrick Kennedy"): S,
    ("Joseph R. Biden Jr.", "Joe Biden"): D,
}

PAIRS: list[tuple[str, str, SpeakerType, Judgement]] = [
    *((a, b, "person", answer) for a, b, answer in PEOPLE),
    *((a, b, "organization", answer) for a, b, answer in ORGANIZATIONS),
]


@pytest.mark.parametrize(("a", "b", "type", "answer"), PAIRS)
def test_a_pair_of_names_is_judged_as_a_careful_reader_does(
    a: str, b: str, type: SpeakerType, answer: Judgement
) -> None:
    expected = KNOWN_MISSES.get((a, b), answer)
    assert judge_names(a, b, type) == expected
    assert judge_names(b, a, type) == expected


def test_the_table_is_wide_enough_and_the_misses_are_few() -> None:
    assert len(PAIRS) >= 120
    assert len({frozenset(pair[:2]) for pair in PAIRS}) == len(PAIRS)
    assert min(Counter(pair[3] for pair in PAIRS).values()) >= 20
    assert KNOWN_MISSES.keys() <= {pair[:2] for pair in PAIRS}
    assert all(judged != answer for a, b, _, answer in PAIRS if (judged := KNOWN_MISSES.get((a, b))))


def people(*names: str, **born: int) -> list[NameForm]:
    return [NameForm(number, name, "person", born.get(f"_{number}")) for number, name in enumerate(names)]


ARCHIVES: list[tuple[tuple[str, ...], list[list[int]]]] = [
    (("Vladimir V. Putin", "Vladimir Putin"), [[0, 1]]),
    (("George Bush", "George W. Bush"), [[0, 1]]),
    # A third name that contradicts makes the first doubtful again.
    (("George Bush", "George W. Bush", "George H. W. Bush"), [[0], [1], [2]]),
    (
        ("Volodymyr Zelensky", "Volodymyr Zelenskyy", "Volodymyr Zelenskiy", "Vladimir Zelensky"),
        [[0, 1, 2, 3]],
    ),
    (("Bill Clinton", "Hillary Clinton", "Hillary Rodham Clinton"), [[0], [1, 2]]),
    (("Donald Trump", "Donald J. Trump", "Donald Trump Jr."), [[0, 1], [2]]),
    (("J.D. Vance", "James David Vance", "James Donald Vance"), [[0], [1], [2]]),
    (("Dmitry Orla", "Dmitri Orla", "Dmitriy Orla"), [[0], [1], [2]]),
]


@pytest.mark.parametrize(("names", "speakers"), ARCHIVES)
def test_the_names_of_an_archive_make_speakers_in_whatever_order(
    names: tuple[str, ...], speakers: list[list[int]]
) -> None:
    forms = people(*names)
    assert sorted(one_speaker(forms)) == speakers
    assert sorted(one_speaker(forms[::-1])) == speakers


def test_father_and_son_of_one_name_are_told_by_their_ages() -> None:
    assert one_speaker(people("John Smith", "John Smith", _0=1980, _1=1981)) == [[0, 1]]
    assert one_speaker(people("John Smith", "John Smith", _0=1980, _1=1953)) == [[0], [1]]
    # Whom a John Smith without an age may be, nobody can tell then.
    three = people("John Smith", "John Smith", "John Smith", _0=1980, _1=1953)
    assert one_speaker(three) == [[0], [1], [2]]


def test_two_names_that_a_person_told_apart_stay_apart() -> None:
    forms = people("John Smith", "John A. Smith", "J. A. Smith")
    assert one_speaker(forms) == [[0, 1, 2]]
    assert one_speaker(forms, lambda a, b: {a, b} == {0, 1}) == [[0], [1, 2]]


@given(st.lists(st.sampled_from([name for pair in PEOPLE for name in pair[:2]]), max_size=8, unique=True))
def test_names_are_grouped_once_each_and_never_against_each_other(names: list[str]) -> None:
    groups = one_speaker(people(*names))
    assert sorted(id for group in groups for id in group) == list(range(len(names)))
    for group in groups:
        for a in group:
            assert all(judge_names(names[a], names[b], "person") != "different" for b in group)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Democratic National Committee (DNC) met.", {"DNC": "Democratic National Committee"}),
        ("the Federal Bureau of Investigation (the FBI)", {"FBI": "Federal Bureau of Investigation"}),
        ("officials of the Port Ellery Harbour Trust (P.E.H.T.) said", {"PEHT": "Port Ellery Harbour Trust"}),
        ("He won in May (NOT June).", {}),
        ("The Harbour Trust (DNC) met.", {}),
        ("members of the department of rain (DR)", {}),
    ],
)
def test_an_abbreviation_is_what_its_article_says(text: str, found: dict[str, str]) -> None:
    assert introduced_acronyms(text) == found


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("“No,” said John Smith, 45, a plumber.", 45),
        ("John Smith, aged 72, was there.", 72),
        ("John Smith, 45 miles away, waited.", None),
        ("John Smith, 450, waited.", None),
        ("Ada John Smithers, 45, waited.", None),
    ],
)
def test_an_age_stands_behind_the_full_name(text: str, age: int | None) -> None:
    assert age_of("John Smith", text) == age


@given(st.text(max_size=200))
def test_any_text_may_be_read_for_abbreviations_and_ages(text: str) -> None:
    assert isinstance(introduced_acronyms(text), dict)
    assert age_of("John Smith", text) is None or "John Smith" in text


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(["person", "organization"]))
def test_judging_is_symmetric(a: str, b: str, type: SpeakerType) -> None:
    assert judge_names(a, b, type) == judge_names(b, a, type)
