"""The standard answers: whole in both languages, and short enough to send."""

from __future__ import annotations

from vaern.node.reports.rules import public_form, standard_answers


def test_each_answer_has_both_languages_and_its_own_code() -> None:
    codes = [answer.code for answer in standard_answers.ANSWERS]
    assert len(set(codes)) == len(codes) >= 5
    for answer in standard_answers.ANSWERS:
        assert set(answer.written) == set(standard_answers.LANGUAGES)
        assert answer.text("en") != answer.text("da")
        assert answer.title("en") != answer.title("da")
        assert all(0 < len(words) < public_form.LONGEST_WORDS for pair in answer.written.values() for words in pair)


def test_none_asks_for_a_name_or_a_copy() -> None:
    never = ("your name", "who are you", "send us the picture", "screenshot", "http")
    assert [
        (answer.code, part)
        for answer in standard_answers.ANSWERS
        for part in never
        if part in answer.text("en").lower()
    ] == []


def test_a_language_that_there_is_none_of_is_answered_in_english() -> None:
    assert standard_answers.text_of("thanks", "fr") == standard_answers.text_of("thanks", "en")
