"""What one article says that somebody said: the pieces of one split quote together, with their place.

Reported speech without marks is the reporter's wording, so its pieces never mix with quoted words: they
make a report of their own, of kind ``indirect``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import bindparam, func
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.names import judge_names, name_key
from api.records import Article, Decision, Outlet, Quote, Speaker, current_quotes
from api.speakers import Kinship, noted, told_apart
from attribution.comparison import Comparison, WordingTooLongError, compare_wordings
from attribution.wording import Wording, read

# Values in one IN (…): far below the limits of both databases (32,766 and 32,767).
_CHUNK: Final = 5_000

# A limit that is none.
_ALL: Final = 2**31 - 1
_ORDER: Final = (col(Quote.revision_id), col(Quote.start))

# Other names of one speaker that a report carries.
MAX_NAMES: Final = 50

# Comparisons of longer wordings are not remembered: those are few, and would fill the memory.
REMEMBERED_WORDS: Final = 500

# Revision, utterance, and whether it is reported without marks.
ReportKey = tuple[int, int, bool]


@dataclass(frozen=True, slots=True)
class Piece:
    """One pair of quote marks: ``text == revision.text[start:end]``, marks included."""

    quote_id: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class DecidedBy:
    """That a person decided whose quote it is: ``kind`` is ``merge``, ``split`` or ``correct``."""

    id: int
    kind: str
    editor: str
    at: datetime

    @classmethod
    def of(cls, decision: Decision) -> DecidedBy:
        """Make it of the record."""
        assert decision.id is not None  # read from the database
        return cls(decision.id, decision.kind, decision.editor, decision.created_at)


@dataclass(frozen=True, slots=True)
class Report:
    """One utterance as one article reports it.

    Attributes:
        wording: the pieces' texts in order, one blank between them.
        pieces: where they stand in the article's current text.
        speaker, speaker_type: whose words they are, under the archive's name; ``None`` where nobody knows.
        speaker_as_written: the name that the engine found in the article, whatever was decided since.
        speaker_names: the other names of that speaker.
        confidence: of the engine in its speaker, in [0, 1]: the lowest of the pieces.
        decided: the person's decision by which it is this speaker.
        kind: ``direct``, ``mixed`` or ``indirect``; of a quote whose pieces differ, ``direct``.
    """

    statement_id: int | None
    article_id: int
    revision_id: int
    utterance: int
    outlet: str
    title: str | None
    url: str | None
    published: date | None
    speaker_id: int | None
    speaker: str | None
    speaker_type: str | None
    speaker_as_written: str | None
    speaker_names: tuple[str, ...]
    confidence: float
    decided: DecidedBy | None
    kind: str
    wording: str
    pieces: tuple[Piece, ...]
    # Needed to tell two speakers of one name apart; no part of what is shown.
    kinship: Kinship | None = field(default=None, repr=False, compare=False, metadata={"shown": False})

    @property
    def key(self) -> ReportKey:
        """Return what tells this report from every other."""
        return self.revision_id, self.utterance, self.is_paraphrase

    @property
    def is_paraphrase(self) -> bool:
        """Say whether the wording is the reporter's, not the speaker's."""
        return self.kind == "indirect"

    @property
    def known_names(self) -> tuple[str, ...]:
        """Return every name that can be meant when somebody asks for this speaker.

        What the engine found does not count where a person decided that the quote is another speaker's.
        """
        own = () if self.decided and self.decided.kind != "merge" else (self.speaker_as_written,)
        names = (self.speaker, *own, *self.speaker_names)
        return tuple(dict.fromkeys(name for name in names if name))

    @property
    def quote_id(self) -> int:
        """Return the id of the first piece, by which the report can be found again."""
        return self.pieces[0].quote_id

    def places(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """Return where ``wording[start:end]`` stands in the article's text: one span a piece it touches."""
        found: list[tuple[int, int]] = []
        offset = 0
        for piece in self.pieces:
            first, last = max(start, offset), min(end, offset + len(piece.text))
            if first < last:
                found.append((piece.start + first - offset, piece.start + last - offset))
            offset += len(piece.text) + 1
        return tuple(found)

    @property
    def words(self) -> Wording:
        """Return the wording read into words; its offsets are those of ``wording``."""
        return read_words(self.wording)


