"""A person sees an article with its quotes, who says them and why: on a terminal, in a pipe, on a page."""

from __future__ import annotations

import ast
import io
import itertools
import re
import typing
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from api.commands import explanations
from api.commands.article_on_terminal import COLOURS as TERMINAL_COLOURS
from api.commands.article_on_terminal import show_article
from api.commands.article_page import COLOURS, LINES, STYLE, UnreadArticle, page
from api.commands.article_view import ArticleView, view
from attribution.cues import CandidateKind
from attribution.models import AttributedText, Quote, Rejected, Span, Speaker

ROOT = Path(__file__).parents[2]
KINDS = ("direct", "mixed", "indirect")
TEXT = (
    "The minister said that the plan was “dead and buried,” as Ada Obi had put it, and that nobody would "
    "mourn it. Obi wrote that she would, and that he knew it.\r\n\r\n"
    "Nobody “knows” <script>alert(1)</script> & “why.”"
)


def place(words: str, nth: int = 0) -> Span:
    start = [found.start() for found in re.finditer(re.escape(words), TEXT)][nth]
    return Span(start, start + len(words), words)


def quote(
    words: str,
    speaker: Speaker | None,
    mention: Span | None,
    cue: Span | None = None,
    *,
    kind: str = "indirect",
    utterance: int = 0,
    method: str = "verb/name",
    confidence: float = 0.9,
    chain: tuple[Span, ...] = (),
) -> Quote:
    where = place(words)
    return Quote(
        where.start, where.end, words, kind, speaker, mention, cue, utterance, method,  # type: ignore[arg-type]
        confidence if speaker else 0.0, chain,
    )  # fmt: skip


MINISTER = Speaker("the minister", "unnamed")
OBI = Speaker("Ada Obi", "person")
AROUND = "that the plan was “dead and buried,” as Ada Obi had put it, and that nobody would mourn it"
INSIDE = "“dead and buried,”"
CROSSING = "nobody would mourn it. Obi wrote that she would"
FOUND = AttributedText(
    TEXT,
    (
        quote(AROUND, MINISTER, place("The minister"), place("said"), method="verb/unnamed", confidence=0.7),
        quote(INSIDE, OBI, place("Ada Obi"), place("put"), kind="mixed", utterance=1, confidence=0.996),
        quote(CROSSING, None, place("she"), utterance=2, method="verb/pronoun"),
        quote("“why.”", OBI, place("Obi", 1), kind="direct", utterance=1, chain=(place("Ada Obi"),)),
    ),
    (Rejected(place("“knows”").start, place("“knows”").end, "“knows”", "term"),),
    "9.9",
    "en_test-1",
)


def nothing_found(text: str) -> AttributedText:
    return AttributedText(text, ())


def on_terminal(article: ArticleView, *, colour: bool = False, width: int = 200) -> str:
    console = Console(
        file=io.StringIO(), highlight=False, width=width, force_terminal=colour,
        color_system="standard" if colour else None, legacy_windows=False, _environ={},
    )  # fmt: skip
    show_article(console, article)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


# --- explanations ----------------------------------------------------------------------------------------


def constants_of_calls(module: str, name: str, position: int, keyword: str) -> set[str]:
    """The texts that a module of the engine passes at one place of one of its constructors."""
    tree = ast.parse((ROOT / "attribution" / module).read_text(encoding="utf-8"))
    found = set()
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == name:
            given = [word.value for word in call.keywords if word.arg == keyword] or call.args[position:]
            if given and isinstance(given[0], ast.Constant):
                found.add(given[0].value)
    return found


def test_every_way_to_find_a_source_is_explained() -> None:
    assert set(explanations.FOUND) == set(typing.get_args(CandidateKind))


def test_every_way_from_a_mention_to_a_name_is_explained() -> None:
    modules = ("resolution.py", "resolved.py", "documents.py")
    methods = set().union(*(constants_of_calls(module, "Resolution", 3, "method") for module in modules))
    assert {"name", "pronoun", "unresolved"} <= methods
    assert methods <= set(explanations.LED)


def test_every_reason_to_turn_a_span_away_is_explained() -> None:
    tree = ast.parse((ROOT / "attribution" / "terms.py").read_text(encoding="utf-8"))
    (function,) = (node for node in tree.body if getattr(node, "name", "") == "term_reason")
    returned = {
        constant.value
        for statement in ast.walk(function)
        if isinstance(statement, ast.Return) and statement.value is not None
        for constant in ast.walk(statement.value)
        if isinstance(constant, ast.Constant) and constant.value is not None
    }
    assert returned
    assert returned | {"title", "term"} <= set(explanations.REASONS)


