"""The archive's speakers: a record for each name, and which names are one speaker.

Every folded name has a record of its own, by which a quote is kept. Which records are one speaker follows
from all the names that the archive has (`api.names.one_speaker`) and from what people decided, so it does
not depend on the order in which articles come in, and a link that a later name makes doubtful is taken
back. Two people merged into one put words into somebody's mouth, while one person kept as two only makes
a list longer: where the names do not tell, they stay apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.names import (
    MAX_NAME,
    NameForm,
    folded_name,
    full_name_in_article,
    honorific,
    is_bare,
    judge_people,
    match_key,
    name_key,
    one_speaker,
    surname_key,
    without_titles,
)
from api.records import DecidedName, Decision, Quote, Revision, Speaker, SpeakerAlias
from attribution.models import SpeakerType

# A surname that its article never completes means the one person of that surname in the archive only if so
# many articles, of so many outlets, name that person in full. In PolNeAR's training articles, where each
# full name in turn was taken for such a surname, 84 % of the guesses are right without the first condition,
# 95 % from 3 articles on, 97 % from 5 on.
KNOWN_ARTICLES: Final = 5
KNOWN_OUTLETS: Final = 2
# Quotes that are looked at to find so many; who has more from one outlet alone waits for a second one.
KNOWN_QUOTES: Final = 2_000
# Names with one surname and first letter that are compared with each other; beyond it a new name stays alone.
MAX_GROUP: Final = 300
# A surname that so many names share is nobody's.
MAX_BEARERS: Final = 60
# Groups of names that one change may reach, each through a person's decision that one is the next.
MAX_ROUNDS: Final = 1_000


async def resolve_speaker(
    session: AsyncSession,
    name: str,
    type: SpeakerType,
    *,
    article_id: int | None = None,
    article_names: Iterable[str] = (),
    born: int | None = None,
) -> Speaker:
    """Return the record of a name that an article gives, making a new one where there is none.

    Which speaker the name stands for is told by `link_names`, which a new record needs.

    Args:
        session: a session in a writing transaction; nothing is committed here.
        name: the name as attributed; a surname may have its "Mr." or "Mrs." before it.
        type: ``person``, ``organization`` or ``unnamed``.
        article_id: the article; an ``unnamed`` source must have it, and is never shared between articles.
        article_names: the persons that the same article names; a bare surname goes to the one full name
            among them that ends in it, and otherwise to the record of the bare surname.
        born: the year of birth reckoned from the article; two people of one name are told apart by it.

    Raises:
        ValueError: the name is blank, or an unnamed source comes without its article.
    """
    name = " ".join(name.split())[:MAX_NAME].rstrip()
    if not name:
        raise ValueError("a speaker needs a name")
    if type == "unnamed":
        if article_id is None:
            raise ValueError("an unnamed source belongs to one article")
        key = f"{article_id}:{folded_name(name)}"
        return await _find_or_add(session, name, type, key, seen_as=name, article_id=article_id)
    canonical = without_titles(name) if type == "person" else name
    if type == "person" and is_bare(name):
        full = full_name_in_article(name, article_names)
        # "Mr. Clinton" and "Mrs. Clinton" are two, so a surname keeps what tells them apart.
        canonical = without_titles(full) if full else name if honorific(name) else canonical
    key = record_key(canonical, type)
    if type == "person" and born is not None and not is_bare(canonical):
        key = f"{key} *{born}"
    else:
        born = None
    return await _find_or_add(session, canonical, type, key, seen_as=name, born=born)


def record_key(name: str, type: SpeakerType) -> str:
    """Return the key under which a name has its record."""
    if type != "person":
        return folded_name(name)
    gender = honorific(name) if is_bare(name) else None
    return f"{'mr' if gender == 'm' else 'mrs'} {name_key(name)}" if gender else name_key(name)


def shown_name(speaker: Speaker) -> str:
    """Return a speaker's name, with the note that tells two of one name apart."""
    return noted(speaker.name, speaker.note)


def noted(name: str, note: str | None) -> str:
    """Put a note behind a name, if there is one."""
    return f"{name} ({note})" if note else name


async def new_speaker(
    session: AsyncSession, name: str, type: SpeakerType, key: str, note: str | None
) -> Speaker:
    """Add a record under a key of its own, as a person's decision asks for; nothing is committed here."""
    speaker = _record(name, type, key)
    speaker.note = note
    session.add(speaker)
    await session.flush()
    session.add(SpeakerAlias(speaker_id=_id(speaker), name=name, key=folded_name(name)))
    await session.flush()
    return speaker


