"""Subsets for tests, who receives them, and what they say on disk."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from tests.node.factories import make_member, make_organisation, make_person, terms, viewer_for
from tests.node.lists.factories import QUALITY

from vaern.matching import List
from vaern.node.base.scope import viewing
from vaern.node.casework.releases.terms import Handling
from vaern.node.lists.rules.subsets import Selection
from vaern.node.lists.subsets import actions
from vaern.node.organisations.rules import OrganisationKind, Role

if TYPE_CHECKING:
    from pathlib import Path

    from vaern.node.lists.models import HashList, ListSubset
    from vaern.node.organisations.viewers import Viewer
    from vaern.records import Entry

OPEN = Selection(frozenset({"open"}))


def platform() -> Viewer:
    made = make_organisation(OrganisationKind.PLATFORM, member=make_member())
    return viewer_for(make_person(Role.MODERATOR, made))


def make_subset(owner: Viewer, hash_list: HashList, name: str = "part", selection: Selection = OPEN) -> ListSubset:
    with viewing(owner.organisation.id):
        return actions.make(owner, QUALITY, hash_list, name, name, selection)


def give(owner: Viewer, subset: ListSubset, *recipients: Viewer) -> None:
    with viewing(owner.organisation.id):
        ends = timezone.now() + timedelta(days=30)
        to = [one.organisation.pk for one in recipients]
        actions.release(owner, QUALITY, subset, to, terms(Handling.AMBER, ends))


def said(folder: Path) -> dict[str, Entry]:
    """All that a list on disk says, by the ids of its entries: what counts, and what was withdrawn."""
    changes, more = List.open(folder, verify=True).changed(most=10_000)
    assert not more
    assert len({one.entry.id for one in changes}) == len(changes)
    return {one.entry.id: one.entry for one in changes}


def live(folder: Path) -> dict[str, Entry]:
    return {ident: entry for ident, entry in said(folder).items() if not entry.recalled}
