"""Changes of what programs may look up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.ledger.record import record
from vaern.node.lists.lookups import acts, callers
from vaern.node.lists.models import LookupPolicy
from vaern.node.organisations.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vaern.lookup.policy import Need
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer


@transaction.atomic
def set_policy(
    viewer: Viewer, reason: Reason, service: str, country: str, needs: Mapping[str, Need], *, coarse: bool
) -> LookupPolicy:
    """Set what the viewer's organisation's programs may conclude from a hit: a new version, which counts at once.

    Raises:
        Refusal: a key sets it.
    """
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    Organisation.objects.select_for_update(no_key=True).get(pk=viewer.organisation.pk)
    last = LookupPolicy.objects.aggregate(last=Max("version"))["last"] or 0
    made: LookupPolicy = LookupPolicy.everywhere.create(
        organisation=viewer.organisation,
        version=last + 1,
        service=service,
        country=country,
        acts={act: msgspec.to_builtins(need) for act, need in needs.items()},
        coarse=coarse,
        by=viewer.person,
    )
    record(acts.POLICY_SET, viewer.organisation.subject, viewer.actor, reason)
    callers.write_soon()
    return made