async def link_names(session: AsyncSession, changed: Sequence[Speaker]) -> None:
    """Work out anew which records are one speaker, for these records and all whom it concerns.

    To be called after records were added or a person decided; nothing is committed here.
    """
    waiting = {(speaker.type, speaker.match_key): speaker for speaker in changed if speaker.type != "unnamed"}
    for speaker in changed:
        if speaker.type == "unnamed":
            await _stand_for(session, speaker, await _person_says(session, speaker))
    surnames: dict[str, None] = {}
    for _ in range(MAX_ROUNDS):
        if not waiting:
            break
        _, speaker = waiting.popitem()
        if speaker.surname_key is not None:
            surnames[speaker.surname_key] = None
        if speaker.type == "person" and is_bare(speaker.name):
            continue
        for other in await _link_group(session, speaker):
            waiting[other.type, other.match_key] = other
    for surname in surnames:
        await _link_bare(session, surname)


async def link_known_surnames(session: AsyncSession, named: Iterable[Speaker]) -> None:
    """Look again at surnames that stand alone, when persons of that surname have been quoted once more."""
    surnames = {speaker.surname_key for speaker in named if speaker.surname_key is not None}
    if not surnames:
        return
    # A surname alone has no first letter behind it in its key.
    unlinked = (
        select(Speaker.surname_key)
        .where(
            col(Speaker.type) == "person",
            col(Speaker.surname_key).in_(surnames),
            col(Speaker.match_key) == col(Speaker.surname_key),
            col(Speaker.canonical_id).is_(None),
            col(Speaker.decided_id).is_(None),
        )
        .distinct()
    )
    for surname in (await session.exec(unlinked)).all():
        if surname is not None:
            await _link_bare(session, surname)


@dataclass(frozen=True, slots=True)
class Kinship:
    """What of a canonical speaker's record says whether a person told it from another one."""

    id: int | None
    family_id: int | None
    decided_id: int | None


def told_apart(one: Speaker | Kinship, other: Speaker | Kinship) -> bool:
    """Say whether a person has decided of two canonical speakers that they are two, whatever their names."""
    return (
        one.id != other.id
        and one.family_id is not None
        and one.family_id == other.family_id
        and one.decided_id is not None
        and other.decided_id is not None
    )


async def _find_or_add(
    session: AsyncSession,
    canonical: str,
    type: SpeakerType,
    key: str,
    *,
    seen_as: str,
    born: int | None = None,
    article_id: int | None = None,
) -> Speaker:
    undone = select(Decision.undoes_id).where(col(Decision.undoes_id).is_not(None))
    decided = (
        select(Speaker)
        .join(DecidedName, col(DecidedName.speaker_id) == col(Speaker.id))
        .where(
            col(DecidedName.type) == type,
            col(DecidedName.key) == key,
            col(DecidedName.decision_id).not_in(undone),
        )
        .order_by(col(DecidedName.id).desc())
    )
    exact = select(Speaker).where(col(Speaker.type) == type, col(Speaker.key) == key)
    speaker = (await session.exec(decided)).first() or (await session.exec(exact)).one_or_none()
    added = speaker is None
    if speaker is None:
        speaker = _record(canonical, type, key)
        speaker.born, speaker.article_id = born, article_id
        session.add(speaker)
        await session.flush()
    forms = select(SpeakerAlias.name).where(col(SpeakerAlias.speaker_id) == speaker.id)
    known = set((await session.exec(forms)).all())
    for form in dict.fromkeys((canonical, seen_as)):
        if form not in known:
            session.add(SpeakerAlias(speaker_id=_id(speaker), name=form, key=folded_name(form)))
    await session.flush()
    if added:
        await link_names(session, [speaker])
    return speaker


def _record(name: str, type: SpeakerType, key: str) -> Speaker:
    return Speaker(
        name=name,
        type=type,
        key=key,
        match_key=match_key(name, type),
        surname_key=surname_key(name) if type == "person" else None,
    )


