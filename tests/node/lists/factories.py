"""Lists, entries and files for tests: random hashes, fictional organisations."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from tests.node.factories import make_organisation, make_person, viewer_for

from vaern.node.base.scope import viewing
from vaern.node.ledger.rules import Reason, Why
from vaern.node.lists.curation import actions
from vaern.node.lists.curation.actions import ListTerms
from vaern.node.lists.intake import actions as intakes
from vaern.node.lists.intake import reading, taking
from vaern.node.lists.rules.lists import Holds, Purpose
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.records import Entry, Signal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.lists.models import HashList, ListEntry, ListIntake
    from vaern.node.organisations.viewers import Viewer

QUALITY = Reason(Why.LIST_QUALITY, "in a test")


def curator(**fields: Any) -> Viewer:
    """Return a curator of a hotline of their own, or of the organisation that is given."""
    organisation = fields.pop("organisation", None) or make_organisation(OrganisationKind.HOTLINE, **fields)
    return viewer_for(make_person(Role.CURATOR, organisation))


def make_list(viewer: Viewer, name: str = "known", **terms: Any) -> HashList:
    """Make an empty list of a viewer's organisation."""
    holds, purpose = Holds(terms.pop("holds", "files")), Purpose(terms.pop("purpose", "known"))
    wishes = terms.pop("wishes", None)
    with viewing(viewer.organisation.id):
        given = ListTerms(title=terms.pop("title", name), **terms)
        return actions.make(viewer, QUALITY, name, holds, purpose, given, wishes)


def digest(text: str, kind: str = "sha256") -> Signal:
    """Return a digest that stands for nothing."""
    return Signal(kind, hashlib.new(kind, text.encode()).digest())


def entry_of(ident: str, *signals: Signal, **fields: Any) -> Entry:
    """Return an entry with one digest of its id, or with the signals given."""
    return Entry(ident, signals or (digest(ident),), **fields)


def add(viewer: Viewer, hash_list: HashList, *entries: Entry) -> list[ListEntry]:
    """Add entries by hand."""
    with viewing(viewer.organisation.id):
        hash_list.refresh_from_db()
        return [actions.add_entry(viewer, QUALITY, hash_list, one) for one in entries]


def vics(rows: Sequence[dict[str, Any]]) -> bytes:
    """Return a VICS 2.0 document of media."""
    context = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Media"
    return json.dumps({"@odata.context": context, "value": rows}).encode()


def send(
    viewer: Viewer, hash_list: HashList, content: bytes, *, whole: bool = False, take: bool = True, agree: bool = True
) -> ListIntake:
    """Send a file for a list, have it read, and take it; a second person agrees where one has to."""
    with viewing(viewer.organisation.id):
        intake = intakes.begin(viewer, QUALITY, hash_list, len(content), whole=whole)
        intakes.add_piece(intake, content, 0)
        reading.read(intake.pk)
        intake.refresh_from_db()
        if take and intake.state == "ready":
            intakes.take(viewer, QUALITY, intake)
            intake.refresh_from_db()
            if intake.state == "held" and agree:
                intakes.confirm(curator(organisation=viewer.organisation), QUALITY, intake)
            taking.take(intake.pk)
            intake.refresh_from_db()
    return intake
