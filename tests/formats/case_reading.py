"""Reads back a CASE document of ours: an oracle of its own, which shares nothing with the writer."""

from __future__ import annotations

import json
import re
from typing import Any

from vaern.arrivals import Account, Arrival, External, File, IpEvent, Location
from vaern.formats.moments import moment_of
from vaern.records import Signal

_KINDS = {"MD5": "md5", "SHA1": "sha1", "SHA256": "sha256", "PDQ": "pdq", "VPDQ": "vpdq", "PhotoDNA": "pdna"}


_SYSTEMS = {
    "INTERPOL ICSE series": "icse_series",
    "INTERPOL ICSE victim": "icse_victim",
    "NCMEC CyberTipline report": "ncmec_report",
    "NCMEC identified victim or series": "ncmec_victim",
    "INHOPE ICCAM report": "iccam_report",
    "INHOPE ICCAM item": "iccam_item",
    "INHOPE hotline": "inhope",
    "Europol SIENA": "siena",
    "National case number": "national",
    "Provider": "provider",
    "Another system": "other",
}


def read_back(document: bytes) -> Arrival:
    """The report that the document holds."""
    return _Reader(json.loads(document)["@graph"]).arrival()


def _at(value: dict[str, Any] | None) -> Any:
    return moment_of(value["@value"]) if value else None


def _external(reference: dict[str, Any]) -> External:
    system, *rest = reference["uco-core:definingContext"].split(", ")
    country = rest.pop() if rest and re.fullmatch("[A-Z]{2}", rest[-1]) else ""
    value: Any = reference["uco-core:externalIdentifier"]
    return External(_SYSTEMS[system], value, country, ", ".join(rest))  # type: ignore[arg-type]


class _Reader:
    def __init__(self, graph: list[dict[str, Any]]) -> None:
        self.nodes = {one["@id"]: one for one in graph}
        self.ties = [one for one in graph if one["@type"] == "uco-observable:ObservableRelationship"]

    def arrival(self) -> Arrival:
        (case,) = (one for one in self.nodes.values() if one["@type"] == "case-investigation:Investigation")
        references = case.get("uco-core:externalReference", [])
        said = [one for one in references if "uco-core:definingContext" in one]
        numbers = [_external(one) for one in said]
        files, accounts, locations = [], [], []
        objects = [self.nodes[one["@id"]] for one in case.get("uco-core:object", [])]
        for one in objects:
            match one["@type"]:
                case "uco-observable:File":
                    files.append(self.file(one))
                case "uco-victim:Victim":
                    accounts.append(Account("victim"))
                case "uco-observable:DigitalAccount" if any("DigitalAccountFacet" in k for k in _types(one)):
                    accounts.append(self.account(one))
                case "uco-observable:URL" | "uco-observable:IPv4Address" | "uco-observable:IPv6Address":
                    locations.append(self.place(one))
                case "uco-observable:DigitalAddress" | "uco-observable:DigitalAccount":
                    locations.append(self.place(one))
        return Arrival(
            "api",
            reference=next((one["uco-core:externalIdentifier"] for one in references if one not in said), ""),
            tip_number=next((one.value for one in numbers if one.system == "ncmec_report"), ""),
            identifiers=tuple(one for one in numbers if one.system != "ncmec_report"),
            offence=case["case-investigation:focus"],
            incident_at=_at(case.get("uco-core:startTime")),
            narrative=case.get("uco-core:description", ""),
            locations=tuple(locations),
            files=tuple(files),
            accounts=tuple(accounts),
        )

    def tied(self, source: dict[str, Any], kind: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """What a node is tied to, and the tie."""
        return [
            (self.nodes[tie["uco-core:target"]["@id"]], tie)
            for tie in self.ties
            if tie["uco-core:source"]["@id"] == source["@id"] and tie["uco-core:kindOfRelationship"] == kind
        ]

    def place(self, node: dict[str, Any], seen: Any = None) -> Location:
        if node["@type"] == "uco-observable:DigitalAccount":
            service, account = node.get("uco-core:description", ""), _one(node, "accountIdentifier", "")
            return Location(service=service, account=account, seen_at=seen)
        if node["@type"] != "uco-observable:URL":
            return Location(ip=_one(node, "addressValue"), seen_at=seen)
        hosts = self.tied(node, "Hosted_By")
        ip = _one(hosts[0][0], "addressValue") if hosts else ""
        seen = seen or (_at(hosts[0][1].get("uco-core:startTime")) if hosts else None)
        return Location(_one(node, "fullValue"), ip=ip, seen_at=seen)

    def file(self, node: dict[str, Any]) -> File:
        where = [self.place(one, _at(tie.get("uco-core:startTime"))) for one, tie in self.tied(node, "Located_At")]
        hashes = _one(node, "hash", [])
        return File(
            tuple(
                Signal(
                    _KINDS[one["uco-types:hashMethod"]],
                    bytes.fromhex(one["uco-types:hashValue"]["@value"]),  # type: ignore[arg-type]
                )
                for one in hashes
            ),
            name=_one(node, "fileName", ""),
            size=_one(node, "sizeInBytes", 0),
            mime=_one(node, "mimeType", ""),
            location=where[0] if where else None,
        )

    def account(self, node: dict[str, Any]) -> Account:
        role, _, service = node["uco-core:description"].partition(" ")
        others = [one for one, _tie in self.tied(node, "Related_To")]
        active = _one(node, "isActive", None)

        def of(kind: str) -> list[dict[str, Any]]:
            return [one for one in others if one["@type"] == f"uco-observable:{kind}"]

        return Account(
            role,
            service,
            _one(node, "accountIdentifier", ""),
            _one(node, "displayName", ""),
            tuple(_one(one, "addressValue") for one in of("EmailAddress")),
            tuple(_one(one, "phoneNumber") for one in of("PhoneAccount")),
            tuple(self.event(one, tie) for one, tie in self.tied(node, "Connected_To")),
            tuple(one["uco-core:name"] for one in of("Device")),
            disabled=None if active is None else not active,
        )

    def event(self, node: dict[str, Any], tie: dict[str, Any]) -> IpEvent:
        source = self.nodes[_one(node, "src")["@id"]]
        at = _at(_one(node, "startTime", None))
        return IpEvent(
            _one(source, "addressValue"),
            _one(node, "sourcePort", None),
            at,
            tie.get("uco-core:description", "unknown"),
        )


def _types(node: dict[str, Any]) -> list[str]:
    return [one["@type"] for one in node.get("uco-core:hasFacet", [])]


_MISSING = object()


def _one(node: dict[str, Any], name: str, otherwise: Any = _MISSING) -> Any:
    """A property of one of a node's facets."""
    for facet in node.get("uco-core:hasFacet", []):
        if f"uco-observable:{name}" in facet:
            return facet[f"uco-observable:{name}"]
    assert otherwise is not _MISSING, (node, name)
    return otherwise