async def _link_group(session: AsyncSession, speaker: Speaker) -> list[Speaker]:
    """Link the names that may be this one's speaker; return those elsewhere who must follow."""
    query = select(Speaker).where(
        col(Speaker.type) == speaker.type, col(Speaker.match_key) == speaker.match_key
    )
    if speaker.type == "person":
        query = query.where(col(Speaker.match_key) != col(Speaker.surname_key))
    records = (await session.exec(query.order_by(col(Speaker.id)).limit(MAX_GROUP + 1))).all()
    if len(records) > MAX_GROUP:
        records = [speaker]
    by_id = {_id(record): record for record in records}
    says = {id: await _person_says(session, record) for id, record in by_id.items()}

    def apart(a: int, b: int) -> bool:
        one, other = says[a], says[b]
        return one is not None and other is not None and told_apart(one, other)

    forms = [
        NameForm(id, record.name, cast(SpeakerType, record.type), record.born) for id, record in by_id.items()
    ]
    clusters = one_speaker(forms, apart)
    # Twice, for a person may have said that a name is one of another cluster, whose own root comes later.
    for cluster in [*clusters, *clusters]:
        for id, root in _roots(cluster, says).items():
            await _stand_for(session, by_id[id], root if isinstance(root, Speaker) else by_id[root])
    followers = select(Speaker).where(
        col(Speaker.decided_id).in_(list(by_id)), col(Speaker.id).not_in(list(by_id))
    )
    behind: list[Speaker] = []
    for follower in (await session.exec(followers)).all():
        target = await _person_says(session, follower)
        if follower.type == "unnamed":
            await _stand_for(session, follower, target)
        elif target is not None and follower.canonical_id != (target.canonical_id or target.id):
            behind.append(follower)
    return behind


def _roots(cluster: Sequence[int], says: Mapping[int, Speaker | None]) -> dict[int, Speaker | int]:
    """Return whom each name of one cluster stands for.

    What a person said of a name holds for that name; the others follow it where all that was said is one.
    """
    decided = {id: speaker for id in cluster if (speaker := says[id]) is not None}
    targets = {speaker.id: speaker for speaker in decided.values()}
    free = [id for id in cluster if id not in decided]
    if len(targets) == 1:
        (target,) = targets.values()
        return dict.fromkeys(cluster, target)
    return {**decided, **dict.fromkeys(free, free[0])}


async def _person_says(session: AsyncSession, speaker: Speaker) -> Speaker | None:
    """Return the record that a person says a name is, followed to its end; ``None`` where nobody said so."""
    if speaker.decided_id is None:
        return None
    seen = {speaker.id}
    target = speaker
    while target.decided_id is not None and target.decided_id not in seen:
        target = await session.get_one(Speaker, target.decided_id)
        seen.add(target.id)
    return target


async def _stand_for(session: AsyncSession, speaker: Speaker, target: Speaker | None) -> None:
    """Let a record stand for the speaker ``target``, itself or another one, and count the change."""
    root = target
    if root is not None and root.id != speaker.id and root.canonical_id not in (None, speaker.id):
        root = await session.get_one(Speaker, root.canonical_id)
    new = None if root is None or root.id == speaker.id else root.id
    if speaker.canonical_id == new:
        return
    for id in (speaker.canonical_id, new):
        if id is not None:
            touched = await session.get_one(Speaker, id)
            touched.version += 1
            session.add(touched)
    speaker.canonical_id = new
    speaker.version += 1
    session.add(speaker)
    await session.flush()


async def _link_bare(session: AsyncSession, surname: str) -> None:
    """Link surnames that stand alone to the one person in the archive whom they can mean."""
    query = select(Speaker).where(col(Speaker.type) == "person", col(Speaker.surname_key) == surname)
    alone = col(Speaker.match_key) == col(Speaker.surname_key)
    bare = (await session.exec(query.where(alone).order_by(col(Speaker.id)).limit(MAX_BEARERS))).all()
    if not bare:
        return
    full = (await session.exec(query.where(~alone).order_by(col(Speaker.id)).limit(MAX_BEARERS))).all()
    for record in bare:
        decided = await _person_says(session, record)
        if decided is not None:
            await _stand_for(session, record, decided)
            continue
        bearers = [other for other in full if judge_people(record.name, other.name) != "different"]
        roots = {other.canonical_id or other.id for other in bearers}
        target: Speaker | None = None
        if len(roots) == 1 and len(full) < MAX_BEARERS:
            target = await session.get_one(Speaker, roots.pop())
            known = record.canonical_id is not None or await _is_known(session, bearers)
            target = target if known else None
        await _stand_for(session, record, target)


async def _is_known(session: AsyncSession, names: Sequence[Speaker]) -> bool:
    """Say whether enough articles and outlets name this person in full."""
    some = (
        select(Quote.revision_id)
        .where(col(Quote.speaker_id).in_([_id(name) for name in names]))
        .limit(KNOWN_QUOTES)
        .subquery()
    )
    query = (
        select(Revision.article_id, Revision.outlet_id)
        .where(col(Revision.id).in_(select(some.c.revision_id)), col(Revision.current))
        .distinct()
    )
    found = (await session.exec(query)).all()
    return len(found) >= KNOWN_ARTICLES and len({outlet for _, outlet in found}) >= KNOWN_OUTLETS


def _id(speaker: Speaker) -> int:
    assert speaker.id is not None  # flushed, or read
    return speaker.id
