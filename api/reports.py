"""What one article says that somebody said: the pieces of one split quote together, with their place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.records import Article, Outlet, Quote, Revision, Speaker, current_quotes
from api.speakers import may_be_same_person, name_key, same_organization
from attribution.wording import Wording, read

# Values in one IN (…): far below the limits of both databases (32,766 and 32,767).
_CHUNK: Final = 5_000


@dataclass(frozen=True, slots=True)
class Piece:
    """One pair of quote marks: ``text == revision.text[start:end]``, marks included."""

    quote_id: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """One utterance as one article reports it.

    Attributes:
        wording: the pieces' texts in order, one blank between them.
        pieces: where they stand in the article's current text.
        speaker, speaker_type: as attributed there, under the archive's name; ``None`` where nobody is.
        speaker_as_written: the name that the article itself gives.
        confidence: of the speaker, in [0, 1]: the lowest of the pieces.
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
    confidence: float
    kind: str
    wording: str
    pieces: tuple[Piece, ...]

    @property
    def key(self) -> tuple[int, int]:
        """Return what tells this report from every other."""
        return self.revision_id, self.utterance

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


async def reports_of_quotes(session: AsyncSession, quote_ids: Iterable[int]) -> list[Report]:
    """Return the reports that these quotes belong to, in the order of the ids; current revisions only."""
    ids = list(dict.fromkeys(quote_ids))
    keys: dict[int, tuple[int, int]] = {}
    for part in _chunks(ids):
        rows = await session.exec(
            select(Quote.id, Quote.revision_id, Quote.utterance)
            .join(Revision, col(Revision.id) == col(Quote.revision_id))
            .where(col(Quote.id).in_(part), col(Revision.current))
        )
        keys |= {quote_id: (revision, utterance) for quote_id, revision, utterance in rows if quote_id}
    revisions = sorted({revision for revision, _ in keys.values()})
    wanted = set(keys.values())
    found: dict[tuple[int, int], Report] = {}
    for part in _chunks(revisions):
        condition: Any = col(Quote.revision_id).in_(part)
        utterances = sorted({utterance for revision, utterance in wanted if revision in part})
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
        return may_be_same_person(one, other)
    if one_type == other_type == "organization":
        return same_organization(one, other)
    if name_key(one) == name_key(other):
        return True
    return None


def agree(one: Report, other: Report) -> bool | None:
    """Tell whether two reports name one speaker; see `speakers_agree`."""
    if one.speaker_id is not None and one.speaker_id == other.speaker_id:
        return True
    return speakers_agree(one.speaker, one.speaker_type, other.speaker, other.speaker_type)


async def _load(session: AsyncSession, condition: Any) -> list[Report]:
    rows = await session.exec(
        current_quotes().where(or_(condition)).order_by(col(Quote.revision_id), col(Quote.start))
    )
    groups: dict[tuple[int, int], list[tuple[Quote, Article, Outlet, Speaker | None]]] = {}
    for quote, article, outlet, speaker in rows:
        groups.setdefault((quote.revision_id, quote.utterance), []).append((quote, article, outlet, speaker))
    return [_report(group) for group in groups.values()]


def _report(rows: Sequence[tuple[Quote, Article, Outlet, Speaker | None]]) -> Report:
    first, article, outlet, _ = rows[0]
    # The pieces of one utterance have one speaker; where only some name him, those count.
    named = next((row for row in rows if row[0].speaker_name), rows[0])
    speaker = named[3]
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
        speaker=speaker.name if speaker else named[0].speaker_name,
        speaker_type=speaker.type if speaker else named[0].speaker_type,
        speaker_as_written=named[0].speaker_name,
        confidence=min(quote.confidence for quote, *_ in rows),
        kind=first.kind,
        wording=" ".join(quote.text for quote, *_ in rows),
        pieces=tuple(
            Piece(quote.id, quote.start, quote.end, quote.text) for quote, *_ in rows if quote.id is not None
        ),
    )


def _chunks(values: Sequence[int]) -> Iterable[Sequence[int]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
