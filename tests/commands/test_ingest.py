"""`quotetrace ingest`, `export` and `db`, as a person or a script calls them; on both databases."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from api.archive import Attribute
from api.attributor import AttributionTimeoutError
from api.cli import main
from api.commands import ingest as ingest_command
from api.database import Database, newest_migration
from api.settings import Settings
from attribution.errors import UnsupportedLanguageError
from attribution.models import AttributedText

ROOT = Path(__file__).parents[2]

Run = Callable[..., Result]

BRIDGE = "“We will rebuild the harbour bridge by spring,” said Ada Okafor.\r\n\r\n“At last,” said Bo Lind."
FERRY = "“Seven ferries sank,” said Ada Okafor. “Sank?” said someone"


class FakeAttributor:
    """Stands in for the worker processes; a text may ask to be refused."""

    def __init__(self, attribute: Attribute) -> None:
        self.find = attribute
        self.started = 0
        self.read = 0

    def start(self) -> None:
        self.started += 1

    def close(self) -> None:
        """Nothing to close."""

    async def attribute(self, text: str, *, wait: bool) -> AttributedText:
        assert wait
        assert self.started == 1
        if "Dies ist" in text:
            raise UnsupportedLanguageError("the text is not English")
        if "endless" in text:
            raise AttributionTimeoutError("the text was not attributed within 60 seconds")
        if "slowly" in text:
            await asyncio.sleep(0.2)
        self.read += 1
        return await self.find(text)


@pytest.fixture
def attributors(attribute: Attribute, monkeypatch: pytest.MonkeyPatch) -> list[FakeAttributor]:
    made: list[FakeAttributor] = []

    def make(settings: Settings) -> FakeAttributor:
        made.append(FakeAttributor(attribute))
        return made[-1]

    monkeypatch.setattr(ingest_command, "make_attributor", make)
    return made


@pytest.fixture
def run(
    database: Database, attributors: list[FakeAttributor], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Run:
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "articles").mkdir()
    return lambda *arguments, **options: CliRunner().invoke(main, [str(a) for a in arguments], **options)


def exported(run: Run) -> list[dict[str, object]]:
    result = run("export")
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_file_is_ingested_once(run: Run, attributors: list[FakeAttributor], tmp_path: Path) -> None:
    file = tmp_path / "articles" / "bridge.txt"
    file.write_bytes(BRIDGE.encode())
    arguments = ("ingest", file, "--outlet", "Ledger", "--title", "A bridge", "--published", "2025-03-17")
    first = run(*arguments, "--url", "https://l.example/bridge")
    assert (first.exit_code, first.stdout) == (0, "1 article: 1 new; 2 quotes added\n")
    again = run(*arguments, "--url", "https://l.example/bridge/")
    assert (again.exit_code, again.stdout) == (0, "1 article: 1 unchanged; 0 quotes added\n")
    # Nothing is read again, so no pipeline is loaded either.
    assert [(made.started, made.read) for made in attributors] == [(1, 1), (0, 0)]
    record = exported(run)[0]
    assert record["text"] == BRIDGE[record["start"] : record["end"]]
    assert record["mention"] == BRIDGE[record["mention_start"] : record["mention_end"]] == "Ada Okafor"
    assert record["cue"] == BRIDGE[record["cue_start"] : record["cue_end"]] == "said"
    assert record["chain"] == [
        {"start": record["mention_start"], "end": record["mention_end"], "text": "Ada Okafor"}
    ]
    known = ("outlet", "title", "url", "published", "speaker", "speaker_type", "revision", "confidence")
    assert [record[key] for key in known] == [
        "Ledger", "A bridge", "https://l.example/bridge", "2025-03-17", "Ada Okafor", "person", 1, 0.9,
    ]  # fmt: skip


def test_a_new_text_at_the_same_address_is_a_revision(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "articles" / "bridge.txt"
    for text, said in ((BRIDGE, "1 new"), (FERRY, "1 revised")):
        file.write_text(text)
        assert said in run("ingest", file, "--url", "https://l.example/bridge").stdout
    assert {(record["text"], record["revision"]) for record in exported(run)} == {
        ("“Seven ferries sank,”", 2),
        ("“Sank?”", 2),
    }


def test_what_cannot_be_read_is_named_and_the_rest_is_done(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    (folder / "good.txt").write_text(BRIDGE)
    (folder / "empty.txt").write_text("")
    (folder / "binary.txt").write_bytes(b"\0\1\2")
    (folder / "marks.txt").write_text("“”“ ”„“")
    (folder / "german.txt").write_text("Dies ist kein Englisch.")
    (folder / "slow.txt").write_text("endless")
    lines = ['{"text": "“Fine,” said Bo Lind."}', "{", '{"text": "x", "published": "soon"}', '{"text": ""}']
    (folder / "lines.jsonl").write_text("\n".join(lines))
    result = run("ingest", folder, "--format", "json")
    assert result.exit_code == 1
    summary = json.loads(result.stdout)
    problems = {Path(problem["item"]).name: problem["problem"] for problem in summary.pop("problems")}
    assert summary == {"articles": 10, "created": 3, "revised": 0, "unchanged": 0, "failed": 7, "quotes": 5}
    assert problems == {
        "empty.txt": "the file is empty",
        "binary.txt": "binary, not text",
        "german.txt": "the text is not English",
        "slow.txt": "the text was not attributed within 60 seconds",
        "lines.jsonl, line 2": problems["lines.jsonl, line 2"],
        "lines.jsonl, line 3": "not an ISO 8601 date such as 2025-03-17: 'soon'",
        "lines.jsonl, line 4": "the text is empty",
    }
    assert problems["lines.jsonl, line 2"].startswith("not JSON")
    said = result.stderr.splitlines()
    assert len(said) == 7
    assert f"{folder / 'empty.txt'}: the file is empty" in said


FEED = """<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<item><title>A bridge</title><link>https://l.example/bridge</link>
<pubDate>Mon, 17 Mar 2025 09:30:00 GMT</pubDate>
<content:encoded>&lt;p&gt;“We will rebuild it,” said Ada Okafor.&lt;/p&gt;</content:encoded></item>
<item><link>https://l.example/told</link><description>A teaser.</description></item></channel></rss>"""


