"""A report as it arrives, whatever document it came in: the plain record between `formats` and the node's `reports`.

Immutable, typed, text and hashes only. Readers in `formats` make `Arrival`s; the node stores them; writers in `formats`
make documents of them. What a reader cannot express here it puts into `unknown`, so that nothing is lost silently.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

import msgspec

from vaern.faults import Said
from vaern.records import Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

Document = Literal[
    "public",
    "telephone",
    "letter",
    "mail",
    "visit",
    "form",
    "api",
    "scan",
    "cybertipline",
    "xarf",
    "arf",
    "csv",
    "mapped",
    "forward",
]
"""What kind of document a report came in. `form` is a platform's: the content of `api`, written by a person."""

OF_THE_PUBLIC = frozenset({"public", "telephone", "letter", "mail", "visit"})
"""Ways by which the public reports: the form, and what a desk writes down for somebody."""

Offence = Literal[
    "material",
    "enticement",
    "sexual_extortion",
    "trafficking",
    "travel",
    "live_abuse",
    "hands_on",
    "exposure",
    "unclear",
]
"""What is reported, in terms of the Luxembourg guidelines: child sexual abuse material; solicitation of children for
sexual purposes; sexual extortion of children; trafficking for sexual exploitation; sexual exploitation in travel and
tourism; live online abuse; sexual abuse outside the network; unsolicited sexual material sent to a child; not said."""

About = Literal["", "self", "known", "other"]
"""Who the child is to the sender: not said; the sender is the child; a child that they know; one that they do not."""

Viewed = Literal["whole", "partly", "not", "unknown"]
"""What a person at the sender opened of a file: never derived from a match."""

Role = Literal["suspect", "victim", "recipient", "uploader", "reporter"]

Medium = Literal["", "email", "newsgroup", "chat", "game", "telephone", "peer_to_peer", "offline"]
"""What kind of place it is where there is no web address; "" if not said."""


NumberSystem = Literal[
    "icse_series",
    "icse_victim",
    "ncmec_report",
    "ncmec_victim",
    "iccam_report",
    "iccam_item",
    "inhope",
    "siena",
    "national",
    "provider",
    "other",
]
"""Systems that number reports, series of victims, victims or cases: INTERPOL's ICSE; NCMEC's CyberTipline and
identified victims; INHOPE's ICCAM, and a hotline's own reference; Europol's SIENA; a country; a provider; others."""


class External(msgspec.Struct, frozen=True, omit_defaults=True):
    """What another system calls a report: said by the sender, or noted by a person, never guessed.

    Attributes:
        system: whose number it is.
        value: as it was written.
        country: whose number it is, where that is a country; ISO 3166-1 alpha-2.
        holder: the organisation or company whose number it is, where the system has many.
    """

    system: NumberSystem
    value: str
    country: str = ""
    holder: str = ""


