"""The parts of a CyberTipline report, as records: accounts, places, files. What is used is marked as taken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vaern.arrivals import Account, Detail, Fault, File, IpEvent, Location
from vaern.faults import Said, say
from vaern.formats.cybertipline_check import local
from vaern.formats.cybertipline_rules import MAX_PORT, is_address, is_marked, is_true, text_of, walk
from vaern.formats.cybertipline_shape import ENUMS
from vaern.formats.cybertipline_terms import ANNOTATIONS, HASH_TYPES, REPORT_ANNOTATIONS, SCHEME
from vaern.formats.moments import moment_of
from vaern.formats.signals import Refused, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from lxml import etree

    from vaern.arrivals import Medium, Role, Viewed
    from vaern.records import Signal

_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_NAMES = frozenset({"firstName", "middleName", "lastName"})


class Taker:
    """Remembers which elements and attributes went into the record, and what was refused."""

    def __init__(self) -> None:
        self._taken: set[tuple[etree._Element, str]] = set()
        self._refused: dict[etree._Element, Said] = {}

    def take(self, element: etree._Element | None, attribute: str = "") -> None:
        """Marks an element's own text, or one of its attributes, as taken."""
        if element is not None:
            self._taken.add((element, attribute))

    def has(self, element: etree._Element, attribute: str = "") -> bool:
        """Whether it was taken."""
        return (element, attribute) in self._taken

    def text(self, element: etree._Element | None) -> str:
        """Takes the text of an element; "" where it is missing. One that is blank or has children is left there."""
        if element is None or len(element) or not text_of(element):
            return ""
        self.take(element)
        return text_of(element)

    def texts(self, elements: Iterable[etree._Element]) -> tuple[str, ...]:
        """Takes all texts that are not blank."""
        return tuple(filter(None, (self.text(one) for one in elements)))

    def moment(self, element: etree._Element | None) -> datetime | None:
        """Takes a moment with its zone; what is none stays unknown."""
        moment = moment_of(text_of(element))
        if moment is not None:
            self.take(element)
        return moment

    def flag(self, element: etree._Element | None) -> bool | None:
        """Takes a boolean; None where it is missing or none."""
        flag = _BOOLEANS.get(text_of(element))
        if flag is not None:
            self.take(element)
        return flag

    def refuse(self, element: etree._Element, said: Said) -> None:
        """Remembers what is wrong with an element, until its path is known."""
        self._refused[element] = said

    def faults(self, parts: Iterable[tuple[etree._Element, str]]) -> Iterator[Fault]:
        """What was refused, with its path."""
        if self._refused:
            for part, start in parts:
                for element, path in walk(part, start):
                    if said := self._refused.get(element):
                        yield Fault(path, said, fatal=False)


def account_of(block: etree._Element, person: str, role: Role, taker: Taker) -> Account:
    """The account or person of one `personOrUserReported`, `intendedRecipient` or `victim`."""
    if role == "victim":
        for element in block.iter():
            if local(element) in _NAMES and text_of(element):
                taker.take(element)
                taker.refuse(element, say("victims_name"))
    if not len(block) and not text_of(block):
        taker.take(block)  # somebody of whom nothing is said is in the record too
    return Account(
        role,
        service=taker.text(block.find("espService")),
        identifier=taker.text(block.find("espIdentifier")),
        screen_name=taker.text(block.find("screenName")),
        emails=taker.texts(block.findall(f"{person}/email")),
        phones=taker.texts(block.findall(f"{person}/phone")),
        ip_events=events_of(block, taker),
        devices=devices_of(block, taker),
        disabled=_disabled(block, taker),
    )


def _disabled(block: etree._Element, taker: Taker) -> bool | None:
    """Closed for good. A temporary closure is another statement, and stays in `unknown`."""
    if is_true(block.find("accountTemporarilyDisabled")) and not is_true(block.find("accountPermanentlyDisabled")):
        return None
    return taker.flag(block.find("accountPermanentlyDisabled"))


def events_of(block: etree._Element, taker: Taker) -> tuple[IpEvent, ...]:
    """The `ipCaptureEvent`s with an address; others stay unknown."""
    return tuple(filter(None, (_event(one, taker) for one in block.findall("ipCaptureEvent"))))


def _event(element: etree._Element, taker: Taker) -> IpEvent | None:
    address, port, name = (element.find(its) for its in ("ipAddress", "port", "eventName"))
    if not is_address(text_of(address)):
        return None
    number = None
    if re.fullmatch(r"\+?[0-9]{1,12}", text_of(port), re.ASCII) and 1 <= int(text_of(port)) <= MAX_PORT:
        number = int(taker.text(port))
    says = text_of(name) in ENUMS["ipCaptureType"] - {"Unknown"}
    event = taker.text(name).lower() if says else "unknown"
    moment, proxy = taker.moment(element.find("dateTime")), taker.flag(element.find("possibleProxy"))
    return IpEvent(taker.text(address), number, moment, event, proxy)


def devices_of(block: etree._Element, taker: Taker) -> tuple[str, ...]:
    """`type: value` of each device."""
    pairs = ((one.find("idType"), one.find("idValue")) for one in block.findall("deviceId"))
    return tuple(f"{taker.text(kind)}: {taker.text(value)}" for kind, value in pairs if text_of(value))


