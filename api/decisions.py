"""What people decide about speakers: two are one, one is two, this quote's speaker is another; undo; history.

A decision is written down with who made it, why, and what was so before; nothing is overwritten, and the
engine's own answer stays with the quote. Undoing is a decision too. What a person decided holds for texts
that come in later as well: names keep their speaker, and the quotes of an article keep theirs when its
text changes (`carry_over`). What they decide about statements (`api.statement_decisions`) is kept and undone
in the same way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, cast
from uuid import uuid4

from sqlalchemy import ColumnElement, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.carrying import paired
from api.database import begin_write
from api.groupings import carry_groupings, read_rules, statements_of
from api.linking import relink
from api.names import MAX_NAME, folded_name, judge_names
from api.records import (
    DecidedName,
    DecidedReport,
    Decision,
    DecisionChange,
    Quote,
    Revision,
    Speaker,
    SpeakerAlias,
    names_of,
)
from api.speakers import link_names, new_speaker, record_key, resolve_speaker, shown_name
from attribution.models import SpeakerType

DecisionKind = Literal["merge", "split", "correct", "join", "divide", "undo"]
# Whom later articles mean by a name that two speakers share.
Later = Literal["this", "other", "unresolved"]

MAX_EDITOR: Final = 100
MAX_REASON: Final = 2_000
MAX_NOTE: Final = 100
# Quotes and names that one decision may name, and names that one speaker may have to be merged.
MAX_QUOTES: Final = 500
MAX_NAMES: Final = 500
# Decided quotes of earlier texts of one article that are looked up when a new text comes in.
MAX_CARRIED: Final = 5_000
# A number beyond it is no record's, and some drivers cannot even ask for it.
LARGEST_ID: Final = 2**53 - 1
# Changes of one decision that its entry in a history shows.
MAX_SHOWN: Final = 20


class DecisionError(ValueError):
    """The decision cannot be made; ``str(error)`` says why in one line."""


class UnknownRecordError(DecisionError):
    """There is no such speaker, quote or decision."""


class StaleError(DecisionError):
    """Somebody else has changed it since the editor looked."""


class ConflictError(DecisionError):
    """It does not fit what holds now."""


@dataclass(frozen=True, slots=True)
class Editor:
    """Who decides, and why."""

    name: str
    reason: str

    def __post_init__(self) -> None:
        for what, value, longest in (
            ("editor", self.name, MAX_EDITOR),
            ("reason", self.reason, MAX_REASON),
        ):
            if not value.strip():
                raise DecisionError(f"a decision needs its {what}")
            if len(value) > longest:
                raise DecisionError(f"the {what} is longer than {longest:,} characters")
            _check_storable(what, value)


@dataclass(frozen=True, slots=True)
class NamedAs:
    """A speaker by name, for one whom the archive may not have yet; ``note`` tells two of one name apart."""

    name: str
    type: SpeakerType
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision came to.

    ``quotes`` and ``names`` count what it is about; ``statements`` are those that the quotes are in now.
    ``relinked`` counts the reports whose statements were worked out anew; ``left`` those that were too many:
    they keep the statements that they are in.
    """

    decision: Decision
    speaker: Speaker | None
    quotes: int
    names: int
    relinked: int
    left: int
    statements: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeEntry:
    """One change with the speakers before and after; of a quote or of a name."""

    quote_id: int | None
    name: Speaker | None
    before: Speaker | None
    after: Speaker | None
    carried: bool


@dataclass(frozen=True, slots=True)
class DecisionEntry:
    """A decision with its speakers, the first of its changes or reports, and the decision that undid it."""

    decision: Decision
    speaker: Speaker | None
    other: Speaker | None
    undone_by: int | None
    quotes: int
    names: int
    changes: tuple[ChangeEntry, ...]
    reports: tuple[DecidedReport, ...]


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """One page of decisions, newest first; ``total`` counts all that fit."""

    items: tuple[DecisionEntry, ...]
    total: int


def quote_version(quote: Quote, decision: Decision | None) -> str:
    """Return what changes whenever a person decides whose quote it is."""
    return f"{quote.id}-{quote.decision_id or 0}-{decision.id if decision else 0}"


