"""Times as Windows keeps them: tenths of a microsecond since 1601, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


def told(ticks: int) -> str | None:
    """As ISO 8601 in UTC; `None` for 0, which stands for no time, and for what is no year."""
    if not ticks:
        return None
    try:
        return (_EPOCH + timedelta(microseconds=ticks // 10)).isoformat(timespec="seconds").replace("+00:00", "Z")
    except OverflowError:
        return None
