"""What one article says that somebody said: the pieces of one split quote together, with their place.

Reported speech without marks is the reporter's wording, so its pieces never mix with quoted words: they
make a report of their own, of kind ``indirect``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.names import judge_names, name_key
from api.records import Article, Decision, Outlet, Quote, Revision, Speaker, current_quotes
from api.speakers import shown_name, told_apart
from attribution.comparison import Comparison, WordingTooLongError, compare_wordings
from attribution.wording import Wording, read

# Values in one IN (…): far below the limits of both databases (32,766 and 32,767).
_CHUNK: Final = 5_000

# Other names of one speaker that a report carries.
MAX_NAMES: Final = 50

_Row = tuple[Quote, Article, Outlet, Speaker | None, Decision | None]

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
    record: Speaker | None = field(default=None, repr=False, compare=False, metadata={"shown": False})

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
    """Compare two wordings; ``None`` where one is longer than any quotation."""
    try:
        return compare_wordings(one, other, prior=prior)
    except WordingTooLongError:
        return None  # whole books between quote marks are no quotations


async def reports_of_quotes(session: AsyncSession, quote_ids: Iterable[int]) -> list[Report]:
    """Return the reports that these quotes belong to, in the order of the ids; current revisions only."""
    ids = list(dict.fromkeys(quote_ids))
    keys: dict[int, ReportKey] = {}
    for part in _chunks(ids):
        rows = await session.exec(
            select(Quote.id, Quote.revision_id, Quote.utterance, Quote.kind)
            .join(Revision, col(Revision.id) == col(Quote.revision_id))
            .where(col(Quote.id).in_(part), col(Revision.current))
        )
        keys |= {
            quote_id: (revision, utterance, kind == "indirect")
            for quote_id, revision, utterance, kind in rows
            if quote_id
        }
    revisions = sorted({revision for revision, *_ in keys.values()})
    wanted = set(keys.values())
    found: dict[ReportKey, Report] = {}
    for part in _chunks(revisions):
        condition: Any = col(Quote.revision_id).in_(part)
        utterances = sorted({utterance for revision, utterance, _ in wanted if revision in part})
        if len(utterances) <= _CHUNK:
            condition = condition & col(Quote.utterance).in_(utterances)
        found |= {report.key: report for report in await _load(session, condition) if report.key in wanted}
    return [found[key] for key in dict.fromkeys(keys[id] for id in ids if id in keys) if key in found]


async def reports_of_statements(session: AsyncSession, statement_ids: Iterable[int]) -> list[Report]:
    """Return all reports of these statements, oldest article first; current revisions only."""
    found: list[Report] = []
    for part in _chunks(sorted(set(statement_ids))):
        rows = await session.exec(
            select(Quote.id)
            .join(Revision, col(Revision.id) == col(Quote.revision_id))
            .where(col(Quote.statement_id).in_(part), col(Revision.current))
        )
        found += await reports_of_quotes(session, [id for id in rows if id is not None])
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
    if one.record is not None and other.record is not None and told_apart(one.record, other.record):
        return False
    return speakers_agree(one.speaker, one.speaker_type, other.speaker, other.speaker_type)


async def _load(session: AsyncSession, condition: Any) -> list[Report]:
    rows = await session.exec(
        current_quotes().where(or_(condition)).order_by(col(Quote.revision_id), col(Quote.start))
    )
    groups: dict[ReportKey, list[_Row]] = {}
    for row in rows:
        quote: Quote = row[0]
        key = (quote.revision_id, quote.utterance, quote.kind == "indirect")
        groups.setdefault(key, []).append(tuple(row))
    speakers = {row[3].id for group in groups.values() for row in group if row[3] and row[3].id}
    names = await _other_names(session, sorted(speakers))
    return [_report(group, names) for group in groups.values()]


async def _other_names(session: AsyncSession, speaker_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Return the names, besides its own, of each speaker who has several."""
    found: dict[int, list[str]] = {}
    for part in _chunks(speaker_ids):
        names = select(Speaker.canonical_id, Speaker.name).where(col(Speaker.canonical_id).in_(part))
        for id, name in await session.exec(names.order_by(col(Speaker.id))):
            if id is not None and len(known := found.setdefault(id, [])) < MAX_NAMES:
                known.append(name)
    return {id: tuple(dict.fromkeys(names)) for id, names in found.items()}


def _report(rows: Sequence[_Row], names: Mapping[int, tuple[str, ...]]) -> Report:
    first, article, outlet, _, _ = rows[0]
    # The pieces of one utterance have one speaker; where only some name him, those count. What a person
    # decided holds for all of them.
    decided = next((row for row in rows if row[0].decision_id), None)
    named = decided or next((row for row in rows if row[0].speaker_name), rows[0])
    _, _, _, speaker, decision = named
    assert article.id is not None  # read from the database
    return Report(
        statement_id=next((quote.statement_id for quote, *_ in rows if quote.statement_id), None),
        article_id=article.id,
        revision_id=first.revision_id,
        utterance=first.utterance,
        outlet=outlet.name,
        title=article.title,
        url=article.url,
        published=article.published_on,
        speaker_id=speaker.id if speaker else None,
        speaker=shown_name(speaker) if speaker else None,
        speaker_type=speaker.type if speaker else None,
        speaker_as_written=next((row[0].speaker_name for row in rows if row[0].speaker_name), None),
        speaker_names=names.get(speaker.id, ()) if speaker and speaker.id else (),
        confidence=min(quote.confidence for quote, *_ in rows),
        decided=DecidedBy.of(decision) if decision else None,
        kind="direct" if any(quote.kind == "direct" for quote, *_ in rows) else first.kind,
        wording=" ".join(quote.text for quote, *_ in rows),
        pieces=tuple(
            Piece(quote.id, quote.start, quote.end, quote.text) for quote, *_ in rows if quote.id is not None
        ),
        record=speaker,
    )


def _chunks(values: Sequence[int]) -> Iterable[Sequence[int]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
