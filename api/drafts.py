"""Check a whole text: every quote of a draft attributed, and weighed against the archive.

A draft never enters the archive, and nothing is stored. What the draft puts in quote marks claims to be
somebody's words, and gets the verdict that `api.verdicts` gives such a claim. Reported speech without marks
is the writer's own wording: it claims that something was said, not how. So the rules for paraphrases in the
archive (docs/comparing.md) hold for it: nothing in it is altered, and that somebody else said the like is no
reason to call it misattributed or contested, for two people may well mean the same.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate
from typing import Any, Final, Literal, get_args

from api.archive import Attribute
from api.database import Database
from api.matching import MAX_NEAREST
from api.reports import compare_words, read_words
from api.search import QuoteFilters
from api.statements import Searched, plain, searched, speakers_of
from api.verdicts import (
    CLAIMED_SPEAKER,
    Claim,
    Evidence,
    Verdict,
    VerdictKind,
    agreeing,
    outlets_of,
    verify,
)
from attribution.comparison import ENOUGH
from attribution.information import word_information
from attribution.models import AttributedText, Kind, Quote, Span, Speaker

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
VERDICTS: Final[tuple[VerdictKind, ...]] = get_args(VerdictKind)

# What a changed word must touch to make a quote say something else.
TELLING_FLAGS: Final = frozenset({"negation", "number", "modality", "name"})
# Rewording turns "will" into "would" and "I" into a name, but neither adds a "not" nor changes a number.
PARAPHRASE_FLAGS: Final = frozenset({"negation", "number"})

# Why a person must look at a quote, the most urgent first.
Reason = Literal[
    "misattributed",
    "altered",
    "contested",
    "not_found",
    "only_paraphrased",
    "altered_slightly",
    "others_differ",
    "truncation_reverses",
    "only_in_part",
    "paraphrase_differs",
]
REASONS: Final[dict[Reason, str]] = {
    "misattributed": "the archive gives these words to somebody else",
    "altered": "the words differ where it matters",
    "contested": "outlets disagree on who said it",
    "not_found": "words in quote marks that the archive does not have",
    "only_paraphrased": "in quote marks here, but nobody in the archive quotes these words",
    "altered_slightly": "the words differ",
    "others_differ": "other outlets report words that differ where it matters",
    "truncation_reverses": "what was left out limits or reverses the words",
    "only_in_part": "the archive has only a part of it",
    "paraphrase_differs": "the quote that it paraphrases differs in a negation or a number",
}
_URGENCY: Final = {reason: place for place, reason in enumerate(REASONS)}


class TooManyQuotesError(ValueError):
    """The draft has more quotes than are checked at once; ``str(error)`` says how many."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What of the archive a draft is held against: one outlet, articles of these days, both included."""

    outlet: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class CheckedQuote:
    """One claim of the draft: the pieces of a split quote together, if one report has to do with all of them.

    Attributes:
        number: counted from 1, in the order of the draft.
        kind: ``direct``, ``mixed`` or ``indirect``; of a quote whose pieces differ, ``direct``.
        words: the pieces' texts in order, one blank between them.
        pieces: where they stand in the draft, quote marks included.
        speaker: whose words they are as the draft has it; ``None`` where the engine cannot tell.
        mention, cue: the words near by that name the speaker, and that report.
        confidence: of the engine in its speaker, in [0, 1]; 0 where there is none.
        method: what decided.
        verdict: the answer of the archive; ``None`` where the quote has no words to look for. Somebody
            whom the draft never names may be anybody: then the claim has no speaker.
        look: why a person must look at it; ``None`` where nothing says so.
    """

    number: int
    kind: Kind
    words: str
    pieces: tuple[Span, ...]
    speaker: Speaker | None
    mention: Span | None
    cue: Span | None
    confidence: float
    method: str
    verdict: Verdict | None
    look: Reason | None

    @property
    def is_paraphrase(self) -> bool:
        """Say whether the draft has it in its own words."""
        return self.kind == "indirect"


