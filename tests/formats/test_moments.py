"""Moments as documents write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.formats.moments import date_of, moment_of, written, xsd_date_time

OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=OFFSETS)  # noqa: DTZ001


@given(MOMENTS)
def test_what_is_written_is_read_as_the_same_moment(moment: datetime) -> None:
    assert moment_of(written(moment)) == moment
    assert moment_of(moment.isoformat()) == moment
    assert moment_of(f"  {moment.isoformat(sep=' ')} ") == moment
    assert xsd_date_time(written(moment))


@given(MOMENTS)
def test_a_moment_without_zone_is_none(moment: datetime) -> None:
    assert moment_of(moment.replace(tzinfo=None).isoformat()) is None


@given(st.text(max_size=40) | st.from_regex(r"[0-9]{1,9}-[0-9]{2}-[0-9]{2}T[0-9:.]{1,12}(Z|[+-][0-9]{2}:[0-9]{2})"))
def test_no_text_raises_and_a_moment_is_an_xsd_one(text: str) -> None:
    date_of(text)
    if (moment := moment_of(text)) is not None:
        assert moment.tzinfo is not None
        assert moment.astimezone(UTC).year >= 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-31T24:00:00Z", datetime(2026, 2, 1, tzinfo=UTC)),
        ("2026-01-31T12:30:00.1234567899Z", datetime(2026, 1, 31, 12, 30, 0, 123456, tzinfo=UTC)),
        ("2026-01-31t12:30:00z", datetime(2026, 1, 31, 12, 30, tzinfo=UTC)),
    ],
)
def test_odd_but_valid(text: str, expected: datetime) -> None:
    assert moment_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-02-30T00:00:00Z",
        "2026-01-31T24:00:01Z",
        "2026-01-31T12:60:00Z",
        "2026-01-31T12:30:00+14:01",
        "-2026-01-31T12:30:00Z",
        "12026-01-31T12:30:00Z",
        "0001-01-01T00:00:00+14:00",
        "2026-01-31",
        "2026-1-31T12:30:00Z",
        "2026-01-31T12:30:00." + "1" * 90 + "Z",
    ],
)
def test_no_moment(text: str) -> None:
    assert moment_of(text) is None


def test_days() -> None:
    assert str(date_of("2024-02-29+01:00")) == "2024-02-29"
    assert [date_of(text) for text in ("2023-02-29", "-2024-01-01", "12024-01-01", "x", "2024-01-01+99:00")] == [
        None
    ] * 5
