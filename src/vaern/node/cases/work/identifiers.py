"""The identifiers of a case: sealed, compared by keyed digests, and taken over from the reports that it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from vaern.arrivals import uploaders
from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.sealing import unseal
from vaern.node.cases.base.absorbed import whole
from vaern.node.cases.base.locks import SEALED, digest, locked, sealed, touched
from vaern.node.cases.models import Case, Held, Party
from vaern.node.cases.rules.case import Event
from vaern.node.cases.work import acts
from vaern.node.cases.work.related_records import kin
from vaern.node.crosscheck.base.keys import keys_of
from vaern.node.crosscheck.registry import actions as crosscheck
from vaern.node.crosscheck.rules.identifiers import BadIdentifier, Identifier, Kind, normalised
from vaern.node.ledger.record import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.arrivals import Account, Arrival
    from vaern.node.crosscheck.base.keys import Key
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Report

TAKEN_OVER = frozenset({"suspect", "uploader"})
"""Whose identifiers a case takes over from a report: not those of a victim, or of somebody who only received."""


def identifier_of(held: Held) -> Identifier:
    """Return what was sealed of an identifier."""
    return msgspec.json.decode(unseal(held.sealed, SEALED), type=Identifier)


def keys_of_held(held: Held) -> list[Key]:
    """Return the keys of an identifier of a case."""
    return keys_of(identifier_of(held))


@transaction.atomic
def add(viewer: Viewer, reason: Reason, case: Case, identifier: Identifier, party: Party | None = None) -> Held:
    """Add an identifier to a case, and compare it with those of others.

    Raises:
        Refusal: it is there already, or the case's state does not allow it.
    """
    found = locked(viewer, case, Event.EDIT)
    held = _keep(viewer, found, identifier, party=party)
    if held is None:
        raise Conflict(_("This identifier is in the case already."))
    crosscheck.register_keys(found, keys_of(identifier), apart_from=kin(found), by=viewer.actor)
    record(acts.IDENTIFIED, found.subject, viewer.actor, reason, count=1)
    touched(found)
    return held


@transaction.atomic
def remove(viewer: Viewer, reason: Reason, case: Case, held: Held) -> None:
    """Take an identifier out of a case that does not belong there; it is compared no longer.

    Raises:
        Refusal: it is gone, or the case's state does not allow it.
    """
    found = locked(viewer, case, Event.EDIT)
    gone = Held.of(case__in=whole(found)).filter(pk=held.pk).select_related("case").first()
    if gone is None:
        raise Conflict(_("It is not there any more."))
    keys, held_by = set(keys_of_held(gone)), gone.case
    gone.delete()
    others = {key for one in Held.of(case=held_by) for key in keys_of_held(one)}
    crosscheck.drop(held_by, keys - others, by=viewer.actor)
    record(acts.IDENTIFIER_REMOVED, found.subject, viewer.actor, reason)
    touched(found)


def take_over(viewer: Viewer, reason: Reason, case: Case, report: Report, arrival: Arrival) -> int:
    """Take over what a report says of suspects and uploaders, in the caller's transaction; return how many were new.

    The caller enrols them: a transaction enrols once.
    """
    accounts = [*arrival.accounts, *uploaders(arrival)]
    found = [one for account in accounts if account.role in TAKEN_OVER for one in of_account(account)]
    new = sum(_keep(viewer, case, one, report=report) is not None for one in dict.fromkeys(found))
    if new:
        record(acts.IDENTIFIED, case.subject, viewer.actor, reason, count=new)
    return new


def of_account(account: Account) -> Iterator[Identifier]:
    """Yield the identifiers of an account as it arrived; malformed values are left in the report."""
    given: list[tuple[Kind, str, dict[str, Any]]] = [
        *((Kind.EMAIL, email, {}) for email in account.emails),
        *((Kind.PHONE, phone, {}) for phone in account.phones),
        *((Kind.ADDRESS, event.ip, {"port": event.port, "at": event.at}) for event in account.ip_events),
    ]
    if account.service and (account.identifier or account.screen_name):
        given.insert(0, (Kind.ACCOUNT, account.identifier or account.screen_name, {"service": account.service}))
    for kind, value, more in given:
        try:
            yield normalised(kind, value, **more)  # type: ignore[arg-type]
        except BadIdentifier:
            continue


def enter(arrived: Case, identifier: Identifier, party: Party | None) -> None:
    """Enter an identifier that came along into a case that arrived, once."""
    text = msgspec.json.encode(identifier).decode()
    if Held.of(case=arrived).filter(digest=digest(text)).exists():
        return
    Held.everywhere.create(
        case=arrived,
        organisation_id=arrived.organisation_id,
        kind=identifier.kind.value,
        sealed=sealed(text),
        digest=digest(text),
        missing=list(identifier.missing),
        party=party,
    )


def _keep(
    viewer: Viewer, case: Case, identifier: Identifier, *, party: Party | None = None, report: Report | None = None
) -> Held | None:
    text = msgspec.json.encode(identifier).decode()
    if party is not None and party.case_id not in {one.pk for one in whole(case)}:
        raise Refusal(_("That person is in another case."))
    if Held.of(case=case).filter(digest=digest(text)).exists():
        return None
    held: Held = Held.everywhere.create(
        case=case,
        organisation_id=case.organisation_id,
        kind=identifier.kind.value,
        sealed=sealed(text),
        digest=digest(text),
        missing=list(identifier.missing),
        party=party,
        report=report,
        added_by=viewer.person,
    )
    return held
