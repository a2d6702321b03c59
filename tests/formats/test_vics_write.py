"""VICS out: what is written is read back, a document comes through whole, and 2.0 is what its model says."""

from __future__ import annotations

import json
import re
import tracemalloc
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.entries import flags, moments, some_signals, spellings
from tests.formats.reading import read
from tests.formats.values import digest, value_of
from tests.formats.vics_documents import cases, media, parsed, same, words

from vaern.formats import vics_model, vics_write
from vaern.formats.left import Left
from vaern.formats.vics_write import Document
from vaern.records import Entry, Signal, Vote

if TYPE_CHECKING:
    from pathlib import Path

KINDS = ("sha1", "sha256", "pdq", "pdna", "tmk", "vpdq")
SCHEMES = {"1.3": "VICS 1.3", "2.0": "VICS 2.0 UK"}
CONTEXTS = {
    "1.3": ("odata.metadata", "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#{}"),
    "2.0": ("@odata.context", "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/UK/$metadata#{}"),
}
versions = st.sampled_from(sorted(SCHEMES))


def document_of(version: str, **fields: Any) -> Document:
    return Document(version, "UK" if version == "2.0" else "Default", **fields)  # type: ignore[arg-type]


def written(entries: list[Entry], document: Document, left: Left | None = None) -> bytes:
    return b"".join(vics_write.write(entries, document, left))


@st.composite
def held(draw: st.DrawFn, scheme: str) -> Entry:
    """An entry of which VICS holds everything, as a reader of VICS gives it."""
    md5 = Signal("md5", value_of(draw(st.integers(0, 2**48)), 16))
    more = draw(st.just(()) | some_signals(*KINDS, plain=True))
    others = tuple({one.kind: one for one in more}.values()) if draw(st.booleans()) else more
    signals = (md5, *others)
    extra = {
        "MediaID": str(draw(st.integers(1, 2**31 - 1))),
        "IsPrecategorized": draw(st.sampled_from(["true", "false"])),
    }
    for name in draw(st.sets(st.sampled_from(["Comments", "Tags", "MimeType", "RelativeFilePath", "SomethingNew"]))):
        extra[name] = draw(words)
    if draw(st.booleans()):
        extra["DateUpdated"] = draw(moments)
        extra["MediaSize"] = str(draw(st.integers(0, 2**63 - 1)))
        extra["MediaFiles"] = '[{"FileName":"å","Unallocated":false,"PhysicalLocation":9007199254740993}]'
        extra["AlternativeHash eDonkey"] = "abc"
    return Entry(
        md5.value.hex(),
        signals,
        classification := draw(st.none() | st.integers(0, 255).map(str)),
        scheme if classification else None,
        extra=spellings(signals, extra, draw(st.integers(0, 5))),
        series=draw(st.just("") | words),
        victim_identified=draw(flags),
        offender_identified=draw(flags),
        distributed=draw(flags),
    )


def plain(entry: Entry) -> tuple[object, ...]:
    """An entry without the order of its signals of different kinds, which VICS gives to properties."""
    by_kind = {kind: [s for s in entry.signals if s.kind == kind] for kind in ("md5", *KINDS)}
    return (*(getattr(entry, name) for name in Entry.__struct_fields__ if name != "signals"), by_kind)


@pytest.mark.once
@given(st.data(), versions, st.booleans())
def test_what_vics_holds_is_read_back(data: st.DataObject, version: str, of_cases: bool) -> None:
    one = held(SCHEMES[version])
    before = data.draw(st.lists(one, min_size=1, max_size=4, unique_by=lambda entry: entry.id))
    left = Left()
    document = written(before, document_of(version, of_cases=of_cases), left)
    after, problems = read(document)
    assert problems == []
    if of_cases:  # which say which case it was
        assert {entry.extra.pop("CaseID") for entry in after} != set()
    assert [plain(entry) for entry in after] == [plain(entry) for entry in before]
    assert (left.written, dict(left.entries), dict(left.fields)) == (len(before), {}, {})


@pytest.mark.once
@given(st.data(), versions)
def test_a_document_of_media_comes_through_whole(data: st.DataObject, version: str) -> None:
    one = media(new=version == "2.0")
    rows = data.draw(st.lists(one, min_size=1, max_size=3, unique_by=lambda row: row["MD5"]))
    key, context = CONTEXTS[version]
    document = {key: context.format("Media"), "value": rows}
    entries, problems = read(json.dumps(document))
    assert problems == []
    again = parsed(written(entries, document_of(version)))
    assert again[key] == document[key]
    assert same(again) == same(document)


