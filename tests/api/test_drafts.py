"""A whole draft is held against the archive: every quote has its place, its speaker and its verdict."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date

import pytest

from api.archive import ArticleInput, add_article
from api.database import Database
from api.drafts import REASONS, CheckedDraft, Scope, TooManyQuotesError, check_draft
from api.verdicts import ClaimError
from attribution.models import AttributedText, Quote, Span, Speaker

TOLL = "“We will not raise the bridge toll before the spring, and we told the hauliers so,” said Ana Ruiz."
SLUICE = "“The sluice was left open for two nights in a row,” said Boris Hale."


@pytest.fixture
def read(attribute):
    """Marks as everywhere in these tests; "NAME said that …" as indirect speech; “…,” … “…” is one quote."""

    async def read(text: str) -> AttributedText:
        found = await attribute(text)
        quotes = list(found.quotes)
        for number, quote in enumerate(quotes[1:], 1):
            # A split quote: nothing but "said NAME, " between the pieces.
            between = text[quotes[number - 1].end : quote.start]
            if re.fullmatch(r" said [\w ]+, ", between):
                first = quotes[number - 1]
                quotes[number] = replace(quote, utterance=first.utterance, speaker=first.speaker)
        for number, match in enumerate(
            re.finditer(r"((?:[A-Z]\w+ ?){2}|A docker) said that ([^.]+)\.", text)
        ):
            name = match[1].strip()
            quotes.append(
                Quote(
                    match.start(2), match.end(2), match[2], "indirect",
                    Speaker(name, "unnamed" if name == "A docker" else "person"),
                    Span(match.start(1), match.start(1) + len(name), name),
                    Span(match.start(2) - 10, match.start(2) - 6, "said"), 100 + number, "test", 0.8,
                )
            )  # fmt: skip
        return replace(found, quotes=tuple(quotes))

    return read


@pytest.fixture
def put(database: Database, read):
    async def put(text: str, outlet: str = "Post", day: date | None = date(2025, 3, 17)) -> None:
        async with database.session() as session:
            await add_article(session, ArticleInput(text, outlet, published=day), read)

    return put


@pytest.fixture
def check(database: Database, read):
    async def check(text: str, scope: Scope | None = None, **options) -> CheckedDraft:
        return await check_draft(database, text, read, scope, **options)

    return check


def verdicts(draft: CheckedDraft) -> list[str | None]:
    return [quote.verdict.verdict if quote.verdict else None for quote in draft.quotes]


async def test_every_quote_has_its_place_its_speaker_and_its_verdict(put, check):
    await put(TOLL)
    await put(SLUICE, "Sun")
    draft = await check(
        "It is spring. “we told the hauliers so,” said Ana Ruiz. “The sluice was left open for two nights in "
        "a row,” said Ana Ruiz. “We will raise the bridge toll before the spring, and we told the hauliers "
        "so,” said Ana Ruiz. “The moon is made of green cheese and of nothing else,” said Boris Hale."
    )
    assert verdicts(draft) == ["truncated", "misattributed", "altered", "not_found"]
    for quote in draft.quotes:
        (piece,) = quote.pieces
        assert draft.attributed.text[piece.start : piece.end] == piece.text == quote.words
        assert quote.mention.text == quote.speaker.name == quote.verdict.claim.speaker
    assert (draft.quotes[0].kind, draft.quotes[0].confidence, draft.quotes[0].cue.text) == (
        "direct",
        0.9,
        "said",
    )
    assert draft.quotes[2].verdict.flags == ("negation",)
    assert draft.counts == {
        "verbatim": 0, "truncated": 1, "elided": 0, "altered": 1, "paraphrased": 0, "misattributed": 1,
        "contested": 0, "not_found": 1,
    }  # fmt: skip
    assert (draft.searched.articles, draft.searched.outlets) == (2, 2)
    record = json.loads(json.dumps(draft.to_dict()))
    assert record["quotes"][1]["verdict"]["evidence"][0]["report"]["speaker"] == "Boris Hale"
    assert record["quotes"][1]["pieces"][0]["start"] == draft.quotes[1].pieces[0].start


async def test_the_most_urgent_comes_first(put, check):
    await put(TOLL)
    await put("“The sluice was left open for two nights in a row,” said Boris Hale.", "Sun")
    await put("“The sluice was left open for two nights in a row,” said Cleo Marsh.", "Mail")
    draft = await check(
        "“The moon is made of green cheese,” said Boris Hale. "
        "“The sluice was left open for two nights in a row,” said Boris Hale. "
        "“We may not raise the bridge toll before the spring, and we told the hauliers so,” said Ana Ruiz. "
        "“We will not raise the bridge toll before the spring,” said Boris Hale. “we told the hauliers so,” "
        "said Ana Ruiz."
    )
    assert [(quote.number, quote.look) for quote in draft.look_first] == [
        (4, "misattributed"), (3, "altered"), (2, "contested"), (1, "not_found"),
    ]  # fmt: skip
    assert draft.quotes[4].look is None
    assert {quote.look for quote in draft.look_first} <= set(REASONS)


async def test_the_pieces_of_a_split_quote_are_one_claim(put, check):
    await put(TOLL)
    draft = await check(
        "“We will not raise the bridge toll before the spring,” said Ana Ruiz, “and we told the hauliers so.”"
    )
    (quote,) = draft.quotes
    assert quote.verdict.verdict == "verbatim"
    assert [piece.text for piece in quote.pieces] == [
        "“We will not raise the bridge toll before the spring,”", "“and we told the hauliers so.”",
    ]  # fmt: skip


async def test_what_was_put_together_is_weighed_part_by_part(put, check):
    await put(TOLL)
    await put(SLUICE, "Sun")
    toll, sluice = "“We will not raise the bridge toll before the spring,”", SLUICE.partition(" said")[0]
    invented = "“The moon over the estuary is made of green cheese.”"

    async def found(first: str, second: str) -> list[tuple[int, str]]:
        draft = await check(f"{first} said Ana Ruiz, {second}")
        return [(quote.number, quote.verdict.verdict) for quote in draft.quotes]

    assert await found(toll, invented) == [(1, "truncated"), (2, "not_found")]
    assert await found(toll, sluice) == [(1, "truncated"), (2, "misattributed")]
    assert await found(invented, "“The harbour master eats seagulls for breakfast.”") == [(1, "not_found")]
    # Too little to be found by itself.
    assert len(await found(toll, "“it is.”")) == 1
    assert await found(
        "“We may not raise the bridge toll before the spring,”", "“and we told the hauliers so.”"
    ) == [(1, "altered")]


@pytest.mark.parametrize(
    ("paraphrase", "verdict", "flags", "look"),
    [
        # "would" for "will" and the left-out rest are rewording, nothing more.
        ("Ana Ruiz said that they would not raise the bridge toll before the spring.",
         "paraphrased", (), None),
        # No rewording takes a "not" away.
        ("Ana Ruiz said that they would raise the bridge toll before the spring.",
         "paraphrased", ("negation",), "paraphrase_differs"),
        # Two people may well say the same.
        ("Boris Hale said that they would not raise the bridge toll before the spring.",
         "not_found", (), None),
        ("Ana Ruiz said that the weather was lovely on the estuary.", "not_found", (), None),
    ],
)  # fmt: skip
async def test_a_paraphrase_claims_no_words(put, check, paraphrase, verdict, flags, look):
    await put(TOLL)
    (quote,) = (await check(paraphrase)).quotes
    found = quote.verdict
    assert (quote.kind, found.verdict, found.flags, quote.look) == ("indirect", verdict, flags, look)
    for item in (*found.evidence, *found.nearest):
        assert item.relation in ("paraphrase", "unrelated")
        assert item.changes == ()
    if verdict == "paraphrased":
        assert "Post quotes it from Ana Ruiz in quote marks" in found.explanation
        assert found.speaker_confirmed is True
    else:
        assert (found.speakers, found.speaker_confirmed, found.evidence) == ((), None, ())


async def test_another_speaker_of_the_like_is_told_and_is_no_misattribution(put, check):
    await put(TOLL)
    paraphrase = "they will not raise the bridge toll before the spring, and told the hauliers so"
    (quote,) = (await check(f"Boris Hale said that {paraphrase}.")).quotes
    assert quote.verdict.verdict == "not_found"
    assert "Post reports the like from Ana Ruiz." in quote.verdict.explanation
    assert [item.report.speaker for item in quote.verdict.nearest] == ["Ana Ruiz"]


async def test_a_paraphrase_is_backed_by_quotes_and_by_paraphrases(put, check):
    await put("Ana Ruiz said that the toll bridge would be painted green by the hauliers.", "Sun")
    text = "Ana Ruiz said that the toll bridge would be painted green by the hauliers."
    (quote,) = (await check(text)).quotes
    assert quote.verdict.verdict == "paraphrased"
    assert "Sun reports it from Ana Ruiz without quote marks too." in quote.verdict.explanation
    await put("“The toll bridge will be painted green by the hauliers,” said Ana Ruiz.")
    (quote,) = (await check(text)).quotes
    assert [item.report.outlet for item in quote.verdict.evidence] == ["Post", "Sun"], "words in marks first"


async def test_words_in_marks_that_are_only_paraphrased_are_looked_at(put, check):
    await put("Ana Ruiz said that the toll bridge would be painted green by the hauliers.", "Sun")
    draft = await check("“the toll bridge would be painted green by the hauliers,” said Ana Ruiz.")
    assert [(quote.verdict.verdict, quote.look) for quote in draft.quotes] == [
        ("paraphrased", "only_paraphrased")
    ]


async def test_a_contested_paraphrase_is_backed_by_its_own_speaker(put, check):
    for outlet, speaker in (("Post", "Ana Ruiz"), ("Sun", "Boris Hale")):
        await put(TOLL.replace("Ana Ruiz", speaker), outlet)
    text = (
        "Ana Ruiz said that we will not raise the bridge toll before the spring, and we told the hauliers so."
    )
    (quote,) = (await check(text)).quotes
    assert (quote.verdict.verdict, quote.verdict.speaker_confirmed) == ("paraphrased", True)
    assert [item.report.outlet for item in quote.verdict.evidence] == ["Post"]


async def test_other_outlets_that_differ_are_looked_at(put, check):
    await put(TOLL)
    await put(TOLL.replace("will not", "will"), "Sun")
    draft = await check(TOLL)
    assert [(quote.verdict.verdict, quote.look) for quote in draft.quotes] == [("verbatim", "others_differ")]


@pytest.mark.parametrize(
    ("claimed", "look"),
    [
        ("“raise the bridge toll before the spring”", "truncation_reverses"),
        ("“We will not raise the bridge toll before the spring, and we told the drivers so,”",
         "altered_slightly"),
        ("“We will not raise the bridge toll before the spring, and we told the hauliers so, for they had "
         "asked us twice and the council had promised it to them,”", "only_in_part"),
    ],
)  # fmt: skip
async def test_lesser_differences_are_looked_at_too(put, check, claimed, look):
    await put(TOLL)
    (quote,) = (await check(f"{claimed} said Ana Ruiz.")).quotes
    assert quote.look == look


async def test_a_source_that_is_never_named_contradicts_nobody(put, check):
    await put(TOLL)
    (quote,) = (await check("A docker said that we will not raise the bridge toll before the spring.")).quotes
    assert (quote.speaker.type, quote.verdict.claim.speaker) == ("unnamed", None)
    assert quote.verdict.verdict == "paraphrased"


async def test_where_the_engine_cannot_tell_only_the_words_are_checked(put, check):
    await put(TOLL)
    (quote,) = (await check("“we told the hauliers so,” it emerged.")).quotes
    assert (quote.speaker, quote.verdict.verdict, quote.verdict.speaker_confirmed) == (
        None,
        "truncated",
        None,
    )


async def test_kinds_outlet_and_dates_choose(put, check):
    await put(TOLL, "Post", date(2025, 3, 17))
    await put(SLUICE, "Sun", date(2025, 4, 1))
    text = f"Ana Ruiz said that the toll was dear. {TOLL} {SLUICE}"
    assert len((await check(text)).quotes) == 3
    assert len((await check(text, kinds=("direct", "mixed"))).quotes) == 2
    assert verdicts(await check(text, Scope(outlet="post"), kinds=("direct",))) == ["verbatim", "not_found"]
    april = Scope(since=date(2025, 4, 1), until=date(2025, 4, 30))
    draft = await check(text, april, kinds=("direct",))
    assert verdicts(draft) == ["not_found", "verbatim"]
    assert draft.searched.articles == 1
    with pytest.raises(ClaimError, match="later than"):
        await check(text, Scope(since=date(2025, 4, 2), until=date(2025, 4, 1)))


async def test_a_text_without_quotes_and_a_quote_without_words(put, check):
    await put(TOLL)
    draft = await check("Nobody said anything.")
    assert (draft.quotes, draft.look_first, sum(draft.counts.values())) == ((), (), 0)
    assert draft.searched.articles == 1
    draft = await check("“…” said Ana Ruiz.")
    assert [(quote.verdict, quote.look) for quote in draft.quotes] == [(None, None)]
    assert draft.to_dict()["quotes"][0]["verdict"] is None


async def test_too_many_quotes_are_refused_and_progress_is_told(put, check):
    told = []
    await check(f"{TOLL} {SLUICE}", most=2, progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 2), (1, 2), (2, 2)]
    with pytest.raises(TooManyQuotesError, match="has 2 quotes; at most 1 are checked"):
        await check(f"{TOLL} {SLUICE}", most=1)


async def test_a_draft_never_enters_the_archive(put, check):
    await put(TOLL)
    for _ in range(2):
        draft = await check(SLUICE)
        assert verdicts(draft) == ["not_found"]
        assert draft.searched.articles == 1
