"""Marked words are found in every mark style, with marks missing, and over paragraphs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.marks import find_marked_spans, find_paragraphs


def found(text: str) -> list[str]:
    return [text[span.start : span.end] for span in find_marked_spans(text)]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("“We open at noon,” she said.", ["“We open at noon,”"]),
        ('"We open at noon," she said.', ['"We open at noon,"']),
        ("''We open at noon,'' she said.", ["''We open at noon,''"]),
        ("``We open at noon,'' she said.", ["``We open at noon,''"]),
        ('"We open at noon,” she said.', ['"We open at noon,”']),
        ('“We open at noon," she said.', ['“We open at noon,"']),
        ("”We open at noon,” she said.", ["”We open at noon,”"]),
        ("He called it “a good day.“", ["“a good day.“"]),
        ("«We open at noon», she said.", ["«We open at noon»"]),
        ("“We open,” she said, “at noon.”", ["“We open,”", "“at noon.”"]),
        ("“He told me ‘never again’ twice,” she said.", ["“He told me ‘never again’ twice,”"]),
        ("“She sang “Low Tide” for us,” he said.", ["“She sang “Low Tide” for us,”"]),
        ('The mast is 6\'3" tall and the sail 27" wide.', []),
        ("It's the boys' ball, isn't it?", []),
        ('<a href="x.html" class="wide">Read on</a>', []),
        ("", []),
        ("“”", ["“”"]),
    ],
)
def test_a_quote_is_found_in_every_mark_style(text: str, spans: list[str]) -> None:
    assert found(text) == spans


def test_a_single_mark_behind_a_plural_closes_where_another_one_opens() -> None:
    text = "The budget\n\nShe promised ‘4,500 new jobs’ and ‘a fresh start’ for the town’s builders."
    assert found(text) == ["‘4,500 new jobs’", "‘a fresh start’"]


def test_a_forgotten_closing_mark_ends_the_quote_at_the_reporting_clause() -> None:
    assert found("“We will rebuild the pier, she said.\n\nThe council met later.") == [
        "“We will rebuild the pier,"
    ]


def test_a_forgotten_closing_mark_without_a_reporting_clause_ends_at_the_paragraph() -> None:
    text = "Ms Adeyemi was blunt: “We will rebuild the pier.\n\nThe council met later."
    assert found(text) == ["“We will rebuild the pier."]


def test_a_forgotten_opening_mark_starts_the_quote_at_the_paragraph() -> None:
    text = "The talks went on.\n\nWe are close to a deal,” Ms Adeyemi said."
    assert found(text) == ["We are close to a deal,”"]


def test_a_forgotten_opening_mark_starts_after_the_reporting_clause() -> None:
    assert found("Ms Adeyemi said: we are close to a deal.”") == ["we are close to a deal.”"]


def test_a_quote_over_several_paragraphs_opens_in_each_and_closes_in_the_last() -> None:
    text = "She said: “The first point.\n\n“The second point.\n\n“The third point.”\n\nHe left."
    spans = find_marked_spans(text)
    assert [s.closed for s in spans] == [False, False, True]
    assert [s.continues for s in spans] == [False, True, True]


def test_single_marks_are_quotes_where_they_are_the_house_style() -> None:
    text = "Pier to reopen\n\n‘It’s the residents’ pier,’ said Ms Obi. ‘We’ll rebuild it.’"
    assert found(text) == ["‘It’s the residents’ pier,’", "‘We’ll rebuild it.’"]


def test_single_marks_inside_double_ones_and_in_headlines_are_left_alone() -> None:
    text = "Pier to be ‘rebuilt by spring’\n\n“It will be ‘as good as new’,” said Ms Obi."
    assert found(text) == ["“It will be ‘as good as new’,”"]


def test_a_transcripts_lines_are_quotes_without_marks() -> None:
    text = "MENDES: It opens.\n\nHALE: When?\n\nMENDES: In “June”.\n\nHALE: I doubt it."
    assert found(text) == ["It opens.", "When?", "In “June”.", "I doubt it."]


def test_labels_that_do_not_come_back_are_no_transcript() -> None:
    text = "Where: the pier.\n\nWhen: at noon.\n\nWho: everybody.\n\nNote: bring a coat."
    assert found(text) == []


def test_lines_wrapped_at_a_fixed_width_are_one_paragraph() -> None:
    text = (
        "The council met on Tuesday evening in\nthe old customs house and voted to\n"
        "rebuild the pier before the end of the\nyear, “whatever it\ntakes,” the mayor said.\n\n"
        "Work begins in May, when the tides\nare low enough for the divers to\nreach the piles.\n"
    )
    assert len(find_paragraphs(text)) == 2
    assert found(text) == ["“whatever it\ntakes,”"]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab ,.:'\"“”‘’«»\n<=3", max_size=120))
def test_spans_are_ordered_lie_in_the_text_and_never_overlap(text: str) -> None:
    last = 0
    for span in find_marked_spans(text):
        assert last <= span.start <= span.inner_start <= span.inner_end <= span.end <= len(text)
        assert span.end > span.start
        last = span.end


@pytest.mark.parametrize("unit", ['"', "“", "”", "'a ", "‘a ", '1"', "<a ", "''", "“a.” ", '"a\n'])
def test_a_flood_of_marks_is_read_in_time_that_grows_with_its_length(unit: str) -> None:
    # No clock here: quadratic work on this many marks would run for hours.
    text = unit * (200_000 // len(unit))
    assert len(find_marked_spans(text)) <= len(text)
