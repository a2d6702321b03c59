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
from tests.formats.test_case_uco import write_full

from vaern.formats.case_uco import Assessed, write

if TYPE_CHECKING:
    from vaern.arrivals import Arrival

pytestmark = pytest.mark.slow


def validated(folder: Path, *documents: bytes) -> subprocess.CompletedProcess[str]:
    """What the validator says of all of them together."""
    paths = []
    for number, document in enumerate(documents):
        path = folder / f"{uuid.uuid4()}-{number}.json"
        path.write_bytes(document)
        paths.append(str(path))
    command = [str(Path(sys.executable).with_name("case_validate")), "--built-version", "case-1.5.0", "--allow-info"]
    return subprocess.run([*command, *paths], capture_output=True, text=True, timeout=300, check=False)


def test_a_full_report_is_accepted(tmp_path: Path) -> None:
    done = validated(tmp_path, write_full())
    assert done.returncode == 0, done.stdout
    assert "NonExistentCDOConceptWarning" not in done.stderr


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(arrival=ARRIVALS)
def test_any_report_is_accepted(arrival: Arrival, tmp_path: Path) -> None:
    assessed = [Assessed("Norland", "C", NOW, n) for n in range(len(arrival.files))]
    done = validated(
        tmp_path, write(arrival, report_id=uuid.uuid4(), organisation="Hotline", at=NOW, assessed=assessed)
    )
    assert done.returncode == 0, done.stdout


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


@pytest.mark.parametrize("change", ["size", "hash", "property"])
def test_the_validator_can_refuse(change: str, tmp_path: Path) -> None:
    assert validated(tmp_path, broken(change)).returncode == 1
