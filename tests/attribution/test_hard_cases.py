"""Hard cases, each named after the phenomenon that makes it hard, with the right answer and why.

The cases lie in ``hard_cases/*.toml``, one table a case under the phenomenon's name, with ``why`` in a
sentence and ``text`` with the right answers inside it, so that no offset is ever typed:

==============================  =============================================================================
``{Ada Obi: “We open,”}``       words in marks, and the person who speaks them
``{org Harbour Trust: “…”}``    a body speaks them; ``unnamed senior official``: somebody who is not named
``{mixed Ada Obi: “a joke”}``   the kind is checked too: ``direct`` or ``mixed``
``{Ada Obi #1: “…”}``           the pieces of one utterance share a number, and no other utterance has it
``{?: “…”}``                    speech, but nobody can tell whose: no speaker must be given
``{? Obi: “…”}``                the same, but the surname alone, which two people share, may be given
``{-: “…”}``                    a title, a term, a scare quote: nobody's speech
``{indirect Ada Obi: …}``       the content of reported speech without marks; its pieces may share a number
``{maybe Ada Obi: …}``          may be given as her reported speech, but need not be
==============================  =============================================================================

A speaker is a person unless ``org`` or ``unnamed`` says otherwise, and has the fullest name that the text
gives, without titles and leading article; several at once are joined by "and". A document speaks for its
author, person or body, and is itself the unnamed source where it has none. Of an unnamed source every word of
the annotation must be in the description that the engine gives.

Every pair of marks in a text is annotated, except marks inside marked words; what else the engine takes for
speech in marks is a mistake. Reported speech is annotated in full in the phenomena whose name starts with
``indirect``; elsewhere the engine may find more of it. A record of it is right when at least half of it lies
in an annotated content of its speaker, and a content is found when such records cover at least half of it.

Cases that the engine gets wrong at present are named in ``KNOWN_FAILURES`` with the cause. They must fail:
one that comes right has to be taken off. ``python tests/attribution/test_hard_cases.py`` prints the list.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import shorten
from typing import Final

import pytest

from attribution import AttributedText, Engine
from attribution.models import Kind, Quote, Speaker, SpeakerType

FOLDER: Final = Path(__file__).parent / "hard_cases"

KNOWN_FAILURES: Final[dict[str, str]] = {
    "embedded: whom another called 3": "the outer reporting clause is taken",
    "embedded: told another that 4": "the outer reporting clause is taken",
    "embedded: denied another's claim 1": "the outer reporting clause is taken",
    "embedded: denied another's claim 2": "the outer reporting clause is taken",
    "embedded: denied another's claim 4": "the outer reporting clause is taken",
    "embedded: responded to 1": "the outer reporting clause is taken",
    "indirect: passive 4": "the content of a passive is cut wrong",
    "indirect: conjoined cues 2": "two reports side by side are read as one content",
    "indirect: noun as cue 4": "a noun as cue is weighed too low",
    "indirect: relative clause 2": "the content of a relative clause is cut wrong",
    "indirect: relative clause 4": "the content of a relative clause is cut wrong",
    "indirect: another's claim 1": "a claim is read as its verb's report, not as the claimant's",
    "indirect: another's claim 2": "a claim is read as its verb's report, not as the claimant's",
    "indirect: nothing is reported 3": '"reported for duty" is read as a report',
    "indirect: nothing is reported 6": "a film that is watched is read as a report",
    "single marks 1": "the apostrophe of a plural before a comma is taken for the closing mark",
    "missing closing mark 4": "a missing closing mark is not seen where the next paragraph opens with a mark",
    "quote over several paragraphs 2": "a paragraph that is left open does not get the speaker of the next",
    "quote over several paragraphs 3": "the man who is written to is taken for the writer",
    "quote over several paragraphs 4": "a paragraph that is left open does not get the speaker of the next",
    "quote split by its cue 2": "pieces that one sentence joins are numbered apart",
    "quote split by its cue 4": "pieces that one sentence joins are numbered apart",
    "pronoun: two candidates of one gender 2": "of two people of one gender the wrong one is taken",
    "pronoun: two candidates of one gender 4": "of two people of one gender the wrong one is taken",
    "pronoun: two candidates of one gender 5": "of two people of one gender the wrong one is taken",
    "pronoun: they 4": "several people or a group are not taken as one source",
    "pronoun: it 2": "of two bodies the wrong one is taken",
    "description 5": "a description is not tied to the person who fits it",
    "surname 4": "a name with particles is cut",
    "two people of one surname 5": "two people of one surname: one is taken where none can be told",
    "two people of one surname 7": "two people of one surname: the wrong one is taken",
    "father and son 1": "first person inside a quote is not read",
    "father and son 3": "father and son of one surname: the wrong one is taken",
    "father and son 4": '"Jr." is not part of the name that is found',
    "scare quotes 1": "a word in marks is taken for speech",
    "scare quotes 3": "a word in marks is taken for speech",
    "terms 1": "a word in marks is taken for speech",
    "no cue 3": "question and answer are not told apart",
    "no cue 5": "no evidence decides, and one of the candidates is given all the same",
    "cannot be told 1": "no evidence decides, and one of the candidates is given all the same",
    "cannot be told 2": "no evidence decides, and one of the candidates is given all the same",
    "cannot be told 3": "no evidence decides, and one of the candidates is given all the same",
    "cannot be told 4": "no evidence decides, and one of the candidates is given all the same",
    "introduced as an object 3": "somebody brought in as an object is taken for who goes on speaking",
    "organisation 3": "a short form of a body's name is not tied to the full one",
    "document 2": "a document is not tied to its author or is not a source itself",
    "unnamed source 5": "the thing spoken of is taken for the source",
    "conjoined speakers 3": "several people or a group are not taken as one source",
    "conjoined speakers 5": "several people or a group are not taken as one source",
    "first person inside the quote 4": "first person inside a quote is not read",
    "pronoun: nobody named 1": "somebody named is taken where one without a name is meant",
    "pronoun: nobody named 4": "somebody named is taken where one without a name is meant",
    "pronoun: nobody named 6": "a document is not tied to its author or is not a source itself",
    "description: nobody named 3": "somebody named is taken where one without a name is meant",
    "description: nobody named 5": "somebody named is taken where one without a name is meant",
    "candidate's campaign 2": "a campaign is not weighed above its candidate's rival",
    "far from the name 4": "a description is not tied to the person who fits it",
}

_KEY: Final = re.compile(
    r"(?P<sign>[?-])? ?(?:(?P<kind>direct|mixed|indirect|maybe) )?(?:(?P<type>org|unnamed) )?"
    r"(?P<name>[^{}:#?]*[^{}:#? -])?(?: #(?P<tag>\d))?: "
)
_TYPES: Final[dict[str | None, SpeakerType]] = {None: "person", "org": "organization", "unnamed": "unnamed"}
# Where a mark is missing two readers may end a quote a comma apart; more than that is another quote.
_SAME_SPAN: Final = 0.8


@dataclass(frozen=True, slots=True)
class Expected:
    """One annotated piece: its place in the text without the annotation, and whose words it holds.

    ``unclear`` where nobody can tell whose; ``speaker`` is then the bare form that may be given, if any.
    ``speech`` is false for titles, terms and the like.
    """

    start: int
    end: int
    speaker: Speaker | None
    kind: str | None
    tag: str | None
    unclear: bool
    speech: bool

    @property
    def marked(self) -> bool:
        return self.kind not in ("indirect", "maybe")


@dataclass(frozen=True, slots=True)
class Case:
    """A short text with its right answers; ``full`` where all of its reported speech is annotated."""

    name: str
    text: str
    why: str
    pieces: tuple[Expected, ...]
    full: bool


@dataclass(slots=True)
class _Open:
    start: int
    match: re.Match[str] = field(repr=False)


def read_annotation(annotated: str) -> tuple[str, tuple[Expected, ...]]:
    """Take the annotation out of a text; raise ``ValueError`` where it breaks the form."""
    text: list[str] = []
    length = 0
    position = 0
    stack: list[_Open] = []
    pieces: list[Expected] = []
    while position < len(annotated):
        character = annotated[position]
        if character == "{":
            match = _KEY.match(annotated, position + 1)
            if match is None:
                raise ValueError(f"no key after the brace: {annotated[position : position + 40]!r}")
            stack.append(_Open(length, match))
            position = match.end()
            continue
        if character == "}":
            if not stack:
                raise ValueError(f"a brace closes nothing: {annotated[: position + 1]!r}")
            begun = stack.pop()
            key = begun.match
            speaker = Speaker(key["name"], _TYPES[key["type"]]) if key["name"] else None
            unclear, speech = key["sign"] == "?", key["sign"] != "-"
            if speech and not unclear and speaker is None:
                raise ValueError(f"no speaker: {annotated[position - 40 : position]!r}")
            pieces.append(Expected(begun.start, length, speaker, key["kind"], key["tag"], unclear, speech))
        else:
            text.append(character)
            length += 1
        position += 1
    if stack:
        raise ValueError(f"a brace is never closed: {annotated!r}")
    return "".join(text), tuple(sorted(pieces, key=lambda p: (p.start, -p.end)))


def read_cases() -> list[Case]:
    """Read every case, in the order of the files; a case's name is its phenomenon and a number from 1."""
    cases = []
    numbers: Counter[str] = Counter()
    for path in sorted(FOLDER.glob("*.toml")):
        for phenomenon, tables in tomllib.loads(path.read_text(encoding="utf-8")).items():
            for table in tables:
                numbers[phenomenon] += 1
                text, pieces = read_annotation(table.pop("text").strip())
                name = f"{phenomenon} {numbers[phenomenon]}"
                full = phenomenon.startswith("indirect")
                cases.append(Case(name, text, table.pop("why"), pieces, full))
                if table:
                    raise ValueError(f"{name}: unknown keys {sorted(table)}")
    return cases


