"""Moments as documents write them: ISO 8601 with a zone, and XML Schema's forms of it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

_DATE_TIME = re.compile(
    r"(-?)([0-9]{4,})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?",
    re.ASCII,
)
_DATE = re.compile(r"-?([0-9]{4,})-([0-9]{2})-([0-9]{2})(Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII)
_MAX_OFFSET = 14 * 60
_MAX_TEXT = 64


def xsd_date_time(text: str) -> bool:
    """Whether a text is an `xs:dateTime` (XML Schema Part 2, 3.2.7); a zone may be missing."""
    found = _DATE_TIME.fullmatch(text)
    if found is None:
        return False
    year, month, day = (int(found[group]) for group in (2, 3, 4)) if len(text) < _MAX_TEXT else (0, 0, 0)
    hour, minute, second = (int(found[group]) for group in (5, 6, 7))
    is_day = _is_day(year, month, day) and _is_zone(found[9])
    ends_day = hour == 24 and minute == 0 and second == 0 and not (found[8] or "").strip(".0")
    return is_day and (ends_day or (hour < 24 and minute < 60 and second < 60))


def date_of(text: str) -> date | None:
    """The day of an `xs:date`, without its zone; None if it is none or no day of the years 1 to 9999."""
    found = _DATE.fullmatch(text)
    if found is None or len(text) > _MAX_TEXT or text.startswith("-") or not _is_zone(found[4]):
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def moment_of(text: str) -> datetime | None:
    """The moment that an `xs:dateTime` (or ISO 8601 text with `T` or a blank) names, with its zone; else None.

    A moment without zone is None too: nobody knows when that was. Digits beyond microseconds are cut.
    """
    text = text.strip()
    if len(text) > _MAX_TEXT:
        return None
    found = _DATE_TIME.fullmatch(re.sub(r"^(\S{10})[ t]", r"\1T", text).replace("z", "Z"))
    if found is None or found[1] or not found[9] or not xsd_date_time(found[0]):
        return None
    zone = UTC if found[9] == "Z" else timezone(_offset(found[9]))
    fraction = int(((found[8] or ".0")[1:7]).ljust(6, "0"))
    try:
        start = datetime(int(found[2]), int(found[3]), int(found[4]), tzinfo=zone)
        hours, minutes, seconds = int(found[5]), int(found[6]), int(found[7])
        moment = start + timedelta(hours=hours, minutes=minutes, seconds=seconds, microseconds=fraction)
        moment.astimezone(UTC)  # a moment that cannot be compared is none
    except (ValueError, OverflowError):
        return None
    return moment


def unix_moment(seconds: object) -> datetime | None:
    """The moment of a whole number of seconds since 1970, as a number or its text; None if it is none."""
    text = str(seconds).strip()
    if not (text.isascii() and text.isdigit()) or len(text) > 11:
        return None
    return datetime.fromtimestamp(int(text), UTC)


def written(moment: datetime) -> str:
    """A moment as documents are given it: in UTC, to the second or as fine as it is, with `Z`."""
    text = moment.astimezone(UTC).isoformat()
    return text.replace("+00:00", "Z")


def _offset(zone: str) -> timedelta:
    minutes = int(zone[1:3]) * 60 + int(zone[4:6])
    return timedelta(minutes=-minutes if zone[0] == "-" else minutes)


def _is_zone(zone: str | None) -> bool:
    if zone is None or zone == "Z":
        return True
    return int(zone[4:6]) < 60 and abs(_offset(zone)) <= timedelta(minutes=_MAX_OFFSET)


def _is_day(year: int, month: int, day: int) -> bool:
    if not 1 <= month <= 12 or not year:
        return False
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 1 <= day <= (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