@lru_cache(maxsize=4096)
def read_words(text: str) -> Wording:
    """Read a text into words, remembering the latest: one article's quotes meet the same candidates."""
    return read(text)


def compare_words(one: Wording, other: Wording, prior: float) -> Comparison | None:
    """Compare two wordings; ``None`` where one is longer than any quotation.

    The latest comparisons are remembered: a statement's report and its time line ask for the same ones.
    """
    if max(len(one.words), len(other.words)) <= REMEMBERED_WORDS:
        return _compared(one, other, prior)
    try:
        return compare_wordings(one, other, prior=prior)
    except WordingTooLongError:
        return None  # whole books between quote marks are no quotations


@lru_cache(maxsize=1024)
def _compared(one: Wording, other: Wording, prior: float) -> Comparison:
    return compare_wordings(one, other, prior=prior)


async def reports_of_quotes(session: AsyncSession, quote_ids: Iterable[int]) -> list[Report]:
    """Return the reports that these quotes belong to, in the order of the ids; current revisions only."""
    ids = list(dict.fromkeys(quote_ids))
    found: dict[int, Report] = {}
    for part in _chunks(ids):
        for report in await _load(session, _query_by_quote, {"ids": part}):
            found |= {piece.quote_id: report for piece in report.pieces}
    return list({found[id].key: found[id] for id in ids if id in found}.values())


async def reports_of_statements(
    session: AsyncSession,
    statement_ids: Iterable[int],
    most: int | None = None,
    known: Iterable[int] = (),
) -> list[Report]:
    """Return the reports of these statements, oldest article first; current revisions only.

    With ``most``, only those of so many quotes, of the lowest ids. The quotes ``known`` are left out.
    """
    found: list[Report] = []
    left_out = list(known)
    for part in _chunks(sorted(set(statement_ids))):
        most_rows = most if most is not None else _ALL
        found += await _load(
            session, _query_by_statement, {"ids": part, "most": most_rows, "known": left_out}
        )
    return sorted(found, key=by_date)


def by_date(report: Report) -> tuple[bool, date, int, int]:
    """Order reports by published date, those without a date last."""
    return report.published is None, report.published or date.min, report.article_id, report.pieces[0].start


def speakers_agree(
    one: str | None, one_type: str | None, other: str | None, other_type: str | None
) -> bool | None:
    """Tell whether two attributions name one speaker: yes, no, or ``None`` where nobody can tell.

    An unnamed source may be anybody, and a person may speak for an organisation, so neither contradicts.
    """
    if not one or not other:
        return None
    if one_type == other_type == "person":
        return judge_names(one, other, "person") != "different"
    if one_type == other_type == "organization":
        return {"same": True, "different": False}.get(judge_names(one, other, "organization"))
    if name_key(one) == name_key(other):
        return True
    return None


def agree(one: Report, other: Report) -> bool | None:
    """Tell whether two reports name one speaker; see `speakers_agree`."""
    if one.speaker_id is not None and one.speaker_id == other.speaker_id:
        return True
    if one.kinship and other.kinship and told_apart(one.kinship, other.kinship):
        return False
    return speakers_agree(one.speaker, one.speaker_type, other.speaker, other.speaker_type)


def _columns(dialect: str) -> tuple[Any, ...]:
    """What a report is made of; whole records would take several times as long to build."""
    other = aliased(Speaker)
    names = (
        select(col(other.name).label("name"))
        .where(col(other.canonical_id) == col(Speaker.id))
        .order_by(col(other.id))
        .limit(MAX_NAMES)
        .correlate(Speaker)
        .subquery()
    )
    listed = func.json_group_array if dialect == "sqlite" else func.json_agg
    return (
        col(Quote.id).label("quote_id"),
        *(
            col(getattr(Quote, name)).label(name)
            for name in ("revision_id", "start", "end", "text", "kind", "utterance", "confidence")
        ),
        col(Quote.statement_id).label("statement_id"),
        col(Quote.speaker_name).label("written"),
        col(Quote.decision_id).label("own_decision"),
        col(Article.id).label("article_id"),
        col(Article.title).label("title"),
        col(Article.url).label("url"),
        col(Article.published_on).label("published"),
        col(Outlet.name).label("outlet"),
        *(
            col(getattr(Speaker, name)).label(f"speaker_{name}")
            for name in ("id", "name", "type", "note", "family_id", "decided_id")
        ),
        *(
            col(getattr(Decision, name)).label(f"decision_{name}")
            for name in ("id", "kind", "editor", "created_at")
        ),
        # The names, besides its own, of a speaker who has several.
        select(listed(names.c.name)).scalar_subquery().label("other_names"),
    )


