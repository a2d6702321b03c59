"""CASE/UCO out: a report as JSON-LD of CASE 1.5.0, for the tools of police and laboratories.

Hashes and metadata only, never `dataPayload`. A victim is a role without any identity. Identifiers are UUIDs that
follow from the report's own and from the place in it, so that writing twice gives the same document. `case_validate`
does not look at the text of dates: it is checked here. What has no place in it is named (`carrying`). Research:
`formats.md`, (d).
"""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from vaern.arrivals import numbers_of
from vaern.formats.cybertipline_rules import is_address
from vaern.formats.document_parts import Carrying, Written, says_more
from vaern.formats.moments import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from vaern.arrivals import Account, Arrival, External, File, IpEvent, Location, NumberSystem
    from vaern.formats.document_parts import Part
    from vaern.records import Signal

VERSION = "1.5.0"
NAMESPACE = uuid.UUID("6a4f2f50-7a3c-5d0b-9a55-1f0f8d1c7b11")
"""Of the identifiers: `uuid5(NAMESPACE, report/place)`."""

_UCO = "https://ontology.unifiedcyberontology.org/uco/"
CONTEXT = {
    "kb": "urn:vaern:",
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    **{
        f"uco-{name}": f"{_UCO}{name}/"
        for name in ("action", "analysis", "core", "identity", "marking", "observable", "tool", "types", "victim")
    },
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

METHODS = {"md5": "MD5", "sha1": "SHA1", "sha256": "SHA256", "pdq": "PDQ", "vpdq": "VPDQ", "pdna": "PhotoDNA"}
"""`hashMethod` by kind. The last three are outside the vocabulary, which the shapes tell as information."""

SYSTEMS: dict[NumberSystem, str] = {
    "icse_series": "INTERPOL ICSE series",
    "icse_victim": "INTERPOL ICSE victim",
    "ncmec_report": "NCMEC CyberTipline report",
    "ncmec_victim": "NCMEC identified victim or series",
    "iccam_report": "INHOPE ICCAM report",
    "iccam_item": "INHOPE ICCAM item",
    "inhope": "INHOPE hotline",
    "siena": "Europol SIENA",
    "national": "National case number",
    "provider": "Provider",
    "other": "Another system",
}
"""`definingContext` of what another system calls a report or a case."""

Node = dict[str, Any]


class DateError(ValueError):
    """A moment without a zone, which says nothing to anybody else."""


@dataclass(frozen=True)
class Assessed:
    """One assessment, as it is stated to others.

    Attributes:
        scheme, value: the class; written as `scheme:value`.
        at: when, with zone.
        file: index of the file that it is about; None for the report as a whole.
    """

    scheme: str
    value: str
    at: datetime
    file: int | None = None


def write(
    arrival: Arrival,
    *,
    report_id: uuid.UUID,
    organisation: str,
    at: datetime,
    assessed: Sequence[Assessed] = (),
    handling: str = "",
) -> Written:
    """Writes a report.

    Args:
        arrival: the report.
        report_id: our identifier of it.
        organisation: who writes it.
        at: when it is written, with zone.
        assessed: what was concluded of it.
        handling: marking, as `TLP:AMBER`; "" for none.

    Raises:
        DateError: a moment has no zone.
    """
    graph, carrying = Graph(report_id), Carrying(arrival)
    whole = carrying.root
    who = graph.add("organization", "uco-identity:Organization", {"uco-core:name": organisation})
    places = [made for n, one in enumerate(whole.parts("locations")) for made in graph.place(f"location/{n}", one)]
    files = [graph.file(n, one) for n, one in enumerate(whole.parts("files"))]
    others = [one for n, account in enumerate(whole.parts("accounts")) for one in graph.account(n, account)]
    results = [one for n, fact in enumerate(assessed) for one in graph.assessment(n, fact, who, files)]
    case = graph.add(
        "investigation",
        "case-investigation:Investigation",
        {
            "uco-core:name": f"Report {report_id}",
            "uco-core:description": arrival.narrative or None,
            "uco-core:externalReference": graph.references(arrival.reference, numbers_of(arrival)),
            "case-investigation:focus": arrival.offence,
            "uco-core:startTime": moment(arrival.incident_at),
            "uco-core:object": [*places, *files, *others, *results],
        },
    )
    whole.take("narrative", "reference", "offence", "incident_at", "tip_number", "identifiers")
    bundle: Node = {"uco-core:objectCreatedTime": moment(at), "uco-core:createdBy": who, "uco-core:object": [case]}
    if handling:
        bundle["uco-core:objectMarking"] = graph.marking(handling)
    graph.add("bundle", "uco-core:Bundle", bundle)
    document = json.dumps({"@context": CONTEXT, "@graph": graph.nodes}, ensure_ascii=False, indent=1)
    return Written(document.encode("utf-8", "replace"), carrying.left_out, carrying.changed)


def moment(at: datetime | None) -> Node | None:
    """A moment as a typed literal.

    Raises:
        DateError: it has no zone.
    """
    if at is None:
        return None
    if at.tzinfo is None or at.utcoffset() is None:
        raise DateError("a moment has no zone; CASE tools would read it as another one")
    return {"@type": "xsd:dateTime", "@value": written(at)}


def hexadecimal(signal: Signal) -> Node:
    """The value of a signal as a typed literal."""
    return {"@type": "xsd:hexBinary", "@value": signal.value.hex()}


class Graph:
    """The nodes of a document, and their identifiers, which follow from what the document is of and from the place."""

    def __init__(self, of: uuid.UUID) -> None:
        self._of = of
        self.nodes: list[Node] = []

    def node(self, place: str, kind: str, properties: Node) -> Node:
        """A node with its identifier; properties that are None are left out."""
        name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", kind.rpartition(":")[2]).lower()
        identifier = f"kb:{name}-{uuid.uuid5(NAMESPACE, f'{self._of}/{place}')}"
        return {"@id": identifier, "@type": kind, **{k: v for k, v in properties.items() if v not in (None, [], "")}}

    def add(self, place: str, kind: str, properties: Node) -> Node:
        """Adds a node, and returns the reference to it."""
        node = self.node(place, kind, properties)
        self.nodes.append(node)
        return {"@id": node["@id"]}

    def observable(self, place: str, kind: str, facets: Iterable[tuple[str, Node]]) -> Node:
        """An observable with its facets."""
        made = [self.node(f"{place}/{name}", f"uco-observable:{name}", one) for name, one in facets]
        return self.add(place, f"uco-observable:{kind}", {"uco-core:hasFacet": made})

    def references(self, text: str, others: Sequence[External]) -> list[Node]:
        """How the sender calls the report, and how other systems do: each with the system's name."""
        first = [self.node("reference", "uco-core:ExternalReference", {"uco-core:externalIdentifier": text})]
        numbers = [
            self.node(
                f"reference/{number}",
                "uco-core:ExternalReference",
                {
                    "uco-core:definingContext": ", ".join(filter(None, (SYSTEMS[one.system], one.holder, one.country))),
                    "uco-core:externalIdentifier": one.value,
                },
            )
            for number, one in enumerate(others)
        ]
        return [*(first if text else []), *numbers]

    def file(self, number: int, part: Part[File]) -> Node:
        """A file, by its hashes; and where it was."""
        place, file = f"file/{number}", part.value
        known = [one for one in part.parts("signals") if one.value.kind in METHODS]
        for one in known:
            one.take(changed=says_more(one.value))
        hashes = [
            self.node(
                f"{place}/hash/{n}",
                "uco-types:Hash",
                {"uco-types:hashMethod": METHODS[one.value.kind], "uco-types:hashValue": hexadecimal(one.value)},
            )
            for n, one in enumerate(known)
        ]
        facets: list[tuple[str, Node]] = [
            ("FileFacet", {"uco-observable:fileName": file.name, "uco-observable:sizeInBytes": file.size or None}),
            (
                "ContentDataFacet",
                {
                    "uco-observable:mimeType": file.mime,
                    "uco-observable:sizeInBytes": file.size or None,
                    "uco-observable:hash": hashes,
                },
            ),
        ]
        part.take("name", "size", "mime")
        made = self.observable(place, "File", facets)
        if file.location:
            there = part.part("location")
            for where in self.place(f"{place}/location", there):
                self.relation(f"{place}/at", made, where, "Located_At", file.location.seen_at)
                there.take("seen_at")
        return made

    def place(self, place: str, part: Part[Location]) -> list[Node]:
        """A place: a URL, an IP address, or an account of a service; nothing where nothing is said of these."""
        location = part.value
        if location.url:
            part.take("url", "ip")
            made = self.observable(place, "URL", [("URLFacet", {"uco-observable:fullValue": location.url})])
            if location.ip:
                host = self.address(f"{place}/ip", location.ip)
                self.relation(f"{place}/host", made, host, "Hosted_By", location.seen_at)
                part.take("seen_at")
            return [made]
        if location.ip:
            part.take("ip")
            return [self.address(place, location.ip)]
        if not location.service and not location.account:
            return []
        part.take("service", "account")
        facet = ("AccountFacet", {"uco-observable:accountIdentifier": location.account})
        made = self.observable(place, "DigitalAccount", [facet])
        self.nodes[-1] |= {"uco-core:description": location.service} if location.service else {}
        return [made]

    def address(self, place: str, ip: str) -> Node:
        """An IP address; text that is none is kept as such."""
        version = ip_address(ip).version if is_address(ip) else 0
        kind = {4: "IPv4Address", 6: "IPv6Address", 0: "DigitalAddress"}[version]
        return self.observable(place, kind, [(f"{kind}Facet", {"uco-observable:addressValue": ip})])

    def relation(self, place: str, source: Node, target: Node, kind: str, at: datetime | None) -> Node:
        """A directed relationship between two observables, since when."""
        return self.add(
            place,
            "uco-observable:ObservableRelationship",
            {
                "uco-core:source": source,
                "uco-core:target": target,
                "uco-core:isDirectional": True,
                "uco-core:kindOfRelationship": kind,
                "uco-core:startTime": moment(at),
            },
        )

    def account(self, number: int, part: Part[Account]) -> list[Node]:
        """An account and from where it was seen. Of a victim nothing but that there is one."""
        place, account = f"account/{number}", part.value
        part.take("role")
        if account.role == "victim":
            return [self.add(place, "uco-victim:Victim", {})]
        part.take("identifier", "screen_name", "service", "disabled", "emails", "phones", "devices")
        facets: list[tuple[str, Node]] = [
            (
                "AccountFacet",
                {
                    "uco-observable:accountIdentifier": account.identifier,
                    "uco-observable:isActive": None if account.disabled is None else not account.disabled,
                },
            ),
            ("DigitalAccountFacet", {"uco-observable:displayName": account.screen_name}),
        ]
        made = self.observable(place, "DigitalAccount", facets)
        self.nodes[-1]["uco-core:description"] = f"{account.role} {account.service}".strip()
        others = [
            self.observable(
                f"{place}/email/{n}", "EmailAddress", [("EmailAddressFacet", {"uco-observable:addressValue": one})]
            )
            for n, one in enumerate(account.emails)
        ]
        others += [
            self.observable(
                f"{place}/phone/{n}", "PhoneAccount", [("PhoneAccountFacet", {"uco-observable:phoneNumber": one})]
            )
            for n, one in enumerate(account.phones)
        ]
        others += [
            self.add(f"{place}/device/{n}", "uco-observable:Device", {"uco-core:name": one})
            for n, one in enumerate(account.devices)
        ]
        tied = [self.relation(f"{place}/tie/{n}", made, one, "Related_To", None) for n, one in enumerate(others)]
        seen = [self.seen(f"{place}/seen/{n}", made, one) for n, one in enumerate(part.parts("ip_events"))]
        return [made, *others, *tied, *seen]

    def seen(self, place: str, account: Node, part: Part[IpEvent]) -> Node:
        """A connection of an account: from which address and port, when, and on what occasion."""
        event = part.value
        facet: Node = {
            "uco-observable:src": self.address(f"{place}/ip", event.ip),
            "uco-observable:sourcePort": event.port,
            "uco-observable:startTime": moment(event.at),
        }
        part.take("ip", "port", "at", "event")
        made = self.observable(f"{place}/connection", "NetworkConnection", [("NetworkConnectionFacet", facet)])
        tie = self.relation(place, account, made, "Connected_To", event.at)
        self.nodes[-1] |= {"uco-core:description": event.event} if event.event != "unknown" else {}
        return tie

    def assessment(self, number: int, fact: Assessed, who: Node, files: Sequence[Node]) -> list[Node]:
        """What a person concluded: an analysis with its result."""
        place = f"assessment/{number}"
        classified = self.node(
            f"{place}/class",
            "uco-analysis:ArtifactClassification",
            {"uco-analysis:class": f"{fact.scheme}:{fact.value}"},
        )
        facet = self.node(
            f"{place}/facet",
            "uco-analysis:ArtifactClassificationResultFacet",
            {"uco-analysis:classification": [classified]},
        )
        result = self.add(f"{place}/result", "uco-analysis:AnalyticResult", {"uco-core:hasFacet": [facet]})
        about = [files[fact.file]] if fact.file is not None else list(files)
        analysis = self.add(
            place,
            "uco-analysis:Analysis",
            {
                "uco-core:name": "Assessment by a person",
                "uco-action:performer": who,
                "uco-action:object": about,
                "uco-action:result": [result],
                "uco-action:endTime": moment(fact.at),
            },
        )
        return [analysis, result]

    def marking(self, statement: str) -> Node:
        """How the document may be handled."""
        inner = self.node(
            "marking/statement",
            "uco-marking:StatementMarking",
            {"uco-marking:definitionType": "statement", "uco-marking:statement": statement},
        )
        return self.add(
            "marking",
            "uco-marking:MarkingDefinition",
            {"uco-marking:definitionType": "statement", "uco-marking:definition": [inner]},
        )