_PLACES: dict[str, tuple[Medium, str, str]] = {
    "chatImIncident": ("chat", "chatClient", "chatRoomName"),
    "onlineGamingIncident": ("game", "gameName", ""),
    "peer2peerIncident": ("peer_to_peer", "client", ""),
    "nonInternetIncident": ("offline", "locationName", ""),
}
"""What kind of place an incident is, and which of its elements are its service and its account."""


def locations_of(report: etree._Element, taker: Taker) -> tuple[tuple[Location, ...], tuple[Account, ...]]:
    """Where it happened, and who was seen there by address (peer to peer)."""
    platform = report.find("incidentSummary/platform")
    service = text_of(platform)
    places: list[Location] = []
    seen: list[Account] = []
    for incident in report.iterfind("internetDetails/*"):
        if local(incident) == "webPageIncident":
            urls = taker.texts(incident.findall("url"))
            places += (Location(url, service) for url in urls)
        else:
            places += _place(incident, taker)
        if events := events_of(incident, taker):
            seen.append(Account("uploader", ip_events=events))
    if service:
        taker.take(platform)
        if not any(place.url for place in places):
            places.insert(0, Location(service=service))
    return tuple(places), tuple(seen)


def _place(incident: etree._Element, taker: Taker) -> Iterator[Location]:
    match local(incident):
        case "emailIncident":
            yield from (
                Location(service="e-mail", account=one, medium="email")
                for one in taker.texts(incident.findall("emailAddress"))
            )
        case "newsgroupIncident" if name := taker.text(incident.find("name")):
            yield Location(service="newsgroup", account=name, medium="newsgroup")
        case "cellPhoneIncident" if number := taker.text(incident.find("phoneNumber")):
            yield Location(service="telephone", account=number, medium="telephone")
        case kind if kind in _PLACES:
            medium, *names = _PLACES[kind]
            service, account = (taker.text(incident.find(its)) if its else "" for its in names)
            if service or account:
                yield Location(service=service, account=account, medium=medium)


def file_of(element: etree._Element, taker: Taker) -> File:
    """One `fileDetails`. `viewed` is what the sender says a person there opened; a missing flag is unknown."""
    viewed: dict[bool | None, Viewed] = {True: "whole", False: "not", None: "unknown"}
    original, plain = element.find("originalFileName"), element.find("fileName")
    exif = element.find("exifViewedByEsp")
    url, public = taker.text(element.find("locationOfFile")), taker.flag(element.find("publiclyAvailable"))
    classification = taker.text(element.find("industryClassification"))
    return File(
        reference=taker.text(element.find("fileId")),
        signals=tuple(_signals(element, taker)),
        name=taker.text(original if original is not None else plain),
        viewed=viewed[taker.flag(element.find("fileViewedByEsp"))],
        exif_viewed=is_true(exif) and bool(taker.flag(exif)),
        location=Location(url, public=public) if url or public is not None else None,
        classification=classification,
        scheme=SCHEME if classification else "",
        annotations=_annotations(element, taker),
        uploaded_at=taker.moment(element.find("uploadedToEspTimestamp")),
        ip_events=events_of(element, taker),
        devices=devices_of(element, taker),
        details=tuple(_details(element, taker)),
    )


def _annotations(element: etree._Element, taker: Taker) -> tuple[str, ...]:
    memes = [one for one in element.findall("potentialMeme") if is_true(one)]
    return _codes([*element.findall("fileAnnotations/*"), *memes], ANNOTATIONS, taker)


def report_annotations(summary: etree._Element, taker: Taker) -> tuple[str, ...]:
    """What the sender marks the incident as; what is not marked, or has no code, stays in `unknown`."""
    return _codes(summary.findall("reportAnnotations/*"), REPORT_ANNOTATIONS, taker)


def _codes(marks: Iterable[etree._Element], codes: Mapping[str, str], taker: Taker) -> tuple[str, ...]:
    first: dict[str, etree._Element] = {}
    for one in marks:
        if is_marked(one) and not len(one) and local(one) in codes:
            first.setdefault(codes[local(one)], one)
    for one in first.values():
        taker.take(one)
    return tuple(first)


def _details(element: etree._Element, taker: Taker) -> Iterator[Detail]:
    """The metadata of a file, but for the digests that are signals; pairs that are not whole stay in `unknown`."""
    for details in element.findall("details"):
        kind, kept = details.get("type", "").strip(), False
        for pair in details.findall("nameValuePair"):
            name, value = pair.find("name"), pair.find("value")
            if name is not None and text_of(name) and text_of(value) and not taker.has(name):
                kept = True
                yield Detail(taker.text(name), taker.text(value), kind)
        if kept and kind:
            taker.take(details, "type")


def _signals(element: etree._Element, taker: Taker) -> Iterator[Signal]:
    for one in element.findall("originalFileHash"):
        if signal := _signal(one.get("hashType", ""), one, taker):
            taker.take(one, "hashType")
            yield signal
    for details in element.findall("details[@type='HASH']"):
        for pair in details.findall("nameValuePair"):
            name, value = pair.find("name"), pair.find("value")
            if value is not None and (signal := _signal(text_of(name), value, taker)):
                taker.take(name)
                taker.take(details, "type")
                yield signal


def _signal(name: str, element: etree._Element, taker: Taker) -> Signal | None:
    kind = HASH_TYPES.get(re.sub(r"[^a-z0-9]", "", name.lower()))
    if kind is None:
        return None
    try:
        signal, _spelling = parse(kind, text_of(element))
    except Refused as refusal:
        taker.refuse(element, refusal.what)
        return None
    taker.take(element)
    return signal