@pytest.mark.once
@given(st.data(), versions)
def test_a_document_of_cases_comes_through_whole(data: st.DataObject, version: str) -> None:
    from vaern.formats.vics_cases import cases_of

    one = media(new=version == "2.0")
    of_all = data.draw(st.lists(cases, min_size=1, max_size=2, unique_by=lambda case: case["CaseID"]))
    rows = data.draw(st.lists(one, min_size=2, max_size=4, unique_by=lambda row: row["MD5"]))
    value = [{**case, "Media": rows[number :: len(of_all)]} for number, case in enumerate(of_all)]
    key, context = CONTEXTS[version]
    document = {key: context.format("Cases"), "value": value}
    entries, problems = read(json.dumps(document))
    assert problems == []
    known = tuple(cases_of(iter([json.dumps(document)])))
    again = parsed(written(entries, document_of(version, of_cases=True, cases=known)))
    assert same(again) == same(document)
    assert [one["TotalMediaFiles"] for one in again["value"]] == [len(one["Media"]) for one in value]


@given(st.data())
def test_values_that_are_not_of_their_type_are_kept_and_others_are_typed(data: st.DataObject) -> None:
    row = {
        "MediaID": data.draw(st.sampled_from(["7", "x", 2**40])),
        "MD5": digest(1),
        "IsSuspected": data.draw(st.sampled_from(["TRUE", "false", "maybe", 1])),
        "Category": data.draw(st.sampled_from(["1", "01", "A", 256, -1, 0])),
        "MediaSize": data.draw(st.sampled_from(["123", "1e3", -1, 2**63, "x" * 30])),
        "VictimIdentified": data.draw(st.sampled_from(["TRUE", "yes", 1, "false"])),
    }
    key, context = CONTEXTS["2.0"]
    entries, _ = read(json.dumps({key: context.format("Media"), "value": [row]}))
    (again,) = parsed(written(entries, document_of("2.0")))["value"]
    for name, value in row.items():
        lower = str(value).lower()
        assert str(again[name]).lower() == lower
        kind = vics_model.MEDIA[name]
        if kind == "Boolean":
            assert isinstance(again[name], bool) == (lower in {"true", "false"})
        elif kind != "String":
            digits = str(value).removeprefix("-").isdigit() and str(int(str(value))) == str(value)
            bound = {"Byte": (0, 255), "Int32": (-(2**31), 2**31 - 1), "Int64": (-(2**63), 2**63 - 1)}[kind]
            assert isinstance(again[name], int) == (digits and bound[0] <= int(str(value)) <= bound[1])


def test_what_vics_cannot_hold_is_counted_and_nothing_is_invented() -> None:
    md5, sha1 = Signal("md5", value_of(1, 16)), Signal("sha1", value_of(1, 20))
    before = [
        Entry("a/1", (md5, sha1), "A1", "NCMEC", (Vote("X", "positive"),), "A member", extra={"type": "image"}),
        Entry("a/2", (sha1,), source="A member"),
        Entry("a/3", (Signal("md5", value_of(3, 16)),), recalled=True),
        Entry("a/4", (Signal("md5", value_of(2, 16)), Signal("domain", b"x.example")), licence="L"),
    ]
    left = Left()
    (first, last) = parsed(written(before, document_of("2.0"), left))["value"]
    assert left.written == 2
    assert left.entries == {vics_write.NO_MD5: 1, vics_write.RECALLED: 1}
    assert left.fields == {"votes": 1, "source": 1, "licence": 1, "domain: no hash of a file": 1}
    assert "Category" not in first
    assert [(one["PropertyName"], one["PropertyValue"]) for one in first["MediaMetadata"]] == [
        ("Class, NCMEC", "A1"),
        ("type", "image"),
    ]
    assert last["MD5"] == before[3].signals[0].value.hex().upper()
    old = Left()
    written(before, document_of("1.3"), old)
    assert old.fields == {**left.fields, "Class, NCMEC": 1, "further values": 1}


def test_a_category_goes_out_in_its_own_scheme_only_unless_a_person_says_that_they_are_one() -> None:
    entry = Entry(digest(1), (Signal("md5", value_of(1, 16)),), "1", "VICS 2.0 UK", source="A list")
    for document, category in (
        (Document("2.0", "UK"), 1),
        (Document("2.0", "US"), None),
        (Document("1.3"), None),
        (Document("1.3", scheme="VICS 2.0 UK"), 1),
    ):
        (row,) = parsed(written([entry], document))["value"]
        assert row.get("Category") == category
        assert row["IsPrecategorized"] in {category is not None, str(category is not None).lower()}
        assert row.get("PrecategorizationSource") == ("A list" if category else None)


