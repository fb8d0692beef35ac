"""What a fact-checker hands the engine, and what must come back. Who speaks: ``test_hard_cases.py``."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attribution import (
    AttributionError,
    EmptyTextError,
    Engine,
    Limits,
    NotTextError,
    TextTooLongError,
    TooSlowError,
    UnsupportedLanguageError,
)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def test_nobody_is_guessed_where_the_article_names_nobody(engine: Engine) -> None:
    (quote,) = engine.attribute("“We will not go back,” read one of the banners on the pier.").quotes
    assert quote.speaker is None or quote.speaker.type != "person"


def test_titles_and_terms_in_marks_are_turned_away_with_a_reason(engine: Engine) -> None:
    text = (
        "Laura Mendes appeared on “Morning Harbour” on Monday and watched the film “The Last Ferry” "
        "with her children. “I loved every minute of it,” she said."
    )
    result = engine.attribute(text)
    marked = [q.text for q in result.quotes if q.kind != "indirect"]
    assert marked == ["“I loved every minute of it,”"]
    assert {r.text for r in result.rejected} == {"“Morning Harbour”", "“The Last Ferry”"}
    assert all(r.reason for r in result.rejected)


@pytest.mark.parametrize(
    "text",
    [
        "Laura Mendes drove onto the so-called “frog bridge” at noon.",
        "Laura Mendes grew up in a village known as “Little Halden.”",
        "Locals call it “the frog.”",
        "The bridge, nicknamed “the frog,” was built in 1931.",
        "The old bridge was called “the frog” for years.",
    ],
)
def test_names_of_things_are_nobodys_speech(engine: Engine, text: str) -> None:
    result = engine.attribute(text)
    assert not result.quotes
    assert [r.reason for r in result.rejected] in (["term"], ["nickname"])


def test_what_somebody_calls_something_is_that_persons_speech(engine: Engine) -> None:
    (quote,) = engine.attribute("Laura Mendes called the bridge “a frog in a wedding dress.”").quotes
    assert quote.speaker is not None
    assert quote.speaker.name == "Laura Mendes"


def test_pieces_of_one_split_quote_share_an_utterance(engine: Engine) -> None:
    text = (
        "“The bridge,” Laura Mendes said, “will open in June.”\n\n"
        "Robert Hale was not convinced. “I doubt that very much,” Mr. Hale said."
    )
    numbers = [q.utterance for q in engine.attribute(text).quotes]
    assert numbers[0] == numbers[1] != numbers[2]


def test_every_offset_points_into_the_text(engine: Engine) -> None:
    text = (
        "\n  Bridge news\r\n\r\n“It will\u00a0open,” said Laura\u00a0Mendes \U0001f309, "
        "who is “very\ttired.” \n"
    )
    result = engine.attribute(text)
    assert result.quotes
    for quote in result.quotes:
        for span in (quote, quote.mention, quote.cue, *quote.chain):
            if span is not None:
                assert text[span.start : span.end] == span.text


def test_the_evidence_leads_from_the_pronoun_to_the_name(engine: Engine) -> None:
    text = "Laura Mendes runs the works department in Port Ellis. “It will open in June,” she said."
    (quote,) = engine.attribute(text).quotes
    assert quote.mention is not None
    assert quote.mention.text == "she"
    assert quote.cue is not None
    assert quote.cue.text == "said"
    assert quote.chain[-1].text == "Laura Mendes"
    assert 0 < quote.confidence <= 1


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", EmptyTextError),
        (" \n\t ", EmptyTextError),
        ("“ ” \" '' ’", EmptyTextError),
        ("\x00\x01\x02\x03PK binary", NotTextError),
        ("x" * 200_001, TextTooLongError),
        (
            "Мост откроют в июне, сказала инженер города на встрече с жителями порта.",
            UnsupportedLanguageError,
        ),
        (
            "Die Brücke wird im Juni eröffnet, sagte die Ingenieurin der Stadt am Montag, und die Kosten "
            "seien nicht höher als geplant, weil alle Firmen ihre Arbeit rechtzeitig beendet hätten.",
            UnsupportedLanguageError,
        ),
    ],
)
def test_a_text_that_cannot_be_read_is_an_error_of_one_line(
    engine: Engine, text: str, error: type[AttributionError]
) -> None:
    with pytest.raises(error) as raised:
        engine.attribute(text)
    assert "\n" not in str(raised.value)


def test_a_text_with_too_many_marks_is_an_error(engine: Engine) -> None:
    with pytest.raises(TextTooLongError, match="spans in quote marks"):
        Engine(engine.nlp, Limits(max_marked_spans=3)).attribute("“It is,” he said. " * 4)


def test_a_text_that_takes_too_long_is_an_error(engine: Engine) -> None:
    with pytest.raises(TooSlowError, match="longer than"):
        Engine(engine.nlp, Limits(max_seconds=-1.0)).attribute("“It is,” said Laura Mendes.")


def test_many_texts_come_back_in_order_with_errors_in_their_places(engine: Engine) -> None:
    texts = ["“It will open,” said Laura Mendes.", "", "“It will not,” said Robert Hale.", "\x00", ""]
    found = list(engine.pipe(texts))
    kinds = [type(f).__name__ for f in found]
    assert kinds == ["AttributedText", "EmptyTextError", "AttributedText", "NotTextError", "EmptyTextError"]


def test_a_text_that_turns_out_too_much_does_not_stop_the_others(engine: Engine) -> None:
    texts = ["“It is,” he said. " * 4, "“It will open,” said Laura Mendes."]
    found = list(Engine(engine.nlp, Limits(max_marked_spans=3)).pipe(texts))
    assert [type(f).__name__ for f in found] == ["TextTooLongError", "AttributedText"]


def test_a_lower_bar_for_confidence_gives_no_fewer_speakers(engine: Engine) -> None:
    text = "Robert Hale met Laura Mendes and Ada Obi. “It is what it is.” They went home."
    strict = Engine(engine.nlp, Limits(min_confidence=0.99)).attribute(text)
    loose = Engine(engine.nlp, Limits(min_confidence=0.0)).attribute(text)
    assert sum(q.speaker is not None for q in strict.quotes) <= sum(
        q.speaker is not None for q in loose.quotes
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.sampled_from(
            ["“", "”", '"', "''", "‘", "’", "\n\n", " ", ", ", ". ", "she said", "Ada Obi", "According to",
             "Mr.", "the report", "who", ":", "—", "HALE: ", "It will open", "\u00a0", "'s", "\t", "(", "…"]
        ),
        min_size=1,
        max_size=40,
    ).map("".join)
)  # fmt: skip
def test_no_text_crashes_the_engine_or_moves_an_offset(engine: Engine, text: str) -> None:
    try:
        result = engine.attribute(text)
    except AttributionError:
        return
    for quote in result.quotes:
        assert text[quote.start : quote.end] == quote.text
        assert 0 <= quote.confidence <= 1
        assert (quote.speaker is None) == (quote.confidence == 0)


@pytest.mark.parametrize(
    ("words", "speaker"),
    [
        ("Secretary of State Marta Lund said in an interview on May 18", ("Marta Lund", "person")),
        ("Chairman of the Joint Chiefs of Staff Marta Lund said", ("Marta Lund", "person")),
        ("A spokesman for Secretary of State Marta Lund said", ("unnamed",)),
        ("Friends of Marta Lund said", ("unnamed",)),
    ],
)
def test_who_holds_an_office_of_a_body_speaks_and_who_is_of_a_person_does_not(
    engine: Engine, words: str, speaker: tuple[str, ...]
) -> None:
    (quote,) = engine.attribute(f"{words}: “We have told them for two months that this was coming.”").quotes
    assert quote.speaker is not None
    assert (quote.speaker.name, quote.speaker.type)[-len(speaker) :] == speaker


def test_the_owner_of_a_body_is_part_of_its_name(engine: Engine) -> None:
    (quote,) = engine.attribute("On Friday the Prosecutor General's Office called him “undesirable”.").quotes
    assert quote.speaker is not None
    assert quote.speaker.name == "Prosecutor General's Office"


@pytest.mark.parametrize("space", ["\u00a0", "\u2009", "\u202f"])
def test_a_space_that_does_not_break_changes_no_answer(engine: Engine, space: str) -> None:
    text = "Marta Lund runs the harbour. On Monday, Ada Obi{0}told{0}reporters that it was{0}“a farce”."
    ((quote,), (plain,)) = (
        [q for q in engine.attribute(text.format(s)).quotes if q.kind != "indirect"] for s in (space, " ")
    )
    assert quote.speaker == plain.speaker
    assert quote.speaker is not None
    assert quote.speaker.name == "Ada Obi"
    assert quote.confidence == plain.confidence


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('Rep. Robert C. "Bobby" Lund spoke. "We won," Lund said.', 'Robert C. "Bobby" Lund'),
        ("Rep. Robert C. “Bobby” Lund spoke. “We won,” Bobby Lund said.", "Robert C. “Bobby” Lund"),
        ('State Del. Maria "Mia" Ode (D-Ark City) spoke. "We won," Ode said.', 'Maria "Mia" Ode'),
        ("Ban Ki-moon, the secretary general, sat down. “We won,” Ban said.", "Ban Ki-moon"),
        ("Burma’s leader Daw Mya San Suu Lin met Obi. “We won,” Suu Lin said.", "Daw Mya San Suu Lin"),
        (
            "The pier was closed on Monday. “It is unsafe,” the federal Railway and Tunnel Commission said "
            "in a statement.",
            "Railway and Tunnel Commission",
        ),
        (
            "The Court of Appeals for the Ninth Circuit ruled that it was “plainly wrong.”",
            "Court of Appeals for the Ninth Circuit",
        ),
    ],
)
def test_a_name_is_whole(engine: Engine, text: str, name: str) -> None:
    quote = next(q for q in engine.attribute(text).quotes if q.kind != "indirect")
    assert quote.speaker is not None
    assert quote.speaker.name.removeprefix("The ") == name


def test_a_transcripts_turn_goes_on_through_paragraphs_without_a_label(engine: Engine) -> None:
    text = (
        '"WALLACE: Do you see those two as equal?\n\n'
        '"LUND: Well, look, he has been saying some tough stuff about my friend.\n\n'
        '"But the truth is that my friend has his own way of talking.\n\n'
        '"He will focus on what people care about.\n\n'
        '"WALLACE: Let me get this in.'
    )
    speakers = [q.speaker.name if q.speaker else None for q in engine.attribute(text).quotes]
    assert speakers == ["Wallace", "Lund", "Lund", "Lund", "Wallace"]


def test_a_surname_that_two_people_carry_makes_the_answer_less_sure(engine: Engine) -> None:
    behind = "“The alarm had been switched off,” Talgarth said."
    one = engine.attribute(f"Ned Talgarth and Olive Brandt gave evidence. {behind}").quotes[0]
    two = engine.attribute(f"Ned Talgarth and Olive Talgarth gave evidence. {behind}").quotes[0]
    assert one.speaker is not None
    assert one.speaker.name == "Ned Talgarth"
    assert two.confidence < one.confidence


def test_the_items_of_a_list_have_one_source(engine: Engine) -> None:
    text = "Mira Osei met Bram Tolliver, who called the plan “slow,” “small” and “sad.”"
    quotes = [q for q in engine.attribute(text).quotes if q.kind != "indirect"]
    assert len({(q.speaker, q.confidence) for q in quotes}) == 1
    assert [q.text for q in quotes] == ["“slow,”", "“small”", "“sad.”"]


def test_a_list_behind_what_the_layout_gives_is_read(engine: Engine) -> None:
    text = "OBI: “We opened the door of the old house.\n\n“It was lazy,” “small” and “sad.”"
    assert [q.text for q in engine.attribute(text).quotes if q.kind != "indirect"][-1] == "“sad.”"


@pytest.mark.parametrize(
    "text",
    [
        "Ada Obi called it “lazy”" + " " * 20_000 + "and “wasteful.”",
        "The friend " + "of the friend " * 700 + "said “no.”",
        ", ".join(f"the old man Ada Obi{'abcdefgh'[n % 8]}" for n in range(900)) + " and Tom Lund said “no.”",
        "Ada Obi and Tom Obi met. " * 150 + "“No,” Obi said. " * 150,
    ],
    ids=["a wide gap", "nested phrases", "a list of names", "namesakes"],
)
def test_what_would_take_forever_or_recurse_is_read(engine: Engine, text: str) -> None:
    assert engine.attribute(text).quotes