def test_a_code_of_a_newer_engine_is_shown_as_it_is() -> None:
    newer = quote(INSIDE, OBI, None, method="oracle/riddle")
    assert explanations.how(newer) == "oracle; riddle"


@pytest.mark.parametrize(
    ("confidence", "told"), [(1.0, "100 % sure"), (0.9996, "99 % sure"), (0.97, "97 % sure")]
)
def test_only_what_is_certain_is_called_a_hundred_percent(confidence: float, told: str) -> None:
    assert explanations.how_sure(quote(INSIDE, OBI, None, confidence=confidence)) == told


def test_nobody_is_told_from_too_unsure_and_from_unclear() -> None:
    reasons = {
        explanations.how(quote(INSIDE, None, None, method=method))
        for method in ("none", "verb/pronoun", "verb/unresolved")
    }
    assert len(reasons) == 3
    assert explanations.NO_SOURCE in reasons


# --- cutting the text ------------------------------------------------------------------------------------


def test_nested_and_crossing_quotes_are_cut_at_every_boundary() -> None:
    article = view("a", FOUND, KINDS)
    pieces = article.paragraphs[0].pieces
    assert "".join(TEXT[piece.start : piece.end] for piece in pieces) == TEXT.partition("\r")[0]
    covering = {
        TEXT[piece.start : piece.end]: [m.labels for m in piece.markings if m.role == "quote"]
        for piece in pieces
    }
    assert covering[INSIDE] == [("1",), ("2",)]
    assert covering["nobody would mourn it"] == [("1",), ("3",)]
    assert covering["she"] == [("3",)]
    assert article.crossing == {"1", "3"}


def test_notes_stand_below_the_paragraph_where_a_quote_begins() -> None:
    article = view("a", FOUND, KINDS, rejected=True)
    assert [[note.label for note in paragraph.notes] for paragraph in article.paragraphs] == [
        ["1", "2", "3"], ["a", "4"],
    ]  # fmt: skip


def test_pieces_of_one_utterance_say_so() -> None:
    pieces = (
        quote(AROUND, MINISTER, None),
        quote(INSIDE, MINISTER, None),
        quote("“why.”", MINISTER, None),
        quote(CROSSING, OBI, None, utterance=1),
    )
    shown = on_terminal(view("a", AttributedText(TEXT, pieces), KINDS)).splitlines()
    assert "    2  the minister (never named), 90 % sure, indirect, a part of 1" in shown
    assert "    3  Ada Obi (person), 90 % sure, indirect" in shown
    assert "    4  the minister (never named), 90 % sure, indirect, goes on from 1" in shown


def test_one_speaker_has_one_colour_and_another_another() -> None:
    article = view("a", FOUND, KINDS)
    colours = [note.colour for paragraph in article.paragraphs for note in paragraph.notes]
    assert colours == [0, 1, None, 1]
    assert [(speaker.name, speaker.quotes) for speaker in article.speakers] == [
        ("the minister", 1), ("Ada Obi", 2),
    ]  # fmt: skip


def test_only_the_wanted_kinds_are_marked() -> None:
    article = view("a", FOUND, {"direct", "mixed"})
    marked = {m.labels for p in article.paragraphs for piece in p.pieces for m in piece.markings}
    assert marked == {("1",), ("2",), ("1", "2")}
    assert article.quotes == 2


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted), max_size=12)


@given(st.text(alphabet=st.sampled_from("ab“”\n\r\t \u2028\x00\x1b<&"), max_size=60), SPANS)
def test_whatever_overlaps_nothing_is_lost_or_shown_twice(text: str, spans: list[list[int]]) -> None:
    quotes = tuple(
        Quote(start, end, text[start:end], "direct", OBI, Span(start, end, ""), None, n, "verb/name", 0.5)
        for n, (start, end) in enumerate((min(a, len(text)), min(b, len(text))) for a, b in spans)
    )
    article = view("a", AttributedText(text, quotes), KINDS)
    pieces = [piece for paragraph in article.paragraphs for piece in paragraph.pieces]
    assert all(left.end <= right.start for left, right in itertools.pairwise(pieces))
    kept = "".join(text[piece.start : piece.end] for piece in pieces)
    assert [c for c in kept if not c.isspace()] == [c for c in text if not c.isspace()]
    for piece in pieces:
        for at in range(piece.start, piece.end):
            covering = {str(n) for n, q in enumerate(_numbered(quotes), 1) if q.start <= at < q.end}
            assert {label for m in piece.markings if m.role == "quote" for label in m.labels} == covering
    opened = sum(len(piece.opens) for piece in pieces)
    assert opened == sum(len(piece.closes) for piece in pieces)
    parsed("".join(page([article])))
    on_terminal(article)


