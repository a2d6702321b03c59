"""External identifiers of entries: found as brute force finds them, gone with their entry, out as far as they may."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.node.external.worlds import Desk
from tests.node.factories import make_key, make_organisation, make_person, sign_in, terms, viewer_for
from tests.node.lists.factories import QUALITY, add, curator, digest, entry_of, make_list, send, vics
from tests.node.lists.test_intake import medium

from vaern.formats.left import Left
from vaern.formats.vics_write import IDENTIFIER, Document, write
from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.models import Release
from vaern.node.casework.releases.along import lines as goes_along
from vaern.node.casework.releases.terms import Handling
from vaern.node.casework.retention import actions as retention
from vaern.node.external import actions, queries
from vaern.node.external.models import ExternalChange, ExternalIdentifier
from vaern.node.external.rules import goes, normal, passed_on
from vaern.node.external.sealed_values import Given, opened
from vaern.node.lists.base import disk, standing
from vaern.node.lists.curation import actions as curation
from vaern.node.lists.curation import numbers, workstation
from vaern.node.lists.curation.finders import find
from vaern.node.lists.curation.queries import EntrySearch
from vaern.node.lists.curation.queries import entries as entries_of
from vaern.node.lists.curation.retention import end_entries
from vaern.node.lists.models import HashList, ListEntry, NumberedEntry
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.lists.rules.lists import Wishes
from vaern.node.organisations.rules import OrganisationKind, Permission, Role
from vaern.node.web.search.looks import Look, recognised
from vaern.records import Signal

pytestmark = pytest.mark.django_db(transaction=True)
WRITTEN = ["17", "1-7", "17a", "A\N{EN DASH}17", "7", "DK 17"]
ASKED = [*WRITTEN, "a17", "1", "nothing", "", " - ", "one"]
REASON = {"why": "list_quality", "words": ""}


def note(viewer: Any, entry: ListEntry, value: str, system: str = "other", along: str = "", **more: Any) -> Any:
    """Note an identifier."""
    with viewing(viewer.organisation.id):
        return actions.add(viewer, QUALITY, entry, Given(system, value, along=along, **more))


def let_have(owner: Any, hash_list: HashList, to: Any, handling: Handling) -> None:
    """Release a list."""
    with viewing(owner.organisation.id):
        until = timezone.now() + timedelta(days=30)
        curation.release(owner, QUALITY, hash_list, [to.organisation.id], terms(handling, until))


def found_in(viewer: Any, hash_list: HashList, text: str) -> set[str]:
    """Return what the search of a list's entries finds."""
    with viewing(viewer.organisation.id):
        page = entries_of(viewer, hash_list, QUALITY, EntrySearch(text), {})
    return {one.ident for one in page.rows}


def knows(viewer: Any, row: ExternalIdentifier, hash_list: HashList) -> bool:
    """Say by looking at all there is whether somebody may know of an identifier of an entry of a list."""
    if row.organisation_id == viewer.organisation.id:
        return True
    given = [one for one in Release.valid() if (one.record, one.recipient_id) == (hash_list.pk, viewer.organisation.id)]
    return any(goes(row.along, one.handling) for one in given)


def _world(draw: random.Random) -> tuple[list[Any], list[HashList]]:
    """Make two curators with lists whose entries carry numbers, most of which the other one received."""
    sides, lists = [curator(), curator()], []
    for owner, other in (sides, sides[::-1]):
        for nth in range(2):
            hash_list = make_list(owner, f"list-{owner.organisation.pk.hex[:6]}-{nth}")
            lists.append(hash_list)
            for row in add(owner, hash_list, *(entry_of(ident) for ident in ("one", "two", "17"))):
                _numbered(owner, row, draw)
            if draw.random() < 0.8:
                let_have(owner, hash_list, other, draw.choice(list(Handling)))
    return sides, lists


