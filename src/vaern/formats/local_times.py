"""Moments as systems write them for their own people: without a zone, or with the day first. Nothing is guessed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

_OFFSET = re.compile(r"([+-])([0-9]{2}):([0-5][0-9])", re.ASCII)
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?", re.ASCII)
_SIGNED = re.compile(
    r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})(?:[Tt ]|, )+([0-9]{1,2})[:.]([0-9]{2})(?:[:.]([0-9]{2}))?", re.ASCII
)
_LONGEST = 64


def zone_of(name: str) -> tzinfo | None:
    """The zone of a name as `Europe/Copenhagen`, or an offset as `+01:00`; None if there is none."""
    if (offset := _OFFSET.fullmatch(name)) and int(offset[2]) <= 14:
        away = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        return timezone(-away if offset[1] == "-" else away)
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_+/-]{1,63}", name, re.ASCII):
        return None
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        return None


def is_zone(name: str) -> bool:
    """Whether `zone_of` knows it."""
    return zone_of(name) is not None


def local_moment(text: str, form: str) -> datetime | None:
    """A moment without zone, to the second: `iso`, `day_first` or `month_first`; None if it is none, or a day alone."""
    text = text.strip()
    said = (_ISO if form == "iso" else _SIGNED).fullmatch(text) if len(text) <= _LONGEST else None
    if said is None:
        return None
    first, second, third, hour, minute, seconds = (int(one or 0) for one in said.groups())
    year, month, day = {
        "iso": (first, second, third),
        "day_first": (third, second, first),
        "month_first": (third, first, second),
    }[form]
    try:
        return datetime(year, month, day, hour, minute, seconds)  # noqa: DTZ001 - the zone is stated beside it
    except ValueError:
        return None


def placed(moment: datetime, zone: tzinfo) -> datetime | None:
    """A moment without zone in its zone; None if clocks there showed it twice or never."""
    try:
        early, late = moment.replace(tzinfo=zone, fold=0), moment.replace(tzinfo=zone, fold=1)
        if early.utcoffset() != late.utcoffset():
            return None
        return early.astimezone(UTC)
    except OverflowError:
        return None
