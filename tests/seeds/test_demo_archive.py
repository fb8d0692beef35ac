"""The demo archive is what it says it is: built from its authoring form, with every case present."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from difflib import SequenceMatcher

import pytest

import seeds
from seeds import build

ARTICLES = {article.id: article for article in seeds.articles()}
GOLD = {article.id: article for article in seeds.gold_quotes()}
STATEMENTS = {statement.id: statement for statement in seeds.gold_statements()}
SPEECH = [
    (GOLD[article_id].text, quote)
    for article_id in ARTICLES
    for quote in GOLD[article_id].quotes
    if quote.kind == "speech"
]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def test_built_files_agree_with_the_authoring_form():
    for name, content in build.built_files().items():
        built = (build.HERE / name).read_text(encoding="utf-8")
        assert built == content, f"run `python -m seeds.build`: {name} is out of date"


def test_size_outlets_and_addresses():
    assert len(ARTICLES) >= 24
    outlets = Counter(article.outlet for article in ARTICLES.values())
    assert len(outlets) >= 6
    hosts = defaultdict(set)
    for article in ARTICLES.values():
        host = article.url.split("/")[2]
        assert host.endswith(".example"), article.url
        hosts[article.outlet].add(host)
        assert article.title
        assert 250 <= len(article.text.split()) <= 600, article.id
    assert all(len(of_outlet) == 1 for of_outlet in hosts.values())
    assert len({article.url for article in ARTICLES.values()}) == len(ARTICLES)


@pytest.mark.parametrize("article_id", ARTICLES)
def test_every_gold_span_sits_on_its_marks(article_id):
    article = GOLD[article_id]
    assert article.text == ARTICLES[article_id].text
    end_before = 0
    for quote in article.quotes:
        span = article.text[quote.start : quote.end]
        assert quote.start >= end_before, "spans are in order and apart"
        end_before = quote.end
        assert span == span.strip()
        assert "\n" not in span
        if quote.marks in ("both", "no closing"):
            assert span.startswith(build.OPENING_MARKS), span
        if quote.marks in ("both", "no opening"):
            assert span.endswith(build.CLOSING_MARKS), span
        if quote.kind == "speech":
            assert quote.mention.lower() in article.text.lower(), (span, quote.mention)
            if quote.speaker_type != "unnamed":
                assert quote.speaker.lower() in article.text.lower(), quote.speaker
        else:
            assert quote.reason
            assert quote.speaker is None


@pytest.mark.parametrize("article_id", ARTICLES)
def test_no_marked_span_is_left_without_gold(article_id):
    article = GOLD[article_id]
    rest = list(article.text)
    for quote in article.quotes:
        rest[quote.start : quote.end] = " " * (quote.end - quote.start)
    assert not re.search(r"[“”‘\"]|''", "".join(rest))


def test_every_house_style_of_marks_is_there():
    styles = defaultdict(set)
    for article_id, article in GOLD.items():
        for quote in article.quotes:
            span = article.text[quote.start : quote.end]
            if quote.marks == "both":
                opening = "''" if span.startswith("''") else span[0]
                closing = "''" if span.endswith("''") else span[-1]
                styles[ARTICLES[article_id].outlet].add(opening + closing)
    assert styles["The Ansel Courier"] == {"“”"}
    assert styles["The Tidewater Sentinel"] == {'""'}
    assert styles["The Daily Lantern"] == {"''''"}
    assert styles["Northmere Gazette"] == {"‘’"}
    assert styles["Kestrel News"] == {'"”'}


def test_missing_marks_transcript_and_paragraphs():
    assert {quote.marks for _, quote in SPEECH} == {"both", "no opening", "no closing", "none"}
    runs_on = [
        text[quote.end :].startswith("\n\n“")
        for text, quote in SPEECH
        if quote.marks == "no closing" and text[quote.start] == "“"
    ]
    assert sum(runs_on) >= 2, "one quote runs over three paragraphs"
    labels = [
        text[: quote.start].endswith(f"{quote.mention}: ") for text, quote in SPEECH if quote.marks == "none"
    ]
    assert labels
    assert all(labels)


@pytest.mark.parametrize(
    ("case", "pattern"),
    [
        (
            "split by its cue",
            r"[,?!][”\"’']+ [A-Z]?[^“”\"‘’]{3,40} (?:said|added|told [^“\"‘]{3,40}),? [“\"‘']",
        ),
        ("nested in double marks", r"“[^”]*‘[^’]*’[^”]*”"),
        ("nested in single marks", r"‘[^\n]*“[^”]*”[^\n]*’"),
        ("according to", r"[Aa]ccording to"),
        ("apposition between name and verb", r"[A-Z]\w+, the [a-z ]+, (?:said|told|had|who|rejected)"),
        (
            "relative clause between name and verb",
            r"[A-Z]\w+, (?:who|whose) [^,]+, (?:said|told|says|had|called|was)",
        ),
        ("passive", r"quoted as saying"),
        ("a post", r"(?:posted online|in a post|wrote on)"),
        ("a written statement", r"in a (?:short )?statement"),
        ("cue without inversion before the quote", r"(?:she|he) (?:answered|explained|added), [“\"‘']"),
        ("sign-off", r"\" - [A-Z]\w+ [A-Z]\w+"),
        ("conjoined cues", r"(?:laughed|complained|answered|replied)(?:,)? and added"),
    ],
)
def test_reporting_form_is_there(case, pattern):
    assert any(re.search(pattern, article.text) for article in ARTICLES.values()), case


def test_every_kind_of_source_and_of_mention_is_there():
    assert {quote.speaker_type for _, quote in SPEECH} == {"person", "organization", "unnamed"}
    mentions = Counter()
    for _, quote in SPEECH:
        if quote.mention.lower() in {"he", "she", "it", "they"}:
            mentions["pronoun"] += 1
        elif quote.speaker_type == "person" and not set(words(quote.mention)) & set(words(quote.speaker)):
            mentions["description"] += 1
        elif quote.speaker_type == "person" and len(words(quote.mention)) < len(words(quote.speaker)):
            mentions["surname"] += 1
        elif quote.speaker_type == "person":
            mentions["full name"] += 1
    assert min(mentions[kind] for kind in ("pronoun", "surname", "full name")) >= 15
    assert mentions["description"] >= 4
    reasons = {quote.reason for article in GOLD.values() for quote in article.quotes if quote.reason}
    assert reasons >= {"title", "nickname", "term", "scare", "sign"}


def test_every_relation_alteration_and_conclusion_is_there():
    reports = [report for statement in STATEMENTS.values() for report in statement.reports]
    assert {report.relation for report in reports} == build.RELATIONS
    assert {report.flag for report in reports} >= {"negation", "number", "modality"}
    conclusions = Counter(statement.conclusion for statement in STATEMENTS.values())
    assert conclusions.keys() == {"consistent", "wording differs", "speaker differs", "single source"}
    assert min(conclusions.values()) >= 3


def test_gold_relations_hold_between_the_words_themselves():
    """Relations are written by hand; this checks them by nothing but the words."""
    for statement in STATEMENTS.values():
        fullest = next(
            words(" ".join(report.words)) for report in statement.reports if report.relation == "fullest"
        )
        for report in statement.reports:
            wording = words(" ".join(report.words))
            joined = f" {' '.join(fullest)} "
            if report.relation in ("fullest", "verbatim"):
                assert wording == fullest, (statement.id, report.article)
            elif report.relation == "truncated":
                assert len(wording) < len(fullest)
                assert f" {' '.join(wording)} " in joined, (statement.id, report.article)
            elif report.relation == "elided":
                assert re.search(r"…|\.\.\.", " ".join(report.words)), (statement.id, report.article)
            else:
                assert wording != fullest
                assert SequenceMatcher(None, wording, fullest).ratio() > 0.6, (statement.id, report.article)


def test_wire_copies_are_near_copies_and_one_source():
    wire = defaultdict(set)
    for article in build.read_authored():
        if article.wire:
            wire[article.wire].add(article.id)
    assert [len(copies) for copies in wire.values()] == [3]
    (copies,) = wire.values()
    first, *others = sorted(copies)
    for other in others:
        pair = (words(ARTICLES[first].text), words(ARTICLES[other].text))
        assert 0.75 < SequenceMatcher(None, *pair, autojunk=False).ratio() < 1.0
    assert len({ARTICLES[copy].outlet for copy in copies}) == 3
    only_wire = STATEMENTS["ilka-road"]
    assert {report.article for report in only_wire.reports} == copies
    assert (only_wire.independent_sources, only_wire.conclusion) == (1, "single source")
    also_own_reporting = STATEMENTS["ilka-slow"]
    assert {report.article for report in also_own_reporting.reports} > copies
    assert (also_own_reporting.independent_sources, also_own_reporting.conclusion) == (2, "consistent")


def test_authoring_mistakes_are_named():
    head = "outlet: X\ntitle: T\nurl: https://x.example/1\npublished: 2025-01-01\n"
    with pytest.raises(build.AuthoringError, match="no line '---'"):
        build.parse("a", head)
    with pytest.raises(build.AuthoringError, match="no speaker 'bo'"):
        build.parse("a", head + "---\n{bo|Bo: “Yes.”} said Bo.")
    with pytest.raises(build.AuthoringError, match="malformed"):
        build.parse("a", head + "---\n{Bo “Yes.”} said Bo.")
    with pytest.raises(build.AuthoringError, match="unknown relation"):
        build.parse("a", head + "speaker bo: Bo, person\n---\n{bo|Bo|s=similar: “Yes.”} said Bo.")
    with pytest.raises(build.AuthoringError, match="speakers without words"):
        build.parse("a", head + "speaker bo: Bo, person\n---\nNothing.")
