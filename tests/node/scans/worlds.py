"""A small made-up alliance with a scan in it, for the tests of scans and of the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec
from tests.node.factories import make_key, make_organisation, make_person, terms, viewer_for

from vaern.formats import findings
from vaern.node.base.scope import viewing
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Permission, Role
from vaern.node.scans import actions
from vaern.node.scans.results import Header, Row, UsedList, row
from vaern.records import VERDICTS, Finding, Match, Media, Signal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.organisations.models import Organisation, Person
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.scans.models import Scan

WHY = Reason(Why.INVESTIGATION, "made up for a test")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HEADER = Header("0123456789abcdef", "0.1.0", True, NOW, NOW + timedelta(hours=1), (UsedList("synthetic", "2026-11"),))
SECRET_NAME = "Holiday of Somebody/IMG_0001 (synthetic).jpg"


def finding(number: int, verdict: str = "new", name: str = SECRET_NAME) -> Finding:
    """Return a finding as the engine writes it; all values follow from the number."""
    digest = sha256(b"%d" % number).digest()
    signals = (
        Signal("md5", digest[:16]),
        Signal("sha1", digest[:20]),
        Signal("sha256", digest),
        Signal("pdq", sha256(digest).digest(), 90),
        Signal("pdq", sha256(digest * 2).digest(), 90, "rotated-90"),
    )
    media = Media(name, 1000 + number, "image/jpeg", signals, camera="Made-up camera", taken="2026-01-01T00:00:00")
    near, exact = ("pdq", signals[3].value.hex(), 12), ("sha256", digest.hex(), 0)
    kind, query, bits = exact if verdict == "known" else near
    hit = Match(kind, query, f"entry-{number}", bits, "synthetic", "2026-11")
    return Finding(media, verdict, (hit,) if verdict in {"known", "near"} else (), "made up")  # type: ignore[arg-type]


def lines(count: int, first: int = 1) -> bytes:
    """Return so many lines of `findings.jsonl`, with every verdict in turn."""
    return b"".join(findings.encode(finding(n, VERDICTS[n % len(VERDICTS)])) for n in range(first, first + count))


def rows(count: int, first: int = 1) -> list[Row]:
    """Return so many findings as the node keeps them."""
    return [row(finding(n, VERDICTS[n % len(VERDICTS)]), n) for n in range(first, first + count)]


@dataclass
class World:
    """A police desk that owns scans, a hotline and a hub that may receive, and somebody in each."""

    police: Organisation
    hotline: Organisation
    hub: Organisation
    officer: Person
    analyst: Person
    checker: Person

    @property
    def viewer(self) -> Viewer:
        """The officer as a viewer."""
        return viewer_for(self.officer)

    def key(self, person: Person, *scopes: Permission) -> dict[str, str]:
        """Return the headers of somebody's key."""
        _key, header = make_key(person, *(scopes or (Permission.SCAN_VIEW, Permission.SCAN_ADD)))
        return {"Authorization": f"Bearer {header}", "Vaern-Reason": "investigation"}

    def scan(self, reference: str = "2026-114 drive 1", found: Sequence[Row] | None = None, **options: Any) -> Scan:
        """Bring in a scan of the police desk."""
        given = rows(12) if found is None else found
        options.setdefault("finished", True)
        scan, _fresh = actions.receive(self.viewer, WHY, reference, HEADER, given, **options)
        return scan

    def release(self, scan: Scan, *recipients: Organisation, days: float = 10) -> None:
        """Release it with all that is needed."""
        from django.utils import timezone

        from vaern.node.casework.releases.terms import Handling

        with viewing(self.police.id):
            actions.release(
                self.viewer,
                WHY,
                scan,
                [r.id for r in recipients],
                terms(Handling.AMBER_STRICT, timezone.now() + timedelta(days=days), "LED article 9 (synthetic)"),
            )


def make_world() -> World:
    """Make the alliance."""
    police, hotline = make_organisation(OrganisationKind.POLICE), make_organisation(OrganisationKind.HOTLINE)
    hub = make_organisation(OrganisationKind.HUB)
    return World(
        police,
        hotline,
        hub,
        make_person(Role.INVESTIGATOR, police),
        make_person(Role.ANALYST, hotline),
        make_person(Role.ANALYST, hub),
    )


def run_json(**changes: Any) -> bytes:
    """Return a `run.json` as the engine writes it, with paths in it."""
    plain = {
        "format": 1,
        "run": "0123456789abcdef",
        "synthetic": True,
        "complete": True,
        "started": "2026-11-24T12:00:00Z",
        "finished": "2026-11-24T13:00:00Z",
        "seconds": 3600.0,
        "paths": ["/secret/drive"],
        "folders": ["/secret/drive"],
        "left_out": "/secret/out",
        "distance": None,
        "min_quality": 50,
        "video_share": 0.5,
        "options": {"jobs": 2},
        "lists": [{"name": "synthetic", "release": "2026-11", "purpose": "known", "distance": 31, "entries": 9}],
        "machine": {"system": "x"},
        "versions": {"vaern": "0.1.0"},
        **changes,
    }
    return msgspec.json.encode(plain)
