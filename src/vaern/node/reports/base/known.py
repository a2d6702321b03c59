"""Which items need no viewing: known or seen before, by an exact hit or a near hit that a person confirmed.

A perceptual hash near a known one means *alike*, not *the same*. One person looks once and says which
(`assessment.confirmations`); until then, and if it is another, the item counts as new everywhere: on the sheet, in the
scores, in series, in the cross-check.

A hit with an entry that is disputed, or was recalled since, makes nothing known (`casework.standing`): the item is
looked at as anything new.

A survivor's wish for removal is not knowledge: anybody may send a hash, and nobody may have seen its file. Only a
confirmed wish spares a view. Even then the item does not count as known: that somebody looked once does not mean that
the child is identified, so it stays in series and in the cross-check.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from vaern.node.reports.rules.marks import Wished

if TYPE_CHECKING:
    from vaern.node.reports.models import Item


NEAR = ("pdq", "vpdq")
"""Kinds of signals that say alike, and not the same."""

KNOWN = ~Q(known_list="") & Q(known_fallen="") & (~Q(known_kind__in=NEAR) | Q(same=True))
SEEN = ~Q(seen_by="") & (~Q(seen_by__in=NEAR) | Q(same=True))
CONFIRMED = Q(wished=Wished.CONFIRMED.value) & (~Q(wished_by__in=NEAR) | Q(same=True))
SPARED = KNOWN | SEEN | CONFIRMED


def is_known(item: Item) -> bool:
    """Whether the item is on a loaded list, by a hit that stands and can be relied on."""
    return has_standing(item) and (item.known_kind not in NEAR or item.same is True)


def has_standing(item: Item) -> bool:
    """Whether the item has a hit on a loaded list that stands: neither disputed nor recalled (`casework.standing`)."""
    return bool(item.known_list) and not item.known_fallen


def is_seen(item: Item) -> bool:
    """Whether the item was in an earlier report of the organisation."""
    return bool(item.seen_by) and (item.seen_by not in NEAR or item.same is True)


def is_confirmed(item: Item) -> bool:
    """Whether a survivor asks for its removal by a confirmed hash, by a hit that can be relied on."""
    return item.wished == Wished.CONFIRMED and (item.wished_by not in NEAR or item.same is True)


def is_spared(item: Item) -> bool:
    """Whether the item needs no viewing."""
    return is_known(item) or is_seen(item) or is_confirmed(item)


def waits(item: Item) -> bool:
    """Whether the item has a near hit that a person has yet to confirm or reject."""
    near = (has_standing(item) and item.known_kind in NEAR) or item.seen_by in NEAR or item.wished_by in NEAR
    return near and item.same is None and not is_spared(item)