async def merge(
    session: AsyncSession, speaker_id: int, into_id: int, editor: Editor, *, version: int | None = None
) -> Decided:
    """Let two speakers be one: every name of the first is the second's from now on. Commits.

    Args:
        session: a session without unsaved changes.
        speaker_id: the speaker who is the other one.
        into_id: the speaker who stays.
        editor: who decides, and why.
        version: the `Speaker.version` that the editor has seen; ``None`` takes any.

    Raises:
        UnknownRecordError, StaleError, ConflictError
    """
    await begin_write(session)
    speaker = await _canonical(session, speaker_id, version)
    into = await _canonical(session, into_id)
    if speaker.id == into.id:
        raise ConflictError("a speaker cannot be merged with itself")
    if into.type == "unnamed" and speaker.type != "unnamed":
        raise ConflictError("the speaker who stays must be the one with a name; merge the other way round")
    if {speaker.type, into.type} == {"person", "organization"}:
        raise ConflictError("a person and an organisation are not one speaker; correct the quotes instead")
    names = await _names(session, speaker)
    decision = await add_decision(session, editor, "merge", speaker_id, into_id)
    for name in names:
        _decide_name(session, decision, name, into)
    speaker.version += 1
    into.version += 1
    await session.flush()
    await link_names(session, [*names, into])
    moved = await _quotes_named(session, names)
    theirs = [name.id for name in await _names(session, into) if name.id is not None]
    return await finish(session, decision, into, moved, among=theirs)


async def split(
    session: AsyncSession,
    speaker_id: int,
    to: int | NamedAs,
    editor: Editor,
    *,
    quotes: Sequence[int] = (),
    names: Sequence[str] = (),
    later: Later | None = None,
    version: int | None = None,
) -> Decided:
    """Let one speaker be two: these quotes, and what goes by these names, are another speaker's. Commits.

    Args:
        session: a session without unsaved changes.
        speaker_id: the speaker who is two.
        to: the other one, by number or by name.
        editor: who decides, and why.
        quotes: quotes of the speaker that are the other's; all pieces of a split quote go together.
        names: names of the speaker that are the other's, with all quotes under them, also later ones.
        later: whom later articles mean by the speaker's own name: ``this`` one, the ``other``, or nobody can
            tell, so that it stays ``unresolved``. ``None``: unresolved if both have that name, else this one.
        version: as for `merge`.

    Raises:
        UnknownRecordError, StaleError, ConflictError, DecisionError
    """
    if not quotes and not names:
        raise DecisionError("say which quotes or which names are the other speaker's")
    if len(quotes) > MAX_QUOTES or len(names) > MAX_NAMES:
        raise DecisionError(f"more than {MAX_QUOTES} quotes or {MAX_NAMES} names in one decision")
    await begin_write(session)
    speaker = await _canonical(session, speaker_id, version)
    all_names = await _names(session, speaker)
    moved_names = [await _name_of(session, speaker, all_names, form) for form in dict.fromkeys(names)]
    moved = await whole_utterances(session, quotes)
    ids = {name.id for name in all_names}
    for quote in moved:
        if quote.speaker_id not in ids:
            raise ConflictError(f"quote {quote.id} is not of speaker {speaker_id}")
    other = await _other(session, to, apart_from=speaker)
    if other.id == speaker.id:
        raise ConflictError("the other speaker is the same one")
    alike = judge_names(speaker.name, other.name, cast(SpeakerType, speaker.type)) == "same"
    if later is None:
        later = "unresolved" if alike and not moved_names else "this"
    decision = await add_decision(session, editor, "split", speaker_id, other.id, detail={"later": later})
    family = speaker.family_id or speaker.id
    for one in (speaker, other):
        one.family_id = family
        one.version += 1
        _decide_name(session, decision, one, one)
    for name in moved_names:
        _decide_name(session, decision, name, other)
    for quote in moved:
        _decide_quote(session, decision, quote, other.id)
    if later != "this":
        bound = other
        if later == "unresolved":
            key = f"{speaker.key} #{uuid4().hex[:12]}"
            bound = await new_speaker(session, speaker.name, _type(speaker), key, "which one is not known")
        assert decision.id is not None  # flushed
        assert bound.id is not None  # flushed
        binding = DecidedName(
            decision_id=decision.id, type=speaker.type, key=speaker.key, speaker_id=bound.id
        )
        session.add(binding)
    await session.flush()
    await link_names(session, [speaker, other, *moved_names])
    touched = [quote.id for quote in moved if quote.id is not None]
    # The quotes that stay are weighed anew too: they no longer have one speaker with those that went.
    touched += await _quotes_named(session, moved_names)
    return await finish(session, decision, other, touched)