def _right_speaker(piece: Expected, found: Speaker | None) -> bool:
    """Whether the engine's speaker is the annotated one, by name and type."""
    if piece.unclear:
        return found is None or (piece.speaker is not None and _same(piece.speaker, found))
    return piece.speaker is not None and found is not None and _same(piece.speaker, found)


def _same(wanted: Speaker, found: Speaker) -> bool:
    if wanted.type != found.type:
        return False
    if wanted.type == "unnamed":
        return set(_plain(wanted.name).casefold().split()) <= set(_plain(found.name).casefold().split())
    return _plain(wanted.name) == _plain(found.name)


def _plain(name: str) -> str:
    name = name.replace("’", "'").replace("&", "and")
    return re.sub(r"^the ", "", name, flags=re.IGNORECASE)


def mistakes(case: Case, result: AttributedText) -> list[str]:
    """Say what the engine got wrong, a line each; empty where everything is right."""
    return [*_mistakes_in_marked_words(case, result), *_mistakes_in_reported_speech(case, result)]


def _mistakes_in_marked_words(case: Case, result: AttributedText) -> list[str]:
    wrong = []
    left = [q for q in result.quotes if q.kind != "indirect"]
    utterances: defaultdict[str, set[int]] = defaultdict(set)
    for piece in case.pieces:
        if not piece.marked:
            continue
        words = case.text[piece.start : piece.end]
        quote = next((q for q in left if _likeness(piece, q.start, q.end) >= _SAME_SPAN), None)
        if not piece.speech:
            if not any(_likeness(piece, r.start, r.end) >= _SAME_SPAN for r in result.rejected):
                wrong.append(f"{words} is not turned away")
            continue
        if quote is None:
            wrong.append(f"{words} is not found")
            continue
        left.remove(quote)
        if not _right_speaker(piece, quote.speaker):
            wrong.append(f"{words} is given to {_show(quote.speaker)} instead of {_wanted(piece)}")
        if piece.kind not in (None, quote.kind):
            wrong.append(f"{words} is called {quote.kind} instead of {piece.kind}")
        if piece.tag is not None:
            utterances[piece.tag].add(quote.utterance)
    wrong += [f"{q.text} is taken for speech" for q in left]
    wrong += [f"utterance {tag} falls apart" for tag, numbers in utterances.items() if len(numbers) > 1]
    if len(utterances) > len(set().union(*utterances.values())):
        wrong.append("two utterances are taken for one")
    return wrong


