"""The cross-check keys of members, recomputed from what is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.crosscheck.base.keys import Key, key_of
from vaern.node.crosscheck.registry.actions import keys_of, of_record
from vaern.node.scans.traits import traits_of
from vaern.node.victims.grouping.traits import camera_key, camera_text
from vaern.node.victims.models import Member, NearValue
from vaern.records import DIGEST_KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.victims.models import Series


def keys_of_members(series: Series, only: Sequence[int] | None = None) -> set[Key]:
    """Return the keys of the files of a series, or of some of them.

    The camera's comes from the finding: a member keeps no serial number. Where its scan was erased, it has none.
    """
    members = Member.of(series=series)
    members = members if only is None else members.filter(pk__in=list(only))
    found = set()
    for digests in members.values_list(*DIGEST_KINDS).distinct():
        held = zip(DIGEST_KINDS, digests, strict=True)
        found |= {key_of(kind, bytes(value)) for kind, value in held if value is not None}
    values = NearValue.of(member__in=members).filter(kind="pdq").order_by("member", "id").distinct("member")
    found |= {key_of("pdq", bytes(value)) for value in values.values_list("value", flat=True)}
    for member in members.exclude(camera_key=None).exclude(finding=None).select_related("finding"):
        traits = traits_of(member.finding) if member.finding else None
        if traits is not None and camera_key(traits):
            found.add(key_of("camera_serial", camera_text(traits)))
    return found


def shared_keys(left: Series, other: Series, only: Sequence[int] | None = None) -> set[Key]:
    """Return the keys that the files of two series share."""
    gone = keys_of_members(other, only)
    enrolment = of_record(left).first()
    if enrolment is None or not gone:
        return set()
    return gone & set(keys_of(enrolment)) & keys_of_members(left)