async def correct(
    session: AsyncSession,
    quote_id: int,
    to: int | NamedAs | None,
    editor: Editor,
    *,
    version: str | None = None,
) -> Decided:
    """Let a quote be a speaker's, or nobody's that is known (``None``). Commits.

    All pieces of a split quote go together. ``version`` is what `quote_version` gave the editor.

    Raises:
        UnknownRecordError, StaleError, ConflictError
    """
    await begin_write(session)
    quote = await session.get(Quote, quote_id)
    if quote is None:
        raise UnknownRecordError(f"there is no quote {quote_id} in the archive")
    if version is not None and version != quote_version(quote, await decision_of(session, quote)):
        raise StaleError(f"somebody has decided about quote {quote_id} since you looked")
    article_id = (
        await session.exec(select(Revision.article_id).where(col(Revision.id) == quote.revision_id))
    ).one()
    speaker = None if to is None else await _other(session, to, article_id=article_id)
    before = None if quote.speaker_id is None else await _root(session, quote.speaker_id)
    decision = await add_decision(
        session, editor, "correct", before.id if before else None, speaker.id if speaker else None
    )
    pieces = await whole_utterances(session, [quote_id])
    for piece in pieces:
        _decide_quote(session, decision, piece, speaker.id if speaker else None)
    await session.flush()
    return await finish(session, decision, speaker, [piece.id for piece in pieces if piece.id is not None])


async def undo(session: AsyncSession, decision_id: int, editor: Editor) -> Decided:
    """Take a decision back: what it changed is as it was before. Commits.

    A decision that a later one builds on can be undone only after that one.

    Raises:
        UnknownRecordError, ConflictError
    """
    await begin_write(session)
    decision = await session.get(Decision, decision_id)
    if decision is None:
        raise UnknownRecordError(f"there is no decision {decision_id} in the archive")
    if decision.kind == "undo":
        raise ConflictError("an undo is not undone; make the decision again")
    done = select(Decision.id).where(col(Decision.undoes_id) == decision_id)
    if (undone := (await session.exec(done)).first()) is not None:
        raise ConflictError(f"decision {decision_id} has been undone already, by decision {undone}")
    changes = (
        await session.exec(
            select(DecisionChange)
            .where(col(DecisionChange.decision_id) == decision_id)
            .order_by(col(DecisionChange.id))
        )
    ).all()
    await _check_last(session, decision_id, changes)
    taken_back = await add_decision(
        session, editor, "undo", decision.speaker_id, decision.other_id, undoes_id=decision_id
    )
    assert taken_back.id is not None  # flushed
    names: list[Speaker] = []
    quotes: list[int] = []
    for change in reversed(changes):
        if change.quote_id is not None:
            quote = await session.get_one(Quote, change.quote_id)
            _note(session, taken_back, quote_id=quote.id, before=quote.speaker_id, after=change.before_id)
            quote.speaker_id, quote.decision_id = change.before_id, change.before_decision_id
            session.add(quote)
            quotes.append(change.quote_id)
        elif change.name_id is not None:
            name = await session.get_one(Speaker, change.name_id)
            _note(session, taken_back, name_id=name.id, before=name.decided_id, after=change.before_id)
            name.decided_id, name.decision_id = change.before_id, change.before_decision_id
            name.version += 1
            session.add(name)
            names.append(name)
    quotes += await _quotes_named(session, names if decision.kind == "merge" else names[:0])
    bound = select(Speaker).join(DecidedName, col(DecidedName.speaker_id) == col(Speaker.id))
    names += (await session.exec(bound.where(col(DecidedName.decision_id) == decision_id))).all()
    for id in (decision.speaker_id, decision.other_id):
        if id is not None and all(name.id != id for name in names):
            names.append(await session.get_one(Speaker, id))
            names[-1].version += 1
    await session.flush()
    await link_names(session, names)
    if decision.kind == "split":
        quotes += await _quotes_named(session, names)
    for rule in await read_rules(session, [decision_id]):
        # What was joined to a large statement leaves it again; the other side is then looked at as it is.
        few, many = sorted(rule.sides, key=len)
        quotes += [*sorted(few), *sorted(many)]
    speaker = None if decision.speaker_id is None else await session.get(Speaker, decision.speaker_id)
    return await finish(session, taken_back, speaker, quotes)


