import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.scanning.report.display import HIDDEN, LONGEST, duration, moment, number, percent, size, visible

ANY = st.text(st.characters(categories=["L", "N", "C", "Z", "P", "S", "M"]))  # lone surrogates among them


@given(ANY)
def test_nothing_invisible_or_reordering_is_left(text: str) -> None:
    assert not {unicodedata.category(sign) for sign in visible(text)} & HIDDEN


@given(ANY)
def test_what_is_shown_can_be_shown_again_and_encoded(text: str) -> None:
    assert visible(visible(text)) == visible(text)
    visible(text).encode()


@given(st.text(st.characters(categories=["L", "N", "P"]), max_size=LONGEST))
def test_visible_text_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize("sign", "\u202e\u2066\u200f\u200b\ufeff\x00\x1b\n\u2028\ud800\U000e0041")
def test_the_known_tricks_show_their_code_point(sign: str) -> None:
    assert visible(f"a{sign}b") == f"a⟨U+{ord(sign):04X}⟩b"


def test_an_endless_name_is_cut() -> None:
    assert len(visible("a" * 10**6)) < LONGEST + 10


@given(st.integers(0, 10**18))
def test_a_number_keeps_its_digits(value: int) -> None:
    assert int(number(value).replace("\u202f", "")) == value


@given(st.integers(0, 10**15))
def test_a_size_is_within_a_half_of_its_last_digit(count: int) -> None:
    digits, unit = size(count).rsplit("\u202f", 1)
    scale = 1000 ** ["B", "kB", "MB", "GB", "TB"].index(unit)
    assert abs(int(digits.replace("\u202f", "")) * scale - count) <= scale / 2


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_share_says_none_or_all_only_when_it_is(part: int, rest: int) -> None:
    shown = percent(part, part + rest)
    assert (shown == "0\u202f%") == (part == 0)
    assert (shown == "100\u202f%") == (rest == 0 and part > 0)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-11-24T09:04:12Z", "2026-11-24 09:04:12 UTC"),
        ("2026-11-24T09:04:12.5+00:00", "2026-11-24 09:04:12 UTC"),
        ("2026-11-24T09:04:12", "2026-11-24 09:04:12"),
        ("2026-11-24T09:04:12-05:00", "2026-11-24 09:04:12 -05:00"),
        ("2026-11-24", "2026-11-24"),
        ("", ""),
    ],
)
def test_a_moment_keeps_its_offset(text: str, shown: str) -> None:
    assert moment(text) == shown


def test_a_duration_in_hours() -> None:
    assert duration(3723.4) == "1:02:03"