class Location(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where something is or was on the network.

    Attributes:
        url: as it was sent, unchanged; "" if there is none (then `service` and `account` say where).
        service: name of the service or app.
        account: user name or identifier there.
        ip: of the host, if the sender knows it.
        seen_at: when the sender saw it there, with zone.
        public: whether everybody can reach it; None if not said.
        medium: what kind of place it is, if it has no web address.
    """

    url: str = ""
    service: str = ""
    account: str = ""
    ip: str = ""
    seen_at: datetime | None = None
    public: bool | None = None
    medium: Medium = ""


class IpEvent(msgspec.Struct, frozen=True, omit_defaults=True):
    """An address that was seen, as an internet service provider needs it to find a subscriber.

    Attributes:
        ip: IPv4 or IPv6 address as text.
        port: 1 to 65535; behind carrier-grade NAT an address without it finds nobody.
        at: with zone.
        event: login, registration, purchase, upload, other or unknown.
    """

    ip: str
    port: int | None = None
    at: datetime | None = None
    event: str = "unknown"
    proxy: bool | None = None


class Detail(msgspec.Struct, frozen=True, omit_defaults=True):
    """One name and value of a file's own metadata, as the sender read it.

    Attributes:
        name, value: as sent.
        kind: what it was read from: `EXIF`, or `HASH` of a digest that is not known here; "" if not said.
    """

    name: str
    value: str
    kind: str = ""


class File(msgspec.Struct, frozen=True, omit_defaults=True):
    """One file that a report is about: hashes and metadata, never the file.

    Attributes:
        signals: as in `records.Signal`.
        name: as the sender calls it; kept sealed.
        size: bytes; 0 if unknown.
        mime: type, "" if unknown.
        viewed: what a person at the sender opened of it.
        exif_viewed: whether a person at the sender read its EXIF.
        location: where it was found, or None.
        classification, scheme: what the sender says it shows; without a meaning apart from its scheme.
        annotations: the sender's words for it, codes of `formats.cybertipline.ANNOTATIONS`.
        uploaded_at: when it came to the sender, with zone.
        match_list, match_entry, match_distance: a hit that the sender had; "" and None without one.
        reference: the sender's identifier of it, as `fileId` of CyberTipline.
        ip_events, devices: from where it came to the sender, and `type: value` of the devices; whoever asks for a
            subscriber needs them beside this file and no other.
        details: its metadata.
    """

    signals: tuple[Signal, ...] = ()
    name: str = ""
    size: int = 0
    mime: str = ""
    viewed: Viewed = "unknown"
    exif_viewed: bool = False
    location: Location | None = None
    classification: str = ""
    scheme: str = ""
    annotations: tuple[str, ...] = ()
    uploaded_at: datetime | None = None
    match_list: str = ""
    match_entry: str = ""
    match_distance: int | None = None
    reference: str = ""
    ip_events: tuple[IpEvent, ...] = ()
    devices: tuple[str, ...] = ()
    details: tuple[Detail, ...] = ()


class Account(msgspec.Struct, frozen=True, omit_defaults=True):
    """An account, person or device that a report names. Sealed at rest; never a victim's name.

    Attributes:
        role: in the incident.
        service, identifier, screen_name, emails, phones: as the sender knows them.
        ip_events: when it was seen from where.
        devices: `type: value` each.
        disabled: the sender closed it.
    """

    role: Role
    service: str = ""
    identifier: str = ""
    screen_name: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    ip_events: tuple[IpEvent, ...] = ()
    devices: tuple[str, ...] = ()
    disabled: bool | None = None


class Arrival(msgspec.Struct, frozen=True, omit_defaults=True):
    """One report.

    Attributes:
        document: what it came in.
        reference: the sender's own identifier of it, by which a repetition is recognised; "" if there is none.
        offence: what is reported.
        danger_now: the sender says that a child is in danger now; None if not said.
        ongoing: contact with a child, or extortion, goes on; None if not said.
        about: who the child is to the sender; never which child.
        danger_text: why, in the sender's words.
        incident_at: when it happened, with zone.
        narrative: the sender's own words.
        locations, files, accounts: what it is about.
        preserved_until: until when the sender keeps the data for the police.
        legal_ground: code of the ground on which the sender detected or reported (see `reports.law.grounds`).
        contact: how to reach the sender, in their words; never of an anonymous reporter.
        language: of the narrative, BCP 47.
        annotations: the sender's words for what happened, codes of `formats.cybertipline.REPORT_ANNOTATIONS`.
        tip_number: what NCMEC, or whoever speaks its format, calls the report: `reportId`; digits.
        identifiers: what further systems call it.
        unknown: parts of the document that have no place here: path and text, so that they can be shown and re-emitted.
            An empty part has an empty text: that it stands there may be what it says.
    """

    document: Document
    reference: str = ""
    offence: Offence = "unclear"
    danger_now: bool | None = None
    ongoing: bool | None = None
    danger_text: str = ""
    incident_at: datetime | None = None
    narrative: str = ""
    locations: tuple[Location, ...] = ()
    files: tuple[File, ...] = ()
    accounts: tuple[Account, ...] = ()
    preserved_until: datetime | None = None
    legal_ground: str = ""
    contact: str = ""
    language: str = ""
    annotations: tuple[str, ...] = ()
    tip_number: str = ""
    about: About = ""
    identifiers: tuple[External, ...] = ()
    unknown: tuple[tuple[str, str], ...] = ()


def numbers_of(arrival: Arrival) -> tuple[External, ...]:
    """What other systems call a report, each once: the number of the CyberTipline, which has its own field, too."""
    tip = (External("ncmec_report", arrival.tip_number),) if arrival.tip_number else ()
    return tuple(dict.fromkeys((*tip, *arrival.identifiers)))


def uploaders(arrival: Arrival) -> Iterator[Account]:
    """Whoever was seen when a file came in, as accounts: for those who look for people and not for files."""
    for file in arrival.files:
        if file.ip_events or file.devices:
            yield Account("uploader", ip_events=file.ip_events, devices=file.devices)


class Fault(msgspec.Struct, frozen=True):
    """One thing that is wrong with a document.

    Attributes:
        path: where: `files[2].signals[0].value`, `report/incidentSummary/incidentDateTime`, `line 7, column url`.
        what: what is wrong and what is expected; repeats nothing of what was sent.
        fatal: the report cannot be taken; else it is taken and flagged.
    """

    path: str
    what: Said
    fatal: bool = True

    @property
    def said(self) -> str:
        """What is wrong, in English."""
        return str(self.what)


class Read(msgspec.Struct, frozen=True):
    """What a reader of `formats` returns for one report of a document: the report or None, and what is wrong."""

    arrival: Arrival | None
    faults: tuple[Fault, ...] = ()
    line: int = 0
    """Where it stands in a document of several: the line or the index from 1; 0 if it is the only one."""
    part: bytes = b""
    """What of a document of several is this report; empty if all of it is."""
    files_alone: bool = False
    """It holds files of a report that the sender describes elsewhere; `arrival.tip_number` says of which."""
