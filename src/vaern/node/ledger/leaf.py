"""The bytes of a leaf: an entry as canonical JSON (RFC 8785), specified in docs/reference/ledger-format.md.

Implemented twice: in Python for clarity, and as an SQL expression, because the sequencer and `verify` let the database
produce millions of them. A test holds the two equal.
"""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vaern.node.ledger.models import Entry

VERSION = 1
"""Of the form of the leaf; it stands in every leaf as `v`."""

IDS = ("key", "organisation", "owner", "person", "recipient", "salt", "session", "subject")


def leaf_bytes(entry: Entry) -> bytes:
    """Return the bytes of an entry's leaf.

    All members are always present, `null` if the entry has no value. Values are codes, tags, ids as lower-case UUIDs,
    integers below 2^53, digests in lower-case hexadecimal, and the time in UTC with six digits after the seconds; so
    sorting the names is all that RFC 8785 requires.
    """
    members = {
        "act": entry.act,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "count": entry.count,
        "entry": entry.pk,
        "kind": entry.kind,
        "note": None if entry.note is None else bytes(entry.note).hex(),
        "tags": entry.tags,
        "v": VERSION,
        "verb": entry.verb,
        "why": entry.why,
        **{name: None if (id_ := getattr(entry, name)) is None else str(id_) for name in IDS},
    }
    return json.dumps(members, sort_keys=True, separators=(",", ":")).encode("ascii")


def _id(name: str) -> str:
    return f"""coalesce('"' || e.{name} || '"', 'null')"""


LEAF_SQL = f"""
    '{{"act":"' || e.act
    || '","at":"' || to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    || '","count":' || coalesce(e.count::text, 'null')
    || ',"entry":' || e.id
    || ',"key":' || {_id("key")}
    || ',"kind":"' || e.kind
    || '","note":' || coalesce('"' || encode(e.note, 'hex') || '"', 'null')
    || ',"organisation":' || {_id("organisation")}
    || ',"owner":' || {_id("owner")}
    || ',"person":' || {_id("person")}
    || ',"recipient":' || {_id("recipient")}
    || ',"salt":"' || e.salt
    || '","session":' || {_id("session")}
    || ',"subject":' || {_id("subject")}
    || ',"tags":' || coalesce('"' || e.tags || '"', 'null')
    || ',"v":{VERSION},"verb":"' || e.verb
    || '","why":"' || e.why || '"}}'
"""
"""The same text in SQL, of an entry called `e`."""
