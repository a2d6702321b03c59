"""The standard answers: whole in both languages, and short enough to send."""

from __future__ import annotations

from vaern.node.reports.public import rules, standard


def test_each_answer_has_both_languages_and_its_own_code() -> None:
    codes = [answer.code for answer in standard.ANSWERS]
    assert len(set(codes)) == len(codes) >= 5
    for answer in standard.ANSWERS:
        assert set(answer.written) == set(standard.LANGUAGES)
        assert answer.text("en") != answer.text("da")
        assert answer.title("en") != answer.title("da")
        assert all(0 < len(words) < rules.LONGEST_WORDS for pair in answer.written.values() for words in pair)


def test_none_asks_for_a_name_or_a_copy() -> None:
    never = ("your name", "who are you", "send us the picture", "screenshot", "http")
    assert [
        (answer.code, part) for answer in standard.ANSWERS for part in never if part in answer.text("en").lower()
    ] == []


def test_a_language_that_there_is_none_of_is_answered_in_english() -> None:
    assert standard.text_of("thanks", "fr") == standard.text_of("thanks", "en")
