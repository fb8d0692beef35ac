"""Did X say this? A claimed quote weighed against the archive, with the evidence and what was searched.

"Not found" is a fact about the archive, not about the world.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from sqlmodel.ext.asyncio.session import AsyncSession

from api.matching import MAX_NEAREST, Match, find_matches, is_speaker
from api.reports import Report, by_date, read_words, speakers_agree
from api.search import QuoteFilters
from api.statements import Searched, Wordings, disagreeing, plain, searched, shown_as, speakers_of
from attribution.changes import Change
from attribution.comparison import ENOUGH, MAX_CHARACTERS
from attribution.explanation import explain_changes

VerdictKind = Literal[
    "verbatim", "truncated", "elided", "altered", "paraphrased", "misattributed", "contested", "not_found"
]

# The better a wording backs a claim, the earlier it stands here.
_RANK: Final[dict[Wordings, int]] = {
    "verbatim": 0, "truncated": 1, "elided": 2, "altered": 3, "paraphrase": 4, "unrelated": 5,
}  # fmt: skip
# A claim that names the speaker whom the archive names for similar words (nats; as for linking quotes).
CLAIMED_SPEAKER: Final = 8.0
# To say that somebody else said it, the words must tell more than to say that they were said: short
# common sentences are in everybody's mouth (nats; as for linking quotes of two speakers).
MISATTRIBUTED: Final = 14.0
MAX_EVIDENCE: Final = 50


class ClaimError(ValueError):
    """The claim cannot be checked; ``str(error)`` says why in one line."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A quote as somebody claims it.

    Attributes:
        words: the claimed words.
        speaker: who is claimed to have said them; ``None`` asks only whether they were said.
        outlet: search this outlet only.
        since, until: search articles of these days only, both included.
        id: the caller's own name for the claim.
    """

    words: str
    speaker: str | None = None
    outlet: str | None = None
    since: date | None = None
    until: date | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One report that bears on a claim.

    ``relation``, ``changes`` (side ``a`` is the claim, side ``b`` the report's wording) and ``flags`` say how
    the claimed words compare to it; of a report without quote marks only that it is a ``paraphrase``.
    ``claim_is_part``: the claim is a part of what is reported; where false and the relation is
    ``truncated``, the archive has only a part of what is claimed.
    ``speaker_fits``: yes, no, or ``None`` where nobody can tell or no speaker is claimed.
    """

    report: Report
    relation: Wordings
    score: float
    changes: tuple[Change, ...]
    flags: tuple[str, ...]
    claim_is_part: bool
    speaker_fits: bool | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to "did X say this?".

    Attributes:
        verdict: see docs/comparing.md.
        explanation: one sentence for a person.
        speakers: whom the archive names for these words, most reports first.
        speaker_confirmed: the claimed speaker is named for them; ``None`` where none is claimed, or
            where the archive does not know who said them.
        flags: what matters in the difference between the claim and the best evidence.
        evidence: the reports that the verdict rests on, best first, at most `MAX_EVIDENCE`.
        nearest: for ``not_found``, the statements that come closest.
        searched: what was searched.
    """

    claim: Claim
    verdict: VerdictKind
    explanation: str
    speakers: tuple[str, ...]
    speaker_confirmed: bool | None
    flags: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    nearest: tuple[Evidence, ...]
    searched: Searched

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready record, the claim's id first."""
        return {"id": self.claim.id, **plain(self)}


async def verify(session: AsyncSession, claim: Claim) -> Verdict:
    """Weigh a claim against the archive.

    Raises:
        ClaimError: the claim has no words, too many, or its dates are the wrong way round.
    """
    _check(claim)
    filters = QuoteFilters(outlet=claim.outlet, since=claim.since, until=claim.until)
    # With the claimed speaker's name on it, a looser match is enough.
    matches, others = await find_matches(
        session,
        claim.words,
        filters,
        lambda report: CLAIMED_SPEAKER if _fits_claim(report, claim) is True else 0.0,
    )
    scope = await searched(session, filters)
    related = [match for match in matches if match.comparison.relation != "unrelated"]
    weighed = sorted((_evidence(match, claim) for match in related), key=_strength)
    nearest = [match for match in matches if match.comparison.relation == "unrelated"] + others
    return _verdict(claim, weighed, [_evidence(match, claim) for match in _distinct(nearest)], scope, related)


def _check(claim: Claim) -> None:
    if len(claim.words) > MAX_CHARACTERS:
        raise ClaimError(f"the words are longer than {MAX_CHARACTERS:,} characters")
    if not read_words(claim.words).words:
        raise ClaimError("the claim has no words to look for")
    if claim.since and claim.until and claim.since > claim.until:
        raise ClaimError(f"since {claim.since} is later than until {claim.until}")