async def carry_over(session: AsyncSession, article_id: int, added: Sequence[Quote]) -> None:
    """Let what people decided about the quotes of an article's earlier texts hold for its new text.

    `paired` says which quotes are the same. Within the caller's transaction; nothing is committed here.
    """
    await carry_groupings(session, article_id, added)
    if not added:
        return
    revision_id = added[0].revision_id
    decided = (
        select(Quote.revision_id)
        .join(Revision, col(Revision.id) == col(Quote.revision_id))
        .where(
            col(Revision.article_id) == article_id,
            col(Revision.id) != revision_id,
            col(Quote.decision_id).is_not(None),
        )
        .distinct()
    )
    earlier = (
        await session.exec(
            select(Quote)
            .where(col(Quote.revision_id).in_(decided))
            .order_by(col(Quote.revision_id).desc(), col(Quote.start))
            .limit(MAX_CARRIED)
        )
    ).all()
    for quote, same in paired(earlier, added):
        if same.decision_id is None:
            continue
        change = DecisionChange(
            decision_id=same.decision_id,
            quote_id=quote.id,
            before_id=quote.speaker_id,
            after_id=same.speaker_id,
            carried=True,
        )
        session.add(change)
        quote.speaker_id, quote.decision_id = same.speaker_id, same.decision_id
        session.add(quote)
    await session.flush()


async def decision_of(session: AsyncSession, quote: Quote) -> Decision | None:
    """Return the decision by which a quote has its speaker, of the quote or of its name."""
    id = quote.decision_id
    if id is None and quote.speaker_id is not None:
        name = await session.get_one(Speaker, quote.speaker_id)
        id = name.decision_id if name.decided_id != name.id else None
    return None if id is None else await session.get(Decision, id)


