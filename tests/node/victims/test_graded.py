"""Graded VICS comes back to a series: what its files are said to be, with scheme and person, and nothing else of it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from lxml import html
from tests.node.casework.brought import brought, choose, grades, taken
from tests.node.factories import sign_in
from tests.node.victims.factories import FINDING, make_desk, make_series, make_specialist

from vaern.formats.left import Left
from vaern.formats.vics_write import Document, write
from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.workstations.models import GradedMedium
from vaern.node.ledger.models import Entry as LedgerEntry
from vaern.node.victims.models import Member, Series
from vaern.node.victims.sheet import actions, graded, workstation

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.django_db(transaction=True)
REASON = {"why": "victim_identification", "words": "made up for a test"}
QUICK = hypothesis_settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
FEW = hypothesis_settings(QUICK, max_examples=6)
"""Each example starts a reader of its own, a process."""

CONTEXT = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/UK/$metadata#Cases"
EXAMINER = "Examiner 7 (synthetic)"
KINDS = ("md5", "sha1", "sha256")


def digest(kind: str, file: int) -> bytes:
    return hashlib.new(kind, b"synthetic %d" % file, usedforsecurity=False).digest()


def add(series: Series, file: int, *, without: Sequence[str] = ()) -> Member:
    """Add a file that does not exist, by its digests; several members can be of one file."""
    digests = {kind: digest(kind, file) for kind in KINDS if kind not in without}
    given = {"source": "hash", "rule": "by_hand", "mime": "image/jpeg", **digests}
    made: Member = Member.everywhere.create(series=series, organisation_id=series.organisation_id, **given)
    return made


def case(*media: tuple[int, int | None, bool]) -> bytes:
    """A case as a workstation saves it: files, each with its category, and whether that comes from a list."""
    rows = []
    for file, category, listed in media:
        said = {} if category is None else {"Category": category}
        digests = {"MD5": digest("md5", file).hex().upper(), "SHA1": digest("sha1", file).hex().upper()}
        rows.append({"MediaID": 1, **digests, "IsPrecategorized": listed, **said})
    fields = {"CaseID": "9b2f6d0a-0000-4000-8000-000000000001", "CaseNumber": "2031-1", "ContactName": EXAMINER}
    return json.dumps({"@odata.context": CONTEXT, "value": [{**fields, "Media": rows}]}).encode()


def said_of(series: Series) -> dict[int, str]:
    return dict(Member.everywhere.filter(series=series).values_list("pk", "graded"))


def browser(person: object) -> Client:
    client = Client()
    sign_in(client, person)  # type: ignore[arg-type]
    return client


def opened(client: Client, address: str) -> Any:
    """Open a page of a record, with a reason where it is asked for."""
    answer = client.get(address)
    for form in html.fromstring(answer.content.decode()).xpath("//main//form[.//input[@name='reason-why']]"):
        given = {"reason-why": REASON["why"], "reason-words": REASON["words"]}
        client.post(form.action, {**dict(form.fields), **given})
    return client.get(address)


@pytest.mark.once
@FEW
@given(
    members=st.lists(
        st.tuples(st.integers(0, 4), st.sampled_from([(), ("md5",), ("sha1",), ("md5", "sha1")])), max_size=6
    ),
    media=st.dictionaries(st.integers(0, 6), st.tuples(st.sampled_from([None, 0, 1, 2]), st.booleans()), max_size=7),
)
def test_every_file_is_said_to_be_what_a_walk_through_the_media_says(
    members: Sequence[tuple[int, Sequence[str]]], media: dict[int, tuple[int | None, bool]]
) -> None:
    """The oracle: a member has the grade of the medium of its file, if somebody looked; the same again is nothing."""
    viewer = make_specialist()
    series, another = make_series(viewer.organisation), make_series(viewer.organisation)
    files = {add(series, file, without=lacks).pk: (file, lacks) for file, lacks in members}
    beside = add(another, 0)
    data = case(*((file, *said) for file, said in media.items()))
    wanted = {}
    for pk, (file, lacks) in files.items():
        category, listed = media.get(file, (None, False))
        looked = category is not None and not listed and not {"md5", "sha1"} <= set(lacks)
        wanted[pk] = f"VICS 2.0 UK {category}" if looked else ""
    entries = LedgerEntry.objects.filter(act="victims.members.graded")
    before, n = entries.count(), sum(bool(one) for one in wanted.values())
    document = grades(viewer, FINDING, series, brought(viewer, FINDING, series, data))
    assert said_of(series) == wanted
    assert document.outcome.get("changed", 0) == n
    assert entries.count() - before == bool(n)
    rows = list(Member.everywhere.order_by("pk").values())
    assert sum(count for _grade, count in graded.grades(series)) == n
    again = brought(viewer, FINDING, series, data)
    assert sum(one.same for one in again.counted) == sum(one.media for one in again.graded.values()) == n
    assert grades(viewer, FINDING, series, again).outcome == {}
    assert list(Member.everywhere.order_by("pk").values()) == rows
    assert said_of(another) == {beside.pk: ""}


@pytest.mark.once
@FEW
@given(said=st.dictionaries(st.integers(0, 5), st.sampled_from(["", "0", "1", "2"]), min_size=1))
def test_what_was_graded_goes_out_and_comes_back_the_same(said: dict[int, str]) -> None:
    """A round trip: the document of a graded series, read against it, says what stands; of a bare one it brings all."""
    viewer = make_specialist()
    series = make_series(viewer.organisation)
    for file, value in said.items():
        member = add(series, file)
        with viewing(viewer.organisation.id):
            actions.grade(viewer, FINDING, series, {f"VICS 2.0 UK {value}": [member.pk]} if value else {}, EXAMINER)
    Series.everywhere.filter(pk=series.pk).update(members_total=len(said))
    series.refresh_from_db()
    stands = said_of(series)
    left = Left()
    data = b"".join(write(workstation.goods(series).entries(Document("2.0", "UK"), left), Document("2.0", "UK"), left))
    document = grades(viewer, FINDING, series, brought(viewer, FINDING, series, data))
    assert (document.faults, document.unknown, document.outcome) == (0, 0, {})
    Member.everywhere.filter(series=series).update(graded="", graded_at=None)
    grades(viewer, FINDING, series, brought(viewer, FINDING, series, data))
    assert said_of(series) == stands


def test_one_file_goes_out_as_it_was_said_to_be_last() -> None:
    viewer = make_specialist()
    series = make_series(viewer.organisation)
    first, second, new = (add(series, 1) for _ in range(3))
    with viewing(viewer.organisation.id):
        actions.grade(viewer, FINDING, series, {"VICS 2.0 UK 1": [first.pk]})
        actions.grade(viewer, FINDING, series, {"VICS 2.0 UK 2": [second.pk]})
    same = list(workstation.files_of(series).order_by("pk"))
    assert {one.pk for one in same} == {first.pk, second.pk, new.pk}
    entry = workstation.entry_of(series, same, Left())
    assert (entry.scheme, entry.classification) == ("VICS 2.0 UK", "2")


def test_what_was_said_last_of_a_file_goes_out_and_a_yes_of_the_series_stays() -> None:
    viewer = make_specialist()
    series = make_series(viewer.organisation)
    first, second = (add(series, 1) for _ in range(2))
    said = {"Comments": "made up", "VictimIdentified": "false", "Series": "Another (synthetic)"}
    with viewing(viewer.organisation.id):
        actions.grade(viewer, FINDING, series, {"VICS 2.0 UK 1": [first.pk]}, "x", {first.pk: {"Tags": "older"}})
        more = {second.pk: said}
        assert actions.grade(viewer, FINDING, series, {"VICS 2.0 UK 1": [second.pk]}, "x", more) == 1
        assert actions.grade(viewer, FINDING, series, {"VICS 2.0 UK 1": [second.pk]}, "x", more) == 0

    def sent() -> Any:
        (one,) = workstation.goods(series).entries(Document(), Left())
        return one.series, one.victim_identified, one.extra["Comments"], one.extra.get("Tags", "")

    assert sent() == ("Another (synthetic)", False, "made up", "")
    assert workstation.sent(series, [str(first.pk)])[str(first.pk)].series == series.code
    series.identified_on = timezone.localdate()
    assert sent() == ("Another (synthetic)", True, "made up", "")
    page = opened(browser(viewer.person), reverse("victims:series-files", args=[series.pk])).content.decode()
    assert "Comments: made up; Series: Another (synthetic); Victim identified: no" in page


def test_it_is_compared_then_taken_with_the_person_and_only_by_the_owner() -> None:
    viewer = make_specialist()
    series = make_series(viewer.organisation)
    members = [add(series, file) for file in range(3)]
    client, address = browser(viewer.person), reverse("victims:series-graded", args=[series.pk])
    data = case((0, 1, False), (1, 2, True), (2, None, False), (9, 1, False))
    page = choose(client, address, data)
    text = page.content.decode()
    assert page.status_code == 200
    assert "VICS 2.0 UK 1" in text
    assert "From a list: nobody looked" in text
    assert "Media in the file that are nothing of what is here: 1" in text
    assert not any(said_of(series).values())  # nothing before it is taken
    version = Series.everywhere.get(pk=series.pk).version
    assert taken(client, page).status_code == 302
    row = Member.everywhere.exclude(graded="").get()
    assert (row.pk, row.graded, row.graded_by) == (members[0].pk, "VICS 2.0 UK 1", viewer.person)
    assert EXAMINER in row.graded_words
    after = Series.everywhere.get(pk=series.pk)
    assert (after.state, after.confirmed, after.version) == (series.state, series.confirmed, version + 1)
    other = choose(client, address, case((0, 2, False)))
    cells = html.fromstring(other.content.decode()).xpath("//table[@id='difference']//tbody/tr/td//text()")
    assert [cell.strip() for cell in cells if cell.strip()][-4:] == ["1", "0", "0", "1"]  # otherwise before
    files = reverse("victims:series-files", args=[series.pk])
    assert client.get(files).status_code == 200
    shown = [[str(cell) for cell in row.cells] for row in opened(client, files).context["graded"].rows]
    assert shown == [["VICS 2.0 UK 1", "1"]]
    assert choose(browser(make_specialist().person), address, data).status_code == 404


def test_what_is_no_file_of_the_series_stays_as_it_is_whatever_is_staged() -> None:
    viewer = make_specialist()
    series, another = make_series(viewer.organisation), make_series(viewer.organisation)
    foreign = make_series(make_desk())
    mine, beside, theirs = add(series, 1), add(another, 1), add(foreign, 1)
    document = brought(viewer, FINDING, series, case((1, 1, False)))
    for key in [str(beside.pk), str(theirs.pk), "", "-1", "9" * 40, "½"]:
        GradedMedium.everywhere.create(document=document, key=key, category=0, medium=1)
    grades(viewer, FINDING, series, document)
    said = dict(Member.everywhere.values_list("pk", "graded"))
    assert said == {mine.pk: "VICS 2.0 UK 1", beside.pk: "", theirs.pk: ""}


def test_a_series_that_another_took_over_takes_no_grades() -> None:
    viewer = make_specialist()
    whole = make_series(viewer.organisation)
    series = make_series(viewer.organisation, absorbed_into=whole)
    with viewing(viewer.organisation.id), pytest.raises(Refusal, match="taken over"):
        actions.grade(viewer, FINDING, series, {"S 1": [1]})
