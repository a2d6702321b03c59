"""Every change to subsets of lists by those who release them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.casework.models import Release
from vaern.node.casework.releases import actions as releases
from vaern.node.ledger.record import record
from vaern.node.lists.base import elsewhere
from vaern.node.lists.base.disk import follow_soon
from vaern.node.lists.base.recipients import check_licence
from vaern.node.lists.base.subsets import name_taken
from vaern.node.lists.lookups.callers import write_soon as tell_callers
from vaern.node.lists.models import HashList, ListSubset
from vaern.node.lists.rules.lists import NAME
from vaern.node.lists.rules.subsets import SMALL
from vaern.node.lists.subsets import acts
from vaern.node.lists.subsets.counting import keep_count_soon
from vaern.node.organisations.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from vaern.node.casework.releases.terms import Terms
    from vaern.node.ledger.rules import Reason
    from vaern.node.lists.rules.subsets import Selection
    from vaern.node.organisations.viewers import Viewer


@transaction.atomic
def make(
    viewer: Viewer, reason: Reason, hash_list: HashList, name: str, title: str, selection: Selection
) -> ListSubset:
    """Make a subset of a list, which nobody receives yet.

    Raises:
        Refusal: a key makes it; the name is taken, or is none; or it would have all of the list.
    """
    _person(viewer)
    current = releases.locked(viewer, hash_list)
    if not NAME.match(name):
        raise Refusal(_("Small letters, figures and hyphens, at most sixty."), field="name")
    if name_taken(name):
        raise Refusal(_("There is a list or a subset of this name already."), field="name")
    made = ListSubset(
        organisation=viewer.organisation, list=current, name=name, title=title, review_date=current.review_date
    )
    _say(made, selection)
    made.save(force_insert=True)
    _renumber(current)
    keep_count_soon(current)
    record(acts.MADE, made.subject, viewer.actor, reason)
    return made


@transaction.atomic
def change(viewer: Viewer, reason: Reason, subset: ListSubset, title: str, selection: Selection) -> ListSubset:
    """Change which entries a subset has: what leaves it is withdrawn from its recipients, what enters reaches them.

    Raises:
        Refusal: a key changes it, or it would have all of the list.
    """
    _person(viewer)
    current_list = releases.locked(viewer, subset.list)
    current = releases.locked(viewer, subset)
    current.title, current.list = title, current_list
    _say(current, selection)
    current.save(update_fields=["title", "licences", "bases", "jurisdictions"])
    _renumber(current_list)
    keep_count_soon(current_list)
    record(acts.CHANGED, current.subject, viewer.actor, reason)
    return current


def _say(subset: ListSubset, selection: Selection) -> None:
    if not selection.asked:
        raise Refusal(_("Choose by what its entries are told apart. All of the list is released as the list itself."))
    subset.licences, subset.bases = sorted(selection.licences), sorted(selection.bases)
    subset.jurisdictions = sorted(selection.jurisdictions)


def _renumber(hash_list: HashList) -> None:
    if hash_list.stands_change == hash_list.change:  # no entry changes, and what was counted is so still
        hash_list.stands_change += 1
    hash_list.change += 1  # so that what a subset says at each of its releases never changes
    hash_list.save(update_fields=["change", "stands_change"])
    if hash_list.matched <= SMALL:
        follow_soon(hash_list.pk)  # of a large one, which takes minutes, the job of the minute writes the subset


@transaction.atomic
def release(
    viewer: Viewer, reason: Reason, subset: ListSubset, recipients: Sequence[UUID], terms: Terms
) -> list[Release]:
    """Let other organisations receive a subset, with one entry of the ledger for each.

    Raises:
        Refusal: why not: the licence of the list does not cover a recipient, one receives all of the list, or as of
            `releases.release`.
    """
    releases.locked(viewer, subset.list)
    check_licence(subset.list, recipients)
    has_all = Release.valid().filter(kind=HashList.KIND, record=subset.list_id, recipient__in=list(recipients))
    names = Organisation.all_nodes.filter(pk__in=has_all.values("recipient")).order_by("name")
    if having := list(names.values_list("name", flat=True)):
        raise Conflict(_("All of the list is released to %(names)s: recall that first.") % {"names": ", ".join(having)})
    made = releases.release(viewer, subset, recipients, reason, terms)
    elsewhere.released(viewer, reason, subset, made)
    tell_callers()
    return made


def end_release(viewer: Viewer, reason: Reason, subset: ListSubset, recipient: UUID) -> None:
    """End that an organisation receives a subset."""
    releases.recall(viewer, subset, recipient, reason)
    tell_callers()


def _person(viewer: Viewer) -> None:
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
