"""What the shapes that hand out the content of a list have in common: who may, spans of time, pages.

An entry counts as changed when the list took it up: that is the moment a page says, whatever its source said of it, for
a client that asks for what is new would miss what came late.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from vaern.formats.ncmec_hashes_write import number_of
from vaern.lookup.callers import LISTS
from vaern.lookup.http import HttpError, lacks

if TYPE_CHECKING:
    from vaern.lookup.callers import Caller
    from vaern.lookup.desk import Desk
    from vaern.matching import List
    from vaern.records import Entry

SECOND = "%Y-%m-%dT%H:%M:%SZ"
FIRST_YEAR, LAST_YEAR = 1970, 2999


class Span(NamedTuple):
    """From a moment on, up to and without another: ISO 8601 in UTC."""

    since: str
    until: str


class Page(NamedTuple):
    """Some changes of a list.

    Attributes:
        entries: as they stand now, `updated` when the list took them up.
        latest: the last of these moments, in seconds since 1970; 0 for none.
        after: where the next page begins; empty for the last.
    """

    entries: list[Entry]
    latest: int
    after: str


def held(desk: Desk, caller: Caller, name: str) -> List:
    """A list that the caller may have the content of, by its name or number.

    Raises:
        HttpError: there is none, or none for this caller.
    """
    if LISTS not in caller.scopes:
        raise lacks(LISTS)
    for one in desk.engine.snapshot.named():
        if one.name in caller.holds and name in {one.name, number_of(one.name)}:
            return one
    raise HttpError(404, "There is no such list, or the key does not hold it.")


async def page(  # noqa: PLR0913 - who asks, for what, and how far
    desk: Desk, caller: Caller, protocol: str, list_: List, span: Span, after: str, most: int
) -> Page:
    """Hand out a page of changes, once that is written down.

    Raises:
        HttpError: `after` is no place to go on from.
    """
    desk.begin(caller, 1)
    list_.refuse_stopped()
    try:
        changes, following = list_.changed(span.since, span.until, after, most)
    except ValueError as error:
        raise HttpError(400, "That is no place to go on from.") from error
    await desk.handed_out(caller, protocol, list_.name, len(changes))
    moments = [dt.datetime.fromisoformat(change.at) for change in changes]
    entries = [
        msgspec.structs.replace(
            change.entry,
            updated=moment.astimezone(dt.UTC).strftime(SECOND),
            extra={name: text for name, text in change.entry.extra.items() if name not in _MOMENTS},
        )
        for change, moment in zip(changes, moments, strict=True)
    ]
    return Page(entries, int(max(moments).timestamp()) if moments else 0, following)


_MOMENTS = frozenset({"timestamp", "lastModtimestamp", "last_updated", "creation_time"})
"""What formats keep of their source's own moments."""


def moment_of(text: str, place: str) -> str:
    """A moment of a query as ISO 8601 in UTC; one without an offset is in UTC.

    Raises:
        HttpError: it is none.
    """
    try:
        moment = dt.datetime.fromisoformat(text.strip().replace(" ", "+"))
    except ValueError as error:
        raise HttpError(400, f"{place} is no moment as 2026-01-31T12:30:00Z.") from error
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise HttpError(400, f"{place} lies outside of the years {FIRST_YEAR} to {LAST_YEAR}.")
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(dt.UTC).isoformat()


def seconds_of(text: str, place: str) -> str:
    """A number of seconds since 1970 as ISO 8601 in UTC.

    Raises:
        HttpError: it is none.
    """
    number = whole(text, place, 0, 32_000_000_000)
    return dt.datetime.fromtimestamp(number, dt.UTC).isoformat()


def whole(text: str, place: str, least: int, most: int) -> int:
    """A whole number of a query.

    Raises:
        HttpError: it is none, or beyond its bounds.
    """
    if not (text.isascii() and text.isdecimal() and len(text) <= 12 and least <= int(text) <= most):
        raise HttpError(400, f"{place} is no whole number from {least} to {most}.")
    return int(text)


def now() -> str:
    """This moment."""
    return dt.datetime.now(dt.UTC).isoformat()
