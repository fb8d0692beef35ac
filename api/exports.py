"""Every quote of the archive as a stream of plain records, for other people's tools."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final

from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from api.records import Article, Decision, Quote, Revision, Speaker, current_quotes
from api.speakers import shown_name

# Rows that are in memory at the same time.
BATCH: Final = 500

# The columns of a flat record, in order; a span's text is given with its offsets.
COLUMNS: Final = (
    "quote_id", "statement_id", "article_id", "revision", "outlet", "title", "url", "published",
    "start", "end", "text", "kind", "speaker_id", "speaker", "speaker_type", "speaker_as_attributed",
    "decision_id", "decision", "decided_by", "decided_at",
    "mention_start", "mention_end", "mention", "cue_start", "cue_end", "cue",
    "utterance", "method", "confidence", "engine_version", "pipeline_version", "added_at",
)  # fmt: skip


async def export_quotes(session: AsyncSession) -> AsyncIterator[dict[str, Any]]:
    """Yield one JSON-ready record for each quote of a current revision, by article and place.

    Keys are those of ``COLUMNS`` and ``chain``, a list of ``{"start", "end", "text"}``. Offsets are
    characters into the article's text. ``published`` is an ISO 8601 date, or date and time where it is
    known; ``speaker`` is the canonical name and ``speaker_as_attributed`` what the engine found in the
    article. Where a person decided whose quote it is, ``decision`` is ``merge``, ``split`` or ``correct``,
    with who and when. Rows are read as they are asked for.
    """
    query: Any = (
        current_quotes()
        .add_columns(col(Revision.number))
        .order_by(col(Article.id), col(Quote.start), col(Quote.id))
        .execution_options(yield_per=BATCH)
    )
    rows = await session.stream(query)
    async for batch in rows.partitions():
        for quote, article, outlet, speaker, decision, number in batch:
            yield _record(quote, article, outlet.name, speaker, decision, number)
        # What has been given out need not be remembered.
        session.expunge_all()


def _record(
    quote: Quote,
    article: Article,
    outlet: str,
    speaker: Speaker | None,
    decision: Decision | None,
    number: int,
) -> dict[str, Any]:
    published = article.published_at or article.published_on
    return {
        "quote_id": quote.id,
        "statement_id": quote.statement_id,
        "article_id": article.id,
        "revision": number,
        "outlet": outlet,
        "title": article.title,
        "url": article.url,
        "published": published.isoformat() if published else None,
        "start": quote.start,
        "end": quote.end,
        "text": quote.text,
        "kind": quote.kind,
        "speaker_id": speaker.id if speaker else None,
        "speaker": shown_name(speaker) if speaker else None,
        "speaker_type": speaker.type if speaker else None,
        "speaker_as_attributed": quote.speaker_name,
        "decision_id": decision.id if decision else None,
        "decision": decision.kind if decision else None,
        "decided_by": decision.editor if decision else None,
        "decided_at": decision.created_at.isoformat() if decision else None,
        "mention_start": quote.mention_start,
        "mention_end": quote.mention_end,
        "mention": quote.mention_text,
        "cue_start": quote.cue_start,
        "cue_end": quote.cue_end,
        "cue": quote.cue_text,
        "utterance": quote.utterance,
        "method": quote.method,
        "confidence": quote.confidence,
        "engine_version": quote.engine_version,
        "pipeline_version": quote.pipeline_version,
        "added_at": quote.created_at.isoformat(),
        "chain": quote.chain,
    }