def _mistakes_in_reported_speech(case: Case, result: AttributedText) -> list[str]:
    wrong = []
    groups: defaultdict[str, list[Expected]] = defaultdict(list)
    for number, piece in enumerate(case.pieces):
        if not piece.marked:
            groups[f"#{piece.tag}" if piece.tag else f"{number}"].append(piece)
    contents = [
        (pieces[0], {i for piece in pieces for i in range(piece.start, piece.end)})
        for pieces in groups.values()
    ]

    for quote in result.quotes:
        if quote.kind != "indirect":
            continue
        # Words of a report within a report are in both contents: either source is right for them.
        sources = [piece for piece, place in contents if _lies_in(quote, place)]
        if not sources and case.full:
            wrong.append(f"[{quote.text}] is taken for reported speech")
        elif sources and not any(_right_speaker(piece, quote.speaker) for piece in sources):
            wrong.append(
                f"[{quote.text}] is given to {_show(quote.speaker)} instead of {_wanted(sources[0])}"
            )
    for piece, place in contents:
        if piece.kind == "maybe":
            continue
        right = [q for q in result.quotes if _lies_in(q, place) and _right_speaker(piece, q.speaker)]
        covered = {i for q in right for i in range(q.start, q.end)} & place
        words = f"[{case.text[min(place) : max(place) + 1]}]"
        if not any(q.kind == "indirect" for q in right):
            wrong.append(f"{words} is not found as reported speech of {_wanted(piece)}")
        elif len(covered) < len(place) / 2:
            wrong.append(f"less than half of {words} is found")
    return wrong


