"""Turn findings and report items into new members: the values that link them and the columns to store."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from vaern.matching.grouping import Values, values_of
from vaern.node.base.sealing import seal
from vaern.node.crosscheck.base.keys import Key, key_of
from vaern.node.reports.base.content import item_of
from vaern.node.reports.base.known import has_standing, is_known
from vaern.node.scans.traits import YEARS, traits_of
from vaern.node.victims.grouping.traits import camera_key, camera_text, place_key
from vaern.node.victims.models.series import PLACE
from vaern.records import DIGEST_KINDS, Signal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.reports.models import Item
    from vaern.node.scans.models import Finding

MOST_VALUES = 600
"""PDQ values of one file that are kept: an animation has many frames."""


@dataclass(frozen=True)
class Newcomer:
    """A file that is to become a member.

    Attributes:
        values: by what it is linked.
        columns: of `models.Member`: source, digests, traits.
        keys: by which the cross-check finds it.
        synthetic: it is.
    """

    values: Values
    columns: dict[str, Any]
    keys: tuple[Key, ...] = ()
    synthetic: bool = False


def of_finding(finding: Finding, *, synthetic: bool) -> Newcomer:
    """Return a finding of a scan as a newcomer."""
    traits = traits_of(finding)
    camera = camera_key(traits)
    signals = [*_digests(finding), *_perceptual(finding)]
    taken, local = traits.taken, False
    if taken is None and traits.taken_local:
        taken, local = _local(traits.taken_local)
    columns = {
        "source": "finding",
        "scan_id": finding.scan_id,
        "finding_id": finding.pk,
        "camera_key": camera,
        "lens_key": traits.lens_key,
        "name_key": traits.name_pattern_key,
        "folder_key": traits.folder_key,
        "make": traits.make[:100],
        "model": traits.model[:100],
        "lens": traits.lens[:100],
        "taken": taken,
        "taken_local": local,
        "mime": finding.mime,
        "size": finding.size,
        "verdict": "new" if finding.fallen else finding.verdict,
    }
    if traits.place is not None:
        columns |= {"place": seal(json.dumps(traits.place), PLACE), "place_key": place_key(traits.place)}
    return _newcomer(signals, camera, columns, camera_text(traits) if camera else "", synthetic=synthetic)


def of_item(item: Item, *, synthetic: bool) -> Newcomer | None:
    """Return an item of a report as a newcomer; None for one that has no file, or a file without a signal."""
    file = item_of(item).file
    if file is None or not file.signals:
        return None
    columns = {
        "source": "report_item",
        "report_id": item.report_id,
        "item_id": item.pk,
        "mime": item.mime,
        "size": item.size,
        "verdict": "known" if is_known(item) else "near" if has_standing(item) and item.same is None else "new",
    }
    return _newcomer(file.signals, None, columns, "", synthetic=synthetic)


def of_signals(signals: Iterable[Signal], *, synthetic: bool) -> Newcomer:
    """Return signals that a person wrote down, or that somebody sent, as a newcomer."""
    return _newcomer(list(signals), None, {"source": "hash"}, "", synthetic=synthetic)


def _newcomer(
    signals: Iterable[Signal], camera: bytes | None, columns: dict[str, Any], text: str, *, synthetic: bool
) -> Newcomer:
    values = values_of(signals, camera or b"")
    values = values._replace(upright=values.upright[:MOST_VALUES], turned=values.turned[:MOST_VALUES])
    digests = {kind: value for kind, value in values.exact if kind in DIGEST_KINDS}
    keys = [key_of(kind, value) for kind, value in digests.items()]
    keys += [key_of("pdq", value) for value in values.upright[:1]]
    keys += [key_of("camera_serial", text)] if text else []
    return Newcomer(values, columns | digests, tuple(keys), synthetic)


def _digests(finding: Finding) -> list[Signal]:
    held = ((kind, getattr(finding, kind)) for kind in DIGEST_KINDS)
    return [Signal(kind, bytes(value)) for kind, value in held if value is not None]


def _perceptual(finding: Finding) -> list[Signal]:
    return [
        Signal(
            given["kind"],
            bytes.fromhex(given["value"]),
            given.get("quality"),
            given.get("orientation") or "upright",
            given.get("region") or "whole",
            given.get("frame") or 0,
        )
        for given in finding.perceptual
        if given["kind"] in {"pdq", "vpdq"}
    ]


def _local(text: str) -> tuple[datetime | None, bool]:
    """A time without an offset, read as if it were UTC; None where it is none, or the clock cannot be right."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None, False
    if moment.year not in YEARS:
        return None, False
    return moment.replace(tzinfo=UTC), True
