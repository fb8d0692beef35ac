"""A person checks a draft on a terminal, a script checks many."""

from __future__ import annotations

import json
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.archive import ArticleInput
from api.cli import main
from attribution.errors import EmptyTextError, PipelineError
from attribution.models import AttributedText

TOLL = "“We will not raise the bridge toll before the spring,” said Ana Ruiz."
SLUICE = "“The sluice was left open for two nights in a row,” said Boris Hale."
# Quoted rightly, altered, given to the wrong speaker, and invented.
DRAFT = (
    "“We will not raise the bridge toll before the spring,” said Ana Ruiz.\n\n"
    "“The sluice was left open for five nights in a row,” said Boris Hale.\n\n"
    "“The sluice was left open for two nights in a row,” said Ana Ruiz.\n\n"
    "“The moon is made of <b>green</b> cheese,” said Cleo Marsh.\n"
)


class StandIn:
    """In place of the worker process, which takes seconds to load: curly marks and "said NAME"."""

    def __init__(self, attribute) -> None:
        self._attribute = attribute
        self.problem: BaseException | None = None

    def start(self) -> None:
        pass

    def close(self) -> None:
        pass

    async def attribute(self, text: str, *, wait: bool) -> AttributedText:
        if self.problem is not None:
            raise self.problem
        if not text.strip():
            raise EmptyTextError("text is empty")
        return await self._attribute(text)


@pytest.fixture
def stand_in(attribute, monkeypatch) -> StandIn:
    made = StandIn(attribute)
    monkeypatch.setattr("api.commands.ingest.make_attributor", lambda settings: made)
    return made


@pytest.fixture
def archive(archive_of, stand_in) -> str:
    return archive_of(
        ArticleInput(text, outlet, url=f"https://{outlet}.example/1", published=date(2025, 3, day))
        for text, outlet, day in ((TOLL, "Post", 17), (SLUICE, "Sun", 18))
    )


@pytest.fixture
def draft(tmp_path: Path, archive) -> Path:
    file = tmp_path / "draft.txt"
    file.write_text(DRAFT, encoding="utf-8")
    return file


def check(*arguments: str | Path, given: str | bytes | None = None):
    return CliRunner().invoke(main, ["check", *map(str, arguments)], input=given)


def records(printed: str) -> list[dict]:
    return [json.loads(line) for line in printed.splitlines()]


def test_a_person_sees_the_draft_with_its_verdicts_and_what_to_look_at_first(draft):
    done = check(draft)
    assert done.exit_code == 0, done.stderr
    assert done.stderr == "", "no progress where nobody looks"
    printed = done.stdout
    assert "draft.txt  4 quotes: 1 verbatim, 1 altered, 1 misattributed, 1 not found" in printed
    first, _, text = printed.partition("⟦1 ")
    assert [line.split()[0] for line in first.splitlines() if line.startswith("  ")] == ["3", "2", "4"]
    assert text.startswith("verbatim: “We will not raise the bridge toll before the spring,”⟧ said Ana Ruiz.")
    assert "⟦2 altered (number): “The sluice was left open for five nights in a row,”⟧ said Boris" in text
    assert "draft  “The sluice was left open for ⟦five⟧ nights in a row,”" in text
    assert "Sun, 2025-03-18, Boris Hale: “The sluice was left open for ⟦two⟧ nights in a row,”" in text
    assert "https://Sun.example/1" in text
    assert "Sun gives these words to Boris Hale, not to Ana Ruiz." in text
    assert text.rstrip().endswith("Searched: 2 articles of 2 outlets, 2025-03-17 to 2025-03-18.")
    assert "\x1b" not in printed


def test_json_lines_hold_the_whole_answer(draft):
    (record,) = records(check(draft, "--format", "jsonl").stdout)
    assert (record["id"], record["text"]) == (str(draft), DRAFT)
    assert record["look_first"] == [3, 2, 4]
    assert record["counts"]["misattributed"] == 1
    assert record["searched"]["articles"] == 2
    for quote in record["quotes"]:
        for piece in quote["pieces"]:
            assert DRAFT[piece["start"] : piece["end"]] == piece["text"]
    second = record["quotes"][1]
    assert (second["speaker"]["name"], second["verdict"]["verdict"]) == ("Boris Hale", "altered")
    assert second["verdict"]["evidence"][0]["changes"][0]["flags"] == ["number"]
    (same,) = json.loads(check(draft, "--format", "json").stdout)
    assert same == record


