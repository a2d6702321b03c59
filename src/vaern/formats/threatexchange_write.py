"""Meta's ThreatExchange out: pages of `threat_updates`, as its client and our reader take them.

An indicator holds one value, so that an entry with several becomes several. An opinion is a descriptor of whoever holds
it. A recalled entry is a tombstone.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from vaern.formats.left import Left
from vaern.formats.signals import render
from vaern.formats.spellings import spellings, without_spellings
from vaern.formats.threatexchange import OPINIONS, type_of
from vaern.records import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.records import Entry, Opinion, Signal, Vote

_STATUS: dict[Opinion, str] = {"positive": "MALICIOUS", "negative": "NON_MALICIOUS", "unsure": "UNKNOWN"}
_NUMBERS = frozenset({"creation_time", "last_updated"})


def threat_updates(
    entries: Iterable[Entry], *, following: str = "", owner: str = "", left: Left | None = None
) -> bytes:
    """One page.

    Args:
        entries: of the page.
        following: the whole address of the next page; empty for the last. It holds the asker's key: never log it.
        owner: whose descriptor stands for an entry of which nobody says anything.
        left: what the format could not hold.
    """
    left = left or Left()
    data = [row for entry in entries for row in _rows(entry, owner, left)]
    return msgspec.json.encode({"data": data, **({"paging": {"next": following}} if following else {})})


def _rows(entry: Entry, owner: str, left: Left) -> list[dict[str, Any]]:
    signals = [signal for signal in entry.signals if signal.kind in KINDS]
    if len(signals) < len(entry.signals):
        left.field("values that are no hash of a file")
    if not signals and not entry.recalled:
        left.entry("no signal that ThreatExchange has")
        return []
    left.written += 1
    _count(entry, left)
    if not signals:
        return [{"id": entry.id, "should_delete": True, **_times(entry)}]
    spelled = spellings(entry)
    rows = [_row(entry, signal, render(signal, spelled.get(signal, "")), owner) for signal in signals]
    for number, row in enumerate(rows[1:], start=2):
        row["id"] = f"{entry.id}/{number}"
    return rows


def _row(entry: Entry, signal: Signal, value: str, owner: str) -> dict[str, Any]:
    extra = without_spellings(entry.extra)
    kind = extra.pop("type", "") or type_of(signal.kind)
    row: dict[str, Any] = {"id": entry.id, "indicator": value, "type": kind, **_times(entry)}
    row["should_delete"] = entry.recalled
    if not entry.recalled:
        said = [_descriptor(entry, kind, value, vote.organisation, _status(vote), vote.at) for vote in entry.votes]
        by = owner or entry.source
        row["descriptors"] = {"data": said or [_descriptor(entry, kind, value, by, "UNKNOWN", "")]}
    for name, text in extra.items():
        if name not in row or name == "descriptors":
            row[name] = _as_json(text)
    return row


def _status(vote: Vote) -> str:
    known = vote.opinion == "unsure" and vote.reason and vote.reason not in OPINIONS and vote.reason.isidentifier()
    return vote.reason if known else _STATUS[vote.opinion]


def _descriptor(entry: Entry, kind: str, value: str, who: str, status: str, at: str) -> dict[str, Any]:
    return {
        "id": f"{entry.id}-{who}",
        "raw_indicator": value,
        "type": kind,
        "owner": {"id": who, "name": who},
        "status": status,
        **({"last_updated": _seconds(at)} if at else {}),
    }


def _times(entry: Entry) -> dict[str, int]:
    told = {name: int(entry.extra[name]) for name in _NUMBERS if entry.extra.get(name, "").isdecimal()}
    if entry.updated:
        told.setdefault("last_updated", _seconds(entry.updated))
    return told


def _count(entry: Entry, left: Left) -> None:
    for field in ("classification", "series", "jurisdiction", "basis", "licence", "viewed_by", "ends"):
        left.field(field, getattr(entry, field))
    for field in ("victim_identified", "offender_identified", "distributed"):
        left.field(field, getattr(entry, field) is not None)
    for vote in entry.votes:
        left.field("country, view and class of a vote", vote.country or vote.view or vote.classification)


def _seconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())


def _as_json(text: str) -> Any:
    """A field as the source had it: what was JSON is JSON again."""
    if not text.startswith(("{", "[")) and not text.isdecimal():
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
