"""A fact-checker sees when an utterance appeared, who took it up, and when its wording changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from api.reports import Piece, Report
from api.timelines import time_line


@dataclass(frozen=True)
class Said:
    """One report with its words."""

    report: Report
    text: str

    @property
    def is_paraphrase(self) -> bool:
        return self.report.is_paraphrase


def said(number: int, outlet: str, day: int | None, text: str, kind: str = "direct") -> Said:
    published = date(2025, 3, day) if day else None
    report = Report(
        statement_id=1, article_id=number, revision_id=number, utterance=0, outlet=outlet, title=None,
        url=None, published=published, speaker_id=1, speaker="Ana Ruiz", speaker_type="person",
        speaker_as_written="Ana Ruiz", speaker_names=(), confidence=1.0, decided=None, kind=kind,
        wording=text, pieces=(Piece(number, 0, len(text), text),),
    )  # fmt: skip
    return Said(report, text)


WILL = "“We will close two schools in the valley this year.”"
MAY = "“We may close two schools in the valley this year.”"
REPORTS = (
    said(1, "Post", 17, WILL),
    said(2, "Sun", 18, "“we will close two schools in the valley this year”"),
    said(3, "Post", 19, MAY),
    said(4, "Echo", 19, MAY),
    said(5, "Globe", None, "“close two schools in the valley”"),
    said(6, "Herald", 16, "two schools would be closed", "indirect"),
)


def test_outlets_stand_in_the_order_in_which_they_took_it_up() -> None:
    line = time_line(REPORTS)
    assert (line.first, line.last) == (date(2025, 3, 16), date(2025, 3, 19))
    assert [(one.outlet, one.wording, one.reports) for one in line.outlets] == [
        ("Herald", None, 1), ("Post", 1, 2), ("Sun", 1, 1), ("Echo", 2, 1), ("Globe", 3, 1),
    ]  # fmt: skip
    assert line.outlets[-1].published is None


def test_a_wording_changes_when_its_words_do_and_not_its_capitals_or_its_length() -> None:
    first, changed, part = time_line(REPORTS).wordings
    assert (first.text, first.outlets, first.changed) == (WILL, ("Post", "Sun"), False)
    assert (changed.first, changed.outlets, changed.relation) == (
        date(2025, 3, 19),
        ("Post", "Echo"),
        "altered",
    )
    assert (changed.flags, changed.changed, changed.quote_id) == (("modality",), True, 3)
    assert (part.relation, part.changed, part.first) == ("truncated", False, None)


def test_a_marked_omission_is_no_change() -> None:
    cut = said(2, "Sun", 18, "“We will close … schools in the valley this year.”")
    unmarked = said(3, "Echo", 18, "“We will close schools in the valley this year.”")
    line = time_line([said(1, "Post", 17, WILL), cut, unmarked])
    assert [step.changed for step in line.wordings] == [False, False, True]


def test_nothing_but_paraphrases_has_no_wordings() -> None:
    line = time_line([REPORTS[5]])
    assert line.wordings == ()
    assert [one.outlet for one in line.outlets] == ["Herald"]


@given(st.permutations(REPORTS))
def test_the_order_in_which_reports_are_given_does_not_count(reports: list[Said]) -> None:
    assert time_line(reports) == time_line(REPORTS)
