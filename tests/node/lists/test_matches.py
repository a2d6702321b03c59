"""An appeal finds every match ever made with an entry, or with what has or had a hash, and names no other's record."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import make_organisation, make_person, sign_in, viewer_for
from tests.node.lists.factories import QUALITY, add, curator, digest, entry_of, make_list
from tests.node.lists.matched import add_finding, give_matches
from tests.node.lists.worlds import make_world
from tests.node.reports.factories import make_block, make_location, make_report
from tests.node.route_arguments import release_to

from vaern.node.base.scope import viewing
from vaern.node.base.sealing import seal
from vaern.node.ledger.models import Entry as LedgerEntry
from vaern.node.lists.curation import actions as curation
from vaern.node.lists.models import HashList, ListEntry
from vaern.node.lists.recalls import history, presenters_history
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.organisations.models import Organisation, Person
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.reports.models import Block, Item
from vaern.node.reports.takedown.presenters import known_by
from vaern.node.scans.models import Scan

pytestmark = pytest.mark.django_db(transaction=True)


def ask(viewer: Any, hash_list: HashList, text: str) -> history.History:
    with viewing(viewer.organisation.id):
        return history.asked(viewer, hash_list, QUALITY, text)


@pytest.mark.once
@pytest.mark.parametrize("seed", range(4))
def test_every_match_is_found_and_counted_at_whom_it_was_made(seed: int) -> None:
    owner = curator()
    made = make_list(owner, f"list-{uuid4().hex[:12]}")
    world = make_world(Random(seed), [made.name, "another"], ["a", "b", "c"])
    names = dict(Organisation.objects.values_list("pk", "name"))
    for ident in ("a", "b", "c"):
        facts = [one for one in world.facts if (one.list, one.entry) == (made.name, ident)]
        rows = {(names[one.organisation], one.kind, one.record, one.host, one.row) for one in facts}
        expected = Counter(
            (who, kind, None if kind == "lookup" else record, host) for who, kind, record, host, _ in rows
        )
        found = ask(owner, made, ident)
        assert Counter(one.kind for one in found.matches if one.kind != "lookup") == Counter(
            kind for _who, kind, record, _host in expected if record is not None
        )
        for who, kind in {key[:2] for key in expected}:
            here = [one.matches for one in found.matches if (one.organisation, one.kind) == (who, kind)]
            assert sorted(here) == sorted(n for key, n in expected.items() if key[:2] == (who, kind))
        direct = {(one.kind, one.row) for one in facts if one.kind in {"scan", "report", "lookup"} and not one.given}
        assert found.total == len(direct)
        assert not any(one.record or one.code for one in found.matches)  # all are other organisations'


def scanned(organisation: Any, hash_list: HashList, ident: str, **signals: Any) -> Scan:
    until = timezone.localdate()
    scan = Scan.everywhere.create(organisation=organisation, reference=f"S-{uuid4().hex[:8]}", review_date=until)
    add_finding(scan, 1, [("another", "z"), (hash_list.name, ident)], **signals)
    return scan


@pytest.mark.once
def test_a_hash_finds_entries_that_have_it_or_had_it_recalled_and_ended_ones_too() -> None:
    owner = curator()
    made = make_list(owner, f"list-{uuid4().hex[:12]}")
    md5 = {name: digest(name, "md5") for name in ("live", "recalled", "gone", "other")}
    rows = add(owner, made, *(entry_of(name, md5[name]) for name in ("live", "recalled", "gone")))
    with viewing(owner.organisation.id):
        curation.recall(owner, QUALITY, rows[1], RecallReason.NOT_CSAM)
    ListEntry.everywhere.filter(pk=rows[2].pk).delete()  # ended long ago: its row and its hashes are gone
    for name in ("live", "recalled", "gone"):
        scanned(owner.organisation, made, name, md5=md5[name].value)
    pdq = hashlib.sha256(b"near").digest()
    scanned(owner.organisation, made, "gone", perceptual=[{"kind": "pdq", "value": pdq.hex(), "quality": 90}])
    item = Item.everywhere.get(report=make_report(owner.organisation))
    item.sha1 = digest("gone", "sha1").value
    give_matches(item, [("another", "z"), (made.name, "gone")])
    for name, state, why in (("live", "live", None), ("recalled", "recalled", "not_csam"), ("gone", None, None)):
        for text in (md5[name].value.hex(), md5[name].value.hex().upper(), name):
            (had,) = ask(owner, made, text).entries
            assert (had.ident, had.entry and had.entry.state) == (name, state)
            assert (had.recall and had.recall.why) == why
    for text in (pdq.hex(), digest("gone", "sha1").value.hex()):
        assert [one.ident for one in ask(owner, made, text).entries] == ["gone"]
    assert ask(owner, made, "gone").total == 3
    for text in (md5["other"].value.hex(), "nothing", "%", "zz"):
        nothing = ask(owner, made, text)
        assert (nothing.entries, nothing.matches) == ([], [])


def test_who_keeps_the_list_reads_codes_of_own_records_alone_also_in_the_file() -> None:
    owner, police = curator(), make_organisation(OrganisationKind.POLICE)
    made = make_list(owner, f"list-{uuid4().hex[:12]}")
    own, other = scanned(owner.organisation, made, "a"), scanned(police, made, "a")
    found = ask(owner, made, "a")
    assert {(one.organisation, one.code) for one in found.matches} == {
        (owner.organisation.name, own.reference),
        (police.name, ""),
    }
    text = presenters_history.as_csv(found).decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert {(row["organisation"], row["record"], row["matches"]) for row in rows} == {
        (owner.organisation.name, own.reference, "1"),
        (police.name, "", "1"),
    }
    assert other.reference not in text


def test_each_question_stands_in_the_ledger_with_its_reason_and_nobody_else_may_ask() -> None:
    owner = curator()
    made = make_list(owner, f"list-{uuid4().hex[:12]}")
    scanned(owner.organisation, made, "a")
    ask(owner, made, "a")
    with viewing(owner.organisation.id):
        history.taken_out(owner, made, QUALITY, "a")
    entries = LedgerEntry.objects.filter(act__startswith="lists.matches.").order_by("id")
    assert [(one.act, one.why) for one in entries] == [
        ("lists.matches.asked", "list_quality"),
        ("lists.matches.taken_out", "list_quality"),
    ]
    for viewer, status in ((curator(), 404), (owner, 200)):
        client = Client()
        sign_in(client, viewer.person)
        for name in ("lists:matches", "lists:take-out-matches"):
            assert client.get(reverse(name, args=[made.pk]), {"q": "a"}).status_code == status


def test_who_decides_on_an_appeal_is_led_to_every_match_or_to_where_the_entry_is_contested(client: Client) -> None:
    owner = curator()
    made = make_list(owner, f"list-{uuid4().hex[:12]}")
    (row,) = add(owner, made, entry_of("a"))

    def blocked(organisation: Organisation) -> Block:
        report = make_report(organisation)
        give_matches(Item.everywhere.get(report=report), [("another", "z"), (made.name, "a")])
        maker = make_person(Role.ANALYST, organisation)
        return make_block(
            make_location(report), maker, appealed_at=timezone.now(), appeal=seal("Why? (made up)", "block")
        )

    def led(person: Person, block: Block) -> str:
        viewer = viewer_for(person)
        with viewing(person.organisation_id):
            return str(known_by(viewer, Block.objects.get(pk=block.pk)))

    here, stranger = blocked(owner.organisation), make_organisation(OrganisationKind.HOTLINE)
    matches = f"{reverse('lists:matches', args=[made.pk])}?q=a"
    both = make_person(Role.CURATOR, owner.organisation, roles=["curator", "analyst"])
    assert matches in led(both, here)
    there = blocked(stranger)
    other = make_person(Role.CURATOR, stranger, roles=["curator", "analyst"])
    assert reverse("lists:entry", args=[made.pk, row.pk]) not in led(other, there)  # they were not given the list
    release_to(made, stranger)
    assert reverse("lists:entry", args=[made.pk, row.pk]) in led(other, there)
    assert matches not in led(other, there)
    sign_in(client, both)
    page = reverse("reports:block", args=[here.pk])
    given = {"kind": "report", "record": str(here.location.report_id), "next": page, "reason-why": "removal"}
    client.post(reverse("casework:reason"), given)
    assert matches in client.get(page).content.decode().replace("&amp;", "&")
    give_matches(Item.everywhere.get(report=here.location.report_id), [])
    assert led(both, here) == "None"
