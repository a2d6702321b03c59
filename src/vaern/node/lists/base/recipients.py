"""To whom entries of a list may go at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.organisations.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from vaern.node.lists.models import HashList


def may_use(hash_list: HashList, kind: str) -> bool:
    """Whether the licence of a list covers organisations of a kind."""
    return not hash_list.licence_kinds or kind in hash_list.licence_kinds


def check_licence(hash_list: HashList, recipients: Sequence[UUID]) -> None:
    """Refuse recipients whose kind of organisation the licence of a list does not cover.

    Raises:
        Refusal: which.
    """
    allowed = set(hash_list.licence_kinds)
    if not allowed:
        return
    others = Organisation.all_nodes.filter(pk__in=list(recipients)).exclude(kind__in=allowed)
    if outside := sorted(others.values_list("name", flat=True)):
        raise Refusal(
            _("The licence of this list does not cover organisations like %(names)s.") % {"names": ", ".join(outside)}
        )