def _likeness(piece: Expected, start: int, end: int) -> float:
    """Return the share that two spans have in common of what either covers."""
    common = min(piece.end, end) - max(piece.start, start)
    return max(0, common) / (max(piece.end, end) - min(piece.start, start))


def _lies_in(quote: Quote, place: set[int]) -> bool:
    return len(place.intersection(range(quote.start, quote.end))) >= (quote.end - quote.start) / 2


def _show(speaker: Speaker | None) -> str:
    return f"{speaker.name} ({speaker.type})" if speaker else "nobody"


def _wanted(piece: Expected) -> str:
    return "nobody" if piece.unclear else _show(piece.speaker)


CASES: Final = read_cases()


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            case,
            id=case.name,
            marks=[pytest.mark.xfail(strict=True, reason=KNOWN_FAILURES[case.name])]
            if case.name in KNOWN_FAILURES
            else [],
        )
        for case in CASES
    ],
)
def test_every_quote_is_found_and_given_to_its_speaker(engine: Engine, case: Case) -> None:
    wrong = mistakes(case, engine.attribute(case.text))
    assert not wrong, "\n".join([*wrong, f"Right because: {case.why}", case.text])


def test_every_phenomenon_has_several_cases_and_no_text_comes_twice() -> None:
    phenomena = Counter(case.name.rpartition(" ")[0] for case in CASES)
    assert not {name: n for name, n in phenomena.items() if n < 4}
    assert len(CASES) >= 150
    assert len({case.text for case in CASES}) == len(CASES)
    assert all(case.why.endswith(".") for case in CASES)


def _case(annotated: str) -> Case:
    text, pieces = read_annotation(annotated)
    return Case("indirect", text, "", pieces, full=True)


def _record(text: str, words: str, kind: Kind, name: str | None, utterance: int = 0) -> Quote:
    start = text.index(words)
    speaker = Speaker(name, "person") if name else None
    return Quote(start, start + len(words), words, kind, speaker, None, None, utterance, "test", 0.5)


