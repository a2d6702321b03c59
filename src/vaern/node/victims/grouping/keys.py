"""Register the cross-check keys of a series: exact digests, PDQ and camera of every member."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.crosscheck.registry import statements
from vaern.node.crosscheck.registry.actions import drop, keys_of, of_record, register_keys, withdraw
from vaern.node.victims.sharing.updates import heard_of, tell_what_is_known

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from vaern.node.crosscheck.base.keys import Key
    from vaern.node.victims.models import Series


def settle(
    series: Mapping[UUID, Series], fresh: Mapping[UUID, Iterable[Key]], handed: Sequence[tuple[Series, Series]] = ()
) -> None:
    """Register the keys of several series, and hand over those of absorbed ones; all are locked before the first is.

    Args:
        series: the standing ones, by id.
        fresh: what came to each.
        handed: absorbed series, in the order in which they were, and what took them over.
    """
    wanted = {id: set(each) for id, each in fresh.items()}
    gone = []
    heard: dict[UUID, dict[UUID, bool]] = {}
    for absorbed, kept in handed:
        heard.setdefault(kept.pk, {}).update({**heard.pop(absorbed.pk, {}), **heard_of(absorbed)})
        enrolment = of_record(absorbed).first()
        keys = wanted.pop(absorbed.pk, set()) | (set(keys_of(enrolment)) if enrolment else set())
        wanted.setdefault(kept.pk, set()).update(keys)
        gone += [absorbed] if enrolment else []
    statements.lock(set().union(*wanted.values()) if wanted else set())
    for one in gone:
        withdraw(one)
    for id in sorted(wanted):
        if wanted[id]:
            _enrol(series[id], wanted[id], heard.get(id, {}))


def hand_back(kept: Series, restored: Series, returned: Iterable[Key], left: Iterable[Key]) -> None:
    """Hand keys back along with members; `kept` loses those that none of its remaining files has."""
    back, stay = set(returned), set(left)
    statements.lock(back | stay)
    heard = heard_of(kept)
    drop(kept, back - stay)
    if back:
        _enrol(restored, back, heard)


def _enrol(series: Series, keys: Iterable[Key], heard: Mapping[UUID, bool]) -> None:
    """Register keys; if by them a series meets one whose child is known, its search stops."""
    before = {**heard, **heard_of(series)}
    register_keys(series, keys)
    tell_what_is_known(series, before)
