"""XARF against `xarf`, the reference reader: it takes all that we write, and we read all that it takes and writes.

It wants a newer Python than ours, so it runs in a process of its own, which answers line by line.
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.formats.arriving import NOW, SIGNALS
from tests.formats.test_report_write import ANY, FACTS, sayable
from tests.formats.test_xarf import subjects

from vaern.formats.report_write import CannotWriteError, write
from vaern.formats.xarf import CLASSES, DETECTIONS, OFFENCES, SCHEME, read
from vaern.formats.xarf_write import Subject, csam, csem, encoded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from vaern.arrivals import Arrival

    Ask = Callable[[str, Any], Any]

pytestmark = pytest.mark.once

MANY = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
PROGRAM = """
import json, sys, warnings, xarf
warnings.simplefilter("ignore")

def judge(text):
    try:
        found = xarf.parse(text)
    except xarf.XARFParseError as error:
        return "", [str(error)], []
    return type(found.report).__name__, [str(one) for one in found.errors], [str(one) for one in found.warnings]

def make(fields):
    made = xarf.create_report(**fields)
    assert made.report and not made.errors, made
    return made.report.model_dump_json(by_alias=True, exclude_none=True)

for line in sys.stdin:
    what, given = json.loads(line)
    print(json.dumps({"judge": judge, "make": make}[what](given)), flush=True)
"""
DIGEST = hashlib.sha256(b"synthetic").hexdigest()
CONTACT = {"org": "A platform (synthetic)", "contact": "abuse@platform.example", "domain": "platform.example"}


@pytest.fixture(scope="module")
def ask(foreign: Callable[..., Path]) -> Iterator[Ask]:
    """Ask the reference: `judge` a document, or `make` one of fields."""
    command = [foreign("python", "xarf"), "-c", PROGRAM]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        to, back = process.stdin, process.stdout

        def ask(what: str, given: Any) -> Any:
            print(json.dumps([what, given]), file=to, flush=True)
            return json.loads(back.readline())

        yield ask
        to.close()


@MANY
@given(
    subject=subjects, value=st.sampled_from(CLASSES), how=st.sampled_from(DETECTIONS["csam"]), signals=st.lists(SIGNALS)
)
def test_material_is_taken(subject: Subject, value: str, how: str, signals: list[Any], ask: Ask) -> None:
    document = csam(subject, scheme=SCHEME, classification=value, detection_method=how, signals=signals)
    assert ask("judge", encoded(document).decode()) == ["CsamReport", [], []]


@MANY
@given(subject=subjects, kind=st.sampled_from(sorted(OFFENCES)), how=st.sampled_from(DETECTIONS["csem"]))
def test_exploitation_is_taken(subject: Subject, kind: str, how: str, ask: Ask) -> None:
    document = csem(subject, exploitation_type=kind, detection_method=how, account="u", addresses=["192.0.2.1"])
    assert ask("judge", encoded(document).decode()) == ["CsemReport", [], []]


@MANY
@given(arrival=ANY)
def test_a_report_that_leaves_as_xarf_is_taken(arrival: Arrival, ask: Ask) -> None:
    try:
        document = write(sayable(arrival), "xarf", FACTS).document
    except CannotWriteError:
        assume(False)
    kind, errors, warnings = ask("judge", document.decode())
    assert kind in {"CsamReport", "CsemReport"}
    assert (errors, warnings) == ([], [])


def test_the_reference_can_refuse(ask: Ask) -> None:
    assert ask("judge", '{"xarf_version": "4.2.0"}')[1]


def test_we_read_every_sample_that_the_reference_takes(vectors: Path, ask: Ask) -> None:
    taken = 0
    for path in sorted((vectors / "xarf").rglob("*ample*/**/*.json")):
        kind, errors, _warnings = ask("judge", path.read_text())
        if not errors:
            taken += 1
            found = read(path.read_bytes(), now=NOW)
            assert found.arrival is not None, path
            child = kind in {"CsamReport", "CsemReport"}
            assert (found.arrival.offence != "unclear") == child, path
    assert taken >= 32


@pytest.mark.parametrize(
    "more",
    [
        {"type": "csam", "classification": "A1", "hash_values": {"sha256": DIGEST, "pdq": DIGEST[::-1]}},
        {"type": "csam", "classification": "baseline", "ncmec_report_id": "4711", "content_removed": True},
        {"type": "csem", "exploitation_type": "sextortion"},
    ],
)
def test_we_read_what_the_reference_writes(more: dict[str, Any], ask: Ask) -> None:
    note = {"content_type": "text/plain", "payload": base64.b64encode(b"seen in a chat").decode()}
    fields = {
        "category": "content",
        "source_identifier": "192.0.2.7",
        "reporter": CONTACT,
        "sender": CONTACT,
        "url": "https://files.example/a",
        "detection_method": "manual_review",
        "evidence": [note],
    }
    made = ask("make", fields | more)
    found = read(made.encode(), now=datetime.now(UTC))
    assert found.arrival is not None
    assert not found.faults, found.faults
    assert {place.url for place in found.arrival.locations} | {
        file.location.url for file in found.arrival.files if file.location
    } == {"https://files.example/a"}
    assert found.arrival.offence == {"csam": "material", "csem": "sexual_extortion"}[more["type"]]
    hashes = {signal.kind: signal.value.hex() for file in found.arrival.files for signal in file.signals}
    assert hashes == more.get("hash_values", {})
    assert ("4711" in str(found.arrival)) == ("ncmec_report_id" in more)
