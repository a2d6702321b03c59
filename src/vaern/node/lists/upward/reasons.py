"""A source's own reasons for a no, asked of it once a day: they are its words, and not ours to make up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.client.http import ClientError
from vaern.node.base.refusals import Conflict
from vaern.node.base.sealing import Unsealable
from vaern.node.lists.models import ListSource
from vaern.node.lists.rules.sources import SourceKind
from vaern.node.lists.rules.upward import GIVES_REASONS, TYPES
from vaern.node.lists.sources import services

if TYPE_CHECKING:
    from collections.abc import Collection

Reasons = dict[str, dict[str, str]]
"""By kind of hash: the source's id of each reason, by its words."""


def reasons_for(source: ListSource, kinds: Collection[str]) -> Reasons:
    """Return the reasons that a source gives for kinds of hashes; none where it asks for none.

    What it said today is not asked again. Where it does not answer, what it said last stands.

    Raises:
        Conflict: it does not answer, and never said.
    """
    kind = SourceKind(source.kind)
    if kind not in GIVES_REASONS or not kinds:
        return {}
    today, known = timezone.localdate().isoformat(), source.reasons.get("kinds", {})
    if source.reasons.get("day") == today and known.keys() >= set(kinds):
        return {one: known[one] for one in kinds}
    try:
        client = services.client_of(source, limits=services.TRYING)
        fresh = {one: {why.name: why.guid for why in client.reasons(TYPES[kind][one])} for one in kinds}
    except (ClientError, Unsealable, ValueError) as error:
        if known.keys() >= set(kinds):
            return {one: known[one] for one in kinds}
        raise Conflict(
            _("The source did not say for which reasons one may say no: %(why)s") % {"why": services.words_of(error)}
        ) from None
    kept = fresh if source.reasons.get("day") != today else {**known, **fresh}
    of_today = {"day": today, "kinds": kept}
    same = ListSource.everywhere.filter(pk=source.pk, kind=source.kind, address=source.address, account=source.account)
    same.update(reasons=of_today)
    return fresh
