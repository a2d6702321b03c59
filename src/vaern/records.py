"""The plain records that pass between the rooms of the engine.

They are immutable, typed and hold no behaviour beyond what follows from their own fields. Hash values are
`bytes` everywhere inside; text is hexadecimal, lower case, and exists only at the edges.
"""

from __future__ import annotations

from typing import Literal

import msgspec

DIGEST_KINDS = {"md5": 16, "sha1": 20, "sha256": 32}
"""Exact digests that we compute, with their length in bytes."""

PDQ_BYTES = 32
"""A PDQ value: 256 bits, most significant byte first (facebook/ThreatExchange, `pdq/README.md`)."""

FRAME_BYTES = 40
"""One frame in a `vpdq` value: see `Signal`."""

OPAQUE_KINDS = ("pdna", "tmk", "ssvh", "netclean", "videntifier")
"""Signals of closed or foreign algorithms: stored and re-exported losslessly, never computed here."""

KINDS = (*DIGEST_KINDS, "pdq", "vpdq", *OPAQUE_KINDS)
"""Signals of files."""

VALUE_KINDS = ("address", "domain", "keyword", "wallet")
"""What a list can hold that is no hash of a file: each its own kind of list, compared exactly and by digest. A keyword
is only ever held as its digest."""

ALL_KINDS = (*KINDS, *VALUE_KINDS)
"""Whatever a list can hold."""

Orientation = Literal[
    "upright", "rotated-90", "rotated-180", "rotated-270", "mirrored", "flipped", "transposed", "transverse"
]
"""How the hashed picture was turned from the upright one. Angles are anticlockwise; `mirrored` swaps left and
right, `flipped` top and bottom, `transposed` mirrors along the main diagonal, `transverse` along the other."""

Region = Literal["whole", "unbordered"]
"""`unbordered`: hashed without its uniform (letterbox) borders."""