def _numbered(quotes: tuple[Quote, ...]) -> list[Quote]:
    return sorted(quotes, key=lambda q: (q.start, -q.end))


# --- on a terminal ---------------------------------------------------------------------------------------


def test_a_pipe_gets_numbers_and_no_colour() -> None:
    shown = on_terminal(view("plan.txt", FOUND, KINDS))
    assert "\x1b" not in shown
    lines = shown.splitlines()
    assert "The minister said ⟦1 that the plan was ⟦2 “dead and buried,”⟧ as Ada Obi had put it" in shown
    # Only where quotes cross do the closing brackets need a number.
    assert "⟦3 nobody would mourn it1⟧. Obi wrote that she would3⟧" in shown
    assert "    1  the minister (never named), 70 % sure, indirect" in lines
    assert "       “The minister”, cue “said”" in lines
    assert "    3  cannot tell, indirect" in lines
    assert "    4  Ada Obi (person), 90 % sure, goes on from 2" in lines
    assert "       “Obi” → “Ada Obi”" in lines
    assert "⟦a" not in shown


def test_rejected_spans_are_lettered_on_request() -> None:
    shown = on_terminal(view("plan.txt", FOUND, KINDS, rejected=True))
    assert "Nobody ⟦a “knows”⟧" in shown
    assert "    a  nobody's speech: a term or a name of something" in shown.splitlines()


def test_a_terminal_gets_a_colour_for_each_speaker_and_wrapped_lines() -> None:
    shown = on_terminal(view("plan.txt", FOUND, KINDS, rejected=True), colour=True, width=40)
    codes = {"cyan": "36", "magenta": "35"}
    minister, obi = (codes[TERMINAL_COLOURS[n]] for n in (0, 1))
    assert f"\x1b[1;{minister}mthe minister\x1b[0m" in shown
    assert f"\x1b[4;{obi}m“dead and" in shown
    assert "\x1b[1;31mcannot tell\x1b[0m" in shown
    assert re.search(r"\x1b\[2m[^\x1b]*“knows”", shown)
    plain = re.sub(r"\x1b\[[\d;]*m", "", shown)
    assert max(map(len, plain.splitlines())) <= 40


def test_the_text_cannot_command_the_terminal() -> None:
    shown = on_terminal(view("a\x1b[2Jb\ud800.txt", nothing_found("Red \x1b[31m alert\x07, \x9b0m."), KINDS))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]", shown)
    assert "\ufffd[31m" in shown


def test_an_article_without_quotes_is_shown_as_it_is() -> None:
    shown = on_terminal(view("a.txt", nothing_found("Nobody spoke.\r\n\r\nNobody at all."), KINDS))
    assert shown == "a.txt  0 quotes\n\nNobody spoke.\n\nNobody at all.\n\n"


# --- on a page -------------------------------------------------------------------------------------------

VOID = {"meta", "br"}