@lru_cache(maxsize=2)
def _query_by_quote(dialect: str) -> Any:
    """All pieces of the reports of the quotes ``ids``."""
    asked = aliased(Quote)
    same = (asked.revision_id == col(Quote.revision_id)) & (asked.utterance == col(Quote.utterance))
    query = current_quotes().with_only_columns(*_columns(dialect)).join(asked, same)
    return query.where(col(asked.id).in_(bindparam("ids", expanding=True))).order_by(*_ORDER)


@lru_cache(maxsize=2)
def _query_by_statement(dialect: str) -> Any:
    """All pieces of the reports in the statements ``ids``, of ``most`` quotes, but for those ``known``."""
    of_them = col(Quote.statement_id).in_(bindparam("ids", expanding=True))
    chosen = select(Quote.id).where(of_them).order_by(col(Quote.id)).limit(bindparam("most"))
    query = current_quotes().with_only_columns(*_columns(dialect))
    known = col(Quote.id).in_(bindparam("known", expanding=True))
    return query.where(col(Quote.id).in_(chosen), ~known).order_by(*_ORDER)


async def _load(session: AsyncSession, query: Callable[[str], Any], values: dict[str, Any]) -> list[Report]:
    connection = await session.connection()
    rows = (await connection.execute(query(connection.dialect.name), values)).all()
    groups: dict[ReportKey, dict[int, Any]] = {}
    for row in rows:
        key = (row.revision_id, row.utterance, row.kind == "indirect")
        groups.setdefault(key, {})[row.quote_id] = row
    return [_report(list(group.values())) for group in groups.values()]


def _report(rows: Sequence[Any]) -> Report:
    first = rows[0]
    # The pieces of one utterance have one speaker; where only some name him, those count. What a person
    # decided holds for all of them.
    decided = next((row for row in rows if row.own_decision), None)
    named = decided or next((row for row in rows if row.written), first)
    known = named.speaker_id is not None
    return Report(
        statement_id=next((row.statement_id for row in rows if row.statement_id), None),
        article_id=first.article_id,
        revision_id=first.revision_id,
        utterance=first.utterance,
        outlet=first.outlet,
        title=first.title,
        url=first.url,
        published=first.published,
        speaker_id=named.speaker_id,
        speaker=noted(named.speaker_name, named.speaker_note) if known else None,
        speaker_type=named.speaker_type,
        speaker_as_written=next((row.written for row in rows if row.written), None),
        speaker_names=_listed(named.other_names),
        confidence=min(row.confidence for row in rows),
        decided=DecidedBy(
            named.decision_id, named.decision_kind, named.decision_editor, named.decision_created_at
        )
        if named.decision_id is not None
        else None,
        kind="direct" if any(row.kind == "direct" for row in rows) else first.kind,
        wording=" ".join(row.text for row in rows),
        pieces=tuple(Piece(row.quote_id, row.start, row.end, row.text) for row in rows),
        kinship=Kinship(named.speaker_id, named.speaker_family_id, named.speaker_decided_id)
        if known
        else None,
    )


def _listed(names: str | list[str] | None) -> tuple[str, ...]:
    """Return names once each, from a JSON array as a driver gives it: as text, or read."""
    found: list[str] = json.loads(names) if isinstance(names, str) else names or []
    return tuple(dict.fromkeys(found))


def _chunks(values: Sequence[int]) -> Iterable[Sequence[int]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
