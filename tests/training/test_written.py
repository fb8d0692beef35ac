"""The articles that we wrote to learn from, and the marks inside them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from training.written import MarkupError, doubts, read_article, written_articles

ARTICLE = (
    "{Ada Obi: “We open,”} <Ada Obi: she> said. Ada Obi, a judge, called the {-: “Gate”}"
    " {org Harbour Trust: “a joke,”} as the Harbour Trust had. <?: They> shouted {?: “No!”}"
)


def test_the_marks_are_taken_out_and_point_into_the_text() -> None:
    article = read_article("pier", ARTICLE)
    assert article.text.startswith("“We open,” she said. Ada Obi, a judge, called the “Gate” “a joke,”")
    said = [(article.text[q.start : q.end], q.speech, q.speaker and q.speaker.name) for q in article.quotes]
    assert said == [
        ("“We open,”", True, "Ada Obi"),
        ("“Gate”", False, None),
        ("“a joke,”", True, "Harbour Trust"),
        ("“No!”", True, None),
    ]
    assert [(article.text[m.start : m.end], m.type, m.name) for m in article.mentions] == [
        ("she", "p", "Ada Obi"),
        ("They", "m", ""),
    ]


def test_a_speaker_stands_where_the_nearest_mention_is() -> None:
    article = read_article("pier", ARTICLE)
    first, _, trust, _ = article.quotes
    assert first.speaker is not None
    assert trust.speaker is not None
    assert article.text[first.speaker.start : first.speaker.end] == "she"
    assert trust.speaker.start == trust.speaker.end == trust.start


@pytest.mark.parametrize(
    "marked",
    ["{Ada Obi: “We open,” she said.", "“We open”} she said.", "{Ada Obi “We open”} she said.", "{Obi: a>b"],
)
def test_marks_that_do_not_fit_are_told(marked: str) -> None:
    with pytest.raises(MarkupError):
        read_article("pier", marked)


def test_what_cannot_be_right_is_doubted() -> None:
    marked = "{Ada Obi: “We open”.} Then “nothing” and {unnamed guard: “go,”} said one."
    article = read_article("pier", marked)
    found = list(doubts(article))
    assert len(found) == 4
    assert any("no pair of quote marks" in d for d in found)
    assert any("without an answer: '“nothing”'" in d for d in found)
    assert any("does not have the name 'Ada Obi'" in d for d in found)
    assert any("all words of 'guard'" in d for d in found)


def test_our_articles_hold_no_doubts() -> None:
    articles = written_articles()
    assert len({article.id for article in articles}) == len(articles) > 500
    assert [(article.id, doubt) for article in articles for doubt in doubts(article)] == []


def test_the_command_tells_doubts_and_counts(tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text(f"=== pier\n{ARTICLE}\n\n=== gate\n“Open”\n", "utf8")
    done = subprocess.run(
        [sys.executable, "-m", "training.written", "check", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "gate: words in quote marks without an answer" in done.stdout
    assert "2 articles, 4 spans in marks, 2 mentions; 1 doubts" in done.stdout