def test_a_feed_is_ingested_once_and_what_it_lacks_is_named(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "articles" / "feed.xml"
    file.write_text(FEED)
    lacks = f"{file}, entry 2 (https://l.example/told): only a summary in the feed; --follow fetches the page"
    for done in ("1 new, 1 failed; 1 quote added", "1 unchanged, 1 failed; 0 quotes added"):
        result = run("ingest", file, "--outlet", "Ledger")
        assert (result.exit_code, result.stdout) == (1, f"2 articles: {done}\n")
        assert result.stderr.startswith(lacks)
    (record,) = exported(run)
    known = ("outlet", "title", "url", "published", "text")
    assert [record[key] for key in known] == [
        "Ledger",
        "A bridge",
        "https://l.example/bridge",
        "2025-03-17T09:30:00+00:00",
        "“We will rebuild it,”",
    ]


def test_a_warc_file_is_ingested_once_and_its_damage_is_named(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "articles" / "crawl.warc.gz"
    with file.open("wb") as opened:
        writer = WARCWriter(opened, gzip=True)
        for number in range(3):
            html = f"<article><p>“Number {number} it is,” said Ada Okafor.</p><p>No more.</p></article>"
            http = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], "HTTP/1.1")
            record = writer.create_warc_record(
                f"https://l.example/{number}", "response", io.BytesIO(html.encode()), http_headers=http
            )
            writer.write_record(record)
    file.write_bytes(file.read_bytes()[:-20])
    for done in ("2 new, 1 failed; 2 quotes added", "2 unchanged, 1 failed; 0 quotes added"):
        result = run("ingest", file)
        assert (result.exit_code, result.stdout) == (1, f"3 articles: {done}\n")
        assert f"{file}, record 3" in result.stderr
        assert "the file breaks off in the middle of it" in result.stderr
    assert {record["url"] for record in exported(run)} == {"https://l.example/0", "https://l.example/1"}


def test_lines_come_from_standard_input(run: Run) -> None:
    result = run("ingest", "-", "--outlet", "Ledger", input=json.dumps({"text": BRIDGE, "id": "a"}))
    assert (result.exit_code, result.stdout) == (0, "1 article: 1 new; 2 quotes added\n")
    assert {record["outlet"] for record in exported(run)} == {"Ledger"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Missing argument"),
        (("a.txt", "b.txt", "--title", "One"), "--title and --url are for a single"),
        (("articles", "--url", "https://l.example/1"), "--title and --url are for a single"),
        (("a.jsonl", "--url", "https://l.example/1"), "--title and --url are for a single"),
        (("articles/feed", "--url", "https://l.example/1"), "--title and --url are for a single"),
        (("a.txt", "--published", "17.3.2025"), "not an ISO 8601 date"),
        (("a.txt", "--encoding", "klingon"), "unknown encoding 'klingon'"),
        (("a.txt", "--workers", "0"), "0 is not in the range"),
    ],
)
def test_wrong_usage_is_said_before_anything_is_done(
    arguments: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "feed").write_text(FEED)
    result = CliRunner().invoke(main, ["ingest", *arguments])
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())
    assert [path.name for path in tmp_path.iterdir()] == ["articles"]


