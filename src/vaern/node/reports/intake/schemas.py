"""A report as JSON over the API, member by member, and its way into an `Arrival`. What is not named here is refused."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, StringConstraints, model_validator

from vaern import arrivals
from vaern.arrivals import About, Arrival, Offence, Role, Viewed
from vaern.node.external.api import ExternalIn
from vaern.node.external.rules import MOST
from vaern.records import DIGEST_KINDS, FRAME_BYTES, PDQ_BYTES, Orientation, Region, Signal

MOST_FILES = 2_000
MOST_LOCATIONS = 2_000
MOST_ACCOUNTS = 200
MOST_EVENTS = 1_000
MOST_OF_A_FILE = 50
"""Addresses, or devices, of one file."""

MOST_DETAILS = 200
LONGEST_WORDS = 20_000
LONGEST_URL = 8_000
LONGEST_VPDQ = 4 * 3600 * FRAME_BYTES

LINE = r"^[^\x00-\x1f\x7f\u2028\u2029]*$"
"""One line: no control characters."""

MIME = r"^(?:[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,60}/[A-Za-z0-9!#$&^_.+-]{1,60})?$"

Name = Annotated[str, StringConstraints(pattern=LINE, max_length=500)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:/ -]*$", max_length=100)]
Words = Annotated[str, StringConstraints(max_length=LONGEST_WORDS)]
Hex = Annotated[str, StringConstraints(pattern=r"^(?:[0-9A-Fa-f]{2})+$", max_length=2 * LONGEST_VPDQ)]


def _text_only(value: object) -> object:
    """A number would be taken for seconds since 1970: nobody means that."""
    return value if isinstance(value, str) else ""


def _address(text: str) -> str:
    if not text:
        return text
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise ValueError("is an IPv4 or IPv6 address") from None


ReportAnnotation = Literal[
    "sexual_extortion", "material_solicited", "between_children", "spam", "sadistic_exploitation"
]
"""The codes of `formats.cybertipline.REPORT_ANNOTATIONS`; a test holds the two together."""

Moment = Annotated[AwareDatetime, BeforeValidator(_text_only)]
Ip = Annotated[str, StringConstraints(max_length=45), AfterValidator(_address)]


class Strict(Schema):
    """Something that comes in: what is not named here is refused."""

    model_config = ConfigDict(extra="forbid")


class ReportSignalIn(Strict):
    """One signal of a file."""

    kind: Literal["md5", "sha1", "sha256", "pdq", "vpdq"]
    value: Hex = Field(description="Hexadecimal. A vpdq has 40 bytes a frame: PDQ, quality, seconds.")
    quality: int | None = Field(None, ge=0, le=100)
    orientation: Orientation = "upright"
    region: Region = "whole"
    frame: int = Field(0, ge=0, le=2**31 - 1)

    @model_validator(mode="after")
    def _long_enough(self) -> ReportSignalIn:
        length = len(self.value) // 2
        expected = DIGEST_KINDS.get(self.kind, PDQ_BYTES)
        if self.kind == "vpdq":
            if length % FRAME_BYTES:
                raise ValueError(f"a vpdq has {FRAME_BYTES} bytes a frame")
        elif length != expected:
            raise ValueError(f"a {self.kind} has {expected} bytes")
        return self

    def record(self) -> Signal:
        """Return it as the engine's record."""
        return Signal(self.kind, bytes.fromhex(self.value), self.quality, self.orientation, self.region, self.frame)


class LocationIn(Strict):
    """Where something is or was on the network. A URL, or a service with an account, or an address."""

    url: Annotated[str, StringConstraints(max_length=LONGEST_URL)] = Field(
        "", description="As data: it is never fetched, sealed in the database, and shown to assessors only, defanged."
    )
    service: Name = ""
    account: Name = ""
    ip: Ip = ""
    seen_at: Moment | None = None
    public: bool | None = None

    @model_validator(mode="after")
    def _somewhere(self) -> LocationIn:
        if not (self.url.strip() or self.service or self.account or self.ip):
            raise ValueError("a location has a url, a service, an account or an ip")
        return self

    def record(self) -> arrivals.Location:
        """Return it as the plain record."""
        return arrivals.Location(**self.model_dump())


class IpEventIn(Strict):
    """An address that was seen. Without time and port it finds nobody behind carrier-grade NAT."""

    ip: Annotated[str, StringConstraints(min_length=2, max_length=45), AfterValidator(_address)]
    port: int | None = Field(None, ge=1, le=65_535)
    at: Moment | None = None
    event: Literal["login", "registration", "purchase", "upload", "other", "unknown"] = "unknown"
    proxy: bool | None = None

    def record(self) -> arrivals.IpEvent:
        """Return it as the plain record."""
        return arrivals.IpEvent(**self.model_dump())


class DetailIn(Strict):
    """One name and value of a file's metadata, as EXIF."""

    name: Name
    value: Annotated[str, StringConstraints(max_length=2_000)]
    kind: Literal["", "EXIF", "HASH"] = ""

    def record(self) -> arrivals.Detail:
        """Return it as the plain record."""
        return arrivals.Detail(**self.model_dump())


