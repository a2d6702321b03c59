"""`vaern export` and `vaern lists export`: what is written, what is said of what is not, and what is never done."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from tests.formats.reading import read
from tests.formats.values import digest

from vaern.cli.export import FORMATS
from vaern.matching import List, publish
from vaern.records import VERDICTS, Entry, Signal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result
    from tests.cli.conftest import Cabinet

    Vaern = Callable[..., Result]


@pytest.fixture
def listed(vaern: Vaern, tmp_path: Path) -> Path:
    """A package with two entries that count, one that was recalled and one that was replaced."""
    rows = [
        f"a,{digest(1)},{digest(1, 'pdq')},1,VICS 2.0 UK,,2026-01-01T00:00:00Z",
        f"a,{digest(2)},{digest(2, 'pdq')},2,VICS 2.0 UK,,2026-01-02T00:00:00Z",
        f"b,{digest(3)},,1,Other,,",
        f"c,{digest(4)},,1,Other,,2026-01-01T00:00:00Z",
        "c,,,,,yes,2026-01-03T00:00:00Z",
        f"d,{digest(5)},,,,,",
        "d,,,,,yes,",
        f"e,,{digest(6, 'pdq')},,,,",
    ]
    source = tmp_path / "list.csv"
    source.write_text("\n".join(["id,md5,pdq,class,scheme,recalled,Entry updated", *rows]))
    package = tmp_path / "LIST"
    assert vaern("lists", "build", package, "--from", source).exit_code == 0
    return package


@pytest.mark.parametrize("format_", FORMATS)
def test_a_list_goes_out_and_comes_back_with_what_counts(
    vaern: Vaern, tmp_path: Path, listed: Path, format_: str
) -> None:
    out = tmp_path / "out"
    done = vaern("lists", "export", listed, "--format", format_, "--out", out, "--country", "UK")
    assert done.exit_code == 0, done.output
    found, _ = read(out.read_bytes())
    values = {signal.value.hex() for entry in found for signal in entry.signals}
    by_md5 = {digest(2), digest(3)}
    expected = {
        "csv": by_md5 | {digest(2, "pdq"), digest(6, "pdq")},
        "ncmec": by_md5 | {digest(2, "pdq"), digest(6, "pdq")},
        "stopncii": by_md5 | {digest(2, "pdq"), digest(6, "pdq")},
        "threatexchange": by_md5 | {digest(2, "pdq"), digest(6, "pdq")},
    }.get(format_, by_md5 | {digest(2, "pdq")})
    assert values == expected
    if format_.startswith("vics"):
        assert "no MD5, by which VICS knows a file" in done.output
        assert [entry.classification for entry in found] == (["2", None] if format_ == "vics-2.0" else [None, None])


def test_a_list_that_changes_goes_out_as_it_is_now(vaern: Vaern, tmp_path: Path) -> None:
    def entry(number: int) -> Entry:
        return Entry(f"e{number}", (Signal("md5", bytes.fromhex(digest(number))),))

    told = {"purpose": "known", "distance": 31}
    publish(tmp_path / "L", [entry(1), entry(2)], name="L", release="1", **told)
    publish(tmp_path / "L", [entry(3)], name="L", release="2", withdrawn=["e1"], **told)
    assert List.open(tmp_path / "L").entries == 2
    out = tmp_path / "out.csv"
    assert vaern("lists", "export", tmp_path / "L", "--format", "csv", "--out", out).exit_code == 0
    assert [one.id for one in read(out.read_bytes())[0]] == ["e2", "e3"]


def test_a_graded_case_comes_in_and_goes_out_whole(vaern: Vaern, tmp_path: Path) -> None:
    context = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/UK/$metadata#Cases"
    medium = {
        "MediaID": 7,
        "MD5": digest(1).upper(),
        "Category": 1,
        "Series": "S",
        "Tags": "t",
        "VictimIdentified": True,
    }
    medium |= {"IsPrecategorized": False, "Exifs": [{"PropertyName": "Make", "PropertyValue": "M"}], "OwnField": "x"}
    case = {"CaseID": "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "CaseNumber": "T-1", "ContactOrganization": "Police"}
    case |= {"ContactName": "A. Person", "TotalMediaFiles": 1, "TotalPrecategorized": 0}
    document = {"@odata.context": context, "value": [{**case, "Media": [medium]}]}
    graded, out = tmp_path / "graded.json", tmp_path / "out.json"
    graded.write_text(json.dumps(document))
    assert vaern("lists", "build", tmp_path / "L", "--from", graded).exit_code == 0
    words = ("--format", "vics-2.0", "--country", "UK", "--cases-of", graded, "--out", out)
    done = vaern("lists", "export", tmp_path / "L", *words)
    assert done.exit_code == 0, done.output
    assert json.loads(out.read_bytes()) == document


def test_nothing_is_overwritten_and_nothing_half_is_left(vaern: Vaern, tmp_path: Path, listed: Path) -> None:
    out = tmp_path / "out"
    out.write_text("mine")
    done = vaern("lists", "export", listed, "--format", "csv", "--out", out)
    assert (done.exit_code, out.read_text()) == (2, "mine")
    assert "is there already" in done.output
    other = tmp_path / "other"
    (tmp_path / "RESULTS").mkdir()
    (tmp_path / "RESULTS" / "findings.jsonl").write_text("no finding\n")
    done = vaern("export", "vics", tmp_path / "RESULTS", "--out", other)
    assert done.exit_code == 2
    assert "line 1: not a finding" in done.output
    assert list(tmp_path.glob("other*")) == []


WRONG = [("--country", "U/K"), ("--member", "x", "--format", "ncmec"), ("--cases-of", __file__, "--format", "csv")]


@pytest.mark.parametrize("words", WRONG)
def test_what_cannot_be_written_is_said_before(
    vaern: Vaern, tmp_path: Path, listed: Path, words: tuple[str, ...]
) -> None:
    out = tmp_path / "out"
    done = vaern("lists", "export", listed, "--format", "vics-2.0", "--out", out, *words)
    assert done.exit_code == 2
    assert list(tmp_path.glob("out*")) == []


@pytest.mark.once
def test_a_scan_goes_to_a_workstation(vaern: Vaern, tmp_path: Path, cabinet: Cabinet) -> None:
    results = tmp_path / "results"
    assert vaern("scan", cabinet.media, "--list", cabinet.known, "--out", results).exit_code == 3
    out = tmp_path / "case.json"
    done = vaern("export", "vics", results, "--out", out, "--case", "T-1", "--country", "UK")
    assert done.exit_code == 0, done.output
    (case,) = json.loads(out.read_bytes())["value"]
    assert case["CaseNumber"] == "T-1"
    tags = {row["Tags"] for row in case["Media"]}
    assert tags == {"vaern:known", "vaern:near", "vaern:new"}
    assert "neither picture nor video" in done.output or "of a verdict" in done.output


@pytest.mark.once
def test_a_scan_goes_to_the_tools_of_a_laboratory(vaern: Vaern, tmp_path: Path, cabinet: Cabinet) -> None:
    results, out = tmp_path / "results", tmp_path / "case.jsonld"
    vaern("scan", cabinet.media, "--list", cabinet.known, "--out", results, "--synthetic")
    done = vaern("export", "case", results, "--out", out, "--case", "T-1")
    assert done.exit_code == 0, done.output
    graph = json.loads(out.read_bytes())["@graph"]
    by_kind = {kind: [one for one in graph if one["@type"].endswith(kind)] for kind in ("File", "Action", "Bundle")}
    assert (
        len(by_kind["File"]) == 4
    )  # known: in the open and in the archive, which itself is no finding; near: two sizes
    (action,) = by_kind["Action"]
    assert action["uco-core:description"] == "Synthetic: nothing of it is real"
    assert {"uco-action:startTime", "uco-action:endTime"} <= action.keys()
    assert [one["uco-core:name"] for one in graph if one["@type"].endswith("Investigation")] == ["T-1"]
    everything = vaern("export", "case", results, "--out", "-", *(f"--verdict={verdict}" for verdict in VERDICTS))
    assert sum(one["@type"].endswith("File") for one in json.loads(everything.stdout)["@graph"]) == 10
    refused = vaern("export", "case", cabinet.media, "--out", tmp_path / "none")
    assert refused.exit_code == 2
    assert "there is nothing to export" in refused.stderr


def test_a_saved_mapping_builds_a_list(vaern: Vaern, tmp_path: Path) -> None:
    source, mapping = tmp_path / "list.csv", tmp_path / "mapping.json"
    source.write_text(f"Fingerprint,Grade\n{digest(1, 'pdq')},B\n")
    mapping.write_text(
        '{"columns": {"Fingerprint": "pdq", "Grade": "classification:X 1"}, "constants": {"source": "S"}}'
    )
    package = tmp_path / "LIST"
    assert vaern("lists", "build", package, "--from", source, "--mapping", mapping).exit_code == 0
    entry = List.open(package).entry(0)
    assert (entry.classification, entry.scheme, entry.source) == ("B", "X 1", "S")
    mapping.write_text('{"columns": {"Fingerprint": "hash of it"}}')
    done = vaern("lists", "build", tmp_path / "OTHER", "--from", source, "--mapping", mapping)
    assert done.exit_code == 2
    assert "'Fingerprint' cannot be 'hash of it'" in done.output


@pytest.mark.parametrize("format_", FORMATS)
def test_standard_output_has_the_document_and_nothing_else(
    vaern: Vaern, tmp_path: Path, listed: Path, format_: str
) -> None:
    words = ("lists", "export", listed, "--format", format_, "--progress", "none", "--out")
    assert vaern(*words, tmp_path / "out").exit_code == 0
    piped = vaern(*words, "-")
    assert piped.exit_code == 0
    made, came = (
        re.sub(rb"20\d\d-[\dT:.+Z-]+", b"", one) for one in ((tmp_path / "out").read_bytes(), piped.stdout_bytes)
    )
    assert came == made
    assert piped.stderr.startswith("-: ")