async def list_decisions(
    session: AsyncSession,
    *,
    speaker_id: int | None = None,
    quote_id: int | None = None,
    statement_id: int | None = None,
    decision_id: int | None = None,
    editor: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> DecisionPage:
    """Return decisions, newest first: all, or those about one speaker, quote or statement, or by one editor.

    Those about a statement are those that joined or divided reports that are in it now, and their undoing.
    """
    conditions: list[ColumnElement[bool]] = []
    if decision_id is not None:
        conditions.append(col(Decision.id) == decision_id)
    if editor is not None:
        conditions.append(col(Decision.editor) == editor)
    if quote_id is not None:
        about = select(DecisionChange.decision_id).where(col(DecisionChange.quote_id) == quote_id)
        grouping = select(DecidedReport.decision_id).where(col(DecidedReport.quote_id) == quote_id)
        conditions.append(
            col(Decision.id).in_(about)
            | col(Decision.id).in_(grouping)
            | col(Decision.undoes_id).in_(grouping)
        )
    if statement_id is not None:
        grouping = decided_about(statement_id)
        conditions.append(col(Decision.id).in_(grouping) | col(Decision.undoes_id).in_(grouping))
    if speaker_id is not None:
        names = names_of([speaker_id])
        about = select(DecisionChange.decision_id).where(
            col(DecisionChange.name_id).in_(names)
            | col(DecisionChange.before_id).in_(names)
            | col(DecisionChange.after_id).in_(names)
        )
        conditions.append(
            col(Decision.id).in_(about)
            | col(Decision.speaker_id).in_(names)
            | col(Decision.other_id).in_(names)
        )
    total = (await session.exec(select(func.count()).select_from(Decision).where(*conditions))).one()
    found = (
        await session.exec(
            select(Decision).where(*conditions).order_by(col(Decision.id).desc()).limit(limit).offset(offset)
        )
    ).all()
    return DecisionPage(tuple([await _entry(session, decision) for decision in found]), total)


def decided_about(statement_id: int) -> Any:
    """Select the ids of the decisions that joined or divided reports that are in a statement now."""
    return (
        select(DecidedReport.decision_id)
        .join(Quote, col(Quote.id) == col(DecidedReport.quote_id))
        .where(col(Quote.statement_id) == statement_id)
    )


async def _entry(session: AsyncSession, decision: Decision) -> DecisionEntry:
    async def speaker(id: int | None) -> Speaker | None:
        return None if id is None else await session.get(Speaker, id)

    undone = select(Decision.id).where(col(Decision.undoes_id) == decision.id)
    of_it = col(DecisionChange.decision_id) == decision.id
    counted = select(func.count(col(DecisionChange.quote_id)), func.count(col(DecisionChange.name_id)))
    quotes, names = (await session.exec(counted.where(of_it))).one()
    changes = (
        await session.exec(
            select(DecisionChange).where(of_it).order_by(col(DecisionChange.id)).limit(MAX_SHOWN)
        )
    ).all()
    grouping = col(DecidedReport.decision_id) == decision.id
    quotes += (await session.exec(select(func.count()).select_from(DecidedReport).where(grouping))).one()
    # Those that joined or left first: on the other side are those that were there.
    sides = (col(DecidedReport.side).desc(), col(DecidedReport.id))
    reports = select(DecidedReport).where(grouping).order_by(*sides).limit(MAX_SHOWN)
    return DecisionEntry(
        decision,
        await speaker(decision.speaker_id),
        await speaker(decision.other_id),
        (await session.exec(undone)).first(),
        quotes,
        names,
        tuple([
            ChangeEntry(
                change.quote_id,
                await speaker(change.name_id),
                await speaker(change.before_id),
                await speaker(change.after_id),
                change.carried,
            )
            for change in changes
        ]),
        tuple((await session.exec(reports)).all()),
    )  # fmt: skip


async def _canonical(session: AsyncSession, speaker_id: int, version: int | None = None) -> Speaker:
    """Return a speaker that stands for itself, as the editor has seen it."""
    speaker = await session.get(Speaker, speaker_id)
    if speaker is None:
        raise UnknownRecordError(f"there is no speaker {speaker_id} in the archive")
    if version is not None and speaker.version != version:
        raise StaleError(f"somebody has changed speaker {speaker_id} since you looked")
    if speaker.canonical_id is not None:
        raise ConflictError(f"speaker {speaker_id} is a name of speaker {speaker.canonical_id}")
    return speaker


async def _root(session: AsyncSession, name_id: int) -> Speaker:
    name = await session.get_one(Speaker, name_id)
    return name if name.canonical_id is None else await session.get_one(Speaker, name.canonical_id)


async def _names(session: AsyncSession, speaker: Speaker) -> list[Speaker]:
    query = select(Speaker).where(col(Speaker.id).in_(names_of([speaker.id]))).limit(MAX_NAMES + 1)
    names = list((await session.exec(query)).all())
    if len(names) > MAX_NAMES:
        raise ConflictError(f"speaker {speaker.id} has more than {MAX_NAMES} names")
    return names


async def _name_of(session: AsyncSession, speaker: Speaker, names: Sequence[Speaker], form: str) -> Speaker:
    """Return the record of one name form of a speaker."""
    forms = select(SpeakerAlias.speaker_id).where(
        col(SpeakerAlias.speaker_id).in_([name.id for name in names]),
        col(SpeakerAlias.key) == folded_name(form),
    )
    found = set((await session.exec(forms)).all())
    if not found:
        raise ConflictError(f"speaker {speaker.id} is not called {form!r}")
    if speaker.id in found or len(found) > 1:
        raise ConflictError(f"{form!r} is the speaker's own name; name the quotes instead")
    return next(name for name in names if name.id in found)


async def _other(
    session: AsyncSession,
    to: int | NamedAs,
    *,
    apart_from: Speaker | None = None,
    article_id: int | None = None,
) -> Speaker:
    """Return the speaker that a decision names, a new one where the archive has none of that name."""
    if isinstance(to, int):
        return await _canonical(session, to)
    name = " ".join(to.name.split())
    note = " ".join((to.note or "").split()) or None
    if not folded_name(name):
        raise DecisionError("a speaker needs a name")
    if len(name) > MAX_NAME or len(note or "") > MAX_NOTE:
        raise DecisionError(f"a name is longer than {MAX_NAME} characters, or a note than {MAX_NOTE}")
    _check_storable("name", name + (note or ""))
    if to.type == "unnamed" and article_id is None:
        raise DecisionError("an unnamed source belongs to the article of its quote")
    if note is not None:
        key = f"{record_key(name, to.type)} #{uuid4().hex[:12]}"
        return await new_speaker(session, name, to.type, key, note)
    found = await resolve_speaker(session, name, to.type, article_id=article_id)
    root = found if found.canonical_id is None else await session.get_one(Speaker, found.canonical_id)
    if apart_from is not None and root.id == apart_from.id:
        raise ConflictError(f"{name!r} is a name of speaker {root.id}: add a note that tells the two apart")
    if root.note is not None:
        raise ConflictError(f"several speakers are called {name!r}: give the number of one of them")
    return root


async def whole_utterances(session: AsyncSession, quote_ids: Sequence[int]) -> list[Quote]:
    """Return these quotes with the other pieces of the same utterances.

    Raises:
        UnknownRecordError: there is no such quote.
    """
    wanted = list(dict.fromkeys(quote_ids))
    if not wanted:
        return []
    for id in wanted:
        if not 0 < id <= LARGEST_ID:
            raise UnknownRecordError(f"there is no quote {id} in the archive")
    found = (await session.exec(select(Quote).where(col(Quote.id).in_(wanted)))).all()
    missing = set(wanted) - {quote.id for quote in found}
    if missing:
        raise UnknownRecordError(f"there is no quote {min(missing)} in the archive")
    utterances = {(quote.revision_id, quote.utterance, quote.kind == "indirect") for quote in found}
    pieces = (
        await session.exec(
            select(Quote)
            .where(
                col(Quote.revision_id).in_({revision for revision, *_ in utterances}),
                col(Quote.utterance).in_({utterance for _, utterance, _ in utterances}),
            )
            .order_by(col(Quote.id))
        )
    ).all()
    return [
        piece
        for piece in pieces
        if (piece.revision_id, piece.utterance, piece.kind == "indirect") in utterances
    ]


async def _quotes_named(session: AsyncSession, names: Sequence[Speaker]) -> list[int]:
    """Return the quotes in current texts that go by these names; one more than are worked out anew."""
    query = (
        select(Quote.id)
        .join(Revision, col(Revision.id) == col(Quote.revision_id))
        .where(col(Revision.current), col(Quote.speaker_id).in_([name.id for name in names]))
        .order_by(col(Quote.id).desc())
        .limit(MAX_CARRIED)
    )
    return [id for id in (await session.exec(query)).all() if id is not None] if names else []


async def _check_last(session: AsyncSession, decision_id: int, changes: Iterable[DecisionChange]) -> None:
    """Refuse to undo what a later decision, itself not undone, was built on."""
    changes = list(changes)
    undone = select(Decision.undoes_id).where(col(Decision.undoes_id).is_not(None))
    quotes = [change.quote_id for change in changes if change.quote_id is not None]
    names = [change.name_id for change in changes if change.name_id is not None]
    later = (
        select(func.max(col(DecisionChange.decision_id)))
        .join(Decision, col(Decision.id) == col(DecisionChange.decision_id))
        .where(
            col(Decision.id) > decision_id,
            col(Decision.kind) != "undo",
            col(Decision.id).not_in(undone),
            col(DecisionChange.quote_id).in_(quotes) | col(DecisionChange.name_id).in_(names),
        )
    )
    last = (await session.exec(later)).one()
    if last is not None:
        raise ConflictError(f"decision {last} came later and is about the same: undo that one first")


async def add_decision(
    session: AsyncSession,
    editor: Editor,
    kind: DecisionKind,
    speaker_id: int | None,
    other_id: int | None,
    *,
    undoes_id: int | None = None,
    detail: dict[str, Any] | None = None,
) -> Decision:
    """Write a decision down, within the caller's transaction; what it changes is for the caller to note."""
    decision = Decision(
        kind=kind,
        editor=" ".join(editor.name.split()),
        reason=editor.reason.strip(),
        speaker_id=speaker_id,
        other_id=other_id,
        undoes_id=undoes_id,
        detail=detail or {},
    )
    session.add(decision)
    await session.flush()
    return decision


def _decide_name(session: AsyncSession, decision: Decision, name: Speaker, target: Speaker) -> None:
    """Say that a name is a speaker's; a name that is its own is a speaker apart from others of that name."""
    _note(session, decision, name_id=name.id, before=name.decided_id, after=target.id, held=name.decision_id)
    name.decided_id, name.decision_id = target.id, decision.id
    session.add(name)


def _decide_quote(session: AsyncSession, decision: Decision, quote: Quote, speaker_id: int | None) -> None:
    _note(
        session,
        decision,
        quote_id=quote.id,
        before=quote.speaker_id,
        after=speaker_id,
        held=quote.decision_id,
    )
    quote.speaker_id, quote.decision_id = speaker_id, decision.id
    session.add(quote)


def _note(
    session: AsyncSession,
    decision: Decision,
    *,
    before: int | None,
    after: int | None,
    quote_id: int | None = None,
    name_id: int | None = None,
    held: int | None = None,
) -> None:
    assert decision.id is not None  # flushed
    change = DecisionChange(
        decision_id=decision.id,
        quote_id=quote_id,
        name_id=name_id,
        before_id=before,
        after_id=after,
        before_decision_id=held,
    )
    session.add(change)


async def finish(
    session: AsyncSession,
    decision: Decision,
    speaker: Speaker | None,
    quotes: Sequence[int],
    among: Collection[int] = (),
) -> Decided:
    """Work out the statements of these quotes anew, and commit."""
    relinked, left = await relink(session, dict.fromkeys(quotes), among)
    counted = select(func.count(col(DecisionChange.quote_id)), func.count(col(DecisionChange.name_id))).where(
        col(DecisionChange.decision_id) == decision.id
    )
    changed_quotes, changed_names = (await session.exec(counted)).one()
    rules = await read_rules(session, [id for id in (decision.id, decision.undoes_id) if id is not None])
    grouped = {quote for rule in rules for quote in rule.quotes}
    statements = tuple(sorted(await statements_of(session, grouped)))
    await session.commit()
    return Decided(
        decision, speaker, changed_quotes + len(grouped), changed_names, relinked, left, statements
    )


def _type(speaker: Speaker) -> SpeakerType:
    return cast(SpeakerType, speaker.type)


def _check_storable(what: str, value: str) -> None:
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise DecisionError(f"the {what} holds characters that cannot be stored")


def described(entry: DecisionEntry) -> dict[str, Any]:
    """Return a JSON-ready record of a decision, as the command line prints it."""

    def named(speaker: Speaker | None) -> dict[str, Any] | None:
        return None if speaker is None else {"id": speaker.id, "name": shown_name(speaker)}

    decision = entry.decision
    return {
        "id": decision.id,
        "kind": decision.kind,
        "editor": decision.editor,
        "reason": decision.reason,
        "at": decision.created_at.isoformat(),
        "speaker": named(entry.speaker),
        "other": named(entry.other),
        "undoes": decision.undoes_id,
        "undone_by": entry.undone_by,
        "later": decision.detail.get("later"),
        "quotes": entry.quotes,
        "names": entry.names,
        "changes": [
            {
                "quote_id": change.quote_id,
                "name": named(change.name),
                "before": named(change.before),
                "after": named(change.after),
                "carried": change.carried,
            }
            for change in entry.changes
        ],
        "statement": decision.detail.get("statement"),
        "other_statement": decision.detail.get("other"),
        "reports": [
            {"quote_id": report.quote_id, "side": report.side, "carried": report.carried}
            for report in entry.reports
        ],
    }