class Page(HTMLParser):
    """Reads a page strictly: every element is closed, in order, and no link lies in a link."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.names: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert len(given) == len(attrs)
        assert tag != "a" or "a" not in self.open
        self.names.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if "id" in given:
            self.ids.append(given["id"] or "")
        if tag == "a":
            self.links.append(given["href"] or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "p" in self.open:
            self.words += data


def parsed(html: str) -> Page:
    read = Page()
    read.feed(html)
    read.close()
    assert read.open == []
    assert len(read.ids) == len(set(read.ids))
    assert {link.removeprefix("#") for link in read.links} <= set(read.ids)
    described = {value for name, value in read.attributes if name == "aria-describedby"}
    assert described <= set(read.ids)
    return read


def test_quotes_and_notes_and_evidence_lead_to_each_other() -> None:
    html = "".join(page([view("plan.txt", FOUND, KINDS, rejected=True)]))
    read = parsed(html)
    for label in ("1", "2", "3", "4", "a"):
        assert {f"#a1n{label}", f"#a1q{label}"} <= set(read.links)
    told = place("Ada Obi")
    assert f"#a1s{told.start}-{told.end}" in read.links
    assert "cannot tell" in html
    assert "engine 9.9, pipeline en_test-1" in html


def test_the_page_needs_nothing_else_and_runs_nothing() -> None:
    html = "".join(page([view("https://x.example/", FOUND, KINDS)]))
    read = parsed(html)
    assert not read.names & {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
    assert not [name for name, _ in read.attributes if name == "src" or name.startswith("on")]
    assert all(link.startswith("#") for link in read.links)
    style = STYLE.read_text(encoding="utf-8")
    assert "url(" not in style
    assert "@import" not in style
    assert "default-src 'none'" in html


def test_markup_in_text_names_and_problems_is_only_text() -> None:
    bad = "</title></style><script>x</script><b onclick='x' \"> & \x00\x1b\ud800"
    text = f"“Yes {bad}” said {bad}."
    speaker = Speaker(bad, "person")
    span = Span(0, len(text), text)
    found = AttributedText(
        text, (Quote(0, len(text), text, "direct", speaker, span, span, 0, bad, 0.5, (span,)),), (), bad, bad
    )
    html = "".join(page([view(bad, found, KINDS), UnreadArticle(bad, bad)]))
    read = parsed(html)
    assert "script" not in read.names
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]", html)
    assert "<script>x</script>" in read.words


def test_several_articles_are_sections_of_one_page_with_contents() -> None:
    html = "".join(
        page(
            [
                view("one.txt", FOUND, KINDS),
                UnreadArticle("two.txt", "text is empty"),
                view("three.txt", FOUND, KINDS),
            ]
        )
    )
    read = parsed(html)
    assert read.links[:3] == ["#a1", "#a2", "#a3"]
    assert "Not attributed: text is empty" in html


def test_more_speakers_than_colours_have_other_lines() -> None:
    text = "Yes. " * 30
    quotes = tuple(
        Quote(
            5 * n, 5 * n + 4, "Yes.", "direct", Speaker(f"Speaker {n}", "person"), None, None, n, "none", 0.5
        )
        for n in range(COLOURS * LINES)
    )
    html = "".join(page([view("a", AttributedText(text, quotes), KINDS)]))
    classes = re.findall(r'<span class="(c\d l\d) chip">', html)
    assert len(classes) == len(set(classes)) == COLOURS * LINES


@pytest.mark.parametrize("gap", [" ", "\n\n"], ids=["one paragraph", "many paragraphs"])
def test_an_article_at_the_limits_of_the_engine_is_shown(gap: str) -> None:
    sentence = f"“{'It will open in June, ' * 4}” she said.{gap}"
    count = 2_000
    text = sentence * count
    quotes = []
    for n in range(count):
        start = n * len(sentence)
        end = start + sentence.index("”") + 1
        mention = Span(end + 1, end + 4, "she")
        quotes.append(
            Quote(
                start, end, text[start:end], "direct", OBI, mention, None, n, "verb/pronoun", 0.9, (mention,)
            )
        )
    article = view("long.txt", AttributedText(text, tuple(quotes)), KINDS)
    assert len(parsed("".join(page([article]))).links) >= 3 * count
    assert f"⟦{count} “It will" in on_terminal(article)


# --- what can be read ------------------------------------------------------------------------------------


def luminance(colour: tuple[float, ...]) -> float:
    """WCAG 2.2, relative luminance."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_everything_on_the_page_can_be_told_from_its_ground(scheme: int) -> None:
    style = STYLE.read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\}", style, re.S)
    assert len(blocks) == 2
    colours = {
        name: tuple(int(value[n : n + 2], 16) / 255 for n in (0, 2, 4))
        for name, value in re.findall(r"--(\w+): #(\w{6});", blocks[scheme])
    }
    speakers = [f"c{number}" for number in range(COLOURS)]
    assert set(colours) == {"page", "ink", "faint", "undecided", *speakers}
    tint = int(re.search(r"var\(--line\) (\d+)%, transparent", style)[1]) / 100  # type: ignore[index]
    for line in (*speakers, "undecided"):
        ground = tuple(tint * c + (1 - tint) * p for c, p in zip(colours[line], colours["page"], strict=True))
        assert contrast(colours["ink"], ground) >= 4.5
        assert contrast(colours[line], ground) >= 3
    for text in ("ink", "faint", "undecided"):
        assert contrast(colours[text], colours["page"]) >= 4.5
    assert len(re.findall(r"^\.l\d \{", style, re.M)) == LINES