def _numbered(owner: Any, row: ListEntry, draw: random.Random) -> None:
    for value in {normal(one): one for one in draw.sample(WRITTEN, 2)}.values():
        made = note(owner, row, value, along=draw.choice(["", "red", "amber", "green"]))
        if draw.random() < 0.2:
            with viewing(owner.organisation.id):
                actions.withdraw(owner, QUALITY, row, made.pk, "a slip")


def _brute(viewer: Any, hash_list: HashList, text: str) -> set[str]:
    """Return the entries of a list that a text names, by looking at every entry and every identifier there is."""
    rows = {one.subject.id: one for one in ListEntry.everywhere.filter(list=hash_list).select_related("list")}
    noted = ExternalIdentifier.everywhere.filter(record__in=rows, withdrawn_at=None)
    same = [one for one in noted if normal(text) and normal(opened(one).value) == normal(text)]
    found = {rows[one.record].ident for one in same if knows(viewer, one, hash_list)}
    return found | {one.ident for one in rows.values() if one.ident == text}


@pytest.mark.once
@pytest.mark.parametrize("seed", [1, 2])
def test_a_search_finds_exactly_what_brute_force_finds(seed: int) -> None:
    some, (sides, lists) = 0, _world(random.Random(seed))
    for viewer in sides:
        with viewing(viewer.organisation.id):
            seen = list(HashList.objects.filter(pk__in=[one.pk for one in lists]))
        for hash_list, text in product(seen, filter(str.strip, ASKED)):
            expected = _brute(viewer, hash_list, text)
            assert found_in(viewer, hash_list, text) == expected
            with viewing(viewer.organisation.id):
                hits = {str(one.title) for one in find(viewer, recognised(text), 50)}
            named = {one for one in hits if one.startswith(f"{hash_list.title}: ")}
            asked = recognised(text).looks & (Look.NUMBER | Look.WORDS)
            assert named == ({f"{hash_list.title}: {ident}" for ident in expected} if asked else set())
            some += bool(expected)
    assert some > 10


def test_only_entries_that_carry_one_have_a_row_and_each_leads_back_to_its_entry() -> None:
    owner = curator()
    hash_list = make_list(owner)
    first, second, _third = add(owner, hash_list, entry_of("a"), entry_of("b"), entry_of("c"))
    note(owner, first, "1")
    note(owner, first, "2")
    note(owner, second, "1")
    with pytest.raises(Refusal, match="stands there already"):
        note(owner, second, " 1 ")
    rows = list(NumberedEntry.everywhere.select_related("list"))
    assert {numbers.entry_of(row): row.pk for row in rows} == {one: one.subject.id for one in (first, second)}


def test_the_same_identifier_on_an_entry_and_a_series_is_said_on_both(client: Client) -> None:
    desk = Desk()
    keeper = curator(organisation=desk.organisation)
    series = desk.records()["series"]
    (row,) = add(keeper, make_list(keeper), entry_of("a"))
    desk.add(series, "SYN 00-42")
    note(keeper, row, "syn0042", "icse_series")
    with viewing(desk.organisation.id):
        (line,) = queries.lines(desk.identifier, series)
        assert [one.id for one in line.others] == [row.subject.id]
        (line,) = queries.lines(desk.identifier, row)
        assert [one.id for one in line.others] == [series.pk]
    sign_in(client, desk.identifier.person)
    page = _opened(client, row, "victim_identification")
    assert reverse("victims:series", args=[series.pk]) in page
    table = client.get(reverse("lists:list", args=[row.list_id])).content.decode()
    assert "Number also on" in table
    by_hash = client.get(reverse("lists:list", args=[row.list_id]), {"q": digest("a").value.hex()}).content.decode()
    assert "Number also on" in by_hash
    _reason(client, "series", series.pk, "victim_identification")
    shown = client.get(reverse("victims:series", args=[series.pk])).content.decode()
    assert reverse("lists:entry", args=[row.list_id, row.pk]) in shown


