"""The history on a record's page: what was done to it, and to whom it was released on which terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from vaern.node.casework.kinds import recipients
from vaern.node.casework.releases.terms import known_transfers
from vaern.node.ledger.rules import acts as known_acts
from vaern.node.organisations.models import Organisation, Person
from vaern.node.web.components import Event, Timeline
from vaern.node.web.reasons import why_label
from vaern.proofs import tags

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from vaern.node.casework.models import Casework
    from vaern.node.ledger.models import Entry


def history(record: Casework, called: str, entries: Iterable[Entry], title: str = "") -> Timeline:
    """Return the history part of a record's page; arguments as for `happenings`."""
    return Timeline(happenings(record, called, entries), title or _("What was done to it"))


def happenings(record: Casework, called: str, entries: Iterable[Entry]) -> list[Event]:
    """Return ledger entries as sentences; only people of the owner's organisation are named.

    Args:
        record: what the entries are about.
        called: its name in its own organisation: a reference, a code.
        entries: of the ledger, in display order.
    """
    entries = list(entries)
    with scopes_disabled():
        own = Person.everybody.filter(organisation=record.organisation_id)
        people = _names(own, {entry.person for entry in entries})
        organisations: dict[UUID | None, str] = {record.organisation_id: str(record.organisation)}
        named = {id for e in entries for id in (e.organisation, e.recipient)}
        organisations |= _names(Organisation.all_nodes, named - organisations.keys())
    for id, name in recipients({e.recipient for e in entries if e.recipient} - organisations.keys()).items():
        organisations[id] = name
    found = []
    for entry in entries:
        act = known_acts().get(entry.act)
        who = people.get(entry.person) or organisations.get(entry.organisation) or _("The node")
        sentence = _(act.sentence) if act else entry.act
        given = {
            "person": who,
            "subject": called,
            "recipient": organisations.get(entry.recipient, ""),
            "count": entry.count or 0,
        }
        found.append(Event(entry.at, sentence.format(**given), note=_note(entry)))
    return found


def _note(entry: Entry) -> str:
    """Return the reason and, for a release, the ground of a transfer to another country."""
    cites = known_transfers().cites(tags.read(entry.tags).get("transfer", ""))
    return "; ".join(filter(None, (why_label(entry.why), cites)))


def _names(manager: Any, ids: set[UUID | None]) -> dict[UUID | None, str]:
    wanted = [id for id in ids if id]
    return {row.pk: str(row) for row in manager.filter(pk__in=wanted).only("name")} if wanted else {}
