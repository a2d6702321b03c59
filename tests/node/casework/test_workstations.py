"""A record leaves as VICS: what was in it is in the document, what is not is said before, and the ledger has it."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.node.factories import make_organisation, make_person, sign_in, terms
from tests.node.lists.factories import QUALITY, add, curator, make_list
from tests.node.scans.worlds import World, make_world
from tests.node.victims.factories import make_desk, make_series, make_specialist

from vaern.formats import vics
from vaern.formats.left import Left
from vaern.formats.reading import Reading
from vaern.formats.signals import KNOWN_JUNK
from vaern.formats.source import Place
from vaern.formats.vics_write import NO_MD5, Document, write
from vaern.node.base.scope import viewing
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.releases.terms import Handling
from vaern.node.casework.workstations.labels import TURNED
from vaern.node.ledger.models import Entry as LedgerEntry
from vaern.node.lists.curation import workstation as of_lists
from vaern.node.lists.models import HashList
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.scans import workstation as of_scans
from vaern.node.scans.results import Row
from vaern.node.victims.models import Member, NearValue
from vaern.node.victims.sheet import workstation as of_series
from vaern.records import Entry, Signal

if TYPE_CHECKING:
    from vaern.node.casework.workstations.documents import Goods

pytestmark = pytest.mark.django_db(transaction=True)
REASON = {"why": "investigation", "words": "made up for a test"}
USUAL = ("known", "near", "new")
QUICK = hypothesis_settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def lists_of_this_test(settings: Any, tmp_path: Any) -> None:
    settings.LISTS, settings.LISTS_ASIDE = tmp_path / "lists", tmp_path / "aside"


@pytest.fixture
def world() -> World:
    return make_world()


def read(data: bytes) -> dict[str, Entry]:
    """The media of a document by their MD5, read as a foreign document is."""
    place = Place("VICS")
    if not re.search(rb'"MD5"', data):
        return {}  # a document without media is read as a fault: nobody sends one on purpose
    rows = list(Reading("vics", place, vics.read_bytes(data, place, KNOWN_JUNK)))
    assert all(isinstance(row, Entry) for row in rows), rows
    return {row.id: row for row in rows if isinstance(row, Entry)}


def written(goods: Goods, document: Document) -> tuple[dict[str, Entry], Left]:
    left = Left()
    return read(b"".join(write(goods.entries(document, left), document, left))), left


def browser(person: object) -> Client:
    client = Client()
    sign_in(client, person)  # type: ignore[arg-type]
    return client


def sent(client: Client, address: str, **given: str) -> Any:
    fields = {
        "version": "2.0",
        "shape": "cases",
        "country": "UK",
        "goes": "own",
        "to_whom": "Workstation 4 (synthetic)",
    }
    return client.post(address, {**fields, "permission": "", **REASON, **given})


# Findings -------------------------------------------------------------------------------------------------------------

_DIGESTS = st.integers(0, 5)
_ROWS = st.lists(
    st.tuples(
        _DIGESTS,
        st.sampled_from((*USUAL, "unreadable")),
        st.sampled_from(["image/jpeg", "video/mp4", "application/pdf"]),
        st.booleans(),
        st.sampled_from(["", "VICS 2.0 UK 2", "VICS 2.0 US 1"]),
        st.sampled_from(["", "md5", "pdq"]),
    ),
    max_size=12,
)


def _finding(number: int, drawn: tuple[int, str, str, bool, str, str]) -> Row:
    seed, verdict, mime, has_md5, graded, kind = drawn
    digest = hashlib.sha256(b"synthetic %d" % seed).digest()
    pdq = {"kind": "pdq", "value": digest.hex(), "quality": 90, "orientation": "upright", "region": "whole", "frame": 0}
    turned = {**pdq, "value": digest[::-1].hex(), "orientation": "rotated-90"}
    hit = {"matched_kind": kind, "distance": 0, "list": "made-up", "release": "7", "entry": "e", "class_given": graded}
    return Row(
        number=number,
        verdict=verdict,
        mime=mime,
        size=1_000 + seed,
        md5=digest[:16] if has_md5 else None,
        sha256=digest,
        perceptual=(pdq, turned),
        **(hit if kind else {}),
    )


@QUICK
@given(drawn=_ROWS, version=st.sampled_from(["2.0", "1.3"]), of_cases=st.booleans(), page=st.integers(1, 4))
def test_findings_are_one_medium_for_each_content_and_nothing_is_lost_or_made_up(
    drawn: list[tuple[int, str, str, bool, str, str]], version: Any, of_cases: bool, page: int
) -> None:
    rows = [_finding(number, one) for number, one in enumerate(drawn, start=1)]
    world = make_world()
    scan = world.scan(found=rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(of_scans, "AT_ONCE", page)
        case = ({"CaseNumber": "made up"},) if of_cases else ()
        document = Document(version, "UK", of_cases, cases=case)
        found, left = written(of_scans.goods(scan), document)
    scheme = document.own_scheme
    wanted: dict[str, list[Row]] = {}
    for row in rows:
        if row.verdict in USUAL and row.md5 and row.mime != "application/pdf":
            wanted.setdefault(row.md5.hex(), []).append(row)
    assert found.keys() == wanted.keys()
    for md5, same in wanted.items():
        first, read_back = same[0], found[md5]
        assert set(read_back.signals) == {
            Signal("md5", bytes.fromhex(md5)),
            Signal("sha256", first.sha256 or b""),
            Signal("pdq", bytes.fromhex(first.perceptual[0]["value"])),
        }
        exact = [one.class_given for one in same if one.matched_kind == "md5" and one.class_given]
        graded = bool(exact) and exact[0].rpartition(" ")[0] == scheme
        assert read_back.classification == (exact[0].rpartition(" ")[2] if graded else None)
        assert read_back.extra["Comments"] == "finding " + ", ".join(str(one.number) for one in same)
        assert read_back.extra["MediaSize"] == str(first.size)
        by = {"md5": "known", "pdq": "near", "": first.verdict}[first.matched_kind] if first.verdict != "new" else "new"
        assert read_back.extra["Tags"] == f"vaern:{by}"
    without = [row for row in rows if row.verdict in USUAL and not row.md5 and row.mime != "application/pdf"]
    assert (left.written, left.entries[NO_MD5]) == (len(wanted), len(without))


def test_a_scan_goes_to_a_workstation_with_its_handling_and_the_ledger_says_so(world: World) -> None:
    scan = world.scan()
    address = reverse("scans:workstation", args=[scan.pk])
    client = browser(world.officer)
    page = client.get(address).content.decode()
    assert "TLP:AMBER+STRICT; SYNTHETIC" in page
    assert "Hashes of the turned picture" in page
    answer = sent(client, address)
    data = b"".join(answer.streaming_content)
    assert ".tlp-amber-strict.synthetic.vics.json" in answer["Content-Disposition"]
    assert json.loads(data)["value"][0]["CaseNumber"] == scan.reference
    goods = of_scans.goods(scan)
    assert len(read(data)) == goods.total
    entry = LedgerEntry.objects.get(act="scans.scan.exported")
    assert (entry.verb, entry.count, entry.why) == ("disclosure", goods.total, "investigation")


def test_what_was_released_leaves_the_house_only_with_its_source_asked(world: World) -> None:
    scan = world.scan()
    world.release(scan, world.hotline)
    client, address = browser(world.analyst), reverse("scans:workstation", args=[scan.pk])
    refused = sent(client, address, goes="others")
    assert refused.status_code == 422
    assert "its source is asked first" in refused.content.decode()
    assert "Workstation 4 (synthetic)" in refused.content.decode()  # nothing typed is lost
    assert not LedgerEntry.objects.filter(act="scans.scan.exported").exists()
    assert sent(client, address).status_code == 200
    allowed = sent(client, address, goes="others", permission="The police desk, yesterday (synthetic)")
    assert allowed.status_code == 200
    assert LedgerEntry.objects.filter(act="scans.scan.exported").count() == 2


# Series ---------------------------------------------------------------------------------------------------------------


def test_a_series_goes_with_its_code_and_only_by_its_owner() -> None:
    viewer = make_specialist(make_desk())
    series = make_series(viewer.organisation, (1, 2, 3))
    digests = [hashlib.md5(b"made up %d" % n, usedforsecurity=False).digest() for n in range(2)]
    for place, member in enumerate(Member.of(series=series).order_by("pk")):
        member.md5 = digests[0 if place == 1 else 1] if place else None
        member.mime = "image/jpeg"
        member.save()
    found, left = written(of_series.goods(series), Document())
    assert set(found) == {one.hex() for one in digests}
    assert {one.series for one in found.values()} == {series.code}
    assert {one.victim_identified for one in found.values()} == {None}
    assert left.entries == {NO_MD5: 1}
    address = reverse("victims:series-workstation", args=[series.pk])
    answer = sent(browser(viewer.person), address)
    assert len(read(b"".join(answer.streaming_content))) == 2
    assert LedgerEntry.objects.get(act="victims.series.exported").count == 3
    assert sent(browser(make_specialist(make_desk()).person), address).status_code == 404


@QUICK
@given(
    drawn=st.lists(
        st.tuples(
            st.integers(0, 2), st.lists(st.tuples(st.sampled_from(["pdq", "turned", "vpdq"]), st.integers(0, 4)))
        ),
        min_size=1,
        max_size=5,
    ),
    page=st.integers(1, 3),
)
def test_a_perceptual_hash_of_a_series_goes_or_is_counted(
    drawn: list[tuple[int, list[tuple[str, int]]]], page: int
) -> None:
    """The oracle: of each file and kind the first value, as the picture stands; every other one is counted."""
    viewer = make_specialist(make_desk())
    series = make_series(viewer.organisation)
    wanted: dict[bytes, dict[str, bytes]] = {}
    stays = 0
    for file, values in drawn:
        md5 = hashlib.md5(b"made up %d" % file, usedforsecurity=False).digest()
        given_columns = {"source": "hash", "rule": "by_hand", "mime": "image/jpeg", "md5": md5}
        member = Member.everywhere.create(series=series, organisation_id=series.organisation_id, **given_columns)
        wanted.setdefault(md5, {"md5": md5})
        for kind, number in values:
            value = hashlib.sha256(b"near %d" % number).digest() * (5 if kind == "vpdq" else 1)
            NearValue.everywhere.create(member=member, organisation_id=series.organisation_id, kind=kind, value=value)
            stays += kind == "turned" or wanted[md5].setdefault(kind, value) != value
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(of_series, "AT_ONCE", page)
        found, left = written(of_series.goods(series), Document())
    assert {md5: {one.kind: one.value for one in row.signals} for md5, row in found.items()} == {
        md5.hex(): values for md5, values in wanted.items()
    }
    assert left.fields[TURNED] == stays


# Lists ----------------------------------------------------------------------------------------------------------------


def _entry(number: int, *, md5: bool = True, **fields: Any) -> Entry:
    digest = hashlib.sha256(b"made up %d" % number).digest()
    signals = (
        *([Signal("md5", digest[:16])] if md5 else []),
        Signal("sha256", digest),
        Signal("pdna", (digest * 5)[:144]),
    )
    return Entry(digest[:16].hex() if md5 else f"entry {number}", signals, **fields)


_FIELDS = st.fixed_dictionaries(
    {
        "classification": st.sampled_from([None, "1", "2"]),
        "series": st.sampled_from(["", "One"]),
        "victim_identified": st.sampled_from([None, True, False]),
        "offender_identified": st.sampled_from([None, True, False]),
        "distributed": st.sampled_from([None, True, False]),
    }
)


@pytest.mark.once
@QUICK
@given(drawn=st.lists(st.tuples(st.booleans(), _FIELDS), max_size=8), page=st.integers(1, 3), country=st.just("UK"))
def test_what_a_list_says_is_what_a_workstation_reads(
    drawn: list[tuple[bool, dict[str, Any]]], page: int, country: str
) -> None:
    viewer = curator()
    hash_list = make_list(viewer, f"known-{HashList.everywhere.count()}", scheme="VICS 2.0 UK")
    given_entries = [
        _entry(number, md5=md5, scheme=fields["classification"] and "VICS 2.0 UK", **fields)
        for number, (md5, fields) in enumerate(drawn)
    ]
    add(viewer, hash_list, *given_entries)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(of_lists, "AT_ONCE", page)
        goods = of_lists.goods(viewer, hash_list)
        found, left = written(goods, Document("2.0", goods.country))
    assert goods.country == country
    assert found.keys() == {one.id for (md5, _fields), one in zip(drawn, given_entries, strict=True) if md5}
    assert left.entries[NO_MD5] == sum(not md5 for md5, _fields in drawn)
    for one in given_entries:
        if one.id in found:
            back = found[one.id]
            names = ("series", "victim_identified", "offender_identified", "distributed", "classification")
            assert {name: getattr(back, name) for name in names} == {name: getattr(one, name) for name in names}
            assert set(back.signals) == set(one.signals)


def _released(hash_list: HashList, viewer: Any) -> Any:
    """Somebody of another organisation that receives the list."""
    other = make_person(Role.CURATOR, make_organisation(OrganisationKind.HOTLINE))
    with viewing(viewer.organisation.id), transaction.atomic():
        until = timezone.now() + timedelta(days=9)
        releases.release(
            viewer, hash_list, [other.organisation_id], QUALITY, terms(Handling.GREEN, until, "made up (synthetic)")
        )
    return other


@pytest.mark.parametrize("pass_on", [True, False])
def test_a_recipient_passes_a_list_on_only_where_its_licence_says_so(pass_on: bool) -> None:
    viewer = curator()
    hash_list = make_list(viewer, pass_on=pass_on)
    add(viewer, hash_list, _entry(1), _entry(2))
    client = browser(_released(hash_list, viewer))
    address = reverse("lists:workstation", args=[hash_list.pk])
    assert sent(client, address).status_code == 200
    outside = sent(client, address, goes="others")
    assert outside.status_code == (200 if pass_on else 422)
    if not pass_on:
        assert "does not let a recipient pass it on" in outside.content.decode()


def test_recalled_entries_do_not_go_and_a_list_of_addresses_does_not_either() -> None:
    viewer = curator()
    hash_list = make_list(viewer)
    one, other = add(viewer, hash_list, _entry(1), _entry(2))
    from vaern.node.lists.curation import actions
    from vaern.node.lists.rules.effects import RecallReason

    with viewing(viewer.organisation.id):
        actions.recall(viewer, QUALITY, one, RecallReason.WRONG_HASH)
    hash_list.refresh_from_db()
    found, _left = written(of_lists.goods(viewer, hash_list), Document())
    assert list(found) == [other.ident]
    addresses = make_list(viewer, "addresses", holds="addresses")
    answer = browser(viewer.person).get(reverse("lists:workstation", args=[addresses.pk]), follow=True)
    assert "VICS knows files alone" in answer.content.decode()
