"""CASE/UCO out: a case's evidence register with its chain of custody, as JSON-LD of CASE 1.5.0.

An investigation, an exhibit as a provenance record over what lies elsewhere (its digests, never its bytes), the legal
ground as an authorisation, each event of custody as an investigative action that was informed by the one before. Who
did it is a role without an identity. Held to `case_validate` by `tests/conformance/test_case_uco.py`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vaern.formats.case_uco import CONTEXT, Graph, Node, moment

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from vaern.arrivals import External

METHODS = {"md5": "MD5", "sha1": "SHA1", "sha256": "SHA256", "sha512": "SHA512"}
"""`hashMethod` by our name, all within the vocabulary."""


@dataclass(frozen=True)
class Handled:
    """One event of custody.

    Attributes:
        kind: what happened, in words.
        at: when, with zone.
        description: what was said of it.
        hash: of the event in the chain; hexadecimal.
    """

    kind: str
    at: datetime
    description: str
    hash: str


@dataclass(frozen=True)
class Exhibit:
    """One piece of evidence.

    Attributes:
        number: in the register: `E1`.
        kind: what it is, in words.
        description: of it.
        digests: of what lies elsewhere, by `METHODS`; hexadecimal.
        legal_basis: on which it was seized or received; "" if none is said.
        handled: its events, the oldest first.
    """

    number: str
    kind: str
    description: str
    digests: Mapping[str, str]
    legal_basis: str
    handled: Sequence[Handled]


def write(
    exhibits: Sequence[Exhibit],
    *,
    case_id: uuid.UUID,
    code: str,
    organisation: str,
    at: datetime,
    handling: str = "",
    identifiers: Sequence[External] = (),
) -> bytes:
    """Writes the register as UTF-8 JSON-LD; the same bytes for the same register.

    Args:
        exhibits: what is in it.
        case_id, code: the case's identifier, and how people call it.
        organisation: who writes it.
        at: when it is written, with zone.
        handling: marking, as `TLP:AMBER`; "" for none.
        identifiers: what other systems call the case.

    Raises:
        DateError: a moment has no zone.
    """
    graph = Graph(case_id)
    who = graph.add("organization", "uco-identity:Organization", {"uco-core:name": organisation})
    examiner = graph.add("examiner", "case-investigation:Examiner", {"uco-core:name": "Whoever held the evidence"})
    grounds = _grounds(graph, exhibits)
    parts = [one for exhibit in exhibits for one in _exhibit(graph, exhibit, examiner)]
    case = graph.add(
        "investigation",
        "case-investigation:Investigation",
        {
            "uco-core:name": f"Case {code}",
            "case-investigation:investigationForm": "case",
            "uco-core:externalReference": graph.references("", identifiers),
            "case-investigation:relevantAuthorization": grounds,
            "uco-core:object": [examiner, *parts],
        },
    )
    bundle: Node = {"uco-core:objectCreatedTime": moment(at), "uco-core:createdBy": who, "uco-core:object": [case]}
    if handling:
        bundle["uco-core:objectMarking"] = graph.marking(handling)
    graph.add("bundle", "uco-core:Bundle", bundle)
    return json.dumps({"@context": CONTEXT, "@graph": graph.nodes}, ensure_ascii=False, indent=1).encode("utf-8")


def _grounds(graph: Graph, exhibits: Sequence[Exhibit]) -> list[Node]:
    """Each legal ground once."""
    texts = sorted({one.legal_basis for one in exhibits if one.legal_basis})
    return [
        graph.add(
            f"authorization/{number}",
            "case-investigation:Authorization",
            {"uco-core:description": text, "case-investigation:authorizationType": "legal basis"},
        )
        for number, text in enumerate(texts)
    ]


def _exhibit(graph: Graph, exhibit: Exhibit, examiner: Node) -> list[Node]:
    place = f"exhibit/{exhibit.number}"
    hashes = [
        graph.node(
            f"{place}/hash/{name}",
            "uco-types:Hash",
            {"uco-types:hashMethod": METHODS[name], "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": value}},
        )
        for name, value in sorted(exhibit.digests.items())
    ]
    facets = [("ContentDataFacet", {"uco-observable:hash": hashes})] if hashes else []
    thing = graph.observable(place, "ObservableObject", facets)
    record = graph.add(
        f"{place}/record",
        "case-investigation:ProvenanceRecord",
        {
            "case-investigation:exhibitNumber": exhibit.number,
            "uco-core:description": " – ".join(filter(None, [exhibit.kind, exhibit.description])),
            "uco-core:object": [thing],
        },
    )
    actions: list[Node] = []
    for number, event in enumerate(exhibit.handled, 1):
        said = [event.description, f"Event {number} of the chain of custody, SHA-256 {event.hash}"]
        actions.append(
            graph.add(
                f"{place}/event/{number}",
                "case-investigation:InvestigativeAction",
                {
                    "uco-core:name": event.kind,
                    "uco-core:description": "\n".join(filter(None, said)),
                    "uco-action:startTime": moment(event.at),
                    "uco-action:performer": examiner,
                    "uco-action:object": [thing],
                    "uco-action:result": [record] if number == 1 else [],
                    "case-investigation:wasInformedBy": actions[-1:],
                },
            )
        )
    return [thing, record, *actions]
