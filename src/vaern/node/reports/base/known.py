"""Which items nobody needs to look at: known or seen before, exactly, or near and confirmed by a person.

A perceptual hash that is within reach of a known one says *alike*, not *the same*. One person looks once and says which
(`assessment.confirming`); until then, and if it is another, the item counts as new everywhere: on the sheet, in the
scores, in series, in the cross-check.

What a survivor wishes to be gone is none of that: anybody may send a hash, and its file may have been seen by nobody.
Only a wish that was confirmed spares a look. It is not known either, even then: that somebody looked once does not say
that the child is identified, so it stays in series and in the cross-check.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from vaern.node.reports.rules.marks import Wished

if TYPE_CHECKING:
    from vaern.node.reports.models import Item


NEAR = ("pdq", "vpdq")
"""Kinds of signals that say alike, and not the same."""

KNOWN = ~Q(known_list="") & (~Q(known_kind__in=NEAR) | Q(same=True))
SEEN = ~Q(seen_by="") & (~Q(seen_by__in=NEAR) | Q(same=True))
CONFIRMED = Q(wished=Wished.CONFIRMED.value) & (~Q(wished_by__in=NEAR) | Q(same=True))
SPARED = KNOWN | SEEN | CONFIRMED


def is_known(item: Item) -> bool:
    """Whether it is on a list at hand, as far as anybody may rely on that."""
    return bool(item.known_list) and (item.known_kind not in NEAR or item.same is True)


def is_seen(item: Item) -> bool:
    """Whether an earlier report of the organisation had it."""
    return bool(item.seen_by) and (item.seen_by not in NEAR or item.same is True)


def is_confirmed(item: Item) -> bool:
    """Whether a survivor wishes it to be gone by a hash that was confirmed, as far as anybody may rely on that."""
    return item.wished == Wished.CONFIRMED and (item.wished_by not in NEAR or item.same is True)


def is_spared(item: Item) -> bool:
    """Whether nobody needs to look at it."""
    return is_known(item) or is_seen(item) or is_confirmed(item)


def waits(item: Item) -> bool:
    """Whether a person has to say if it is the same as what it is near to."""
    near = item.known_kind in NEAR or item.seen_by in NEAR or item.wished_by in NEAR
    return near and item.same is None and not is_spared(item)