def _verdict(
    claim: Claim,
    weighed: Sequence[Evidence],
    nearest: Sequence[Evidence],
    scope: Searched,
    matches: Sequence[Match],
) -> Verdict:
    # Only words in quote marks are anybody's own. A paraphrase neither contradicts nor confirms them.
    paraphrases = [item for item in weighed if item.report.is_paraphrase and item.speaker_fits is not False]
    aside = [item for item in weighed if item.report.is_paraphrase and item.speaker_fits is False]
    weighed = [item for item in weighed if not item.report.is_paraphrase]
    fitting = [item for item in weighed if item.speaker_fits]
    others = [item for item in weighed if item.speaker_fits is False]
    strong = {match.report.key for match in matches if match.comparison.evidence >= ENOUGH + MISATTRIBUTED}
    contrary = [item for item in others if item.report.key in strong]

    def answer(
        kind: VerdictKind, explanation: str, chosen: Sequence[Evidence], confirmed: bool | None
    ) -> Verdict:
        return Verdict(
            claim,
            kind,
            explanation,
            speakers_of([item.report for item in chosen if not item.report.is_paraphrase])
            or speakers_of([item.report for item in chosen]),
            confirmed,
            chosen[0].flags if chosen else (),
            tuple(chosen[:MAX_EVIDENCE]),
            tuple([*others, *aside, *nearest][:MAX_NEAREST]) if kind == "not_found" else (),
            scope,
        )

    if claim.speaker and fitting and contrary:
        return answer(
            "contested",
            f"Outlets disagree on who said it: {_and(_names(fitting))}, or {_and(_names(contrary))}."
            f"{_decided([*fitting, *contrary])}",
            [*fitting, *contrary, *paraphrases],
            None,
        )
    if claim.speaker and contrary:
        rest = [item for item in weighed if item.speaker_fits is None]
        return answer(
            "misattributed",
            f"{outlets_of(contrary)} {agreeing(contrary, 'gives')} these words to {_and(_names(contrary))}, "
            f"not to {claim.speaker}.{_also(paraphrases)}{_decided(contrary)}",
            [*contrary, *rest, *paraphrases],
            False,
        )
    backing = fitting or [item for item in weighed if item.speaker_fits is None]
    if not claim.speaker:
        backing = list(weighed)
        if disagreeing([item.report for item in backing]):
            names = speakers_of([item.report for item in backing])
            why = f"Outlets disagree on who said it: {_and(names)}.{_decided(backing)}"
            return answer("contested", why, [*backing, *paraphrases], None)
    if not backing and paraphrases:
        named = any(item.speaker_fits for item in paraphrases)
        return answer("paraphrased", _paraphrased(paraphrases, claim), paraphrases, True if named else None)
    if not backing:
        return answer("not_found", f"{_not_found(claim, scope)}{_too_common(nearest)}", (), None)
    best = backing[0]
    # The first is no evidence, the second not quoted.
    assert best.relation != "unrelated" and best.relation != "paraphrase"  # noqa: PLR1714
    confirmed = True if fitting else None
    why = f"{_explain(best, backing, claim, confirmed)}{_also(paraphrases)}{_decided(backing)}"
    return answer(best.relation, why, [*backing, *paraphrases], confirmed)


def _evidence(match: Match, claim: Claim) -> Evidence:
    found, shown = shown_as(match.report, match.comparison)
    return Evidence(
        match.report,
        shown,
        found.score,
        found.changes,
        found.flags,
        match.comparison.shorter == "a",
        _fits_claim(match.report, claim),
    )


def _fits_claim(report: Report, claim: Claim) -> bool | None:
    """Tell whether a report's speaker is the claimed one; ``None`` where nobody can tell."""
    if not claim.speaker or not report.speaker:
        return None
    if is_speaker(report, claim.speaker):
        return True
    if report.speaker_type == "unnamed":
        return None
    # A claim does not say whether its speaker is a person or an organisation: take the report's kind.
    return speakers_agree(claim.speaker, report.speaker_type, report.speaker, report.speaker_type)


def _strength(item: Evidence) -> tuple[int, bool, float, tuple[bool, date, int, int]]:
    return _RANK[item.relation], not item.claim_is_part, -item.score, by_date(item.report)


