"""Moments out of range: years near 1 and 9999, which cannot be converted to other time zones. Pure.

A report with one could never be shown, so it is taken in without that moment, which is preserved as text.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from vaern.arrivals import Fault
from vaern.faults import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vaern.arrivals import Account, Arrival, File, IpEvent, Location

    Keep = Callable[[datetime | None, str], datetime | None]

FIRST, END = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""What happened, or is kept, lies from the first up to the end."""


def within(arrival: Arrival) -> tuple[Arrival, tuple[Fault, ...]]:
    """Return an arrival without moments out of bounds, and the faults; removed moments are in `unknown`."""
    if all(FIRST <= moment < END for moment in _moments(arrival)):
        return arrival, ()
    odd: list[tuple[str, str]] = []

    def keep(moment: datetime | None, path: str) -> datetime | None:
        if moment is None or FIRST <= moment < END:
            return moment
        odd.append((path, moment.isoformat()))
        return None

    kept = replace(
        arrival,
        incident_at=keep(arrival.incident_at, "incident_at"),
        preserved_until=keep(arrival.preserved_until, "preserved_until"),
        locations=tuple(_place(place, f"locations.{n}", keep) for n, place in enumerate(arrival.locations)),
        files=tuple(_file(file, f"files.{n}", keep) for n, file in enumerate(arrival.files)),
        accounts=tuple(_account(account, f"accounts.{n}", keep) for n, account in enumerate(arrival.accounts)),
    )
    faults = tuple(Fault(path, say("years"), fatal=False) for path, _at in odd)
    return replace(kept, unknown=(*arrival.unknown, *odd)), faults


def _moments(arrival: Arrival) -> Iterator[datetime]:
    given = [arrival.incident_at, arrival.preserved_until]
    given += [place.seen_at for place in arrival.locations]
    given += [file.uploaded_at for file in arrival.files]
    given += [file.location.seen_at for file in arrival.files if file.location]
    given += [event.at for account in arrival.accounts for event in account.ip_events]
    given += [event.at for file in arrival.files for event in file.ip_events]
    return (moment for moment in given if moment is not None)


def _place(place: Location, path: str, keep: Keep) -> Location:
    return replace(place, seen_at=keep(place.seen_at, f"{path}.seen_at"))


def _file(file: File, path: str, keep: Keep) -> File:
    location = _place(file.location, f"{path}.location", keep) if file.location else None
    uploaded_at = keep(file.uploaded_at, f"{path}.uploaded_at")
    return replace(file, uploaded_at=uploaded_at, location=location, ip_events=_events(file.ip_events, path, keep))


def _account(account: Account, path: str, keep: Keep) -> Account:
    return replace(account, ip_events=_events(account.ip_events, path, keep))


def _events(events: tuple[IpEvent, ...], path: str, keep: Keep) -> tuple[IpEvent, ...]:
    return tuple(replace(event, at=keep(event.at, f"{path}.ip_events.{n}.at")) for n, event in enumerate(events))