def test_a_hash_set_of_1_3_is_as_iped_reads_it() -> None:
    """Its importer wants the context first, the media second and nothing else, and takes flags that are text only."""
    entry = Entry(digest(1), (Signal("md5", value_of(1, 16)),), "1", "VICS 1.3", series="S", victim_identified=True)
    found = parsed(written([entry], Document("1.3")))
    assert list(found) == ["odata.metadata", "value"]
    assert found["odata.metadata"] == "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media"
    (row,) = found["value"]
    assert (row["Category"], row["VictimIdentified"], row["Series"]) == (1, "true", "S")
    (again,), _ = read(written([entry], Document("1.3")))
    assert (again.victim_identified, again.series, again.classification) == (True, "S", "1")


@pytest.mark.parametrize(("version", "country"), [("2.1", "US"), ("2.0", "U/S"), ("2.0", "")])
def test_a_document_that_nobody_could_read_is_not_begun(version: str, country: str) -> None:
    with pytest.raises(ValueError, match="VICS"):
        Document(version, country)  # type: ignore[arg-type]


@pytest.mark.parametrize("version", sorted(SCHEMES))
@pytest.mark.parametrize("of_cases", [False, True])
def test_a_document_of_nothing_is_a_document(version: str, of_cases: bool) -> None:
    value = parsed(written([], document_of(version, of_cases=of_cases)))["value"]
    assert value == [] or [one["Media"] for one in value] == [[]]


@pytest.mark.once
def test_memory_does_not_grow_with_the_document() -> None:
    def entries() -> Any:
        for number in range(20_000):
            yield Entry(digest(number), (Signal("md5", value_of(number, 16)),), extra={"Comments": "x" * 100})

    tracemalloc.start()
    size = sum(map(len, vics_write.write(entries(), Document())))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 3_000_000
    assert peak < 1_000_000


CSDL = "{http://docs.oasis-open.org/odata/ns/edm}"


def model(vectors: Path, name: str) -> tuple[dict[str, tuple[str, bool]], set[str]]:
    """Properties of an entity with type and whether null is allowed, and its collections, out of the CSDL."""
    root = ET.parse(vectors / "vics/ProjectVicDataModel.2.0.xml").getroot()
    (entity,) = (one for one in root.iter(CSDL + "EntityType") if one.get("Name") == name)
    return (
        {
            one.get("Name", ""): (one.get("Type", "").removeprefix("Edm."), one.get("Nullable") != "false")
            for one in entity.iter(CSDL + "Property")
        },
        {one.get("Name", "") for one in entity.iter(CSDL + "NavigationProperty")},
    )


def test_our_model_is_that_of_project_vic(vectors: Path) -> None:
    properties, collections = model(vectors, "Media")
    assert {name: kind for name, (kind, _) in properties.items()} == vics_model.MEDIA
    assert collections == set(vics_model.COLLECTIONS)
    assert {name: kind for name, (kind, _) in model(vectors, "Case")[0].items()} == vics_model.CASE


def check(vectors: Path, name: str, row: dict[str, Any]) -> None:
    """A record against the CSDL: known keys alone, of their type, none missing that must be there."""
    properties, collections = model(vectors, name)
    assert set(row) <= set(properties) | collections
    for key, (kind, nullable) in properties.items():
        if key in row:
            assert vics_model.is_typed(kind, row[key]), (key, row[key])
        else:
            assert nullable, f"{name} without {key}"
    for key in collections & set(row):
        entity = {"AlternativeHashes": "AlternativeHash", "MediaFiles": "MediaFile", "Exifs": "Exif", "Media": "Media"}
        for one in row[key]:
            check(vectors, entity.get(key, key), one)
    keys = [one["HashName"] for one in row.get("AlternativeHashes", ())]
    assert len(keys) == len(set(keys))


@pytest.mark.once
@given(st.data(), st.booleans())
def test_version_2_is_valid_against_its_model(vectors: Path, data: st.DataObject, of_cases: bool) -> None:
    from tests.formats.entries import entries as any_entries

    before = data.draw(st.lists(any_entries("md5", *KINDS), min_size=1, max_size=4))
    document = document_of("2.0", of_cases=of_cases, scheme="Example")
    found = parsed(written(before, document))
    assert re.fullmatch(r"http://\S+/2\.0\.xml/UK/\$metadata#(Media|Cases)", found["@odata.context"])
    for one in found["value"]:
        check(vectors, "Case" if of_cases else "Media", one)
