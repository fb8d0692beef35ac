"""The table of word information counts what is common in English, and nothing of one publisher's."""

from __future__ import annotations

import pytest

from training.word_information import MIN_DOCUMENTS, information


def texts(sources: int) -> list[tuple[str, str]]:
    """Return documents that share one sentence, each among a hundred words of its own."""
    return [
        (
            f"publisher {n % sources}",
            "At the end of the day the herons came back. "
            + " ".join(f"pond{'x' * n}{'y' * m}" for m in range(100)),
        )
        for n in range(MIN_DOCUMENTS * 2)
    ]


def test_a_set_phrase_tells_less_than_its_words():
    listed = information(iter(texts(sources=5)))
    assert listed["the",] < listed["herons",]
    phrase = ("herons", "came", "back")
    assert listed[phrase] < sum(listed[word,] for word in phrase) - 4
    assert not any("pond" in word for gram in listed for word in gram), "what one document says is not listed"


@pytest.mark.parametrize("sources", [1, 2])
def test_what_only_one_or_two_publishers_print_is_no_common_english(sources):
    with pytest.raises(ValueError, match="no word"):
        information(iter(texts(sources)))
