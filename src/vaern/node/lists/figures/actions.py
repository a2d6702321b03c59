"""A curator publishes the error rates of a list, or ends that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.casework.releases import actions as releases
from vaern.node.ledger.record import record
from vaern.node.lists.figures import acts

if TYPE_CHECKING:
    from vaern.node.ledger.rules import Act, Reason
    from vaern.node.lists.models import HashList
    from vaern.node.organisations.viewers import Viewer


@transaction.atomic
def publish(viewer: Viewer, reason: Reason, hash_list: HashList) -> HashList:
    """Publish the error rates of a list, of all closed months and of those to come.

    Raises:
        Refusal: a key decides, the list is not theirs, or they are published.
    """
    return _set(viewer, reason, hash_list, acts.PUBLISHED, published=True)


@transaction.atomic
def withdraw(viewer: Viewer, reason: Reason, hash_list: HashList) -> HashList:
    """Publish them no longer. What others have copied stays with them.

    Raises:
        Refusal: a key decides, the list is not theirs, or they are not published.
    """
    return _set(viewer, reason, hash_list, acts.WITHDRAWN, published=False)


def _set(viewer: Viewer, reason: Reason, hash_list: HashList, act: Act, *, published: bool) -> HashList:
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    current: HashList = releases.locked(viewer, hash_list)
    check(current, published=not published)
    current.figures = published
    current.save(update_fields=["figures"])
    record(act, current.subject, viewer.actor, reason)
    return current


def check(hash_list: HashList, *, published: bool) -> None:
    """Refuse unless the error rates of a list are published, or are not.

    Raises:
        Conflict: why not.
    """
    if hash_list.figures and not published:
        raise Conflict(_("The error rates of this list are published already."))
    if published and not hash_list.figures:
        raise Conflict(_("The error rates of this list are not published."))