class FileIn(Strict):
    """One file, as hashes and metadata. The file stays where it lies."""

    signals: list[ReportSignalIn] = Field(default_factory=list, max_length=600)
    name: Name = ""
    size: int = Field(0, ge=0, le=2**53)
    mime: Annotated[str, StringConstraints(pattern=MIME, max_length=100)] = ""
    viewed: Viewed = Field("unknown", description="What a person at the sender opened of it: never from a match.")
    exif_viewed: bool = False
    location: LocationIn | None = None
    classification: Name = ""
    scheme: Name = ""
    annotations: list[Code] = Field(default_factory=list, max_length=50)
    uploaded_at: Moment | None = None
    match_list: Name = ""
    match_entry: Name = ""
    match_distance: int | None = Field(None, ge=0, le=256)
    reference: Name = Field("", description="Your own identifier of the file.")
    ip_events: list[IpEventIn] = Field(
        default_factory=list, max_length=MOST_OF_A_FILE, description="From where this file came in, and no other."
    )
    devices: list[Name] = Field(default_factory=list, max_length=MOST_OF_A_FILE, description="`type: value` each.")
    details: list[DetailIn] = Field(default_factory=list, max_length=MOST_DETAILS)

    def record(self) -> arrivals.File:
        """Return it as the plain record."""
        parts = {"signals", "location", "annotations", "ip_events", "devices", "details"}
        plain: dict[str, Any] = self.model_dump(exclude=parts)
        return arrivals.File(
            **plain,
            signals=tuple(signal.record() for signal in self.signals),
            annotations=tuple(self.annotations),
            location=self.location.record() if self.location else None,
            devices=tuple(self.devices),
            ip_events=tuple(event.record() for event in self.ip_events),
            details=tuple(detail.record() for detail in self.details),
        )


class AccountIn(Strict):
    """An account, person or device. Never a victim's name."""

    role: Role
    service: Name = ""
    identifier: Name = ""
    screen_name: Name = ""
    emails: list[Name] = Field(default_factory=list, max_length=50)
    phones: list[Name] = Field(default_factory=list, max_length=50)
    ip_events: list[IpEventIn] = Field(default_factory=list, max_length=MOST_EVENTS)
    devices: list[Name] = Field(default_factory=list, max_length=100)
    disabled: bool | None = None

    def record(self) -> arrivals.Account:
        """Return it as the plain record."""
        plain = self.model_dump(exclude={"emails", "phones", "ip_events", "devices"})
        return arrivals.Account(
            **plain,
            emails=tuple(self.emails),
            phones=tuple(self.phones),
            devices=tuple(self.devices),
            ip_events=tuple(event.record() for event in self.ip_events),
        )


class ReportIn(Strict):
    """A report: at least one location, file or account, or words."""

    reference: Annotated[str, StringConstraints(pattern=LINE, max_length=200)] = Field(
        "", description="Your own identifier of it: the same again makes no second report."
    )
    document: Literal["api", "scan"] = Field("api", description="`scan`: what `vaern report send` found.")
    offence: Offence = "unclear"
    danger_now: bool | None = Field(None, description="A child is in danger now.")
    ongoing: bool | None = Field(None, description="Contact with a child, or extortion, goes on.")
    about: About = Field(
        "", description="Who the child is to whoever reports: `self`, `known` to them, or an`other`. Never which child."
    )
    danger_text: Annotated[str, StringConstraints(max_length=3_000)] = ""
    incident_at: Moment | None = None
    narrative: Words = ""
    locations: list[LocationIn] = Field(default_factory=list, max_length=MOST_LOCATIONS)
    files: list[FileIn] = Field(default_factory=list, max_length=MOST_FILES)
    accounts: list[AccountIn] = Field(default_factory=list, max_length=MOST_ACCOUNTS)
    preserved_until: Moment | None = None
    legal_ground: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]*$", max_length=40)] = ""
    contact: Name = ""
    language: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]*$", max_length=35)] = ""
    annotations: list[ReportAnnotation] = Field(
        default_factory=list, max_length=20, description="What you mark the incident as."
    )
    tip_number: Annotated[str, StringConstraints(pattern=r"^[0-9]{0,19}$")] = Field(
        "", description="The report's number at NCMEC's CyberTipline."
    )
    identifiers: list[ExternalIn] = Field(
        default_factory=list, max_length=MOST, description="What further systems call it: said, never guessed."
    )
    synthetic: bool = False

    @model_validator(mode="after")
    def _about_something(self) -> ReportIn:
        if not (self.locations or self.files or self.accounts or self.narrative.strip() or self.danger_text.strip()):
            raise ValueError("a report has a location, a file, an account or words")
        return self

    def arrival(self) -> Arrival:
        """Return it as it arrives."""
        parts = {"locations", "files", "accounts", "annotations", "identifiers", "synthetic"}
        plain: dict[str, Any] = self.model_dump(exclude=parts)
        return Arrival(
            **plain,
            annotations=tuple(dict.fromkeys(self.annotations)),
            identifiers=tuple(one.record() for one in self.identifiers),
            locations=tuple(place.record() for place in self.locations),
            files=tuple(file.record() for file in self.files),
            accounts=tuple(account.record() for account in self.accounts),
        )
