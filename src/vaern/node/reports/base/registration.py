"""Registration of a report's keys in the cross-check: only while the report is acted on.

Until a person concludes that it is actionable, a report may be about nothing, so none of its keys are compared. They
are registered on that conclusion, stay while the report is closed after action (others see that it was worked on), and
are withdrawn when it is reassessed, stopped for the law, or erased.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vaern.arrivals import uploaders
from vaern.node.base.sealing import Unsealable
from vaern.node.crosscheck.base import keys
from vaern.node.crosscheck.base.keys import Key, key_of
from vaern.node.crosscheck.registry import actions as registry
from vaern.node.crosscheck.rules import identifiers
from vaern.node.crosscheck.rules.identifiers import Kind
from vaern.node.crosscheck.rules.registry import State as Standing
from vaern.node.reports.base.content import arrival_of, item_of
from vaern.node.reports.base.forwards import kin
from vaern.node.reports.base.known import is_known
from vaern.node.reports.base.precedents import nothing
from vaern.node.reports.models import Item, NearSignal, Report
from vaern.node.reports.rules.states import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from uuid import UUID

    from vaern.arrivals import Account


EXACT = ("md5", "sha1", "sha256")
NOT_COMPARED = frozenset({"reporter"})
"""Roles of accounts that are never compared: who reports has done nothing but that."""


def follow(report: Report) -> None:
    """Update the registration of a report to its state, in the transaction of the act that changed it."""
    state = State(report.state)
    if state is State.IN_ACTION:
        registry.register_keys(report, keys_of(report), state=Standing.OPEN, apart_from=kin(report))
    elif state is State.CLOSED and report.actionable:
        registry.change(report, Standing.CLOSED)
    else:
        registry.withdraw(report)


def forget(report: Report) -> None:
    """Withdraw the keys of a report before it is erased."""
    registry.withdraw(report)


def keys_of(report: Report) -> set[Key]:
    """Return the keys of a report: its locations, files, accounts and network addresses.

    Items concluded as "no action" give no keys. Nor do the digests of files on a list of known material: they
    circulate everywhere, so a hit on them says nothing.
    """
    items = list(Item.of(report=report).filter(~nothing("pk")))
    found = {key for item in items for key in _of_item(item)}
    new = [item for item in items if not is_known(item)]
    looks = NearSignal.of(item__in=new).filter(kind="pdq")
    found |= {key_of("pdq", bytes(value)) for value in looks.values_list("value", flat=True)}
    try:
        arrival = arrival_of(report)
    except Unsealable:  # the page of the report says so
        return found
    for account in (*arrival.accounts, *uploaders(arrival)):
        if account.role not in NOT_COMPARED:
            found |= set(_of_account(account))
    return found


def _of_item(item: Item) -> Iterator[Key]:
    if item.url_key:
        yield key_of("url", bytes(item.url_key))
    if item.host_key:
        yield key_of("host", bytes(item.host_key))
    if not is_known(item):
        for kind in EXACT:
            if value := getattr(item, kind):
                yield key_of(kind, bytes(value))
    try:
        place = item_of(item).location
    except Unsealable:
        return
    if place and place.service.strip() and place.account.strip():
        yield from _keys(Kind.ACCOUNT, place.account, service=place.service)


def _of_account(account: Account) -> Iterator[Key]:
    if account.service.strip() and account.identifier.strip():
        yield from _keys(Kind.ACCOUNT, account.identifier, service=account.service)
    for address in account.emails:
        yield from _keys(Kind.EMAIL, address)
    for phone in account.phones:
        yield from _keys(Kind.PHONE, phone)
    for event in account.ip_events:
        yield from _keys(Kind.ADDRESS, event.ip, at=event.at)


def _keys(kind: Kind, text: str, **given: Any) -> list[Key]:
    """Return the keys of an identifier as a sender wrote it; of one that is none of its kind, nothing."""
    try:
        return keys.keys_of(identifiers.normalised(kind, text, **given))
    except identifiers.BadIdentifier:
        return []


def codes(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the codes of reports, by id, for pages that name records of the viewer."""
    return dict(Report.objects.filter(pk__in=list(ids)).values_list("pk", "code"))
