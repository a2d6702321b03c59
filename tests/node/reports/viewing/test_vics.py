"""Graded VICS, 1.3 and 2.0 and as tools write it: every fault with its place, a difference, and then the answers."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import sign_in
from tests.node.reports.viewing.worlds import answer, make_world

from vaern.node.reports.models import Assessment, Item, StationAnswer
from vaern.node.reports.rules.stations import Door
from vaern.node.reports.viewing import answers, vics
from vaern.node.reports.viewing.views_vics import CARRIED

pytestmark = pytest.mark.django_db
TWO = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/Default/$metadata#Cases"
ONE_THREE = "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Cases"
MD5 = "00112233445566778899AABBCCDDEEFF"
OTHER = "a0b1c2d3" * 4
SHA1 = "00112233445566778899AABBCCDDEEFF00112233"


def medium(ref="", **fields):
    files = [{"MediaFileID": 1, "FileName": "1.jpg", "FilePath": f"C:\\case\\{ref}\\1.jpg"}] if ref else []
    return {"MediaID": 1, "MD5": MD5, "Category": 1, "MediaFiles": files, **fields}


def document(*media, context=TWO, key="@odata.context"):
    return json.dumps({key: context, "value": [{"CaseNumber": "T-1", "Media": list(media)}]}).encode()


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def report(world):
    return world.report("https://a.example/1", "https://a.example/2")


@pytest.fixture
def package(world, report):
    return world.package(report)


def read(package, data):
    return vics.read(data, answers.items_of(package))


@pytest.mark.parametrize(("context", "key"), [(TWO, "@odata.context"), (ONE_THREE, "odata.metadata")])
def test_both_versions_are_read_by_the_word_of_the_item(package, report, context, key):
    data = document(medium(f"{report.code}-2", SHA1=SHA1, MediaSize="123"), context=context, key=key)
    (found,) = read(package, data).media
    assert (found.report, found.item) == (report.code, 2)
    assert found.category.endswith(" 1")
    (file,) = found.files
    assert (file.md5, file.sha1, file.size) == (MD5.lower(), SHA1.lower(), 123)


@pytest.mark.parametrize(
    "place",
    [
        lambda ref: {"Tags": f"a, {ref}"},
        lambda ref: {"Comments": ref.lower()},
        lambda ref: {"Series": ref},
        lambda ref: {"RelativeFilePath": f"Files\\{ref}\\1.png"},
        lambda ref: {"MediaFiles": {"FileName": f"{ref}.jpg"}},
    ],
)
def test_the_word_may_stand_wherever_a_tool_lets_one_write(package, report, place):
    (found,) = read(package, document({"MD5": MD5, "Category": "2", **place(f"{report.code}-1")})).media
    assert found.item == 1


def test_a_medium_without_a_word_is_found_by_a_hash_of_the_package(package, report):
    Item.everywhere.filter(report=report, number=2).update(md5=bytes.fromhex(MD5))
    (found,) = read(package, document(medium())).media
    assert found.item == 2


@pytest.mark.parametrize(
    ("data", "record"),
    [
        (lambda _r: document(medium()), 1),
        (lambda _r: document(medium("ZZZZZZZZ-1")), 1),
        (lambda r: document(medium(f"{r.code}-1", Tags=f"{r.code}-2")), 1),
        (lambda r: document(medium(f"{r.code}-1", MD5="00" * 15), medium(f"{r.code}-2"))[:-40], 1),
        (lambda _r: b"not json", 1),
        (lambda _r: b"", 1),
    ],
)
def test_each_fault_has_its_place(package, report, data, record):
    found = read(package, data(report))
    assert found.problems
    assert found.problems[0].record >= record
    assert all(one.what for one in found.problems)


def test_an_odd_file_is_read_as_far_as_it_goes(package, report):
    odd = b"\xef\xbb\xbf" + document(
        medium(f"{report.code}-1", Category="1", IsDistributed="true", DateUpdated="/Date(1)/"),
        medium(f"{report.code}-1", MD5=OTHER, Miniature="x", PhotoDNA="AAMANwABAD0A"),
    )
    (found,) = read(package, odd).media
    assert len(found.files) == 2
    assert found.at is None


def test_a_category_of_a_list_is_nobodys_view(package, report):
    found = read(package, document(medium(f"{report.code}-1", IsPrecategorized="true")))
    (one,) = vics.answers(found, {}, "A7", answer(report).at)
    assert (one.looked, one.value, one.baseline, one.by) == ("nothing", "", None, "")


def test_two_grades_of_one_item_are_a_fault_and_the_first_stays(package, report):
    ref = f"{report.code}-1"
    found = read(package, document(medium(ref), medium(ref, MD5=OTHER, Category=2)))
    assert [one.category for one in found.media] == ["VICS 2.0 Default 1"]
    assert [one.record for one in found.problems] == [2]


@given(st.binary(max_size=300))
def test_whatever_comes_is_read_or_named(data):
    found = vics.read(data, {})
    assert found.media == ()
    assert found.problems


# The page ------------------------------------------------------------------------------------------------------------


def test_one_sees_faults_and_difference_says_what_categories_mean_and_takes_it(client, world, package, report):
    world.answer(package, answer(report, value="b", by="B2"), door=Door.API)
    sign_in(client, world.ada)
    page = reverse("reports:package-vics", args=[package.pk])
    assert client.get(page).status_code == 200
    data = document(medium(f"{report.code}-1"), medium("ZZZZZZZZ-9", MD5=OTHER, Category=3))
    shown = client.post(page, {"do": "read", "file": SimpleUploadedFile("graded.json", data)})
    text = shown.content.decode()
    assert shown.status_code == 200
    for said in (f"{report.code}-1", "is none of the items of this package", "VICS 2.0 Default 1", "B: other unlawful"):
        assert said in text
    assert StationAnswer.everywhere.count() == 1
    carried = shown.context["carried"]
    form = {"do": "take", CARRIED: carried, "category_0": "a", "category_0_baseline": "yes", "by": "A7"}
    form |= {"at": "2026-01-01T10:00", "why": "assessment", "words": ""}
    early = client.post(page, form)
    assert early.status_code == 422
    assert "lies before the package was made" in early.content.decode()
    at = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    taken = client.post(page, {**form, "at": at})
    assert taken.status_code == 302, taken.content.decode()
    made = StationAnswer.everywhere.get(by="A7")
    assert (made.value, made.baseline, made.door, made.looked) == ("a", True, "vics", "whole")
    client.post(page, {**form, "at": at})
    assert StationAnswer.everywhere.count() == 2
    assert not Assessment.everywhere.exists()


@pytest.mark.parametrize("carried", ["", "{}", "[1]", "x" * 50])
def test_what_did_not_arrive_whole_is_not_taken(client, world, package, carried):
    sign_in(client, world.ada)
    page = reverse("reports:package-vics", args=[package.pk])
    assert client.post(page, {"do": "take", CARRIED: carried}).status_code == 422
    assert not StationAnswer.everywhere.exists()


def test_a_file_that_is_of_another_package_takes_nothing(client, world, package):
    sign_in(client, world.ada)
    page = reverse("reports:package-vics", args=[package.pk])
    file = SimpleUploadedFile("graded.json", document(medium("ZZZZZZZZ-9")))
    shown = client.post(page, {"do": "read", "file": file})
    assert shown.status_code == 422
    assert "Nothing in this file is of this package" in shown.content.decode()