@dataclass(frozen=True, slots=True)
class CheckedDraft:
    """A draft with a verdict for every quote.

    Attributes:
        attributed: the draft's text and what the engine found in it, of every kind.
        quotes: the claims, in the order of the draft.
        searched: what was searched.
    """

    attributed: AttributedText
    quotes: tuple[CheckedQuote, ...]
    searched: Searched

    @property
    def counts(self) -> dict[VerdictKind, int]:
        """How many quotes have each verdict, zeros included."""
        found = Counter(quote.verdict.verdict for quote in self.quotes if quote.verdict)
        return {verdict: found[verdict] for verdict in VERDICTS}

    @property
    def look_first(self) -> tuple[CheckedQuote, ...]:
        """What a person must look at, the most urgent first."""
        urgent = [(_URGENCY[quote.look], quote.number, quote) for quote in self.quotes if quote.look]
        return tuple(quote for _, _, quote in sorted(urgent, key=lambda item: item[:2]))

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready record."""
        return {
            "quotes": [{**plain(quote), "verdict": _plain(quote.verdict)} for quote in self.quotes],
            "counts": dict(self.counts),
            "look_first": [quote.number for quote in self.look_first],
            "searched": plain(self.searched),
            "engine_version": self.attributed.engine_version,
            "pipeline_version": self.attributed.pipeline_version,
        }


async def check_draft(
    database: Database,
    text: str,
    attribute: Attribute,
    scope: Scope | None = None,
    *,
    kinds: Collection[Kind] = KINDS,
    most: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> CheckedDraft:
    """Attribute every quote of a text and weigh it against the archive.

    Args:
        database: the archive, which is only read.
        text: the draft; all offsets of the answer point into it.
        attribute: the engine.
        scope: what of the archive is searched; all of it where absent.
        kinds: which quotes are checked.
        most: how many quotes are checked at most; ``None`` for any number.
        progress: called with the number of quotes done and of all quotes, first with 0 done.

    Raises:
        ClaimError: the dates of the scope are the wrong way round, and there is a quote to check.
        TooManyQuotesError: the draft has more than ``most``.
        Exception: what ``attribute`` raises.
    """
    scope = scope or Scope()
    attributed = await attribute(text)
    claims = _claims(quote for quote in attributed.quotes if quote.kind in kinds)
    if most is not None and len(claims) > most:
        raise TooManyQuotesError(f"the text has {len(claims):,} quotes; at most {most:,} are checked")
    checked: list[CheckedQuote] = []
    for done, pieces in enumerate(claims):
        if progress is not None:
            progress(done, len(claims))
        for quote in await _check_utterance(database, pieces, scope):
            checked.append(replace(quote, number=len(checked) + 1))
        await asyncio.sleep(0)  # comparing is computing: let others have their turn
    if progress is not None:
        progress(len(claims), len(claims))
    async with database.session() as session:
        filters = QuoteFilters(outlet=scope.outlet, since=scope.since, until=scope.until)
        return CheckedDraft(attributed, tuple(checked), await searched(session, filters))


def _claims(quotes: Iterable[Quote]) -> list[list[Quote]]:
    """Join the pieces of each utterance; its paraphrased pieces never mix with quoted words."""
    found: dict[tuple[int, bool], list[Quote]] = {}
    for quote in sorted(quotes, key=lambda quote: (quote.start, -quote.end)):
        found.setdefault((quote.utterance, quote.kind == "indirect"), []).append(quote)
    return list(found.values())


async def _check_utterance(database: Database, pieces: Sequence[Quote], scope: Scope) -> list[CheckedQuote]:
    """Check an utterance: as one claim where one report has to do with all of it, else part by part.

    The engine takes “…,” she said. “…,” she added. for one utterance. A writer, or a machine, may have put
    together what was said at two times, by two people, or never: a verdict on one part is none on the other.
    """
    whole = await _check(database, pieces, scope)
    parts = _telling_parts(pieces)
    if len(parts) == 1 or whole.verdict is None or _has_all(whole.verdict, parts):
        return [whole]
    found = [await _check(database, part, scope) for part in parts]
    if all(part.verdict and part.verdict.verdict == "not_found" for part in found):
        return [whole]
    return found


def _telling_parts(pieces: Sequence[Quote]) -> list[list[Quote]]:
    """Group the pieces so that each group tells enough to be found by itself."""
    parts: list[list[Quote]] = []
    for piece in pieces:
        if parts and not (_tells(parts[-1]) and _tells([piece])):
            parts[-1].append(piece)
        else:
            parts.append([piece])
    return parts


def _tells(pieces: Iterable[Quote]) -> bool:
    keys = {key for piece in pieces for key in read_words(piece.text).keys}
    return sum(word_information(key) for key in keys) >= ENOUGH


def _has_all(verdict: Verdict, parts: Sequence[Sequence[Quote]]) -> bool:
    """Tell whether one report has something of every part."""
    ends = list(accumulate(sum(len(piece.text) + 1 for piece in part) for part in parts))
    spans = list(zip([0, *ends], ends, strict=False))
    claimed = read_words(verdict.claim.words)
    for item in verdict.evidence:
        found = compare_words(claimed, item.report.words, prior=CLAIMED_SPEAKER)
        stretch = found.stretch_a if found is not None else None
        if stretch and all(stretch[0] < end and start < stretch[1] for start, end in spans):
            return True
    return False


async def _check(database: Database, pieces: Sequence[Quote], scope: Scope) -> CheckedQuote:
    # The pieces of one utterance have one speaker; where only some name him, those count.
    named = next((piece for piece in pieces if piece.speaker), pieces[0])
    speaker = named.speaker
    quote = CheckedQuote(
        1,  # numbered where all are known
        "direct" if any(piece.kind == "direct" for piece in pieces) else pieces[0].kind,
        " ".join(piece.text for piece in pieces),
        tuple(Span(piece.start, piece.end, piece.text) for piece in pieces),
        speaker,
        named.mention,
        named.cue,
        named.confidence,
        named.method,
        None,
        None,
    )
    if not read_words(quote.words).words:
        return quote
    claim = Claim(
        quote.words,
        speaker.name if speaker is not None and speaker.type != "unnamed" else None,
        scope.outlet,
        scope.since,
        scope.until,
    )
    async with database.session() as session:
        verdict = await verify(session, claim)
    if quote.is_paraphrase:
        verdict = as_paraphrase(verdict)
    return replace(quote, verdict=verdict, look=_reason(quote, verdict))


def as_paraphrase(verdict: Verdict) -> Verdict:
    """Return what a verdict comes to where the claim is a paraphrase, so claims no words.

    What the claimed speaker, or nobody known, says in the archive backs it: ``paraphrased``. What only others
    say does not: ``not_found``, with that among the nearest. Every relation becomes ``paraphrase``, without
    changes; of the flags those stay that no rewording explains.
    """
    evidence = [_reworded(item) for item in verdict.evidence]
    nearest = [_reworded(item) for item in verdict.nearest]
    backing = [item for item in evidence if item.speaker_fits is not False]
    if not backing:
        return replace(
            verdict,
            verdict="not_found",
            explanation=_not_backed(verdict, evidence),
            speakers=(),
            speaker_confirmed=None,
            flags=(),
            evidence=(),
            nearest=tuple([*evidence, *nearest][:MAX_NEAREST]),
        )
    # The speaker's own words say more than somebody else's paraphrase of them.
    backing.sort(key=lambda item: (item.report.is_paraphrase, item.speaker_fits is not True))
    quoted = [item for item in backing if not item.report.is_paraphrase]
    return replace(
        verdict,
        verdict="paraphrased",
        explanation=_backed(verdict.claim, backing),
        speakers=speakers_of([item.report for item in quoted or backing]),
        speaker_confirmed=True if any(item.speaker_fits for item in backing) else None,
        flags=backing[0].flags,
        evidence=tuple(backing),
        nearest=(),
    )


def _reworded(item: Evidence) -> Evidence:
    if item.relation == "unrelated":
        return item
    flags = tuple(flag for flag in item.flags if flag in PARAPHRASE_FLAGS)
    return replace(item, relation="paraphrase", changes=(), flags=flags)


def _backed(claim: Claim, backing: Sequence[Evidence]) -> str:
    quoted = [item for item in backing if not item.report.is_paraphrase]
    told = [item for item in backing if item.report.is_paraphrase]
    said = []
    if quoted:
        said.append(f"{outlets_of(quoted)} {agreeing(quoted, 'quotes')} it{_from(quoted)} in quote marks")
    if told:
        said.append(f"{outlets_of(told)} {agreeing(told, 'reports')} it{_from(told)} without")
    what = " and ".join(said) if quoted else f"{said[0]} quote marks too"
    unknown = ""
    if claim.speaker and not any(item.speaker_fits for item in backing):
        unknown = f" Who said it is not known there, so {claim.speaker} is not confirmed."
    differing = [item for item in backing if item.flags]
    warning = ""
    if differing:
        flags = sorted({flag for item in differing for flag in item.flags})
        warning = f" It differs from the words of {outlets_of(differing)} in: {', '.join(flags)}."
    return f"A paraphrase in the draft's own words: {what}.{unknown}{warning}"


def _not_backed(verdict: Verdict, evidence: Sequence[Evidence]) -> str:
    claim = verdict.claim
    by = f" by {claim.speaker}" if claim.speaker else ""
    others = ""
    if evidence:
        others = f" {outlets_of(evidence)} {agreeing(evidence, 'reports')} the like{_from(evidence)}."
    return (
        f"Nothing{by} was found that shares enough words with this paraphrase; it may be reported in other "
        f"words.{others}"
    )


def _from(items: Iterable[Evidence]) -> str:
    names = speakers_of([item.report for item in items])
    return f" from {names[0]}{' and others' if len(names) > 1 else ''}" if names else ""


def _reason(quote: CheckedQuote, verdict: Verdict) -> Reason | None:
    """Return why a person must look at a quote."""
    if quote.is_paraphrase:
        differing = any(item.flags for item in verdict.evidence)
        return "paraphrase_differs" if verdict.verdict == "paraphrased" and differing else None
    match verdict.verdict:
        case "misattributed" | "contested" | "not_found":
            return verdict.verdict
        case "altered":
            return "altered" if TELLING_FLAGS & set(verdict.flags) else "altered_slightly"
        case "paraphrased":
            return "only_paraphrased"
    quoted = [item for item in verdict.evidence if not item.report.is_paraphrase]
    if any(item.relation == "altered" and TELLING_FLAGS & set(item.flags) for item in quoted):
        return "others_differ"
    if "truncation_reverses" in verdict.flags:
        return "truncation_reverses"
    if verdict.verdict == "truncated" and quoted and not quoted[0].claim_is_part:
        return "only_in_part"
    return None


def _plain(verdict: Verdict | None) -> dict[str, Any] | None:
    return None if verdict is None else verdict.to_dict()
