"""Set phrases and slogans: short words that several people say, or one says again and again.

Such words from two mouths are no contradiction, and their first report is no first utterance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from api.reports import Report, agree, reports_of_quotes
from api.search import FUNCTION_WORDS, folded_words, holding

# Wordings with fewer content words than this are short ones.
SHORT_CONTENT: Final = 5
# In PolNeAR's train part 60 short wordings stand in quote marks in two articles or more. From three speakers
# or more: 5, a slogan ("make America great again"), a term, a name, and two coinages that everybody took up.
# From two speakers: 26; of the 13 with at least 60 days between the first and the last article all are
# slogans, terms or names ("law and order", "gang of 8"), of the 13 others about half are one utterance
# whose speaker is in doubt. From one speaker, with so many days: 3, of which one is a slogan ("Washington
# cartel", the only one on three occasions), and two are one utterance recalled later.
SPEAKERS: Final = 3
DAYS: Final = 60
OCCASIONS: Final = 3
# Articles within so many days are one occasion.
OCCASION_DAYS: Final = 3
# Quotes that are looked at; of a slogan with more these are enough.
LOOKED_AT: Final = 150
MAX_SPEAKERS: Final = 10


@dataclass(frozen=True, slots=True)
class SetPhrase:
    """That short words are a set phrase or a slogan.

    ``speakers`` are those who say them, at most `MAX_SPEAKERS`; ``since`` and ``until`` the first and last
    date of the reports looked at; ``reason`` says it for a person.
    """

    words: str
    speakers: tuple[str, ...]
    since: date | None
    until: date | None
    occasions: int
    reason: str


@lru_cache(maxsize=16_384)
def content_words(wording: str) -> int:
    """Count the words of a wording that carry content."""
    return sum(word not in FUNCTION_WORDS for word in folded_words(wording))


@lru_cache(maxsize=4_096)
def _folded(wording: str) -> str:
    return " ".join(folded_words(wording))


def set_phrase(words: str, reports: Iterable[Report]) -> SetPhrase | None:
    """Tell whether words are a set phrase, by the reports that hold them; ``None``: they are not. Pure."""
    asked = folded_words(words)
    if not asked or content_words(words) >= SHORT_CONTENT:
        return None
    held = f" {' '.join(asked)} "
    holding = [
        report for report in reports if not report.is_paraphrase and held in f" {_folded(report.wording)} "
    ]
    speakers = _different(holding)
    days = sorted({report.published for report in holding if report.published is not None})
    occasions = sum(
        number == 0 or (day - days[number - 1]).days > OCCASION_DAYS for number, day in enumerate(days)
    )
    span = (days[-1] - days[0]).days if days else 0
    names = tuple(report.speaker for report in speakers[:MAX_SPEAKERS] if report.speaker is not None)
    if len(speakers) >= SPEAKERS:
        reason = f"{len(speakers)} different speakers say these words"
    elif span >= DAYS and len(speakers) > 1:
        reason = f"{len(speakers)} speakers say these words, {span} days apart"
    elif span >= DAYS and occasions >= OCCASIONS:
        reason = f"said on {occasions} occasions over {span} days"
    else:
        return None
    return SetPhrase(
        " ".join(asked), names, days[0] if days else None, days[-1] if days else None, occasions, reason
    )


async def find_set_phrase(session: AsyncSession, words: str) -> SetPhrase | None:
    """Tell whether words are a set phrase, by what the archive has of them."""
    if not 0 < content_words(words) < SHORT_CONTENT:
        return None
    return set_phrase(words, await reports_of_quotes(session, await holding(session, words, LOOKED_AT)))


def _different(reports: Sequence[Report]) -> list[Report]:
    """Return one report of each speaker who is certainly another than those before."""
    found: list[Report] = []
    # Full names first: a bare surname may be anybody's of that name.
    for report in sorted(reports, key=lambda report: -len((report.speaker or "").split())):
        named = report.speaker is not None and report.speaker_type != "unnamed"
        if named and all(agree(report, other) is False for other in found):
            found.append(report)
    return found