def test_export_as_csv_keeps_every_character(run: Run, tmp_path: Path) -> None:
    text = '“Say "no", then\r\n\r\n=SUM(A1); é, 中,” said Ada Okafor.'
    (tmp_path / "articles" / "odd.txt").write_bytes(text.encode())
    assert run("ingest", tmp_path / "articles").exit_code == 0
    output = tmp_path / "quotes.csv"
    result = run("export", "--format", "csv", "--output", output)
    assert (result.exit_code, result.stdout) == (0, "")
    assert sorted(path.name for path in tmp_path.iterdir() if "quotes" in path.name) == ["quotes.csv"]
    with output.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["text"] == text[: text.index(" said")]
    assert row["speaker"] == "Ada Okafor"
    assert row["url"] == ""
    printed = run("export", "--format", "csv").stdout_bytes.decode()
    assert list(csv.DictReader(io.StringIO(printed, newline=""))) == [row]


def test_an_export_that_fails_leaves_the_old_file(run: Run, tmp_path: Path) -> None:
    output = tmp_path / "missing" / "quotes.jsonl"
    result = run("export", "--output", output)
    assert result.exit_code == 1
    assert result.stderr == f"Error: {output}: No such file or directory\n"


def test_the_database_is_looked_after(run: Run, database: Database, tmp_path: Path) -> None:
    newest = newest_migration()
    assert run("db", "current").stdout == f"{database.name}: {newest}, the newest\n"
    assert run("db", "upgrade").stdout == f"{database.name}: {newest}, the newest\n"
    (tmp_path / "articles" / "bridge.txt").write_text(BRIDGE)
    run("ingest", tmp_path / "articles")
    assert run("db", "reindex").stdout == "2 quotes indexed\n"


