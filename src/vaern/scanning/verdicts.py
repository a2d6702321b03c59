"""What the hits of a file amount to. Pure rules; the table below is the whole of them.

| first that holds | verdict | why in this place |
|---|---|---|
| an exact digest of a list of known material, its entry not disputed | `known` | the same bytes |
| an exact digest of a disputed entry | `near` | somebody says that it does not belong there; a person decides |
| the SHA-256 of a list of known-good files | `ignored` | the same bytes, and nobody can forge it |
| a perceptual hit of a list of known material | `near` | looks alike, or one frame of it does; a person decides |
| any other hit of a list of known-good files | `ignored` | MD5 and SHA-1 can be forged: they never silence a near hit |
| could not be decoded or read | `unreadable` | nobody knows |
| may hold pictures, and is not looked into | `unopened` | nobody looked |
| neither picture nor video | `not media` | |
| otherwise | `new` | |
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.records import DIGEST_KINDS, Finding, Match, Media, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection

SKIPPED = "inode/"
"""How the type of something begins that is no file with content: a link, a device (as freedesktop.org's
shared-mime-info writes them)."""


def finding(
    media: Media, matches: tuple[Match, ...], known_good: Collection[str], more: int = 0, checked: str = ""
) -> Finding:
    """Judge one file.

    Args:
        media: what is known of it.
        matches: the hits that are named.
        known_good: names of the lists of files that are known not to be such material; all others hold known material.
        more: how many hits there are besides.
        checked: as of `Finding`.

    Returns:
        The finding, its matches nearest first, those that decided before others of the same distance, and disputed
        ones after all others.
    """
    hits = [match for match in matches if match.list not in known_good]
    good = [match for match in matches if match.list in known_good]
    verdict, reason = _judge(media, hits, good)
    ordered = (*sorted(hits, key=_nearness), *sorted(good, key=_nearness))
    return Finding(media=media, verdict=verdict, matches=ordered, reason=reason, more=more, checked=checked)


def _judge(media: Media, hits: list[Match], good: list[Match]) -> tuple[Verdict, str]:
    exact = [match for match in hits if match.kind in DIGEST_KINDS]
    if sure := [match for match in exact if not match.disputed]:
        return "known", _same(sure[0])
    if not exact and (proven := [match for match in good if match.kind == "sha256"]):
        return "ignored", f"Known good: the SHA-256 is that of entry {_where(proven[0])}."
    if near := sorted(hits, key=_nearness):
        return "near", _near(near[0])
    if good:
        return "ignored", f"Known good: the {_title(good[0])} meets entry {_where(good[0])}."
    return _unmatched(media)


def _unmatched(media: Media) -> tuple[Verdict, str]:
    if media.mime.startswith(SKIPPED) and not media.unreadable:
        return "not media", "Not a file with content of its own: not followed, not opened."
    if media.unreadable:
        return "unreadable", f"Could not be read: {media.unreadable}."
    if media.unopened and not media.is_media:
        return "unopened", f"Not looked into: {media.unopened}."
    if not media.is_media:
        return "not media", "Neither a picture nor a video, and no list has it."
    return "new", _unlisted(media.notes)


def _unlisted(notes: tuple[str, ...]) -> str:
    if featureless := [note for note in notes if note.startswith("no signal")]:
        return f"No list has its digests; {featureless[0]}, so it could not be compared by look."
    if partly := [note for note in notes if note.startswith(("truncated:", "keyframes", "raw data"))]:
        return f"No list has it; {partly[-1]}."
    return "No list has it."


def _near(match: Match) -> str:
    found = _same(match) if match.kind in DIGEST_KINDS else _alike(match)
    if match.disputed:
        return f"It is disputed whether this entry belongs on its list: a person decides. {found}"
    return found


def _same(match: Match) -> str:
    return f"The {_title(match)} is that of entry {_where(match)}."


def _alike(match: Match) -> str:
    bits = f"{match.distance} of 256 bits differ"
    turned = "" if match.orientation == "upright" else f", {match.orientation}"
    at = "" if match.seconds is None else f" at {match.seconds:.1f} s"
    if match.frame_of == "entry":
        return f"Looks like the frame{at} of the video of entry {_where(match)}: {bits}{turned}."
    if match.frame_of == "file":
        return f"The frame{at} looks like entry {_where(match)}: {bits}{turned}."
    if match.entry_share is not None:
        bits = f"{match.entry_share:.0%} of the entry's frames are met, at a median of {match.distance} bits"
    return f"Looks like entry {_where(match)}: {bits}{turned}."


def _title(match: Match) -> str:
    return {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256"}.get(match.kind, match.kind.upper())


def _where(match: Match) -> str:
    return f"{match.entry} of list {match.list}, release {match.release}"


def _nearness(match: Match) -> tuple[tuple[bool, bool, bool, int], str, str]:
    return (match.nearness, match.list, match.entry)
