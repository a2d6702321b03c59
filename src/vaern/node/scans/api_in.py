"""What a program says of a scan, as JSON, and as the engine's own records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from ninja import Field, Schema
from pydantic import AwareDatetime, ConfigDict, StringConstraints

from vaern.node.scans.results import Header as ScanHeader
from vaern.node.scans.results import UsedList
from vaern.node.scans.rules import LONGEST_TRAIT
from vaern.records import LATEST_FRAME, Match, Media, Orientation, Region, Signal, Traits, Verdict
from vaern.records import Finding as FoundFinding

if TYPE_CHECKING:
    from datetime import datetime

MOST_AT_ONCE = 1_000
"""Findings in one JSON document; batches of lines have no such limit, only that of the body."""

MOST_FURTHER = 1_000
"""Hits of one finding in a JSON document."""

PRINTABLE = r"^[\x20-\x7e\u00a1-\u024f\u0370-\u03ff\u0400-\u04ff]+$"
"""Latin, Greek and Cyrillic letters, digits and signs, in one line."""

Text = Annotated[str, StringConstraints(pattern=PRINTABLE, min_length=1, max_length=200)]
Maybe = Annotated[str, StringConstraints(pattern=PRINTABLE[:-2] + "*$", max_length=90)]
Hex = Annotated[str, StringConstraints(pattern=r"^(?:[0-9a-f]{2})+$", max_length=200_000)]


class Strict(Schema):
    """Something that comes in: what is not named here is refused."""

    model_config = ConfigDict(extra="forbid")


class ListIn(Strict):
    """A list package that the scan was matched against."""

    name: Text
    release: Text
    purpose: Annotated[str, StringConstraints(pattern=r"^[a-z-]*$", max_length=40)] = ""
    entries: int = Field(0, ge=0, le=2**53)
    checksum: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9:_-]*$", max_length=128)] = ""
    checked: AwareDatetime | None = Field(
        None, description="When it was last compared with its source, of a list that was fetched."
    )
    last_release: Maybe = Field("", description="Of its last state, where it changed while the scan ran.")
    last_checked: AwareDatetime | None = Field(None, description="The same of its last state.")


class ScanSignalIn(Strict):
    """One signal of a file."""

    kind: Literal["md5", "sha1", "sha256", "pdq", "vpdq"]
    value: Hex
    quality: int | None = Field(None, ge=0, le=100)
    orientation: Orientation = "upright"
    region: Region = "whole"
    frame: int = Field(0, ge=0, le=2**31 - 1)


class MatchIn(Strict):
    """A hit."""

    kind: Literal["md5", "sha1", "sha256", "pdq", "vpdq"]
    distance: int = Field(ge=0, le=256)
    list: Text
    release: Text
    entry: Text
    classification: Maybe = Field("", description="What the list says of the entry, as it wrote it.")
    scheme: Maybe = Field("", description="Of which scheme that is a value.")
    orientation: Orientation = "upright"
    region: Region = "whole"
    frame_of: Literal["", "file", "entry"] = Field(
        "", description="Whose video it is, where one frame of a video met a still picture."
    )
    seconds: float | None = Field(None, ge=0, lt=LATEST_FRAME, description="When that frame is shown.")
    disputed: bool = Field(False, description="Somebody says that the entry does not belong on the list.")


Trait = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f-\x9f]*$", max_length=LONGEST_TRAIT)]


class TraitsIn(Strict):
    """By what a file may hang together with others, as `vaern scan` writes it under `media.traits`."""

    make: Trait = ""
    model: Trait = ""
    serial: Trait = Field("", description="Of the camera's body.")
    lens: Trait = ""
    lens_serial: Trait = ""
    place: tuple[Annotated[float, Field(ge=-90, le=90)], Annotated[float, Field(ge=-180, le=180)]] | None = Field(
        None, description="Degrees north and east."
    )
    name: Trait = Field("", description="The shape of the file's name, such as IMG_#.jpg; a name is refused.")
    folder: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$")] = Field(
        "", description="SHA-256 of the path of the folder; the path is refused."
    )


class FindingIn(Strict):
    """What the scan says of one file. There is no member for its name."""

    number: int = Field(ge=1, le=2**31 - 1, description="The line in the examiner's findings.jsonl.")
    verdict: Verdict
    mime: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.+-]{0,48}/[a-z0-9][a-z0-9.+-]{0,48}$")]
    size: int = Field(ge=0, le=2**53)
    signals: list[ScanSignalIn] = Field(default_factory=list, max_length=600)
    match: MatchIn | None = Field(None, description="The nearest hit.")
    further: list[MatchIn] = Field(
        default_factory=list, max_length=MOST_FURTHER, description="The other hits, if there is a nearest one."
    )
    more: int = Field(0, ge=0, le=2**31 - 1, description="How many hits there are besides those.")
    taken: Annotated[str, StringConstraints(pattern=r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?)?$")] = Field(
        "", description="When the picture was taken, with an offset from UTC only if the file has one."
    )
    traits: TraitsIn | None = None
    checked: AwareDatetime | None = Field(
        None,
        description="When the list of the match was last compared with its source; without a match, that of all lists "
        "for which it is longest ago.",
    )


class ScanIn(Strict):
    """A scan, whole or before its findings."""

    reference: Annotated[str, StringConstraints(pattern=PRINTABLE, min_length=1, max_length=100)]
    run: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]*$", max_length=64)] = ""
    engine: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z.+-]*$", max_length=40)] = ""
    synthetic: bool = False
    started_at: AwareDatetime | None = None
    finished_at: AwareDatetime | None = None
    lists: list[ListIn] = Field(default_factory=list, max_length=100)
    findings: list[FindingIn] = Field(default_factory=list, max_length=MOST_AT_ONCE)
    complete: bool = Field(False, description="These are all findings: the scan can be reviewed.")


def header_of(scan: ScanIn) -> ScanHeader:
    """Return what is known of the scan as a whole, as reading a `run.json` gives it."""
    return ScanHeader(
        run=scan.run,
        engine=scan.engine,
        synthetic=scan.synthetic,
        started_at=scan.started_at,
        finished_at=scan.finished_at,
        lists=tuple(_used(used) for used in scan.lists),
    )


def _used(used: ListIn) -> UsedList:
    said = used.model_dump(exclude={"checked", "last_checked"})
    return UsedList(**said, checked=_written(used.checked), last_checked=_written(used.last_checked))


def _written(moment: datetime | None) -> str:
    """Return a moment as the engine writes it."""
    return moment.isoformat() if moment else ""


def finding_of(found: FindingIn) -> FoundFinding:
    """Return it as the engine's record, so that both ways of bringing it in are checked by one function."""
    signals = tuple(
        Signal(s.kind, bytes.fromhex(s.value), s.quality, s.orientation, s.region, s.frame) for s in found.signals
    )
    match = found.match
    checked = _written(found.checked)
    hits = [match, *found.further] if match else []
    matches = tuple(Match(query="", checked=checked if hit is match else "", **hit.model_dump()) for hit in hits)
    traits = Traits(**found.traits.model_dump()) if found.traits else None
    media = Media("", found.size, found.mime, signals, taken=found.taken or None, traits=traits)
    return FoundFinding(media, found.verdict, matches, more=found.more if match else 0, checked=checked)