def test_where_there_is_no_archive_none_is_made_by_looking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for arguments in (["export"], ["db", "reindex"]):
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 1
        assert "there is no archive at sqlite:///quotetrace.sqlite" in result.stderr
        assert len(result.stderr.splitlines()) == 1
    assert "no tables yet" in CliRunner().invoke(main, ["db", "current"]).stdout
    assert list(tmp_path.iterdir()) == []
    assert CliRunner().invoke(main, ["db", "upgrade"]).exit_code == 0
    assert (tmp_path / "quotetrace.sqlite").exists()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://ann:s3cret@db/x", "DATABASE_URL: names 'mysql'; Quotetrace runs on sqlite and postgresql"),
        (
            "postgresql://ann:s3cret@127.0.0.1:1/x",
            "cannot use the database postgresql://ann:***@127.0.0.1:1/x",
        ),
    ],
)
def test_a_database_that_cannot_be_used_is_one_line(
    url: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    file = tmp_path / "a.txt"
    file.write_text("Text.")
    for arguments in (["ingest", str(file)], ["export"], ["db", "upgrade"], ["db", "current"]):
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 1, arguments
        assert message in result.stderr
        assert len(result.stderr.splitlines()) == 1
        assert "s3cret" not in result.output


INTERRUPTED = """
import asyncio, signal, sys
from api import ingestion
from api.commands import ingest
from attribution.models import AttributedText

# Whoever runs the tests in the background has switched Ctrl-C off for all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

class Attributor:
    def start(self): pass
    def close(self): print("closed", file=sys.stderr)
    async def attribute(self, text, wait):
        if "first" not in text:
            await asyncio.sleep(600)
        return AttributedText(text, ())

count = ingestion.Summary.count

def counted(self, outcome):
    count(self, outcome)
    print("counted", file=sys.stderr, flush=True)

ingestion.Summary.count = counted
ingest.make_attributor = lambda settings: Attributor()
ingest.command(["one.txt", "two.txt", "three.txt", "--workers", "1"])
"""


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C cannot be sent to one process there")
def test_ctrl_c_keeps_what_is_done(tmp_path: Path, attributors: list[FakeAttributor]) -> None:
    for name, text in (("one", "The first."), ("two", "The second."), ("three", "The third.")):
        (tmp_path / f"{name}.txt").write_text(text)
    archive = tmp_path / "archive.sqlite"
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{archive}", "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert process.stdout is not None
        assert process.stderr.readline() == "counted\n"
        process.send_signal(signal.SIGINT)
        try:
            said, complained = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 1
    assert said == "1 article: 1 new; 0 quotes added\n"
    assert complained.splitlines() == [
        "closed",
        "Interrupted: what is done is kept; run the same command again to go on.",
    ]
    with sqlite3.connect(archive) as connection:
        assert connection.execute("SELECT text FROM revision").fetchall() == [("The first.",)]
    result = CliRunner().invoke(
        main,
        ["ingest", *(str(tmp_path / f"{name}.txt") for name in ("one", "two", "three"))],
        env={"DATABASE_URL": f"sqlite:///{archive}"},
    )
    assert result.stdout == "3 articles: 2 new, 1 unchanged; 0 quotes added\n"
    assert attributors[0].read == 2


PLAIN = """
import sys
from api.commands import ingest
from attribution.models import AttributedText, Quote, Speaker

class Attributor:
    def start(self): pass
    def close(self): pass
    async def attribute(self, text, wait):
        speaker = Speaker("Ada Okafor", "person")
        quote = Quote(0, len(text), text, "direct", speaker, None, None, 0, "test", 0.9)
        return AttributedText(text, (quote,), (), "1", "1")

ingest.make_attributor = lambda settings: Attributor()
ingest.command([*sys.argv[1:], "--workers", "4", "--format", "json"])
"""


def test_two_processes_ingest_one_folder_at_once(database: Database, run: Run, tmp_path: Path) -> None:
    for number in range(25):
        (tmp_path / "articles" / f"{number}.txt").write_text(f"We found number {number} on the north pier.")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    arguments = [sys.executable, "-c", PLAIN, str(tmp_path / "articles"), "--outlet", "Ledger"]
    processes = [
        subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    summaries = [json.loads(process.communicate(timeout=120)[0]) for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert sum(summary["created"] for summary in summaries) == 25
    assert sum(summary["unchanged"] for summary in summaries) == 25
    records = exported(run)
    assert len(records) == 25
    assert len({record["speaker_id"] for record in records}) == 1


def test_help_does_not_load_the_heavy_parts() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from api.cli import main\n"
        "for name in ('ingest', 'export', 'db'):\n"
        "    assert CliRunner().invoke(main, [name, '--help']).exit_code == 0\n"
        "print([name for name in ('spacy', 'coreferee', 'sqlalchemy', 'trafilatura') if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout == "[]\n"


def test_the_real_engine_reads_the_shared_articles(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'archive.sqlite'}")
    result = CliRunner().invoke(main, ["ingest", str(shared / "articles"), "--workers", "1"])
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("5 articles: 5 new; ")
    lines = CliRunner().invoke(main, ["export"]).stdout.splitlines()
    texts = {
        json.loads(line)["title"]: (shared / "articles" / json.loads(line)["file"]).read_bytes().decode()
        for line in (shared / "articles" / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    }
    records = [json.loads(line) for line in lines]
    assert len(records) > 50
    for record in records:
        assert texts[record["title"]][record["start"] : record["end"]] == record["text"]


def test_many_articles_at_once_are_each_added_once(run: Run, tmp_path: Path) -> None:
    lines = [json.dumps({"text": f"“Number {n % 20} it is,” said Ada Okafor.", "id": n}) for n in range(60)]
    (tmp_path / "articles" / "many.jsonl").write_text("\n".join(lines))
    result = run("ingest", tmp_path / "articles", "--workers", "8", "--format", "json")
    summary = json.loads(result.stdout)
    assert (summary["created"], summary["unchanged"], summary["failed"]) == (20, 40, 0)
    assert len(exported(run)) == 20


def test_texts_of_one_address_become_revisions_in_their_order(run: Run, tmp_path: Path) -> None:
    # The first text takes longest to read, so without an order of its own it would come last.
    texts = [f"“Number {n} it is,” said Ada Okafor{'' if n else ' slowly'}." for n in range(9)]
    lines = [json.dumps({"text": t, "id": n, "url": "https://l.example/a"}) for n, t in enumerate(texts)]
    (tmp_path / "articles" / "many.jsonl").write_text("\n".join(lines))
    result = run("ingest", tmp_path / "articles", "--workers", "8", "--format", "json")
    summary = json.loads(result.stdout)
    assert (summary["created"], summary["revised"], summary["failed"]) == (1, 8, 0)
    assert [(r["text"], r["revision"]) for r in exported(run)] == [("“Number 8 it is,”", 9)]