class Signal(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One value by which a file is recognised.

    Attributes:
        kind: one of `KINDS` or `VALUE_KINDS`.
        value: raw bytes. Digests have their own length; `pdq` 32 bytes; `vpdq` is a concatenation of frames of 40
            bytes: the PDQ value (32), its quality (uint32, little endian), the time in seconds (float32, little
            endian). Opaque kinds hold the bytes as their owner delivers them. `address`, `domain` and `wallet` are the
            normal form in UTF-8, `keyword` the SHA-256 of its normal form.
        quality: PDQ quality 0-100, `None` where the kind has none.
        orientation: see `Orientation`.
        region: see `Region`.
        frame: index among the frames of an animation that were hashed; 0 is the first.
    """

    kind: str
    value: bytes
    quality: int | None = None
    orientation: Orientation = "upright"
    region: Region = "whole"
    frame: int = 0


class Traits(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """By what a file may hang together with others: its device, its place, the shape of its name. All optional.

    Attributes:
        make, model: of the camera, as found in EXIF; printable, at most 100 characters, as are the next three.
        serial: of the camera's body.
        lens, lens_serial: model and serial number of the lens.
        place: where the picture was taken: degrees north and east (WGS 84), rounded to four decimals (11 m).
        name: the shape of the base name, such as `IMG_#.jpg`: see `shapes`. It holds no digit and no word.
        folder: SHA-256, hexadecimal, of the path of the folder as the walk met it. Equal for files of one folder.
    """

    make: str = ""
    model: str = ""
    serial: str = ""
    lens: str = ""
    lens_serial: str = ""
    place: tuple[float, float] | None = None
    name: str = ""
    folder: str = ""


class Media(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What is known of one file, without its content.

    Attributes:
        name: the path as the walker saw it; a member of an archive is `archive.zip!/inner/name.jpg`.
        size: bytes.
        mime: by content, not by name; `application/octet-stream` when not recognised.
        signals: digests first, then perceptual ones.
        width, height: pixels, upright (after EXIF orientation).
        duration: seconds, of video and animations.
        taken: when the picture was taken, as the camera wrote it: ISO 8601, with offset only where the file has one.
        modified: modification time in the file system or archive, ISO 8601 in UTC.
        camera: make and model, as found.
        unreadable: why no perceptual signal could be computed of something that should be media; empty otherwise.
        unopened: what it is that may hold pictures and was not looked into, as `a RAR archive`; empty otherwise.
        notes: typed remarks, such as `truncated` or `no signal: featureless`; see `hashing.decoding`.
        archive: the archive on disk that holds this member, as the walker named it; empty for a file of its own.
        member: place within that archive: the index of the member, then the index within it if that is an archive
            too, and so on (two members may bear one name); empty for a file of its own.
        archive_state: digest of the state that archive was in when the member was read; empty for a file of its own.
            One archive has two only where it was changed between two sessions of a scan.
        traits: see `Traits`; of pictures and videos only.
    """

    name: str
    size: int
    mime: str = "application/octet-stream"
    signals: tuple[Signal, ...] = ()
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    taken: str | None = None
    modified: str | None = None
    camera: str | None = None
    unreadable: str = ""
    unopened: str = ""
    notes: tuple[str, ...] = ()
    archive: str = ""
    member: tuple[int, ...] = ()
    archive_state: str = ""
    traits: Traits | None = None

    @property
    def is_media(self) -> bool:
        """Whether the content is a picture or a video."""
        return self.mime.startswith(("image/", "video/"))


MATERIAL = frozenset({"known", "removal"})
"""The purposes of lists whose hits are findings (`matching.packages.Manifest`); on the others stands what is no such
material."""

Opinion = Literal["positive", "negative", "unsure"]
View = Literal["independent", "inherited"]


class Vote(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What one organisation says of an entry.

    Attributes:
        organisation: its name; within one list a name stands for one organisation.
        opinion: whether the entry belongs on the list.
        country: of the organisation, ISO 3166-1 alpha-2; empty where nobody said.
        view: `independent`: its own people viewed the entry's file. `inherited`: it took the opinion over from
            somebody. Empty where the source does not say; then it counts as inherited.
        classification, scheme: its class, in its scheme; a class of one scheme says nothing in another.
        at: when, ISO 8601 in UTC; empty where nobody said.
        reason: why, a code or a few words.
        settled: of a vote against: a person of whoever keeps the list has looked since, and decided that the entry
            stays.
    """

    organisation: str
    opinion: Opinion
    country: str = ""
    view: View | Literal[""] = ""
    classification: str | None = None
    scheme: str | None = None
    at: str = ""
    reason: str = ""
    settled: bool = False


class Entry(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One line of a hash list.

    Attributes:
        id: the entry's own identifier within its source, never empty (`member/entry` for NCMEC, the MD5 for VICS, the
            line number where a source has none).
        signals: its signals; a bad one is dropped by the reader and reported, the entry stays.
        classification, scheme: a value is meaningless without its scheme; both as the source wrote them.
        votes: what organisations say of it, one each.
        source: who delivered it.
        recalled: the source has withdrawn it: it never matches.
        extra: what the source said and no field holds, as text: kept, re-emitted, never interpreted.
        updated: when the source last changed the entry, ISO 8601 in UTC: of entries with one id the latest counts, and
            replaces the others. Empty where the source does not say: then they stand beside each other.
        series: as the source names it; empty for none.
        victim_identified, offender_identified, distributed: as the source says; None where it does not.
        jurisdiction: under whose law it was classified: a country (ISO 3166-1 alpha-2), or empty.
        basis: the legal basis on which it is held, in the source's words or code; empty where nobody said.
        licence: code of the licence of use, if it is another than the list's.
        viewed_by: organisations whose people viewed the entry's file, by name.
        ends: the day from which it is no longer held, ISO 8601; empty for none.
    """

    id: str
    signals: tuple[Signal, ...] = ()
    classification: str | None = None
    scheme: str | None = None
    votes: tuple[Vote, ...] = ()
    source: str = ""
    recalled: bool = False
    extra: dict[str, str] = {}
    updated: str = ""
    series: str = ""
    victim_identified: bool | None = None
    offender_identified: bool | None = None
    distributed: bool | None = None
    jurisdiction: str = ""
    basis: str = ""
    licence: str = ""
    viewed_by: tuple[str, ...] = ()
    ends: str = ""

    @property
    def opinions(self) -> dict[str, Opinion]:
        """What each organisation says of it, by name."""
        return {vote.organisation: vote.opinion for vote in self.votes}

    @property
    def disputed(self) -> bool:
        """Whether somebody says that it does not belong on its list, and nobody has settled it.

        That it is on the list is itself a yes, so one no is enough. What stands in dispute is no knowledge: its hits go
        to a person.
        """
        return bool(self.votes) and any(vote.opinion == "negative" and not vote.settled for vote in self.votes)


class Problem(msgspec.Struct, frozen=True):
    """Something in a hash list that could not be used, and where.

    Attributes:
        file: path of the list.
        line: line number (1 is the first), or the record's number where the format has no lines.
        reason: what was wrong and what was expected.
        quarantined: a junk signal (wrong length, all zero, weight far from 128), as against an unreadable row.
    """

    file: str
    line: int
    reason: str
    quarantined: bool = False


LATEST_FRAME = 1e9
"""Seconds into a video before which a frame is shown; a time that is said to be later, or below 0, is none."""


class Match(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One exact or near hit. It names all that is needed to replay it.

    Attributes:
        kind: of the signals that met.
        query: the value of the file's signal, hexadecimal (`vpdq`: the SHA-256 of the packed frames; where a frame of
            the file met a still, that frame's PDQ value).
        entry: the list entry's id.
        distance: Hamming distance in bits; 0 for digests; for `vpdq` the median distance of the frames that hit.
        list, release: which list package.
        classification, scheme: as the entry has them.
        orientation, region, frame: of the query signal.
        query_share, entry_share: `vpdq` only: the share (0-1) of the file's and of the entry's frames that hit.
        frame_of: of a `pdq` hit between a still picture and one frame of a video, whose the video is: the `file`'s, in
            which a listed still is seen, or the `entry`'s, of which the file shows a frame; empty for all other hits.
        seconds: when in that video the frame is shown; `None` where nobody knows.
        checked: when the list was last compared with its source, ISO 8601 in UTC; empty for one that was not fetched.
        disputed: the entry is (`Entry.disputed`): the hit makes nothing known, and goes to a person.
    """

    kind: str
    query: str
    entry: str
    distance: int
    list: str
    release: str
    classification: str | None = None
    scheme: str | None = None
    orientation: Orientation = "upright"
    region: Region = "whole"
    frame: int = 0
    query_share: float | None = None
    entry_share: float | None = None
    frame_of: Literal["", "file", "entry"] = ""
    seconds: float | None = None
    checked: str = ""
    disputed: bool = False

    @property
    def nearness(self) -> tuple[bool, bool, bool, int]:
        """By what the hits of a file are ordered, the one first that says most.

        A disputed hit says least. An exact one comes before a near one, also of no bits: it alone says that it is the
        same file. One frame of a video says less than all of it.
        """
        return self.disputed, self.kind not in DIGEST_KINDS, bool(self.frame_of), self.distance


VERDICTS = ("known", "near", "ignored", "new", "unreadable", "unopened", "not media")
"""`known`: an exact digest of a list. `near`: a perceptual hit within the list's distance, or an exact digest of an
entry that is disputed: a person decides. `ignored`: a list of known
good files has it, and no other list. `new`: media that no list has. `unreadable`: could not be decoded or read.
`unopened`: may hold pictures, such as an archive of a kind that is not looked into. `not media`: neither picture nor
video nor what may hold them, and no list has it."""

Verdict = Literal["known", "near", "ignored", "new", "unreadable", "unopened", "not media"]


class Finding(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What a scan says of one file.

    Attributes:
        media: what is known of the file.
        verdict: one of `VERDICTS`. It sorts work; no adverse act follows from it alone.
        matches: the hits, nearest first; a hit of a known-good list among them. Of one list by one kind of signal,
            the nearest 100.
        reason: one sentence for a person.
        more: how many hits there are besides those in `matches`.
        checked: of all lists that were asked, when the one was last compared with its source for which that is
            longest ago, ISO 8601 in UTC: that no list has a file says no more. Empty if none was fetched.
        before: of a rematch, the verdict in the run before, where that is another one; empty otherwise.
    """

    media: Media
    verdict: Verdict
    matches: tuple[Match, ...] = ()
    reason: str = ""
    more: int = 0
    checked: str = ""
    before: Verdict | Literal[""] = ""

    @property
    def age(self) -> str:
        """As of when the verdict is: when the list of the nearest match was compared, or else `checked`."""
        return self.matches[0].checked if self.matches else self.checked
