"""Other people's documents, and other people's readers of them.

`threatexchange` is the second reader: see `conftest.py`.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from vaern.formats import FormatError, detect_format, read_list
from vaern.records import Entry, Problem

ENTRIES = ["entries_xml.xml", "entries_xml2.xml", "entries_no_data_xml.xml", "entries_large_fingerprints.xml"]
OTHERS = [
    "affirmative_feedback_xml.xml",
    "feedback_reasons_xml.xml",
    "negative_feedback_xml.xml",
    "status_xml.xml",
    "update_feedback_result_xml.xml",
]

SECOND_READER = """
import json, sys
import xml.etree.ElementTree as ET
from threatexchange.exchanges.clients.ncmec import hash_api
from threatexchange.exchanges.clients.stopncii import api as stopncii

def ncmec(path):
    api = hash_api.NCMECHashAPI("user", "password", hash_api.NCMECEnvironment.test_Industry)
    root = ET.fromstring(open(path, "rb").read())
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    response = hash_api.GetEntriesResponse.from_xml(hash_api._XMLWrapper(root), 0)
    return [
        {
            "id": f"{one.member_id}/{one.id}", "type": one.entry_type.value, "deleted": one.deleted,
            "classification": one.classification, "fingerprints": one.fingerprints,
            "feedback": sorted(f.member.esp_name for fs in one.feedback.values() for f in fs),
        }
        for one in response.updates
    ]

def stop(path):
    api = stopncii.StopNCIIAPI("key", "key")
    api._get = lambda *args, **kwargs: json.load(open(path))
    return [
        {"type": one.signalType.value, "value": one.hashValue, "status": one.hashStatus.value,
         "cases": {case: status.value for case, status in one.caseNumbers.items()}}
        for one in api.fetch_hashes().hashRecords
    ]