def test_a_list_shows_those_that_have_one_or_share_one() -> None:
    desk = Desk()
    keeper = curator(organisation=desk.organisation)
    hash_list = make_list(keeper)
    alone, shared, gone, _none = add(keeper, hash_list, *(entry_of(ident) for ident in "abcd"))
    desk.add(desk.records()["series"], "42", "other")
    note(keeper, alone, "17")
    note(keeper, shared, "42")
    made = note(keeper, gone, "42")
    with viewing(desk.organisation.id):
        actions.withdraw(keeper, QUALITY, gone, made.pk, "a slip")

        def idents(viewer: Any, **asked: str) -> set[str]:
            return {one.ident for one in entries_of(viewer, hash_list, QUALITY, EntrySearch(**asked), {}).rows}

        for viewer in (keeper, desk.identifier):
            assert idents(viewer) == {"a", "b", "c", "d"}
            assert idents(viewer, number="any") == {"a", "b"}
            assert idents(viewer, number="any", text="a") == {"a"}
        assert idents(desk.identifier, number="shared") == {"b"}
        assert idents(keeper, number="shared") == set(), "curators open no series"


def _reason(client: Client, kind: str, record: Any, why: str) -> None:
    given = {"kind": kind, "record": str(record), "next": "/", "reason-why": why, "reason-words": ""}
    client.post(reverse("casework:reason"), given)