@pytest.mark.parametrize(
    ("annotated", "records", "mistaken"),
    [
        ("{Ada Obi: “Yes,”} said Ada Obi.", [("“Yes,”", "direct", "Ada Obi")], 0),
        ("{Ada Obi: “Yes,”} said Ada Obi.", [("“Yes,”", "direct", "Obi")], 1),
        ("{Ada Obi: “Yes,”} said Ada Obi.", [("“Yes,”", "direct", None)], 1),
        ("{Ada Obi: “Yes,”} said Ada Obi.", [], 1),
        ("{mixed Ada Obi: “a joke,”} said Ada Obi.", [("“a joke,”", "direct", "Ada Obi")], 1),
        ("{?: “Yes,”} she said.", [("“Yes,”", "direct", None)], 0),
        ("{?: “Yes,”} she said.", [("“Yes,”", "direct", "Ada Obi")], 1),
        ("{? Obi: “Yes,”} Obi said.", [("“Yes,”", "direct", "Obi")], 0),
        ("{? Obi: “Yes,”} Obi said.", [("“Yes,”", "direct", "Ada Obi")], 1),
        ("The {-: “frog”} rose.", [("“frog”", "mixed", None)], 2),
        ("Ada Obi said {indirect Ada Obi: it was open}.", [("it was open", "indirect", "Ada Obi")], 0),
        ("Ada Obi said {indirect Ada Obi: it was open}.", [("said it was open", "indirect", "Ada Obi")], 0),
        ("Ada Obi said {indirect Ada Obi: it was open}.", [("open", "indirect", "Ada Obi")], 1),
        ("Ada Obi said {indirect Ada Obi: it was open}.", [("Ada Obi said", "indirect", "Ada Obi")], 2),
        ("Ada Obi said {indirect Ada Obi: it was open}.", [("it was open", "indirect", "Ali Roe")], 2),
        ("Ada Obi said {indirect Ada Obi: it was open}.", [], 1),
        (
            "{indirect Ada Obi #1: It}, Ada Obi said, {indirect Ada Obi #1: was open}.",
            [("It", "indirect", "Ada Obi"), ("was open", "indirect", "Ada Obi")],
            0,
        ),
        (
            "Ada Obi said {indirect Ada Obi: the old inn was {mixed Ada Obi: “open”} for all}.",
            [("the old inn was", "indirect", "Ada Obi"), ("“open”", "mixed", "Ada Obi")],
            0,
        ),
        (
            "Ada Obi said {indirect Ada Obi: Ali Roe had said {maybe Ali Roe: it was open}}.",
            [
                ("Ali Roe had said it was open", "indirect", "Ada Obi"),
                ("it was open", "indirect", "Ali Roe"),
            ],
            0,
        ),
        ("Ada Obi stood on the pier.", [("on the pier", "indirect", "Ada Obi")], 1),
    ],
)
def test_the_comparison_itself_tells_right_from_wrong(
    annotated: str, records: list[tuple[str, Kind, str | None]], mistaken: int
) -> None:
    case = _case(annotated)
    found = AttributedText(case.text, tuple(_record(case.text, *record) for record in records))
    assert len(mistakes(case, found)) == mistaken


def test_every_speaker_is_named_in_the_text_as_annotated() -> None:
    for case in CASES:
        for piece in case.pieces:
            if piece.speaker is None or case.name.startswith("transcript"):
                continue  # a transcript's label is in capitals, the name need not be
            parts = piece.speaker.name.split(" and " if piece.speaker.type == "person" else None)
            assert not [part for part in parts if part.casefold() not in case.text.casefold()], case.name


def test_known_failures_name_cases_that_exist() -> None:
    assert set(KNOWN_FAILURES) <= {case.name for case in CASES}


def main() -> None:
    """Print ``KNOWN_FAILURES`` as it has to be now, and to standard error what is wrong in each case.

    A known failure keeps its cause, which may have become another; a new one has what is wrong in its place.
    """
    engine = Engine()
    failed = []
    print("KNOWN_FAILURES: Final[dict[str, str]] = {")
    for case in CASES:
        wrong = mistakes(case, engine.attribute(case.text))
        if wrong:
            failed.append(case.name)
            cause = KNOWN_FAILURES.get(case.name) or shorten("NEW: " + "; ".join(wrong), 100 - len(case.name))
            print(f"    {json.dumps(case.name)}: {json.dumps(cause, ensure_ascii=False)},")
            print("", case.name, *(f"  wrong: {line}" for line in wrong), sep="\n", file=sys.stderr)
            print(f"  right: {case.why}\n  text:  {case.text!r}", file=sys.stderr)
    print("}", flush=True)
    print(f"\n{len(failed)} of {len(CASES)} cases fail", file=sys.stderr)
    print("no failures any more:", sorted(KNOWN_FAILURES.keys() - failed), file=sys.stderr)


if __name__ == "__main__":
    main()
