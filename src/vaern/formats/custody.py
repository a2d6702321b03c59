"""The chain of custody as records that anybody can check: canonical JSON (RFC 8785), each event over the one before.

An event is a JSON object. Its hash is the SHA-256 of its canonical form, in which `previous` is the hash of the event
before it, so that a changed, removed, added or reordered event is found and named. What a chain cannot show by itself,
that its end was cut off, shows against heads that were kept elsewhere: those in the ledger, or under a time stamp.
`docs/reference/evidence-bag.md` says the same in words.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import msgspec
import rfc8785

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FORMAT = "vaern-custody/1"
HEAD = 40
"""Hexadecimal digits of a hash that stand in the ledger: 160 bits, as much as an entry's tag holds."""

REGISTERED, CORRECTED = "registered", "corrected"
"""Kinds of events that say what the evidence is: `said.facts` is the digest of that."""


class Link(msgspec.Struct, frozen=True):
    """One event and its hash.

    Attributes:
        event: `evidence`, `number`, `kind`, `at`, `by`, `previous`, `said`, `salt`.
        hash: SHA-256 of the event's canonical form; hexadecimal.
    """

    event: dict[str, Any]
    hash: str


class Break(msgspec.Struct, frozen=True):
    """Where a chain is not whole.

    Attributes:
        number: of the event; 0 for the evidence as a whole.
        reason: as a sentence goes on after “event 3 ”.
    """

    number: int
    reason: str

    def __str__(self) -> str:
        """As it is printed."""
        return f"event {self.number} {self.reason}" if self.number else self.reason


def digest(value: Any) -> str:
    """SHA-256 of the canonical form of a JSON value; hexadecimal.

    Raises:
        ValueError: it has no canonical form, as a number beyond 2^53 or half a character.
    """
    try:
        return hashlib.sha256(rfc8785.dumps(value)).hexdigest()
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise ValueError(f"no canonical form: {error}") from error


def link(evidence: str, previous: Link | None, kind: str, at: str, by: str, said: Mapping[str, Any], salt: str) -> Link:
    """The next event of a chain.

    Args:
        evidence: identifier of the evidence.
        previous: the last event; None for the first.
        kind: what happened, as a code.
        at: when; ISO 8601 in UTC.
        by: who wrote it down, as an identifier or a role; never a name.
        said: what was said of it; text, numbers below 2^53, or null.
        salt: hexadecimal and random, so that nobody who sees a hash alone finds the event by guessing.
    """
    event = {
        "evidence": evidence,
        "number": previous.event["number"] + 1 if previous else 1,
        "kind": kind,
        "at": at,
        "by": by,
        "previous": previous.hash if previous else None,
        "said": dict(said),
        "salt": salt,
    }
    return Link(event, digest(event))


def breaks(
    links: Sequence[Link], evidence: str, facts: Any = None, heads: Mapping[int, str] | None = None
) -> list[Break]:
    """Everything that is wrong with a chain.

    Args:
        links: its events, in the order in which they are kept.
        evidence: whose chain it should be.
        facts: what is said of the evidence now; its digest must be the last that the chain has. None: not looked at.
        heads: by number, the first `HEAD` digits of the hash as it was kept elsewhere.
    """
    found = []
    before: Link | None = None
    for place, one in enumerate(links, 1):
        found += [Break(place, reason) for reason in _wrong(one, place, before, evidence)]
        before = one
    if not links:
        found.append(Break(0, "there is no event, and the first one registers the evidence"))
    elif facts is not None and _facts_of(links) != digest(facts):
        found.append(Break(0, "what is said of the evidence is not what its events say"))
    return found + _against(heads or {}, links)


def _wrong(one: Link, place: int, before: Link | None, evidence: str) -> list[str]:
    event, found = one.event, []
    try:
        is_whole = digest(event) == one.hash
    except ValueError:
        is_whole = False
    if not is_whole:
        found.append("was changed: its hash is not that of what it says")
    if event.get("evidence") != evidence:
        found.append("is of other evidence")
    if event.get("number") != place:
        found.append(f"calls itself number {event.get('number')}: events are missing, were added or changed places")
    if event.get("previous") != (before.hash if before else None):
        found.append("does not follow the event before it")
    if (event.get("kind") == REGISTERED) != (place == 1):
        found.append("is not what a chain has at this place: the first event registers, and no other")
    return found


def _facts_of(links: Sequence[Link]) -> Any:
    said = [one.event.get("said") for one in links if one.event.get("kind") in (REGISTERED, CORRECTED)]
    return said[-1].get("facts") if said and isinstance(said[-1], dict) else None


def _against(heads: Mapping[int, str], links: Sequence[Link]) -> list[Break]:
    found = []
    for number, head in sorted(heads.items()):
        if number > len(links):
            found.append(Break(number, "is missing: it was kept elsewhere and is not here"))
        elif links[number - 1].hash[:HEAD] != head:
            found.append(Break(number, "is not the one that was kept elsewhere"))
    return found
