"""Traits of findings on the node: what is kept, how, and that all of it goes with the scan."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.node.scans.test_pages import browser, opened
from tests.node.scans.worlds import WHY, finding, make_world

from vaern.formats import findings
from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.retention import actions as retention
from vaern.node.scans import actions, exports
from vaern.node.scans.models import Finding
from vaern.node.scans.results import ResultsError, read_lines, row
from vaern.node.scans.traits import Traits, traits_of
from vaern.records import Traits as Said

SAID = Said(
    make="Maker",
    model="Maker Model 7",
    serial="SN 004711",
    lens="Lens 35",
    lens_serial="L-9001",
    place=(55.6761, -12.5683),
    name="IMG_#.jpg",
    folder="ab" * 32,
)


def line(
    number: int = 1, taken: str | None = "2026-01-02T03:04:05", said: Said | None = SAID, verdict: str = "new"
) -> bytes:
    found = finding(number, verdict)
    return findings.encode(replace(found, media=replace(found.media, taken=taken, traits=said)))


def kept(*lines: bytes) -> list[Finding]:
    scan = make_world().scan(found=read_lines(b"".join(lines)))
    return list(Finding.everywhere.filter(scan=scan).order_by("number"))


@pytest.mark.django_db
def test_what_the_engine_said_comes_back_and_lies_sealed() -> None:
    (one,) = kept(line())
    found = traits_of(one)
    assert (found.make, found.model, found.serial, found.lens, found.lens_serial) == (
        "Maker",
        "Maker Model 7",
        "SN 004711",
        "Lens 35",
        "L-9001",
    )
    assert (found.place, found.taken, found.taken_local) == ((55.6761, -12.5683), None, "2026-01-02T03:04:05")
    stored = "".join(v if isinstance(v, str) else repr(v) for row in Finding.everywhere.values() for v in row.values())
    for text in ("Maker", "SN 00", "L-9001", "55.67", "2026-01-02", "IMG_#", "ab" * 32):
        assert text not in stored, "only sealed, or as a keyed digest"


@pytest.mark.django_db
def test_a_time_with_an_offset_is_a_moment_and_one_without_stays_text() -> None:
    moment, local, impossible, ancient = kept(
        line(1, "2026-01-02T03:04:05+02:00"),
        line(2, "2026-01-02T03:04:05"),
        line(3, "2026-13-45T03:04:05Z"),
        line(4, "0001-01-01T00:00:00+14:00"),
    )
    assert moment.taken == datetime(2026, 1, 2, 1, 4, 5, tzinfo=UTC)
    assert [traits_of(one).taken_local for one in (moment, local, impossible, ancient)] == [
        "",
        "2026-01-02T03:04:05",
        "2026-13-45T03:04:05Z",
        "0001-01-01T00:00:00+14:00",
    ]
    assert local.taken is impossible.taken is ancient.taken is None


@pytest.mark.django_db
def test_equal_devices_names_and_folders_have_equal_keys_and_others_do_not() -> None:
    same, other, none = kept(
        line(1),
        line(2, said=replace(SAID, make=" maker", serial="sn004711", lens="LENS  35", name="#.JPG", folder="cd" * 32)),
        line(3, said=replace(SAID, make="Other", lens_serial="L-9002", serial="0000000")),
    )
    first, second, third = traits_of(same), traits_of(other), traits_of(none)
    assert (first.serial_key, first.lens_key) == (second.serial_key, second.lens_key)
    assert first.name_pattern_key != second.name_pattern_key
    assert first.folder_key != second.folder_key
    assert third.serial_key is None, "a number that many devices share tells none apart"
    assert third.lens_key != first.lens_key
    assert (third.name_pattern_key, third.folder_key) == (first.name_pattern_key, first.folder_key)
    keys = {first.serial_key, first.lens_key, first.name_pattern_key, first.folder_key}
    assert len(keys) == 4
    assert {len(key or b"") for key in keys} == {32}


@pytest.mark.django_db
def test_findings_of_before_and_of_later_are_taken() -> None:
    plain = json.loads(line(2))
    plain["media"]["traits"]["later"] = plain["media"]["later"] = "something that a later program says"
    old, later = kept(line(1, None, None), json.dumps(plain).encode())
    assert traits_of(old) == Traits()
    assert bytes(old.traits) == b""
    assert traits_of(later).model == "Maker Model 7"


@pytest.mark.django_db
@pytest.mark.parametrize("verdict", ["ignored", "not media"])
def test_what_is_harmless_stays_bare(verdict: str) -> None:
    (one,) = kept(line(verdict=verdict))
    assert traits_of(one) == Traits()
    for column in (
        {"traits": b"x"},
        {"name_key": b"x" * 32},
        {"folder_key": b"x" * 32},
        {"serial_key": b"x" * 32},
        {"lens_key": b"x" * 32},
        {"taken": datetime(2026, 1, 1, tzinfo=UTC)},
    ):
        with pytest.raises(IntegrityError, match="finding_harmless_is_bare"), transaction.atomic():
            Finding.everywhere.filter(pk=one.pk).update(**column)


@pytest.mark.django_db
def test_a_line_that_comes_again_may_not_say_other_traits() -> None:
    world = make_world()
    scan = world.scan(found=[], finished=False)
    with viewing(world.police.id):
        assert actions.add_findings(world.viewer, WHY, scan, read_lines(line())) == 1
        assert actions.add_findings(world.viewer, WHY, scan, read_lines(line())) == 0
        for other in (replace(SAID, serial="SN 004712"), replace(SAID, name="#.jpg"), replace(SAID, place=None)):
            with pytest.raises(Refusal):
                actions.add_findings(world.viewer, WHY, scan, read_lines(line(said=other)))


@pytest.mark.parametrize(
    "said",
    [
        replace(SAID, serial="x" * 101),
        replace(SAID, model="a\nb"),
        replace(SAID, make="a\0"),
        replace(SAID, lens="\u202e"),
        replace(SAID, lens_serial="\ud800"),
        replace(SAID, place=(91.0, 0.0)),
        replace(SAID, place=(0.0, -180.1)),
        replace(SAID, place=(float("nan"), 0.0)),
        replace(SAID, name="Somebody.jpg"),
        replace(SAID, name="IMG_1.jpg"),
        replace(SAID, folder="/home/somebody"),
        replace(SAID, folder="AB" * 32),
    ],
)
def test_traits_that_no_engine_writes_are_refused(said: Said) -> None:
    found = finding(1)
    with pytest.raises(ResultsError) as refused:
        row(replace(found, media=replace(found.media, traits=said)), 1)
    assert "omebody" not in str(refused.value), "what was sent is not repeated"


@pytest.mark.parametrize("taken", ["yesterday", "2026-01-02", "2026-01-02T03:04:05+2:00", "٢٠٢٦-01-02T03:04:05", " "])
def test_a_time_in_another_form_is_refused(taken: str) -> None:
    with pytest.raises(ResultsError):
        read_lines(line(taken=taken))


@given(st.text(max_size=60))
def test_a_name_in_the_place_of_its_shape_is_refused_unless_it_is_one(name: str) -> None:
    from vaern.shapes import shape

    found = finding(1)
    media = replace(found.media, traits=Said(name=name))
    if shape(name) == name:
        assert row(replace(found, media=media), 1).traits.name == name
    else:
        with pytest.raises(ResultsError):
            row(replace(found, media=media), 1)


@pytest.mark.django_db
def test_traits_stand_on_the_sheet_and_leave_in_no_export() -> None:
    world = make_world()
    scan = world.scan(found=read_lines(line()))
    client = browser(world.officer)
    page = opened(client, scan).content.decode()
    for text in ("Maker Model 7 SN 004711", "Lens 35 L-9001", "55.6761° -12.5683°", "2026-01-02 03:04:05"):
        assert text in page
    leaving = [
        *exports.as_csv("x", Finding.everywhere.all()),
        *exports.as_json("x", scan, Finding.everywhere.all()),
    ]
    answer = client.get(f"/api/scans/{scan.pk}/findings", headers=world.key(world.officer))
    for text in ("004711", "9001", "55.67", "2026-01-02", "IMG_#", "ab" * 32):
        assert text not in "".join(leaving)
        assert text not in answer.content.decode()
    assert answer.status_code == 200


@pytest.mark.django_db
def test_the_api_takes_traits_and_refuses_what_is_none() -> None:
    client = Client()
    world = make_world()
    given = {"number": 1, "verdict": "new", "mime": "image/jpeg", "size": 9, "taken": "2026-01-02T03:04:05"}
    said = {
        "make": "Maker",
        "serial": "SN 004711",
        "place": [55.6761, -12.5683],
        "name": "IMG_#.jpg",
        "folder": "ab" * 32,
    }

    def send(reference: str, **traits: object) -> int:
        body = {"reference": reference, "findings": [{**given, "traits": {**said, **traits}}], "complete": True}
        return client.post(
            "/api/scans", body, content_type="application/json", headers=world.key(world.officer)
        ).status_code

    assert send("good") == 201
    found = traits_of(Finding.everywhere.get())
    assert (found.make, found.serial, found.place) == ("Maker", "SN 004711", (55.6761, -12.5683))
    for traits in (
        {"name": "Somebody.jpg"},
        {"folder": "/home"},
        {"place": [91, 0]},
        {"place": [1]},
        {"serial": "\n"},
        {"path": "/home"},
    ):
        assert send("bad", **traits) == 422


@pytest.mark.django_db
def test_traits_go_with_the_scan() -> None:
    world = make_world()
    scan = world.scan(found=read_lines(line()))
    with viewing(world.police.id):
        retention.erase(world.viewer, WHY, scan)
    assert not Finding.everywhere.exists()
