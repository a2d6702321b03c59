"""What the gate says of an upload, and whether it may be stored. Pure rules.

| first that holds | verdict | stored |
|---|---|---|
| the lists could not be asked | `unasked` | as `on_error` says |
| something in it is on a list, or looks alike | `match` | only if no hit is as sure as `refuse` says |
| something in it could not be read or decoded | `unread` | as `on_error` says |
| something in it may hold pictures and is not looked into | `unopened` | as `unopened` says |
| otherwise | `no match` | yes |

What a later line would refuse is refused too where an earlier one names the verdict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from vaern.records import Media

if TYPE_CHECKING:
    from collections.abc import Sequence

Grade = Literal["", "near", "known"]
"""How sure it is that something is on a list: not at all; a person has to look; the same bytes."""

Outcome = Literal["match", "no match", "unread", "unopened", "unasked"]
Choice = Literal["allow", "deny"]

OF_ACTS: dict[str, Grade] = {"queue": "near", "block": "known", "report": "known"}
"""How sure a node is, by what follows of its answer for the key; other acts ask nobody to do anything."""


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator chose.

    Attributes:
        refuse: from which grade on an upload is refused.
        on_error: what becomes of what could not be read, or not be asked about.
        unopened: what becomes of what may hold pictures and is not looked into, such as an encrypted archive.
    """

    refuse: Literal["near", "known"] = "near"
    on_error: Choice = "deny"
    unopened: Choice = "allow"


class Named(msgspec.Struct, frozen=True, omit_defaults=True):
    """A hit, as far as it is told.

    Attributes:
        sha256: of the upload or of what is in it, hexadecimal.
        grade: how sure.
        list, release, entry: what it met; empty where a node tells acts alone.
        kind, distance: of the signals that met.
    """

    sha256: str
    grade: Grade
    list: str = ""
    release: str = ""
    entry: str = ""
    kind: str = ""
    distance: int = 0


class Judged(msgspec.Struct, frozen=True):
    """One file of an upload, the hits of it, and how sure the surest is."""

    media: Media
    grade: Grade = ""
    hits: tuple[Named, ...] = ()


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What the gate answers.

    Attributes:
        verdict: what is known of the upload.
        store: what the operator's policy makes of that.
        why: in a sentence, without anything of the upload.
        sha256: of the upload, hexadecimal; empty if it was not hashed.
        size: bytes; those that came, if it was not hashed.
        files: how many were hashed: the upload, and what is in it.
        matches: the hits.
    """

    verdict: Outcome
    store: bool
    why: str
    sha256: str = ""
    size: int = 0
    files: int = 0
    matches: tuple[Named, ...] = ()


def sha256_of(media: Media) -> str:
    """The SHA-256 of a file, hexadecimal; empty where it could not be read."""
    return next((signal.value.hex() for signal in media.signals if signal.kind == "sha256"), "")


def said(judged: Sequence[Judged], policy: Policy) -> Said:
    """What to say of an upload whose files were looked up, the upload itself the last of them."""
    own = judged[-1].media
    hits = tuple(hit for one in judged for hit in one.hits)
    grades = {one.grade for one in judged} - {""}
    unread = [one.media.unreadable for one in judged if one.media.unreadable]
    unopened = [one.media.unopened for one in judged if one.media.unopened and not one.media.is_media]
    refused = bool(grades) if policy.refuse == "near" else "known" in grades
    refused |= bool(unread) and policy.on_error == "deny"
    refused |= bool(unopened) and policy.unopened == "deny"
    verdict: Outcome = "match" if grades else "unread" if unread else "unopened" if unopened else "no match"
    why = {
        "match": "It is on a list." if "known" in grades else "It looks like something on a list: a person decides.",
        "unread": f"Not all of it could be read: {unread[0]}." if unread else "",
        "unopened": f"Not all of it was looked into: {unopened[0]}." if unopened else "",
        "no match": "No list has it.",
    }[verdict]
    return Said(
        verdict=verdict,
        store=not refused,
        why=why,
        sha256=sha256_of(own),
        size=own.size,
        files=len(judged),
        matches=hits,
    )


def unread(why: str, size: int, policy: Policy) -> Said:
    """What to say of an upload that was not hashed."""
    return Said(verdict="unread", store=policy.on_error == "allow", why=why, size=size)


def unasked(why: str, media: Sequence[Media], policy: Policy) -> Said:
    """What to say of an upload that was hashed, and could not be asked about."""
    return Said(
        verdict="unasked",
        store=policy.on_error == "allow",
        why=why,
        sha256=sha256_of(media[-1]),
        size=media[-1].size,
        files=len(media),
    )