def _opened(client: Client, row: ListEntry, why: str = "list_quality") -> str:
    _reason(client, "list", row.list_id, why)
    answer = client.get(reverse("lists:entry", args=[row.list_id, row.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_somebody_adds_corrects_withdraws_and_puts_back(client: Client) -> None:
    owner = curator()
    (row,) = add(owner, make_list(owner), entry_of("a"))
    sign_in(client, owner.person)
    filled = {**REASON, "system": "icse_series", "value": "SE 12-3", "along": "default", "note": "from the desk"}
    at = [row.list_id, row.pk]
    assert reverse("lists:add-external", args=at) in _opened(client, row)
    wrong = client.post(reverse("lists:add-external", args=at), {**filled, "system": "ncmec_report"})
    assert wrong.status_code == 422
    assert 'value="SE 12-3"' in wrong.content.decode(), "nothing typed is lost"
    assert client.post(reverse("lists:add-external", args=at), filled).status_code == 302
    made = ExternalIdentifier.everywhere.get()
    assert made.along == "amber+strict", "what is usual for the system"
    assert "SE 12-3" in _opened(client, row)
    again = {**filled, "value": "SE 12-4", "along": "stays", "version": "1"}
    assert client.post(reverse("lists:correct-external", args=[*at, made.pk]), again).status_code == 302
    gone = client.post(reverse("lists:withdraw-external", args=[*at, made.pk]), {**REASON, "because": "a slip"})
    assert gone.status_code == 302
    page = _opened(client, row)
    assert "<s>ICSE, series SE 12-4</s>" in page
    assert "withdrew an external identifier" in page, "the history of the entry"
    assert client.post(reverse("lists:restore-external", args=[*at, made.pk]), REASON).status_code == 302
    made.refresh_from_db()
    assert made.withdrawn_at is None


def test_who_received_the_list_reads_what_goes_along_and_a_platform_no_number(client: Client) -> None:
    owner, police = curator(), viewer_for(make_person(Role.IDENTIFIER, make_organisation(OrganisationKind.POLICE)))
    platform = viewer_for(make_person(Role.MODERATOR, make_organisation(OrganisationKind.PLATFORM)))
    hash_list = make_list(owner)
    (row,) = add(owner, hash_list, entry_of("a"))
    note(owner, row, "GOES 1", "icse_series", "amber")
    note(owner, row, "STAYS 2", "siena", "red")
    for one in (police, platform):
        let_have(owner, hash_list, one, Handling.AMBER)
    sign_in(client, police.person)
    page = _opened(client, row)
    assert "GOES 1" in page
    assert "STAYS 2" not in page
    assert reverse("lists:add-external", args=[row.list_id, row.pk]) not in page
    assert (
        reverse("lists:entry", args=[row.list_id, row.pk])
        in client.get(reverse("lists:list", args=[row.list_id]), {"number": "shared"}).content.decode()
    ), "a filter that is not offered hides nothing"
    assert found_in(police, hash_list, "goes1") == {"a"}
    assert found_in(police, hash_list, "stays2") == set()
    client.logout()
    sign_in(client, platform.person)
    page = _opened(client, row)
    assert "GOES 1" not in page
    assert "ICSE, series" in page
    assert found_in(platform, hash_list, "goes1") == set(), "nor does a search tell"
    with viewing(owner.organisation.id):
        said = [line for line in goes_along(hash_list, "amber") if "entries" in line[0]]
    assert said == [("ICSE, series, on entries: 1", True), ("Europol, SIENA, on entries: 1", False)]


def test_they_stay_through_recall_and_replacement_and_end_with_the_entry_and_with_the_list() -> None:
    owner = curator()
    hash_list = make_list(owner)
    rows = [medium("a"), medium("b")]
    send(owner, hash_list, vics(rows), whole=True)
    one, other = ListEntry.everywhere.select_related("list__organisation").order_by("ident")
    note(owner, one, "1")
    note(owner, other, "2")
    gone = note(owner, one, "3")
    with viewing(owner.organisation.id):
        actions.withdraw(owner, QUALITY, one, gone.pk, "a slip")
        curation.recall(owner, QUALITY, ListEntry.everywhere.select_related("list").get(pk=one.pk), RecallReason.LAW)
    send(owner, hash_list, vics([medium("c")]), whole=True)
    assert ExternalIdentifier.everywhere.count() == 3
    assert found_in(owner, hash_list, "2") == {other.ident}, "withdrawn by its source, and still what it is called"
    ListEntry.everywhere.filter(pk=one.pk).update(ends=timezone.localdate())
    assert end_entries() == 1
    assert {opened(row).value for row in ExternalIdentifier.everywhere.all()} == {"2"}
    assert [row.ident for row in NumberedEntry.everywhere.all()] == [other.ident]
    with pytest.raises(Refusal, match="not on the list any more"):
        note(owner, ListEntry.everywhere.select_related("list").get(pk=one.pk), "4")
    disk.follow(hash_list.pk)
    standing.follow(hash_list.pk)
    end_entries()
    send(owner, hash_list, vics(rows))
    assert found_in(owner, hash_list, "1") == set(), "an entry that comes again is another one"
    with viewing(owner.organisation.id):
        retention.erase(owner, QUALITY, HashList.own.get(pk=hash_list.pk))
    assert not ExternalIdentifier.everywhere.exists()
    assert not ExternalChange.everywhere.exists()
    assert not NumberedEntry.everywhere.exists()


def test_what_a_survivor_wishes_is_tied_to_no_number_and_nobody_else_notes_one() -> None:
    owner, other = curator(), curator()
    hash_list = make_list(owner)
    (row,) = add(owner, hash_list, entry_of("a"))
    made = note(owner, row, "1")
    for act, args in (
        (actions.add, (Given("other", "2"),)),
        (actions.withdraw, (made.pk, "because")),
        (actions.correct, (made.pk, Given("other", "3"))),
    ):
        with viewing(other.organisation.id), pytest.raises(Refusal):
            act(other, QUALITY, row, *args)
    HashList.everywhere.update(wishes=Wishes.OWN.value, purpose="survivors")
    row = ListEntry.everywhere.select_related("list__organisation").get()
    with pytest.raises(Refusal):
        note(owner, row, "4")
    assert ExternalIdentifier.everywhere.count() == 1


def _written(viewer: Any, hash_list: HashList, version: Any = "2.0") -> tuple[list[dict[str, Any]], Left]:
    left, document = Left(), Document(version, "Default")
    with viewing(viewer.organisation.id):
        found = HashList.objects.select_related("organisation").get(pk=hash_list.pk)
        goods = workstation.goods(viewer, found)
        text = b"".join(write(goods.entries(document, left), document, left))
    return json.loads(text)["value"], left


def _said(medium: dict[str, Any]) -> set[tuple[str, str]]:
    rows = medium.get("MediaMetadata", [])
    return {(one["PropertyName"], one["PropertyValue"]) for one in rows if one["PropertyName"].startswith(IDENTIFIER)}


@pytest.mark.parametrize("came", list(Handling))
def test_a_document_for_a_workstation_carries_those_that_may_leave_under_its_label(came: Handling) -> None:
    owner, other = curator(), curator()
    hash_list = make_list(owner, pass_on=True)
    of_vics = entry_of("a", Signal("md5", bytes(range(16))), extra={"MediaID": "7", "Else": "kept"})
    plain = entry_of("b", Signal("md5", bytes(16 * [7])))
    for row in add(owner, hash_list, of_vics, plain):
        for along in ("", "red", "amber+strict", "amber", "green"):
            note(owner, row, f"n {along}", "national", along, country="XA", holder="Desk")
    media, left = _written(owner, hash_list)
    own = {f"n {along} (Desk, XA)" for along in ("amber+strict", "amber", "green")}
    for one in media:
        assert {value for _name, value in _said(one)} == own
    assert [one.get("Else") for one in media] == ["kept", None]
    assert not left.fields
    _media, old = _written(owner, hash_list, "1.3")
    assert old.fields["further values"] == 2 * len(own), "1.3 has no place for them, and that is said"
    let_have(owner, hash_list, other, came)
    label = "amber+strict" if came.value in {"green", "amber", "amber+strict"} else "red"
    reach = {along: passed_on(along, came.value) for along in ("", "red", "amber+strict", "amber", "green")}
    media, _left = _written(other, hash_list)
    for one in media:
        found = {value for _name, value in _said(one)}
        assert found == {f"n {along} (Desk, XA)" for along in reach if goes(reach[along], label)}


def test_what_left_comes_back_among_the_further_values() -> None:
    owner = curator()
    hash_list = make_list(owner)
    (row,) = add(owner, hash_list, entry_of("a", Signal("md5", bytes(range(16)))))
    note(owner, row, "SE 12-3", "icse_series", "green")
    note(owner, row, "SE 12-4", "icse_series", "green")
    media, _left = _written(owner, hash_list)
    again = make_list(owner, "again")
    send(owner, again, vics(media))
    back = ListEntry.everywhere.get(list=again).record
    kept = json.loads(back.extra["MediaMetadata"])
    assert {one["PropertyValue"] for one in kept} == {"SE 12-3", "SE 12-4"}
    assert not ExternalIdentifier.everywhere.exclude(record=row.subject.id).exists(), "nothing is guessed of them"


def test_a_program_finds_the_entries_of_its_own_lists() -> None:
    owner, other = curator(), curator()
    mine, theirs = make_list(owner), make_list(other, "theirs")
    (row,) = add(owner, mine, entry_of("a"))
    (foreign,) = add(other, theirs, entry_of("b"))
    note(owner, row, "88 00", "ncmec_victim")
    note(owner, row, "second")
    note(other, foreign, "9900", "ncmec_victim", "green")
    let_have(other, theirs, owner, Handling.GREEN)
    _key, secret = make_key(owner.person, Permission.HASHLIST_WORK)
    client = Client(headers={"authorization": f"Bearer {secret}", "vaern-reason": "list_quality"})

    def ask(**query: str) -> Any:
        return client.get("/api/hash-lists/entries/identified", query)

    (found,) = ask(value="8800").json()["items"]
    assert (found["name"], found["entry"]) == ("known", "a")
    assert [one["value"] for one in found["identifiers"]] == ["88 00", "second"]
    assert ask(value="8800", system="siena").json() == {"items": []}
    assert ask(value="9900").content == ask(value="9901").content == b'{"items": []}'
    assert ask(value="").status_code == 422
