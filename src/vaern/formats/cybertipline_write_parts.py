"""The parts of a CyberTipline report out: places, accounts, files, each taken as it is written (`carrying`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lxml import etree

from vaern.formats.cybertipline_shape import ENUMS
from vaern.formats.cybertipline_terms import ELEMENTS, SCHEME
from vaern.formats.document_parts import says_more
from vaern.formats.moments import written
from vaern.formats.signals import render

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from vaern.arrivals import Account, Detail, File, IpEvent, Location, Viewed
    from vaern.formats.document_parts import Part

_IMPOSSIBLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HASHES = {"md5": "MD5", "sha1": "SHA1", "sha256": "SHA256", "pdq": "PDQ", "vpdq": "VPDQ", "pdna": "PhotoDNA"}
_BLOCKS = {
    "suspect": ("personOrUserReported", "personOrUserReportedPerson"),
    "recipient": ("intendedRecipient", "intendedRecipientPerson"),
    "victim": ("victim", "victimPerson"),
}

_MEDIA = {
    "email": ("emailIncident", "e-mail", "emailAddress"),
    "newsgroup": ("newsgroupIncident", "newsgroup", "name"),
    "telephone": ("cellPhoneIncident", "telephone", "phoneNumber"),
    "chat": ("chatImIncident", "chatClient", "chatRoomName"),
    "game": ("onlineGamingIncident", "gameName", ""),
    "peer_to_peer": ("peer2peerIncident", "client", ""),
    "offline": ("nonInternetIncident", "locationName", ""),
}
"""By `Location.medium`: the incident, and its elements for service and account."""

_SAID_BY_KIND = frozenset({"e-mail", "newsgroup", "telephone"})
"""Services that are said by the kind of incident alone (`cybertipline_parts`), in the place of an element."""


@dataclass(frozen=True)
class Viewing:
    """What a person here looked at of one file.

    Attributes:
        file: how much of it: only `whole` is written as viewed.
        exif: whether a person here read its EXIF; None if unknown. Written as true only with a file viewed whole.
    """

    file: Viewed = "unknown"
    exif: bool | None = None


def possible(text: str) -> str:
    """The text with U+FFFD for what XML cannot carry."""
    return _IMPOSSIBLE.sub("\ufffd", text)


def text_of_part(part: Part[Any], name: str) -> str:
    """Takes a text of a part, as XML can carry it."""
    text: str = getattr(part.value, name)
    part.take(name, changed=possible(text) != text)
    return possible(text)


def element_of(name: str, text: str = "") -> etree._Element:
    """An element with a text, or without one."""
    element = etree.Element(name)
    if text:
        element.text = possible(text)
    return element


def add(parent: etree._Element, name: str, text: str) -> None:
    """Adds an element with text, unless the text is blank."""
    if text.strip():
        parent.append(element_of(name, text))


def flag(parent: etree._Element, name: str, *, value: bool | None) -> None:
    """Adds a boolean that was said."""
    if value is not None:
        parent.append(element_of(name, "true" if value else "false"))


def moment_text(at: datetime | None) -> str:
    """A moment as the document has it; "" without one."""
    return written(at) if at else ""


def place_into(report: etree._Element, place: Part[Location], mailboxes: Collection[str]) -> None:
    """Adds a place as the incident that the format has for it: an address, a mailbox, a game, else a chat.

    Args:
        report: what it is added to.
        place: the place.
        mailboxes: of the accounts that the document names: the format takes no other as a mailbox.
    """
    location = place.value
    if location.url:
        incident = etree.SubElement(etree.SubElement(report, "internetDetails"), "webPageIncident")
        add(incident, "url", text_of_part(place, "url"))
        if location.service and location.service == report.findtext("incidentSummary/platform"):
            text_of_part(place, "service")
        return
    medium = location.medium or "chat"
    if medium == "email" and location.account not in mailboxes:
        medium = "chat"
    kind, service, account = _MEDIA[medium]
    texts = [(name, its) for name, its in ((service, "service"), (account, "account")) if name not in _SAID_BY_KIND]
    if not any(name and getattr(location, its).strip() for name, its in texts):
        return
    incident = etree.SubElement(etree.SubElement(report, "internetDetails"), kind)
    for name, its in texts:
        if name:
            add(incident, name, text_of_part(place, its))
    if medium == location.medium:
        place.take("medium")
        if location.service == service and service in _SAID_BY_KIND:
            place.take("service")


def account_block(part: Part[Account]) -> etree._Element:
    """The block of a suspect, recipient or victim."""
    account = part.value
    name, person_name = _BLOCKS[account.role]
    block = etree.Element(name)
    if account.emails or account.phones or account.role == "victim":
        person = etree.SubElement(block, person_name)
        for its, texts in (("phone", part.parts("phones")), ("email", part.parts("emails"))):
            for one in texts:
                add(person, its, one.value)
                one.take(changed=possible(one.value) != one.value)
    add(block, "espIdentifier", text_of_part(part, "identifier"))
    add(block, "espService", text_of_part(part, "service"))
    add(block, "screenName", text_of_part(part, "screen_name"))
    block.extend([_event(one) for one in part.parts("ip_events")])
    _devices(block, part)
    flag(block, "accountPermanentlyDisabled", value=account.disabled)
    part.take("role", "disabled")
    return block


def _devices(block: etree._Element, part: Part[Any]) -> None:
    for device in part.parts("devices"):
        kind, _, value = device.value.partition(": ")
        if kind.strip() and value.strip():
            element = etree.SubElement(block, "deviceId")
            add(element, "idType", kind)
            add(element, "idValue", value)
            device.take(changed=possible(device.value) != device.value)


def _event(part: Part[IpEvent]) -> etree._Element:
    event = part.value
    element = etree.Element("ipCaptureEvent")
    add(element, "ipAddress", event.ip)
    add(element, "eventName", event.event.capitalize())
    add(element, "dateTime", moment_text(event.at))
    flag(element, "possibleProxy", value=event.proxy)
    add(element, "port", str(event.port) if event.port is not None else "")
    part.take()
    return element


def fits_file(account: Account, file: File) -> bool:
    """Whether a file can carry an uploader: one address in all and devices, and nothing else is known."""
    plain = not (account.service or account.identifier or account.screen_name or account.emails or account.phones)
    return plain and len(account.ip_events) + len(file.ip_events) <= 1 and account.disabled is None


def aside_of(part: Part[Account]) -> str:
    """An account for which the format has no place, as lines of text."""
    account = part.value
    part.take(changed=True)
    lines = [f"Also seen ({account.role}):"]
    named = ("service", account.service), ("identifier", account.identifier), ("screen name", account.screen_name)
    lines += (f"{name}: {text}" for name, text in named if text)
    lines += (f"e-mail: {one}" for one in account.emails)
    lines += (f"phone: {one}" for one in account.phones)
    lines += (f"device: {one}" for one in account.devices)
    if account.disabled is not None:
        lines.append("the account is closed" if account.disabled else "the account is open")
    for one in account.ip_events:
        parts = [
            f"address: {one.ip}",
            f"port {one.port}" if one.port else "",
            moment_text(one.at),
            one.event,
            {True: "possibly a proxy", False: "no proxy", None: ""}[one.proxy],
        ]
        lines.append(", ".join(filter(None, parts)))
    return "\n".join(lines)


def file_details(part: Part[File], viewing: Viewing, uploader: Part[Account] | None) -> etree._Element:
    """The details of a file, with whoever uploaded it; the identifiers are put in by the caller."""
    file = part.value
    element = etree.Element("fileDetails")
    add(element, "originalFileName", text_of_part(part, "name"))
    add(element, "uploadedToEspTimestamp", moment_text(file.uploaded_at))
    part.take("uploaded_at")
    if file.location:
        place = part.part("location")
        add(element, "locationOfFile", text_of_part(place, "url"))
        place.take("public")
    _viewed(element, part, viewing)
    flag(element, "publiclyAvailable", value=file.location.public if file.location else None)
    annotate(element, "fileAnnotations", part, ELEMENTS)
    if file.scheme == SCHEME and file.classification in ENUMS["fileClassification"]:
        add(element, "industryClassification", file.classification)
        part.take("classification", "scheme")
    for signal in part.parts("signals"):
        if signal.value.kind in _HASHES:
            pdna = signal.value.kind == "pdna"
            one = element_of("originalFileHash", render(signal.value, "base64" if pdna else ""))
            one.set("hashType", _HASHES[signal.value.kind])
            element.append(one)
            signal.take(changed=says_more(signal.value))
    seen = [*part.parts("ip_events"), *(uploader.parts("ip_events") if uploader else ())]
    element.extend([_event(one) for one in seen[:1]])
    _devices(element, part)
    if uploader is not None:
        _devices(element, uploader)
        uploader.take("role")
    _details(element, part)
    return element


def _details(element: etree._Element, part: Part[File]) -> None:
    """The metadata, those of one kind that follow each other together; a kind that the format has not is left out."""
    for one in part.parts("details"):
        detail: Detail = one.value
        if detail.kind not in {"", *ENUMS["metadataTypes"]} or not (detail.name.strip() and detail.value.strip()):
            continue
        last = element[-1] if len(element) and element[-1].tag == "details" else None
        if last is None or last.get("type", "") != detail.kind:
            last = etree.SubElement(element, "details", {"type": detail.kind} if detail.kind else {})
        pair = etree.SubElement(last, "nameValuePair")
        add(pair, "name", text_of_part(one, "name"))
        add(pair, "value", text_of_part(one, "value"))
        one.take("kind")


def _viewed(element: etree._Element, part: Part[File], viewing: Viewing) -> None:
    """What a person here looked at; the sender's flags are carried where they say the same, else left out."""
    seen = {"whole": True, "partly": False, "not": False, "unknown": None}[viewing.file]
    flag(element, "fileViewedByEsp", value=seen)
    if viewing.file == part.value.viewed != "partly":
        part.take("viewed")
    if viewing.exif is False or (viewing.exif and seen):
        flag(element, "exifViewedByEsp", value=viewing.exif)
        if viewing.exif:
            part.take("exif_viewed")


def annotate(
    element: etree._Element, name: str, part: Part[Any], words: Mapping[str, str], implied: Sequence[str] = ()
) -> None:
    """Adds what is said of a file or a report in words that the format has.

    Args:
        element: what it is added to.
        name: of the element that holds the words.
        part: with `annotations`.
        words: elements by our codes.
        implied: codes that are said besides.
    """
    known = [one for one in part.parts("annotations") if one.value in words]
    said = dict.fromkeys([*implied, *(one.value for one in known)])
    if said:
        etree.SubElement(element, name).extend([element_of(words[code], "true") for code in said])
    for one in known:
        one.take()
