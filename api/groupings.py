"""What people decided about which reports are one statement, and how links are grouped under it.

A decision is about reports, that is quotes: ``join`` says that those on its two sides are one statement,
``divide`` that those on one side are never in one statement with those on the other. The pure rule
(`grouped`): first the reports that people joined, in the order of the decisions; then the links, the
strongest first, each of which joins two groups unless that would bring together what people divided. So
which reports are one statement follows from the reports, their links and the decisions, not from what
came in first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.carrying import paired
from api.records import DecidedReport, Decision, Quote, Revision

Item = TypeVar("Item", bound=Hashable)

# Values in one IN (…): far below the limits of both databases.
_CHUNK: Final = 5_000
# Decisions that hang together through the statements that they are about; more are not followed.
MAX_RULES: Final = 1_000
# Decided quotes of earlier texts of one article that are looked up when a new text comes in.
MAX_CARRIED: Final = 5_000


@dataclass(frozen=True, slots=True)
class Rule:
    """A decision in force: the quotes on its two sides."""

    decision_id: int
    kind: Literal["join", "divide"]
    sides: tuple[frozenset[int], frozenset[int]]

    @property
    def quotes(self) -> frozenset[int]:
        """Return the quotes of both sides."""
        return self.sides[0] | self.sides[1]


def grouped(
    groups: Iterable[Collection[Item]],
    links: Iterable[tuple[Item, Item]],
    together: Iterable[Collection[Item]] = (),
    apart: Sequence[tuple[Collection[Item], Collection[Item]]] = (),
) -> list[list[Item]]:
    """Group items by links, except where that would bring together what is to stay apart.

    Args:
        groups: every item once, with those that are together from the start.
        links: pairs, the strongest first.
        together: items that people said are one group; earlier ones count first.
        apart: two sides of which no item may be in one group with one of the other side. An item on both
            sides is on none.

    Returns:
        The groups, in the order of their first items in ``groups``.

    >>> grouped([["a"], ["b"], ["c"]], [("a", "b"), ("b", "c")], apart=[(["a"], ["c"])])
    [['a', 'b'], ['c']]
    """
    parent: dict[Item, Item] = {}
    order: list[Item] = []
    for group in groups:
        members = list(group)
        order += members
        parent.update(dict.fromkeys(members, members[0]) if members else {})

    def root(item: Item) -> Item:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    # Of each group, on which side of which rule it is.
    stands: dict[Item, set[tuple[int, int]]] = defaultdict(set)
    for number, sides in enumerate(apart):
        both = set(sides[0]) & set(sides[1])
        for side, standing in enumerate(sides):
            for item in standing:
                if item in parent and item not in both:
                    stands[root(item)].add((number, side))

    def join(one: Item, other: Item) -> bool:
        if one not in parent or other not in parent:
            return False
        first, second = root(one), root(other)
        if first == second:
            return True
        if any((number, 1 - side) in stands[second] for number, side in stands[first]):
            return False
        parent[second] = first
        stands[first] |= stands.pop(second, set())
        return True

    for joined in together:
        # One group, or several where people divided some of them later.
        found: list[Item] = []
        for item in joined:
            if not any(join(other, item) for other in found):
                found.append(item)
    for one, other in links:
        join(one, other)
    parts: dict[Item, list[Item]] = {}
    for item in order:
        parts.setdefault(root(item), []).append(item)
    return list(parts.values())


async def rules_about(
    session: AsyncSession, *, statements: Collection[int] = (), quotes: Collection[int] = ()
) -> list[Rule]:
    """Return the decisions in force about these quotes or the quotes of these statements, oldest first."""
    ids: set[int] = set()
    mine = col(DecidedReport.decision_id).not_in(_undone())
    for part in _chunks(quotes):
        about = select(DecidedReport.decision_id).where(mine, col(DecidedReport.quote_id).in_(part))
        ids |= set((await session.exec(about.distinct())).all())
    for part in _chunks(statements):
        about = (
            select(DecidedReport.decision_id)
            .join(Quote, col(Quote.id) == col(DecidedReport.quote_id))
            .where(mine, col(Quote.statement_id).in_(part))
        )
        ids |= set((await session.exec(about.distinct())).all())
    return await read_rules(session, ids)


async def read_rules(session: AsyncSession, decision_ids: Collection[int]) -> list[Rule]:
    """Return these decisions with their sides, oldest first, whether they are in force or not."""
    kinds: dict[int, str] = {}
    sides: dict[int, tuple[set[int], set[int]]] = {}
    for part in _chunks(decision_ids):
        rows = (
            select(Decision.id, Decision.kind, DecidedReport.side, DecidedReport.quote_id)
            .join(DecidedReport, col(DecidedReport.decision_id) == col(Decision.id))
            .where(col(Decision.id).in_(part))
        )
        for id, kind, side, quote_id in await session.exec(rows):
            assert id is not None  # read from the database
            kinds[id] = kind
            sides.setdefault(id, (set(), set()))[side].add(quote_id)
    found: list[Rule] = []
    for id in sorted(kinds):
        done: Literal["join", "divide"] = "join" if kinds[id] == "join" else "divide"
        found.append(Rule(id, done, (frozenset(sides[id][0]), frozenset(sides[id][1]))))
    return found


async def hanging_together(
    session: AsyncSession, statements: Iterable[int], quotes: Iterable[int] = ()
) -> tuple[set[int], list[Rule]]:
    """Return the statements that hang together with these through decisions in force, and those decisions.

    Reports that people keep apart would be one statement without that; so what links to one side can move
    what is on the other.
    """
    found = set(statements)
    rules: dict[int, Rule] = {}
    new, asked = set(found), set(quotes)
    while (new or asked) and len(rules) < MAX_RULES:
        fresh = [
            rule
            for rule in await rules_about(session, statements=new, quotes=asked)
            if rule.decision_id not in rules
        ]
        rules.update((rule.decision_id, rule) for rule in fresh)
        reached = await statements_of(session, {quote for rule in fresh for quote in rule.quotes})
        new, asked = reached - found, set()
        found |= new
    return found, [rules[id] for id in sorted(rules)]


async def statements_of(session: AsyncSession, quotes: Collection[int]) -> set[int]:
    """Return the statements that these quotes are in."""
    found: set[int] = set()
    for part in _chunks(quotes):
        ids = select(Quote.statement_id).where(col(Quote.id).in_(part), col(Quote.statement_id).is_not(None))
        found |= {id for id in (await session.exec(ids.distinct())).all() if id is not None}
    return found


async def carry_groupings(session: AsyncSession, article_id: int, added: Sequence[Quote]) -> None:
    """Let what people decided about an article's earlier texts hold for the same words in its new text.

    Within the caller's transaction; nothing is committed here.
    """
    if not added:
        return
    decided = (
        select(Quote.revision_id)
        .join(Revision, col(Revision.id) == col(Quote.revision_id))
        .join(DecidedReport, col(DecidedReport.quote_id) == col(Quote.id))
        .where(
            col(Revision.article_id) == article_id,
            col(Revision.id) != added[0].revision_id,
            col(DecidedReport.decision_id).not_in(_undone()),
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
    pairs = paired(earlier, added)
    rows: dict[int, list[tuple[int, int]]] = {}
    for part in _chunks({old.id for _, old in pairs if old.id is not None}):
        of_them = select(DecidedReport).where(
            col(DecidedReport.quote_id).in_(part), col(DecidedReport.decision_id).not_in(_undone())
        )
        for row in (await session.exec(of_them.order_by(col(DecidedReport.id)))).all():
            rows.setdefault(row.quote_id, []).append((row.decision_id, row.side))
    for quote, old in pairs:
        for decision_id, side in rows.get(old.id or 0, ()):
            assert quote.id is not None  # flushed
            session.add(DecidedReport(decision_id=decision_id, quote_id=quote.id, side=side, carried=True))
    await session.flush()


def of_reports(rule: Rule, keys: Mapping[int, Item]) -> tuple[list[Item], list[Item]]:
    """Return the sides of a rule as reports; ``keys`` maps quote ids to what stands for their report."""
    first, second = (
        list(dict.fromkeys(keys[id] for id in sorted(side) if id in keys)) for side in rule.sides
    )
    return first, second


def _undone() -> Any:
    return select(Decision.undoes_id).where(col(Decision.undoes_id).is_not(None))


def _chunks(values: Iterable[int]) -> Iterable[Sequence[int]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]