class Page(HTMLParser):
    """Gathers the ids of a page, its links, its scripts, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        found = dict(attrs)
        if "id" in found:
            self.ids.append(found["id"])
        if "href" in found:
            self.links.append(found["href"])

    def handle_data(self, data):
        self.text += data


def test_the_page_leads_from_each_quote_to_its_verdict(draft, tmp_path):
    other = tmp_path / "other <i>.txt"
    other.write_text(TOLL, encoding="utf-8")
    done = check("--format", "html", draft, tmp_path / "none.txt", other)
    assert done.exit_code == 1
    page = Page()
    page.feed(done.stdout)
    assert len(page.ids) == len(set(page.ids))
    inside = {link[1:] for link in page.links if link.startswith("#")}
    assert inside <= set(page.ids)
    assert {"d1q2", "d1n2", "d3q1", "d3n1"} <= inside
    outside = [link for link in page.links if not link.startswith("#")]
    assert set(outside) == {"https://Post.example/1", "https://Sun.example/1"}
    assert not {"script", "b", "i", "img"} & page.tags, "what a draft or a name holds is text"
    assert "<b>green</b>" in page.text
    assert "Not checked: No such file or directory" in page.text


@pytest.mark.parametrize(
    ("verdicts", "exit_code"),
    [("misattributed", 1), ("contested, altered", 1), ("contested,elided", 0), ("verbatim", 1)],
)
def test_a_script_fails_on_the_verdicts_that_it_names(draft, verdicts, exit_code):
    done = check(draft, "--format", "jsonl", "--fail-on", verdicts)
    assert done.exit_code == exit_code
    assert len(records(done.stdout)) == 1, "the answer is printed all the same"


def test_a_draft_that_cannot_be_read_is_named_and_the_rest_is_done(draft, tmp_path):
    names = {
        "missing.txt": None,
        "empty.txt": b"",
        "binary.txt": b"\0\1\2",
        "latin.txt": "“Café,” said Ana Ruiz.".encode("cp1252"),
        "surrogate.jsonl": b'{"text": "\\ud800", "id": 1}\n',
    }
    for name, content in names.items():
        if content is not None:
            (tmp_path / name).write_bytes(content)
    done = check("--format", "jsonl", *(tmp_path / name for name in names), draft)
    assert done.exit_code == 1
    assert [record["id"] for record in records(done.stdout)] == [str(draft)]
    complaints = done.stderr.splitlines()
    assert len(complaints) == len(names)
    for name, line in zip(names, complaints, strict=True):
        assert line.startswith(str(tmp_path / name)), line
    (found,) = records(check("--format", "jsonl", "--encoding", "cp1252", tmp_path / "latin.txt").stdout)
    assert found["text"] == "“Café,” said Ana Ruiz."


def test_standard_input_pages_and_json_lines_are_read(archive, tmp_path):
    (record,) = records(check("-", "--format", "jsonl", given=DRAFT).stdout)
    assert (record["id"], len(record["quotes"])) == ("-", 4)
    done = check("-", given="  ")
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", "-: text is empty\n")
    page = tmp_path / "page.html"
    page.write_text(
        f"<html><head><title>Toll</title></head><body><article><h1>Toll</h1><p>{TOLL}</p>"
        f"<p>The meeting had begun at noon, and it went on for another hour or so after that.</p>"
        "</article></body></html>",
        encoding="utf-8",
    )
    (record,) = records(check(page, "--format", "jsonl").stdout)
    assert "<p>" not in record["text"]
    assert [quote["verdict"]["verdict"] for quote in record["quotes"]] == ["verbatim"]
    lines = tmp_path / "answers.jsonl"
    lines.write_text("".join(json.dumps({"id": n, "text": TOLL}) + "\n" for n in range(2)), encoding="utf-8")
    assert [len(record["quotes"]) for record in records(check(lines, "--format", "jsonl").stdout)] == [1, 1]


def test_kinds_outlet_and_dates_narrow_the_search(draft):
    def found(*options: str) -> tuple[list[str], int]:
        (record,) = records(check(draft, "--format", "jsonl", *options).stdout)
        return [quote["verdict"]["verdict"] for quote in record["quotes"]], record["searched"]["articles"]

    assert found("--outlet", "post") == (["verbatim", "not_found", "not_found", "not_found"], 1)
    assert found("--since", "2025-03-18")[0][0] == "not_found"
    assert found("--until", "2025-03-17")[0][:2] == ["verbatim", "not_found"]
    assert found("--kinds", "indirect") == ([], 2)


def test_a_draft_without_quotes_says_so(draft, tmp_path):
    file = tmp_path / "plain.txt"
    file.write_text("Nobody said anything.", encoding="utf-8")
    done = check(file)
    assert done.exit_code == 0
    assert "plain.txt  no quotes" in done.stdout
    assert "Look at these first" not in done.stdout


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--kinds", "direct,loud"], "choose among direct, mixed, indirect"),
        (["--kinds", ","], "choose among"),
        (["--fail-on", "wrong"], "choose among verbatim"),
        (["--since", "2025-03-02", "--until", "2025-03-01"], "--since is later than --until"),
        (["--since", "yesterday"], "yesterday"),
        (["--encoding", "klingon"], "unknown encoding"),
        (["--format", "csv"], "csv"),
    ],
)
def test_wrong_usage_is_one_clear_error(draft, options, reason):
    done = check(draft, *options)
    assert done.exit_code == 2
    assert reason in done.stderr
    assert done.stdout == ""


def test_without_files_the_usage_is_shown():
    assert check().exit_code == 2


def test_the_limits_of_the_settings_hold(draft, monkeypatch):
    monkeypatch.setenv("QUOTETRACE_MAX_CHECKED_QUOTES", "3")
    done = check(draft)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "has 4 quotes; at most 3 are checked" in done.stderr


def test_no_archive_and_no_pipeline_are_one_line(draft, stand_in, tmp_path, monkeypatch):
    stand_in.problem = PipelineError("the pipeline en_missing is not installed")
    done = check(draft)
    assert (done.exit_code, done.stderr) == (1, "Error: the pipeline en_missing is not installed\n")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/none.sqlite")
    done = check(draft)
    assert done.exit_code == 1
    assert re.fullmatch(r"Error: there is no archive at .*\n", done.stderr)


def test_an_interruption_says_how_far_it_came(draft, stand_in):
    stand_in.problem = KeyboardInterrupt()
    done = check(draft, "--format", "html")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "Interrupted after 0 drafts.\n"


def test_a_long_quote_is_shown_around_what_matters(archive_of, stand_in, tmp_path):
    filler = " ".join(
        f"The year {year} brought rain to the valley of the mill." for year in range(1900, 1930)
    )
    archive_of(
        [ArticleInput(f"“{filler} The sluice was left open for two nights. {filler}” said Ana Ruiz.", "Post")]
    )
    file = tmp_path / "draft.txt"
    file.write_text("“The sluice was left open for two nights.” said Ana Ruiz.", encoding="utf-8")
    done = check(file)
    (line,) = [line for line in done.stdout.splitlines() if "Post, Ana Ruiz: " in line]
    assert "… " in line
    assert "The sluice was left open for two nights." in line
    assert len(line) < 450


def test_the_real_engine_reads_the_draft(archive_of, tmp_path):
    archive_of([ArticleInput(TOLL, "Post")])
    file = tmp_path / "draft.txt"
    file.write_text(
        "The council met. “We will raise the bridge toll before the spring,” the mayor, Ana Ruiz, told us.",
        encoding="utf-8",
    )
    done = check(file, "--format", "jsonl")
    assert done.exit_code == 0, done.stderr
    (quote,) = [quote for quote in records(done.stdout)[0]["quotes"] if quote["kind"] == "direct"]
    assert (quote["speaker"]["name"], quote["cue"]["text"]) == ("Ana Ruiz", "told")
    assert (quote["verdict"]["verdict"], quote["verdict"]["flags"]) == ("altered", ["negation"])
