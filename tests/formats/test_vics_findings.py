"""Findings as VICS: one medium for each content, nothing graded that nobody graded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.reading import read
from tests.formats.test_vics_write import check
from tests.formats.values import value_of
from tests.formats.vics_documents import parsed

from vaern.formats import findings, vics_findings
from vaern.formats.findings import FindingsError
from vaern.formats.left import Left
from vaern.formats.vics_write import NO_MD5, Document
from vaern.records import Finding, Match, Media, Signal, Traits

if TYPE_CHECKING:
    from pathlib import Path

UK = "VICS 2.0 UK"


def media(content: int, name: str, **fields: Any) -> Media:
    signals = (
        Signal("md5", value_of(content, 16)),
        Signal("sha1", value_of(content, 20)),
        Signal("sha256", value_of(content, 32)),
        Signal("pdq", value_of(content + 1000, 32), quality=90),
        Signal("pdq", value_of(content + 2000, 32), quality=90, orientation="mirrored"),
    )
    return Media(name, 100 + content, **{"mime": "image/jpeg", "signals": signals, **fields})


def match(kind: str = "md5", **fields: Any) -> Match:
    told = {"classification": "1", "scheme": UK, **fields}
    return Match(kind, "00", "entry-1", 0 if kind == "md5" else 12, "A list", "2026-11", **told)


def document(path: Path, found: list[Finding], of: Document | None = None, left: Left | None = None) -> dict[str, Any]:
    path.write_bytes(b"".join(map(findings.encode, found)))
    written = b"".join(vics_findings.write(path, of or Document("2.0", "UK"), left))
    return parsed(written)  # type: ignore[no-any-return]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "findings.jsonl"


def test_a_file_is_one_medium_with_every_place(path: Path, vectors: Path) -> None:
    traits = Traits("Make", "Model", serial="S", place=(55.6761, 12.5683))
    found = [
        Finding(
            media(1, "a/b.jpg", modified="2026-01-02T03:04:05Z", traits=traits, taken="2026-01-01T10:11:12", width=640),
            "new",
        ),
        Finding(media(2, "c.jpg"), "new"),
        Finding(media(1, "x.zip!/in/b.jpg", archive="x.zip", member=(3,)), "known", (match(),), "It is listed."),
    ]
    left = Left()
    first, second = document(path, found, left=left)["value"]
    for row in (first, second):
        check(vectors, "Media", row)
    assert (first["Category"], first["IsPrecategorized"]) == (1, True)
    assert first["PrecategorizationSource"] == "A list, release 2026-11"
    assert (first["IsSuspected"], first["Tags"], first["Comments"]) == (True, "vaern:known", "It is listed.")
    assert [(one["FilePath"], one["FileName"]) for one in first["MediaFiles"]] == [
        ("a", "b.jpg"),
        ("x.zip!/in", "b.jpg"),
    ]
    assert first["MediaFiles"][0]["Written"] == "2026-01-02T03:04:05Z"
    assert first["MediaFiles"][1]["ParentFileName"] == "x.zip"
    assert first["MediaMetadata"][0]["PropertyValue"].startswith(
        "A list, release 2026-11, entry entry-1: md5, the same"
    )
    assert [one["HashName"] for one in first["AlternativeHashes"]] == ["SHA256", "PDQ"]
    assert "Category" not in second
    assert second["IsPrecategorized"] is False
    assert left.written == 2
    again, problems = read(b"".join(vics_findings.write(path, Document("2.0", "UK"))))
    assert problems == []
    assert [entry.id for entry in again] == [value_of(1, 16).hex(), value_of(2, 16).hex()]


def test_what_a_picture_says_of_itself_goes_by_the_names_that_are_read(path: Path) -> None:
    traits = Traits("Make", "Model", serial="S", place=(55.6761, -12.5683))
    one = media(1, "a.jpg", traits=traits, taken="2026-01-01T10:11:12", width=640, height=480)
    (row,) = document(path, [Finding(one, "new")])["value"]
    assert {exif["PropertyName"]: exif["PropertyValue"] for exif in row["Exifs"]} == {
        "Make": "Make",
        "Model": "Model",
        "BodySerialNumber": "S",
        "DateTimeOriginal": "2026-01-01T10:11:12",
        "Capture Time": "2026-01-01 10:11:12",
        "PixelXDimension": "640",
        "PixelYDimension": "480",
        "Lat/Lon": "55.6761/-12.5683",
    }


@pytest.mark.parametrize(
    "hit",
    [
        match("pdq"),
        match(scheme="NCMEC"),
        match(classification="A1"),
        match(classification="256"),
        match(classification=None, scheme=None),
        match(disputed=True),
    ],
)
def test_only_an_exact_hit_in_the_documents_scheme_grades(path: Path, hit: Match) -> None:
    (row,) = document(path, [Finding(media(1, "a.jpg"), "near", (hit,))])["value"]
    assert "Category" not in row
    assert row["IsPrecategorized"] is False


def test_what_has_no_property_of_its_own_stands_by_its_name(path: Path, vectors: Path) -> None:
    film = media(1, "a.mp4", mime="video/mp4", duration=12.5, camera="Cam", notes=("truncated", "b"), unreadable="torn")
    hits = (
        match("vpdq", query_share=0.5, entry_share=0.25, disputed=True),
        match("pdq", orientation="mirrored", region="unbordered", frame=3),
        *[match()] * 30,
    )
    (row,) = document(path, [Finding(film, "near", hits, more=7, checked="2026-01-01T00:00:00Z", before="new")])[
        "value"
    ]
    check(vectors, "Media", row)
    told = {one["PropertyName"]: one["PropertyValue"] for one in row["MediaMetadata"]}
    assert len(told) == len(row["MediaMetadata"]), "a name stands once"
    assert told.pop("Match 1").endswith(
        ": vpdq, 12 bits away, 50% of its frames, 25% of the entry's, VICS 2.0 UK 1, disputed"
    )
    assert told.pop("Match 2").endswith(": pdq, 12 bits away, mirrored, unbordered, frame 3, VICS 2.0 UK 1")
    assert {name: value for name, value in told.items() if not name.startswith("Match")} == {
        "More matches": "19",
        "Verdict before": "new",
        "PDQ quality": "90",
        "Duration": "12.500 s",
        "Camera": "Cam",
        "Unreadable": "torn",
        "Note 1": "truncated",
        "Note 2": "b",
    }
    (old,) = document(path, [Finding(film, "near", hits)], Document("1.3"))["value"]
    assert "MediaMetadata" not in old


def test_what_is_left_out_is_counted(path: Path) -> None:
    found = [
        Finding(media(1, "a.txt", mime="text/plain"), "known"),
        Finding(media(2, "b.jpg", signals=()), "new"),
        Finding(media(3, "c.jpg"), "ignored"),
    ]
    left = Left()
    assert document(path, found, left=left)["value"] == []
    assert left.entries == {vics_findings.NO_MEDIA: 1, NO_MD5: 1, vics_findings.OTHER_VERDICT: 1}


def test_one_case_holds_all(path: Path) -> None:
    of = Document("1.3", of_cases=True, cases=({"CaseNumber": "T-1"},))
    (case,) = document(path, [Finding(media(1, "a.jpg"), "new")], of)["value"]
    assert (case["CaseNumber"], case["TotalMediaFiles"], len(case["Media"])) == ("T-1", 1, 1)
    assert case["CaseID"]
    assert (case["Media"][0]["MediaSize"], case["Media"][0]["IsPrecategorized"]) == ("101", "false")
    assert "MediaMetadata" not in case["Media"][0]


def test_what_is_no_finding_says_where(path: Path) -> None:
    path.write_bytes(findings.encode(Finding(media(1, "a.jpg"), "new")) + b"{}\n")
    with pytest.raises(FindingsError, match="line 2"):
        list(vics_findings.write(path, Document()))


@pytest.mark.once
@given(st.lists(st.integers(0, 5), max_size=12))
def test_every_content_is_there_once_in_the_order_of_its_first_place(contents: list[int]) -> None:
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        found = [Finding(media(content, f"{n}.jpg"), "new") for n, content in enumerate(contents)]
        rows = document(Path(folder, "f.jsonl"), found)["value"]
    assert [row["MD5"].lower() for row in rows] == [value_of(one, 16).hex() for one in dict.fromkeys(contents)]
    names = [[one["FileName"] for one in row["MediaFiles"]] for row in rows]
    assert names == [[f"{n}.jpg" for n, c in enumerate(contents) if c == one] for one in dict.fromkeys(contents)]
