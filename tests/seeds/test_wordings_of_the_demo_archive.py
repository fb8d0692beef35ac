"""Every relation that gold names between two wordings is the one that `compare` finds."""

from __future__ import annotations

import pytest

import seeds
from attribution.comparison import compare

STATEMENTS = seeds.gold_statements()
PAIRS = [
    pytest.param(report, fullest, id=f"{statement.id}-{report.article}")
    for statement in STATEMENTS
    for fullest in [next(report for report in statement.reports if report.relation == "fullest")]
    for report in statement.reports
    if report is not fullest
]


@pytest.mark.parametrize(("report", "fullest"), PAIRS)
def test_wording_compares_to_the_fullest_as_gold_says(report, fullest):
    found = compare(" ".join(report.words), " ".join(fullest.words))
    expected = "verbatim" if report.relation == "fullest" else report.relation
    assert found.relation == expected
    if report.flag:
        assert report.flag in found.flags


def test_different_utterances_are_unrelated():
    """All but the stock phrase that two spokespeople use months apart: words alone cannot tell those."""
    fullest = {
        statement.id: " ".join(next(r for r in statement.reports if r.relation == "fullest").words)
        for statement in STATEMENTS
    }
    names = sorted(fullest)
    related = {
        (one, other)
        for position, one in enumerate(names)
        for other in names[position + 1 :]
        if compare(fullest[one], fullest[other]).relation != "unrelated"
    }
    assert related == {("cases-trust", "cases-voltane")}
