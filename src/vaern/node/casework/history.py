"""What a page says of one record's past: what was done to it, and to whom it was shown on which terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from vaern.node.casework.releases.terms import known_transfers
from vaern.node.ledger import tags
from vaern.node.ledger.rules import acts as known_acts
from vaern.node.organisations.models import Organisation, Person
from vaern.node.web.components import Event, Timeline
from vaern.node.web.reasons import why_label

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from vaern.node.casework.models import Casework
    from vaern.node.ledger.models import Entry


def history(record: Casework, called: str, entries: Iterable[Entry], title: str = "") -> Timeline:
    """Return the part of a record's page that says what was done to it; arguments as of `happenings`."""
    return Timeline(happenings(record, called, entries), title or _("What was done to it"))


def happenings(record: Casework, called: str, entries: Iterable[Entry]) -> list[Event]:
    """Return entries of the ledger as sentences; people of other organisations than the owner's are not named.

    Args:
        record: what the entries are about.
        called: how its own organisation calls it: a reference, a code.
        entries: as the ledger has them, in the order in which they are shown.
    """
    entries = list(entries)
    with scopes_disabled():
        own = Person.everybody.filter(organisation=record.organisation_id)
        people = _names(own, {entry.person for entry in entries})
        organisations = _names(Organisation.objects, {id for e in entries for id in (e.organisation, e.recipient)})
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
    """Return why something was done and, of a release, on what ground it went to another country."""
    cites = known_transfers().cites(tags.read(entry.tags).get("transfer", ""))
    return "; ".join(filter(None, (why_label(entry.why), cites)))


def _names(manager: Any, ids: set[UUID | None]) -> dict[UUID | None, str]:
    return {row.pk: str(row) for row in manager.filter(pk__in=[id for id in ids if id])}
