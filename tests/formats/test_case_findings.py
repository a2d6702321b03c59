"""Findings as CASE/UCO: each file with its digests, graded by nothing that is only alike, and the same each time."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.formats.arriving import NOW
from tests.formats.test_case_uco import nodes
from tests.scanning import records

from vaern.formats import findings
from vaern.formats.case_findings import About, write
from vaern.formats.left import Left
from vaern.records import DIGEST_KINDS, VERDICTS, Finding, Media

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

ABOUT = About("00ff", ("vaern", "1.0"), NOW, NOW, "case 7", synthetic=True)

FOUND = st.lists(
    records.findings(),
    max_size=6,
    unique_by=lambda one: (one.media.archive_state, one.media.member, one.media.name),
)


def document(found: Sequence[Finding], verdicts: Collection[str] = VERDICTS, left: Left | None = None) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "findings.jsonl"
        path.write_bytes(b"".join(map(findings.encode, found)))
        return b"".join(write(path, ABOUT, left, verdicts=verdicts))


def of_kind(graph: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [one for one in graph if one["@type"] == kind]


@given(found=FOUND)
def test_identifiers_are_unique_resolve_and_follow_from_the_run(found: list[Finding]) -> None:
    written = document(found)
    assert written == document(found)
    graph = json.loads(written)["@graph"]
    made = [one["@id"] for one in nodes(graph) if "@type" in one and "@id" in one]
    assert len(made) == len(set(made))
    assert {one["@id"] for one in nodes(graph) if "@id" in one} == set(made)
    assert not any("uco-observable:dataPayload" in one for one in nodes(graph))


@given(found=FOUND, wanted=st.sets(st.sampled_from(VERDICTS), min_size=1))
def test_every_file_that_was_asked_for_is_there_with_its_digests(found: list[Finding], wanted: set[str]) -> None:
    left = Left()
    graph = json.loads(document(found, wanted, left))["@graph"]
    asked = [one for one in found if one.verdict in wanted]
    assert left.written == len(asked)
    assert sum(left.entries.values()) == len(found) - len(asked)
    files = of_kind(graph, "uco-observable:File")
    assert [one.get("uco-core:description", "") for one in files] == [one.reason for one in asked]
    for file, finding in zip(files, asked, strict=True):
        hashes = {one["uco-types:hashValue"]["@value"] for one in nodes(file) if one.get("@type") == "uco-types:Hash"}
        exact = {one.value.hex() for one in finding.media.signals if one.kind in DIGEST_KINDS}
        assert exact <= hashes <= {one.value.hex() for one in finding.media.signals}


@given(found=FOUND, scheme=st.sampled_from(["A", "B"]))
def test_what_is_only_alike_or_disputed_grades_nothing_and_every_entry_is_named(
    found: list[Finding], scheme: str
) -> None:
    graded = [
        replace(
            one, matches=tuple(replace(hit, scheme=scheme, classification=f"c{n}") for n, hit in enumerate(one.matches))
        )
        for one in found
    ]
    graph = json.loads(document(graded))["@graph"]
    met = [one for one in graded if one.matches]
    results = of_kind(graph, "uco-analysis:AnalyticResult")
    for result, finding in zip(results, met, strict=True):
        classes = [one["uco-analysis:class"] for one in nodes(result) if "uco-analysis:class" in one]
        same = [hit for hit in finding.matches if hit.kind in DIGEST_KINDS and not hit.disputed]
        assert classes == [f"vaern:{finding.verdict}", *(f"{scheme}:{hit.classification}" for hit in same)]
        entries = [one.get("uco-core:externalIdentifier", "") for one in result["uco-core:externalReference"]]
        assert entries == [hit.entry for hit in finding.matches]


@pytest.mark.parametrize("archive", [True, False])
@pytest.mark.parametrize("both", [True, False])
def test_a_member_lies_in_its_archive_where_that_is_in_the_document(archive: bool, both: bool) -> None:
    outer = Finding(Media("box.zip", 9, "application/zip"), "not media")
    inner = [
        Finding(Media("box.zip!/a", 1, "image/png", archive="box.zip", member=(n,), archive_state="s"), "new")
        for n in range(1 + both)
    ]
    graph = json.loads(document([*([outer] if archive else []), *inner]))["@graph"]
    within = of_kind(graph, "uco-observable:ObservableRelationship")
    assert len(within) == (len(inner) if archive else 0)