def _distinct(matches: Iterable[Match]) -> list[Match]:
    """Return the best match of each statement, best first, `MAX_NEAREST` at most."""
    found: dict[int, Match] = {}
    for match in sorted(matches, key=lambda match: -match.comparison.evidence):
        found.setdefault(match.report.statement_id or -match.report.quote_id, match)
    return list(found.values())[:MAX_NEAREST]


def _explain(best: Evidence, backing: Sequence[Evidence], claim: Claim, confirmed: bool | None) -> str:
    alike = (best.relation, best.claim_is_part)
    where = outlets_of(item for item in backing if (item.relation, item.claim_is_part) == alike)
    what: str = {
        "verbatim": "in these words",
        "truncated": "as part of a longer quote" if best.claim_is_part else "only in part",
        "elided": "with words left out",
        "altered": "in other words",
    }[best.relation]
    who = ""
    if claim.speaker and confirmed is None:
        who = f" Who said it is not known there, so {claim.speaker} is not confirmed."
    elif best.report.speaker:
        who = f" The speaker is {best.report.speaker}."
    warning = f" The difference touches: {', '.join(best.flags)}." if best.flags else ""
    texts = (claim.words, best.report.wording)
    told = explain_changes(best.changes, "the claim", best.report.outlet, texts)
    differs = f" {told[0].upper()}{told[1:]}" if told else ""
    return f"Reported {what} by {where}.{who}{differs}{warning}{_objections(best, backing)}"


def _objections(best: Evidence, backing: Sequence[Evidence]) -> str:
    """Name the outlets that report it in other words: one that backs the claim may be the one that erred."""
    differing = [item for item in backing if item.relation == "altered" and best.relation != "altered"]
    if not differing:
        return ""
    flags = sorted({flag for item in differing for flag in item.flags})
    touched = f", which touches: {', '.join(flags)}" if flags else ""
    return f" But {outlets_of(differing)} {agreeing(differing, 'reports')} it in other words{touched}."


def _paraphrased(items: Sequence[Evidence], claim: Claim) -> str:
    names = _names(items)
    who = f" The speaker is {_and(names)}." if names else ""
    if claim.speaker and not any(item.speaker_fits for item in items):
        who = f" Who said it is not known there, so {claim.speaker} is not confirmed."
    return (
        f"Reported without quote marks by {outlets_of(items)}: a paraphrase in the reporter's words; nobody "
        f"quotes them.{who}{_decided(items)}"
    )


def _also(paraphrases: Sequence[Evidence]) -> str:
    if not paraphrases:
        return ""
    names = _names(paraphrases)
    of = f" of {_and(names)}" if names else ""
    give = agreeing(paraphrases, "gives")
    return f" {outlets_of(paraphrases)} {give} it without quote marks, as a paraphrase{of}."


def _decided(items: Sequence[Evidence]) -> str:
    """Say that a person decided whose words they are, where one did."""
    editors = tuple(dict.fromkeys(item.report.decided.editor for item in items if item.report.decided))
    return f" Whose words they are was decided by {_and(editors)}." if editors else ""


def _not_found(claim: Claim, scope: Searched) -> str:
    span = f" of {scope.since} to {scope.until}" if scope.since and scope.until else ""
    articles = "article" if scope.articles == 1 else "articles"
    outlets = "outlet" if scope.outlets == 1 else "outlets"
    by = f" by {claim.speaker}" if claim.speaker else ""
    return (
        f"Not found{by} among the quotes of {scope.articles} {articles} from {scope.outlets} {outlets}{span}."
    )


def _too_common(nearest: Sequence[Evidence]) -> str:
    """Say where the words do occur, but are in everybody's mouth."""
    holding = [item for item in nearest if item.claim_is_part and not item.changes and item.score > 0]
    if not holding:
        return ""
    return (
        f" {outlets_of(holding)} {agreeing(holding, 'has')} these very words within a quote, but they are "
        f"too few or too common to tell that it is the same utterance."
    )


def _names(items: Iterable[Evidence]) -> tuple[str, ...]:
    return speakers_of([item.report for item in items])


def outlets_of(items: Iterable[Evidence]) -> str:
    """Name the outlets of some reports, three at most by name."""
    return _and(tuple(dict.fromkeys(item.report.outlet for item in items)))


def agreeing(items: Iterable[Evidence], verb: str) -> str:
    """Return a verb, given as "gives", as it stands behind the outlets of some reports."""
    one = len({item.report.outlet for item in items}) == 1
    return verb if one else {"has": "have"}.get(verb, verb.removesuffix("s"))


def _and(names: Sequence[str]) -> str:
    if len(names) > 3:
        return f"{', '.join(names[:3])} and {len(names) - 3} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
