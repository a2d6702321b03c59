"""Periods as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.node.alliance.rules import periods


@given(st.sampled_from(periods.KINDS), st.dates(date(1, 1, 1), date(9999, 12, 31)))
def test_what_is_written_is_read_again(kind: periods.Kind, day: date) -> None:
    start = periods.start_of(kind, day)
    assert periods.read(periods.written(kind, start)) == (kind, start)


@pytest.mark.parametrize("text", ["", "26", "2026-Q5", "2026-13", "2026-1", "0000", "2026-07-01", "２０２６", "2026\n"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no period"):
        periods.read(text)