print(json.dumps({"ncmec": ncmec, "stopncii": stop}[sys.argv[1]](sys.argv[2])))
"""


def both(path: Path) -> tuple[list[Entry], list[Problem]]:
    found = list(read_list(path))
    return [one for one in found if isinstance(one, Entry)], [one for one in found if isinstance(one, Problem)]


def ask(python: str, format_name: str, path: Path) -> list[dict[str, Any]]:
    answer = subprocess.run(
        [python, "-c", SECOND_READER, format_name, str(path)], capture_output=True, text=True, check=True
    )
    return json.loads(answer.stdout)  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", ENTRIES)
def test_pages_of_ncmec_are_recognised(vectors: Path, name: str) -> None:
    assert detect_format(vectors / "hash-exchange/ncmec-hash-sharing-v2" / name) == "ncmec"


@pytest.mark.parametrize("name", OTHERS)
def test_other_answers_of_ncmec_are_no_lists(vectors: Path, name: str) -> None:
    with pytest.raises(FormatError):
        read_list(vectors / "hash-exchange/ncmec-hash-sharing-v2" / name)


def test_placeholders_are_refused_and_the_rest_is_kept(vectors: Path) -> None:
    folder = vectors / "hash-exchange/ncmec-hash-sharing-v2"
    (entry,), problems = both(folder / "entries_xml2.xml")
    assert (entry.id, entry.classification, entry.scheme) == ("42/image10", "A1", "NCMEC")
    assert [s.kind for s in entry.signals] == ["md5", "sha1"]
    assert [(p.line, p.quarantined, "another page" in p.reason) for p in problems] == [
        (1, True, False),
        (1, False, True),
    ]
    entries, problems = both(folder / "entries_xml.xml")
    assert [(e.id, e.recalled) for e in entries] == [("43/image4", True), ("42/video4", True)]
    lost, more = problems[:-1], problems[-1]
    assert [p.line for p in lost if not p.quarantined] == [1, 3]  # only placeholders: nothing could ever match
    assert "start=2001" in more.reason


def test_large_fingerprints_are_to_be_fetched(vectors: Path) -> None:
    (entry,), problems = both(vectors / "hash-exchange/ncmec-hash-sharing-v2/entries_large_fingerprints.xml")
    assert problems == []
    assert {key: value for key, value in entry.extra.items() if key.startswith("to be fetched")} == {
        "to be fetched: tmk-pdqf": "/v2/entries/1/fingerprints/TMK_PDQF",
        "to be fetched: videntifier": "/v2/entries/1/fingerprints/VIDENTIFIER",
    }


@pytest.mark.parametrize("name", ENTRIES)
def test_ncmec_as_threatexchange_reads_it(vectors: Path, name: str, second_reader: str) -> None:
    path = vectors / "hash-exchange/ncmec-hash-sharing-v2" / name
    theirs = ask(second_reader, "ncmec", path)
    entries, problems = both(path)
    ours = {entry.id: entry for entry in entries}
    lost = {one["id"] for one in theirs} - set(ours)
    assert set(ours) <= {one["id"] for one in theirs}
    assert all(any(repr(entry_id) in p.reason for p in problems) for entry_id in lost)
    for one in theirs:
        if one["id"] in lost:
            continue
        entry = ours[one["id"]]
        assert (entry.recalled, entry.classification, entry.extra["type"]) == (
            one["deleted"],
            one["classification"],
            one["type"],
        )
        values = {signal.kind: signal.value.hex() for signal in entry.signals}
        assert values == {kind: text for kind, text in one["fingerprints"].items() if not text.endswith("...")}
        assert set(entry.opinions) == set(one["feedback"])


@pytest.mark.once
def test_what_threatexchange_writes_as_csv_is_read_whole(second_reader: str, tmp_path: Path) -> None:
    """Its own sample signals: each is an entry with its opinion as a vote, or a problem of its own."""
    tool = Path(second_reader).with_name("threatexchange")
    home = {**os.environ, "HOME": str(tmp_path)}
    subprocess.run([tool, "fetch"], env=home, capture_output=True, check=True)
    dataset = subprocess.run([tool, "dataset", "-P", "--csv"], env=home, capture_output=True, check=True).stdout
    path = tmp_path / "dataset.csv"
    path.write_bytes(dataset)
    rows = list(csv.DictReader(dataset.decode().splitlines()))
    assert detect_format(path) == "threatexchange-csv"
    entries, problems = both(path)
    media = [row for row in rows if row["signal_type"] in {"pdq", "video_md5", "video_sha256"}]
    refused = {p.line - 2 for p in problems}
    assert {number for number, row in enumerate(rows) if row not in media} <= refused
    assert [entry.signals[0].value.hex() for entry in entries] == [
        row["signal_str"] for number, row in enumerate(rows) if number not in refused
    ]
    assert len(entries) > len(media) / 2
    assert all(entry.opinions == {"Sample Signals": "unsure"} for entry in entries)


def test_stopncii_as_threatexchange_reads_it(vectors: Path, second_reader: str) -> None:
    path = vectors / "hash-exchange/stopncii-v1/fetchhashes_page1.json"
    theirs = ask(second_reader, "stopncii", path)
    entries, problems = both(path)
    assert ["hasMoreRecords" in p.reason for p in problems] == [True]
    assert [
        {
            "type": entry.id.partition("/")[0],
            "value": entry.signals[0].value.hex(),
            "status": entry.extra["hashStatus"],
            "cases": json.loads(entry.extra["caseNumbers"]),
        }
        for entry in entries
    ] == theirs


def test_values_of_the_pdq_reference_are_read_as_a_csv(vectors: Path) -> None:
    path = vectors / "pdq/PDQMD5TestData.csv"
    with path.open(newline="") as file:
        values = [row["Hash"].lower() for row in csv.DictReader(file)]
    found = list(read_list(path, columns={"Hash": "pdq"}))
    entries = [one for one in found if isinstance(one, Entry)]
    assert [entry.signals[0].value.hex() for entry in entries] == [value for value in values if len(value) == 64]
    assert len(entries) > 10
    assert all("../../" in entry.extra["FilePath"] for entry in entries)  # kept as text, never used as a path
