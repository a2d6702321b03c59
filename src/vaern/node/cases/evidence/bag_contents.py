"""What goes into an evidence bag: the register, the chains, CASE/UCO, the ledger's proofs, and how to check it all."""

from __future__ import annotations

import io
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

import vaern
from vaern.formats import case_evidence
from vaern.formats.bagit_write import bag
from vaern.formats.csv_write import CsvWriter
from vaern.formats.evidence_bag import FORMAT, REGISTER
from vaern.node.cases.evidence import chain
from vaern.node.cases.evidence.facts import opened
from vaern.node.cases.evidence.labels import EVENTS, KINDS
from vaern.node.cases.rules.evidence import Event, Kind
from vaern.node.external.passage import carried
from vaern.node.ledger.bundles import bundle
from vaern.node.ledger.models import Note
from vaern.node.ledger.proofs import NoProof

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.arrivals import External
    from vaern.formats.custody import Link
    from vaern.node.cases.evidence.facts import Facts
    from vaern.node.cases.models import Case, CustodyEvent, Evidence

COLUMNS = (
    "number",
    "kind",
    "held",
    "description",
    "sha256",
    "sha512",
    "sha1",
    "md5",
    "seized_at",
    "source",
    "legal_basis",
    "origin",
    "use_limits",
    "place",
)
EVENT_COLUMNS = (
    "evidence",
    "event",
    "kind",
    "at",
    "happened_at",
    "giver",
    "taker",
    "place",
    "condition",
    "seal",
    "why",
    "hash",
)


def files_of(case: Case, evidence: Sequence[Evidence], at: datetime, recipient: str, handling: str) -> dict[str, bytes]:
    """Return the files of a bag over the whole register of a case; the same for the same state of it."""
    said = [(one, opened(one.facts), chain.links(one)) for one in evidence]
    numbers = carried(case, handling)
    with translation.override("en"):
        payload = {
            REGISTER: _json(_register(case, said, at, recipient, handling, numbers)),
            "register.csv": _table(COLUMNS, [_row(one, facts) for one, facts, _links in said]),
            "custody.csv": _table(EVENT_COLUMNS, [row for one, _facts, links in said for row in _events(one, links)]),
            "case-uco.jsonld": _case_uco(case, said, at, handling, numbers),
            **_proofs(evidence),
        }
        context = {
            "case": case,
            "at": f"{at:%Y-%m-%d %H:%M}",
            "handling": handling,
            "recipient": recipient,
            "count": len(evidence),
            "proofs": any(path.startswith("ledger/") for path in payload),
            "service": bool(settings.CONFIGURATION.timestamp_url),
        }
        readme = render_to_string("cases/evidence/README.txt", context)
    info = [
        ("Source-Organization", _line(case.organisation.name)),
        ("External-Identifier", case.code),
        ("Bagging-Date", at.date().isoformat()),
        ("Bag-Software-Agent", f"vaern {vaern.__version__}"),
    ]
    return bag(payload, info, tag_files={"README.txt": readme.encode()})


def _register(
    case: Case,
    said: Sequence[tuple[Evidence, Facts, Sequence[Link]]],
    at: datetime,
    recipient: str,
    handling: str,
    numbers: Sequence[External],
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "case": {"id": str(case.pk), "code": case.code, "reference": case.reference},
        "external_identifiers": [
            {"system": one.system, "value": one.value, "country": one.country, "holder": one.holder} for one in numbers
        ],
        "organisation": {"id": str(case.organisation_id), "name": case.organisation.name},
        "made_at": at.isoformat(timespec="seconds"),
        "recipient": recipient,
        "handling": handling,
        "synthetic": case.synthetic,
        "evidence": [
            {
                "id": str(one.pk),
                "number": str(one),
                "kind": one.kind,
                "held": one.held,
                "facts": facts.as_json,
                "custody": [{"event": link.event, "hash": link.hash} for link in links],
                "breaks": [str(broken) for broken in chain.breaks(one, links)],
            }
            for one, facts, links in said
        ],
    }


def _row(one: Evidence, facts: Facts) -> list[str]:
    values = {"number": str(one), "kind": one.kind, "held": one.held, **facts.as_json, **facts.digests}
    return [str(values.get(name, "")) for name in COLUMNS]


def _events(one: Evidence, links: Sequence[Link]) -> list[list[str]]:
    rows = []
    for link in links:
        values = {
            **link.event["said"],
            "evidence": str(one),
            "event": link.event["number"],
            "kind": link.event["kind"],
            "at": link.event["at"],
            "hash": link.hash,
        }
        rows.append([str(values.get(name, "")) for name in EVENT_COLUMNS])
    return rows


def _case_uco(
    case: Case,
    said: Sequence[tuple[Evidence, Facts, Sequence[Link]]],
    at: datetime,
    handling: str,
    numbers: Sequence[External],
) -> bytes:
    exhibits = [
        case_evidence.Exhibit(
            number=str(one),
            kind=gettext(str(KINDS[Kind(one.kind)])),
            description=facts.description,
            digests=facts.digests,
            legal_basis=facts.legal_basis,
            handled=[
                case_evidence.Handled(
                    str(EVENTS[Event(link.event["kind"])][0]),
                    datetime.fromisoformat(link.event["at"]),
                    _sentence(link),
                    link.hash,
                )
                for link in links
            ],
        )
        for one, facts, links in said
    ]
    return case_evidence.write(
        exhibits,
        case_id=case.pk,
        code=case.code,
        organisation=case.organisation.name,
        at=at,
        handling=handling,
        identifiers=numbers,
    )


def _sentence(link: Link) -> str:
    said = link.event["said"]
    names = ("giver", "taker", "place", "condition", "seal", "why")
    return "; ".join(f"{name}: {said[name]}" for name in names if said.get(name))


def _proofs(evidence: Sequence[Evidence]) -> dict[str, bytes]:
    """A proof of each event's entry that has its place in the ledger; what was recorded a second ago has none yet."""
    found = {}
    for one in evidence:
        for row in one.events.order_by("number"):
            try:
                proof = bundle(row.entry)
            except NoProof:
                continue
            found[f"ledger/{one}-{row.number:04d}.json"] = _json({**proof, **_note(row)})
    return found


def _note(row: CustodyEvent) -> dict[str, Any]:
    """The note that the entry commits to, with the beginning of the event's hash; left out if it has typed words."""
    note = Note.objects.filter(entry=row.entry, words="").first()
    if note is None:
        return {}
    return {"note": {"salt": bytes(note.salt).hex(), "details": note.details, "words": ""}}


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """A table for a spreadsheet; no value in it is taken for a formula."""
    out = io.StringIO()
    CsvWriter(out, end="\n").rows([columns, *rows])
    return out.getvalue().encode()


def _line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
