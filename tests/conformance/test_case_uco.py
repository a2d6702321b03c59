"""CASE/UCO against `case_validate`, which carries the ontologies and needs no network."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from tests.formats.arriving import ARRIVALS, NOW
from tests.formats.test_case_findings import document as findings_document
from tests.formats.test_case_uco import write_full

from vaern.formats import case_evidence
from vaern.formats.case_uco import Assessed, write
from vaern.records import Finding, Match, Media, Signal, Traits

if TYPE_CHECKING:
    from vaern.arrivals import Arrival


def validated(folder: Path, *documents: bytes) -> subprocess.CompletedProcess[str]:
    """What the validator says of all of them together."""
    paths = []
    for number, document in enumerate(documents):
        path = folder / f"{uuid.uuid4()}-{number}.json"
        path.write_bytes(document)
        paths.append(str(path))
    command = [str(Path(sys.executable).with_name("case_validate")), "--built-version", "case-1.5.0", "--allow-info"]
    return subprocess.run([*command, *paths], capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.once
def test_a_full_report_is_accepted(tmp_path: Path) -> None:
    done = validated(tmp_path, write_full())
    assert done.returncode == 0, done.stdout
    assert "NonExistentCDOConceptWarning" not in done.stderr


@pytest.mark.slow
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(arrival=ARRIVALS)
def test_any_report_is_accepted(arrival: Arrival, tmp_path: Path) -> None:
    assessed = [Assessed("Norland", "C", NOW, n) for n in range(len(arrival.files))]
    written = write(arrival, report_id=uuid.uuid4(), organisation="Hotline", at=NOW, assessed=assessed)
    done = validated(tmp_path, written.document)
    assert done.returncode == 0, done.stdout


def exhibits() -> list[case_evidence.Exhibit]:
    """Two pieces of evidence, one with all that can be said."""
    events = [case_evidence.Handled("Handed over", NOW, 'giver: a "team"', "ab" * 32) for _ in range(3)]
    digests = {"md5": "ab" * 16, "sha1": "ab" * 20, "sha256": "ab" * 32, "sha512": "ab" * 64}
    return [
        case_evidence.Exhibit("E1", "Image of a device", "æ & <b>\n\u2028", digests, "Example Act, section 1", events),
        case_evidence.Exhibit("E2", "Something else", "", {}, "", events[:1]),
    ]


@pytest.mark.slow
def test_an_evidence_register_is_accepted(tmp_path: Path) -> None:
    about = {"case_id": uuid.uuid4(), "code": "ABCD-EFGH", "organisation": "Police (synthetic)", "at": NOW}
    full = case_evidence.write(exhibits(), **about, handling="TLP:AMBER")
    assert full == case_evidence.write(exhibits(), **about, handling="TLP:AMBER")
    done = validated(tmp_path, full, case_evidence.write([], **about | {"case_id": uuid.uuid4()}))
    assert done.returncode == 0, done.stdout
    assert "NonExistentCDOConceptWarning" not in done.stderr


def broken(change: str) -> bytes:
    document = json.loads(write_full())
    node: dict[str, Any] = next(one for one in document["@graph"] if one["@type"] == "uco-observable:File")
    facet = node["uco-core:hasFacet"][1]
    if change == "size":
        facet["uco-observable:sizeInBytes"] = "twelve"
    elif change == "hash":
        del facet["uco-observable:hash"][0]["uco-types:hashValue"]
    else:
        facet["uco-observable:noSuchProperty"] = "x"
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("hash", marks=pytest.mark.once),
        *(pytest.param(each, marks=pytest.mark.slow) for each in ("size", "property")),
    ],
)
def test_the_validator_can_refuse(change: str, tmp_path: Path) -> None:
    assert validated(tmp_path, broken(change)).returncode == 1


@pytest.mark.once
def test_findings_are_accepted(tmp_path: Path) -> None:
    digests = (Signal("md5", b"m" * 16), Signal("sha256", b"s" * 32))
    looks = (Signal("pdq", b"p" * 32, 90), Signal("pdq", b"q" * 32, 90, "mirrored"))
    traits = Traits(make="Maker", model="One", place=(55.5, 12.5))
    picture = Media(
        "box.zip!/a \u2028.jpg",
        9,
        "image/jpeg",
        digests + looks,
        width=4,
        height=3,
        taken="2026-01-02T03:04:05",
        modified="2026-01-02T03:04:05.678Z",
        archive="box.zip",
        member=(0,),
        traits=traits,
    )
    film = Media(
        "film.mp4", 99, "video/mp4", (Signal("vpdq", b"v" * 40),), duration=1.5, modified="2026-01-02T03:04:05"
    )
    hits = (
        Match("md5", "6d" * 16, "e 1", 0, "list", "7", "A", "Scheme"),
        Match("pdq", "70" * 32, "e 2", 9, "list", "7", "B", "Scheme", frame_of="entry", seconds=3.0),
    )
    found = [
        Finding(Media("box.zip", 999, "application/zip"), "not media"),
        Finding(picture, "known", hits, "The MD5 is that of an entry."),
        Finding(film, "near", hits[1:], "Looks like it."),
        Finding(Media("none", 0, unreadable="it is empty"), "unreadable"),
    ]
    done = validated(tmp_path, findings_document(found), findings_document([]))
    assert done.returncode == 0, done.stdout
    assert "NonExistentCDOConceptWarning" not in done.stderr
