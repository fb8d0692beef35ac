"""Many items in one request, as newline-delimited JSON: each line is answered for itself."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, Protocol, TypeVar

import msgspec

from api.archive import ArticleError, ArticleInput, add_article, known_article
from api.attributor import Attributor
from api.database import Database
from api.problems import RequestError, impossible, invalid, to_request_error
from api.schemas import (
    AddedOut,
    ArticleRequest,
    BulkArticleOut,
    BulkVerdictOut,
    ClaimRequest,
    Place,
    VerdictOut,
)
from api.source_items import parse_published
from api.verdicts import Claim, verify
from attribution.models import AttributedText


class Identified(Protocol):
    """A request that may carry its caller's own id."""

    @property
    def id(self) -> str | None:
        """The caller's own id."""
        ...


T = TypeVar("T", bound=Identified)


@dataclass(frozen=True, slots=True)
class Line(Generic[T]):
    """One line of a batch.

    Attributes:
        number: counted from 1, blank lines included.
        id: the caller's own id, as far as the line could be read.
        asked: the request, or what is wrong with the line.
    """

    number: int
    id: str | None
    asked: T | Exception


class _OnlyId(msgspec.Struct):
    """What is still read of a line that is no proper request, so that its answer can be told apart."""

    id: str | None = None


def read_lines(body: bytes, request: type[T], most: int) -> list[Line[T]]:
    """Read a batch of ``request`` structures, at most ``most`` of them.

    Blank lines are skipped. A line that is no JSON, is not such a request, or repeats the id of an
    earlier line becomes an error of its own and costs no other line.

    Raises:
        RequestError: there are too many lines, or none at all.
    """
    numbered = [(number, line) for number, line in enumerate(body.split(b"\n"), 1) if line.strip()]
    if not numbered:
        raise invalid(Place("body", "The body holds no line; send one JSON object a line."))
    if len(numbered) > most:
        detail = f"The batch has {len(numbered):,} lines; this service takes at most {most:,}."
        raise RequestError("too-large", detail)
    decoder = msgspec.json.Decoder(request)
    first_with: dict[str, int] = {}
    lines: list[Line[T]] = []
    for number, content in numbered:
        asked: T | Exception
        try:
            asked = decoder.decode(content)
        except msgspec.MsgspecError as error:
            lines.append(Line(number, _own_id(content), error))
            continue
        except UnicodeDecodeError:
            lines.append(Line(number, None, invalid(Place("body", "The line is not UTF-8."))))
            continue
        own_id = asked.id
        if own_id is not None and (first := first_with.setdefault(own_id, number)) != number:
            asked = RequestError("duplicate-id", f"The id {own_id!r} has been used in line {first} already.")
        lines.append(Line(number, own_id, asked))
    return lines


def article_input(request: ArticleRequest) -> ArticleInput:
    """Return what the archive takes.

    Raises:
        RequestError: ``published`` is no date that can be.
    """
    published: date | datetime | None = None
    if request.published is not None:
        try:
            published = parse_published(request.published)
        except ArticleError as error:
            raise impossible(Place("body.published", str(error))) from None
    return ArticleInput(
        request.text, request.outlet, request.title, request.url, published=published, id=request.id
    )


def claim(request: ClaimRequest) -> Claim:
    """Return what is verified.

    Raises:
        RequestError: the dates are the wrong way round.
    """
    if request.since is not None and request.until is not None and request.until < request.since:
        raise impossible(Place("body.until", f"{request.until} is before `since`, {request.since}"))
    return Claim(request.words, request.speaker, request.outlet, request.since, request.until, id=request.id)


async def verify_claims(
    lines: Sequence[Line[ClaimRequest]], database: Database
) -> AsyncGenerator[BulkVerdictOut, None]:
    """Weigh a batch of claims and yield a verdict, or a problem, for each line, in order."""
    for line in lines:
        try:
            if isinstance(line.asked, Exception):
                raise line.asked
            async with database.session() as session:
                verdict = await verify(session, claim(line.asked))
        except Exception as error:  # whatever happens to this line, the next one is tried
            problem = to_request_error(error).to_problem()
            yield BulkVerdictOut(line=line.number, id=line.id, verdict=None, problem=problem)
        else:
            answer = VerdictOut.of(verdict)
            yield BulkVerdictOut(line=line.number, id=line.id, verdict=answer, problem=None)
        # Weighing a claim is computing, not waiting: between two of them others get their turn.
        await asyncio.sleep(0)


async def add_articles(
    lines: Sequence[Line[ArticleRequest]], database: Database, attributor: Attributor
) -> AsyncGenerator[BulkArticleOut, None]:
    """Archive a batch and yield what became of each line, in order; each is committed by itself.

    Texts are read ahead, as many at a time as there are workers; the archive is written in the order
    of the lines, since two texts of one address in a batch are two revisions, the later one newer.
    """
    ahead: deque[tuple[Line[ArticleRequest], asyncio.Task[AttributedText | None]]] = deque()
    following = iter(lines)

    def read_on() -> None:
        # One more than the workers, so that none of them waits while an article is being written.
        while len(ahead) <= attributor.workers and (line := next(following, None)) is not None:
            ahead.append((line, asyncio.create_task(_read(line, database, attributor))))

    try:
        read_on()
        while ahead:
            line, reading = ahead.popleft()
            yield await _add(line, reading, database, attributor)
            read_on()
    finally:
        # The caller has gone away: what he no longer wants must not occupy the workers.
        for _, reading in ahead:
            reading.cancel()


async def _read(
    line: Line[ArticleRequest], database: Database, attributor: Attributor
) -> AttributedText | None:
    """Return the quotes of a line's text, or ``None`` where the archive has it already."""
    if isinstance(line.asked, Exception):
        raise line.asked
    article = article_input(line.asked)
    async with database.session() as session:
        if await known_article(session, article) is not None:
            return None
    return await attributor.attribute(article.text, wait=True)


async def _add(
    line: Line[ArticleRequest],
    reading: asyncio.Task[AttributedText | None],
    database: Database,
    attributor: Attributor,
) -> BulkArticleOut:
    async def attribute(text: str) -> AttributedText:
        # An article that was known when reading ahead can only be wanted here if it was removed since.
        return await reading or await attributor.attribute(text, wait=True)

    try:
        # Waiting outside of the session: none is held open while a text is being read.
        await asyncio.wait([reading])
        if isinstance(line.asked, Exception):
            raise line.asked
        async with database.session() as session:
            added = await add_article(session, article_input(line.asked), attribute)
    except Exception as error:  # whatever happens to this line, the next one is tried
        problem = to_request_error(error).to_problem()
        return BulkArticleOut(line=line.number, id=line.id, added=None, problem=problem)
    finally:
        if not reading.cancel() and not reading.cancelled():
            reading.exception()  # seen, even where nobody asked for the quotes
    return BulkArticleOut(line=line.number, id=line.id, added=AddedOut.of(added, line.id), problem=None)


def _own_id(content: bytes) -> str | None:
    try:
        return msgspec.json.decode(content, type=_OnlyId).id
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
